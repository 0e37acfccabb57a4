//! Appearances that one reader takes for another text than the next: names, layers, fonts, rich text.

use super::*;

/// The leader's file with a number filled in whose appearance has this content and these fonts, sealed by the clerk.
fn sealed_over(
    content: &str,
    entries: impl FnOnce(&mut trien_pdf::Update<'_, &[u8]>) -> Dict,
    change: impl FnOnce(&mut Dict),
) -> Report {
    let file = append(&office().signed, |pdf, update| {
        let bbox = Object::Array([0, 0, 40, 15].map(Object::from).to_vec());
        let form = Dict::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Form"))
            .with("BBox", bbox);
        let form = entries(update).iter().fold(form, |form, (key, value)| {
            form.with(key.clone(), value.clone())
        });
        let shown = update.add_stream(form, content.as_bytes().to_vec(), true);
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text("125"));
        dict.set("AP", Dict::new().with("N", shown));
        change(&mut dict);
        update.set(id, Object::Dictionary(dict));
    });
    let seal = request(&office().pki, &office().clerk, FieldName::Seal);
    judged(&sign(&file, &office().clerk, &seal))
}

fn font(differences: &[(i64, &str)]) -> Dict {
    let listed = differences.iter();
    let listed = listed.flat_map(|(code, name)| [Object::Integer(*code), Object::name(name)]);
    let encoding = Dict::new().with("Differences", listed.collect::<Vec<_>>());
    Dict::new()
        .with("Type", Object::name("Font"))
        .with("Subtype", Object::name("Type1"))
        .with("BaseFont", Object::name("Times-Roman"))
        .with("Encoding", encoding)
}

fn resources(fonts: &[(&str, Dict)]) -> Dict {
    let fonts = fonts
        .iter()
        .map(|(name, font)| (trien_pdf::Name::from(*name), font.clone().into()));
    Dict::new().with(
        "Resources",
        Dict::new().with("Font", fonts.collect::<Dict>()),
    )
}

#[test]
fn the_name_of_a_font_is_the_one_that_viewers_decode() {
    // `/F#31` is F1, whose figures are others; an honest font bears the undecoded name.
    let lying = font(&[(0x31, "nine"), (0x32, "nine"), (0x35, "nine")]);
    let fonts = [("F1", lying), ("F#31", font(&[]))];
    let report = sealed_over(
        "BT /F#31 13 Tf 2 3 Td (125) Tj ET",
        |_| resources(&fonts),
        |_| {},
    );
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    assert!(codes(&report).contains(&"value_appearance_mismatch"));
}

#[test]
fn a_text_in_a_layer_is_no_agreement() {
    let content = "/OC /L BDC BT /F1 13 Tf 2 3 Td (125) Tj ET EMC";
    let plain = "BT /F1 13 Tf 2 3 Td (125) Tj ET";
    let fonts = || resources(&[("F1", font(&[]))]);
    let in_part = sealed_over(content, |_| fonts(), |_| {});
    let layer = Dict::new().with("Type", Object::name("OCG"));
    let whole = sealed_over(
        plain,
        |update| fonts().with("OC", update.add(layer)),
        |_| {},
    );
    for report in [in_part, whole] {
        assert_eq!(
            (report.verdict, codes(&report)),
            (Verdict::Indeterminate, vec!["appearance_not_understood"])
        );
    }
}

#[test]
fn a_hidden_text_in_a_font_of_the_form_is_no_agreement() {
    // The appearance has no font of its own: viewers take the form's.
    let content = |colour: &str| format!("{colour} BT /Vb 13 Tf 2 3 Td (125) Tj ET");
    let seal = request(&office().pki, &office().clerk, FieldName::Seal);
    let draft = append(
        &prepared(crate::support::draft::letter().finish().unwrap(), true),
        |pdf, update| {
            edit_form(pdf, update, |form, _| {
                form.set(
                    "DR",
                    Dict::new().with("Font", Dict::new().with("Vb", font(&[]))),
                );
            });
        },
    );
    let signed = leader_signs(&draft, &office().pki, &office().leader);
    for (colour, verdict) in [
        ("0 g", Verdict::ValidWithPermittedChanges),
        ("1 g", Verdict::Indeterminate),
    ] {
        let file = append(&signed, |pdf, update| {
            let bbox = Object::Array([0, 0, 40, 15].map(Object::from).to_vec());
            let form = Dict::new()
                .with("Subtype", Object::name("Form"))
                .with("BBox", bbox);
            let shown = update.add_stream(form, content(colour).into_bytes(), true);
            let (id, mut dict) = field(pdf, "vb_so");
            dict.set("V", Object::text("125"));
            dict.set("AP", Dict::new().with("N", shown));
            update.set(id, Object::Dictionary(dict));
        });
        let report = judged(&sign(&file, &office().clerk, &seal));
        assert_eq!(report.verdict, verdict, "{colour}: {:?}", codes(&report));
    }
}

#[test]
fn rich_text_in_a_stream_says_what_the_value_says() {
    let with = |text: &str, form: bool| {
        let file = append(&office().signed, |pdf, update| {
            let kind = Dict::new().with("Subtype", Object::name("Form"));
            let kind = if form { kind } else { Dict::new() };
            let rich = update.add_stream(kind, text.as_bytes().to_vec(), true);
            let shown = look(update, "125");
            let (id, mut dict) = field(pdf, "vb_so");
            dict.set("V", Object::text("125"));
            dict.set("RV", rich);
            dict.set("AP", Dict::new().with("N", shown));
            update.set(id, Object::Dictionary(dict));
        });
        let seal = request(&office().pki, &office().clerk, FieldName::Seal);
        judged(&sign(&file, &office().clerk, &seal))
    };
    let honest = with("<body><p>125</p></body>", false);
    assert_eq!(honest.verdict, Verdict::ValidWithPermittedChanges);
    for (text, form) in [("<body><p>999</p></body>", false), ("<p>125</p>", true)] {
        let report = with(text, form);
        assert_eq!(report.verdict, Verdict::Invalid, "{text}");
        assert!(codes(&report).contains(&"value_appearance_mismatch"));
    }
}

#[test]
fn a_field_that_a_page_names_as_its_resources_is_not_filled() {
    // The page draws `/V` of what it takes for its images: the field's value, once there is one.
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), true);
    let shared = append(&draft, |pdf, update| {
        let number = field(pdf, "vb_so").0;
        let (id, mut dict) = page(pdf);
        let resources = pdf.latest().get(&dict, "Resources").unwrap();
        let resources = resources.as_dict().unwrap().clone();
        dict.set("Resources", resources.with("XObject", number));
        update.set(id, Object::Dictionary(dict));
    });
    let signed = leader_signs(&shared, &office().pki, &office().leader);
    assert_eq!(judged(&signed).verdict, Verdict::Valid);
    let file = edit_field(&signed, "vb_so", |dict| dict.set("V", Object::text("125")));
    assert_invalid(&file, "object_shared");
}

#[test]
fn a_signed_value_that_is_overwritten_is_told_although_a_later_signature_covers_it() {
    let once = filled("125", "125");
    let seal = request(&office().pki, &office().clerk, FieldName::Seal);
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), true);
    let preset = append(&draft, |pdf, update| {
        let shown = look(update, "1");
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text("1"));
        dict.set("AP", Dict::new().with("N", shown));
        update.set(id, Object::Dictionary(dict));
    });
    let signed = leader_signs(&preset, &office().pki, &office().leader);
    let changed = append(&signed, |pdf, update| {
        let shown = look(update, "125");
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text("125"));
        dict.set("AP", Dict::new().with("N", shown));
        update.set(id, Object::Dictionary(dict));
    });
    for (file, warnings) in [(once, vec![]), (changed, vec!["field_overwritten"])] {
        let report = judged(&sign(&file, &office().clerk, &seal));
        assert_eq!(report.verdict, Verdict::ValidWithPermittedChanges);
        let told = report.warnings.iter().map(|warning| warning.code.code());
        assert_eq!(told.collect::<Vec<_>>(), warnings);
    }
}

/// The letter with a box for a note over its text, prepared before anyone signs.
fn with_a_box_over_the_text() -> Vec<u8> {
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), true);
    append(&draft, |pdf, update| {
        let (page_id, mut page_dict) = page(pdf);
        let rect = Object::Array([60, 100, 540, 780].map(Object::from).to_vec());
        let widget = Dict::new()
            .with("Type", Object::name("Annot"))
            .with("Subtype", Object::name("Widget"))
            .with("FT", Object::name("Tx"))
            .with("T", Object::text("ghi_chu"))
            .with("P", page_id)
            .with("Rect", rect);
        let widget = update.add(widget);
        let list = pdf.latest().get(&page_dict, "Annots").unwrap();
        let mut list = list.as_array().unwrap().to_vec();
        list.push(widget.into());
        page_dict.set("Annots", list);
        update.set(page_id, Object::Dictionary(page_dict));
        edit_form(pdf, update, |_, fields| fields.push(widget.into()));
    })
}

#[test]
fn a_box_over_the_text_is_not_painted_white() {
    // Shadow attack: the field stays empty, only its look is new, and what was signed lies under it.
    let signed = leader_signs(&with_a_box_over_the_text(), &office().pki, &office().leader);
    assert_eq!(judged(&signed).verdict, Verdict::Valid);
    let painted = |content: &str| {
        append(&signed, |pdf, update| {
            let bbox = Object::Array([0, 0, 480, 680].map(Object::from).to_vec());
            let form = Dict::new()
                .with("Subtype", Object::name("Form"))
                .with("BBox", bbox);
            let look = update.add_stream(form, content.as_bytes().to_vec(), true);
            let (id, mut dict) = field(pdf, "ghi_chu");
            dict.set("AP", Dict::new().with("N", look));
            update.set(id, Object::Dictionary(dict));
        })
    };
    assert_invalid(&painted("1 g 0 0 480 680 re f"), "field_covers");
    // A frame around it hides nothing.
    let framed = judged(&painted("0 0 480 680 re S"));
    assert_eq!(framed.verdict, Verdict::ValidWithPermittedChanges);
    // Whoever seals the painted box has seen it so; the reader is told.
    let seal = request(&office().pki, &office().clerk, FieldName::Seal);
    let report = judged(&sign(
        &painted("1 g 0 0 480 680 re f"),
        &office().clerk,
        &seal,
    ));
    assert_eq!(report.verdict, Verdict::ValidWithPermittedChanges);
    let told = report.warnings.iter().map(|warning| warning.code.code());
    assert_eq!(told.collect::<Vec<_>>(), ["field_may_cover"]);
}

#[test]
fn a_font_that_a_signed_look_lacks_is_not_given_to_it_later() {
    let draft = append(
        &prepared(crate::support::draft::letter().finish().unwrap(), true),
        |pdf, update| {
            let bbox = Object::Array([0, 0, 40, 15].map(Object::from).to_vec());
            let form = Dict::new()
                .with("Subtype", Object::name("Form"))
                .with("BBox", bbox);
            let content = b"BT /Vb 13 Tf 2 3 Td (125) Tj ET".to_vec();
            let shown = update.add_stream(form, content, true);
            let (id, mut dict) = field(pdf, "vb_so");
            dict.set("V", Object::text("125"));
            dict.set("AP", Dict::new().with("N", shown));
            update.set(id, Object::Dictionary(dict));
        },
    );
    let signed = leader_signs(&draft, &office().pki, &office().leader);
    let with_font = |name: &str| {
        append(&signed, |pdf, update| {
            let nines = font(&[(0x31, "nine"), (0x32, "nine"), (0x35, "nine")]);
            edit_form(pdf, update, |form, _| {
                let all = pdf.latest().get(form, "DR").unwrap();
                let all = all.as_dict().cloned().unwrap_or_default();
                let fonts = pdf.latest().get(&all, "Font").unwrap();
                let fonts = fonts.as_dict().cloned().unwrap_or_default();
                form.set("DR", all.with("Font", fonts.with(name, nines)));
            });
        })
    };
    assert_invalid(&with_font("Vb"), "form_changed");
    let other = judged(&with_font("Helv"));
    assert_eq!(other.verdict, Verdict::Valid, "{:?}", codes(&other));
}
