//! Strict reader of all revisions and append-only writer of PDF files.
