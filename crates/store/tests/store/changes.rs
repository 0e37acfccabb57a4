//! Recalls, updates and replacements: asked by the sender, decided once by the clerk.

use trien_domain::document::Staff;
use trien_domain::{
    Code, DocumentFacts, DocumentId, Operation, Organ, OrganId, StatusCode, StatusMessage,
};
use trien_store::*;

use crate::office::*;

/// A package of Sở Nội vụ that does something to its document `n`.
fn asks(operation: Operation, n: u32) -> DocumentFacts {
    let about = facts(n);
    let mut asks = match operation {
        Operation::Replace => facts(n + 100),
        _ => about.clone(),
    };
    asks.operation = operation;
    asks.reason = "Sai phụ lục".to_owned();
    asks.concerns = match operation {
        Operation::New | Operation::Recall => Vec::new(),
        Operation::Update | Operation::Replace => vec![about.id],
    };
    asks
}

fn ask(office: &Office, facts: &DocumentFacts, message: &str) -> (IncomingId, ChangeRequest) {
    let Admitted::New(package) = admit_as(&office.store, facts, message).unwrap() else {
        panic!("a duplicate");
    };
    let request = office.store.changes().of_package(package).unwrap();
    (package, request.unwrap())
}

fn decide(office: &Office, id: ChangeId, verdict: Verdict, note: &str) -> Result<()> {
    let decision = Decision {
        verdict,
        package: office.store.blobs().put(note.as_bytes()).unwrap(),
        who: "clerk",
        note,
        text: "phụ lục số liệu",
    };
    office.store.changes().decide(id, &decision, NOW)
}

fn register(office: &Office, id: IncomingId) -> Result<Registered> {
    let registration = Registration {
        package: office.store.blobs().put(b"03").unwrap(),
        assignee: "",
        note: "",
        who: "clerk",
    };
    office.store.incoming().register(id, &registration, NOW)
}

fn answers(office: &Office, about: IncomingId) -> Vec<StatusCode> {
    let sends = office.store.sends().of_incoming(about).unwrap();
    let code = |send: &Send| match send.subject {
        Subject::Status { code, .. } => Some(code),
        Subject::Document { .. } => None,
    };
    sends
        .iter()
        .filter_map(code)
        .filter(|code| *code > StatusCode::Completed)
        .collect()
}

#[test]
fn an_agreed_recall_freezes_the_document_and_tells_its_sender() {
    let office = Office::new();
    let document = office.admit(1);
    register(&office, document).unwrap();
    let (package, request) = ask(&office, &asks(Operation::Recall, 1), "recall");
    assert_eq!(request.reason, "Sai phụ lục");
    assert_eq!(
        office.store.changes().targets(request.id).unwrap(),
        [document]
    );
    assert_eq!(office.store.changes().open(&us(), 9).unwrap().len(), 1);
    assert!(
        register(&office, package).is_err(),
        "a request is no letter"
    );

    decide(&office, request.id, Verdict::Agreed, "").unwrap();
    assert_eq!(answers(&office, package), [StatusCode::Agreed]);
    assert_eq!(office.store.changes().open(&us(), 9).unwrap(), []);
    let step = Step {
        to: StatusCode::Completed,
        package: office.store.blobs().put(b"06").unwrap(),
        who: "clerk",
        detail: "",
        assignee: None,
    };
    let frozen = office.store.incoming().step(document, &step, NOW);
    assert!(matches!(
        frozen,
        Err(StoreError::Conflict(Conflict::State { .. }))
    ));
    let book = office
        .store
        .registers()
        .incoming(&arrivals(), None, 9)
        .unwrap();
    assert_eq!(book[0].note, "Thu hồi ngày 22/11/2026");
    let again = decide(&office, request.id, Verdict::Refused, "x");
    assert!(matches!(
        again,
        Err(StoreError::Conflict(Conflict::State { .. }))
    ));
    assert_eq!(answers(&office, package).len(), 1, "answered once");
}

#[test]
fn a_refusal_has_a_reason_and_leaves_the_document_as_it_was() {
    let office = Office::new();
    let document = office.admit(1);
    let (package, request) = ask(&office, &asks(Operation::Update, 1), "update");
    let bare = decide(&office, request.id, Verdict::Refused, " ");
    assert!(matches!(
        bare,
        Err(StoreError::Conflict(Conflict::ReasonMissing { .. }))
    ));
    decide(&office, request.id, Verdict::Refused, "Đã giải quyết xong").unwrap();
    assert_eq!(answers(&office, package), [StatusCode::Refused]);
    register(&office, document).unwrap();
}

#[test]
fn an_agreed_replacement_is_registered_as_a_document_of_its_own() {
    let office = Office::new();
    let old = office.admit(1);
    let (new, request) = ask(&office, &asks(Operation::Replace, 1), "replace");
    assert!(register(&office, new).is_err(), "undecided");
    decide(&office, request.id, Verdict::Agreed, "").unwrap();
    register(&office, new).unwrap();
    let about = office.store.changes().about(old).unwrap();
    assert_eq!(about[0].package, Some(new));
}

#[test]
fn a_recall_that_comes_before_its_document_meets_it_later() {
    let office = Office::new();
    let (_, request) = ask(&office, &asks(Operation::Recall, 1), "recall");
    assert_eq!(office.store.changes().targets(request.id).unwrap(), []);
    let document = office.admit(1);
    assert_eq!(
        office.store.changes().targets(request.id).unwrap(),
        [document]
    );
    decide(&office, request.id, Verdict::Agreed, "").unwrap();
    assert!(register(&office, document).is_err());
}

#[test]
fn nobody_recalls_what_another_organ_sent() {
    let office = Office::new();
    let document = office.admit(1);
    let mut forged = asks(Operation::Recall, 1);
    forged.from = Organ::named(OrganId::new("H99.66").unwrap(), "Kẻ khác");
    let (_, request) = ask(&office, &forged, "forged");
    assert_eq!(office.store.changes().targets(request.id).unwrap(), []);
    assert_eq!(office.store.changes().about(document).unwrap(), []);
    decide(&office, request.id, Verdict::Agreed, "").unwrap();
    register(&office, document).unwrap();
}

#[test]
fn the_same_request_delivered_twice_is_one() {
    let office = Office::new();
    office.admit(1);
    let recall = asks(Operation::Recall, 1);
    let (package, _) = ask(&office, &recall, "recall");
    let again = admit_of(&office.store, &recall, "recall again", b"package recall").unwrap();
    assert_eq!(
        again,
        Admitted::Duplicate {
            of: package,
            by: DuplicateBy::DocumentId
        }
    );
}

#[test]
fn the_same_request_in_other_bytes_is_one() {
    let office = Office::new();
    office.admit(1);
    for (operation, message) in [
        (Operation::Update, "update"),
        (Operation::Replace, "replace"),
    ] {
        let asked = asks(operation, 1);
        let (of, request) = ask(&office, &asked, message);
        let rewritten = format!("{message} with another TraceHeader");
        let by = DuplicateBy::DocumentId;
        let again = admit_as(&office.store, &asked, &rewritten).unwrap();
        assert_eq!(again, Admitted::Duplicate { of, by }, "{operation:?}");
        let mut other = asked.clone();
        other.reason = "Sai ngày".to_owned();
        let other = admit_as(&office.store, &other, &format!("other {message}")).unwrap();
        let is_new = matches!(other, Admitted::New(_));
        assert_eq!(
            is_new,
            operation == Operation::Update,
            "a replacement is itself a document"
        );
        decide(&office, request.id, Verdict::Refused, "x").unwrap();
        let anew = admit_as(&office.store, &asked, &format!("{message} once more")).unwrap();
        assert_eq!(
            matches!(anew, Admitted::New(_)),
            operation == Operation::Update,
            "it was answered"
        );
    }
}

/// Receives the status 13 about a document of Sở Nội vụ.
fn receive_13(office: &Office, message: &str, id: &DocumentId) -> StatusReceived {
    let asks = StatusMessage {
        from: facts(1).from,
        to: us(),
        code: Code::parse("1/SNV-VP"),
        document: id.clone(),
        date: None,
        staff: Staff::default(),
        digits: "13".to_owned(),
        description: "Gửi nhầm".to_owned(),
        at: None,
    };
    let raw = keep(&office.store, "edoc", message, message.as_bytes()).unwrap();
    office.store.statuses().receive(raw, &asks, NOW).unwrap()
}

#[test]
fn a_status_13_that_comes_before_its_document_asks_once_that_is_here() {
    let office = Office::new();
    receive_13(&office, "s1", &facts(1).id);
    assert_eq!(office.store.changes().open(&us(), 9).unwrap(), []);
    let document = office.admit(1);
    let open = office.store.changes().open(&us(), 9).unwrap();
    assert_eq!(open.len(), 1);
    let targets = office.store.changes().targets(open[0].id).unwrap();
    assert_eq!(targets, [document]);
    assert_eq!(office.store.statuses().of_nothing(&us(), 9).unwrap(), []);
    decide(&office, open[0].id, Verdict::Agreed, "").unwrap();
    assert_eq!(answers(&office, document), [StatusCode::Agreed]);
}

#[test]
fn a_status_13_asks_as_a_recall_does() {
    let office = Office::new();
    let document = office.admit(1);
    let receive = |message: &str, id: &DocumentId| receive_13(&office, message, id);
    receive("s1", &facts(1).id);
    receive("s2", &DocumentId::new("nobody's").unwrap());
    let open = office.store.changes().open(&us(), 9).unwrap();
    assert_eq!(open.len(), 1);
    decide(&office, open[0].id, Verdict::Agreed, "").unwrap();
    assert_eq!(answers(&office, document), [StatusCode::Agreed]);
    let unknown = office.store.statuses().of_nothing(&us(), 9).unwrap();
    assert_eq!(unknown.len(), 1, "the other one is listed");
}

#[test]
fn a_document_with_anothers_number_is_listed_and_may_be_admitted_all_the_same() {
    let office = Office::new();
    office.admit(1);
    let mut twin = facts(1);
    twin.id = DocumentId::new("another id").unwrap();
    let duplicate = admit_as(&office.store, &twin, "twin").unwrap();
    assert!(matches!(duplicate, Admitted::Duplicate { .. }));
    let listed = office.store.raw().duplicates(&us(), 9).unwrap();
    assert_eq!(listed.len(), 1);
    let admitted = admit_anyway(&office.store, &twin, listed[0].id).unwrap();
    assert!(matches!(admitted, Admitted::New(_)));
    assert_eq!(office.store.raw().duplicates(&us(), 9).unwrap(), []);
    assert_eq!(office.store.raw().count_duplicates(&us()).unwrap(), 0);

    let mut third = facts(1);
    third.id = DocumentId::new("a third id").unwrap();
    admit_as(&office.store, &third, "third").unwrap();
    let listed = office.store.raw().duplicates(&us(), 9).unwrap();
    office
        .store
        .raw()
        .dealt_with(listed[0].id, "clerk", NOW)
        .unwrap();
    assert_eq!(office.store.raw().duplicates(&us(), 9).unwrap(), []);
}

/// How many documents stand in a folder.
fn standing(office: &Office, state: StatusCode) -> u32 {
    let folders = office.store.incoming().folders(&us()).unwrap();
    folders
        .iter()
        .filter(|f| f.state == state)
        .map(|f| f.total)
        .sum()
}

#[test]
fn what_was_recalled_or_replaced_waits_in_no_folder_and_is_never_late() {
    for (operation, left) in [(Operation::Recall, 0), (Operation::Replace, 1)] {
        let office = Office::new();
        office.admit(1);
        let (_, request) = ask(&office, &asks(operation, 1), "asks");
        assert_eq!(standing(&office, StatusCode::Arrived), 2);
        decide(&office, request.id, Verdict::Agreed, "").unwrap();
        // What replaces it goes on to be registered.
        assert_eq!(
            standing(&office, StatusCode::Arrived),
            left,
            "{operation:?}"
        );
    }
}

#[test]
fn a_recall_that_was_agreed_to_before_the_letter_came_takes_effect_when_it_comes() {
    let office = Office::new();
    let (_, request) = ask(&office, &asks(Operation::Recall, 1), "recall");
    decide(&office, request.id, Verdict::Agreed, "").unwrap();
    let document = office.admit(1);
    assert_eq!(standing(&office, StatusCode::Arrived), 0);
    assert!(register(&office, document).is_err(), "frozen");
}

#[test]
fn an_agreed_update_is_what_lists_the_book_and_the_search_say() {
    let office = Office::new();
    let document = office.admit(1);
    register(&office, document).unwrap();
    let before = office.store.incoming().get(document).unwrap();
    let mut update = asks(Operation::Update, 1);
    update.subject = "Lùi hạn báo cáo".to_owned();
    update.urgency = trien_domain::Urgency::Express;
    update.due = Some(TODAY);
    let (package, request) = ask(&office, &update, "update");
    decide(&office, request.id, Verdict::Agreed, "").unwrap();

    let now = office.store.incoming().get(document).unwrap();
    assert_eq!(now.subject, "Lùi hạn báo cáo");
    assert_eq!((now.urgency, now.due_on), (update.urgency, Some(TODAY)));
    assert_eq!(
        (now.document_id, now.state),
        (before.document_id, before.state)
    );
    let found = |words: &str| {
        let hits = office
            .store
            .incoming()
            .search(&us(), words, None, 9)
            .unwrap();
        let mut found: Vec<_> = hits.documents.iter().map(|d| d.id).collect();
        found.retain(|id| *id != package);
        found
    };
    assert_eq!(found("lui han bao cao"), [document]);
    assert_eq!(found("phu luc so lieu"), [document], "the new files");
    assert_eq!(
        found(&before.subject),
        [],
        "no longer by what it said before"
    );
    let book = office
        .store
        .registers()
        .incoming(&arrivals(), None, 9)
        .unwrap();
    assert!(
        book[0].subject.ends_with("Lùi hạn báo cáo"),
        "{}",
        book[0].subject
    );
}
