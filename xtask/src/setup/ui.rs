//! The interface's packages.

use std::process::Command;

use crate::error::Error;
use crate::shell::finish;
use crate::workspace::Workspace;

use super::{is_current, set_current};

/// Installs exactly what `ui/package-lock.json` names.
pub fn packages(workspace: &Workspace) -> Result<(), Error> {
    let ui = workspace.ui();
    let lock = ui.join("package-lock.json");
    let stamp = ui.join("node_modules/.package-lock.sha256");
    if !lock.is_file() || is_current(&lock, &stamp)? {
        return Ok(());
    }
    let mut command = Command::new("npm");
    command
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(&ui);
    finish(command)?;
    set_current(&lock, &stamp)
}
