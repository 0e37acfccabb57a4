//! The notices of every package that ends in our programs, as their licences ask.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::workspace::Workspace;

/// Packages whose code the interface's bundle holds; the rest of `ui/package-lock.json` only builds and tests it.
const BUNDLED: &[&str] = &["svelte", "@tauri-apps/api"];

/// One text: which packages are used under which licence, then each licence text once with the packages that
/// carry it.
pub fn of_everything(workspace: &Workspace) -> Result<String, Error> {
    let mut notices = Notices::default();
    let metadata = workspace.all_packages()?;
    for package in metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
    {
        let name = format!("{} {}", package.name, package.version);
        let licence = package.license.as_deref().unwrap_or("see its text below");
        let folder = package
            .manifest_path
            .parent()
            .map(|folder| folder.as_std_path());
        notices.add(&name, licence, folder.unwrap_or(Path::new(".")))?;
    }
    for name in BUNDLED {
        let folder = workspace.ui().join("node_modules").join(name);
        notices.add(name, "see its text below", &folder)?;
    }
    Ok(notices.text())
}

#[derive(Default)]
struct Notices {
    list: String,
    texts: BTreeMap<String, Vec<String>>,
}

impl Notices {
    fn add(&mut self, name: &str, licence: &str, folder: &Path) -> Result<(), Error> {
        let _ = writeln!(self.list, "{name}: {licence}");
        for text in texts_in(folder)? {
            self.texts.entry(text).or_default().push(name.to_owned());
        }
        Ok(())
    }

    fn text(self) -> String {
        let mut all = format!("Triện is built with these packages.\n\n{}", self.list);
        for (text, packages) in self.texts {
            let _ = write!(
                all,
                "\n{}\n{}\n\n{text}\n",
                "=".repeat(72),
                packages.join(", ")
            );
        }
        all
    }
}

fn texts_in(folder: &Path) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_uppercase();
        if path.is_file() && is_notice(&name) {
            let bytes = fs::read(&path).map_err(Error::io(&path))?;
            texts.push(String::from_utf8_lossy(&bytes).trim().to_owned());
        }
    }
    Ok(texts)
}

/// The names under which packages carry their terms, in upper case.
fn is_notice(name: &str) -> bool {
    let starts = [
        "LICENSE",
        "LICENCE",
        "COPYING",
        "COPYRIGHT",
        "NOTICE",
        "UNLICENSE",
    ];
    starts.iter().any(|start| name.starts_with(start)) && !name.ends_with(".RS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_found_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "LICENSE-MIT",
            "NOTICE",
            "copying.txt",
            "license.rs",
            "README.md",
        ] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let mut texts = texts_in(folder.path()).unwrap();
        texts.sort();
        assert_eq!(texts, ["LICENSE-MIT", "NOTICE", "copying.txt"]);
    }
}
