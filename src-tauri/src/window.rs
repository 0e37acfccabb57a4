//! The application: plugins, the main window, and the order in which everything starts.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tauri::{App as Tauri, Manager, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use trien_app::Host;

use crate::commands;
use crate::commands::setting_up::{self, OfficeFileDesk};
use crate::desk::Desk;
use crate::host::WindowHost;
use crate::notices::Notices;
use crate::pages;
use crate::phrase::{PHRASE, PhraseDesk};
use crate::pin::{PIN, PinDesk};
use crate::rounds::Rounds;

/// The label of the main window.
pub const MAIN: &str = "main";

/// Three panes side by side at their drawn widths.
const SIZE: (f64, f64) = (1280.0, 800.0);
/// Below this a task's panel would cover the page.
const LEAST: (f64, f64) = (900.0, 600.0);

/// Opens the window over the profile in this folder and runs until it is closed. Where there is no profile yet,
/// the page offers to make one from the office file.
///
/// # Errors
/// Those of Tauri: no display, no web view.
pub fn run(data: &Path, office_file: Option<PathBuf>) -> tauri::Result<()> {
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
                    PIN => window.state::<Arc<PinDesk>>().destroyed(),
                    PHRASE => window.state::<Arc<PhraseDesk>>().destroyed(),
                    _ => {}
                }
            }
        })
        .setup(move |app| {
            builder.mount_events(app);
            set_up(app, &folder, office_file)?;
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

fn set_up(app: &mut Tauri, data: &Path, office_file: Option<PathBuf>) -> tauri::Result<()> {
    let webview = data.join("webview");
    let handle = app.handle();
    let pin = Arc::new(PinDesk::new(handle.clone(), webview.clone()));
    let phrase = Arc::new(PhraseDesk::new(handle.clone(), webview.clone()));
    let host = WindowHost::new(handle.clone(), Arc::clone(&pin), Arc::clone(&phrase));
    let host: Arc<dyn Host> = Arc::new(host);
    let desk = Desk::new(data, Arc::clone(&host));
    let notices = Arc::new(Notices::new(host));
    let rounds = Rounds::new(Arc::clone(&notices));
    let profile = desk.app();
    app.manage(notices);
    app.manage(OfficeFileDesk::new(office_file));
    app.manage(Arc::clone(&phrase));
    app.manage(Arc::clone(&pin));
    app.manage(desk);
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Triện")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .data_directory(webview)
        .on_navigation(is_ours)
        .build()?;
    // After the window, over which a round may have to ask; before its page, which may nudge one.
    app.manage(rounds);
    if let Some(profile) = profile {
        setting_up::begin(app.handle(), profile);
    }
    Ok(())
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
