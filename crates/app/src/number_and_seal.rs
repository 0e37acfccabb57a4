//! The spine *number and seal*: gate → number bound to the file → value, appearance and seal in one
//! revision → our own verifier → register entry, all or nothing.

use time::Date;
use trien_domain::number::printed;
use trien_domain::register::OutgoingEntry;
use trien_domain::{DocumentId, NumberState, OutgoingState, Series};
use trien_pades::FieldName;
use trien_store::{BlobId, Outgoing, Reservation, RevisionKind, Sealing, Taken, kind_and_subject};

use crate::acts::{Act, check_own};
use crate::app::App;
use crate::desk_token::DeskToken;
use crate::drafts::row;
use crate::elsewhere::{self, Marking};
use crate::error::{AppError, ErrorCode, Result};
use crate::gate::{Passed, leader_in};
use crate::prepare::{Marks, Places, texts};
use crate::view::{DocumentKey, Id, Text};

impl App {
    /// Cấp số và đóng dấu: one act, one PIN, one revision.
    ///
    /// Killed after the number was reserved, or refused by the token, the number stays bound to this
    /// very file and the next try gets it again.
    ///
    /// # Errors
    /// What the gate refuses, before a number is taken; the token's; `NumberTooLong`.
    pub fn number_and_seal(&self, id: Id) -> Result<DocumentKey> {
        let document = self.store.outgoing().get(row(id))?;
        self.check_numberable(&document)?;
        let (file, pdf) = self.current_pdf(document.id)?;
        let token = self.desk_token();
        let passed = self.gate(&file, &pdf, &document, &token)?.open()?;
        let token = token?;

        let places = self.new_places(&file, &pdf, &document)?;
        let taken = self.reserve(&document, file, &passed)?;
        crate::fault::point("number.after_reserve");
        self.known_while_signing(document.id, || {
            let sealed = match &places {
                None => self.seal(&document, &pdf, &taken, &token)?,
                Some(places) => self.seal_elsewhere(&document, &pdf, &taken, &token, places)?,
            };
            let sealed = self.stamped(document.id, sealed, FieldName::Seal)?;
            self.book(&document, &taken, &sealed, &token)
        })?;
        self.outgoing_changed(document.id)
    }

    /// Hủy số: a reserved number is given up with a reason that stays in the book.
    pub fn void_number(&self, id: Id, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        let document = self.store.outgoing().get(row(id))?;
        let (file, _) = self.current_pdf(document.id)?;
        let taken = self.store.numbers().of_file(&self.organ.id, &file)?;
        let taken = taken
            .filter(|t| t.state == NumberState::Reserved)
            .ok_or_else(|| AppError::new(ErrorCode::NotNow, "no number is reserved"))?;
        let who = &self.profile.person.full_name;
        self.store
            .numbers()
            .void(&taken.series, taken.number, reason, who, self.now())?;
        self.outgoing_changed(document.id).map(|_| ())
    }

    pub(crate) fn check_numberable(&self, document: &Outgoing) -> Result<()> {
        match document.state {
            OutgoingState::Signed | OutgoingState::Numbered => Ok(()),
            OutgoingState::Draft
            | OutgoingState::Prepared
            | OutgoingState::HandedOver
            | OutgoingState::Returned => Err(ErrorCode::LeaderSignatureMissing.into()),
            state => Err(AppError::new(ErrorCode::NotNow, format!("{state:?}"))),
        }
    }

    /// The series of a document's kind in the year of a date.
    pub(crate) fn series(&self, document: &Outgoing, date: Date) -> Result<Series> {
        let layouts = self.layouts()?;
        let draft = &document.draft;
        Ok(Series {
            organ: self.organ.id.clone(),
            year: date.year(),
            key: layouts.of(&draft.layout)?.series_key(&draft.kind),
        })
    }

    /// The number of this file: the next one of the year, or the one that it has already.
    fn reserve(&self, document: &Outgoing, file: BlobId, passed: &Passed) -> Result<Taken> {
        let date = passed.day;
        let series = self.series(document, date)?;
        let who = self.profile.person.full_name.as_str();
        let reservation = Reservation {
            series: &series,
            file,
            outgoing: Some(document.id),
            date,
            who,
        };
        let taken = self.store.numbers().reserve(&reservation, self.now())?;
        if taken.state == NumberState::Void {
            return Err(ErrorCode::NumberVoid.into());
        }
        Ok(taken)
    }

    /// Number, date and seal as one revision on top of the leader's bytes.
    fn seal(
        &self,
        document: &Outgoing,
        pdf: &[u8],
        taken: &Taken,
        token: &DeskToken,
    ) -> Result<Vec<u8>> {
        let act = self.sealing(document, (taken.number, taken.dated))?;
        let begun = act.begin(pdf, token)?;
        let words = words(taken.number);
        let login = self.log_in(token, words, vec![document.draft.subject.clone()])?;
        let sealed = begun.finish(token, &login)?;
        check_own(&self.judge(sealed.as_slice())?, FieldName::Seal)?;
        Ok(sealed)
    }

    /// The clerk's act on a document: the one that seals, and the one that shows what it will be.
    pub(crate) fn sealing(&self, document: &Outgoing, number: (u32, Date)) -> Result<Act> {
        Ok(Act {
            field: FieldName::Seal,
            new_field: None,
            mark: self.mark()?,
            place: document.draft.place.clone(),
            now: self.now(),
            number: Some(number),
        })
    }

    /// Number, day, month and seal as signatures in new fields of a document that was signed elsewhere, by one login.
    fn seal_elsewhere(
        &self,
        document: &Outgoing,
        pdf: &[u8],
        taken: &Taken,
        token: &DeskToken,
        places: &Places,
    ) -> Result<Vec<u8>> {
        let marking = self.marking(document, places, (taken.number, taken.dated))?;
        marking.unsigned(pdf, token)?;
        let subjects = vec![document.draft.subject.clone()];
        let login = self.log_in(token, words(taken.number), subjects)?;
        let sealed = marking.sign(pdf, token, &login)?;
        check_own(&self.judge(&sealed)?, FieldName::Seal)?;
        Ok(sealed)
    }

    /// The clerk's four acts on such a document.
    pub(crate) fn marking<'a>(
        &self,
        document: &Outgoing,
        places: &'a Places,
        (number, date): (u32, Date),
    ) -> Result<Marking<'a>> {
        Ok(Marking {
            places,
            number,
            date,
            seal: self.mark()?,
            place: document.draft.place.clone(),
            now: self.now(),
        })
    }

    /// Where number, date and seal go in a document that was signed elsewhere; `None` where boxes were prepared.
    ///
    /// # Errors
    /// `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`.
    pub(crate) fn new_places(
        &self,
        file: &BlobId,
        pdf: &[u8],
        document: &Outgoing,
    ) -> Result<Option<Places>> {
        let opened = crate::pdf::open(pdf)?;
        if elsewhere::is_prepared(&opened)? {
            return Ok(None);
        }
        let report = self.judge(pdf)?;
        let leader = leader_in(&report, document).ok_or(ErrorCode::LeaderSignatureMissing)?;
        let pages = opened.latest().pages()?;
        let texts = texts(self.renderer()?, &self.store.blobs().path(file), &pages)?;
        let layouts = self.layouts()?;
        let layout = layouts.of(&document.draft.layout)?;
        let marks = Marks {
            leader_aspect: None,
            seal_diameter_mm: self.profile.mark.as_ref().and_then(|mark| mark.diameter_mm),
        };
        let full_name = &document.draft.signatory.full_name;
        elsewhere::places(&opened, &texts, layout, leader, full_name, &marks).map(Some)
    }

    /// The sealed revision, the number used, the line in the book and the identifier: together.
    fn book(
        &self,
        document: &Outgoing,
        taken: &Taken,
        sealed: &[u8],
        token: &DeskToken,
    ) -> Result<()> {
        let draft = &document.draft;
        let code = draft.code(taken.number);
        let recipients: Vec<&str> = draft
            .recipients
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        let entry = OutgoingEntry {
            code: code.to_string(),
            date: taken.dated,
            subject: kind_and_subject(&draft.kind.name, &draft.subject),
            signatory: draft.signatory.full_name.clone(),
            recipients: recipients.join("; "),
            archive: self.profile.person.department.clone(),
            // An electronic document is issued in as many copies as it has recipients.
            copies: draft
                .copies
                .map_or(recipients.len(), usize::from)
                .to_string(),
            sent_on: None,
            receipt: String::new(),
            note: String::new(),
        };
        let sealing = Sealing {
            series: &taken.series,
            number: taken.number,
            document_id: DocumentId::compose(&self.organ.id, taken.dated, &code),
            revision: self.keep(sealed, RevisionKind::Sealed)?,
            entry,
            who: &self.profile.person.full_name,
            certificate: &token.certificate.sha256(),
        };
        Ok(self
            .store
            .outgoing()
            .seal(document.id, &sealing, self.now())?)
    }
}

/// What the PIN window calls the act.
pub(crate) fn words(number: u32) -> Text {
    let number = printed(number);
    Text::new(
        format!("Cấp số {number} và đóng dấu"),
        format!("Number {number} and seal"),
    )
}
