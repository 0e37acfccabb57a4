//! The application: plugins, the main window, and the order in which everything starts.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use tauri::{App as Tauri, Manager, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use trien_app::App;

use crate::commands;
use crate::desk::Desk;
use crate::host::WindowHost;
use crate::pages;
use crate::pin::PinDesk;
use crate::rounds;

/// The label of the main window.
pub const MAIN: &str = "main";
/// The label of the PIN window.
pub const PIN: &str = "pin";

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
                .with_denylist(&[PIN])
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol(pages::SCHEME, pages::serve)
        .invoke_handler(handler)
        .on_window_event(|window, event| {
            if window.label() == PIN && matches!(event, WindowEvent::Destroyed) {
                window.state::<Arc<PinDesk>>().give_up();
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
    let pin = Arc::new(PinDesk::new(app.handle().clone(), webview.clone()));
    let host = Arc::new(WindowHost::new(app.handle().clone(), Arc::clone(&pin)));
    let opened = App::open(data, host).map(Arc::new);
    match &opened {
        Ok(opened) => pin.set_training(opened.profile().training),
        Err(error) => tracing::error!(%error, "the profile could not be opened"),
    }
    let desk = Desk::new(opened);
    app.manage(rounds::start(desk.app()));
    app.manage(pin);
    app.manage(desk);
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Triện")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .data_directory(webview)
        .on_navigation(is_ours)
        .build()?;
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
