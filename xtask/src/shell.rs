//! Running other programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::workspace::Workspace;

/// Runs a program in the workspace's root with our terminal, shows the command first, and fails where it does.
pub fn run<S: AsRef<OsStr>>(
    workspace: &Workspace,
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = S>,
) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(&workspace.root);
    finish(command)
}

/// Runs a prepared command; its standard input is closed, so nothing waits for an answer in CI.
pub fn finish(mut command: Command) -> Result<(), Error> {
    let shown = announce(&mut command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|source| Error::Start {
            program: command.get_program().to_string_lossy().into_owned(),
            source,
        })?;
    match status.success() {
        true => Ok(()),
        false => Err(Error::Command {
            command: shown,
            status,
        }),
    }
}

/// Runs a program quietly and gives its standard output, whatever its exit status.
pub fn output(program: &str, arguments: &[&str]) -> Result<String, Error> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|source| Error::Start {
            program: program.to_owned(),
            source,
        })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// True where a program starts and ends well.
pub fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    let quiet = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Where a program lies on the search path.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let candidates = std::env::split_paths(&path).map(|folder| folder.join(program));
    candidates
        .into_iter()
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Shows a command that is about to run, and takes from its environment what `cargo run` told this program
/// about its own package: build scripts that watch those variables would run again for every other caller.
pub fn announce(command: &mut Command) -> String {
    let own = std::env::vars_os().map(|(name, _)| name);
    let own = own.filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    });
    own.for_each(|name| {
        command.env_remove(name);
    });
    let shown = shown(command);
    println!("$ {shown}");
    shown
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
