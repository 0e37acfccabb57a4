//! A full disk: one typed error, nothing half there, and work goes on when there is room again.
//!
//! A small tmpfs in a mount namespace of its own where the machine allows one, else a limit on
//! the size of files, which the kernel enforces on every write.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use trien_store::*;

use crate::office::*;

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=3m trien \"$TRIEN_TEST_FOLDER\" && exec \"$0\" \"$@\"";
    let mut small_disk = Command::new("unshare");
    small_disk.args(["--mount", "--user", "--map-root-user", "sh", "-c", script]);
    let may_mount = Command::new("unshare")
        .args([
            "--mount",
            "--user",
            "--map-root-user",
            "mount",
            "-t",
            "tmpfs",
            "x",
            "/mnt",
        ])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !may_mount {
        small_disk = Command::new("sh");
        small_disk.args(["-c", "trap '' XFSZ; ulimit -f 1400; exec \"$0\" \"$@\""]);
    }
    let output = small_disk
        .arg(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "disk_full::on_a_small_disk",
        ])
        .env("TRIEN_TEST_FOLDER", folder.path())
        .env("TRIEN_TEST_NAME", if may_mount { "tmpfs" } else { "limit" })
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}\n{errors}"
    );
}

#[test]
#[ignore = "run on a small disk by the test above"]
fn on_a_small_disk() {
    let (folder, room) = told();
    let store = Store::open(&folder).unwrap();
    let filler = folder.join("filler");
    std::fs::write(&filler, vec![0; 512 << 10]).unwrap();
    let before = files(&folder);
    let too_large = store.blobs().put(&vec![7; 8 << 20]);
    assert!(
        matches!(too_large, Err(StoreError::DiskFull { .. })),
        "{too_large:?}"
    );
    assert_eq!(files(&folder), before, "no part of the blob is left");

    let (admitted, error) = until_full(&store);
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
    assert!(admitted > 0);
    let documents = store
        .incoming()
        .list(&us(), None, Only::All, None, 100_000)
        .unwrap();
    assert_eq!(
        documents.len(),
        admitted as usize,
        "the last one is not half there"
    );
    for document in &documents {
        assert_eq!(store.incoming().attachments(document.id).unwrap().len(), 1);
        assert_eq!(store.sends().of_incoming(document.id).unwrap().len(), 1);
    }
    assert_eq!(store.integrity().unwrap(), Vec::<String>::new());

    if room == "tmpfs" {
        std::fs::remove_file(filler).unwrap();
        let again = admit(&store, &facts(admitted)).unwrap();
        assert!(matches!(again, Admitted::New(_)), "{again:?}");
    }
}

/// Admits documents with much text until there is no room for another row.
fn until_full(store: &Store) -> (u32, StoreError) {
    for n in 0..10_000 {
        let mut facts = facts(n);
        let words: Vec<_> = (0..2000).map(|word| format!("từ{n}x{word}")).collect();
        facts.content = words.join(" ");
        if let Err(error) = admit(store, &facts) {
            return (n, error);
        }
    }
    panic!("the disk never filled");
}

/// The blob folder's files, names only; the lock is no blob.
fn files(folder: &std::path::Path) -> Vec<std::ffi::OsString> {
    let entries = std::fs::read_dir(folder.join("blobs")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names.filter(|name| name != "lock").collect()
}
