use super::guide::{defines, named};
use super::sources::forbidden;
use super::table::{ABSENCES, ARROWS, DOORS, PURE, UNREACHABLE};
use super::*;

/// A house of all members with every allowed arrow drawn.
fn sound() -> House {
    let member = |arrows: &table::Arrows| {
        let inner = arrows.to.iter().copied();
        let outer = DOORS
            .iter()
            .filter(|door| door.keepers.contains(&arrows.from))
            .flat_map(|door| door.guarded.iter().map(|name| name.trim_end_matches('*')));
        let pure = PURE
            .iter()
            .filter(|(name, _)| *name == arrows.from)
            .flat_map(|(_, allowed)| allowed.iter().copied());
        let names = inner.chain(outer).chain(pure);
        (
            arrows.from.to_owned(),
            names.map(|name| arrow(name, false)).collect(),
        )
    };
    House {
        members: ARROWS.iter().map(member).collect(),
    }
}

fn arrow(name: &str, only_tests: bool) -> Dependency {
    Dependency {
        name: name.to_owned(),
        only_tests,
    }
}

/// What is found when one arrow more is drawn in the sound house.
fn with(from: &str, to: &str, only_tests: bool) -> Vec<String> {
    let mut house = sound();
    let member = house.members.get_mut(from).unwrap();
    member.push(arrow(to, only_tests));
    findings(&house)
}

fn names(found: &[String], from: &str, to: &str) -> bool {
    found
        .iter()
        .any(|line| line.contains(from) && line.contains(to))
}

#[test]
fn the_sound_house_stands() {
    assert_eq!(findings(&sound()), Vec::<String>::new());
}

#[test]
fn every_inner_arrow_that_is_not_drawn_is_found() {
    let mut tried = 0;
    for arrows in ARROWS {
        for other in ARROWS.iter().map(|arrows| arrows.from) {
            if other == arrows.from || arrows.to.contains(&other) {
                continue;
            }
            let found = with(arrows.from, other, false);
            assert!(
                names(&found, arrows.from, other),
                "{} → {other}",
                arrows.from
            );
            if !arrows.tests_also.contains(&other) {
                let found = with(arrows.from, other, true);
                assert!(
                    names(&found, arrows.from, other),
                    "{} ⇢ {other}",
                    arrows.from
                );
            }
            tried += 1;
        }
    }
    assert!(tried > 150, "{tried} arrows were tried");
}

#[test]
fn every_door_is_closed_to_everyone_else() {
    for door in DOORS {
        for name in door.guarded {
            let package = name.replace('*', "x");
            for member in ARROWS.iter().map(|arrows| arrows.from) {
                let kept = door.keepers.contains(&member);
                let found = with(member, &package, false);
                let pure = PURE.iter().any(|(name, _)| *name == member);
                assert_eq!(found.is_empty(), kept, "{member} → {package}: {found:?}");
                assert!(kept || pure || found.len() == 1, "{found:?}");
                let tested = kept || door.tests_of.contains(&member);
                let found = with(member, &package, true);
                assert_eq!(found.is_empty(), tested, "{member} ⇢ {package}: {found:?}");
            }
        }
    }
}

#[test]
fn the_pure_stay_pure() {
    for (member, _) in PURE {
        for package in ["serde", "rand", "tokio", "some-new-crate"] {
            assert!(names(&with(member, package, false), member, package));
        }
        assert_eq!(with(member, "proptest", true), Vec::<String>::new());
    }
}

#[test]
fn what_must_never_be_linked_is_found_through_others() {
    for (from, to) in UNREACHABLE {
        let mut house = sound();
        let between = "a-new-crate".to_owned();
        house
            .members
            .insert(between.clone(), vec![arrow(to, false)]);
        house
            .members
            .get_mut(*from)
            .unwrap()
            .push(arrow(&between, false));
        let reached = format!("{from} reaches {to}");
        let found = findings(&house);
        assert!(
            found.iter().any(|line| line.contains(&reached)),
            "{found:?}"
        );
        let last = house.members.get_mut(*from).unwrap().last_mut().unwrap();
        last.only_tests = true;
        let found = findings(&house);
        assert!(
            !found.iter().any(|line| line.contains(&reached)),
            "{found:?}"
        );
    }
}

#[test]
fn a_member_without_a_row_is_found() {
    let mut house = sound();
    house.members.insert("trien-new".into(), Vec::new());
    assert_eq!(
        findings(&house),
        ["trien-new has no row in the table of arrows"]
    );
}

#[test]
fn forbidden_words_are_found_outside_comments_and_tests() {
    for (_, words, _) in ABSENCES {
        for word in *words {
            let line = format!("let x = {word}::y();");
            assert_eq!(forbidden(&line, words).first().unwrap().0, 1);
            assert_eq!(forbidden(&format!("// no {word} here"), words), []);
            let tested = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{ {line} }}");
            assert_eq!(forbidden(&tested, words), []);
        }
    }
}

/// Manifests as people write them: what is named otherwise, for some systems only or for the build is named all the same.
#[test]
fn manifests_are_read_as_cargo_understands_them() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
    write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"one\", \"two\"]",
    );
    write("two/Cargo.toml", &package("two"));
    write("two/src/lib.rs", "");
    write("one/src/lib.rs", "");
    let one = package("one")
        + r#"
        [dependencies]
        two = { path = "../two" }
        harmless = { package = "rusqlite", version = "1" }
        [dev-dependencies]
        axum = "1"
        [build-dependencies]
        reqwest = "1"
        [target.'cfg(windows)'.dependencies]
        keyring = "1"
        [target.'cfg(windows)'.dev-dependencies]
        fantoccini = "1"
    "#;
    write("one/Cargo.toml", &one);
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root.path().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();

    let house = House::from_metadata(&metadata);
    assert_eq!(house.members["two"], []);
    let mut named = house.members["one"].clone();
    named.sort_by(|a, b| a.name.cmp(&b.name));
    let expected = [
        arrow("axum", true),
        arrow("fantoccini", true),
        arrow("keyring", false),
        arrow("reqwest", false),
        arrow("rusqlite", false),
        arrow("two", false),
    ];
    assert_eq!(named, expected);
}

#[test]
fn the_guide_names_paths_and_functions_that_are_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert_eq!(guide_findings(&root).unwrap(), Vec::<String>::new());
}

#[test]
fn the_guide_is_read_by_its_code_spans() {
    let text = "see `crates/app/src/sign.rs::sign_one` and `ui/`, not `page://x/y`, `@tauri-apps/*` or a/b";
    assert_eq!(
        named(text),
        [("crates/app/src/sign.rs", Some("sign_one")), ("ui/", None)]
    );
    assert!(defines("pub fn find<'a>(", "find") && !defines("fn find_all(", "find"));
}
