//! The practice axis, PKI and office.
pub mod axis;
pub mod pki;
