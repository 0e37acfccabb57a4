//! The commands and their arguments. A PIN is never one of them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Triện: review, sign, number, seal and dispatch official documents.
#[derive(Debug, Parser)]
#[command(name = "trien", version, propagate_version = true)]
pub struct Trien {
    /// The profile's data folder.
    #[arg(long, global = true, env = "TRIEN_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// One JSON object on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Commands on plain files, at a desk, and for practice.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// On plain files, without a profile.
    #[command(flatten)]
    File(FileCommand),
    /// Making a desk ready for work.
    #[command(flatten)]
    SetUp(SetUpCommand),
    /// At a desk, on its profile.
    #[command(flatten)]
    Desk(DeskCommand),
    /// The signing tokens of this machine; no PIN is asked.
    Token {
        /// What to tell.
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// The practice axis, PKI and office.
    Practice {
        /// Which.
        #[command(subcommand)]
        command: PracticeCommand,
    },
}

/// The signing tokens of this machine.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// List modules, tokens and certificates.
    List {
        /// Look at this PKCS#11 library only.
        #[arg(long, value_name = "LIBRARY")]
        module: Option<PathBuf>,
    },
    /// Say what is wrong and what to do, to be read out on the telephone.
    Doctor {
        /// Look at this PKCS#11 library only.
        #[arg(long, value_name = "LIBRARY")]
        module: Option<PathBuf>,
    },
}

/// On plain files.
#[derive(Debug, Subcommand)]
pub enum FileCommand {
    /// Judge the signatures of a PDF.
    Verify(Verify),
    /// Cut out exactly what one person signed.
    Revision(Revision),
    /// Check a draft, find its places and prepare the fields.
    Prepare(Prepare),
    /// Sign a prepared file, in the field that names the certificate's holder.
    Sign(Sign),
    /// Fill number and date and seal, in one revision.
    NumberAndSeal(NumberAndSeal),
    /// Add a timestamp, validation data or an archive timestamp to a signed file; no key is needed.
    Extend(Extend),
}

/// Judge the signatures of a PDF.
#[derive(Debug, Args)]
pub struct Verify {
    /// The PDF.
    pub file: PathBuf,
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Fetch what is wanting: issuers, revocation lists, OCSP answers.
    #[arg(long)]
    pub online: bool,
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Cut out exactly what one person signed.
#[derive(Debug, Args)]
pub struct Revision {
    /// The PDF.
    pub file: PathBuf,
    /// The name of the signature's field, as `verify` tells it.
    #[arg(long, value_name = "FIELD")]
    pub signature: String,
    /// Where to write the signed document.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// The password of an encrypted PDF; never an argument, because other programs see those.
#[derive(Debug, Args, Default)]
pub struct PasswordArgs {
    /// The variable that holds the user's or the owner's password of an encrypted PDF.
    #[arg(long = "password-env", value_name = "NAME")]
    pub variable: Option<String>,
}

/// What is trusted: PEM or DER files, or folders of them.
#[derive(Debug, Args, Default)]
pub struct TrustArgs {
    /// A trusted root.
    #[arg(long = "trust", value_name = "P")]
    pub roots: Vec<PathBuf>,
    /// An issuer for building chains.
    #[arg(long = "intermediate", value_name = "P")]
    pub intermediates: Vec<PathBuf>,
    /// A revocation list.
    #[arg(long = "crl", value_name = "P")]
    pub crls: Vec<PathBuf>,
    /// An OCSP answer.
    #[arg(long = "ocsp", value_name = "P")]
    pub ocsps: Vec<PathBuf>,
    /// The instant of the judgement, RFC 3339; now if not given.
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<String>,
}

/// Check a draft, find its places and prepare the fields.
#[derive(Debug, Args)]
pub struct Prepare {
    /// The draft.
    pub file: PathBuf,
    /// Where to write the prepared file.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// The signer's name as printed at the document's end.
    #[arg(long, value_name = "NAME")]
    pub signer: String,
    /// The name of somebody who initials it first (ký nháy).
    #[arg(long, value_name = "NAME")]
    pub initials: Vec<String>,
    /// The name, as printed, of somebody who signs it beside the signer.
    #[arg(long = "co-signer", value_name = "NAME")]
    pub co_signers: Vec<String>,
    /// The seal's true diameter in mm.
    #[arg(long, value_name = "MM")]
    pub seal_diameter: Option<f64>,
    /// The picture that the signer will use, for its proportions.
    #[arg(long, value_name = "PNG")]
    pub mark: Option<PathBuf>,
}

/// Which certificate of which module signs, and where the PIN comes from.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// The PKCS#11 library.
    #[arg(long, value_name = "LIBRARY")]
    pub module: PathBuf,
    /// The token's label or serial number.
    #[arg(long, value_name = "LABEL")]
    pub token: Option<String>,
    /// The certificate on the token, as a PEM or DER file.
    #[arg(long, value_name = "FILE", conflicts_with = "key_id")]
    pub cert: Option<PathBuf>,
    /// The key's CKA_ID in hex.
    #[arg(long, value_name = "HEX")]
    pub key_id: Option<String>,
    #[command(flatten)]
    pub pin: PinArgs,
}

/// Where the PIN comes from; a prompt if neither is given. Never an argument.
#[derive(Debug, Args, Default, Clone)]
pub struct PinArgs {
    /// Read the PIN from this file descriptor.
    #[arg(long, value_name = "N", conflicts_with = "pin_env")]
    pub pin_fd: Option<i32>,
    /// Read the PIN from this environment variable.
    #[arg(long, value_name = "NAME")]
    pub pin_env: Option<String>,
    /// Enter the PIN although only one try is left.
    #[arg(long)]
    pub confirm_last_try: bool,
}

/// Sign a prepared file, in the field that names the certificate's holder.
#[derive(Debug, Args)]
pub struct Sign {
    /// The prepared file.
    pub file: PathBuf,
    /// Where to write the signed file.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// The picture of the signature.
    #[arg(long, value_name = "PNG")]
    pub mark: Option<PathBuf>,
    /// Make a new field: page, left, top, width and height in mm from the upper left of the page as shown.
    #[arg(long, value_name = "PAGE,X,Y,W,H")]
    pub at: Option<String>,
    #[command(flatten)]
    pub token: TokenArgs,
}

/// Fill number and date and seal.
#[derive(Debug, Args)]
pub struct NumberAndSeal {
    /// The file that the leader signed.
    pub file: PathBuf,
    /// Where to write the sealed file.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// The number.
    #[arg(long)]
    pub number: u32,
    /// The date, yyyy-MM-dd.
    #[arg(long)]
    pub date: String,
    /// The picture of the seal.
    #[arg(long, value_name = "PNG")]
    pub mark: Option<PathBuf>,
    /// Who has signed, for a file that was signed elsewhere and has no boxes.
    #[arg(long, value_name = "NAME")]
    pub signer: Option<String>,
    /// The seal's true diameter in mm, where there is no box for it.
    #[arg(long, value_name = "MM")]
    pub seal_diameter: Option<f64>,
    /// Number and seal a file that was certified elsewhere, too: some programs may call it invalid afterwards.
    #[arg(long)]
    pub after_certification: bool,
    #[command(flatten)]
    pub trust: TrustArgs,
    #[command(flatten)]
    pub token: TokenArgs,
}

/// Making a desk ready for work.
#[derive(Debug, Subcommand)]
pub enum SetUpCommand {
    /// Make a desk's profile from an office file, or bring it up to date with it.
    SetUp {
        /// The office file (docs/setting-up.md).
        file: PathBuf,
    },
    /// Give the axis's secret to the key store.
    Secret(SecretArgs),
    /// Show the profile.
    Profile,
}

/// Where a secret comes from; a prompt if neither is given. Never an argument.
#[derive(Debug, Args)]
pub struct SecretArgs {
    /// Read the secret from this file descriptor.
    #[arg(long, value_name = "N", conflicts_with = "secret_env")]
    pub secret_fd: Option<i32>,
    /// Read the secret from this environment variable.
    #[arg(long, value_name = "NAME")]
    pub secret_env: Option<String>,
}

/// Add a timestamp, validation data or an archive timestamp.
#[derive(Debug, Args)]
pub struct Extend {
    /// The signed file.
    pub file: PathBuf,
    /// Where to write the extended file.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Which level.
    #[arg(long, value_enum)]
    pub level: Level,
    /// The timestamp authority.
    #[arg(long, value_name = "URL")]
    pub tsa: Option<String>,
    /// How many seconds to wait for it.
    #[arg(long, value_name = "SECONDS", default_value_t = 150)]
    pub patience: u64,
    /// Fetch lists, OCSP answers and issuers from the addresses that certificates name.
    #[arg(long)]
    pub online: bool,
    #[command(flatten)]
    pub trust: TrustArgs,
}

/// PAdES levels above B-B.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Level {
    /// B-T: a timestamp in the last signature.
    T,
    /// B-LT: and validation data.
    Lt,
    /// B-LTA: and an archive timestamp; once more renews it.
    Lta,
}

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
    },
    /// List documents that came.
    Inbox {
        /// Which folder.
        #[arg(long, value_enum, default_value_t = InFolder::ToAccept)]
        folder: InFolder,
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
    /// Cấp số và đóng dấu.
    Seal {
        /// The document.
        id: u32,
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
    Troubles,
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
    /// Acknowledge a package that could not be taken up, now that a person has dealt with it.
    Dismiss {
        /// The package, as in `inbox --folder unreadable`.
        id: u32,
        /// What was done about it.
        #[arg(long)]
        reason: String,
    },
    /// Try a send that failed again.
    Retry {
        /// The send, as `tracking` tells it.
        send: u32,
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
        #[command(flatten)]
        pages: Pages,
    },
    /// Who may sign for the office.
    Signatories,
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
    #[arg(long)]
    pub notation: String,
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
    /// Đã hoàn thành.
    Completed,
    /// Bị trả lại.
    Returned,
    /// Không đọc được.
    Unreadable,
    /// Trùng số, ký hiệu.
    Duplicates,
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

/// The practice axis, PKI and office.
#[derive(Debug, Subcommand)]
pub enum PracticeCommand {
    /// Run the practice axis over a folder, on loopback, until stopped.
    Axis {
        /// Its folder.
        folder: PathBuf,
        /// The port; the folder's own if not given.
        #[arg(long)]
        port: Option<u16>,
        /// Answer getSentEdocList without a docId too; no real axis is known to.
        #[arg(long)]
        list_sent_without_id: bool,
        /// Deliver packages written anew, as real axes do: XML signatures break, empty elements go.
        #[arg(long)]
        rewrite: bool,
        /// Print its queues and end.
        #[arg(long)]
        queues: bool,
    },
    /// Fill the directory of an axis's folder with many made-up organs.
    Directory {
        /// The axis's folder; the axis must not run.
        folder: PathBuf,
        /// How many.
        #[arg(long, default_value_t = 120_000)]
        units: u32,
    },
    /// Make a practice CA, revoke a certificate of it, serve it.
    Pki {
        /// Its folder.
        folder: PathBuf,
        /// Revoke the certificate of this PEM file, since now.
        #[arg(long, value_name = "PEM")]
        revoke: Option<PathBuf>,
        /// Serve its lists, OCSP and timestamps on this port of loopback, until stopped.
        #[arg(long, value_name = "PORT")]
        serve: Option<u16>,
    },
    /// Make the practice office: three desks, their tokens, an axis with documents waiting on it.
    Office {
        /// Its folder.
        folder: PathBuf,
        /// The axis's port.
        #[arg(long, default_value_t = 28420)]
        port: u16,
    },
    /// Make one soft token; the office makes its own by this.
    #[command(hide = true)]
    Token(Token),
}

/// One soft token with one certificate.
#[derive(Debug, Args)]
pub struct Token {
    /// Where its SoftHSM configuration and objects go.
    pub folder: PathBuf,
    /// The CA's folder.
    #[arg(long)]
    pub ca: PathBuf,
    /// The token's label.
    #[arg(long)]
    pub label: String,
    /// The environment variable with its PIN.
    #[arg(long)]
    pub pin_env: String,
    /// CN: a person's full name or the organ's.
    #[arg(long)]
    pub name: String,
    /// The person's title; an organ has none.
    #[arg(long)]
    pub title: Option<String>,
    /// O: the organ.
    #[arg(long)]
    pub organ: String,
    /// Whether the certificate has expired.
    #[arg(long)]
    pub expired: bool,
    /// Where to write the certificate (PEM).
    #[arg(long)]
    pub out: PathBuf,
}
