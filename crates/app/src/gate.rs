//! The gate before the seal: an organisation signs only what the competent person has signed
//! (Decree 30/2020 art. 32.2.d). Each check is a sentence; the first that fails says what to do.

mod leader;
mod persons;

use time::Date;
use trien_domain::CopyForm;
use trien_domain::calendar::{issue_day, vietnam_day};
use trien_domain::text::same_name;
use trien_pades::FieldName;
use trien_pades::report::{Report, Role, Signature};
use trien_pdf::Pdf;
use trien_render::PageText;
use trien_store::{BlobId, Outgoing, SignerRole};

use crate::app::App;
use crate::attachments::is_sealed;
use crate::desk_token::DeskToken;
use crate::elsewhere;
use crate::error::{AppError, ErrorCode, Result};
use crate::layouts::DateLine;
use crate::placement;
use crate::prepare::as_shown;
use crate::view::{CheckOutcome, CheckView, Text};

pub(crate) use leader::{check_date, check_file, check_leader_file, leader_in, signing_time};
use leader::{claimed_time, unchanged, valid};

/// The gate's findings: what is shown, and why it stays shut.
pub(crate) struct Gate {
    pub(crate) checks: Vec<CheckView>,
    /// The day that the document will bear.
    pub(crate) day: Date,
    refusal: Option<AppError>,
}

/// What only an open gate gives: no number is taken without it.
pub(crate) struct Passed {
    /// The day that the document will bear.
    pub(crate) day: Date,
}

impl Gate {
    fn on(day: Date) -> Self {
        Self {
            checks: Vec::new(),
            day,
            refusal: None,
        }
    }

    /// Notes a check; the first failure is why the gate stays shut.
    fn note(&mut self, name: &str, vi: &str, en: &str, outcome: Result<String>) {
        let (outcome, sentence, small) = match outcome {
            Ok(evidence) => (
                CheckOutcome::Passed,
                Text::new(vi, en),
                Text::same(evidence),
            ),
            Err(error) => {
                let action = error.code.action();
                let title = error.code.title();
                self.refusal.get_or_insert(error);
                (CheckOutcome::Failed, title, action)
            }
        };
        let small = Some(small).filter(|s| !s.is_empty());
        self.checks.push(CheckView {
            check: name.to_owned(),
            outcome,
            sentence,
            small,
        });
    }

    /// Notes something that a person should know and that does not shut the gate.
    fn warn(&mut self, name: &str, vi: &str, en: &str, evidence: String) {
        self.checks.push(CheckView {
            check: name.to_owned(),
            outcome: CheckOutcome::Warning,
            sentence: Text::new(vi, en),
            small: Some(Text::same(evidence)),
        });
    }

    pub(crate) fn is_open(&self) -> bool {
        self.refusal.is_none()
    }

    /// The gate as a result: the first refusal, if any.
    pub(crate) fn open(self) -> Result<Passed> {
        let passed = Passed { day: self.day };
        self.refusal.map_or(Ok(passed), Err)
    }
}

impl App {
    /// Looks at the signed file, the signer and the token with the seal.
    pub(crate) fn gate(
        &self,
        file: &BlobId,
        pdf: &[u8],
        document: &Outgoing,
        token: &Result<DeskToken>,
    ) -> Result<Gate> {
        let reserved = self.store.numbers().of_file(&self.organ.id, file)?;
        let opened = crate::pdf::open(pdf)?;
        if let Some(form) = document.draft.copy {
            let day = reserved.map_or_else(|| vietnam_day(self.now()), |taken| taken.dated);
            return self.copy_gate(day, &opened, form, document, token);
        }
        let report = self.judge(pdf)?;
        let leader = leader_in(&report, document);
        let day = reserved.map_or_else(|| self.issue_day(leader), |taken| taken.dated);
        let mut gate = Gate::on(day);
        self.leader_checks(&mut gate, &report, document);
        self.other_signers(&mut gate, &report, document, &opened)?;
        self.boxes_check(&mut gate, &opened)?;
        self.year_check(&mut gate, file, &opened, document)?;
        self.attachments_check(&mut gate, document)?;
        gate.note(
            "seal",
            "Con dấu của cơ quan đã cắm",
            "The office's seal is plugged in",
            self.seal_usable(token),
        );
        Ok(gate)
    }

    /// An organisation seals copies that it makes itself without a leader's signature (art. 32.2.d); what they copy bears
    /// one.
    fn copy_gate(
        &self,
        day: Date,
        pdf: &Pdf<&[u8]>,
        form: CopyForm,
        document: &Outgoing,
        token: &Result<DeskToken>,
    ) -> Result<Gate> {
        let mut gate = Gate::on(day);
        let open = elsewhere::check_open(pdf, self.profile.number_after_certification);
        gate.note(
            "copy",
            "Bản sao do cơ quan thực hiện",
            "A copy that the office makes",
            open.map(|_| form.printed().to_owned()),
        );
        self.attachments_check(&mut gate, document)?;
        gate.note(
            "seal",
            "Con dấu của cơ quan đã cắm",
            "The office's seal is plugged in",
            self.seal_usable(token),
        );
        Ok(gate)
    }

    /// Attachments that are PDFs have room for the office's text; others go along without a seal.
    fn attachments_check(&self, gate: &mut Gate, document: &Outgoing) -> Result<()> {
        let files = self.store.outgoing().attachments(document.id)?;
        if !self.were_seen(document.id, &files)? {
            gate.warn(
                "attachments_changed",
                "Tệp kèm theo đã đổi sau khi người ký xem",
                "The attachments were changed after the signer saw them",
                String::new(),
            );
        }
        if files.is_empty() {
            return Ok(());
        }
        let number = document.number.unwrap_or_default();
        let names = |sealed: bool| {
            let names = files.iter().filter(|file| is_sealed(file) == sealed);
            names
                .map(|file| file.name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        gate.note(
            "attachments",
            "Tệp kèm theo được đóng dấu cùng văn bản",
            "The attachments are sealed with the document",
            self.attached(document, number).map(|_| names(true)),
        );
        let others = names(false);
        if !others.is_empty() {
            gate.warn(
                "attachments_unsealed",
                "Có tệp kèm theo không phải PDF: gửi kèm, không đóng dấu được",
                "Some attachments are no PDFs: they go along without a seal",
                others,
            );
        }
        Ok(())
    }

    /// Whether the leader's signature holds and is the right person's, whatever token is plugged in.
    pub(crate) fn check_leader(&self, pdf: &[u8], document: &Outgoing) -> Result<()> {
        let report = self.judge(pdf)?;
        let mut gate = Gate::on(self.issue_day(leader_in(&report, document)));
        self.leader_checks(&mut gate, &report, document);
        gate.open().map(|_| ())
    }

    /// Whether a file that was signed elsewhere bears the competent person's valid signature, and none of an
    /// organisation yet.
    pub(crate) fn check_signed_elsewhere(&self, pdf: &[u8], full_name: &str) -> Result<()> {
        let report = self.judge(pdf)?;
        let sealed = report
            .signatures
            .iter()
            .find(|s| s.role == Role::Organisation);
        if let Some(sealed) = sealed {
            return Err(AppError::new(
                ErrorCode::PdfAlreadySigned,
                sealed.field.clone(),
            ));
        }
        let leader = elsewhere::leader_of(&report, full_name);
        let leader = leader.ok_or(ErrorCode::LeaderSignatureMissing)?;
        unchanged(&report, leader)?;
        valid(leader)?;
        self.right_person(leader, full_name).map(|_| ())
    }

    /// The day a document numbered now would bear: today in Vietnam, never before the leader's
    /// signature.
    fn issue_day(&self, leader: Option<&Signature>) -> Date {
        let signed_at = leader.and_then(claimed_time);
        issue_day(self.now(), signed_at.unwrap_or_else(|| self.now()))
    }

    /// Whether the year that is printed in a document is that of its number. On a page without text, whose places a
    /// template told, a person has to look.
    fn year_check(
        &self,
        gate: &mut Gate,
        file: &BlobId,
        pdf: &Pdf<&[u8]>,
        document: &Outgoing,
    ) -> Result<()> {
        let first = self.renderer()?.text(&self.store.blobs().path(file), 0)?;
        let pages = pdf.latest().pages()?;
        let page = pages.first().ok_or(ErrorCode::PdfBroken)?;
        let layouts = self.layouts()?;
        let line = &layouts.of(&document.draft.layout)?.date;
        let first = as_shown(first, page);
        let told = self.profile.places_on(&document.draft.kind.name).is_some();
        if told && placement::is_bare(&first) {
            gate.warn(
                "year",
                "Trang không có chữ để đọc năm: xem năm in trên trang có đúng năm cấp số không",
                "The page has no text to read the year from: see that it is that of the number",
                gate.day.year().to_string(),
            );
            return Ok(());
        }
        gate.note(
            "year",
            "Năm in trên trang là năm cấp số",
            "The year on the page is that of the number",
            year_fits(&first, line, gate.day),
        );
        Ok(())
    }

    /// Whether number, date and seal have boxes, or may get new fields.
    fn boxes_check(&self, gate: &mut Gate, pdf: &Pdf<&[u8]>) -> Result<()> {
        if elsewhere::is_prepared(pdf)? {
            gate.note(
                "fields",
                "Ô số, ngày, tháng đã có trước khi ký",
                "The boxes for number and date were there before signing",
                fields_prepared(pdf),
            );
            return Ok(());
        }
        let open = elsewhere::check_open(pdf, self.profile.number_after_certification);
        let certified = matches!(open, Ok(true));
        gate.note(
            "new_fields",
            "Ký ở nơi khác: số, ngày và dấu là chữ ký của cơ quan trong ô mới",
            "Signed elsewhere: number, date and seal are signatures of the office in new fields",
            open.map(|_| String::new()),
        );
        if certified {
            gate.warn(
                "certified",
                "Bản này đã được ký chứng nhận; một số phần mềm khác có thể báo không hợp lệ sau khi cấp số",
                "This file was certified; some programs may call it invalid after numbering",
                "DocMDP P=2".to_owned(),
            );
        }
        Ok(())
    }

    fn leader_checks(&self, gate: &mut Gate, report: &Report, document: &Outgoing) {
        let leader = leader_in(report, document);
        let present = leader.ok_or_else(|| AppError::from(ErrorCode::LeaderSignatureMissing));
        gate.note(
            "leader_signed",
            "Lãnh đạo đã ký",
            "The leader has signed",
            present
                .clone()
                .map(|s| s.signed_at.claimed.clone().unwrap_or_default()),
        );
        let Ok(leader) = present else { return };
        gate.note(
            "unchanged",
            "Không có thay đổi sau khi lãnh đạo ký",
            "Nothing was changed after the leader signed",
            unchanged(report, leader),
        );
        gate.note(
            "leader_valid",
            "Chữ ký của lãnh đạo hợp lệ",
            "The leader's signature is valid",
            valid(leader),
        );
        gate.note(
            "right_person",
            "Đúng người có thẩm quyền",
            "It is the competent person's",
            self.right_person(leader, &document.draft.signatory.full_name),
        );
    }

    /// The certificate must stand in the register of signatories under the name on the document.
    fn right_person(&self, leader: &Signature, expected: &str) -> Result<String> {
        let wrong = |why: String| AppError::new(ErrorCode::LeaderNotSignatory, why);
        let signer = leader
            .signer
            .as_ref()
            .ok_or_else(|| wrong("no certificate".to_owned()))?;
        let sha256 = trien_store::BlobId::parse(&signer.sha256)
            .ok_or_else(|| wrong(signer.sha256.clone()))?;
        let today = vietnam_day(self.now());
        let registered =
            self.store
                .signatories()
                .of_certificate(&self.organ.id, sha256.sha256(), today)?;
        let name = signer.common_name.clone().unwrap_or_default();
        let registered = registered
            .filter(|r| r.signatory.role == SignerRole::Person)
            .ok_or_else(|| wrong(format!("{name}: {} is not in the register", signer.sha256)))?;
        if !same_name(&registered.signatory.full_name, expected) || !same_name(&name, expected) {
            return Err(wrong(format!("{name}, {expected} expected")));
        }
        Ok(name)
    }

    /// The seal's certificate must be an organisation's, and this office's.
    fn seal_usable(&self, token: &Result<DeskToken>) -> Result<String> {
        let token = token.as_ref().map_err(Clone::clone)?;
        let certificate = &token.certificate;
        let names = [certificate.common_name(), certificate.organization()];
        let ours = names
            .iter()
            .flatten()
            .any(|name| same_name(name, &self.organ.name));
        token.check_organisation()?;
        let name = certificate.common_name().unwrap_or_default();
        if !ours {
            return Err(AppError::new(ErrorCode::SealOfAnotherOrgan, name));
        }
        token.check_usable(self.now())?;
        Ok(name)
    }
}

/// Day and month are filled in, the year is printed: it must be the number's year, by which the
/// series begins again (Decree 30/2020 art. 15.2).
///
/// # Errors
/// `YearDiffers`; `NoPlaceForDate` where no year is printed.
pub(crate) fn year_fits(first: &PageText, line: &DateLine, day: Date) -> Result<String> {
    let printed = placement::printed_year(first, line)?;
    if printed == day.year() {
        return Ok(printed.to_string());
    }
    Err(AppError::new(
        ErrorCode::YearDiffers,
        format!("{printed} is printed, the number is of {}", day.year()),
    ))
}

/// The prepared boxes must be in the file, else this file came another way.
fn fields_prepared(pdf: &Pdf<&[u8]>) -> Result<String> {
    let plan = trien_pades::planned(pdf)?;
    let needed = [
        FieldName::Number,
        FieldName::Day,
        FieldName::Month,
        FieldName::Seal,
    ];
    let missing: Vec<String> = needed
        .iter()
        .filter(|name| !plan.fields.iter().any(|f| f.name == **name))
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() {
        return Ok(String::new());
    }
    Err(AppError::new(
        ErrorCode::PdfAlreadySigned,
        missing.join(", "),
    ))
}
