//! The spine *sign*: check → begin → PIN → token → finish → verify our own output → keep.

use trien_domain::OutgoingState;
use trien_domain::text::same_name;
use trien_pades::{FieldName, Mark, planned};
use trien_store::{Move, Outgoing, RevisionKind};
use trien_token::LoggedIn;

use crate::acts::{Act, check_own};
use crate::app::App;
use crate::desk_token::DeskToken;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::view::{DocumentKey, Id, Text};

impl App {
    /// Ký: signs documents with one PIN, in order. A document's own fault is its own; a fault of the
    /// token stops the batch, and what was signed stays signed.
    ///
    /// # Errors
    /// Where no PIN could be asked or the token does not log in: nothing was signed.
    pub fn sign(&self, ids: &[Id]) -> Result<Vec<(Id, Result<DocumentKey>)>> {
        let token = self.desk_token()?;
        let documents = ids
            .iter()
            .map(|id| self.store.outgoing().get(row(*id)))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        for document in &documents {
            self.check_signable(document, &token)?;
        }
        let subjects = documents.iter().map(|d| d.draft.subject.clone()).collect();
        let login = self.log_in(&token, Text::new("Ký", "Sign"), subjects)?;
        let mut outcomes = Vec::new();
        for (id, document) in ids.iter().zip(&documents) {
            let outcome = self.sign_one(document, &token, &login);
            let stop = outcome.as_ref().is_err_and(|e| is_tokens_fault(e.code));
            outcomes.push((*id, outcome));
            if stop {
                break;
            }
        }
        Ok(outcomes)
    }

    /// One document: from the prepared file to the signed one in the store and in the hand-over folder.
    fn sign_one(
        &self,
        document: &Outgoing,
        token: &DeskToken,
        login: &LoggedIn,
    ) -> Result<DocumentKey> {
        let (_, pdf) = self.current_pdf(document.id)?;
        let act = self.signature(document)?;
        self.known_while_signing(document.id, || {
            let signed = act.begin(&pdf, token)?.finish(token, login)?;
            check_own(&self.judge(&signed)?, FieldName::Leader)?;
            let step = Move {
                to: OutgoingState::Signed,
                revision: Some(self.keep(&signed, RevisionKind::Signed)?),
                who: &self.profile.person.full_name,
                detail: "",
            };
            Ok(self.store.outgoing().step(document.id, &step, self.now())?)
        })?;
        // The signature is safe from here on; a stick that is missing is served by the next hand-over.
        if let Err(error) = self.hand_back_signed(document.id) {
            tracing::warn!(code = ?error.code, "signed, not yet handed back");
        }
        self.changed(Changed::Lists);
        self.outgoing_changed(document.id)
    }

    /// The leader's act on a document: the one that signs, and the one that shows what it will be.
    pub(crate) fn signature(&self, document: &Outgoing) -> Result<Act> {
        Ok(Act {
            field: FieldName::Leader,
            mark: self.mark()?,
            place: document.draft.place.clone(),
            now: self.now(),
            number: None,
        })
    }

    /// Whether a document waits for this signer.
    pub(crate) fn check_signable(&self, document: &Outgoing, token: &DeskToken) -> Result<()> {
        if document.state != OutgoingState::HandedOver {
            return Err(AppError::new(
                ErrorCode::NotNow,
                format!("{:?}", document.state),
            ));
        }
        let holder = token.certificate.common_name().unwrap_or_default();
        let expected = &document.draft.signatory.full_name;
        if !same_name(&holder, expected) {
            return Err(AppError::new(
                ErrorCode::LeaderNotSignatory,
                format!("{holder}, {expected} expected"),
            ));
        }
        let (_, pdf) = self.current_pdf(document.id)?;
        let opened = crate::pdf::open(&pdf)?;
        let findings: Vec<_> = trien_pades::lint(&opened)?
            .into_iter()
            .filter(|f| f.refuses)
            .collect();
        if !findings.is_empty() {
            return Err(trien_pades::PadesError::Lint(findings).into());
        }
        let ready = planned(&opened)?
            .fields
            .iter()
            .any(|f| f.name == FieldName::Leader);
        if ready {
            Ok(())
        } else {
            Err(AppError::new(ErrorCode::PdfAlreadySigned, "ky_lanhdao"))
        }
    }

    /// The picture that this desk's signature shows.
    pub(crate) fn mark(&self) -> Result<Mark> {
        let Some(mark) = &self.profile.mark else {
            return Ok(Mark::None);
        };
        let blob = trien_store::BlobId::parse(&mark.png_sha256).ok_or_else(|| {
            AppError::new(ErrorCode::StoreCorrupt, "the mark's name is no SHA-256")
        })?;
        Ok(Mark::Png(self.blob(&blob)?))
    }
}

/// Whether an error is the token's, so that the next document would meet it too.
fn is_tokens_fault(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::TokenAbsent
            | ErrorCode::TokenRemoved
            | ErrorCode::TokenTimeout
            | ErrorCode::TokenDevice
            | ErrorCode::TokenKeyMissing
            | ErrorCode::TokenModuleBroken
            | ErrorCode::PinIncorrect
            | ErrorCode::PinLocked
    )
}
