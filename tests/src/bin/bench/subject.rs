//! Our own side: one task in a process of its own, so that its peak of memory is its own.
//!
//! The bench starts itself as `bench subject TASK FILE FOLDER RUNS` and reads one JSON object from it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use trien_pades::{FieldName, Verdict, begin};
use trien_pdf::{FileSource, Limits, Pdf, ReadAt};

use crate::Result;
use crate::figures::{Sample, median};
use crate::office::{Signer, trust};
use crate::token;

/// Files in a batch.
pub const BATCH: usize = 100;

/// What a measured process says; the peer's script says the same.
#[derive(Deserialize, Serialize)]
pub struct Outcome {
    /// One entry a run.
    pub seconds: Vec<f64>,
    /// Peak resident memory.
    pub peak_kib: Option<u64>,
    /// What a part of it takes by itself, measured in the same process.
    #[serde(default)]
    pub part: Option<f64>,
}

impl Outcome {
    /// Starts a process that measures itself.
    pub fn of(command: &mut Command) -> Result<Sample> {
        Self::read(command)?.sample()
    }

    fn read(command: &mut Command) -> Result<Self> {
        let output = command.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("{command:?}: {}: {said}", output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn sample(self) -> Result<Sample> {
        Ok(Sample {
            seconds: median(self.seconds).ok_or("no run was measured")?,
            peak_kib: self.peak_kib,
        })
    }
}

/// Judges a file `runs` times.
pub fn verify(file: &Path, folder: &Path, runs: usize) -> Result<Sample> {
    measured("verify", file, folder, runs)
}

/// Signs a prepared file `runs` times, the key's own time left out.
pub fn sign(file: &Path, folder: &Path, runs: usize) -> Result<Sample> {
    measured("sign", file, folder, runs)
}

/// Signs a prepared file `runs` times and writes the signed one beside it, the key's own time left out.
pub fn issue(file: &Path, folder: &Path, runs: usize) -> Result<Sample> {
    measured("issue", file, folder, runs)
}

/// Copies a file and hashes the copy on its way, `runs` times.
pub fn copy(file: &Path, folder: &Path, runs: usize) -> Result<Sample> {
    measured("copy", file, folder, runs)
}

/// Signs a prepared file [`BATCH`] times over, as a batch of files of its size, the key's own time left out.
pub fn batch(file: &Path, folder: &Path) -> Result<Sample> {
    measured("batch", file, folder, 1)
}

/// Signs a prepared file [`BATCH`] times by one login to a token; then what the signatures alone take.
pub fn token_batch(file: &Path, folder: &Path) -> Result<(Sample, Sample)> {
    let mut command = command("token", file, folder, 1)?;
    token::surroundings(&mut command, folder)?;
    let outcome = Outcome::read(&mut command)?;
    let alone = Sample {
        seconds: outcome
            .part
            .ok_or("the signatures alone were not measured")?,
        peak_kib: None,
    };
    Ok((outcome.sample()?, alone))
}

/// Hashes a file `runs` times.
pub fn hash(file: &Path, runs: usize) -> Result<Sample> {
    measured("hash", file, Path::new(""), runs)
}

/// Does a task of [`crate::receive`] once.
pub fn task(name: &str, source: &Path, folder: &Path) -> Result<Sample> {
    measured(name, source, folder, 1)
}

/// Judges a file once, in a process that is timed from outside.
pub fn verify_process(file: &Path, folder: &Path) -> Result<Sample> {
    let started = Instant::now();
    let inside = Outcome::of(&mut command("once", file, folder, 1)?)?;
    Ok(Sample {
        seconds: started.elapsed().as_secs_f64(),
        ..inside
    })
}

/// The measured process.
pub fn main(arguments: &[&str]) -> Result<()> {
    let [task, file, folder, runs] = arguments else {
        return Err("subject TASK FILE FOLDER RUNS".into());
    };
    let (file, folder, runs) = (Path::new(file), Path::new(folder), runs.parse()?);
    let mut part = None;
    let seconds = match *task {
        "verify" => after_warming(runs, || judge(file, folder))?,
        "once" => vec![judge(file, folder)?.as_secs_f64()],
        "sign" => after_warming(runs, || own_work(file, folder))?,
        "issue" => after_warming(runs, || issued(file, folder))?,
        "copy" => after_warming(runs, || copied(file, folder))?,
        "batch" => after_warming(runs, || {
            (0..BATCH)
                .map(|_| own_work(file, folder))
                .sum::<Result<Duration>>()
        })?,
        "token" => {
            let (whole, alone) = token::batch(file, folder)?;
            part = Some(alone.as_secs_f64());
            vec![whole.as_secs_f64()]
        }
        "hash" => after_warming(runs, || sha256(file))?,
        task => match crate::receive::run(task, file, folder) {
            Some(took) => vec![took?.as_secs_f64()],
            None => return Err(format!("no task {task}").into()),
        },
    };
    let outcome = Outcome {
        seconds,
        peak_kib: peak_kib(),
        part,
    };
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}

fn measured(task: &str, file: &Path, folder: &Path, runs: usize) -> Result<Sample> {
    Outcome::of(&mut command(task, file, folder, runs)?)
}

fn command(task: &str, file: &Path, folder: &Path, runs: usize) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([OsStr::new("subject"), task.as_ref(), file.as_ref()]);
    command.args([folder.as_os_str(), runs.to_string().as_ref()]);
    Ok(command)
}

/// The first run fills caches on both sides and is not counted.
fn after_warming(runs: usize, mut once: impl FnMut() -> Result<Duration>) -> Result<Vec<f64>> {
    once()?;
    (0..runs).map(|_| Ok(once()?.as_secs_f64())).collect()
}

fn judge(file: &Path, folder: &Path) -> Result<Duration> {
    let trust = trust(folder)?;
    let started = Instant::now();
    let report = trien_pades::verify(FileSource::open(file)?, &trust);
    let took = started.elapsed();
    // A judge that is quick and wrong is no figure.
    match report.verdict {
        Verdict::Valid | Verdict::ValidWithPermittedChanges => Ok(took),
        _ => Err(format!("{}: {}", file.display(), report.headline_en()).into()),
    }
}

fn own_work(file: &Path, folder: &Path) -> Result<Duration> {
    let signer = Signer::load(folder, "leader")?;
    let request = signer.request(FieldName::Leader, &[]);
    let started = Instant::now();
    let pdf = Pdf::open(FileSource::open(file)?, Limits::default())?;
    let act = begin(&pdf, &request)?;
    let before = started.elapsed();
    let raw = signer.sign(&act)?;
    let started = Instant::now();
    let signed = act.finish(&raw)?;
    let took = before + started.elapsed();
    match signed.base == pdf.len() {
        true => Ok(took),
        false => Err("the revision belongs to another file".into()),
    }
}

/// Signing as an office does it: the signed file stands beside the prepared one.
fn issued(file: &Path, folder: &Path) -> Result<Duration> {
    let signer = Signer::load(folder, "leader")?;
    let request = signer.request(FieldName::Leader, &[]);
    let started = Instant::now();
    let pdf = Pdf::open(FileSource::open(file)?, Limits::default())?;
    let act = begin(&pdf, &request)?;
    let before = started.elapsed();
    let raw = signer.sign(&act)?;
    let started = Instant::now();
    let signed = act.finish(&raw)?;
    let mut out = File::create(folder.join("issued.pdf"))?;
    std::io::copy(&mut File::open(file)?, &mut out)?;
    out.write_all(&signed.appended)?;
    Ok(before + started.elapsed())
}

/// The least that anybody who signs a file and keeps it must do.
fn copied(file: &Path, folder: &Path) -> Result<Duration> {
    let started = Instant::now();
    let (mut from, mut to) = (File::open(file)?, File::create(folder.join("copied.pdf"))?);
    let mut hasher = Sha256::new();
    let mut block = vec![0; 256 << 10];
    loop {
        let read = from.read(&mut block)?;
        match block.get(..read) {
            Some(bytes) if !bytes.is_empty() => {
                hasher.update(bytes);
                to.write_all(bytes)?;
            }
            _ => break,
        }
    }
    hasher.finalize();
    Ok(started.elapsed())
}

/// The least that any judge of a file must do.
fn sha256(file: &Path) -> Result<Duration> {
    let started = Instant::now();
    let source = FileSource::open(file)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 256 << 10];
    let mut at = 0;
    loop {
        let read = source.read_at(at, &mut block)?;
        match block.get(..read) {
            Some(bytes) if !bytes.is_empty() => hasher.update(bytes),
            _ => break,
        }
        at += read as u64;
    }
    hasher.finalize();
    Ok(started.elapsed())
}

/// The most memory that this process ever held; Linux alone tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
