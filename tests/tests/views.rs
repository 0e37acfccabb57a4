//! What the window shows, asked of an open profile as the window asks it.
#![allow(clippy::unwrap_used)] // Helpers of tests, too.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use time::OffsetDateTime;
use trien_app::host::{Asked, Secret};
use trien_app::schedule::{Schedule, Work};
use trien_app::view::{
    Act, Direction, DocumentKey, DocumentView, Folder, MarkKind, Nudge, Only, PinRequest, Verdict,
};
use trien_app::{App, Changed, ErrorCode, Host, NewFile, PinAnswer};
use trien_domain::OrganId;
use trien_practice::office::COMMUNE;
use trien_store::{Draft, Store};
use trien_tests::{Desk, Office, PIN_VARIABLE, rows};

#[test]
fn a_letter_is_told_by_the_states_that_were_signed() {
    let office = Office::new();
    let app = open(&office.clerk());
    let letter = newest(&app, Folder::ToAccept);
    let file = letter.files.first().unwrap();

    let told = app.verification(&file.sha256).unwrap();
    assert_eq!(told.verdict.title.vi, "Hợp lệ, có thay đổi được phép");
    let titles: Vec<_> = told.states.iter().map(|s| s.title.vi.as_str()).collect();
    let expected = ["Bản trình ký", "Lương Bích Ngà ký", "Sở Nội vụ đóng dấu"];
    assert_eq!(titles, expected);
    let verdicts: Vec<_> = told.states.iter().map(|s| s.verdict).collect();
    assert_eq!(verdicts, [None, Some(Verdict::Valid), Some(Verdict::Valid)]);

    let [draft, signed, sealed] = told.states.as_slice() else {
        panic!("{:?}", told.states)
    };
    assert_eq!(
        sealed.sha256, file.sha256,
        "the last state is the file as it stands"
    );
    let changes: Vec<_> = sealed.changes.iter().map(|c| c.what.vi.as_str()).collect();
    assert!(changes.contains(&"Điền ô số"), "{changes:?}");
    assert!(sealed.changes.iter().all(|change| change.permitted));

    for (before, after) in [(draft, signed), (signed, sealed)] {
        let changed = app.changed_pages(&before.sha256, &after.sha256).unwrap();
        assert_eq!(changed, [0], "the mark on the first page");
    }
    let none = app.changed_pages(&signed.sha256, &signed.sha256).unwrap();
    assert!(none.is_empty());
    assert_eq!(
        app.verification(&"00".repeat(32)).unwrap_err().code,
        ErrorCode::NotFound
    );
}

#[test]
fn a_search_goes_through_both_directions_page_by_page_newest_first() {
    let office = Office::new();
    let clerk = office.clerk();
    let app = open(&clerk);
    let now = OffsetDateTime::now_utc();
    office.fill_inbox(&clerk, 110);
    let store = Store::open(clerk.data()).unwrap();
    let mut draft = Draft::new(OrganId::new(COMMUNE.id).unwrap());
    draft.subject = "Kiểm tra phân trang của ta".to_owned();
    for n in 0..120 {
        // Half of ours are older than what came, half are newer.
        let hours = time::Duration::hours(if n < 60 { -1 } else { 1 });
        let outbox = store.outgoing();
        outbox
            .create(&format!("ours-{n}"), &draft, "clerk", now + hours)
            .unwrap();
    }
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let page = app
            .search("kiem tra phan trang", cursor.as_deref())
            .unwrap();
        let ours = page
            .rows
            .iter()
            .filter(|row| row.key.direction == Direction::Outgoing);
        pages.push((page.rows.len(), ours.count(), page.total));
        let seen: BTreeSet<_> = page
            .rows
            .iter()
            .map(|row| format!("{:?}", row.key))
            .collect();
        assert_eq!(seen.len(), page.rows.len());
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, [(100, 60, 101), (100, 30, 101), (30, 30, 30)]);
}

/// Who works on a document is a word of it, and who gave it up is none; what else it is found by stays.
#[test]
fn who_works_on_a_document_is_searched_and_all_else_still_is() {
    let office = Office::new();
    let clerk = office.clerk();
    clerk.ok(["sync"]);
    let letter = rows(&clerk, "inbox", "to-accept").remove(0);
    let id = letter["key"]["id"].to_string();
    let found = |words: &str| {
        let hits = clerk.ok(["search", words]);
        let mut hits = hits["rows"].as_array().unwrap().iter();
        hits.any(|row| row["key"] == letter["key"])
    };
    let subject = letter["subject"].as_str().unwrap();
    // The second stands in the letter's file only.
    let words = [subject, "độc lập tự do hạnh phúc"];
    assert!(words.iter().all(|words| found(words)));
    assert!(!found("Phòng Thủy sản"));
    clerk.ok(["accept", &id, "--assignee", "Phòng Thủy sản"]);
    assert!(found("phong thuy san") && words.iter().all(|words| found(words)));
    clerk.ok(["status", &id, "04", "--to", "Nông Văn Khoát"]);
    assert!(found("Nông Văn Khoát") && words.iter().all(|words| found(words)));
    assert!(!found("Phòng Thủy sản"), "no longer theirs");
}

#[test]
fn a_round_that_leaves_something_due_is_followed_by_the_next_at_once() {
    let office = Office::new();
    let clerk = office.clerk();
    let app = open(&clerk);
    let mut schedule = Schedule::starting(app.now());
    clerk.ok(["sync"]);
    app.did(Work::Exchange, &mut schedule).unwrap();
    let later = app.now() + time::Duration::minutes(1);
    assert!(schedule.next(Work::Exchange).unwrap() > later);
    // A status 01 that waits to leave.
    office.fill_inbox(&clerk, 1);
    app.did(Work::Exchange, &mut schedule).unwrap();
    assert!(schedule.next(Work::Exchange).unwrap() <= app.now());
}

/// What nobody should have to remember is told by itself, for as long as it is so.
#[test]
fn a_limit_that_is_past_and_a_receiver_that_is_silent_are_alarms_until_they_are_over() {
    let office = Office::new();
    let (clerk, leader, receiver) = (office.clerk(), office.leader(), office.receiver());
    let id = office.drafted_answer(&["--urgency", "1"]);
    clerk.ok(["handover", "out", &id]);
    leader.ok(["handover", "in"]);
    let waiting = rows(&leader, "outbox", "to-sign").remove(0);
    let row = waiting["key"]["id"].to_string();
    leader.ok(["sign-documents", &row, "--pin-env", PIN_VARIABLE]);
    clerk.ok(["handover", "in"]);

    let app = open(&clerk);
    let alarms = || {
        let alarms = app.alarms().unwrap().into_iter();
        alarms.map(|alarm| alarm.told.code).collect::<Vec<_>>()
    };
    assert_eq!(alarms(), [], "an hour is left, and it has just begun");
    let no_time = json!({
        "noon": "12:00", "evening": "17:00", "urgent_minutes": 0, "holidays": [], "worked": [],
        "silent_hours": { "normal": 0, "urgent": 0, "express": 0 },
    });
    let store = Store::open(clerk.data()).unwrap();
    let settings = store.settings();
    settings.set("deadlines", &no_time.to_string()).unwrap();
    assert_eq!(alarms(), [ErrorCode::SendingDue]);
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    clerk.ok(["send", &id]);
    clerk.ok(["sync"]);
    assert_eq!(alarms(), [ErrorCode::ReceiverSilent]);
    let told = app.alarms().unwrap().remove(0);
    assert!(told.about.starts_with("01/UBND-VP"), "{}", told.about);
    receiver.ok(["sync"]);
    clerk.ok(["sync"]);
    assert_eq!(alarms(), [], "it has told that the document came");
}

/// A copy has no boxes: what is shown of it is its text in the corner, where it will stand and may be moved.
#[test]
fn the_text_of_a_copy_is_shown_where_it_will_stand() {
    let office = Office::new();
    let scan = trien_tests::papers::scan((1654, 2339), "DeviceRGB").unwrap();
    let file = office.folder().join("quet.pdf");
    std::fs::write(&file, scan).unwrap();
    let path = file.display().to_string();
    let mut copy = vec!["copy", &path, "--form", "sao-y", "--notation", "SY-UBND"];
    copy.extend(["--subject", "V/v thử"]);
    let id = office.clerk().ok(copy)["id"].to_string().parse().unwrap();
    let app = open(&office.clerk());
    let corner = || {
        let ghosts = app.seal_preview(id).unwrap().ghosts;
        let [ghost] = ghosts.as_slice() else {
            panic!("{ghosts:?}")
        };
        assert_eq!(
            (ghost.what.as_str(), ghost.nudge),
            ("corner", Some(MarkKind::Corner))
        );
        (ghost.place.x, ghost.place.y)
    };
    let before = corner();
    let nudge = Nudge {
        mark: MarkKind::Corner,
        dx: -12.0,
        dy: -7.0,
    };
    app.nudge(id, &[nudge]).unwrap();
    let after = corner();
    assert!((after.0 - before.0 + 12.0).abs() < 0.01 && (after.1 - before.1 + 7.0).abs() < 0.01);
}

#[test]
fn the_gate_tells_of_attachments_that_the_signer_did_not_see() {
    let office = Office::new();
    let id = office.signed_answer().parse().unwrap();
    let app = open(&office.clerk());
    let told = || {
        let gate = app.seal_preview(id).unwrap().gate;
        gate.iter()
            .any(|check| check.check == "attachments_changed")
    };
    assert!(!told());
    let file = NewFile {
        name: "phu-luc.pdf".into(),
        title: "Phụ lục".into(),
        bytes: trien_tests::papers::plain("PHỤ LỤC", None).unwrap(),
    };
    for _ in 0..2 {
        app.attach_more(id, vec![file.clone()]).unwrap();
    }
    let key = DocumentKey {
        direction: Direction::Outgoing,
        id,
    };
    let attached = app.attachments(key).unwrap();
    assert_eq!(attached.len(), 1, "the same file is one");
    assert!(told());
    app.detach(id, &attached[0].sha256).unwrap();
    assert!(!told());
}

#[test]
fn the_leader_reads_who_asks_for_what_until_when_and_who_has_signed() {
    let office = Office::new();
    let [_, at_leader] = office.answer_at_the_leaders();
    let app = open(&office.leader());
    let told = document(&app, Direction::Outgoing, &at_leader);
    let facts: Vec<_> = told
        .facts
        .iter()
        .map(|fact| (fact.label.vi.as_str(), fact.value.vi.as_str()))
        .collect();
    let expected = [
        ("Trình", "Lò Thị Mai"),
        ("Việc", "Công văn gửi Sở Nội vụ"),
        ("Hạn", "Không hẹn ngày"),
        ("Chữ ký", "Chưa có chữ ký nào"),
    ];
    assert_eq!(facts, expected);
}

#[test]
fn a_message_that_is_no_document_has_a_pane_of_its_own_and_never_another_ones() {
    let mut office = Office::new();
    let clerk = office.clerk();
    office.plant_for_commune(b"no package at all");
    let letter = office.letter(900);
    office.plant_for_commune(letter.as_bytes());
    office.plant_for_commune(letter.replace("-900", "-901").as_bytes());
    clerk.run(["sync"]);

    let app = open(&clerk);
    let unreadable = newest(&app, Folder::Unreadable);
    assert_eq!(unreadable.key.direction, Direction::Message);
    assert_eq!(unreadable.folder, Folder::Unreadable);
    assert_eq!(unreadable.acts, [Act::ReadAgain, Act::Return, Act::Dismiss]);
    let again = app.read_again(unreadable.key.id).unwrap_err();
    assert_eq!(again.code, ErrorCode::PackageNotXml, "still no package");
    let unreadable = newest(&app, Folder::Unreadable);
    let package = unreadable.files.first().unwrap();
    let copy = office.folder().join("goi-tin.edxml");
    app.copy_file(&package.sha256, &copy).unwrap();
    assert_eq!(std::fs::read(copy).unwrap(), b"no package at all");

    let twin = newest(&app, Folder::Duplicates);
    assert_eq!(twin.acts, [Act::AdmitAnyway, Act::Dismiss]);
    let known = twin.facts.last().unwrap();
    assert_eq!(known.label.vi, "Trùng số với");
    let admitted = app
        .document(app.admit_anyway(twin.key.id).unwrap())
        .unwrap();
    assert_eq!(admitted.folder, Folder::ToAccept);
    assert_eq!(
        app.document(twin.key).unwrap_err().code,
        ErrorCode::NotFound,
        "it is a document now"
    );
}

#[test]
fn a_draft_that_came_back_is_changed_and_handed_over_again() {
    let office = Office::new();
    let [id, at_leader] = office.answer_at_the_leaders();
    let (clerk, leader) = (office.clerk(), office.leader());
    leader.ok(["return", &at_leader, "--reason", "Bổ sung số liệu quý III"]);
    clerk.ok(["handover", "in"]);

    let app = open(&clerk);
    let returned = document(&app, Direction::Outgoing, &id);
    assert_eq!(returned.acts, [Act::Replace, Act::Attach]);
    assert_eq!(returned.note.as_deref(), Some("Bổ sung số liệu quý III"));

    let edit = app.draft_form(returned.key.id).unwrap();
    assert_eq!(edit.recipients[0].name, "Sở Nội vụ");
    let mut form = edit.form;
    form.subject.push_str(", có số liệu quý III");
    form.recipients = edit.recipients.into_iter().map(|organ| organ.id).collect();
    let pdf = std::fs::read(office.drafts().join("tra-loi.pdf")).unwrap();
    app.replace_draft(returned.key.id, &form, &pdf).unwrap();
    app.hand_over(returned.key.id, "Đã bổ sung").unwrap();

    leader.ok(["handover", "in"]);
    let again = document(&open(&leader), Direction::Outgoing, &at_leader);
    assert!(again.subject.ends_with("có số liệu quý III"));
    assert_eq!(again.note.as_deref(), Some("Đã bổ sung"));
}

#[test]
fn what_is_late_stands_in_a_folder_of_its_own_until_it_is_done() {
    let office = Office::new();
    let clerk = office.clerk();
    let app = open(&clerk);
    let in_folder = |app: &App, folder, only| app.list(folder, only, None).unwrap();
    assert_eq!(in_folder(&app, Folder::ToAccept, Only::Dated).total, 1);
    assert_eq!(in_folder(&app, Folder::ToAccept, Only::Urgent).total, 0);
    assert_eq!(in_folder(&app, Folder::Overdue, Only::All).total, 0);

    let later = App::open(clerk.data(), Arc::new(Nobody { days_on: 8 })).unwrap();
    let late = in_folder(&later, Folder::Overdue, Only::All);
    assert_eq!((late.total, late.rows.len()), (1, 1));
    assert_eq!(late.rows[0].due_in, Some(-1));
    let id = late.rows[0].key.id;
    later.accept(id, "Văn phòng").unwrap();
    assert_eq!(in_folder(&later, Folder::Overdue, Only::All).total, 1);
    later.start(id).unwrap();
    later.complete(id).unwrap();
    assert_eq!(in_folder(&later, Folder::Overdue, Only::All).total, 0);
}

#[test]
fn a_book_is_searched_and_goes_to_paper_or_a_table_whole() {
    let office = Office::new();
    let clerk = office.clerk();
    for id in ["1", "2", "3"] {
        clerk.ok(["accept", id]);
    }
    let found = clerk.ok(["register", "in", "--find", "TAP huan"]);
    assert_eq!(found["rows"].as_array().unwrap().len(), 1);
    assert_eq!(found["years"].as_array().unwrap().len(), 1);

    let to = |name: &str| office.folder().join(name);
    for name in ["so.pdf", "so.csv"] {
        let out = to(name).display().to_string();
        clerk.ok(["register", "in", "--out", &out]);
    }
    let table = std::fs::read_to_string(to("so.csv")).unwrap();
    assert_eq!(
        table.lines().count(),
        4,
        "the heads and three lines, oldest first"
    );
    let printed = std::process::Command::new("pdftotext")
        .args(["-layout".as_ref(), to("so.pdf").as_os_str(), "-".as_ref()])
        .output()
        .unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    for words in [
        "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
        "từ số 01 đến số 03",
        "Sở Nội vụ",
        "(10)",
    ] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
}

/// A host that asks nobody: what is only shown needs no PIN.
#[derive(Default)]
struct Nobody {
    /// How far its clock goes before ours.
    days_on: i64,
}

impl Host for Nobody {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + time::Duration::days(self.days_on)
    }
    fn ask_pin(&self, _: &PinRequest) -> Option<PinAnswer> {
        None
    }
    fn pass_phrase(&self, _: Asked) -> Option<Secret> {
        None
    }
    fn changed(&self, _: Changed) {}
}

fn open(desk: &Desk) -> App {
    App::open(desk.data(), Arc::new(Nobody::default())).unwrap()
}

fn newest(app: &App, folder: Folder) -> DocumentView {
    let rows = app.list(folder, Only::All, None).unwrap().rows;
    app.document(rows.first().unwrap().key).unwrap()
}

fn document(app: &App, direction: Direction, id: &str) -> DocumentView {
    let id = id.parse().unwrap();
    app.document(DocumentKey { direction, id }).unwrap()
}
