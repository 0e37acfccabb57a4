//! A question in a window of its own: asked once, answered once, and the window is destroyed.
//!
//! What is typed there never passes through the main window, whose page shows documents of others.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};
use trien_app::{AppError, ErrorCode, ErrorView};

use crate::window::{self, MAIN};

/// Below the bar of the task, so that the place of the signature stays in sight under it.
const FROM_TOP: f64 = 76.0;
/// Over the page, not over the panel with the steps.
const FROM_LEFT: f64 = 0.17;

/// A window that was told to go is gone within this; a desktop that hangs longer delays no answer.
const LEAVES_WITHIN: Duration = Duration::from_secs(2);

/// The window of a kind of question.
pub struct Look {
    /// The label; its capability names what the window may do.
    pub label: &'static str,
    /// Its page.
    pub page: &'static str,
    /// How wide it is; how high depends on the question.
    pub width: f64,
}

/// One question at a time, and whoever waits for its answer.
pub struct Asking<Q, A> {
    handle: AppHandle,
    /// The web view's own data, shared with the main window: both follow the same settings.
    webview: PathBuf,
    look: Look,
    /// Held while a question stands: two acts at once are asked one after the other.
    turn: Mutex<()>,
    asked: Mutex<Option<Asked<Q, A>>>,
    /// Who waits until the window of the question before is gone.
    leaving: Mutex<Option<Sender<()>>>,
}

struct Asked<Q, A> {
    question: Q,
    answer: Sender<Option<A>>,
}

impl<Q: Clone, A> Asking<Q, A> {
    /// Asks beside the main window of this application.
    pub fn new(handle: AppHandle, webview: PathBuf, look: Look) -> Self {
        Self {
            handle,
            webview,
            look,
            turn: Mutex::new(()),
            asked: Mutex::new(None),
            leaving: Mutex::new(None),
        }
    }

    /// Opens the window, as high as the question needs, and waits. `None` when the person closed it.
    pub fn ask(&self, question: Q, title: &str, height: f64) -> Option<A> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, answered) = channel();
        *self.asked() = Some(Asked { question, answer });
        if let Err(error) = self.open(title, height) {
            tracing::error!(%error, window = self.look.label, "could not be opened");
            *self.asked() = None;
        }
        // The sender is dropped where the question is withdrawn: that too is "no".
        let answer = answered.recv().ok().flatten();
        self.leave();
        answer
    }

    /// Destroys the window and waits until it is gone, so that its end is not taken for a "no" to the next question.
    fn leave(&self) {
        let Some(window) = self.handle.get_webview_window(self.look.label) else {
            return;
        };
        let (told, gone) = channel();
        *self.leaving() = Some(told);
        match window.destroy() {
            Ok(()) => {
                let _ = gone.recv_timeout(LEAVES_WITHIN);
            }
            Err(error) => {
                tracing::warn!(%error, window = self.look.label, "could not be destroyed");
            }
        }
        *self.leaving() = None;
    }

    /// The window is gone: by our own hand after an answer, else the person closed it.
    pub fn destroyed(&self) {
        match self.leaving().take() {
            Some(told) => {
                let _ = told.send(());
            }
            None => self.give_up(),
        }
    }

    /// What the window shows.
    ///
    /// # Errors
    /// `NotNow` where nothing is asked.
    pub fn question(&self) -> Result<Q, ErrorView> {
        let asked = self.asked();
        let asked = asked.as_ref().ok_or_else(nothing_asked)?;
        Ok(asked.question.clone())
    }

    /// The person's answer, made of what was asked.
    ///
    /// # Errors
    /// `NotNow` where nothing is asked, or it was answered before.
    pub fn answer(&self, made: impl FnOnce(&Q) -> A) -> Result<(), ErrorView> {
        let asked = self.asked().take().ok_or_else(nothing_asked)?;
        let _ = asked.answer.send(Some(made(&asked.question)));
        Ok(())
    }

    /// The person gave up.
    pub fn give_up(&self) {
        if let Some(asked) = self.asked().take() {
            let _ = asked.answer.send(None);
        }
    }

    fn open(&self, title: &str, height: f64) -> tauri::Result<()> {
        let page = WebviewUrl::App(self.look.page.into());
        let mut builder = WebviewWindowBuilder::new(&self.handle, self.look.label, page)
            .title(title)
            .inner_size(self.look.width, height)
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

    fn leaving(&self) -> MutexGuard<'_, Option<Sender<()>>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> MutexGuard<'_, Option<Asked<Q, A>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nothing_asked() -> ErrorView {
    AppError::new(ErrorCode::NotNow, "nothing is asked").view()
}
