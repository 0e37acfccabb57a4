//! What a page shows within a rectangle, as a reader tells it apart.

use trien_pdf::{Dict, Object, ObjectId, Page, PdfError, ReadAt, Rect, View};

use crate::difference::ink::{self, What};

/// An image that takes this part of the page is the page: a scan.
const SCAN: f64 = 0.5;
/// As many dots or strokes in a row are a place to write on.
const ROW: usize = 3;
/// Letters that such rows are made of.
const LEADERS: &[char] = &['.', '…', '_', '·', '‥', '-', '–'];

/// Something that can be covered.
#[derive(Debug)]
pub(super) struct Thing {
    pub kind: Kind,
    pub place: Rect,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A printed letter.
    Letter,
    /// An image, or letters drawn as outlines.
    Picture,
    /// A scan of which nothing more can be told.
    WholePage,
    /// Something printed on a scan; the place of what stands together there.
    Print(Rect),
    /// The mark of an earlier signature.
    Mark,
    /// A filled field or a comment.
    Field,
}

/// Everything that can be covered within a rectangle.
#[derive(Debug, Default)]
pub(super) struct Beneath {
    pub things: Vec<Thing>,
    /// There may be more.
    pub unknown: bool,
}

impl Beneath {
    /// Reads `page`; the annotation `own` is left out.
    pub fn read<S: ReadAt>(
        view: View<'_, S>,
        page: &Page,
        own: ObjectId,
        within: Rect,
    ) -> Result<Self, PdfError> {
        let ink = ink::of_page(view, page, within)?;
        let mut beneath = Self {
            things: Vec::new(),
            unknown: ink.unknown,
        };
        let area = page.crop_box.width() * page.crop_box.height();
        let mut row = 0;
        for piece in ink.pieces {
            let leader =
                matches!(piece.what, What::Glyph(Some(letter)) if LEADERS.contains(&letter));
            row = if leader { row + 1 } else { 0 };
            if row == ROW {
                let before = beneath.things.len().saturating_sub(ROW - 1);
                beneath.things.truncate(before);
            }
            let kind = match piece.what {
                What::Glyph(_) if row >= ROW => continue,
                What::Glyph(_) => Kind::Letter,
                What::Bar | What::Line => continue,
                What::Image(picture) if piece.whole >= SCAN * area => {
                    let around = piece.place.intersection(within);
                    match picture.prints(view, around.unwrap_or(within))? {
                        Some(prints) => {
                            let things = prints.into_iter().map(|print| Thing {
                                kind: Kind::Print(print.word),
                                place: print.place,
                            });
                            beneath.things.extend(things);
                            continue;
                        }
                        None => Kind::WholePage,
                    }
                }
                What::Shape if piece.whole >= SCAN * area => Kind::WholePage,
                What::Image(_) | What::Shape => Kind::Picture,
            };
            beneath.things.push(Thing {
                kind,
                place: piece.place,
            });
        }
        beneath.annotations(view, page, own, within)?;
        Ok(beneath)
    }

    fn annotations<S: ReadAt>(
        &mut self,
        view: View<'_, S>,
        page: &Page,
        own: ObjectId,
        within: Rect,
    ) -> Result<(), PdfError> {
        let listed = view.get(&page.dict, "Annots")?;
        for item in listed.as_array().unwrap_or_default() {
            if item.as_reference() == Some(own) {
                continue;
            }
            let resolved = view.resolve(item)?;
            let Some(annotation) = resolved.as_dict() else {
                continue;
            };
            let Ok(place) = Rect::from_object(&view.get(annotation, "Rect")?) else {
                self.unknown = true;
                continue;
            };
            let shown = !view.get(annotation, "AP")?.is_null() || has_value(view, annotation)?;
            let passive = annotation.is("Subtype", "Link") || annotation.is("Subtype", "Popup");
            if passive || !shown || !place.overlaps(within) {
                continue;
            }
            let kind = if is_signature(view, annotation)? {
                Kind::Mark
            } else {
                Kind::Field
            };
            self.things.push(Thing { kind, place });
        }
        Ok(())
    }
}

/// A field's value, its own or that of the field whose widget it is.
fn has_value<S: ReadAt>(view: View<'_, S>, widget: &Dict) -> Result<bool, PdfError> {
    let above = view.get(widget, "Parent")?;
    let inherited = match above.as_dict() {
        Some(above) => view.get(above, "V")?,
        None => Object::Null,
    };
    Ok(!view.get(widget, "V")?.is_null() || !inherited.is_null())
}

fn is_signature<S: ReadAt>(view: View<'_, S>, widget: &Dict) -> Result<bool, PdfError> {
    let above = view.get(widget, "Parent")?;
    Ok(widget.is("FT", "Sig") || above.as_dict().is_some_and(|above| above.is("FT", "Sig")))
}
