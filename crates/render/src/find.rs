//! Where PDFium's library and the worker's program lie.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::WORKER_ARGUMENT;
use crate::error::RenderError;

/// The environment variable that names the library, before every other place.
pub const PDFIUM_VARIABLE: &str = "TRIEN_PDFIUM";

/// PDFium's file name on this system.
pub fn library_name() -> &'static str {
    if cfg!(windows) {
        "pdfium.dll"
    } else if cfg!(target_os = "macos") {
        "libpdfium.dylib"
    } else {
        "libpdfium.so"
    }
}

/// The first library that is there: `TRIEN_PDFIUM`, the candidates (a file, or a folder that holds it),
/// beside this program, `../lib/trien` from it (the package), `tools/pdfium` in a folder above it (a
/// build's target folder). The system's own search path is left out: what parses hostile files is the
/// build that we pinned.
pub fn find_pdfium(candidates: &[PathBuf]) -> Result<PathBuf, RenderError> {
    let named = env::var_os(PDFIUM_VARIABLE).map(PathBuf::from);
    let program = env::current_exe().ok();
    let mut looked_at: Vec<PathBuf> = named.into_iter().collect();
    looked_at.extend(candidates.iter().cloned());
    looked_at.extend(beside(program.as_deref()));
    for place in &mut looked_at {
        if place.is_dir() || !names_a_library(place) {
            place.push(library_name());
        }
        if place.is_file() {
            return Ok(place.clone());
        }
    }
    Err(RenderError::NoPdfium { looked_at })
}

fn names_a_library(place: &Path) -> bool {
    place
        .extension()
        .is_some_and(|ext| ext == std::env::consts::DLL_EXTENSION)
}

fn beside(program: Option<&Path>) -> Vec<PathBuf> {
    let Some(folder) = program.and_then(Path::parent) else {
        return Vec::new();
    };
    let mut places = vec![folder.to_path_buf(), folder.join("../lib/trien")];
    places.extend(
        folder
            .ancestors()
            .take(4)
            .map(|above| above.join("tools/pdfium")),
    );
    places
}

/// How a worker is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

impl WorkerCommand {
    /// The small worker program where it lies beside this one, in `../lib/trien` (the package) or in the
    /// folder above (cargo's `deps` lies within the programs' folder), else this program itself with [`WORKER_ARGUMENT`]. The small one is preferred because it maps no window system: it
    /// starts sooner and leaves a crashed PDFium less to meddle with.
    pub fn find() -> Result<WorkerCommand, RenderError> {
        let program = env::current_exe().map_err(|error| RenderError::Start {
            reason: error.to_string(),
        })?;
        let name = format!("trien-render-worker{}", env::consts::EXE_SUFFIX);
        let folder = program.parent().unwrap_or(Path::new("."));
        let folders = [
            folder.into(),
            folder.join("../lib/trien"),
            folder.join(".."),
        ];
        let places = folders.map(|folder| folder.join(&name));
        let small = places.into_iter().find(|place| place.is_file());
        Ok(match small {
            Some(program) => WorkerCommand {
                program,
                arguments: Vec::new(),
            },
            None => WorkerCommand {
                program,
                arguments: vec![WORKER_ARGUMENT.into()],
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_a_file_are_both_candidates() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join(library_name());
        std::fs::write(&library, b"").unwrap();
        if env::var_os(PDFIUM_VARIABLE).is_none() {
            let here = folder.path().to_path_buf();
            assert_eq!(find_pdfium(&[here]).unwrap(), library);
            assert_eq!(
                find_pdfium(std::slice::from_ref(&library)).unwrap(),
                library
            );
        }
    }

    #[test]
    fn the_package_and_the_target_folder_are_looked_at() {
        let places = beside(Some(Path::new("/usr/bin/trien")));
        assert!(places.contains(&PathBuf::from("/usr/bin/../lib/trien")));
        let places = beside(Some(Path::new("/src/target/debug/deps/x")));
        assert!(places.contains(&PathBuf::from("/src/target/tools/pdfium")));
    }
}
