//! Attacks on signed files, a module for each group of the checklist, a test for each of its items.
//! What pyHanko signs is attacked in `verify_matrix`; broken structure in the tests of `trien-pdf`.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

#[path = "../support/mod.rs"]
mod support;

mod active;
mod certification;
mod fields;
mod identity;
mod isa;
mod looks;
mod ltv;
mod objects;
mod overlap;
mod shadow;
mod swa;
mod usf;

use support::office::{append, codes, edit_field, field, judged, office, page, patched, signature};
use support::pki::Key;
use support::surgery::*;
use support::{leader_signs, prepared, request, sign};
use trien_pades::report::{ChangeKind, Legal, Report, Subindication};
use trien_pades::{FieldName, Verdict};
use trien_pdf::{Dict, Object, ObjectId, ObjectSink};
