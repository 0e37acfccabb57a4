//! What a scan must be: PDF 1.4 or later, in colour, at least 200 dpi, at its true size (Decree 30/2020, Annex I, part
//! II, I.2).

use trien_pades::PageFrame;
use trien_pdf::{Dict, Object, Page, Pdf, Stream, View};

use crate::error::{AppError, ErrorCode, Result};

/// The least resolution of a scan.
const LEAST_DPI: f64 = 200.0;
/// Pages whose edges were rounded to whole pixels are still good.
const TOLERANCE_DPI: f64 = 1.0;
/// Forms within forms: scanners use one.
const DEPTH: usize = 4;
/// Colour spaces of colour spaces: an index of an ICC profile.
const SPACES: usize = 4;
/// `%PDF-1.4`: the least version.
const LEAST_VERSION: &[u8] = b"1.4";
const POINTS_PER_INCH: f64 = 72.0;

/// Whether pages may be set anew instead of scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// An extract's.
    Allowed,
    /// Every page is a scan.
    Refused,
}

/// Looks at the pictures of every page.
///
/// # Errors
/// `CopyScanUnfit` with the first page that will not do, and why.
pub(super) fn check(pdf: &Pdf<&[u8]>, text: Text) -> Result<()> {
    let version = pdf.source().get(5..8).unwrap_or_default();
    if version < LEAST_VERSION {
        let version = String::from_utf8_lossy(version);
        return Err(unfit(format!("PDF {version}, cần từ 1.4 trở lên")));
    }
    let view = pdf.latest();
    for (number, page) in (1..).zip(view.pages()?) {
        let mut pictures = Pictures::default();
        pictures.look_into(&view, &page.resources, DEPTH)?;
        if pictures.pixels == 0.0 {
            match text {
                Text::Allowed => continue,
                Text::Refused => return Err(unfit(format!("trang {number} không phải ảnh quét"))),
            }
        }
        let dpi = pictures.dpi(&page);
        if dpi < LEAST_DPI - TOLERANCE_DPI {
            let why = format!("trang {number}: {dpi:.0} dpi, cần từ {LEAST_DPI:.0} dpi trở lên");
            return Err(unfit(why));
        }
        if !pictures.colour {
            return Err(unfit(format!("trang {number} không phải ảnh màu")));
        }
    }
    Ok(())
}

fn unfit(why: String) -> AppError {
    AppError::new(ErrorCode::CopyScanUnfit, why)
}

/// The pictures that a page can draw. Scanners lay one over the page, or strips side by side, so their pixels together
/// tell the resolution.
#[derive(Debug, Default)]
struct Pictures {
    pixels: f64,
    colour: bool,
}

impl Pictures {
    fn dpi(&self, page: &Page) -> f64 {
        let frame = PageFrame::of(page);
        let inches = frame.width() * frame.height() / (POINTS_PER_INCH * POINTS_PER_INCH);
        (self.pixels / inches).sqrt()
    }

    fn look_into(&mut self, view: &View<'_, &[u8]>, resources: &Dict, depth: usize) -> Result<()> {
        let objects = view.get(resources, "XObject")?;
        let Object::Dictionary(objects) = objects else {
            return Ok(());
        };
        for (_, object) in objects.iter() {
            let Object::Stream(stream) = view.resolve(object)? else {
                continue;
            };
            if stream.dict.is("Subtype", "Image") {
                self.count(view, &stream)?;
            } else if depth > 0
                && let Object::Dictionary(inner) = view.get(&stream.dict, "Resources")?
            {
                self.look_into(view, &inner, depth - 1)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, view: &View<'_, &[u8]>, image: &Stream) -> Result<()> {
        let number = |key| -> Result<f64> {
            Ok(view.get(&image.dict, key)?.as_number().unwrap_or_default())
        };
        self.pixels += number("Width")? * number("Height")?;
        let space = view.get(&image.dict, "ColorSpace")?;
        // JPEG 2000 says its colours itself (ISO 32000-2 7.4.9).
        let jpeg_2000 = space.is_null()
            && view
                .get(&image.dict, "Filter")?
                .as_name()
                .is_some_and(|name| name.as_str() == Some("JPXDecode"));
        self.colour |= jpeg_2000 || is_colour(view, &space, SPACES)?;
        Ok(())
    }
}

/// Whether a colour space has more than greys (ISO 32000-2 8.6).
fn is_colour(view: &View<'_, &[u8]>, space: &Object, depth: usize) -> Result<bool> {
    let named =
        |name: Option<&str>| matches!(name, Some("DeviceRGB" | "DeviceCMYK" | "CalRGB" | "Lab"));
    if let Some(name) = space.as_name() {
        return Ok(named(name.as_str()));
    }
    let Some([family, rest @ ..]) = space.as_array() else {
        return Ok(false);
    };
    let family = family.as_name().and_then(|name| name.as_str());
    let first = rest.first().map(|first| view.resolve(first)).transpose()?;
    match (family, first) {
        (Some("ICCBased"), Some(Object::Stream(profile))) => {
            let components = view.get(&profile.dict, "N")?.as_integer();
            Ok(components.is_some_and(|components| components >= 3))
        }
        (Some("Indexed"), Some(base)) if depth > 0 => is_colour(view, &base, depth - 1),
        (family, _) => Ok(named(family)),
    }
}

#[cfg(test)]
mod tests {
    use trien_pdf::write::{A4, Cut, Document, Style};
    use trien_pdf::{Limits, ObjectSink, Update};

    use super::*;

    /// A page of A4 under one picture.
    fn scan(pixels: (i64, i64), space: &str) -> Vec<u8> {
        let mut page = Document::new().unwrap();
        page.page(A4);
        let pdf = page.finish().unwrap();
        let opened = Pdf::open(pdf.as_slice(), Limits::default()).unwrap();
        let page = opened.latest().pages().unwrap().remove(0);
        let mut update = Update::new(&opened).unwrap();
        let image = Dict::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Image"))
            .with("Width", pixels.0)
            .with("Height", pixels.1)
            .with("ColorSpace", Object::name(space));
        let image = update.add_stream(image, vec![0; 3], false);
        let objects = Dict::new().with("Im0", image);
        let resources = Dict::new().with("XObject", objects);
        update.set(page.id, page.dict.clone().with("Resources", resources));
        let appended = update.finish().unwrap().bytes;
        [pdf, appended].concat()
    }

    fn judged(pdf: &[u8], text: Text) -> std::result::Result<(), String> {
        let opened = Pdf::open(pdf, Limits::default()).unwrap();
        check(&opened, text).map_err(|error| error.detail)
    }

    #[test]
    fn a_scan_is_in_colour_and_fine_enough() {
        assert_eq!(
            judged(&scan((1654, 2339), "DeviceRGB"), Text::Refused),
            Ok(())
        );
        let coarse = judged(&scan((1240, 1754), "DeviceRGB"), Text::Refused).unwrap_err();
        assert!(coarse.contains("trang 1: 150 dpi"), "{coarse}");
        let grey = judged(&scan((1654, 2339), "DeviceGray"), Text::Refused).unwrap_err();
        assert!(grey.contains("ảnh màu"), "{grey}");
    }

    #[test]
    fn only_an_extract_may_be_set_anew() {
        let mut page = Document::new().unwrap();
        page.page(A4);
        let style = Style::new(Cut::Regular, 13.0);
        page.text(85.0, 700.0, style, "Điều 1.").unwrap();
        let pdf = page.finish().unwrap();
        assert!(judged(&pdf, Text::Refused).unwrap_err().contains("trang 1"));
        assert_eq!(judged(&pdf, Text::Allowed), Ok(()));
    }
}
