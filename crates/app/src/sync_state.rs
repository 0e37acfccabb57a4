//! What the last exchange came to, for the foot of the window and `sync --status`.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use trien_domain::SendState;
use trien_domain::calendar::signing_time;

use crate::app::App;
use crate::error::{AppError, ErrorCode, ErrorView, Result};
use crate::view::{SyncView, Text};

/// The setting that keeps it: the window and the command line see the same.
const STATE: &str = "sync_state";
/// An axis clock this far from ours warns before signing and numbering, in seconds (DESIGN 9).
pub(crate) const SKEW_WARNS: i64 = 300;

#[derive(Debug, Default, Serialize, Deserialize)]
struct SyncState {
    last: Option<String>,
    /// When whoever exchanges by itself will do so next.
    #[serde(default, with = "time::serde::rfc3339::option")]
    next: Option<OffsetDateTime>,
    running: bool,
    /// Until when the axis asked to be left alone.
    #[serde(default, with = "time::serde::rfc3339::option")]
    rest: Option<OffsetDateTime>,
    error: Option<ErrorView>,
    clock_skew: Option<i32>,
}

impl App {
    /// The axis, as the foot of the window tells it.
    pub fn sync_view(&self) -> Result<SyncView> {
        let state = self.sync_state()?;
        // Where nothing exchanges by itself, it is what waits to leave that has a time.
        let round = state.next.filter(|next| *next > self.now());
        let next = match round {
            Some(next) => Some(next),
            None => self.store.sends().next_due(&self.organ.id)?,
        };
        let count = |state| self.store.sends().count(&self.organ.id, state);
        // A round that was killed noted its start and never its end; only a living one has the lock.
        let running = state.running && self.is_exchanging()?;
        Ok(SyncView {
            last: state.last,
            next: next.map(signing_time),
            running,
            interrupted: state.running && !running,
            error: state.error,
            waiting: count(SendState::Waiting)?,
            unclear: count(SendState::Unclear)?,
            clock_skew: state.clock_skew,
            clock_warning: state.clock_skew.and_then(clock_warning),
            troubles: u32::try_from(self.exchange_troubles()?.len()).unwrap_or(u32::MAX),
        })
    }

    /// Notes that a round runs; whether the one before it was killed, so that it could not note its
    /// end. Asked by whoever holds the lock.
    pub(crate) fn note_running(&self) -> Result<bool> {
        let before = self.sync_state()?;
        let interrupted = before.running;
        self.put_state(SyncState {
            running: true,
            ..before
        })?;
        Ok(interrupted)
    }

    pub(crate) fn note_outcome(&self, error: Option<&AppError>) -> Result<()> {
        let before = self.sync_state()?;
        let last = if error.is_none() {
            Some(signing_time(self.now()))
        } else {
            before.last.clone()
        };
        self.put_state(SyncState {
            last,
            running: false,
            rest: error
                .and_then(|e| e.retry_after)
                .map(|long| self.now() + long),
            error: error.map(AppError::view),
            ..before
        })
    }

    /// Until when the axis asked to be left alone in the last round.
    pub(crate) fn rest(&self) -> Result<Option<OffsetDateTime>> {
        Ok(self.sync_state()?.rest)
    }

    /// Whether the last round ended with an error, or none ended yet.
    pub(crate) fn failed_last(&self) -> Result<bool> {
        let state = self.sync_state()?;
        Ok(state.running || state.error.is_some())
    }

    /// Whether the last round did not reach the axis.
    pub(crate) fn was_out_of_reach(&self) -> Result<bool> {
        let error = self.sync_state()?.error.map(|error| error.code);
        let offline = [ErrorCode::AxisUnreachable, ErrorCode::AxisTimedOut];
        Ok(error.is_some_and(|code| offline.contains(&code)))
    }

    /// Remembers when the next round will be.
    pub(crate) fn note_next(&self, next: Option<OffsetDateTime>) -> Result<()> {
        self.put_state(SyncState {
            next,
            ..self.sync_state()?
        })
    }

    /// Remembers how far the axis's clock is ahead of ours.
    pub(crate) fn note_skew(&self, skew: Option<time::Duration>) -> Result<()> {
        let Some(skew) = skew else { return Ok(()) };
        let clock_skew = i32::try_from(-skew.whole_seconds()).ok();
        self.put_state(SyncState {
            clock_skew,
            ..self.sync_state()?
        })
    }

    /// Our clock minus the axis's in seconds, where an exchange has told.
    pub(crate) fn clock_skew(&self) -> Result<Option<i64>> {
        Ok(self.sync_state()?.clock_skew.map(i64::from))
    }

    fn sync_state(&self) -> Result<SyncState> {
        let stored = self.store.settings().get(STATE)?;
        Ok(stored
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default())
    }

    fn put_state(&self, state: SyncState) -> Result<()> {
        let json = serde_json::to_string(&state).unwrap_or_default();
        Ok(self.store.settings().set(STATE, &json)?)
    }
}

/// What a clock that disagrees with the axis's is told by: Decision 28/2018 art. 14.4 has clocks follow
/// the axis.
fn clock_warning(skew: i32) -> Option<Text> {
    let minutes = skew.unsigned_abs() / 60;
    let [vi, en] = if skew > 0 {
        ["nhanh", "ahead of"]
    } else {
        ["chậm", "behind"]
    };
    (i64::from(skew).abs() >= SKEW_WARNS).then(|| {
        Text::new(
            format!("Đồng hồ máy {vi} hơn Trục {minutes} phút"),
            format!("The clock is {minutes} minutes {en} the axis"),
        )
    })
}
