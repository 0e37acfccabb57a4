//! A disk that loses power: what may be left of what a process did to a folder.
//!
//! [`Disk`] replays the steps of a recorded life as a disk with a cache: what was not synced when the power went may be
//! there, may be missing, or be torn at a sector, whatever the order of the calls was; names appear in the order in which
//! they were given, as journalling file systems keep them, and are sure only once their folder was synced.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rand::Rng;
use rand::rngs::StdRng;

use crate::trace::Step;

/// What a disk writes at once.
const SECTOR: usize = 512;

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

/// What has a name.
#[derive(Debug, Clone)]
enum Node {
    File(Bytes),
    Folder,
}

/// What was done to a name.
#[derive(Debug, Clone)]
enum Naming {
    /// A file or a folder got its first name, or another one.
    Named {
        node: usize,
        before: Option<PathBuf>,
        name: PathBuf,
    },
    Removed(PathBuf),
}

/// A disk with a cache.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    nodes: Vec<Node>,
    /// Names as the process sees them, and those that are sure.
    names: BTreeMap<PathBuf, usize>,
    sure: BTreeMap<PathBuf, usize>,
    /// What was done to names and is not sure, in its order.
    since: Vec<Naming>,
}

impl Disk {
    /// A disk on which all that is in a folder now is sure.
    pub fn with(folder: &Path) -> Self {
        let mut disk = Self::default();
        disk.add_all(folder);
        disk.sure = disk.names.clone();
        disk.since.clear();
        disk
    }

    fn add_all(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add(Node::Folder, &path);
                self.add_all(&path);
                continue;
            }
            let sure = fs::read(&path).unwrap();
            let size = sure.len();
            let since = Vec::new();
            self.add(Node::File(Bytes { sure, since, size }), &path);
        }
    }

    /// Does a step.
    pub fn take(&mut self, step: &Step) {
        match step {
            Step::Create(name) => {
                if !self.names.contains_key(name) {
                    self.add(Node::File(Bytes::default()), name);
                }
            }
            Step::MakeFolder(name) => self.add(Node::Folder, name),
            Step::Rename(before, name) => {
                if let Some(node) = self.names.remove(before) {
                    self.name(node, Some(before.clone()), name);
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
                let nodes = self.nodes.iter_mut();
                nodes.filter_map(Node::bytes).for_each(Bytes::settle);
                self.settle_names(|_| true);
            }
            Step::SyncFailed(path) => {
                if let Some(file) = self.file(path) {
                    file.since.clear();
                }
            }
            Step::SyncAllFailed => {
                let nodes = self.nodes.iter_mut();
                let files = nodes.filter_map(Node::bytes);
                files.for_each(|file| file.since.clear());
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
        for (name, node) in &names {
            // The shared memory of SQLite's processes is no file that outlives them.
            let shared = name.extension().is_some_and(|end| end == "db-shm");
            let (Ok(name), false) = (name.strip_prefix(was), shared) else {
                continue;
            };
            // What lies in a folder that is lost is lost with it; parents come before what is in them.
            let path = into.join(name);
            if !path.parent().unwrap().is_dir() {
                continue;
            }
            match &self.nodes[*node] {
                Node::Folder => fs::create_dir(path).unwrap(),
                Node::File(bytes) => fs::write(path, bytes.after_cut(chance)).unwrap(),
            }
        }
    }

    fn file(&mut self, path: &Path) -> Option<&mut Bytes> {
        let node = *self.names.get(path)?;
        self.nodes.get_mut(node)?.bytes()
    }

    fn add(&mut self, node: Node, name: &Path) {
        self.nodes.push(node);
        self.name(self.nodes.len() - 1, None, name);
    }

    fn name(&mut self, node: usize, before: Option<PathBuf>, name: &Path) {
        let name = name.to_owned();
        self.names.insert(name.clone(), node);
        self.since.push(Naming::Named { node, before, name });
    }

    fn settle_names(&mut self, concerned: impl Fn(&Path) -> bool) {
        for naming in std::mem::take(&mut self.since) {
            if !concerned(naming.of()) {
                self.since.push(naming);
                continue;
            }
            naming.give(&mut self.sure);
            // An earlier name of a file that has a sure one cannot come back.
            if let Naming::Named { node, .. } = naming {
                self.since
                    .retain(|other| !matches!(other, Naming::Named { node: n, .. } if *n == node));
            }
        }
    }
}

impl Node {
    fn bytes(&mut self) -> Option<&mut Bytes> {
        match self {
            Self::File(bytes) => Some(bytes),
            Self::Folder => None,
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
            Self::Named { node, before, name } => {
                if let Some(before) = before {
                    names.remove(before);
                }
                names.insert(name.clone(), *node);
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
