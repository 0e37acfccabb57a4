//! Packages are received and admitted in rounds, as `receive_all` of `app` does it.

use std::ops::Range;

use time::OffsetDateTime;
use trien_store::*;

use super::{DONE, Life, Outside};
use crate::office::*;

/// Documents in a round: more than a batch needs to be synced in one call; another one comes alone.
const ROUND: u32 = 6;

pub struct Receiving;

impl Life for Receiving {
    fn name(&self) -> &'static str {
        "receiving"
    }

    fn live(&self, store: &Store, now: OffsetDateTime, outside: &mut Outside) -> Result<()> {
        round(store, 0..ROUND, now, outside)?;
        round(store, ROUND..ROUND + 1, now, outside)?;
        outside.say(DONE.to_owned());
        Ok(())
    }

    fn judge(&self, store: &Store, outside: &Outside, about: &str) {
        for axis_id in outside.told("kept") {
            let found = store.raw().find(&us(), axis_id).unwrap();
            assert!(found.is_some(), "{about}: {axis_id} was kept");
        }
        for n in outside.told("admitted") {
            let id = facts(n.parse().unwrap()).id;
            let found = store.incoming().find(&us(), &id).unwrap();
            assert!(found.is_some(), "{about}: {n} was admitted");
        }
        for axis_id in outside.told("acknowledged") {
            let found = store.raw().find(&us(), axis_id).unwrap().unwrap();
            assert!(found.acked_at.is_some(), "{about}: {axis_id}");
        }
        let all = store.incoming().list(&us(), None, Only::All, None, 1000);
        let all = all.unwrap();
        for document in &all {
            let files = store.incoming().attachments(document.id).unwrap();
            assert_eq!(files.len(), 1, "{about}");
            let sends = store.sends().of_incoming(document.id).unwrap();
            assert_eq!(sends.len(), 1, "{about}: one status 01");
            let line = Document::Incoming(document.id);
            assert_eq!(store.timeline().of(line).unwrap().len(), 1, "{about}");
        }
        if outside.has_heard(DONE) {
            assert_eq!(all.len(), ROUND as usize + 1, "{about}");
            assert_eq!(store.raw().unfinished(&us()).unwrap(), [], "{about}");
        }
    }
}

fn round(
    store: &Store,
    numbers: Range<u32>,
    now: OffsetDateTime,
    outside: &mut Outside,
) -> Result<()> {
    let mut files = store.blobs().batch();
    let mut new = Vec::new();
    for n in numbers.clone() {
        let blob = files.put(format!("package {n}").as_bytes())?.id;
        let axis_id = format!("round-{n}");
        new.push(NewRaw {
            organ: us(),
            axis_id,
            message_type: "edoc".into(),
            blob,
        });
    }
    files.settle()?;
    let kept = store.raw().keep_all(&new, now)?;
    let kept = kept.into_iter().collect::<Result<Vec<_>>>()?;
    for raw in &kept {
        outside.say(format!("kept {}", raw.message.axis_id));
    }
    let mut files = store.blobs().batch();
    let mut documents = Vec::new();
    for (n, raw) in numbers.clone().zip(&kept) {
        let arrived = files.put(format!("status of {n}").as_bytes())?.id;
        let added = files.put(format!("file of {n}").as_bytes())?;
        documents.push(NewIncoming {
            raw: raw.id,
            facts: facts(n),
            attachments: vec![Attachment {
                name: "vb.pdf".into(),
                media_type: "application/pdf".into(),
                description: String::new(),
                main: true,
                size: added.size,
                blob: added.id,
            }],
            findings: Findings::default(),
            text: String::new(),
            arrived,
            same_code_anyway: false,
        });
    }
    files.settle()?;
    let admitted = store.incoming().admit_all(&documents, now)?;
    for (n, admitted) in numbers.zip(admitted) {
        admitted?;
        outside.say(format!("admitted {n}"));
    }
    let ids: Vec<RawId> = kept.iter().map(|raw| raw.id).collect();
    store.raw().acked_all(&ids, now, now)?;
    for raw in &kept {
        outside.say(format!("acknowledged {}", raw.message.axis_id));
    }
    Ok(())
}
