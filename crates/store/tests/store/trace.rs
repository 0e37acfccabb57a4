//! A life under `strace`: what it did to a folder, and a call of it that fails.
//!
//! `strace` attaches to a process that waits, so that the first call it counts is the life's own and not the loader's.
#![cfg(target_os = "linux")]

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Calls that find no room on a full disk. [`Failure`]s of these are tried with a full disk, too.
const TAKING_ROOM: [&str; 9] = [
    "openat",
    "write",
    "pwrite64",
    "ftruncate",
    "fsync",
    "fdatasync",
    "syncfs",
    "rename",
    "mkdir",
];
/// The other calls that a store makes of its folder.
const OTHERS: [&str; 16] = [
    "read",
    "pread64",
    "lseek",
    "close",
    "fstat",
    "newfstatat",
    "statx",
    "access",
    "readlink",
    "getdents64",
    "fcntl",
    "flock",
    "mmap",
    "utimensat",
    "unlink",
    "fchown",
];
/// Waits for its tracer until it hears a line.
const READY: &str = "ready";
/// Before each line that a life says, so that no line of the test harness is taken for one.
const SAID: &str = "life: ";

/// One call that fails: the n-th of its name.
#[derive(Debug, Clone, Copy)]
pub struct Failure {
    pub call: &'static str,
    pub n: usize,
    /// The disk is full from then on; else it is broken once.
    pub full: bool,
}

/// A life that came to its end, or to an end.
pub struct Lived {
    /// What it said, line by line.
    pub said: Vec<String>,
    /// What `strace` wrote.
    pub log: String,
    /// What it complained of.
    pub complaints: String,
}

/// A life to be lived in a folder, by the test of that name.
#[derive(Debug, Clone)]
pub struct Trial {
    pub test: &'static str,
    pub life: &'static str,
    pub folder: PathBuf,
    /// The call that fails, if one does.
    pub failure: Option<Failure>,
}

impl Trial {
    /// Every call with all its bytes is in the log.
    pub fn record(&self) -> Lived {
        self.run(&["-xx", "-s", "10000000"])
    }

    /// Every call without its bytes is in the log.
    pub fn count(&self) -> Lived {
        self.run(&["-s", "0"])
    }

    fn run(&self, how: &[&str]) -> Lived {
        let mut living = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
            .arg(self.test)
            .env("TRIEN_TEST_FOLDER", &self.folder)
            .env("TRIEN_TEST_NAME", self.life)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(living.stdout.take().unwrap());
        let mut line = String::new();
        while line.trim_end() != READY {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "{self:?} began");
        }
        let log = tempfile::NamedTempFile::new().unwrap();
        let failing = self.failure.map(|failure| failure.injected());
        let failing = failing.iter().flat_map(|inject| ["-e", inject]);
        let how: Vec<&str> = how.iter().copied().chain(failing).collect();
        let mut tracer = attach(&living, log.path(), &how);
        let mut heard = living.stdin.take().unwrap();
        heard.write_all(b"\n").unwrap();
        let (mut said, mut complaints) = (Vec::new(), String::new());
        out.read_to_end(&mut said).unwrap();
        let mut err = living.stderr.take().unwrap();
        err.read_to_string(&mut complaints).unwrap();
        living.wait().unwrap();
        tracer.wait().unwrap();
        Lived {
            said: said_in(&String::from_utf8_lossy(&said)),
            log: fs::read_to_string(log.path()).unwrap(),
            complaints,
        }
    }
}

impl Failure {
    /// As `strace` is told of it.
    fn injected(&self) -> String {
        let Self { call, n, full } = self;
        if *full {
            return format!("inject={call}:error=ENOSPC:when={n}+");
        }
        format!("inject={call}:error=EIO:when={n}")
    }
}

/// Tells whoever recorded this process what was done, in a line; that nobody hears it is no trouble of the disk's.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{SAID}{line}");
}

/// Waits until the tracer is there.
pub fn wait_for_tracer() {
    // Only where the system asks for it (Yama) does a process have to allow that another one looks on.
    let _ = rustix::process::set_ptracer(rustix::process::PTracer::Any);
    let (mut out, mut line) = (std::io::stdout(), String::new());
    writeln!(out, "\n{READY}").unwrap();
    std::io::stdin().read_line(&mut line).unwrap();
}

/// Starts `strace` on a process that waits, and waits until it looks on.
fn attach(living: &Child, log: &Path, how: &[&str]) -> Child {
    let calls = [&TAKING_ROOM[..], &OTHERS].concat().join(",");
    let mut tracer = Command::new("strace")
        .args(["-f", "-y", "-e", &format!("trace={calls}")])
        .args(how)
        .arg("-o")
        .arg(log)
        .args(["-p", &living.id().to_string()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = String::new();
    let mut lines = BufReader::new(tracer.stderr.take().unwrap());
    lines.read_line(&mut told).unwrap();
    assert!(told.contains("attached"), "{told}");
    // Nobody reads on: what it says later must not stop it.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    tracer
}

/// The lines of a life among others.
pub fn said_in(output: &str) -> Vec<String> {
    let lines = output.lines().filter_map(|line| line.split_once(SAID));
    lines.map(|(_, line)| line.to_owned()).collect()
}

/// Every call of a counted life that concerns a folder, each once for every way in which it can fail.
pub fn failures(log: &str, folder: &Path) -> Vec<Failure> {
    let folder = folder.to_str().unwrap();
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    let mut found = Vec::new();
    for line in log.lines() {
        let Some((thread, call)) = line.split_once(' ') else {
            continue;
        };
        let Some((name, arguments)) = call.trim_start().split_once('(') else {
            continue;
        };
        let n = counts.entry((thread, name)).or_default();
        *n += 1;
        let known = TAKING_ROOM.into_iter().chain(OTHERS);
        let Some(call) = known.into_iter().find(|known| *known == name) else {
            continue;
        };
        if !arguments.contains(folder) {
            continue;
        }
        let full = TAKING_ROOM.contains(&call).then_some(true);
        let ways = [Some(false), full].into_iter().flatten();
        found.extend(ways.map(|full| Failure { call, n: *n, full }));
    }
    found
}

/// Whether a call that concerns the folder was failed.
pub fn failed_in(log: &str, folder: &Path) -> bool {
    let folder = folder.to_str().unwrap();
    let mut failed = log.lines().filter(|line| line.contains("(INJECTED)"));
    failed.any(|line| line.contains(folder) || line.contains(&escaped(folder)))
}

/// A text as the log of a recorded life has it.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// One call that changes files or makes changes durable, or something that the process said.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Create(PathBuf),
    MakeFolder(PathBuf),
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
    /// The system gave up writing: what was not synced is not written by a later one either.
    SyncFailed(PathBuf),
    SyncAllFailed,
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    /// Text on standard output.
    Said(String),
}

/// The steps of a recorded life that concern a folder.
pub fn steps(log: &str, folder: &Path) -> Vec<Step> {
    let steps = log.lines().filter_map(step);
    let inside = |step: &Step| match step {
        Step::Said(_) | Step::SyncAll | Step::SyncAllFailed => true,
        Step::Create(path)
        | Step::MakeFolder(path)
        | Step::Sync(path)
        | Step::SyncFailed(path)
        | Step::Rename(path, _)
        | Step::Remove(path)
        | Step::Write { path, .. }
        | Step::Truncate { path, .. } => path.starts_with(folder),
    };
    steps.filter(inside).collect()
}

/// `PID call(arguments) = result`; calls that failed changed nothing, unless they are to make others' changes sure.
fn step(line: &str) -> Option<Step> {
    let (_, call) = line.split_once(' ')?;
    let (call, result) = call.trim_start().rsplit_once(" = ")?;
    let (name, arguments) = call.split_once('(')?;
    let failed = result.starts_with('-');
    if failed && !name.contains("sync") {
        return None;
    }
    let texts = texts(arguments);
    let path = |n: usize| {
        Some(PathBuf::from(
            String::from_utf8(texts.get(n)?.clone()).ok()?,
        ))
    };
    let last_number = || -> Option<usize> {
        let last = arguments.rsplit(", ").next()?;
        last.trim_end_matches(')').parse().ok()
    };
    Some(match name {
        "openat" if arguments.contains("O_CREAT") => Step::Create(path(1)?),
        "mkdir" => Step::MakeFolder(path(0)?),
        "write" if arguments.starts_with("1<") => {
            Step::Said(String::from_utf8(texts.get(1)?.clone()).ok()?)
        }
        "write" => Step::Write {
            path: path(0)?,
            at: None,
            bytes: texts.get(1)?.clone(),
        },
        "pwrite64" => Step::Write {
            path: path(0)?,
            at: last_number(),
            bytes: texts.get(1)?.clone(),
        },
        "ftruncate" => Step::Truncate {
            path: path(0)?,
            size: last_number()?,
        },
        "fsync" | "fdatasync" if failed => Step::SyncFailed(path(0)?),
        "fsync" | "fdatasync" => Step::Sync(path(0)?),
        "syncfs" if failed => Step::SyncAllFailed,
        "syncfs" => Step::SyncAll,
        "rename" => Step::Rename(path(0)?, path(1)?),
        "unlink" => Step::Remove(path(0)?),
        _ => return None,
    })
}

/// The texts in quotes and angle brackets, which are written as `\xNN` throughout.
fn texts(arguments: &str) -> Vec<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).unwrap_or_default() as u8;
    let mut found = Vec::new();
    let mut rest = arguments.as_bytes();
    while let Some(quote) = rest.iter().position(|byte| matches!(byte, b'"' | b'<')) {
        rest = &rest[quote + 1..];
        let bytes = rest.chunks_exact(4).map_while(|escape| match escape {
            [b'\\', b'x', high, low] => Some(digit(*high) << 4 | digit(*low)),
            _ => None,
        });
        let text: Vec<u8> = bytes.collect();
        rest = &rest[4 * text.len()..];
        // After its closing quote begins none.
        if !text.is_empty() {
            found.push(text);
        }
    }
    found
}
