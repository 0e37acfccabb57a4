//! The acts on plain files, without a profile: what `trien prepare`, `sign`, `number-and-seal` and
//! `verify` do.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use time::Date;
use trien_domain::Urgency;
use trien_domain::text::same_name;
use trien_pades::path::{Certificate, Trust};
use trien_pades::report::Report;
use trien_pades::verify::{not_readable, verify as judge, verify_encrypted};
use trien_pades::{FieldName, Mark, NewField, POINTS_PER_MM, PageFrame, planned};
use trien_pdf::{FileSource, Pdf, Rect};
use trien_render::PageText;

use crate::acts::{Act, check_own};
use crate::app::start_renderer;
use crate::desk_token::DeskToken;
pub use crate::desk_token::TokenChoice;
use crate::elsewhere::{self, Marking};
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Host;
pub use crate::layouts::{Layout, Layouts};
use crate::nudges::{self, Nudges};
use crate::number_and_seal::words;
use crate::placement::{self, Search};
use crate::prepare::Wishes;
pub use crate::prepare::{Marks, Prepared, Signers};
use crate::signers::SignerFields;
use crate::view::{MarkKind, Nudge, Text};

/// Judges a file, reading it in place: its size costs no memory. `password` is that of an encrypted file, else empty.
/// Offline; never fails, also where there is no file.
pub fn verify(pdf: &Path, trust: &Trust, password: &str) -> Report {
    match FileSource::open(pdf) {
        Ok(source) => verify_encrypted(source, trust, password),
        Err(_) => not_readable(trust),
    }
}

/// Writes what the signature in `field` covers into `out`: byte for byte the document that this person signed. Gives
/// its length.
///
/// # Errors
/// `FileNotReadable`; `BadArgument` where the file holds no such signature; `DiskFull` or `StoreFailed` where `out` cannot be written.
pub fn signed_revision(pdf: &Path, field: &str, password: &str, out: &mut File) -> Result<u64> {
    if pdf.is_dir() {
        return Err(AppError::not_readable(pdf, &"a folder"));
    }
    let source = FileSource::open(pdf).map_err(|e| AppError::not_readable(pdf, &e))?;
    let range = trien_pades::signed_revision(source, field, password).ok_or_else(|| {
        let why = format!(
            "{}: no signature {field} that covers a document",
            pdf.display()
        );
        AppError::new(ErrorCode::BadArgument, why)
    })?;
    let signed = File::open(pdf).map_err(|e| AppError::not_readable(pdf, &e))?;
    let mut signed = signed.take(range.end);
    let copied = std::io::copy(&mut signed, out);
    copied.map_err(|e| AppError::of_temporary(&e))
}

/// Prepares a draft for its signers by the layout of that key, or the one that its first page is known by.
///
/// # Errors
/// What the lint refuses, `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`; `MarkOutside`, `SealCover` for
/// corrections.
pub fn prepare(
    pdf: &[u8],
    signers: &Signers,
    marks: &Marks,
    layout: &str,
    nudges: &[Nudge],
) -> Result<Prepared> {
    let (renderer, file) = (start_renderer()?, temporary(pdf)?);
    let wishes = Wishes {
        signers,
        marks,
        layouts: &Layouts::built_in()?,
        layout,
        remembered: None,
        urgency: Urgency::Normal,
    };
    let mut prepared = crate::prepare::prepare(&renderer, file.path(), pdf, &wishes)?;
    let nudges = Nudges::new(nudges)?;
    if let Some(moved) = nudges::moved(&prepared.pdf, &nudges, FieldName::Leader)? {
        prepared.pdf = moved;
    }
    Ok(prepared)
}

/// Where a signature field is made that nobody prepared: in mm from the upper left of the page as shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewBox {
    /// Page, 1 is the first.
    pub page: usize,
    /// Distance from the left edge.
    pub left: f64,
    /// Distance from the upper edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// How a plain file is signed.
#[derive(Debug, Clone)]
pub struct Signing<'a> {
    /// What the signature shows.
    pub mark: Mark,
    /// A new field, for somebody who was forgotten or a file that nobody prepared.
    pub at: Option<&'a NewBox>,
    /// Where its mark is moved; a prepared box moves before the first signature only.
    pub nudges: &'a [Nudge],
    /// The leader's signature certifies the file (DocMDP P=2), where it is the first.
    pub certify: bool,
    /// The person has been asked and signs although another name is printed there.
    pub despite_name: bool,
}

/// Signs a file in the field that names the certificate's holder, or else as its leader, or in a new field. `name` is
/// what the PIN window calls it.
///
/// # Errors
/// Those of the token; `PdfAlreadySigned` where the file was not prepared; `SignerNameDiffers` where the field or the
/// page below it names somebody else.
pub fn sign(
    pdf: &[u8],
    name: &str,
    choice: &TokenChoice,
    signing: Signing<'_>,
    host: &dyn Host,
) -> Result<Vec<u8>> {
    let token = choice.find()?;
    let nudges = Nudges::new(signing.nudges)?;
    nudges.only(&[MarkKind::Signature])?;
    let (field, mut new_field) = own_field(pdf, &token, signing.at)?;
    if let Some(new) = &mut new_field {
        let pages = crate::pdf::open(pdf)?.latest().pages()?;
        let page = pages.get(new.page).ok_or(ErrorCode::PdfBroken)?;
        new.rect = nudges.moved(MarkKind::Signature, new.rect, page)?;
    }
    if !signing.despite_name {
        check_name(pdf, &token, field, new_field.as_ref())?;
    }
    let act = Act {
        field,
        new_field,
        mark: signing.mark,
        place: String::new(),
        now: host.now(),
        number: None,
        nudges,
        certify: signing.certify && field == FieldName::Leader,
    };
    let begun = act.begin(pdf, &token)?;
    let login = token.log_in(host, Text::new("Ký", "Sign"), vec![name.to_owned()])?;
    let signed = begun.finish(&token, &login)?;
    check_own(&judge(signed.as_slice(), &Trust::new(host.now())), field)?;
    Ok(signed)
}

/// The name in the field, or printed below a new one, must be the holder's: somebody else's token may be plugged in.
fn check_name(
    pdf: &[u8],
    token: &DeskToken,
    field: FieldName,
    new_field: Option<&NewField>,
) -> Result<()> {
    let opened = crate::pdf::open(pdf)?;
    let named = match new_field {
        None => {
            let fields = planned(&opened)?.fields;
            let field = fields.into_iter().find(|planned| planned.name == field);
            field.and_then(|field| field.signer)
        }
        Some(new) => {
            let pages = opened.latest().pages()?;
            let texts = page_texts(pdf, &opened)?;
            let page = pages.get(new.page).zip(texts.get(new.page));
            page.and_then(|(page, text)| {
                placement::name_below(text, PageFrame::of(page).to_shown(new.rect))
            })
        }
    };
    let holder = token.certificate.common_name().unwrap_or_default();
    match named {
        Some(named) if !same_name(&named, &holder) => Err(AppError::new(
            ErrorCode::SignerNameDiffers,
            format!("{named} ≠ {holder}"),
        )),
        _ => Ok(()),
    }
}

fn own_field(
    pdf: &[u8],
    token: &DeskToken,
    at: Option<&NewBox>,
) -> Result<(FieldName, Option<NewField>)> {
    let opened = crate::pdf::open(pdf)?;
    let fields = SignerFields::of(&opened, "")?;
    let holder = token.certificate.common_name().unwrap_or_default();
    let Some(at) = at else {
        let own = fields.open_for(&holder);
        return Ok((own.map_or(FieldName::Leader, |field| field.name), None));
    };
    let field = if fields.all().is_empty() {
        FieldName::Leader
    } else {
        let unused = fields.unused(FieldName::CoSigner);
        unused.ok_or(ErrorCode::NoPlaceForSignature)?
    };
    let page = at.page.saturating_sub(1);
    let pages = opened.latest().pages()?;
    let frame = pages.get(page).map(PageFrame::of);
    let frame =
        frame.ok_or_else(|| AppError::new(ErrorCode::BadArgument, format!("page {}", at.page)))?;
    let mm = POINTS_PER_MM;
    let top = frame.height() - at.top * mm;
    let shown = Rect::new(
        at.left * mm,
        top - at.height * mm,
        (at.left + at.width) * mm,
        top,
    );
    let new = NewField {
        page,
        rect: frame.to_user(shown),
        signer: Some(holder),
    };
    Ok((field, Some(new)))
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
    /// Who has signed, for a file that was signed elsewhere and has no boxes.
    pub signer: Option<String>,
    /// The seal's true diameter in mm, where there is no box for it.
    pub seal_diameter_mm: Option<f64>,
    /// Number and seal a file that was certified elsewhere, too.
    pub after_certification: bool,
    /// Where number, date and, in a file without boxes, the seal are moved.
    pub nudges: Vec<Nudge>,
}

/// Fills number and date and seals, in one revision; in a file that was signed elsewhere as four signatures in new
/// fields. The leader must have signed, and what the trust can tell of that signature must not speak against it.
///
/// # Errors
/// `LeaderSignatureMissing`, `LeaderSignatureBroken` and the others of the gate; `DateBeforeSignature`, `YearDiffers`;
/// `SealNotOrganisation`; those of the token.
pub fn number_and_seal(
    pdf: &[u8],
    name: &str,
    numbering: Numbering,
    choice: &TokenChoice,
    trust: &Trust,
    host: &dyn Host,
) -> Result<Vec<u8>> {
    let opened = crate::pdf::open(pdf)?;
    if !elsewhere::is_prepared(&opened)?
        && let Some(signer) = &numbering.signer
    {
        return number_and_seal_elsewhere(pdf, name, &numbering, signer, choice, trust, host);
    }
    let Numbering {
        number,
        date,
        mark,
        nudges,
        ..
    } = numbering;
    let nudges = Nudges::new(&nudges)?;
    nudges.only(&[MarkKind::Number, MarkKind::Date])?;
    let report = judge(pdf, trust);
    let leader = crate::gate::check_file(&report)?;
    crate::gate::check_date(leader, date)?;
    let (layouts, texts) = (Layouts::built_in()?, page_texts(pdf, &opened)?);
    check_year(&texts, layouts.choose("", texts.first())?, date)?;
    let token = choice.find()?;
    token.check_organisation()?;
    let act = Act {
        field: FieldName::Seal,
        new_field: None,
        mark,
        place: String::new(),
        now: host.now(),
        number: Some((number, date)),
        nudges,
        certify: false,
    };
    let begun = act.begin(pdf, &token)?;
    let login = token.log_in(host, words(number), vec![name.to_owned()])?;
    let sealed = begun.finish(&token, &login)?;
    check_own(&judge(sealed.as_slice(), trust), FieldName::Seal)?;
    Ok(sealed)
}

/// The same for a file without boxes that `signer` has signed elsewhere.
fn number_and_seal_elsewhere(
    pdf: &[u8],
    name: &str,
    numbering: &Numbering,
    signer: &str,
    choice: &TokenChoice,
    trust: &Trust,
    host: &dyn Host,
) -> Result<Vec<u8>> {
    let opened = crate::pdf::open(pdf)?;
    elsewhere::check_open(&opened, numbering.after_certification)?;
    let report = judge(pdf, trust);
    let leader = elsewhere::leader_of(&report, signer);
    let leader = leader.ok_or(ErrorCode::LeaderSignatureMissing)?;
    crate::gate::check_leader_file(&report, leader)?;
    crate::gate::check_date(leader, numbering.date)?;
    let marks = Marks {
        leader_aspect: None,
        seal_diameter_mm: numbering.seal_diameter_mm,
    };
    let (layouts, texts) = (Layouts::built_in()?, page_texts(pdf, &opened)?);
    let layout = layouts.choose("", texts.first())?;
    check_year(&texts, layout, numbering.date)?;
    let search = Search {
        layout,
        remembered: None,
    };
    let places = elsewhere::places(&opened, &texts, &search, leader, signer, &marks)?;
    let places = Nudges::new(&numbering.nudges)?.places(places, &opened.latest().pages()?)?;
    let token = choice.find()?;
    token.check_organisation()?;
    let marking = Marking {
        places: &places,
        number: numbering.number,
        date: numbering.date,
        seal: numbering.mark.clone(),
        place: String::new(),
        now: host.now(),
    };
    marking.acts().unsigned(pdf, &token)?;
    let login = token.log_in(host, words(numbering.number), vec![name.to_owned()])?;
    let sealed = marking.acts().sign(pdf, &token, &login)?;
    check_own(&judge(sealed.as_slice(), trust), FieldName::Seal)?;
    Ok(sealed)
}

fn page_texts(pdf: &[u8], opened: &Pdf<&[u8]>) -> Result<Vec<PageText>> {
    let (renderer, file) = (start_renderer()?, temporary(pdf)?);
    crate::prepare::texts(&renderer, file.path(), &opened.latest().pages()?)
}

fn check_year(texts: &[PageText], layout: &Layout, date: Date) -> Result<()> {
    let first = texts.first().ok_or(ErrorCode::PdfBroken)?;
    crate::gate::year_fits(first, &layout.date, date).map(|_| ())
}

/// A file for the renderer, gone when it is dropped.
fn temporary(pdf: &[u8]) -> Result<tempfile::NamedTempFile> {
    let failed = |e: std::io::Error| AppError::of_temporary(&e);
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    file.write_all(pdf)
        .and_then(|()| file.flush())
        .map_err(failed)?;
    Ok(file)
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
