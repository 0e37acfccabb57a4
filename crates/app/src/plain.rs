//! The acts on plain files, without a profile: what `trien prepare`, `sign`, `number-and-seal` and
//! `verify` do.

use std::io::Write;

use time::Date;
use trien_domain::number::printed;
use trien_pades::path::{Certificate, Trust};
use trien_pades::report::Report;
use trien_pades::verify::verify as judge;
use trien_pades::{FieldName, Mark};

use crate::acts::{Act, check_own};
use crate::app::start_renderer;
pub use crate::desk_token::TokenChoice;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Host;
pub use crate::prepare::Marks;
use crate::view::Text;

/// Judges a file. Offline; never fails on what is in it.
pub fn verify(pdf: &[u8], trust: &Trust) -> Report {
    judge(pdf, trust)
}

/// Prepares a draft for its signatory: the bytes with fields and signature fields added.
///
/// # Errors
/// What the lint refuses, `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`.
pub fn prepare(pdf: &[u8], full_name: &str, marks: &Marks) -> Result<Vec<u8>> {
    let renderer = start_renderer()?;
    let failed = |e: std::io::Error| AppError::new(ErrorCode::StoreFailed, e.to_string());
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    file.write_all(pdf)
        .and_then(|()| file.flush())
        .map_err(failed)?;
    crate::prepare::prepare(&renderer, file.path(), pdf, full_name, marks)
}

/// Signs a prepared file as its leader; `name` is what the PIN window calls it.
///
/// # Errors
/// Those of the token; `PdfAlreadySigned` where the file was not prepared.
pub fn sign(
    pdf: &[u8],
    name: &str,
    choice: &TokenChoice,
    mark: Mark,
    host: &dyn Host,
) -> Result<Vec<u8>> {
    let token = choice.find()?;
    let act = Act {
        field: FieldName::Leader,
        mark,
        place: String::new(),
        now: host.now(),
        number: None,
    };
    let begun = act.begin(pdf, &token)?;
    let login = token.log_in(host, Text::new("Ký", "Sign"), vec![name.to_owned()])?;
    let signed = begun.finish(&token, &login)?;
    check_own(
        &judge(signed.as_slice(), &Trust::new(host.now())),
        FieldName::Leader,
    )?;
    Ok(signed)
}

/// What the clerk's act puts into a plain file.
#[derive(Debug, Clone)]
pub struct Numbering {
    /// The number.
    pub number: u32,
    /// The date it bears.
    pub date: Date,
    /// The seal's picture.
    pub mark: Mark,
}

/// Fills number and date and seals, in one revision. The leader must have signed, and what the
/// trust can tell of that signature must not speak against it.
///
/// # Errors
/// `LeaderSignatureMissing`, `LeaderSignatureBroken` and the others of the gate; those of the token.
pub fn number_and_seal(
    pdf: &[u8],
    name: &str,
    numbering: Numbering,
    choice: &TokenChoice,
    trust: &Trust,
    host: &dyn Host,
) -> Result<Vec<u8>> {
    crate::gate::check_file(&judge(pdf, trust))?;
    let token = choice.find()?;
    let Numbering { number, date, mark } = numbering;
    let act = Act {
        field: FieldName::Seal,
        mark,
        place: String::new(),
        now: host.now(),
        number: Some((number, date)),
    };
    let begun = act.begin(pdf, &token)?;
    let printed = printed(number);
    let words = Text::new(
        format!("Cấp số {printed} và đóng dấu"),
        format!("Number {printed} and seal"),
    );
    let login = token.log_in(host, words, vec![name.to_owned()])?;
    let sealed = begun.finish(&token, &login)?;
    check_own(&judge(sealed.as_slice(), trust), FieldName::Seal)?;
    Ok(sealed)
}

/// A picture as a mark; none draws nothing.
pub fn mark(png: Option<Vec<u8>>) -> Mark {
    png.map_or(Mark::None, Mark::Png)
}

/// Width by height of a picture.
///
/// # Errors
/// `BadArgument` where it is no PNG that can be put on a page.
pub fn aspect(png: &[u8]) -> Result<f64> {
    let image = trien_pdf::image::Image::from_png(png)
        .map_err(|e| AppError::new(ErrorCode::BadArgument, e.to_string()))?;
    Ok(f64::from(image.width()) / f64::from(image.height().max(1)))
}

/// The first certificate of a PEM or DER file, as DER.
///
/// # Errors
/// `BadArgument` where there is none.
pub fn certificate(bytes: &[u8]) -> Result<Vec<u8>> {
    let bad = |why: String| AppError::new(ErrorCode::BadArgument, why);
    let all = Certificate::read_all(bytes).map_err(|e| bad(e.to_string()))?;
    let first = all
        .first()
        .ok_or_else(|| bad("no certificate in the file".to_owned()))?;
    Ok(first.der().to_vec())
}

/// A `CKA_ID` from hex.
///
/// # Errors
/// `BadArgument` where it is no hex.
pub fn key_id(digits: &str) -> Result<Vec<u8>> {
    hex::decode(digits).map_err(|e| AppError::new(ErrorCode::BadArgument, format!("key id: {e}")))
}

/// The SHA-256 of a certificate (DER) in hex, by which profiles name it.
pub fn sha256(der: &[u8]) -> String {
    trien_store::BlobId::of(der).to_string()
}
