//! What is fuzzed: whatever the bytes are, these functions return. The fuzzers call them, and so does a test of `pades`
//! with every file of the committed corpora.

use time::macros::datetime;
use trien_pades::path::{Certificate, Crl, Material, Ocsp, Question, Sources, Usage, validate};
use trien_pades::{Trust, cms, verify};
use trien_pdf::{Limits, Object, Pdf};

/// A letter with number, date and seal, as pyHanko signed it.
const SIGNED: &[u8] = include_bytes!("../../crates/pades/corpus/h1.pdf");
/// Its root, which the certificates of the corpus lead to.
const ROOT: &[u8] = include_bytes!("../../crates/pades/corpus/root.pem");
/// Objects that one input changes; more find nothing that fewer do not.
const MAX_CHANGES: usize = 24;

/// Structure: opening, accounting for every byte, every object of every revision, streams, pages.
pub fn reader(data: &[u8]) {
    // The documented bounds are far above what a fuzzer's second allows.
    let limits = Limits {
        stream_bytes: 1 << 20,
        ..Limits::default()
    };
    for password in ["", "nguoi-dung"] {
        let Ok(pdf) = Pdf::open_with_password(data, limits, password) else {
            continue;
        };
        let _ = (pdf.unaccounted(), pdf.byte_range_dictionaries());
        for revision in 0..pdf.revisions().len().min(4) {
            let view = pdf.at(revision);
            for id in view.objects().into_iter().take(200) {
                if let Ok(Object::Stream(stream)) = view.object(id) {
                    let _ = view.stream_bytes(&stream);
                }
                let _ = view.value_span(id, &["Contents"]);
            }
            let _ = view.pages();
        }
        let _ = trien_pdf::normalise(&pdf, std::io::sink());
    }
}

/// Whole files: placement, hashes, the difference analysis and the verdict over arbitrary structure.
pub fn whole(data: &[u8]) {
    let report = verify(data, &trust());
    // What cannot be explained is never green.
    let _ = (report.headline_vi(), report.timeline_vi());
}

/// Signatures and timestamps, judged with whatever certificate they bring.
pub fn cms(data: &[u8]) {
    let trust = trust();
    if let Ok(signed) = cms::read::SignedData::read(data) {
        let digest = [0; 32];
        let _ = signed.covers(&digest);
        for certificate in signed.material.certificates.iter().take(4) {
            let _ = signed.verify_detached(&digest, certificate);
        }
        let _ = (signed.signing_time(), signed.timestamp_tokens());
    }
    if let Ok(token) = cms::timestamp::Token::read(data) {
        let _ = token.judge(&[0; 32], &Sources::new(&trust), None);
    }
}

/// Certificates, lists and answers, one after the other in DER, and the ways from the first certificates to the last.
pub fn path(data: &[u8]) {
    let mut material = Material::default();
    let mut rest = data;
    while let Some((piece, after)) = der_piece(rest) {
        match (Certificate::from_der(piece), Crl::from_der(piece)) {
            (Ok(certificate), _) => material.certificates.push(certificate),
            (_, Ok(list)) => material.crls.push(list),
            _ => material.ocsps.extend(Ocsp::from_der(piece)),
        }
        rest = after;
    }
    let mut trust = trust();
    trust.roots.extend(material.certificates.last().cloned());
    for certificate in material.certificates.iter().take(4) {
        let question = Question {
            sources: Sources::new(&trust).with(&material),
            usage: Usage::Document,
            proven: None,
            claimed: None,
        };
        let _ = validate(certificate, &question);
    }
}

/// The difference analysis: the input is a revision on top of a signed file, given as `number text` lines that end with a
/// zero byte; its section is made here, so that every byte of the input goes into objects.
pub fn difference(data: &[u8]) {
    whole(&with_changes(SIGNED, data));
}

fn with_changes(file: &[u8], data: &[u8]) -> Vec<u8> {
    let pdf = match Pdf::open(file, Limits::default()) {
        Ok(pdf) => pdf,
        Err(_) => return file.to_vec(),
    };
    let newest = &pdf.revisions()[pdf.revisions().len() - 1];
    let (mut bytes, mut table) = (file.to_vec(), String::from("xref\n"));
    let mut seen = std::collections::BTreeMap::new();
    for change in data.split(|byte| *byte == 0).take(MAX_CHANGES) {
        let Some((number, text)) = change.split_first() else {
            continue;
        };
        if *number == 0 || seen.contains_key(number) {
            continue;
        }
        seen.insert(*number, bytes.len());
        bytes.extend(format!("{number} 0 obj ").bytes());
        bytes.extend(text);
        bytes.extend(b" endobj\n");
    }
    for (number, place) in seen {
        table += &format!("{number} 1\n{place:010} 00000 n \n");
    }
    let (root, prev, start) = (newest.trailer.get("Root"), newest.startxref, bytes.len());
    let root = root.and_then(Object::as_reference).map(|id| id.to_string());
    let root = root.unwrap_or_default();
    table +=
        &format!("trailer << /Size 300 /Root {root} /Prev {prev} >>\nstartxref\n{start}\n%%EOF\n");
    bytes.extend(table.bytes());
    bytes
}

fn trust() -> Trust {
    let mut trust = Trust::new(datetime!(2026-11-22 00:00 UTC));
    let _ = trust.add_roots(ROOT);
    trust
}

/// One DER value of a sequence of them, by its length.
fn der_piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, length) = match *bytes.get(1)? {
        short @ 0..=0x7f => (2, usize::from(short)),
        0x81 => (3, usize::from(*bytes.get(2)?)),
        0x82 => (
            4,
            usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        ),
        _ => return None,
    };
    bytes.split_at_checked(head + length)
}
