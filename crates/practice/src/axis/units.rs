//! Units that a system adds to the directory, changes, and takes off again.
//!
//! Each change has a version above all others, and what is taken off stays as a line that says so: clients that have
//! the directory ask for what is newer than their copy (`getSynchronizeUnit`).

use serde::Deserialize;

use super::registry::{Agency, Registry};
use super::reply::Refusal;

/// What `registerAgency` may say of a unit; its state and version are the axis's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Unit {
    pcode: String,
    code: String,
    name: String,
    mail: String,
    mobile: String,
    fax: String,
}

impl Registry {
    /// `registerAgency`: adds a unit to the calling system, or changes it by its code.
    pub(super) fn register(
        &mut self,
        system: &str,
        unit: Unit,
        modified: String,
    ) -> Result<(), Refusal> {
        if unit.code.trim().is_empty() {
            return Err(Refusal::new("10", "Thong tin don vi khong hop le"));
        }
        if self.is_taken(&unit.code, system) {
            let text = format!("Ma don vi {} da co noi khac dang ky", unit.code);
            return Err(Refusal::new("19", &text));
        }
        let version = self.next_version();
        self.directory.retain(|line| line.code != unit.code);
        let organs = &mut self.of(system)?.organs;
        let before = organs.iter().position(|organ| organ.code == unit.code);
        let before = before.map(|at| organs.remove(at)).unwrap_or_default();
        organs.push(Agency {
            code: unit.code,
            name: unit.name,
            mail: unit.mail,
            mobile: unit.mobile,
            fax: unit.fax,
            pcode: unit.pcode,
            version,
            modified,
            deleted: false,
            ..before
        });
        Ok(())
    }

    /// `deleteAgency`: only units of the calling system.
    pub(super) fn unregister(
        &mut self,
        system: &str,
        code: &str,
        modified: String,
    ) -> Result<(), Refusal> {
        let version = self.next_version();
        let organs = &mut self.of(system)?.organs;
        let unit = organs.iter_mut().find(|o| o.code == code && !o.deleted);
        let unit = unit.ok_or_else(|| Refusal::new("19", "Don vi chua dang ky"))?;
        unit.deleted = true;
        unit.version = version;
        unit.modified = modified;
        Ok(())
    }

    /// Whether a code means somebody else: another system, an organ of one, or an organ of the directory.
    fn is_taken(&self, code: &str, system: &str) -> bool {
        let others = || self.systems.iter().filter(|other| other.id != system);
        let served = others().flat_map(|other| &other.organs);
        others().any(|other| other.id == code)
            || served
                .chain(&self.directory)
                .any(|organ| !organ.deleted && (organ.code == code || organ.old_code == code))
    }

    /// Above every line's; lines of before the first change count as 1.
    fn next_version(&self) -> i64 {
        let newest = self.agencies().map(|line| line.version).max();
        newest.unwrap_or_default().max(1).saturating_add(1)
    }

    fn of(&mut self, system: &str) -> Result<&mut super::System, Refusal> {
        let system = self.systems.iter_mut().find(|known| known.id == system);
        system.ok_or_else(|| Refusal::new("15", "FAIL"))
    }
}
