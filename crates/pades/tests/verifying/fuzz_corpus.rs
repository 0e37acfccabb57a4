//! Every file of the fuzzers' committed corpora, and whatever they once found, replayed.

#[path = "../../../../fuzz/src/targets.rs"]
mod targets;

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
fn reader() {
    replay("reader", targets::reader);
    replay("reader", targets::whole);
}

#[test]
fn cms() {
    replay("cms", targets::cms);
}

#[test]
fn path() {
    replay("path", targets::path);
}

#[test]
fn difference() {
    replay("difference", targets::difference);
}
