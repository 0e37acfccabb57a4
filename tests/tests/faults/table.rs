//! The named cases of all scenarios and what is told of each.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use trien_app::error::{ALL, ErrorCode};
use trien_tests::workspace_root;

/// What a case is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub code: ErrorCode,
    pub exit: u8,
}

/// What a case of ours is answered with.
pub fn expected(case: &str) -> Expected {
    let cases = read(&folder().join("signing.json"));
    *cases
        .get(case)
        .unwrap_or_else(|| panic!("{case:?} is not in the table"))
}

#[test]
fn no_two_cases_share_a_code() {
    let mut cases = HashMap::new();
    for path in tables() {
        for (case, expected) in read(&path) {
            if let Some(other) = cases.insert(expected.code, case.clone()) {
                panic!(
                    "{case:?} and {other:?} are both told as {:?}",
                    expected.code
                );
            }
        }
    }
    assert!(cases.len() > 20, "the tables were found");
}

#[test]
fn every_case_exits_as_its_code_says_and_has_its_sentences_in_both_languages() {
    for (case, expected) in tables().iter().flat_map(|path| read(path)) {
        let code = expected.code;
        assert!(ALL.contains(&code), "{case}");
        assert_eq!(code.exit().code(), expected.exit, "{case}");
        for text in [code.title(), code.reason(), code.action()] {
            assert!(!text.vi.is_empty() && !text.en.is_empty(), "{case}");
            assert_ne!(text.vi, text.en, "{case}");
        }
    }
}

#[test]
fn every_case_of_the_table_is_played() {
    let mut sources = String::new();
    read_sources(&workspace_root().join("tests/tests"), &mut sources);
    for (case, _) in tables().iter().flat_map(|path| read(path)) {
        assert!(
            sources.contains(&format!("\"{case}\"")),
            "{case:?} has no test"
        );
    }
}

fn folder() -> PathBuf {
    workspace_root().join("tests/corpus/faults")
}

fn tables() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect()
}

fn read(path: &Path) -> BTreeMap<String, Expected> {
    let text = fs::read(path).unwrap();
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn read_sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
