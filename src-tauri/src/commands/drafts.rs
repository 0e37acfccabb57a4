//! Drafts, and their way between the clerk's desk and the leader's.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use trien_app::view::{
    CopyRequest, DocumentKey, DraftEdit, DraftForm, HandoverReport, Id, SignatoryView,
};
use trien_app::{AppError, ErrorCode, ErrorView, NewFile};

use crate::desk::Desk;
use crate::notices::Notices;

/// What a package of the axis may weigh; a draft beyond it could never be sent.
const MOST_BYTES: u64 = 50 * 1024 * 1024;

/// Lets the person pick a PDF in the system's dialog. Only its name reaches the page.
#[tauri::command]
#[specta::specta]
pub async fn choose_pdf(
    handle: AppHandle,
    desk: State<'_, Desk>,
) -> Result<Option<String>, ErrorView> {
    let Some(path) = pick_pdf(handle).await? else {
        return Ok(None);
    };
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    desk.choose(path);
    Ok(name)
}

/// A new draft from the form and the PDF that was picked.
#[tauri::command]
#[specta::specta]
pub async fn create_draft(
    desk: State<'_, Desk>,
    form: DraftForm,
) -> Result<DocumentKey, ErrorView> {
    let path = picked(&desk)?;
    desk.run(move |app| app.create_draft(&form, &read(&path)?))
        .await
}

/// Sao y, sao lục, trích sao: what is to be an electronic copy, from the PDF that was picked.
#[tauri::command]
#[specta::specta]
pub async fn make_copy(
    desk: State<'_, Desk>,
    request: CopyRequest,
) -> Result<DocumentKey, ErrorView> {
    let path = picked(&desk)?;
    desk.run(move |app| app.make_copy(&request, &read(&path)?))
        .await
}

/// Adds the files that are picked in the system's dialog to those that go with a document. Gives whether any were.
#[tauri::command]
#[specta::specta]
pub async fn attach_files(
    handle: AppHandle,
    desk: State<'_, Desk>,
    id: Id,
) -> Result<bool, ErrorView> {
    desk.run(move |app| {
        let picked = handle.dialog().file().blocking_pick_files();
        let picked = picked.unwrap_or_default().into_iter();
        let paths: Vec<PathBuf> = picked.filter_map(|file| file.into_path().ok()).collect();
        let files = paths
            .iter()
            .map(|path| Ok(NewFile::named(path, read(path)?)));
        let files = files.collect::<trien_app::Result<Vec<_>>>()?;
        if !files.is_empty() {
            app.attach_more(id, files)?;
        }
        Ok(!paths.is_empty())
    })
    .await
}

/// Takes a file away from those that go with a document.
#[tauri::command]
#[specta::specta]
pub async fn detach(
    desk: State<'_, Desk>,
    id: Id,
    sha256: String,
) -> Result<DocumentKey, ErrorView> {
    desk.run(move |app| app.detach(id, &sha256)).await
}

/// A draft that is to be changed, as it stands.
#[tauri::command]
#[specta::specta]
pub async fn draft_form(desk: State<'_, Desk>, id: Id) -> Result<DraftEdit, ErrorView> {
    desk.run(move |app| app.draft_form(id)).await
}

/// Thay tệp: the form and the PDF that was picked, in the place of a draft that was given back.
#[tauri::command]
#[specta::specta]
pub async fn replace_draft(
    desk: State<'_, Desk>,
    id: Id,
    form: DraftForm,
) -> Result<DocumentKey, ErrorView> {
    let path = picked(&desk)?;
    desk.run(move |app| app.replace_draft(id, &form, &read(&path)?))
        .await
}

/// Who may sign for the office.
#[tauri::command]
#[specta::specta]
pub async fn signatories(desk: State<'_, Desk>) -> Result<Vec<SignatoryView>, ErrorView> {
    desk.run(|app| app.signatories()).await
}

/// Trình ký: the package goes into the shared folder. The note is the draft's own.
#[tauri::command]
#[specta::specta]
pub async fn hand_over(desk: State<'_, Desk>, id: Id, note: String) -> Result<(), ErrorView> {
    desk.run(move |app| app.hand_over(id, &note)).await
}

/// Nhận tệp đã ký: a signed file that came without a package, picked in the system's dialog. `None` where none was.
#[tauri::command]
#[specta::specta]
pub async fn take_signed(
    handle: AppHandle,
    desk: State<'_, Desk>,
    id: Id,
) -> Result<Option<DocumentKey>, ErrorView> {
    let picked = pick_pdf(handle).await?;
    let Some(path) = picked else { return Ok(None) };
    let taken = desk
        .run(move |app| app.take_signed(id, &read(&path)?))
        .await?;
    Ok(Some(taken))
}

/// Bỏ qua người ký: goes on without a co-signer.
#[tauri::command]
#[specta::specta]
pub async fn skip_signer(
    desk: State<'_, Desk>,
    id: Id,
    person: String,
    reason: String,
) -> Result<DocumentKey, ErrorView> {
    desk.run(move |app| app.skip_signer(id, &person, &reason))
        .await
}

/// Đưa về dự thảo: what is signed cannot be sealed as it is.
#[tauri::command]
#[specta::specta]
pub async fn back_to_draft(
    desk: State<'_, Desk>,
    id: Id,
    reason: String,
) -> Result<DocumentKey, ErrorView> {
    desk.run(move |app| app.back_to_draft(id, &reason)).await
}

/// Takes in what the other desk has put into the shared folder.
#[tauri::command]
#[specta::specta]
pub async fn handover_in(
    desk: State<'_, Desk>,
    notices: State<'_, Arc<Notices>>,
) -> Result<HandoverReport, ErrorView> {
    let report = desk.run(|app| app.handover_in()).await?;
    notices.of_handover(&report);
    Ok(report)
}

/// The leader's *Trả lại*.
#[tauri::command]
#[specta::specta]
pub async fn return_draft(desk: State<'_, Desk>, id: Id, reason: String) -> Result<(), ErrorView> {
    desk.run(move |app| app.return_draft(id, &reason)).await
}

/// The leader's *Chuyển xử lý*.
#[tauri::command]
#[specta::specta]
pub async fn forward_draft(desk: State<'_, Desk>, id: Id, to: String) -> Result<(), ErrorView> {
    desk.run(move |app| app.forward_draft(id, &to)).await
}

async fn pick_pdf(handle: AppHandle) -> Result<Option<PathBuf>, ErrorView> {
    let picked = tauri::async_runtime::spawn_blocking(move || {
        let dialog = handle.dialog().file().add_filter("PDF", &["pdf"]);
        dialog.blocking_pick_file()
    });
    let picked = picked
        .await
        .map_err(|stopped| AppError::new(ErrorCode::Internal, stopped.to_string()).view())?;
    Ok(picked.and_then(|file| file.into_path().ok()))
}

fn picked(desk: &Desk) -> Result<PathBuf, ErrorView> {
    desk.chosen()
        .ok_or_else(|| AppError::new(ErrorCode::BadArgument, "no PDF was picked").view())
}

fn read(path: &Path) -> trien_app::Result<Vec<u8>> {
    let failed = |error: std::io::Error| AppError::new(ErrorCode::StoreFailed, error.to_string());
    let mut pdf = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut pdf)
        .map_err(failed)?;
    if pdf.len() as u64 > MOST_BYTES {
        return Err(AppError::new(
            ErrorCode::BadArgument,
            format!("more than {MOST_BYTES} bytes"),
        ));
    }
    Ok(pdf)
}
