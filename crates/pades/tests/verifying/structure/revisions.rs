//! Incremental saving attacks (ISA): revisions that one reader sees and another does not.

use trien_pades::Verdict;

use super::{Hand, assert_invalid, last};
use crate::support::office::{codes, judged, office};

#[test]
fn isa_an_empty_update_changes_nothing() {
    let file = Hand::after(&office().signed).object(8000, "null").table("");
    let report = judged(&file);
    assert_eq!(report.signatures.len(), 1, "{:?}", codes(&report));
    assert_eq!(report.verdict, Verdict::Valid);
}

#[test]
fn isa_bytes_before_the_header() {
    for junk in [&b"\n"[..], b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n"] {
        let file = [junk, &office().signed].concat();
        let report = assert_invalid(&file, "bytes_unaccounted");
        assert_eq!(report.hidden.len(), 1);
    }
}

#[test]
fn isa_junk_after_the_end_near_and_far() {
    for length in [1, 200, 1_000] {
        let file = [office().sealed.clone(), b"x".repeat(length)].concat();
        assert_invalid(&file, "bytes_unaccounted");
    }
    // Viewers look for the end in the last 1024 bytes, and repair where it is not there.
    for length in [5_000, 100_000] {
        let file = [office().sealed.clone(), b"x".repeat(length)].concat();
        assert_invalid(&file, "structure_broken");
    }
    let filled = [office().sealed.clone(), vec![0; 4_096]].concat();
    assert_eq!(judged(&filled).verdict, Verdict::ValidWithPermittedChanges);
}

#[test]
fn isa_objects_that_the_section_does_not_list() {
    let signed = Hand::after(&office().signed);
    let file = signed
        .object(8000, "null")
        .raw("3 0 obj << /Type /Page /Contents 8001 0 R >> endobj\n")
        .table("");
    assert_invalid(&file, "bytes_unaccounted");
}

#[test]
fn isa_several_endings() {
    let first = last(&office().signed, "startxref");
    let old_ending = String::from_utf8(office().signed[first..].to_vec()).unwrap();
    let file = Hand::after(&office().signed)
        .object(8000, "null")
        .raw(&old_ending)
        .table("");
    assert_invalid(&file, "bytes_unaccounted");
    let after = [office().signed.clone(), old_ending.into_bytes()].concat();
    assert_invalid(&after, "structure_broken");
}

#[test]
fn isa_prev_in_a_circle_to_itself_forward_or_into_nothing() {
    let hand = || Hand::after(&office().signed).object(8000, "null");
    let own = hand().bytes.len();
    for prev in [own, own + 10, own + 1_000_000, 0, 5, usize::MAX >> 1] {
        let report = assert_invalid(&hand().table_after(prev, ""), "structure_broken");
        assert_eq!(report.hidden.len(), 1, "{prev}");
    }
}

#[test]
fn isa_prev_that_skips_the_signed_revision() {
    let pdf = crate::support::open(&office().signed);
    let first = pdf.revisions()[0].startxref as usize;
    let file = Hand::after(&office().signed)
        .object(8000, "null")
        .table_after(first, "");
    let report = assert_invalid(&file, "signature_hidden");
    assert!(codes(&report).contains(&"signature_hidden"));
}

#[test]
fn isa_a_comment_is_explained_inside_a_revision_and_nowhere_after_it() {
    let hand = Hand::after(&office().signed).object(8000, "null");
    let inside = hand.raw("% made by a program\n").table("");
    assert_eq!(judged(&inside).verdict, Verdict::Valid);
    let after = [office().signed.clone(), b"% a word\n".to_vec()].concat();
    assert_invalid(&after, "bytes_unaccounted");
}

#[test]
fn isa_a_trailer_that_encrypts_says_its_keys_twice_or_names_another_catalog() {
    let hand = || Hand::after(&office().signed).object(8000, "<< /Type /Catalog >>");
    let encrypt = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <00> /U <00> /P 0 >>";
    assert_invalid(&hand().table(encrypt), "trailer_changed");
    assert_invalid(&hand().table("/Root 8000 0 R"), "structure_broken");
    let mut other = hand();
    other.root = "8000 0 R".to_owned();
    assert_invalid(&other.table(""), "signature_hidden");
}

#[test]
fn isa_a_startxref_that_does_not_follow_its_section() {
    let file = Hand::after(&office().signed).object(8000, "null").table("");
    let own = last(&file, "startxref\n");
    for startxref in ["0", "1", "99999999999", "7"] {
        let mut file = file[..own].to_vec();
        file.extend(format!("startxref\n{startxref}\n%%EOF\n").bytes());
        assert_invalid(&file, "structure_broken");
    }
    let old = Hand::after(&office().signed).prev;
    let mut file = file[..own].to_vec();
    file.extend(format!("startxref\n{old}\n%%EOF\n").bytes());
    assert_invalid(&file, "structure_broken");
}

#[test]
fn isa_a_size_that_shrinks_hides_objects() {
    // Viewers take what is not below /Size to be missing.
    let large = Hand::after(&office().signed).object(8000, "null").table("");
    let grown = Hand::after(&large).object(2000, "null").table("");
    let at = last(&grown, "/Size 9000");
    let shrunk = [&grown[..at], b"/Size 2001", &grown[at + 10..]].concat();
    assert_eq!(judged(&grown).verdict, Verdict::Valid);
    assert_invalid(&shrunk, "trailer_changed");
}
