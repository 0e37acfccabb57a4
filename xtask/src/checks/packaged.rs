//! The package as an office gets it: built once, unpacked, and started from there.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::package;
use crate::shell::{finish, run};
use crate::workspace::Workspace;

use super::cargo::with_tools;

/// Builds the `.deb` from the development build, unpacks it and starts its command line.
pub fn unpack(workspace: &Workspace) -> Result<(), Error> {
    let deb = package::build(workspace, false)?;
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

/// A run takes three quarters of a minute on two cores, after the test itself was built.
const WINDOW_SECONDS: &str = "600";

/// Drives the unpacked window by WebDriver on a screen and a session bus of its own.
///
/// WebKit's driver now and then never answers when a window goes away under it. Such a run says
/// nothing about the program, so a run that fails is made once more, and both are told.
pub fn window(workspace: &Workspace) -> Result<(), Error> {
    drive(workspace).or_else(|error| {
        println!("window: {error}; once more");
        drive(workspace)
    })
}

fn drive(workspace: &Workspace) -> Result<(), Error> {
    let mut command = Command::new("timeout");
    command
        .args(["--kill-after=10", WINDOW_SECONDS, "xvfb-run"])
        .args(["--auto-servernum", "--server-args=-screen 0 1280x900x24"])
        .args(["dbus-run-session", "--"])
        // The whole workspace, as the tests before it: another selection would build dependencies anew.
        .args(["cargo", "test", "--locked", "--workspace"])
        .args(["--test", "window", "--", "--ignored", "--nocapture"])
        .env(
            "TRIEN_DESKTOP",
            unpacked(workspace).join("usr/bin/trien-desktop"),
        )
        .env("TRIEN_CLI", unpacked(workspace).join("usr/bin/trien"));
    finish(with_tools(workspace, command))
}

fn unpacked(workspace: &Workspace) -> PathBuf {
    workspace.target.join("package/unpacked")
}
