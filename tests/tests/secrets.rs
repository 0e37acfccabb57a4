//! Secrets lie in the key store or in the sealed file and nowhere else.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use trien_practice::office::COMMUNE;
use trien_secrets::{Secret, Secrets};
use trien_tests::{Desk, Office, Outcome, assert_absent, code_of};

/// The program's name for its entries in the key store.
const SERVICE: &str = "vn.trien.desktop";
const ENTRY: &str = "axis.vxp.tap.01.clerk";
const SECRET: &str = "hoàng-yến-bí-mật-của-trục";
const PASS_PHRASE: &str = "hoàng-yến-mật-khẩu-tệp-khóa";
const PROXY_PASSWORD: &str = "nguoi-dung:hoang-yen-mat-khau-may-chu-trung-gian";
/// The same as it goes over the wire, in Base64 (RFC 7617).
const PROXY_HEADER: &str = "bmd1b2ktZHVuZzpob2FuZy15ZW4tbWF0LWtoYXUtbWF5LWNodS10cnVuZy1naWFu";
const GATEWAY_KEY: &str = "hoang-yen-khoa-cong-vao";
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
    put_gateway_before_the_axis(&office);
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
            .env("TRIEN_CANARY_PROXY", PROXY_PASSWORD)
            .env("TRIEN_CANARY_GATEWAY", GATEWAY_KEY)
            .env("RUST_LOG", "trace");
        let output = command.output().unwrap();
        let outcome = Outcome::from_output(&command, &output);
        assert_eq!(outcome.error_code(), code, "{outcome:#?}");
        told += &String::from_utf8_lossy(&output.stdout);
        told += &String::from_utf8_lossy(&output.stderr);
    };

    for (entry, variable) in [
        ("cong.may-chu", "TRIEN_CANARY_PROXY"),
        ("cong.khoa", "TRIEN_CANARY_GATEWAY"),
    ] {
        run(&clerk, PASS_PHRASE, &["sync"], Some("secret_missing"));
        let keep = ["secret", "--entry", entry, "--secret-env", variable];
        run(&clerk, PASS_PHRASE, &keep, None);
    }
    let other = [
        "secret",
        "--entry",
        "x",
        "--secret-env",
        "TRIEN_CANARY_PROXY",
    ];
    run(&clerk, PASS_PHRASE, &other, Some("bad_argument"));
    run(&clerk, PASS_PHRASE, &["sync"], None);

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

    assert!(told.contains("TRACE hyper"), "the log tells of the wire");
    for canary in [
        SECRET,
        PASS_PHRASE,
        PIN,
        PROXY_PASSWORD,
        PROXY_HEADER,
        GATEWAY_KEY,
    ] {
        assert!(!told.contains(canary), "{canary} was printed");
        // The registry is the axis's own list of secrets; the desk's folder is ours.
        assert_absent(canary.as_bytes(), clerk.data());
        assert_absent(canary.as_bytes(), &office.axis_folder().join("packages"));
    }
}

/// The axis itself is the proxy, which it need not know: its own address is asked for.
fn put_gateway_before_the_axis(office: &Office) {
    let file = office.folder().join("co-quan/van-thu.json");
    let mut entry: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    entry["axis"]["wire"] = json!({
        "proxy": office.endpoint(),
        "proxy_entry": "cong.may-chu",
        "header_entries": { "X-Gateway-Key": "cong.khoa" },
    });
    fs::write(&file, entry.to_string()).unwrap();
    office.clerk().ok(["set-up", file.to_str().unwrap()]);
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
    assert_absent(SECRET.as_bytes(), clerk.data());
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
        .env("RUST_LOG", "trace")
        .env_remove("TRIEN_PASS_PHRASE");
    let outcome = Outcome::of(command);
    let told = format!("{} {}", outcome.json, outcome.stderr);
    assert!(told.contains("TRACE zbus"), "the log tells of the bus");
    assert!(!told.contains(SECRET), "the secret was printed");
    outcome
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
