//! What goes wrong on the way from a draft to a sealed document: each case through the real `trien`, at
//! the desks of a practice office, with SoftHSM2 or the shim before it.
//!
//! A case is named in `tests/corpus/faults/*.json` with its error code and exit code; `table` asserts
//! that no two cases of the product share a code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

mod drafts;
mod flows;
mod gate;
mod handover;
mod numbers;
mod plain;
mod table;
mod tokens;
mod world;
