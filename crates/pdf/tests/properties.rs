//! What is written reads back the same, and no damage makes the reader panic.

#![allow(clippy::unwrap_used, clippy::panic)] // In helpers too, a failure is a failed test.

mod common;

use common::{corpus, draft, open, plain};
use proptest::prelude::*;
use trien_pdf::{Dict, Name, Object, ObjectId, ObjectSink, PdfString, Stream, StreamData, Update};

fn name() -> impl Strategy<Value = Name> {
    prop::collection::vec(1_u8.., 0..12).prop_map(Name)
}

fn direct() -> impl Strategy<Value = Object> {
    let leaf = prop_oneof![
        Just(Object::Null),
        any::<bool>().prop_map(Object::Boolean),
        any::<i64>().prop_map(Object::Integer),
        any::<f64>()
            .prop_filter("PDF knows finite numbers only", |r| r.is_finite())
            .prop_map(Object::Real),
        (prop::collection::vec(any::<u8>(), 0..40), any::<bool>())
            .prop_map(|(bytes, hex)| Object::String(PdfString { bytes, hex })),
        name().prop_map(Object::Name),
        (1_u32..8_000_000, any::<u16>())
            .prop_map(|(number, generation)| Object::Reference(ObjectId { number, generation })),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Object::Array),
            dict(inner).prop_map(Object::Dictionary),
        ]
    })
}

fn dict(value: impl Strategy<Value = Object>) -> impl Strategy<Value = Dict> {
    prop::collection::vec((name(), value), 0..8).prop_map(Dict::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn objects_read_back_as_written(objects in prop::collection::vec(direct(), 1..6), xref_stream in any::<bool>()) {
        let bytes = base(xref_stream);
        let pdf = open(bytes.clone()).unwrap();
        let mut update = Update::new(&pdf).unwrap();
        let ids: Vec<ObjectId> = objects.iter().map(|object| update.add(object.clone())).collect();
        let pdf = open([bytes, update.finish().unwrap().bytes].concat()).unwrap();
        for (id, object) in ids.into_iter().zip(objects) {
            prop_assert_eq!(pdf.latest().object(id).unwrap(), object);
        }
        prop_assert_eq!(pdf.unaccounted().unwrap(), []);
    }

    #[test]
    fn streams_read_back_as_written(data in prop::collection::vec(any::<u8>(), 0..3000), compress in any::<bool>()) {
        let bytes = plain();
        let pdf = open(bytes.clone()).unwrap();
        let mut update = Update::new(&pdf).unwrap();
        let id = update.add_stream(Dict::new(), data.clone(), compress);
        let pdf = open([bytes, update.finish().unwrap().bytes].concat()).unwrap();
        let object = pdf.latest().object(id).unwrap();
        prop_assert_eq!(pdf.latest().stream_bytes(object.as_stream().unwrap()).unwrap(), data);
    }

    #[test]
    fn damage_never_panics(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), edit()), 1..6),
    ) {
        let mut files = corpus();
        let mut bytes = files.swap_remove(which.index(files.len())).1;
        for (place, edit) in edits {
            let at = place.index(bytes.len());
            match edit {
                Edit::Set(byte) => bytes[at] = byte,
                Edit::Cut(length) => drop(bytes.drain(at..(at + length).min(bytes.len() - 1))),
                Edit::Insert(text) => drop(bytes.splice(at..at, text.bytes())),
            }
        }
        use_everything(bytes);
    }
}

#[derive(Debug, Clone)]
enum Edit {
    Set(u8),
    Cut(usize),
    Insert(&'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    let words: [&'static str; 10] = [
        "<<",
        ">>",
        "[",
        "(",
        "/Length -1",
        "99999999999",
        " 1 0 R ",
        "endobj",
        "startxref 9 %%EOF",
        "stream\n",
    ];
    prop_oneof![
        any::<u8>().prop_map(Edit::Set),
        (1_usize..40).prop_map(Edit::Cut),
        prop::sample::select(words.to_vec()).prop_map(Edit::Insert),
    ]
}

/// Whether it opens or not, every answer must be an answer.
fn use_everything(bytes: Vec<u8>) {
    let Ok(pdf) = open(bytes) else { return };
    let (_, _) = (pdf.unaccounted(), pdf.byte_range_dictionaries());
    for revision in 0..pdf.revisions().len() {
        let view = pdf.at(revision);
        let _ = view.pages();
        for id in view.objects() {
            let (_, _) = (view.span(id), view.value_span(id, &["Length"]));
            if let Ok(Object::Stream(stream)) = view.object(id) {
                let _ = view.stream_bytes(&stream);
            }
        }
    }
    if let Ok(mut update) = Update::new(&pdf) {
        update.add(Stream {
            dict: Dict::new(),
            data: StreamData::Owned(vec![1]),
        });
        let _ = update.finish();
    }
}

fn base(xref_stream: bool) -> Vec<u8> {
    if xref_stream {
        draft(1).finish_with_xref_stream().unwrap()
    } else {
        plain()
    }
}
