//! Fields: values, looks and definitions.

use super::*;

#[test]
fn filled_and_not_signed_is_indeterminate() {
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
fn overwritten_value_is_invalid() {
    let file = edit_field(&filled("125", "125"), "vb_so", |dict| {
        dict.set("V", Object::text("999"));
    });
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    assert!(codes(&report).contains(&"field_overwritten"));
}

#[test]
fn number_changed_after_the_seal() {
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
fn value_and_appearance_must_agree() {
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
fn definition_stays() {
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
fn read_only_is_not_taken_off() {
    let pdf = crate::support::open(&office().sealed);
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
fn added_or_removed() {
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

#[test]
fn form_dictionary_stays() {
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
fn seal_appearance_swapped() {
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
fn signature_value_taken_away() {
    let file = edit_field(&office().sealed, "ky_condau", |dict| {
        dict.remove("V");
    });
    assert_invalid(&file, "signature_hidden");
}

#[test]
fn a_later_signature_over_a_first_fill_makes_it_permitted() {
    let seal = request(&office().pki, &office().clerk, FieldName::Seal);
    let file = sign(&filled("125", "125"), &office().clerk, &seal);
    assert_eq!(judged(&file).verdict, Verdict::ValidWithPermittedChanges);
}

#[test]
fn text_that_is_read_but_not_seen_is_no_agreement() {
    // Painted over, in the colour of paper, clipped away: the text layer says 125, the eye sees nothing of it.
    for content in [
        "BT /F1 13 Tf 2 3 Td (125) Tj ET 1 g 0 0 40 15 re f",
        "1 g BT /F1 13 Tf 2 3 Td (125) Tj ET",
        "BT /F1 13 Tf 2 300 Td (125) Tj ET",
    ] {
        let file = append(&office().signed, |pdf, update| {
            let shown = look(update, "125");
            let Ok(Object::Stream(stream)) = update.object(shown) else {
                panic!("an appearance is a stream");
            };
            let shown = update.add_stream(
                stream
                    .dict
                    .iter()
                    .filter(|(key, _)| **key != "Length" && **key != "Filter")
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
                content.as_bytes().to_vec(),
                true,
            );
            let (id, mut dict) = field(pdf, "vb_so");
            dict.set("V", Object::text("125"));
            dict.set("AP", Dict::new().with("N", shown));
            update.set(id, Object::Dictionary(dict));
        });
        let seal = request(&office().pki, &office().clerk, FieldName::Seal);
        let report = judged(&sign(&file, &office().clerk, &seal));
        assert_eq!(
            (report.verdict, codes(&report)),
            (Verdict::Indeterminate, vec!["appearance_not_understood"]),
            "{content}"
        );
    }
}

#[test]
fn a_font_that_says_another_figure_than_its_glyph_draws() {
    // The number's own embedded font, with a map that says 999 where its glyphs draw 125.
    let sealed = &office().sealed;
    let pdf = crate::support::open(sealed);
    let looks = pdf.latest().get(&field(&pdf, "vb_so").1, "AP").unwrap();
    let look = pdf.latest().get(looks.as_dict().unwrap(), "N").unwrap();
    let look = look.as_stream().unwrap().clone();
    let resources = pdf.latest().get(&look.dict, "Resources").unwrap();
    let fonts = pdf
        .latest()
        .get(resources.as_dict().unwrap(), "Font")
        .unwrap();
    let (name, font) = fonts.as_dict().unwrap().iter().next().unwrap();
    let font = pdf
        .latest()
        .resolve(font)
        .unwrap()
        .as_dict()
        .unwrap()
        .clone();
    let content = pdf.latest().stream_bytes(&look).unwrap();
    let file = append(&office().signed, |pdf, update| {
        let codes: String = (0..256)
            .map(|code| format!("<{code:04x}> <0039> "))
            .collect();
        let map = format!("begincmap 256 beginbfchar {codes}endbfchar endcmap");
        let map = update.add_stream(Dict::new(), map.into_bytes(), true);
        let font = carried_over(&crate::support::open(sealed), font.clone(), update);
        let font = update.add(font.with("ToUnicode", map));
        let form = Dict::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Form"))
            .with("BBox", look.dict.get("BBox").cloned().unwrap())
            .with(
                "Resources",
                Dict::new().with("Font", Dict::new().with(name.clone(), font)),
            );
        let shown = update.add_stream(form, content.clone(), true);
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text("999"));
        dict.set("AP", Dict::new().with("N", shown));
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&file, "value_appearance_mismatch");
}

/// A dictionary with everything that it leads to, copied from another file.
fn carried_over(from: &trien_pdf::Pdf<&[u8]>, dict: Dict, update: &mut impl ObjectSink) -> Dict {
    let copied = dict
        .iter()
        .map(|(key, value)| (key.clone(), copy(from, value, update)));
    copied.collect()
}

fn copy(from: &trien_pdf::Pdf<&[u8]>, object: &Object, update: &mut impl ObjectSink) -> Object {
    match object {
        Object::Reference(id) => match from.latest().object(*id).unwrap() {
            Object::Stream(stream) => {
                let bytes = from.latest().stream_bytes(&stream).unwrap();
                let kept = stream.dict.iter();
                let kept = kept.filter(|(key, _)| **key != "Length" && **key != "Filter");
                let dict = kept
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                update.add_stream(dict, bytes, true).into()
            }
            other => copy(from, &other, update),
        },
        Object::Dictionary(dict) => carried_over(from, dict.clone(), update).into(),
        Object::Array(items) => {
            Object::Array(items.iter().map(|item| copy(from, item, update)).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn moved_to_another_place_of_the_tree() {
    // /Kids tamper: the number becomes a kid of a new field.
    let file = append(&office().sealed, |pdf, update| {
        let (id, mut dict) = field(pdf, "vb_so");
        let above = Dict::new()
            .with("T", Object::text("tren"))
            .with("Kids", vec![id.into()]);
        let above = update.add(above);
        dict.set("Parent", above);
        update.set(id, Object::Dictionary(dict));
        edit_form(pdf, update, |_, fields| {
            for item in fields
                .iter_mut()
                .filter(|item| item.as_reference() == Some(id))
            {
                *item = above.into();
            }
        });
    });
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}

#[test]
fn on_another_page() {
    let file = edit_field(&office().sealed, "vb_so", |dict| {
        dict.set(
            "P",
            ObjectId {
                number: 1,
                generation: 0,
            },
        );
    });
    assert_invalid(&file, "field_definition_changed");
}
