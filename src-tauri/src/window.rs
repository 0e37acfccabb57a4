//! The application: plugins, the main window, and the order in which everything starts.

use std::fs::{File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use tauri::{App as Tauri, Manager, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use trien_app::{App, AppError, ErrorCode, Host};

use crate::commands;
use crate::desk::Desk;
use crate::host::WindowHost;
use crate::notices::Notices;
use crate::pages;
use crate::phrase::{PHRASE, PhraseDesk};
use crate::pin::{PIN, PinDesk};
use crate::rounds;

/// The label of the main window.
pub const MAIN: &str = "main";

/// Held in the data folder as long as the window is open.
const LOCK: &str = "window.lock";

/// Three panes side by side at their drawn widths.
const SIZE: (f64, f64) = (1280.0, 800.0);
/// Below this a task's panel would cover the page.
const LEAST: (f64, f64) = (900.0, 600.0);

/// Opens the window over the profile in this folder and runs until it is closed.
///
/// # Errors
/// Those of Tauri: no display, no web view.
pub fn run(data: &Path) -> tauri::Result<()> {
    let builder = commands::builder();
    let handler = builder.invoke_handler();
    let profile = profile_id(data);
    let folder = data.to_owned();
    tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                // One window for each profile; leader and clerk may sit at one machine.
                .dbus_id(format!("vn.trien.desktop.p{profile:016x}"))
                .callback(|app, _, _| to_front(app))
                .build(),
        )
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(format!("window-{profile:016x}.json"))
                .with_denylist(&[PIN, PHRASE])
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol(pages::SCHEME, pages::serve)
        .invoke_handler(handler)
        .on_window_event(|window, event| {
            if matches!(event, WindowEvent::Destroyed) {
                match window.label() {
                    PIN => window.state::<Arc<PinDesk>>().give_up(),
                    PHRASE => window.state::<Arc<PhraseDesk>>().give_up(),
                    _ => {}
                }
            }
        })
        .setup(move |app| {
            builder.mount_events(app);
            set_up(app, &folder)?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

/// Whether an address is a page of ours: neither window ever goes elsewhere.
pub fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

fn set_up(app: &mut Tauri, data: &Path) -> tauri::Result<()> {
    let webview = data.join("webview");
    let handle = app.handle();
    let pin = Arc::new(PinDesk::new(handle.clone(), webview.clone()));
    let phrase = Arc::new(PhraseDesk::new(handle.clone(), webview.clone()));
    let host = WindowHost::new(handle.clone(), Arc::clone(&pin), Arc::clone(&phrase));
    let host: Arc<dyn Host> = Arc::new(host);
    let opened = only_window(data)
        .and_then(|lock| Ok((lock, Arc::new(App::open(data, Arc::clone(&host))?))));
    match &opened {
        Ok((_, opened)) => pin.set_training(opened.profile().training),
        Err(error) => tracing::error!(%error, "the profile could not be opened"),
    }
    let desk = Desk::new(opened);
    let notices = Arc::new(Notices::new(host));
    let profile = desk.app();
    app.manage(Arc::clone(&notices));
    app.manage(phrase);
    app.manage(pin);
    app.manage(desk);
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Triện")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .data_directory(webview)
        .on_navigation(is_ours)
        .build()?;
    // After the window, over which a round may have to ask; before its page, which may nudge one.
    app.manage(rounds::start(profile, notices));
    Ok(())
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

fn to_front(app: &tauri::AppHandle) {
    if let Some(main) = app.get_webview_window(MAIN) {
        let shown = main
            .unminimize()
            .and_then(|()| main.show())
            .and_then(|()| main.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}

/// A short name for a profile, the same in every process that opens the same folder.
fn profile_id(data: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    data.canonicalize()
        .unwrap_or_else(|_| data.to_owned())
        .hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_window_on_a_profile_says_so_and_the_next_one_opens_when_the_first_is_gone() {
        let profile = std::env::temp_dir().join(format!("trien-window-{}", std::process::id()));
        std::fs::create_dir(&profile).unwrap();
        let first = only_window(&profile).unwrap();
        assert_eq!(
            only_window(&profile).unwrap_err().code,
            ErrorCode::AlreadyOpen
        );
        drop(first);
        assert!(only_window(&profile).is_ok());
        std::fs::remove_dir_all(&profile).unwrap();
        assert_eq!(
            only_window(&profile).unwrap_err().code,
            ErrorCode::NoProfile
        );
    }
}
