//! Numbers: no gap, no double, no loss without a reason; by several processes, two of them killed.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use time::macros::date;
use trien_domain::{NumberState, OutgoingState};
use trien_store::*;

use crate::office::*;

#[test]
fn the_same_file_gets_its_number_and_its_date_again() {
    let office = Office::new();
    let series = outgoing_series();
    let file = BlobId::of(b"signed");
    let first = office
        .store
        .numbers()
        .reserve(&reservation(&series, file, None), NOW)
        .unwrap();
    let mut tomorrow = reservation(&series, file, None);
    tomorrow.date = date!(2026 - 11 - 23);
    assert_eq!(
        office.store.numbers().reserve(&tomorrow, NOW).unwrap(),
        first
    );
    let other = reservation(&series, BlobId::of(b"other"), None);
    assert_eq!(
        office.store.numbers().reserve(&other, NOW).unwrap().number,
        2
    );
    assert_eq!(
        office.store.numbers().last(&series).unwrap(),
        Some((2, TODAY))
    );
    assert_eq!(office.store.numbers().reserved(&us()).unwrap().len(), 2);
}

#[test]
fn a_number_that_is_given_up_stays_in_the_book_with_its_reason() {
    let office = Office::new();
    let series = outgoing_series();
    let (id, file) = office.signed("k1");
    let numbers = office.store.numbers();
    numbers
        .reserve(&reservation(&series, file, Some(id)), NOW)
        .unwrap();
    assert_eq!(
        office.store.outgoing().get(id).unwrap().state,
        OutgoingState::Numbered
    );
    let silent = numbers.void(&series, 1, " ", "clerk", NOW);
    assert!(matches!(
        silent,
        Err(StoreError::Conflict(Conflict::ReasonMissing { .. }))
    ));
    numbers
        .void(&series, 1, "văn bản bị hủy", "clerk", NOW)
        .unwrap();
    assert_eq!(
        office.store.outgoing().get(id).unwrap().state,
        OutgoingState::Signed
    );
    let book = office.store.registers().outgoing(&series, None, 9).unwrap();
    assert_eq!((book[0].0, book[0].1.note.as_str()), (1, "văn bản bị hủy"));
    let again = numbers
        .reserve(&reservation(&series, file, Some(id)), NOW)
        .unwrap();
    assert_eq!(again.number, 2, "a number is never given again");
    assert!(numbers.void(&series, 1, "again", "clerk", NOW).is_err());
    assert_eq!(numbers.get(&series, 1).unwrap().state, NumberState::Void);
}

#[test]
fn a_number_is_of_the_year_of_its_date() {
    let office = Office::new();
    let series = outgoing_series();
    let mut reservation = reservation(&series, BlobId::of(b"signed"), None);
    reservation.date = date!(2027 - 01 - 01);
    let refused = office.store.numbers().reserve(&reservation, NOW);
    assert!(matches!(
        refused,
        Err(StoreError::Conflict(Conflict::OtherYear { year: 2026, .. }))
    ));
}

/// A thousand numbers by four processes; two are killed in the midst of it and their work is done
/// again by others, as an office does after a power cut.
#[test]
fn a_thousand_numbers_by_four_processes_two_of_them_killed() {
    let office = Office::new();
    let series = outgoing_series();
    let mut workers: Vec<_> = ["a", "b", "c", "d"]
        .map(|name| process("numbers::a_worker_that_numbers", office.folder.path(), name))
        .into();
    // At 200 numbers no worker can have done its 250, so both are killed in the midst of it.
    for (victim, after) in [(0, 100), (1, 200)] {
        wait_for_number(&office.store, after);
        workers[victim].kill().unwrap();
    }
    let ends: Vec<_> = workers
        .iter_mut()
        .map(|worker| worker.wait().unwrap())
        .collect();
    let done: Vec<_> = ends.iter().map(|end| end.success()).collect();
    assert_eq!(done, [false, false, true, true]);
    for name in ["a", "b"] {
        let mut again = process("numbers::a_worker_that_numbers", office.folder.path(), name);
        assert!(again.wait().unwrap().success());
    }
    let numbers = office.store.numbers();
    let taken: Vec<_> = (1..=1000)
        .map(|n| numbers.get(&series, n).unwrap())
        .collect();
    assert_eq!(
        numbers.last(&series).unwrap().unwrap().0,
        1000,
        "no gap and no number too many"
    );
    let files: BTreeSet<_> = taken.iter().map(|number| number.file.unwrap()).collect();
    assert_eq!(files.len(), 1000, "each file has one number");
    assert_eq!(office.store.integrity().unwrap(), Vec::<String>::new());
    let chain = office.store.audit().verify_chain().unwrap();
    assert!(
        matches!(chain, Chain::Whole { rows: 1000, .. }),
        "{chain:?}"
    );
}

fn wait_for_number(store: &Store, number: u32) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while store
        .numbers()
        .last(&outgoing_series())
        .unwrap()
        .is_none_or(|(last, _)| last < number)
    {
        assert!(Instant::now() < deadline, "no progress");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
#[ignore = "one of the processes of the test above"]
fn a_worker_that_numbers() {
    let (folder, name) = told();
    let store = Store::open(&folder).unwrap();
    let series = outgoing_series();
    for n in 0..250 {
        let file = BlobId::of(format!("{name} {n}").as_bytes());
        store
            .numbers()
            .reserve(&reservation(&series, file, None), NOW)
            .unwrap();
    }
}
