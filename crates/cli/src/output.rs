//! Printing: one JSON object with `--json`, else a few lines for people.

use std::io::Write as _;

use serde::Serialize;
use trien_app::AppError;

/// Prints a result: its JSON, or the lines that `human` makes of it.
pub fn result<T: Serialize>(value: &T, json: bool, human: impl FnOnce(&T) -> Vec<String>) {
    if json {
        print(&serde_json::to_string(value).unwrap_or_default());
    } else {
        human(value).iter().for_each(|line| print(line));
    }
}

/// Prints an error: the same object that the window gets, or its three sentences.
#[allow(clippy::print_stderr)] // Telling is what a command line is for.
pub fn error(error: &AppError, json: bool) {
    let view = error.view();
    if json {
        print(&serde_json::json!({ "error": view }).to_string());
    } else {
        eprintln!("{}. {} {}", view.title.vi, view.reason.vi, view.action.vi);
        if !view.detail.is_empty() {
            eprintln!("({})", view.detail);
        }
    }
}

/// A reader that has seen enough, such as `head`, closes the pipe: what was done stays done.
fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
