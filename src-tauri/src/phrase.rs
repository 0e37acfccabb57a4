//! The pass-phrase of the profile's sealed file, on a machine without a key store.
//!
//! As careful as the PIN: a window of its own with three commands. A sealed file is only opened here;
//! it is made where the profile is set up.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, State};
use trien_app::ErrorView;
use trien_app::host::{Asked, Secret};

use crate::asking::{Asking, Look};

/// The label of the window.
pub const PHRASE: &str = "phrase";

const LOOK: Look = Look {
    label: PHRASE,
    page: "phrase.html",
    width: 440.0,
};
/// Why it is asked, the field, and the warning of a second time.
const HEIGHT: f64 = 380.0;

/// Opens the sealed file without asking: on a server, and in tests.
const VARIABLE: &str = "TRIEN_PASS_PHRASE";

/// What the window shows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PhraseQuestion {
    /// It was asked before and what was given did not open the file.
    pub again: bool,
}

/// How the last question ended.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Last {
    NotAsked,
    Answered,
    Declined,
}

/// Asks for the pass-phrase.
pub struct PhraseDesk {
    asking: Asking<PhraseQuestion, Secret>,
    last: AtomicU8,
}

impl PhraseDesk {
    /// A desk that opens its window beside the main one.
    pub fn new(handle: AppHandle, webview: PathBuf) -> Self {
        Self {
            asking: Asking::new(handle, webview, LOOK),
            last: AtomicU8::new(Last::NotAsked as u8),
        }
    }

    /// The pass-phrase; `None` when the person closed the window, now or since they last asked for
    /// something that needs it: what runs by itself does not ask twice.
    pub fn ask(&self, asked: Asked) -> Option<Secret> {
        if let Ok(given) = std::env::var(VARIABLE) {
            return Some(Secret::from(given));
        }
        if asked == Asked::ToMakeFile || self.is(Last::Declined) {
            return None;
        }
        let question = PhraseQuestion {
            // The secret is read once for each start, so a second question means a wrong answer.
            again: self.is(Last::Answered),
        };
        let answer = self
            .asking
            .ask(question, "Triện: mật khẩu tệp bí mật", HEIGHT);
        let last = match answer {
            Some(_) => Last::Answered,
            None => Last::Declined,
        };
        self.last.store(last as u8, Ordering::Relaxed);
        answer
    }

    /// A person wants something that needs it: who declined before is asked again.
    pub fn may_ask_again(&self) {
        if self.is(Last::Declined) {
            self.last.store(Last::NotAsked as u8, Ordering::Relaxed);
        }
    }

    /// The person closed the window.
    pub fn give_up(&self) {
        self.asking.give_up();
    }

    fn is(&self, last: Last) -> bool {
        self.last.load(Ordering::Relaxed) == last as u8
    }
}

/// What the window shows.
#[tauri::command]
#[specta::specta]
pub fn phrase_request(desk: State<'_, Arc<PhraseDesk>>) -> Result<PhraseQuestion, ErrorView> {
    desk.asking.question()
}

/// The person's answer.
#[tauri::command]
#[specta::specta]
pub fn phrase_submit(desk: State<'_, Arc<PhraseDesk>>, phrase: String) -> Result<(), ErrorView> {
    desk.asking.answer(|_| Secret::from(phrase))
}

/// The person gave up.
#[tauri::command]
#[specta::specta]
pub fn phrase_cancel(desk: State<'_, Arc<PhraseDesk>>) {
    desk.asking.give_up();
}
