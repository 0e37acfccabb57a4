//! PDFium's library, pinned by its hash, from the wheel that carries it.
//!
//! The wheels of `pypdfium2` hold PDFium built without JavaScript and XFA, which a document office has no
//! business running, for every system that we ship to, with its licence notices.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::shell::run;
use crate::workspace::Workspace;

use super::{create_folder, pinned, sha256};

const PACKAGE: &str = "pypdfium2==5.15.2";

/// One wheel and the library in it (PDFium 159.0.8149).
struct Pin {
    system: &'static str,
    machine: &'static str,
    platform: &'static str,
    library: &'static str,
    wheel_sha256: &'static str,
    library_sha256: &'static str,
}

const PINS: &[Pin] = &[
    Pin {
        system: "linux",
        machine: "x86_64",
        platform: "manylinux_2_17_x86_64",
        library: "libpdfium.so",
        wheel_sha256: "dc31aea5b0fb9fefc9b537a65f4113980b2c40798445736a7e6565bc85161e37",
        library_sha256: "c76dc0f7839644bfa7c3e3107a6068df714e339c861bb7d4519907b821d427f9",
    },
    Pin {
        system: "linux",
        machine: "aarch64",
        platform: "manylinux_2_17_aarch64",
        library: "libpdfium.so",
        wheel_sha256: "dd46e93c0c3a73f6cea8489baff6d77a5d0759dd53fbbce0aeb49c91830176fc",
        library_sha256: "4378615ad9710397c96c112611be9018629bbfe38805d91a2663a534b99c28ca",
    },
    Pin {
        system: "windows",
        machine: "x86_64",
        platform: "win_amd64",
        library: "pdfium.dll",
        wheel_sha256: "74d1bace34fb01c660d0b64344d5a4b7d276942b7c6623c88ab59ea21c5acfbd",
        library_sha256: "42d87f68957d745ce9377dfb1d8d63691e19082a7ec29ff421d22779d3142b29",
    },
    Pin {
        system: "macos",
        machine: "aarch64",
        platform: "macosx_13_0_arm64",
        library: "libpdfium.dylib",
        wheel_sha256: "e71fe832e94421ac3c28d6a6ed4a9e61f22417089652d339f391c4ffc2a44c35",
        library_sha256: "5574cd4164a1317bc6b2f3168a4f433ca84561aa1b33f570422ce20f199d3765",
    },
];

/// Puts the library and its notices into `tools/pdfium`, unless the pinned library is there already.
pub fn library(workspace: &Workspace) -> Result<(), Error> {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let ours = |pin: &&Pin| pin.system == system && pin.machine == machine;
    let pin = PINS
        .iter()
        .find(ours)
        .ok_or_else(|| Error::Missing(format!("no PDFium is pinned for {system} on {machine}")))?;
    let folder = workspace.pdfium();
    let library = folder.join(pin.library);
    let there = library.is_file() && sha256(&library)? == pin.library_sha256;
    if there && folder.join("licenses").is_dir() {
        return Ok(());
    }
    let scratch = workspace.tools().join("wheel");
    create_folder(&scratch)?;
    let wheel = download(workspace, pin, &scratch)?;
    unpack(workspace, pin, &wheel, &scratch)?;
    fs::remove_dir_all(&scratch).map_err(Error::io(&scratch))
}

fn download(workspace: &Workspace, pin: &Pin, scratch: &Path) -> Result<PathBuf, Error> {
    let platform = [
        "--platform",
        pin.platform,
        "--python-version",
        "3.11",
        PACKAGE,
    ];
    let arguments = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
    ]
    .into_iter()
    .chain(["--no-deps", "--only-binary=:all:"])
    .chain(platform)
    .chain(["--dest"]);
    let arguments = arguments.map(OsStr::new).chain([scratch.as_os_str()]);
    run(workspace, workspace.python("python"), arguments)?;
    let wheel = find(scratch, |name| name.ends_with(".whl"))?;
    pinned(&wheel, pin.wheel_sha256)?;
    Ok(wheel)
}

fn unpack(workspace: &Workspace, pin: &Pin, wheel: &Path, scratch: &Path) -> Result<(), Error> {
    let unpacked = scratch.join("unpacked");
    let arguments = ["-m", "zipfile", "-e"].map(OsStr::new);
    let paths = [wheel.as_os_str(), unpacked.as_os_str()];
    run(
        workspace,
        workspace.python("python"),
        arguments.into_iter().chain(paths),
    )?;
    let fetched = unpacked.join("pypdfium2_raw").join(pin.library);
    pinned(&fetched, pin.library_sha256)?;

    let folder = workspace.pdfium();
    let _ = fs::remove_dir_all(&folder); // An older library, or half of one.
    create_folder(&folder)?;
    let notices = find(&unpacked, |name| name.ends_with(".dist-info"))?.join("licenses");
    let kept = folder.join("licenses");
    fs::rename(&notices, &kept).map_err(Error::io(&notices))?;
    // The library last: where it is, everything is.
    let library = folder.join(pin.library);
    fs::rename(&fetched, &library).map_err(Error::io(&fetched))
}

fn find(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<PathBuf, Error> {
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let entry = entry.map_err(Error::io(folder))?;
        if wanted(&entry.file_name().to_string_lossy()) {
            return Ok(entry.path());
        }
    }
    let message = format!("{} does not hold what the wheel should", folder.display());
    Err(Error::Missing(message))
}
