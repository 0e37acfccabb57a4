//! E-copies: SAO Y, SAO LỤC, TRÍCH SAO (Decree 30/2020 art. 25–27; Annex I, part II). A copy gets its own number, the
//! organisation's text in the corner of its first page, and the organisation's seal; nothing else of it is changed. It
//! needs no leader's signature here: what is copied bears one (art. 32.2.d).
//!
//! Its text says what part II, I.3 lists for electronic copies, and no more: form, organ, time of signing. The elements of
//! form 3.1 below a rule (number, place and date of the copy, title, name, seal, recipients; part II, II) are those of
//! copies on paper. The number goes into the book, the recipients into the package.

mod scan;

use trien_domain::text::compose;
use trien_domain::{CopyForm, OutgoingState, Signatory};
use trien_store::{Draft, Move, Outgoing, RevisionKind};
use uuid::Uuid;

use crate::acts::Act;
use crate::app::App;
use crate::corner;
use crate::drafts::{civil, kind_named, refuse_secret};
use crate::elsewhere;
use crate::error::{AppError, ErrorCode, Result};
use crate::prepare::in_one_piece;
use crate::view::{CopyKind, CopyRequest, DocumentKey};

impl App {
    /// Takes in what is to be a copy: a scan in colour of at least 200 dpi, a sao y that was sealed electronically (for
    /// a sao lục), or an extract that was set anew. `seal` then gives it its number and its seal.
    ///
    /// # Errors
    /// `CopyScanUnfit` with the page and what is wrong with it; `CopyOfElectronic` for a sao y or an extract of a file
    /// that is signed electronically; what the lint says of it.
    pub fn make_copy(&self, request: &CopyRequest, pdf: &[u8]) -> Result<DocumentKey> {
        let pdf = in_one_piece(pdf)?;
        let opened = crate::pdf::open(&pdf)?;
        elsewhere::check_open(&opened, self.profile.number_after_certification)?;
        let form = CopyForm::from(request.form);
        check_form(form, &opened)?;
        let draft = self.copy_draft(request)?;
        let (outbox, who, now) = (
            self.store.outgoing(),
            &self.profile.person.full_name,
            self.now(),
        );
        let id = outbox.create(&Uuid::new_v4().to_string(), &draft, who, now)?;
        // What is copied is signed; that is what the state says.
        let step = Move {
            to: OutgoingState::Signed,
            revision: Some(self.keep(&pdf, RevisionKind::Signed)?),
            who,
            detail: form.printed(),
        };
        outbox.step(id, &step, now)?;
        self.outgoing_changed(id)
    }

    /// The act that seals a copy.
    pub(crate) fn copy_act(
        &self,
        document: &Outgoing,
        form: CopyForm,
        pdf: &[u8],
        number: u32,
    ) -> Result<Act> {
        let layouts = self.layouts()?;
        let marks = &layouts.of(&document.draft.layout)?.corner;
        let (organ, code) = (&self.organ.name, document.draft.code(number));
        let lines = corner::copy_lines(marks, form, organ, &code, self.now());
        let blob = self.store.blobs().put(pdf)?;
        self.corner_act(&blob, &crate::pdf::open(pdf)?, marks, &lines, document)
    }

    fn copy_draft(&self, request: &CopyRequest) -> Result<Draft> {
        let signatory = match request.signatory {
            Some(id) => {
                let person = self.signatory(id)?.signatory;
                Signatory {
                    competence: person.competence,
                    position: person.position,
                    full_name: person.full_name,
                }
            }
            None => Signatory::default(),
        };
        let bad = |due: &str| AppError::new(ErrorCode::BadArgument, format!("due {due:?}"));
        let due = request.due.as_deref();
        let due = due
            .map(|due| civil(due).ok_or_else(|| bad(due)))
            .transpose()?;
        let notation = compose(request.notation.trim());
        if notation.is_empty() {
            let why = "a copy's notation: SY-UBND";
            return Err(AppError::new(ErrorCode::BadArgument, why));
        }
        let subject = compose(request.subject.trim());
        refuse_secret(&notation, &subject, &request.kind)?;
        Ok(Draft {
            place: self.profile.organ.place.clone(),
            kind: kind_named(&request.kind),
            notation,
            content: subject.clone(),
            subject,
            signatory,
            due,
            copy: Some(request.form.into()),
            sphere: "Liên thông".to_owned(),
            staff: self.staff(),
            recipients: self.recipients(&request.recipients)?,
            ..Draft::new(self.organ.id.clone())
        })
    }
}

impl From<CopyKind> for CopyForm {
    fn from(kind: CopyKind) -> Self {
        match kind {
            CopyKind::SaoY => Self::TrueCopy,
            CopyKind::SaoLuc => Self::OfCopy,
            CopyKind::TrichSao => Self::Extract,
        }
    }
}

/// Whether a file can be a copy of this form. There is no sao y of an electronic document: the document itself is
/// forwarded, it has the value of the original (Decree 30/2020 art. 5 and 25).
fn check_form(form: CopyForm, pdf: &trien_pdf::Pdf<&[u8]>) -> Result<()> {
    let signed = !trien_pades::signed_fields(pdf)?.is_empty();
    match (form, signed) {
        (CopyForm::OfCopy, true) => Ok(()),
        (_, true) => Err(AppError::new(ErrorCode::CopyOfElectronic, form.printed())),
        // An extract is set anew: only what is scanned of it is looked at.
        (CopyForm::Extract, false) => scan::check(pdf, scan::Text::Allowed),
        (_, false) => scan::check(pdf, scan::Text::Refused),
    }
}
