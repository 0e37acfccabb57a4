use std::collections::BTreeSet;
use std::path::Path;

use specta_typescript::Typescript;

use super::builder;

const HERE: &str = env!("CARGO_MANIFEST_DIR");
/// The commands that `build.rs` declares.
const DECLARED: &[&str] = &include!("../../commands.in");

/// The page's types, commands and events come from here and are committed. Run with
/// `TRIEN_WRITE_BINDINGS=1` to write them; without it a difference fails.
#[test]
fn the_committed_bindings_are_those_of_this_source() {
    let committed = Path::new(HERE).join("../ui/src/host/bindings.ts");
    if std::env::var_os("TRIEN_WRITE_BINDINGS").is_some() {
        builder().export(Typescript::default(), &committed).unwrap();
        return;
    }
    let fresh = std::env::temp_dir().join(format!("trien-bindings-{}.ts", std::process::id()));
    builder().export(Typescript::default(), &fresh).unwrap();
    let same =
        std::fs::read_to_string(&fresh).unwrap() == std::fs::read_to_string(&committed).unwrap();
    std::fs::remove_file(&fresh).unwrap();
    assert!(
        same,
        "stale: run the test with TRIEN_WRITE_BINDINGS=1 and commit ui/src/host/bindings.ts"
    );
}

#[test]
fn each_command_is_declared_and_belongs_to_exactly_one_window() {
    let bound =
        std::fs::read_to_string(Path::new(HERE).join("../ui/src/host/bindings.ts")).unwrap();
    let windows = ["main", "pin", "phrase"].map(|window| (window, permitted(window)));
    for command in DECLARED {
        assert!(
            bound.contains(&format!("(\"{command}\"")),
            "{command} is not in the bindings"
        );
        // The windows that take a secret have commands of their own, named after them.
        let owner = ["pin", "phrase"]
            .into_iter()
            .find(|window| command.starts_with(&format!("{window}_")))
            .unwrap_or("main");
        for (window, commands) in &windows {
            assert_eq!(
                commands.contains(*command),
                *window == owner,
                "{command} and the window {window}"
            );
        }
    }
    let invoked = bound.matches("__TAURI_INVOKE").count();
    // Once for the import, once for each command.
    assert_eq!(
        invoked,
        DECLARED.len() + 1,
        "a command is bound that build.rs does not declare"
    );
}

#[test]
fn the_windows_that_take_a_secret_can_do_nothing_but_answer() {
    for window in ["pin", "phrase"] {
        let expected = ["request", "submit", "cancel"].map(|act| format!("{window}_{act}"));
        assert_eq!(permitted(window), BTreeSet::from(expected));
    }
}

/// The commands that a capability allows; permissions of Tauri's own keep their name.
fn permitted(capability: &str) -> BTreeSet<String> {
    let path = Path::new(HERE).join(format!("capabilities/{capability}.json"));
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let permissions = json["permissions"].as_array().unwrap();
    permissions
        .iter()
        .map(|one| one.as_str().unwrap())
        .map(|one| one.strip_prefix("allow-").unwrap_or(one).replace('-', "_"))
        .collect()
}
