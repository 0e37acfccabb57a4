//! The modules that Vietnamese offices have, and where they lie.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The list is data, so that the next driver is a line in a file.
const MODULES: &str = include_str!("../data/modules.toml");

/// The system whose file names are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Windows, 32-bit and 64-bit directories.
    Windows,
    /// macOS.
    MacOs,
    /// Linux.
    Linux,
}

impl Platform {
    /// The system that this program runs on.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }
}

/// A place where a vendor's module may lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownModule {
    /// Vendor or certification authority.
    pub vendor: String,
    /// The full path.
    pub path: PathBuf,
}

impl KnownModule {
    /// Whether the file is there; whether it loads is known by [`crate::Module::open`] only.
    #[must_use]
    pub fn is_installed(&self) -> bool {
        self.path.is_file()
    }
}

/// Every known place on a platform, in the order in which to look.
///
/// A module that is not among them is chosen by hand ("browse for module").
#[must_use]
pub fn known_modules(platform: Platform) -> Vec<KnownModule> {
    // That the built-in list can be read is tested; without it there is only choosing by hand.
    let list: List = toml::from_str(MODULES).unwrap_or_default();
    let directories = list.directories.of(platform);
    let mut places = Vec::new();
    for module in &list.module {
        for file in module.files.of(platform) {
            let mut push = |path: PathBuf| {
                places.push(KnownModule {
                    vendor: module.vendor.clone(),
                    path,
                });
            };
            if file.starts_with('/') {
                push(PathBuf::from(file));
            } else {
                directories
                    .iter()
                    .for_each(|directory| push(Path::new(directory).join(file)));
            }
        }
    }
    places
}

#[derive(Default, Deserialize)]
struct List {
    directories: PerPlatform,
    module: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    vendor: String,
    #[serde(flatten)]
    files: PerPlatform,
}

#[derive(Default, Deserialize)]
struct PerPlatform {
    #[serde(default)]
    windows: Vec<String>,
    #[serde(default)]
    macos: Vec<String>,
    #[serde(default)]
    linux: Vec<String>,
}

impl PerPlatform {
    fn of(&self, platform: Platform) -> &[String] {
        match platform {
            Platform::Windows => &self.windows,
            Platform::MacOs => &self.macos,
            Platform::Linux => &self.linux,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_can_be_read_and_the_cong_vu_tokens_come_first() {
        toml::from_str::<List>(MODULES).unwrap();
        let linux = known_modules(Platform::Linux);
        assert_eq!(linux[0].path, Path::new("/usr/lib/libbit4xpki.so"));
        let bit4id_own = Path::new("/usr/lib/bit4id/libbit4xpki.so");
        assert!(linux.iter().any(|m| m.path == bit4id_own));
        assert!(
            known_modules(Platform::Windows)
                .iter()
                .any(|m| m.vendor == "VNPT-CA")
        );
    }
}
