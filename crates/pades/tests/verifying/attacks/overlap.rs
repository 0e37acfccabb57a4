//! Appearance overlap: after an approval a later mark over text is told, not refused (3.3). After a
//! certification it is refused: rows `MX*` of the matrix.

use super::*;
use crate::support::corpus;

#[test]
fn the_seal_over_the_leaders_mark_is_lawful() {
    let report = judged(&office().sealed);
    assert_eq!(report.verdict, Verdict::ValidWithPermittedChanges);
    assert!(report.warnings.is_empty(), "{:#?}", report.warnings);
}

#[test]
fn marks_in_the_ministries_way_cover_nothing() {
    let report = corpus::judged(&corpus::file("p2_ministry_signatures_as_marks"));
    assert_eq!(report.verdict, Verdict::ValidWithPermittedChanges);
    let told = report.warnings.iter().map(|warning| warning.code.code());
    assert!(
        told.into_iter()
            .all(|code| code == "new_field_after_certification")
    );
}

#[test]
fn a_mark_over_certified_text_is_refused() {
    let report = corpus::judged(&corpus::file("a7_p2_signature_over_text"));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Invalid, vec!["new_field_covers"])
    );
}
