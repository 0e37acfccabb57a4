//! What the axis remembers: every accepted send, every change of a copy's state, every package.
//!
//! Two files of JSON lines, each line synced before the axis answers for it, and packages named by
//! their SHA-256. A restart reads them and goes on.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::AxisError;
use super::index::Index;

/// The ledger's file: one line for each accepted send.
pub const LEDGER: &str = "ledger.jsonl";
const STATES: &str = "states.jsonl";
const PACKAGES: &str = "packages";

/// How long the same send is recognised: SDKs repeat within seconds, people within a day.
const DUPLICATE_WINDOW: time::Duration = time::Duration::DAY;

/// An accepted send, as the ledger has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendLine {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The id that the sender got: 24 hexadecimal digits.
    pub doc_id: String,
    /// The system that signed it.
    pub system: String,
    /// The organ it is from.
    pub from: String,
    /// The organs it goes to.
    pub to: Vec<String>,
    /// `edoc` or `status`.
    pub messagetype: String,
    /// DocumentId in the package.
    pub document_id: String,
    /// Subject; empty for a status.
    #[serde(default)]
    pub title: String,
    /// Number and notation; empty for a status.
    #[serde(default)]
    pub notation: String,
    /// SHA-256 of the package.
    pub sha256: String,
    /// Its size.
    pub bytes: usize,
    /// Whether it repeats an earlier send, whose id it was answered with; it made no new copies.
    pub duplicate: bool,
    /// The receivers' copies.
    pub copies: Vec<Copy>,
}

/// One receiver's copy of a send.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Copy {
    /// The receiver's id of it: a UUID.
    pub doc_id: String,
    /// Who receives it.
    pub to: String,
    /// `initial`, `processing`, `done` or `fail`; in the file always as it was at first.
    pub status: String,
    /// When it last changed.
    #[serde(with = "time::serde::rfc3339")]
    pub updated: OffsetDateTime,
}

impl Copy {
    /// Whether its receiver has not said yet that it has it, or cannot have it.
    pub(super) fn waits(&self) -> bool {
        matches!(self.status.as_str(), "initial" | "processing")
    }
}

#[derive(Serialize, Deserialize)]
struct StateLine {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    doc_id: String,
    status: String,
    description: String,
}

pub(super) struct Ledger {
    folder: PathBuf,
    ledger: File,
    states: File,
    sends: Vec<SendLine>,
    index: Index,
}

impl Ledger {
    pub(super) fn open(folder: &Path) -> Result<Self, AxisError> {
        let packages = folder.join(PACKAGES);
        fs::create_dir_all(&packages).map_err(|e| AxisError::io("making", &packages, &e))?;
        let (ledger, mut sends) = open_lines::<SendLine>(&folder.join(LEDGER))?;
        let (states, changes) = open_lines::<StateLine>(&folder.join(STATES))?;
        apply(&mut sends, changes);
        Ok(Self {
            folder: folder.to_owned(),
            ledger,
            states,
            index: Index::of(&sends),
            sends,
        })
    }

    /// All sends, oldest first.
    pub(super) fn sends(&self) -> &[SendLine] {
        &self.sends
    }

    /// The sends that were answered with an id.
    pub(super) fn sent_as(&self, doc_id: &str) -> impl Iterator<Item = &SendLine> {
        let places = self.index.sends(doc_id).iter();
        places.filter_map(|at| self.sends.get(*at))
    }

    /// Copies that wait for their receivers with their sends, oldest first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&SendLine, &Copy)> {
        self.index.waiting().filter_map(|place| self.at(place))
    }

    /// The send whose copy has an id, with that copy.
    pub(super) fn copy(&self, doc_id: &str) -> Option<(&SendLine, &Copy)> {
        self.at(self.index.copy(doc_id)?)
    }

    fn at(&self, (send, copy): (usize, usize)) -> Option<(&SendLine, &Copy)> {
        let send = self.sends.get(send)?;
        Some((send, send.copies.get(copy)?))
    }

    /// Takes a send: package and line are on disk when this returns, and what is returned is the id
    /// for the sender. The same send within the window keeps its id and makes no new copies.
    pub(super) fn accept(
        &mut self,
        mut line: SendLine,
        package: &[u8],
    ) -> Result<String, AxisError> {
        if let Some(first) = self.earlier(&line) {
            line.doc_id = first;
            line.duplicate = true;
            line.copies.clear();
        } else {
            self.keep(&line.sha256, package)?;
        }
        self.append_send(&line)?;
        let doc_id = line.doc_id.clone();
        self.index.add(self.sends.len(), &line);
        self.sends.push(line);
        Ok(doc_id)
    }

    /// Changes a copy's state. Saying the same again is harmless.
    pub(super) fn change(
        &mut self,
        doc_id: &str,
        status: &str,
        description: &str,
        at: OffsetDateTime,
    ) -> Result<(), AxisError> {
        let line = StateLine {
            at,
            doc_id: doc_id.to_owned(),
            status: status.to_owned(),
            description: description.to_owned(),
        };
        append(&mut self.states, &line)
            .map_err(|e| AxisError::io("writing", &self.folder.join(STATES), &e))?;
        let Some(place) = self.index.copy(doc_id) else {
            return Ok(());
        };
        let send = self.sends.get_mut(place.0);
        if let Some(copy) = send.and_then(|send| send.copies.get_mut(place.1)) {
            status.clone_into(&mut copy.status);
            copy.updated = at;
            self.index.changed(place, copy);
        }
        Ok(())
    }

    /// A package's bytes, as they were sent.
    pub(super) fn package(&self, sha256: &str) -> Result<Vec<u8>, AxisError> {
        let path = self.folder.join(PACKAGES).join(sha256);
        fs::read(&path).map_err(|e| AxisError::io("reading", &path, &e))
    }

    fn earlier(&self, line: &SendLine) -> Option<String> {
        let same = self.sends.get(self.index.latest(line)?)?;
        let recent = line.at - same.at < DUPLICATE_WINDOW;
        recent.then(|| same.doc_id.clone())
    }

    fn append_send(&mut self, line: &SendLine) -> Result<(), AxisError> {
        append(&mut self.ledger, line)
            .map_err(|e| AxisError::io("writing", &self.folder.join(LEDGER), &e))
    }

    fn keep(&self, sha256: &str, package: &[u8]) -> Result<(), AxisError> {
        let folder = self.folder.join(PACKAGES);
        let (path, fresh) = (folder.join(sha256), folder.join(format!("{sha256}.new")));
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&fresh)?;
            file.write_all(package)?;
            file.sync_all()?;
            fs::rename(&fresh, &path)?;
            File::open(&folder)?.sync_all()
        };
        write().map_err(|e| AxisError::io("writing", &path, &e))
    }
}

/// A copy that waits for its receiver, as the axis shows its queues.
#[derive(Debug, Clone, Serialize)]
pub struct QueuedCopy {
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// `edoc` or `status`.
    pub messagetype: String,
    /// Who sent it.
    pub from: String,
    /// For whom it waits.
    pub to: String,
    /// DocumentId in the package.
    pub document_id: String,
    /// `initial` or `processing`.
    pub status: String,
    /// The receiver's id of it.
    pub doc_id: String,
}

/// What waits on an axis, oldest first; read from its folder, whether it runs or not.
pub fn queues(folder: &Path) -> Result<Vec<QueuedCopy>, AxisError> {
    let mut sends = read_lines::<SendLine>(&folder.join(LEDGER))?;
    apply(&mut sends, read_lines::<StateLine>(&folder.join(STATES))?);
    let waiting = sends.iter().flat_map(|send| {
        send.copies
            .iter()
            .filter(|copy| copy.waits())
            .map(move |copy| QueuedCopy {
                at: send.at,
                messagetype: send.messagetype.clone(),
                from: send.from.clone(),
                to: copy.to.clone(),
                document_id: send.document_id.clone(),
                status: copy.status.clone(),
                doc_id: copy.doc_id.clone(),
            })
    });
    Ok(waiting.collect())
}

/// Opens a file of lines and reads them. A last line without an end was never answered for: it is
/// cut off.
fn open_lines<T: DeserializeOwned>(path: &Path) -> Result<(File, Vec<T>), AxisError> {
    let io = |e: std::io::Error| AxisError::io("opening", path, &e);
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(io)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(io)?;
    let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    file.set_len(whole as u64).map_err(io)?;
    file.seek(std::io::SeekFrom::End(0)).map_err(io)?;
    let parsed = parse(path, text.get(..whole).unwrap_or_default())?;
    Ok((file, parsed))
}

/// Reads the whole lines of a file that another process may be writing; none where it is missing.
fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, AxisError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(AxisError::io("reading", path, &e)),
    };
    let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    parse(path, text.get(..whole).unwrap_or_default())
}

fn parse<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<Vec<T>, AxisError> {
    let lines = text.split(|b| *b == b'\n');
    let mut parsed = Vec::new();
    for (index, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        let value = serde_json::from_slice(line).map_err(|e| AxisError::Damaged {
            path: path.to_owned(),
            line: index + 1,
            reason: e.to_string(),
        })?;
        parsed.push(value);
    }
    Ok(parsed)
}

/// Brings every copy to the state that it was last said to be in.
fn apply(sends: &mut [SendLine], changes: Vec<StateLine>) {
    let last: HashMap<String, StateLine> = changes
        .into_iter()
        .map(|change| (change.doc_id.clone(), change))
        .collect();
    for copy in sends.iter_mut().flat_map(|send| &mut send.copies) {
        if let Some(change) = last.get(&copy.doc_id) {
            change.status.clone_into(&mut copy.status);
            copy.updated = change.at;
        }
    }
}

/// Appends a line and syncs it. What a full disk left of it is taken back, else the next line would
/// stick to it.
fn append<T: Serialize>(file: &mut File, line: &T) -> std::io::Result<()> {
    let before = file.stream_position()?;
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    let written = file.write_all(&text).and_then(|()| file.sync_data());
    if written.is_err() {
        file.set_len(before)?;
        file.seek(std::io::SeekFrom::Start(before))?;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_last_line_is_cut_off_and_a_damaged_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        fs::write(&path, "1\n2\n3").unwrap();
        let (mut file, lines) = open_lines::<u8>(&path).unwrap();
        assert_eq!(lines, [1, 2]);
        append(&mut file, &4).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"1\n2\n4\n");
        fs::write(&path, "1\nx\n3\n").unwrap();
        let damaged = open_lines::<u8>(&path).map(|(_, lines)| lines);
        assert!(matches!(damaged, Err(AxisError::Damaged { line: 2, .. })));
    }
}
