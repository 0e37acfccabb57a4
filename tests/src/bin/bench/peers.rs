//! The others: pyHanko and pypdfium2 inside their Python process, poppler's tools as processes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Result;
use crate::figures::Sample;
use crate::subject::Outcome;

/// A Python that has pyHanko.
pub struct Python {
    program: PathBuf,
}

impl Python {
    /// The interpreter that `TRIEN_JUDGE_PYTHON` names, or why there is none.
    pub fn find() -> std::result::Result<Self, String> {
        let named = std::env::var_os("TRIEN_JUDGE_PYTHON");
        let python = Self {
            program: named
                .ok_or("TRIEN_JUDGE_PYTHON names no interpreter")?
                .into(),
        };
        match python.has("pyhanko") {
            true => Ok(python),
            false => Err(format!("{} has no pyHanko", python.program.display())),
        }
    }

    /// Whether a module can be imported.
    pub fn has(&self, module: &str) -> bool {
        let mut command = Command::new(&self.program);
        command.args(["-c", &format!("import {module}")]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// pyHanko judges a file with the same root and CRLs.
    pub fn verify(&self, file: &Path, folder: &Path, runs: usize) -> Result<Sample> {
        self.peer("verify", file, folder.as_os_str(), runs)
    }

    /// pyHanko signs a prepared file with the same key; the key's own time is left out.
    pub fn sign(&self, file: &Path, folder: &Path, runs: usize) -> Result<Sample> {
        self.peer("sign", file, folder.as_os_str(), runs)
    }

    /// pypdfium2 opens a file and draws its first page, without making a PNG of it.
    pub fn page(&self, file: &Path, dpi: u32, runs: usize) -> Result<Sample> {
        self.peer("page", file, dpi.to_string().as_ref(), runs)
    }

    /// A search engine answers questions over texts; its index goes into a folder.
    pub fn search<T: serde::de::DeserializeOwned>(
        &self,
        module: &str,
        texts: &Path,
        questions: &Path,
        folder: &Path,
    ) -> Result<T> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/search.py");
        let mut command = Command::new(&self.program);
        let output = command
            .arg(script)
            .arg(module)
            .args([texts, questions, folder])
            .output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("{module}: {}: {said}", output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn peer(&self, task: &str, file: &Path, with: &OsStr, runs: usize) -> Result<Sample> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/peer.py");
        let mut command = Command::new(&self.program);
        command.arg(script).arg(task).arg(file).arg(with);
        command.arg(runs.to_string());
        Outcome::of(&mut command)
    }
}

/// Checks digests and signature values, without chain and without looking for changes.
pub fn pdfsig(file: &Path) -> Result<Sample> {
    let (sample, said) = timed(Command::new("pdfsig").arg("-nocert").arg(file))?;
    match said.matches("Signature is Valid.").count() {
        2 => Ok(sample),
        _ => Err(format!("pdfsig: {said}").into()),
    }
}

/// Draws the first page into a PNG on standard output.
pub fn pdftoppm(file: &Path, dpi: u32) -> Result<Sample> {
    let dpi = dpi.to_string();
    let mut command = Command::new("pdftoppm");
    command.args(["-png", "-r", &dpi, "-f", "1", "-l", "1"]);
    let (sample, _) = timed(command.arg(file))?;
    Ok(sample)
}

fn timed(command: &mut Command) -> Result<(Sample, String)> {
    let started = Instant::now();
    let output = command.output()?;
    let seconds = started.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    let sample = Sample {
        seconds,
        peak_kib: None,
    };
    Ok((sample, String::from_utf8_lossy(&output.stdout).into_owned()))
}
