//! Files of many programs, each signed twice by pyHanko (`corpus/others`): every one is valid, as every reader opens it.

use std::path::PathBuf;

use time::macros::datetime;
use trien_pades::report::{ChangeKind, ReasonCode};
use trien_pades::{Report, Trust, Verdict, verify, verify_encrypted};
use trien_pdf::FileSource;

fn folder() -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/others")
}

fn trust() -> Trust {
    let read = |name: &str| std::fs::read(folder().join(name)).unwrap();
    let mut trust = Trust::new(datetime!(2026-11-22 00:00 UTC));
    trust.add_roots(&read("root.pem")).unwrap();
    trust.add_intermediates(&read("issuer.pem")).unwrap();
    trust.add_crls(&read("crls.pem")).unwrap();
    trust
}

fn files() -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let pdfs = paths.filter(|path| path.extension().is_some_and(|e| e == "pdf"));
    let mut files: Vec<_> = pdfs
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .collect();
    files.sort();
    files
}

fn assert_valid(name: &str, report: &Report) {
    let verdict = report.verdict;
    assert_eq!(
        verdict,
        Verdict::ValidWithPermittedChanges,
        "{name}: {:?}",
        report.reasons
    );
    let after: Vec<ChangeKind> = report.signatures.iter().map(|s| s.changes_after).collect();
    assert_eq!(after, [ChangeKind::Sign, ChangeKind::None], "{name}");
}

#[test]
fn others_files_of_many_programs() {
    let plain: Vec<_> = files()
        .into_iter()
        .filter(|(name, _)| !name.starts_with("encrypted"))
        .collect();
    assert!(plain.len() >= 20);
    for (name, path) in plain {
        let report = verify(FileSource::open(path).unwrap(), &trust());
        assert_valid(&name, &report);
    }
}

#[test]
fn others_encrypted_files_with_their_password() {
    let encrypted: Vec<_> = files()
        .into_iter()
        .filter(|(name, _)| name.starts_with("encrypted"))
        .collect();
    assert!(encrypted.len() >= 7);
    for (name, path) in encrypted {
        let open = || FileSource::open(&path).unwrap();
        for password in ["nguoi-dung", "chu"] {
            let opens = name != "encrypted-owner-only" || password == "chu";
            if opens {
                assert_valid(&name, &verify_encrypted(open(), &trust(), password));
            }
        }
        let report = verify(open(), &trust());
        if name == "encrypted-owner-only" {
            assert_valid(&name, &report);
            continue;
        }
        assert_eq!(report.verdict, Verdict::Unreadable, "{name}");
        assert_eq!(report.reasons[0].code, ReasonCode::Encrypted);
    }
}
