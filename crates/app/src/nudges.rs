//! Corrections of the places where marks stand, in points: a person sees that a seal sits a little too low and moves it.
//! What is found in the text is where a mark goes by itself; a correction is added to that, kept beside the document
//! until the act that uses it, and told in the timeline with it.
//!
//! Boxes are part of what the first signature covers, the seal's too: a `/Rect` that moves later is a change that no
//! validator permits. Number and date may still move inside theirs. The seal may not: its box is as large as the seal
//! (room around it would be part of the page that nobody may use, and of the clicks that it takes), so that a correction
//! of it after the leader has signed is refused with `MarkFixed`, and made by going back to the draft.

use trien_domain::OutgoingState;
use trien_pades::{FieldName, PageFrame, PlannedField, planned, signed_fields};
use trien_pdf::{Page, Pdf, Rect};
use trien_store::{Document, Outgoing, OutgoingId, RevisionKind};

use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::prepare::Places;
use crate::view::{DocumentKey, Id, MarkKind, Nudge, Role};

/// The furthest that a mark is moved: 60 mm. Who wants more has the wrong place, not a crooked one.
const FURTHEST: f64 = 170.0;
/// "About a third" of the signature's picture lies under the seal (Decree 30/2020, Annex I, II.8a): from a quarter,
/// which the decree's own drawing shows, to not quite a half.
const COVERED: std::ops::RangeInclusive<f64> = 0.2..=0.45;

/// The corrections of one act, each mark once.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Nudges(Vec<Nudge>);

impl Nudges {
    /// # Errors
    /// `BadArgument` for a mark that is moved twice, or further than anybody means.
    pub(crate) fn new(nudges: &[Nudge]) -> Result<Self> {
        let bad = |why: String| Err(AppError::new(ErrorCode::BadArgument, why));
        for (index, Nudge { mark, dx, dy }) in nudges.iter().enumerate() {
            if nudges.iter().take(index).any(|before| before.mark == *mark) {
                return bad(format!("{mark:?} is moved twice"));
            }
            // Also false for what is no number.
            if !(dx.abs() <= FURTHEST && dy.abs() <= FURTHEST) {
                return bad(format!("{mark:?} by {dx}, {dy} points"));
            }
        }
        let moved = |nudge: &&Nudge| nudge.dx != 0.0 || nudge.dy != 0.0;
        Ok(Self(nudges.iter().filter(moved).cloned().collect()))
    }

    pub(crate) fn all(&self) -> &[Nudge] {
        &self.0
    }

    /// How far a mark is moved, right and up.
    pub(crate) fn of(&self, mark: MarkKind) -> (f64, f64) {
        let nudge = self.0.iter().find(|nudge| nudge.mark == mark);
        nudge.map_or((0.0, 0.0), |nudge| (nudge.dx, nudge.dy))
    }

    fn moves(&self, mark: MarkKind) -> bool {
        self.0.iter().any(|nudge| nudge.mark == mark)
    }

    /// Refuses corrections of marks that an act does not draw, or whose places are signed.
    ///
    /// # Errors
    /// `MarkFixed`.
    pub(crate) fn only(&self, marks: &[MarkKind]) -> Result<()> {
        let other = self.0.iter().find(|nudge| !marks.contains(&nudge.mark));
        other.map_or(Ok(()), |nudge| {
            let why = format!("{} stays where it is", nudge.mark.name());
            Err(AppError::new(ErrorCode::MarkFixed, why))
        })
    }

    /// A box of a mark on its page, moved and still on the page.
    ///
    /// # Errors
    /// `MarkOutside`.
    pub(crate) fn moved(&self, mark: MarkKind, rect: Rect, page: &Page) -> Result<Rect> {
        shifted(rect, self.of(mark), page)
    }

    /// Number, date and seal that get new fields, moved. The signature is there already.
    pub(crate) fn places(&self, places: Places, pages: &[Page]) -> Result<Places> {
        let to = |mark, (number, rect): (usize, Rect)| -> Result<(usize, Rect)> {
            let page = pages.get(number).ok_or(ErrorCode::PdfBroken)?;
            Ok((number, self.moved(mark, rect, page)?))
        };
        let moved = Places {
            number: to(MarkKind::Number, places.number)?,
            day: to(MarkKind::Date, places.day)?,
            month: to(MarkKind::Date, places.month)?,
            leader: places.leader,
            seal: to(MarkKind::Seal, places.seal)?,
        };
        if self.moves(MarkKind::Seal) {
            let page = pages.get(moved.seal.0).ok_or(ErrorCode::PdfBroken)?;
            covers_a_third(page, moved.leader.1, moved.seal.1)?;
        }
        Ok(moved)
    }

    /// The prepared boxes that these move, where nothing is signed yet. The seal goes with the signature that it
    /// covers.
    ///
    /// # Errors
    /// `MarkFixed` where somebody has signed, `MarkOutside`, `SealCover`.
    pub(crate) fn boxes(
        &self,
        pdf: &Pdf<&[u8]>,
        signer: FieldName,
    ) -> Result<Vec<(FieldName, Rect)>> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        if !signed_fields(pdf)?.is_empty() {
            let why = "the boxes are part of what was signed";
            return Err(AppError::new(ErrorCode::MarkFixed, why));
        }
        let pages = pdf.latest().pages()?;
        let mut fields = planned(pdf)?.fields;
        let before = fields.clone();
        for field in &mut fields {
            let page = pages.get(field.page).ok_or(ErrorCode::PdfBroken)?;
            let (dx, dy) = self.of_prepared(field.name, signer);
            field.rect = shifted(field.rect, (dx, dy), page)?;
        }
        let at = |name| fields.iter().find(|field| field.name == name);
        if let (Some(leader), Some(seal)) = (at(FieldName::Leader), at(FieldName::Seal)) {
            let page = pages.get(seal.page).ok_or(ErrorCode::PdfBroken)?;
            covers_a_third(page, leader.rect, seal.rect)?;
        }
        let changed = |(now, was): &(PlannedField, PlannedField)| now.rect != was.rect;
        let changed = fields.into_iter().zip(before).filter(changed);
        Ok(changed.map(|(now, _)| (now.name, now.rect)).collect())
    }

    fn of_prepared(&self, field: FieldName, signer: FieldName) -> (f64, f64) {
        let signature = self.of(MarkKind::Signature);
        match field {
            FieldName::Seal if signer == FieldName::Leader => {
                let (dx, dy) = self.of(MarkKind::Seal);
                (dx + signature.0, dy + signature.1)
            }
            FieldName::Seal => self.of(MarkKind::Seal),
            FieldName::Number => self.of(MarkKind::Number),
            FieldName::Day | FieldName::Month => self.of(MarkKind::Date),
            field if field == signer => signature,
            _ => (0.0, 0.0),
        }
    }
}

impl App {
    /// Corrects where the marks of the next act on a document stand: `nudges` take the place of those that were kept,
    /// none takes them away. What it looks like is in the act's preview, and the act itself uses them.
    ///
    /// At the clerk's desk, before anything is signed: number, date, signature and seal, whose boxes hand-over moves.
    /// At a signer's desk: the signature. Before sealing: number and date inside the boxes that were signed; in a
    /// document that was signed elsewhere number, date and seal; of a copy its text.
    ///
    /// # Errors
    /// `MarkFixed`, `MarkOutside`, `SealCover`: what was kept stays. `NotNow` where no act is left that draws
    /// something.
    pub fn nudge(&self, id: Id, nudges: &[Nudge]) -> Result<DocumentKey> {
        let document = self.store.outgoing().get(row(id))?;
        let nudges = Nudges::new(nudges)?;
        self.check_nudges(&document, &nudges)?;
        let key = setting(document.id);
        match nudges.all() {
            [] => self.store.settings().remove(&key)?,
            all => {
                let text = serde_json::to_string(all)
                    .map_err(|e| AppError::new(ErrorCode::Internal, e.to_string()))?;
                self.store.settings().set(&key, &text)?;
            }
        }
        self.outgoing_changed(document.id)
    }

    /// The corrections that are kept for a document's next act.
    pub(crate) fn nudges(&self, id: OutgoingId) -> Result<Nudges> {
        let kept = self.store.settings().get(&setting(id))?;
        let kept = kept.and_then(|text| serde_json::from_str::<Vec<Nudge>>(&text).ok());
        Nudges::new(&kept.unwrap_or_default())
    }

    /// The act is done: what it was corrected by goes into the timeline.
    pub(crate) fn nudges_used(&self, id: OutgoingId) -> Result<()> {
        let used = self.nudges(id)?;
        if used.0.is_empty() {
            return Ok(());
        }
        let told = |n: &Nudge| format!("{} {:+.1} {:+.1} pt", n.mark.name(), n.dx, n.dy);
        let told: Vec<_> = used.0.iter().map(told).collect();
        let (this, who) = (Document::Outgoing(id), &self.profile.person.full_name);
        let (timeline, organ) = (self.store.timeline(), &self.organ.id);
        timeline.append(organ, this, "nudged", who, &told.join("; "), self.now())?;
        Ok(self.store.settings().remove(&setting(id))?)
    }

    /// Moves the boxes of a prepared file before it is handed over.
    pub(crate) fn place_for_hand_over(&self, document: &Outgoing) -> Result<()> {
        if document.state != OutgoingState::Prepared || self.profile.role != Role::Clerk {
            return Ok(());
        }
        let (_, pdf) = self.current_pdf(document.id)?;
        if let Some(moved) = moved(&pdf, &self.nudges(document.id)?, FieldName::Leader)? {
            let revision = self.keep(&moved, RevisionKind::Prepared)?;
            let who = &self.profile.person.full_name;
            let outbox = self.store.outgoing();
            outbox.add_revision(document.id, &revision, who, self.now())?;
        }
        self.nudges_used(document.id)
    }

    fn check_nudges(&self, document: &Outgoing, nudges: &Nudges) -> Result<()> {
        use OutgoingState::{HandedOver, Numbered, Prepared, Signed};
        let (blob, pdf) = self.current_pdf(document.id)?;
        let opened = crate::pdf::open(&pdf)?;
        use MarkKind::{Corner, Date, Number, Seal, Signature};
        match (self.profile.role, document.state) {
            (Role::Clerk, Prepared) => {
                nudges.only(&[Number, Date, Signature, Seal])?;
                nudges.boxes(&opened, FieldName::Leader).map(|_| ())
            }
            (_, HandedOver) => {
                nudges.only(&[Signature])?;
                let token = self.desk_token()?;
                let signable = self.check_signable(document.clone(), &token)?;
                let act = self.signature_at(&signable, nudges)?;
                act.begin(&pdf, &token).map(|_| ())
            }
            (Role::Clerk, Signed | Numbered) if document.draft.copy.is_some() => {
                nudges.only(&[Corner])?;
                let number = (1, trien_domain::calendar::vietnam_day(self.now()));
                self.seal_acts(document, &pdf, None, number, nudges)
                    .map(|_| ())
            }
            (Role::Clerk, Signed | Numbered) => {
                let places = self.new_places(&blob, &pdf, document)?;
                let free: &[MarkKind] = if places.is_some() {
                    &[Number, Date, Seal]
                } else {
                    &[Number, Date]
                };
                nudges.only(free)?;
                let token = self.desk_token()?;
                let day = trien_domain::calendar::vietnam_day(self.now());
                let acts = self.seal_acts(document, &pdf, places, (1, day), nudges)?;
                acts.unsigned(&pdf, &token).map(|_| ())
            }
            (_, state) => Err(AppError::new(ErrorCode::NotNow, format!("{state:?}"))),
        }
    }
}

/// The file with its prepared boxes moved, where something moves them.
pub(crate) fn moved(pdf: &[u8], nudges: &Nudges, signer: FieldName) -> Result<Option<Vec<u8>>> {
    let opened = crate::pdf::open(pdf)?;
    let boxes = nudges.boxes(&opened, signer)?;
    if boxes.is_empty() {
        return Ok(None);
    }
    let appended = trien_pades::move_fields(&opened, &boxes)?;
    Ok(Some([pdf, &appended.bytes].concat()))
}

/// Whether a seal covers about the left third of a signature, as it must.
fn covers_a_third(page: &Page, leader: Rect, seal: Rect) -> Result<()> {
    let frame = PageFrame::of(page);
    let (leader, seal) = (frame.to_shown(leader), frame.to_shown(seal));
    let area = |rect: Rect| rect.width() * rect.height();
    let common = leader.intersection(seal).map_or(0.0, area);
    let share = common / area(leader);
    let on_its_left = seal.x0 < leader.x0;
    if on_its_left && COVERED.contains(&share) {
        return Ok(());
    }
    let why = format!("{:.0} % of the signature", share * 100.0);
    Err(AppError::new(ErrorCode::SealCover, why))
}

fn shifted(rect: Rect, (dx, dy): (f64, f64), page: &Page) -> Result<Rect> {
    if (dx, dy) == (0.0, 0.0) {
        return Ok(rect);
    }
    let frame = PageFrame::of(page);
    let Rect { x0, y0, x1, y1 } = frame.to_shown(rect);
    let shown = Rect::new(x0 + dx, y0 + dy, x1 + dx, y1 + dy);
    if !Rect::new(0.0, 0.0, frame.width(), frame.height()).contains(shown) {
        return Err(ErrorCode::MarkOutside.into());
    }
    Ok(frame.to_user(shown))
}

/// The setting that holds a document's corrections until its next act.
fn setting(id: OutgoingId) -> String {
    format!("nudge.{}", id.0)
}
