//! The first start: a profile from the office file, and the axis's secret.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;
use trien_app::office_file::OfficeFile;
use trien_app::view::OfficeView;
use trien_app::{App, AppError, ErrorCode, ErrorView};

use crate::desk::Desk;
use crate::phrase::PhraseDesk;
use crate::pin::PinDesk;
use crate::rounds::Rounds;

/// The office file that was named at the start or picked in the system's dialog. The page never names a path.
pub struct OfficeFileDesk(Mutex<Option<PathBuf>>);

impl OfficeFileDesk {
    /// Over the file that was named at the start.
    pub fn new(named: Option<PathBuf>) -> Self {
        Self(Mutex::new(named))
    }

    fn choose(&self, file: PathBuf) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    }

    fn chosen(&self) -> Option<PathBuf> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// What the chosen office file would make; `None` where none is chosen.
#[tauri::command]
#[specta::specta]
pub async fn office(files: State<'_, OfficeFileDesk>) -> Result<Option<OfficeView>, ErrorView> {
    let Some(file) = files.chosen() else {
        return Ok(None);
    };
    let looked = apart(move || OfficeFile::look(&file)).await?;
    Ok(Some(looked))
}

/// Lets the person pick the office file in the system's dialog. Whether one was picked.
#[tauri::command]
#[specta::specta]
pub async fn choose_office(
    handle: AppHandle,
    files: State<'_, OfficeFileDesk>,
) -> Result<bool, ErrorView> {
    let picked = apart(move || {
        let dialog = handle.dialog().file().add_filter("JSON", &["json"]);
        Ok(dialog.blocking_pick_file())
    })
    .await?;
    let Some(path) = picked.and_then(|file| file.into_path().ok()) else {
        return Ok(false);
    };
    files.choose(path);
    Ok(true)
}

/// Makes the profile, and begins to work.
#[tauri::command]
#[specta::specta]
pub async fn set_up(handle: AppHandle, files: State<'_, OfficeFileDesk>) -> Result<(), ErrorView> {
    let none = || AppError::new(ErrorCode::BadArgument, "no office file was picked").view();
    let file = files.chosen().ok_or_else(none)?;
    let desk = handle.clone();
    begin(
        &handle,
        apart(move || desk.state::<Desk>().set_up(&file)).await?,
    );
    Ok(())
}

/// Tries again to open a profile that could not be opened.
#[tauri::command]
#[specta::specta]
pub async fn reopen(handle: AppHandle) -> Result<(), ErrorView> {
    let desk = handle.clone();
    begin(&handle, apart(move || desk.state::<Desk>().reopen()).await?);
    Ok(())
}

/// Asks for the axis's secret in a window of its own and keeps it. Whether one was given.
#[tauri::command]
#[specta::specta]
pub async fn give_axis_secret(
    desk: State<'_, Desk>,
    phrase: State<'_, Arc<PhraseDesk>>,
    rounds: State<'_, Rounds>,
) -> Result<bool, ErrorView> {
    let phrase = Arc::clone(&phrase);
    let given = desk
        .run(move |app| match phrase.axis_secret() {
            Some(secret) => {
                phrase.making_a_file(|| app.set_secret(None, &secret))?;
                Ok(true)
            }
            None => Ok(false),
        })
        .await?;
    if given {
        rounds.now();
    }
    Ok(given)
}

/// Starts what runs by itself over a profile that has been opened.
pub fn begin(handle: &AppHandle, app: Arc<App>) {
    handle
        .state::<Arc<PinDesk>>()
        .set_training(app.profile().training);
    handle.state::<Rounds>().begin(app);
}

/// Runs what may block before there is a profile.
async fn apart<T: Send + 'static>(
    act: impl FnOnce() -> trien_app::Result<T> + Send + 'static,
) -> Result<T, ErrorView> {
    let ended = tauri::async_runtime::spawn_blocking(act).await;
    ended
        .unwrap_or_else(|stopped| Err(AppError::new(ErrorCode::Internal, stopped.to_string())))
        .map_err(|error| error.view())
}
