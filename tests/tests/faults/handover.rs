//! Hand-over packages that were altered, lost, copied, or belong elsewhere; and a draft that goes round.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trien_tests::{Desk, PIN_VARIABLE};

use crate::world::{World, draft_of, seal_of};

const FACTS: &str = "trinh-ky.json";
const PDF: &str = "van-ban.pdf";

#[test]
fn an_altered_package_is_refused_and_can_be_handed_over_again() {
    let world = World::new();
    let id = world.draft();
    let alterations: [fn(&Path); 3] = [
        |package| append(&package.join(PDF), b"\n% x"),
        |package| fs::write(package.join(FACTS), "{}").unwrap(),
        |package| fs::remove_file(package.join(PDF)).unwrap(),
    ];
    for alter in alterations {
        world.ok(&world.clerk, ["handover", "out", &id]);
        alter(&package(&world, "trinh-ky"));
        let outcome = world.run(&world.leader, ["handover", "in"]);
        world.assert_refused(&outcome, "altered hand-over package");
        let waiting = world.leader.ok(["outbox", "--folder", "to-sign"]);
        assert_eq!(waiting["total"], 0);
    }
    world.ok(&world.clerk, ["handover", "out", &id]);
    assert_eq!(taken(&world, &world.leader), [id.as_str()]);

    world.sign(&id);
    append(&package(&world, "da-ky").join(PDF), b"\n% x");
    let before = world.standing(&world.clerk, &id);
    let outcome = world.run(&world.clerk, ["handover", "in"]);
    world.assert_refused(&outcome, "altered hand-over package");
    assert_eq!(world.standing(&world.clerk, &id), before);
    world.ok(&world.leader, ["handover", "out", &id]);
    assert_eq!(taken(&world, &world.clerk), [id.as_str()]);
}

#[test]
fn a_package_that_comes_twice_is_taken_once() {
    let world = World::new();
    let id = world.draft();
    world.ok(&world.clerk, ["handover", "out", &id]);
    copy_of(&package(&world, "trinh-ky"), "ban-sao");
    assert_eq!(taken(&world, &world.leader), [id.as_str()]);
    world.ok(&world.clerk, ["handover", "out", &id]);
    assert!(
        taken(&world, &world.leader).is_empty(),
        "it is there already"
    );

    world.sign(&id);
    let kept = world.scratch("kept");
    copy(&package(&world, "da-ky"), &kept);
    copy_of(&package(&world, "da-ky"), "ban-sao");
    assert_eq!(taken(&world, &world.clerk), [id.as_str()]);
    world.ok(&world.clerk, seal_of(&id, PIN_VARIABLE));
    // Days later somebody finds the stick again.
    copy(&kept, &world.office.handover().join("da-ky/tim-thay"));
    let before = world.standing(&world.clerk, &id);
    assert!(taken(&world, &world.clerk).is_empty());
    assert_eq!(world.standing(&world.clerk, &id), before);
}

#[test]
fn a_package_of_another_document_is_refused() {
    let world = World::new();
    let (first, second) = (world.handed_over(), world.draft_of_another_letter());
    world.ok(&world.clerk, ["handover", "out", &second]);
    world.ok(&world.leader, ["handover", "in"]);
    world.sign(&first);
    let package = package(&world, "da-ky");
    let mut facts = read_facts(&package);
    let right = facts.clone();
    world.ok(&world.leader, ["return", &second, "--reason", "Để so"]);
    let returned = self::package(&world, "tra-lai");
    facts["id"] = read_facts(&returned)["id"].clone();
    fs::remove_dir_all(returned).unwrap();
    fs::write(package.join(FACTS), facts.to_string()).unwrap();

    let before = (
        world.standing(&world.clerk, &first),
        world.standing(&world.clerk, &second),
    );
    let outcome = world.run(&world.clerk, ["handover", "in"]);
    world.assert_refused(&outcome, "hand-over package of another document");
    let after = (
        world.standing(&world.clerk, &first),
        world.standing(&world.clerk, &second),
    );
    assert_eq!(after, before);
    fs::write(package.join(FACTS), right.to_string()).unwrap();
    assert_eq!(
        taken(&world, &world.clerk),
        [first],
        "the right one is taken"
    );
}

#[test]
fn a_returned_draft_goes_round_again_even_with_the_very_same_file() {
    let world = World::new();
    let id = world.handed_over();
    for reason in ["Thiếu nơi nhận", "Vẫn thiếu nơi nhận"] {
        let outcome = world.run(&world.leader, ["return", &id, "--reason", ""]);
        assert_eq!(outcome.error_code(), Some("reason_missing"));
        world.ok(&world.leader, ["return", &id, "--reason", reason]);
        assert_eq!(taken(&world, &world.clerk), [id.as_str()]);
        let shown = world.show(&world.clerk, &id);
        assert_eq!(shown["folder"], "drafts");
        assert!(shown.to_string().contains(reason), "{shown:#}");
        let replacing = draft_of(&world.answer()).into_iter();
        let replaced = world.ok(
            &world.clerk,
            replacing.chain(["--replaces".to_owned(), id.clone()]),
        );
        assert_eq!(replaced["id"].to_string(), id);
        world.ok(&world.clerk, ["handover", "out", &id]);
        assert_eq!(taken(&world, &world.leader), [id.as_str()]);
    }
    world.sign(&id);
    assert_eq!(taken(&world, &world.clerk), [id.as_str()]);
    world.ok(&world.clerk, seal_of(&id, PIN_VARIABLE));

    let late = draft_of(&world.answer()).into_iter();
    let before = world.standing(&world.clerk, &id);
    let outcome = world.run(
        &world.clerk,
        late.chain(["--replaces".to_owned(), id.clone()]),
    );
    assert_eq!(outcome.error_code(), Some("not_now"), "{outcome:#?}");
    assert_eq!(
        world.standing(&world.clerk, &id),
        before,
        "what is sealed stays"
    );
}

/// Takes in at a desk; the ids that are new there.
fn taken(world: &World, desk: &Desk) -> Vec<String> {
    let told = world.ok(desk, ["handover", "in"]);
    let taken = told["taken"].as_array().unwrap();
    taken.iter().map(|key| key["id"].to_string()).collect()
}

/// The only package on a way.
fn package(world: &World, way: &str) -> PathBuf {
    let entries = fs::read_dir(world.office.handover().join(way)).unwrap();
    let mut packages: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    assert_eq!(packages.len(), 1, "{packages:?}");
    packages.remove(0)
}

fn read_facts(package: &Path) -> Value {
    serde_json::from_slice(&fs::read(package.join(FACTS)).unwrap()).unwrap()
}

fn copy_of(package: &Path, name: &str) {
    copy(package, &package.with_file_name(name));
}

fn copy(package: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for file in [FACTS, PDF] {
        fs::copy(package.join(file), to.join(file)).unwrap();
    }
}

fn append(path: &Path, bytes: &[u8]) {
    let all = [&fs::read(path).unwrap(), bytes].concat();
    fs::write(path, all).unwrap();
}
