//! USF: universal signature forgery, the signature dictionary itself.

use super::*;

#[test]
fn hash_one_flipped_byte() {
    let mut file = office().sealed.clone();
    let at = file.windows(6).position(|w| w == b"/Pages").unwrap();
    file[at + 1] ^= 0x20;
    let report = judged(&file);
    assert_ne!(report.verdict, Verdict::Valid);
    let file = patched(&office().signed, b"(D:20", b"(D:21");
    let report = assert_invalid(&file, "digest_mismatch");
    assert_eq!(
        signature(&report, "ky_lanhdao").subindication,
        Some(Subindication::HashFailure)
    );
}

#[test]
fn hash_altered_signature_value() {
    let mut file = office().signed.clone();
    let pdf = crate::support::open(&office().signed);
    let value = field(&pdf, "ky_lanhdao")
        .1
        .get("V")
        .and_then(Object::as_reference)
        .unwrap();
    let span = pdf
        .latest()
        .value_span(value, &["Contents"])
        .unwrap()
        .unwrap();
    let hex = &office().signed[span.start as usize + 1..span.end as usize - 1];
    let cms = hex.iter().rposition(|digit| *digit != b'0').unwrap();
    let at = span.start as usize + 1 + cms - 4;
    file[at] = if file[at] == b'1' { b'2' } else { b'1' };
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}

/// Rewrites the leader's byte range, which is not itself signed away by its width.
fn with_byte_range(range: &str) -> Vec<u8> {
    let file = &office().signed;
    let at = file
        .windows(10)
        .rposition(|window| window == b"/ByteRange")
        .unwrap();
    let open = at + file[at..].iter().position(|byte| *byte == b'[').unwrap();
    let close = open + file[open..].iter().position(|byte| *byte == b']').unwrap();
    let mut file = file.clone();
    let width = close - open - 1;
    assert!(range.len() <= width, "{range}");
    file.splice(open + 1..close, format!("{range:width$}").into_bytes());
    file
}

#[test]
fn byte_ranges_of_the_wrong_form() {
    let length = office().signed.len();
    for range in [
        "",
        "0 0 0",
        "0 10 20 30 40",
        "0 10 20 (x)",
        "-1 10 20 30",
        "0 10 20 -5",
        "0 10 5 20",
        "0 1.0 2 3",
    ] {
        assert_invalid(&with_byte_range(range), "byte_range_malformed");
    }
    assert_invalid(&with_byte_range("1 10 20 30"), "byte_range_not_from_start");
    assert_invalid(
        &with_byte_range(&format!("0 10 20 {length}")),
        "byte_range_beyond_file",
    );
    assert_invalid(
        &with_byte_range("0 10 20 9223372036854775807"),
        "byte_range_beyond_file",
    );
    assert_invalid(
        &with_byte_range(&format!("0 10 10 {}", length - 10)),
        "byte_range_gap_mismatch",
    );
    assert_invalid(
        &with_byte_range(&format!("0 10 20 {}", length - 30)),
        "byte_range_not_at_revision_end",
    );
}

#[test]
fn contents_missing_or_not_hexadecimal() {
    let file = &office().signed;
    let at = file
        .windows(10)
        .rposition(|window| window == b"/Contents<")
        .or_else(|| {
            file.windows(11)
                .rposition(|window| window == b"/Contents <")
        });
    let at = at.unwrap();
    let mut renamed = file.clone();
    renamed[at..at + 9].copy_from_slice(b"/Contentz");
    assert_invalid(&renamed, "contents_missing");
    let mut zeros = file.clone();
    let open = at + file[at..].iter().position(|byte| *byte == b'<').unwrap();
    let close = open + file[open..].iter().position(|byte| *byte == b'>').unwrap();
    zeros[open + 1..close].fill(b'0');
    let report = judged(&zeros);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    let mut literal = file.clone();
    literal[open] = b'(';
    literal[close] = b')';
    assert_invalid(&literal, "contents_malformed");
    let mut trailing = file.clone();
    trailing[close - 1] = b'1';
    assert_invalid(&trailing, "contents_trailing_data");
}
