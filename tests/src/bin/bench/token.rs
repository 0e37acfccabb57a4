//! A batch through a token: SoftHSM2 behind our worker, one login, one signature for each file, and in the same process
//! as many signatures by the same key alone.
//!
//! SoftHSM2 signs in about a millisecond, a USB token in 300 to 1500. So the practice module stands before it and waits
//! [`TOKEN_MS`] for each signature: three times quicker than the quickest of them, and so the harder bar for what we add.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use der::Encode;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use trien_pades::{FieldName, SignRequest, begin};
use trien_pdf::{FileSource, Limits, Pdf};
use trien_practice::pki::softtoken::{KeyKind, SoftHsm, TokenFolder, installed_module};
use trien_practice::pki::{CertificateOrder, PracticeCa, Subject};
use trien_tests::{PIN, Programs};
use trien_token::{
    Digest, FinalTry, KeySelector, LoggedIn, Mechanism, Module, Pin, PinEntry, SignOrder,
};

use crate::Result;
use crate::office;
use crate::subject::BATCH;

/// What a signature costs at least.
pub const TOKEN_MS: u64 = 100;
/// `C_Sign` is called twice for one: for its length, and for itself.
const CALL_MS: u64 = TOKEN_MS / 2;
const LABEL: &str = "bench";

/// Names the token and what it is to do to a process that is to use it.
pub fn surroundings(command: &mut Command, folder: &Path) -> Result<()> {
    let token = TokenFolder::prepare(&folder.join("token"))?;
    let (variable, conf) = token.environment();
    let plan = folder.join("plan.json");
    let slow = format!(
        r#"{{"faults":[{{"function":"C_Sign","call":1,"and_after":true,"delay_ms":{CALL_MS}}}]}}"#
    );
    std::fs::write(&plan, slow)?;
    let module = installed_module().ok_or("SoftHSM2 is not installed")?;
    command.env(variable, conf).env("TRIEN_SHIM_PLAN", plan);
    command.env("TRIEN_SHIM_MODULE", module);
    Ok(())
}

/// How long a batch takes, and how long its signatures alone.
pub fn batch(file: &Path, folder: &Path) -> Result<(Duration, Duration)> {
    let signer = Signer::log_in(folder)?;
    signer.sign_file(file)?;
    let started = Instant::now();
    for _ in 0..BATCH {
        signer.sign_file(file)?;
    }
    let whole = started.elapsed();
    let started = Instant::now();
    for n in 0..BATCH {
        signer.sign(Sha256::digest(n.to_be_bytes()).into())?;
    }
    Ok((whole, started.elapsed()))
}

/// A person whose key is in a token, logged in.
struct Signer {
    login: LoggedIn,
    request: SignRequest,
}

impl Signer {
    fn log_in(folder: &Path) -> Result<Self> {
        let (certificate, ca) = certified(folder)?;
        let module = Module::open(&shim())?;
        let token = module.token_named(LABEL)?;
        let pin = PinEntry::Typed(Pin::new(PIN.to_owned()));
        Ok(Self {
            login: module.login(&token.id, pin, FinalTry::Refuse)?,
            request: office::request(certificate, ca.issuer().to_der()?, FieldName::Leader, &[]),
        })
    }

    fn sign_file(&self, file: &Path) -> Result<()> {
        let pdf = Pdf::open(FileSource::open(file)?, Limits::default())?;
        let act = begin(&pdf, &self.request)?;
        let digest = act.signed_attributes_digest();
        let digest = digest
            .try_into()
            .map_err(|_| "another digest than SHA-256")?;
        act.finish(&self.sign(digest)?)?;
        Ok(())
    }

    fn sign(&self, digest: [u8; 32]) -> Result<Vec<u8>> {
        Ok(self.login.sign(SignOrder {
            key: KeySelector::Certificate(self.request.certificate.clone()),
            mechanism: Mechanism::RsaPkcs1v15,
            digest: Digest::Sha256(digest),
        })?)
    }
}

/// A new token with a key that the CA of the folder has certified, where there is none yet.
fn certified(folder: &Path) -> Result<(Vec<u8>, PracticeCa)> {
    let (ca, kept) = (PracticeCa::open(folder)?, folder.join("token.cer"));
    if kept.is_file() {
        return Ok((std::fs::read(kept)?, ca));
    }
    let module = installed_module().ok_or("SoftHSM2 is not installed")?;
    let hsm = SoftHsm::open(&module, &TokenFolder::prepare(&folder.join("token"))?)?;
    let token = hsm.new_token(LABEL, PIN, PIN)?;
    let subject = Subject::person(
        "Nguyễn Văn Bình",
        "Chủ tịch",
        "UBND xã An Hòa",
        "tỉnh Thực Hành",
    );
    let order = CertificateOrder::valid_for(subject, 365, OffsetDateTime::now_utc());
    let certificate = hsm
        .issue(&token, PIN, KeyKind::Rsa2048, &ca, &order)?
        .to_der()?;
    std::fs::write(kept, &certificate)?;
    Ok((certificate, ca))
}

/// The practice module that waits; it forwards to SoftHSM2.
pub fn shim() -> PathBuf {
    Programs::find().shim.clone()
}
