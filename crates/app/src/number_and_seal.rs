//! The spine *number and seal*: gate → number bound to the file → value, appearance and seal in one
//! revision → our own verifier → register entry, all or nothing.

use std::path::PathBuf;

use time::Date;
use trien_domain::number::{COPIES, printed};
use trien_domain::register::OutgoingEntry;
use trien_domain::{DocumentId, NumberState, OutgoingState, Series};
use trien_pades::FieldName;
use trien_store::{
    Attachment, BlobId, Outgoing, OutgoingId, Reservation, RevisionKind, Sealing, Taken,
    kind_and_subject,
};
use trien_token::LoggedIn;

use crate::acts::{Act, Acts, check_own};
use crate::app::App;
use crate::attachments::Attached;
use crate::desk_token::DeskToken;
use crate::drafts::row;
use crate::elsewhere::{self, Marking};
use crate::error::{AppError, ErrorCode, Result};
use crate::gate::{Passed, leader_in};
use crate::nudges::Nudges;
use crate::placement::Search;
use crate::prepare::{Marks, Places, texts};
use crate::view::{DocumentKey, Id, MarkKind, Text};

/// What an act of sealing made.
struct Sealed {
    pdf: Vec<u8>,
    /// The field of the seal.
    field: FieldName,
    attachments: Vec<Attachment>,
}

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
        crate::fault::point("number.before_reserve");
        let taken = self.reserve(&document, file, &passed)?;
        crate::fault::point("number.after_reserve");
        self.known_while_signing(document.id, || {
            let mut sealed = self.seal(&document, &pdf, &taken, &token, places)?;
            sealed.pdf = self.stamped(document.id, sealed.pdf, sealed.field)?;
            self.book(&document, &taken, sealed, &token)?;
            self.nudges_used(document.id)
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
        let key = match draft.copy {
            Some(_) => COPIES.to_owned(),
            None => layouts.of(&draft.layout)?.series_key(&draft.kind),
        };
        Ok(Series {
            organ: self.organ.id.clone(),
            year: date.year(),
            key,
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

    /// The sealed document and its sealed attachments, by one login. All that can fail before a PIN is asked fails
    /// before.
    fn seal(
        &self,
        document: &Outgoing,
        pdf: &[u8],
        taken: &Taken,
        token: &DeskToken,
        places: Option<Places>,
    ) -> Result<Sealed> {
        let number = (taken.number, taken.dated);
        let nudges = self.nudges(document.id)?;
        let acts = self.seal_acts(document, pdf, places, number, &nudges)?;
        let attached = self.attached(document, taken.number)?;
        acts.unsigned(pdf, token)?;
        for (pdf, act) in attached.iter().filter_map(|file| file.sealed.as_ref()) {
            act.begin(pdf, token)?;
        }
        let files = attached.iter().map(|attached| attached.file.name.clone());
        let documents = std::iter::once(document.draft.subject.clone()).chain(files);
        let login = self.log_in(token, words(taken.number), documents.collect())?;
        let field = acts.last_field();
        let pdf = acts.sign(pdf, token, &login)?;
        check_own(&self.judge(&pdf)?, field)?;
        let attachments = attached.into_iter();
        let attachments =
            attachments.map(|file| self.seal_attached(document.id, file, token, &login));
        Ok(Sealed {
            pdf,
            field,
            attachments: attachments.collect::<Result<_>>()?,
        })
    }

    fn seal_attached(
        &self,
        id: OutgoingId,
        attached: Attached,
        token: &DeskToken,
        login: &LoggedIn,
    ) -> Result<Attachment> {
        let Attached { file, sealed } = attached;
        let Some((pdf, act)) = sealed else {
            return Ok(file);
        };
        let sealed = act.begin(&pdf, token)?.finish(token, login)?;
        check_own(&self.judge(&sealed)?, act.field)?;
        let sealed = self.stamped_attachment(id, sealed, act.field)?;
        Ok(Attachment {
            blob: self.store.blobs().put(&sealed)?,
            size: sealed.len() as u64,
            ..file
        })
    }

    /// The clerk's acts on a document: those that seal it, and those that show what it will be.
    pub(crate) fn seal_acts(
        &self,
        document: &Outgoing,
        pdf: &[u8],
        places: Option<Places>,
        number: (u32, Date),
        nudges: &Nudges,
    ) -> Result<Acts> {
        match (document.draft.copy, places) {
            (Some(form), _) => {
                let mut act = self.copy_act(document, form, pdf, number.0)?;
                if let Some(new) = &mut act.new_field {
                    let pages = crate::pdf::open(pdf)?.latest().pages()?;
                    let page = pages.get(new.page).ok_or(ErrorCode::PdfBroken)?;
                    new.rect = nudges.moved(MarkKind::Corner, new.rect, page)?;
                }
                Ok(Acts(vec![act]))
            }
            (None, Some(places)) => {
                let pages = crate::pdf::open(pdf)?.latest().pages()?;
                let places = nudges.places(places, &pages)?;
                Ok(self.marking(document, &places, number)?.acts())
            }
            (None, None) => {
                let nudges = nudges.clone();
                let sealing = self.sealing(document, number)?;
                Ok(Acts(vec![Act { nudges, ..sealing }]))
            }
        }
    }

    /// Number, date and seal in one revision.
    fn sealing(&self, document: &Outgoing, number: (u32, Date)) -> Result<Act> {
        Ok(Act {
            field: FieldName::Seal,
            new_field: None,
            mark: self.mark(document)?,
            place: document.draft.place.clone(),
            now: self.now(),
            number: Some(number),
            nudges: Nudges::default(),
            certify: false,
        })
    }

    /// Number, day, month and seal as signatures in new fields of a document that was signed elsewhere.
    fn marking<'a>(
        &self,
        document: &Outgoing,
        places: &'a Places,
        (number, date): (u32, Date),
    ) -> Result<Marking<'a>> {
        Ok(Marking {
            places,
            number,
            date,
            seal: self.mark(document)?,
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
        if document.draft.copy.is_some() || elsewhere::is_prepared(&opened)? {
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
            seal_diameter_mm: self.seal_diameter(&document.draft.kind.name),
        };
        let full_name = &document.draft.signatory.full_name;
        let remembered = self.profile.places_on(&document.draft.kind.name);
        let anchors = Search { layout, remembered };
        elsewhere::places(&opened, &texts, &anchors, leader, full_name, &marks).map(Some)
    }

    /// The true diameter of this desk's seal on papers of a kind.
    pub(crate) fn seal_diameter(&self, kind: &str) -> Option<f64> {
        self.profile.mark_on(kind).and_then(|mark| mark.diameter_mm)
    }

    /// The sealed revision, the number used, the line in the book and the identifier: together.
    fn book(
        &self,
        document: &Outgoing,
        taken: &Taken,
        sealed: Sealed,
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
            subject: match draft.copy {
                Some(form) => format!(
                    "{}: {}",
                    form.printed(),
                    kind_and_subject(&draft.kind.name, &draft.subject)
                ),
                None => kind_and_subject(&draft.kind.name, &draft.subject),
            },
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
        let revision = self.keep(&sealed.pdf, RevisionKind::Sealed)?;
        let attached = sealed.attachments.iter().map(|file| file.blob);
        let files = std::iter::once(revision.blob).chain(attached);
        let files: Vec<_> = files.map(|blob| self.store.blobs().path(&blob)).collect();
        let sealing = Sealing {
            series: &taken.series,
            number: taken.number,
            document_id: DocumentId::compose(&self.organ.id, taken.dated, &code),
            revision,
            words: &self.words_of(files.iter().map(PathBuf::as_path)),
            attachments: sealed.attachments,
            entry,
            who: &self.profile.person.full_name,
            certificate: &token.certificate.sha256(),
        };
        crate::fault::point("number.before_book");
        self.store
            .outgoing()
            .seal(document.id, &sealing, self.now())?;
        crate::fault::point("number.after_book");
        Ok(())
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
