//! Where number, date, signature and seal stand: found in the text of the page by its layout (Decree 30/2020 Annex I,
//! boxes 3, 4 and 7), never assumed where there is text. Pages come as a reader sees them (`PageFrame::to_shown`), and so do the places.

mod corner;
mod date;
mod glyphs;
mod initials;
mod ink;
mod number;
mod remembered;
mod signatory;

use trien_domain::text::compose;
use trien_render::{PageText, Rect};

pub use corner::{corner, stamp};
pub use ink::Ink;
pub use remembered::is_bare;

use crate::error::Result;
use crate::layouts::{DateLine, Layout, SignatureBlock};
use crate::profile::PagePlaces;

/// A place on a page, in printed points from the lower left of the page as shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Page from 0.
    pub page: u32,
    /// Where.
    pub rect: Rect,
    /// Base line of the text around it, for places that are filled with text.
    pub baseline: f64,
    /// Size of the text around it in points.
    pub size: f64,
}

/// What was found at the head of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Between its label and its notation: `Số:` and `/`.
    pub number: Place,
    /// Between `ngày` and `tháng`.
    pub day: Place,
    /// Between `tháng` and `năm`.
    pub month: Place,
    /// The year that is printed after `năm`; `None` on a page without text.
    pub year: Option<i32>,
}

/// What was found on the pages of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchors {
    /// Number and date.
    pub head: Head,
    /// The free space between the signer's title and printed name.
    pub signature: SignatureSpace,
}

/// The free space above a printed name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignatureSpace {
    /// Page from 0.
    pub page: u32,
    /// Horizontal middle of the printed name.
    pub centre: f64,
    /// Upper edge of the printed name.
    pub name_top: f64,
    /// Lower edge of the title's last line.
    pub title_bottom: f64,
}

/// Where the places of a paper are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The words of its layout.
    pub layout: &'a Layout,
    /// Where they are on pages without text, as a scan's.
    pub remembered: Option<&'a PagePlaces>,
}

impl Search<'_> {
    /// Finds every place of a draft.
    ///
    /// # Errors
    /// `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`, each with what was looked for.
    pub fn find(&self, pages: &[PageText], full_name: &str) -> Result<Anchors> {
        Ok(Anchors {
            head: self.head(pages)?,
            signature: self.signature_space(pages, full_name)?,
        })
    }

    /// Finds the places of number and date on the first page.
    ///
    /// # Errors
    /// `NoPlaceForNumber`, `NoPlaceForDate`.
    pub fn head(&self, pages: &[PageText]) -> Result<Head> {
        if let Some(head) = self
            .remembered
            .and_then(|places| remembered::head(places, pages))
        {
            return Ok(head);
        }
        let first = pages.first().map(glyphs::Glyphs::of).unwrap_or_default();
        let number = number::find(&first, &self.layout.number)?;
        let (day, month, year) = date::find(&first, &self.layout.date)?;
        Ok(Head {
            number,
            day,
            month,
            year: Some(year),
        })
    }

    /// Finds the free space above the leader's printed name.
    ///
    /// # Errors
    /// `NoPlaceForSignature`.
    pub fn signature_space(&self, pages: &[PageText], full_name: &str) -> Result<SignatureSpace> {
        let remembered = self
            .remembered
            .and_then(|places| remembered::signature(places, pages));
        remembered.map_or_else(
            || signature_space(pages, &self.layout.signature, full_name),
            Ok,
        )
    }
}

/// Finds the free space above a person's printed name.
///
/// # Errors
/// `NoPlaceForSignature`.
pub fn signature_space(
    pages: &[PageText],
    block: &SignatureBlock,
    full_name: &str,
) -> Result<SignatureSpace> {
    signatory::find(pages, block, full_name)
}

/// Finds places for initials that cover neither text nor `taken` (page from 0, box).
///
/// # Errors
/// `NoPlaceForSignature` where the pages are full.
pub fn initials(pages: &[PageText], count: usize, taken: &[(u32, Rect)]) -> Result<Vec<Place>> {
    initials::find(pages, count, taken)
}

/// Whether a text stands on the first page, in the very letters: `KHẨN` is a stamp, `khẩn` a word.
pub fn says(first: &PageText, text: &str) -> bool {
    let words = glyphs::Glyphs::of(first).words();
    let count = text.split(' ').count();
    words.windows(count).any(|run| {
        let run: Vec<&str> = run.iter().map(|word| word.text.as_str()).collect();
        run.join(" ") == compose(text)
    })
}

/// The name that is printed right below a box of the page as shown, if what stands there looks like one.
pub fn name_below(page: &PageText, shown: trien_pdf::Rect) -> Option<String> {
    signatory::name_below(&glyphs::Glyphs::of(page).words(), shown)
}

/// The year that is printed on the date line of the first page.
///
/// # Errors
/// `NoPlaceForDate` where there is no such line.
pub fn printed_year(first: &PageText, line: &DateLine) -> Result<i32> {
    let (_, _, year) = date::find(&glyphs::Glyphs::of(first), line)?;
    Ok(year)
}

#[cfg(test)]
mod tests;
