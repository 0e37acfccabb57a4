//! Window and command line at once on one profile.

use trien_domain::StatusCode;
use trien_store::*;

use crate::office::*;

#[test]
fn processes_that_meet_on_a_new_profile_all_open_it() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("hồ sơ");
    let mut openers: Vec<_> = (0..4)
        .map(|n| process("two_at_once::an_opener", &profile, &n.to_string()))
        .collect();
    for opener in &mut openers {
        assert!(opener.wait().unwrap().success());
    }
    let store = Store::open(&profile).unwrap();
    assert_eq!(store.settings().all().unwrap().len(), 4);
    assert_eq!(store.integrity().unwrap(), Vec::<String>::new());
}

#[test]
#[ignore = "one of the processes of the test above"]
fn an_opener() {
    let (folder, name) = told();
    let store = Store::open(&folder).unwrap();
    store.settings().set(&name, "opened").unwrap();
}

#[test]
fn what_one_admits_the_other_sees_and_registers_once() {
    let window = Office::new();
    let command_line = Store::open(window.folder.path()).unwrap();
    let id = window.admit(1);
    assert_eq!(
        command_line.incoming().get(id).unwrap().state,
        StatusCode::Arrived
    );
    let package = command_line.blobs().put(b"03").unwrap();
    let registration = Registration {
        package,
        assignee: "",
        note: "",
        who: "clerk",
    };
    let numbers = std::thread::scope(|scope| {
        let both = [&window.store, &command_line]
            .map(|store| scope.spawn(|| store.incoming().register(id, &registration, NOW)));
        both.map(|one| one.join().unwrap().unwrap().number)
    });
    assert_eq!(numbers, [1, 1]);
    assert_eq!(
        window
            .store
            .registers()
            .incoming(&arrivals(), None, 9)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn threads_of_one_process_share_the_store() {
    let office = Office::new();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = office.store.clone();
            scope.spawn(move || {
                for n in 0..5 {
                    admit(&store, &facts(thread * 100 + n)).unwrap();
                    store
                        .incoming()
                        .list(&us(), None, Only::All, None, 50)
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(office.store.incoming().folders(&us()).unwrap()[0].total, 20);
}
