//! The sealed file's pass-phrase: typed into a window of its own, and kept nowhere.

use std::fs;

use trien_practice::office::COMMUNE;
use trien_secrets::{Secret, Secrets};
use trien_tests::{Office, assert_absent};

use crate::accessible::check;
use crate::driver::Window;

const PASS_PHRASE: &str = "hoang-yen-mat-khau-cua-so";
const WRONG: &str = "hoang-yen-nhap-sai";
const ENTRY: &str = "axis.vxp.tap.01.clerk";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn the_sealed_file_is_opened_in_a_window_of_its_own_and_its_pass_phrase_is_kept_nowhere() {
    let office = Office::new();
    let desk = office.clerk();
    let secret = |text: &str| Secret::from(text.to_owned());
    let axis_secret = format!("khoa-tap-huan-{}", COMMUNE.system);
    let sealed = desk.data().join("secrets.sealed");
    fs::remove_file(&sealed).unwrap();
    let secrets = Secrets::make_file(&sealed, &secret(PASS_PHRASE)).unwrap();
    secrets.set(ENTRY, &secret(&axis_secret)).unwrap();

    let log = office.folder().join("cua-so.log");
    let clerk = Window::open_logged(&desk, &log).await;
    clerk.enter_window_with("#phrase").await;
    clerk.picture("pass-phrase").await;
    check(&clerk, "the window of the pass-phrase").await;
    clerk.type_into("#phrase", WRONG).await;
    clerk.click("[data-act=phrase]").await;
    clerk.enter_window_with("[role=alert]").await;
    clerk.see("Mật khẩu vừa nhập không mở được tệp").await;
    clerk.type_into("#phrase", PASS_PHRASE).await;
    clerk.click("[data-act=phrase]").await;
    clerk.back_to_main().await;
    clerk.see("Trục: đồng bộ lúc").await;
    clerk.close().await;

    let told = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
    assert!(told.contains("TRACE"), "the log tells of everything");
    assert!(desk.data().join("webview").is_dir(), "the page's own data");
    for canary in [PASS_PHRASE, WRONG, &axis_secret] {
        assert!(!told.contains(canary), "{canary} was printed");
        assert_absent(canary.as_bytes(), desk.data());
    }
}
