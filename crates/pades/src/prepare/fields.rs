//! The fields of profile H1: their names, kinds and locks.

use std::fmt;

use trien_pdf::Rect;

/// A field of the prepared kind. No name is a prefix of another: some validators match locks by prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldName {
    /// `vb_so`: the document's number.
    Number,
    /// `vb_ngay`: the day of issue.
    Day,
    /// `vb_thang`: the month of issue.
    Month,
    /// `vb_nam`: the year of issue, where the draft leaves it open.
    Year,
    /// `ky_nhay_a` …: initials, told apart by a letter from `a` to `z`.
    Initials(char),
    /// `ky_dong_a` …: co-signers, told apart by a letter from `a` to `z`.
    CoSigner(char),
    /// `ky_lanhdao`: the competent person.
    Leader,
    /// `ky_condau`: the organisation's signature with its seal.
    Seal,
    /// `ky_goc_a` …: the organisation's text in the corner of an attachment, an appendix or a copy, told apart by a letter
    /// from `a` to `z`.
    Corner(char),
    /// `ky_so`: the organisation's signature that shows the number of a document that was signed elsewhere.
    NumberMark,
    /// `ky_ngay`: the same for the day.
    DayMark,
    /// `ky_thang`: the same for the month.
    MonthMark,
}

impl FieldName {
    /// The field with this name in the file, if it is one of ours.
    pub fn parse(name: &str) -> Option<Self> {
        let fixed = [
            Self::Number,
            Self::Day,
            Self::Month,
            Self::Year,
            Self::Leader,
            Self::Seal,
            Self::NumberMark,
            Self::DayMark,
            Self::MonthMark,
        ];
        let letter = |prefix: &str| {
            let mut letters = name.strip_prefix(prefix)?.chars();
            letters
                .next()
                .filter(|letter| letter.is_ascii_lowercase() && letters.next().is_none())
        };
        (fixed.into_iter().find(|field| field.to_string() == name))
            .or_else(|| letter("ky_nhay_").map(Self::Initials))
            .or_else(|| letter("ky_dong_").map(Self::CoSigner))
            .or_else(|| letter("ky_goc_").map(Self::Corner))
    }

    /// Whether it is a signature field; the others are text fields.
    pub fn is_signature(self) -> bool {
        !matches!(self, Self::Number | Self::Day | Self::Month | Self::Year)
    }

    /// Whether its text is set in italics: place and date are, the number is upright (Decree 30, Annex I, II.3–4).
    pub(crate) fn is_italic(self) -> bool {
        matches!(self, Self::Day | Self::Month | Self::Year)
    }

    /// Whether a person signs in it; the others are the organisation's.
    pub fn is_persons(self) -> bool {
        matches!(self, Self::Initials(_) | Self::CoSigner(_) | Self::Leader)
    }

    /// What a screen reader says of it (/TU).
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Number => "Số văn bản",
            Self::Day => "Ngày ban hành",
            Self::Month => "Tháng ban hành",
            Self::Year => "Năm ban hành",
            Self::Initials(_) => "Chữ ký nháy",
            Self::CoSigner(_) => "Chữ ký của người đồng ký",
            Self::Leader => "Chữ ký của người có thẩm quyền",
            Self::Seal => "Chữ ký của cơ quan, tổ chức",
            Self::Corner(_) => "Chữ ký của cơ quan, tổ chức ở góc trang",
            Self::NumberMark => "Số văn bản, do cơ quan, tổ chức ký",
            Self::DayMark => "Ngày ban hành, do cơ quan, tổ chức ký",
            Self::MonthMark => "Tháng ban hành, do cơ quan, tổ chức ký",
        }
    }

    /// Longest text in characters (/MaxLen).
    pub(crate) fn max_len(self) -> i64 {
        match self {
            Self::Number => 10,
            Self::Year => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => f.write_str("vb_so"),
            Self::Day => f.write_str("vb_ngay"),
            Self::Month => f.write_str("vb_thang"),
            Self::Year => f.write_str("vb_nam"),
            Self::Initials(letter) => write!(f, "ky_nhay_{letter}"),
            Self::CoSigner(letter) => write!(f, "ky_dong_{letter}"),
            Self::Leader => f.write_str("ky_lanhdao"),
            Self::Seal => f.write_str("ky_condau"),
            Self::Corner(letter) => write!(f, "ky_goc_{letter}"),
            Self::NumberMark => f.write_str("ky_so"),
            Self::DayMark => f.write_str("ky_ngay"),
            Self::MonthMark => f.write_str("ky_thang"),
        }
    }
}

/// One field of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedField {
    /// Which field.
    pub name: FieldName,
    /// Page index, from 0.
    pub page: usize,
    /// Its box in the page's default user space (`PageFrame::to_user` turns printed points into it).
    pub rect: Rect,
    /// Who is to sign in it, where that is known: the name stands in the file, under the first signature already.
    pub signer: Option<String>,
}

impl PlannedField {
    /// /TU, which viewers show as the field's tooltip: what it is for, and for whom.
    pub(crate) fn tooltip(&self) -> String {
        match &self.signer {
            Some(signer) => format!("{}{FOR}{signer}", self.name.description()),
            None => self.name.description().to_owned(),
        }
    }

    /// The signer that a tooltip of ours names.
    pub(crate) fn signer_in(name: FieldName, tooltip: &str) -> Option<String> {
        let rest = tooltip.strip_prefix(name.description())?;
        let signer = rest.strip_prefix(FOR)?.trim();
        (!signer.is_empty()).then(|| signer.to_owned())
    }
}

/// Between a field's description and the name of its signer.
const FOR: &str = ": ";

/// All fields that one document gets before its first signature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldPlan {
    /// The fields, in the order in which a reader tabs through them.
    pub fields: Vec<PlannedField>,
}

impl FieldPlan {
    /// The fields that a signature in `signer` locks, all by name (/Action /Include: ALL and EXCLUDE would also lock
    /// fields that do not exist yet, such as a document timestamp's).
    ///
    /// Initials lock themselves alone, because their order is free; leader and co-signers lock the initials and
    /// themselves; the seal locks everything that was prepared.
    pub fn locked_by(&self, signer: FieldName) -> Vec<FieldName> {
        let locks = |other: FieldName| match signer {
            FieldName::Seal => true,
            FieldName::Leader | FieldName::CoSigner(_) => {
                other == signer || matches!(other, FieldName::Initials(_))
            }
            _ => other == signer,
        };
        self.fields
            .iter()
            .map(|field| field.name)
            .filter(|name| locks(*name))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(names: &[FieldName]) -> FieldPlan {
        let rect = Rect::new(0.0, 0.0, 1.0, 1.0);
        FieldPlan {
            fields: names
                .iter()
                .map(|&name| PlannedField {
                    name,
                    page: 0,
                    rect,
                    signer: None,
                })
                .collect(),
        }
    }

    #[test]
    fn names_are_read_back_and_none_is_a_prefix_of_another() {
        use FieldName::*;
        let all = [
            Number,
            Day,
            Month,
            Year,
            Initials('a'),
            Initials('b'),
            CoSigner('a'),
            Leader,
            Seal,
            Corner('a'),
            NumberMark,
            DayMark,
            MonthMark,
        ];
        for a in all {
            assert_eq!(FieldName::parse(&a.to_string()), Some(a));
            for b in all {
                assert!(
                    a == b || !a.to_string().starts_with(&b.to_string()),
                    "{a} {b}"
                );
            }
        }
        for foreign in [
            "Signature1",
            "ky_nhay_",
            "ky_nhay_ab",
            "ky_nhay_A",
            "vb_so ",
            "",
        ] {
            assert_eq!(FieldName::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_field_says_whose_it_is() {
        let mut field = plan(&[FieldName::Initials('a')]).fields.remove(0);
        let told = |field: &PlannedField| PlannedField::signer_in(field.name, &field.tooltip());
        assert_eq!(told(&field), None);
        field.signer = Some("Trần Văn Bé".into());
        assert_eq!(told(&field), field.signer);
        assert_eq!(
            PlannedField::signer_in(FieldName::Leader, &field.tooltip()),
            None
        );
    }

    #[test]
    fn the_seal_locks_the_number_and_the_leader_does_not() {
        use FieldName::*;
        let plan = plan(&[Number, Day, Month, Initials('a'), Leader, Seal]);
        assert_eq!(plan.locked_by(Leader), [Initials('a'), Leader]);
        assert_eq!(plan.locked_by(Initials('a')), [Initials('a')]);
        assert_eq!(plan.locked_by(Seal).len(), 6);
    }
}
