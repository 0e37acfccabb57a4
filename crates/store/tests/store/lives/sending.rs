//! Documents of ours on their whole way: drafted, signed, numbered, sealed, sent; what receivers tell of them; and beside
//! them a letter that is registered and then recalled.
//!
//! Each step asks first where the document stands, as `app` does it after a start.

mod ours;

use time::OffsetDateTime;
use trien_domain::{Operation, OutgoingState, SendState};
use trien_store::*;

use super::{DONE, Life, Outside};
use crate::office::*;
use ours::Ours;

/// Documents of ours; the second is taken by the axis at the second try only.
const KEYS: [&str; 2] = ["k1", "k2"];
/// Who gets them.
const RECEIVER: &str = "H99.02";
/// What the receiver tells of each.
const STATUSES: [&str; 2] = ["01", "03"];
/// Units of the directory.
const UNITS: u32 = 40;

pub struct Sending;

impl Life for Sending {
    fn name(&self) -> &'static str {
        "sending"
    }

    fn live(&self, store: &Store, now: OffsetDateTime, outside: &mut Outside) -> Result<()> {
        store.directory().put_all((0..UNITS).map(unit), now)?;
        outside.say(format!("listed {UNITS}"));
        let holder = format!("holder at {now}");
        let ttl = time::Duration::hours(1);
        let lease = store.leases().take(SYNC, &holder, ttl, now)?.unwrap();
        store.sends().recover(&lease)?;
        for key in KEYS {
            issue(store, key, &lease, now, outside)?;
            for digits in STATUSES {
                be_told(store, key, digits, now)?;
                outside.say(format!("status {key} {digits}"));
            }
        }
        let number = register(store, now)?;
        outside.say(format!("registered {number}"));
        let decided = decide_recall(store, now)?;
        outside.say(format!("decided {decided}"));
        outside.say(DONE.to_owned());
        Ok(())
    }

    fn judge(&self, store: &Store, outside: &Outside, about: &str) {
        for n in outside.told("listed") {
            let units = n.parse().unwrap();
            assert!((0..units).all(|n| is_listed(store, n)), "{about}");
        }
        for key in KEYS {
            let ours = Ours::find(store, key);
            ours.judge(outside, about);
        }
        let last = store.numbers().last(&outgoing_series()).unwrap();
        let last = last.map_or(0, |(number, _)| number as usize);
        assert!(last <= KEYS.len(), "{about}: {last} numbers");
        let letter = store.incoming().find(&us(), &facts(1).id).unwrap();
        for number in outside.told("registered") {
            let found = letter.as_ref().unwrap().arrival_number;
            assert_eq!(found, number.parse().ok(), "{about}");
        }
        for id in outside.told("decided") {
            let request = store.changes().get(ChangeId(id.parse().unwrap())).unwrap();
            assert_eq!(request.decision, Some(Verdict::Agreed), "{about}");
            let answers = store.sends().of_incoming(request.package.unwrap());
            assert_eq!(answers.unwrap().len(), 2, "{about}: 01 and 15");
        }
        if outside.has_heard(DONE) {
            let due = store.sends().due(&us(), NOW + time::Duration::DAY, 99);
            let documents = due.unwrap().into_iter();
            let documents =
                documents.filter(|send| matches!(send.subject, Subject::Document { .. }));
            assert_eq!(documents.count(), 0, "{about}");
        }
    }
}

fn unit(n: u32) -> Unit {
    Unit {
        code: organ(&format!("H99.{}", 10 + n)),
        old_code: None,
        name: format!("Đơn vị số {n}"),
        parent: None,
        email: String::new(),
        active: true,
        version: 1,
    }
}

fn is_listed(store: &Store, n: u32) -> bool {
    let unit = unit(n);
    store.directory().get(&unit.code).unwrap() == Some(unit)
}

/// A document of ours goes on from where it stands until it is sent.
fn issue(
    store: &Store,
    key: &str,
    lease: &Lease,
    now: OffsetDateTime,
    outside: &mut Outside,
) -> Result<()> {
    use OutgoingState as At;
    let (outbox, blobs, series) = (store.outgoing(), store.blobs(), outgoing_series());
    let id = outbox.create(key, &draft(), "clerk", now)?;
    outside.say(format!("drafted {key}"));
    loop {
        let document = outbox.get(id)?;
        match document.state {
            At::Draft => {
                let file = blobs.put(format!("prepared {key}").as_bytes())?;
                step(
                    store,
                    id,
                    At::Prepared,
                    Some((RevisionKind::Prepared, file)),
                    now,
                )?;
            }
            At::Prepared => step(store, id, At::HandedOver, None, now)?,
            At::HandedOver | At::Returned => {
                let file = blobs.put(signed(key).as_bytes())?;
                step(
                    store,
                    id,
                    At::Signed,
                    Some((RevisionKind::Signed, file)),
                    now,
                )?;
                outside.say(format!("signed {key}"));
            }
            At::Signed => {
                let file = BlobId::of(signed(key).as_bytes());
                let reservation = reservation(&series, file, Some(id));
                let number = store.numbers().reserve(&reservation, now)?.number;
                outside.say(format!("numbered {key} {number}"));
            }
            At::Numbered => {
                let number = document.number.unwrap_or_default();
                let file = blobs.put(format!("sealed {key}").as_bytes())?;
                outbox.seal(id, &sealing(&series, number, file), now)?;
                outside.say(format!("sealed {key} {file}"));
            }
            At::Sealed => {
                let package = blobs.put(format!("package {key}").as_bytes())?;
                store
                    .sends()
                    .add(&new_send(id, package, &[RECEIVER]), now)?;
                outside.say(format!("queued {key}"));
            }
            At::WaitingSend => {
                for send in store.sends().of_outgoing(id)? {
                    leave(store, key, &send, lease, now, outside)?;
                }
            }
            At::Sent => return Ok(()),
        }
    }
}

fn signed(key: &str) -> String {
    format!("signed {key}")
}

fn step(
    store: &Store,
    id: OutgoingId,
    to: OutgoingState,
    made: Option<(RevisionKind, BlobId)>,
    now: OffsetDateTime,
) -> Result<()> {
    let size = 8;
    let step = Move {
        to,
        revision: made.map(|(kind, blob)| NewRevision { kind, blob, size }),
        who: "leader",
        detail: "",
    };
    store.outgoing().step(id, &step, now)
}

/// One try, or what a person does about one of which nobody knows how it ended.
fn leave(
    store: &Store,
    key: &str,
    send: &Send,
    lease: &Lease,
    now: OffsetDateTime,
    outside: &mut Outside,
) -> Result<()> {
    let sends = store.sends();
    match send.state {
        SendState::Waiting => {
            let tries = sends.begin_try(send.id, lease, now)?.tries;
            outside.say(format!("counted {key} {tries}"));
            if key == KEYS[1] && tries == 1 {
                let (at, reason) = (now, "503".to_owned());
                return sends.finish_try(send.id, &Outcome::Later { at, reason }, now);
            }
            outside.say(format!("taken {key}"));
            let axis_id = format!("axis-{key}");
            sends.finish_try(send.id, &Outcome::Sent { axis_id }, now)?;
            outside.say(format!("sent {key}"));
            Ok(())
        }
        SendState::Unclear => {
            let settlement = if outside.has_heard(&format!("taken {key}")) {
                Settlement::WasSent { axis_id: None }
            } else {
                Settlement::TryAgain
            };
            sends.settle(send.id, &settlement, "clerk", "", now)
        }
        SendState::Sending | SendState::Sent | SendState::Failed => Ok(()),
    }
}

fn be_told(store: &Store, key: &str, digits: &str, now: OffsetDateTime) -> Result<()> {
    let document = store
        .outgoing()
        .find(key)?
        .and_then(|found| found.document_id);
    let axis_id = format!("status {key} {digits}");
    let raw = keep(store, "status", &axis_id, axis_id.as_bytes())?;
    let message = status_message(document.unwrap(), RECEIVER, digits);
    store.statuses().receive(raw, &message, now).map(|_| ())
}

/// A letter comes and gets its arrival number.
fn register(store: &Store, now: OffsetDateTime) -> Result<u32> {
    let (Admitted::New(id) | Admitted::Duplicate { of: id, .. }) = admit(store, &facts(1))?;
    let registration = Registration {
        package: store.blobs().put(b"03")?,
        assignee: "",
        note: "",
        who: "clerk",
    };
    Ok(store.incoming().register(id, &registration, now)?.number)
}

/// Its sender recalls it, and the clerk agrees.
fn decide_recall(store: &Store, now: OffsetDateTime) -> Result<i64> {
    let mut recall = facts(1);
    recall.operation = Operation::Recall;
    recall.reason = "Sai phụ lục".to_owned();
    let admitted = admit_as(store, &recall, "recall")?;
    let (Admitted::New(package) | Admitted::Duplicate { of: package, .. }) = admitted;
    let request = store.changes().of_package(package)?.unwrap();
    if request.decision.is_none() {
        let decision = Decision {
            verdict: Verdict::Agreed,
            package: store.blobs().put(b"15")?,
            who: "clerk",
            note: "",
            text: "",
        };
        store.changes().decide(request.id, &decision, now)?;
    }
    Ok(request.id.0)
}
