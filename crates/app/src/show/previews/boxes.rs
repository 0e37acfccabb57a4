//! Where the marks of an act stand, as the page shows them: prepared boxes, and those that new fields will get.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trien_pades::{FieldName, Mark, NewField, PageFrame, PlannedField, planned};
use trien_pdf::Rect;

use crate::acts::Act;
use crate::error::{AppError, ErrorCode, Result};
use crate::nudges::Nudges;
use crate::prepare::Places;
use crate::view::{BoxView, GhostView, MarkKind, Text};

/// The prepared boxes of a file as the page shows them.
pub(super) struct Boxes {
    /// How many pages the file has.
    pub(super) pages: u32,
    fields: Vec<(PlannedField, PageFrame)>,
}

impl Boxes {
    /// Those of a file.
    pub(super) fn of(pdf: &[u8]) -> Result<Self> {
        let opened = crate::pdf::open(pdf)?;
        let pages = opened.latest().pages()?;
        let fields = planned(&opened)?.fields.into_iter().filter_map(|field| {
            let frame = pages.get(field.page).map(PageFrame::of)?;
            Some((field, frame))
        });
        let fields = fields.collect();
        let pages = u32::try_from(pages.len()).map_err(|_| AppError::from(ErrorCode::PdfBroken))?;
        Ok(Self { pages, fields })
    }

    /// The boxes that number, date and seal will get, where none were prepared.
    pub(super) fn add(&mut self, pdf: &[u8], nudges: &Nudges, places: Places) -> Result<()> {
        let pages = crate::pdf::open(pdf)?.latest().pages()?;
        let places = nudges.places(places, &pages)?;
        for (name, (page, rect)) in [
            (FieldName::Number, places.number),
            (FieldName::Day, places.day),
            (FieldName::Month, places.month),
            (FieldName::Seal, places.seal),
        ] {
            let field = PlannedField {
                name,
                page,
                rect,
                signer: None,
            };
            if let Some(frame) = pages.get(page).map(PageFrame::of) {
                self.fields.push((field, frame));
            }
        }
        Ok(())
    }

    /// The box of an act that makes its own field; whether it has one.
    pub(super) fn add_new(&mut self, pdf: &[u8], act: &Act) -> Result<bool> {
        let Some(NewField { page, rect, .. }) = act.new_field else {
            return Ok(false);
        };
        let pages = crate::pdf::open(pdf)?.latest().pages()?;
        let frame = pages
            .get(page)
            .map(PageFrame::of)
            .ok_or(ErrorCode::PdfBroken)?;
        let field = PlannedField {
            name: act.field,
            page,
            rect,
            signer: None,
        };
        self.fields.push((field, frame));
        Ok(true)
    }

    /// Number and date where corrections move them inside their boxes.
    pub(super) fn shift_texts(&mut self, nudges: &Nudges) {
        for (field, frame) in &mut self.fields {
            let (dx, dy) = match field.name {
                FieldName::Number => nudges.of(MarkKind::Number),
                FieldName::Day | FieldName::Month => nudges.of(MarkKind::Date),
                _ => continue,
            };
            let Rect { x0, y0, x1, y1 } = frame.to_shown(field.rect);
            field.rect = frame.to_user(Rect::new(x0 + dx, y0 + dy, x1 + dx, y1 + dy));
        }
    }

    /// A field as it is shown over its page; `None` where the file has none of this name.
    pub(super) fn ghost(
        &self,
        name: FieldName,
        what: &str,
        text: &str,
        mark: &Mark,
        caption: Text,
        nudge: Option<MarkKind>,
    ) -> Option<GhostView> {
        let (field, frame) = self.fields.iter().find(|(field, _)| field.name == name)?;
        let shown = frame.to_shown(field.rect);
        let image = match mark {
            Mark::Png(png) => format!("data:image/png;base64,{}", STANDARD.encode(png)),
            Mark::None | Mark::Line { .. } | Mark::Block(_) => String::new(),
        };
        Some(GhostView {
            what: what.to_owned(),
            place: BoxView {
                page: u32::try_from(field.page).ok()?,
                x: shown.x0,
                y: shown.y0,
                width: shown.width(),
                height: shown.height(),
            },
            text: text.to_owned(),
            image,
            caption,
            nudge,
        })
    }
}
