//! One round of exchange with the axis: recover, send what is due, receive documents and statuses.
//!
//! Only one process exchanges for a profile at a time. The lock is a file that the system unlocks
//! when its holder dies, so a killed process never blocks the next one; the lease row in the store
//! repeats it for what the store itself must refuse.

use std::fs::{File, TryLockError};

use time::Duration;
use trien_domain::OrganId;
use trien_net::{AxisClient, AxisConfig, MessageType};
use trien_store::{Lease, SYNC, Unit};

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::view::SyncReport;

/// How long the row in the store names its holder. The file lock decides, so that a round which is
/// slower than this loses nothing.
const LEASE: Duration = Duration::minutes(10);
/// Packages of one kind in one round; the rest comes with the next, so that sending is not starved.
const ROUND_MAX: usize = 500;

/// The right to exchange for this profile, held until dropped.
pub(crate) struct Turn {
    pub(crate) lease: Lease,
    /// The round before this one was killed.
    pub(crate) interrupted: bool,
    _lock: File,
}

impl App {
    /// Takes the axis's directory of organs into the store. Returns how many it has.
    pub fn sync_directory(&self) -> Result<u32> {
        let agencies = self.wait(self.axis()?.agencies(self.now()))?.value;
        let codes: std::collections::HashMap<String, String> = agencies
            .iter()
            .map(|a| (a.id.clone(), a.code.clone()))
            .collect();
        let units = agencies.into_iter().filter_map(|agency| {
            Some(Unit {
                code: OrganId::new(&agency.code)?,
                old_code: OrganId::new(&agency.old_code),
                parent: codes.get(&agency.pid).and_then(|code| OrganId::new(code)),
                name: agency.name,
                email: agency.mail,
                active: true,
                version: 0,
            })
        });
        Ok(self.store.directory().put_all(units, self.now())?)
    }

    /// Exchanges with the axis once.
    ///
    /// # Errors
    /// `ProfileBusy` while another process exchanges; those of the axis, the key store and the
    /// store. What was done before an error stays done.
    pub fn sync_now(&self) -> Result<SyncReport> {
        let turn = self.take_turn()?;
        let axis = self
            .axis()
            .inspect_err(|error| drop(self.note_outcome(Some(error))))?;
        let mut report = SyncReport::default();
        let outcome = self.round(&axis, &turn, &mut report);
        self.note_outcome(outcome.as_ref().err())?;
        self.store.leases().release(&turn.lease)?;
        self.changed(Changed::Sync);
        outcome.map(|()| report)
    }

    fn round(&self, axis: &AxisClient, turn: &Turn, report: &mut SyncReport) -> Result<()> {
        self.recover_sends(turn, report)?;
        self.resume_receiving(axis, turn, report)?;
        self.receive_all(axis, MessageType::Document, turn, report)?;
        self.send_due(axis, turn, report)?;
        self.receive_all(axis, MessageType::Status, turn, report)?;
        self.look_after_sent(axis)?;
        report.trouble.take().map_or(Ok(()), Err)
    }

    fn receive_all(
        &self,
        axis: &AxisClient,
        of: MessageType,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<()> {
        let rows = self.wait(axis.received_list(of, self.now()))?;
        self.note_skew(rows.skew(self.now()))?;
        for row in rows
            .value
            .iter()
            .filter(|row| row.status != "done" && row.status != "fail")
            .take(ROUND_MAX)
        {
            if let Err(error) = self.receive_one(axis, row, of, turn, report) {
                report.pass_over(error)?;
            }
        }
        Ok(())
    }

    fn take_turn(&self) -> Result<Turn> {
        let path = self.data.join("sync.lock");
        let failed = |e: std::io::Error| {
            AppError::new(ErrorCode::StoreFailed, format!("{}: {e}", path.display()))
        };
        let lock = File::create(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ErrorCode::ProfileBusy.into()),
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
        // Whoever holds the file lock is the only holder there can be, so the lease has one name.
        let taken = self.store.leases().take(SYNC, SYNC, LEASE, self.now())?;
        let lease = taken.map_err(|other| AppError::new(ErrorCode::ProfileBusy, other.holder))?;
        let interrupted = self.note_running()?;
        Ok(Turn {
            lease,
            interrupted,
            _lock: lock,
        })
    }

    /// The axis client, with the secret from the key store; kept for as long as the profile is open.
    fn axis(&self) -> Result<AxisClient> {
        if let Some(client) = self.axis.get() {
            return Ok(client.clone());
        }
        let none = || AppError::new(ErrorCode::NotNow, "the profile has no axis");
        let axis = self.profile.axis.as_ref().ok_or_else(none)?;
        let secret = self.axis_secret(&axis.secret_entry)?;
        let mut config = AxisConfig::new(&axis.endpoint, &axis.system_id);
        if let Some(seconds) = axis.answer_within {
            config.timeouts.call = std::time::Duration::from_secs(u64::from(seconds));
            config.timeouts.transfer = config.timeouts.transfer.min(config.timeouts.call);
        }
        let client = AxisClient::new(config, secret)?;
        Ok(self.axis.get_or_init(|| client).clone())
    }
}
