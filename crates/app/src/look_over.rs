//! What is found out about a package before a person sees it: the checks of reception.
//!
//! Decision 28/2018 art. 9 and Decree 30/2020 art. 21 ask for them; none of them stops a document
//! from being admitted, the clerk decides with the results at hand.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use time::Date;
use trien_domain::text::{fold, same_name};
use trien_domain::{Code, DocumentFacts, calendar};
use trien_pades::FieldName;
use trien_pades::report::{Report, Role, Verdict};
use trien_pades::verify::verify;
use trien_pdf::{FileSource, Limits, Pdf};
use trien_store::Findings;

use crate::app::App;
use crate::judge;
use crate::receive::Found;
use crate::view::{CheckOutcome, CheckView, Text};

/// Judging one file may hold up the queue for this long; what takes longer is *chưa kiểm tra* and
/// judged when it is opened.
const JUDGING_MAX: Duration = Duration::from_secs(20);

/// What a package brought, as far as the checks ask for it.
pub(crate) struct Brought<'a> {
    pub(crate) facts: &'a DocumentFacts,
    /// The main file, where it is a PDF.
    pub(crate) main: Option<&'a Path>,
    /// The files beside it.
    pub(crate) others: &'a [PathBuf],
    /// It has files, and none of them is empty.
    pub(crate) complete: bool,
    /// The words that make it look secret.
    pub(crate) marking: Option<String>,
    /// Another document bears its code, and a person wants this one, too.
    pub(crate) same_code: bool,
}

impl App {
    /// Looks a document over. What fails here is a finding, never an error.
    pub(crate) fn look_over(&self, brought: &Brought<'_>) -> Found {
        let report = brought.main.and_then(|file| self.judge_in_time(file));
        let page = self.words_of(brought.main);
        let checks = self.reception_checks(brought, report.as_ref(), &page);
        let others = self.words_of(brought.others.iter().map(PathBuf::as_path));
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        Found {
            findings: Findings {
                verdict: report
                    .as_ref()
                    .map(judge::word)
                    .unwrap_or_default()
                    .to_owned(),
                report: report
                    .as_ref()
                    .map(|r| json(serde_json::to_string(r)))
                    .unwrap_or_default(),
                checks: json(serde_json::to_string(&checks)),
            },
            text: page + &others,
        }
    }

    fn judge_in_time(&self, file: &Path) -> Option<Report> {
        let trust = self.trust(self.now()).ok()?;
        let pdf = FileSource::open(file).ok()?;
        let (done, result) = mpsc::channel();
        thread::spawn(move || {
            // Nobody waits any longer where this fails.
            let _ = done.send(verify(pdf, &trust));
        });
        result.recv_timeout(JUDGING_MAX).ok()
    }

    /// Whether a PDF can be shown; a scan has no text and can.
    fn opens(&self, pdf: &Path) -> bool {
        let opened = self.renderer().map(|renderer| renderer.open(pdf));
        opened.is_ok_and(|info| info.is_ok_and(|info| !info.pages.is_empty()))
    }

    fn reception_checks(
        &self,
        brought: &Brought<'_>,
        report: Option<&Report>,
        text: &str,
    ) -> Vec<CheckView> {
        let now = self.now();
        let facts = brought.facts;
        let to_us = facts.to.iter().any(|organ| organ.id == self.organ.id);
        let issuer_fits = report.is_none_or(|r| {
            r.signatures
                .iter()
                .all(|s| belongs_to(s.signer.as_ref(), &facts.from.name))
        });
        // Anybody can write any name beside a code.
        let registered = self.store.directory().get(&facts.from.id);
        let registered = registered.ok().flatten().map(|unit| unit.name);
        let due_fits = facts
            .due
            .is_none_or(|due| due >= calendar::vietnam_day(now));
        let page = fold(text);
        let fields = brought.main.and_then(fields_of).unwrap_or_default();
        let number_on_page = code_on_page(&page, &fields, &facts.code);
        let date_on_page = facts
            .date
            .is_some_and(|date| date_on_page(&page, &fields, date));
        let signed_by = |role: Role| {
            report.is_some_and(|r| {
                let holds = matches!(
                    r.verdict,
                    Verdict::Valid | Verdict::ValidWithPermittedChanges
                );
                holds && r.signatures.iter().any(|s| s.role == role)
            })
        };
        vec![
            check(
                "addressed",
                to_us,
                "Gửi đúng cơ quan này",
                "It is addressed to this office",
                &self.organ.name,
            ),
            check(
                "complete",
                brought.complete,
                "Gói tin đủ tệp",
                "The package is complete",
                "",
            ),
            check(
                "main_pdf",
                brought.main.is_some_and(|file| self.opens(file)),
                "Văn bản chính mở được",
                "The main document opens",
                "",
            ),
            check(
                "person_signed",
                signed_by(Role::Person),
                "Chữ ký của người có thẩm quyền hợp lệ",
                "The competent person's signature is valid",
                "",
            ),
            check(
                "organ_signed",
                signed_by(Role::Organisation),
                "Chữ ký của cơ quan hợp lệ",
                "The organisation's signature is valid",
                "",
            ),
            check(
                "number_on_page",
                number_on_page,
                "Số, ký hiệu trên trang khớp gói tin",
                "Number and notation on the page match the package",
                &facts.code.to_string(),
            ),
            check(
                "date_on_page",
                date_on_page,
                "Ngày ban hành trên trang khớp gói tin",
                "The date of issue on the page matches the package",
                &facts.date.map(calendar::written).unwrap_or_default(),
            ),
            check(
                "issuer",
                issuer_fits,
                "Chứng thư thuộc cơ quan gửi",
                "The certificates belong to the sender",
                &facts.from.name,
            ),
            check(
                "sender_name",
                registered
                    .as_deref()
                    .is_none_or(|name| same_name(name, &facts.from.name)),
                "Tên cơ quan gửi khớp danh bạ",
                "The sender's name is that of the directory",
                registered.as_deref().unwrap_or_default(),
            ),
            check(
                "not_duplicate",
                !brought.same_code,
                "Không trùng văn bản đã có",
                "It is not here already",
                &facts.code.to_string(),
            ),
            check(
                "not_secret",
                brought.marking.is_none(),
                "Không có dấu chỉ độ mật",
                "It bears no mark of secrecy",
                brought.marking.as_deref().unwrap_or_default(),
            ),
            check(
                "due",
                due_fits,
                "Hạn trả lời chưa qua",
                "The due date has not passed",
                "",
            ),
        ]
    }
}

/// What stands in the fields of a file that was numbered in profile H1.
fn fields_of(file: &Path) -> Option<Vec<(FieldName, String)>> {
    let pdf = Pdf::open(FileSource::open(file).ok()?, Limits::default()).ok()?;
    trien_pades::filled(&pdf).ok()
}

/// Whether a field holds a value, by what its text is read as.
fn holds<T: FromStr + PartialEq>(fields: &[(FieldName, String)], name: FieldName, is: &T) -> bool {
    let mut values = fields.iter().filter(|(field, _)| *field == name);
    values.any(|(_, value)| value.trim().parse().is_ok_and(|read: T| read == *is))
}

/// Whether number and notation stand on the page: printed together, or the number in its field before
/// the printed notation. That a field shows its value is the verdict's matter.
fn code_on_page(page: &str, fields: &[(FieldName, String)], code: &Code) -> bool {
    let words = format!(" {page} ");
    let printed = |text: &str| words.contains(&format!(" {} ", fold(text)));
    let filled = holds(fields, FieldName::Number, &code.number);
    printed(&code.to_string()) || (filled && printed(&code.notation))
}

/// Whether the date of issue stands on the page: printed, or day and month in their fields before the year.
fn date_on_page(page: &str, fields: &[(FieldName, String)], date: Date) -> bool {
    let words = format!(" {page} ");
    let printed = |text: &str| words.contains(&format!(" {text} "));
    let [day, month] = [date.day(), u8::from(date.month())];
    let year = format!("nam {}", date.year());
    // Days below 10 and the first two months have a nought before them (Decree 30/2020, Annex I, II.4), with some.
    let forms = |n: u8| [n.to_string(), format!("{n:02}")];
    let together = forms(day).into_iter().any(|day| {
        let mut months = forms(month).into_iter();
        months.any(|month| printed(&format!("ngay {day} thang {month} {year}")))
    });
    let filled = holds(fields, FieldName::Day, &day) && holds(fields, FieldName::Month, &month);
    together || (filled && (printed(&year) || holds(fields, FieldName::Year, &date.year())))
}

/// A check that warns when it fails: at reception the clerk decides.
fn check(name: &str, passed: bool, vi: &str, en: &str, small: &str) -> CheckView {
    CheckView {
        check: name.to_owned(),
        outcome: if passed {
            CheckOutcome::Passed
        } else {
            CheckOutcome::Warning
        },
        sentence: Text::new(vi, en),
        small: Some(Text::same(small)).filter(|small| !small.is_empty()),
    }
}

/// Whether a signer's certificate names the sending office: as its organisation, or as itself.
fn belongs_to(signer: Option<&trien_pades::report::Signer>, office: &str) -> bool {
    let Some(signer) = signer else { return false };
    let names = [
        &signer.organization,
        &signer.organization_unit,
        &signer.common_name,
    ];
    names
        .into_iter()
        .flatten()
        .any(|name| same_name(name, office))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_number_is_found_on_the_page_or_in_its_field() {
        let code = Code::new("12", "UBND-VP");
        let field = |number: &str| vec![(FieldName::Number, number.to_owned())];
        let (printed, open) = (fold("Số: 12/UBND-VP"), fold("Số:      /UBND-VP"));
        assert!(code_on_page(&printed, &[], &code));
        assert!(code_on_page(&open, &field("12"), &code));
        for (page, fields) in [
            (&open, Vec::new()),
            (&open, field("13")),
            (&String::new(), field("12")),
        ] {
            assert!(!code_on_page(page, &fields, &code), "{page:?} {fields:?}");
        }
        let (elsewhere, longer) = (fold("Số:      /SNV-VTLT"), fold("Số: 112/UBND-VP"));
        assert!(!code_on_page(&elsewhere, &field("12"), &code));
        assert!(!code_on_page(&longer, &[], &code));
    }

    #[test]
    fn the_date_is_found_on_the_page_or_in_its_fields() {
        let date = date!(2026 - 02 - 05);
        let field = |name, value: &str| (name, value.to_owned());
        let filled = [field(FieldName::Day, "05"), field(FieldName::Month, "02")];
        for page in [
            "Mẫu Sơn, ngày 05 tháng 02 năm 2026",
            "Mẫu Sơn, ngày 5 tháng 2 năm 2026\n",
        ] {
            assert!(date_on_page(&fold(page), &[], date), "{page}");
        }
        let open = fold("Mẫu Sơn, ngày      tháng      năm 2026");
        assert!(date_on_page(&open, &filled, date));
        let no_year = fold("Mẫu Sơn, ngày   tháng   năm");
        let year = [&filled[..], &[field(FieldName::Year, "2026")]].concat();
        assert!(date_on_page(&no_year, &year, date));
        assert!(!date_on_page(&no_year, &filled, date));
        assert!(!date_on_page(&open, &filled[..1], date));
        assert!(!date_on_page(&fold("ngày 15 tháng 02 năm 2026"), &[], date));
    }
}
