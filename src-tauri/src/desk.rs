//! What every command finds: the open profile, or why it could not be opened.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use trien_app::{App, AppError, ErrorCode, ErrorView, Host};

/// Held in the data folder as long as the window is open.
const LOCK: &str = "window.lock";

/// The state of the main window.
pub struct Desk {
    data: PathBuf,
    host: Arc<dyn Host>,
    profile: RwLock<Result<Open, AppError>>,
    /// The PDF that the person picked in the system's dialog. The page never names a path.
    chosen: Mutex<Option<PathBuf>>,
}

struct Open {
    app: Arc<App>,
    /// Keeps every other window away from the profile.
    _lock: File,
}

impl Desk {
    /// A desk over the profile in a folder, or over the reason why it cannot be opened: the window shows it.
    pub fn new(data: &Path, host: Arc<dyn Host>) -> Self {
        let opened = Open::new(data, &host);
        if let Err(error) = &opened {
            tracing::info!(%error, "the profile could not be opened");
        }
        Self {
            data: data.to_owned(),
            host,
            profile: RwLock::new(opened),
            chosen: Mutex::new(None),
        }
    }

    /// Opens what could not be opened before: another window was closed, a disk is back.
    ///
    /// # Errors
    /// Those of [`App::open`].
    pub fn reopen(&self) -> trien_app::Result<Arc<App>> {
        let mut profile = self.profile.write().unwrap_or_else(PoisonError::into_inner);
        if profile.is_err() {
            *profile = Open::new(&self.data, &self.host);
        }
        profile
            .as_ref()
            .map(|open| Arc::clone(&open.app))
            .map_err(AppError::clone)
    }

    /// Makes this folder's profile from an office file, where it has none.
    ///
    /// # Errors
    /// `NotNow` where a profile is open; those of [`App::set_up`].
    pub fn set_up(&self, office_file: &Path) -> trien_app::Result<Arc<App>> {
        let mut profile = self.profile.write().unwrap_or_else(PoisonError::into_inner);
        if profile.is_ok() {
            return Err(AppError::new(ErrorCode::NotNow, "a profile is open"));
        }
        fs::create_dir_all(&self.data).map_err(|error| AppError::of_disk(&self.data, &error))?;
        let lock = only_window(&self.data)?;
        let app = Arc::new(App::set_up(
            office_file,
            &self.data,
            Arc::clone(&self.host),
        )?);
        *profile = Ok(Open {
            app: Arc::clone(&app),
            _lock: lock,
        });
        Ok(app)
    }

    /// Runs a use case on a thread that may block: disk, token, network and the PIN window all do.
    pub async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&App) -> trien_app::Result<T> + Send + 'static,
    ) -> Result<T, ErrorView> {
        let app = self.opened().map_err(|error| error.view())?;
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
        self.opened().ok()
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

    fn opened(&self) -> Result<Arc<App>, AppError> {
        let profile = self.profile.read().unwrap_or_else(PoisonError::into_inner);
        profile
            .as_ref()
            .map(|open| Arc::clone(&open.app))
            .map_err(AppError::clone)
    }
}

impl Open {
    fn new(data: &Path, host: &Arc<dyn Host>) -> trien_app::Result<Self> {
        let lock = only_window(data)?;
        let app = Arc::new(App::open(data, Arc::clone(host))?);
        Ok(Self { app, _lock: lock })
    }
}

/// Takes the profile's place for a window. The session bus brings the first window to the front before
/// it comes to this; a session without a bus, or another user, meets the lock.
fn only_window(data: &Path) -> trien_app::Result<File> {
    let failed = |error: std::io::Error| AppError::new(ErrorCode::NoProfile, error.to_string());
    let lock = File::create(data.join(LOCK)).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(ErrorCode::AlreadyOpen.into()),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_window_on_a_profile_says_so_and_the_next_one_opens_when_the_first_is_gone() {
        let profile = std::env::temp_dir().join(format!("trien-window-{}", std::process::id()));
        fs::create_dir(&profile).unwrap();
        let first = only_window(&profile).unwrap();
        assert_eq!(
            only_window(&profile).unwrap_err().code,
            ErrorCode::AlreadyOpen
        );
        drop(first);
        assert!(only_window(&profile).is_ok());
        fs::remove_dir_all(&profile).unwrap();
        assert_eq!(
            only_window(&profile).unwrap_err().code,
            ErrorCode::NoProfile
        );
    }
}
