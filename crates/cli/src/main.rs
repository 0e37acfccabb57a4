//! `trien`, the command line over the use cases of `app`.

mod args;
mod desk;
mod disk;
mod environment;
mod files;
mod host;
mod lists;
mod office;
mod output;
mod practice;
mod set_up;
mod token;

use std::io::IsTerminal as _;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use trien_app::error::Exit;
use trien_app::{AppError, ErrorCode, Result};

use args::{Command, Trien};

fn main() -> ExitCode {
    // The children that draw pages and call PKCS#11 modules are this very program; they must not meet the command
    // line at all.
    if let Some(first) = std::env::args_os().nth(1) {
        if first == trien_app::RENDER_WORKER {
            return trien_app::render_worker();
        }
        if first == trien_app::TOKEN_WORKER {
            return trien_app::token_worker();
        }
    }
    let trien = match Trien::try_parse() {
        Ok(trien) => trien,
        Err(error) => return usage(&error),
    };
    environment::enter(trien.data.as_deref());
    start_log();
    let json = trien.json;
    let code = match guarded(|| run(trien)) {
        Ok(code) => code,
        Err(error) => {
            output::error(&error, json);
            error.code.exit().code()
        }
    };
    trien_app::shut_down();
    ExitCode::from(code)
}

/// What our crates and others' note goes to standard error where `RUST_LOG` asks for it, and else nowhere.
fn start_log() {
    let off = LevelFilter::OFF.into();
    let asked = EnvFilter::builder().with_default_directive(off);
    tracing_subscriber::fmt()
        .with_env_filter(asked.from_env_lossy())
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

fn run(trien: Trien) -> Result<u8> {
    let (data, json) = (trien.data.as_deref(), trien.json);
    match trien.command {
        Command::File(command) => files::run(command, json),
        Command::SetUp(command) => set_up::run(command, data, json),
        Command::Desk(command) => desk::run(command, data, json),
        Command::Token { command } => {
            token::run(command, json);
            Ok(0)
        }
        Command::Practice { command } => practice::run(command, json),
    }
}

/// A panic is our own fault and told as one: whoever asked for JSON gets an object, and the exit code is not
/// Rust's 101, which no contract names.
fn guarded(run: impl FnOnce() -> Result<u8>) -> Result<u8> {
    // What was half done lies on the stack that is gone, or in the store, whose transactions end with it.
    std::panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let detail = format!("panic: {}", text.unwrap_or_default());
        Err(AppError::new(ErrorCode::Internal, detail))
    })
}

/// clap leaves with 2 on wrong usage; ours is 64, because 2 is a verdict of `verify`. A program that asked for
/// JSON gets it for its own mistakes too.
fn usage(error: &clap::Error) -> ExitCode {
    let help = !error.use_stderr();
    if !help && std::env::args_os().any(|argument| argument == "--json") {
        let error = AppError::new(ErrorCode::BadArgument, error.to_string());
        output::error(&error, true);
    } else {
        let _ = error.print();
    }
    ExitCode::from(if help { 0 } else { Exit::Usage.code() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_as_our_own_fault() {
        let nothing: &[u8] = &[];
        let fault = guarded(|| Ok(nothing[nothing.len()])).unwrap_err();
        assert_eq!(
            (fault.code, fault.code.exit().code()),
            (ErrorCode::Internal, 70)
        );
        assert!(fault.detail.contains("out of bounds"), "{}", fault.detail);
        assert_eq!(guarded(|| Ok(3)).unwrap(), 3);
    }
}
