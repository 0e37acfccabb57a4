//! Making a desk from an office file.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use trien_tests::{Desk, Office, Outcome};

#[test]
fn setting_up_again_changes_nothing_and_loses_nothing() {
    let office = Office::new();
    let before = office.clerk().ok(["profile"]);
    let file = office.folder().join("co-quan/van-thu.json");
    let after = set_up(&office.clerk(), &file);
    assert_eq!(before, after);
    assert_eq!(
        office.clerk().ok(["inbox"])["rows"]
            .as_array()
            .unwrap()
            .len(),
        3,
        "what had come is still there"
    );
    let people = office.clerk().ok(["signatories"]);
    assert_eq!(people.as_array().unwrap().len(), 1, "nobody twice");
}

#[test]
fn a_desk_is_not_made_over_another() {
    let office = Office::new();
    for file in ["lanh-dao.json", "noi-nhan.json"] {
        let file = office.folder().join("co-quan").join(file);
        let arguments = ["set-up", file.to_str().unwrap()];
        office.clerk().refused(arguments, "profile_of_another");
    }
}

#[test]
fn a_practice_root_is_not_trusted_in_real_work() {
    let office = Office::new();
    let real = changed(&office, |file| file["training"] = false.into());
    let desk = Desk::new(&office.folder().join("that"));
    desk.refused(["set-up", real.to_str().unwrap()], "practice_root");
    desk.refused(["profile"], "no_profile");
}

#[test]
fn a_practice_root_in_the_trust_folder_counts_for_nothing_in_real_work() {
    let mut office = Office::new();
    let no_root = changed(&office, |file| {
        file["training"] = false.into();
        file["trust"]["roots"] = Value::Array(Vec::new());
    });
    let desk = Desk::new(&office.folder().join("that"));
    let profile = set_up(&desk, &no_root);
    let roots = desk.data().join("trust/roots");
    fs::create_dir_all(&roots).unwrap();
    fs::copy(office.pki().join("root.pem"), roots.join("root.pem")).unwrap();

    let system = profile["axis"]["system_id"].as_str().unwrap();
    let mut secret = desk.command();
    secret
        .args(["secret", "--secret-env", "AXIS_SECRET"])
        .env("AXIS_SECRET", format!("khoa-tap-huan-{system}"));
    assert_eq!(Outcome::of(secret).code, Some(0));
    office.plant_letter(77);
    desk.ok(["sync"]);
    let letter = desk.ok(["inbox"])["rows"][0]["key"]["id"].to_string();
    let shown = desk.ok(["show", "in", &letter]);
    assert_eq!(shown["verdict"]["verdict"], "indeterminate");
}

/// What is changed in an office file, and how it is refused.
type Case = (fn(&mut Value), &'static str);

#[test]
fn an_office_file_that_cannot_be_used_makes_no_desk() {
    let office = Office::new();
    let cases: [Case; 6] = [
        (
            |file| file["organ"]["id"] = "".into(),
            "office_file_unusable",
        ),
        (
            |file| file["trust"]["crls"][0] = "no-such.crl".into(),
            "file_not_readable",
        ),
        (|file| file["mystery"] = 1.into(), "office_file_unusable"),
        // Secrets have no place in a profile.
        (
            |file| file["axis"]["endpoint"] = "https://user:password@truc".into(),
            "office_file_unusable",
        ),
        (
            |file| file["axis"]["wire"] = json!({ "proxy": "http://user:password@proxy:3128" }),
            "office_file_unusable",
        ),
        (
            |file| file["axis"]["wire"] = json!({ "headers": { "X-Api-Key": "secret" } }),
            "office_file_unusable",
        ),
    ];
    for (change, code) in cases {
        let file = changed(&office, change);
        let desk = Desk::new(&office.folder().join("moi"));
        desk.refused(["set-up", file.to_str().unwrap()], code);
        desk.refused(["profile"], "no_profile");
    }
}

fn set_up(desk: &Desk, file: &std::path::Path) -> Value {
    desk.ok(["set-up", file.to_str().unwrap()])
}

/// The clerk's office file, changed.
fn changed(office: &Office, change: impl FnOnce(&mut Value)) -> PathBuf {
    let folder = office.folder().join("co-quan");
    let text = fs::read(folder.join("van-thu.json")).unwrap();
    let mut file: Value = serde_json::from_slice(&text).unwrap();
    change(&mut file);
    let changed = folder.join("changed.json");
    fs::write(&changed, serde_json::to_vec(&file).unwrap()).unwrap();
    changed
}
