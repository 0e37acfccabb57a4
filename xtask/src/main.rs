//! `cargo xtask`: see [`USAGE`].
#![allow(clippy::print_stdout, clippy::print_stderr)] // It is a shell: printing is its work.

use std::process::ExitCode;

use xtask::error::Error;
use xtask::workspace::Workspace;
use xtask::{checks, package, run, setup, soak};

const USAGE: &str = "\
cargo xtask run [--desk NAME]   install what is missing, build, open the practice office: van-thu (the
                                clerk's desk), lanh-dao (the leader's) or noi-nhan (the receiver's)
cargo xtask test [--only NAME]  install what is missing, run every check (or one of them)
cargo xtask demo --out DIR      the whole job, headless, judged from the files it leaves in DIR
cargo xtask bench [OPTIONS]     the figures, release profile, each beside its peer; --large adds files of
                                500 MB, --out FILE keeps the figures as JSON
cargo xtask soak [--only NAME [N]]
                                kills: kill the exchange at random, 5,000 times; power: 1,000 power cuts of each life; disk: each call to
                                the disk fails; tokens: each call of a token; faults: every fault of the axis at every operation; letters: 100,000 of them
                                in bad weather; matrix: every way of signing; large: a signed file of
                                more than 4 GB. N says how much of it
cargo xtask setup               only install what is missing
cargo xtask package [--release] build the .deb";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match task(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn task(arguments: &[&str]) -> Result<ExitCode, Error> {
    let workspace = Workspace::find()?;
    match arguments {
        ["test"] => return checks::all(&workspace),
        ["test", "--only", name] => return checks::one(&workspace, name),
        ["run"] => run::office(&workspace, run::CLERK)?,
        ["run", "--desk", desk] => run::office(&workspace, desk)?,
        ["demo", "--out", folder] => run::demo(&workspace, folder.as_ref())?,
        ["bench", options @ ..] => run::bench(&workspace, options)?,
        ["soak"] => soak::soak(&workspace, None, None)?,
        ["soak", "--only", name] => soak::soak(&workspace, Some(name), None)?,
        ["soak", "--only", name, much] => soak::soak(&workspace, Some(name), Some(much))?,
        ["setup"] => setup::everything(&workspace)?,
        ["package"] => package(&workspace, false)?,
        ["package", "--release"] => package(&workspace, true)?,
        _ => return Err(Error::Usage(format!("usage:\n{USAGE}"))),
    }
    Ok(ExitCode::SUCCESS)
}

/// The package with everything that it holds made first.
fn package(workspace: &Workspace, release: bool) -> Result<(), Error> {
    setup::everything(workspace)?;
    checks::bundle(workspace)?;
    package::programs(workspace, release)?;
    println!("{}", package::pack(workspace, release)?.display());
    Ok(())
}
