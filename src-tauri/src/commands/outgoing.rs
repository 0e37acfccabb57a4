//! Sign, number and seal, dispatch. The PIN is asked in its own window while these wait.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use time::OffsetDateTime;
use trien_app::view::{
    DispatchPreview, DocumentKey, Id, Nudge, PlacePreview, SealPreview, SignPreview,
    UnclearDecision,
};
use trien_app::{AppError, ErrorCode, ErrorView};

use crate::desk::Desk;
use crate::rounds::Rounds;

/// How one document of a batch came out.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SignOutcome {
    /// Which.
    pub id: Id,
    /// Why it is not signed; `None` where it is.
    pub error: Option<ErrorView>,
}

/// Before the leader signs.
#[tauri::command]
#[specta::specta]
pub async fn sign_preview(desk: State<'_, Desk>, id: Id) -> Result<SignPreview, ErrorView> {
    desk.run(move |app| app.sign_preview(id)).await
}

/// Ký: one PIN for all of them.
#[tauri::command]
#[specta::specta]
pub async fn sign(desk: State<'_, Desk>, ids: Vec<Id>) -> Result<Vec<SignOutcome>, ErrorView> {
    let outcomes = desk.run(move |app| app.sign(&ids)).await?;
    Ok(outcomes
        .into_iter()
        .map(|(id, outcome)| SignOutcome {
            id,
            error: outcome.err().map(|error| error.view()),
        })
        .collect())
}

/// Keeps the results of a batch where the person says, as a table that office programs open; gives the
/// name that it got.
#[tauri::command]
#[specta::specta]
pub async fn save_report(handle: AppHandle, table: String) -> Result<Option<String>, ErrorView> {
    let saved = tauri::async_runtime::spawn_blocking(move || {
        let name = format!(
            "ket-qua-ky-{}.csv",
            OffsetDateTime::now_utc().unix_timestamp()
        );
        let dialog = handle.dialog().file().set_file_name(name);
        let Some(path) = dialog
            .blocking_save_file()
            .and_then(|file| file.into_path().ok())
        else {
            return Ok(None);
        };
        // With the mark by which office programs know the encoding of a table.
        std::fs::write(&path, format!("\u{feff}{table}"))
            .map_err(|error| AppError::of_disk(&path, &error).view())?;
        Ok(path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()))
    });
    let stopped = |why: tauri::Error| AppError::new(ErrorCode::Internal, why.to_string()).view();
    saved.await.map_err(stopped)?
}

/// Before the clerk hands a prepared draft over: its boxes.
#[tauri::command]
#[specta::specta]
pub async fn place_preview(desk: State<'_, Desk>, id: Id) -> Result<PlacePreview, ErrorView> {
    desk.run(move |app| app.place_preview(id)).await
}

/// Chỉnh vị trí: where the marks of the next act stand, instead of what was corrected before.
#[tauri::command]
#[specta::specta]
pub async fn nudge(
    desk: State<'_, Desk>,
    id: Id,
    nudges: Vec<Nudge>,
) -> Result<DocumentKey, ErrorView> {
    desk.run(move |app| app.nudge(id, &nudges)).await
}

/// Before the clerk numbers and seals.
#[tauri::command]
#[specta::specta]
pub async fn seal_preview(desk: State<'_, Desk>, id: Id) -> Result<SealPreview, ErrorView> {
    desk.run(move |app| app.seal_preview(id)).await
}

/// Cấp số và đóng dấu.
#[tauri::command]
#[specta::specta]
pub async fn number_and_seal(desk: State<'_, Desk>, id: Id) -> Result<DocumentKey, ErrorView> {
    desk.run(move |app| app.number_and_seal(id)).await
}

/// Gives up a reserved number, with the reason that the book keeps.
#[tauri::command]
#[specta::specta]
pub async fn void_number(desk: State<'_, Desk>, id: Id, reason: String) -> Result<(), ErrorView> {
    desk.run(move |app| app.void_number(id, &reason)).await
}

/// Before dispatch, with these recipients; none means those of the draft.
#[tauri::command]
#[specta::specta]
pub async fn dispatch_preview(
    desk: State<'_, Desk>,
    id: Id,
    recipients: Vec<String>,
) -> Result<DispatchPreview, ErrorView> {
    desk.run(move |app| app.dispatch_preview(id, &recipients))
        .await
}

/// Gửi: the package waits in the outbox and leaves with the exchange that follows.
#[tauri::command]
#[specta::specta]
pub async fn dispatch(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    recipients: Vec<String>,
) -> Result<DocumentKey, ErrorView> {
    let key = desk.run(move |app| app.dispatch(id, &recipients)).await?;
    rounds.now();
    Ok(key)
}

/// The clerk's word on a send whose answer was lost.
#[tauri::command]
#[specta::specta]
pub async fn settle(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    send: Id,
    decision: UnclearDecision,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.settle(send, decision)).await?;
    rounds.now();
    Ok(())
}

/// Thôi gửi a send that failed, with the reason that the audit trail keeps.
#[tauri::command]
#[specta::specta]
pub async fn give_up(desk: State<'_, Desk>, send: Id, reason: String) -> Result<(), ErrorView> {
    desk.run(move |app| app.give_up(send, &reason)).await
}

/// Thử lại ngay.
#[tauri::command]
#[specta::specta]
pub async fn retry(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    send: Id,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.retry(send)).await?;
    rounds.now();
    Ok(())
}
