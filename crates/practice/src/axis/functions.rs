//! The functions of VXP, each from signed parameters to one JSON answer.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::{format_description, offset};
use uuid::Uuid;

use super::codes::Codes;
use super::faults::Fault;
use super::ledger::{Copy, Ledger, SendLine};
use super::registry::{Agency, Registry, System};
use super::reply::{Refusal, success};
use super::wire::{Params, hash_fits, sha256};
use super::{AxisError, package};

/// When organs stood in the directory that it starts with: the day on which the communes of two levels began.
const START: &str = "2025/07/01 00:00:00";

/// Everything one call may look at and change.
pub(super) struct Call<'a> {
    pub(super) system: &'a System,
    pub(super) registry: &'a Registry,
    pub(super) codes: &'a Codes,
    pub(super) ledger: &'a mut Ledger,
    pub(super) params: &'a Params,
    pub(super) body: &'a [u8],
    pub(super) now: OffsetDateTime,
    /// What the fault plan wants of this call.
    pub(super) fault: Option<&'a Fault>,
    pub(super) list_sent_without_id: bool,
    pub(super) rewrite: bool,
}

impl From<AxisError> for Refusal {
    fn from(error: AxisError) -> Self {
        tracing::error!(%error, "the axis cannot answer");
        Self::system_error()
    }
}

impl Call<'_> {
    /// `getReceivedEdocList`: copies that wait, oldest first; they stay until `done` or `fail`.
    pub(super) fn received_list(&self) -> Result<Value, Refusal> {
        let mut rows = Vec::new();
        for (send, copy) in self.waiting(self.kind()?) {
            let row = json!({
                "docId": copy.doc_id,
                "serviceType": "eDoc",
                "messageType": send.messagetype,
                "created_time": local(send.at),
                "updated_time": local(copy.updated),
                "from": send.from,
                "to": copy.to,
                "status": copy.status,
                "status_desc": describe(&copy.status),
            });
            rows.extend(std::iter::repeat_n(
                row,
                if self.is_twice() { 2 } else { 1 },
            ));
        }
        match self.fault {
            Some(Fault::Reverse {}) => rows.reverse(),
            Some(Fault::Unknown {}) => rows.push(json!({
                "docId": Uuid::nil().to_string(), "status": "initial",
                "messageType": self.params.get("messagetype"),
            })),
            _ => {}
        }
        Ok(success(json!({ "data": rows })))
    }

    /// `countReceiveEdoc`, `countReceiveStatus`.
    pub(super) fn count(&self, of: &str) -> Result<Value, Refusal> {
        let kind = self.kind()?.unwrap_or(of);
        let waiting = self.waiting(Some(kind)).count();
        Ok(success(json!({ "count": waiting })))
    }

    /// `getSentEdocList`: the copies of one send, under the keys of both generations of SDKs.
    pub(super) fn sent_list(&self) -> Result<Value, Refusal> {
        let id = self.params.get("docId");
        if id.is_empty() && !self.list_sent_without_id {
            return Err(Refusal::new("10", "Thieu docId"));
        }
        let asked: Vec<&SendLine> = match id {
            "" => self.ledger.sends().iter().collect(),
            id => self.ledger.sent_as(id).collect(),
        };
        let ours = asked
            .into_iter()
            .filter(|send| send.system == self.system.id);
        let rows = ours.flat_map(|send| send.copies.iter().map(move |copy| sent_row(send, copy)));
        Ok(success(json!({ "data": rows.collect::<Vec<_>>() })))
    }

    /// `getEdoc`: the package with the axis's TraceHeader, base64.
    pub(super) fn get_edoc(&self) -> Result<Value, Refusal> {
        Ok(success(
            json!({ "data": STANDARD.encode(self.delivered()?) }),
        ))
    }

    /// The package as it is delivered.
    pub(super) fn delivered(&self) -> Result<Vec<u8>, Refusal> {
        let (send, _) = self.own_copy()?;
        let bytes = self.ledger.package(&send.sha256)?;
        let traced = package::traced(&bytes, &self.registry.centre, &local(send.at));
        Ok(if self.rewrite {
            package::rewritten(&traced)
        } else {
            traced
        })
    }

    /// `updateStatus`.
    pub(super) fn update_status(&mut self) -> Result<Value, Refusal> {
        let status = self.params.get("status").to_lowercase();
        if !matches!(status.as_str(), "processing" | "done" | "fail") {
            return Err(Refusal::new(
                "10",
                "status phai la processing, done hoac fail",
            ));
        }
        let id = self.own_copy()?.1.doc_id.clone();
        let description = self.params.get("description");
        self.ledger.change(&id, &status, description, self.now)?;
        Ok(success(json!({})))
    }

    /// `sendEdoc`: checks sender, receivers and file, then takes it once.
    pub(super) fn send_edoc(&mut self) -> Result<Value, Refusal> {
        let from = self.params.get("from");
        if !self.system.serves(from) {
            let text = format!(
                "Don vi gui {from} khong dung voi ma da dang ky: {}",
                self.system.id
            );
            return Err(Refusal::new("19", &text));
        }
        let Some(messagetype) = self.kind()? else {
            return Err(Refusal::new("10", "Thieu messagetype"));
        };
        let file = file(self.body, self.params.get("hash-file"))?;
        let address =
            package::address(file).ok_or_else(|| Refusal::new("22", "Sai dinh dang edXML"))?;
        let to = self.receivers(&address)?;
        let copies = to.iter().map(|to| self.copy(to));
        let copies: Vec<Copy> = if self.is_twice() {
            copies.chain(to.iter().map(|to| self.copy(to))).collect()
        } else {
            copies.collect()
        };
        let line = SendLine {
            at: self.now,
            doc_id: object_id(self.now),
            system: self.system.id.clone(),
            from: from.to_owned(),
            messagetype: messagetype.to_owned(),
            notation: match address.notation.as_str() {
                "" => String::new(),
                notation => format!("{}/{notation}", address.number),
            },
            title: address.title,
            document_id: address.document_id,
            sha256: sha256(file),
            bytes: file.len(),
            duplicate: false,
            copies,
            to,
        };
        let doc_id = self.ledger.accept(line, file)?;
        Ok(success(json!({ "DocId": doc_id })))
    }

    /// `getAgenciesList` and `getAgenciesListQD20`: what is not closed.
    pub(super) fn directory(&self, row: fn(&Line<'_>) -> Value) -> Result<Value, Refusal> {
        let open = |line: &Line<'_>| !line.agency.deleted;
        Ok(self.lines(open, row))
    }

    /// `getSynchronizeUnit`: versions, and what is closed.
    pub(super) fn changes(&self) -> Result<Value, Refusal> {
        Ok(self.lines(|_| true, unit))
    }

    fn lines(&self, which: impl Fn(&Line<'_>) -> bool, row: fn(&Line<'_>) -> Value) -> Value {
        let ids: HashMap<&str, usize> = self
            .registry
            .agencies()
            .enumerate()
            .map(|(index, agency)| (agency.code.as_str(), index + 1))
            .collect();
        let lines = self
            .registry
            .agencies()
            .enumerate()
            .map(|(index, agency)| Line {
                id: index + 1,
                parent: ids.get(agency.pcode.as_str()).copied().unwrap_or(0),
                centre: &self.registry.centre,
                agency,
            });
        let rows: Vec<Value> = lines.filter(which).map(|line| row(&line)).collect();
        success(json!({ "data": rows }))
    }

    fn is_twice(&self) -> bool {
        self.fault == Some(&Fault::Duplicate {})
    }

    /// What a call is about, where it says so. A word that means neither would be answered with an empty list for
    /// ever, and nobody would learn why.
    fn kind(&self) -> Result<Option<&str>, Refusal> {
        match self.params.get("messagetype") {
            "" => Ok(None),
            kind @ ("edoc" | "status") => Ok(Some(kind)),
            _ => Err(Refusal::new("10", "messagetype phai la edoc hoac status")),
        }
    }

    fn waiting(&self, kind: Option<&str>) -> impl Iterator<Item = (&SendLine, &Copy)> {
        self.ledger.waiting().filter(move |(send, copy)| {
            kind.is_none_or(|kind| send.messagetype == kind) && self.system.serves(&copy.to)
        })
    }

    fn own_copy(&self) -> Result<(&SendLine, &Copy), Refusal> {
        if self.params.is_ambiguous("docId") {
            let text = "docId va docid duoc gui cung luc voi hai gia tri";
            return Err(Refusal::new("10", text));
        }
        self.ledger
            .copy(self.params.get("docId"))
            .filter(|(_, copy)| self.system.serves(&copy.to))
            .ok_or_else(|| Refusal::new("10", "Khong tim thay docId"))
    }

    /// Who receives it: the header's list, or the package where that is missing. One unknown
    /// receiver stops the whole send, so that no sender believes it half.
    fn receivers(&self, address: &package::Address) -> Result<Vec<String>, Refusal> {
        let mut to: Vec<String> = match self.params.get("to") {
            "" => address.to.clone(),
            list => serde_json::from_str(list)
                .map_err(|_| Refusal::new("10", "to phai la mang JSON"))?,
        };
        to.sort();
        to.dedup();
        if to.is_empty() {
            return Err(Refusal::new("18", "Khong co don vi nhan"));
        }
        for code in &to {
            match self.codes.is_locked(code) {
                None => {
                    let text = format!("Don vi nhan {code} khong ton tai");
                    return Err(Refusal::new("18", &text));
                }
                Some(true) => {
                    let text = format!("Don vi nhan {code} dang bi khoa");
                    return Err(Refusal::new("23", &text));
                }
                Some(false) => {}
            }
        }
        Ok(to)
    }

    fn copy(&self, to: &str) -> Copy {
        Copy {
            doc_id: Uuid::new_v4().to_string(),
            to: to.to_owned(),
            status: "initial".to_owned(),
            updated: self.now,
        }
    }
}

/// The file in the body: SDKs append a CRLF that is not part of it, as its hash tells.
fn file<'a>(body: &'a [u8], hash: &str) -> Result<&'a [u8], Refusal> {
    let cut = body.strip_suffix(b"\r\n").unwrap_or(body);
    [cut, body]
        .into_iter()
        .find(|file| hash_fits(hash, file))
        .ok_or_else(|| Refusal::new("10", "hash-file khong dung"))
}

/// A line of the directory with the ids that make it a tree.
pub(super) struct Line<'a> {
    id: usize,
    parent: usize,
    /// The centre that serves it.
    centre: &'a str,
    agency: &'a Agency,
}

/// A row of `getAgenciesList`.
pub(super) fn agency(line: &Line<'_>) -> Value {
    let Line {
        id, parent, agency, ..
    } = line;
    json!({
        "id": id.to_string(), "pid": parent.to_string(), "code": agency.code,
        "name": agency.name, "mail": agency.mail, "oldCode": agency.old_code,
    })
}

/// A row of `getAgenciesListQD20`.
pub(super) fn agency_qd20(line: &Line<'_>) -> Value {
    let Line { id, agency, .. } = line;
    json!({
        "id": id.to_string(), "code": agency.code, "name": agency.name,
        "mail": agency.mail, "code102": agency.old_code,
    })
}

/// A row of `getSynchronizeUnit`.
fn unit(line: &Line<'_>) -> Value {
    let Line {
        id,
        parent,
        centre,
        agency,
    } = line;
    let modified = match agency.modified.as_str() {
        "" => START,
        modified => modified,
    };
    json!({
        "id": id.to_string(), "pid": parent.to_string(), "code": agency.code,
        "name": agency.name, "mail": agency.mail, "version": agency.version.max(1),
        "centerCode": centre, "deleted": agency.deleted, "modifyDate": modified, "isAgency": true,
    })
}

fn sent_row(send: &SendLine, copy: &Copy) -> Value {
    json!({
        "serviceType": "eDoc",
        "messageType": send.messagetype,
        "title": send.title,
        "notation": send.notation,
        "senderDocId": send.doc_id,
        "receiverDocId": copy.doc_id,
        "fromCode": send.from,
        "toCode": copy.to,
        "sentTime": local(send.at),
        "receivedTime": local(copy.updated),
        "sendStatus": "done",
        "sendStatusDesc": describe("done"),
        "receiveStatus": copy.status,
        "receiveStatusDesc": describe(&copy.status),
        "docId": send.doc_id,
        "from": send.from,
        "to": copy.to,
        "status": copy.status,
        "status_desc": describe(&copy.status),
        "created_time": local(send.at),
        "updated_time": local(copy.updated),
    })
}

fn describe(status: &str) -> &'static str {
    match status {
        "initial" => "Khoi tao",
        "processing" => "Dang xu ly",
        "done" => "Hoan thanh",
        _ => "That bai",
    }
}

/// 24 hexadecimal digits, seconds first: the form of the ids that the real axis gives to senders.
fn object_id(now: OffsetDateTime) -> String {
    let random = Uuid::new_v4().simple().to_string();
    let seconds = now.unix_timestamp().unsigned_abs() & 0xffff_ffff;
    format!("{seconds:08x}{}", random.get(..16).unwrap_or_default())
}

/// A time as the axis writes it: Vietnam's.
pub(super) fn local(at: OffsetDateTime) -> String {
    at.to_offset(offset!(+7))
        .format(format_description!(
            "[year]/[month]/[day] [hour]:[minute]:[second]"
        ))
        .unwrap_or_default()
}
