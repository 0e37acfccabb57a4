//! Stamps that are drawn into a page before anybody signs it: the degree of urgency, bright red in a single border
//! (Decree 30/2020, Annex I, part I, box 10b). After a signature a page's content is never touched.

use trien_pdf::{Dict, Object, ObjectSink, Page, ReadAt, Rect, Update, View};

use crate::appearance::{Canvas, PageFrame, stamp_form, thousandths};
use crate::error::PadesError;

/// A stamp and where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// Page index, from 0.
    pub page: usize,
    /// Its border in the page's default user space.
    pub rect: Rect,
    /// Its text.
    pub text: String,
}

/// Draws the stamps over what the pages show; `pages` say afterwards what they have become.
pub(super) fn draw<S: ReadAt>(
    update: &mut Update<'_, S>,
    view: &View<'_, S>,
    pages: &mut [Page],
    stamps: &[Stamp],
) -> Result<(), PadesError> {
    let count = pages.len();
    for (number, stamp) in stamps.iter().enumerate() {
        let missing = PadesError::NoSuchPage {
            page: stamp.page,
            pages: count,
        };
        let page = pages.get_mut(stamp.page).ok_or(missing)?;
        let frame = PageFrame::of(page);
        let canvas = Canvas::new(frame, stamp.rect);
        let form = stamp_form(update, &canvas, &stamp.text)?;

        let name = format!("TrienDau{number}");
        let mut resources = (*page.resources).clone();
        let objects = match view.get(&resources, "XObject")? {
            Object::Dictionary(objects) => objects,
            _ => Dict::new(),
        };
        resources.set("XObject", objects.with(name.as_str(), form));
        let (x, y) = lower_left(&frame, &canvas);
        let [x, y] = [stamp.rect.x0 - x, stamp.rect.y0 - y].map(thousandths);
        let drawn = format!("Q\nq 1 0 0 1 {x} {y} cm /{name} Do Q\n");
        // What the page draws may leave the graphics state changed.
        let mut parts = vec![Object::Reference(update.add_stream(
            Dict::new(),
            b"q\n".to_vec(),
            false,
        ))];
        parts.extend(contents(view, &page.dict)?);
        parts.push(Object::Reference(update.add_stream(
            Dict::new(),
            drawn.into_bytes(),
            false,
        )));
        let dict = page.dict.clone().with("Contents", parts);
        page.dict = dict.with("Resources", resources.clone());
        page.resources = resources.into();
        update.set(page.id, page.dict.clone());
    }
    Ok(())
}

/// The content streams of a page.
fn contents<S: ReadAt>(view: &View<'_, S>, page: &Dict) -> Result<Vec<Object>, PadesError> {
    let Some(entry) = page.get("Contents") else {
        return Ok(Vec::new());
    };
    Ok(match view.resolve(entry)? {
        Object::Array(parts) => parts,
        Object::Null => Vec::new(),
        _ => vec![entry.clone()],
    })
}

/// The lower left corner of a canvas once its form is turned upright.
fn lower_left(frame: &PageFrame, canvas: &Canvas) -> (f64, f64) {
    let [a, b, c, d, _, _] = frame.upright();
    let (w, h) = (canvas.width, canvas.height);
    let least = |x: f64, y: f64| x.min(y).min(x + y).min(0.0);
    (least(a * w, c * h), least(b * w, d * h))
}
