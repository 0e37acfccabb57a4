//! What a forger could do to the sealed file.

use trien_pdf::{Dict, Limits, Object, ObjectSink, Pdf, Stream, StreamData, Update, View};

use crate::files::{Files, SEALED, field, open, read, write};

/// One byte of the page turned over.
pub const FLIPPED: &str = "one-flipped-byte.pdf";
/// The number's value and appearance replaced in an update after the seal.
pub const RENUMBERED: &str = "number-changed-after-the-seal.pdf";
/// The page's content painted over in an update after the seal.
pub const OVERLAID: &str = "page-overlay.pdf";
/// The forger's number.
const NUMBER: &str = "99";

/// Leaves every forgery of the sealed file.
pub fn all(files: &Files) -> Result<(), String> {
    println!("- a forger flips a byte, changes the number, paints over the page");
    let sealed = read(&files.pdf(SEALED))?;
    write(&files.forged(FLIPPED), &flipped(&sealed)?)?;
    write(&files.forged(RENUMBERED), &renumbered(&sealed)?)?;
    write(&files.forged(OVERLAID), &overlaid(&sealed)?)
}

/// The byte lies in the middle of the page's content, so that the file's structure stays whole.
fn flipped(sealed: &[u8]) -> Result<Vec<u8>, String> {
    let pdf = open(sealed)?;
    let content = content_stream(pdf.latest())?;
    let StreamData::InFile(range) = content.data else {
        return Err("the page's content does not lie in the file".to_owned());
    };
    let middle = usize::try_from(range.start.midpoint(range.end)).map_err(|e| e.to_string())?;
    let mut bytes = sealed.to_vec();
    let byte = bytes.get_mut(middle).ok_or("a stream beyond the end")?;
    *byte ^= 1;
    Ok(bytes)
}

fn renumbered(sealed: &[u8]) -> Result<Vec<u8>, String> {
    appended(sealed, |pdf, update| {
        let (id, mut number) = field(pdf.latest(), "vb_so")?;
        let rect = pdf.latest().get(&number, "Rect").map_err(text)?;
        let rect = trien_pdf::Rect::from_object(&rect).map_err(text)?;
        let form = Dict::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Form"))
            .with(
                "BBox",
                trien_pdf::Rect::new(0.0, 0.0, rect.width(), rect.height()).to_object(),
            )
            .with("Resources", Object::Dictionary(helvetica()));
        let shown = format!("/Tx BMC BT /F 13 Tf 1 4 Td ({NUMBER}) Tj ET EMC");
        let appearance = update.add_stream(form, shown.into_bytes(), true);
        number.set("V", Object::text(NUMBER));
        let normal = Dict::new().with("N", Object::Reference(appearance));
        number.set("AP", Object::Dictionary(normal));
        update.set(id, Object::Dictionary(number));
        Ok(())
    })
}

fn overlaid(sealed: &[u8]) -> Result<Vec<u8>, String> {
    appended(sealed, |pdf, update| {
        let pages = pdf.latest().pages().map_err(text)?;
        let page = pages.last().ok_or("there is no page")?;
        let mut dict = page.dict.clone();
        let paint = b"q 1 1 1 rg 100 380 400 60 re f Q".to_vec();
        let paint = Object::Reference(update.add_stream(Dict::new(), paint, true));
        let mut contents = match pdf.latest().get(&dict, "Contents").map_err(text)? {
            Object::Array(contents) => contents,
            _ => dict.get("Contents").cloned().into_iter().collect(),
        };
        contents.push(paint);
        dict.set("Contents", Object::Array(contents));
        update.set(page.id, Object::Dictionary(dict));
        Ok(())
    })
}

/// The file with one more revision.
pub fn appended(
    sealed: &[u8],
    change: impl FnOnce(&Pdf<&[u8]>, &mut Update<'_, &[u8]>) -> Result<(), String>,
) -> Result<Vec<u8>, String> {
    let pdf = Pdf::open(sealed, Limits::default()).map_err(text)?;
    let mut update = Update::new(&pdf).map_err(text)?;
    change(&pdf, &mut update)?;
    let appended = update.finish().map_err(text)?;
    Ok([sealed, &appended.bytes].concat())
}

/// The last page's content.
fn content_stream(view: View<'_, &[u8]>) -> Result<Stream, String> {
    let pages = view.pages().map_err(text)?;
    let page = pages.last().ok_or("there is no page")?;
    let contents = match view.get(&page.dict, "Contents").map_err(text)? {
        Object::Array(streams) => {
            let first = streams.first().and_then(Object::as_reference);
            view.object(first.ok_or("a page without content")?)
                .map_err(text)?
        }
        content => content,
    };
    let stream = contents.as_stream().cloned();
    stream.ok_or_else(|| "the page's content is no stream".to_owned())
}

fn helvetica() -> Dict {
    let font = Dict::new()
        .with("Type", Object::name("Font"))
        .with("Subtype", Object::name("Type1"))
        .with("BaseFont", Object::name("Helvetica"));
    let fonts = Dict::new().with("F", Object::Dictionary(font));
    Dict::new().with("Font", Object::Dictionary(fonts))
}

fn text(error: trien_pdf::PdfError) -> String {
    error.to_string()
}
