//! What a mark that is added to a signed page lies over.
//!
//! Decree 30/2020 annex I part II wants marks that touch print: the leader's mark stands between
//! title and name (point 7), and the seal covers a third of the leader's mark (point 8), both on
//! transparent ground, so that a real seal touches title and name as well. Hiding print is
//! something else. What separates the two:
//!
//! - ink that hides a letter nearly whole, or that runs over print in the middle of the mark,
//!   covers it; so does ink through the core of a letter by a mark as low as a line (number, day,
//!   month), which may lean on the letters beside it;
//! - see-through ink that meets print only in the upper or lower third of a mark touches the title
//!   above or the name below, as the law has it;
//! - a mark may cover up to half of an earlier signature's mark, unless that is as low as a line;
//! - rows of dots and strokes are there to be written on; lines and boxes are neither text nor image.

mod beneath;

use trien_pdf::{Dict, Object, ObjectId, Page, ReadAt, Rect, View};

use super::form::FormError;
use super::ink::{self, Ink, Piece, What};
use beneath::{Beneath, Kind};

/// What a mark lies over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Free paper, or what the law lets it touch.
    Free,
    /// Something of which nothing more can be told, such as a scanned page.
    Unclear,
    /// Text, an image or another's mark, hidden or painted over.
    Covers,
    /// A part of the page larger than any mark the law knows.
    Oversized,
}

/// The largest mark by law is the seal of 42 mm, 3 % of an A4 page; twice the sides are room enough.
const MAX_PART_OF_PAGE: f64 = 0.12;
/// Part of a thing that may be grazed: strokes have soft ends, and boxes are wider than letters.
const GRAZED: f64 = 0.06;
/// Part of a letter from which on it cannot be read; the ring of a seal over print hides less.
const HIDDEN: f64 = 0.8;
/// Part of an earlier mark that may be covered: the law says about a third.
const MARK_HIDDEN: f64 = 0.5;
/// Points below which a mark is a line of text: number, day and month are 14 points high.
const ONE_LINE: f64 = 24.0;
/// Samples along each side of a thing.
const SAMPLES: u32 = 12;
/// Most comparisons of a sample with a piece of the mark.
const MAX_COMPARISONS: usize = 200_000_000;
/// Flags of annotations (ISO 32000-2 table 167).
const HIDDEN_FLAG: i64 = 1 << 1;
/// NoZoom, NoRotate, ToggleNoView: what is shown depends on how the page is looked at.
const UNSTEADY_FLAGS: i64 = 1 << 3 | 1 << 4 | 1 << 8;

/// What the annotation `id`, whose dictionary is `mark` in `new`, lies over on its page in `old`.
pub(super) fn of_mark<S: ReadAt>(
    old: View<'_, S>,
    new: View<'_, S>,
    id: ObjectId,
    mark: &Dict,
) -> Result<Cover, FormError> {
    let flags = new.get(mark, "F")?.as_integer().unwrap_or(0);
    let rect = match place_of(new, mark)? {
        Ok(rect) => rect,
        Err(cover) => return Ok(cover),
    };
    let Some(page) = page_of(old, new, id, mark)? else {
        return Ok(Cover::Unclear);
    };
    let ink = ink_of(new, mark, rect)?;
    let cover = of_ink(old, &page, id, rect, &ink)?;
    let part = rect.width() * rect.height() / (page.crop_box.width() * page.crop_box.height());
    if part > MAX_PART_OF_PAGE {
        return Ok(Cover::Oversized);
    }
    let unsteady = flags & UNSTEADY_FLAGS != 0;
    Ok(if unsteady {
        cover.max(Cover::Unclear)
    } else {
        cover
    })
}

/// What a field that is filled hides besides what it says: a background, a bar, an image under its text. Its letters are
/// compared with its value.
pub(super) fn of_filling<S: ReadAt>(
    old: View<'_, S>,
    new: View<'_, S>,
    id: ObjectId,
    widget: &Dict,
) -> Result<Cover, FormError> {
    let rect = match place_of(new, widget)? {
        Ok(rect) => rect,
        Err(cover) => return Ok(cover),
    };
    let mut ink = ink_of(new, widget, rect)?;
    ink.pieces
        .retain(|piece| !matches!(piece.what, What::Glyph(_)));
    if ink.pieces.is_empty() && !ink.unknown {
        return Ok(Cover::Free);
    }
    match page_of(old, new, id, widget)? {
        Some(page) => of_ink(old, &page, id, rect, &ink),
        None => Ok(Cover::Unclear),
    }
}

/// Where an annotation is shown, or what that means where it is not.
fn place_of<S: ReadAt>(view: View<'_, S>, mark: &Dict) -> Result<Result<Rect, Cover>, FormError> {
    let flags = view.get(mark, "F")?.as_integer().unwrap_or(0);
    let rect = match view.get(mark, "Rect")? {
        Object::Null => return Ok(Err(Cover::Free)), // A field whose widget stands below it.
        rect => rect,
    };
    let Ok(rect) = Rect::from_object(&rect) else {
        return Ok(Err(Cover::Unclear));
    };
    let nowhere = flags & HIDDEN_FLAG != 0 || rect.width() <= 0.0 || rect.height() <= 0.0;
    Ok(if nowhere { Err(Cover::Free) } else { Ok(rect) })
}

/// What `ink` within `rect` lies over on `page` of `old`; the annotation `own` itself is left out.
pub(super) fn of_ink<S: ReadAt>(
    old: View<'_, S>,
    page: &Page,
    own: ObjectId,
    rect: Rect,
    ink: &Ink,
) -> Result<Cover, FormError> {
    if ink.pieces.is_empty() && !ink.unknown {
        return Ok(Cover::Free);
    }
    let beneath = Beneath::read(old, page, own, rect)?;
    if ink.unknown {
        let nothing = beneath.things.is_empty() && !beneath.unknown;
        return Ok(if nothing { Cover::Free } else { Cover::Unclear });
    }
    let work = beneath.things.len().saturating_mul(ink.pieces.len());
    if work.saturating_mul((SAMPLES * SAMPLES) as usize) > MAX_COMPARISONS {
        return Ok(Cover::Unclear);
    }
    let start = if beneath.unknown {
        Cover::Unclear
    } else {
        Cover::Free
    };
    let things = beneath.things.iter();
    let covers = things.map(|thing| of_thing(&thing.kind, thing.place, rect, &ink.pieces));
    Ok(covers.fold(start, Cover::max))
}

/// Whether `ink` touches anything at all.
pub(super) fn touches<S: ReadAt>(
    old: View<'_, S>,
    page: &Page,
    own: ObjectId,
    rect: Rect,
    ink: &Ink,
) -> Result<bool, FormError> {
    let beneath = Beneath::read(old, page, own, rect)?;
    let mut things = beneath.things.iter();
    Ok(things.any(|thing| hidden_part(thing.place, &ink.pieces) >= GRAZED))
}

fn of_thing(kind: &Kind, place: Rect, mark: Rect, ink: &[Piece]) -> Cover {
    let low = |rect: Rect| rect.height() < ONE_LINE;
    let covers = |yes: bool| if yes { Cover::Covers } else { Cover::Free };
    match kind {
        Kind::Letter => of_letter(place, mark, ink),
        Kind::Mark => {
            let limit = if low(place) { GRAZED } else { MARK_HIDDEN };
            covers(hidden_part(place, ink) >= limit)
        }
        Kind::Field => {
            let part = hidden_part(place, ink);
            let limit = if low(place) { GRAZED } else { HIDDEN };
            match part >= limit {
                true => Cover::Covers,
                false if part >= GRAZED => Cover::Unclear,
                false => Cover::Free,
            }
        }
        Kind::Picture => {
            let common = place.intersection(mark).unwrap_or(place);
            let part = hidden_part(common, ink);
            match part >= HIDDEN {
                true => Cover::Covers,
                false if part > 0.0 => Cover::Unclear,
                false => Cover::Free,
            }
        }
        Kind::Print(word) => of_print(place, *word, mark, ink),
        Kind::WholePage => match hidden_part(mark, ink) > 0.0 {
            true => Cover::Unclear,
            false => Cover::Free,
        },
    }
}

fn of_letter(place: Rect, mark: Rect, ink: &[Piece]) -> Cover {
    let part = hidden_part(place, ink);
    if part < GRAZED {
        return Cover::Free;
    }
    if mark.height() >= ONE_LINE {
        let touched = part < HIDDEN && at_the_edge(place, mark);
        return if touched { Cover::Free } else { Cover::Covers };
    }
    // A mark put down by hand between two words may lean on their outer letters. What runs through a
    // letter's core strikes it out or replaces it; what only crosses above or below may change it.
    let (w, h) = (place.width(), place.height());
    let core = Rect::new(
        place.x0 + w / 3.0,
        place.y0 + 0.3 * h,
        place.x1 - w / 3.0,
        place.y0 + 0.65 * h,
    );
    let column = Rect::new(core.x0, place.y0, core.x1, place.y1);
    if hidden_part(core, ink) > 0.0 {
        Cover::Covers
    } else if hidden_part(column, ink) > 0.0 {
        Cover::Unclear
    } else {
        Cover::Free
    }
}

/// Print on a scan: where letters begin and end is not known, so that only what is hidden with all beside it is surely
/// covered.
fn of_print(place: Rect, word: Rect, mark: Rect, ink: &[Piece]) -> Cover {
    let part = hidden_part(place, ink);
    if part < GRAZED {
        Cover::Free
    } else if hidden_part(word, ink) >= HIDDEN {
        Cover::Covers
    } else if part < HIDDEN && mark.height() >= ONE_LINE && at_the_edge(place, mark) {
        Cover::Free
    } else {
        Cover::Unclear
    }
}

/// Whether `place` lies in the upper or lower third of a mark.
fn at_the_edge(place: Rect, mark: Rect) -> bool {
    let middle = f64::midpoint(place.y0, place.y1);
    let third = mark.height() / 3.0;
    middle < mark.y0 + third || middle > mark.y1 - third
}

/// Which part of `place` the ink hides.
fn hidden_part(place: Rect, ink: &[Piece]) -> f64 {
    let near: Vec<&Piece> = ink
        .iter()
        .filter(|piece| piece.place.overlaps(place))
        .collect();
    if near.is_empty() {
        return 0.0;
    }
    let at = |step: u32| (f64::from(step) + 0.5) / f64::from(SAMPLES);
    let points = (0..SAMPLES).flat_map(|i| (0..SAMPLES).map(move |j| (at(i), at(j))));
    let hidden = points.filter(|(u, v)| {
        let (x, y) = (place.x0 + u * place.width(), place.y0 + v * place.height());
        near.iter().any(|piece| piece.hides(x, y))
    });
    hidden.count() as f64 / f64::from(SAMPLES * SAMPLES)
}

/// Whether an annotation shows anything.
pub(super) fn paints<S: ReadAt>(view: View<'_, S>, mark: &Dict) -> Result<bool, FormError> {
    let Ok(rect) = Rect::from_object(&view.get(mark, "Rect")?) else {
        return Ok(!view.get(mark, "AP")?.is_null());
    };
    let ink = ink_of(view, mark, rect)?;
    Ok(ink.unknown || !ink.pieces.is_empty())
}

/// What the annotation paints.
fn ink_of<S: ReadAt>(view: View<'_, S>, mark: &Dict, rect: Rect) -> Result<Ink, FormError> {
    Ok(match normal_look(view, mark)? {
        Object::Null => Ink::default(),
        Object::Stream(form) => ink::of_appearance(view, &form, rect)?,
        _ => Ink::not_followed(),
    })
}

/// The appearance of an annotation: a form, nothing, or what cannot be followed. Other looks (under
/// the pointer, pressed) would show what nobody compared.
pub(super) fn normal_look<S: ReadAt>(view: View<'_, S>, mark: &Dict) -> Result<Object, FormError> {
    let looks = view.get(mark, "AP")?;
    let Some(looks) = looks.as_dict() else {
        return Ok(looks);
    };
    if looks.iter().any(|(key, _)| *key != "N") {
        return Ok(Object::Dictionary(Dict::new()));
    }
    Ok(view.get(looks, "N")?)
}

/// The page that shows the annotation, as `old` has it.
fn page_of<S: ReadAt>(
    old: View<'_, S>,
    new: View<'_, S>,
    id: ObjectId,
    mark: &Dict,
) -> Result<Option<Page>, FormError> {
    let mut page = mark.get("P").and_then(Object::as_reference);
    if page.is_none() {
        for candidate in new.pages()? {
            let listed = new.get(&candidate.dict, "Annots")?;
            let mut listed = listed.as_array().unwrap_or_default().iter();
            if listed.any(|item| item.as_reference() == Some(id)) {
                page = Some(candidate.id);
            }
        }
    }
    Ok(old
        .pages()?
        .into_iter()
        .find(|candidate| Some(candidate.id) == page))
}
