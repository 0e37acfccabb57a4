//! The practice axis, PKI and office.
