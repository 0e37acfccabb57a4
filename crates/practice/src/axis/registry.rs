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
    /// Grows with each change of this line (`getSynchronizeUnit`).
    pub version: i64,
    /// Whether it is closed: the whole directory leaves it out, its changes name it.
    pub deleted: bool,
    /// When this line changed, `yyyy/MM/dd HH:mm:ss`; empty where it was there from the start.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub modified: String,
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

    /// Adds made-up organs until the directory has so many: ministries and provinces with their units,
    /// codes of Decision 20/2020 with the ones before re-coding, one in fifty closed.
    pub fn fill(&mut self, units: u32) {
        const KINDS: [&str; 8] = [
            "Ủy ban nhân dân xã",
            "Ủy ban nhân dân phường",
            "Sở Nội vụ",
            "Sở Tài chính",
            "Trường Trung học cơ sở",
            "Trạm Y tế xã",
            "Chi cục Kiểm lâm",
            "Phòng Văn hóa và Thông tin",
        ];
        const NAMES: [&str; 12] = [
            "An Hòa",
            "Bình Minh",
            "Mẫu Sơn",
            "Đông Hưng",
            "Phú Lộc",
            "Tân Tiến",
            "Yên Lạc",
            "Hòa Bình",
            "Thạnh Mỹ",
            "Vĩnh Phúc",
            "Xuân Trường",
            "Quảng Lợi",
        ];
        let known = u32::try_from(self.directory.len()).unwrap_or(u32::MAX);
        for n in known..units {
            let (province, unit) = (n % 63 + 1, n / 63);
            let pick = |list: &'static [&'static str], by: u32| {
                list.get(by as usize % list.len())
                    .copied()
                    .unwrap_or_default()
            };
            let name = format!(
                "{} {} {}",
                pick(&KINDS, n / 7),
                pick(&NAMES, n / 3),
                n % 97 + 1
            );
            self.directory.push(Agency {
                code: format!("H{province:02}.{:02}.{:03}", unit / 1000 + 10, unit % 1000),
                old_code: format!(
                    "{:03}.{:02}.{:02}.H{province:02}",
                    unit % 1000,
                    unit / 1000,
                    n % 100
                ),
                mail: format!("dv{n}@example.gov.vn"),
                version: 2,
                deleted: n % 50 == 49,
                ..Agency::named("", &name)
            });
        }
    }

    pub(super) fn system(&self, id: &str) -> Option<&System> {
        self.systems.iter().find(|s| s.id == id)
    }

    /// The whole directory with what is closed: organs of the systems first.
    pub(super) fn agencies(&self) -> impl Iterator<Item = &Agency> {
        let served = self.systems.iter().flat_map(|s| &s.organs);
        served.chain(&self.directory)
    }
}

impl System {
    /// Whether it sends and receives for an organ; a system may also name itself.
    pub(super) fn serves(&self, code: &str) -> bool {
        self.id == code
            || self
                .organs
                .iter()
                .filter(|o| !o.deleted)
                .any(|o| o.code == code || (!code.is_empty() && o.old_code == code))
    }
}
