//! Documents that were signed elsewhere and have no boxes for number, date and seal (D1): these become visible
//! signatures of the organisation in new fields, number, day, month and seal in this order, by one login.
//!
//! Validators accept signature fields that are added after approval signatures; text fields, comments and page content
//! they call changes of what the leader signed.

use time::{Date, OffsetDateTime};
use trien_domain::number::{printed, printed_day, printed_month};
use trien_domain::text::same_name;
use trien_pades::report::{Report, Signature};
use trien_pades::{FieldName, Finding, FindingCode, Mark, NewField, lint, planned};
use trien_pdf::{Pdf, Rect};
use trien_render::PageText;

use crate::acts::{Act, Acts};
use crate::error::{AppError, ErrorCode, Result};
use crate::nudges::Nudges;
use crate::placement::Search;
use crate::prepare::{Marks, Places, person_box};

/// What the lint says of a draft and what does not matter of a file that has been signed: it cannot be made anew.
const OF_DRAFTS: [FindingCode; 4] = [
    FindingCode::SignedElsewhere,
    FindingCode::ForeignFields,
    FindingCode::Certified,
    FindingCode::FragmentedXref,
];

/// Whether a file is one of ours: its field for the seal was prepared.
pub(crate) fn is_prepared(pdf: &Pdf<&[u8]>) -> Result<bool> {
    let fields = planned(pdf)?.fields;
    Ok(fields.iter().any(|field| field.name == FieldName::Seal))
}

/// Whether new fields may follow what was signed; `true` where that is a certification that permits them.
///
/// # Errors
/// `PdfLockedByCertification` for P = 1, `PdfLockedByField` for locks over fields that do not exist yet, `CertifiedElsewhere` for P = 2
/// where the office does not allow it, and what the lint says of dangerous content.
pub(crate) fn check_open(pdf: &Pdf<&[u8]>, after_certification: bool) -> Result<bool> {
    let findings = lint(pdf)?;
    let refusing: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.refuses && !OF_DRAFTS.contains(&finding.code))
        .cloned()
        .collect();
    if !refusing.is_empty() {
        return Err(trien_pades::PadesError::Lint(refusing).into());
    }
    let certified = findings
        .iter()
        .find(|finding| finding.code == FindingCode::Certified);
    match certified {
        Some(finding) if !after_certification => Err(AppError::new(
            ErrorCode::CertifiedElsewhere,
            finding.place.clone(),
        )),
        found => Ok(found.is_some()),
    }
}

/// The competent person's signature in a file that names no field for it.
pub(crate) fn leader_of<'r>(report: &'r Report, full_name: &str) -> Option<&'r Signature> {
    report.signatures.iter().find(|signature| {
        let signer = signature.signer.as_ref();
        let name = signer.and_then(|signer| signer.common_name.as_deref());
        name.is_some_and(|name| same_name(name, full_name))
    })
}

/// Where number, date and seal go: into the gaps of the text, and over the left third of the leader's mark.
pub(crate) fn places(
    pdf: &Pdf<&[u8]>,
    texts: &[PageText],
    search: &Search<'_>,
    leader: &Signature,
    full_name: &str,
    known: &Marks,
) -> Result<Places> {
    let pages = pdf.latest().pages()?;
    let shown = leader.page.zip(leader.rect).map(|(page, rect)| {
        let [x0, y0, x1, y1] = rect;
        (page.saturating_sub(1), Rect::new(x0, y0, x1, y1))
    });
    let visible = shown.filter(|(_, rect)| rect.width() > 0.0 && rect.height() > 0.0);
    let leader = match visible {
        Some(place) => place,
        None => person_box(
            &pages,
            &search.signature_space(texts, full_name)?,
            known.leader_aspect,
        )?,
    };
    let head = search.head(texts)?;
    Places::around(&pages, &head, leader, known)
}

/// Number, day, month and seal, each a signature in its own revision.
pub(crate) struct Marking<'a> {
    pub(crate) places: &'a Places,
    pub(crate) number: u32,
    pub(crate) date: Date,
    /// The seal's picture.
    pub(crate) seal: Mark,
    /// Địa danh.
    pub(crate) place: String,
    pub(crate) now: OffsetDateTime,
}

impl Marking<'_> {
    /// The acts in the order in which they are signed.
    pub(crate) fn acts(&self) -> Acts {
        let line = |text, italic| Mark::Line { text, italic };
        let act = |field, (page, rect): (usize, Rect), mark| Act {
            field,
            new_field: Some(NewField {
                page,
                rect,
                signer: None,
            }),
            mark,
            place: self.place.clone(),
            now: self.now,
            number: None,
            nudges: Nudges::default(),
            certify: false,
        };
        let (places, date) = (self.places, self.date);
        Acts(vec![
            act(
                FieldName::NumberMark,
                places.number,
                line(printed(self.number), false),
            ),
            act(
                FieldName::DayMark,
                places.day,
                line(printed_day(date), true),
            ),
            act(
                FieldName::MonthMark,
                places.month,
                line(printed_month(date), true),
            ),
            act(FieldName::Seal, places.seal, self.seal.clone()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use trien_pades::signed_revision;

    use super::*;

    /// What the first signer left of a file of pyHanko's corpus.
    fn signed_only(file: &str, field: &str) -> Vec<u8> {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../pades/corpus");
        let bytes = std::fs::read(corpus.join(file)).unwrap();
        let range = signed_revision(bytes.as_slice(), field, "").unwrap();
        bytes[range.start as usize..range.end as usize].to_vec()
    }

    fn opened_for(file: &[u8], after_certification: bool) -> Result<bool> {
        check_open(&crate::pdf::open(file).unwrap(), after_certification)
    }

    #[test]
    fn a_plain_approval_is_open_and_a_certification_where_the_office_says_so() {
        let approval = signed_only("d1_signatures_as_marks.pdf", "ky_lanhdao");
        assert!(!is_prepared(&crate::pdf::open(&approval).unwrap()).unwrap());
        assert!(!opened_for(&approval, false).unwrap());
        let certified = signed_only("p2_ministry_signatures_as_marks.pdf", "ky_lanhdao");
        let refused = opened_for(&certified, false).unwrap_err();
        assert_eq!(refused.code, ErrorCode::CertifiedElsewhere);
        assert!(opened_for(&certified, true).unwrap());
    }

    #[test]
    fn what_permits_nothing_or_locks_what_is_to_come_is_refused() {
        for (file, code) in [
            ("a4_p1_filled.pdf", ErrorCode::PdfLockedByCertification),
            ("b2_lock_all_then_fill.pdf", ErrorCode::PdfLockedByField),
        ] {
            let closed = opened_for(&signed_only(file, "ky_lanhdao"), true).unwrap_err();
            assert_eq!(closed.code, code, "{file}");
        }
    }
}
