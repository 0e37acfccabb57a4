//! What the clerk decides about recalls, updates and replacements, and about duplicates.

use trien_domain::Operation;
use trien_edxml::{Limits, Message};
use trien_store::{ChangeId, ChangeRequest, Decision, RawId, RawState, Verdict};

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::receive::{Manner, Received};
use crate::statuses::About;
use crate::view::{DocumentKey, Id};

impl App {
    /// Đồng ý: a recalled document is frozen, an updated one shows the new version, a replacement
    /// may be registered; the sender is told (15).
    ///
    /// # Errors
    /// `NotNow` where it is decided already.
    pub fn agree_change(&self, request: Id) -> Result<()> {
        self.decide_change(request, Verdict::Agreed, "")
    }

    /// Từ chối (16). The sender reads the reason.
    ///
    /// # Errors
    /// `ReasonMissing`; `NotNow` where it is decided already.
    pub fn refuse_change(&self, request: Id, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        self.decide_change(request, Verdict::Refused, reason)
    }

    /// Vẫn nhận: takes in a document that bears another one's number, notation and organ.
    ///
    /// # Errors
    /// `NotNow` for a message that is no such duplicate; `DuplicateDocument` where the very same
    /// document is here by its identifier.
    pub fn admit_anyway(&self, message: Id) -> Result<DocumentKey> {
        let raw = self.store.raw().get(RawId(i64::from(message)))?;
        if raw.state != RawState::Duplicate {
            return Err(AppError::new(ErrorCode::NotNow, format!("{:?}", raw.state)));
        }
        let manner = Manner {
            same_code_anyway: true,
        };
        match self.take_up(std::slice::from_ref(&raw), manner)?.first() {
            Some(Received::Document) => {}
            _ => return Err(ErrorCode::DuplicateDocument.into()),
        }
        let facts = match self.read_package(&raw)?.message {
            Message::Document(facts) => facts,
            Message::Status(_) => return Err(ErrorCode::Internal.into()),
        };
        let found = self.store.incoming().find(&self.organ.id, &facts.id)?;
        let found = found.ok_or(ErrorCode::NotFound)?;
        crate::show::incoming_key(found.id)
    }

    fn decide_change(&self, request: Id, verdict: Verdict, reason: &str) -> Result<()> {
        let request = self.store.changes().get(ChangeId(i64::from(request)))?;
        let package = self.answer_package(&request, verdict, reason)?;
        let decision = Decision {
            verdict,
            package: self.store.blobs().put(&package)?,
            who: &self.profile.person.full_name,
            note: reason,
            text: &match verdict {
                Verdict::Agreed => self.updated_text(&request)?,
                Verdict::Refused => String::new(),
            },
        };
        crate::fault::point("change.before_decide");
        self.store
            .changes()
            .decide(request.id, &decision, self.now())?;
        crate::fault::point("change.after_decide");
        self.changed(Changed::Lists);
        Ok(())
    }

    /// By what an updated document is found besides its row.
    fn updated_text(&self, request: &ChangeRequest) -> Result<String> {
        if request.operation != Operation::Update {
            return Ok(String::new());
        }
        let documents = self.store.changes().targets(request.id)?;
        let versions = request.package.into_iter().chain(documents);
        self.text_of(&versions.collect::<Vec<_>>())
    }

    /// The status 15 or 16: about the document that was sent before, which for a recall and a
    /// replacement is that of the package, for an update the one that the package names.
    fn answer_package(
        &self,
        request: &ChangeRequest,
        verdict: Verdict,
        reason: &str,
    ) -> Result<Vec<u8>> {
        let targets = self.store.changes().targets(request.id)?;
        let updated = targets
            .first()
            .filter(|_| request.operation == Operation::Update);
        let about = updated
            .copied()
            .or(request.package)
            .or(targets.first().copied());
        let about = about.ok_or(ErrorCode::NotFound)?;
        let document = self.store.incoming().get(about)?;
        let about = About {
            sender: &request.from_id,
            code: &document.code,
            document: &document.document_id,
            date: document.issued_on,
        };
        let words = match verdict {
            Verdict::Agreed => "Văn thư đồng ý yêu cầu cập nhật, lấy lại".to_owned(),
            Verdict::Refused => format!("Văn thư từ chối yêu cầu cập nhật, lấy lại: {reason}"),
        };
        Ok(self.status_package(&about, verdict.status(), &words))
    }

    /// A package that is kept, read again.
    pub(crate) fn read_package(&self, raw: &trien_store::Raw) -> Result<trien_edxml::Package> {
        let bytes = self.blob(&raw.message.blob)?;
        Ok(trien_edxml::read(&bytes, &Limits::default())?)
    }
}
