//! The face and the size of a mark's letters, as its look in the file has them.

use std::fs;
use std::path::Path;

use trien_pdf::{Dict, Limits, Object, Pdf, Stream, View};

use crate::table::Mark;

/// What of a mark's letters is not as the table says.
pub fn wrong(pdf: &Path, mark: &Mark) -> Vec<String> {
    let (Some(font), Some([least, most])) = (&mark.font, mark.size_pt) else {
        return Vec::new();
    };
    let bytes = fs::read(pdf).unwrap();
    let pdf = Pdf::open(bytes.as_slice(), Limits::default()).unwrap();
    let view = pdf.latest();
    let look = match &mark.field {
        Some(field) => of_field(view, field),
        None => of_page(view),
    };
    let content = String::from_utf8(view.stream_bytes(&look).unwrap()).unwrap();
    let words: Vec<&str> = content.split_whitespace().collect();
    let mut sizes = words.windows(3).filter(|run| run[2] == "Tf");
    let run = sizes.next().expect("letters are drawn");
    let size: f64 = run[1].parse().unwrap();
    let resources = view.get(&look.dict, "Resources").unwrap();
    let fonts = view.get(resources.as_dict().unwrap(), "Font").unwrap();
    let face = view.get(fonts.as_dict().unwrap(), run[0].trim_start_matches('/'));
    let face = face.unwrap();
    let name = view.get(face.as_dict().unwrap(), "BaseFont").unwrap();
    let name = name.as_name().and_then(|name| name.as_str()).unwrap();
    let mut wrong = Vec::new();
    // A subset's name begins with six letters of its own.
    if name.split('+').next_back() != Some(font) {
        wrong.push(format!("set in {name}, not in {font}"));
    }
    if !(least..=most).contains(&size) {
        wrong.push(format!("{size} pt, not {least} to {most}"));
    }
    wrong
}

fn of_field(view: View<'_, &[u8]>, name: &str) -> Stream {
    let named = |dict: &Dict| {
        dict.get("T")
            .and_then(Object::as_string)
            .is_some_and(|t| t.to_text() == name)
    };
    let field = view
        .objects()
        .into_iter()
        .find_map(|id| match view.object(id).unwrap() {
            Object::Dictionary(dict) if named(&dict) => Some(dict),
            _ => None,
        });
    let field = field.unwrap_or_else(|| panic!("no field {name}"));
    let looks = view.get(&field, "AP").unwrap();
    let look = view.get(looks.as_dict().unwrap(), "N").unwrap();
    look.as_stream().expect("a look").clone()
}

/// The form that the preparation put on the page: the one that draws a border and text.
fn of_page(view: View<'_, &[u8]>) -> Stream {
    let pages = view.pages().unwrap();
    let objects = view.get(&pages[0].resources, "XObject").unwrap();
    let objects = objects.as_dict().expect("forms on the page");
    let forms = objects.iter().filter_map(|(_, object)| {
        let object = view.resolve(object).unwrap();
        object
            .as_stream()
            .filter(|stream| stream.dict.is("Subtype", "Form"))
            .cloned()
    });
    let form = forms.last();
    form.expect("a form")
}
