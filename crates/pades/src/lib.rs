//! PAdES: prepare, to-be-signed, finish; and bytes to a verification report.

mod appearance;
pub mod cms;
mod error;
mod form;
mod lint;
pub mod path;
mod prepare;
pub mod report;
mod sign;

pub use appearance::{POINTS_PER_MM, PageFrame, marks};
pub use error::PadesError;
pub use lint::{Finding, FindingCode, lint};
pub use prepare::{FieldName, FieldPlan, PlannedField, prepare};
pub use sign::{
    DigestAlgorithm, Fill, Mark, SignRequest, SignatureAlgorithm, Signed, ToBeSigned, begin,
    digest_info, ecdsa_der,
};
