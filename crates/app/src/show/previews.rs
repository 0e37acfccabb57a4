//! What the signing and sealing tasks show before they act.

mod boxes;

use trien_domain::document::Kind;
use trien_domain::number::{COPIES, OUTGOING, printed, printed_day, printed_month};
use trien_domain::{OutgoingState, Series};
use trien_pades::{FieldName, Mark, signed_fields};

use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::nudges;
use crate::sign::Signable;
use crate::sync_state::SKEW_WARNS;
use crate::view::{
    CheckOutcome, CheckView, Id, MarkKind, PlacePreview, Role, SealPreview, SignPreview, Text,
};
use boxes::Boxes;

impl App {
    /// Before the leader signs: the page, the mark at its place, the checks.
    pub fn sign_preview(&self, id: Id) -> Result<SignPreview> {
        let document = self.store.outgoing().get(row(id))?;
        let (blob, pdf) = self.current_pdf(document.id)?;
        let mut boxes = Boxes::of(&pdf)?;
        let token = self.desk_token();
        let checked = token
            .as_ref()
            .map_err(AppError::clone)
            .and_then(|token| self.check_signable(document.clone(), token));
        let shown = match (&token, &checked) {
            (Ok(token), Ok(signable)) => {
                let unsigned = self.signature(signable)?.begin(&pdf, token)?.unsigned();
                boxes = Boxes::of(&unsigned)?;
                self.keep_preview(&unsigned)?
            }
            _ => blob,
        };
        let field = checked
            .as_ref()
            .map_or(FieldName::Leader, |signable| signable.field);
        let is_new = |signable: &Signable| signable.new_field.is_some();
        let unsigned = signed_fields(&crate::pdf::open(&pdf)?)?.is_empty();
        let movable = checked.as_ref().is_ok_and(|s| unsigned || is_new(s));
        let signable = checked.map(|_| ());
        let mut checks = vec![result_check(
            "signable",
            "Văn bản và thiết bị sẵn sàng để ký",
            "Document and token are ready",
            &signable,
        )];
        checks.extend(self.told_of(&document)?);
        let ghosts = boxes.ghost(
            field,
            "signature",
            "",
            &self.mark(&document)?,
            Text::new("Chữ ký", "Signature"),
            movable.then_some(MarkKind::Signature),
        );
        Ok(SignPreview {
            key: super::outgoing::key_of(document.id)?,
            sha256: blob.to_string(),
            shown: shown.to_string(),
            pages: boxes.pages,
            ghosts: ghosts.into_iter().collect(),
            nudges: self.nudges(document.id)?.all().to_vec(),
            ready: signable.is_ok(),
            checks,
        })
    }

    /// Before the clerk hands a prepared draft over: the boxes of number, date, signature and seal, which nobody has
    /// signed yet.
    ///
    /// # Errors
    /// `NotNow` where it is not prepared, or not at the clerk's desk.
    pub fn place_preview(&self, id: Id) -> Result<PlacePreview> {
        let document = self.store.outgoing().get(row(id))?;
        if (self.profile.role, document.state) != (Role::Clerk, OutgoingState::Prepared) {
            let state = format!("{:?}", document.state);
            return Err(AppError::new(ErrorCode::NotNow, state));
        }
        let (blob, pdf) = self.current_pdf(document.id)?;
        let nudges = self.nudges(document.id)?;
        let moved = nudges::moved(&pdf, &nudges, FieldName::Leader)?;
        let boxes = Boxes::of(moved.as_deref().unwrap_or(&pdf))?;
        let ghost = |field, what: &str, mark: &Mark, moves, vi: &str, en: &str| {
            boxes.ghost(field, what, "", mark, Text::new(vi, en), Some(moves))
        };
        let (none, seal) = (Mark::None, self.mark(&document)?);
        use MarkKind::{Date, Number, Seal, Signature};
        let ghosts = [
            ghost(FieldName::Number, "number", &none, Number, "Ô số", "Number"),
            ghost(FieldName::Day, "day", &none, Date, "Ô ngày", "Day"),
            ghost(FieldName::Month, "month", &none, Date, "Ô tháng", "Month"),
            ghost(
                FieldName::Leader,
                "signature",
                &none,
                Signature,
                "Ô chữ ký",
                "Signature",
            ),
            ghost(FieldName::Seal, "seal", &seal, Seal, "Ô dấu", "Seal"),
        ];
        Ok(PlacePreview {
            key: super::outgoing::key_of(document.id)?,
            sha256: blob.to_string(),
            pages: boxes.pages,
            ghosts: ghosts.into_iter().flatten().collect(),
            nudges: nudges.all().to_vec(),
        })
    }

    /// Before the clerk numbers and seals: number, date and seal at their places, and the gate.
    pub fn seal_preview(&self, id: Id) -> Result<SealPreview> {
        let document = self.store.outgoing().get(row(id))?;
        self.check_numberable(&document)?;
        let (blob, pdf) = self.current_pdf(document.id)?;
        let token = self.desk_token();
        let gate = self.gate(&blob, &pdf, &document, &token)?;
        let taken = self.store.numbers().of_file(&self.organ.id, &blob)?;
        let date = gate.day;
        let series = self.series(&document, date)?;
        let next = self
            .store
            .numbers()
            .last(&series)?
            .map_or(1, |(last, _)| last.saturating_add(1));
        let number = taken.as_ref().map_or(next, |taken| taken.number);
        let mut boxes = Boxes::of(&pdf)?;
        // Where new fields find no place, sealing says so; the gate is shown all the same.
        let places = self.new_places(&blob, &pdf, &document).unwrap_or_default();
        let nudges = self.nudges(document.id)?;
        match &places {
            Some(places) => boxes.add(&pdf, &nudges, *places)?,
            None => boxes.shift_texts(&nudges),
        }
        // A copy has nothing but its text in the corner.
        let corner = match document.draft.copy {
            Some(_) => self
                .seal_acts(&document, &pdf, None, (number, date), &nudges)
                .ok(),
            None => None,
        };
        let corner = match corner.as_ref().and_then(|acts| acts.0.first()) {
            Some(act) => boxes.add_new(&pdf, act)?.then_some(act.field),
            None => None,
        };
        let corner = corner.and_then(|field| {
            let caption = Text::new(
                "Chữ ký của cơ quan ở góc trang",
                "The office's text in the corner",
            );
            boxes.ghost(
                field,
                "corner",
                "",
                &Mark::None,
                caption,
                Some(MarkKind::Corner),
            )
        });
        let text = |field, what: &str, text: String, vi: &str, en: &str, moves| {
            boxes.ghost(
                field,
                what,
                &text,
                &Mark::None,
                Text::new(vi, en),
                Some(moves),
            )
        };
        let diameter = self
            .seal_diameter(&document.draft.kind.name)
            .unwrap_or_default();
        let caption = Text::new(
            format!("Dấu {diameter:.0} mm, trùm 1/3 chữ ký về bên trái"),
            format!("Seal of {diameter:.0} mm over the left third of the signature"),
        );
        let ghosts = [
            text(
                FieldName::Number,
                "number",
                printed(number),
                "Số, trong ô đã chuẩn bị",
                "Number, in its prepared box",
                MarkKind::Number,
            ),
            text(
                FieldName::Day,
                "day",
                printed_day(date),
                "Ngày, tháng",
                "Day and month",
                MarkKind::Date,
            ),
            text(
                FieldName::Month,
                "month",
                printed_month(date),
                "Tháng",
                "Month",
                MarkKind::Date,
            ),
            boxes.ghost(
                FieldName::Seal,
                "seal",
                "",
                &self.mark(&document)?,
                caption,
                places.is_some().then_some(MarkKind::Seal),
            ),
            corner,
        ];
        let ready = gate.is_open();
        let shown = match (&token, ready) {
            (Ok(token), true) => {
                let acts = self.seal_acts(&document, &pdf, places, (number, date), &nudges)?;
                let unsigned = acts.unsigned(&pdf, token)?;
                self.keep_preview(&unsigned)?
            }
            _ => blob,
        };
        let mut checks = gate.checks;
        checks.push(self.clock_check()?);
        Ok(SealPreview {
            key: super::outgoing::key_of(document.id)?,
            sha256: blob.to_string(),
            shown: shown.to_string(),
            pages: boxes.pages,
            series: series_name(&series, &document.draft.kind),
            number,
            printed: printed(number),
            reserved: taken.is_some(),
            notation: document.draft.notation.clone(),
            date: date.to_string(),
            ghosts: ghosts.into_iter().flatten().collect(),
            nudges: nudges.all().to_vec(),
            gate: checks,
            ready,
        })
    }

    /// A clock that disagrees with the axis by five minutes warns before numbering (DESIGN 9).
    fn clock_check(&self) -> Result<CheckView> {
        let skew = self.clock_skew()?.unwrap_or(0);
        let fits = skew.abs() < SKEW_WARNS;
        Ok(CheckView {
            check: "clock".to_owned(),
            outcome: if fits {
                CheckOutcome::Passed
            } else {
                CheckOutcome::Warning
            },
            sentence: if fits {
                Text::new(
                    "Đồng hồ máy khớp với Trục",
                    "The clock agrees with the axis",
                )
            } else {
                Text::new(
                    "Đồng hồ máy lệch so với Trục; kiểm tra ngày giờ trước khi cấp số",
                    "The clock disagrees with the axis; check it before numbering",
                )
            },
            small: Some(Text::same(format!("{skew} s"))),
        })
    }
}

/// A series in words.
fn series_name(series: &Series, kind: &Kind) -> Text {
    let (year, kind) = (series.year, &kind.name);
    if series.key == COPIES {
        return Text::new(format!("Bản sao {year}"), format!("Copies {year}"));
    }
    if series.key == OUTGOING {
        return Text::new(
            format!("Văn bản đi {year}, dãy số chung"),
            format!("Outgoing {year}, common series"),
        );
    }
    Text::new(
        format!("Văn bản đi {year}, dãy số riêng: {kind}"),
        format!("Outgoing {year}, a series of its own: {kind}"),
    )
}

/// A check whose failure is an error with a sentence of its own.
pub(super) fn result_check(name: &str, vi: &str, en: &str, outcome: &Result<()>) -> CheckView {
    match outcome {
        Ok(()) => CheckView {
            check: name.to_owned(),
            outcome: CheckOutcome::Passed,
            sentence: Text::new(vi, en),
            small: None,
        },
        Err(error) => CheckView {
            check: name.to_owned(),
            outcome: CheckOutcome::Failed,
            sentence: error.code.title(),
            small: Some(error.code.action()),
        },
    }
}
