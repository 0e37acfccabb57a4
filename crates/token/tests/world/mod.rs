//! The world of the token tests: a token in a SoftHSM2 folder of its own, and the shim before it.
//!
//! SoftHSM and the shim read the environment, and a module is loaded once in a process; so each test
//! runs again in a process of its own.

#![allow(dead_code)] // each test binary uses its part

mod shim;
mod token;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest as _, Sha256};
use trien_token::{
    Deadlines, Digest, FinalTry, KeySelector, LoggedIn, Mechanism, Module, Pin, PinEntry, Result,
    SignOrder, TokenId,
};
use x509_cert::{Certificate, der::Decode};

pub use token::KeyKind;

pub const PIN: &str = "29071945";
pub const LABEL: &str = "Chủ tịch";
pub const LEADER: &str = "Nguyễn Văn An";
pub const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";
const CHILD: &str = "TRIEN_TEST_DIR";

/// One token of a leader, and what stands around it.
pub struct World {
    pub token: TokenId,
    /// The leader's certificate (DER).
    pub certificate: Vec<u8>,
    dir: PathBuf,
}

/// Runs `body` in a child process that has a world with a key of that kind.
pub fn in_own_process(test: &str, kind: KeyKind, body: impl FnOnce(&World)) {
    if let Some(dir) = env::var_os(CHILD) {
        let (token, certificate) = token::make(kind);
        return body(&World {
            token,
            certificate,
            dir: PathBuf::from(dir),
        });
    }
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("tokens")).unwrap();
    let conf = format!(
        "directories.tokendir = {}\nslots.removable = true\n",
        dir.path().join("tokens").display()
    );
    fs::write(dir.path().join("softhsm2.conf"), conf).unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, dir.path())
        .env("SOFTHSM2_CONF", dir.path().join("softhsm2.conf"))
        .env("TRIEN_SHIM_MODULE", SOFTHSM)
        .env("TRIEN_SHIM_PLAN", dir.path().join("plan.json"))
        .env("TRIEN_SHIM_LOG", dir.path().join("calls.log"))
        .output()
        .unwrap();
    let (status, told) = (child.status, String::from_utf8_lossy(&child.stderr));
    assert!(status.success(), "{status}: {told}");
}

impl World {
    /// SoftHSM2 itself.
    pub fn softhsm(&self) -> Module {
        Module::open(Path::new(SOFTHSM)).unwrap()
    }

    /// SoftHSM2 behind the shim.
    pub fn shim(&self) -> Module {
        Module::open(&shim::library()).unwrap()
    }

    /// SoftHSM2 behind the shim, with little patience.
    pub fn impatient_shim(&self, patience: Duration) -> Module {
        let deadlines = Deadlines {
            sign: patience,
            look: patience,
            ..Deadlines::default()
        };
        Module::open_with(&shim::library(), deadlines).unwrap()
    }

    /// Puts a plan in force; renamed into place, so that the shim never reads half of it.
    pub fn follow(&self, plan: &serde_json::Value) {
        let new = self.dir.join("plan.new");
        fs::write(&new, plan.to_string()).unwrap();
        fs::rename(new, self.dir.join("plan.json")).unwrap();
    }

    /// What the calls of a function answered, in order.
    pub fn calls(&self, function: &str) -> Vec<String> {
        let log = fs::read_to_string(self.dir.join("calls.log")).unwrap();
        let calls = log.lines().map(|line| line.split_once(' ').unwrap());
        let wanted = calls.filter(|(name, _)| *name == function);
        wanted.map(|(_, outcome)| outcome.to_owned()).collect()
    }

    /// How many calls of all functions the module has answered.
    pub fn all_calls(&self) -> usize {
        let log = fs::read_to_string(self.dir.join("calls.log")).unwrap();
        log.lines().count()
    }

    /// Pulls the token out of SoftHSM2 by moving its directory.
    pub fn pull(&self) {
        let token = fs::read_dir(self.dir.join("tokens"))
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        fs::create_dir(self.dir.join("pulled")).unwrap();
        fs::rename(
            token.path(),
            self.dir.join("pulled").join(token.file_name()),
        )
        .unwrap();
    }

    /// Plugs it in again.
    pub fn plug_in(&self) {
        let token = fs::read_dir(self.dir.join("pulled"))
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        fs::rename(
            token.path(),
            self.dir.join("tokens").join(token.file_name()),
        )
        .unwrap();
    }

    pub fn login(&self, module: &Module) -> Result<LoggedIn> {
        module.login(&self.token, typed(PIN), FinalTry::Refuse)
    }

    pub fn order(&self, mechanism: Mechanism, document: &[u8]) -> SignOrder {
        SignOrder {
            key: KeySelector::Certificate(self.certificate.clone()),
            mechanism,
            digest: digest(document),
        }
    }

    /// Whether a raw ECDSA signature is the leader's.
    pub fn ecdsa_verifies(&self, document: &[u8], signature: &[u8]) -> bool {
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&self.public_key_bits()).unwrap();
        let signature = p256::ecdsa::Signature::from_slice(signature).unwrap();
        key.verify_prehash(&Sha256::digest(document), &signature)
            .is_ok()
    }

    /// The bits of the certified public key: a point, or the DER of an RSA key.
    pub fn public_key_bits(&self) -> Vec<u8> {
        let certificate = Certificate::from_der(&self.certificate).unwrap();
        let info = certificate.tbs_certificate.subject_public_key_info;
        info.subject_public_key.raw_bytes().to_vec()
    }
}

pub fn typed(pin: &str) -> PinEntry {
    PinEntry::Typed(Pin::new(pin.to_owned()))
}

pub fn digest(document: &[u8]) -> Digest {
    Digest::Sha256(Sha256::digest(document).into())
}
