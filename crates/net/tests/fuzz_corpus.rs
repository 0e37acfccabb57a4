//! Every file of the fuzzer's committed corpus, and whatever it once found, replayed.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

#[path = "../../../fuzz/src/vxp.rs"]
mod vxp;

use std::path::Path;

#[test]
fn answers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/vxp");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
    assert!(files.len() >= 2);
    for file in files {
        vxp::answers(&std::fs::read(file.unwrap().path()).unwrap());
    }
}
