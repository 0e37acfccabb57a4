//! The power goes at any moment, or the n-th call to the disk fails: what was reported as done is there whole, the rest
//! never happened, and the work goes on. Each of the [`lives`] is troubled so.
//!
//! `TRIEN_POWER_SEEDS` says how many cuts each life meets, and `TRIEN_POWER_CALLS=all` has every call fail instead of
//! some of each name; `cargo xtask soak` makes 1,000 cuts, and all calls fail.
#![cfg(target_os = "linux")]

use std::io::Write as _;
use std::panic::{RefUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;
use trien_store::Store;

use crate::disk::Disk;
use crate::lives::{self, Life, Outside};
use crate::office::*;
use crate::trace::{self, Failure, Lived, Step, Trial, failures, steps};

/// Says how many cuts there are in each life.
const SEEDS_VARIABLE: &str = "TRIEN_POWER_SEEDS";
/// Has every call fail.
const CALLS_VARIABLE: &str = "TRIEN_POWER_CALLS";
/// Cuts of each life in an ordinary run.
const SEEDS: usize = 20;
/// Every so many of the failures of one call, in an ordinary run; the first is another one for each call.
const EVERY: usize = 256;
/// The same of calls after which the power goes, too.
const EVERY_SYNC: usize = 128;
/// Cuts of each life in which a call failed.
const CUTS: usize = 2;
/// Linux keeps it in memory.
const IN_MEMORY: &str = "/dev/shm";

#[test]
fn whatever_a_power_cut_leaves_of_unsynced_writes_what_was_reported_is_there() {
    let seeds = std::env::var(SEEDS_VARIABLE).ok();
    let seeds = seeds.and_then(|n| n.parse().ok()).unwrap_or(SEEDS);
    for life in lives::ALL {
        let folder = prepared(life);
        let before = Disk::with(folder.path());
        let lived = trial(life, &folder, None).record();
        assert_eq!(lived.said.last().unwrap(), ENDED_WELL, "{}", life.name());
        let steps = steps(&lived.log, folder.path());
        assert_eq!(said(&steps), lived.said, "{}", life.name());
        at_once(seeds, |seed| {
            cut(life, &before, folder.path(), &steps, seed, "");
        });
    }
}

#[test]
fn the_nth_call_that_fails_is_told_and_leaves_nothing_half_done() {
    for life in lives::ALL {
        let failures = failures_of(life, |_| true, EVERY);
        at_once(failures.len(), |n| {
            let folder = prepared(life);
            let lived = fails(life, &folder, failures[n], Trial::count);
            let about = format!("{}, {:?}", life.name(), failures[n]);
            lives::judge(life, folder.path(), lived.said, &about);
        });
    }
}

#[test]
fn the_nth_call_that_makes_sure_fails_the_work_is_tried_again_and_then_the_power_goes() {
    let makes_sure = |call: &str| ["fsync", "fdatasync", "syncfs", "mkdir"].contains(&call);
    for life in lives::ALL {
        let failures = failures_of(life, makes_sure, EVERY_SYNC);
        at_once(failures.len(), |n| {
            let folder = prepared(life);
            let before = Disk::with(folder.path());
            let lived = fails(life, &folder, failures[n], Trial::record);
            let steps = steps(&lived.log, folder.path());
            let about = format!("{:?}, ", failures[n]);
            (0..CUTS).for_each(|seed| cut(life, &before, folder.path(), &steps, seed, &about));
        });
    }
}

/// A folder in which a life may begin.
fn prepared(life: &dyn Life) -> TempDir {
    let folder = scratch();
    life.prepare(folder.path());
    folder
}

fn trial(life: &dyn Life, folder: &TempDir, failure: Option<Failure>) -> Trial {
    Trial {
        test: "power::a_life",
        life: life.name(),
        folder: folder.path().to_owned(),
        failure,
    }
}

/// The power goes after some of a life's steps, and what is left is judged.
fn cut(life: &dyn Life, before: &Disk, was: &Path, steps: &[Step], seed: usize, about: &str) {
    let mut chance = StdRng::seed_from_u64(seed as u64);
    let cut = chance.gen_range(0..=steps.len());
    let mut disk = before.clone();
    steps[..cut].iter().for_each(|step| disk.take(step));
    let left = scratch();
    disk.after_cut(was, left.path(), &mut chance);
    let about = format!("{}, {about}seed {seed}, cut at {cut}", life.name());
    lives::judge(life, left.path(), said(&steps[..cut]), &about);
}

/// A life in which a call fails: it ends, and tells of it.
fn fails(
    life: &dyn Life,
    folder: &TempDir,
    failure: Failure,
    how: impl Fn(&Trial) -> Lived,
) -> Lived {
    let lived = how(&trial(life, folder, Some(failure)));
    let (about, complaints) = (format!("{}, {failure:?}", life.name()), &lived.complaints);
    let failed = trace::failed_in(&lived.log, folder.path());
    assert!(failed, "{about}: did not fail");
    assert!(!complaints.contains("panicked"), "{about}: {complaints}");
    // A call that writes may be the report's own.
    let ended = lived.said.last();
    let told = ended.is_some_and(|line| line.starts_with(ENDED));
    assert!(told || failure.call == "write", "{about}: {ended:?}");
    lived
}

/// All failures that a life may meet, or every so many of each call.
fn failures_of(life: &dyn Life, of: impl Fn(&str) -> bool, every: usize) -> Vec<Failure> {
    let folder = prepared(life);
    let lived = trial(life, &folder, None).count();
    assert_eq!(lived.said.last().unwrap(), ENDED_WELL, "{}", life.name());
    let mut found = failures(&lived.log, folder.path());
    found.retain(|failure| of(failure.call));
    let known = found.len();
    if std::env::var(CALLS_VARIABLE).is_ok_and(|calls| calls == "all") {
        let _ = writeln!(std::io::stdout(), "{}: {known} failures", life.name());
        return found;
    }
    let some = some(&found, every);
    assert!(some.len() > 3, "{} of {known}", some.len());
    some
}

/// Every so many failures of each call, of each kind.
fn some(failures: &[Failure], every: usize) -> Vec<Failure> {
    let mut sorted = failures.to_vec();
    sorted.sort_by_key(|failure| (failure.call, failure.full, failure.n));
    let alike = sorted.chunk_by(|a, b| (a.call, a.full) == (b.call, b.full));
    let of_each = alike.enumerate().flat_map(|(n, alike)| {
        let first = n * 7 % alike.len().min(every);
        alike.iter().skip(first).step_by(every)
    });
    of_each.copied().collect()
}

/// What was heard of some steps.
fn said(steps: &[Step]) -> Vec<String> {
    let texts = steps.iter().filter_map(|step| match step {
        Step::Said(text) => Some(text.as_str()),
        _ => None,
    });
    trace::said_in(&texts.collect::<String>())
}

/// Does something so many times, as many at once as there are processors. What fails keeps nothing else from being done.
fn at_once(times: usize, what: impl Fn(usize) + Sync + RefUnwindSafe) {
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let worker = || {
        let turns = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        for n in turns.take_while(|n| *n < times) {
            if catch_unwind(|| what(n)).is_err() {
                failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    assert_eq!(failed.into_inner(), 0, "of {times}, told above");
}

/// A folder of its own, in memory where nobody says where: what the disk does is said here, and its own waiting would
/// prove nothing.
fn scratch() -> TempDir {
    let in_memory = Path::new(IN_MEMORY);
    if std::env::var_os("TMPDIR").is_none() && in_memory.is_dir() {
        return tempfile::tempdir_in(in_memory).unwrap();
    }
    tempfile::tempdir().unwrap()
}

/// How a life says that it has ended, by itself or by an error.
const ENDED: &str = "ended";
const ENDED_WELL: &str = "ended: Ok(())";

#[test]
#[ignore = "the process that the tests above record and trouble"]
fn a_life() {
    let (folder, name) = told();
    let life = lives::ALL.into_iter().find(|life| life.name() == name);
    let life = life.unwrap();
    trace::wait_for_tracer();
    let mut outside = Outside::of_the_troubled();
    let mut try_it = || {
        let store = Store::open(&folder)?;
        life.live(&store, NOW, &mut outside)?;
        drop(store);
        // The next start takes what is in the log into the file.
        Store::open(&folder).map(|_| ())
    };
    let lived = try_it().or_else(|error| {
        trace::say(&format!("tries again after {error}"));
        try_it()
    });
    // A typed error is a good end, too.
    trace::say(&format!("{ENDED}: {lived:?}"));
}
