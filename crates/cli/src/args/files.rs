//! Commands on plain files.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use trien_app::view::Nudge;

use super::{TokenArgs, TrustArgs, nudge};

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
    /// How the paper is laid out: `hanh-chinh`, `dang`; the one that its first page is known by if not given.
    #[arg(long, value_name = "KEY", default_value = "")]
    pub layout: String,
    /// Move a mark (number, date, signature, seal) by points to the right and up.
    #[arg(long = "nudge", value_name = "MARK=DX,DY", value_parser = nudge, allow_hyphen_values = true)]
    pub nudges: Vec<Nudge>,
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
    /// Move a mark (number, date, signature, seal) by points to the right and up.
    #[arg(long = "nudge", value_name = "MARK=DX,DY", value_parser = nudge, allow_hyphen_values = true)]
    pub nudges: Vec<Nudge>,
    /// Certify the file with the leader's signature (DocMDP P=2), where it is the first: nothing but fields may follow.
    #[arg(long)]
    pub certify: bool,
    /// Sign although the field or the page names somebody else.
    #[arg(long)]
    pub despite_name: bool,
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
    /// Move a mark (number, date, signature, seal) by points to the right and up.
    #[arg(long = "nudge", value_name = "MARK=DX,DY", value_parser = nudge, allow_hyphen_values = true)]
    pub nudges: Vec<Nudge>,
    /// Number and seal a file that was certified elsewhere, too: some programs may call it invalid afterwards.
    #[arg(long)]
    pub after_certification: bool,
    #[command(flatten)]
    pub trust: TrustArgs,
    #[command(flatten)]
    pub token: TokenArgs,
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
