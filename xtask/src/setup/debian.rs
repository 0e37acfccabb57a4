//! Packages of the system.

use std::process::Command;

use crate::error::Error;
use crate::shell::{finish, output, succeeds, which};
use crate::workspace::Workspace;

/// What building and testing needs, with the reason for each.
const PACKAGES: &[&str] = &[
    "gcc",                   // SQLite, and the linker
    "libc6-dev",             // the linker needs it, and `gcc` only recommends it
    "pkg-config",            // finds the libraries below
    "libwebkit2gtk-4.1-dev", // the window
    "libgtk-3-dev",          // the window
    "libdbus-1-dev",         // the window, through tao
    "webkit2gtk-driver",     // WebDriver for the real window
    "xvfb",                  // a screen for it
    "xauth",                 // `xvfb-run` needs it
    "dbus-daemon",           // `dbus-run-session`: single instance, key store
    "gnome-keyring",         // a key store to test against
    "softhsm2",              // a PKCS#11 token without hardware
    "opensc",                // `pkcs11-tool`, a second opinion on tokens
    "poppler-utils",         // `pdfsig`, `pdftotext`, `pdftoppm`: judges of our PDFs
    "qpdf",                  // another judge
    "strace",                // records what a process does to its disk, and fails calls on demand
];

/// Installs the packages that are missing.
pub fn packages(workspace: &Workspace) -> Result<(), Error> {
    let mut missing = missing()?;
    if which("node").is_none() || which("npm").is_none() {
        // Debian's npm conflicts with a Node.js that came from elsewhere: only where there is none at all.
        missing.extend(["nodejs", "npm"]);
    }
    if !succeeds("python3", &["-c", "import ensurepip, venv"]) {
        missing.extend(["python3", "python3-venv", "python3-pip"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    if which("apt-get").is_none() {
        let names = missing.join(" ");
        let message = format!("this is no Debian; install what stands behind these: {names}");
        return Err(Error::Missing(message));
    }
    finish(apt(workspace, &["update"]))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(missing);
    finish(apt(workspace, &arguments))
}

fn missing() -> Result<Vec<&'static str>, Error> {
    if which("dpkg-query").is_none() {
        return Ok(PACKAGES.to_vec());
    }
    let mut arguments = vec!["--show", "--showformat=${db:Status-Abbrev}${Package}\n"];
    arguments.extend(PACKAGES);
    let listed = output("dpkg-query", &arguments)?;
    Ok(not_installed(&listed))
}

/// `dpkg-query` prints "ii " before each package that is there, and nothing for one it has never seen.
fn not_installed(listed: &str) -> Vec<&'static str> {
    let installed: Vec<_> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("ii "))
        .collect();
    let packages = PACKAGES.iter().copied();
    packages.filter(|name| !installed.contains(name)).collect()
}

/// `apt-get` as root: directly, or through `sudo`.
fn apt(workspace: &Workspace, arguments: &[&str]) -> Command {
    let root = output("id", &["-u"]).is_ok_and(|id| id.trim() == "0");
    let mut command = Command::new(if root { "apt-get" } else { "sudo" });
    if !root {
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    command.args(arguments).current_dir(&workspace.root);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_and_unknown_packages_are_missing() {
        let all: String = PACKAGES.iter().map(|name| format!("ii {name}\n")).collect();
        assert!(not_installed(&all).is_empty());
        let removed = all.replace("ii qpdf\n", "rc qpdf\n");
        assert_eq!(not_installed(&removed), ["qpdf"]);
        let unknown = all.replace("ii xvfb\n", "");
        assert_eq!(not_installed(&unknown), ["xvfb"]);
    }
}
