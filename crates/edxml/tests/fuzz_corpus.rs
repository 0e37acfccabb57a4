//! Every file of the fuzzers' committed corpora, and whatever they once found, replayed.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

#[path = "../../../fuzz/src/edxml.rs"]
mod edxml;

use std::path::Path;

fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let files: Vec<_> = std::fs::read_dir(folder.join(name)).unwrap().collect();
    assert!(files.len() >= 2, "{name}");
    for file in files {
        target(&std::fs::read(file.unwrap().path()).unwrap());
    }
}

#[test]
fn packages() {
    replay("edxml", edxml::package);
}

#[test]
fn attachments() {
    replay("attachment", edxml::attachment);
}
