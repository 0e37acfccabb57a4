//! Who may use the axis: systems with their secrets and organs, and the directory of all organs.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::AxisError;

const FILE: &str = "registry.json";

/// Everything that is registered.
#[derive(Clone, Serialize, Deserialize)]
pub struct Registry {
    /// The OrganId that the axis writes into the TraceHeader of what it delivers.
    pub centre: String,
    /// The systems that may sign requests.
    pub systems: Vec<System>,
    /// Organs that can be addressed, beyond those of the systems.
    #[serde(default)]
    pub directory: Vec<Agency>,
}

/// A registered system.
#[derive(Clone, Serialize, Deserialize)]
pub struct System {
    /// Its id (`systemid`), which is not an organ's.
    pub id: String,
    /// The secret it signs with, as text.
    pub secret: String,
    /// The organs it sends and receives for.
    pub organs: Vec<Agency>,
}

/// An organ of the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agency {
    /// OrganId in force.
    pub code: String,
    /// Name.
    pub name: String,
    /// E-mail.
    pub mail: String,
    /// Mobile.
    pub mobile: String,
    /// Fax.
    pub fax: String,
    /// OrganId of the organ above.
    pub pcode: String,
    /// OrganId before re-coding.
    #[serde(rename = "oldCode")]
    pub old_code: String,
    /// Whether it takes nothing for now (code 23).
    pub locked: bool,
}

impl Agency {
    /// An organ of which only code and name matter.
    pub fn named(code: &str, name: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

impl Registry {
    /// Reads the registry of a folder.
    pub fn load(folder: &Path) -> Result<Self, AxisError> {
        let path = folder.join(FILE);
        let bytes = fs::read(&path).map_err(|e| AxisError::io("reading", &path, &e))?;
        serde_json::from_slice(&bytes).map_err(|e| AxisError::Damaged {
            line: e.line(),
            reason: e.to_string(),
            path,
        })
    }

    /// Writes the registry into a folder, made if need be, so that a crash leaves the old or the
    /// new one.
    pub fn save(&self, folder: &Path) -> Result<(), AxisError> {
        let (path, fresh) = (folder.join(FILE), folder.join("registry.json.new"));
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut file = fs::File::create(&fresh)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&fresh, &path)
        };
        write().map_err(|e| AxisError::io("writing", &path, &e))
    }

    pub(super) fn system(&self, id: &str) -> Option<&System> {
        self.systems.iter().find(|s| s.id == id)
    }

    /// The whole directory: organs of the systems first.
    pub(super) fn agencies(&self) -> impl Iterator<Item = &Agency> {
        let served = self.systems.iter().flat_map(|s| &s.organs);
        served.chain(&self.directory)
    }

    /// An organ by its code in force or the one before.
    pub(super) fn agency(&self, code: &str) -> Option<&Agency> {
        self.agencies()
            .find(|a| a.code == code || (!code.is_empty() && a.old_code == code))
    }
}

impl System {
    /// Whether it sends and receives for an organ; a system may also name itself.
    pub(super) fn serves(&self, code: &str) -> bool {
        self.id == code
            || self
                .organs
                .iter()
                .any(|o| o.code == code || (!code.is_empty() && o.old_code == code))
    }
}
