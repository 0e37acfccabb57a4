//! Two signatures cost one read of the file.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

mod support;

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use support::office::{append, office, trust};
use support::{clerk_request, draft, leader_signs, prepared, sign};
use trien_pades::{Verdict, verify};
use trien_pdf::{Dict, ObjectSink, ReadAt};

/// Counts what is read.
struct Counting<'a> {
    file: &'a [u8],
    read: AtomicU64,
}

impl ReadAt for Counting<'_> {
    fn len(&self) -> u64 {
        self.file.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read_at(offset, buf)?;
        self.read.fetch_add(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}

#[test]
fn two_signatures_over_a_large_scan_are_judged_in_one_read() {
    let draft = append(&draft::letter().finish().unwrap(), |_, update| {
        let scan: Vec<u8> = (0..24_000_000u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        update.add_stream(Dict::new(), scan, false);
    });
    let signed = leader_signs(&prepared(draft, false), &office().pki, &office().leader);
    let sealed = sign(
        &signed,
        &office().clerk,
        &clerk_request(&office().pki, &office().clerk, "125"),
    );
    let source = Counting {
        file: &sealed,
        read: AtomicU64::new(0),
    };
    assert_eq!(
        verify(&source, &trust(&[])).verdict,
        Verdict::ValidWithPermittedChanges
    );
    let read = source.read.load(Ordering::Relaxed);
    assert!(read < source.len() * 6 / 5, "{read} of {}", source.len());
}
