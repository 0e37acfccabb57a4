//! The two signing acts on bytes: the leader's signature, and number, date and seal in one revision.
//! The same for a document of a profile and for a plain file.

use std::borrow::Cow;

use time::{Date, OffsetDateTime};
use trien_domain::number::{printed, printed_day, printed_month};
use trien_pades::report::{Covers, Indication, Report};
use trien_pades::{FieldName, Fill, Mark, NewField, SignRequest, begin};
use trien_store::OutgoingId;
use trien_token::LoggedIn;

use crate::app::App;
use crate::desk_token::DeskToken;
use crate::error::{AppError, ErrorCode, Result};
use crate::nudges::{self, Nudges};
use crate::view::MarkKind;

/// One act.
pub(crate) struct Act {
    /// Which signature field.
    pub(crate) field: FieldName,
    /// Where it is made, if it was not prepared.
    pub(crate) new_field: Option<NewField>,
    /// What it shows.
    pub(crate) mark: Mark,
    /// Địa danh, for /Location.
    pub(crate) place: String,
    /// The claimed time.
    pub(crate) now: OffsetDateTime,
    /// Number and date, for the clerk's act.
    pub(crate) number: Option<(u32, Date)>,
    /// Where its marks are moved: before the first signature the boxes, afterwards texts inside theirs.
    pub(crate) nudges: Nudges,
    /// It certifies the document, where it is the first signature.
    pub(crate) certify: bool,
}

/// A revision that waits for the token.
pub(crate) struct Begun<'a> {
    pdf: Cow<'a, [u8]>,
    to_be_signed: trien_pades::ToBeSigned,
}

impl Act {
    /// Builds the revision and its digest: all that can be done before the PIN is asked.
    pub(crate) fn begin<'a>(&self, pdf: &'a [u8], token: &DeskToken) -> Result<Begun<'a>> {
        let fill = |field, text, mark| Fill {
            shift: self.nudges.of(mark),
            ..Fill::new(field, text)
        };
        let fills = self.number.map(|(number, date)| {
            [
                fill(FieldName::Number, printed(number), MarkKind::Number),
                fill(FieldName::Day, printed_day(date), MarkKind::Date),
                fill(FieldName::Month, printed_month(date), MarkKind::Date),
            ]
        });
        let pdf = match self.moves_boxes() {
            true => nudges::moved(pdf, &self.nudges, self.field)?.map_or(pdf.into(), Cow::Owned),
            false => Cow::Borrowed(pdf),
        };
        let opened = crate::pdf::open(&pdf)?;
        let request = SignRequest {
            field: self.field,
            new_field: self.new_field.clone(),
            certify: self.certify && trien_pades::signed_fields(&opened)?.is_empty(),
            certificate: token.certificate.der().to_vec(),
            chain: token.chain()?,
            prefer_pss: token.prefers_pss()?,
            digest: token.digest(),
            mark: self.mark.clone(),
            claimed_time: self.now,
            name: token.certificate.common_name(),
            reason: None,
            location: Some(self.place.clone()).filter(|place| !place.is_empty()),
            fills: fills.into_iter().flatten().collect(),
        };
        let to_be_signed = begin(&opened, &request)?;
        drop(opened);
        Ok(Begun { pdf, to_be_signed })
    }

    /// A person's act in a prepared field; the places of other acts are corrected as they are found.
    fn moves_boxes(&self) -> bool {
        self.field.is_persons() && self.new_field.is_none()
    }
}

/// Acts on one file, each upon the revision before, by one login.
pub(crate) struct Acts(pub(crate) Vec<Act>);

impl Acts {
    /// What the file will be, but for the signatures; made before a PIN is asked, since a mark may not fit.
    pub(crate) fn unsigned(&self, pdf: &[u8], token: &DeskToken) -> Result<Vec<u8>> {
        let mut file = pdf.to_vec();
        for act in &self.0 {
            file = act.begin(&file, token)?.unsigned();
        }
        Ok(file)
    }

    /// The field of the last one: the seal.
    pub(crate) fn last_field(&self) -> FieldName {
        self.0.last().map_or(FieldName::Seal, |act| act.field)
    }

    /// Signs all of them.
    pub(crate) fn sign(&self, pdf: &[u8], token: &DeskToken, login: &LoggedIn) -> Result<Vec<u8>> {
        let mut file = pdf.to_vec();
        for act in &self.0 {
            file = act.begin(&file, token)?.finish(token, login)?;
        }
        Ok(file)
    }
}

impl Begun<'_> {
    /// The file as it will look, its signature still missing.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        [&self.pdf, self.to_be_signed.unsigned()].concat()
    }

    /// Carries the digest to the token and closes the revision: the whole signed file.
    pub(crate) fn finish(self, token: &DeskToken, login: &LoggedIn) -> Result<Vec<u8>> {
        let raw = token.sign(login, &self.to_be_signed)?;
        crate::fault::point("sign.after_token");
        Ok([&*self.pdf, &self.to_be_signed.finish(&raw)?.appended].concat())
    }
}

impl App {
    /// Runs an act that signs a document, noting that it runs: if it is killed, the next start tells.
    pub(crate) fn known_while_signing(
        &self,
        id: OutgoingId,
        act: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let note = signing_note(id);
        self.store.settings().set(&note, &self.newest(id)?)?;
        let outcome = act();
        self.store.settings().remove(&note)?;
        outcome
    }

    /// Whether the last act that signed this document was killed before its revision was there.
    pub(crate) fn is_signature_unfinished(&self, id: OutgoingId) -> Result<bool> {
        let note = self.store.settings().get(&signing_note(id))?;
        Ok(match note {
            Some(begun_upon) => begun_upon == self.newest(id)?,
            None => false,
        })
    }

    /// The hash of a document's newest revision.
    fn newest(&self, id: OutgoingId) -> Result<String> {
        let newest = self.store.outgoing().revisions(id)?.pop();
        Ok(newest
            .map(|revision| revision.blob.to_string())
            .unwrap_or_default())
    }
}

/// The setting that stands while a document is being signed: the revision upon which it is.
fn signing_note(id: OutgoingId) -> String {
    format!("signing.{}", id.0)
}

/// Nobody sees a file of ours that our own verifier finds fault with. Missing trust or revocation
/// data is no fault of the file.
pub(crate) fn check_own(report: &Report, field: FieldName) -> Result<()> {
    let ours = report
        .signatures
        .iter()
        .find(|s| s.field == field.to_string());
    if !ours.is_some_and(|s| s.intact && s.covers == Covers::WholeFile) {
        return Err(unsound(report));
    }
    check_all(report)
}

/// The same of a file to which no signature was added.
pub(crate) fn check_all(report: &Report) -> Result<()> {
    let mut signatures = report.signatures.iter();
    let failed = signatures.any(|s| s.indication == Indication::TotalFailed);
    if failed || !report.hidden.is_empty() {
        return Err(unsound(report));
    }
    Ok(())
}

fn unsound(report: &Report) -> AppError {
    let codes: Vec<_> = report.reasons.iter().map(|r| r.code.code()).collect();
    AppError::new(ErrorCode::OwnOutputInvalid, codes.join(", "))
}
