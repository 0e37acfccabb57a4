//! What takes too long for every run of the tests: the exchange is killed, cut off, failed and kept busy for an hour.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::checks::with_tools;
use crate::error::Error;
use crate::setup;
use crate::shell::{finish, run};
use crate::workspace::Workspace;

/// One soak: its name for `--only`, the scenario, and the variable, if any, that says how much of it is wanted.
struct Soak {
    name: &'static str,
    test: &'static str,
    scenario: &'static str,
    variable: &'static str,
    much: &'static str,
    disk: Disk,
}

/// Where a soak's profiles lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disk {
    /// In the target folder: what was synced counts.
    Real,
    /// In memory where the system has such a folder: there every sync is free, and nothing is cut off.
    Memory,
}

const SOAKS: [Soak; 8] = [
    Soak {
        name: "kills",
        test: "crashes",
        scenario: "killed_at_random",
        variable: "TRIEN_CRASH_ROUNDS",
        much: "5000",
        disk: Disk::Real,
    },
    Soak {
        name: "power",
        test: "store",
        scenario: "power::whatever_a_power_cut",
        variable: "TRIEN_POWER_SEEDS",
        much: "1000",
        disk: Disk::Real,
    },
    Soak {
        name: "disk",
        test: "store",
        scenario: "power::the_nth_call",
        variable: "TRIEN_POWER_CALLS",
        much: "all",
        disk: Disk::Real,
    },
    Soak {
        name: "tokens",
        test: "faults",
        scenario: "flows::",
        variable: "TRIEN_FLOWS",
        much: "all",
        disk: Disk::Real,
    },
    Soak {
        name: "faults",
        test: "weather",
        scenario: "every_fault",
        variable: "TRIEN_WEATHER",
        much: "all",
        disk: Disk::Real,
    },
    Soak {
        name: "letters",
        test: "weather",
        scenario: "in_bad_weather",
        variable: "TRIEN_SOAK_DOCUMENTS",
        much: "100000",
        disk: Disk::Memory,
    },
    Soak {
        name: "matrix",
        test: "matrix",
        scenario: "",
        variable: "TRIEN_MATRIX",
        much: "all",
        disk: Disk::Real,
    },
    // A signed file that 32 bits cannot count: there is one, and it takes no measure.
    Soak {
        name: "large",
        test: "large",
        scenario: "--ignored",
        variable: "",
        much: "",
        disk: Disk::Real,
    },
];

/// The folder that Linux keeps in memory.
const IN_MEMORY: &str = "/dev/shm";

/// All soaks one after the other, or the one that is named, as much of it as is said.
///
/// # Errors
/// [`Error::Usage`] for a name that is none; the first soak that fails.
pub fn soak(workspace: &Workspace, only: Option<&str>, much: Option<&str>) -> Result<(), Error> {
    let chosen: Vec<&Soak> = SOAKS
        .iter()
        .filter(|soak| only.is_none_or(|name| name == soak.name))
        .collect();
    if chosen.is_empty() {
        let names = SOAKS.map(|soak| soak.name).join(", ");
        return Err(Error::Usage(format!("no such soak; there are: {names}")));
    }
    setup::everything(workspace)?;
    // The same members as below, so that nothing is built twice; the window takes no part.
    let members = ["--workspace", "--exclude", "trien-desktop", "--locked"];
    let programs = ["build"].into_iter().chain(members).chain(["--bins"]);
    run(workspace, "cargo", programs)?;
    for soak in chosen {
        let started = Instant::now();
        let mut command = Command::new("cargo");
        command.arg("test").args(members);
        command.args(["--test", soak.test, "--", "--nocapture", soak.scenario]);
        if !soak.variable.is_empty() {
            command.env(soak.variable, much.unwrap_or(soak.much));
        }
        let folder = folder(workspace, soak);
        sweep(&folder)?;
        fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        command.env("TMPDIR", &folder);
        let done = finish(with_tools(workspace, command));
        sweep(&folder)?;
        done?;
        println!("{}: {} s", soak.name, started.elapsed().as_secs());
    }
    Ok(())
}

/// Where a soak's temporary files lie: by themselves, so that what a soak left that was killed goes with the next one.
fn folder(workspace: &Workspace, soak: &Soak) -> PathBuf {
    let memory = Path::new(IN_MEMORY);
    let base = match soak.disk {
        Disk::Memory if memory.is_dir() => memory,
        Disk::Memory | Disk::Real => &workspace.target,
    };
    base.join(format!("trien-soak-{}", soak.name))
}

fn sweep(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(folder)(error)),
        _ => Ok(()),
    }
}
