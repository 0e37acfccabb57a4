//! The way of the commune's answer, step by step, for scenarios that start in the middle of it.

use serde_json::Value;
use trien_practice::office::{ANSWER, COMMUNE, DEPARTMENT};

use crate::{Desk, Office, PIN_VARIABLE};

impl Office {
    /// The commune's answer as the clerk drafts it, with more arguments of `draft`; its row.
    pub fn drafted_answer(&self, more: &[&str]) -> String {
        let clerk = self.clerk();
        let signatory = clerk.ok(["signatories"])[0]["id"].to_string();
        let pdf = self.drafts().join("tra-loi.pdf").display().to_string();
        let draft = [
            "draft",
            &pdf,
            "--subject",
            ANSWER.0,
            "--notation",
            COMMUNE.notation,
            "--signatory",
            &signatory,
            "--to",
            DEPARTMENT.id,
        ];
        let draft = clerk.ok(draft.iter().chain(more));
        draft["id"].to_string()
    }

    /// Takes the commune's answer in at the clerk's desk and hands it over; returns its row at the
    /// clerk's and at the leader's.
    pub fn answer_at_the_leaders(&self) -> [String; 2] {
        let (clerk, leader) = (self.clerk(), self.leader());
        let id = self.drafted_answer(&[]);
        clerk.ok(["handover", "out", &id]);
        leader.ok(["handover", "in"]);
        let waiting = rows(&leader, "outbox", "to-sign");
        [id, waiting[0]["key"]["id"].to_string()]
    }

    /// The same, signed and back at the clerk's, whose row it returns.
    pub fn signed_answer(&self) -> String {
        let [id, at_leader] = self.answer_at_the_leaders();
        self.leader()
            .ok(["sign-documents", &at_leader, "--pin-env", PIN_VARIABLE]);
        self.clerk().ok(["handover", "in"]);
        id
    }

    /// The same, numbered and sealed, in the queue of what leaves with the next round.
    pub fn queued_answer(&self) -> String {
        let id = self.signed_answer();
        self.clerk().ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
        self.clerk().ok(["send", &id]);
        id
    }
}

/// The rows of a folder: `inbox` or `outbox`.
pub fn rows(desk: &Desk, list: &str, folder: &str) -> Vec<Value> {
    let page = desk.ok([list, "--folder", folder]);
    page["rows"].as_array().cloned().unwrap_or_default()
}
