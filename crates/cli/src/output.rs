//! Printing: one JSON object with `--json`, else a few lines for people.

use serde::Serialize;
use trien_app::AppError;

/// Prints a result: its JSON, or the lines that `human` makes of it.
#[allow(clippy::print_stdout)] // Printing is what a command line is for.
pub fn result<T: Serialize>(value: &T, json: bool, human: impl FnOnce(&T) -> Vec<String>) {
    if json {
        println!("{}", serde_json::to_string(value).unwrap_or_default());
    } else {
        for line in human(value) {
            println!("{line}");
        }
    }
}

/// Prints an error: the same object that the window gets, or its three sentences.
#[allow(clippy::print_stdout, clippy::print_stderr)] // The same.
pub fn error(error: &AppError, json: bool) {
    let view = error.view();
    if json {
        println!("{}", serde_json::json!({ "error": view }));
    } else {
        eprintln!("{}. {} {}", view.title.vi, view.reason.vi, view.action.vi);
        if !view.detail.is_empty() {
            eprintln!("({})", view.detail);
        }
    }
}
