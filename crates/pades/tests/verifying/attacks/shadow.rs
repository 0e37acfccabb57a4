//! Shadow attacks after signing: what the pages show.

use super::*;

#[test]
fn page_content_overlaid() {
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
fn content_stream_overwritten_in_place() {
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
fn fonts_boxes_and_page_tree() {
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
fn catalog_entries() {
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
fn annotation_over_content() {
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
fn widget_taken_off_its_page() {
    let file = append(&office().sealed, |pdf, update| {
        let (id, mut dict) = page(pdf);
        dict.set("Annots", Object::Array(Vec::new()));
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&file, "annotation_changed");
}

#[test]
fn objects_that_pages_draw_with_are_overwritten_in_place() {
    // Font swap, image swap, layers: every object that the page leads to but its annotations.
    let sealed = &office().sealed;
    let pdf = crate::support::open(sealed);
    let resources = pdf.latest().get(&page(&pdf).1, "Resources").unwrap();
    let fonts = pdf
        .latest()
        .get(resources.as_dict().unwrap(), "Font")
        .unwrap();
    let font = fonts
        .as_dict()
        .unwrap()
        .iter()
        .find_map(|(_, font)| font.as_reference());
    let font = font.unwrap();
    let dict = pdf.latest().dict(font, "font").unwrap();
    let map = dict.get("ToUnicode").and_then(Object::as_reference);
    let descendant = pdf.latest().get(&dict, "DescendantFonts").unwrap();
    let descendant = descendant.as_array().unwrap()[0].as_reference();
    for id in [Some(font), map, descendant].into_iter().flatten() {
        let file = append(sealed, |_, update| {
            update.set(id, Dict::new().with("Type", Object::name("Font")));
        });
        assert_invalid(&file, "page_changed");
    }
}

#[test]
fn second_page_tree_with_the_pages_of_the_first() {
    let file = append(&office().sealed, |pdf, update| {
        let (id, dict) = page(pdf);
        let tree = update.allocate();
        let kid = update.add(dict.with("Parent", tree));
        let pages = Dict::new()
            .with("Type", Object::name("Pages"))
            .with("Kids", vec![Object::Reference(kid)])
            .with("Count", 1);
        update.set(tree, pages);
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.set("Pages", tree);
        update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
        assert_ne!(id, kid);
    });
    assert_invalid(&file, "page_changed");
}

#[test]
fn content_that_leads_into_nothing_does_not_come_to_life() {
    // The page draws an object that is not there; after signing it comes, as validation data or as part of a timestamp.
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), false);
    // The number that the first object after the leader's signature will have.
    let plain = leader_signs(&draft, &office().pki, &office().leader);
    let trailer = crate::support::open(&plain)
        .latest()
        .revision()
        .unwrap()
        .trailer
        .clone();
    let number = trailer.get("Size").and_then(Object::as_integer).unwrap() as u32;
    let missing = ObjectId {
        number,
        generation: 0,
    };
    let drawn = append(&draft, |pdf, update| {
        let (id, mut dict) = page(pdf);
        let old = dict.get("Contents").cloned().unwrap();
        dict.set("Contents", vec![old, missing.into()]);
        update.set(id, Object::Dictionary(dict));
    });
    let listed = append(&draft, |pdf, update| {
        let (id, mut dict) = page(pdf);
        let list = pdf.latest().get(&dict, "Annots").unwrap();
        let mut list = list.as_array().unwrap().to_vec();
        list.push(missing.into());
        dict.set("Annots", list);
        update.set(id, Object::Dictionary(dict));
    });
    let overlay = Object::Stream(trien_pdf::Stream {
        dict: Dict::new(),
        data: trien_pdf::StreamData::Owned(b"1 g 0 0 595 842 re f".to_vec()),
    });
    let note = Dict::new()
        .with("Type", Object::name("Annot"))
        .with("Subtype", Object::name("FreeText"))
        .with("Contents", Object::text("999"))
        .with(
            "Rect",
            Object::Array([100, 600, 400, 700].map(Object::from).to_vec()),
        );
    for (draft, object, key) in [
        (drawn, overlay, "Certs"),
        (listed, Object::Dictionary(note), "VRI"),
    ] {
        let signed = leader_signs(&draft, &office().pki, &office().leader);
        assert_eq!(judged(&signed).verdict, Verdict::Valid);
        let file = append(&signed, |pdf, update| {
            assert_eq!(update.add(object), missing);
            let stored: Object = match key {
                "Certs" => vec![Object::Reference(missing)].into(),
                _ => Dict::new()
                    .with("AA", Dict::new().with("TS", missing))
                    .into(),
            };
            let mut catalog = pdf.latest().catalog().unwrap();
            catalog.set("DSS", Dict::new().with(key, stored));
            update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
        });
        assert_invalid(&file, "object_shared");
    }
}
