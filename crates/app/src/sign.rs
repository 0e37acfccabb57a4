//! The spine *sign*: check → begin → PIN → token → finish → verify our own output → keep.

use trien_domain::OutgoingState;
use trien_domain::text::same_name;
use trien_pades::{FieldName, Mark, NewField, planned};
use trien_pdf::Pdf;
use trien_store::{BlobId, Document, Move, Outgoing, RevisionKind};
use trien_token::LoggedIn;

use crate::acts::{Act, check_own};
use crate::app::App;
use crate::desk_token::DeskToken;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::nudges::Nudges;
use crate::placement;
use crate::prepare::{initials_box, person_box, taken, texts};
use crate::signers::SignerFields;
use crate::view::{DocumentKey, Id, MarkKind, Text};

/// The word of the timeline for a signer whom nobody had prepared a field for.
pub(crate) const ASKED_BESIDE: &str = "asked_beside";

/// A document that can be signed at this desk, and where.
pub(crate) struct Signable {
    pub(crate) document: Outgoing,
    pub(crate) field: FieldName,
    /// Where the field is made, for a signer who was forgotten.
    pub(crate) new_field: Option<NewField>,
}

impl App {
    /// Ký: signs documents with one PIN, in order. All that can be checked is checked before the PIN is asked. A
    /// document's own fault is its own; a fault of the token stops the batch, and what was signed stays signed.
    ///
    /// # Errors
    /// Where none of the documents can be signed, no PIN could be asked or the token does not log in: nothing was
    /// signed.
    pub fn sign(&self, ids: &[Id]) -> Result<Vec<(Id, Result<DocumentKey>)>> {
        let token = self.desk_token()?;
        let mut checked = Vec::new();
        for id in ids {
            let document = self.store.outgoing().get(row(*id))?;
            checked.push((*id, self.check_signable(document, &token)));
        }
        let ready = || checked.iter().filter_map(|(_, check)| check.as_ref().ok());
        if ready().next().is_none() {
            let refused = checked.into_iter().find_map(|(_, check)| check.err());
            return refused.map_or(Ok(Vec::new()), Err);
        }
        let subjects = ready().map(|s| s.document.draft.subject.clone()).collect();
        let login = self.log_in(&token, Text::new("Ký", "Sign"), subjects)?;
        let mut outcomes = Vec::new();
        for (id, check) in checked {
            let outcome = check.and_then(|signable| self.sign_one(&signable, &token, &login));
            let stop = outcome.as_ref().is_err_and(|e| is_tokens_fault(e.code));
            outcomes.push((id, outcome));
            if stop {
                break;
            }
        }
        Ok(outcomes)
    }

    /// One document: from the prepared file to the signed one in the store and in the hand-over folder.
    fn sign_one(
        &self,
        signable: &Signable,
        token: &DeskToken,
        login: &LoggedIn,
    ) -> Result<DocumentKey> {
        let document = &signable.document;
        let (_, pdf) = self.current_pdf(document.id)?;
        let act = self.signature(signable)?;
        self.known_while_signing(document.id, || {
            let signed = act.begin(&pdf, token)?.finish(token, login)?;
            check_own(&self.judge(&signed)?, signable.field)?;
            let signed = self.stamped(document.id, signed, signable.field)?;
            let step = Move {
                to: OutgoingState::Signed,
                revision: Some(self.keep(&signed, RevisionKind::Signed)?),
                who: &self.profile.person.full_name,
                detail: "",
            };
            crate::fault::point("sign.before_step");
            self.store.outgoing().step(document.id, &step, self.now())?;
            crate::fault::point("sign.after_step");
            self.nudges_used(document.id)
        })?;
        // The signature is safe from here on; a stick that is missing is served by the next hand-over.
        if let Err(error) = self.hand_back_signed(document.id) {
            tracing::warn!(code = ?error.code, "signed, not yet handed back");
        }
        self.changed(Changed::Lists);
        self.outgoing_changed(document.id)
    }

    /// The signer's act on a document: the one that signs, and the one that shows what it will be.
    pub(crate) fn signature(&self, signable: &Signable) -> Result<Act> {
        self.signature_at(signable, &self.nudges(signable.document.id)?)
    }

    /// The same with these corrections.
    pub(crate) fn signature_at(&self, signable: &Signable, nudges: &Nudges) -> Result<Act> {
        let mut new_field = signable.new_field.clone();
        if let Some(new) = &mut new_field {
            let (_, pdf) = self.current_pdf(signable.document.id)?;
            let pages = crate::pdf::open(&pdf)?.latest().pages()?;
            let page = pages.get(new.page).ok_or(ErrorCode::PdfBroken)?;
            new.rect = nudges.moved(MarkKind::Signature, new.rect, page)?;
        }
        Ok(Act {
            field: signable.field,
            new_field,
            mark: self.mark(&signable.document)?,
            place: signable.document.draft.place.clone(),
            now: self.now(),
            number: None,
            nudges: nudges.clone(),
            certify: signable.field == FieldName::Leader && self.profile.certify,
        })
    }

    /// Whether a document waits for this signer, and in which field.
    pub(crate) fn check_signable(&self, document: Outgoing, token: &DeskToken) -> Result<Signable> {
        if document.state != OutgoingState::HandedOver {
            return Err(AppError::new(
                ErrorCode::NotNow,
                format!("{:?}", document.state),
            ));
        }
        token.check_usable(self.now())?;
        let (blob, pdf) = self.current_pdf(document.id)?;
        let opened = crate::pdf::open(&pdf)?;
        let findings: Vec<_> = trien_pades::lint(&opened)?
            .into_iter()
            .filter(|f| f.refuses)
            .collect();
        if !findings.is_empty() {
            return Err(trien_pades::PadesError::Lint(findings).into());
        }
        let holder = token.certificate.common_name().unwrap_or_default();
        let fields = SignerFields::of(&opened, &document.draft.signatory.full_name)?;
        let (field, new_field) = match fields.open_for(&holder) {
            Some(field) => (field.name, None),
            None => self.field_beside(&document, &fields, &holder, &blob, &opened)?,
        };
        Ok(Signable {
            document,
            field,
            new_field,
        })
    }

    /// A new field for somebody whom the clerk asked to sign although none was prepared: above the printed name, or
    /// among the initials where the name is not on the page.
    fn field_beside(
        &self,
        document: &Outgoing,
        fields: &SignerFields,
        holder: &str,
        blob: &BlobId,
        opened: &Pdf<&[u8]>,
    ) -> Result<(FieldName, Option<NewField>)> {
        if fields.all().is_empty() {
            return Err(AppError::new(ErrorCode::PdfAlreadySigned, "ky_lanhdao"));
        }
        let events = self.store.timeline().of(Document::Outgoing(document.id))?;
        let asked = events
            .iter()
            .any(|event| event.what == ASKED_BESIDE && same_name(&event.detail, holder));
        if !asked {
            let expected: Vec<_> = fields.open().map(|field| field.signer.as_str()).collect();
            return Err(AppError::new(
                ErrorCode::LeaderNotSignatory,
                format!("{holder}, {} expected", expected.join(", ")),
            ));
        }
        let full = || AppError::from(ErrorCode::NoPlaceForSignature);
        let pages = opened.latest().pages()?;
        let texts = texts(self.renderer()?, &self.store.blobs().path(blob), &pages)?;
        let layouts = self.layouts()?;
        let block = &layouts.of(&document.draft.layout)?.signature;
        let (name, (page, rect)) = match placement::signature_space(&texts, block, holder) {
            Ok(space) => {
                let name = fields.unused(FieldName::CoSigner).ok_or_else(full)?;
                (name, person_box(&pages, &space, None)?)
            }
            Err(_) => {
                let places = placement::initials(&texts, 1, &taken(&planned(opened)?, &pages)?)?;
                let place = places.first().ok_or_else(full)?;
                let name = fields.unused(FieldName::Initials).ok_or_else(full)?;
                (name, (place.page as usize, initials_box(&pages, place)?))
            }
        };
        let new = NewField {
            page,
            rect,
            signer: Some(holder.to_owned()),
        };
        Ok((name, Some(new)))
    }

    /// The picture that this desk's signature shows on papers of a document's kind.
    pub(crate) fn mark(&self, document: &Outgoing) -> Result<Mark> {
        let Some(mark) = self.profile.mark_on(&document.draft.kind.name) else {
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
            | ErrorCode::PinMustChange
    )
}
