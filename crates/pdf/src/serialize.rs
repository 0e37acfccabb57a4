//! Objects to bytes, the same bytes every time.

use crate::{Dict, Name, Object, PdfString, StreamData};

/// Writes a direct object. Of a stream only its dictionary is written: its data belong to an indirect object.
#[must_use]
pub fn serialize(object: &Object) -> Vec<u8> {
    let mut out = Vec::new();
    write(object, &mut out);
    out
}

/// Writes what stands between `obj` and `endobj`.
pub(crate) fn write_body(object: &Object, out: &mut Vec<u8>) {
    let Object::Stream(stream) = object else {
        return write(object, out);
    };
    let StreamData::Owned(data) = &stream.data else {
        return write(object, out);
    };
    let mut dict = stream.dict.clone();
    dict.set("Length", i64::try_from(data.len()).unwrap_or(i64::MAX));
    write_dict(&dict, out);
    out.extend(b"\nstream\n");
    out.extend(data);
    out.extend(b"\nendstream");
}

pub(crate) fn write(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend(b"null"),
        Object::Boolean(b) => out.extend(b.to_string().bytes()),
        Object::Integer(i) => out.extend(i.to_string().bytes()),
        Object::Real(r) => write_real(*r, out),
        Object::String(s) => write_string(s, out),
        Object::Name(n) => write_name(n, out),
        Object::Array(items) => write_array(items, out),
        Object::Dictionary(dict) => write_dict(dict, out),
        Object::Stream(stream) => write_dict(&stream.dict, out),
        Object::Reference(id) => out.extend(id.to_string().bytes()),
    }
}

/// The shortest digits that read back to the same value, always with a point so that it stays a real.
fn write_real(value: f64, out: &mut Vec<u8>) {
    // PDF has no words for infinity and not-a-number (7.3.3).
    let text = if value.is_finite() {
        value.to_string()
    } else {
        "0".to_owned()
    };
    out.extend(text.bytes());
    if !text.contains('.') {
        out.extend(b".0");
    }
}

fn write_string(string: &PdfString, out: &mut Vec<u8>) {
    if string.hex {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        out.push(b'<');
        for byte in &string.bytes {
            out.extend(
                [byte >> 4, byte & 15].map(|d| DIGITS.get(usize::from(d)).copied().unwrap_or(b'0')),
            );
        }
        out.push(b'>');
        return;
    }
    out.push(b'(');
    for byte in &string.bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend([b'\\', *byte]),
            b'\r' => out.extend(b"\\r"),
            b'\n' => out.extend(b"\\n"),
            // Octal keeps the file readable and safe from tools that touch control or high bytes.
            0..=31 | 127..=255 => out.extend(format!("\\{byte:03o}").bytes()),
            byte => out.push(*byte),
        }
    }
    out.push(b')');
}

fn write_name(name: &Name, out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in &name.0 {
        match byte {
            b'#' => out.extend(b"#23"),
            33..=126 if crate::cursor::is_regular(*byte) => out.push(*byte),
            byte => out.extend(format!("#{byte:02x}").bytes()),
        }
    }
}

fn write_array(items: &[Object], out: &mut Vec<u8>) {
    out.push(b'[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        write(item, out);
    }
    out.push(b']');
}

fn write_dict(dict: &Dict, out: &mut Vec<u8>) {
    out.extend(b"<<");
    for (key, value) in dict.iter() {
        out.push(b' ');
        write_name(key, out);
        out.push(b' ');
        write(value, out);
    }
    out.extend(b" >>");
}
