//! Strict reader of all revisions and append-only writer of PDF files.
//!
//! A verdict on a signature must not depend on how a viewer guesses: this reader never repairs. It keeps every
//! revision apart ([`Pdf::at`]), reads only what is asked for over positioned reads ([`ReadAt`]), and can account
//! for every byte of the file ([`Pdf::unaccounted`]). The writer ([`Update`]) only ever appends.
//!
//! Clause numbers are those of ISO 32000-1:2008.
//!
//! ```
//! use trien_pdf::{Limits, Object, ObjectSink, Pdf, Update, write::{A4, Document}};
//!
//! let mut draft = Document::new()?;
//! draft.page(A4);
//! let mut file = draft.finish()?;
//!
//! let pdf = Pdf::open(file.as_slice(), Limits::default())?;
//! let mut update = Update::new(&pdf)?;
//! let note = update.add(Object::text("ký nháy"));
//! let appended = update.finish()?;
//!
//! file.extend(&appended.bytes);
//! let pdf = Pdf::open(file.as_slice(), Limits::default())?;
//! assert_eq!(pdf.latest().object(note)?, Object::text("ký nháy"));
//! assert_eq!(pdf.at(0).object(note)?, Object::Null);
//! assert!(pdf.unaccounted()?.is_empty());
//! # Ok::<(), trien_pdf::PdfError>(())
//! ```

mod account;
mod cursor;
mod encryption;
mod error;
mod file;
mod filter;
pub mod font;
mod geometry;
pub mod image;
mod indirect;
mod limits;
mod normalise;
mod object;
mod object_stream;
mod open;
mod pages;
mod parse;
mod revision;
mod serialize;
mod source;
mod update;
mod view;
pub mod write;
mod xref;

pub use account::{ByteRangeDictionary, Unaccounted, UnaccountedKind};
pub use error::PdfError;
pub use file::Pdf;
pub use geometry::Rect;
pub use limits::Limits;
pub use normalise::normalise;
pub use object::{Dict, Name, Object, ObjectId, PdfString, Stream, StreamData};
pub use pages::Page;
pub use revision::{Revision, XrefEntry, XrefKind};
pub use serialize::serialize;
pub use source::{FileSource, ReadAt};
pub use update::{Appended, ObjectSink, Update};
pub use view::{Samples, View};
