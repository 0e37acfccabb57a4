//! What the shells send (forms) and what the two signing tasks show before they act.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CheckView, DocumentKey, Id, Text};
use crate::error::{AppError, ErrorCode, ErrorView, Result};

/// A new outgoing document; its PDF comes from the shell's own file dialog or argument.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct DraftForm {
    /// Trích yếu.
    pub subject: String,
    /// Ký hiệu after the slash, `UBND-VP`.
    pub notation: String,
    /// Which layout the paper has, by key; empty: the profile's, else the one that its first page is known by.
    #[serde(default)]
    pub layout: String,
    /// Tên loại, `Công văn`.
    pub kind: String,
    /// 0 normal … 4.
    pub urgency: u8,
    /// Due date for an answer, `yyyy-MM-dd`.
    pub due: Option<String>,
    /// Which of the office's signatories signs.
    pub signatory: Id,
    /// Full names of those who initial it first (ký nháy).
    #[serde(default)]
    pub initials: Vec<String>,
    /// Full names, as printed, of those who sign it beside the signatory.
    #[serde(default)]
    pub co_signers: Vec<String>,
    /// Identifiers of the recipients; may be completed before dispatch.
    pub recipients: Vec<String>,
    /// The incoming document it answers.
    pub answers: Option<Id>,
    /// A note to the leader.
    pub note: String,
}

/// Hình thức sao.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// Of an original on paper, whole, from its scan.
    SaoY,
    /// Of a sao y, whole.
    SaoLuc,
    /// A part of an original, set anew.
    TrichSao,
}

/// What a copy is of, and how it goes out; its PDF comes as a draft's does.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct CopyRequest {
    /// Hình thức sao.
    pub form: CopyKind,
    /// Trích yếu of what is copied.
    pub subject: String,
    /// Tên loại of what is copied.
    pub kind: String,
    /// The notation of the copy's own number: `SY-UBND`.
    pub notation: String,
    /// Who is in charge of the copy (art. 27), a row of the register of signatories.
    pub signatory: Option<Id>,
    /// Identifiers of the recipients; may be completed before dispatch.
    pub recipients: Vec<String>,
    /// A date by which an answer is due, `yyyy-MM-dd`.
    pub due: Option<String>,
}

/// A draft that is to be changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct DraftEdit {
    /// As it stands; the note starts empty, and the recipients are beside it with their names.
    pub form: DraftForm,
    /// Whom it goes to.
    pub recipients: Vec<OrganView>,
}

/// Who may sign for the office (the register of signatories).
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SignatoryView {
    /// The row.
    pub id: Id,
    /// Họ tên, as in the certificate.
    pub full_name: String,
    /// Quyền hạn, `TM. ỦY BAN NHÂN DÂN`.
    pub competence: String,
    /// Chức vụ, `CHỦ TỊCH`.
    pub position: String,
}

/// How a kind of paper is laid out.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct LayoutView {
    /// Its stable name, as a draft's form and the profile give it.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// The clauses that it follows.
    pub sources: Vec<String>,
}

/// A rectangle on a page in points, origin at the bottom left of the page as shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct BoxView {
    /// Page from 0.
    pub page: u32,
    /// Left.
    pub x: f64,
    /// Bottom.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A mark whose place a person can correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// The number.
    Number,
    /// Day and month, together.
    Date,
    /// The picture of the signature that is made at this desk; before the first signature the leader's.
    Signature,
    /// The seal.
    Seal,
    /// The organisation's text on a copy.
    Corner,
}

impl MarkKind {
    /// Its name as commands and the timeline have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Date => "date",
            Self::Signature => "signature",
            Self::Seal => "seal",
            Self::Corner => "corner",
        }
    }
}

/// How far a mark is moved from where it would stand by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Nudge {
    /// Which mark.
    pub mark: MarkKind,
    /// Points to the right on the page as shown.
    pub dx: f64,
    /// Points up.
    pub dy: f64,
}

/// Something that will stand on the page, shown where it will stand.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct GhostView {
    /// What: `number`, `day`, `month`, `signature`, `seal`, `corner`.
    pub what: String,
    /// Where.
    pub place: BoxView,
    /// The text that will be printed, empty for images.
    pub text: String,
    /// The image as a `data:` URL of a PNG, empty for texts.
    pub image: String,
    /// One line below the preview.
    pub caption: Text,
    /// The mark by which `nudge` moves it; `None` where its place is fixed by a signature.
    pub nudge: Option<MarkKind>,
}

/// Before a prepared draft is handed over.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PlacePreview {
    /// Which document.
    pub key: DocumentKey,
    /// The prepared file.
    pub sha256: String,
    /// Its pages.
    pub pages: u32,
    /// The boxes of number, day, month, signature and seal.
    pub ghosts: Vec<GhostView>,
    /// The corrections that are kept for the hand-over.
    pub nudges: Vec<Nudge>,
}

/// Before the leader signs.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SignPreview {
    /// Which document.
    pub key: DocumentKey,
    /// The file that will be signed.
    pub sha256: String,
    /// The file as it will look, made by the code that signs; the same as `sha256` where the token is
    /// not there to sign with.
    pub shown: String,
    /// Its pages.
    pub pages: u32,
    /// The signature's mark.
    pub ghosts: Vec<GhostView>,
    /// The corrections that are kept for this act.
    pub nudges: Vec<Nudge>,
    /// Checks before the PIN.
    pub checks: Vec<CheckView>,
    /// Whether signing may start.
    pub ready: bool,
}

/// Before the clerk numbers and seals.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SealPreview {
    /// Which document.
    pub key: DocumentKey,
    /// The file that will be sealed.
    pub sha256: String,
    /// The file as it will look, made by the code that seals; the same as `sha256` where it cannot be
    /// sealed now.
    pub shown: String,
    /// Its pages.
    pub pages: u32,
    /// The series in words, `Văn bản đi 2026, dãy số chung`.
    pub series: Text,
    /// The number it has reserved or will get.
    pub number: u32,
    /// As printed.
    pub printed: String,
    /// Whether the number is reserved for this file already.
    pub reserved: bool,
    /// Ký hiệu.
    pub notation: String,
    /// The date it will bear, `yyyy-MM-dd`.
    pub date: String,
    /// Number, date and seal where they will stand.
    pub ghosts: Vec<GhostView>,
    /// The corrections that are kept for this act.
    pub nudges: Vec<Nudge>,
    /// The gate (Decree 30 art. 32.2.d).
    pub gate: Vec<CheckView>,
    /// Whether the gate is open.
    pub ready: bool,
}

/// An organ of the directory, as a picker shows it.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct OrganView {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// The organ above it.
    pub parent: String,
    /// No longer in the directory.
    pub closed: bool,
    /// A warning: another organ's name looks the same.
    pub lookalike: Option<Text>,
}

/// Before dispatch.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct DispatchPreview {
    /// Which document.
    pub key: DocumentKey,
    /// Chosen so far.
    pub recipients: Vec<OrganView>,
    /// Checks: sealed, size, recipients known.
    pub checks: Vec<CheckView>,
    /// Whether it may leave.
    pub ready: bool,
}

/// What changes around a document of ours that was sent (BussinessDocType 2); what is not given stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct UpdateForm {
    /// Due date for an answer, `yyyy-MM-dd`.
    pub due: Option<String>,
    /// 0 normal … 4.
    pub urgency: Option<u8>,
    /// Trích yếu.
    pub subject: Option<String>,
}

/// The clerk's word on a send whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnclearDecision {
    /// The receiver has it: it counts as sent.
    CountAsSent,
    /// It did not arrive: send it again.
    SendAgain,
}

/// What a synchronisation did.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct SyncReport {
    /// Documents taken in.
    pub received: u32,
    /// Duplicates met.
    pub duplicates: u32,
    /// Packages set aside as unreadable.
    pub unreadable: u32,
    /// Statuses taken in.
    pub statuses: u32,
    /// Packages that left.
    pub sent: u32,
    /// Sends that became unclear or failed.
    pub troubles: u32,
    /// What a person should know beside the figures: what was interrupted and went on, what came twice.
    pub notices: Vec<ErrorView>,
    /// The first fault that concerned one package only; the round went on, and ends with it.
    #[serde(skip)]
    pub(crate) trouble: Option<AppError>,
}

impl SyncReport {
    /// Tells something once.
    pub(crate) fn tell(&mut self, code: ErrorCode) {
        if self.notices.iter().all(|notice| notice.code != code) {
            self.notices.push(AppError::from(code).view());
        }
    }

    /// Goes on after a fault that the next package need not meet; gives any other back.
    pub(crate) fn pass_over(&mut self, error: AppError) -> Result<()> {
        if error.retry_after.is_some() || !Self::concerns_one_package(error.code) {
            return Err(error);
        }
        self.trouble.get_or_insert(error);
        Ok(())
    }

    /// Goes on after an error that was met at one package of ours and stays counted against it.
    pub(crate) fn pass_over_package(&mut self, error: AppError) {
        self.trouble.get_or_insert(error);
    }

    /// Goes on after the axis refused a list: what waits to leave need not wait for that. Whatever else answered need
    /// not be the axis, and would make each document that is sent to it *chưa rõ*.
    pub(crate) fn pass_over_list(&mut self, error: AppError) -> Result<()> {
        if error.retry_after.is_some() || error.code != ErrorCode::AxisRefused {
            return Err(error);
        }
        self.trouble.get_or_insert(error);
        Ok(())
    }

    /// Whether a fault is of one package, so that the next one need not meet it.
    pub(crate) fn concerns_one_package(code: ErrorCode) -> bool {
        matches!(
            code,
            ErrorCode::AxisRefused
                | ErrorCode::AxisNotJson
                | ErrorCode::AxisIncomplete
                | ErrorCode::PackageInvalid
        )
    }
}

/// What taking in hand-over packages did.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct HandoverReport {
    /// Documents taken in.
    pub taken: Vec<DocumentKey>,
    /// Packages that could not be taken.
    pub refused: Vec<HandoverRefusal>,
}

/// A package that was not taken in, and why.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct HandoverRefusal {
    /// The document's subject, or the folder's name where its facts cannot be read.
    pub package: String,
    /// Why.
    pub error: ErrorView,
}
