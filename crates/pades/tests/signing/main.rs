//! What we sign, and what we refuse to sign.

#![allow(clippy::unwrap_used, clippy::expect_used)] // In helpers too, a failure is a failed test.

#[path = "../support/mod.rs"]
mod support;

mod h1;
mod hostile;
mod levels;
mod lint;
mod lint_shown;
mod matrix;
mod pages;
mod refusals;
mod signers;
