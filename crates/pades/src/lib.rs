//! PAdES: prepare, to-be-signed, finish; and bytes to a verification report.
