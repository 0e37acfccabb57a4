//! The PIN: its window names what is signed.
//!
//! Its capability names the three commands below and nothing else; no other window has them.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, State};
use trien_app::host::{FinalTry, Pin, PinEntry};
use trien_app::view::{PinRequest, PinView};
use trien_app::{ErrorView, PinAnswer};

use crate::asking::{Asking, Look};

/// The label of the window.
pub const PIN: &str = "pin";

const LOOK: Look = Look {
    label: PIN,
    page: "pin.html",
    // A certificate's name stands in one line.
    width: 440.0,
};
/// One document, its person, certificate and device, and the field.
const HEIGHT: f64 = 372.0;
/// What the token tells of its PIN.
const WARNING: f64 = 92.0;
/// One of several documents; beyond four the list scrolls.
const LINE: f64 = 19.0;
const LINES: usize = 4;

/// What the window shows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PinQuestion {
    /// What is asked.
    pub request: PinRequest,
    /// A practice profile: the window wears *TẬP HUẤN*.
    pub training: bool,
}

/// Asks for PINs.
pub struct PinDesk {
    asking: Asking<PinQuestion, PinAnswer>,
    /// Known once the profile is open; nothing asks before.
    training: OnceLock<bool>,
}

impl PinDesk {
    /// A desk that opens its window beside the main one.
    pub fn new(handle: AppHandle, webview: PathBuf) -> Self {
        Self {
            asking: Asking::new(handle, webview, LOOK),
            training: OnceLock::new(),
        }
    }

    /// Says whether this is a practice profile. The first word counts.
    pub fn set_training(&self, training: bool) {
        let _ = self.training.set(training);
    }

    /// Opens the window and waits. `None` when the person closed it.
    pub fn ask(&self, request: &PinRequest) -> Option<PinAnswer> {
        // Whoever does not know says so: the mark is only left out of a profile known to be real.
        let training = self.training.get().copied().unwrap_or(true);
        let title = match training {
            true => "Triện: PIN - TẬP HUẤN",
            false => "Triện: PIN",
        };
        let warning = if request.pin == PinView::Ok {
            0.0
        } else {
            WARNING
        };
        let lines = match request.documents.len() {
            1 => 0,
            many => many.min(LINES),
        };
        let height = HEIGHT + warning + LINE * lines as f64;
        let question = PinQuestion {
            request: request.clone(),
            training,
        };
        self.asking.ask(question, title, height)
    }

    /// The window is gone.
    pub fn destroyed(&self) {
        self.asking.destroyed();
    }
}

/// What the PIN window shows.
#[tauri::command]
#[specta::specta]
pub fn pin_request(desk: State<'_, Arc<PinDesk>>) -> Result<PinQuestion, ErrorView> {
    desk.asking.question()
}

/// The person's answer. The string that was typed becomes the PIN and is wiped after its one use.
#[tauri::command]
#[specta::specta]
pub fn pin_submit(
    desk: State<'_, Arc<PinDesk>>,
    pin: String,
    final_try: bool,
) -> Result<(), ErrorView> {
    desk.asking.answer(|asked| PinAnswer {
        entry: match asked.request.pin {
            PinView::OnDevice => PinEntry::OnDevice,
            _ => PinEntry::Typed(Pin::new(pin)),
        },
        final_try: match final_try {
            true => FinalTry::Confirmed,
            false => FinalTry::Refuse,
        },
    })
}

/// The person gave up.
#[tauri::command]
#[specta::specta]
pub fn pin_cancel(desk: State<'_, Arc<PinDesk>>) {
    desk.asking.give_up();
}
