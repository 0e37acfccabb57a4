//! Documents of ours: drafted, handed over, given back, signed, sealed.

use trien_domain::{DocumentId, OutgoingState};
use trien_store::*;

use crate::office::*;

fn to(to: OutgoingState, detail: &str) -> Move<'_> {
    Move {
        to,
        revision: None,
        who: "leader",
        detail,
    }
}

#[test]
fn a_draft_comes_back_as_it_was_filled_in() {
    let office = Office::new();
    let incoming = office.admit(3);
    let mut draft = draft();
    let reference = trien_domain::document::Reference {
        organ: organ("H99.02"),
        code: facts(3).code,
        id: facts(3).id,
        date: facts(3).date,
    };
    draft.responds_to = vec![(reference, Some(incoming))];
    let outbox = office.store.outgoing();
    let id = outbox.create("k1", &draft, "clerk", NOW).unwrap();
    assert_eq!(outbox.get(id).unwrap().draft, draft);
    assert_eq!(
        outbox.create("k1", &draft, "clerk", NOW).unwrap(),
        id,
        "asked twice"
    );
    assert_eq!(outbox.answers_to(incoming).unwrap(), [id]);
    assert_eq!(
        outbox
            .search(&us(), "tra loi so noi vu", None, 9)
            .unwrap()
            .documents
            .len(),
        1
    );
    assert_eq!(outbox.folders(&us()).unwrap(), [(OutgoingState::Draft, 1)]);
}

#[test]
fn what_is_in_the_file_is_no_longer_changed_in_the_form() {
    let office = Office::new();
    let outbox = office.store.outgoing();
    let id = outbox.create("k1", &draft(), "clerk", NOW).unwrap();
    outbox
        .step(id, &to(OutgoingState::Prepared, ""), NOW)
        .unwrap();
    assert!(matches!(
        outbox.update(id, &draft()),
        Err(StoreError::Conflict(_))
    ));
    outbox.step(id, &to(OutgoingState::Draft, ""), NOW).unwrap();
    outbox.update(id, &draft()).unwrap();
}

#[test]
fn a_leader_gives_back_with_a_reason_only() {
    let office = Office::new();
    let outbox = office.store.outgoing();
    let id = outbox.create("k1", &draft(), "clerk", NOW).unwrap();
    for state in [OutgoingState::Prepared, OutgoingState::HandedOver] {
        outbox.step(id, &to(state, ""), NOW).unwrap();
    }
    let silent = outbox.step(id, &to(OutgoingState::Returned, ""), NOW);
    assert!(matches!(
        silent,
        Err(StoreError::Conflict(Conflict::ReasonMissing { .. }))
    ));
    outbox
        .step(id, &to(OutgoingState::Returned, "sai căn cứ"), NOW)
        .unwrap();
    let returned = outbox
        .list(&us(), Some(OutgoingState::Returned), None, 9)
        .unwrap();
    assert_eq!(returned[0].reason, "sai căn cứ");
}

#[test]
fn sealing_uses_the_number_writes_the_book_and_names_the_document() {
    let office = Office::new();
    let id = office.sealed("k1");
    let document = office.store.outgoing().get(id).unwrap();
    assert_eq!(document.state, OutgoingState::Sealed);
    assert_eq!(
        (document.number, document.issued_on),
        (Some(1), Some(TODAY))
    );
    let name = DocumentId::new("H99.15,2026/11/22,01/UBND-VP").unwrap();
    assert_eq!(document.document_id, Some(name));
    let book = office
        .store
        .registers()
        .outgoing(&outgoing_series(), None, 9)
        .unwrap();
    assert_eq!(book, [(1, entry(1))]);
    let kinds: Vec<_> = office.store.outgoing().revisions(id).unwrap();
    let kinds: Vec<_> = kinds.iter().map(|revision| revision.kind).collect();
    assert_eq!(
        kinds,
        [
            RevisionKind::Prepared,
            RevisionKind::Signed,
            RevisionKind::Sealed
        ]
    );
    let found = office
        .store
        .outgoing()
        .search(&us(), "01/UBND", None, 9)
        .unwrap();
    assert_eq!(
        found.documents.len(),
        1,
        "the number is searched from now on"
    );
    office.send(id, &["H99.03"]).unwrap();
    let outbox = office.store.outgoing();
    let found = outbox.search(&us(), "ho so da so hoa", None, 9).unwrap();
    assert_eq!(found.documents.len(), 1, "and what is in its file");
}

#[test]
fn what_carries_a_letters_file_on_is_known_until_other_files_are_chosen() {
    let office = Office::new();
    let letter = office.admit(3);
    let outbox = office.store.outgoing();
    let [first, second] = ["k1", "k2"].map(|key| {
        let id = outbox.create(key, &draft(), "clerk", NOW);
        id.unwrap()
    });
    let files = office.store.incoming().attachments(letter).unwrap();
    outbox.set_attachments(first, &files).unwrap();
    let copied = NewRevision {
        kind: RevisionKind::Draft,
        blob: files[0].blob,
        size: files[0].size,
    };
    outbox.add_revision(second, &copied, "clerk", NOW).unwrap();
    assert_eq!(outbox.forwards_of(letter).unwrap(), [first, second]);
    assert_eq!(outbox.carries(first).unwrap(), [letter]);
    outbox.set_attachments(first, &[]).unwrap();
    assert_eq!(outbox.forwards_of(letter).unwrap(), [second]);
}

#[test]
fn numbering_sealing_and_sending_cannot_be_had_by_hand() {
    let office = Office::new();
    let (id, _) = office.signed("k1");
    for state in [
        OutgoingState::Numbered,
        OutgoingState::Sealed,
        OutgoingState::Sent,
    ] {
        assert!(
            office
                .store
                .outgoing()
                .step(id, &to(state, ""), NOW)
                .is_err(),
            "{state:?}"
        );
    }
    assert!(
        office.send(id, &["H99.02"]).is_err(),
        "nothing unsealed is sent"
    );
}

#[test]
fn what_was_signed_and_not_handed_back_is_found() {
    let office = Office::new();
    let (document, file) = office.signed("k1");
    let outbox = office.store.outgoing();
    assert_eq!(outbox.to_hand_back(&us(), 9).unwrap(), [document]);
    let package = |name: &str, sha256| trien_store::Handover {
        organ: us(),
        package: name.into(),
        direction: trien_store::Direction::Out,
        sha256,
        state: trien_store::HandoverState::Open,
        outgoing: Some(document),
        reason: String::new(),
    };
    let handovers = office.store.handovers();
    // It was given back once before, with another file.
    let returned = package("returned", BlobId::of(b"prepared"));
    handovers.note(&returned, NOW).unwrap();
    assert_eq!(outbox.to_hand_back(&us(), 9).unwrap(), [document]);
    handovers.note(&package("signed", file), NOW).unwrap();
    assert_eq!(outbox.to_hand_back(&us(), 9).unwrap(), []);
}

#[test]
fn organs_chosen_at_dispatch_and_who_drafted_it_are_searched() {
    let office = Office::new();
    let id = office.sealed("k1");
    let outbox = office.store.outgoing();
    let found = |typed: &str| {
        let hits = outbox.search(&us(), typed, None, 9).unwrap();
        hits.documents
            .iter()
            .map(|document| document.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("cơ quan h99.07"), []);
    office.send(id, &["H99.07"]).unwrap();
    assert_eq!(found("cơ quan h99.07"), [id]);
    assert_eq!(found("01/UBND-VP"), [id], "its number is still there");
    let mut draft = draft();
    draft.staff.name = "Nông Văn Khoát".into();
    let drafted = outbox.create("k2", &draft, "clerk", NOW).unwrap();
    assert_eq!(found("nông văn khoát"), [drafted]);
}
