//! Changes to a signed file, as a forger would make them.

use trien_pades::Verdict;
use trien_pades::report::Report;
use trien_pdf::{Dict, Object, ObjectId, ObjectSink, Pdf, Update};

use super::office::{append, codes, field, judged, office};

/// The file is refused, and the reason is among those given.
pub fn assert_invalid(file: &[u8], reason: &str) -> Report {
    let report = judged(file);
    assert_eq!(report.verdict, Verdict::Invalid, "{reason}: {report:#?}");
    assert!(
        codes(&report).contains(&reason),
        "{reason}: {:?}",
        codes(&report)
    );
    report
}

pub fn text_stream(update: &mut impl ObjectSink, text: &str) -> ObjectId {
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

/// An appearance that shows `text` in a standard font.
pub fn look(update: &mut impl ObjectSink, text: &str) -> ObjectId {
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
pub fn filled(value: &str, shown: &str) -> Vec<u8> {
    append(&office().signed, |pdf, update| {
        let look = look(update, shown);
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text(value));
        dict.set("AP", Dict::new().with("N", look));
        update.set(id, Object::Dictionary(dict));
    })
}

/// Rewrites the AcroForm dictionary with another list of fields.
pub fn edit_form(
    pdf: &Pdf<&[u8]>,
    update: &mut Update<'_, &[u8]>,
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
