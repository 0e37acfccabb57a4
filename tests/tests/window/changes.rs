//! A recall from its sender's command line to the receiver's window and back, and what no document shows.

use trien_practice::office::COMMUNE;
use trien_tests::{Office, rows};

use crate::accessible::check;
use crate::at;
use crate::driver::{Window, keys};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn a_recall_is_decided_where_it_is_told_and_its_sender_sees_the_answer_and_its_message() {
    let mut office = Office::new();
    let (clerk_desk, sender_desk) = (office.clerk(), office.receiver());
    at(&clerk_desk, &["sync"]);
    let sent = rows(&sender_desk, "outbox", "tracking").into_iter();
    let letter = sent.filter(|row| row["key"]["id"] == 1).collect::<Vec<_>>();
    let code = letter[0]["code"].as_str().unwrap();
    sender_desk.ok(["recall", "1", "--reason", "Gửi nhầm nơi nhận"]);
    at(&sender_desk, &["sync"]);
    office.plant_for_commune(b"<edoc><not a package");

    let clerk = Window::open(&clerk_desk).await;
    clerk.see("Nơi gửi yêu cầu thu hồi").await;
    open(&clerk, code).await;
    clerk.find("[data-banner=recall_asked]").await;
    clerk.see("Gửi nhầm nơi nhận").await;
    clerk.picture("clerk-recall-asked").await;
    check(&clerk, "a document that is asked back").await;
    clerk.click("[data-decide=agree]").await;
    clerk.click("[data-folder=completed]").await;
    clerk.find("[data-banner=recalled]").await;
    clerk.gone("[data-act=accept]").await;
    clerk.picture("clerk-recalled").await;
    check(&clerk, "a document that was taken back").await;
    clerk.click("[data-folder=unreadable]").await;
    clerk.find("[data-act=return]").await;
    clerk.see("Gói tin gốc").await;
    assert!(
        !clerk.text().await.contains("+07:00"),
        "an instant is written as people write it"
    );
    clerk.picture("clerk-unreadable").await;
    check(&clerk, "a package that cannot be read").await;
    clerk.close().await;
    at(&clerk_desk, &["sync"]);

    let sender = Window::open(&sender_desk).await;
    sender.find("[data-folder=tracking]").await;
    open(&sender, code).await;
    sender.see("1/1 nơi đồng ý").await;
    sender
        .find(&format!("[data-recipient='{}']", COMMUNE.id))
        .await;
    sender.picture("sender-tracking").await;
    check(&sender, "the tracking of what was recalled").await;
    sender.click("[data-code='15']").await;
    sender.see("<edXML:StatusCode>15<").await;
    sender.picture("sender-message").await;
    check(&sender, "the message behind a status").await;
    sender.close().await;
}

/// Finds a document by its code, as who has it on paper does: the code and Enter in one go.
async fn open(window: &Window, code: &str) {
    window.press(&[keys::CONTROL, 'k']).await;
    window.type_into("dialog input", code).await;
    window.press(&[keys::ENTER]).await;
    window.gone("dialog").await;
}
