//! Signing with real keys in SoftHSM2, judged by the `rsa` and `p256` crates.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests, which clippy.toml can not see

mod world;

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    object::{Attribute, ObjectClass},
    session::UserType,
    types::AuthPin,
};
use rsa::{RsaPublicKey, pkcs1::DecodeRsaPublicKey, signature::Verifier};
use sha2::Sha256;
use trien_token::{
    FinalTry, KeySelector, Mechanism, Module, PinState, SignOrder, TokenError, TokenId,
};
use world::{
    KeyKind::{P256, P256AskingEachTime, Rsa2048},
    LABEL, LEADER, PIN, SOFTHSM, World, digest, in_own_process, typed,
};

#[test]
fn an_rsa_key_signs_by_pkcs1_and_by_pss() {
    in_own_process("an_rsa_key_signs_by_pkcs1_and_by_pss", Rsa2048, |world| {
        let module = world.softhsm();
        let login = world.login(&module).unwrap();
        let key = RsaPublicKey::from_pkcs1_der(&world.public_key_bits()).unwrap();
        let text = "Kính gửi: UBND tỉnh".as_bytes();

        let pkcs1 = login
            .sign(world.order(Mechanism::RsaPkcs1v15, text))
            .unwrap();
        let signature = rsa::pkcs1v15::Signature::try_from(&pkcs1[..]).unwrap();
        rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key.clone())
            .verify(text, &signature)
            .unwrap();

        let pss = login.sign(world.order(Mechanism::RsaPss, text)).unwrap();
        let signature = rsa::pss::Signature::try_from(&pss[..]).unwrap();
        rsa::pss::VerifyingKey::<Sha256>::new(key)
            .verify(text, &signature)
            .unwrap();

        let wrong_kind = login.sign(world.order(Mechanism::Ecdsa, text));
        assert!(
            matches!(wrong_kind, Err(TokenError::KeyNotFound { .. })),
            "{wrong_kind:?}"
        );
    });
}

#[test]
fn many_threads_share_one_login_on_a_p256_key() {
    in_own_process(
        "many_threads_share_one_login_on_a_p256_key",
        P256,
        |world| {
            let module = world.softhsm();
            let login = world.login(&module).unwrap();
            thread::scope(|scope| {
                for thread in 0..8 {
                    let (login, module) = (&login, &module);
                    scope.spawn(move || {
                        for batch in 0..10 {
                            let text = format!("văn bản {batch} của luồng {thread}");
                            let order = world.order(Mechanism::Ecdsa, text.as_bytes());
                            let signature = login.sign(order).unwrap();
                            assert!(world.ecdsa_verifies(text.as_bytes(), &signature));
                            assert!(module.snapshot().unwrap().holds(&world.token));
                        }
                    });
                }
            });
        },
    );
}

#[test]
fn certificates_are_found_without_a_login() {
    in_own_process("certificates_are_found_without_a_login", P256, |world| {
        let module = world.softhsm();
        let token = module.token_named(LABEL).unwrap();
        assert_eq!(token.id, world.token);
        assert_eq!(
            (token.pin_state, token.protected_auth_path),
            (PinState::Ok, false)
        );
        let certificates = module.certificates(&token.id).unwrap();
        assert_eq!(certificates.len(), 2, "the leader's and the authority's");
        let signing: Vec<_> = certificates
            .iter()
            .filter(|c| c.signs_documents())
            .collect();
        assert_eq!(signing.len(), 1);
        assert_eq!(signing[0].der, world.certificate);
        assert_eq!(signing[0].label, LEADER);
    });
}

#[test]
fn a_wrong_pin_uses_up_one_try_and_the_token_says_so() {
    in_own_process(
        "a_wrong_pin_uses_up_one_try_and_the_token_says_so",
        P256,
        |world| {
            let module = world.softhsm();
            let wrong = module
                .login(&world.token, typed("00000000"), FinalTry::Refuse)
                .unwrap_err();
            assert_eq!(
                wrong,
                TokenError::PinIncorrect {
                    token: world.token.clone()
                }
            );
            assert_eq!(module.tokens().unwrap()[0].pin_state, PinState::CountLow);
            world.login(&module).unwrap().logout().unwrap();
            assert_eq!(module.tokens().unwrap()[0].pin_state, PinState::Ok);
        },
    );
}

#[test]
fn a_token_is_logged_in_once_at_a_time() {
    in_own_process("a_token_is_logged_in_once_at_a_time", P256, |world| {
        let first = world.login(&world.softhsm()).unwrap();
        // The module is loaded already: both handles speak to one worker.
        let module = world.softhsm();
        let second = module.login(&world.token, typed("00000000"), FinalTry::Refuse);
        assert!(
            matches!(second, Err(TokenError::DeviceBusy { .. })),
            "{second:?}"
        );
        drop(first);
        world.login(&module).unwrap();
    });
}

#[test]
fn what_is_not_on_the_token_is_told_apart() {
    in_own_process("what_is_not_on_the_token_is_told_apart", P256, |world| {
        let module = world.softhsm();
        let login = world.login(&module).unwrap();
        let sign = |key| {
            login.sign(SignOrder {
                key,
                mechanism: Mechanism::Ecdsa,
                digest: digest(b"x"),
            })
        };
        let no_key = sign(KeySelector::Id(vec![0xDE, 0xAD]));
        assert!(
            matches!(no_key, Err(TokenError::KeyNotFound { .. })),
            "{no_key:?}"
        );
        let stranger = sign(KeySelector::Certificate(b"somebody else's".to_vec()));
        assert!(
            matches!(stranger, Err(TokenError::CertificateNotFound { .. })),
            "{stranger:?}"
        );
        let nobody = module.certificates(&TokenId("0".into()));
        assert_eq!(nobody, Err(TokenError::NoToken { token: "0".into() }));
    });
}

#[test]
fn a_key_is_found_by_its_public_key_where_the_ids_differ() {
    in_own_process(
        "a_key_is_found_by_its_public_key_where_the_ids_differ",
        P256,
        |world| {
            give_the_certificate_another_id(world);
            let module = world.softhsm();
            let certificates = module.certificates(&world.token).unwrap();
            assert!(
                certificates
                    .iter()
                    .any(|c| c.id == b"another" && c.der == world.certificate)
            );
            let login = world.login(&module).unwrap();
            let signature = login.sign(world.order(Mechanism::Ecdsa, b"x")).unwrap();
            assert!(world.ecdsa_verifies(b"x", &signature));
        },
    );
}

#[test]
fn a_key_that_asks_at_each_signature_is_refused_by_name() {
    let name = "a_key_that_asks_at_each_signature_is_refused_by_name";
    in_own_process(name, P256AskingEachTime, |world| {
        let login = world.login(&world.softhsm()).unwrap();
        let refused = login.sign(world.order(Mechanism::Ecdsa, b"x"));
        let token = world.token.clone();
        assert_eq!(refused, Err(TokenError::KeyAsksEachTime { token }));
    });
}

#[test]
fn a_token_that_is_pulled_after_the_login_is_gone_until_it_is_plugged_in() {
    let name = "a_token_that_is_pulled_after_the_login_is_gone_until_it_is_plugged_in";
    in_own_process(name, P256, |world| {
        let module = world.softhsm();
        let login = world.login(&module).unwrap();
        login.sign(world.order(Mechanism::Ecdsa, b"1")).unwrap();
        world.pull();
        let pulled = login.sign(world.order(Mechanism::Ecdsa, b"2"));
        assert!(
            matches!(pulled, Err(TokenError::TokenRemoved { .. })),
            "{pulled:?}"
        );
        assert!(!module.snapshot().unwrap().holds(&world.token));
        drop(login);

        world.plug_in();
        let back = module.snapshot().unwrap();
        assert!(back.holds(&world.token), "{back:?}");
        let signature = world
            .login(&module)
            .unwrap()
            .sign(world.order(Mechanism::Ecdsa, b"2"))
            .unwrap();
        assert!(world.ecdsa_verifies(b"2", &signature));
    });
}

#[test]
fn an_idle_token_comes_and_goes_between_two_snapshots() {
    in_own_process(
        "an_idle_token_comes_and_goes_between_two_snapshots",
        P256,
        |world| {
            let module = world.softhsm();
            let before = module.snapshot().unwrap();
            assert!(before.holds(&world.token));
            world.pull();
            assert!(!module.snapshot().unwrap().holds(&world.token));
            world.plug_in();
            let plugged_in = Instant::now();
            while module.tokens().unwrap() != before.tokens {
                let late = plugged_in.elapsed() > Duration::from_secs(10);
                assert!(!late, "{:?}", module.snapshot());
                thread::sleep(Duration::from_millis(200));
            }
        },
    );
}

#[test]
fn what_is_no_module_is_told_from_what_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let absent = Module::open(&dir.path().join("absent.so")).unwrap_err();
    assert!(
        matches!(absent, TokenError::ModuleNotFound { .. }),
        "{absent:?}"
    );
    let text = dir.path().join("text.so");
    fs::write(&text, "không phải thư viện").unwrap();
    let unloadable = Module::open(&text).unwrap_err();
    assert!(
        matches!(unloadable, TokenError::ModuleUnloadable { .. }),
        "{unloadable:?}"
    );
    // A library, but not of PKCS#11.
    let other = Path::new("/lib/x86_64-linux-gnu/libc.so.6");
    if other.exists() {
        let unloadable = Module::open(other).unwrap_err();
        assert!(
            matches!(unloadable, TokenError::ModuleUnloadable { .. }),
            "{unloadable:?}"
        );
    }
}

/// As vendors' tools do that import a certificate without looking at the key.
fn give_the_certificate_another_id(world: &World) {
    let pkcs11 = Pkcs11::new(SOFTHSM).unwrap();
    pkcs11
        .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
        .unwrap();
    for slot in pkcs11.get_slots_with_initialized_token().unwrap() {
        let session = pkcs11.open_rw_session(slot).unwrap();
        session
            .login(UserType::User, Some(&AuthPin::new(PIN.into())))
            .unwrap();
        let template = [
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::Value(world.certificate.clone()),
        ];
        for certificate in session.find_objects(&template).unwrap() {
            let id = Attribute::Id(b"another".to_vec());
            session.update_attributes(certificate, &[id]).unwrap();
        }
        session.logout().unwrap();
    }
    pkcs11.finalize().unwrap();
}
