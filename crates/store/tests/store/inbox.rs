//! Documents that come: admitted once, registered, answered for, found again.

use time::Duration;
use time::macros::date;
use trien_domain::register::INCOMING_COLUMNS;
use trien_domain::{DocumentFacts, DocumentId, Operation, SendState, StatusCode, Urgency};
use trien_store::*;

use crate::office::*;

fn step(office: &Office, id: IncomingId, to: StatusCode, detail: &str) -> Result<()> {
    let package = office.store.blobs().put(to.digits().as_bytes()).unwrap();
    let step = Step {
        to,
        package,
        who: "clerk",
        detail,
        assignee: None,
    };
    office.store.incoming().step(id, &step, NOW)
}

fn register(office: &Office, id: IncomingId) -> Result<Registered> {
    let package = office.store.blobs().put(b"03").unwrap();
    let registration = Registration {
        package,
        assignee: "Văn phòng",
        note: "",
        who: "clerk",
    };
    office.store.incoming().register(id, &registration, NOW)
}

#[test]
fn an_admitted_document_stands_with_files_timeline_search_and_status_01() {
    let office = Office::new();
    let id = office.admit(125);
    let inbox = office.store.incoming();
    let document = inbox.get(id).unwrap();
    assert_eq!(document.code.to_string(), "125/SNV-VP");
    assert!(document.unread);
    assert_eq!(inbox.attachments(id).unwrap().len(), 1);
    assert_eq!(
        inbox
            .search(&us(), "kế hoạch 125", None, 9)
            .unwrap()
            .documents,
        [document]
    );
    let timeline = office.store.timeline().of(Document::Incoming(id)).unwrap();
    assert_eq!(timeline[0].what, "arrived");
    let due = office.store.sends().due(&us(), NOW, 9).unwrap();
    let code = StatusCode::Arrived;
    assert_eq!(due[0].subject, Subject::Status { incoming: id, code });
    assert_eq!(office.store.raw().unacked(&us(), NOW).unwrap().len(), 1);
}

#[test]
fn the_same_message_gives_the_same_document() {
    let office = Office::new();
    let first = office.admit(1);
    assert_eq!(
        admit(&office.store, &facts(1)).unwrap(),
        Admitted::New(first)
    );
    assert_eq!(office.store.sends().of_incoming(first).unwrap().len(), 1);
}

#[test]
fn a_duplicate_by_id_or_by_code_is_a_notice_and_no_loss() {
    let office = Office::new();
    let of = office.admit(1);
    let again = admit_as(&office.store, &facts(1), "other-message").unwrap();
    assert_eq!(
        again,
        Admitted::Duplicate {
            of,
            by: DuplicateBy::DocumentId
        }
    );
    let mut same_code = facts(1);
    same_code.id = DocumentId::new("another id").unwrap();
    let again = admit_as(&office.store, &same_code, "third").unwrap();
    assert_eq!(
        again,
        Admitted::Duplicate {
            of,
            by: DuplicateBy::CodeAndOrgan
        }
    );
    let timeline = office.store.timeline().of(Document::Incoming(of)).unwrap();
    assert_eq!(
        timeline
            .iter()
            .filter(|event| event.what == "duplicate")
            .count(),
        2
    );
    let kept = office.store.raw().find(&us(), "third").unwrap().unwrap();
    assert_eq!(kept.state, RawState::Duplicate);
    assert_eq!(
        office.store.raw().unacked(&us(), NOW).unwrap().len(),
        3,
        "duplicates are acknowledged"
    );
}

#[test]
fn next_years_document_with_the_same_number_is_another_one() {
    let office = Office::new();
    office.admit(1);
    let mut next_year = facts(1);
    next_year.id = DocumentId::new("next year").unwrap();
    next_year.date = next_year.date.map(|date| date + Duration::days(365));
    assert!(matches!(
        admit(&office.store, &next_year).unwrap(),
        Admitted::New(_)
    ));
}

#[test]
fn a_recall_bears_the_code_of_what_it_recalls_and_is_no_duplicate() {
    let office = Office::new();
    office.admit(1);
    let mut recall = facts(1);
    recall.operation = Operation::Recall;
    recall.concerns = vec![recall.id.clone()];
    let admitted = admit_as(&office.store, &recall, "recall").unwrap();
    assert!(matches!(admitted, Admitted::New(_)));
}

#[test]
fn registering_gives_number_line_and_status_once() {
    let office = Office::new();
    let (first, second) = (office.admit(7), office.admit(8));
    let registered = register(&office, first).unwrap();
    assert_eq!(
        registered,
        Registered {
            number: 1,
            on: TODAY
        }
    );
    assert_eq!(register(&office, second).unwrap().number, 2);
    assert_eq!(register(&office, first).unwrap(), registered, "asked twice");
    let book = office
        .store
        .registers()
        .incoming(&arrivals(), None, 9)
        .unwrap();
    assert_eq!(book.len(), 2);
    assert_eq!(book[0].code, "7/SNV-VP");
    assert_eq!(
        book[0].subject,
        "Công văn: V/v kiểm tra đường liên xã đợt 7"
    );
    assert_eq!(INCOMING_COLUMNS.len(), 10);
    let codes: Vec<_> = office.store.sends().of_incoming(first).unwrap();
    assert_eq!(codes.len(), 2, "01 and 03");
    assert_eq!(
        office
            .store
            .registers()
            .incoming_newest(&arrivals(), Some(2), 9)
            .unwrap(),
        book[..1]
    );
}

#[test]
fn steps_follow_the_law_and_each_status_is_told_once() {
    let office = Office::new();
    let id = office.admit(1);
    assert!(
        step(&office, id, StatusCode::Completed, "").is_err(),
        "never accepted"
    );
    register(&office, id).unwrap();
    let refused = step(&office, id, StatusCode::Returned, "nhầm địa chỉ");
    assert!(matches!(
        refused,
        Err(StoreError::Conflict(Conflict::State { .. }))
    ));
    step(&office, id, StatusCode::InProgress, "").unwrap();
    step(&office, id, StatusCode::Completed, "").unwrap();
    assert!(
        step(&office, id, StatusCode::Completed, "").is_err(),
        "told once"
    );
    assert_eq!(
        office.store.incoming().get(id).unwrap().state,
        StatusCode::Completed
    );
    assert!(matches!(
        office.store.audit().verify_chain().unwrap(),
        Chain::Whole { rows: 3, .. }
    ));
}

#[test]
fn a_return_needs_a_reason() {
    let office = Office::new();
    let id = office.admit(1);
    let silent = step(&office, id, StatusCode::Returned, "  ");
    assert!(matches!(
        silent,
        Err(StoreError::Conflict(Conflict::ReasonMissing { .. }))
    ));
    step(&office, id, StatusCode::Returned, "nhầm địa chỉ").unwrap();
    assert_eq!(
        office.store.incoming().get(id).unwrap().state,
        StatusCode::Returned
    );
}

#[test]
fn pages_are_newest_first_and_meet_without_gap() {
    let office = Office::new();
    let ids: Vec<_> = (1..=7).map(|n| office.admit(n)).collect();
    let inbox = office.store.incoming();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = inbox
            .list(&us(), Some(StatusCode::Arrived), Only::All, after, 3)
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(Cursor::from(last));
        seen.extend(page.iter().map(|document| document.id));
    }
    assert_eq!(seen, ids.into_iter().rev().collect::<Vec<_>>());
    inbox.set_unread(seen[0], false).unwrap();
    let folder = Folder {
        state: StatusCode::Arrived,
        total: 7,
        unread: 6,
    };
    assert_eq!(inbox.folders(&us()).unwrap(), [folder]);
}

#[test]
fn a_list_can_leave_out_what_is_neither_urgent_nor_due() {
    let office = Office::new();
    let day = |n: u32| date!(2026 - 11 - 20) + Duration::days(n.into());
    let ids: Vec<_> = (0..6)
        .map(|n| {
            let facts = DocumentFacts {
                urgency: if n % 2 == 0 {
                    Urgency::Urgent
                } else {
                    Urgency::Normal
                },
                due: (n < 3).then(|| day(n)),
                ..facts(n + 1)
            };
            let Admitted::New(id) = admit(&office.store, &facts).unwrap() else {
                panic!()
            };
            id
        })
        .collect();
    let inbox = office.store.incoming();
    let shown = |only| {
        let page = inbox
            .list(&us(), Some(StatusCode::Arrived), only, None, 9)
            .unwrap();
        let rows: Vec<_> = page.iter().map(|document| document.id).collect();
        let count = inbox.count(&us(), StatusCode::Arrived, only).unwrap();
        assert_eq!(count as usize, rows.len());
        rows
    };
    assert_eq!(shown(Only::All).len(), 6);
    assert_eq!(shown(Only::Urgent), [ids[4], ids[2], ids[0]]);
    assert_eq!(shown(Only::Dated), [ids[2], ids[1], ids[0]]);
    assert_eq!(shown(Only::DueBefore(day(2))), [ids[1], ids[0]]);
    assert_eq!(shown(Only::DueBefore(day(0))), []);
}

#[test]
fn search_minds_no_marks_and_pages_by_row() {
    let office = Office::new();
    let ids: Vec<_> = (1..=5).map(|n| office.admit(n)).collect();
    let inbox = office.store.incoming();
    let found = |typed: &str| inbox.search(&us(), typed, None, 9).unwrap().documents.len();
    assert_eq!(found("duong lien xa"), 5);
    assert_eq!(found("Đặng Thị Hường"), 5);
    assert_eq!(found("\"liên xã đợt 3\""), 1);
    assert_eq!(found("3/SNV"), 1);
    assert_eq!(found("không có"), 0);
    for (limit, more) in [(9, false), (2, false), (1, true)] {
        let page = inbox.search(&us(), "bao tri", Some(ids[2]), limit).unwrap();
        let rows: Vec<_> = page.documents.iter().map(|document| document.id).collect();
        assert_eq!(rows, [ids[1], ids[0]][..rows.len()]);
        assert_eq!((rows.len(), page.more), (2.min(limit as usize), more));
    }
}

#[test]
fn a_status_01_that_was_sent_is_off_the_queue() {
    let office = Office::new();
    office.admit(1);
    let send = office.store.sends().due(&us(), NOW, 9).unwrap()[0].id;
    office
        .store
        .sends()
        .begin_try(send, &office.lease(), NOW)
        .unwrap();
    let sent = Outcome::Sent {
        axis_id: "S1".into(),
    };
    office.store.sends().finish_try(send, &sent, NOW).unwrap();
    assert_eq!(office.store.sends().due(&us(), NOW, 9).unwrap(), []);
    assert_eq!(
        office.store.sends().get(send).unwrap().state,
        SendState::Sent
    );
}
