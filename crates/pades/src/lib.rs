//! PAdES: prepare, to-be-signed, finish; and bytes to a verification report.

pub mod cms;
pub mod path;
pub mod report;
