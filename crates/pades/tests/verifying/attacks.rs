//! Attacks on signed files, a module for each group of the checklist, a test for each of its items.
//! What pyHanko signs is attacked in `matrix`; broken structure in the tests of `trien-pdf`.

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

use crate::support::office::{
    append, codes, edit_field, field, judged, office, page, patched, signature,
};
use crate::support::pki::Key;
use crate::support::surgery::*;
use crate::support::{leader_signs, prepared, request, sign};
use trien_pades::report::{ChangeKind, Legal, Report, Subindication};
use trien_pades::{FieldName, Verdict};
use trien_pdf::{Dict, Object, ObjectId, ObjectSink};
