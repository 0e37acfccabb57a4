//! A machine on which nobody has worked with Triện: the office file, the axis's secret, the first exchange.

use std::fs;

use serde_json::Value;
use trien_tests::{Desk, Office};

use crate::accessible::check;
use crate::driver::Window;

const PASS_PHRASE: &str = "mật khẩu của tệp";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn a_new_machine_becomes_a_desk_in_the_window() {
    let office = Office::new();
    let file = office.folder().join("co-quan/van-thu.json");
    let told: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let system = told["axis"]["system_id"].as_str().unwrap();
    let desk = Desk::new(&office.folder().join("may-moi"));

    let window = Window::open_with(&desk, |command| {
        command
            .env("TRIEN_OFFICE_FILE", &file)
            .env(
                "SOFTHSM2_CONF",
                office.clerk().data().join("token/softhsm2.conf"),
            )
            // No bus, no key store: the secret goes into a file with a pass-phrase.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    })
    .await;
    window.see(told["organ"]["name"].as_str().unwrap()).await;
    window.picture("first-start").await;
    check(&window, "the first start").await;
    window.click("[data-act=set-up]").await;
    window.find("[data-act=axis-secret]").await;
    window.picture("first-start-secret").await;

    window.click("[data-act=axis-secret]").await;
    window.enter_window_with("#phrase").await;
    check(&window, "the window of the axis's secret").await;
    window
        .type_into("#phrase", &format!("khoa-tap-huan-{system}"))
        .await;
    window.click("[data-act=phrase]").await;
    window.enter_window_with("#phrase-again").await;
    window.type_into("#phrase", PASS_PHRASE).await;
    window.type_into("#phrase-again", PASS_PHRASE).await;
    window.picture("first-start-pass-phrase").await;
    window.click("[data-act=phrase]").await;
    window.back_to_main().await;
    window.see("Trục: đồng bộ lúc").await;
    window.close().await;

    desk.ok(["profile"]);
    assert!(desk.data().join("secrets.sealed").is_file());
}
