//! PDFium behind a child process: pages to pixels, text with positions.
//!
//! PDFium reads hostile bytes in a language that does not forgive, so it runs in a worker process with
//! limits on time and memory. A page that crashes or hangs it costs that page, not the program: the worker
//! is killed, the next request starts another one, and the caller gets a [`RenderError`] that says so.
//!
//! * [`Renderer`] is the parent's side: synchronous, and shared freely between threads.
//! * [`worker_main`] is the child's side; a shell calls it when it is started with [`WORKER_ARGUMENT`].
//! * [`find_pdfium`] finds the library.
//!
//! The crate knows no keys, no database and no network, and hands a worker no environment variable.

mod child;
mod error;
mod find;
mod geometry;
mod protocol;
mod renderer;
mod text;
mod worker;

pub use error::RenderError;
pub use find::{PDFIUM_VARIABLE, WorkerCommand, find_pdfium, library_name};
pub use geometry::{PageGeometry, PageSize, PixelRect, Rect};
pub use renderer::{DocumentInfo, Limits, PagePicture, Picture, RenderConfig, Renderer};
pub use text::{PageText, TextChar, TextLine};
pub use worker::worker_main;

/// The argument with which a program of ours is told to be a render worker and nothing else.
pub const WORKER_ARGUMENT: &str = "--render-worker";
