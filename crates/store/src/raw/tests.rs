use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

#[test]
fn only_looks_that_nobody_survived_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let kept = store
        .raw()
        .keep(&NewRaw::sample("A1", BlobId::of(b"package")), NOW)
        .unwrap();
    assert_eq!(store.raw().count_attempt(kept.id).unwrap(), 1);
    assert_eq!(store.raw().count_attempt(kept.id).unwrap(), 2);
    store.raw().forgive_attempt(kept.id).unwrap();
    assert_eq!(store.raw().count_attempt(kept.id).unwrap(), 2);
    assert!(matches!(
        store.raw().dealt_with(kept.id, "clerk", NOW),
        Err(StoreError::Conflict(Conflict::State { .. }))
    ));
}

#[test]
fn a_stopped_message_can_be_looked_into_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = NewRaw::sample("A1", BlobId::of(b"package"));
    let id = store.raw().keep(&new, NOW).unwrap().id;
    assert!(store.raw().reopen(id).is_err(), "nobody has stopped it");
    store.raw().count_attempt(id).unwrap();
    let again = "did not survive";
    store.raw().stop(id, RawState::SetAside, again).unwrap();
    let reopened = store.raw().reopen(id).unwrap();
    assert_eq!((reopened.state, reopened.attempts), (RawState::Received, 0));
    assert_eq!(store.raw().unfinished(&new.organ).unwrap(), [reopened]);
}

#[test]
fn a_message_given_twice_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = NewRaw::sample("A1", BlobId::of(b"package"));
    let first = store.raw().keep(&new, NOW).unwrap();
    assert_eq!(
        store.raw().keep(&new, NOW + time::Duration::HOUR).unwrap(),
        first
    );
    let other = NewRaw::sample("A1", BlobId::of(b"other bytes"));
    assert!(matches!(
        store.raw().keep(&other, NOW),
        Err(StoreError::Conflict(Conflict::OtherContent { .. }))
    ));
    assert_eq!(store.raw().unfinished(&new.organ).unwrap(), vec![first]);
}

#[test]
fn what_cannot_be_read_is_acknowledged_only_after_a_person_dealt_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = NewRaw::sample("A1", BlobId::of(b"<html>"));
    let id = store.raw().keep(&new, NOW).unwrap().id;
    assert_eq!(store.raw().count_attempt(id).unwrap(), 1);
    store
        .raw()
        .stop(id, RawState::Unreadable, "not XML")
        .unwrap();
    assert_eq!(store.raw().unacked(&new.organ, NOW).unwrap(), vec![]);
    assert_eq!(store.raw().stopped(&new.organ, 9).unwrap().len(), 1);
    store.raw().dealt_with(id, "clerk", NOW).unwrap();
    assert_eq!(store.raw().unacked(&new.organ, NOW).unwrap().len(), 1);
    store.raw().acked(id, NOW, NOW).unwrap();
    assert_eq!(store.raw().unacked(&new.organ, NOW).unwrap(), vec![]);
}

#[test]
fn an_acknowledgement_that_the_axis_refuses_waits_and_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = NewRaw::sample("A1", BlobId::of(b"<html>"));
    let id = store.raw().keep(&new, NOW).unwrap().id;
    store.raw().stop(id, RawState::SetAside, "").unwrap();
    store.raw().dealt_with(id, "clerk", NOW).unwrap();
    let later = NOW + time::Duration::HOUR;
    store.raw().ack_refused(id, "no such docId", later).unwrap();
    assert_eq!(store.raw().unacked(&new.organ, NOW).unwrap(), vec![]);
    assert_eq!(store.raw().unacked(&new.organ, later).unwrap().len(), 1);
    let refused = store.raw().refused_acks(&new.organ, 9).unwrap();
    assert_eq!(refused[0].ack_reason, "no such docId");
    store.raw().acked(id, later, later).unwrap();
    assert_eq!(store.raw().refused_acks(&new.organ, 9).unwrap(), vec![]);
}
