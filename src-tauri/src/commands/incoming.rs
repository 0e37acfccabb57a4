//! What the clerk does with a document that came. Each tells the sender by a status.

use std::sync::Arc;

use tauri::State;
use trien_app::ErrorView;
use trien_app::view::{ExchangeTrouble, Id, SyncReport};

use crate::desk::Desk;
use crate::notices::Notices;
use crate::phrase::PhraseDesk;
use crate::rounds::Rounds;

/// Vào sổ: takes the arrival number. Whom it goes to is decided afterwards, by *Chuyển xử lý*.
#[tauri::command]
#[specta::specta]
pub async fn accept(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
) -> Result<u32, ErrorView> {
    let number = desk.run(move |app| app.accept(id, "")).await?;
    rounds.now();
    Ok(number)
}

/// Trả lại, with the reason that the sender reads.
#[tauri::command]
#[specta::specta]
pub async fn return_incoming(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    reason: String,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.return_incoming(id, &reason))
        .await?;
    rounds.now();
    Ok(())
}

/// Chuyển xử lý.
#[tauri::command]
#[specta::specta]
pub async fn assign(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    to: String,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.assign(id, &to)).await?;
    rounds.now();
    Ok(())
}

/// Đang xử lý.
#[tauri::command]
#[specta::specta]
pub async fn start(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.start(id)).await?;
    rounds.now();
    Ok(())
}

/// Hoàn thành.
#[tauri::command]
#[specta::specta]
pub async fn complete(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.complete(id)).await?;
    rounds.now();
    Ok(())
}

/// Đọc lại a package that was set aside.
#[tauri::command]
#[specta::specta]
pub async fn read_again(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.read_again(id)).await?;
    rounds.now();
    Ok(())
}

/// A person has dealt with a package that could not be read.
#[tauri::command]
#[specta::specta]
pub async fn dismiss(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    reason: String,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.dismiss(id, &reason)).await?;
    rounds.now();
    Ok(())
}

/// Trả lại a package that could not be read, with the reason.
#[tauri::command]
#[specta::specta]
pub async fn return_message(
    desk: State<'_, Desk>,
    rounds: State<'_, Rounds>,
    id: Id,
    reason: String,
) -> Result<(), ErrorView> {
    desk.run(move |app| app.return_message(id, &reason)).await?;
    rounds.now();
    Ok(())
}

/// Exchanges with the axis now.
#[tauri::command]
#[specta::specta]
pub async fn sync_now(
    desk: State<'_, Desk>,
    notices: State<'_, Arc<Notices>>,
    phrase: State<'_, Arc<PhraseDesk>>,
) -> Result<SyncReport, ErrorView> {
    phrase.may_ask_again();
    let report = desk.run(|app| app.sync_now()).await?;
    notices.of_sync(&report);
    Ok(report)
}

/// What the exchange needs a person for and belongs to no document's way.
#[tauri::command]
#[specta::specta]
pub async fn exchange_troubles(desk: State<'_, Desk>) -> Result<Vec<ExchangeTrouble>, ErrorView> {
    desk.run(|app| app.exchange_troubles()).await
}

/// Đã xem, cất đi one of them.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_trouble(desk: State<'_, Desk>, trouble: String) -> Result<(), ErrorView> {
    desk.run(move |app| app.dismiss_trouble(&trouble)).await
}
