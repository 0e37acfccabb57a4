//! Packages on their way: counted before the try, never resent by themselves.

use time::Duration;
use trien_domain::{DeliveryState, Operation, OutgoingState, SendState, Urgency};
use trien_store::*;

use crate::office::*;

fn sent(axis_id: &str) -> Outcome {
    Outcome::Sent {
        axis_id: axis_id.into(),
    }
}

/// A status of `from` on document `of`, as the axis gave it to us.
fn status(office: &Office, of: OutgoingId, from: &str, digits: &str) -> StatusReceived {
    let axis_id = format!("status {from} {digits}");
    let raw = keep(&office.store, "status", &axis_id, axis_id.as_bytes()).unwrap();
    let document = office.store.outgoing().get(of).unwrap().document_id;
    let message = status_message(document.unwrap(), from, digits);
    office.store.statuses().receive(raw, &message, NOW).unwrap()
}

#[test]
fn one_package_serves_all_recipients() {
    let office = Office::new();
    let document = office.sealed("k1");
    let send = office.send(document, &["H99.02", "H99.03"]).unwrap();
    let lease = office.lease();
    let tried = office.store.sends().begin_try(send, &lease, NOW).unwrap();
    assert_eq!((tried.state, tried.tries), (SendState::Sending, 1));
    office
        .store
        .sends()
        .finish_try(send, &sent("A7"), NOW)
        .unwrap();
    let deliveries = office.store.sends().deliveries(send).unwrap();
    assert!(
        deliveries
            .iter()
            .all(|copy| copy.state == DeliveryState::OnAxis)
    );
    assert_eq!(
        office.store.outgoing().get(document).unwrap().state,
        OutgoingState::Sent
    );
    let book = office
        .store
        .registers()
        .outgoing(&outgoing_series(), None, 9)
        .unwrap();
    assert_eq!(book[0].1.sent_on, Some(TODAY));
}

#[test]
fn nobody_gets_a_document_twice() {
    let office = Office::new();
    let document = office.sealed("k1");
    let send = office.send(document, &["H99.02"]).unwrap();
    let twice = office.send(document, &["H99.03", "H99.02"]);
    let recipient = "H99.02".to_owned();
    assert!(matches!(
        twice,
        Err(StoreError::Conflict(Conflict::AlreadyOnItsWay { recipient: found })) if found == recipient
    ));
    // The refused package left nothing of itself, for H99.03 either.
    assert_eq!(office.store.sends().of_outgoing(document).unwrap().len(), 1);
    office
        .store
        .sends()
        .begin_try(send, &office.lease(), NOW)
        .unwrap();
    let refused = Outcome::Failed {
        reason: "unknown receiver".into(),
    };
    office
        .store
        .sends()
        .finish_try(send, &refused, NOW)
        .unwrap();
    let sends = office.store.sends();
    assert_eq!(sends.in_trouble(&us(), 9).unwrap(), [document]);
    office.send(document, &["H99.02"]).unwrap();
    // The refused package is not tried again behind the new one's back, and troubles nobody.
    let again = sends.settle(send, &Settlement::TryAgain, "clerk", "", NOW);
    assert!(matches!(
        again,
        Err(StoreError::Conflict(Conflict::AlreadyOnItsWay { .. }))
    ));
    assert_eq!(sends.in_trouble(&us(), 9).unwrap(), []);
}

#[test]
fn what_a_killed_process_left_half_sent_is_unclear_and_waits() {
    let office = Office::new();
    let document = office.sealed("k1");
    let send = office.send(document, &["H99.02"]).unwrap();
    office
        .store
        .sends()
        .begin_try(send, &office.lease(), NOW)
        .unwrap();
    let again = Store::open(office.folder.path()).unwrap();
    let later = NOW + Duration::hours(2);
    let lease = again
        .leases()
        .take(SYNC, "next", Duration::hours(1), later)
        .unwrap()
        .unwrap();
    assert_eq!(again.sends().recover(&lease).unwrap(), [send]);
    assert_eq!(again.sends().due(&us(), later, 9).unwrap(), []);
    assert_eq!(again.sends().count(&us(), SendState::Unclear).unwrap(), 1);
    assert_eq!(again.sends().get(send).unwrap().tries, 1);
    assert_eq!(again.sends().in_trouble(&us(), 9).unwrap(), [document]);
    let lost = office.store.sends().begin_try(send, &office_lease(), NOW);
    assert!(matches!(
        lost,
        Err(StoreError::Conflict(Conflict::LeaseLost { .. }))
    ));
    again
        .sends()
        .settle(
            send,
            &Settlement::TryAgain,
            "clerk",
            "not on the axis",
            later,
        )
        .unwrap();
    assert_eq!(again.sends().due(&us(), later, 9).unwrap().len(), 1);
}

/// The lease as the process that lost it still believes in it.
fn office_lease() -> Lease {
    Lease {
        name: SYNC.into(),
        holder: "test".into(),
        expires: NOW + Duration::hours(1),
    }
}

#[test]
fn a_status_of_the_receiver_settles_what_was_unclear() {
    let office = Office::new();
    let document = office.sealed("k1");
    let send = office.send(document, &["H99.02", "H99.03"]).unwrap();
    office
        .store
        .sends()
        .begin_try(send, &office.lease(), NOW)
        .unwrap();
    let unclear = Outcome::Unclear {
        reason: "answer lost".into(),
    };
    office
        .store
        .sends()
        .finish_try(send, &unclear, NOW)
        .unwrap();
    let received = status(&office, document, "H99.02", "01");
    assert_eq!(received.outgoing, Some(document));
    assert_eq!(
        office.store.sends().get(send).unwrap().state,
        SendState::Sent
    );
    let states: Vec<_> = office.store.sends().deliveries(send).unwrap();
    let states: Vec<_> = states.iter().map(|copy| copy.state).collect();
    assert_eq!(states, [DeliveryState::Fetched, DeliveryState::OnAxis]);
    assert_eq!(
        office.store.outgoing().get(document).unwrap().state,
        OutgoingState::Sent
    );
    assert_eq!(
        status(&office, document, "H99.02", "01"),
        received,
        "the message came twice"
    );
    assert_eq!(
        office.store.statuses().of_outgoing(document).unwrap().len(),
        1
    );
    status(&office, document, "H99.02", "03");
    let book = office
        .store
        .registers()
        .outgoing(&outgoing_series(), None, 9)
        .unwrap();
    assert_eq!(book[0].1.receipt, "Sở Nội vụ: đã tiếp nhận");
}

#[test]
fn a_recall_is_proven_by_its_answer_alone() {
    let office = Office::new();
    let document = office.sealed("k1");
    let sends = office.store.sends();
    let (first, lease) = (office.send(document, &["H99.02"]).unwrap(), office.lease());
    sends.begin_try(first, &lease, NOW).unwrap();
    sends.finish_try(first, &sent("A7"), NOW).unwrap();
    let recall = NewSend {
        organ: us(),
        subject: Subject::Document {
            outgoing: document,
            operation: Operation::Recall,
        },
        package: office.store.blobs().put(b"recall").unwrap(),
        recipients: vec![(organ("H99.02"), "Sở Nội vụ".into())],
        not_before: NOW,
    };
    let recall = sends.add(&recall, NOW).unwrap();
    sends.begin_try(recall, &lease, NOW).unwrap();
    let lost = Outcome::Unclear {
        reason: "answer lost".into(),
    };
    sends.finish_try(recall, &lost, NOW).unwrap();
    for about_the_document in ["01", "03"] {
        status(&office, document, "H99.02", about_the_document);
        let state = sends.get(recall).unwrap().state;
        assert_eq!(state, SendState::Unclear, "{about_the_document}");
    }
    status(&office, document, "H99.02", "15");
    assert_eq!(sends.get(recall).unwrap().state, SendState::Sent);
}

#[test]
fn urgent_documents_leave_before_others_and_statuses_last() {
    let office = Office::new();
    office.admit(1);
    let mut expected = Vec::new();
    for (key, urgency) in [
        ("k1", Urgency::Normal),
        ("k2", Urgency::Express),
        ("k3", Urgency::Normal),
    ] {
        let id = office.sealed_as(key, urgency);
        expected.push(office.send(id, &["H99.02"]).unwrap());
    }
    let due = |limit| office.store.sends().due(&us(), NOW, limit).unwrap();
    let ids: Vec<SendId> = due(9).iter().map(|send| send.id).collect();
    assert_eq!(ids[..3], [expected[1], expected[0], expected[2]]);
    assert!(matches!(due(9)[3].subject, Subject::Status { .. }));
    assert_eq!(due(2).len(), 2);
}

#[test]
fn trying_again_begins_the_four_days_anew() {
    let office = Office::new();
    let document = office.sealed("k1");
    let sends = office.store.sends();
    let send = office.send(document, &["H99.02"]).unwrap();
    assert_eq!(sends.get(send).unwrap().tried_since, NOW);
    sends.begin_try(send, &office.lease(), NOW).unwrap();
    let failed = Outcome::Failed {
        reason: "four days".into(),
    };
    sends.finish_try(send, &failed, NOW).unwrap();
    let later = NOW + Duration::days(5);
    let again = Settlement::TryAgain;
    sends.settle(send, &again, "clerk", "", later).unwrap();
    let found = sends.get(send).unwrap();
    assert_eq!((found.created_at, found.tried_since), (NOW, later));
}

#[test]
fn a_late_try_waits_for_its_time() {
    let office = Office::new();
    let document = office.sealed("k1");
    let send = office.send(document, &["H99.02"]).unwrap();
    office
        .store
        .sends()
        .begin_try(send, &office.lease(), NOW)
        .unwrap();
    let at = NOW + Duration::minutes(5);
    let later = Outcome::Later {
        at,
        reason: "503".into(),
    };
    office.store.sends().finish_try(send, &later, NOW).unwrap();
    assert_eq!(office.store.sends().due(&us(), NOW, 9).unwrap(), []);
    assert_eq!(office.store.sends().next_due(&us()).unwrap(), Some(at));
    assert_eq!(
        office.store.sends().due(&us(), at, 9).unwrap()[0].reason,
        "503"
    );
}

#[test]
fn what_was_sent_stays_sent() {
    let office = Office::new();
    let document = office.sealed("k1");
    let send = office.send(document, &["H99.02"]).unwrap();
    office
        .store
        .sends()
        .begin_try(send, &office.lease(), NOW)
        .unwrap();
    office
        .store
        .sends()
        .finish_try(send, &sent("A7"), NOW)
        .unwrap();
    for settlement in [Settlement::TryAgain, Settlement::GiveUp] {
        let refused = office
            .store
            .sends()
            .settle(send, &settlement, "clerk", "", NOW);
        assert!(matches!(
            refused,
            Err(StoreError::Conflict(Conflict::State { .. }))
        ));
    }
    assert!(
        office
            .store
            .sends()
            .begin_try(send, &office.lease(), NOW)
            .is_err()
    );
}

#[test]
fn a_package_taken_back_before_it_left_leaves_the_document_sealed() {
    let office = Office::new();
    let document = office.sealed("k1");
    let send = office.send(document, &["H99.02"]).unwrap();
    office
        .store
        .sends()
        .settle(send, &Settlement::GiveUp, "clerk", "undo", NOW)
        .unwrap();
    assert_eq!(
        office.store.outgoing().get(document).unwrap().state,
        OutgoingState::Sealed
    );
    assert_eq!(office.store.sends().due(&us(), NOW, 9).unwrap(), []);
    office.send(document, &["H99.02"]).unwrap();
}

/// Tries a package once and writes down how it ended.
fn try_once(office: &Office, lease: &Lease, send: SendId, outcome: &Outcome) {
    let sends = office.store.sends();
    sends.begin_try(send, lease, NOW).unwrap();
    sends.finish_try(send, outcome, NOW).unwrap();
}

#[test]
fn a_document_that_some_got_and_others_were_refused_is_sent_and_the_rest_may_be_given_up() {
    let office = Office::new();
    let (document, lease) = (office.sealed("k1"), office.lease());
    let first = office.send(document, &["H99.02"]).unwrap();
    try_once(&office, &lease, first, &sent("A7"));
    let second = office.send(document, &["H99.03"]).unwrap();
    let reason = "unknown organ".to_owned();
    try_once(&office, &lease, second, &Outcome::Failed { reason });
    let state = || office.store.outgoing().get(document).unwrap().state;
    assert_eq!(state(), OutgoingState::Sent);
    let sends = office.store.sends();
    assert_eq!(sends.in_trouble(&us(), 9).unwrap(), [document]);

    let settle = |settlement| sends.settle(second, &settlement, "clerk", "đã gửi giấy", NOW);
    settle(Settlement::TryAgain).unwrap();
    assert_eq!(state(), OutgoingState::WaitingSend);
    let reason = "unknown organ".to_owned();
    try_once(&office, &lease, second, &Outcome::Failed { reason });
    settle(Settlement::GiveUp).unwrap();
    assert_eq!(sends.in_trouble(&us(), 9).unwrap(), []);
    assert_eq!(state(), OutgoingState::Sent);
}

#[test]
fn a_copy_that_came_back_is_told_until_it_is_sent_once_more() {
    let office = Office::new();
    let (document, lease) = (office.sealed("k1"), office.lease());
    let send = office.send(document, &["H99.02", "H99.03"]).unwrap();
    try_once(&office, &lease, send, &sent("A7"));
    let sends = office.store.sends();
    let came_back = || sends.came_back(&us(), NOW - Duration::DAY, 9).unwrap();
    assert_eq!(came_back(), []);
    status(&office, document, "H99.02", "02");
    assert_eq!(came_back(), [document], "returned");

    let failed = DeliveryState::Failed;
    sends
        .set_delivery(send, &organ("H99.03"), failed, NOW)
        .unwrap();
    let again = office.send(document, &["H99.03"]).unwrap();
    try_once(&office, &lease, again, &sent("A8"));
    assert_eq!(came_back(), [document], "the one that returned it is left");
    assert_eq!(sends.came_back(&us(), NOW + Duration::DAY, 9).unwrap(), []);
}

#[test]
fn a_trouble_that_was_put_away_is_told_no_more_and_stays_in_the_audit_trail() {
    let office = Office::new();
    let axis_id = "vanished";
    let raw = office.store.raw();
    raw.fetch_failed(&us(), axis_id, "404", |_| NOW).unwrap();
    assert_eq!(raw.fetch_troubles(&us(), 9).unwrap().len(), 1);
    for _ in 0..2 {
        let dismissals = office.store.dismissals();
        dismissals
            .put_away(&us(), "fetch:vanished", "clerk", "404", NOW)
            .unwrap();
    }
    assert_eq!(raw.fetch_troubles(&us(), 9).unwrap(), []);
    let kept = office.store.audit().of_document("fetch:vanished").unwrap();
    assert_eq!(kept.len(), 1, "once");
}
