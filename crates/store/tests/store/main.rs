//! The store on a real disk, with real processes: an office's days, kills, a full disk, power cuts and broken disks.

// Helpers of tests fail as tests do; clippy exempts test functions only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod changes;
mod disk;
mod disk_full;
mod inbox;
mod kill;
mod lives;
mod numbers;
mod office;
mod outbox;
mod plans;
mod power;
mod sends;
mod trace;
mod two_at_once;
