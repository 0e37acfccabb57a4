//! Tasks that start the programs.

use std::path::Path;
use std::process::Command;

use crate::checks::bundle;
use crate::error::Error;
use crate::setup;
use crate::shell::{finish, run};
use crate::workspace::Workspace;

/// Installs what is missing, builds, and opens the window on the practice office. Without a display it says so
/// and runs the demo.
pub fn office(workspace: &Workspace) -> Result<(), Error> {
    setup::everything(workspace)?;
    bundle(workspace)?;
    run(workspace, "cargo", ["build", "--workspace", "--locked"])?;
    if !has_display() {
        println!("there is no display, so the window cannot open: running the demo instead");
        return demo(workspace, &workspace.target.join("demo"));
    }
    Err(Error::Missing(
        "the practice office does not stand yet".into(),
    ))
}

/// The whole job, headless; it judges itself from the files that it leaves.
pub fn demo(workspace: &Workspace, folder: &Path) -> Result<(), Error> {
    let mut command = Command::new("cargo");
    command
        .args([
            "run",
            "--quiet",
            "--locked",
            "--package",
            "trien-tests",
            "--bin",
            "demo",
            "--",
        ])
        .arg("--out")
        .arg(folder);
    finish(crate::checks::with_tools(workspace, command))
}

/// The figures, in the release profile.
pub fn bench(workspace: &Workspace) -> Result<(), Error> {
    setup::everything(workspace)?;
    let mut command = Command::new("cargo");
    command
        .args([
            "run",
            "--quiet",
            "--locked",
            "--release",
            "--package",
            "trien-tests",
        ])
        .args(["--bin", "bench"]);
    finish(crate::checks::with_tools(workspace, command))
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}
