//! Where the programs under test lie, and the surroundings in which they run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The pass-phrase of the sealed secrets: nothing of value is behind it.
const PASS_PHRASE: &str = "tap-huan";

/// The programs under test.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The command line.
    pub trien: PathBuf,
    /// The PKCS#11 module that fails by plan.
    pub shim: PathBuf,
}

impl Programs {
    /// Those that `TRIEN_CLI` names, or those that cargo has built beside this test; built first if missing.
    ///
    /// # Panics
    /// Where they are not there and cannot be built.
    pub fn find() -> &'static Programs {
        static FOUND: OnceLock<Programs> = OnceLock::new();
        FOUND.get_or_init(|| {
            let folder = profile_folder();
            let named = std::env::var_os("TRIEN_CLI").map(PathBuf::from);
            let programs = Programs {
                trien: named.unwrap_or_else(|| folder.join("trien")),
                shim: folder.join("libtrien_pkcs11_shim.so"),
            };
            if !programs.trien.is_file() || !programs.shim.is_file() {
                build(&folder);
            }
            programs
        })
    }

    /// `trien` in surroundings that the machine's own settings do not reach: no token, no profile, no
    /// session bus (so secrets lie in the sealed file) but those that the test gives.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.trien);
        command
            .env("TRIEN_PASS_PHRASE", PASS_PHRASE)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env_remove("SOFTHSM2_CONF")
            .env_remove("TRIEN_DATA");
        command
    }
}

/// The folder of the root `Cargo.toml`.
pub fn workspace_root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("tests/ lies in the workspace").to_owned()
}

/// `target/debug` or `target/release`, where this program was built.
pub(crate) fn profile_folder() -> PathBuf {
    let program = std::env::current_exe().expect("this program has a path");
    let mut folder = program.parent().expect("in a folder").to_owned();
    if folder.ends_with("deps") {
        folder.pop();
    }
    folder
}

fn build(folder: &Path) {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(workspace_root())
        .args(["build", "--quiet", "--locked"]);
    cargo.args(["-p", "trien", "-p", "trien-pkcs11-shim"]);
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    // The same target folder as ours, wherever it was chosen.
    let target = folder.parent().expect("a profile's folder has a parent");
    cargo.env("CARGO_TARGET_DIR", target);
    let built = cargo.status().expect("cargo starts");
    assert!(built.success(), "{cargo:?}: {built}");
}
