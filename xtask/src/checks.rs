//! The checks behind `cargo xtask test`.
//!
//! They run in this order because each uses what the one before has built: the interface's bundle goes into
//! the window's program, the programs into the tests, and the package is made of the same programs.

mod cargo;
mod interface;
mod packaged;

pub use cargo::{build, with_tools};
pub use interface::bundle;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::workspace::Workspace;
use crate::{architecture, licences, run, setup};

/// One check: its name for `--only`, what must be there before it, and what it does.
struct Check {
    name: &'static str,
    needs: Needs,
    run: fn(&Workspace) -> Result<(), Error>,
}

/// What a check by itself finds nowhere; in a whole run the checks before it have made it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    /// Cargo and the sources.
    Sources,
    /// What `setup` installs.
    Tools,
    /// And the interface's bundle, which the window's program holds.
    Bundle,
}

/// Longer than this nobody waits for a run before every change: then checks are left out, and find nothing.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// A machine has bad days, on which a run takes up to a third longer than on its good ones; beyond that, it is the run.
const FAILURE: Duration = Duration::from_secs(40 * 60);

const CHECKS: &[Check] = &[
    Check {
        name: "setup",
        needs: Needs::Sources,
        run: setup::everything,
    },
    Check {
        name: "format",
        needs: Needs::Sources,
        run: cargo::format,
    },
    Check {
        name: "architecture",
        needs: Needs::Sources,
        run: arrows,
    },
    Check {
        name: "licences",
        needs: Needs::Sources,
        run: licences::check,
    },
    Check {
        name: "interface",
        needs: Needs::Tools,
        run: interface::check,
    },
    Check {
        name: "build",
        needs: Needs::Bundle,
        run: cargo::build,
    },
    Check {
        name: "lint",
        needs: Needs::Bundle,
        run: cargo::lint,
    },
    Check {
        name: "tests",
        needs: Needs::Bundle,
        run: cargo::tests,
    },
    Check {
        name: "demo",
        needs: Needs::Bundle,
        run: demo,
    },
    Check {
        name: "package",
        needs: Needs::Bundle,
        run: packaged::unpack,
    },
    Check {
        name: "window",
        needs: Needs::Bundle,
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
    if let Some(slow) = too_slow(total) {
        println!("{slow}");
    }
    Ok(exit(failed == 0 && total <= FAILURE))
}

/// What is wrong with the time that a run took.
fn too_slow(total: Duration) -> Option<String> {
    let minutes = |time: Duration| time.as_secs() / 60;
    let verdict = match total {
        short if short <= LIMIT => return None,
        long if long <= FAILURE => "TOO SLOW",
        _ => "FAILED",
    };
    let (took, most) = (minutes(total), minutes(LIMIT));
    Some(format!(
        "{verdict}: the run took {took} minutes, and should take {most} on two cores from nothing"
    ))
}

/// Runs one check by its name, after what it needs.
pub fn one(workspace: &Workspace, name: &str) -> Result<ExitCode, Error> {
    let Some(check) = CHECKS.iter().find(|check| check.name == name) else {
        let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        let message = format!("no check is called {name}; there are: {}", names.join(", "));
        return Err(Error::Usage(message));
    };
    if check.needs >= Needs::Tools {
        setup::everything(workspace)?;
    }
    if check.needs >= Needs::Bundle {
        bundle(workspace)?;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_nobody_waits_for_is_a_failure() {
        assert_eq!(too_slow(LIMIT), None);
        for (minutes, verdict) in [(31, "TOO SLOW"), (41, "FAILED")] {
            let told = too_slow(Duration::from_secs(minutes * 60)).unwrap();
            let expected = format!("{verdict}: the run took {minutes} minutes");
            assert!(told.starts_with(&expected), "{told}");
        }
    }
}
