//! The document timestamp (EN 319 142-1 5.4.3, level B-LTA): a signature field of its own, whose value is a timestamp
//! over everything before it. The next one renews it before its algorithm or certificate ages.

use trien_pdf::{Dict, Object, ObjectSink, Pdf, ReadAt, Rect, Update};

use crate::error::PadesError;
use crate::form::{Form, check_permitted};
use crate::prepare::append_annotations;
use crate::sign::{DigestAlgorithm, Hashed, byte_range_slots, enrol};

/// Room for a token with its certificates; those in use take 5 to 8 KiB.
const ROOM: usize = 16 * 1024;
/// Names of the fields: no other field's name begins like this.
const NAME: &str = "dau_thoi_gian_";
/// Annotation flags (ISO 32000-2 table 167): Print and Locked.
const PRINT_LOCKED: i64 = 4 + 128;
/// A file is renewed once a year or so; a form with more is broken.
const MAX_TIMESTAMPS: usize = 1000;

/// A revision that is complete but for the token.
pub struct ArchiveTimestamp {
    hashed: Hashed,
}

impl ArchiveTimestamp {
    /// Builds the revision and hashes the file with it.
    ///
    /// # Errors
    /// [`PadesError::Pdf`], [`PadesError::BadPlan`] for a document without pages. A certification with P = 1 permits
    /// a document timestamp (ISO 32000-2 table 257), and so do locks of fields by name.
    pub fn begin<S: ReadAt>(pdf: &Pdf<S>) -> Result<Self, PadesError> {
        let view = pdf.latest();
        let form = Form::read(&view)?;
        let name = free_name(form.as_ref())?;
        if let Some(form) = &form {
            match check_permitted(form, &view, std::slice::from_ref(&name)) {
                Err(PadesError::CertifiedWithoutChanges) => {}
                other => other?,
            }
        }
        let pages = view.pages()?;
        let page = pages
            .first()
            .ok_or_else(|| PadesError::BadPlan("a document without pages".to_owned()))?;
        let mut update = Update::new(pdf)?;
        let value = Dict::new()
            .with("Type", Object::name("DocTimeStamp"))
            .with("Filter", Object::name("Adobe.PPKLite"))
            .with("SubFilter", Object::name("ETSI.RFC3161"))
            .with("ByteRange", byte_range_slots())
            .with("Contents", Object::hex(vec![0; ROOM]));
        let value = update.add(value);
        let field = Dict::new()
            .with("Type", Object::name("Annot"))
            .with("Subtype", Object::name("Widget"))
            .with("FT", Object::name("Sig"))
            .with("T", Object::text(&name))
            .with("F", PRINT_LOCKED)
            .with("P", page.id)
            .with("Rect", Rect::new(0.0, 0.0, 0.0, 0.0).to_object())
            .with("V", value);
        let field = update.add(field);
        append_annotations(&mut update, &view, page, &[field])?;
        enrol(&mut update, &view, form.as_ref(), Some(field), None)?;
        let digest = DigestAlgorithm::Sha256;
        let hashed = Hashed::new(pdf.source(), update.finish()?, value, ROOM, digest)?;
        Ok(Self { hashed })
    }

    /// SHA-256 of what the authority is to put its time on.
    ///
    /// # Errors
    /// [`PadesError::Internal`], a fault of our own.
    pub fn imprint(&self) -> Result<[u8; 32], PadesError> {
        let digest = self.hashed.digest().try_into();
        digest.map_err(|_| PadesError::Internal("a SHA-256 of 32 bytes"))
    }

    /// Closes the revision: the bytes to append.
    ///
    /// # Errors
    /// [`PadesError::ContentsTooSmall`].
    pub fn finish(self, token: &[u8]) -> Result<Vec<u8>, PadesError> {
        self.hashed.close(token)
    }
}

fn free_name(form: Option<&Form>) -> Result<String, PadesError> {
    // No number is a prefix of another with the same count of digits.
    let mut names = (1..=MAX_TIMESTAMPS).map(|number| format!("{NAME}{number:04}"));
    names
        .find(|name| form.is_none_or(|form| form.field(name).is_none()))
        .ok_or_else(|| PadesError::BadPlan(format!("{MAX_TIMESTAMPS} document timestamps")))
}
