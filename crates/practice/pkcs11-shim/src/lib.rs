//! A PKCS#11 module that forwards to SoftHSM2 and fails by plan.
