//! The practice axis, PKI and office.
pub mod pki;
