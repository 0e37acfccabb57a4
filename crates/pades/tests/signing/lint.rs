//! What the lint finds in drafts that a word processor, or an attacker, may hand in.

use crate::support::pki::{Key, Pki};
use crate::support::{clerk_request, draft, leader_signs, open, prepared, sign};
use trien_pades::{FieldName, FindingCode, PadesError, lint, move_fields, prepare};
use trien_pdf::write::Document;
use trien_pdf::{Dict, Object, ObjectSink, Rect, StreamData};

/// The codes found in a draft to which something was added.
fn codes(add: impl FnOnce(&mut Document)) -> Vec<FindingCode> {
    let mut draft = draft::letter();
    add(&mut draft);
    found(&draft.finish().unwrap())
}

fn found(file: &[u8]) -> Vec<FindingCode> {
    lint(&open(file))
        .unwrap()
        .into_iter()
        .map(|finding| finding.code)
        .collect()
}

fn action(kind: &str) -> Dict {
    Dict::new()
        .with("Type", Object::name("Action"))
        .with("S", Object::name(kind))
}

fn annotation(kind: &str) -> Dict {
    let rect = Rect::new(0.0, 0.0, 10.0, 10.0).to_object();
    Dict::new()
        .with("Type", Object::name("Annot"))
        .with("Subtype", Object::name(kind))
        .with("Rect", rect)
}

#[test]
fn a_clean_draft_has_no_findings_before_and_after_each_act() {
    let pki = Pki::new();
    let person = pki.issue(1, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    let draft = draft::letter().finish().unwrap();
    assert_eq!(found(&draft), []);
    let prepared = prepared(draft, false);
    assert_eq!(found(&prepared), []);
    let elsewhere = Rect::new(134.0, 738.0, 175.0, 753.0);
    let moved = move_fields(&open(&prepared), &[(FieldName::Number, elsewhere)]).unwrap();
    let prepared = [prepared, moved.bytes].concat();
    assert_eq!(found(&prepared), []);
    let signed = leader_signs(&prepared, &pki, &person);
    let late = move_fields(&open(&signed), &[(FieldName::Number, elsewhere)]);
    assert!(matches!(late, Err(PadesError::Fixed(_))), "it is signed");
    assert_eq!(found(&signed), []);
    assert_eq!(
        found(&sign(
            &signed,
            &person,
            &clerk_request(&pki, &person, "125")
        )),
        []
    );
}

#[test]
fn scripts_and_actions_are_found_wherever_they_hang() {
    use FindingCode::*;
    let script = || action("JavaScript").with("JS", Object::text("app.alert(1)"));
    assert_eq!(
        codes(|draft| draft.catalog().set("OpenAction", script())),
        [JavaScript, OpenAction]
    );
    assert_eq!(
        codes(|draft| draft.catalog().set("OpenAction", action("GoTo"))),
        []
    );
    assert_eq!(
        codes(|draft| {
            let actions = Dict::new().with("O", action("Launch"));
            draft.page_dict().unwrap().set("AA", actions);
        }),
        [AdditionalActions, ActiveAction]
    );
    assert_eq!(
        codes(|draft| {
            let link = draft.add(annotation("Link").with("A", action("SubmitForm")));
            draft
                .page_dict()
                .unwrap()
                .set("Annots", vec![Object::Reference(link)]);
        }),
        [ActiveAction]
    );
    // Reached from nowhere that a list of places would name.
    assert_eq!(
        codes(|draft| {
            let _ = draft.add(vec![Object::Dictionary(script())]);
        }),
        [JavaScript]
    );
}

#[test]
fn web_links_are_harmless_and_notes_are_told_but_do_not_refuse() {
    assert_eq!(
        codes(|draft| {
            let _ = draft.add(annotation("Link").with("A", action("URI")));
        }),
        []
    );
    assert_eq!(
        codes(|draft| {
            let _ = draft.add(annotation("Text"));
        }),
        [FindingCode::Annotations]
    );
    assert!(!FindingCode::Annotations.refuses());
    assert_eq!(
        codes(|draft| {
            let _ = draft.add(annotation("RichMedia"));
        }),
        [FindingCode::Multimedia]
    );
}

#[test]
fn forms_of_others_and_xfa_refuse() {
    let form = |fields: Vec<Object>| Dict::new().with("Fields", fields);
    let foreign = codes(|draft| {
        let field = draft.add(
            annotation("Widget")
                .with("FT", Object::name("Tx"))
                .with("T", Object::text("name")),
        );
        draft.catalog().set("AcroForm", form(vec![field.into()]));
    });
    assert_eq!(foreign, [FindingCode::ForeignFields]);
    let xfa = codes(|draft| {
        let form = form(vec![])
            .with("XFA", Object::text("x"))
            .with("NeedAppearances", true);
        draft.catalog().set("AcroForm", form);
    });
    assert_eq!(xfa, [FindingCode::Xfa, FindingCode::NeedAppearances]);
}

#[test]
fn a_stream_in_another_file_refuses() {
    let external = codes(|draft| {
        let stream = Dict::new().with("F", Object::text("http://example.vn/page"));
        draft.add(trien_pdf::Stream {
            dict: stream,
            data: StreamData::Owned(Vec::new()),
        });
    });
    assert_eq!(external, [FindingCode::ExternalStream]);
}

#[test]
fn earlier_certifications_locks_and_lost_signatures_are_told_apart() {
    use FindingCode::*;
    let signed = |reference: Dict| {
        codes(|draft| {
            let value = Dict::new()
                .with("Type", Object::name("Sig"))
                .with("ByteRange", vec![Object::Integer(0); 4])
                .with("Reference", vec![Object::Dictionary(reference)]);
            let value = draft.add(value);
            let field = annotation("Widget")
                .with("FT", Object::name("Sig"))
                .with("T", Object::text("Signature1"));
            let field = draft.add(field.with("V", value));
            draft.catalog().set(
                "AcroForm",
                Dict::new().with("Fields", vec![Object::Reference(field)]),
            );
        })
    };
    let transform = |method: &str, parameters: Dict| {
        Dict::new()
            .with("TransformMethod", Object::name(method))
            .with("TransformParams", parameters)
    };
    let doc_mdp = |p: i64| transform("DocMDP", Dict::new().with("P", p));
    assert_eq!(
        signed(doc_mdp(1)),
        [SignedElsewhere, CertifiedWithoutChanges]
    );
    assert_eq!(signed(doc_mdp(2)), [SignedElsewhere, Certified]);
    let all = transform("FieldMDP", Dict::new().with("Action", Object::name("All")));
    assert_eq!(signed(all), [SignedElsewhere, WideLock]);

    let lost = codes(|draft| {
        draft.add(
            Dict::new()
                .with("Type", Object::name("Sig"))
                .with("ByteRange", vec![Object::Integer(0); 4]),
        );
    });
    assert_eq!(lost, [HiddenSignature]);
}

#[test]
fn a_first_cross_reference_table_in_pieces_refuses() {
    let draft = String::from_utf8_lossy(&draft::letter().finish().unwrap()).into_owned();
    assert!(draft.contains("xref\n0 "), "the draft ends with one table");
    let raw = draft::letter().finish().unwrap();
    let at = raw
        .windows(7)
        .rposition(|bytes| bytes == b"xref\n0 ")
        .unwrap();
    let count_end = at
        + 7
        + raw[at + 7..]
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap();
    let count: usize = std::str::from_utf8(&raw[at + 7..count_end])
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    // The same entries as two subsections: object 0, then the others.
    let split = format!("xref\n0 1\n0000000000 65535 f \n1 {}\n", count - 1);
    let file = [&raw[..at], split.as_bytes(), &raw[count_end + 21..]].concat();
    assert_eq!(found(&file), [FindingCode::FragmentedXref]);

    let refused = prepare(&open(&file), &draft::plan(false)).unwrap_err();
    assert!(matches!(&refused, PadesError::Lint(findings) if findings.len() == 1));
    assert!(refused.to_string().contains("fragmented_xref"));
}

#[test]
fn a_table_with_a_stream_beside_it_is_told() {
    // What Word does: a newest section without entries that names a cross-reference stream over all objects.
    let draft = draft::letter().finish_with_xref_stream().unwrap();
    let pdf = open(&draft);
    let (root, size) = (
        pdf.latest().root().unwrap(),
        pdf.latest().objects().len() + 1,
    );
    let stream = pdf.latest().revision().unwrap().startxref;
    let body = &draft[..draft
        .windows(9)
        .rposition(|bytes| bytes == b"startxref")
        .unwrap()];
    let trailer = format!("<< /Size {size} /Root {root} /XRefStm {stream} >>");
    let ending = format!(
        "xref\n0 0\ntrailer\n{trailer}\nstartxref\n{}\n%%EOF\n",
        body.len()
    );
    let file = [body, ending.as_bytes()].concat();
    assert_eq!(found(&file), [FindingCode::HybridXref]);
    assert!(!FindingCode::HybridXref.refuses());
}

/// A scan's text layer is invisible too, but lies under its picture.
#[test]
fn invisible_text_is_told_with_its_page_unless_it_is_a_scans() {
    let hidden = |picture: bool| {
        let draft = draft::letter().finish().unwrap();
        let pdf = open(&draft);
        let page = pdf.latest().pages().unwrap().remove(0);
        let mut update = trien_pdf::Update::new(&pdf).unwrap();
        let text = b"q BT 3 Tr (1.000.000.000) Tj ET Q BT (x) Tj ET".to_vec();
        let more = update.add_stream(Dict::new(), text, true);
        let content = page.dict.get("Contents").cloned().unwrap();
        let mut dict = page.dict.clone();
        dict.set("Contents", vec![content, Object::Reference(more)]);
        if picture {
            let image = Dict::new().with("Subtype", Object::name("Image"));
            let image = update.add_stream(image, Vec::new(), false);
            let objects = Dict::new().with("Im0", image);
            dict.set("Resources", Dict::new().with("XObject", objects));
        }
        update.set(page.id, dict);
        let whole = [draft.as_slice(), &update.finish().unwrap().bytes].concat();
        let mut clean = Vec::new();
        trien_pdf::normalise(&open(&whole), &mut clean).unwrap();
        clean
    };
    let findings = lint(&open(&hidden(false))).unwrap();
    let told: Vec<_> = findings
        .iter()
        .map(|f| (f.code, f.page, f.refuses))
        .collect();
    assert_eq!(told, [(FindingCode::HiddenText, Some(0), false)]);
    assert_eq!(found(&hidden(true)), []);
}

#[test]
fn a_page_that_no_tree_leads_to_is_told() {
    let codes = codes(|draft| {
        draft.add(Dict::new().with("Type", Object::name("Page")));
    });
    assert_eq!(codes, [FindingCode::UnusedPages]);
}
