//! What an office's templates say of papers of a kind, and a seal's scan at its true size.
#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers of tests, too.

use std::fs;
use std::io::Cursor;

use serde_json::{Value, json};
use trien_pdf::{Limits, Object, Pdf, Rect};
use trien_tests::papers::scan;
use trien_tests::{Desk, Office, PIN_VARIABLE, rows};

/// Points in a millimetre.
const MM: f64 = 72.0 / 25.4;

/// A scanned decision: no text tells where its marks go, and its seal and signature are other ones than usual.
#[test]
fn a_template_says_how_papers_of_its_kind_are_marked() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let seal = picture(&office, "dau-van-thu.png");
    let with_margins = placed_on(&seal, [seal.0 + 200, seal.1 + 100]);
    put(&office, "dau-quyet-dinh.png", &with_margins);
    let signature = picture(&office, "lanh-dao.png");
    put(
        &office,
        "chu-ky-khac.png",
        &placed_on(&signature, [signature.0 + 7, signature.1]),
    );

    let line =
        |left: f64, width: f64| json!({"left_mm": left, "baseline_mm": 40, "width_mm": width});
    let places = json!({
        "number": line(50.0, 15.0), "day": line(140.0, 9.0), "month": line(160.0, 9.0),
        "signature": {"centre_mm": 150, "title_mm": 200, "name_mm": 230},
    });
    let mark = json!({"picture": "dau-quyet-dinh.png", "diameter_mm": 40});
    set_up(
        &office,
        &clerk,
        "van-thu",
        json!([{"kind": "quyết định", "mark": mark}, {"places": places}]),
    );
    let mark = json!({"picture": "chu-ky-khac.png", "diameter_mm": null});
    set_up(
        &office,
        &leader,
        "lanh-dao",
        json!([{"kind": "Quyết định", "mark": mark}]),
    );

    let file = office.folder().join("quet.pdf");
    fs::write(&file, scan((827, 1169), "DeviceRGB").unwrap()).unwrap();
    let path = file.display().to_string();
    let mut draft = vec!["draft", &path, "--subject", "x", "--kind", "Quyết định"];
    draft.extend(["--notation", "QĐ-UBND", "--signatory", "1"]);
    let id = clerk.ok(draft)["id"].to_string();
    clerk.ok(["handover", "out", &id]);
    leader.ok(["handover", "in"]);
    let waiting = rows(&leader, "outbox", "to-sign")[0]["key"]["id"].to_string();
    leader.ok(["sign-documents", &waiting, "--pin-env", PIN_VARIABLE]);
    clerk.ok(["handover", "in"]);
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let sealed = office.folder().join("sealed.pdf");
    let save = sealed.display().to_string();
    clerk.ok(["show", "out", &id, "--save", &save]);
    office.assert_judged(&sealed, 2);

    let bytes = fs::read(&sealed).unwrap();
    let (number, _) = field(&bytes, "vb_so");
    let left_and_base = (number.x0 / MM, (841.89 - number.y0 - 3.0) / MM);
    assert!((left_and_base.0 - 50.0).abs() < 0.1 && (left_and_base.1 - 40.0).abs() < 0.1);
    let (seal_box, drawn) = field(&bytes, "ky_condau");
    assert!((seal_box.width() / MM - 40.0).abs() < 0.1, "{seal_box:?}");
    let cut = drawn.expect("a picture");
    assert!(cut <= i64::from(seal.0), "the margins are cut off: {cut}");
    let (signed_box, drawn) = field(&bytes, "ky_lanhdao");
    assert!((f64::midpoint(signed_box.x0, signed_box.x1) / MM - 150.0).abs() < 0.1);
    assert_eq!(
        drawn,
        Some(i64::from(signature.0 + 7)),
        "the other signature"
    );
}

/// The seal's ink must be all that is in its picture, or the file says where it lies.
#[test]
fn a_scan_that_holds_more_than_the_seal_is_refused() {
    let office = Office::new();
    let seal = picture(&office, "dau-van-thu.png");
    let (width, height) = (seal.0 + 300, seal.1);
    let mut both = placed_on(&seal, [width, height]);
    for pixel in both.2.chunks_mut(4).skip(width as usize - 3).take(2) {
        pixel.copy_from_slice(&[0, 0, 0, 255]);
    }
    put(&office, "dau-van-thu.png", &both);
    let file = office.folder().join("co-quan/van-thu.json");
    let file = file.to_str().unwrap();
    office
        .clerk()
        .refused(["set-up", file], "office_file_unusable");
    let mut json: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    json["mark"]["disc"] = json!({"left": 0, "top": 0, "diameter": seal.0.min(seal.1)});
    fs::write(file, json.to_string()).unwrap();
    office.clerk().ok(["set-up", file]);
}

fn set_up(office: &Office, desk: &Desk, name: &str, templates: Value) {
    let file = office.folder().join(format!("co-quan/{name}.json"));
    let mut json: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    json["templates"] = templates;
    fs::write(&file, json.to_string()).unwrap();
    desk.ok(["set-up", file.to_str().unwrap()]);
}

/// Width, height and pixels with alpha.
type Picture = (u32, u32, Vec<u8>);

fn picture(office: &Office, name: &str) -> Picture {
    let bytes = fs::read(office.folder().join("co-quan").join(name)).unwrap();
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(frame.color_type, png::ColorType::Rgba);
    (frame.width, frame.height, pixels)
}

/// The picture on a larger transparent ground, from its upper left.
fn placed_on((width, _, pixels): &Picture, [wider, higher]: [u32; 2]) -> Picture {
    let mut larger = vec![0; (wider * higher * 4) as usize];
    let rows = larger.chunks_mut((wider * 4) as usize);
    for (row, pixels) in rows.zip(pixels.chunks((width * 4) as usize)) {
        row[..pixels.len()].copy_from_slice(pixels);
    }
    (wider, higher, larger)
}

fn put(office: &Office, name: &str, (width, height, pixels): &Picture) {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, *width, *height);
    encoder.set_color(png::ColorType::Rgba);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(pixels)
        .unwrap();
    fs::write(office.folder().join("co-quan").join(name), bytes).unwrap();
}

/// A field's box, and the width in pixels of the picture that its look draws.
fn field(pdf: &[u8], name: &str) -> (Rect, Option<i64>) {
    let pdf = Pdf::open(pdf, Limits::default()).unwrap();
    let view = pdf.latest();
    let mut fields = view
        .objects()
        .into_iter()
        .filter_map(|id| view.object(id).ok());
    let named = |object: &Object| {
        let name_of = object
            .as_dict()
            .and_then(|dict| dict.get("T"))
            .and_then(Object::as_string);
        name_of.is_some_and(|text| text.to_text() == name)
    };
    let field = fields.rfind(named).expect("the field");
    let field = field.as_dict().unwrap();
    let look = view.get(field, "AP").unwrap();
    let look = view.get(look.as_dict().unwrap(), "N").unwrap();
    let resources = view
        .get(&look.as_stream().unwrap().dict, "Resources")
        .unwrap();
    let images = view.get(resources.as_dict().unwrap(), "XObject").unwrap();
    let image = images.as_dict().and_then(|images| images.get("Im0"));
    let width = image.map(|image| {
        let image = view.resolve(image).unwrap();
        view.get(&image.as_stream().unwrap().dict, "Width")
            .unwrap()
            .as_integer()
            .unwrap()
    });
    (
        Rect::from_object(field.get("Rect").unwrap()).unwrap(),
        width,
    )
}
