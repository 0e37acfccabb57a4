//! Active content: added after signing it is refused; signed along, the reader is told.

use super::*;

fn script() -> Dict {
    Dict::new()
        .with("S", Object::name("JavaScript"))
        .with("JS", Object::text("app.alert(1)"))
}

fn with_catalog(file: &[u8], key: &str, value: impl Into<Object>) -> Vec<u8> {
    append(file, |pdf, update| {
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.set(key, value);
        update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
    })
}

fn entries() -> Vec<(&'static str, Dict)> {
    let named = |key: &str| Dict::new().with(key, Dict::new().with("Names", Vec::new()));
    let action = |kind: &str| Dict::new().with("S", Object::name(kind));
    let event = Dict::new()
        .with("Event", Object::name("Print"))
        .with("Category", vec![Object::name("Print")]);
    vec![
        ("OpenAction", script()),
        ("OpenAction", action("Launch")),
        ("OpenAction", action("GoToR")),
        ("OpenAction", action("GoToE")),
        ("OpenAction", action("SubmitForm")),
        ("AA", Dict::new().with("WC", script())),
        ("Names", named("JavaScript")),
        ("Names", named("EmbeddedFiles")),
        (
            "OCProperties",
            Dict::new().with("D", Dict::new().with("AS", vec![event.into()])),
        ),
    ]
}

#[test]
fn added_to_the_catalog_after_signing() {
    for (key, value) in entries() {
        assert_invalid(
            &with_catalog(&office().sealed, key, value),
            "catalog_changed",
        );
    }
}

#[test]
fn xfa_added_after_signing() {
    let file = append(&office().sealed, |pdf, update| {
        edit_form(pdf, update, |form, _| {
            form.set("XFA", Object::text("<xdp/>"))
        });
    });
    assert_invalid(&file, "form_changed");
}

#[test]
fn actions_added_to_a_page_a_field_or_a_widget_after_signing() {
    let file = append(&office().sealed, |pdf, update| {
        let (id, mut dict) = page(pdf);
        dict.set("AA", Dict::new().with("O", script()));
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&file, "page_changed");
    for key in ["A", "AA"] {
        let file = edit_field(&office().signed, "vb_so", |dict| dict.set(key, script()));
        assert_invalid(&file, "field_definition_changed");
    }
}

#[test]
fn page_content_in_another_file_after_signing() {
    let file = append(&office().sealed, |pdf, update| {
        let elsewhere = Dict::new().with("F", Object::text("http://example.com/page"));
        let elsewhere = update.add_stream(elsewhere, Vec::new(), false);
        let (id, mut dict) = page(pdf);
        dict.set("Contents", elsewhere);
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&file, "page_changed");
}

#[test]
fn layers_and_transparency_of_a_page_after_signing() {
    for (category, entry) in [
        ("Properties", Dict::new().with("Type", Object::name("OCG"))),
        ("ExtGState", Dict::new().with("ca", 0)),
    ] {
        let file = append(&office().sealed, |pdf, update| {
            let (id, mut dict) = page(pdf);
            let resources = pdf.latest().get(&dict, "Resources").unwrap();
            let resources = resources.as_dict().unwrap().clone();
            let entry = update.add(entry.clone());
            dict.set(
                "Resources",
                resources.with(category, Dict::new().with("X", entry)),
            );
            update.set(id, Object::Dictionary(dict));
        });
        assert_invalid(&file, "page_changed");
    }
}

#[test]
fn signed_along_it_is_told() {
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), false);
    for (key, value) in entries() {
        let file = with_catalog(&draft, key, value);
        let report = judged(&leader_signs(&file, &office().pki, &office().leader));
        assert_eq!(
            report.verdict,
            Verdict::Valid,
            "{key}: {:?}",
            codes(&report)
        );
        let warnings: Vec<_> = report.warnings.iter().map(|w| w.code.code()).collect();
        assert_eq!(warnings, ["active_content"], "{key}");
    }
}

#[test]
fn page_content_in_another_file_was_never_signed() {
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), false);
    let file = append(&draft, |pdf, update| {
        let elsewhere = Dict::new().with("F", Object::text("http://example.com/page"));
        let elsewhere = update.add_stream(elsewhere, Vec::new(), false);
        let (id, mut dict) = page(pdf);
        let old = dict.get("Contents").cloned().unwrap();
        dict.set("Contents", vec![old, elsewhere.into()]);
        update.set(id, Object::Dictionary(dict));
    });
    let report = judged(&leader_signs(&file, &office().pki, &office().leader));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec!["external_content"])
    );
}
