//! `trien`, the command line over the use cases of `app`.

mod args;
mod desk;
mod environment;
mod files;
mod host;
mod lists;
mod office;
mod output;
mod practice;
mod set_up;
mod token;

use std::process::ExitCode;

use clap::Parser;
use trien_app::error::Exit;
use trien_app::{AppError, ErrorCode};

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
    let json = trien.json;
    let outcome = match trien.command {
        Command::File(command) => files::run(command, json),
        Command::SetUp(command) => set_up::run(command, trien.data.as_deref(), json),
        Command::Desk(command) => desk::run(command, trien.data.as_deref(), json),
        Command::Token { command } => {
            token::run(command, json);
            Ok(0)
        }
        Command::Practice { command } => practice::run(command, json),
    };
    let code = match outcome {
        Ok(code) => code,
        Err(error) => {
            output::error(&error, json);
            error.code.exit().code()
        }
    };
    trien_app::shut_down();
    ExitCode::from(code)
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
