//! One document with everything that its pane shows.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{DocumentKey, Folder, Id, Text};
use crate::error::ErrorView;

/// One document.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct DocumentView {
    /// Which.
    pub key: DocumentKey,
    /// Where it stands.
    pub folder: Folder,
    /// Trích yếu.
    pub subject: String,
    /// Number and notation; the notation alone before numbering.
    pub code: String,
    /// 0 normal … 4.
    pub urgency: u8,
    /// Label and value, in order.
    pub facts: Vec<FactView>,
    /// Files, the main one first.
    pub files: Vec<FileView>,
    /// The main file's verdict; `None` while it is *chưa kiểm tra*.
    pub verdict: Option<VerdictView>,
    /// Checks at reception (axis-domain 11.3) or before sealing.
    pub checks: Vec<CheckView>,
    /// What its sender changed or asks to change, or what replaces it: shown wherever it is shown.
    pub banners: Vec<BannerView>,
    /// Who has been asked to sign and has not, the next one first.
    pub awaited: Vec<String>,
    /// What happened, oldest first; a last entry may say what will happen next.
    pub timeline: Vec<TimelineEntry>,
    /// The acts that are possible now, the main one first.
    pub acts: Vec<Act>,
    /// The clerk's note to the leader, the leader's reason for a return.
    pub note: Option<String>,
    /// The document it answers, if any.
    pub answers: Option<DocumentKey>,
    /// The documents that answer it.
    pub answered_by: Vec<DocumentKey>,
    /// The documents of ours that carry its files on: whom they went to has it, too.
    pub carried_by: Vec<DocumentKey>,
    /// Statuses about it that did not reach its sender.
    pub troubles: Vec<SendTrouble>,
}

/// What a sender changed or asks to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BannerKind {
    /// Yêu cầu thu hồi, undecided.
    RecallAsked,
    /// Yêu cầu cập nhật, undecided.
    UpdateAsked,
    /// Yêu cầu thay thế, undecided.
    ReplaceAsked,
    /// Đã thu hồi: frozen, its content is not shown.
    Recalled,
    /// Đã cập nhật: the new version is shown first.
    Updated,
    /// Đã bị thay thế.
    Replaced,
    /// A request that was refused.
    Refused,
}

/// A banner over a document.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct BannerView {
    /// What it says.
    pub kind: BannerKind,
    /// In words.
    pub text: Text,
    /// Why, as the sender wrote it, or why it was refused.
    pub reason: String,
    /// When it was asked or decided.
    pub at: String,
    /// The request that waits for a decision.
    pub request: Option<Id>,
    /// Whether it is decided at this document, not at the package that asks.
    pub here: bool,
    /// The document at the other end: the package that asks, or the document it is about.
    pub other: Option<DocumentKey>,
}

/// A fact: label, value, and what it means in small.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct FactView {
    /// The label.
    pub label: Text,
    /// The value.
    pub value: Text,
    /// Where it came from or what it means; an instant stands alone, for the window to tell as a day.
    pub small: Option<Text>,
}

/// A file of a document.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct FileView {
    /// Its SHA-256 in hex: also the name by which its pages are asked for.
    pub sha256: String,
    /// Its name, for showing only.
    pub name: String,
    /// Bytes.
    pub bytes: f64,
    /// Whether it is a PDF that can be shown.
    pub is_pdf: bool,
    /// Whether it goes with the document, beside the document itself: an attachment, an appendix.
    pub attached: bool,
    /// What it is: a revision of ours, or what its sender calls it.
    pub description: Text,
}

/// A page of a PDF as it is shown, its rotation applied.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct PageView {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

/// The four verdicts that a person sees, and the two of a file that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Hợp lệ.
    Valid,
    /// Hợp lệ, có thay đổi được phép.
    ValidWithPermittedChanges,
    /// Không hợp lệ.
    Invalid,
    /// Chưa kết luận được.
    Indeterminate,
    /// Chưa ký số.
    Unsigned,
    /// Không đọc được.
    Unreadable,
}

/// A verdict in words.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct VerdictView {
    /// Which.
    pub verdict: Verdict,
    /// One line for a terminal: the verdict in capitals, with its cause.
    pub headline: Text,
    /// The verdict alone, as a heading: *Hợp lệ, có thay đổi được phép*.
    pub title: Text,
    /// What was changed with permission, or why the verdict is no better; empty where nothing is to
    /// be added.
    pub cause: Text,
    /// Who signed which state, in order.
    pub timeline: Vec<Text>,
    /// What a careful reader must be told.
    pub warnings: Vec<Text>,
    /// Why it is not valid.
    pub reasons: Vec<Text>,
    /// Each signature.
    pub signatures: Vec<SignatureView>,
}

/// One signature.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SignatureView {
    /// The field's name.
    pub field: String,
    /// Common name of the signer.
    pub signer: String,
    /// The signer's organisation.
    pub organization: String,
    /// The time the signature claims, or the trusted one.
    pub at: Option<String>,
    /// Whether this one holds.
    pub verdict: Verdict,
    /// Technical detail for the disclosure: indication, algorithm, chain.
    pub detail: String,
}

/// A check: a sentence that is true when passed; a failed one says what to do.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct CheckView {
    /// Stable name of the check.
    pub check: String,
    /// How it came out.
    pub outcome: CheckOutcome,
    /// The sentence.
    pub sentence: Text,
    /// Evidence in small, or what to do about it.
    pub small: Option<Text>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// True.
    Passed,
    /// To be looked at, does not stop.
    Warning,
    /// Stops the act.
    Failed,
}

/// An entry of a timeline.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TimelineEntry {
    /// What happened, in words.
    pub text: Text,
    /// Who or which organ.
    pub who: String,
    /// When; `None` for what will happen next.
    pub at: Option<String>,
    /// The axis's code (01…06, 13, 15, 16), empty where there is none.
    pub code: String,
}

/// What can be done with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Tiếp nhận, vào sổ.
    Accept,
    /// Trả lại (asks why).
    Return,
    /// Chuyển xử lý (status 04).
    Assign,
    /// Bắt đầu xử lý (status 05).
    Start,
    /// Hoàn thành (status 06).
    Complete,
    /// Soạn văn bản trả lời.
    Answer,
    /// Thay tệp: a draft that was given back, or that was never prepared.
    Replace,
    /// Trình ký: hand over to the leader, or once more where the package was lost on its way.
    HandOver,
    /// Tệp đính kèm: which files go with the document.
    Attach,
    /// Xem vị trí các ô: correct where number, date, signature and seal will stand.
    Place,
    /// Nhận tệp đã ký: a signed file that came without a package.
    TakeSigned,
    /// Bỏ qua người ký: go on without the co-signer who is awaited (asks why).
    SkipSigner,
    /// Đưa về dự thảo: what is signed cannot be sealed as it is (asks why).
    BackToDraft,
    /// Ký.
    Sign,
    /// Cấp số và đóng dấu.
    NumberAndSeal,
    /// Gửi.
    Dispatch,
    /// Hủy số đã giữ (asks why).
    VoidNumber,
    /// Settle a send whose answer was lost.
    SettleSend,
    /// Thử lại ngay.
    RetrySend,
    /// Đọc lại a package that could not be read.
    ReadAgain,
    /// Đã xem gói không đọc được (asks why).
    Dismiss,
    /// Đồng ý thu hồi, cập nhật, thay thế (15).
    AgreeChange,
    /// Từ chối thu hồi, cập nhật, thay thế (16, asks why).
    RefuseChange,
    /// Vẫn nhận a document that bears another one's number.
    AdmitAnyway,
    /// Lấy lại before it leaves.
    TakeBack,
    /// Thu hồi what was sent (asks why).
    Recall,
    /// Cập nhật what was sent (asks why).
    Update,
    /// Thay thế: send it in the place of another document of ours (asks why).
    SendReplacement,
}

/// One recipient's line of the tracking matrix.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TrackingRow {
    /// Identifier of the recipient.
    pub organ_id: String,
    /// Its name.
    pub organ_name: String,
    /// Transport: pending, on the axis, fetched, failed, unclear.
    pub delivery: DeliveryView,
    /// Its statuses, one cell each.
    pub cells: Vec<StatusCell>,
    /// What was asked of it about the document since, oldest first.
    pub operations: Vec<OperationView>,
    /// The alarm, where it has told nothing for too long.
    pub silent: Option<Text>,
}

/// A recall or an update on its way to one recipient; its answer (15, 16) is among the statuses.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct OperationView {
    /// What is asked.
    pub text: Text,
    /// Transport.
    pub delivery: DeliveryView,
    /// When the axis took it.
    pub at: Option<String>,
}

/// Transport of one recipient's copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryView {
    /// Chờ gửi.
    Waiting,
    /// Đã gửi, on the axis.
    OnAxis,
    /// The receiver has it.
    Fetched,
    /// Chưa rõ.
    Unclear,
    /// Gửi lỗi.
    Failed,
}

/// A status that came back.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct StatusCell {
    /// Two digits.
    pub code: String,
    /// In words.
    pub text: Text,
    /// When.
    pub at: String,
    /// What the other side wrote.
    pub description: String,
    /// SHA-256 of the message behind it, which is kept as it came.
    pub raw: String,
}

/// A dispatched document's way.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TrackingView {
    /// Which document.
    pub key: DocumentKey,
    /// One line per recipient.
    pub rows: Vec<TrackingRow>,
    /// Sends that need a person.
    pub troubles: Vec<SendTrouble>,
    /// Sends that have not left and may be taken back.
    pub held: Vec<HeldSend>,
    /// Until when it has to be sent; `None` before it is signed.
    pub deadline: Option<DeadlineView>,
}

/// A send that waits for its time.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct HeldSend {
    /// The send.
    pub send: Id,
    /// When it leaves.
    pub at: String,
    /// For whom.
    pub recipients: Vec<String>,
    /// Why it waits, where a try failed.
    pub reason: String,
}

/// Until when a signed document has to be sent.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct DeadlineView {
    /// The earlier limit, which counts.
    pub due: String,
    /// Its law.
    pub law: Text,
    /// The later limit with its law.
    pub later: Text,
    /// Whether it was missed.
    pub late: bool,
}

/// A message as it came from the axis, as text.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct MessageView {
    /// Its beginning; what no reader shows as such (control characters, marks that turn the
    /// direction of writing) is replaced.
    pub text: String,
    /// Bytes of the whole.
    pub bytes: f64,
    /// Whether `text` is all of it.
    pub whole: bool,
}

/// A message of the exchange that needs a person and belongs to no document's way.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ExchangeTrouble {
    /// By what it is put away; `None` for what is given up or tried again as a send.
    pub dismissal: Option<String>,
    /// What it is.
    pub kind: TroubleKind,
    /// The send to try again, for a status that could not be told.
    pub send: Option<Id>,
    /// The axis's key, or the DocumentId that nobody knows here.
    pub key: String,
    /// The other side.
    pub who: String,
    /// What is known.
    pub text: Text,
    /// When it was last seen.
    pub at: Option<String>,
}

/// Kinds of [`ExchangeTrouble`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKind {
    /// A status of ours that the axis refused for good.
    StatusNotTold,
    /// A status about a document that we never sent.
    UnknownDocument,
    /// An acknowledgement that the axis refuses.
    AcknowledgementRefused,
    /// A package that the axis lists and cannot give.
    NotGiven,
}

/// A send that needs a person.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SendTrouble {
    /// The send.
    pub send: Id,
    /// Whether its answer was lost (else it was refused or gave up).
    pub unclear: bool,
    /// What is known.
    pub error: ErrorView,
    /// For whom.
    pub recipients: Vec<String>,
}
