//! What we say of signed files: ours, others', broken and forged ones.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

#[path = "../support/mod.rs"]
mod support;

mod attacks;
mod budgets;
mod corpus;
mod fuzz_corpus;
mod h1;
mod hostile;
mod matrix;
mod pkits;
mod structure;
mod trust;
