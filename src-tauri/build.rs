//! Declares the commands, so that a window may call only those that its capability names.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

fn main() {
    println!("cargo:rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
    // Cargo looks for changes in `permissions`. What the build has just written there is none: without this the
    // second build of a fresh clone would make the whole window again.
    let written = fs::metadata("commands.in").and_then(|file| file.modified());
    if let Err(error) = written.and_then(|time| date(Path::new("permissions"), time)) {
        println!("cargo:warning=the window is built once more the next time: {error}");
    }
}

/// Dates a folder and everything in it.
fn date(path: &Path, time: SystemTime) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            date(&entry?.path(), time)?;
        }
    }
    File::open(path)?.set_modified(time)
}

/// Every command. A test compares this list with the bindings and with the capabilities.
const COMMANDS: &[&str] = &include!("commands.in");
