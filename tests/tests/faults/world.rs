//! An office in which things go wrong by plan.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trien_app::Profile;
use trien_app::profile::TokenProfile;
use trien_pdf::{Limits, Object, ObjectSink, Pdf, Update};
use trien_practice::pki::softtoken::{TokenFolder, installed_module};
use trien_store::Store;
use trien_tests::{Desk, Office, Outcome, PIN_VARIABLE, Programs};

use crate::table::expected;

/// The variable with a PIN that is not right.
pub const WRONG_PIN: &str = "TRIEN_TEST_WRONG_PIN";
/// The setting in which a data folder keeps its profile.
const PROFILE: &str = "profile";

/// An office, and the shim's plan and log beside it.
pub struct World {
    pub office: Office,
    pub clerk: Desk,
    pub leader: Desk,
}

/// What must be the same after a step that was refused.
#[derive(Debug, PartialEq)]
pub struct Standing {
    folder: Value,
    /// SHA-256 of each revision, newest first.
    files: Vec<Value>,
    newest: Vec<u8>,
}

impl World {
    pub fn new() -> World {
        let office = Office::new();
        let (clerk, leader) = (office.clerk(), office.leader());
        World {
            office,
            clerk,
            leader,
        }
    }

    /// Runs a command with the shim's surroundings.
    pub fn run<S: AsRef<OsStr>>(
        &self,
        desk: &Desk,
        arguments: impl IntoIterator<Item = S>,
    ) -> Outcome {
        self.run_with(desk, arguments, &[])
    }

    /// The same with variables of one's own.
    pub fn run_with<S: AsRef<OsStr>>(
        &self,
        desk: &Desk,
        arguments: impl IntoIterator<Item = S>,
        variables: &[(&str, &Path)],
    ) -> Outcome {
        let mut command = desk.command();
        command
            .args(arguments)
            .env(WRONG_PIN, "00000000")
            .env("TRIEN_SHIM_MODULE", installed_module().unwrap())
            .env("TRIEN_SHIM_PLAN", self.plan_path())
            .env("TRIEN_SHIM_LOG", self.log_path())
            .envs(variables.iter().copied());
        Outcome::of(command)
    }

    /// Runs a command that must succeed.
    pub fn ok<S: AsRef<OsStr>>(
        &self,
        desk: &Desk,
        arguments: impl IntoIterator<Item = S>,
    ) -> Value {
        let outcome = self.run(desk, arguments);
        assert!(outcome.code == Some(0), "{outcome:#?}");
        outcome.json
    }

    /// Asserts that a command was refused as the table says of the case, in both languages.
    pub fn assert_refused(&self, outcome: &Outcome, case: &str) {
        let (expected, told) = (expected(case), error_of(&outcome.json));
        let code = serde_json::to_value(expected.code).unwrap();
        assert_eq!(told["code"], code, "{case}: {outcome:#?}");
        assert_eq!(outcome.code, Some(i32::from(expected.exit)), "{case}");
        for sentence in ["title", "reason", "action"] {
            for language in ["vi", "en"] {
                let text = told[sentence][language].as_str().unwrap();
                assert!(!text.is_empty(), "{case}: {sentence} {language}");
            }
        }
    }

    /// Takes the practice office's answer in as a draft.
    pub fn draft(&self) -> String {
        self.ok(&self.clerk, draft_of(&self.answer()))["id"].to_string()
    }

    /// Takes in a draft that is another file than the answer: a later revision of it.
    pub fn draft_of_another_letter(&self) -> String {
        let unsigned = fs::read(self.answer()).unwrap();
        let pdf = Pdf::open(unsigned.as_slice(), Limits::default()).unwrap();
        let mut update = Update::new(&pdf).unwrap();
        let root = update.before().root().unwrap();
        let catalog = update.before().catalog().unwrap();
        update.set(root, catalog.with("Lang", Object::text("vi-VN")));
        let path = self.scratch("another-letter.pdf");
        fs::write(
            &path,
            [unsigned.as_slice(), &update.finish().unwrap().bytes].concat(),
        )
        .unwrap();
        self.ok(&self.clerk, draft_of(&path))["id"].to_string()
    }

    /// A draft that is with the leader; it has the same id at both desks.
    pub fn handed_over(&self) -> String {
        let id = self.draft();
        self.ok(&self.clerk, ["handover", "out", &id]);
        let taken = self.ok(&self.leader, ["handover", "in"]);
        assert_eq!(taken["taken"][0]["id"].to_string(), id);
        id
    }

    /// A document that the leader signed and the clerk took back.
    pub fn signed(&self) -> String {
        let id = self.handed_over();
        self.sign(&id);
        self.ok(&self.clerk, ["handover", "in"]);
        id
    }

    /// The leader signs.
    pub fn sign(&self, id: &str) {
        self.ok(&self.leader, sign_of(id, PIN_VARIABLE));
    }

    pub fn answer(&self) -> PathBuf {
        self.office.drafts().join("tra-loi.pdf")
    }

    pub fn show(&self, desk: &Desk, id: &str) -> Value {
        self.ok(desk, ["show", "out", id])
    }

    pub fn standing(&self, desk: &Desk, id: &str) -> Standing {
        let shown = self.show(desk, id);
        let files = shown["files"].as_array().unwrap();
        Standing {
            folder: shown["folder"].clone(),
            files: files.iter().map(|file| file["sha256"].clone()).collect(),
            newest: self.newest_file(desk, id),
        }
    }

    pub fn newest_file(&self, desk: &Desk, id: &str) -> Vec<u8> {
        let path = self.scratch("newest.pdf");
        self.ok(desk, ["show", "out", id, "--save", path.to_str().unwrap()]);
        fs::read(path).unwrap()
    }

    /// A file for this test only.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.office.folder().join(name)
    }

    /// Puts the shim before a desk's token.
    pub fn put_shim(&self, desk: &Desk) {
        change_token(desk, |token| {
            token.module.clone_from(&Programs::find().shim);
        });
    }

    /// Puts a plan in force and forgets the calls so far.
    pub fn follow(&self, plan: &Value) {
        fs::write(self.plan_path(), plan.to_string()).unwrap();
        let _ = fs::remove_file(self.log_path());
    }

    /// How often a PIN was tried since the plan was put in force.
    pub fn logins(&self) -> usize {
        let log = fs::read_to_string(self.log_path()).unwrap_or_default();
        log.lines().filter(|l| l.starts_with("C_Login ")).count()
    }

    /// How many functions of the module were called since then.
    pub fn calls(&self) -> usize {
        let log = fs::read_to_string(self.log_path()).unwrap_or_default();
        log.lines().filter(|line| line.starts_with("C_")).count()
    }

    /// Makes a soft token in a folder of its own; its certificate goes beside.
    pub fn new_token(&self, name: &str, arguments: &[&str]) -> (TokenFolder, Vec<u8>) {
        let folder = self.scratch(name);
        let token = TokenFolder::prepare(&folder).unwrap();
        let certificate = folder.join("certificate.pem");
        let (variable, conf) = token.environment();
        let mut command = self.leader.command();
        command.env(variable, conf).env_remove("TRIEN_DATA");
        command.args(["practice", "token"]).arg(&folder);
        command.arg("--ca").arg(self.office.pki());
        command.args(["--pin-env", PIN_VARIABLE, "--out"]);
        command.arg(&certificate).args(arguments);
        let made = Outcome::of(command);
        assert!(made.code == Some(0), "{made:#?}");
        let pem = fs::read(certificate).unwrap();
        (token, trien_app::plain::certificate(&pem).unwrap())
    }

    fn plan_path(&self) -> PathBuf {
        self.scratch("shim-plan.json")
    }

    fn log_path(&self) -> PathBuf {
        self.scratch("shim-calls.log")
    }
}

/// `draft FILE …` for a letter to the department.
pub fn draft_of(file: &Path) -> Vec<String> {
    let rest = [
        "--subject",
        "Báo cáo tình hình chuyển đổi số",
        "--notation",
        "UBND-VP",
        "--signatory",
        "1",
        "--to",
        "000.00.15.H99",
    ];
    let file = file.to_str().unwrap();
    ["draft", file]
        .into_iter()
        .chain(rest)
        .map(str::to_owned)
        .collect()
}

/// `sign-documents ID` with the PIN of a variable.
pub fn sign_of<'a>(id: &'a str, pin: &'a str) -> [&'a str; 4] {
    ["sign-documents", id, "--pin-env", pin]
}

/// `seal ID` with the PIN of a variable.
pub fn seal_of<'a>(id: &'a str, pin: &'a str) -> [&'a str; 4] {
    ["seal", id, "--pin-env", pin]
}

/// Changes which token a desk uses.
pub fn change_token(desk: &Desk, change: impl FnOnce(&mut TokenProfile)) {
    let store = Store::open(desk.data()).unwrap();
    let json = store.settings().get(PROFILE).unwrap().unwrap();
    let mut profile: Profile = serde_json::from_str(&json).unwrap();
    change(profile.token.as_mut().unwrap());
    let json = serde_json::to_string(&profile).unwrap();
    store.settings().set(PROFILE, &json).unwrap();
}

/// The error that a command told: its own, of the first document that it would not sign, or of the
/// first package that it would not take.
fn error_of(told: &Value) -> Value {
    let own = told.get("error").cloned();
    let first = |list: &str| {
        let items = told.get(list)?.as_array()?;
        items.iter().find_map(|item| item.get("error").cloned())
    };
    own.or_else(|| first("documents"))
        .or_else(|| first("refused"))
        .unwrap_or_else(|| json!({}))
}
