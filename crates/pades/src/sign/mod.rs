//! Signing as a typestate: [`begin`] → [`ToBeSigned`] → [`ToBeSigned::finish`] → [`Signed`].
//!
//! Everything of one act is one revision: the clerk's number, date and seal too. Nothing here knows a token: the
//! caller carries [`ToBeSigned::digest_input`] or its digest to one and brings the raw signature back.

mod algorithm;
mod fill;
mod to_be_signed;
mod value;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm, digest_info, ecdsa_der};
pub use to_be_signed::{Signed, ToBeSigned};

use time::OffsetDateTime;
use trien_pdf::{Dict, Object, ObjectId, ObjectSink, Page, Pdf, ReadAt, Rect, Update, View};

use crate::appearance::{Canvas, PageFrame, image_appearance};
use crate::cms::build::SignerCertificates;
use crate::error::PadesError;
use crate::form::{FieldLock, Form, FormField, check_permitted};
use crate::prepare::FieldName;

/// AcroForm /SigFlags (ISO 32000-2 table 225): SignaturesExist and AppendOnly.
const SIGNATURES_EXIST_APPEND_ONLY: i64 = 3;
/// Kept for a timestamp token, which comes after the room was fixed.
const TIMESTAMP_ROOM: usize = 8 * 1024;
/// Kept for attributes, names and the signature itself.
const SIGNER_ROOM: usize = 2 * 1024;
/// The least room, in bytes of DER.
const MIN_ROOM: usize = 16 * 1024;

/// One signing act.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// The prepared signature field to sign.
    pub field: FieldName,
    /// The signer's certificate in DER.
    pub certificate: Vec<u8>,
    /// Its issuers in DER, in any order; all of them go into the signature.
    pub chain: Vec<Vec<u8>>,
    /// Sign with RSASSA-PSS where the key is RSA and the token can; PKCS#1 v1.5 otherwise.
    pub prefer_pss: bool,
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
}

/// A value for a prepared text field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The text field.
    pub field: FieldName,
    /// Its value, as it is to be read.
    pub text: String,
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
    let algorithm = SignatureAlgorithm::for_key(certificates.key(), request.prefer_pss)?;

    let view = pdf.latest();
    let form =
        Form::read(&view)?.ok_or_else(|| PadesError::NoSuchField(request.field.to_string()))?;
    let field = signature_field(&form, request.field)?;
    check_permitted(&form, &view, &changed_fields(request))?;

    let mut update = Update::new(pdf)?;
    let pages = view.pages()?;
    fill::fill(&mut update, &form, &pages, &request.fills)?;
    let room = (certificates.len() + TIMESTAMP_ROOM + SIGNER_ROOM).max(MIN_ROOM);
    let value = value::dictionary(
        request,
        field_lock(&view, field)?.as_ref(),
        view.root()?,
        room,
    )?;
    let value = update.add(value);
    sign_field(&mut update, field, value, &pages, &request.mark)?;
    append_only(&mut update, &view, &form)?;

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

fn signature_field(form: &Form, name: FieldName) -> Result<&FormField, PadesError> {
    let name = name.to_string();
    let field = form
        .field(&name)
        .ok_or_else(|| PadesError::NoSuchField(name.clone()))?;
    if !field.is_flat("Sig") {
        return Err(PadesError::WrongField(name));
    }
    if field.dict.contains("V") || field.dict.contains("AP") {
        return Err(PadesError::AlreadyFilled(name));
    }
    Ok(field)
}

fn field_lock<S: ReadAt>(
    view: &View<'_, S>,
    field: &FormField,
) -> Result<Option<FieldLock>, PadesError> {
    let Some(lock) = field.dict.get("Lock") else {
        return Ok(None);
    };
    match view.resolve(lock)? {
        Object::Dictionary(lock) => FieldLock::read(view, &lock).map(Some),
        _ => Err(PadesError::WrongField(field.name.clone())),
    }
}

fn sign_field(
    update: &mut impl ObjectSink,
    field: &FormField,
    value: ObjectId,
    pages: &[Page],
    mark: &Mark,
) -> Result<(), PadesError> {
    let mut dict = field.dict.clone();
    dict.set("V", value);
    if let Mark::Png(png) = mark {
        let appearance = image_appearance(update, &canvas(field, pages)?, png)?;
        dict.set("AP", Dict::new().with("N", appearance));
    }
    let id = field
        .id
        .ok_or_else(|| PadesError::WrongField(field.name.clone()))?;
    update.set(id, dict);
    Ok(())
}

/// Sets /SigFlags in the form's object, or in the catalog that holds the form, unless an earlier signature did.
fn append_only<S: ReadAt>(
    update: &mut Update<'_, S>,
    view: &View<'_, S>,
    form: &Form,
) -> Result<(), PadesError> {
    if form.dict.get("SigFlags").and_then(Object::as_integer) == Some(SIGNATURES_EXIST_APPEND_ONLY)
    {
        return Ok(());
    }
    let dict = form
        .dict
        .clone()
        .with("SigFlags", SIGNATURES_EXIST_APPEND_ONLY);
    match form.id {
        Some(id) => update.set(id, dict),
        None => update.set(view.root()?, view.catalog()?.with("AcroForm", dict)),
    }
    Ok(())
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
