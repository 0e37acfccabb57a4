//! Between desks: the clerk hands over, the leader hands back what is signed or gives it back with a
//! reason. What comes in at the other desk is `take_in`'s.

use trien_domain::text::compose;
use trien_domain::{OutgoingState, calendar};
use trien_store::{
    BlobId, Direction as Desk, Document, Handover, HandoverState, Move, Outgoing, OutgoingId,
    RevisionKind,
};
use uuid::Uuid;

use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::handover::{self, Facts, SCHEMA, SignatoryFacts, Way};
use crate::signers::SignerFields;
use crate::view::{Id, Role};

/// The event of a note to the leader.
const NOTE: &str = "note";

/// Packages that one call writes: a stick is full before that, and the next call goes on.
const HAND_BACK_MAX: u32 = 500;

impl App {
    /// Trình ký: writes the hand-over package, then marks the document. Killed between the two, the
    /// package lies there and the next hand-over finds it. What was handed over already (by the
    /// leader: what is signed) is written again, since a stick may be lost or damaged on its way.
    ///
    /// # Errors
    /// `HandoverFolderMissing`, `NotNow` where the document is not prepared.
    pub fn hand_over(&self, id: Id, note: &str) -> Result<()> {
        self.hand_over_to(id, None, note)
    }

    /// Trình ký to a person of the clerk's choice instead of the next one: out of turn, or somebody who was forgotten.
    ///
    /// # Errors
    /// Those of [`App::hand_over`]; `NotNow` where that person has signed or nobody is left to sign.
    pub fn hand_over_to(&self, id: Id, person: Option<&str>, note: &str) -> Result<()> {
        let document = self.store.outgoing().get(row(id))?;
        self.place_for_hand_over(&document)?;
        match (self.profile.role, document.state) {
            (Role::Clerk, OutgoingState::Prepared) => self.put_and_mark(&document, person, note),
            (Role::Clerk, OutgoingState::HandedOver) => {
                self.put_to_sign(&document, person, note).map(|_| ())
            }
            // The leader has signed, a co-signer or somebody forgotten has not.
            (Role::Clerk, OutgoingState::Signed) => self.put_and_mark(&document, person, note),
            (Role::Leader, OutgoingState::Signed) => {
                self.without_timestamp(document.id)?;
                let Some((facts, pdf)) = self.signed_package(document.id)? else {
                    return Err(AppError::new(ErrorCode::NotFound, "no signed file"));
                };
                self.put_package(&facts, &pdf, document.id)
            }
            (_, state) => Err(AppError::new(ErrorCode::NotNow, format!("{state:?}"))),
        }
    }

    fn put_and_mark(&self, document: &Outgoing, person: Option<&str>, note: &str) -> Result<()> {
        let next = self.put_to_sign(document, person, note)?;
        let detail = match next == document.draft.signatory.full_name {
            true => String::new(),
            false => next,
        };
        let step = Move {
            to: OutgoingState::HandedOver,
            revision: None,
            who: &self.profile.person.full_name,
            detail: &detail,
        };
        self.store.outgoing().step(document.id, &step, self.now())?;
        self.outgoing_changed(document.id).map(|_| ())
    }

    /// Writes the package for the next signer, or for the person chosen, and returns whom it is for.
    fn put_to_sign(&self, document: &Outgoing, person: Option<&str>, note: &str) -> Result<String> {
        self.keep_note(document.id, note)?;
        let note = self.note_to_leader(document.id)?;
        let (blob, pdf) = self.current_pdf(document.id)?;
        let fields = SignerFields::of(
            &crate::pdf::open(&pdf)?,
            &document.draft.signatory.full_name,
        )?;
        let nobody = || AppError::new(ErrorCode::NotNow, "everybody named has signed");
        let next = match person {
            Some(person) if fields.has_signed(person) && fields.open_for(person).is_none() => {
                return Err(AppError::new(
                    ErrorCode::NotNow,
                    format!("{person} has signed"),
                ));
            }
            Some(person) => compose(person.trim()),
            None => fields.open().next().ok_or_else(nobody)?.signer.clone(),
        };
        let facts = Facts {
            next: next.clone(),
            ..self.facts(document, Way::ToSign, &note, blob, blob)
        };
        self.put_package(&facts, &pdf, document.id)?;
        Ok(next)
    }

    /// What the clerk writes to the leader goes with every package of this draft, also with those for who initials
    /// it first and with one that is written anew.
    pub(crate) fn keep_note(&self, id: OutgoingId, note: &str) -> Result<()> {
        let note = note.trim();
        if note.is_empty() || note == self.note_to_leader(id)? {
            return Ok(());
        }
        let (this, who) = (Document::Outgoing(id), &self.profile.person.full_name);
        let timeline = self.store.timeline();
        Ok(timeline.append(&self.organ.id, this, NOTE, who, note, self.now())?)
    }

    /// The newest note to the leader since the draft was begun or given back; empty where there is none.
    pub(crate) fn note_to_leader(&self, id: OutgoingId) -> Result<String> {
        let events = self.store.timeline().of(Document::Outgoing(id))?;
        let newest = events.into_iter().rev();
        let mut since = newest.take_while(|event| !matches!(&*event.what, "returned" | "draft"));
        let note = since.find(|event| event.what == NOTE);
        Ok(note.map(|event| event.detail).unwrap_or_default())
    }

    /// The leader's *Trả lại*: back to the clerk with a reason.
    pub fn return_draft(&self, id: Id, reason: &str) -> Result<()> {
        self.give_back(id, Way::Returned, reason)
    }

    /// The leader's *Chuyển xử lý*: back to the clerk, for somebody else to work on first.
    pub fn forward_draft(&self, id: Id, to: &str) -> Result<()> {
        self.give_back(id, Way::Forwarded, &format!("Chuyển xử lý: {to}"))
    }

    fn give_back(&self, id: Id, way: Way, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        let document = self.store.outgoing().get(row(id))?;
        if document.state != OutgoingState::HandedOver {
            return Err(AppError::new(
                ErrorCode::NotNow,
                format!("{:?}", document.state),
            ));
        }
        let (blob, pdf) = self.current_pdf(document.id)?;
        let facts = self.facts(&document, way, reason, blob, blob);
        self.put_package(&facts, &pdf, document.id)?;
        let step = Move {
            to: OutgoingState::Returned,
            revision: None,
            who: &self.profile.person.full_name,
            detail: reason,
        };
        self.store.outgoing().step(document.id, &step, self.now())?;
        self.outgoing_changed(document.id).map(|_| ())
    }

    /// Writes the packages of the documents that the leader has signed and not yet handed back, and
    /// returns how many. A stick that was missing when the leader signed is served by the next call;
    /// at the clerk's desk nothing goes this way.
    ///
    /// # Errors
    /// `HandoverFolderMissing` where something waits and cannot be written.
    pub fn handover_out(&self) -> Result<u32> {
        if self.profile.role != Role::Leader {
            return Ok(0);
        }
        let outbox = self.store.outgoing();
        let mut written = 0;
        for id in outbox.to_hand_back(&self.organ.id, HAND_BACK_MAX)? {
            written += u32::from(self.hand_back_signed(id)?);
        }
        Ok(written)
    }

    /// Hands a signed document back; `false` where that was done before.
    pub(crate) fn hand_back_signed(&self, id: OutgoingId) -> Result<bool> {
        if !self.settle_timestamp(id, RevisionKind::Signed)? {
            return Ok(false);
        }
        let Some((facts, pdf)) = self.signed_package(id)? else {
            return Ok(false);
        };
        let name = package_name(&facts);
        if self.store.handovers().find(&name, Desk::Out)?.is_some() {
            return Ok(false);
        }
        self.put_package(&facts, &pdf, id)?;
        Ok(true)
    }

    /// The package with the signed file; `None` where none was signed here.
    fn signed_package(&self, id: OutgoingId) -> Result<Option<(Facts, Vec<u8>)>> {
        let document = self.store.outgoing().get(id)?;
        let revisions = self.store.outgoing().revisions(id)?;
        let last = |kind: RevisionKind| revisions.iter().rfind(|r| r.kind == kind).map(|r| r.blob);
        let (Some(signed), Some(prepared)) =
            (last(RevisionKind::Signed), last(RevisionKind::Prepared))
        else {
            return Ok(None);
        };
        let facts = self.facts(&document, Way::Signed, "", prepared, signed);
        Ok(Some((facts, self.blob(&signed)?)))
    }

    fn put_package(&self, facts: &Facts, pdf: &[u8], id: OutgoingId) -> Result<()> {
        let (attachments, paths) = self.attachment_facts(id)?;
        let facts = Facts {
            attachments,
            ..facts.clone()
        };
        handover::write(self.handover_folder()?, &facts, pdf, &paths)?;
        let note = Handover {
            organ: self.organ.id.clone(),
            package: package_name(&facts),
            direction: Desk::Out,
            sha256: BlobId::of(pdf),
            state: HandoverState::Open,
            outgoing: Some(id),
            reason: String::new(),
        };
        self.store.handovers().note(&note, self.now())?;
        Ok(())
    }

    pub(crate) fn handover_folder(&self) -> Result<&std::path::Path> {
        let none = || AppError::new(ErrorCode::HandoverFolderMissing, "no folder is set up");
        self.profile.handover_folder.as_deref().ok_or_else(none)
    }

    fn facts(
        &self,
        document: &Outgoing,
        way: Way,
        note: &str,
        prepared: BlobId,
        pdf: BlobId,
    ) -> Facts {
        let draft = &document.draft;
        let answers = draft
            .responds_to
            .iter()
            .map(|(reference, _)| reference.code.to_string());
        let names = draft.recipients.iter().map(|(_, name)| name);
        Facts {
            schema: SCHEMA.to_owned(),
            id: Uuid::parse_str(&document.key).unwrap_or_default(),
            package: Uuid::new_v4(),
            way,
            at: calendar::signing_time(self.now()),
            organ_id: self.organ.id.to_string(),
            from: self.profile.person.full_name.clone(),
            subject: draft.subject.clone(),
            notation: draft.notation.clone(),
            kind: draft.kind.name.clone(),
            urgency: draft.urgency.code(),
            due: draft.due.map(|due| due.to_string()),
            signatory: SignatoryFacts {
                full_name: draft.signatory.full_name.clone(),
                competence: draft.signatory.competence.clone(),
                position: draft.signatory.position.clone(),
            },
            next: String::new(),
            note: note.to_owned(),
            answers: answers.collect::<Vec<_>>().join(", "),
            recipients: names.cloned().collect(),
            prepared_sha256: prepared.to_string(),
            pdf_sha256: pdf.to_string(),
            attachments: Vec::new(),
        }
    }
}

/// A package's own name. A signed file is signed once; anything else may go the same way again, with
/// the very same file.
pub(crate) fn package_name(facts: &Facts) -> String {
    match facts.way {
        Way::Signed => format!("{}/{:?}/{}", facts.id, facts.way, facts.pdf_sha256),
        way => format!("{}/{way:?}/{}", facts.id, facts.package),
    }
}
