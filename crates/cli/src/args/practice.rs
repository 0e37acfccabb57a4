//! Commands for practice.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    /// A key on P-256 in the place of RSA.
    #[arg(long)]
    pub p256: bool,
    /// Whether the certificate has expired.
    #[arg(long)]
    pub expired: bool,
    /// Where to write the certificate (PEM).
    #[arg(long)]
    pub out: PathBuf,
}
