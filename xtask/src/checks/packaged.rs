//! The package as an office gets it: built once, unpacked, and started from there.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::package;
use crate::shell::{finish, run};
use crate::workspace::Workspace;

use super::cargo::{as_built, with_tools};

/// Builds the `.deb` from the development build, unpacks it and starts its command line.
pub fn unpack(workspace: &Workspace) -> Result<(), Error> {
    package::programs(workspace, false)?;
    let deb = package::pack(workspace, false)?;
    let folder = unpacked(workspace);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::io(&folder))?;
    }
    run(
        workspace,
        "dpkg-deb",
        ["--extract".as_ref(), deb.as_os_str(), folder.as_os_str()],
    )?;
    for expected in package::MUST_HOLD {
        let path = folder.join(expected);
        if !path.is_file() {
            return Err(Error::Missing(format!("the package lacks {expected}")));
        }
    }
    run(workspace, folder.join("usr/bin/trien"), ["--version"])
}

/// The tests take some three minutes on two cores, after they were built.
const WINDOW_SECONDS: &str = "900";

/// Drives the unpacked window by WebDriver on a screen and a session bus of its own.
pub fn window(workspace: &Workspace) -> Result<(), Error> {
    if !unpacked(workspace).join("usr/bin/trien-desktop").is_file() {
        let message = "no package is unpacked: cargo xtask test --only package";
        return Err(Error::Missing(message.to_owned()));
    }
    // The screen's own frame buffer: the pictures for the eye are taken from it.
    let screen = workspace.target.join("tmp/screen");
    fs::create_dir_all(&screen).map_err(Error::io(&screen))?;
    let server = format!("-screen 0 1920x1080x24 -fbdir {}", screen.display());
    let mut command = Command::new("timeout");
    command
        .args(["--kill-after=10", WINDOW_SECONDS, "xvfb-run"])
        .args(["--auto-servernum", &format!("--server-args={server}")])
        .args(["dbus-run-session", "--"])
        // The whole workspace, as the tests before it: another selection would build dependencies anew.
        .args(["cargo", "test", "--locked", "--workspace"])
        .args(["--test", "window"])
        // One window at a time has the screen.
        .args(["--", "--ignored", "--nocapture", "--test-threads=1"])
        .env("TRIEN_SCREEN", &screen)
        .env(
            "TRIEN_DESKTOP",
            unpacked(workspace).join("usr/bin/trien-desktop"),
        )
        .env("TRIEN_CLI", unpacked(workspace).join("usr/bin/trien"));
    finish(with_tools(workspace, as_built(command)))
}

fn unpacked(workspace: &Workspace) -> PathBuf {
    workspace.target.join("package/unpacked")
}
