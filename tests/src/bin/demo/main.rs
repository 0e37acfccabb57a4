//! The main job, end to end, by the same commands that people type; then judged from the files it left.
//!
//! `demo --out DIR` does the job and judges it; `demo --check DIR` judges what an earlier run left. The judging
//! runs in a process of its own and knows nothing but the folder.
#![allow(clippy::print_stdout, clippy::print_stderr)] // It is a shell: printing is its work.

mod check;
mod files;
mod forge;
mod job;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use files::Files;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--out", folder] => whole(Path::new(folder)),
        ["--check", folder] => check::all(&Files::at(Path::new(folder))),
        _ => Err("usage: demo --out DIR | demo --check DIR".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("demo: {why}");
            ExitCode::FAILURE
        }
    }
}

fn whole(folder: &Path) -> Result<(), String> {
    let folder = fresh(folder)?;
    let files = Files::at(&folder);
    job::run(&files)?;
    forge::all(&files)?;
    println!();
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let judged = Command::new(program).arg("--check").arg(&folder).status();
    match judged.map_err(|e| e.to_string())?.success() {
        true => Ok(()),
        false => Err("the job falls short of what was promised".to_owned()),
    }
}

/// The folder, empty. Only what an earlier demo has left is cleared away.
fn fresh(folder: &Path) -> Result<PathBuf, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    if folder.join(files::MARK).is_file() {
        std::fs::remove_dir_all(folder).map_err(failed)?;
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(format!("{} is not empty", folder.display()));
    }
    std::fs::write(folder.join(files::MARK), "").map_err(failed)?;
    folder.canonicalize().map_err(failed)
}
