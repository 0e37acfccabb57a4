//! What a sender asks to change in a document that came, and what we ask of those who have one of ours.

use tauri::State;
use trien_app::ErrorView;
use trien_app::view::{DocumentKey, Id, UpdateForm};

use crate::desk::Desk;
use crate::rounds::Rounds;

/// Đồng ý with a recall, an update or a replacement; the sender is told (15).
#[tauri::command]
#[specta::specta]
pub async fn agree_change(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    request: Id,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.agree_change(request)).await?;
    rounds.now();
    Ok(())
}

/// Từ chối, with the reason that the sender reads (16).
#[tauri::command]
#[specta::specta]
pub async fn refuse_change(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    request: Id,
    reason: String,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.refuse_change(request, &reason))
        .await?;
    rounds.now();
    Ok(())
}

/// Vẫn nhận a document that bears another one's number; what it returns is the document.
#[tauri::command]
#[specta::specta]
pub async fn admit_anyway(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    message: Id,
) -> Result<DocumentKey, ErrorView> {
    let key = desk.run(move |app| app.admit_anyway(message)).await?;
    rounds.now();
    Ok(key)
}

/// Thu hồi: asks recipients, everybody who has it if none is named, to cancel a document of ours.
#[tauri::command]
#[specta::specta]
pub async fn recall(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    recipients: Vec<String>,
    reason: String,
) -> Result<DocumentKey, ErrorView> {
    let key = desk
        .run(move |app| app.recall(id, &recipients, &reason))
        .await?;
    rounds.now();
    Ok(key)
}

/// Cập nhật: tells recipients, everybody who has it if none is named, what changed around a document of ours.
#[tauri::command]
#[specta::specta]
pub async fn update(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    form: UpdateForm,
    recipients: Vec<String>,
    reason: String,
) -> Result<DocumentKey, ErrorView> {
    let key = desk
        .run(move |app| app.update(id, &form, &recipients, &reason))
        .await?;
    rounds.now();
    Ok(key)
}

/// Thay thế: sends a sealed document in the place of an earlier one, to recipients or everybody who has that.
#[tauri::command]
#[specta::specta]
pub async fn send_replacement(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    replaces: Id,
    recipients: Vec<String>,
    reason: String,
) -> Result<DocumentKey, ErrorView> {
    let key = desk
        .run(move |app| app.replace(id, &[replaces], &recipients, &reason))
        .await?;
    rounds.now();
    Ok(key)
}

/// Lấy lại a package that has not left.
#[tauri::command]
#[specta::specta]
pub async fn take_back(desk: State<'_, Desk>, send: Id) -> Result<(), ErrorView> {
    desk.run(move |app| app.take_back(send)).await
}
