//! What is found out about a package before a person sees it: the checks of reception.
//!
//! Decision 28/2018 art. 9 and Decree 30/2020 art. 21 ask for them; none of them stops a document
//! from being admitted, the clerk decides with the results at hand.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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
/// Text of this many pages is searchable: the longest administrative documents have some 200.
const TEXT_PAGES_MAX: u32 = 200;

impl App {
    /// Looks a document over whose main file is a PDF at `main`; `complete`: it has files. What fails
    /// here is a finding, never an error.
    pub(crate) fn look_over(
        &self,
        facts: &DocumentFacts,
        main: Option<&Path>,
        complete: bool,
    ) -> Found {
        let report = main.and_then(|file| self.judge_in_time(file));
        let text = main.map(|file| self.text_of(file)).unwrap_or_default();
        let checks = self.reception_checks(facts, main, complete, report.as_ref(), &text);
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
            text,
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

    /// The text of a PDF for searching; empty where no page can be read.
    fn text_of(&self, path: &Path) -> String {
        let Ok(renderer) = self.renderer() else {
            return String::new();
        };
        let pages = renderer
            .open(path)
            .map_or(0, |info| info.pages.len() as u32)
            .min(TEXT_PAGES_MAX);
        (0..pages)
            .filter_map(|page| Some(renderer.text(path, page).ok()?.plain()))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn reception_checks(
        &self,
        facts: &DocumentFacts,
        main: Option<&Path>,
        complete: bool,
        report: Option<&Report>,
        text: &str,
    ) -> Vec<CheckView> {
        let now = self.now();
        let to_us = facts.to.iter().any(|organ| organ.id == self.organ.id);
        let issuer_fits = report.is_none_or(|r| {
            r.signatures
                .iter()
                .all(|s| belongs_to(s.signer.as_ref(), &facts.from.name))
        });
        let due_fits = facts
            .due
            .is_none_or(|due| due >= calendar::vietnam_day(now));
        let page = fold(text);
        let number_on_page =
            code_on_page(&page, main.and_then(number_field).as_deref(), &facts.code);
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
                complete,
                "Gói tin đủ tệp",
                "The package is complete",
                "",
            ),
            check(
                "main_pdf",
                !page.is_empty(),
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
                "issuer",
                issuer_fits,
                "Chứng thư thuộc cơ quan gửi",
                "The certificates belong to the sender",
                &facts.from.name,
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

/// What stands in the number's field of a file that was numbered in profile H1.
fn number_field(file: &Path) -> Option<String> {
    let pdf = Pdf::open(FileSource::open(file).ok()?, Limits::default()).ok()?;
    let filled = trien_pades::filled(&pdf).ok()?;
    let number = filled
        .into_iter()
        .find(|(name, _)| *name == FieldName::Number);
    number.map(|(_, value)| value)
}

/// Whether number and notation stand on the page: printed together, or the number in its field before
/// the printed notation. That a field shows its value is the verdict's matter.
fn code_on_page(page: &str, field: Option<&str>, code: &Code) -> bool {
    let words = format!(" {page} ");
    let printed = |text: &str| words.contains(&format!(" {} ", fold(text)));
    let filled = field.is_some_and(|number| number.trim() == code.number);
    printed(&code.to_string()) || (filled && printed(&code.notation))
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
    use super::*;

    #[test]
    fn the_number_is_found_on_the_page_or_in_its_field() {
        let code = Code::new("12", "UBND-VP");
        let (printed, open) = (fold("Số: 12/UBND-VP"), fold("Số:      /UBND-VP"));
        assert!(code_on_page(&printed, None, &code));
        assert!(code_on_page(&open, Some("12"), &code));
        for (page, field) in [
            (&open, None),
            (&open, Some("13")),
            (&String::new(), Some("12")),
        ] {
            assert!(!code_on_page(page, field, &code), "{page:?} {field:?}");
        }
        let (elsewhere, longer) = (fold("Số:      /SNV-VTLT"), fold("Số: 112/UBND-VP"));
        assert!(!code_on_page(&elsewhere, Some("12"), &code));
        assert!(!code_on_page(&longer, None, &code));
    }
}
