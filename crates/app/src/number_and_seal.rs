//! The spine *number and seal*: gate → number bound to the file → value, appearance and seal in one
//! revision → our own verifier → register entry, all or nothing.

use time::Date;
use trien_domain::number::{OUTGOING, printed};
use trien_domain::register::OutgoingEntry;
use trien_domain::{Code, DocumentId, NumberState, OutgoingState, Series};
use trien_pades::FieldName;
use trien_store::{BlobId, Outgoing, Reservation, RevisionKind, Sealing, Taken, kind_and_subject};

use crate::acts::{Act, check_own};
use crate::app::App;
use crate::desk_token::DeskToken;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::gate::Passed;
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

        let taken = self.reserve(&document, file, &passed)?;
        crate::fault::point("number.after_reserve");
        self.known_while_signing(document.id, || {
            let sealed = self.seal(&document, &pdf, &taken, &token)?;
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

    /// The common series of the year of a date.
    pub(crate) fn series(&self, date: Date) -> Series {
        Series {
            organ: self.organ.id.clone(),
            year: date.year(),
            key: OUTGOING.to_owned(),
        }
    }

    /// The number of this file: the next one of the year, or the one that it has already.
    fn reserve(&self, document: &Outgoing, file: BlobId, passed: &Passed) -> Result<Taken> {
        let date = passed.day;
        let series = self.series(date);
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
        let number = printed(taken.number);
        let words = Text::new(
            format!("Cấp số {number} và đóng dấu"),
            format!("Number {number} and seal"),
        );
        let login = self.log_in(token, words, vec![document.draft.subject.clone()])?;
        let sealed = begun.finish(token, &login)?;
        check_own(&self.judge(&sealed)?, FieldName::Seal)?;
        Ok(sealed)
    }

    /// The clerk's act on a document: the one that seals, and the one that shows what it will be.
    pub(crate) fn sealing(&self, document: &Outgoing, number: (u32, Date)) -> Result<Act> {
        Ok(Act {
            field: FieldName::Seal,
            mark: self.mark()?,
            place: document.draft.place.clone(),
            now: self.now(),
            number: Some(number),
        })
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
        let code = Code {
            number: printed(taken.number),
            notation: draft.notation.clone(),
        };
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
