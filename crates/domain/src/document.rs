//! A document: what identifies it and what its package says of it (edXML MessageHeader).

use std::fmt;

use time::Date;

use crate::organ::{Organ, OrganId};
use crate::text::same_name;

/// Number and notation, `125` and `UBND-VP`, printed `125/UBND-VP` (số và ký hiệu).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code {
    /// CodeNumber, as printed: a leading zero is kept.
    pub number: String,
    /// CodeNotation, without the mark before it.
    pub notation: String,
    /// What is printed between the two: a slash, in papers of the Party a hyphen (`12-CV/TU`). edXML does not carry
    /// it.
    pub joint: char,
}

/// Between number and notation by Decree 30/2020, Annex I, II.3.
pub const SLASH: char = '/';
/// Between number and notation in papers of the Party, whose notations hold the slash.
const HYPHEN: char = '-';

impl Code {
    /// A number and a notation with a slash between them.
    pub fn new(number: impl Into<String>, notation: impl Into<String>) -> Self {
        Self {
            number: number.into(),
            notation: notation.into(),
            joint: SLASH,
        }
    }

    /// Takes `number/notation` or `number-notation` apart at the first slash or hyphen, as ResponseFor/Code writes it.
    pub fn parse(written: &str) -> Self {
        let joint = written.find([SLASH, HYPHEN]);
        let (number, rest) = written.split_at(joint.unwrap_or(written.len()));
        let mut rest = rest.chars();
        let joint = rest.next().unwrap_or(SLASH);
        Self {
            number: number.trim().to_owned(),
            notation: rest.as_str().trim().to_owned(),
            joint,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.number, self.joint, self.notation)
    }
}

/// A document's identifier on the axis (DocumentId): an opaque key, compared byte for byte after
/// trimming. It holds `/`, `,` and Vietnamese letters and is never a file name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(String);

impl DocumentId {
    /// Takes an identifier as it was written; `None` where nothing was written.
    pub fn new(written: &str) -> Option<Self> {
        let id = written.trim();
        (!id.is_empty()).then(|| Self(id.to_owned()))
    }

    /// The identifier of a document of ours: `<OrganId>,<yyyy/MM/dd>,<number>/<notation>`. It
    /// exists only after numbering.
    pub fn compose(organ: &OrganId, date: Date, code: &Code) -> Self {
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        Self(format!("{organ},{year:04}/{month:02}/{day:02},{code}"))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a package does to a document (BussinessDocType).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Operation {
    /// 0, văn bản mới. A package that says nothing is new.
    #[default]
    New,
    /// 1, thu hồi.
    Recall,
    /// 2, cập nhật.
    Update,
    /// 3, thay thế.
    Replace,
}

impl Operation {
    /// The digit on the wire.
    pub fn code(self) -> u8 {
        match self {
            Self::New => 0,
            Self::Recall => 1,
            Self::Update => 2,
            Self::Replace => 3,
        }
    }

    /// The operation of a digit on the wire; `None` for what the standard does not list.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::New, Self::Recall, Self::Update, Self::Replace]
            .into_iter()
            .find(|o| o.code() == code)
    }
}

/// Urgency (OtherInfo/Priority).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub enum Urgency {
    /// 0, thường.
    #[default]
    Normal,
    /// 1, khẩn.
    Urgent,
    /// 2, thượng khẩn.
    VeryUrgent,
    /// 3, hỏa tốc.
    Express,
    /// 4, hỏa tốc hẹn giờ.
    ExpressTimed,
}

impl Urgency {
    /// The digit on the wire.
    pub fn code(self) -> u8 {
        match self {
            Self::Normal => 0,
            Self::Urgent => 1,
            Self::VeryUrgent => 2,
            Self::Express => 3,
            Self::ExpressTimed => 4,
        }
    }

    /// The urgency of a digit on the wire; anything unlisted is normal (one sender writes 5 for it).
    pub fn from_code(code: u8) -> Self {
        [
            Self::Urgent,
            Self::VeryUrgent,
            Self::Express,
            Self::ExpressTimed,
        ]
        .into_iter()
        .find(|u| u.code() == code)
        .unwrap_or_default()
    }
}

/// Kind of document (DocumentType): senders disagree about the number, so it is read by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Type: the ordinal among the kinds, 18 for công văn; 0 where the sender gave none.
    pub number: u16,
    /// TypeName, `Công văn`.
    pub name: String,
}

/// The kinds of Decree 30/2020 art. 7 with the ordinals that edXML gives them (the list of Decree
/// 09/2010, which the wire still follows).
pub const KINDS: [(u16, &str); 29] = [
    (1, "Nghị quyết"),
    (2, "Quyết định"),
    (3, "Chỉ thị"),
    (4, "Quy chế"),
    (5, "Quy định"),
    (6, "Thông cáo"),
    (7, "Thông báo"),
    (8, "Hướng dẫn"),
    (9, "Chương trình"),
    (10, "Kế hoạch"),
    (11, "Phương án"),
    (12, "Đề án"),
    (13, "Dự án"),
    (14, "Báo cáo"),
    (15, "Biên bản"),
    (16, "Tờ trình"),
    (17, "Hợp đồng"),
    (18, "Công văn"),
    (19, "Công điện"),
    (20, "Bản ghi nhớ"),
    (22, "Bản thỏa thuận"),
    (24, "Giấy ủy quyền"),
    (25, "Giấy mời"),
    (26, "Giấy giới thiệu"),
    (27, "Giấy nghỉ phép"),
    (30, "Phiếu gửi"),
    (31, "Phiếu chuyển"),
    (32, "Thư công"),
    (33, "Khác"),
];

impl Kind {
    /// The kind of a name, with its number in the list; with the sender's where the name is not listed.
    pub fn named(name: &str, otherwise: u16) -> Self {
        let listed = KINDS.iter().find(|(_, known)| same_name(known, name));
        Self {
            number: listed.map_or(otherwise, |(number, _)| *number),
            name: name.to_owned(),
        }
    }

    /// Công văn: 18 in the list of kinds (Decree 09/2010, the order that edXML follows).
    pub fn cong_van() -> Self {
        Self {
            number: 18,
            name: "Công văn".to_owned(),
        }
    }
}

/// Who signed, as printed at the foot (SignerInfo).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signatory {
    /// Quyền hạn: `TM. ỦY BAN NHÂN DÂN` (Decree 30 art. 13).
    pub competence: String,
    /// Chức vụ: `CHỦ TỊCH`.
    pub position: String,
    /// Họ tên, without titles.
    pub full_name: String,
}

/// A document that another one answers, recalls, updates or replaces (ResponseFor).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The organ that issued it.
    pub organ: OrganId,
    /// Its number and notation.
    pub code: Code,
    /// Its identifier.
    pub id: DocumentId,
    /// Its date.
    pub date: Option<Date>,
}

/// Who works on a package at the sender's (StaffInfo).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Staff {
    /// Phòng, bộ phận.
    pub department: String,
    /// Họ tên.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Mobile.
    pub mobile: String,
}

/// What a document's package says of it: MessageHeader and Bussiness of edXML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Its identifier.
    pub id: DocumentId,
    /// Who sends it.
    pub from: Organ,
    /// Who receives it, at least one.
    pub to: Vec<Organ>,
    /// Number and notation.
    pub code: Code,
    /// Địa danh.
    pub place: String,
    /// Date of issue; `None` where the sender wrote no possible date.
    pub date: Option<Date>,
    /// Kind.
    pub kind: Kind,
    /// Trích yếu.
    pub subject: String,
    /// Nội dung tóm tắt, usually the subject again.
    pub content: String,
    /// Who signed.
    pub signatory: Signatory,
    /// Hạn trả lời.
    pub due: Option<Date>,
    /// Urgency.
    pub urgency: Urgency,
    /// Phạm vi lưu hành.
    pub sphere: String,
    /// Ký hiệu người soạn.
    pub typist: String,
    /// Số lượng bản.
    pub copies: Option<u16>,
    /// Số trang.
    pub pages: Option<u16>,
    /// Titles of the appendices.
    pub appendices: Vec<String>,
    /// The documents it answers (for a recall, the recalled one).
    pub responds_to: Vec<Reference>,
    /// 0 no directive, 1 directive, 2 report on one (SteeringType).
    pub steering: u8,
    /// Nơi nhận, as printed.
    pub to_places: Vec<String>,
    /// What the package does.
    pub operation: Operation,
    /// Why (BussinessDocReason).
    pub reason: String,
    /// Whether a paper copy comes too.
    pub paper: bool,
    /// The documents an update or a replacement is about.
    pub concerns: Vec<DocumentId>,
    /// Who sends it at the sender's.
    pub staff: Staff,
}

impl DocumentFacts {
    /// The documents that the package's operation is about, as their sender names them. A recall
    /// bears the identifier of what it recalls, and some programs repeat it in ResponseFor; an
    /// update that names nothing is about the document of its own identifier.
    pub fn targets(&self) -> Vec<DocumentId> {
        let mut targets = match self.operation {
            Operation::New => Vec::new(),
            Operation::Recall => {
                let named = self
                    .responds_to
                    .iter()
                    .map(|reference| reference.id.clone());
                std::iter::once(self.id.clone()).chain(named).collect()
            }
            Operation::Update if self.concerns.is_empty() => vec![self.id.clone()],
            Operation::Update | Operation::Replace => self.concerns.clone(),
        };
        targets.dedup();
        targets
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn an_identifier_is_composed_as_the_axis_expects() {
        let organ = OrganId::new("000.00.15.H99").unwrap();
        let code = Code::new("125", "UBND-VP");
        let id = DocumentId::compose(&organ, date!(2026 - 11 - 20), &code);
        assert_eq!(id.as_str(), "000.00.15.H99,2026/11/20,125/UBND-VP");
    }

    #[test]
    fn a_code_splits_at_its_first_slash_or_hyphen() {
        let code = Code::parse("7816/VPCP-TTĐT");
        assert_eq!(
            (code.number.as_str(), code.notation.as_str()),
            ("7816", "VPCP-TTĐT")
        );
        assert_eq!(Code::parse("BINTEST123").notation, "");
        let party = Code::parse("12-CV/TU");
        assert_eq!(
            (party.number.as_str(), party.joint, party.notation.as_str()),
            ("12", '-', "CV/TU")
        );
        assert_eq!(party.to_string(), "12-CV/TU");
    }

    #[test]
    fn a_kind_is_known_by_its_name_whatever_number_its_sender_gives() {
        assert_eq!(Kind::named("CÔNG VĂN", 1).number, 18);
        assert_eq!(Kind::named("Báo cáo", 2).number, 14);
        assert_eq!(Kind::named("Phiếu báo", 7).number, 7, "not in the list");
    }

    #[test]
    fn digits_on_the_wire_go_there_and_back() {
        for code in 0..=3 {
            assert_eq!(Operation::from_code(code).map(Operation::code), Some(code));
        }
        assert_eq!(Operation::from_code(4), None);
        assert_eq!(
            Urgency::from_code(5),
            Urgency::Normal,
            "one sender writes 5 for normal"
        );
    }
}
