//! The practice axis, PKI and office.
pub mod axis;
pub mod office;
pub mod pki;
