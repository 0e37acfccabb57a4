//! The job in the real window, driven by WebDriver: the clerk registers what came, the leader signs
//! in the PIN window, the clerk numbers, seals and sends, and the receiver's statuses come back.
//!
//! Needs a display, WebKitWebDriver and the two programs as they are installed (`TRIEN_DESKTOP`,
//! `TRIEN_CLI`); `cargo xtask test --only window` provides them under Xvfb.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// Under load the first page of a window may take this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// The practice office's PIN.
const PIN: &str = "12345678";
/// The PIN window answers, the token signs, and the window is gone.
const WINDOW_GOES: Duration = Duration::from_secs(6);
/// How long a session may take to end.
const FAREWELL: Duration = Duration::from_secs(5);
/// WebKit's screenshots show the frame before the last one; two frames later they are true.
const SETTLE: Duration = Duration::from_millis(800);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn an_answer_goes_its_whole_way_through_the_window() {
    let office = Office::make();

    let clerk = Window::open(&office, "van-thu").await;
    clerk.screenshot("clerk-inbox", 1280, 800).await;
    clerk.screenshot("clerk-inbox", 1920, 1080).await;
    clerk.see("3/SNV-VTLT").await;
    clerk.click("[data-act=accept]").await;
    clerk.see("02/SNV-VTLT").await;
    clerk.click("[data-folder=registered]").await;
    clerk.find("[data-act=complete]").await;
    clerk.close().await;

    office.at(
        "van-thu",
        &[
            "draft",
            &office.draft(),
            "--subject",
            "V/v báo cáo công tác văn thư năm 2026",
            "--notation",
            "UBND-VP",
            "--signatory",
            "1",
            "--to",
            "000.00.07.H99",
            "--answers",
            "3",
        ],
    );
    office.at(
        "van-thu",
        &["handover", "out", "1", "--note", "Kính trình Chủ tịch"],
    );

    let leader = Window::open(&office, "lanh-dao").await;
    leader.see("V/v báo cáo công tác văn thư năm 2026").await;
    leader.screenshot("leader-to-sign", 1280, 800).await;
    leader.screenshot("leader-to-sign", 1920, 1080).await;
    leader.press("[data-act=sign]").await;
    leader.enter_pin("leader-pin").await;
    leader
        .wait_until_at_desk(&office, "lanh-dao", "signed")
        .await;
    leader.close().await;

    let clerk = Window::open(&office, "van-thu").await;
    office.at("van-thu", &["handover", "in"]);
    clerk.click("[data-folder=to_number]").await;
    clerk.click("[role=option]").await;
    clerk.click("[data-act=number_and_seal]").await;
    clerk.see("Cấp số 01 và đóng dấu").await;
    clerk.screenshot("clerk-number-and-seal", 1280, 800).await;
    clerk.screenshot("clerk-number-and-seal", 1920, 1080).await;
    clerk.press("[data-act=seal]").await;
    clerk.enter_pin("clerk-pin").await;
    clerk
        .wait_until_at_desk(&office, "van-thu", "to-send")
        .await;
    clerk.click("[data-folder=to_send]").await;
    clerk.click("[role=option]").await;
    clerk.click("[data-act=dispatch]").await;
    clerk.see("Sở Nội vụ").await;
    clerk.screenshot("clerk-dispatch", 1280, 800).await;
    clerk.click("[data-act=send]").await;
    clerk
        .wait_until_at_desk(&office, "van-thu", "tracking")
        .await;

    office.at("van-thu", &["sync"]);
    office.at("noi-nhan", &["sync"]);
    office.at("noi-nhan", &["accept", "1"]);
    office.at("noi-nhan", &["status", "1", "06"]);
    office.at("noi-nhan", &["sync"]);
    office.at("van-thu", &["sync"]);
    clerk.click("[data-folder=tracking]").await;
    clerk.click("[role=option]").await;
    clerk.find("[data-code='06']").await;
    clerk.screenshot("clerk-tracking", 1280, 800).await;
    clerk.close().await;
}

/// A practice office with its axis running.
struct Office {
    folder: tempfile::TempDir,
    axis: Child,
}

impl Office {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port().to_string();
        let root = folder.path().join("office");
        let made = cli()
            .args(["practice", "office"])
            .arg(&root)
            .args(["--port", &port])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let axis = cli()
            .args(["practice", "axis"])
            .arg(root.join("truc"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let office = Self { folder, axis };
        let start = Instant::now();
        while std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
            assert!(
                start.elapsed() < PATIENCE,
                "the practice axis does not answer"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        office.at("van-thu", &["sync"]);
        office
    }

    fn desk(&self, name: &str) -> PathBuf {
        self.folder.path().join("office").join(name)
    }

    fn draft(&self) -> String {
        self.desk("du-thao")
            .join("tra-loi.pdf")
            .display()
            .to_string()
    }

    /// Runs a command at a desk. The window's own round may be exchanging: then it is asked again.
    fn at(&self, desk: &str, arguments: &[&str]) -> Value {
        let start = Instant::now();
        loop {
            let output = cli()
                .arg("--data")
                .arg(self.desk(desk))
                .args(arguments)
                .output()
                .unwrap();
            let told: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
            let busy = told["error"]["code"] == "profile_busy";
            if !busy {
                assert!(
                    output.status.success(),
                    "{desk} {arguments:?}: {told} {output:?}"
                );
                return told;
            }
            assert!(start.elapsed() < PATIENCE, "{desk} stays busy");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.axis.kill();
        let _ = self.axis.wait();
    }
}

/// A window of the program with the WebDriver that drives it.
struct Window {
    driver: Child,
    client: Client,
    _home: tempfile::TempDir,
}

impl Window {
    async fn open(office: &Office, desk: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let port = free_port();
        let conf = office.desk(desk).join("token/softhsm2.conf");
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HOME", home.path())
            .env("SOFTHSM2_CONF", conf)
            .env("TRIEN_PASS_PHRASE", "tap-huan")
            .process_group(0)
            .spawn()
            .expect("WebKitWebDriver");
        let binary = std::env::var("TRIEN_DESKTOP").expect("TRIEN_DESKTOP");
        let options = json!({ "binary": binary, "args": ["--data", office.desk(desk)] });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
        let start = Instant::now();
        let client = loop {
            let connected = ClientBuilder::new(hyper_connector())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
            match connected {
                Ok(client) => break client,
                Err(error) => assert!(start.elapsed() < PATIENCE, "WebKitWebDriver: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        };
        Self {
            driver,
            client,
            _home: home,
        }
    }

    /// Ends the session and then, whatever came of that, the driver and the window behind it: an app
    /// that goes away while it is asked to leaves the driver waiting for its answer.
    async fn close(mut self) {
        let farewell = self.client.clone().close();
        let _ = tokio::time::timeout(FAREWELL, farewell).await;
        let group = i32::try_from(self.driver.id()).unwrap();
        let group = rustix::process::Pid::from_raw(group).unwrap();
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = self.driver.wait();
    }

    async fn find(&self, css: &str) -> fantoccini::elements::Element {
        let wait = self
            .client
            .wait()
            .at_most(PATIENCE)
            .every(Duration::from_millis(100));
        match wait.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error}; the page says: {}", self.text().await),
        }
    }

    /// Clicks as soon as there is something to click that is not disabled.
    async fn click(&self, css: &str) {
        let start = Instant::now();
        loop {
            let element = self.find(css).await;
            if element.is_enabled().await.unwrap_or(false) && element.click().await.is_ok() {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{css} cannot be clicked; the page says: {}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await;
        match body {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    async fn see(&self, wanted: &str) {
        let start = Instant::now();
        while !self.text().await.contains(wanted) {
            assert!(
                start.elapsed() < PATIENCE,
                "{wanted:?} is not on the page: {}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Clicks what opens or closes a window: from within the page and a little later, because a call
    /// into a page that goes away is never answered.
    async fn press(&self, css: &str) {
        let start = Instant::now();
        while !self.find(css).await.is_enabled().await.unwrap_or(false) {
            assert!(
                start.elapsed() < PATIENCE,
                "{css} stays disabled; the page says: {}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let script =
            "const css = arguments[0]; setTimeout(() => document.querySelector(css).click(), 700)";
        self.client.execute(script, vec![json!(css)]).await.unwrap();
    }

    /// Types the PIN in the window of its own and comes back when that is gone.
    async fn enter_pin(&self, picture: &str) {
        let main = self.client.window().await.unwrap();
        let start = Instant::now();
        while !self.switch_to_pin_window(&main).await {
            assert!(
                start.elapsed() < PATIENCE,
                "no PIN window opens; the page says: {}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.find("#pin").await.send_keys(PIN).await.unwrap();
        self.picture(picture).await;
        self.press("[data-act=pin]").await;
        // A call that is under way while a window goes away is never answered, so none is made.
        tokio::time::sleep(WINDOW_GOES).await;
        self.client.switch_to_window(main).await.unwrap();
        let left = self.client.windows().await.unwrap();
        assert_eq!(
            left.len(),
            1,
            "the PIN window is destroyed after its one answer"
        );
    }

    async fn switch_to_pin_window(&self, main: &WindowHandle) -> bool {
        for window in self.client.windows().await.unwrap_or_default() {
            if window != *main && self.client.switch_to_window(window).await.is_ok() {
                return self.client.find(Locator::Css("#pin")).await.is_ok();
            }
        }
        false
    }

    /// Waits until a folder of the desk has a document, as the command line sees it.
    async fn wait_until_at_desk(&self, office: &Office, desk: &str, folder: &str) {
        let start = Instant::now();
        while office.at(desk, &["outbox", "--folder", folder])["rows"]
            .as_array()
            .is_none_or(Vec::is_empty)
        {
            assert!(
                start.elapsed() < PATIENCE,
                "nothing in {folder}; the page says: {}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn screenshot(&self, name: &str, width: u32, height: u32) {
        self.client
            .set_window_rect(0, 0, width, height)
            .await
            .unwrap();
        self.picture(&format!("{name}-{width}x{height}")).await;
    }

    /// Keeps a picture for the eye beside the test's target folder.
    async fn picture(&self, name: &str) {
        tokio::time::sleep(SETTLE).await;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window");
        fs::create_dir_all(&folder).unwrap();
        let png = self.client.screenshot().await.unwrap();
        fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }
}

fn cli() -> Command {
    let mut command = Command::new(std::env::var("TRIEN_CLI").expect("TRIEN_CLI"));
    command
        .arg("--json")
        .env("TRIEN_PASS_PHRASE", "tap-huan")
        .env_remove("SOFTHSM2_CONF");
    // Without a session bus there is no key store, so the axis secret goes into a sealed file, and
    // nothing of the exercise into the key store of whoever runs it.
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}

/// A free port below the ephemeral range, so that nobody's own connection takes it meanwhile.
fn free_port() -> u16 {
    let start = 20_000 + u16::try_from(std::process::id() % 9_000).unwrap_or(0);
    (start..32_000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

fn hyper_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}
