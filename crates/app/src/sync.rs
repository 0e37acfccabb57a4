//! One round of exchange with the axis: recover, send what is due, receive documents and statuses.
//!
//! Only one process exchanges for a profile at a time. The lock is a file that the system unlocks
//! when its holder dies, so a killed process never blocks the next one; the lease row in the store
//! repeats it for what the store itself must refuse.

use std::fs::{File, TryLockError};
use std::sync::{MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use time::Duration;
use trien_domain::calendar::vietnam_day;
use trien_net::{AxisClient, MessageType};
use trien_store::{Lease, SYNC};
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::view::SyncReport;

/// How long the row in the store names its holder. The file lock decides, so that a round which is
/// slower than this loses nothing.
const LEASE: Duration = Duration::minutes(10);
/// A round that takes longer takes no new package up: the next one goes on, and what waits to be sent
/// is not starved by a line that is slow.
const ROUND_TIME: std::time::Duration = std::time::Duration::from_secs(20 * 60);
/// Orphans are looked for once a week: that takes a walk over all blobs.
const SWEEP_EVERY: Duration = Duration::weeks(1);
/// A younger blob may be on its way into a row.
const SWEEP_AGE: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
/// Longer than it takes to ask whether a round runs.
const ASKING: std::time::Duration = std::time::Duration::from_millis(50);

/// The right to exchange for this profile, held until dropped.
pub(crate) struct Turn {
    pub(crate) lease: Lease,
    /// The round before this one was killed.
    pub(crate) interrupted: bool,
    ends: Instant,
    _lock: File,
}

impl Turn {
    /// Whether the round's time is up.
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.ends
    }
}

impl App {
    /// Exchanges with the axis once.
    ///
    /// # Errors
    /// `ProfileBusy` while another process exchanges; those of the axis, the key store and the
    /// store. What was done before an error stays done.
    pub fn sync_now(&self) -> Result<SyncReport> {
        let turn = self.take_turn()?;
        crate::fault::point("sync.after_lock");
        let axis = self
            .client()
            .inspect_err(|error| drop(self.note_outcome(Some(error))))?;
        let mut report = SyncReport::default();
        let outcome = self.round(&axis, &turn, &mut report);
        crate::fault::point("sync.before_outcome");
        self.note_outcome(outcome.as_ref().err())?;
        crate::fault::point("sync.before_release");
        self.store.leases().release(&turn.lease)?;
        crate::fault::point("sync.after_release");
        self.sweep_now_and_then();
        self.changed(Changed::Sync);
        outcome.map(|()| report)
    }

    fn round(&self, axis: &AxisClient, turn: &Turn, report: &mut SyncReport) -> Result<()> {
        self.recover_sends(turn, report)?;
        crate::fault::point("sync.after_recover");
        self.resume_receiving(axis, turn, report)?;
        self.receive_all(axis, MessageType::Document, turn, report)
            .or_else(|error| report.pass_over_list(error))?;
        self.send_due(axis, turn, report)?;
        self.receive_all(axis, MessageType::Status, turn, report)
            .or_else(|error| report.pass_over_list(error))?;
        self.look_after_sent(axis)?;
        report.trouble.take().map_or(Ok(()), Err)
    }

    /// Takes away what killed processes left among the blobs; that it could not be done today is no
    /// fault of the exchange.
    fn sweep_now_and_then(&self) {
        const SWEPT: &str = "swept_on";
        let today = vietnam_day(self.now());
        let settings = self.store.settings();
        let last = settings.get(SWEPT).ok().flatten();
        let last = last.and_then(|day| crate::drafts::civil(&day));
        if last.is_some_and(|last| today - last < SWEEP_EVERY) {
            return;
        }
        let swept = self.store.blobs().sweep(SystemTime::now(), SWEEP_AGE);
        match swept.and_then(|_| settings.set(SWEPT, &today.to_string())) {
            Ok(()) => {}
            Err(error) => tracing::info!(%error, "the blobs were not swept"),
        }
    }

    /// Whether a round runs in this or another process: only a living one holds the lock.
    pub(crate) fn is_exchanging(&self) -> Result<bool> {
        Ok(self.try_lock()?.is_none())
    }

    /// The lock of the exchange; `None` where another round has it.
    fn try_lock(&self) -> Result<Option<File>> {
        let path = self.data.join("sync.lock");
        let failed = |e: std::io::Error| {
            AppError::new(ErrorCode::StoreFailed, format!("{}: {e}", path.display()))
        };
        let lock = File::create(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }

    fn take_turn(&self) -> Result<Turn> {
        // Who only asks whether a round runs holds the lock for a moment.
        let lock = match self.try_lock()? {
            Some(lock) => lock,
            None => {
                std::thread::sleep(ASKING);
                self.try_lock()?.ok_or(ErrorCode::ProfileBusy)?
            }
        };
        // Whoever holds the file lock is the only holder there can be, so the lease has one name.
        let taken = self.store.leases().take(SYNC, SYNC, LEASE, self.now())?;
        let lease = taken.map_err(|other| AppError::new(ErrorCode::ProfileBusy, other.holder))?;
        let interrupted = self.note_running()?;
        Ok(Turn {
            lease,
            interrupted,
            ends: Instant::now() + ROUND_TIME,
            _lock: lock,
        })
    }

    /// The axis client, with the secret from the key store; kept for as long as the profile is open.
    pub(crate) fn client(&self) -> Result<AxisClient> {
        if let Some(client) = &*self.axis() {
            return Ok(client.clone());
        }
        let axis = self.axis_profile()?;
        self.connect(self.secret(&axis.secret_entry)?)
    }

    /// An axis client with this secret, in place of the one before.
    pub(crate) fn connect(&self, secret: Zeroizing<String>) -> Result<AxisClient> {
        let axis = self.axis_profile()?;
        let mut config = self.wire_config(axis)?;
        if let Some(seconds) = axis.answer_within {
            config.timeouts.call = std::time::Duration::from_secs(u64::from(seconds));
            config.timeouts.transfer = config.timeouts.transfer.min(config.timeouts.call);
        }
        let client = AxisClient::new(config, secret)?;
        *self.axis() = Some(client.clone());
        Ok(client)
    }

    /// What it was made of has changed.
    pub(crate) fn forget_client(&self) {
        *self.axis() = None;
    }

    fn axis(&self) -> MutexGuard<'_, Option<AxisClient>> {
        self.axis.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
