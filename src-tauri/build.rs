//! Declares the commands, so that a window may call only those that its capability names.

fn main() {
    println!("cargo:rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}

/// Every command. A test compares this list with the bindings and with the capabilities.
const COMMANDS: &[&str] = &include!("commands.in");
