//! Every check of the demo can fail: a folder that is right passes them all, and for each check there is a damage that
//! it finds.

use std::path::PathBuf;

use serde_json::Value;
use trien_pdf::{Object, ObjectSink, Rect};

use crate::check::{self, CHECKS};
use crate::files::{
    Files, RECEIVED, RETURNED, SEALED, SIGNED, field, json, json_lines, open, read, write,
};
use crate::forge::{FLIPPED, OVERLAID, RENUMBERED, appended};
use crate::{forge, job};

/// A file of the folder and what it holds instead.
type Damaged = (PathBuf, Vec<u8>);

/// A check's name, and what it must find.
type Damage = (&'static str, fn(&Files) -> Damaged);

const DAMAGES: &[Damage] = &[
    ("every revision begins with the one before", |files| {
        let mut signed = read(&files.pdf(SIGNED)).unwrap();
        signed[1000] ^= 1;
        (files.pdf(SIGNED), signed)
    }),
    ("pyHanko trusts leader and seal", flipped),
    ("pdfsig: two valid signatures", flipped),
    ("number between Số: and /", |files| {
        with_row(files, "clerk-book-out", |row| row[0] = "77/UBND-VP".into())
    }),
    ("day and month between their words", |files| {
        with_row(files, "clerk-book-out", |row| row[1] = "01/01/2020".into())
    }),
    ("the date is that of the seal", |files| {
        let mut sealed = read(&files.pdf(SEALED)).unwrap();
        let stamp = b"/M (D:20";
        let found = sealed.windows(stamp.len()).position(|part| part == stamp);
        sealed[found.unwrap() + stamp.len()] = b'9';
        (files.pdf(SEALED), sealed)
    }),
    ("no number, day or month when the leader signed", |files| {
        (files.pdf(SIGNED), read(&files.pdf(SEALED)).unwrap())
    }),
    ("the seal has its true size", |files| {
        with_box(files, "ky_condau", |seal| {
            Rect::new(seal.x0, seal.y0, seal.x1 + 3.0, seal.y1)
        })
    }),
    ("the seal covers a third of the leader's mark", |files| {
        with_box(files, "ky_condau", |seal| {
            Rect::new(seal.x0, seal.y0 + 70.0, seal.x1, seal.y1 + 70.0)
        })
    }),
    ("the picture has red and blue where they belong", |files| {
        (files.picture(), white())
    }),
    ("the axis took the document once", |files| {
        let mut ledger = String::from_utf8(read(&files.ledger()).unwrap()).unwrap();
        let lines = json_lines(&files.ledger()).unwrap();
        let ours = |line: &&Value| line["messagetype"] == "edoc" && line["duplicate"] == false;
        ledger += &lines.iter().rfind(ours).unwrap().to_string();
        (files.ledger(), ledger.into_bytes())
    }),
    ("packages are what the ledger says", |files| {
        let mut packages = std::fs::read_dir(files.packages()).unwrap();
        let path = packages.next().unwrap().unwrap().path();
        let package = [read(&path).unwrap(), b"\n".to_vec()].concat();
        (path, package)
    }),
    ("the receiver got the sealed file", |files| {
        (files.pdf(RECEIVED), read(&files.pdf(SIGNED)).unwrap())
    }),
    ("statuses 01, 03, 06 from the receiver", |files| {
        let path = files.told("tracking.json");
        let mut tracking = json(&path).unwrap();
        tracking["rows"][0]["cells"][2]["code"] = "05".into();
        (path, tracking.to_string().into_bytes())
    }),
    ("the first draft came back with a reason", |files| {
        (files.pdf(RETURNED), read(&files.pdf(SIGNED)).unwrap())
    }),
    ("books have ten columns", |files| {
        let path = files.told("receiver-book-in.json");
        let mut book = json(&path).unwrap();
        book["columns"].as_array_mut().unwrap().pop();
        (path, book.to_string().into_bytes())
    }),
    ("the clerk's outgoing book", |files| {
        with_row(files, "clerk-book-out", |row| {
            row.iter_mut().skip(2).for_each(|cell| *cell = "".into());
        })
    }),
    ("the receiver's book has it once", |files| {
        let path = files.told("receiver-book-in.json");
        let mut book = json(&path).unwrap();
        let rows = book["rows"].as_array_mut().unwrap();
        rows.extend(rows.clone());
        (path, book.to_string().into_bytes())
    }),
    ("trien verify: the sealed file", flipped),
    ("trien verify: no list of revoked certificates", flipped),
    ("trien verify: no root", flipped),
    ("trien verify: leader revoked", |files| {
        let list = read(&files.pki("issuer.crl")).unwrap();
        (files.revoked("issuer.crl"), list)
    }),
    ("trien verify: one flipped byte", |files| {
        not_forged(files, FLIPPED)
    }),
    ("trien verify: number changed after the seal", |files| {
        not_forged(files, RENUMBERED)
    }),
    ("trien verify: page overlay", |files| {
        not_forged(files, OVERLAID)
    }),
];

#[test]
fn every_check_passes_what_is_right_and_finds_what_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::at(&folder.path().canonicalize().unwrap());
    job::run(&files).unwrap();
    forge::all(&files).unwrap();
    for (name, check) in CHECKS {
        assert!(check(&files).is_ok(), "{name}: {:?}", check(&files));
        let known = DAMAGES.iter().any(|(damaged, _)| damaged == name);
        assert!(known, "no damage shows that {name:?} can fail");
    }
    for (name, damage) in DAMAGES {
        let (_, check) = CHECKS.iter().find(|(check, _)| check == name).unwrap();
        let (path, damaged) = damage(&files);
        let right = read(&path).unwrap();
        assert!(damaged != right, "{name}: nothing is damaged");
        write(&path, &damaged).unwrap();
        assert!(check(&files).is_err(), "{name}: {:?}", check(&files));
        write(&path, &right).unwrap();
    }
    std::fs::remove_file(files.pdf(SEALED)).unwrap();
    assert!(check::all(&files).is_err(), "one failed check is enough");
}

/// The sealed file with one byte turned over.
fn flipped(files: &Files) -> Damaged {
    (files.pdf(SEALED), read(&files.forged(FLIPPED)).unwrap())
}

/// The sealed file itself in the place of a forgery.
fn not_forged(files: &Files, name: &str) -> Damaged {
    (files.forged(name), read(&files.pdf(SEALED)).unwrap())
}

/// The first row of a book changed.
fn with_row(files: &Files, book: &str, change: impl FnOnce(&mut Vec<Value>)) -> Damaged {
    let path = files.told(&format!("{book}.json"));
    let mut book = json(&path).unwrap();
    change(book["rows"][0].as_array_mut().unwrap());
    (path, book.to_string().into_bytes())
}

/// The sealed file with a field in another place.
fn with_box(files: &Files, name: &str, change: impl FnOnce(Rect) -> Rect) -> Damaged {
    let sealed = read(&files.pdf(SEALED)).unwrap();
    let (_, dict) = field(open(&sealed).unwrap().latest(), name).unwrap();
    let rect = change(Rect::from_object(dict.get("Rect").unwrap()).unwrap());
    let moved = appended(&sealed, |pdf, update| {
        let (id, mut dict) = field(pdf.latest(), name)?;
        dict.set("Rect", rect.to_object());
        update.set(id, Object::Dictionary(dict));
        Ok(())
    });
    (files.pdf(SEALED), moved.unwrap())
}

/// A page on which nothing is painted.
fn white() -> Vec<u8> {
    const SIDE: u32 = 100;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Rgb);
    let pixels = vec![0xFF; (3 * SIDE * SIDE) as usize];
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    file
}
