//! Between desks: the clerk hands over, the leader takes in, signs or gives back, the clerk takes
//! back and trusts only what it verifies in the PDF.

use trien_domain::{OutgoingState, Urgency, calendar};
use trien_store::{
    BlobId, Direction as Desk, Draft, Handover, HandoverState, Move, Noted, Outgoing, OutgoingId,
    RevisionKind,
};

use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::handover::{self, Facts, Found, SCHEMA, SignatoryFacts, Way};
use crate::host::Changed;
use crate::view::{DocumentKey, HandoverReport, Id, Role, Text};

impl App {
    /// Trình ký: writes the hand-over package, then marks the document. Killed between the two, the
    /// package lies there and the next hand-over finds it.
    ///
    /// # Errors
    /// `HandoverFolderMissing`, `NotNow` where the document is not prepared.
    pub fn hand_over(&self, id: Id, note: &str) -> Result<()> {
        let document = self.store.outgoing().get(row(id))?;
        if document.state != OutgoingState::Prepared {
            return Err(AppError::new(
                ErrorCode::NotNow,
                format!("{:?}", document.state),
            ));
        }
        let (blob, pdf) = self.current_pdf(document.id)?;
        let facts = self.facts(&document, Way::ToSign, note, blob, blob);
        self.put_package(&facts, &pdf, document.id)?;
        let step = Move {
            to: OutgoingState::HandedOver,
            revision: None,
            who: &self.profile.person.full_name,
            detail: note,
        };
        self.store.outgoing().step(document.id, &step, self.now())?;
        self.outgoing_changed(document.id).map(|_| ())
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

    /// Writes the packages of every document that this desk has signed and not yet handed back.
    /// A stick that was missing when the leader signed is served by the next call.
    pub fn handover_out(&self) -> Result<u32> {
        let mut written = 0;
        for document in self.store.outgoing().list(
            &self.organ.id,
            Some(OutgoingState::Signed),
            None,
            u32::MAX,
        )? {
            written += u32::from(self.hand_back_signed(document.id)?);
        }
        Ok(written)
    }

    /// Hands a signed document back; `false` where that was done before.
    pub(crate) fn hand_back_signed(&self, id: OutgoingId) -> Result<bool> {
        let document = self.store.outgoing().get(id)?;
        let revisions = self.store.outgoing().revisions(id)?;
        let last = |kind: RevisionKind| revisions.iter().rfind(|r| r.kind == kind).map(|r| r.blob);
        let (Some(signed), Some(prepared)) =
            (last(RevisionKind::Signed), last(RevisionKind::Prepared))
        else {
            return Ok(false);
        };
        let facts = self.facts(&document, Way::Signed, "", prepared, signed);
        if self
            .store
            .handovers()
            .find(&package_name(&facts), Desk::Out)?
            .is_some()
        {
            return Ok(false);
        }
        self.put_package(&facts, &self.blob(&signed)?, id)?;
        Ok(true)
    }

    /// Takes in what lies in the hand-over folder for this desk.
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
            for package in handover::list(root, *way)? {
                let taken = match &package {
                    Ok(found) => self.take_in(found),
                    Err((_, error)) => Err(error.clone()),
                };
                match taken {
                    Ok(Some(key)) => report.taken.push(key),
                    Ok(None) => {}
                    Err(error) => report.refused.push(refusal(&package, &error)),
                }
            }
        }
        self.changed(Changed::Lists);
        Ok(report)
    }

    /// Takes one package in; `None` where it was taken before.
    fn take_in(&self, found: &Found) -> Result<Option<DocumentKey>> {
        let note = Handover {
            organ: self.organ.id.clone(),
            package: package_name(&found.facts),
            direction: Desk::In,
            sha256: BlobId::of(found.facts.pdf_sha256.as_bytes()),
            state: HandoverState::Open,
            outgoing: None,
            reason: String::new(),
        };
        if let Noted::Known(known) = self.store.handovers().note(&note, self.now())?
            && known.state != HandoverState::Open
        {
            return Ok(None);
        }
        let taken = match found.facts.way {
            Way::ToSign => self.take_in_to_sign(found),
            Way::Signed => self.take_in_signed(found),
            Way::Returned | Way::Forwarded => self.take_in_returned(found),
        };
        let (state, reason) = match &taken {
            Ok(_) => (HandoverState::Answered, String::new()),
            Err(error) => (HandoverState::Refused, error.to_string()),
        };
        self.store
            .handovers()
            .set_state(&note.package, Desk::In, state, &reason, self.now())?;
        let key = taken?;
        handover::remove(found)?;
        Ok(Some(key))
    }

    /// At the leader's desk: a document that waits for a signature.
    fn take_in_to_sign(&self, found: &Found) -> Result<DocumentKey> {
        let facts = &found.facts;
        if facts.prepared_sha256 != facts.pdf_sha256 || facts.organ_id != self.organ.id.as_str() {
            return Err(AppError::new(
                ErrorCode::HandoverDamaged,
                "prepared file or office differs",
            ));
        }
        crate::pdf::open(&found.pdf)?;
        let who = &facts.from;
        let (outbox, now) = (self.store.outgoing(), self.now());
        let id = match outbox.find(&facts.id.to_string())? {
            Some(known) => {
                outbox.update(known.id, &self.draft_from(facts))?;
                known.id
            }
            None => outbox.create(&facts.id.to_string(), &self.draft_from(facts), who, now)?,
        };
        let revision = Some(self.keep(&found.pdf, RevisionKind::Prepared)?);
        outbox.step(
            id,
            &Move {
                to: OutgoingState::Prepared,
                revision,
                who,
                detail: "",
            },
            now,
        )?;
        outbox.step(
            id,
            &Move {
                to: OutgoingState::HandedOver,
                revision: None,
                who,
                detail: &facts.note,
            },
            now,
        )?;
        self.outgoing_changed(id)
    }

    /// At the clerk's desk: the signed file must continue what was handed over, and the leader's
    /// signature in it must hold; what the package says of itself counts for nothing.
    fn take_in_signed(&self, found: &Found) -> Result<DocumentKey> {
        let document = self.handed_over(&found.facts)?;
        self.accept_signed(&document, &found.pdf)
    }

    fn accept_signed(&self, document: &Outgoing, pdf: &[u8]) -> Result<DocumentKey> {
        let (_, prepared) = self.current_pdf(document.id)?;
        if !pdf.starts_with(&prepared) || pdf.len() == prepared.len() {
            return Err(AppError::new(
                ErrorCode::HandoverNotOurs,
                "the signed file does not begin with the prepared one",
            ));
        }
        self.check_leader(pdf, document)?;
        let revision = Some(self.keep(pdf, RevisionKind::Signed)?);
        let who = document.draft.signatory.full_name.clone();
        let step = Move {
            to: OutgoingState::Signed,
            revision,
            who: &who,
            detail: "",
        };
        self.store.outgoing().step(document.id, &step, self.now())?;
        self.outgoing_changed(document.id)
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

    fn take_in_returned(&self, found: &Found) -> Result<DocumentKey> {
        let document = self.handed_over(&found.facts)?;
        let step = Move {
            to: OutgoingState::Returned,
            revision: None,
            who: &found.facts.from,
            detail: &found.facts.note,
        };
        self.store.outgoing().step(document.id, &step, self.now())?;
        self.outgoing_changed(document.id)
    }

    /// The document that a package comes back with.
    fn handed_over(&self, facts: &Facts) -> Result<Outgoing> {
        let document = self.store.outgoing().find(&facts.id.to_string())?;
        document
            .filter(|d| d.state == OutgoingState::HandedOver)
            .ok_or_else(|| {
                AppError::new(
                    ErrorCode::HandoverNotOurs,
                    format!("no document {} is with the leader", facts.id),
                )
            })
    }

    fn put_package(&self, facts: &Facts, pdf: &[u8], id: OutgoingId) -> Result<()> {
        handover::write(self.handover_folder()?, facts, pdf)?;
        let note = Handover {
            organ: self.organ.id.clone(),
            package: package_name(facts),
            direction: Desk::Out,
            sha256: BlobId::of(facts.pdf_sha256.as_bytes()),
            state: HandoverState::Open,
            outgoing: Some(id),
            reason: String::new(),
        };
        self.store.handovers().note(&note, self.now())?;
        Ok(())
    }

    fn handover_folder(&self) -> Result<&std::path::Path> {
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
        Facts {
            schema: SCHEMA.to_owned(),
            id: uuid::Uuid::parse_str(&document.key).unwrap_or_default(),
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
            note: note.to_owned(),
            answers: answers.collect::<Vec<_>>().join(", "),
            prepared_sha256: prepared.to_string(),
            pdf_sha256: pdf.to_string(),
        }
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

/// A package's own name: the same document comes again only with another file.
fn package_name(facts: &Facts) -> String {
    format!("{}/{:?}/{}", facts.id, facts.way, facts.pdf_sha256)
}

fn refusal(
    package: &std::result::Result<Found, (std::path::PathBuf, AppError)>,
    error: &AppError,
) -> Text {
    let name = match package {
        Ok(found) => found.facts.subject.clone(),
        Err((path, _)) => path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default(),
    };
    let title = error.code.title();
    Text::new(
        format!("{name}: {}", title.vi),
        format!("{name}: {}", title.en),
    )
}
