//! Judging a PDF's signatures, and telling the judgement to people.

use trien_pades::report::{Indication, Report, Signature, Verdict as ReportVerdict};
use trien_pades::verify::verify;
use trien_pdf::ReadAt;
use trien_store::{BlobId, StoreError};

use crate::app::App;
use crate::error::Result;
use crate::view::{SignatureView, Text, Verdict, VerdictView};

impl App {
    /// Judges a file with what this profile trusts, now. Offline; never fails on what is in the file.
    ///
    /// # Errors
    /// `BadArgument` where a file of the trust folder cannot be read.
    pub fn judge(&self, pdf: impl ReadAt) -> Result<Report> {
        Ok(verify(pdf, &self.trust(self.now())?))
    }

    /// The same for a file of the store, read in place: its size costs no memory.
    pub(crate) fn judge_blob(&self, id: &BlobId) -> Result<Report> {
        let report = self.judge(self.source(id)?)?;
        // The report knows the hash of what was judged, which is the blob's name.
        if report.file.sha256 == id.to_string() {
            return Ok(report);
        }
        Err(StoreError::Corrupt(format!("blob {id}")).into())
    }
}

/// A report in the words of the interface.
pub fn verdict_view(report: &Report) -> VerdictView {
    let texts = |reasons: &[trien_pades::report::Reason]| -> Vec<Text> {
        reasons.iter().map(|r| Text::new(&r.vi, &r.en)).collect()
    };
    let timeline = report.timeline_vi().into_iter().zip(report.timeline_en());
    VerdictView {
        verdict: verdict(report.verdict),
        headline: Text::new(report.headline_vi(), report.headline_en()),
        title: title(report.verdict),
        cause: Text::new(
            capitalised(&report.cause_vi()),
            capitalised(&report.cause_en()),
        ),
        timeline: timeline.map(|(vi, en)| Text::new(vi, en)).collect(),
        warnings: texts(&report.warnings),
        reasons: texts(&report.reasons),
        signatures: report.signatures.iter().map(signature_view).collect(),
    }
}

/// The verdict's one word, as the store keeps it for lists.
pub fn word(report: &Report) -> &'static str {
    match report.verdict {
        ReportVerdict::Valid => "valid",
        ReportVerdict::ValidWithPermittedChanges => "valid_with_permitted_changes",
        ReportVerdict::Invalid => "invalid",
        ReportVerdict::Indeterminate => "indeterminate",
        ReportVerdict::Unsigned => "unsigned",
        ReportVerdict::Unreadable => "unreadable",
    }
}

/// The verdict as a heading; a window does not shout.
fn title(verdict: ReportVerdict) -> Text {
    Text::new(
        capitalised(&verdict.vi().to_lowercase()),
        capitalised(&verdict.en().to_lowercase()),
    )
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// How `trien verify` exits (signing.md 3.7).
pub fn exit_code(report: &Report) -> u8 {
    match report.verdict {
        ReportVerdict::Valid | ReportVerdict::ValidWithPermittedChanges => 0,
        ReportVerdict::Invalid => 1,
        ReportVerdict::Indeterminate => 2,
        ReportVerdict::Unsigned => 3,
        ReportVerdict::Unreadable => 4,
    }
}

fn verdict(verdict: ReportVerdict) -> Verdict {
    match verdict {
        ReportVerdict::Valid => Verdict::Valid,
        ReportVerdict::ValidWithPermittedChanges => Verdict::ValidWithPermittedChanges,
        ReportVerdict::Invalid => Verdict::Invalid,
        ReportVerdict::Indeterminate => Verdict::Indeterminate,
        ReportVerdict::Unsigned => Verdict::Unsigned,
        ReportVerdict::Unreadable => Verdict::Unreadable,
    }
}

pub(crate) fn signature_view(signature: &Signature) -> SignatureView {
    let signer = signature.signer.as_ref();
    let known = |part: Option<&String>| part.cloned().unwrap_or_default();
    SignatureView {
        field: signature.field.clone(),
        signer: known(signer.and_then(|s| s.common_name.as_ref())),
        organization: known(signer.and_then(|s| s.organization.as_ref())),
        at: signature
            .signed_at
            .trusted
            .clone()
            .or_else(|| signature.signed_at.claimed.clone()),
        verdict: match signature.indication {
            Indication::TotalPassed => Verdict::Valid,
            Indication::Indeterminate => Verdict::Indeterminate,
            Indication::TotalFailed => Verdict::Invalid,
        },
        detail: detail(signature),
    }
}

/// Indication, algorithm, issuer: what an expert asks for first.
fn detail(signature: &Signature) -> String {
    let mut parts = vec![match &signature.subindication {
        Some(sub) => format!("{} / {}", term(&signature.indication), term(sub)),
        None => term(&signature.indication),
    }];
    if let Some(signer) = &signature.signer {
        parts.push(format!("serial {}", signer.serial));
        parts.push(format!("issuer {}", signer.issuer));
        parts.push(format!("{} – {}", signer.not_before, signer.not_after));
    }
    parts.push(term(&signature.level));
    parts.join("; ")
}

/// A term of ETSI EN 319 102-1 as the standard spells it, which is how the report does.
fn term<T: serde::Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().map(str::to_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use trien_pades::Trust;

    use super::*;

    #[test]
    fn a_verdict_is_one_word_one_exit_code_and_one_headline() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../pades/corpus");
        let signed = std::fs::read(corpus.join("h1.pdf")).unwrap();
        let cases = [
            (signed.as_slice(), "indeterminate", 2),
            (b"PK".as_slice(), "unreadable", 4),
        ];
        for (bytes, expected, code) in cases {
            let report = verify(bytes, &Trust::new(datetime!(2026-11-22 00:00 UTC)));
            assert_eq!((word(&report), exit_code(&report)), (expected, code));
            let view = verdict_view(&report);
            assert!(!view.headline.vi.is_empty() && view.headline.vi != view.headline.en);
            assert!(view.headline.vi.starts_with(&view.title.vi.to_uppercase()));
            assert_eq!(view.signatures.len(), report.signatures.len());
            let details = view.signatures.iter().map(|signature| &signature.detail);
            let in_terms = |detail: &String| {
                detail.starts_with("INDETERMINATE / ") && detail.ends_with("; B-B")
            };
            assert!(details.clone().all(in_terms), "{details:?}");
        }
    }
}
