//! Documents of ours, as rows and as a pane.

use std::collections::HashMap;

use trien_domain::number::printed;
use trien_domain::{OutgoingState, SendState};
use trien_store::{COUNT_CAP, Document, IncomingId, Outgoing, OutgoingId, RevisionKind};

use super::recalls::Recalled;
use super::{PAGE, days_to, parse_cursor, shown};
use crate::app::App;
use crate::attachments::file_view;
use crate::drafts::row;
use crate::error::{ErrorCode, Result};
use crate::judge;
use crate::signers::SignerFields;
use crate::view::{
    Act, BannerKind, BannerView, Direction, DocumentKey, DocumentView, FileView, Folder, Id, Role,
    RowPage, RowView, Text,
};

impl App {
    pub(super) fn list_outgoing(
        &self,
        folder: Folder,
        states: &[OutgoingState],
        cursor: Option<&str>,
    ) -> Result<RowPage> {
        let after = parse_cursor::<i64>(cursor)?.map(OutgoingId);
        let mut documents = Vec::new();
        for state in states {
            documents.extend(self.store.outgoing().list(
                &self.organ.id,
                Some(*state),
                after,
                PAGE,
            )?);
        }
        documents.sort_by_key(|d| std::cmp::Reverse(d.id.0));
        documents.truncate(PAGE as usize);
        let full = documents.len() == PAGE as usize;
        let next = documents
            .last()
            .filter(|_| full)
            .map(|last| last.id.0.to_string());
        let counts = self.store.outgoing().folders(&self.organ.id)?;
        let total: u32 = counts
            .iter()
            .filter(|(state, _)| states.contains(state))
            .map(|(_, n)| *n)
            .sum();
        let alarms = match folder {
            Folder::Tracking => self.tracking_hints()?,
            Folder::ToNumber | Folder::ToSend => {
                let limits = self.limits()?.into_iter();
                limits.map(|(id, limit)| (id, limit.words())).collect()
            }
            _ => HashMap::new(),
        };
        let rows = documents.iter().map(|document| {
            let mut row = self.outgoing_row(document, folder)?;
            if let Some(alarm) = alarms.get(&document.id) {
                row.hint = Some(alarm.clone());
            }
            Ok(row)
        });
        let rows = rows.collect::<Result<_>>()?;
        Ok(RowPage {
            rows,
            next,
            total: total.min(COUNT_CAP),
        })
    }

    pub(super) fn outgoing_row(&self, document: &Outgoing, folder: Folder) -> Result<RowView> {
        let draft = &document.draft;
        let waits_for_signature =
            matches!(folder, Folder::ToSign | Folder::Drafts | Folder::Signed);
        let who = match self.profile.role {
            Role::Leader => draft.kind.name.clone(),
            Role::Clerk if waits_for_signature => draft.signatory.full_name.clone(),
            Role::Clerk => draft
                .recipients
                .iter()
                .map(|(_, name)| name.as_str())
                .collect::<Vec<_>>()
                .join("; "),
        };
        let left = self.left_half_done(document)?;
        let recalled = self.recall_hint(document)?;
        let hint = match document.state {
            _ if left == Some(ErrorCode::SignatureNotFinished) => {
                Some(ErrorCode::SignatureNotFinished.title())
            }
            OutgoingState::Returned => Some(Text::new(
                format!("Trả lại: {}", document.reason),
                format!("Returned: {}", document.reason),
            )),
            OutgoingState::Numbered => {
                let number = document.number.map(printed).unwrap_or_default();
                Some(Text::new(
                    format!("Số {number} vẫn được giữ cho văn bản này"),
                    format!("Number {number} is still reserved for this document"),
                ))
            }
            OutgoingState::WaitingSend if recalled.is_none() => {
                Some(Text::new("Chờ gửi", "Waiting to leave"))
            }
            _ => recalled,
        };
        Ok(RowView {
            key: key_of(document.id)?,
            who,
            code: code(document),
            subject: draft.subject.clone(),
            urgency: draft.urgency.code(),
            due: draft.due.map(|due| due.to_string()),
            due_in: days_to(self, draft.due),
            at: shown(document.changed_at),
            unread: false,
            hint,
            error: left,
        })
    }

    /// What an act that was cut short left of this document.
    fn left_half_done(&self, document: &Outgoing) -> Result<Option<ErrorCode>> {
        if self.is_signature_unfinished(document.id)? {
            return Ok(Some(ErrorCode::SignatureNotFinished));
        }
        let numbered = document.state == OutgoingState::Numbered;
        Ok(numbered.then_some(ErrorCode::NumberStillReserved))
    }

    pub(super) fn outgoing_view(&self, id: Id) -> Result<DocumentView> {
        let document = self.store.outgoing().get(row(id))?;
        let revisions = self.store.outgoing().revisions(document.id)?;
        let verdict = match revisions.last() {
            Some(last)
                if matches!(
                    last.kind,
                    RevisionKind::Signed | RevisionKind::Sealed | RevisionKind::Initialled
                ) =>
            {
                Some(judge::verdict_view(&self.judge_blob(&last.blob)?))
            }
            _ => None,
        };
        let files = revisions.iter().rev().map(|revision| FileView {
            sha256: revision.blob.to_string(),
            name: format!("{}.pdf", code(&document).replace('/', "-")),
            bytes: revision.size as f64,
            is_pdf: true,
            attached: false,
            description: revision_name(revision.kind),
        });
        let attachments = self.store.outgoing().attachments(document.id)?;
        let attachments = attachments.into_iter().map(file_view);
        let answers = document
            .draft
            .responds_to
            .iter()
            .find_map(|(_, incoming)| *incoming);
        let awaited = self.awaited(&document);
        Ok(DocumentView {
            key: key_of(document.id)?,
            folder: self.stands(&document)?,
            subject: document.draft.subject.clone(),
            code: code(&document),
            urgency: document.draft.urgency.code(),
            facts: self.outgoing_facts(&document)?,
            files: files.chain(attachments).collect(),
            verdict,
            checks: self.told_of(&document)?,
            banners: self.outgoing_banners(document.id, answers)?,
            timeline: self.timeline(Document::Outgoing(document.id))?,
            acts: self.outgoing_acts(&document, &awaited)?,
            awaited,
            note: self.note(&document)?,
            answers: answers.map(super::incoming::key_of).transpose()?,
            answered_by: Vec::new(),
            carried_by: Vec::new(),
            troubles: Vec::new(),
        })
    }

    /// The clerk's note to the leader, or why the leader gave the document back.
    fn note(&self, document: &Outgoing) -> Result<Option<String>> {
        let note = match document.state {
            OutgoingState::Returned => document.reason.clone(),
            // It came with the package.
            _ if self.profile.role == Role::Leader => {
                let events = self.store.timeline().of(Document::Outgoing(document.id))?;
                let handed = events
                    .into_iter()
                    .rfind(|event| event.what == "handed_over");
                handed.map(|event| event.detail).unwrap_or_default()
            }
            _ => self.note_to_leader(document.id)?,
        };
        Ok(Some(note).filter(|note| !note.is_empty()))
    }

    /// Who still has to sign a file that is on its way to the seal.
    fn awaited(&self, document: &Outgoing) -> Vec<String> {
        use OutgoingState as O;
        if !matches!(document.state, O::Prepared | O::HandedOver | O::Signed) {
            return Vec::new();
        }
        let leader = &document.draft.signatory.full_name;
        let fields = self.current_pdf(document.id).and_then(|(_, pdf)| {
            let pdf = crate::pdf::open(&pdf)?;
            SignerFields::of(&pdf, leader)
        });
        // Whatever is wrong with the file is told where it is judged.
        let fields = fields.unwrap_or_default();
        fields.open().map(|field| field.signer.clone()).collect()
    }

    /// Where it is found: one that no recipient got stands with what needs a person.
    pub(super) fn stands(&self, document: &Outgoing) -> Result<Folder> {
        let needs = |send: &trien_store::Send| send.state == SendState::Failed && !send.taken_back;
        let sealed = document.state == OutgoingState::Sealed;
        if sealed
            && self
                .store
                .sends()
                .of_outgoing(document.id)?
                .iter()
                .any(needs)
        {
            return Ok(Folder::SendTrouble);
        }
        Ok(self.folder_of(document.state))
    }

    fn folder_of(&self, state: OutgoingState) -> Folder {
        use OutgoingState as O;
        match state {
            O::Draft | O::Prepared => Folder::Drafts,
            O::Returned if self.profile.role == Role::Leader => Folder::Returned,
            O::Returned => Folder::Drafts,
            O::HandedOver => Folder::ToSign,
            O::Signed if self.profile.role == Role::Leader => Folder::Signed,
            O::Signed | O::Numbered => Folder::ToNumber,
            O::Sealed => Folder::ToSend,
            O::WaitingSend | O::Sent => Folder::Tracking,
        }
    }

    fn outgoing_acts(&self, document: &Outgoing, awaited: &[String]) -> Result<Vec<Act>> {
        use OutgoingState as O;
        let mut acts = match (self.profile.role, document.state) {
            (Role::Leader, O::HandedOver) => vec![Act::Sign, Act::Return, Act::Assign],
            (Role::Leader, _) => Vec::new(),
            (Role::Clerk, O::Prepared) => {
                vec![Act::HandOver, Act::Place, Act::Attach, Act::Replace]
            }
            (Role::Clerk, O::Signed) if document.draft.copy.is_some() => vec![Act::NumberAndSeal],
            (Role::Clerk, O::Signed) if awaited.is_empty() => {
                vec![Act::NumberAndSeal, Act::BackToDraft]
            }
            (Role::Clerk, O::Signed) => vec![
                Act::HandOver,
                Act::SkipSigner,
                Act::NumberAndSeal,
                Act::BackToDraft,
            ],
            (Role::Clerk, O::Numbered) => vec![Act::NumberAndSeal, Act::VoidNumber],
            (Role::Clerk, O::Sealed) => vec![Act::Dispatch, Act::SendReplacement],
            (Role::Clerk, O::WaitingSend | O::Sent) => vec![Act::Dispatch],
            (Role::Clerk, O::Draft | O::Returned) => vec![Act::Replace, Act::Attach],
            (Role::Clerk, O::HandedOver) => vec![Act::TakeSigned, Act::HandOver],
        };
        let left = matches!(document.state, O::Sealed | O::WaitingSend | O::Sent);
        if self.profile.role == Role::Clerk && left && !self.reached(document.id)?.is_empty() {
            acts.extend([Act::Recall, Act::Update]);
        }
        if self.profile.role == Role::Clerk && document.state == O::WaitingSend {
            let sends = self.store.sends().of_outgoing(document.id)?;
            if sends.iter().any(|send| send.state == SendState::Waiting) {
                acts.push(Act::TakeBack);
            }
        }
        Ok(acts)
    }

    /// What replaces a document of ours, and what became of the letters that it answers or carries.
    fn outgoing_banners(
        &self,
        id: OutgoingId,
        answers: Option<IncomingId>,
    ) -> Result<Vec<BannerView>> {
        let recall = self.recall_of(id)?;
        let mut banners: Vec<BannerView> = recall.iter().map(Recalled::banner).collect();
        for new in self.store.sends().replaced_by(id)? {
            let document = self.store.outgoing().get(new)?;
            banners.push(BannerView {
                kind: BannerKind::Replaced,
                text: Text::new(
                    format!("Đã thay thế bằng {}", code(&document)),
                    format!("Replaced by {}", code(&document)),
                ),
                reason: String::new(),
                at: shown(document.changed_at),
                request: None,
                here: false,
                other: Some(key_of(new)?),
            });
        }
        let carried = self.store.outgoing().carries(id)?;
        let carried = carried
            .into_iter()
            .filter(|letter| Some(*letter) != answers);
        let answered =
            answers.map(|letter| (letter, ["Văn bản được trả lời", "The document it answers"]));
        let carried = carried.map(|letter| {
            (
                letter,
                ["Văn bản được gửi kèm", "A document that it carries"],
            )
        });
        for (letter, [vi, en]) in answered.into_iter().chain(carried) {
            let document = self.store.incoming().get(letter)?;
            let changes = self.store.changes().about(letter)?;
            for mut banner in self.banners(&document, &changes)? {
                banner.text = Text::new(
                    format!("{vi}: {}", banner.text.vi),
                    format!("{en}: {}", banner.text.en),
                );
                (banner.request, banner.here) = (None, false);
                banner.other = Some(super::incoming::key_of(letter)?);
                banners.push(banner);
            }
        }
        Ok(banners)
    }
}

pub(super) fn key_of(id: OutgoingId) -> Result<DocumentKey> {
    Ok(DocumentKey {
        direction: Direction::Outgoing,
        id: crate::ids::view(id.0)?,
    })
}

/// Number and notation; before numbering the notation alone.
pub(super) fn code(document: &Outgoing) -> String {
    match document.number {
        Some(number) => document.draft.code(number).to_string(),
        None => document.draft.notation.clone(),
    }
}

fn revision_name(kind: RevisionKind) -> Text {
    let (vi, en) = match kind {
        RevisionKind::Draft => ("Bản dự thảo", "Draft"),
        RevisionKind::Prepared => ("Bản trình ký", "Prepared for signing"),
        RevisionKind::Initialled => ("Bản đã ký nháy", "Initialled"),
        RevisionKind::Signed => ("Bản lãnh đạo đã ký", "Signed by the leader"),
        RevisionKind::Sealed => ("Bản phát hành", "Sealed"),
    };
    Text::new(vi, en)
}
