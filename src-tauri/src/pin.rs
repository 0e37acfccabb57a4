//! The PIN in a window of its own: it names what is signed, answers once, and is destroyed.
//!
//! Its capability names the three commands below and nothing else; no other window has them.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager, State, WebviewUrl, WebviewWindowBuilder};
use trien_app::host::{FinalTry, Pin, PinEntry};
use trien_app::view::{PinRequest, PinView};
use trien_app::{AppError, ErrorCode, ErrorView, PinAnswer};

use crate::window::{self, MAIN, PIN};

/// Wide enough for a certificate's name, high enough for every warning; fixed, as dialogs are.
const SIZE: (f64, f64) = (440.0, 430.0);
/// Below the bar of the task, so that the place of the signature stays in sight under it.
const FROM_TOP: f64 = 76.0;
/// Over the page, not over the panel with the steps.
const FROM_LEFT: f64 = 0.17;

/// What the window shows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PinQuestion {
    /// What is asked.
    pub request: PinRequest,
    /// A practice profile: the window wears *TẬP HUẤN*.
    pub training: bool,
}

/// One question at a time, and whoever waits for its answer.
pub struct PinDesk {
    handle: AppHandle,
    /// The web view's own data, shared with the main window: both follow the same settings.
    webview: PathBuf,
    /// Known once the profile is open; nothing asks before.
    training: OnceLock<bool>,
    /// Held while a question stands: two acts at once are asked one after the other.
    turn: Mutex<()>,
    asked: Mutex<Option<Asked>>,
}

struct Asked {
    question: PinQuestion,
    answer: Sender<Option<PinAnswer>>,
}

impl PinDesk {
    /// A desk that opens its window beside the main one.
    pub fn new(handle: AppHandle, webview: PathBuf) -> Self {
        Self {
            handle,
            webview,
            training: OnceLock::new(),
            turn: Mutex::new(()),
            asked: Mutex::new(None),
        }
    }

    /// Says whether this is a practice profile. The first word counts.
    pub fn set_training(&self, training: bool) {
        let _ = self.training.set(training);
    }

    /// Opens the window and waits. `None` when the person closed it.
    pub fn ask(&self, request: &PinRequest) -> Option<PinAnswer> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, answered) = channel();
        let question = PinQuestion {
            request: request.clone(),
            training: self.is_training(),
        };
        *self.asked() = Some(Asked { question, answer });
        if let Err(error) = self.open() {
            tracing::error!(%error, "the PIN window could not be opened");
            *self.asked() = None;
        }
        // The sender is dropped where the question is withdrawn: that too is "no".
        let answer = answered.recv().ok().flatten();
        if let Some(window) = self.handle.get_webview_window(PIN)
            && let Err(error) = window.destroy()
        {
            tracing::warn!(%error, "the PIN window could not be destroyed");
        }
        answer
    }

    /// The person closed the window, or gave up in it.
    pub fn give_up(&self) {
        if let Some(asked) = self.asked().take() {
            let _ = asked.answer.send(None);
        }
    }

    fn open(&self) -> tauri::Result<()> {
        let title = if self.is_training() {
            "Triện: PIN - TẬP HUẤN"
        } else {
            "Triện: PIN"
        };
        let mut builder =
            WebviewWindowBuilder::new(&self.handle, PIN, WebviewUrl::App("pin.html".into()))
                .title(title)
                .inner_size(SIZE.0, SIZE.1)
                .resizable(false)
                .maximizable(false)
                .minimizable(false)
                .always_on_top(true)
                .data_directory(self.webview.clone())
                .focused(true)
                .on_navigation(window::is_ours);
        if let Some(main) = self.handle.get_webview_window(MAIN) {
            let scale = main.scale_factor()?;
            let corner = main.inner_position()?.to_logical::<f64>(scale);
            let width = main.inner_size()?.to_logical::<f64>(scale).width;
            builder = builder
                .parent(&main)?
                .position(corner.x + width * FROM_LEFT, corner.y + FROM_TOP);
        }
        builder.build().map(|_| ())
    }

    /// Whoever does not know says so: the mark is only left out of a profile that is known to be real.
    fn is_training(&self) -> bool {
        self.training.get().copied().unwrap_or(true)
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Option<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the PIN window shows.
#[tauri::command]
#[specta::specta]
pub fn pin_request(desk: State<'_, Arc<PinDesk>>) -> Result<PinQuestion, ErrorView> {
    let asked = desk.asked();
    asked
        .as_ref()
        .map(|asked| asked.question.clone())
        .ok_or_else(nothing_asked)
}

/// The person's answer. The string that was typed becomes the PIN and is wiped after its one use.
#[tauri::command]
#[specta::specta]
pub fn pin_submit(
    desk: State<'_, Arc<PinDesk>>,
    pin: String,
    final_try: bool,
) -> Result<(), ErrorView> {
    let asked = desk.asked().take().ok_or_else(nothing_asked)?;
    let entry = match asked.question.request.pin {
        PinView::OnDevice => PinEntry::OnDevice,
        _ => PinEntry::Typed(Pin::new(pin)),
    };
    let final_try = if final_try {
        FinalTry::Confirmed
    } else {
        FinalTry::Refuse
    };
    let _ = asked.answer.send(Some(PinAnswer { entry, final_try }));
    Ok(())
}

/// The person gave up.
#[tauri::command]
#[specta::specta]
pub fn pin_cancel(desk: State<'_, Arc<PinDesk>>) {
    desk.give_up();
}

fn nothing_asked() -> ErrorView {
    AppError::new(ErrorCode::NotNow, "no PIN is asked for").view()
}
