//! The world of the token tests: a practice CA, a SoftHSM2 folder of its own, the shim before it.
//!
//! SoftHSM and the shim read the environment, and a module is loaded once in a process; so each test
//! runs again in a process of its own.

#![allow(dead_code)] // each test binary uses its part

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest as _, Sha256};
use time::{OffsetDateTime, macros::datetime};
use trien_pkcs11_shim::{LOG_VARIABLE, MODULE_VARIABLE, PLAN_VARIABLE, Plan};
use trien_practice::pki::{
    Certificate, CertificateOrder, PracticeCa, Subject,
    softtoken::{KeyKind, SoftHsm, TokenFolder},
};
use trien_token::{
    Deadlines, Digest, FinalTry, KeySelector, LoggedIn, Mechanism, Module, Pin, PinEntry, Result,
    SignOrder, TokenId,
};
use x509_cert::der::Encode;

pub const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);
pub const PIN: &str = "29071945";
const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";
const CHILD: &str = "TRIEN_TEST_DIR";

/// One token of a leader, and what stands around it.
pub struct World {
    pub folder: TokenFolder,
    pub token: TokenId,
    pub certificate: Vec<u8>,
    dir: PathBuf,
}

/// Runs `body` in a child process that has a world with a key of that kind.
pub fn in_own_process(test: &str, kind: KeyKind, body: impl FnOnce(&World)) {
    if let Some(dir) = env::var_os(CHILD) {
        return body(&World::make(Path::new(&dir), kind));
    }
    let dir = tempfile::tempdir().unwrap();
    make_ca_once();
    let folder = TokenFolder::prepare(&dir.path().join("tokens")).unwrap();
    let (variable, conf) = folder.environment();
    let child = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, dir.path())
        .env(variable, conf)
        .env(MODULE_VARIABLE, SOFTHSM)
        .env(PLAN_VARIABLE, dir.path().join("plan.json"))
        .env(LOG_VARIABLE, dir.path().join("calls.log"))
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}",
        String::from_utf8_lossy(&child.stderr)
    );
}

impl World {
    fn make(dir: &Path, kind: KeyKind) -> Self {
        let folder = TokenFolder::prepare(&dir.join("tokens")).unwrap();
        let hsm = SoftHsm::open(Path::new(SOFTHSM), &folder).unwrap();
        let soft = hsm.new_token("Chủ tịch", "12345678", PIN).unwrap();
        let ca = PracticeCa::open(&ca_dir()).unwrap();
        let subject = Subject::person(
            "Nguyễn Văn An",
            "Chủ tịch",
            "UBND xã Ea Kao",
            "Tỉnh Đắk Lắk",
        );
        let order = CertificateOrder::valid_for(subject, 365, NOW);
        let certificate = hsm.issue(&soft, PIN, kind, &ca, &order).unwrap();
        let certificate = certificate.to_der().unwrap();
        Self {
            folder,
            token: TokenId(soft.serial),
            certificate,
            dir: dir.to_owned(),
        }
    }

    /// SoftHSM2 itself.
    pub fn softhsm(&self) -> Module {
        Module::open(Path::new(SOFTHSM)).unwrap()
    }

    /// SoftHSM2 behind the shim.
    pub fn shim(&self) -> Module {
        Module::open(&trien_pkcs11_shim::library().unwrap()).unwrap()
    }

    /// SoftHSM2 behind the shim, with little patience.
    pub fn impatient_shim(&self, patience: Duration) -> Module {
        let deadlines = Deadlines {
            sign: patience,
            look: patience,
            ..Deadlines::default()
        };
        Module::open_with(&trien_pkcs11_shim::library().unwrap(), deadlines).unwrap()
    }

    pub fn follow(&self, plan: &Plan) {
        plan.write(&self.dir.join("plan.json")).unwrap();
    }

    /// What the calls of a function answered.
    pub fn calls(&self, function: &str) -> Vec<String> {
        trien_pkcs11_shim::logged(&self.dir.join("calls.log"), function).unwrap()
    }

    /// Pulls the token out of SoftHSM2 by moving its directory.
    pub fn pull(&self) {
        let token = fs::read_dir(self.folder.tokens())
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        fs::create_dir(self.pulled()).unwrap();
        fs::rename(token.path(), self.pulled().join(token.file_name())).unwrap();
    }

    /// Plugs it in again.
    pub fn plug_in(&self) {
        let token = fs::read_dir(self.pulled())
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        fs::rename(token.path(), self.folder.tokens().join(token.file_name())).unwrap();
    }

    fn pulled(&self) -> PathBuf {
        self.dir.join("pulled")
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
        use x509_cert::der::Decode;
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

/// Two RSA keys cost a second, so one CA serves all tests of a build.
fn make_ca_once() {
    use std::sync::Once;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if PracticeCa::open(&ca_dir()).is_ok() {
            return;
        }
        let _ = fs::remove_dir_all(ca_dir());
        // Another test binary may be at it, too: whoever renames first has made it.
        let new = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        PracticeCa::create(&new.path().join("ca"), None, NOW).unwrap();
        let _ = fs::rename(new.path().join("ca"), ca_dir());
        PracticeCa::open(&ca_dir()).unwrap();
    });
}

fn ca_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("practice-ca")
}
