//! The commands and their arguments. A PIN is never one of them.

mod desk;
mod files;
mod practice;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use trien_app::view::{MarkKind, Nudge};

pub use desk::*;
pub use files::*;
pub use practice::*;

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

/// Making a desk ready for work.
#[derive(Debug, Subcommand)]
pub enum SetUpCommand {
    /// Make a desk's profile from an office file, or bring it up to date with it.
    SetUp {
        /// The office file (docs/setting-up.md).
        file: PathBuf,
    },
    /// Give the axis's secret, or another one that the profile names, to the key store.
    Secret(SecretArgs),
    /// Show the profile.
    Profile,
}

/// Where a secret comes from; a prompt if neither is given. Never an argument.
#[derive(Debug, Args)]
pub struct SecretArgs {
    /// The name of the entry: of a proxy's password, of our certificate with its key (PEM), of a gateway's header. The
    /// axis's shared secret if not given.
    #[arg(long, value_name = "NAME")]
    pub entry: Option<String>,
    /// Read the secret from this file descriptor.
    #[arg(long, value_name = "N", conflicts_with = "secret_env")]
    pub secret_fd: Option<i32>,
    /// Read the secret from this environment variable.
    #[arg(long, value_name = "NAME")]
    pub secret_env: Option<String>,
}

/// `seal=1.5,-2`: a mark, and the points that it moves to the right and up.
fn nudge(text: &str) -> Result<Nudge, String> {
    let form = || format!("{text:?}: MARK=DX,DY with one of number, date, signature, seal, corner");
    let (name, by) = text.split_once('=').ok_or_else(form)?;
    let (dx, dy) = by.split_once(',').ok_or_else(form)?;
    use MarkKind::{Corner, Date, Number, Seal, Signature};
    let mark = [Number, Date, Signature, Seal, Corner];
    let mark = mark.into_iter().find(|mark| mark.name() == name);
    let points = |text: &str| text.trim().parse().map_err(|_| form());
    Ok(Nudge {
        mark: mark.ok_or_else(form)?,
        dx: points(dx)?,
        dy: points(dy)?,
    })
}
