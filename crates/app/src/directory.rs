//! The directory of organs: a copy of the axis's, whole at first and by its changes after that.

use std::collections::HashMap;

use time::Duration;
use trien_domain::OrganId;
use trien_net::{Agency, AxisClient, NewAgency};
use trien_store::Unit;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};

/// When the whole directory was read last, in seconds since 1970; one for all organs of the profile.
const WHOLE_READ_AT: &str = "directory_whole_read_at";
/// How often it is read whole: 120,000 units are some 30 MB.
const WHOLE_EVERY: Duration = Duration::days(7);

/// A unit that an office registers with the axis.
#[derive(Debug, Clone)]
pub struct UnitForm {
    /// Its OrganId.
    pub code: String,
    /// The OrganId of the unit above it.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// Its address for mail; may be empty.
    pub email: String,
    /// Its telephone; may be empty.
    pub telephone: String,
}

impl App {
    /// Takes the axis's directory of organs into the store. Returns how many lines came.
    ///
    /// The whole directory tells names and codes before re-coding, so it is read again from time to time: units are
    /// merged. Its changes tell versions and what is closed; an axis without that call leaves the first as it is.
    pub fn sync_directory(&self) -> Result<u32> {
        let axis = self.client()?;
        let taken = match self.is_whole_directory_recent()? {
            true => 0,
            false => self.take_directory(&axis)?,
        };
        Ok(taken.max(
            self.take_changes(&axis).or_else(
                |error| {
                    if taken > 0 { Ok(taken) } else { Err(error) }
                },
            )?,
        ))
    }

    /// Registers a unit of this office with the axis, so that it sends and receives by this system; or changes it.
    ///
    /// # Errors
    /// `BadArgument` where a code is none; those of the axis.
    pub fn register_unit(&self, unit: &UnitForm) -> Result<()> {
        let code = |text: &str| match OrganId::new(text) {
            Some(code) => Ok(code.to_string()),
            None => Err(AppError::new(ErrorCode::BadArgument, text)),
        };
        let agency = NewAgency {
            id: String::new(),
            pcode: code(&unit.parent)?,
            code: code(&unit.code)?,
            name: unit.name.clone(),
            mail: unit.email.clone(),
            mobile: unit.telephone.clone(),
            fax: "0".to_owned(),
        };
        let axis = self.client()?;
        self.wait(axis.register_agency(&agency, self.now()))?;
        Ok(())
    }

    /// Takes a unit of this office off the axis.
    ///
    /// # Errors
    /// Those of the axis.
    pub fn remove_unit(&self, code: &str) -> Result<()> {
        let axis = self.client()?;
        self.wait(axis.delete_agency(code, self.now()))?;
        Ok(())
    }

    fn is_whole_directory_recent(&self) -> Result<bool> {
        if self
            .store
            .directory()
            .version()?
            .is_none_or(|known| known == 0)
        {
            return Ok(false);
        }
        let read = self.store.settings().get(WHOLE_READ_AT)?;
        let read = read.and_then(|seconds| seconds.parse::<i64>().ok());
        let age = read.map(|read| self.now().unix_timestamp() - read);
        Ok(age.is_some_and(|age| (0..WHOLE_EVERY.whole_seconds()).contains(&age)))
    }

    fn take_directory(&self, axis: &AxisClient) -> Result<u32> {
        let agencies = self.wait(axis.agencies(self.now()))?.value;
        let codes: HashMap<&str, &str> = agencies
            .iter()
            .map(|a| (a.id.as_str(), a.code.as_str()))
            .collect();
        let units = agencies.iter().filter_map(|agency| {
            Some(Unit {
                code: OrganId::new(&agency.code)?,
                old_code: old_code(agency),
                parent: codes
                    .get(agency.pid.as_str())
                    .and_then(|code| OrganId::new(code)),
                name: agency.name.clone(),
                email: agency.mail.clone(),
                active: true,
                version: 0,
            })
        });
        let taken = self.store.directory().put_whole(units, self.now())?;
        let read = self.now().unix_timestamp().to_string();
        self.store.settings().set(WHOLE_READ_AT, &read)?;
        Ok(taken)
    }

    /// Lines newer than our copy. What such a line does not tell stays as it is: an old code is told
    /// by the whole directory only.
    fn take_changes(&self, axis: &AxisClient) -> Result<u32> {
        let known = self.store.directory().version()?.unwrap_or(0);
        let changes = self.wait(axis.synchronize_unit(self.now()))?.value;
        let codes: HashMap<&str, &str> = changes
            .iter()
            .map(|u| (u.id.as_str(), u.code.as_str()))
            .collect();
        let mut units = Vec::new();
        for change in changes.iter().filter(|change| change.version > known) {
            let Some(code) = OrganId::new(&change.code) else {
                continue;
            };
            let before = self.store.directory().get(&code)?;
            let before = before.filter(|unit| unit.code == code);
            units.push(Unit {
                old_code: before.as_ref().and_then(|unit| unit.old_code.clone()),
                parent: codes
                    .get(change.pid.as_str())
                    .and_then(|code| OrganId::new(code))
                    .or_else(|| before.and_then(|unit| unit.parent)),
                code,
                name: change.name.clone(),
                email: change.mail.clone(),
                active: !change.deleted,
                version: change.version,
            });
        }
        Ok(self.store.directory().put_all(units, self.now())?)
    }
}

/// The code before re-coding: under its own key, or the code of QCVN 102.
fn old_code(agency: &Agency) -> Option<OrganId> {
    [&agency.old_code, &agency.code102]
        .into_iter()
        .filter(|old| **old != agency.code)
        .find_map(|old| OrganId::new(old))
}
