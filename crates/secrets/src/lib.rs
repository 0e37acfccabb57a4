//! The system's key store.
