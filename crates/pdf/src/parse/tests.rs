use super::*;

fn parse(text: &str) -> Result<Object, PdfError> {
    object(&mut Cursor::new(text.as_bytes(), 0, true), 0)
}

#[test]
fn every_type() {
    let object =
        parse("<</A[1 -2.5 .5 +7 true null]/B(a\\(\\)\\n\\101(x))/C<4a4>/D 12 0 R/E#20F/g>>")
            .unwrap();
    let dict = object.as_dict().unwrap();
    assert_eq!(
        dict.get("A").unwrap().as_array().unwrap(),
        [
            Object::Integer(1),
            Object::Real(-2.5),
            Object::Real(0.5),
            Object::Integer(7),
            true.into(),
            Object::Null
        ]
    );
    assert_eq!(
        dict.get("B").unwrap().as_string().unwrap().bytes,
        b"a()\nA(x)"
    );
    assert_eq!(dict.get("C").unwrap(), &Object::hex(*b"J@"));
    assert_eq!(
        dict.get("D").unwrap().as_reference(),
        Some(ObjectId {
            number: 12,
            generation: 0
        })
    );
    assert_eq!(dict.get("E F"), Some(&Object::name("g")));
}

#[test]
fn what_the_grammar_does_not_say_is_refused() {
    for text in [
        "--5", "1e5", "0.0.1", ".", "inf", "<4x>", "/a#0", "/a#00", "[1 2", "<</A>>", "<<1 2>>",
        "endobj", "R", "(a",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert!(matches!(
        parse("<</A 1/#41 2>>"),
        Err(PdfError::DuplicateKey { offset: 6, .. })
    ));
}

#[test]
fn nesting_is_bounded() {
    assert!(parse(&("[".repeat(60) + &"]".repeat(60))).is_ok());
    assert!(matches!(
        parse(&"[".repeat(100_000)),
        Err(PdfError::Limit { .. })
    ));
}

#[test]
fn a_number_cut_by_the_window_is_not_a_number() {
    let cut = object(&mut Cursor::new(b"12", 0, false), 0);
    assert!(matches!(cut, Err(PdfError::UnexpectedEnd { offset: 2 })));
}

#[test]
fn spans_of_direct_values() {
    let bytes = b"7 0 obj\n<< /A << /Contents <00ff> >> /ByteRange [0 1] >> endobj";
    let span = |path: &[&str]| {
        let range = value_span(&mut Cursor::new(bytes, 0, true), path).unwrap()?;
        Some(&bytes[range.start as usize..range.end as usize])
    };
    assert_eq!(span(&["A", "Contents"]), Some(&b"<00ff>"[..]));
    assert_eq!(span(&["ByteRange"]), Some(&b"[0 1]"[..]));
    assert_eq!(span(&["B"]), None);
    assert_eq!(span(&["ByteRange", "X"]), None);
}
