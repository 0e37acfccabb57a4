//! Attacks on signed files. Each test names the item of the checklist that it covers:
//! USF (universal signature forgery), ISA (incremental saving), SWA (signature wrapping), shadow,
//! certification, fields, objects, identity.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

mod support;

use support::office::{append, codes, edit_field, field, judged, office, page, patched, signature};
use support::pki::Key;
use support::{leader_signs, prepared, request, sign};
use trien_pades::report::{ChangeKind, Report, Subindication};
use trien_pades::{FieldName, Verdict};
use trien_pdf::{Dict, Object, ObjectSink};

/// The file is refused, and the reason is among those given.
fn assert_invalid(file: &[u8], reason: &str) -> Report {
    let report = judged(file);
    assert_eq!(report.verdict, Verdict::Invalid, "{reason}: {report:#?}");
    assert!(
        codes(&report).contains(&reason),
        "{reason}: {:?}",
        codes(&report)
    );
    report
}

fn text_stream(update: &mut impl ObjectSink, text: &str) -> trien_pdf::ObjectId {
    let content = format!("0 0 595 842 re W n BT /F1 40 Tf 100 700 Td ({text}) Tj ET");
    let dict = Dict::new()
        .with("Type", Object::name("XObject"))
        .with("Subtype", Object::name("Form"))
        .with(
            "BBox",
            Object::Array([0, 0, 595, 842].map(Object::from).to_vec()),
        );
    update.add_stream(dict, content.into_bytes(), true)
}

// ---- hashes ----

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
    let pdf = support::open(&office().signed);
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

// ---- USF: the signature dictionary itself ----

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
fn usf_byte_ranges_of_the_wrong_form() {
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
fn usf_contents_missing_or_not_hexadecimal() {
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

// ---- ISA: bytes appended without a proper revision ----

#[test]
fn isa_junk_after_the_end() {
    for junk in [
        &b"junk"[..],
        b"% a comment",
        b"99 0 obj\n<<>>\nendobj\n",
        &[0x41; 200],
    ] {
        let file = [&office().sealed[..], junk].concat();
        let report = judged(&file);
        assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    }
}

#[test]
fn isa_objects_without_section_or_with_a_broken_one() {
    let body = b"3 0 obj\n<< /Type /Catalog >>\nendobj\n".as_slice();
    for tail in [
        &b""[..],
        b"trailer << /Root 3 0 R >>\n%%EOF\n",
        b"xref\n0 0\ntrailer\n<< /Root 3 0 R /Size 4 >>\nstartxref\n0\n%%EOF\n",
        b"startxref\n999999999\n%%EOF\n",
        b"startxref\n5\n%%EOF\n",
    ] {
        let file = [&office().sealed[..], body, tail].concat();
        let report = judged(&file);
        assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    }
}

#[test]
fn isa_second_document_appended() {
    let other = support::draft::letter().finish().unwrap();
    let file = [&office().sealed[..], &other].concat();
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    assert!(!report.hidden.is_empty());
}

#[test]
fn isa_a_revision_skipped_by_prev_hides_its_signature() {
    // A new section that names the section before the seal: the seal's revision is bridged.
    let pdf = support::open(&office().sealed);
    let before = pdf.revisions()[pdf.revisions().len() - 2].startxref;
    let trailer = pdf.latest().revision().unwrap().trailer.clone();
    let size = trailer.get("Size").and_then(Object::as_integer).unwrap();
    let at = office().sealed.len();
    let root = trailer.get("Root").and_then(Object::as_reference).unwrap();
    let section = format!(
        "xref\n0 0\ntrailer\n<< /Size {size} /Root {root} /Prev {before} >>\nstartxref\n{at}\n%%EOF\n"
    );
    let file = [&office().sealed[..], section.as_bytes()].concat();
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}

#[test]
fn isa_a_new_root_makes_the_signatures_vanish() {
    let file = append(&office().sealed, |pdf, update| {
        let id = pdf.latest().root().unwrap();
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.remove("AcroForm");
        update.set(id, Object::Dictionary(catalog));
    });
    let report = assert_invalid(&file, "signature_hidden");
    assert_eq!(report.hidden.len(), 2);
    assert!(report.signatures.is_empty());
}

#[test]
fn objects_orphan_in_a_proper_revision() {
    let file = append(&office().sealed, |_, update| {
        update.add(Dict::new().with("Type", Object::name("Page")));
    });
    assert_invalid(&file, "object_unexplained");
}

#[test]
fn objects_freed() {
    let pdf = support::open(&office().sealed);
    let number = page(&pdf).0.number;
    let trailer = pdf.latest().revision().unwrap();
    let root = trailer
        .trailer
        .get("Root")
        .and_then(Object::as_reference)
        .unwrap();
    let size = trailer
        .trailer
        .get("Size")
        .and_then(Object::as_integer)
        .unwrap();
    let at = office().sealed.len();
    let section = format!(
        "xref\n{number} 1\n0000000000 00001 f\r\ntrailer\n<< /Size {size} /Root {root} /Prev {} >>\nstartxref\n{at}\n%%EOF\n",
        trailer.startxref
    );
    let file = [&office().sealed[..], section.as_bytes()].concat();
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}

// ---- SWA: signatures that stand elsewhere than they seem ----

#[test]
fn swa_two_fields_share_one_value() {
    let file = append(&office().signed, |pdf, update| {
        let value = field(pdf, "ky_lanhdao").1.get("V").cloned().unwrap();
        let (id, mut seal) = field(pdf, "ky_condau");
        seal.set("V", value);
        update.set(id, Object::Dictionary(seal));
    });
    assert_invalid(&file, "signature_value_shared");
}

#[test]
fn swa_signature_dictionary_copied() {
    let file = append(&office().signed, |pdf, update| {
        let value = field(pdf, "ky_lanhdao")
            .1
            .get("V")
            .and_then(Object::as_reference)
            .unwrap();
        let copy = pdf.latest().object(value).unwrap();
        let copy = update.add(copy);
        let (id, mut seal) = field(pdf, "ky_condau");
        seal.set("V", copy);
        update.set(id, Object::Dictionary(seal));
    });
    assert_invalid(&file, "byte_range_gap_mismatch");
}

#[test]
fn swa_signature_value_replaced() {
    let file = append(&office().sealed, |pdf, update| {
        let value = field(pdf, "ky_lanhdao")
            .1
            .get("V")
            .and_then(Object::as_reference)
            .unwrap();
        let mut dict = pdf.latest().dict(value, "signature").unwrap();
        dict.set("Reason", Object::text("khác"));
        update.set(value, Object::Dictionary(dict));
    });
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}

// ---- shadow: what the pages show ----

#[test]
fn shadow_page_content_overlaid() {
    for file in [&office().signed, &office().sealed] {
        let file = append(file, |pdf, update| {
            let overlay = text_stream(update, "999");
            let (id, mut dict) = page(pdf);
            let old = dict.get("Contents").cloned().unwrap();
            dict.set("Contents", vec![old, Object::Reference(overlay)]);
            update.set(id, Object::Dictionary(dict));
        });
        assert_invalid(&file, "page_changed");
    }
}

#[test]
fn shadow_content_stream_overwritten_in_place() {
    let file = append(&office().sealed, |pdf, update| {
        let content = page(pdf).1.get("Contents").cloned().unwrap();
        let content = match content {
            Object::Array(items) => items[0].as_reference().unwrap(),
            other => other.as_reference().unwrap(),
        };
        update.set(
            content,
            Object::Stream(trien_pdf::Stream {
                dict: Dict::new(),
                data: trien_pdf::StreamData::Owned(b"BT ET".to_vec()),
            }),
        );
    });
    assert_invalid(&file, "page_changed");
}

#[test]
fn shadow_fonts_boxes_and_page_tree() {
    for key in [
        "MediaBox",
        "CropBox",
        "Rotate",
        "Resources",
        "UserUnit",
        "AA",
    ] {
        let file = append(&office().sealed, |pdf, update| {
            let (id, mut dict) = page(pdf);
            let value = match key {
                "Rotate" | "UserUnit" => Object::Integer(90),
                "Resources" | "AA" => Object::Dictionary(Dict::new()),
                _ => Object::Array([0, 0, 100, 100].map(Object::from).to_vec()),
            };
            dict.set(key, value);
            update.set(id, Object::Dictionary(dict));
        });
        assert_invalid(&file, "page_changed");
    }
    let file = append(&office().sealed, |pdf, update| {
        let (id, dict) = page(pdf);
        let pages = dict.get("Parent").and_then(Object::as_reference).unwrap();
        let copy = update.add(dict);
        let mut tree = pdf.latest().dict(pages, "pages").unwrap();
        tree.set("Kids", vec![Object::Reference(id), Object::Reference(copy)]);
        tree.set("Count", 2);
        update.set(pages, Object::Dictionary(tree));
    });
    assert_invalid(&file, "page_changed");
}

#[test]
fn shadow_catalog_entries() {
    for (key, reason) in [
        ("OpenAction", "catalog_changed"),
        ("OCProperties", "catalog_changed"),
        ("Names", "catalog_changed"),
        ("AA", "catalog_changed"),
        ("Perms", "permissions_changed"),
    ] {
        let file = append(&office().sealed, |pdf, update| {
            let id = pdf.latest().root().unwrap();
            let mut catalog = pdf.latest().catalog().unwrap();
            catalog.set(key, Dict::new());
            update.set(id, Object::Dictionary(catalog));
        });
        assert_invalid(&file, reason);
    }
}

#[test]
fn shadow_annotation_over_content() {
    for subtype in ["FreeText", "Stamp", "Redact", "Link"] {
        let file = append(&office().signed, |pdf, update| {
            let look = text_stream(update, "999");
            let rect = Object::Array([100, 700, 200, 760].map(Object::from).to_vec());
            let annotation = Dict::new()
                .with("Type", Object::name("Annot"))
                .with("Subtype", Object::name(subtype))
                .with("Rect", rect)
                .with("AP", Dict::new().with("N", look));
            let annotation = update.add(annotation);
            let (id, mut dict) = page(pdf);
            let list = pdf.latest().get(&dict, "Annots").unwrap();
            let mut list = list.as_array().unwrap_or_default().to_vec();
            list.push(annotation.into());
            dict.set("Annots", list);
            update.set(id, Object::Dictionary(dict));
        });
        assert_invalid(&file, "annotation_changed");
    }
}

#[test]
fn shadow_widget_taken_off_its_page() {
    let file = append(&office().sealed, |pdf, update| {
        let (id, mut dict) = page(pdf);
        dict.set("Annots", Object::Array(Vec::new()));
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&file, "annotation_changed");
}

// ---- fields ----

/// An appearance that shows `text` in a standard font.
fn look(update: &mut impl ObjectSink, text: &str) -> trien_pdf::ObjectId {
    let font = Dict::new()
        .with("Type", Object::name("Font"))
        .with("Subtype", Object::name("Type1"))
        .with("BaseFont", Object::name("Times-Roman"));
    let font = update.add(font);
    let form = Dict::new()
        .with("Type", Object::name("XObject"))
        .with("Subtype", Object::name("Form"))
        .with(
            "BBox",
            Object::Array([0, 0, 40, 15].map(Object::from).to_vec()),
        )
        .with(
            "Resources",
            Dict::new().with("Font", Dict::new().with("F1", font)),
        );
    let content = format!("/Tx BMC q BT /F1 13 Tf 2 3 Td ({text}) Tj ET Q EMC");
    update.add_stream(form, content.into_bytes(), true)
}

/// The leader's file with a number filled in that nobody signed.
fn filled(value: &str, shown: &str) -> Vec<u8> {
    append(&office().signed, |pdf, update| {
        let look = look(update, shown);
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text(value));
        dict.set("AP", Dict::new().with("N", look));
        update.set(id, Object::Dictionary(dict));
    })
}

#[test]
fn fields_filled_and_not_signed_is_indeterminate() {
    let report = judged(&filled("125", "125"));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec!["field_filled_not_signed"])
    );
    assert_eq!(
        signature(&report, "ky_lanhdao").changes_after,
        ChangeKind::FormFill
    );
}

#[test]
fn fields_overwritten_value_is_invalid() {
    let file = edit_field(&filled("125", "125"), "vb_so", |dict| {
        dict.set("V", Object::text("999"));
    });
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    assert!(codes(&report).contains(&"field_overwritten"));
}

#[test]
fn fields_number_changed_after_the_seal() {
    // A12l, H1n
    let file = edit_field(&office().sealed, "vb_so", |dict| {
        dict.set("V", Object::text("999"))
    });
    let report = assert_invalid(&file, "field_locked");
    assert_eq!(
        signature(&report, "ky_condau").changes_after,
        ChangeKind::NotPermitted
    );
    assert!(codes(&report).contains(&"value_appearance_mismatch"));
}

#[test]
fn fields_value_and_appearance_must_agree() {
    assert_invalid(&filled("125", "999"), "value_appearance_mismatch");
    // A value that no appearance shows is drawn by the viewer as it likes (A3b).
    let file = edit_field(&office().signed, "vb_so", |dict| {
        dict.set("V", Object::text("125"))
    });
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Indeterminate);
    assert_eq!(codes(&report), ["field_filled_not_signed"]);
    assert_eq!(report.warnings[0].code.code(), "value_without_appearance");
}

#[test]
fn fields_definition_stays() {
    let rect = || Object::Array([0, 0, 595, 842].map(Object::from).to_vec());
    for (name, key, value) in [
        ("vb_so", "Rect", rect()),
        ("vb_so", "T", Object::text("vb_khac")),
        ("vb_so", "FT", Object::name("Btn")),
        ("vb_so", "Ff", Object::Integer(4096)),
        ("vb_so", "DA", Object::text("/TiRo 40 Tf")),
        (
            "vb_so",
            "MK",
            Object::Dictionary(Dict::new().with("BG", Object::Array(vec![Object::Integer(1)]))),
        ),
        ("vb_so", "AA", Object::Dictionary(Dict::new())),
        ("ky_condau", "Rect", rect()),
        ("ky_condau", "Lock", Object::Null),
        ("ky_condau", "F", Object::Integer(2)),
    ] {
        let file = edit_field(&office().signed, name, |dict| dict.set(key, value));
        let report = judged(&file);
        assert_eq!(
            report.verdict,
            Verdict::Invalid,
            "{name} {key}: {:?}",
            codes(&report)
        );
    }
}

#[test]
fn fields_read_only_is_not_taken_off() {
    let pdf = support::open(&office().sealed);
    let flags = field(&pdf, "vb_so")
        .1
        .get("Ff")
        .and_then(Object::as_integer)
        .unwrap();
    assert_eq!(flags & 1, 1);
    let file = edit_field(&office().sealed, "vb_so", |dict| dict.set("Ff", flags & !1));
    assert_invalid(&file, "field_definition_changed");
}

#[test]
fn fields_added_or_removed() {
    // H1e, B6
    let file = append(&office().sealed, |pdf, update| {
        let (page_id, mut page_dict) = page(pdf);
        let widget = Dict::new()
            .with("Type", Object::name("Annot"))
            .with("Subtype", Object::name("Widget"))
            .with("FT", Object::name("Tx"))
            .with("T", Object::text("vb_moi"))
            .with("V", Object::text("999"))
            .with("P", page_id)
            .with(
                "Rect",
                Object::Array([100, 700, 200, 720].map(Object::from).to_vec()),
            );
        let widget = update.add(widget);
        let list = pdf.latest().get(&page_dict, "Annots").unwrap();
        let mut list = list.as_array().unwrap().to_vec();
        list.push(widget.into());
        page_dict.set("Annots", list);
        update.set(page_id, Object::Dictionary(page_dict));
        edit_form(pdf, update, |_, fields| fields.push(widget.into()));
    });
    assert_invalid(&file, "field_added");
    let file = append(&office().sealed, |pdf, update| {
        let number = field(pdf, "vb_so").0;
        edit_form(pdf, update, |_, fields| {
            fields.retain(|item| item.as_reference() != Some(number))
        });
    });
    assert_invalid(&file, "field_removed");
}

/// Rewrites the AcroForm dictionary with another list of fields.
fn edit_form(
    pdf: &trien_pdf::Pdf<&[u8]>,
    update: &mut trien_pdf::Update<'_, &[u8]>,
    change: impl FnOnce(&mut Dict, &mut Vec<Object>),
) {
    let mut catalog = pdf.latest().catalog().unwrap();
    let entry = catalog.get("AcroForm").cloned().unwrap();
    let mut form = pdf
        .latest()
        .resolve(&entry)
        .unwrap()
        .as_dict()
        .cloned()
        .unwrap();
    let fields = pdf.latest().get(&form, "Fields").unwrap();
    let mut fields = fields.as_array().unwrap().to_vec();
    change(&mut form, &mut fields);
    form.set("Fields", fields);
    match entry.as_reference() {
        Some(id) => update.set(id, Object::Dictionary(form)),
        None => {
            catalog.set("AcroForm", form);
            update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
        }
    }
}

#[test]
fn fields_form_dictionary_stays() {
    for (key, value) in [
        ("NeedAppearances", Object::Boolean(true)),
        ("XFA", Object::text("<xdp/>")),
        ("SigFlags", Object::Integer(0)),
        ("CO", Object::Array(Vec::new())),
        ("DA", Object::text("/TiRo 40 Tf")),
    ] {
        let file = append(&office().sealed, |pdf, update| {
            edit_form(pdf, update, |form, _| form.set(key, value));
        });
        assert_invalid(&file, "form_changed");
    }
}

#[test]
fn fields_seal_appearance_swapped() {
    // A12s, H1s
    let swap = |file: &[u8], name: &str| {
        append(file, |pdf, update| {
            let look = text_stream(update, "999");
            let (id, mut dict) = field(pdf, name);
            dict.set("AP", Dict::new().with("N", look));
            update.set(id, Object::Dictionary(dict));
        })
    };
    assert_invalid(
        &swap(&office().sealed, "ky_condau"),
        "signature_field_changed",
    );
    assert_invalid(
        &swap(&office().sealed, "ky_lanhdao"),
        "signature_field_changed",
    );
    // A picture in an empty signature field is no signature.
    assert_invalid(
        &swap(&office().signed, "ky_condau"),
        "field_definition_changed",
    );
    // The stream itself, overwritten in place.
    let file = append(&office().sealed, |pdf, update| {
        let (_, dict) = field(pdf, "ky_condau");
        let looks = pdf.latest().get(&dict, "AP").unwrap();
        let look = looks
            .as_dict()
            .unwrap()
            .get("N")
            .and_then(Object::as_reference)
            .unwrap();
        update.set(
            look,
            Object::Stream(trien_pdf::Stream {
                dict: Dict::new().with("Subtype", Object::name("Form")),
                data: trien_pdf::StreamData::Owned(b"0 0 10 10 re f".to_vec()),
            }),
        );
    });
    assert_invalid(&file, "signature_field_changed");
}

#[test]
fn fields_signature_value_taken_away() {
    let file = edit_field(&office().sealed, "ky_condau", |dict| {
        dict.remove("V");
    });
    assert_invalid(&file, "signature_hidden");
}

#[test]
fn fields_a_later_signature_over_a_first_fill_makes_it_permitted() {
    let seal = request(&office().pki, &office().clerk, FieldName::Seal);
    let file = sign(&filled("125", "125"), &office().clerk, &seal);
    assert_eq!(judged(&file).verdict, Verdict::ValidWithPermittedChanges);
}

#[test]
fn objects_an_appearance_that_the_page_shows_too_is_not_overwritten() {
    let draft = prepared(support::draft::letter().finish().unwrap(), true);
    let shared = append(&draft, |pdf, update| {
        let shown = look(update, "1");
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text("1"));
        dict.set("AP", Dict::new().with("N", shown));
        update.set(id, Object::Dictionary(dict));
        let (id, mut dict) = page(pdf);
        let resources = pdf.latest().get(&dict, "Resources").unwrap();
        let resources = resources.as_dict().unwrap().clone();
        dict.set(
            "Resources",
            resources.with("XObject", Dict::new().with("X", shown)),
        );
        update.set(id, Object::Dictionary(dict));
    });
    let signed = leader_signs(&shared, &office().pki, &office().leader);
    assert_eq!(judged(&signed).verdict, Verdict::Valid);
    let file = append(&signed, |pdf, update| {
        let (id, mut dict) = field(pdf, "vb_so");
        let looks = dict.get("AP").and_then(Object::as_dict).unwrap();
        let shown = looks.get("N").and_then(Object::as_reference).unwrap();
        let other = look(update, "9");
        let other = update.object(other).unwrap();
        update.set(shown, other);
        dict.set("V", Object::text("9"));
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&file, "object_shared");
}

// ---- LTV ----

#[test]
fn ltv_nothing_but_validation_data_hangs_in_the_security_store() {
    let with_store = |stored: fn(&mut trien_pdf::Update<'_, &[u8]>) -> Dict| {
        append(&office().sealed, |pdf, update| {
            let mut catalog = pdf.latest().catalog().unwrap();
            let store = stored(update);
            catalog.set("DSS", update.add(store));
            update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
        })
    };
    let plain = with_store(|update| {
        let certificate = update.add_stream(Dict::new(), vec![0x30, 0], true);
        Dict::new().with("Certs", vec![certificate.into()])
    });
    let report = judged(&plain);
    assert_eq!(report.verdict, Verdict::ValidWithPermittedChanges);
    assert_eq!(
        signature(&report, "ky_condau").changes_after,
        ChangeKind::Lta
    );
    let drawing = with_store(|update| {
        let drawing = text_stream(update, "999");
        Dict::new().with("Certs", vec![drawing.into()])
    });
    assert_invalid(&drawing, "dss_changed");
    let more = with_store(|update| Dict::new().with("More", update.add(Dict::new())));
    assert_invalid(&more, "dss_changed");
    // Taking the store away again takes nothing that was signed.
    let removed = append(&plain, |pdf, update| {
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.remove("DSS");
        update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
    });
    assert_eq!(judged(&removed).verdict, Verdict::ValidWithPermittedChanges);
}

// ---- identity ----

#[test]
fn identity_certificate_of_another_root_is_not_green() {
    let other = support::pki::Pki::new();
    let stranger = other.issue(
        10,
        "CN=Nguyễn Văn Bình,title=Chủ tịch,O=UBND xã An Hòa,C=VN",
        Key::p256(),
    );
    let draft = prepared(support::draft::letter().finish().unwrap(), false);
    let report = judged(&leader_signs(&draft, &other, &stranger));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec!["chain_not_found"])
    );
}
