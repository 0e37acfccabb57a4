//! Drafts that cannot become documents.

use std::fs;
use std::path::{Path, PathBuf};

use trien_tests::workspace_root;

use crate::world::{World, draft_of};

/// Made by other programs, see the folder's README.
const CORPUS: &[(&str, &str)] = &[
    ("encrypted", "encrypted.pdf"),
    ("certified without changes", "certified-p1.pdf"),
    ("JavaScript that runs on opening", "javascript.pdf"),
    ("XFA", "xfa.pdf"),
    ("fields that are not ours", "foreign-fields.pdf"),
    ("no place for the number", "no-number.pdf"),
];

#[test]
fn a_draft_that_cannot_be_signed_is_refused_and_nothing_is_kept_of_it() {
    let world = World::new();
    let good = fs::read(world.answer()).unwrap();
    let junk = [b"HTTP/1.1 200 OK\r\n\r\n", good.as_slice()].concat();
    let mut cases = vec![
        (
            "not a PDF",
            made(&world, "not-a-pdf", "Kính gửi: Sở Nội vụ".as_bytes()),
        ),
        (
            "truncated",
            made(&world, "truncated", &good[..good.len() * 2 / 3]),
        ),
        ("junk before the header", made(&world, "junk", &junk)),
    ];
    let corpus = workspace_root().join("tests/corpus/drafts");
    cases.extend(CORPUS.iter().map(|(case, file)| (*case, corpus.join(file))));
    for (case, path) in cases {
        refuse(&world, case, &path);
        world.draft();
    }
}

fn made(world: &World, name: &str, bytes: &[u8]) -> PathBuf {
    let path = world.scratch(&format!("{name}.pdf"));
    fs::write(&path, bytes).unwrap();
    path
}

fn refuse(world: &World, case: &str, path: &Path) {
    let drafts = || world.clerk.ok(["outbox", "--folder", "drafts"]);
    let (before, bytes) = (drafts(), fs::read(path).unwrap());
    let outcome = world.run(&world.clerk, draft_of(path));
    world.assert_refused(&outcome, case);
    assert_eq!(drafts(), before, "{case}");
    assert_eq!(fs::read(path).unwrap(), bytes, "{case}");
}
