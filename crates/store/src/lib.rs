//! SQLite and blobs.
