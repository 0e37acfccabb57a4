//! PDFium behind a child process.
