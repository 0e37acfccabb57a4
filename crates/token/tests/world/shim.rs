//! The shim's place. It is loaded, not linked, so Cargo does not know that these tests need it.

use std::{env, path::PathBuf, process::Command};

/// Builds the shim beside the running test, which is quick when it is there, and says where it is.
pub fn library() -> PathBuf {
    // target/<profile>/deps/<test>
    let test = env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args([
        "build",
        "--quiet",
        "--offline",
        "--package",
        "trien-pkcs11-shim",
    ]);
    if profile.ends_with("release") {
        build.arg("--release");
    }
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    build.env("CARGO_TARGET_DIR", profile.parent().unwrap());
    assert!(build.status().unwrap().success(), "the shim was not built");
    let name = format!(
        "{}trien_pkcs11_shim{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    );
    profile.join(name)
}
