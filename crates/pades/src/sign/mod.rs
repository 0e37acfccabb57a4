//! Signing as a typestate: [`begin`] → [`ToBeSigned`] → [`ToBeSigned::finish`] → [`Signed`].
//!
//! Everything of one act is one revision: the clerk's number, date and seal too. Nothing here knows a token: the
//! caller carries [`ToBeSigned::digest_input`] or its digest to one and brings the raw signature back.

mod algorithm;
mod fill;
mod hashed;
mod target;
mod to_be_signed;
mod value;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm, digest_info, ecdsa_der};
pub(crate) use hashed::Hashed;
pub(crate) use target::enrol;
pub use to_be_signed::{Signed, ToBeSigned};
pub(crate) use value::byte_range_slots;

use time::OffsetDateTime;
use trien_pdf::{Object, ObjectSink, Page, Pdf, ReadAt, Rect, Update};

use crate::appearance::{Canvas, PageFrame};
use crate::cms::build::SignerCertificates;
use crate::error::PadesError;
use crate::form::{Form, FormField, check_permitted};
use crate::prepare::FieldName;
use target::Target;

/// Kept for a timestamp token, which comes after the room was fixed.
const TIMESTAMP_ROOM: usize = 8 * 1024;
/// Kept for attributes, names and the signature itself.
const SIGNER_ROOM: usize = 2 * 1024;
/// The least room, in bytes of DER.
const MIN_ROOM: usize = 16 * 1024;

/// One signing act.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// The signature field to sign.
    pub field: FieldName,
    /// Where the field is made, in the very revision that signs it; `None` for a field that was prepared. For a signer
    /// who was forgotten, and for documents that came without fields.
    pub new_field: Option<NewField>,
    /// The signer's certificate in DER.
    pub certificate: Vec<u8>,
    /// Its issuers in DER, in any order; all of them go into the signature.
    pub chain: Vec<Vec<u8>>,
    /// Sign with RSASSA-PSS where the key is RSA and the token can; PKCS#1 v1.5 otherwise.
    pub prefer_pss: bool,
    /// The digest of an RSA signature.
    pub digest: DigestAlgorithm,
    /// Certify the document (DocMDP with P=2, ISO 32000-2 12.8.2.2): later fields may be filled and signed, nothing else.
    /// The document's first signature only.
    pub certify: bool,
    /// What the field shows.
    pub mark: Mark,
    /// The signer's clock, written to /M: a claim, not a proof. The certificate must be valid then.
    pub claimed_time: OffsetDateTime,
    /// /Name: who signs.
    pub name: Option<String>,
    /// /Reason: why.
    pub reason: Option<String>,
    /// /Location: where.
    pub location: Option<String>,
    /// Text fields that are filled in the same revision: the clerk's number and date.
    pub fills: Vec<Fill>,
}

/// What a signature field shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing: the field keeps its box and stays empty to the eye.
    None,
    /// A PNG, with its transparency, as large as the prepared box allows while it keeps its aspect.
    Png(Vec<u8>),
    /// Number, day or month: 13 pt, set as the value of a prepared text field is.
    Line {
        /// The text.
        text: String,
        /// Place and date are italic, the number is upright.
        italic: bool,
    },
    /// Lines of 10 pt upright black: the mark on an attachment, an appendix or a copy (Decree 30/2020, Annex I,
    /// II.8b; part II, I.3).
    Block(Vec<String>),
}

/// The place of a signature field that is made as it is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewField {
    /// Page index, from 0.
    pub page: usize,
    /// Its box in the page's default user space.
    pub rect: Rect,
    /// Who signs in it, for a person's.
    pub signer: Option<String>,
}

/// A value for a prepared text field.
#[derive(Clone, Debug, PartialEq)]
pub struct Fill {
    /// The text field.
    pub field: FieldName,
    /// Its value, as it is to be read.
    pub text: String,
    /// How far right and up of the middle of its box it stands, in printed points; it never leaves the box.
    pub shift: (f64, f64),
}

impl Fill {
    /// A value in the middle of its box.
    pub fn new(field: FieldName, text: impl Into<String>) -> Self {
        Self {
            field,
            text: text.into(),
            shift: (0.0, 0.0),
        }
    }
}

/// Builds the revision that signs `request.field`, hashes the file with it, and stops where the private key is
/// needed. The file is read once; memory does not grow with it.
///
/// # Errors
/// [`PadesError`] for a missing or filled field, an earlier signature that forbids the change, a text that does not
/// fit, or certificates that cannot sign. The file is not touched in any case.
pub fn begin<S: ReadAt>(pdf: &Pdf<S>, request: &SignRequest) -> Result<ToBeSigned, PadesError> {
    let certificates =
        SignerCertificates::read(&request.certificate, &request.chain, request.claimed_time)?;
    let algorithm =
        SignatureAlgorithm::for_key(certificates.key(), request.prefer_pss, request.digest)?;

    let view = pdf.latest();
    let form = Form::read(&view)?;
    let pages = view.pages()?;
    let prepared = match &request.new_field {
        None => Some(Target::prepared(
            &view,
            form.as_ref(),
            &pages,
            request.field,
        )?),
        Some(_) => None,
    };
    if let Some(form) = &form {
        check_permitted(form, &view, &changed_fields(request))?;
    }
    if request.certify && !pdf.byte_range_dictionaries()?.is_empty() {
        return Err(PadesError::NotFirst(request.field.to_string()));
    }
    let mut update = Update::new(pdf)?;
    if let Some(form) = &form {
        fill::fill(&mut update, form, &pages, &request.fills)?;
    } else if let Some(fill) = request.fills.first() {
        return Err(PadesError::NoSuchField(fill.field.to_string()));
    }
    let target = match (prepared, &request.new_field) {
        (Some(target), _) => target,
        (None, Some(place)) => Target::added(
            &mut update,
            &view,
            form.as_ref(),
            &pages,
            request.field,
            place,
        )?,
        (None, None) => return Err(PadesError::NoSuchField(request.field.to_string())),
    };
    let room = (certificates.len() + TIMESTAMP_ROOM + SIGNER_ROOM).max(MIN_ROOM);
    let value = value::dictionary(request, target.lock.as_ref(), view.root()?, room)?;
    let value = update.add(value);
    target.sign(&mut update, value, &request.mark)?;
    let certifies = request.certify.then_some(value);
    target::enrol(&mut update, &view, form.as_ref(), target.new, certifies)?;

    ToBeSigned::new(
        pdf.source(),
        update.finish()?,
        value,
        room,
        certificates,
        algorithm,
    )
}

fn changed_fields(request: &SignRequest) -> Vec<String> {
    let fills = request.fills.iter().map(|fill| fill.field);
    fills
        .chain([request.field])
        .map(|field| field.to_string())
        .collect()
}

/// Where a field is drawn: its /Rect on its page /P.
fn canvas(field: &FormField, pages: &[Page]) -> Result<Canvas, PadesError> {
    let wrong = || PadesError::WrongField(field.name.clone());
    let page = field
        .dict
        .get("P")
        .and_then(Object::as_reference)
        .ok_or_else(wrong)?;
    let page = pages
        .iter()
        .find(|candidate| candidate.id == page)
        .ok_or_else(wrong)?;
    let rect = field.dict.get("Rect").ok_or_else(wrong)?;
    Ok(Canvas::new(PageFrame::of(page), Rect::from_object(rect)?))
}
