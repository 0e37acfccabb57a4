//! A draft becomes a document that can be signed: checked, placed, prepared, handed over.

use trien_domain::document::{Code, Kind, Reference, Staff};
use trien_domain::text::{compose, fold};
use trien_domain::{OrganId, OutgoingState, Signatory, Urgency, secrecy};
use trien_pades::FieldName;
use trien_store::{
    BlobId, Document, Draft, Move, NewRevision, OutgoingId, RegisteredSignatory, RevisionKind,
    SignerRole,
};
use uuid::Uuid;

use crate::app::App;
use crate::elsewhere;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::layouts::Layout;
use crate::prepare::{self, Marks, Prepared, Signers, Wishes};
use crate::signers::SignerFields;
use crate::view::{Direction, DocumentKey, DraftEdit, DraftForm, Id, SignatoryView};

/// Dates of a form are `yyyy-MM-dd`.
const CIVIL: &[time::format_description::BorrowedFormatItem<'static>] =
    time::macros::format_description!("[year]-[month]-[day]");

impl App {
    /// Takes a draft in: checks it, finds its places, prepares the fields. A draft that is refused
    /// leaves nothing; killed before the last step, it stands among the drafts and can be replaced.
    ///
    /// # Errors
    /// What the lint refuses, `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`.
    pub fn create_draft(&self, form: &DraftForm, pdf: &[u8]) -> Result<DocumentKey> {
        let signatory = self.signatory(form.signatory)?;
        let prepared = self.prepare(pdf, &signatory, form)?;
        let draft = self.draft_of(form, &signatory, &prepared.layout)?;
        let (store, who, now) = (&self.store, &self.profile.person.full_name, self.now());
        let original = self.keep(pdf, RevisionKind::Draft)?;
        let revision = self.keep(&prepared.pdf, RevisionKind::Prepared)?;
        let id = store
            .outgoing()
            .create(&Uuid::new_v4().to_string(), &draft, who, now)?;
        store.outgoing().add_revision(id, &original, who, now)?;
        self.keep_note(id, &form.note)?;
        let step = Move {
            to: OutgoingState::Prepared,
            revision: Some(revision),
            who,
            detail: "",
        };
        store.outgoing().step(id, &step, now)?;
        self.tell_written_anew(id, &prepared)?;
        self.outgoing_changed(id)
    }

    /// Takes in a file that was signed elsewhere, to be numbered and sealed here. It is never changed but by what is
    /// appended: no fields are prepared.
    ///
    /// # Errors
    /// What the gate says of the leader's signature; `PdfAlreadySigned` where it is numbered or sealed already;
    /// `PdfLockedByCertification`, `PdfLockedByField` and `CertifiedElsewhere` where nothing may follow.
    pub fn take_signed_elsewhere(&self, form: &DraftForm, pdf: &[u8]) -> Result<DocumentKey> {
        let signatory = self.signatory(form.signatory)?;
        let opened = crate::pdf::open(pdf)?;
        if elsewhere::is_prepared(&opened)? {
            return Err(AppError::new(
                ErrorCode::NotNow,
                "the file has prepared boxes",
            ));
        }
        elsewhere::check_open(&opened, self.profile.number_after_certification)?;
        let path = self.store.blobs().path(&self.store.blobs().put(pdf)?);
        let texts = prepare::texts(self.renderer()?, &path, &opened.latest().pages()?)?;
        let layouts = self.layouts()?;
        let layout = layouts.choose(self.wanted_layout(form), texts.first())?;
        let draft = self.draft_of(form, &signatory, layout)?;
        self.check_signed_elsewhere(pdf, &draft.signatory.full_name)?;
        let (store, who, now) = (&self.store, &self.profile.person.full_name, self.now());
        let id = store
            .outgoing()
            .create(&Uuid::new_v4().to_string(), &draft, who, now)?;
        let step = Move {
            to: OutgoingState::Signed,
            revision: Some(self.keep(pdf, RevisionKind::Signed)?),
            who: &draft.signatory.full_name,
            detail: &form.note,
        };
        store.outgoing().step(id, &step, now)?;
        self.outgoing_changed(id)
    }

    /// Puts a new PDF in the place of a draft that was given back or has not been handed over.
    ///
    /// # Errors
    /// Those of [`App::create_draft`]; `NotNow` where it is with a signer, or signed.
    pub fn replace_draft(&self, id: Id, form: &DraftForm, pdf: &[u8]) -> Result<DocumentKey> {
        let signatory = self.signatory(form.signatory)?;
        let prepared = self.prepare(pdf, &signatory, form)?;
        let draft = self.draft_of(form, &signatory, &prepared.layout)?;
        let (row, who, now) = (row(id), &self.profile.person.full_name, self.now());
        if self.store.outgoing().get(row)?.state == OutgoingState::Prepared {
            let step = Move {
                to: OutgoingState::Draft,
                revision: None,
                who,
                detail: "",
            };
            self.store.outgoing().step(row, &step, now)?;
        }
        self.store.outgoing().update(row, &draft)?;
        self.store
            .outgoing()
            .add_revision(row, &self.keep(pdf, RevisionKind::Draft)?, who, now)?;
        let revision = Some(self.keep(&prepared.pdf, RevisionKind::Prepared)?);
        self.keep_note(row, &form.note)?;
        let step = Move {
            to: OutgoingState::Prepared,
            revision,
            who,
            detail: "",
        };
        self.store.outgoing().step(row, &step, now)?;
        self.tell_written_anew(row, &prepared)?;
        self.outgoing_changed(row)
    }

    /// Đưa về dự thảo: what is signed cannot be sealed as it is, because its signature does not hold or its text is
    /// wrong. Every revision is kept; a new file takes its place by [`App::replace_draft`].
    ///
    /// # Errors
    /// `ReasonMissing`; `NotNow` where it is not signed, or has a number that must be given up first.
    pub fn back_to_draft(&self, id: Id, reason: &str) -> Result<DocumentKey> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        let document = self.store.outgoing().get(row(id))?;
        // A copy is not signed by anybody before the seal, and is made anew.
        if document.state != OutgoingState::Signed || document.draft.copy.is_some() {
            let state = format!("{:?}", document.state);
            return Err(AppError::new(ErrorCode::NotNow, state));
        }
        let step = Move {
            to: OutgoingState::Draft,
            revision: None,
            who: &self.profile.person.full_name,
            detail: reason.trim(),
        };
        self.store.outgoing().step(document.id, &step, self.now())?;
        self.outgoing_changed(document.id)
    }

    /// The form of a draft as it stands, to be changed and given to [`App::replace_draft`].
    ///
    /// # Errors
    /// `NotFound`.
    pub fn draft_form(&self, id: Id) -> Result<DraftEdit> {
        let document = self.store.outgoing().get(row(id))?;
        let fields = match self.current_pdf(document.id) {
            Ok((_, pdf)) => {
                let leader = &document.draft.signatory.full_name;
                SignerFields::of(&crate::pdf::open(&pdf)?, leader)?
            }
            Err(_) => SignerFields::default(),
        };
        let draft = document.draft;
        let people = self.store.signatories().all(&self.organ.id)?;
        let signatory = people
            .iter()
            .find(|s| s.signatory.full_name == draft.signatory.full_name)
            .map_or(Ok(0), |s| crate::ids::view(s.id.0))?;
        let answers = draft.responds_to.iter().find_map(|(_, incoming)| *incoming);
        let recipients = draft.recipients.iter();
        Ok(DraftEdit {
            recipients: recipients
                .map(|(id, name)| self.organ_view(id, name))
                .collect::<Result<_>>()?,
            form: DraftForm {
                subject: draft.subject,
                notation: draft.notation,
                layout: draft.layout,
                kind: draft.kind.name,
                urgency: draft.urgency.code(),
                due: draft.due.map(|due| due.to_string()),
                signatory,
                initials: fields.names(|name| matches!(name, FieldName::Initials(_))),
                co_signers: fields.names(|name| matches!(name, FieldName::CoSigner(_))),
                recipients: Vec::new(),
                answers: answers.map(|id| crate::ids::view(id.0)).transpose()?,
                note: String::new(),
            },
        })
    }

    /// Prepares a PDF for its signers: the bytes with fields and signature fields.
    fn prepare(
        &self,
        pdf: &[u8],
        signatory: &RegisteredSignatory,
        form: &DraftForm,
    ) -> Result<Prepared> {
        let path = self.store.blobs().path(&self.store.blobs().put(pdf)?);
        let marks = Marks {
            leader_aspect: self.mark_aspect(signatory)?,
            seal_diameter_mm: self.seal_diameter(&kind_named(&form.kind).name),
        };
        let names = |names: &[String]| names.iter().map(|name| compose(name.trim())).collect();
        let signers = Signers {
            leader: signatory.signatory.full_name.clone(),
            initials: names(&form.initials),
            co_signers: names(&form.co_signers),
        };
        let wishes = Wishes {
            signers: &signers,
            marks: &marks,
            layouts: &self.layouts()?,
            layout: self.wanted_layout(form),
            remembered: self.profile.places_on(&kind_named(&form.kind).name),
            urgency: Urgency::from_code(form.urgency),
        };
        prepare::prepare(self.renderer()?, &path, pdf, &wishes)
    }

    /// The layout of a form, else the profile's; empty where the page tells.
    fn wanted_layout<'a>(&'a self, form: &'a DraftForm) -> &'a str {
        match form.layout.as_str() {
            "" => &self.profile.layout,
            chosen => chosen,
        }
    }

    /// Tells in the timeline that a draft is not byte for byte the file that was given.
    fn tell_written_anew(&self, id: OutgoingId, prepared: &Prepared) -> Result<()> {
        if !prepared.written_anew {
            return Ok(());
        }
        let (this, organ) = (Document::Outgoing(id), &self.organ.id);
        Ok((self.store.timeline()).append(organ, this, "written_anew", "", "", self.now())?)
    }

    /// Width by height of a signatory's mark.
    fn mark_aspect(&self, signatory: &RegisteredSignatory) -> Result<Option<f64>> {
        let stored = self
            .store
            .settings()
            .get(&aspect_key(&signatory.signatory.certificate_sha256))?;
        Ok(stored.and_then(|text| text.parse().ok()))
    }

    fn draft_of(
        &self,
        form: &DraftForm,
        signatory: &RegisteredSignatory,
        layout: &Layout,
    ) -> Result<Draft> {
        let due = match form.due.as_deref() {
            Some(due) => Some(
                civil(due)
                    .ok_or_else(|| AppError::new(ErrorCode::BadArgument, format!("due {due:?}")))?,
            ),
            None => None,
        };
        refuse_secret(&form.notation, &form.subject, &form.kind)?;
        let organ = &self.profile.organ;
        let s = &signatory.signatory;
        let answered = form
            .answers
            .map(|id| self.store.incoming().get(crate::review::row(id)))
            .transpose()?;
        let responds_to = answered.into_iter().map(|incoming| {
            let reference = Reference {
                organ: incoming.from_id.clone(),
                code: incoming.code.clone(),
                id: incoming.document_id.clone(),
                date: incoming.issued_on,
            };
            (reference, Some(incoming.id))
        });
        Ok(Draft {
            place: organ.place.clone(),
            kind: kind_named(&form.kind),
            notation: compose(form.notation.trim().trim_start_matches(layout.number.joint)),
            joint: layout.number.joint,
            layout: layout.key.clone(),
            subject: compose(form.subject.trim()),
            content: compose(form.subject.trim()),
            signatory: Signatory {
                competence: s.competence.clone(),
                position: s.position.clone(),
                full_name: s.full_name.clone(),
            },
            due,
            urgency: Urgency::from_code(form.urgency),
            sphere: "Liên thông".to_owned(),
            staff: self.staff(),
            recipients: self.recipients(&form.recipients)?,
            responds_to: responds_to.collect(),
            ..Draft::new(self.organ.id.clone())
        })
    }

    /// Who drafts at this desk.
    pub(crate) fn staff(&self) -> Staff {
        let person = &self.profile.person;
        Staff {
            department: person.department.clone(),
            name: person.full_name.clone(),
            email: person.email.clone(),
            mobile: person.mobile.clone(),
        }
    }

    /// Identifiers with their names in the directory; one that is not there keeps its code as name.
    pub(crate) fn recipients(&self, ids: &[String]) -> Result<Vec<(OrganId, String)>> {
        let mut recipients: Vec<(OrganId, String)> = Vec::new();
        for id in ids {
            let id = OrganId::new(id)
                .ok_or_else(|| AppError::new(ErrorCode::BadArgument, format!("OrganId {id:?}")))?;
            let name = self
                .store
                .directory()
                .get(&id)?
                .map_or_else(|| id.to_string(), |unit| unit.name);
            if !recipients.iter().any(|(known, _)| *known == id) {
                recipients.push((id, name));
            }
        }
        Ok(recipients)
    }

    /// Who may sign for the office today.
    pub fn signatories(&self) -> Result<Vec<SignatoryView>> {
        let people = self.store.signatories().all(&self.organ.id)?;
        let views = people
            .into_iter()
            .filter(|s| s.signatory.role == SignerRole::Person)
            .map(|s| {
                Ok(SignatoryView {
                    id: crate::ids::view(s.id.0)?,
                    full_name: s.signatory.full_name,
                    competence: s.signatory.competence,
                    position: s.signatory.position,
                })
            });
        views.collect()
    }

    pub(crate) fn signatory(&self, id: Id) -> Result<RegisteredSignatory> {
        let all = self.store.signatories().all(&self.organ.id)?;
        let found = all
            .into_iter()
            .find(|s| s.id.0 == i64::from(id) && s.signatory.role == SignerRole::Person);
        found.ok_or_else(|| AppError::new(ErrorCode::NotFound, format!("signatory {id}")))
    }

    /// Puts a revision's bytes into the store.
    pub(crate) fn keep(&self, pdf: &[u8], kind: RevisionKind) -> Result<NewRevision> {
        Ok(NewRevision {
            kind,
            blob: self.store.blobs().put(pdf)?,
            size: pdf.len() as u64,
        })
    }

    /// The last revision of a document of ours; a draft as it was given is not one of its own.
    pub(crate) fn current_pdf(&self, id: OutgoingId) -> Result<(BlobId, Vec<u8>)> {
        let revisions = self.store.outgoing().revisions(id)?;
        let last = revisions
            .into_iter()
            .rfind(|r| r.kind != RevisionKind::Draft);
        let last = last.ok_or_else(|| {
            AppError::new(ErrorCode::NotFound, format!("document {id} has no file"))
        })?;
        Ok((last.blob, self.blob(&last.blob)?))
    }

    pub(crate) fn outgoing_changed(&self, id: OutgoingId) -> Result<DocumentKey> {
        let key = DocumentKey {
            direction: Direction::Outgoing,
            id: crate::ids::view(id.0)?,
        };
        self.changed(Changed::Document(key));
        Ok(key)
    }
}

/// The setting that keeps the proportions of a signatory's mark: the field is prepared at the clerk's
/// desk, where the leader's picture is not.
pub(crate) fn aspect_key(certificate_sha256: &[u8; 32]) -> String {
    format!("mark_aspect.{}", hex::encode(certificate_sha256))
}

/// A civil date of a form.
pub(crate) fn civil(text: &str) -> Option<time::Date> {
    time::Date::parse(text, CIVIL).ok()
}

/// The store's identity of an outgoing row.
pub(crate) fn row(id: Id) -> OutgoingId {
    OutgoingId(i64::from(id))
}

/// A state secret is neither drafted, kept nor sent on a machine with a network (Law 117/2025/QH15).
pub(crate) fn refuse_secret(notation: &str, subject: &str, kind: &str) -> Result<()> {
    let code = Code::new("", compose(notation.trim()));
    match secrecy::marking(&code, [subject, kind]) {
        Some(_) => Err(ErrorCode::DraftLooksSecret.into()),
        None => Ok(()),
    }
}

/// The kinds of documents that an office issues most, by the ordinal that edXML gives them.
pub(crate) fn kind_named(name: &str) -> Kind {
    let known = trien_domain::document::KINDS
        .iter()
        .find(|(_, known)| fold(known) == fold(name));
    match known {
        Some((number, known)) => Kind {
            number: *number,
            name: (*known).to_owned(),
        },
        None => Kind {
            number: 0,
            name: compose(name.trim()),
        },
    }
}
