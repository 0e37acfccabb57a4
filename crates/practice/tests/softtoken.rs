//! Soft tokens are real SoftHSM2 tokens with keys that the practice CA certified.
//!
//! A process sees one token folder, so each test runs in a process of its own.

#![allow(clippy::unwrap_used)] // helpers of tests are tests, which clippy.toml can not see

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    object::{Attribute, AttributeType, ObjectClass},
};
use der::Encode;
use time::{OffsetDateTime, macros::datetime};
use trien_practice::pki::{
    CertificateOrder, PkiError, PracticeCa, Subject,
    softtoken::{KeyKind, SoftHsm, TokenFolder, installed_module},
};

const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

#[test]
fn a_token_holds_the_certificate_of_its_key_and_the_chain() {
    in_own_process(
        "a_token_holds_the_certificate_of_its_key_and_the_chain",
        |dir, folder| {
            let ca = PracticeCa::create(&dir.join("pki"), None, NOW).unwrap();
            let hsm = SoftHsm::open(&softhsm(), folder).unwrap();
            let token = hsm.new_token("Chủ tịch", "12345678", "2907").unwrap();
            assert!(
                hsm.new_token("Chủ tịch", "12345678", "2907").is_err(),
                "a label names one token"
            );
            let leader = hsm
                .issue(&token, "2907", KeyKind::P256, &ca, &order("Nguyễn Văn An"))
                .unwrap();
            let deputy = hsm
                .issue(&token, "2907", KeyKind::P256, &ca, &order("Y Thu Êban"))
                .unwrap();
            let wrong = hsm.issue(&token, "0000", KeyKind::P256, &ca, &order("Nguyễn Văn An"));
            assert!(matches!(wrong, Err(PkiError::Token(_))));
            drop(hsm);

            // Read back by another session of the library.
            let pkcs11 = Pkcs11::new(softhsm()).unwrap();
            pkcs11
                .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
                .unwrap();
            let slot = pkcs11
                .get_all_slots()
                .unwrap()
                .into_iter()
                .find(|slot| pkcs11.get_token_info(*slot).unwrap().label() == "Chủ tịch")
                .unwrap();
            let session = pkcs11.open_ro_session(slot).unwrap();
            let stored = |class| {
                let objects = session.find_objects(&[Attribute::Class(class)]).unwrap();
                objects
                    .into_iter()
                    .map(|o| session.get_attributes(o, &[AttributeType::Id, AttributeType::Value]))
                    .collect::<Result<Vec<_>, _>>()
                    .unwrap()
            };
            let certificates = stored(ObjectClass::CERTIFICATE);
            assert_eq!(certificates.len(), 4, "two leaves, issuer and root");
            let keys = stored(ObjectClass::PUBLIC_KEY);
            for leaf in [leader, deputy] {
                let value = Attribute::Value(leaf.to_der().unwrap());
                let own = certificates.iter().find(|c| c.contains(&value)).unwrap();
                assert!(
                    keys.iter().any(|key| key[0] == own[0]),
                    "a key has the certificate's CKA_ID"
                );
            }
        },
    );
}

#[test]
fn a_process_that_was_started_for_another_folder_is_refused() {
    in_own_process(
        "a_process_that_was_started_for_another_folder_is_refused",
        |dir, _| {
            let other = TokenFolder::prepare(&dir.join("other")).unwrap();
            let refused = SoftHsm::open(&softhsm(), &other);
            assert!(
                matches!(refused, Err(PkiError::SoftHsmElsewhere { wanted }) if wanted == other.conf())
            );
        },
    );
}

fn softhsm() -> PathBuf {
    installed_module().unwrap()
}

fn order(name: &str) -> CertificateOrder {
    let subject = Subject::person(name, "Chủ tịch", "UBND xã Ea Kao", "Tỉnh Đắk Lắk");
    CertificateOrder::valid_for(subject, 365, NOW)
}

/// Runs the test again in a child process whose environment points to a new token folder.
fn in_own_process(test: &str, body: impl FnOnce(&Path, &TokenFolder)) {
    const CHILD: &str = "TRIEN_TEST_DIR";
    if let Some(dir) = env::var_os(CHILD) {
        let dir = Path::new(&dir);
        return body(dir, &TokenFolder::prepare(&dir.join("tokens")).unwrap());
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = TokenFolder::prepare(&dir.path().join("tokens")).unwrap();
    let (variable, conf) = folder.environment();
    let child = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(variable, conf)
        .env(CHILD, dir.path())
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}",
        String::from_utf8_lossy(&child.stderr)
    );
}
