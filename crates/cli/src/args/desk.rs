//! Commands at a desk.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use trien_app::view::Nudge;

use super::{PinArgs, nudge};

/// Commands at a desk.
#[derive(Debug, Subcommand)]
pub enum DeskCommand {
    /// Exchange with the axis once.
    Sync {
        /// Only tell last, next and why not.
        #[arg(long)]
        status: bool,
        /// Take the directory of organs, too.
        #[arg(long)]
        directory: bool,
        #[command(flatten)]
        pin: PinArgs,
    },
    /// List documents that came.
    Inbox {
        /// Which folder.
        #[arg(long, value_enum, default_value_t = InFolder::ToAccept)]
        folder: InFolder,
        /// Which of them.
        #[arg(long, value_enum, default_value_t = Which::All)]
        only: Which,
        #[command(flatten)]
        pages: Pages,
    },
    /// Vào sổ: register a document that came.
    Accept {
        /// The document.
        id: u32,
        /// Đơn vị hoặc người nhận.
        #[arg(long, default_value = "")]
        assignee: String,
    },
    /// Trả lại: a document to its sender (clerk) or to the clerk (leader).
    Return {
        /// The document.
        id: u32,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Tell a status on a document that came: 04 (with --to), 05 or 06.
    Status {
        /// The document.
        id: u32,
        /// 04, 05 or 06.
        code: String,
        /// To whom, for 04.
        #[arg(long, default_value = "")]
        to: String,
    },
    /// Take a draft in: check it, find its places, prepare it.
    Draft(Draft),
    /// Put the files that go with a document in the place of those that were there; PDFs are sealed with it.
    Attach {
        /// The document.
        id: u32,
        /// The files; none takes all away.
        files: Vec<PathBuf>,
    },
    /// Sao y, sao lục, trích sao: take in what is to be an electronic copy; `seal` gives it number and seal.
    Copy(CopyArgs),
    /// Gói trình ký: hand over, or take in what lies in the folder.
    Handover {
        /// Which way.
        #[command(subcommand)]
        way: HandoverCommand,
    },
    /// Ký: sign what waits for a signature at this desk.
    SignDocuments {
        /// The documents.
        #[arg(required = true)]
        ids: Vec<u32>,
        /// Write what became of each document here, as CSV.
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        /// Correct where a mark stands (number, date, signature, seal, corner) by points to the right and up; see `nudge`.
        #[arg(long = "nudge", value_name = "MARK=DX,DY", value_parser = nudge, allow_hyphen_values = true)]
        nudges: Vec<Nudge>,
        #[command(flatten)]
        pin: PinArgs,
    },
    /// Take a signed file back without a hand-over package.
    TakeSigned {
        /// The document.
        id: u32,
        /// The file that the leader signed.
        file: PathBuf,
    },
    /// Go on without a co-signer who was named.
    SkipSigner {
        /// The document.
        id: u32,
        /// The co-signer's full name.
        #[arg(long)]
        name: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Đưa về dự thảo: what is signed cannot be sealed as it is.
    BackToDraft {
        /// The document.
        id: u32,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Correct where the marks of a document's next act stand, instead of what was corrected before.
    Nudge {
        /// The document.
        id: u32,
        /// A mark (number, date, signature, seal, corner) and the points that it moves to the right and up.
        #[arg(value_name = "MARK=DX,DY", value_parser = nudge)]
        nudges: Vec<Nudge>,
    },
    /// Cấp số và đóng dấu.
    Seal {
        /// The document.
        id: u32,
        /// Correct where a mark stands (number, date, signature, seal, corner) by points to the right and up; see `nudge`.
        #[arg(long = "nudge", value_name = "MARK=DX,DY", value_parser = nudge, allow_hyphen_values = true)]
        nudges: Vec<Nudge>,
        #[command(flatten)]
        pin: PinArgs,
    },
    /// Hủy số: give a reserved number up.
    VoidNumber {
        /// The document.
        id: u32,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// List documents of ours.
    Outbox {
        /// Which folder.
        #[arg(long, value_enum, default_value_t = OutFolder::Drafts)]
        folder: OutFolder,
        #[command(flatten)]
        pages: Pages,
    },
    /// Find documents of both directions by words, newest first.
    Search {
        /// The words; the last one may be a beginning.
        text: String,
        #[command(flatten)]
        pages: Pages,
    },
    /// Find organs of the directory by words of their names or codes.
    Organs {
        /// The words; the last one may be a beginning.
        text: String,
    },
    /// Register a unit of this office with the axis, or change it, so that it sends and receives by this system.
    RegisterUnit {
        /// Its OrganId.
        code: String,
        /// Its name.
        #[arg(long)]
        name: String,
        /// The OrganId of the unit above it.
        #[arg(long)]
        parent: String,
        /// Its address for mail.
        #[arg(long, default_value = "")]
        email: String,
        /// Its telephone.
        #[arg(long, default_value = "")]
        telephone: String,
    },
    /// Take a unit of this office off the axis.
    RemoveUnit {
        /// Its OrganId.
        code: String,
    },
    /// Đồng ý or từ chối a recall, an update or a replacement that a sender asks for.
    Change {
        /// The request, as `show in` tells it in the document's banners.
        request: u32,
        /// What is decided.
        #[arg(value_enum)]
        decision: ChangeDecision,
        /// Why not; the sender reads it.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Vẫn nhận: admit a document that bears another one's number.
    AdmitAnyway {
        /// The message, as in `inbox --folder duplicates`.
        id: u32,
    },
    /// List what the exchange needs a person for: statuses that could not be told or that nobody
    /// knows, refused acknowledgements, packages that the axis does not give.
    Troubles {
        /// Đã xem, cất đi: put one away, as its line begins.
        #[arg(long, value_name = "TROUBLE")]
        dismiss: Option<String>,
    },
    /// Show a message as it came from the axis.
    Message {
        /// Its SHA-256, as `tracking` tells it of each status.
        sha256: String,
        /// Write it here, whole.
        #[arg(long, value_name = "FILE")]
        save: Option<PathBuf>,
    },
    /// Show one document.
    Show {
        /// Which way it went.
        #[arg(value_enum)]
        direction: Way,
        /// The document.
        id: u32,
        /// Write its newest file here.
        #[arg(long, value_name = "FILE")]
        save: Option<PathBuf>,
        /// Write the files that go with it into this folder.
        #[arg(long, value_name = "DIR")]
        attachments: Option<PathBuf>,
        /// Draw the last page of its newest file as a PNG here.
        #[arg(long, value_name = "PNG")]
        picture: Option<PathBuf>,
    },
    /// Gửi: put a sealed document into the queue.
    Send {
        /// The document.
        id: u32,
        /// Recipients by OrganId; those of the draft if none is given.
        #[arg(long)]
        to: Vec<String>,
        /// Only tell what may keep them from taking it.
        #[arg(long)]
        check: bool,
    },
    /// Lấy lại a package that has not left.
    TakeBack {
        /// The send, as `tracking` tells it.
        send: u32,
    },
    /// Thu hồi: ask recipients to cancel a document that was sent.
    Recall {
        /// The document.
        id: u32,
        /// Recipients by OrganId; all that have it if none is given.
        #[arg(long)]
        to: Vec<String>,
        /// Why; the recipients read it.
        #[arg(long)]
        reason: String,
    },
    /// Cập nhật: tell recipients what changed around a document that was sent.
    Update {
        /// The document.
        id: u32,
        /// Recipients by OrganId; all that have it if none is given.
        #[arg(long)]
        to: Vec<String>,
        /// Why; the recipients read it.
        #[arg(long)]
        reason: String,
        /// The new due date, yyyy-MM-dd.
        #[arg(long)]
        due: Option<String>,
        /// The new urgency, 0 to 4.
        #[arg(long, value_parser = clap::value_parser!(u8).range(0..=4))]
        urgency: Option<u8>,
        /// The new subject line.
        #[arg(long)]
        subject: Option<String>,
    },
    /// Thay thế: send a sealed document in the place of others of ours.
    Replace {
        /// The new document.
        id: u32,
        /// A document that it replaces.
        #[arg(long, required = true)]
        old: Vec<u32>,
        /// Recipients by OrganId; all that have the first replaced one if none is given.
        #[arg(long)]
        to: Vec<String>,
        /// Why; the recipients read it.
        #[arg(long)]
        reason: String,
    },
    /// Recipient × status of a dispatched document.
    Tracking {
        /// The document.
        id: u32,
    },
    /// Look once more into a package that was set aside.
    ReadAgain {
        /// The package, as in `inbox --folder unreadable`.
        id: u32,
    },
    /// Acknowledge a package that could not be taken up, now that a person has dealt with it.
    Dismiss {
        /// The package, as in `inbox --folder unreadable`.
        id: u32,
        /// What was done about it.
        #[arg(long)]
        reason: String,
    },
    /// Trả lại a package that could not be taken up: the axis is told that it failed, and why.
    ReturnPackage {
        /// The package, as in `inbox --folder unreadable`.
        id: u32,
        /// Why; the sender's program sees it.
        #[arg(long)]
        reason: String,
    },
    /// Try a send that failed again.
    Retry {
        /// The send, as `tracking` tells it.
        send: u32,
    },
    /// Thôi gửi: give a send up that failed.
    GiveUp {
        /// The send, as `tracking` or `troubles` tells it.
        send: u32,
        /// Why; the audit trail keeps it.
        #[arg(long)]
        reason: String,
    },
    /// Settle a send whose answer was lost.
    Settle {
        /// The send.
        send: u32,
        /// What is so.
        #[arg(value_enum)]
        decision: Decision,
    },
    /// A book in its ten columns.
    Register {
        /// Which book.
        #[arg(value_enum)]
        book: WhichBook,
        /// Which year; this one if not given.
        #[arg(long)]
        year: Option<i32>,
        /// Only lines that have every one of these words, marks and case aside.
        #[arg(long, value_name = "TEXT", default_value = "")]
        find: String,
        /// Write the whole of it there instead, in the order of the book: a table where the name ends in `.csv`, else a
        /// PDF to be printed.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["after", "limit", "all"])]
        out: Option<PathBuf>,
        #[command(flatten)]
        pages: Pages,
    },
    /// Who may sign for the office.
    Signatories,
    /// How papers can be laid out.
    Layouts,
}

/// Which pages of a list.
#[derive(Debug, Args, Default)]
pub struct Pages {
    /// Go on after a page: its `next`.
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
    /// Whole pages until there are so many rows; one page if not given.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// All rows, page by page.
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

/// What is decided about a sender's request.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ChangeDecision {
    /// Đồng ý.
    Agree,
    /// Từ chối.
    Refuse,
}

/// A new outgoing document.
#[derive(Debug, Args)]
pub struct Draft {
    /// The PDF.
    pub file: PathBuf,
    /// Trích yếu.
    #[arg(long)]
    pub subject: String,
    /// Ký hiệu.
    #[arg(long, allow_hyphen_values = true)]
    pub notation: String,
    /// How the paper is laid out: a key of `layouts`; the profile's, else the one that its first page is known by, if not
    /// given.
    #[arg(long, value_name = "KEY", default_value = "")]
    pub layout: String,
    /// Tên loại.
    #[arg(long, default_value = "Công văn")]
    pub kind: String,
    /// Who signs: a row of `signatories`.
    #[arg(long)]
    pub signatory: u32,
    /// The full name of somebody who initials it first (ký nháy).
    #[arg(long, value_name = "NAME")]
    pub initials: Vec<String>,
    /// The full name, as printed, of somebody who signs it beside the signatory.
    #[arg(long = "co-signer", value_name = "NAME")]
    pub co_signers: Vec<String>,
    /// Recipients by OrganId.
    #[arg(long)]
    pub to: Vec<String>,
    /// The incoming document that it answers.
    #[arg(long)]
    pub answers: Option<u32>,
    /// Due date for an answer, yyyy-MM-dd.
    #[arg(long)]
    pub due: Option<String>,
    /// How urgent, 0 to 4: the stamp is drawn before anybody signs, unless it is printed.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=4))]
    pub urgency: u8,
    /// A file that goes with it: an attachment or an appendix.
    #[arg(long = "attach", value_name = "FILE")]
    pub attachments: Vec<PathBuf>,
    /// A note to the leader.
    #[arg(long, default_value = "")]
    pub note: String,
    /// The draft in whose place it comes: one that the leader gave back.
    #[arg(long, value_name = "ID")]
    pub replaces: Option<u32>,
    /// The file was signed elsewhere: it is taken in as signed, to be numbered and sealed.
    #[arg(long, conflicts_with_all = ["replaces", "initials", "co_signers"])]
    pub signed: bool,
}

/// What is to be a copy.
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The scan, the sao y, or the extract, as a PDF.
    pub file: PathBuf,
    /// Hình thức sao.
    #[arg(long, value_enum)]
    pub form: WhichCopy,
    /// Trích yếu of what is copied.
    #[arg(long)]
    pub subject: String,
    /// Ký hiệu of the copy's own number: `SY-UBND`.
    #[arg(long)]
    pub notation: String,
    /// Tên loại of what is copied.
    #[arg(long, default_value = "Công văn")]
    pub kind: String,
    /// Who is in charge of it: a row of `signatories`.
    #[arg(long)]
    pub signatory: Option<u32>,
    /// Recipients by OrganId.
    #[arg(long)]
    pub to: Vec<String>,
    /// Due date for an answer, yyyy-MM-dd.
    #[arg(long)]
    pub due: Option<String>,
}

/// Hình thức sao.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WhichCopy {
    /// Of an original.
    SaoY,
    /// Of a sao y.
    SaoLuc,
    /// A part, set anew.
    TrichSao,
}

/// Hand over, or take in.
#[derive(Debug, Subcommand)]
pub enum HandoverCommand {
    /// Trình ký a prepared document (clerk), or hand back what is signed (leader, without an id).
    Out {
        /// The document.
        id: Option<u32>,
        /// A note.
        #[arg(long, default_value = "")]
        note: String,
        /// The person to sign, instead of the next one: out of turn, or somebody who was forgotten.
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
    },
    /// Take in what lies in the folder for this desk.
    In,
}

/// Folders of documents that came.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum InFolder {
    /// Chờ tiếp nhận.
    ToAccept,
    /// Đã vào sổ.
    Registered,
    /// Đang xử lý.
    InProgress,
    /// Quá hạn.
    Overdue,
    /// Đã hoàn thành.
    Completed,
    /// Bị trả lại.
    Returned,
    /// Không đọc được.
    Unreadable,
    /// Trùng số, ký hiệu.
    Duplicates,
}

/// Which documents of a folder.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Which {
    /// Tất cả.
    All,
    /// Khẩn.
    Urgent,
    /// Có hạn.
    Dated,
}

/// Folders of documents of ours.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum OutFolder {
    /// Dự thảo.
    Drafts,
    /// Chờ ký.
    ToSign,
    /// Đã ký.
    Signed,
    /// Chờ cấp số.
    ToNumber,
    /// Chờ gửi.
    ToSend,
    /// Gửi lỗi.
    SendTrouble,
    /// Theo dõi.
    Tracking,
}

/// Incoming or outgoing.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Way {
    /// Văn bản đến.
    In,
    /// Văn bản đi.
    Out,
    /// A package that was set aside.
    Package,
}

/// What is so of a send whose answer was lost.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Decision {
    /// The receiver has it.
    CountAsSent,
    /// It did not arrive.
    SendAgain,
}

/// A book.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WhichBook {
    /// Sổ đăng ký văn bản đi.
    Out,
    /// Sổ đăng ký văn bản đến.
    In,
}
