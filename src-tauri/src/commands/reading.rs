//! What is only shown: folders, documents, books, recipients, pages.

use std::path::Path;

use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use trien_app::ErrorView;
use trien_app::view::{
    Book, DocumentKey, DocumentView, Folder, Id, MessageView, Only, OrganView, PageView,
    RegisterPage, RowPage, SessionView, TrackingView, VerificationView,
};

use crate::desk::Desk;

/// The profile, the axis and the token.
#[tauri::command]
#[specta::specta]
pub async fn session(desk: State<'_, Desk>) -> Result<SessionView, ErrorView> {
    desk.run(|app| app.session()).await
}

/// A page of a folder's rows, newest first.
#[tauri::command]
#[specta::specta]
pub async fn list(
    desk: State<'_, Desk>,
    folder: Folder,
    only: Only,
    cursor: Option<String>,
) -> Result<RowPage, ErrorView> {
    desk.run(move |app| app.list(folder, only, cursor.as_deref()))
        .await
}

/// A page of the documents that match a text, marks ignored.
#[tauri::command]
#[specta::specta]
pub async fn search(
    desk: State<'_, Desk>,
    text: String,
    cursor: Option<String>,
) -> Result<RowPage, ErrorView> {
    desk.run(move |app| app.search(&text, cursor.as_deref()))
        .await
}

/// Keeps a copy of a file where the person says in the system's dialog: to print it, or to open it in the program
/// that it is for. Gives the name that it got.
#[tauri::command]
#[specta::specta]
pub async fn save_file(
    handle: AppHandle,
    desk: State<'_, Desk>,
    sha256: String,
    name: String,
) -> Result<Option<String>, ErrorView> {
    desk.run(move |app| saved(&handle, &plain(&name), |to| app.copy_file(&sha256, to)))
        .await
}

/// Asks in the system's dialog where to, writes, and gives the name that the file got; `None` where nothing was picked.
fn saved(
    handle: &AppHandle,
    name: &str,
    write: impl FnOnce(&Path) -> trien_app::Result<()>,
) -> trien_app::Result<Option<String>> {
    let dialog = handle.dialog().file().set_file_name(name);
    let picked = dialog.blocking_save_file();
    let Some(path) = picked.and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    write(&path)?;
    let name = path.file_name();
    Ok(name.map(|name| name.to_string_lossy().into_owned()))
}

/// A name that proposes no folder and no hidden file: names of attachments come from others.
fn plain(name: &str) -> String {
    let kept = name.chars().map(|letter| match letter {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
        control if control.is_control() => '-',
        letter => letter,
    });
    let kept: String = kept.collect();
    match kept.trim_start_matches(['.', ' ']) {
        "" => "tep".to_owned(),
        kept => kept.to_owned(),
    }
}

/// One document.
#[tauri::command]
#[specta::specta]
pub async fn document(desk: State<'_, Desk>, key: DocumentKey) -> Result<DocumentView, ErrorView> {
    desk.run(move |app| app.document(key)).await
}

/// A person has opened an incoming document.
#[tauri::command]
#[specta::specta]
pub async fn mark_read(desk: State<'_, Desk>, id: Id) -> Result<(), ErrorView> {
    desk.run(move |app| app.mark_read(id)).await
}

/// A page of a book in its ten columns: the lines that have every typed word.
#[tauri::command]
#[specta::specta]
pub async fn register(
    desk: State<'_, Desk>,
    book: Book,
    year: i32,
    find: String,
    cursor: Option<String>,
) -> Result<RegisterPage, ErrorView> {
    desk.run(move |app| app.register(book, year, &find, cursor.as_deref()))
        .await
}

/// Writes a book where the person says: a table for an office program, or a PDF to be printed. Gives the name that the
/// file got.
#[tauri::command]
#[specta::specta]
pub async fn save_register(
    handle: AppHandle,
    desk: State<'_, Desk>,
    book: Book,
    year: i32,
    find: String,
    table: bool,
) -> Result<Option<String>, ErrorView> {
    let which = match book {
        Book::Outgoing => "di",
        Book::Incoming => "den",
    };
    let form = if table { "csv" } else { "pdf" };
    let name = format!("so-van-ban-{which}-{year}.{form}");
    desk.run(move |app| {
        saved(&handle, &name, |to| {
            app.save_register(book, year, &find, to)
        })
    })
    .await
}

/// Organs of the directory by a part of their name or code.
#[tauri::command]
#[specta::specta]
pub async fn organs(desk: State<'_, Desk>, text: String) -> Result<Vec<OrganView>, ErrorView> {
    desk.run(move |app| app.organs(&text)).await
}

/// Where a dispatched document stands.
#[tauri::command]
#[specta::specta]
pub async fn tracking(desk: State<'_, Desk>, id: Id) -> Result<TrackingView, ErrorView> {
    desk.run(move |app| app.tracking(id)).await
}

/// The message behind a status, as text.
#[tauri::command]
#[specta::specta]
pub async fn message_text(desk: State<'_, Desk>, sha256: String) -> Result<MessageView, ErrorView> {
    desk.run(move |app| app.message_text(&sha256)).await
}

/// Who signed which state of a file.
#[tauri::command]
#[specta::specta]
pub async fn verification(
    desk: State<'_, Desk>,
    sha256: String,
) -> Result<VerificationView, ErrorView> {
    desk.run(move |app| app.verification(&sha256)).await
}

/// The pages of two files that look different.
#[tauri::command]
#[specta::specta]
pub async fn changed_pages(
    desk: State<'_, Desk>,
    before: String,
    after: String,
) -> Result<Vec<u32>, ErrorView> {
    desk.run(move |app| app.changed_pages(&before, &after))
        .await
}

/// The size of each page of a file.
#[tauri::command]
#[specta::specta]
pub async fn file_pages(desk: State<'_, Desk>, sha256: String) -> Result<Vec<PageView>, ErrorView> {
    desk.run(move |app| app.file_pages(&sha256)).await
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_from_outside_names_a_file_and_nothing_else() {
        for (given, kept) in [
            ("phu-luc-so-lieu.xlsx", "phu-luc-so-lieu.xlsx"),
            ("Phụ lục 1.docx", "Phụ lục 1.docx"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("C:\\a.exe", "C--a.exe"),
            ("..", "tep"),
            ("a\nb", "a-b"),
        ] {
            assert_eq!(plain(given), kept);
        }
    }
}
