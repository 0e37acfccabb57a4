//! The `.deb`, by `dpkg-deb` from a folder laid out by hand.
//!
//! Tauri's bundler is not used: it builds the whole window a second time with other features, and it knows
//! nothing of our command line, of the render worker, or of PDFium's notices. The recipe is short enough to
//! read; its texts lie in `installer/debian`.

mod notices;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::checks;
use crate::error::Error;
use crate::shell::run;
use crate::workspace::Workspace;

/// Programs and where they go: the shells on the path, the worker out of it.
const PROGRAMS: &[(&str, &str)] = &[
    ("trien-desktop", "usr/bin/trien-desktop"),
    ("trien", "usr/bin/trien"),
    ("trien-render-worker", "usr/lib/trien/trien-render-worker"),
];

/// Files of the repository and where they go.
const FILES: &[(&str, &str)] = &[
    (
        "installer/debian/trien.desktop",
        "usr/share/applications/vn.trien.Trien.desktop",
    ),
    (
        "icons/icon.svg",
        "usr/share/icons/hicolor/scalable/apps/vn.trien.Trien.svg",
    ),
    (
        "installer/debian/copyright",
        "usr/share/doc/trien/copyright",
    ),
    (
        "crates/pdf/fonts/LICENSE-OFL.txt",
        "usr/share/doc/trien/liberation-fonts.txt",
    ),
    ("ui/src/fonts/OFL.txt", "usr/share/doc/trien/noto-fonts.txt"),
    (
        "ui/src/styles/LUCIDE-LICENSE.txt",
        "usr/share/doc/trien/lucide-icons.txt",
    ),
    ("LICENSE-MIT", "usr/share/doc/trien/LICENSE-MIT"),
    ("LICENSE-APACHE", "usr/share/doc/trien/LICENSE-APACHE"),
    ("CHANGELOG.md", "usr/share/doc/trien/CHANGELOG.md"),
    ("SECURITY.md", "usr/share/doc/trien/SECURITY.md"),
];

/// What an unpacked package must hold.
pub const MUST_HOLD: &[&str] = &[
    "usr/bin/trien-desktop",
    "usr/bin/trien",
    "usr/lib/trien/trien-render-worker",
    "usr/lib/trien/libpdfium.so",
    "usr/share/applications/vn.trien.Trien.desktop",
    "usr/share/icons/hicolor/scalable/apps/vn.trien.Trien.svg",
    "usr/share/doc/trien/copyright",
    "usr/share/doc/trien/third-party.txt",
    "usr/share/doc/trien/pdfium/BUILD_LICENSES/pdfium.txt",
];

/// Compiles what the package holds.
pub fn programs(workspace: &Workspace, release: bool) -> Result<(), Error> {
    match release {
        true => run(
            workspace,
            "cargo",
            ["build", "--workspace", "--bins", "--locked", "--release"],
        ),
        false => checks::build(workspace),
    }
}

/// Packs the programs of the development or the release build and gives the package's path. They, the
/// interface's bundle and PDFium must be there.
pub fn pack(workspace: &Workspace, release: bool) -> Result<PathBuf, Error> {
    let profile = if release { "release" } else { "debug" };
    let folder = workspace.target.join("package");
    let tree = folder.join("tree");
    if tree.exists() {
        fs::remove_dir_all(&tree).map_err(Error::io(&tree))?;
    }
    lay_out(workspace, profile, &tree)?;
    let control = control(workspace, &tree)?;
    write(&tree.join("DEBIAN/control"), control.as_bytes())?;

    let deb = folder.join(format!(
        "trien_{}_{}.deb",
        version(workspace),
        architecture()
    ));
    // The development build is ten times larger and lives for one test: packed fast rather than small.
    let packing = if release {
        ["-Zxz", "-z6"]
    } else {
        ["-Zgzip", "-z1"]
    };
    let arguments = ["--root-owner-group", packing[0], packing[1], "--build"];
    let arguments = arguments.iter().map(|word| word.as_ref());
    run(
        workspace,
        "dpkg-deb",
        arguments.chain([tree.as_os_str(), deb.as_os_str()]),
    )?;
    Ok(deb)
}

fn lay_out(workspace: &Workspace, profile: &str, tree: &Path) -> Result<(), Error> {
    for (program, place) in PROGRAMS {
        copy(&workspace.built(profile, program), &tree.join(place), 0o755)?;
    }
    for (file, place) in FILES {
        copy(&workspace.root.join(file), &tree.join(place), 0o644)?;
    }
    let library = workspace.pdfium().join("libpdfium.so");
    copy(&library, &tree.join("usr/lib/trien/libpdfium.so"), 0o644)?;
    let documents = tree.join("usr/share/doc/trien");
    copy_folder(
        &workspace.pdfium().join("licenses"),
        &documents.join("pdfium"),
    )?;
    let notices = notices::of_everything(workspace)?;
    write(&documents.join("third-party.txt"), notices.as_bytes())
}

fn control(workspace: &Workspace, tree: &Path) -> Result<String, Error> {
    let template = workspace.root.join("installer/debian/control");
    let text = fs::read_to_string(&template).map_err(Error::io(&template))?;
    let size = size(tree)? / 1024;
    Ok(text
        .replace("@VERSION@", &version(workspace))
        .replace("@ARCHITECTURE@", architecture())
        .replace("@SIZE@", &size.to_string()))
}

/// The version of the command line, which is that of the whole workspace.
fn version(workspace: &Workspace) -> String {
    let mut packages = workspace.members.packages.iter();
    let shell = packages.find(|package| package.name.as_str() == "trien");
    shell.map_or_else(|| "0".into(), |package| package.version.to_string())
}

/// Debian's name for the machine that this was built for.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn size(path: &Path) -> Result<u64, Error> {
    let metadata = fs::metadata(path).map_err(Error::io(path))?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let mut total = 0;
    for entry in fs::read_dir(path).map_err(Error::io(path))? {
        total += size(&entry.map_err(Error::io(path))?.path())?;
    }
    Ok(total)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(from).map_err(Error::io(from))? {
        let entry = entry.map_err(Error::io(from))?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy_folder(&from, &to)?,
            false => copy(&from, &to, 0o644)?,
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path, mode: u32) -> Result<(), Error> {
    create_parent(to)?;
    fs::copy(from, to).map_err(Error::io(from))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).map_err(Error::io(to))
}

fn write(to: &Path, bytes: &[u8]) -> Result<(), Error> {
    create_parent(to)?;
    fs::write(to, bytes).map_err(Error::io(to))
}

fn create_parent(path: &Path) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(Error::io(parent))
}
