//! The checks behind `cargo xtask test`.
//!
//! They run in this order because each uses what the one before has built: the interface's bundle goes into
//! the window's program, the programs into the tests, and the package is made of the same programs.

mod cargo;
mod interface;
mod packaged;

pub use cargo::with_tools;
pub use interface::bundle;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::workspace::Workspace;
use crate::{architecture, licences, run, setup};

/// One check: its name for `--only`, and what it does.
struct Check {
    name: &'static str,
    run: fn(&Workspace) -> Result<(), Error>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "setup",
        run: setup::everything,
    },
    Check {
        name: "format",
        run: cargo::format,
    },
    Check {
        name: "architecture",
        run: arrows,
    },
    Check {
        name: "licences",
        run: licences::check,
    },
    Check {
        name: "interface",
        run: interface::check,
    },
    Check {
        name: "build",
        run: cargo::build,
    },
    Check {
        name: "lint",
        run: cargo::lint,
    },
    Check {
        name: "tests",
        run: cargo::tests,
    },
    Check {
        name: "demo",
        run: demo,
    },
    Check {
        name: "package",
        run: packaged::unpack,
    },
    Check {
        name: "window",
        run: packaged::window,
    },
];

/// Runs every check, also after one has failed: a red run should say everything that is wrong.
pub fn all(workspace: &Workspace) -> Result<ExitCode, Error> {
    let results: Vec<_> = CHECKS.iter().map(|check| timed(workspace, check)).collect();
    println!();
    for (check, (passed, time)) in CHECKS.iter().zip(&results) {
        let verdict = if *passed { "ok" } else { "FAILED" };
        println!(
            "{:<14} {:>7.1} s  {verdict}",
            check.name,
            time.as_secs_f64()
        );
    }
    let total: Duration = results.iter().map(|(_, time)| *time).sum();
    println!("{:<14} {:>7.1} s", "total", total.as_secs_f64());
    let failed = results.iter().filter(|(passed, _)| !passed).count();
    println!("\n{} passed, {failed} failed", results.len() - failed);
    Ok(exit(failed == 0))
}

/// Runs one check by its name.
pub fn one(workspace: &Workspace, name: &str) -> Result<ExitCode, Error> {
    let Some(check) = CHECKS.iter().find(|check| check.name == name) else {
        let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        let message = format!("no check is called {name}; there are: {}", names.join(", "));
        return Err(Error::Usage(message));
    };
    let (passed, _) = timed(workspace, check);
    println!(
        "\n{} passed, {} failed",
        u8::from(passed),
        u8::from(!passed)
    );
    Ok(exit(passed))
}

fn timed(workspace: &Workspace, check: &Check) -> (bool, Duration) {
    println!("\n== {}", check.name);
    let start = Instant::now();
    let result = (check.run)(workspace);
    if let Err(error) = &result {
        println!("{}: {error}", check.name);
    }
    (result.is_ok(), start.elapsed())
}

fn exit(passed: bool) -> ExitCode {
    match passed {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn arrows(workspace: &Workspace) -> Result<(), Error> {
    let house = architecture::House::from_metadata(&workspace.members);
    let mut found = architecture::findings(&house);
    found.extend(architecture::source_findings(&workspace.root)?);
    found.extend(architecture::guide_findings(&workspace.root)?);
    Error::if_any(found)
}

fn demo(workspace: &Workspace) -> Result<(), Error> {
    cargo::build(workspace)?;
    run::judged(workspace, &workspace.target.join("demo"))
}
