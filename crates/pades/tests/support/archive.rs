//! The rules of PDF/A (ISO 19005-2, and -1 where it is stricter) that form fields, signatures and their looks can break.

use trien_pdf::{Dict, Object, Rect};

/// Annotation flags (ISO 32000-2 table 167): Print, and those that hide.
const PRINT: i64 = 4;
const HIDES: i64 = 1 + 2 + 32 + 256;

/// What keeps a file from being PDF/A of this part; each with its clause.
pub fn faults(file: &[u8], part: u8) -> Vec<String> {
    let pdf = super::open(file);
    let view = pdf.latest();
    let catalog = view.catalog().unwrap();
    let dict = |dict: &Dict, key: &str| match view.get(dict, key).unwrap() {
        Object::Dictionary(inner) => inner,
        Object::Stream(stream) => stream.dict,
        _ => Dict::new(),
    };
    let mut faults = Vec::new();
    let mut broken = |clause: &str, what: String| faults.push(format!("{clause} {what}"));
    if pdf.encrypted() {
        broken("6.1.3", "encrypted".into());
    }
    let newest = pdf.revisions().last().unwrap();
    if !newest.trailer.contains("ID") {
        broken("6.1.3", "no /ID".into());
    }
    match view.get(&catalog, "Metadata").unwrap() {
        Object::Stream(xmp) => {
            let xmp = String::from_utf8_lossy(&view.stream_bytes(&xmp).unwrap()).into_owned();
            if !xmp.contains(&format!("<pdfaid:part>{part}</pdfaid:part>")) {
                broken("6.6.4", "XMP names another part".into());
            }
        }
        _ => broken("6.6.2", "no XMP".into()),
    }
    let intents = view.get(&catalog, "OutputIntents").unwrap();
    let profile = intents.as_array().and_then(|intents| intents.first());
    let profile = profile.map(|intent| view.resolve(intent).unwrap());
    if !profile.is_some_and(|p| p.as_dict().is_some_and(|p| p.contains("DestOutputProfile"))) {
        broken("6.2.3", "no output intent with a profile".into());
    }
    let form = dict(&catalog, "AcroForm");
    if form.contains("XFA") || form.get("NeedAppearances").is_some() {
        broken("6.4", "XFA or NeedAppearances".into());
    }
    // Fonts that the form only offers draw nothing.
    let offered = dict(&dict(&form, "DR"), "Font");
    let offered: Vec<_> = offered
        .iter()
        .filter_map(|(_, font)| font.as_reference())
        .collect();
    for id in view.objects() {
        let object = view.object(id).unwrap();
        let (Object::Dictionary(it) | Object::Stream(trien_pdf::Stream { dict: it, .. })) = &object
        else {
            continue;
        };
        if it.is("Subtype", "Widget") {
            let flags = it.get("F").and_then(Object::as_integer).unwrap_or(0);
            if flags & PRINT == 0 || flags & HIDES != 0 {
                broken("6.3.2", format!("widget {id} with /F {flags}"));
            }
            let rect = it.get("Rect").map(|rect| Rect::from_object(rect).unwrap());
            let visible = rect.is_some_and(|rect| rect.width() > 0.0 && rect.height() > 0.0);
            if visible && !dict(it, "AP").contains("N") {
                broken("6.3.3", format!("widget {id} without a look"));
            }
            if it.contains("A") || it.contains("AA") {
                broken("6.4.1", format!("widget {id} acts"));
            }
        }
        if it.contains("JS") || it.contains("EF") && part == 1 {
            broken("6.5.1", format!("{id} acts or embeds"));
        }
        let descends = it.is("Type", "Font") && !it.is("Subtype", "Type0");
        if descends && !it.is("Subtype", "Type3") && !offered.contains(&id) {
            let descriptor = dict(it, "FontDescriptor");
            let embedded = ["FontFile", "FontFile2", "FontFile3"];
            if !embedded.iter().any(|file| descriptor.contains(file)) {
                broken("6.2.11.4", format!("font {id} is not embedded"));
            }
        }
        if it.is("Filter", "LZWDecode") || (matches!(object, Object::Stream(_)) && it.contains("F"))
        {
            broken("6.1.7", format!("stream {id}"));
        }
        if part == 1
            && it
                .get("SMask")
                .is_some_and(|mask| mask.as_reference().is_some())
        {
            broken("19005-1 6.4", format!("{id} is transparent"));
        }
    }
    faults
}
