//! The store on a real disk, with real processes: an office's days, kills, and a full disk.

// Helpers of tests fail as tests do; clippy exempts test functions only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod changes;
mod disk_full;
mod inbox;
mod kill;
mod numbers;
mod office;
mod outbox;
mod sends;
mod two_at_once;
