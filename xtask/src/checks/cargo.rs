//! What cargo checks.
//!
//! Every check takes its programs from one and the same build. Another selection of packages or targets would
//! unify the features of what they depend on in another way and compile half of it again, and `cargo clippy`
//! would read every dependency a second time without code; so all targets are built at once, by clippy's
//! driver, which is rustc with more to say.

use std::process::{Command, Stdio};

use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;

use crate::error::Error;
use crate::shell::{announce, finish, run};
use crate::workspace::Workspace;

/// Twice the cores that a run is measured on: most tests wait half of their time for a program, the disk or
/// an answer.
const TESTS_AT_ONCE: &str = "4";

/// rustfmt has nothing to change.
pub fn format(workspace: &Workspace) -> Result<(), Error> {
    run(workspace, "cargo", ["fmt", "--all", "--check"])
}

/// Every program and every test builds with the versions of the lock file.
pub fn build(workspace: &Workspace) -> Result<(), Error> {
    finish(everything(workspace))
}

/// Clippy and rustc had nothing to say in that build: cargo keeps what they said, and says it again.
pub fn lint(workspace: &Workspace) -> Result<(), Error> {
    let mut command = everything(workspace);
    command.args(["--keep-going", "--message-format=json"]);
    let shown = announce(&mut command);
    let start = |source| Error::Start {
        program: "cargo".to_owned(),
        source,
    };
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(start)?;
    Error::if_any(said(&output.stdout)?)?;
    match output.status.success() {
        true => Ok(()),
        false => Err(Error::Command {
            command: shown,
            status: output.status,
        }),
    }
}

/// Unit tests and scenarios. They find PDFium and the judges through the environment, and the programs in the
/// target folder.
pub fn tests(workspace: &Workspace) -> Result<(), Error> {
    build(workspace)?;
    let mut command = Command::new("cargo");
    command
        .args(["test", "--workspace", "--locked", "--no-fail-fast"])
        .env("RUST_TEST_THREADS", TESTS_AT_ONCE);
    finish(with_tools(workspace, as_built(command)))
}

/// Lets cargo compile as for every other check, so that it finds what has been compiled for them.
pub fn as_built(mut command: Command) -> Command {
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    command
}

/// Tells a program where `setup` has put things.
pub fn with_tools(workspace: &Workspace, mut command: Command) -> Command {
    command
        .current_dir(&workspace.root)
        .env("TRIEN_PDFIUM", workspace.pdfium())
        .env("TRIEN_JUDGE_PYTHON", workspace.python("python"));
    command
}

fn everything(workspace: &Workspace) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["build", "--workspace", "--all-targets", "--locked"])
        .current_dir(&workspace.root);
    as_built(command)
}

/// The warnings and errors among cargo's messages, each once, as the compiler renders them.
fn said(messages: &[u8]) -> Result<Vec<String>, Error> {
    let mut said = Vec::new();
    for message in Message::parse_stream(messages) {
        let message = message.map_err(|error| Error::Unreadable(error.to_string()))?;
        let Message::CompilerMessage(message) = message else {
            continue;
        };
        let told = matches!(
            message.message.level,
            DiagnosticLevel::Warning | DiagnosticLevel::Error
        );
        let text = message.message.rendered.unwrap_or(message.message.message);
        if told && !said.contains(&text) {
            said.push(text);
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_told_once_as_the_compiler_rendered_it() {
        let message = |level: &str| {
            let target = r#"{"kind":["lib"],"crate_types":["lib"],"name":"a","src_path":"/a.rs","edition":"2024"}"#;
            let told = format!(
                r#"{{"message":"unused","level":"{level}","spans":[],"children":[],"rendered":"{level}: unused"}}"#
            );
            format!(
                r#"{{"reason":"compiler-message","package_id":"a","manifest_path":"/Cargo.toml","target":{target},"message":{told}}}"#
            )
        };
        let finished = r#"{"reason":"build-finished","success":true}"#;
        let quiet = [&message("note"), finished].map(ToString::to_string);
        assert!(said(quiet.join("\n").as_bytes()).unwrap().is_empty());
        let loud = [message("warning"), message("warning"), message("error")];
        assert_eq!(
            said(loud.join("\n").as_bytes()).unwrap(),
            ["warning: unused", "error: unused"]
        );
    }
}
