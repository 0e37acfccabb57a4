//! `trien` at one desk.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::office::{PIN, PIN_VARIABLE};
use crate::programs::Programs;

/// A desk: a profile's data folder and the program that works on it.
#[derive(Debug, Clone)]
pub struct Desk {
    data: PathBuf,
}

/// How a command came out.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// What it printed, `null` where that was no JSON.
    pub json: Value,
    /// The command, for messages.
    pub command: String,
    /// Its standard error.
    pub stderr: String,
}

impl Desk {
    /// The desk of a data folder.
    pub fn new(data: &Path) -> Desk {
        Desk {
            data: data.to_owned(),
        }
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// `trien --json --data …`, to be completed and run; the PIN is in the variable [`PIN_VARIABLE`].
    pub fn command(&self) -> Command {
        let mut command = self.command_for_people();
        command.arg("--json");
        command
    }

    /// The same without `--json`.
    pub fn command_for_people(&self) -> Command {
        let mut command = Programs::find().command();
        command
            .arg("--data")
            .arg(&self.data)
            .env(PIN_VARIABLE, PIN)
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// Where `trien` cannot be started.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Outcome {
        let mut command = self.command();
        command.args(arguments);
        Outcome::of(command)
    }

    /// Runs a command that must succeed, and gives its JSON.
    ///
    /// # Panics
    /// Where it fails.
    pub fn ok<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Value {
        let outcome = self.run(arguments);
        assert!(outcome.code == Some(0), "{outcome:#?}");
        outcome.json
    }

    /// Runs a command that must fail with this error code, and gives the error.
    ///
    /// # Panics
    /// Where it succeeds or fails of something else.
    pub fn refused<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        code: &str,
    ) -> Value {
        let outcome = self.run(arguments);
        assert!(outcome.code != Some(0), "{outcome:#?}");
        assert_eq!(outcome.error_code(), Some(code), "{outcome:#?}");
        outcome.json["error"].clone()
    }
}

impl Outcome {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn of(mut command: Command) -> Outcome {
        let output = command.output().expect("the program starts");
        Outcome::from_output(&command, &output)
    }

    /// The outcome of a command that has ended.
    pub fn from_output(command: &Command, output: &Output) -> Outcome {
        Outcome {
            code: output.status.code(),
            json: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            command: format!("{command:?}"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The code of the error that it told: of the command, or of the first document that it would not sign.
    pub fn error_code(&self) -> Option<&str> {
        let of_document = || {
            let documents = self.json.get("documents")?.as_array()?;
            documents.iter().find_map(|d| d.pointer("/error/code"))
        };
        let code = self.json.pointer("/error/code").or_else(of_document)?;
        code.as_str()
    }
}
