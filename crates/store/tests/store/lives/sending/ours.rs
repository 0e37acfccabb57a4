//! A document of ours as it is found after a trouble, held against what was told of it.

use trien_domain::{OutgoingState, SendState};
use trien_store::*;

use super::signed;
use crate::lives::{DONE, Outside};
use crate::office::*;

/// A document of ours as it is found.
pub struct Ours<'a> {
    store: &'a Store,
    key: &'a str,
    document: Option<Outgoing>,
    send: Option<Send>,
}

impl<'a> Ours<'a> {
    pub fn find(store: &'a Store, key: &'a str) -> Self {
        let document = store.outgoing().find(key).unwrap();
        let sends = document
            .iter()
            .flat_map(|found| store.sends().of_outgoing(found.id).unwrap());
        let sends: Vec<Send> = sends.collect();
        assert!(sends.len() < 2, "{key}: {sends:?}");
        let send = sends.into_iter().next();
        Self {
            store,
            key,
            document,
            send,
        }
    }

    /// What was told of it is so.
    pub fn judge(&self, outside: &Outside, about: &str) {
        let about = format!("{about}, {}", self.key);
        let told = |word| {
            let lines = outside
                .told(word)
                .filter_map(|line| line.strip_prefix(self.key));
            lines.map(str::trim).collect::<Vec<_>>()
        };
        if !told("drafted").is_empty() {
            assert!(self.document.is_some(), "{about}");
        }
        let Some(document) = &self.document else {
            return;
        };
        if !told("signed").is_empty() {
            assert!(self.revision(RevisionKind::Signed).is_some(), "{about}");
        }
        for number in told("numbered") {
            let file = BlobId::of(signed(self.key).as_bytes());
            let taken = self.store.numbers().of_file(&us(), &file).unwrap();
            assert_eq!(
                taken.map(|taken| taken.number),
                number.parse().ok(),
                "{about}"
            );
            assert_eq!(document.number, number.parse().ok(), "{about}");
        }
        for file in told("sealed") {
            let sealed = self.revision(RevisionKind::Sealed);
            assert_eq!(
                sealed.map(|blob| blob.to_string()).as_deref(),
                Some(file),
                "{about}"
            );
            let book = self.store.registers().outgoing(&outgoing_series(), None, 9);
            let lines = book.unwrap();
            let line = lines
                .iter()
                .find(|(number, _)| Some(*number) == document.number);
            assert!(line.is_some(), "{about}: {lines:?}");
        }
        if !told("queued").is_empty() {
            assert!(self.send.is_some(), "{about}");
        }
        for tries in told("counted") {
            let found = self.send.as_ref().unwrap().tries;
            assert!(
                found >= tries.parse().unwrap(),
                "{about}: {found} of {tries}"
            );
        }
        let taken = told("taken").len();
        assert!(taken < 2, "{about}: sent twice");
        if taken > 0 {
            let state = self.send.as_ref().unwrap().state;
            assert_ne!(state, SendState::Waiting, "{about}");
        }
        if !told("sent").is_empty() {
            let state = self.send.as_ref().unwrap().state;
            assert_eq!(
                (state, document.state),
                (SendState::Sent, OutgoingState::Sent),
                "{about}"
            );
        }
        for digits in told("status") {
            let all = self.store.statuses().of_outgoing(document.id).unwrap();
            let same = all.iter().filter(|status| status.digits == digits);
            assert_eq!(same.count(), 1, "{about}: {digits}");
        }
        if outside.has_heard(DONE) {
            assert_eq!(document.state, OutgoingState::Sent, "{about}");
        }
    }

    fn revision(&self, kind: RevisionKind) -> Option<BlobId> {
        let id = self.document.as_ref()?.id;
        let revisions = self.store.outgoing().revisions(id).unwrap();
        let alike = revisions.iter().filter(|revision| revision.kind == kind);
        let alike: Vec<BlobId> = alike.map(|revision| revision.blob).collect();
        assert!(alike.len() < 2, "{}: {alike:?}", self.key);
        alike.into_iter().next()
    }
}
