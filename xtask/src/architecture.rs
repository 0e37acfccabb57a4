//! The arrows of the house, checked over `cargo metadata` and over the sources.
//!
//! `ARCHITECTURE.md` draws them; [`table`] holds them as data; [`findings`] names every one that is broken.

mod guide;
mod sources;
pub mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata};

pub use guide::findings as guide_findings;
pub use sources::findings as source_findings;
use table::{ARROWS, DOORS, PURE, UNREACHABLE};

/// The workspace as far as its arrows go: each member with what its manifest names.
#[derive(Debug, Clone, Default)]
pub struct House {
    /// Members by package name.
    pub members: BTreeMap<String, Vec<Dependency>>,
}

/// One line of a member's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The package it names.
    pub name: String,
    /// True under `[dev-dependencies]`: it is in no program that we ship.
    pub only_tests: bool,
}

impl House {
    /// Reads the members' manifests as cargo understands them.
    pub fn from_metadata(metadata: &Metadata) -> House {
        let dependency = |dependency: &cargo_metadata::Dependency| Dependency {
            name: dependency.name.clone(),
            only_tests: dependency.kind == DependencyKind::Development,
        };
        let members = metadata.workspace_packages().into_iter().map(|package| {
            let dependencies = package.dependencies.iter().map(dependency).collect();
            (package.name.to_string(), dependencies)
        });
        House {
            members: members.collect(),
        }
    }

    /// Every member that a shipped program of `from` would hold, in any number of steps.
    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            let dependencies = self.members.get(name).into_iter().flatten();
            for dependency in dependencies.filter(|dependency| !dependency.only_tests) {
                let name = dependency.name.as_str();
                if self.members.contains_key(name) && reached.insert(name) {
                    open.push(name);
                }
            }
        }
        reached
    }
}

/// Every broken arrow, one sentence each; empty when the house stands.
pub fn findings(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (member, dependencies) in &house.members {
        match ARROWS.iter().find(|arrows| arrows.from == member) {
            Some(arrows) => inner_arrows(house, arrows, dependencies, &mut found),
            None => found.push(format!("{member} has no row in the table of arrows")),
        }
        doors(member, dependencies, &mut found);
        purity(member, dependencies, &mut found);
    }
    for (from, to) in UNREACHABLE {
        if house.reachable(from).contains(to) {
            found.push(format!("{from} reaches {to}, which it must never link"));
        }
    }
    found
}

fn inner_arrows(
    house: &House,
    arrows: &table::Arrows,
    dependencies: &[Dependency],
    found: &mut Vec<String>,
) {
    for dependency in dependencies {
        let name = dependency.name.as_str();
        let inner = house.members.contains_key(name);
        let allowed = arrows.to.contains(&name)
            || (dependency.only_tests && arrows.tests_also.contains(&name));
        if inner && !allowed {
            found.push(format!("{} must not depend on {name}", arrows.from));
        }
    }
}

fn doors(member: &str, dependencies: &[Dependency], found: &mut Vec<String>) {
    for dependency in dependencies {
        let guards = |door: &&table::Door| door.guards(&dependency.name);
        let Some(door) = DOORS.iter().find(guards) else {
            continue;
        };
        let allowed = door.keepers.contains(&member)
            || (dependency.only_tests && door.tests_of.contains(&member));
        if !allowed {
            let keepers = door.keepers.join(", ");
            found.push(format!(
                "{member} must not depend on {}: {}; only {keepers} may",
                dependency.name, door.why
            ));
        }
    }
}

fn purity(member: &str, dependencies: &[Dependency], found: &mut Vec<String>) {
    let Some((_, allowed)) = PURE.iter().find(|(name, _)| *name == member) else {
        return;
    };
    for dependency in dependencies {
        if !dependency.only_tests && !allowed.contains(&dependency.name.as_str()) {
            found.push(format!(
                "{member} is pure and must not depend on {}",
                dependency.name
            ));
        }
    }
}
