//! What cargo checks.

use std::process::Command;

use crate::error::Error;
use crate::shell::{finish, run};
use crate::workspace::Workspace;

/// rustfmt has nothing to change.
pub fn format(workspace: &Workspace) -> Result<(), Error> {
    run(workspace, "cargo", ["fmt", "--all", "--check"])
}

/// Every program builds with the versions of the lock file.
pub fn build(workspace: &Workspace) -> Result<(), Error> {
    run(workspace, "cargo", ["build", "--workspace", "--locked"])
}

/// Clippy and rustc have nothing to say.
pub fn lint(workspace: &Workspace) -> Result<(), Error> {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    run(workspace, "cargo", arguments)
}

/// Unit tests and scenarios. They find PDFium and the judges through the environment, and the programs in the
/// target folder, where cargo puts none for tests alone.
pub fn tests(workspace: &Workspace) -> Result<(), Error> {
    build(workspace)?;
    let mut command = Command::new("cargo");
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    finish(with_tools(workspace, command))
}

/// Tells a program where `setup` has put things.
pub fn with_tools(workspace: &Workspace, mut command: Command) -> Command {
    command
        .current_dir(&workspace.root)
        .env("TRIEN_PDFIUM", workspace.pdfium())
        .env("TRIEN_JUDGE_PYTHON", workspace.python("python"));
    command
}
