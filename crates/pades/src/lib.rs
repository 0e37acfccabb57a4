//! PAdES: prepare, to-be-signed, finish; and bytes to a verification report.

mod appearance;
pub mod cms;
pub mod difference;
mod error;
pub mod extend;
mod form;
mod lint;
pub mod path;
mod prepare;
pub mod report;
mod sign;
pub mod verify;

pub use appearance::{POINTS_PER_MM, PageFrame, marks};
pub use error::PadesError;
pub use lint::{Finding, FindingCode, lint};
pub use path::Trust;
pub use prepare::{
    FieldName, FieldPlan, PlannedField, Stamp, filled, move_fields, planned, prepare,
    prepare_stamped, signed_fields,
};
pub use report::{Report, Verdict};
pub use sign::{
    DigestAlgorithm, Fill, Mark, NewField, SignRequest, SignatureAlgorithm, Signed, ToBeSigned,
    begin, digest_info, ecdsa_der,
};
pub use verify::{signed_revision, verify, verify_and_ask, verify_encrypted};
