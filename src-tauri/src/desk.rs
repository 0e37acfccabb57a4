//! What every command finds: the open profile, or why it could not be opened.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use trien_app::{App, AppError, ErrorCode, ErrorView};

/// The state of the main window.
pub struct Desk {
    app: Result<Arc<App>, AppError>,
    /// Keeps every other window away from the profile.
    _lock: Option<File>,
    /// The PDF that the person picked in the system's dialog. The page never names a path.
    chosen: Mutex<Option<PathBuf>>,
}

impl Desk {
    /// A desk over an open profile, or over the reason why there is none: the window shows it.
    pub fn new(opened: Result<(File, Arc<App>), AppError>) -> Self {
        let (lock, app) = match opened {
            Ok((lock, app)) => (Some(lock), Ok(app)),
            Err(error) => (None, Err(error)),
        };
        Self {
            app,
            _lock: lock,
            chosen: Mutex::new(None),
        }
    }

    /// Runs a use case on a thread that may block: disk, token, network and the PIN window all do.
    pub async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&App) -> trien_app::Result<T> + Send + 'static,
    ) -> Result<T, ErrorView> {
        let app = self.app.clone().map_err(|error| error.view())?;
        let ended = tauri::async_runtime::spawn_blocking(move || act(&app)).await;
        ended
            .unwrap_or_else(|stopped| Err(AppError::new(ErrorCode::Internal, stopped.to_string())))
            .map_err(|error| {
                tracing::info!(code = ?error.code, detail = %error.detail, "refused");
                error.view()
            })
    }

    /// The open profile, for what is no command.
    pub fn app(&self) -> Option<Arc<App>> {
        self.app.as_ref().ok().cloned()
    }

    /// Keeps what was picked until the draft is saved.
    pub fn choose(&self, path: PathBuf) {
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }

    /// What was picked.
    pub fn chosen(&self) -> Option<PathBuf> {
        self.chosen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
