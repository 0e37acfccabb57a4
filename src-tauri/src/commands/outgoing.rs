//! Sign, number and seal, dispatch. The PIN is asked in its own window while these wait.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;
use trien_app::ErrorView;
use trien_app::view::{
    DispatchPreview, DocumentKey, Id, SealPreview, SignPreview, UnclearDecision,
};

use crate::desk::Desk;
use crate::rounds::Nudge;

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
    nudge: State<'_, Nudge>,
    id: Id,
    recipients: Vec<String>,
) -> Result<DocumentKey, ErrorView> {
    let key = desk.run(move |app| app.dispatch(id, &recipients)).await?;
    nudge.now();
    Ok(key)
}

/// The clerk's word on a send whose answer was lost.
#[tauri::command]
#[specta::specta]
pub async fn settle(
    desk: State<'_, Desk>,
    nudge: State<'_, Nudge>,
    send: Id,
    decision: UnclearDecision,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.settle(send, decision)).await?;
    nudge.now();
    Ok(())
}

/// Thử lại ngay.
#[tauri::command]
#[specta::specta]
pub async fn retry(
    desk: State<'_, Desk>,
    nudge: State<'_, Nudge>,
    send: Id,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.retry(send)).await?;
    nudge.now();
    Ok(())
}
