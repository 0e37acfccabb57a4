//! How far a package is on its way out, and how long to wait for it and for its answer.
//!
//! The HTTP client's own limit on silence starts with the request and ends with the head of the answer: it would
//! bound the whole way out, and a large package on a slow line would never arrive.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{AxisError, Timeouts};

/// A package on its way out.
pub(crate) struct Departure {
    began: Instant,
    /// When something moved last, in milliseconds after it began.
    moved: AtomicU64,
    whole: AtomicBool,
}

impl Departure {
    pub(crate) fn now() -> Self {
        Self {
            began: Instant::now(),
            moved: AtomicU64::new(0),
            whole: AtomicBool::new(false),
        }
    }

    /// A piece leaves, or one of the answer has come.
    pub(crate) fn moves(&self) {
        let since = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved.store(since, Ordering::SeqCst);
    }

    /// The package's last byte leaves.
    pub(crate) fn is_leaving_whole(&self) {
        self.whole.store(true, Ordering::SeqCst);
    }

    /// Whether all of the package has left us. An axis that lacks a byte of it lacks it: the request says how long it
    /// is (RFC 9112 section 8).
    pub(crate) fn has_left_whole(&self) -> bool {
        self.whole.load(Ordering::SeqCst)
    }

    /// Waits for what comes of it, for as long as something moves.
    ///
    /// # Errors
    /// [`AxisError::TimedOut`], and those of `work`.
    pub(crate) async fn watch<T>(
        &self,
        timeouts: &Timeouts,
        work: impl Future<Output = Result<T, AxisError>>,
    ) -> Result<T, AxisError> {
        let mut work = pin!(work);
        loop {
            let most = match self.has_left_whole() {
                true => timeouts.answer,
                false => timeouts.idle,
            };
            let left = most.saturating_sub(self.quiet());
            if left.is_zero() {
                return Err(AxisError::TimedOut);
            }
            if let Ok(done) = tokio::time::timeout(left, &mut work).await {
                return done;
            }
        }
    }

    fn quiet(&self) -> Duration {
        let moved = Duration::from_millis(self.moved.load(Ordering::SeqCst));
        self.began.elapsed().saturating_sub(moved)
    }
}
