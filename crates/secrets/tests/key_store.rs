//! The real key store in its three conditions: open, locked and absent.
//!
//! Each runs in a process of its own under `dbus-run-session` with a home of its own, since the
//! session's bus and the key store's daemon belong to a process and a home.
#![cfg(target_os = "linux")]
// Helpers of tests fail as tests do; clippy exempts test functions only.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::Command;

use trien_secrets::{Asked, Place, Secret, Secrets, SecretsError};

const SERVICE: &str = "vn.trien.test";
const UNLOCK: &str = "printf 'mật khẩu' | gnome-keyring-daemon --unlock --components=secrets";
const LEAVE_LOCKED: &str = "gnome-keyring-daemon --start --components=secrets";

fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

/// Runs one of the ignored tests below in a session of its own.
fn in_session(home: &Path, daemon: &str, test: &str) {
    let script = format!("{daemon} >/dev/null 2>&1; exec \"$0\" --ignored --exact {test}");
    let mut session = Command::new("dbus-run-session");
    session
        .args(["--", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap());
    run(home, session);
}

fn run(home: &Path, mut command: Command) {
    command
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL");
    let output = command
        .output()
        .expect("dbus-run-session: install dbus and gnome-keyring");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!told.contains("canary"), "a secret was printed");
}

#[test]
fn an_open_key_store_keeps_secrets_and_a_locked_one_is_not_taken_for_an_empty_one() {
    let home = tempfile::tempdir().unwrap();
    in_session(home.path(), UNLOCK, "inside_an_open_store");
    // The same home again: the entry is there now, and a locked store denies it.
    in_session(home.path(), LEAVE_LOCKED, "inside_a_locked_store");
}

#[test]
fn a_key_store_that_is_locked_meanwhile_is_noticed() {
    let home = tempfile::tempdir().unwrap();
    in_session(
        home.path(),
        UNLOCK,
        "inside_a_store_that_is_locked_meanwhile",
    );
}

#[test]
fn without_a_key_store_a_sealed_file_is_offered() {
    let home = tempfile::tempdir().unwrap();
    let mut absent = Command::new(std::env::current_exe().unwrap());
    absent
        .args(["--ignored", "--exact", "inside_no_session"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    run(home.path(), absent);
}

#[test]
#[ignore = "run in a session with an open key store by the tests above"]
fn inside_an_open_store() {
    let file = Path::new("/nonexistent/secrets.sealed");
    let secrets = Secrets::open(SERVICE, file, |_| panic!("no pass-phrase is needed")).unwrap();
    assert_eq!(secrets.place(), Place::KeyStore);
    assert!(matches!(
        secrets.get("axis"),
        Err(SecretsError::NotFound { .. })
    ));
    secrets.set("axis", &secret("canary, bí mật")).unwrap();
    assert_eq!(secrets.get("axis").unwrap(), secret("canary, bí mật"));
    secrets.set("gone", &secret("x")).unwrap();
    secrets.delete("gone").unwrap();
    assert!(matches!(
        secrets.get("gone"),
        Err(SecretsError::NotFound { .. })
    ));
}

#[test]
#[ignore = "run in a session with a locked key store by the tests above"]
fn inside_a_locked_store() {
    let file = Path::new("/nonexistent/secrets.sealed");
    let refused = Secrets::open(SERVICE, file, |_| {
        panic!("a second place must not be offered")
    });
    assert!(matches!(refused, Err(SecretsError::Locked)), "{refused:?}");
}

#[test]
#[ignore = "run in a session with an open key store by the tests above"]
fn inside_a_store_that_is_locked_meanwhile() {
    let secrets = Secrets::open_key_store(SERVICE).unwrap();
    secrets.set("axis", &secret("canary")).unwrap();
    let locked = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
        ])
        .args([
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
        ])
        .arg("array:objpath:/org/freedesktop/secrets/collection/login")
        .output()
        .unwrap();
    assert!(locked.status.success(), "{locked:?}");
    let denied = secrets.get("axis");
    assert!(matches!(denied, Err(SecretsError::Locked)), "{denied:?}");
}

#[test]
#[ignore = "run without a session bus by the tests above"]
fn inside_no_session() {
    let home = std::env::var_os("HOME").unwrap();
    let file = Path::new(&home).join("secrets.sealed");
    let refused = Secrets::open(SERVICE, &file, |_| None);
    assert!(
        matches!(refused, Err(SecretsError::Absent { .. })),
        "{refused:?}"
    );
    let given = |expected| {
        move |asked| {
            assert_eq!(asked, expected);
            Some(secret("mùa thu"))
        }
    };
    let made = Secrets::open(SERVICE, &file, given(Asked::ToMakeFile)).unwrap();
    made.set("axis", &secret("canary")).unwrap();
    let opened = Secrets::open(SERVICE, &file, given(Asked::ToOpenFile)).unwrap();
    assert_eq!(opened.place(), Place::SealedFile);
    assert_eq!(opened.get("axis").unwrap(), secret("canary"));
}
