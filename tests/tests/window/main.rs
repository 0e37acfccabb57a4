//! The real window, driven by WebDriver over practice offices: the job from the inbox to the receiver's
//! statuses, the leader's way by keyboard alone, what everybody can read, and two windows at once.
//!
//! Needs a display, WebKitWebDriver and the two programs as they are installed (`TRIEN_DESKTOP`,
//! `TRIEN_CLI`); `cargo xtask test --only window` provides them under Xvfb.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

mod accessible;
mod changes;
mod driver;
mod first_start;
mod phrase;
mod screen;
mod two_at_once;

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use trien_app::ErrorCode;
use trien_tests::{Desk, Office, PIN, code_of, rows};

use accessible::check;
use driver::{Window, keys};

/// How long a desk may take for what the window has started.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn an_answer_goes_its_whole_way_through_the_window() {
    let office = Office::new();
    let (clerk_desk, leader_desk) = (office.clerk(), office.leader());

    let clerk = Window::open(&clerk_desk).await;
    clerk.see("3/SNV-VTLT").await;
    clerk.picture("clerk-inbox").await;
    let clerk = clerk.resized(1920, 1080).await;
    clerk.picture("clerk-inbox").await;
    let clerk = clerk.resized(1280, 800).await;
    check(&clerk, "the inbox").await;
    clerk.click("[data-act=verify]").await;
    clerk.see("Lương Bích Ngà ký").await;
    clerk.picture("clerk-verification").await;
    check(&clerk, "the verification").await;
    clerk.click("[data-act=compare]").await;
    clerk.find("[data-compared]").await;
    clerk.picture("clerk-compared").await;
    clerk.press(&[keys::ESCAPE]).await;
    clerk.press(&[keys::ESCAPE]).await;
    clerk.click("[data-act=accept]").await;
    clerk.see("Đã tiếp nhận, vào sổ").await;

    clerk.click("[data-act=return]").await;
    clerk
        .type_into("dialog textarea", "Gửi nhầm nơi nhận")
        .await;
    clerk.picture("clerk-return").await;
    check(&clerk, "the dialog of a return").await;
    clerk.click("dialog .main").await;
    clerk.gone("dialog").await;
    clerk.click("[data-folder=returned]").await;
    clerk.see("02/SNV-VTLT").await;

    clerk.press(&[keys::CONTROL, 'k']).await;
    clerk.type_into("dialog input", "ra soat danh sach").await;
    clerk.see("03/SNV-VTLT").await;
    clerk.picture("clerk-search").await;
    check(&clerk, "the search").await;
    clerk.press(&[keys::ENTER]).await;
    clerk.find("[data-folder=registered][aria-current]").await;
    clerk.find("[data-act=start]").await;

    let id = drafted(&clerk_desk, "V/v báo cáo công tác văn thư năm 2026");
    clerk.click("[data-folder=drafts]").await;
    clerk.click("[data-act=place]").await;
    clerk.find("[data-task=place] [data-ghost=signature]").await;
    clerk.picture("clerk-place").await;
    check(&clerk, "the places of the boxes").await;
    let focus = "document.querySelector('[data-ghost=signature]').focus()";
    clerk.run(focus).await;
    clerk.press(&[keys::DOWN]).await;
    clerk.see("Về chỗ tìm được").await;
    clerk.find("[data-task=place] .acts .main:enabled").await;
    clerk.press(&[keys::CONTROL, keys::ENTER]).await;
    clerk.find("[data-act=hand_over]").await;
    clerk.close().await;
    clerk_desk.ok(["handover", "out", &id, "--note", "Kính trình Chủ tịch"]);
    let told = clerk_desk.ok(["show", "out", &id]).to_string();
    assert!(told.contains("signature +0.0 -1.0 pt"), "{told}");
    let leader = Window::open(&leader_desk).await;
    leader.see("Chưa có chữ ký nào").await;
    leader.picture("leader-to-sign").await;
    check(&leader, "the leader's document").await;
    let leader = leader.resized(1920, 1080).await;
    leader.picture("leader-to-sign").await;
    let leader = leader.resized(1280, 800).await;
    leader.click("[data-act=sign]").await;
    leader.enter_window_with("#pin").await;
    leader.picture("leader-pin").await;
    check(&leader, "the PIN window").await;
    leader.type_into("#pin", PIN).await;
    leader.click("[data-act=pin]").await;
    leader.back_to_main().await;
    wait_for(&leader_desk, "signed").await;
    leader.close().await;

    let clerk = Window::open(&clerk_desk).await;
    wait_for(&clerk_desk, "to-number").await;
    clerk.click("[data-folder=to_number]").await;
    clerk.click("[data-act=number_and_seal]").await;
    clerk.see("Cấp số 01 và đóng dấu").await;
    clerk.find("[data-task=seal] .page img").await;
    clerk.picture("clerk-number-and-seal").await;
    check(&clerk, "number and seal").await;
    let clerk = clerk.resized(1920, 1080).await;
    clerk.picture("clerk-number-and-seal").await;
    let clerk = clerk.resized(1280, 800).await;
    clerk.click("[data-act=seal]").await;
    clerk.enter_window_with("#pin").await;
    clerk.type_into("#pin", PIN).await;
    clerk.click("[data-act=pin]").await;
    clerk.back_to_main().await;
    clerk.click("[data-act=dispatch]").await;
    clerk.see("Sở Nội vụ").await;
    clerk.picture("clerk-dispatch").await;
    check(&clerk, "the dispatch").await;
    clerk.click("[data-act=send]").await;
    wait_for(&clerk_desk, "tracking").await;

    let receiver = office.receiver();
    at(&clerk_desk, &["sync"]);
    receiver.ok(["sync"]);
    receiver.ok(["accept", "1"]);
    receiver.ok(["status", "1", "06"]);
    receiver.ok(["sync"]);
    at(&clerk_desk, &["sync"]);
    clerk.click("[data-folder=tracking]").await;
    clerk.find("[data-code='06']").await;
    clerk.picture("clerk-tracking").await;
    check(&clerk, "the tracking").await;
    clerk.click("[data-book=outgoing]").await;
    clerk.see("01/UBND-VP").await;
    clerk.picture("clerk-book").await;
    check(&clerk, "the book").await;
    clerk
        .type_into("[data-pane=document] input[type=search]", "khong co")
        .await;
    clerk.see("Không có dòng nào khớp").await;
    clerk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn the_leader_opens_reads_and_signs_by_keyboard_alone() {
    let office = Office::new();
    let [_, at_leader] = office.answer_at_the_leaders();
    let desk = office.leader();
    let leader = Window::open(&desk).await;
    leader.see("Chưa có chữ ký nào").await;
    leader.find(".page img").await;

    leader.press(&[keys::F6]).await;
    let in_pages = "return document.activeElement.dataset.pane === 'pages'";
    assert_eq!(
        leader.run(in_pages).await,
        Value::Bool(true),
        "F6 leads into the pages"
    );
    leader.press(&[keys::PAGE_DOWN]).await;
    leader.press(&[keys::CONTROL, keys::ENTER]).await;
    leader.enter_window_with("#pin").await;
    let in_field = "return document.activeElement.id";
    assert_eq!(leader.run(in_field).await, Value::from("pin"));
    for key in PIN.chars() {
        leader.press(&[key]).await;
    }
    leader.press(&[keys::ENTER]).await;
    leader.back_to_main().await;
    leader.see("Không còn văn bản chờ ký").await;
    let signed = rows(&desk, "outbox", "signed");
    assert_eq!(signed[0]["key"]["id"].to_string(), at_leader);
    leader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn several_documents_are_signed_with_one_pin_and_what_is_left_out_stays() {
    let office = Office::new();
    let (clerk, desk) = (office.clerk(), office.leader());
    for subject in [
        "Báo cáo tháng 11",
        "Kế hoạch tiêm chủng",
        "Tờ trình kinh phí",
    ] {
        let id = drafted(&clerk, subject);
        clerk.ok(["handover", "out", &id]);
    }
    let leader = Window::open(&desk).await;
    leader.see("1 / 3").await;
    leader.find(".page img").await;
    leader
        .press(&[keys::CONTROL, keys::SHIFT, keys::ENTER])
        .await;
    leader.see("Ký 3 văn bản").await;
    leader.click("[data-stage=ready] input").await;
    leader.see("Ký 2 văn bản").await;
    leader.picture("leader-batch-before").await;
    check(&leader, "the batch before the PIN").await;
    leader.click("[data-act=sign-all]").await;
    leader.enter_window_with("#pin").await;
    leader.see("2 văn bản").await;
    leader.picture("leader-batch-pin").await;
    leader.type_into("#pin", PIN).await;
    leader.click("[data-act=pin]").await;
    leader.back_to_main().await;
    leader.see("2 đã ký, 0 chưa ký").await;
    leader.picture("leader-batch-after").await;
    check(&leader, "the batch after the PIN").await;
    assert_eq!(rows(&desk, "outbox", "signed").len(), 2);
    assert_eq!(rows(&desk, "outbox", "to-sign").len(), 1);
    leader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn every_screen_can_be_read_in_the_dark_and_in_large_letters() {
    let office = Office::new();
    let clerk = Window::open(&office.clerk()).await;
    clerk.see("3/SNV-VTLT").await;
    for (theme, size) in [("dark", 100), ("dark", 130), ("light", 130)] {
        let kept = format!("{{\"lang\":\"vi\",\"theme\":\"{theme}\",\"size\":{size}}}");
        let keep = format!("localStorage.setItem('trien.settings', '{kept}'); location.reload()");
        clerk.run(&keep).await;
        clerk.see("3/SNV-VTLT").await;
        clerk.find(".page img").await;
        clerk.picture(&format!("clerk-inbox-{theme}-{size}")).await;
        check(&clerk, &format!("the inbox, {theme}, {size} %")).await;
        clerk.click("[data-act=verify]").await;
        clerk.see("Lương Bích Ngà ký").await;
        clerk
            .picture(&format!("clerk-verification-{theme}-{size}"))
            .await;
        check(&clerk, &format!("the verification, {theme}, {size} %")).await;
        clerk.press(&[keys::ESCAPE]).await;
        clerk.click("[data-folder=drafts]").await;
        clerk.see("Không có văn bản nào ở đây").await;
        check(&clerk, &format!("an empty folder, {theme}, {size} %")).await;
        clerk.click("[data-act=folder]").await;
        clerk.find("[data-task=draft]").await;
        clerk.picture(&format!("clerk-draft-{theme}-{size}")).await;
        check(&clerk, &format!("the draft's form, {theme}, {size} %")).await;
        clerk.press(&[keys::ESCAPE]).await;
    }
    clerk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn a_second_window_on_a_profile_leaves_the_first_its_place() {
    let office = Office::new();
    let desk = office.clerk();
    let first = Window::open(&desk).await;
    first.see("3/SNV-VTLT").await;

    let second = Command::new(driver::program())
        .arg("--data")
        .arg(desk.data())
        .status()
        .unwrap();
    assert!(
        second.success(),
        "it brings the first to the front and ends"
    );
    first.see("3/SNV-VTLT").await;

    let without_bus = Window::open_with(&desk, |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    })
    .await;
    let code = serde_json::from_value::<ErrorCode>(code_of("two windows").into()).unwrap();
    without_bus.see(&code.title().vi).await;
    without_bus.picture("already-open").await;
    without_bus.close().await;
    first.close().await;
}

/// A draft of the practice office's answer; its row.
fn drafted(desk: &Desk, subject: &str) -> String {
    let pdf = desk
        .data()
        .join("../du-thao/tra-loi.pdf")
        .display()
        .to_string();
    let draft = desk.ok([
        "draft",
        &pdf,
        "--subject",
        subject,
        "--notation",
        "UBND-VP",
        "--signatory",
        "1",
        "--to",
        "000.00.07.H99",
    ]);
    draft["id"].to_string()
}

/// Runs a command at a desk. The window's own round may be exchanging: then it is asked again.
fn at(desk: &Desk, arguments: &[&str]) -> Value {
    let start = Instant::now();
    loop {
        let outcome = desk.run(arguments);
        if outcome.error_code() != Some("profile_busy") {
            assert!(outcome.code == Some(0), "{outcome:#?}");
            return outcome.json;
        }
        assert!(start.elapsed() < PATIENCE, "{arguments:?} stays busy");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Waits until something is so.
async fn eventually(what: &str, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Waits until a folder of a desk has a document, as the command line sees it.
async fn wait_for(desk: &Desk, folder: &str) {
    let start = Instant::now();
    while rows(desk, "outbox", folder).is_empty() {
        assert!(start.elapsed() < PATIENCE, "nothing in {folder}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
