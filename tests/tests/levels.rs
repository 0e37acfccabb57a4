//! Timestamps at a desk: wanted, waited for by nobody, tried again before the file leaves.
#![allow(clippy::unwrap_used)] // A step that fails is a failed test.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use trien_app::profile::{DispatchLevel, RsaDigest, RsaProfile};
use trien_tests::papers::plain;
use trien_tests::{Desk, Office, PIN_VARIABLE, Programs, rows};

/// The practice PKI's services on a port; they end with the value.
struct Services(Child);

impl Services {
    fn start(office: &Office, port: u16) -> Services {
        let mut command: Command = Programs::find().command();
        command.args(["practice", "pki"]).arg(office.pki());
        command
            .args(["--serve", &port.to_string()])
            .stdout(Stdio::null());
        let services = Services(command.spawn().unwrap());
        let until = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "the services do not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        services
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn levels(desk: &Desk, office: &Office, id: &str) -> Vec<String> {
    let saved = office.folder().join("saved.pdf");
    let path = saved.display().to_string();
    desk.ok(["show", "out", id, "--save", &path]);
    levels_of(desk, office, &saved)
}

fn levels_of(desk: &Desk, office: &Office, file: &Path) -> Vec<String> {
    let saved = file.display().to_string();
    let pki = |name: &str| office.pki().join(name).display().to_string();
    let report: Value = desk
        .run([
            "verify",
            &saved,
            "--trust",
            &pki("root.pem"),
            "--intermediate",
            &pki("issuer.pem"),
            "--crl",
            &pki("root.crl"),
            "--crl",
            &pki("issuer.crl"),
        ])
        .json;
    let signatures = report["signatures"].as_array().cloned().unwrap_or_default();
    let levels = signatures
        .iter()
        .map(|s| s["level"].as_str().unwrap().to_owned());
    levels.collect()
}

#[test]
fn an_authority_that_is_away_delays_the_file_and_not_the_signature() {
    let office = Office::new();
    let port = free_port();
    let authority = format!("http://127.0.0.1:{port}/pki/tsa");
    for desk in ["van-thu", "lanh-dao"] {
        office.stamp_by(desk, &authority);
    }
    let (clerk, leader) = (office.clerk(), office.leader());
    let [id, at_leader] = office.answer_at_the_leaders();
    leader.ok(["sign-documents", &at_leader, "--pin-env", PIN_VARIABLE]);
    assert_eq!(
        rows(&leader, "outbox", "signed").len(),
        1,
        "it is signed all the same"
    );
    assert_eq!(
        leader.ok(["handover", "out"])["written"],
        0,
        "and waits for its timestamp"
    );

    let _services = Services::start(&office, port);
    // The authority is left alone for a minute after a failure; a person need not wait so long.
    leader.ok(["handover", "out", &at_leader]);
    clerk.ok(["handover", "in"]);
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    assert_eq!(levels(&clerk, &office, &id), ["B-B", "B-T"]);
}

#[test]
fn an_attachments_timestamp_is_pending_as_its_documents_is() {
    let office = Office::new();
    let port = free_port();
    office.stamp_by("van-thu", &format!("http://127.0.0.1:{port}/pki/tsa"));
    let clerk = office.clerk();
    let id = office.signed_answer();
    let appendix = office.folder().join("phu-luc.pdf");
    fs::write(&appendix, plain("PHỤ LỤC", None).unwrap()).unwrap();
    clerk.ok(["attach", &id, appendix.to_str().unwrap()]);
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let folder = office.folder().display().to_string();
    let level = || {
        clerk.ok(["show", "out", &id, "--attachments", &folder]);
        levels_of(&clerk, &office, &appendix)
    };
    assert_eq!(level(), ["B-B"]);

    let _services = Services::start(&office, port);
    // As if the minute had passed in which an authority is left alone after a failure.
    let store = trien_store::Store::open(clerk.data()).unwrap();
    store.settings().remove("timestamp.failed_at").unwrap();
    drop(store);
    clerk.ok(["send", &id]);
    assert_eq!(level(), ["B-T"]);
    assert_eq!(levels(&clerk, &office, &id).last().unwrap(), "B-T");
}

#[test]
fn both_signatures_get_the_time_of_an_authority_that_answers() {
    let office = Office::new();
    let port = free_port();
    let _services = Services::start(&office, port);
    for desk in ["van-thu", "lanh-dao"] {
        office.stamp_by(desk, &format!("http://127.0.0.1:{port}/pki/tsa"));
    }
    let id = office.signed_answer();
    office.clerk().ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    assert_eq!(levels(&office.clerk(), &office, &id), ["B-T", "B-T"]);
}

#[test]
fn a_document_leaves_at_the_level_that_the_office_has_set() {
    let office = Office::new();
    let port = free_port();
    let _services = Services::start(&office, port);
    office.stamp_by("van-thu", &format!("http://127.0.0.1:{port}/pki/tsa"));
    office.dispatch_at(DispatchLevel::Archive);
    let clerk = office.clerk();
    let id = office.signed_answer();
    let appendix = office.folder().join("phu-luc.pdf");
    fs::write(&appendix, plain("PHỤ LỤC", None).unwrap()).unwrap();
    clerk.ok(["attach", &id, appendix.to_str().unwrap()]);
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    clerk.ok(["send", &id]);
    let reached = levels(&clerk, &office, &id);
    assert!(
        reached.starts_with(&["B-LTA".into(), "B-LTA".into()]),
        "{reached:?}"
    );
    let folder = office.folder().display().to_string();
    clerk.ok(["show", "out", &id, "--attachments", &folder]);
    let reached = levels_of(&clerk, &office, &appendix);
    assert_eq!(
        reached.first().map(String::as_str),
        Some("B-LTA"),
        "{reached:?}"
    );
}

#[test]
fn a_desk_signs_by_pss_and_a_longer_digest_where_its_profile_says_so() {
    let office = Office::new();
    let rsa = RsaProfile {
        pss: true,
        digest: RsaDigest::Sha512,
    };
    office.sign_by("lanh-dao", rsa);
    let id = office.signed_answer();
    office.clerk().ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let saved = office.folder().join("saved.pdf");
    let path = saved.display().to_string();
    office.clerk().ok(["show", "out", &id, "--save", &path]);
    office.assert_judged(&saved, 2);
    let report = office.clerk().run(["verify", &path]).json;
    let told = report["signatures"][0].to_string();
    assert!(
        told.contains("RSASSA-PSS") && told.contains("SHA-512"),
        "{told}"
    );
}
