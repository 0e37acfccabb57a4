//! Licences, bans and sources of every package in the lock file, against `deny.toml`.
//!
//! `cargo deny` reads the same file and knows more; building it takes minutes, so these three checks are done
//! here, always, and `cargo deny` runs besides where it is installed.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::error::Error;
use crate::shell::{run, succeeds};
use crate::workspace::Workspace;

/// The part of `deny.toml` that is read here.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Rules {
    /// Which licences are allowed.
    pub licenses: Licenses,
    /// Which packages are not.
    pub bans: Bans,
}

/// `[licenses]`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Licenses {
    /// SPDX identifiers allowed for every package.
    pub allow: Vec<String>,
    /// Further ones for single packages.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// One package with licences of its own.
#[derive(Debug, Clone, Deserialize)]
pub struct Exception {
    /// The package.
    #[serde(rename = "crate")]
    pub name: String,
    /// SPDX identifiers allowed for it.
    pub allow: Vec<String>,
}

/// `[bans]`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Bans {
    /// Packages that must not be in the lock file.
    #[serde(default)]
    pub deny: Vec<Ban>,
}

/// One banned package.
#[derive(Debug, Clone, Deserialize)]
pub struct Ban {
    /// The package.
    #[serde(rename = "crate")]
    pub name: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Packages that may depend on it all the same.
    #[serde(default)]
    pub wrappers: Vec<String>,
}

/// One package of the lock file.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its licence as an SPDX expression.
    pub licence: Option<String>,
    /// True for our own and for those of the one registry that we trust.
    pub from_known_source: bool,
    /// The packages that depend on it.
    pub users: Vec<String>,
}

/// Checks every package of the workspace, and lets `cargo deny` check again where it is installed.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let rules = read(&workspace.root.join("deny.toml"))?;
    let packages = packages(workspace)?;
    println!("{} packages", packages.len());
    Error::if_any(findings(&rules, &packages))?;
    if succeeds("cargo-deny", &["--version"]) {
        run(
            workspace,
            "cargo",
            [
                "deny",
                "--all-features",
                "check",
                "bans",
                "licenses",
                "sources",
            ],
        )?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Rules, Error> {
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    toml::from_str(&text).map_err(|error| Error::Unreadable(format!("{}: {error}", path.display())))
}

fn packages(workspace: &Workspace) -> Result<Vec<Package>, Error> {
    let metadata = workspace.all_packages()?;
    let package = |package: &cargo_metadata::Package| {
        let name = package.name.to_string();
        let depends = |other: &&cargo_metadata::Package| {
            let mut named = other.dependencies.iter();
            named.any(|dependency| dependency.name == name)
        };
        let users = metadata.packages.iter().filter(depends);
        Package {
            licence: package.license.clone(),
            from_known_source: package
                .source
                .as_ref()
                .is_none_or(|source| source.is_crates_io()),
            users: users.map(|user| user.name.to_string()).collect(),
            name,
        }
    };
    Ok(metadata.packages.iter().map(package).collect())
}

/// Every package that breaks a rule, one sentence each.
pub fn findings(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages {
        found.extend(licence(rules, package));
        found.extend(ban(rules, package));
        if !package.from_known_source {
            found.push(format!("{} comes from an unknown source", package.name));
        }
    }
    found
}

fn licence(rules: &Rules, package: &Package) -> Option<String> {
    let name = &package.name;
    let Some(licence) = &package.licence else {
        return Some(format!("{name} names no licence"));
    };
    let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
        return Some(format!("{name}: `{licence}` is no SPDX expression"));
    };
    let exceptions = rules.licenses.exceptions.iter();
    let own = exceptions.filter(|exception| exception.name == *name);
    let own = own.flat_map(|exception| &exception.allow);
    let allowed: Vec<_> = rules.licenses.allow.iter().chain(own).collect();
    let granted = expression.evaluate(|required| {
        let required = required.to_string();
        allowed.iter().any(|allowed| **allowed == required)
    });
    (!granted).then(|| format!("{name}: the licence {licence} is not allowed"))
}

fn ban(rules: &Rules, package: &Package) -> Option<String> {
    let mut bans = rules.bans.deny.iter();
    let ban = bans.find(|ban| ban.name == package.name)?;
    let wrapped = |user: &String| ban.wrappers.contains(user);
    let allowed = !ban.wrappers.is_empty() && package.users.iter().all(wrapped);
    (!allowed).then(|| format!("{} is banned: {}", package.name, ban.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        toml::from_str(
            r#"
            [licenses]
            allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
            exceptions = [{ crate = "fonts", allow = ["OFL-1.1"] }]
            [bans]
            deny = [
                { crate = "openssl", reason = "rustls is our TLS" },
                { crate = "kept", reason = "only behind its door", wrappers = ["door"] },
            ]
            "#,
        )
        .unwrap()
    }

    fn package(name: &str, licence: &str, users: &[&str]) -> Package {
        Package {
            name: name.into(),
            licence: Some(licence.into()),
            from_known_source: true,
            users: users.iter().map(|user| (*user).to_owned()).collect(),
        }
    }

    fn found(package: Package) -> Vec<String> {
        findings(&rules(), &[package])
    }

    #[test]
    fn a_choice_is_enough_and_a_conjunction_needs_both() {
        for fine in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "MIT AND Apache-2.0",
        ] {
            assert_eq!(
                found(package("a", fine, &[])),
                Vec::<String>::new(),
                "{fine}"
            );
        }
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "no such thing"] {
            assert_eq!(found(package("a", bad, &[])).len(), 1, "{bad}");
        }
        assert!(found(package("a", "Apache-2.0 WITH LLVM-exception", &[])).is_empty());
        let unnamed = Package {
            licence: None,
            ..package("a", "MIT", &[])
        };
        assert_eq!(found(unnamed), ["a names no licence"]);
    }

    #[test]
    fn an_exception_is_for_its_package_alone() {
        assert!(found(package("fonts", "OFL-1.1", &[])).is_empty());
        assert_eq!(found(package("other", "OFL-1.1", &[])).len(), 1);
    }

    #[test]
    fn a_banned_package_passes_only_behind_its_wrapper() {
        assert_eq!(found(package("openssl", "MIT", &["a"])).len(), 1);
        assert!(found(package("kept", "MIT", &["door"])).is_empty());
        assert_eq!(found(package("kept", "MIT", &["door", "a"])).len(), 1);
    }

    #[test]
    fn an_unknown_source_is_found() {
        let stray = Package {
            from_known_source: false,
            ..package("a", "MIT", &[])
        };
        assert_eq!(found(stray), ["a comes from an unknown source"]);
    }
}
