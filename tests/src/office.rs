//! A practice office of one's own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;
use trien_app::Profile;
use trien_app::office_file::OfficeFile;
use trien_app::profile::{AxisProfile, DispatchLevel, RsaProfile, TokenProfile};
use trien_practice::office::COMMUNE;
use trien_practice::pki::softtoken::{TokenFolder, installed_module};
use trien_store::Store;

use crate::axis::Axis;
use crate::desk::{Desk, Outcome};
use crate::programs::{Programs, profile_folder};

/// The PIN of every practice token.
pub const PIN: &str = "12345678";
/// The variable in which every command of a [`Desk`] finds it: `--pin-env`'s argument.
pub const PIN_VARIABLE: &str = "TRIEN_TEST_PIN";

/// Below those that systems give away for outgoing calls, so that an axis can come back to its port.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// How often another port is tried.
const TRIES: usize = 50;
/// The lists of revoked certificates live longer, but the letters' dates should be of these days.
const ORIGINAL_LIVES: Duration = Duration::from_secs(12 * 3600);
/// Desks with a profile, and one with a token only.
const DESKS: [&str; 3] = ["van-thu", "lanh-dao", "noi-nhan"];
const TOKENS: [&str; 4] = ["van-thu", "lanh-dao", "noi-nhan", "giam-doc"];

/// A practice office in a folder: three desks, their tokens, and a running axis with letters on it.
#[derive(Debug)]
pub struct Office {
    folder: PathBuf,
    port: u16,
    axis: Option<Axis>,
    _temporary: Option<TempDir>,
}

impl Office {
    /// An office in a temporary folder of its own, its axis running. It is copied from one that is made
    /// once for all tests, which takes seconds; a copy takes none.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn new() -> Office {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = temporary.path().canonicalize().expect("it is there");
        copy_original(&folder);
        let (port, axis) = start_anywhere(&folder.join("truc"));
        let mut office = Office::at(&folder, port);
        office.axis = Some(axis);
        office._temporary = Some(temporary);
        office.move_in();
        office
    }

    /// Makes an office by `trien practice office` in a folder that is to stay, and starts its axis.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn make(folder: &Path) -> Office {
        let port = make(folder);
        let folder = folder.canonicalize().expect("it was made");
        let mut office = Office::at(&folder, port);
        office.start_axis();
        office
    }

    fn at(folder: &Path, port: u16) -> Office {
        Office {
            folder: folder.to_owned(),
            port,
            axis: None,
            _temporary: None,
        }
    }

    /// Everything of it lies here.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The clerk of the commune.
    pub fn clerk(&self) -> Desk {
        Desk::new(&self.folder.join("van-thu"))
    }

    /// The leader of the commune.
    pub fn leader(&self) -> Desk {
        Desk::new(&self.folder.join("lanh-dao"))
    }

    /// The clerk of the department: the receiving organ.
    pub fn receiver(&self) -> Desk {
        Desk::new(&self.folder.join("noi-nhan"))
    }

    /// A further person's desk: a leader's with another name, another token and nothing in it.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn signing_desk(&self, desk: &str, person: &str) -> Desk {
        let data = self.folder.join(desk);
        copy(&self.folder.join("lanh-dao"), &data);
        fs::remove_dir_all(data.join("token")).expect("the leader's token is removed");
        let certificate = self.make_token(
            desk,
            person,
            &self.certificate(desk),
            &["--title", "Chuyên viên"],
        );
        change_profile(&data, |profile| {
            person.clone_into(&mut profile.person.full_name);
            let token = profile.token.as_mut().expect("the desk has a token");
            token.certificate_sha256 = certificate;
        });
        Desk::new(&data)
    }

    /// Puts a further token with a key on P-256 beside a desk's own; the desk knows nothing of it.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn further_token(&self, desk: &str) -> TokenProfile {
        let out = self.folder.join(desk).join("token/truc.pem");
        TokenProfile {
            module: installed_module().expect("SoftHSM2"),
            serial: None,
            certificate_sha256: self.make_token(desk, "Kết nối Trục", &out, &["--p256"]),
            rsa: RsaProfile::default(),
        }
    }

    /// Makes a token in a desk's folder; the SHA-256 of its certificate.
    fn make_token(&self, desk: &str, name: &str, out: &Path, more: &[&str]) -> String {
        let folder = self.folder.join(desk).join("token");
        let token = TokenFolder::prepare(&folder).expect("a token folder");
        let (variable, conf) = token.environment();
        let mut command = Programs::find().command();
        command.env(variable, conf).env(PIN_VARIABLE, PIN);
        command.args(["--json", "practice", "token"]).arg(&folder);
        command.arg("--ca").arg(self.pki()).arg("--out").arg(out);
        command.args(["--label", name, "--name", name, "--organ", COMMUNE.name]);
        command.args(["--pin-env", PIN_VARIABLE]).args(more);
        let outcome = Outcome::of(command);
        assert!(outcome.code == Some(0), "{outcome:#?}");
        let pem = fs::read(out).expect("the certificate");
        let der = trien_app::plain::certificate(&pem).expect("a certificate");
        trien_app::plain::sha256(&der)
    }

    /// Changes how a desk reaches its axis.
    ///
    /// # Panics
    /// Where the desk cannot be opened.
    pub fn reach_axis(&self, desk: &str, change: impl FnOnce(&mut AxisProfile)) {
        change_profile(&self.folder.join(desk), |profile| {
            change(profile.axis.as_mut().expect("the desk has an axis"));
        });
    }

    /// Names the timestamp authority of a desk.
    ///
    /// # Panics
    /// Where the desk cannot be opened.
    pub fn stamp_by(&self, desk: &str, url: &str) {
        change_profile(&self.folder.join(desk), |profile| {
            profile.tsa = Some(url.to_owned());
        });
    }

    /// Sets how a desk's RSA key signs.
    ///
    /// # Panics
    /// Where the desk cannot be opened.
    pub fn sign_by(&self, desk: &str, rsa: RsaProfile) {
        change_profile(&self.folder.join(desk), |profile| {
            profile.token.as_mut().expect("the desk has a token").rsa = rsa;
        });
    }

    /// Has the leader's signature certify.
    ///
    /// # Panics
    /// Where the desk cannot be opened.
    pub fn certify(&self) {
        change_profile(&self.folder.join("lanh-dao"), |profile| {
            profile.certify = true;
        });
    }

    /// Has the clerk's desk number and seal what was certified elsewhere.
    ///
    /// # Panics
    /// Where the desk cannot be opened.
    pub fn number_after_certification(&self) {
        change_profile(&self.folder.join("van-thu"), |profile| {
            profile.number_after_certification = true;
        });
    }

    /// Sets the level at which the clerk's desk dispatches.
    ///
    /// # Panics
    /// Where the desk cannot be opened.
    pub fn dispatch_at(&self, level: DispatchLevel) {
        change_profile(&self.folder.join("van-thu"), |profile| {
            profile.dispatch_level = Some(level);
        });
    }

    /// The practice CA's folder: `root.pem`, `issuer.pem`, `root.crl`, `issuer.crl`.
    pub fn pki(&self) -> PathBuf {
        self.folder.join("pki")
    }

    /// The axis's folder: `ledger.jsonl`, `packages`.
    pub fn axis_folder(&self) -> PathBuf {
        self.folder.join("truc")
    }

    /// The folder through which leader and clerk hand over.
    pub fn handover(&self) -> PathBuf {
        self.folder.join("trinh-ky")
    }

    /// Drafts: `tra-loi.pdf`, the commune's answer, and the department's letters.
    pub fn drafts(&self) -> PathBuf {
        self.folder.join("du-thao")
    }

    /// The certificate of a desk's token: `van-thu`, `lanh-dao`, `noi-nhan` or `giam-doc`.
    pub fn certificate(&self, desk: &str) -> PathBuf {
        self.folder.join("chung-thu").join(format!("{desk}.pem"))
    }

    /// Where the axis listens.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Stops the axis as a power cut would.
    pub fn stop_axis(&mut self) {
        self.axis = None;
    }

    /// Starts the axis again on its port.
    ///
    /// # Panics
    /// Where another program has taken its port.
    pub fn start_axis(&mut self) {
        self.stop_axis();
        let axis = Axis::start(&self.axis_folder(), self.port);
        self.axis = Some(axis.expect("the axis's port is free"));
    }

    /// Tells the copied desks their new folders and the axis's new address.
    fn move_in(&self) {
        for desk in TOKENS {
            let token = self.folder.join(desk).join("token");
            TokenFolder::prepare(&token).expect("the token moves along");
        }
        for desk in DESKS {
            change_profile(&self.folder.join(desk), |profile| {
                if let Some(axis) = &mut profile.axis {
                    axis.endpoint = self.endpoint();
                }
                if let Some(folder) = &mut profile.handover_folder {
                    *folder = self.handover();
                }
            });
            self.move_office_file(desk);
        }
    }

    /// The file from which the desk was set up says the same as its profile.
    fn move_office_file(&self, desk: &str) {
        let path = self.folder.join("co-quan").join(format!("{desk}.json"));
        let json = fs::read(&path).expect("the office file");
        let mut file: OfficeFile = serde_json::from_slice(&json).expect("an office file");
        if let Some(axis) = &mut file.axis {
            axis.endpoint = self.endpoint();
        }
        if let Some(folder) = &mut file.handover_folder {
            *folder = self.handover();
        }
        let json = serde_json::to_vec(&file).expect("an office file is JSON");
        fs::write(path, json).expect("the office file is written");
    }
}

impl Default for Office {
    fn default() -> Self {
        Office::new()
    }
}

fn change_profile(data: &Path, change: impl FnOnce(&mut Profile)) {
    let store = Store::open(data).expect("the desk opens");
    let json = store.settings().get("profile").expect("settings are read");
    let json = json.expect("the desk has a profile");
    let mut profile: Profile = serde_json::from_str(&json).expect("a profile");
    change(&mut profile);
    let json = serde_json::to_string(&profile).expect("a profile is JSON");
    let settings = store.settings();
    settings.set("profile", &json).expect("settings are kept");
}

/// Copies the office that all tests share as their model. It lies beside the programs and is made anew where
/// it is old or another `trien` was built; test programs that run at once wait for one another.
fn copy_original(to: &Path) {
    let beside = profile_folder();
    let (original, lock) = (beside.join("office"), beside.join("office.lock"));
    let lock = File::create(lock).expect("a lock");
    flock(&lock, FlockOperation::LockExclusive).expect("the lock is taken");
    static CURRENT: OnceLock<()> = OnceLock::new();
    CURRENT.get_or_init(|| {
        if !is_current(&original) {
            let _ = fs::remove_dir_all(&original);
            make(&original);
        }
    });
    copy(&original, to);
}

fn is_current(original: &Path) -> bool {
    let made = |path: &Path| fs::metadata(path).and_then(|of| of.modified()).ok();
    let (office, program) = (
        made(&original.join("office.json")),
        made(&Programs::find().trien),
    );
    let young = |at: SystemTime| at.elapsed().is_ok_and(|age| age < ORIGINAL_LIVES);
    office.is_some_and(young) && office > program
}

/// Makes an office on a free port, which is returned; the axis does not run yet.
fn make(folder: &Path) -> u16 {
    let port = ports()
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port");
    let mut command = Programs::find().command();
    command.args(["--json", "practice", "office", "--port", &port.to_string()]);
    let outcome = Outcome::of({
        command.arg(folder);
        command
    });
    assert!(outcome.code == Some(0), "{outcome:#?}");
    port
}

fn start_anywhere(folder: &Path) -> (u16, Axis) {
    let started = ports().find_map(|port| Some((port, Axis::start(folder, port)?)));
    started.expect("the axis starts on one of many ports")
}

/// Ports to try, others in each process and at each call.
fn ports() -> impl Iterator<Item = u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let many = PORTS.end - PORTS.start;
    let first = u16::try_from(process::id() % u32::from(many)).unwrap_or_default();
    let port = move || {
        let step = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(97);
        PORTS.start + (first + step % many) % many
    };
    std::iter::repeat_with(port).take(TRIES)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder is read") {
        let entry = entry.expect("an entry is read");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file is copied");
        }
    }
}
