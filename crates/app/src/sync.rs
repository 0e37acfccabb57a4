//! One round of exchange with the axis: recover, send what is due, receive documents and statuses.
//!
//! Only one process exchanges for a profile at a time. The lock is a file that the system unlocks
//! when its holder dies, so a killed process never blocks the next one. Beside it the lease row in the
//! store is renewed for as long as a round may last: where it has run out and the lock is still held, its
//! holder hangs, and the next round goes on in its place; the store then refuses the sends of the one that hung.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use time::Duration;
use trien_domain::calendar::vietnam_day;
use trien_net::{AxisClient, MessageType};
use trien_store::{Lease, SYNC};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::view::SyncReport;

/// How long the row in the store names a holder that does not renew it: many times [`BEAT`], so that a machine which is
/// busy or was asleep for a moment keeps its round.
const LEASE: Duration = Duration::minutes(10);
/// How often a round renews it.
const BEAT: std::time::Duration = std::time::Duration::from_secs(60);
/// A round that takes longer takes no new package up: the next one goes on, and what waits to be sent
/// is not starved by a line that is slow.
const ROUND_TIME: std::time::Duration = std::time::Duration::from_secs(20 * 60);
/// What a round began in its last moment may take as long as a package needs over the slowest line. Then its calls are
/// broken off, and its lease is not renewed any more.
const ROUND_HANGS: std::time::Duration =
    ROUND_TIME.saturating_add(std::time::Duration::from_secs(30 * 60));
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
    began: Instant,
    /// Renews the lease until it is dropped.
    _beat: Sender<()>,
    _lock: File,
}

impl Turn {
    /// Whether the round's time is up.
    pub(crate) fn is_over(&self) -> bool {
        self.began.elapsed() >= ROUND_TIME
    }
}

impl App {
    /// Exchanges with the axis once, because somebody asks for it: who declined before to log in to the token that the
    /// axis wants to see is asked again.
    ///
    /// # Errors
    /// As [`App::sync_by_itself`].
    pub fn sync_now(&self) -> Result<SyncReport> {
        self.wire_declined.store(false, Ordering::SeqCst);
        self.sync_by_itself()
    }

    /// Exchanges with the axis once.
    ///
    /// # Errors
    /// `ProfileBusy` while another process exchanges; those of the axis, the key store and the
    /// store. What was done before an error stays done.
    pub fn sync_by_itself(&self) -> Result<SyncReport> {
        let turn = self.take_turn()?;
        crate::fault::point("sync.after_lock");
        let axis = self
            .client()
            .inspect_err(|error| drop(self.note_outcome(Some(error))))?
            .until(turn.began + ROUND_HANGS);
        let mut report = SyncReport::default();
        let outcome = self.round(&axis, &turn, &mut report);
        crate::fault::point("sync.before_outcome");
        self.note_outcome(outcome.as_ref().err())?;
        crate::fault::point("sync.before_release");
        self.store.leases().release(&turn.lease)?;
        crate::fault::point("sync.after_release");
        // The walk over the blobs needs nobody else to wait: another round may begin meanwhile.
        drop(turn);
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

    /// Whether a round runs in this or another process: only a living one holds the lock, and only one that does not
    /// hang has a lease.
    pub(crate) fn is_exchanging(&self) -> Result<bool> {
        Ok(self.try_lock()?.is_none() && !self.has_lapsed()?)
    }

    /// Whether a round has let its lease run out.
    fn has_lapsed(&self) -> Result<bool> {
        let lease = self.store.leases().current(SYNC)?;
        Ok(lease.is_some_and(|lease| lease.expires <= self.now()))
    }

    fn lock_path(&self) -> PathBuf {
        self.data.join("sync.lock")
    }

    /// The lock of the exchange; `None` where another round has it.
    fn try_lock(&self) -> Result<Option<File>> {
        let path = self.lock_path();
        let failed = |e: std::io::Error| AppError::of_disk(&path, &e);
        let lock = File::create(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }

    fn take_turn(&self) -> Result<Turn> {
        let mut lock = self.try_lock()?;
        if lock.is_none() {
            // Who only asks whether a round runs holds the lock for a moment.
            std::thread::sleep(ASKING);
            lock = self.try_lock()?;
        }
        let leases = self.store.leases();
        match (&lock, leases.current(SYNC)?) {
            // Its holder is gone, however long it has still to go.
            (Some(_), Some(left)) => leases.release(&left)?,
            (None, _) if !self.has_lapsed()? => return Err(ErrorCode::ProfileBusy.into()),
            _ => {}
        }
        let holder = Uuid::new_v4().to_string();
        let taken = leases.take(SYNC, &holder, LEASE, self.now())?;
        let lease = taken.map_err(|other| AppError::new(ErrorCode::ProfileBusy, other.holder))?;
        let lock = lock.map_or_else(|| self.lock_anew(), Ok)?;
        let interrupted = self.note_running()?;
        Ok(Turn {
            interrupted,
            began: Instant::now(),
            _beat: self.renew(lease.clone()),
            _lock: lock,
            lease,
        })
    }

    /// The lock in the place of one whose holder hangs: that one keeps a file which has no name any more.
    fn lock_anew(&self) -> Result<File> {
        let path = self.lock_path();
        std::fs::remove_file(&path).map_err(|e| AppError::of_disk(&path, &e))?;
        Ok(self.try_lock()?.ok_or(ErrorCode::ProfileBusy)?)
    }

    /// Renews a lease in the background, until what is given back is dropped or the round hangs.
    fn renew(&self, lease: Lease) -> Sender<()> {
        let (alive, over) = channel();
        let (store, host) = (self.store.clone(), Arc::clone(&self.host));
        let began = Instant::now();
        std::thread::spawn(move || {
            while began.elapsed() < ROUND_HANGS
                && over.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout)
            {
                let renewed = store
                    .leases()
                    .take(&lease.name, &lease.holder, LEASE, host.now());
                if let Err(error) = renewed {
                    tracing::info!(%error, "the lease of the exchange was not renewed");
                }
            }
        });
        alive
    }

    /// The axis client, with the secret from the key store; kept for as long as the profile is open.
    pub(crate) fn client(&self) -> Result<AxisClient> {
        if let Some(client) = self.axis().as_ref().filter(|_| self.wire_is_open()) {
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
