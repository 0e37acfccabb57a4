//! Where in the ledger what stands: an axis that has passed a hundred thousand letters on answers as fast as one that
//! has passed on ten.

use std::collections::{BTreeSet, HashMap};

use super::ledger::{Copy, SendLine};

/// A send and one of its copies, by their places in the ledger.
type Place = (usize, usize);

/// Places by what is asked for.
#[derive(Default)]
pub(super) struct Index {
    copies: HashMap<String, Place>,
    sends: HashMap<String, Vec<usize>>,
    latest: HashMap<String, usize>,
    waiting: BTreeSet<Place>,
}

impl Index {
    /// The places of all sends, in their order.
    pub(super) fn of(sends: &[SendLine]) -> Self {
        let mut index = Self::default();
        for (at, send) in sends.iter().enumerate() {
            index.add(at, send);
        }
        index
    }

    /// A send that was appended.
    pub(super) fn add(&mut self, at: usize, send: &SendLine) {
        self.latest.insert(same(send), at);
        self.sends.entry(send.doc_id.clone()).or_default().push(at);
        for (n, copy) in send.copies.iter().enumerate() {
            self.copies.insert(copy.doc_id.clone(), (at, n));
            self.changed((at, n), copy);
        }
    }

    /// A copy whose state is another one now.
    pub(super) fn changed(&mut self, place: Place, copy: &Copy) {
        if copy.waits() {
            self.waiting.insert(place);
        } else {
            self.waiting.remove(&place);
        }
    }

    /// The copy with a receiver's id.
    pub(super) fn copy(&self, doc_id: &str) -> Option<Place> {
        self.copies.get(doc_id).copied()
    }

    /// The sends that were answered with a sender's id: the first one and its repetitions.
    pub(super) fn sends(&self, doc_id: &str) -> &[usize] {
        self.sends.get(doc_id).map_or(&[], Vec::as_slice)
    }

    /// The last send that is the same as this one.
    pub(super) fn latest(&self, send: &SendLine) -> Option<usize> {
        self.latest.get(&same(send)).copied()
    }

    /// Copies that wait for their receivers, oldest first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Place> {
        self.waiting.iter().copied()
    }
}

/// What two sends have in common that are one: who, to whom, and what.
fn same(send: &SendLine) -> String {
    let SendLine {
        system,
        from,
        to,
        messagetype,
        document_id,
        sha256,
        ..
    } = send;
    let to = to.join("\n");
    [system, from, messagetype, document_id, sha256, &to]
        .map(String::as_str)
        .join("\n")
}
