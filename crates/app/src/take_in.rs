//! What other desks handed over, taken in: at the leader's desk to be signed, at the clerk's what is
//! signed or given back. What a package says of itself counts for nothing; what is trusted is
//! verified in the PDF.

use std::path::Path;

use trien_domain::text::same_name;
use trien_domain::{OutgoingState, Urgency};
use trien_store::{
    BlobId, Direction as Desk, Document, Draft, Handover, HandoverState, Move, Noted, Outgoing,
    RevisionKind,
};

use crate::app::App;
use crate::desks::package_name;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::handover::{self, Facts, Found, Way};
use crate::host::Changed;
use crate::sign::ASKED_BESIDE;
use crate::signers::SignerFields;
use crate::view::{DocumentKey, HandoverRefusal, HandoverReport, Id, Role};

impl App {
    /// Takes in what lies in the hand-over folder for this desk. What was refused stays there and is
    /// looked at again: the reason may have been this desk's own, such as an old revocation list.
    ///
    /// # Errors
    /// `HandoverFolderMissing`. What is wrong with one package is in the report.
    pub fn handover_in(&self) -> Result<HandoverReport> {
        let root = self.handover_folder()?;
        let ways: &[Way] = match self.profile.role {
            Role::Leader => &[Way::ToSign],
            Role::Clerk => &[Way::Signed, Way::Returned, Way::Forwarded],
        };
        let mut report = HandoverReport::default();
        for way in ways {
            for path in handover::list(root, *way)? {
                let found = handover::read(&path, *way);
                let package = match &found {
                    Ok(found) => found.facts.subject.clone(),
                    Err(_) => folder_name(&path),
                };
                if found
                    .as_ref()
                    .is_ok_and(|found| !self.is_for_this_desk(found))
                {
                    continue;
                }
                match found.and_then(|found| self.take_in(&found)) {
                    Ok(Some(key)) => report.taken.push(key),
                    Ok(None) => {}
                    Err(error) => report.refused.push(HandoverRefusal {
                        package,
                        error: error.view(),
                    }),
                }
            }
        }
        self.changed(Changed::Lists);
        Ok(report)
    }

    /// Takes a signed file back without a package: signed at this machine with `trien sign`, or
    /// brought on a stick as it is. The same checks hold.
    ///
    /// # Errors
    /// `HandoverNotOurs`, and what the gate says of the leader's signature.
    pub fn take_signed(&self, id: Id, pdf: &[u8]) -> Result<DocumentKey> {
        let document = self.store.outgoing().get(row(id))?;
        self.accept_signed(&document, pdf)
    }

    /// Several signers' desks share one folder: each takes what it is to sign, the rest lies there for the others.
    fn is_for_this_desk(&self, found: &Found) -> bool {
        found.facts.way != Way::ToSign
            || same_name(found.facts.addressee(), &self.profile.person.full_name)
    }

    /// Takes one package in; `None` where it was taken before.
    fn take_in(&self, found: &Found) -> Result<Option<DocumentKey>> {
        let note = Handover {
            organ: self.organ.id.clone(),
            package: package_name(&found.facts),
            direction: Desk::In,
            sha256: BlobId::of(&found.pdf),
            state: HandoverState::Open,
            outgoing: None,
            reason: String::new(),
        };
        let noted = self.store.handovers().note(&note, self.now())?;
        let before = matches!(noted, Noted::Known(known) if known.state == HandoverState::Answered);
        if before {
            clear_away(found);
            return Ok(None);
        }
        crate::fault::point("handover.before_take_in");
        let taken = match found.facts.way {
            Way::ToSign => self.take_in_to_sign(found),
            Way::Signed => self.take_in_signed(found),
            Way::Returned | Way::Forwarded => self.take_in_returned(found),
        };
        crate::fault::point("handover.after_take_in");
        let (state, reason) = match &taken {
            Ok(_) => (HandoverState::Answered, String::new()),
            Err(error) => (HandoverState::Refused, error.to_string()),
        };
        self.store
            .handovers()
            .set_state(&note.package, Desk::In, state, &reason, self.now())?;
        let key = taken?;
        crate::fault::point("handover.before_clear");
        clear_away(found);
        Ok(key)
    }

    /// At the leader's desk: a document that waits for a signature.
    fn take_in_to_sign(&self, found: &Found) -> Result<Option<DocumentKey>> {
        let facts = &found.facts;
        if facts.prepared_sha256 != facts.pdf_sha256 || facts.organ_id != self.organ.id.as_str() {
            return Err(AppError::new(
                ErrorCode::HandoverDamaged,
                "prepared file or office differs",
            ));
        }
        let opened = crate::pdf::open(&found.pdf)?;
        let fields = SignerFields::of(&opened, &facts.signatory.full_name)?;
        let beside = fields.open_for(facts.addressee()).is_none();
        let attachments = self.keep_attachments(found)?;
        let (outbox, now, who) = (self.store.outgoing(), self.now(), facts.from.as_str());
        let known = outbox.find(&facts.id.to_string())?;
        let same_file = match &known {
            Some(known) => self.holds(known, &found.pdf)?,
            None => false,
        };
        let (id, prepared) = match known {
            None => {
                let key = facts.id.to_string();
                (
                    outbox.create(&key, &self.draft_from(facts), who, now)?,
                    false,
                )
            }
            Some(known) => match known.state {
                OutgoingState::Draft | OutgoingState::Returned => {
                    outbox.update(known.id, &self.draft_from(facts))?;
                    (known.id, false)
                }
                // Killed between the two steps below.
                OutgoingState::Prepared if same_file => (known.id, true),
                // Handed over again, because somebody feared that it was lost.
                OutgoingState::HandedOver if same_file => {
                    outbox.set_attachments(known.id, &attachments)?;
                    return Ok(None);
                }
                _ if same_file => return Ok(None),
                // This person has initialled it here before, and now signs it.
                OutgoingState::Signed if self.continues(&known, &found.pdf)? => {
                    let again = Move {
                        to: OutgoingState::HandedOver,
                        revision: Some(self.keep(&found.pdf, RevisionKind::Prepared)?),
                        who,
                        detail: &facts.note,
                    };
                    outbox.step(known.id, &again, now)?;
                    outbox.set_attachments(known.id, &attachments)?;
                    return self.outgoing_changed(known.id).map(Some);
                }
                // What was signed here could not be sealed, and a new file is to be signed in its place.
                OutgoingState::Signed => {
                    let again = Move {
                        to: OutgoingState::Draft,
                        revision: None,
                        who,
                        detail: "",
                    };
                    outbox.step(known.id, &again, now)?;
                    outbox.update(known.id, &self.draft_from(facts))?;
                    (known.id, false)
                }
                state => return Err(AppError::new(ErrorCode::NotNow, format!("{state:?}"))),
            },
        };
        let step = |to, revision, detail| Move {
            to,
            revision,
            who,
            detail,
        };
        outbox.set_attachments(id, &attachments)?;
        if !prepared {
            let revision = Some(self.keep(&found.pdf, RevisionKind::Prepared)?);
            outbox.step(id, &step(OutgoingState::Prepared, revision, ""), now)?;
        }
        if beside {
            let this = Document::Outgoing(id);
            let next = facts.addressee();
            (self.store.timeline()).append(&self.organ.id, this, ASKED_BESIDE, who, next, now)?;
        }
        let handed_over = step(OutgoingState::HandedOver, None, facts.note.as_str());
        outbox.step(id, &handed_over, now)?;
        self.outgoing_changed(id).map(Some)
    }

    /// At the clerk's desk: the signed file must continue what was handed over, and every signature
    /// that came must hold and be of the person who was asked.
    fn take_in_signed(&self, found: &Found) -> Result<Option<DocumentKey>> {
        let document = self.document_of(&found.facts)?;
        if document.state != OutgoingState::HandedOver && self.holds(&document, &found.pdf)? {
            return Ok(None);
        }
        with_the_leader(&document)?;
        let key = self.accept_signed(&document, &found.pdf)?;
        self.note_seen(document.id, &found.facts.attachments)?;
        Ok(Some(key))
    }

    fn accept_signed(&self, document: &Outgoing, pdf: &[u8]) -> Result<DocumentKey> {
        if !self.continues(document, pdf)? {
            return Err(AppError::new(
                ErrorCode::HandoverNotOurs,
                "the signed file does not begin with the prepared one",
            ));
        }
        let (_, before) = self.current_pdf(document.id)?;
        let came = self.check_new_signatures(document, &before, pdf)?;
        let fields =
            SignerFields::of(&crate::pdf::open(pdf)?, &document.draft.signatory.full_name)?;
        let who = came.join(", ");
        if fields.leader_signed() {
            self.check_leader(pdf, document)?;
            let step = Move {
                to: OutgoingState::Signed,
                revision: Some(self.keep(pdf, RevisionKind::Signed)?),
                who: &who,
                detail: "",
            };
            self.store.outgoing().step(document.id, &step, self.now())?;
            return self.outgoing_changed(document.id);
        }
        let revision = self.keep(pdf, RevisionKind::Initialled)?;
        if document.state == OutgoingState::Prepared {
            let outbox = self.store.outgoing();
            outbox.add_revision(document.id, &revision, &who, self.now())?;
        } else {
            let step = Move {
                to: OutgoingState::Prepared,
                revision: Some(revision),
                who: &who,
                detail: "đã ký nháy hoặc đồng ký",
            };
            self.store.outgoing().step(document.id, &step, self.now())?;
        }
        self.pass_on(document);
        self.outgoing_changed(document.id)
    }

    /// Hands a document with new initials to its next signer at once; where the folder is away, it stands as prepared
    /// and the clerk hands it over by hand.
    fn pass_on(&self, document: &Outgoing) {
        let passed = crate::ids::view(document.id.0).and_then(|id| self.hand_over(id, ""));
        if let Err(error) = passed {
            tracing::warn!(code = ?error.code, "taken in, not yet handed on");
        }
    }

    /// Whether a file is the document's newest with something appended.
    fn continues(&self, document: &Outgoing, pdf: &[u8]) -> Result<bool> {
        let (_, current) = self.current_pdf(document.id)?;
        Ok(pdf.starts_with(&current) && pdf.len() > current.len())
    }

    /// At the clerk's desk: given back with a reason. The file must be the one that was handed over.
    fn take_in_returned(&self, found: &Found) -> Result<Option<DocumentKey>> {
        let document = self.document_of(&found.facts)?;
        if !self.holds(&document, &found.pdf)? {
            return Err(AppError::new(
                ErrorCode::HandoverNotOurs,
                "the returned file is not the one that was handed over",
            ));
        }
        if document.state == OutgoingState::Returned {
            return Ok(None);
        }
        with_the_leader(&document)?;
        let step = Move {
            to: OutgoingState::Returned,
            revision: None,
            who: &found.facts.from,
            detail: &found.facts.note,
        };
        self.store.outgoing().step(document.id, &step, self.now())?;
        self.outgoing_changed(document.id).map(Some)
    }

    /// The document that a package comes back with.
    fn document_of(&self, facts: &Facts) -> Result<Outgoing> {
        let document = self.store.outgoing().find(&facts.id.to_string())?;
        let none = || format!("this desk has no document {}", facts.id);
        document.ok_or_else(|| AppError::new(ErrorCode::HandoverNotOurs, none()))
    }

    /// Whether a file is the newest one of a document.
    fn holds(&self, document: &Outgoing, pdf: &[u8]) -> Result<bool> {
        let newest = self.store.outgoing().revisions(document.id)?.pop();
        Ok(newest.is_some_and(|revision| revision.blob == BlobId::of(pdf)))
    }

    fn draft_from(&self, facts: &Facts) -> Draft {
        Draft {
            kind: trien_domain::document::Kind {
                number: 0,
                name: facts.kind.clone(),
            },
            notation: facts.notation.clone(),
            subject: facts.subject.clone(),
            content: facts.answers.clone(),
            to_places: facts.recipients.clone(),
            due: facts.due.as_deref().and_then(crate::drafts::civil),
            urgency: Urgency::from_code(facts.urgency),
            signatory: trien_domain::Signatory {
                competence: facts.signatory.competence.clone(),
                position: facts.signatory.position.clone(),
                full_name: facts.signatory.full_name.clone(),
            },
            ..Draft::new(self.organ.id.clone())
        }
    }
}

fn with_the_leader(document: &Outgoing) -> Result<()> {
    if document.state == OutgoingState::HandedOver {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::HandoverNotOurs,
        format!("the document is not with the leader: {:?}", document.state),
    ))
}

/// What is taken in is safe in the store; a stick that cannot be written keeps its copy.
fn clear_away(found: &Found) {
    if let Err(error) = handover::remove(found) {
        tracing::warn!(code = ?error.code, "a package that was taken in was not removed");
    }
}

fn folder_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
