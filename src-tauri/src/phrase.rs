//! The axis's secret, and the pass-phrase of the file that keeps it on a machine without a key store.
//!
//! As careful as the PIN: a window of its own with three commands. A sealed file is made only where a person
//! has just given the secret that goes into it; rounds that run by themselves only open it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

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
/// A second field: a new pass-phrase is typed twice.
const AGAIN: f64 = 90.0;

/// Opens the sealed file without asking: on a server, and in tests.
const VARIABLE: &str = "TRIEN_PASS_PHRASE";

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PhraseWanted {
    /// The pass-phrase that opens the sealed file.
    OpenFile,
    /// A new one, for a file that is to be made.
    MakeFile,
    /// The axis's shared secret itself.
    AxisSecret,
}

/// What the window shows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PhraseQuestion {
    /// What for.
    pub wanted: PhraseWanted,
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
    /// A person has given a secret, and a file for it may be made.
    making: AtomicBool,
}

impl PhraseDesk {
    /// A desk that opens its window beside the main one.
    pub fn new(handle: AppHandle, webview: PathBuf) -> Self {
        Self {
            asking: Asking::new(handle, webview, LOOK),
            last: AtomicU8::new(Last::NotAsked as u8),
            making: AtomicBool::new(false),
        }
    }

    /// The pass-phrase; `None` when the person closed the window, now or since they last asked for
    /// something that needs it: what runs by itself does not ask twice.
    pub fn ask(&self, asked: Asked) -> Option<Secret> {
        if let Ok(given) = std::env::var(VARIABLE) {
            return Some(Secret::from(given));
        }
        match asked {
            Asked::ToMakeFile if self.making.load(Ordering::Relaxed) => {
                self.put(PhraseWanted::MakeFile, false)
            }
            Asked::ToMakeFile => None,
            Asked::ToOpenFile if self.is(Last::Declined) => None,
            Asked::ToOpenFile => {
                // The secret is read once for each start, so a second question means a wrong answer.
                let answer = self.put(PhraseWanted::OpenFile, self.is(Last::Answered));
                let last = match answer {
                    Some(_) => Last::Answered,
                    None => Last::Declined,
                };
                self.last.store(last as u8, Ordering::Relaxed);
                answer
            }
        }
    }

    /// Asks for the axis's secret.
    pub fn axis_secret(&self) -> Option<Secret> {
        self.put(PhraseWanted::AxisSecret, false)
    }

    /// Does what may need a new sealed file: its pass-phrase is asked for, whatever was declined before.
    pub fn making_a_file<T>(&self, act: impl FnOnce() -> T) -> T {
        self.may_ask_again();
        self.making.store(true, Ordering::Relaxed);
        let done = act();
        self.making.store(false, Ordering::Relaxed);
        done
    }

    /// A person wants something that needs it: who declined before is asked again.
    pub fn may_ask_again(&self) {
        if self.is(Last::Declined) {
            self.last.store(Last::NotAsked as u8, Ordering::Relaxed);
        }
    }

    /// The window is gone.
    pub fn destroyed(&self) {
        self.asking.destroyed();
    }

    fn put(&self, wanted: PhraseWanted, again: bool) -> Option<Secret> {
        let (title, height) = match wanted {
            PhraseWanted::OpenFile => ("Triện: mật khẩu tệp bí mật", HEIGHT),
            PhraseWanted::MakeFile => ("Triện: đặt mật khẩu tệp bí mật", HEIGHT + AGAIN),
            PhraseWanted::AxisSecret => ("Triện: khóa bí mật của Trục", HEIGHT),
        };
        self.asking
            .ask(PhraseQuestion { wanted, again }, title, height)
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
