//! How the window is started: which profile.

use std::path::PathBuf;

use clap::Parser;

/// Triện, the window.
#[derive(Debug, Parser)]
#[command(name = "trien-desktop", version)]
pub struct Arguments {
    /// The profile's data folder. One window for each; two profiles are two processes.
    #[arg(long = "data", value_name = "DIR", env = "TRIEN_DATA")]
    chosen: Option<PathBuf>,
    /// The office file that a folder without a profile begins with; the page asks before it uses it.
    #[arg(long, value_name = "FILE", env = "TRIEN_OFFICE_FILE")]
    office_file: Option<PathBuf>,
}

impl Arguments {
    /// The data folder: what was asked for, or the user's own.
    pub fn data(&self) -> PathBuf {
        self.chosen.clone().unwrap_or_else(default_data)
    }

    /// The office file that was named.
    pub fn office_file(self) -> Option<PathBuf> {
        self.office_file
    }
}

/// Where the system keeps a user's data for programs (XDG base directories on Linux).
fn default_data() -> PathBuf {
    let home = || std::env::var_os("HOME").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let base = if cfg!(windows) {
        std::env::var_os("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        Some(home().join("Library/Application Support"))
    } else {
        std::env::var_os("XDG_DATA_HOME").map(PathBuf::from)
    };
    base.unwrap_or_else(|| home().join(".local/share"))
        .join("trien")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_is_named_wins() {
        let arguments =
            Arguments::try_parse_from(["trien-desktop", "--data", "/srv/ubnd"]).unwrap();
        assert_eq!(arguments.data(), PathBuf::from("/srv/ubnd"));
    }

    #[test]
    fn an_argument_that_is_not_known_is_refused() {
        assert!(Arguments::try_parse_from(["trien-desktop", "--pin", "1234"]).is_err());
    }
}
