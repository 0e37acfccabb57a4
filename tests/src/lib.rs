//! What the scenarios share: the programs, an office of one's own, its desks and its axis.
//!
//! ```no_run
//! use trien_tests::Office;
//!
//! let office = Office::new();
//! let clerk = office.clerk();
//! clerk.ok(["sync"]);
//! let inbox = clerk.ok(["inbox"]);
//! let first = inbox["rows"][0]["key"]["id"].to_string();
//! clerk.ok(["accept", &first]);
//! clerk.refused(["accept", "999"], "not_found");
//! ```
#![allow(clippy::expect_used, clippy::panic)] // A fixture that cannot be made is a failed test.

mod axis;
mod canary;
mod desk;
mod exchange;
mod faults;
mod job;
mod judges;
mod office;
pub mod papers;
mod post;
mod programs;

pub use axis::Axis;
pub use canary::assert_absent;
pub use desk::{Desk, Outcome};
pub use faults::code_of;
pub use job::rows;
pub use judges::{assert_disk, pyhanko};
pub use office::{Office, PIN, PIN_VARIABLE};
pub use post::Post;
pub use programs::{Programs, workspace_root};
