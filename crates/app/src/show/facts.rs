//! The facts beside a document: all of them for the clerk, four for the leader.

use trien_domain::OutgoingState;
use trien_domain::calendar::written;
use trien_store::{Document, Incoming, Outgoing};

use super::{outgoing::code, shown};
use crate::app::App;
use crate::error::Result;
use crate::view::{FactView, Role, Text};

/// The facts of a document that came. Arrival and place of work are its own; the rest is what its
/// current version says, which an update may have brought.
pub(super) fn incoming(document: &Incoming, current: &Incoming) -> Vec<FactView> {
    let date = |date: Option<time::Date>| Text::same(date.map(written).unwrap_or_default());
    told([
        fact(
            "Nơi gửi",
            "From",
            Text::same(super::incoming::sender(document)),
        )
        .with(document.from_id.to_string()),
        fact(
            "Số, ký hiệu",
            "Number",
            Text::same(document.code.to_string()),
        ),
        fact("Ngày", "Date", date(current.issued_on)),
        fact("Loại", "Kind", Text::same(&current.kind_name)),
        fact(
            "Người ký",
            "Signed by",
            Text::same(&current.signatory.full_name),
        )
        .with(&current.signatory.position),
        fact("Hạn trả lời", "Due", date(current.due_on)),
        fact(
            "Số đến",
            "Arrival no.",
            Text::same(
                document
                    .arrival_number
                    .map(|n| n.to_string())
                    .unwrap_or_default(),
            ),
        )
        .with(document.arrival_on.map(written).unwrap_or_default()),
        fact("Chuyển cho", "Assigned to", Text::same(&document.assignee)),
    ])
}

impl App {
    pub(super) fn outgoing_facts(&self, document: &Outgoing) -> Result<Vec<FactView>> {
        match self.profile.role {
            Role::Leader => self.leader_facts(document),
            Role::Clerk => Ok(clerk_facts(document)),
        }
    }

    /// *Trình, Việc, Hạn, Chữ ký*: who asks for what until when, and who has signed before.
    fn leader_facts(&self, document: &Outgoing) -> Result<Vec<FactView>> {
        let draft = &document.draft;
        let events = self.store.timeline().of(Document::Outgoing(document.id))?;
        let handed = events.iter().rfind(|event| event.what == "handed_over");
        let (who, when) = handed.map_or((draft.staff.name.as_str(), String::new()), |event| {
            (event.who.as_str(), shown(event.at))
        });
        let task = match recipients(document).as_str() {
            "" => Text::same(&draft.kind.name),
            to => Text::new(
                format!("{} gửi {to}", draft.kind.name),
                format!("{} to {to}", draft.kind.name),
            ),
        };
        let due = draft.due.map_or_else(
            || Text::new("Không hẹn ngày", "No date"),
            |due| Text::same(written(due)),
        );
        // What it answers has travelled as words: the leader's desk has no incoming documents.
        let answers = match draft.content.as_str() {
            "" => Text::same(""),
            answered => Text::new(format!("trả lời {answered}"), format!("answers {answered}")),
        };
        Ok(told([
            fact("Trình", "From", Text::same(who)).with(when),
            fact("Việc", "Task", task),
            fact("Hạn", "Due", due).with_text(answers),
            self.signed_so_far(document)?,
        ]))
    }

    /// Who has signed the file that lies before the leader, by our own verifier.
    fn signed_so_far(&self, document: &Outgoing) -> Result<FactView> {
        let (_, pdf) = self.current_pdf(document.id)?;
        let report = self.judge(&pdf)?;
        let names: Vec<&str> = report
            .signatures
            .iter()
            .filter_map(|signature| signature.signer.as_ref()?.common_name.as_deref())
            .collect();
        let last = report.signatures.last();
        let at = last.and_then(|last| {
            let times = &last.signed_at;
            times.trusted.clone().or_else(|| times.claimed.clone())
        });
        let label = |value| fact("Chữ ký", "Signatures", value);
        if names.is_empty() {
            let signatory = &document.draft.signatory;
            let waits = format!("{}, {}", signatory.full_name, signatory.position);
            let none = Text::new("Chưa có chữ ký nào", "None yet");
            return Ok(label(none).with_text(match document.state {
                OutgoingState::HandedOver => {
                    Text::new(format!("người ký: {waits}"), format!("signatory: {waits}"))
                }
                _ => Text::same(""),
            }));
        }
        let all = names.join(", ");
        let signed = Text::new(format!("{all} đã ký"), format!("{all} signed"));
        Ok(label(signed).with(at.unwrap_or_default()))
    }
}

fn clerk_facts(document: &Outgoing) -> Vec<FactView> {
    let draft = &document.draft;
    let date = |date: Option<time::Date>| Text::same(date.map(written).unwrap_or_default());
    let answered: Vec<String> = draft
        .responds_to
        .iter()
        .map(|(reference, _)| reference.code.to_string())
        .collect();
    told([
        fact("Số, ký hiệu", "Number", Text::same(code(document))),
        fact("Ngày", "Date", date(document.issued_on)),
        fact("Loại", "Kind", Text::same(&draft.kind.name)),
        fact(
            "Người ký",
            "Signed by",
            Text::same(&draft.signatory.full_name),
        )
        .with(&draft.signatory.position),
        fact("Nơi nhận", "To", Text::same(recipients(document))),
        fact("Trả lời", "Answers", Text::same(answered.join("; "))),
        fact("Hạn", "Due", date(draft.due)),
        fact("Soạn", "Drafted by", Text::same(&draft.staff.name)),
    ])
}

/// The names of the recipients; at the leader's desk they came as words with the hand-over.
fn recipients(document: &Outgoing) -> String {
    let names = document.draft.recipients.iter().map(|(_, name)| name);
    let places = document.draft.to_places.iter();
    names.chain(places).cloned().collect::<Vec<_>>().join("; ")
}

pub(super) fn fact(vi: &str, en: &str, value: Text) -> FactView {
    FactView {
        label: Text::new(vi, en),
        value,
        small: None,
    }
}

impl FactView {
    fn with(self, small: impl Into<String>) -> Self {
        self.with_text(Text::same(small))
    }

    fn with_text(self, small: Text) -> Self {
        Self {
            small: Some(small).filter(|small| !small.is_empty()),
            ..self
        }
    }
}

/// Facts of which nothing is known are left out.
fn told<const N: usize>(facts: [FactView; N]) -> Vec<FactView> {
    let known = |fact: &FactView| !fact.value.is_empty();
    facts.into_iter().filter(known).collect()
}
