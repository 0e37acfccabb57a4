//! The committed files that pyHanko signed, and the PKI behind them.

use std::path::{Path, PathBuf};

use time::macros::datetime;
use trien_pades::{Report, Trust, verify};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

pub fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.pdf"))).unwrap()
}

/// Trust in the PKI whose roots, issuers and lists lie in `folder`.
pub fn trust_of(folder: &Path) -> Trust {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let mut trust = Trust::new(datetime!(2026-11-22 00:00 UTC));
    trust.add_roots(&read("root.pem")).unwrap();
    trust.add_intermediates(&read("issuer.pem")).unwrap();
    trust.add_crls(&read("crls.pem")).unwrap();
    trust
}

/// The report on a file whose signers are those of the corpus.
pub fn judged(file: &[u8]) -> Report {
    verify(file, &trust_of(&folder()))
}
