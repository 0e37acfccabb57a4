//! Secrets lie in the key store or in the sealed file and nowhere else.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use trien_practice::office::COMMUNE;
use trien_secrets::{Secret, Secrets};
use trien_tests::{Desk, Office, Outcome, code_of};

/// The program's name for its entries in the key store.
const SERVICE: &str = "vn.trien.desktop";
const ENTRY: &str = "axis.vxp.tap.01.clerk";
const SECRET: &str = "hoàng-yến-bí-mật-của-trục";
const PASS_PHRASE: &str = "hoàng-yến-mật-khẩu-tệp-khóa";
/// A PIN that is not the token's: typed wrong, it is a secret all the same.
const PIN: &str = "90417263";

fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

/// Gives the commune's system on the axis the canary for a secret.
fn change_secret_on_axis(office: &mut Office) {
    let registry = office.axis_folder().join("registry.json");
    let text = fs::read_to_string(&registry).unwrap();
    let changed = text.replace(&format!("khoa-tap-huan-{}", COMMUNE.system), SECRET);
    assert_ne!(text, changed);
    fs::write(&registry, changed).unwrap();
    office.start_axis();
}

#[test]
fn canaries_appear_in_no_file_and_no_output_of_a_whole_job_with_errors() {
    let mut office = Office::new();
    change_secret_on_axis(&mut office);
    let clerk = office.clerk();
    let sealed = clerk.data().join("secrets.sealed");
    fs::remove_file(&sealed).unwrap();
    let secrets = Secrets::make_file(&sealed, &secret(PASS_PHRASE)).unwrap();
    secrets.set(ENTRY, &secret(SECRET)).unwrap();
    let mut told = String::new();
    let mut run = |desk: &Desk, pass_phrase: &str, arguments: &[&str], code: Option<&str>| {
        let mut command = desk.command();
        command
            .args(arguments)
            .env("TRIEN_PASS_PHRASE", pass_phrase)
            .env("TRIEN_CANARY_PIN", PIN)
            .env("RUST_LOG", "trace")
            .env("TRIEN_LOG", "trace");
        let output = command.output().unwrap();
        let outcome = Outcome::from_output(&command, &output);
        assert_eq!(outcome.error_code(), code, "{outcome:#?}");
        told += &String::from_utf8_lossy(&output.stdout);
        told += &String::from_utf8_lossy(&output.stderr);
    };

    let id = office.signed_answer();
    let wrong_pin = ["seal", &id, "--pin-env", "TRIEN_CANARY_PIN"];
    run(&clerk, PASS_PHRASE, &wrong_pin, Some("pin_incorrect"));
    run(
        &clerk,
        PASS_PHRASE,
        &["seal", &id, "--pin-env", trien_tests::PIN_VARIABLE],
        None,
    );
    run(&clerk, PASS_PHRASE, &["send", &id], None);
    run(
        &clerk,
        "sai mật khẩu",
        &["sync"],
        Some(&code_of("key store locked")),
    );
    for fault in ["html", "empty", "drop"] {
        office.plan(&json!([{ "function": "*", "fault": { "kind": fault } }]));
        let code = if fault == "drop" {
            "axis down"
        } else {
            "HTML instead of JSON"
        };
        run(&clerk, PASS_PHRASE, &["sync"], Some(&code_of(code)));
    }
    let lost = json!({ "kind": "drop_after" });
    office.plan(&json!([{ "function": "sendEdoc", "fault": lost }]));
    run(&clerk, PASS_PHRASE, &["sync"], None);
    run(&clerk, PASS_PHRASE, &["tracking", &id], None);
    run(&clerk, PASS_PHRASE, &["show", "out", &id], None);

    for canary in [SECRET, PASS_PHRASE, PIN] {
        assert!(!told.contains(canary), "{canary} was printed");
        // The registry is the axis's own list of secrets; the desk's folder is ours.
        assert_absent(canary.as_bytes(), clerk.data());
        assert_absent(canary.as_bytes(), &office.axis_folder().join("packages"));
    }
}

fn assert_absent(canary: &[u8], folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_absent(canary, &path);
        } else {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(canary.len()).any(|window| window == canary);
            assert!(!found, "a canary lies in {}", path.display());
        }
    }
}

#[test]
fn the_axis_secret_comes_from_an_open_key_store_and_a_locked_or_absent_one_is_told() {
    let mut office = Office::new();
    change_secret_on_axis(&mut office);
    let clerk = office.clerk();
    fs::remove_file(clerk.data().join("secrets.sealed")).unwrap();
    let home = tempfile::tempdir().unwrap();
    let unlock = "printf 'mật khẩu' | gnome-keyring-daemon --unlock --components=secrets";
    in_session(home.path(), unlock, &clerk, "inside_an_open_key_store");
    let locked = "gnome-keyring-daemon --start --components=secrets";
    in_session(home.path(), locked, &clerk, "inside_a_locked_key_store");

    let mut absent = clerk.command();
    absent.arg("sync").env_remove("TRIEN_PASS_PHRASE");
    let outcome = Outcome::of(absent);
    assert_eq!(
        outcome.error_code(),
        Some(code_of("key store absent").as_str()),
        "{outcome:#?}"
    );
    assert_eq!(outcome.code, Some(69));
    assert!(
        !clerk.data().join("secrets.sealed").exists(),
        "no second place was made"
    );
}

/// Runs one of the ignored tests below in a session with a key store of its own.
fn in_session(home: &Path, daemon: &str, desk: &Desk, test: &str) {
    let script = format!("{daemon} >/dev/null 2>&1; exec \"$0\" --ignored --exact {test}");
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_RUNTIME_DIR", home)
        .env("TRIEN_TEST_DESK", desk.data())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .output()
        .expect("dbus-run-session: install dbus and gnome-keyring");
    let told = String::from_utf8_lossy(&output.stdout);
    let passed = output.status.success() && told.contains("1 passed");
    assert!(
        passed,
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A round at the desk that the test above names, on this session's bus and without a pass-phrase.
fn sync_in_this_session() -> Outcome {
    let desk = Desk::new(Path::new(&std::env::var_os("TRIEN_TEST_DESK").unwrap()));
    let mut command = desk.command();
    let bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").unwrap();
    command
        .arg("sync")
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env_remove("TRIEN_PASS_PHRASE");
    Outcome::of(command)
}

#[test]
#[ignore = "run in a session with an open key store by the test above"]
fn inside_an_open_key_store() {
    let secrets = Secrets::open_key_store(SERVICE).unwrap();
    secrets.set(ENTRY, &secret("not the right one")).unwrap();
    let outcome = sync_in_this_session();
    assert_eq!(
        outcome.error_code(),
        Some(code_of("wrong secret").as_str()),
        "{outcome:#?}"
    );
    secrets.set(ENTRY, &secret(SECRET)).unwrap();
    let outcome = sync_in_this_session();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

#[test]
#[ignore = "run in a session with a locked key store by the test above"]
fn inside_a_locked_key_store() {
    let outcome = sync_in_this_session();
    assert_eq!(
        outcome.error_code(),
        Some(code_of("key store locked").as_str()),
        "{outcome:#?}"
    );
    assert_eq!(outcome.code, Some(75));
}
