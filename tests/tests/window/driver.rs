//! A window of the program under WebKit's own WebDriver.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use trien_tests::Desk;

use crate::screen;

/// Under load the first page of a window may take this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// One call. A call into a page that goes away is sometimes never answered: it is given up and, where the
/// question still makes sense, asked again.
const CALL: Duration = Duration::from_secs(10);
/// Between two looks at the same thing.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a session may take to end.
const FAREWELL: Duration = Duration::from_secs(3);

/// WebDriver's names of keys.
pub mod keys {
    pub const SHIFT: char = '\u{E008}';
    pub const CONTROL: char = '\u{E009}';
    pub const ENTER: char = '\u{E007}';
    pub const ESCAPE: char = '\u{E00C}';
    pub const PAGE_DOWN: char = '\u{E00F}';
    pub const DOWN: char = '\u{E015}';
    pub const F5: char = '\u{E035}';
    pub const F6: char = '\u{E036}';
}

/// A window with the driver behind it; both end when it goes.
pub struct Window {
    driver: Child,
    client: Client,
    main: WindowHandle,
    size: (u32, u32),
    _home: tempfile::TempDir,
}

impl Window {
    /// Opens the program over a desk.
    pub async fn open(desk: &Desk) -> Self {
        Self::open_with(desk, |command| {
            command.env("TRIEN_PASS_PHRASE", "tap-huan");
        })
        .await
    }

    /// Opens the program over a desk without a pass-phrase; all that it notes goes to `log`. The driver drops what the
    /// programs that it starts print, so it starts a script that keeps it.
    pub async fn open_logged(desk: &Desk, log: &Path) -> Self {
        let script = log.with_extension("sh");
        let (program, log) = (program(), log.display());
        let lines = format!("#!/bin/sh\nRUST_LOG=trace exec '{program}' \"$@\" 2>'{log}'\n");
        fs::write(&script, lines).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Self::start(desk, &script.display().to_string(), |_| {}).await
    }

    /// The same as [`Window::open`] in surroundings of its own.
    pub async fn open_with(desk: &Desk, surroundings: impl FnOnce(&mut Command)) -> Self {
        Self::start(desk, &program(), surroundings).await
    }

    async fn start(desk: &Desk, program: &str, surroundings: impl FnOnce(&mut Command)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HOME", home.path())
            .env("SOFTHSM2_CONF", desk.data().join("token/softhsm2.conf"))
            .env_remove("TRIEN_PASS_PHRASE")
            .process_group(0);
        surroundings(&mut command);
        let driver = command.spawn().expect("WebKitWebDriver");
        let options = json!({ "binary": program, "args": ["--data", desk.data()] });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
        let start = Instant::now();
        let client = loop {
            let http = hyper_util::client::legacy::connect::HttpConnector::new();
            let connected = ClientBuilder::new(http)
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
            match connected {
                Ok(client) => break client,
                Err(error) => assert!(start.elapsed() < PATIENCE, "WebKitWebDriver: {error}"),
            }
            tokio::time::sleep(PAUSE).await;
        };
        let main = client.window().await.unwrap();
        let window = Self {
            driver,
            client,
            main,
            size: (0, 0),
            _home: home,
        };
        window.resized(1280, 800).await
    }

    /// The same window in another size.
    pub async fn resized(mut self, width: u32, height: u32) -> Self {
        call(self.client.set_window_rect(0, 0, width, height))
            .await
            .unwrap();
        self.size = (width, height);
        self
    }

    /// Ends the session and then, whatever came of that, the driver and the window behind it.
    pub async fn close(self) {
        let farewell = self.client.clone().close();
        let _ = tokio::time::timeout(FAREWELL, farewell).await;
    }

    /// Waits until something is there.
    pub async fn find(&self, css: &str) {
        let there = "return document.querySelector(arguments[0]) !== null";
        self.until(&format!("{css} is not there"), there, vec![json!(css)])
            .await;
    }

    /// Waits until something is no longer there.
    pub async fn gone(&self, css: &str) {
        let gone = "return document.querySelector(arguments[0]) === null";
        self.until(&format!("{css} stays"), gone, vec![json!(css)])
            .await;
    }

    /// Waits until a text is on the page.
    pub async fn see(&self, wanted: &str) {
        let seen = "return document.body.innerText.includes(arguments[0])";
        self.until(
            &format!("{wanted:?} is not seen"),
            seen,
            vec![json!(wanted)],
        )
        .await;
    }

    /// Clicks as soon as there is something to click that is not disabled; in the page and a moment later,
    /// because what is clicked may close the page that is asked.
    pub async fn click(&self, css: &str) {
        let clicked = "const it = document.querySelector(arguments[0]);
            if (!it || it.disabled) return false;
            setTimeout(() => it.click(), 50);
            return true";
        self.until(
            &format!("{css} cannot be clicked"),
            clicked,
            vec![json!(css)],
        )
        .await;
    }

    /// Types into a field as a person does.
    pub async fn type_into(&self, css: &str, text: &str) {
        self.find(css).await;
        let field = call(self.client.find(Locator::Css(css))).await.unwrap();
        call(field.send_keys(text)).await.unwrap();
    }

    /// Presses keys together, as a chord; whatever has the focus gets them.
    pub async fn press(&self, chord: &[char]) {
        let down = chord.iter().map(|key| KeyAction::Down { value: *key });
        let up = chord.iter().rev().map(|key| KeyAction::Up { value: *key });
        let actions = down.chain(up);
        let keys = actions.fold(KeyActions::new("keys".to_owned()), InputSource::then);
        // The keys may close the page that was asked: then there is no answer, or one that it is gone.
        let _ = call(self.client.perform_actions(keys)).await;
    }

    /// What a script of the page gives.
    pub async fn run(&self, script: &str) -> Value {
        call(self.client.execute(script, Vec::new())).await.unwrap()
    }

    /// What a script gives to its callback.
    pub async fn run_async(&self, script: &str) -> Value {
        let answer = self.client.execute_async(script, Vec::new());
        tokio::time::timeout(PATIENCE, answer)
            .await
            .unwrap()
            .unwrap()
    }

    /// Goes to the window that has opened beside the main one, when its field is there.
    pub async fn enter_window_with(&self, css: &str) {
        let start = Instant::now();
        loop {
            for window in call(self.client.windows()).await.unwrap_or_default() {
                if window != self.main
                    && call(self.client.switch_to_window(window)).await.is_ok()
                    && call(self.client.find(Locator::Css(css))).await.is_ok()
                {
                    return;
                }
            }
            let _ = call(self.client.switch_to_window(self.main.clone())).await;
            let told = self.text().await;
            assert!(start.elapsed() < PATIENCE, "no window with {css}; {told}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Goes back to the main window when every other one is gone.
    pub async fn back_to_main(&self) {
        let start = Instant::now();
        while call(self.client.windows()).await.map_or(2, |all| all.len()) != 1 {
            assert!(start.elapsed() < PATIENCE, "the window of a question stays");
            tokio::time::sleep(PAUSE).await;
        }
        call(self.client.switch_to_window(self.main.clone()))
            .await
            .unwrap();
    }

    /// Keeps a picture of the screen as far as this window reaches.
    pub async fn picture(&self, name: &str) {
        let (width, height) = self.size;
        let name = format!("{name}-{width}x{height}");
        screen::keep(&name, width as usize, height as usize).await;
    }

    /// Everything that is read on the page.
    pub async fn text(&self) -> String {
        let text = call(
            self.client
                .execute("return document.body.innerText", Vec::new()),
        )
        .await;
        text.map_or_else(|error| error, |text| text.to_string())
    }

    async fn until(&self, otherwise: &str, script: &str, arguments: Vec<Value>) {
        let start = Instant::now();
        loop {
            let met = call(self.client.execute(script, arguments.clone())).await;
            if met == Ok(Value::Bool(true)) {
                return;
            }
            if start.elapsed() > PATIENCE {
                panic!("{otherwise}: {met:?}; the page says: {}", self.text().await);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.driver.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.driver.wait();
    }
}

/// The installed window.
pub fn program() -> String {
    std::env::var("TRIEN_DESKTOP").expect("TRIEN_DESKTOP names the window's program")
}

async fn call<T>(asked: impl Future<Output = Result<T, CmdError>>) -> Result<T, String> {
    match tokio::time::timeout(CALL, asked).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer in {CALL:?}")),
    }
}

/// A free port below the ephemeral range, so that nobody's own connection takes it meanwhile.
fn free_port() -> u16 {
    let start = 20_000 + u16::try_from(std::process::id() % 9_000).unwrap_or(0);
    (start..32_000)
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
