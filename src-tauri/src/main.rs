//! The window: the only Tauri. Thin: commands call the use cases of `app`, events tell what changed.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod asking;
mod commands;
mod desk;
mod frugal;
mod host;
mod notices;
mod pages;
mod phrase;
mod pin;
mod rounds;
mod window;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    // The children that draw pages and call PKCS#11 modules are this same program; they read no settings and open no
    // window.
    if let Some(first) = std::env::args_os().nth(1) {
        if first == trien_app::RENDER_WORKER {
            return trien_app::render_worker();
        }
        if first == trien_app::TOKEN_WORKER {
            return trien_app::token_worker();
        }
    }
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    frugal::prepare();
    let arguments = Arguments::parse();
    match window::run(&arguments.data(), arguments.office_file()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}
