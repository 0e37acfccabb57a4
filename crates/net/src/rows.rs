//! Rows of the axis's lists. Keys are the axis's own; a row may leave any of them out.

use serde::{Deserialize, Deserializer, Serialize};

/// A package that waits for us (`getReceivedEdocList`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct ReceivedRow {
    /// The receiver's id of the package, for `get_edoc` and `update_status`.
    #[serde(rename = "docId", deserialize_with = "text")]
    pub doc_id: String,
    /// Who sent it.
    #[serde(deserialize_with = "text")]
    pub from: String,
    /// Which of our organs receives it.
    #[serde(deserialize_with = "text")]
    pub to: String,
    /// `initial`, `processing`, `done` or `fail`.
    #[serde(deserialize_with = "text")]
    pub status: String,
    /// When it was created, as the axis writes it.
    #[serde(rename = "created_time", deserialize_with = "text")]
    pub created: String,
    /// When it last changed, as the axis writes it.
    #[serde(rename = "updated_time", deserialize_with = "text")]
    pub updated: String,
}

/// A unit to be registered with the axis (`registerAgency`); the members and their order are the SDK's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewAgency {
    /// The axis's own number of a unit that is changed; empty for a new one.
    pub id: String,
    /// The code of the unit above it.
    pub pcode: String,
    /// Its code: the OrganId by which it sends and receives.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its address for mail.
    pub mail: String,
    /// Its telephone.
    pub mobile: String,
    /// Its fax; `0` for none.
    pub fax: String,
}

/// One receiver's copy of what we sent (`getSentEdocList`). Older axes use the keys of
/// [`ReceivedRow`] for it, which are read into the same fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct SentRow {
    /// The id that `send_edoc` returned.
    #[serde(rename = "senderDocId", deserialize_with = "text")]
    pub sender_doc_id: String,
    /// The receiver's id of its copy.
    #[serde(rename = "receiverDocId", deserialize_with = "text")]
    pub receiver_doc_id: String,
    /// Who receives it.
    #[serde(rename = "toCode", deserialize_with = "text")]
    pub to: String,
    /// Who receives it, by the older key.
    #[serde(rename = "to", deserialize_with = "text")]
    pub to_older: String,
    /// The sender's side: `done` once the axis has it.
    #[serde(rename = "sendStatus", deserialize_with = "text")]
    pub send_status: String,
    /// The receiver's side: `initial`, `processing`, `done` or `fail`.
    #[serde(rename = "receiveStatus", deserialize_with = "text")]
    pub receive_status: String,
    /// The receiver's side, by the older key.
    #[serde(rename = "status", deserialize_with = "text")]
    pub status_older: String,
}

impl SentRow {
    /// The receiver, by whichever key the axis wrote.
    pub fn receiver(&self) -> &str {
        first(&self.to, &self.to_older)
    }

    /// How far the receiver's copy is, by whichever key the axis wrote.
    pub fn state(&self) -> &str {
        first(&self.receive_status, &self.status_older)
    }
}

/// An organ of the directory (`getAgenciesList`, `getAgenciesListQD20`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Agency {
    /// The axis's key.
    #[serde(deserialize_with = "text")]
    pub id: String,
    /// The key of the organ above.
    #[serde(deserialize_with = "text")]
    pub pid: String,
    /// The identifier in force.
    #[serde(deserialize_with = "text")]
    pub code: String,
    /// Name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// E-mail.
    #[serde(deserialize_with = "text")]
    pub mail: String,
    /// The identifier before re-coding.
    #[serde(rename = "oldCode", deserialize_with = "text")]
    pub old_code: String,
    /// The identifier by QCVN 102.
    #[serde(rename = "code102", deserialize_with = "text")]
    pub code102: String,
}

/// A change of the directory (`getSynchronizeUnit`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Unit {
    /// The axis's key.
    #[serde(deserialize_with = "text")]
    pub id: String,
    /// The key of the organ above.
    #[serde(deserialize_with = "text")]
    pub pid: String,
    /// The identifier.
    #[serde(deserialize_with = "text")]
    pub code: String,
    /// Name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// E-mail.
    #[serde(deserialize_with = "text")]
    pub mail: String,
    /// Grows with each change; 0 where the axis tells none.
    #[serde(deserialize_with = "number")]
    pub version: i64,
    /// Which centre serves it.
    #[serde(rename = "centerCode", deserialize_with = "text")]
    pub center_code: String,
    /// Whether it is gone.
    #[serde(deserialize_with = "flag")]
    pub deleted: bool,
    /// When it changed, as the axis writes it.
    #[serde(rename = "modifyDate", deserialize_with = "text")]
    pub modified: String,
    /// Whether it exchanges documents.
    #[serde(rename = "isAgency", deserialize_with = "flag")]
    pub is_agency: bool,
}

/// Text, whether the axis wrote a string, a number, a boolean or null.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Loose {
        Text(String),
        Number(serde_json::Number),
        Flag(bool),
        Nothing(()),
    }
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Text(text) => text,
        Loose::Number(number) => number.to_string(),
        Loose::Flag(flag) => flag.to_string(),
        Loose::Nothing(()) => String::new(),
    })
}

/// A whole number, in whichever way the axis wrote it; 0 for anything else.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Ok(text(deserializer)?.trim().parse().unwrap_or_default())
}

/// Yes or no, in whichever way the axis wrote it; anything else is no.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = text(deserializer)?.trim().to_ascii_lowercase();
    Ok(matches!(text.as_str(), "true" | "1"))
}

fn first<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.is_empty() { other } else { one }
}
