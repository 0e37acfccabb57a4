//! Initials and co-signers at the gate: their signatures hold and are of the persons named, and nobody whose signature
//! the document needs is missing.

use trien_domain::calendar::vietnam_day;
use trien_domain::text::same_name;
use trien_pades::report::{Change, ChangeKind, Indication, Report, Signature};
use trien_pades::{FieldName, signed_fields};
use trien_pdf::Pdf;
use trien_store::{BlobId, Document, Outgoing, SignerRole};

use super::Gate;
use super::leader::reasons;
use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::signers::{SignerField, SignerFields};
use crate::view::{DocumentKey, Id};

/// The word of the timeline for a signer without whom the clerk goes on.
const SKIPPED: &str = "signer_skipped";

impl App {
    /// Goes on without a co-signer who was named: the field stays unsigned. The reason stays in the timeline.
    ///
    /// # Errors
    /// `ReasonMissing`; `NotFound` where no field waits for that person; `NotNow` for the competent person, without
    /// whom nothing is sealed.
    pub fn skip_signer(&self, id: Id, person: &str, reason: &str) -> Result<DocumentKey> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        let document = self.store.outgoing().get(row(id))?;
        let (_, pdf) = self.current_pdf(document.id)?;
        let fields = SignerFields::of(
            &crate::pdf::open(&pdf)?,
            &document.draft.signatory.full_name,
        )?;
        let field = fields
            .open_for(person)
            .ok_or_else(|| AppError::new(ErrorCode::NotFound, person))?;
        if field.name == FieldName::Leader {
            return Err(AppError::new(ErrorCode::NotNow, person));
        }
        let (this, who) = (
            Document::Outgoing(document.id),
            &self.profile.person.full_name,
        );
        let detail = format!("{}: {}", field.signer, reason.trim());
        (self.store.timeline()).append(&self.organ.id, this, SKIPPED, who, &detail, self.now())?;
        self.outgoing_changed(document.id)
    }

    /// Judges the signatures that a file has more than the one before, and says whose they are.
    ///
    /// # Errors
    /// `SignerUnexpected` for a field or person that is not the document's, `SignerSignatureBad`. The leader's own is
    /// judged by the leader's checks.
    pub(crate) fn check_new_signatures(
        &self,
        document: &Outgoing,
        before: &[u8],
        pdf: &[u8],
    ) -> Result<Vec<String>> {
        let (old, new) = (crate::pdf::open(before)?, crate::pdf::open(pdf)?);
        let leader = &document.draft.signatory.full_name;
        let named = SignerFields::of(&old, leader)?;
        let known = signed_fields(&old)?;
        let report = self.judge(pdf)?;
        let mut people = Vec::new();
        for field in signed_fields(&new)? {
            if known.contains(&field) {
                continue;
            }
            let unexpected = || AppError::new(ErrorCode::SignerUnexpected, field.clone());
            let name = FieldName::parse(&field).filter(|name| name.is_persons());
            let name = name.ok_or_else(unexpected)?;
            let signature = report.signatures.iter().find(|s| s.field == field);
            let signature = signature.ok_or_else(unexpected)?;
            if name == FieldName::Leader {
                people.push(leader.clone());
                continue;
            }
            holds(signature)?;
            people.push(self.person_of(signature, named.all().iter().find(|f| f.name == name))?);
        }
        if people.is_empty() || !report.hidden.is_empty() {
            return Err(AppError::new(
                ErrorCode::SignerUnexpected,
                "no signature came",
            ));
        }
        Ok(people)
    }

    /// The check of everybody but the leader; nothing is said of a document that names nobody else.
    pub(super) fn other_signers(
        &self,
        gate: &mut Gate,
        report: &Report,
        document: &Outgoing,
        pdf: &Pdf<&[u8]>,
    ) -> Result<()> {
        let fields = SignerFields::of(pdf, &document.draft.signatory.full_name)?;
        let events = self.store.timeline().of(Document::Outgoing(document.id))?;
        let skipped = |field: &SignerField| {
            let prefix = format!("{}:", field.signer);
            events
                .iter()
                .any(|event| event.what == SKIPPED && event.detail.starts_with(&prefix))
        };
        let others = || {
            let all = fields.all().iter();
            all.filter(|field| field.name != FieldName::Leader)
        };
        if others().next().is_none() {
            return Ok(());
        }
        let signed = others().filter(|field| field.signed).map(|field| {
            let name = field.name.to_string();
            let signature = report.signatures.iter().find(|s| s.field == name);
            let signature = signature.ok_or(ErrorCode::SignerSignatureBad)?;
            holds(signature).map(|()| field.signer.clone())
        });
        let mut outcome = signed.collect::<Result<Vec<_>>>();
        let missing = |needed: bool| -> Vec<&str> {
            let unsigned = others().filter(|field| !field.signed);
            let wanted = unsigned.filter(|field| {
                let co_signer = matches!(field.name, FieldName::CoSigner(_));
                (co_signer && !skipped(field)) == needed
            });
            wanted.map(|field| field.signer.as_str()).collect()
        };
        let needed = missing(true);
        if outcome.is_ok() && !needed.is_empty() {
            outcome = Err(AppError::new(ErrorCode::CoSignerMissing, needed.join(", ")));
        }
        gate.note(
            "other_signers",
            "Người ký nháy và người đồng ký đã ký",
            "Initials and co-signers have signed",
            outcome.map(|names| names.join(", ")),
        );
        let left_out = missing(false);
        if !left_out.is_empty() {
            gate.warn(
                "left_unsigned",
                "Có ô ký nháy hoặc đồng ký để trống",
                "Some initials or co-signatures are left empty",
                left_out.join(", "),
            );
        }
        Ok(())
    }

    /// Who signed: the person whom the field named before, or, in a field that came with its signature, somebody of
    /// the register of signatories.
    fn person_of(&self, signature: &Signature, named: Option<&SignerField>) -> Result<String> {
        let unexpected = |why: String| AppError::new(ErrorCode::SignerUnexpected, why);
        let signer = signature.signer.as_ref();
        let signer = signer.ok_or_else(|| unexpected("no certificate".to_owned()))?;
        let name = signer.common_name.clone().unwrap_or_default();
        if let Some(field) = named {
            if same_name(&field.signer, &name) {
                return Ok(name);
            }
            return Err(unexpected(format!("{name}, {} expected", field.signer)));
        }
        let certificate = BlobId::parse(&signer.sha256);
        let certificate = certificate.ok_or_else(|| unexpected(signer.sha256.clone()))?;
        let today = vietnam_day(self.now());
        let registered =
            self.store
                .signatories()
                .of_certificate(&self.organ.id, certificate.sha256(), today)?;
        match registered {
            Some(found) if found.signatory.role == SignerRole::Person => Ok(name),
            _ => Err(unexpected(format!("{name} is not in the register"))),
        }
    }
}

/// What may come after the leader: other persons' signatures, and nothing else.
pub(super) fn is_another_signature(change: &Change) -> bool {
    let field = change.field.as_deref().and_then(FieldName::parse);
    change.permitted && change.kind <= ChangeKind::Sign && field.is_none_or(FieldName::is_persons)
}

fn holds(signature: &Signature) -> Result<()> {
    if signature.intact && signature.indication == Indication::TotalPassed {
        return Ok(());
    }
    let who = signature
        .signer
        .as_ref()
        .and_then(|s| s.common_name.clone());
    let why = format!("{}: {}", who.unwrap_or_default(), reasons(signature));
    Err(AppError::new(ErrorCode::SignerSignatureBad, why))
}
