//! WebKit's own WebDriver, and the desktop program under it.

use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;

use crate::Result;

/// Opens the sealed file that stands in for a key store.
pub const PASS_PHRASE: &str = "tap-huan";
/// A loaded machine takes a few seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A driver with a session bus and a home folder of its own, so that no earlier run's window is remembered.
pub struct Driver {
    child: Child,
    port: u16,
    _home: tempfile::TempDir,
}

impl Driver {
    /// Starts it and waits until it listens.
    pub fn start(display: &str) -> Result<Self> {
        let (home, port) = (tempfile::tempdir()?, super::port());
        let child = Command::new("dbus-run-session")
            .args(["--", "WebKitWebDriver", "--host=127.0.0.1"])
            .arg(format!("--port={port}"))
            .env("DISPLAY", display)
            .env("HOME", home.path())
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("TRIEN_PASS_PHRASE", PASS_PHRASE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // The session bus, the driver and the program end together.
            .process_group(0)
            .spawn()?;
        let driver = Self {
            child,
            port,
            _home: home,
        };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if started.elapsed() > PATIENCE {
                return Err("WebKitWebDriver does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(driver)
    }

    /// Starts the program over a desk's data.
    pub async fn open(&self, program: &Path, desk: &Path) -> Result<Client> {
        let options = json!({"binary": program, "args": ["--data", desk]});
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".into(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await?;
        Ok(client)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}
