//! A disk that loses power: what a process did to a folder, and what may be left of it.
//!
//! `strace` writes down every call that changes files, with its bytes. [`Disk`] replays them as a disk with a cache: what
//! was not synced when the power went may be there, may be missing, or be torn at a sector, whatever the order of the calls
//! was; names appear in the order in which they were given, as journalling file systems keep them, and are sure only once
//! their folder was synced.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rand::Rng;
use rand::rngs::StdRng;

/// What a disk writes at once.
const SECTOR: usize = 512;
/// Calls that change files or make changes durable.
pub const CALLS: [&str; 10] = [
    "openat",
    "write",
    "pwrite64",
    "ftruncate",
    "fsync",
    "fdatasync",
    "syncfs",
    "rename",
    "unlink",
    "mkdir",
];

/// A command under `strace`, which writes its calls to a file.
pub fn traced(program: &Path, log: &Path, more: &[String]) -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-y", "-xx", "-s", "10000000", "-o"])
        .arg(log);
    command.args(["-e", &format!("trace={}", CALLS.join(","))]);
    command.args(more).arg("--").arg(program);
    command
}

/// One call, or something that the process said.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Create(PathBuf),
    Write {
        path: PathBuf,
        at: Option<usize>,
        bytes: Vec<u8>,
    },
    Truncate {
        path: PathBuf,
        size: usize,
    },
    Sync(PathBuf),
    SyncAll,
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    /// A line on standard output.
    Said(String),
}

/// The steps of a log that concern a folder.
pub fn steps(log: &str, folder: &Path) -> Vec<Step> {
    let steps = log.lines().filter_map(step);
    let inside = |step: &Step| match step {
        Step::Said(_) | Step::SyncAll => true,
        Step::Create(path) | Step::Sync(path) | Step::Rename(path, _) | Step::Remove(path) => {
            path.starts_with(folder)
        }
        Step::Write { path, .. } | Step::Truncate { path, .. } => path.starts_with(folder),
    };
    steps.filter(inside).collect()
}

/// `PID call(arguments) = result`; calls that failed changed nothing.
fn step(line: &str) -> Option<Step> {
    let (_, call) = line.split_once(' ')?;
    let (call, result) = call.trim_start().rsplit_once(" = ")?;
    if result.starts_with('-') {
        return None;
    }
    let (name, arguments) = call.split_once('(')?;
    let texts = texts(arguments);
    let path = |n: usize| {
        Some(PathBuf::from(
            String::from_utf8(texts.get(n)?.clone()).ok()?,
        ))
    };
    Some(match name {
        "openat" if arguments.contains("O_CREAT") => Step::Create(path(1)?),
        "write" if arguments.starts_with("1<") => {
            Step::Said(String::from_utf8(texts.get(1)?.clone()).ok()?)
        }
        "write" => Step::Write {
            path: path(0)?,
            at: None,
            bytes: texts.get(1)?.clone(),
        },
        "pwrite64" => {
            let at = arguments
                .rsplit(", ")
                .next()?
                .trim_end_matches(')')
                .parse()
                .ok();
            Step::Write {
                path: path(0)?,
                at,
                bytes: texts.get(1)?.clone(),
            }
        }
        "ftruncate" => {
            let size = arguments
                .rsplit(", ")
                .next()?
                .trim_end_matches(')')
                .parse()
                .ok()?;
            Step::Truncate {
                path: path(0)?,
                size,
            }
        }
        "fsync" | "fdatasync" => Step::Sync(path(0)?),
        "syncfs" => Step::SyncAll,
        "rename" => Step::Rename(path(0)?, path(1)?),
        "unlink" => Step::Remove(path(0)?),
        _ => return None,
    })
}

/// The texts in quotes and angle brackets, which are written as `\xNN` throughout.
fn texts(arguments: &str) -> Vec<Vec<u8>> {
    let pieces = arguments
        .split(['"', '<', '>'])
        .filter(|piece| piece.starts_with("\\x") || piece.is_empty());
    let decode = |piece: &str| {
        let digits = piece.split("\\x").skip(1);
        digits
            .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
            .collect()
    };
    pieces
        .map(decode)
        .filter(|text: &Vec<u8>| !text.is_empty())
        .collect()
}

/// A file's bytes: those that are sure, and what was done to it since.
#[derive(Debug, Clone, Default)]
struct Bytes {
    sure: Vec<u8>,
    since: Vec<Change>,
    size: usize,
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// What was done to a name.
#[derive(Debug, Clone)]
enum Naming {
    /// A file got its first name, or another one.
    Named {
        file: usize,
        before: Option<PathBuf>,
        name: PathBuf,
    },
    Removed(PathBuf),
}

/// A disk with a cache.
#[derive(Debug, Default)]
pub struct Disk {
    files: Vec<Bytes>,
    /// Names as the process sees them, and those that are sure.
    names: BTreeMap<PathBuf, usize>,
    sure: BTreeMap<PathBuf, usize>,
    /// What was done to names and is not sure, in its order.
    since: Vec<Naming>,
}

impl Disk {
    /// Does a step.
    pub fn take(&mut self, step: &Step) {
        match step {
            Step::Create(name) => {
                if !self.names.contains_key(name) {
                    self.files.push(Bytes::default());
                    self.name(self.files.len() - 1, None, name);
                }
            }
            Step::Rename(before, name) => {
                if let Some(file) = self.names.remove(before) {
                    self.name(file, Some(before.clone()), name);
                }
            }
            Step::Remove(name) => {
                self.names.remove(name);
                self.since.push(Naming::Removed(name.clone()));
            }
            Step::Write { path, at, bytes } => {
                if let Some(file) = self.file(path) {
                    let at = at.unwrap_or(file.size);
                    file.size = file.size.max(at + bytes.len());
                    file.since.push(Change::Write {
                        at,
                        bytes: bytes.clone(),
                    });
                }
            }
            Step::Truncate { path, size } => {
                if let Some(file) = self.file(path) {
                    file.size = *size;
                    file.since.push(Change::Truncate(*size));
                }
            }
            Step::Sync(path) => match self.file(path) {
                Some(file) => file.settle(),
                None => self.settle_names(|name| name.parent() == Some(path)),
            },
            Step::SyncAll => {
                self.files.iter_mut().for_each(Bytes::settle);
                self.settle_names(|_| true);
            }
            Step::Said(_) => {}
        }
    }

    /// What may be found after the power went, of the folder `was`, written to another one.
    pub fn after_cut(&self, was: &Path, into: &Path, chance: &mut StdRng) {
        let mut names = self.sure.clone();
        let kept = chance.gen_range(0..=self.since.len());
        self.since[..kept]
            .iter()
            .for_each(|naming| naming.give(&mut names));
        for (name, file) in names {
            // The shared memory of SQLite's processes is no file that outlives them.
            let shared = name.extension().is_some_and(|end| end == "db-shm");
            let (Ok(name), false) = (name.strip_prefix(was), shared) else {
                continue;
            };
            let path = into.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, self.files[file].after_cut(chance)).unwrap();
        }
    }

    fn file(&mut self, path: &Path) -> Option<&mut Bytes> {
        let file = *self.names.get(path)?;
        self.files.get_mut(file)
    }

    fn name(&mut self, file: usize, before: Option<PathBuf>, name: &Path) {
        let name = name.to_owned();
        self.names.insert(name.clone(), file);
        self.since.push(Naming::Named { file, before, name });
    }

    fn settle_names(&mut self, concerned: impl Fn(&Path) -> bool) {
        for naming in std::mem::take(&mut self.since) {
            if !concerned(naming.of()) {
                self.since.push(naming);
                continue;
            }
            naming.give(&mut self.sure);
            // An earlier name of a file that has a sure one cannot come back.
            if let Naming::Named { file, .. } = naming {
                self.since
                    .retain(|other| !matches!(other, Naming::Named { file: f, .. } if *f == file));
            }
        }
    }
}

impl Naming {
    fn of(&self) -> &Path {
        match self {
            Self::Named { name, .. } | Self::Removed(name) => name,
        }
    }

    fn give(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Removed(name) => {
                names.remove(name);
            }
            Self::Named { file, before, name } => {
                if let Some(before) = before {
                    names.remove(before);
                }
                names.insert(name.clone(), *file);
            }
        }
    }
}

impl Bytes {
    fn settle(&mut self) {
        for change in std::mem::take(&mut self.since) {
            change.make(&mut self.sure);
        }
    }

    /// Each change is there, is not, or is torn; truncations are of names, and keep their order.
    fn after_cut(&self, chance: &mut StdRng) -> Vec<u8> {
        let mut found = self.sure.clone();
        for change in &self.since {
            match (change, chance.gen_range(0..4)) {
                (_, 0 | 1) => change.make(&mut found),
                (Change::Write { at, bytes }, 2) => {
                    let sectors = chance.gen_range(0..=bytes.len() / SECTOR);
                    let bytes = bytes[..sectors * SECTOR].to_vec();
                    Change::Write { at: *at, bytes }.make(&mut found);
                }
                _ => {}
            }
        }
        found
    }
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Truncate(size) => bytes.resize(*size, 0),
            Self::Write { at, bytes: new } if !new.is_empty() => {
                let end = at + new.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*at..end].copy_from_slice(new);
            }
            Self::Write { .. } => {}
        }
    }
}
