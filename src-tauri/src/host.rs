//! The window as the host of the use cases: the clock, the PIN window, and what changed.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;
use time::OffsetDateTime;
use trien_app::host::{Asked, Secret};
use trien_app::view::PinRequest;
use trien_app::{Changed, Host, PinAnswer};

use crate::phrase::PhraseDesk;
use crate::pin::PinDesk;
use crate::window::MAIN;

/// At most ten events a second reach the page, however much changes: a synchronisation of a thousand
/// documents must not draw the list a thousand times.
const BETWEEN_EVENTS: Duration = Duration::from_millis(100);

/// Everything that changed since the last such event, each once.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ChangedEvent(pub Vec<Changed>);

/// The window, as the use cases see it.
pub struct WindowHost {
    pin: Arc<PinDesk>,
    phrase: Arc<PhraseDesk>,
    changes: Arc<Changes>,
}

#[derive(Default)]
struct Changes {
    waiting: Mutex<HashSet<Changed>>,
    arrived: Condvar,
}

impl WindowHost {
    /// A host whose changes are told to the main window of this application.
    pub fn new(handle: AppHandle, pin: Arc<PinDesk>, phrase: Arc<PhraseDesk>) -> Self {
        let changes = Arc::new(Changes::default());
        let told = Arc::clone(&changes);
        std::thread::spawn(move || tell(&handle, &told));
        Self {
            pin,
            phrase,
            changes,
        }
    }
}

impl Host for WindowHost {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn ask_pin(&self, request: &PinRequest) -> Option<PinAnswer> {
        self.pin.ask(request)
    }

    fn pass_phrase(&self, asked: Asked) -> Option<Secret> {
        self.phrase.ask(asked)
    }

    fn changed(&self, what: Changed) {
        self.changes
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(what);
        self.changes.arrived.notify_one();
    }
}

/// Tells the page, in bundles. Runs as long as the process.
fn tell(handle: &AppHandle, changes: &Changes) {
    loop {
        let waiting = changes
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let waiting = changes.arrived.wait_while(waiting, |set| set.is_empty());
        let bundle = std::mem::take(&mut *waiting.unwrap_or_else(PoisonError::into_inner));
        let event = ChangedEvent(bundle.into_iter().collect());
        if let Err(error) = event.emit_to(handle, MAIN) {
            tracing::warn!(%error, "the page could not be told of a change");
        }
        std::thread::sleep(BETWEEN_EVENTS);
    }
}
