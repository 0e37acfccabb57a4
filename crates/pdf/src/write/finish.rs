//! The document as bytes.

use std::collections::BTreeMap;

use super::{Document, Sheet};
use crate::{
    Dict, Object, ObjectId, ObjectSink, PdfError,
    update::section::{FREE_HEAD, fingerprint, write_object, write_stream, write_table},
};

const CATALOG: ObjectId = ObjectId {
    number: 1,
    generation: 0,
};
const PAGES: ObjectId = ObjectId {
    number: 2,
    generation: 0,
};
const INFO: ObjectId = ObjectId {
    number: 3,
    generation: 0,
};

/// The header and a comment of high bytes, so that transfer programs treat the file as binary (7.5.2).
const HEADER: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";

impl Document {
    /// The file, with a cross-reference table.
    ///
    /// # Errors
    /// When there is no page, or a font cannot be embedded.
    pub fn finish(self) -> Result<Vec<u8>, PdfError> {
        self.into_bytes(false)
    }

    /// The file, with a cross-reference stream.
    ///
    /// # Errors
    /// As [`Document::finish`].
    pub fn finish_with_xref_stream(self) -> Result<Vec<u8>, PdfError> {
        self.into_bytes(true)
    }

    fn into_bytes(mut self, xref_stream: bool) -> Result<Vec<u8>, PdfError> {
        if self.pages.is_empty() {
            return Err(PdfError::WrongType { what: "page" });
        }
        let fonts = self.write_fonts()?;
        let pages = std::mem::take(&mut self.pages);
        let kids: Vec<Object> = pages.iter().map(|sheet| sheet.id.into()).collect();
        pages
            .into_iter()
            .for_each(|sheet| self.write_page(sheet, &fonts));
        let count = i64::try_from(kids.len()).unwrap_or(i64::MAX);
        let tree = Dict::new()
            .with("Type", Object::name("Pages"))
            .with("Kids", kids)
            .with("Count", count);
        self.set(PAGES, tree);
        let mut catalog = Dict::new()
            .with("Type", Object::name("Catalog"))
            .with("Pages", PAGES);
        catalog.set("Lang", Object::text("vi-VN"));
        std::mem::take(&mut self.catalog)
            .iter()
            .for_each(|(k, v)| catalog.set(k.clone(), v.clone()));
        self.set(CATALOG, catalog);
        let info = std::mem::take(&mut self.info);
        self.set(INFO, info);
        self.assemble(xref_stream)
    }

    /// Only the cuts that were used are embedded.
    fn write_fonts(&mut self) -> Result<Dict, PdfError> {
        let mut resources = Dict::new();
        for (cut, (subset, id)) in self
            .fonts
            .clone()
            .into_iter()
            .enumerate()
            .filter(|(_, (s, _))| !s.is_empty())
        {
            subset.write_as(id, self)?;
            resources.set(format!("F{cut}").as_str(), id);
        }
        Ok(resources)
    }

    fn write_page(&mut self, sheet: Sheet, fonts: &Dict) {
        let contents = self.add_stream(Dict::new(), sheet.content, true);
        let images = sheet.images.iter().enumerate();
        let images: Dict = images
            .map(|(i, id)| (format!("Im{i}").as_str().into(), (*id).into()))
            .collect();
        let mut resources = Dict::new().with("Font", fonts.clone());
        if !images.is_empty() {
            resources.set("XObject", images);
        }
        let mut page = Dict::new()
            .with("Type", Object::name("Page"))
            .with("Parent", PAGES)
            .with("MediaBox", sheet.media_box.to_object())
            .with("Resources", resources)
            .with("Contents", contents);
        sheet
            .extra
            .iter()
            .for_each(|(k, v)| page.set(k.clone(), v.clone()));
        self.set(sheet.id, page);
    }

    /// Objects are renumbered to leave no gap: Acrobat mistrusts a first table of several parts.
    fn assemble(self, xref_stream: bool) -> Result<Vec<u8>, PdfError> {
        let new: BTreeMap<ObjectId, ObjectId> = self
            .objects
            .keys()
            .zip(1..)
            .map(|(old, number)| {
                (
                    *old,
                    ObjectId {
                        number,
                        generation: 0,
                    },
                )
            })
            .collect();
        let mut out = HEADER.to_vec();
        let mut offsets = BTreeMap::from([(FREE_HEAD, 0)]);
        for (old, object) in &self.objects {
            let Some(id) = new.get(old) else { continue };
            offsets.insert(
                *id,
                write_object(*id, &renumber(object, &new), 0, &mut out).start,
            );
        }
        let id = Object::hex(fingerprint(&[&out]));
        let mut trailer = Dict::new()
            .with("Root", CATALOG)
            .with("Info", INFO)
            .with("ID", vec![id.clone(), id]);
        trailer = renumbered(&trailer, &new);
        let size = u32::try_from(offsets.len()).map_err(|_| PdfError::FileTooLarge)?;
        if xref_stream {
            write_stream(offsets, trailer, size, 0, &mut out)?;
        } else {
            write_table(&offsets, trailer, size, 0, &mut out);
        }
        Ok(out)
    }
}

fn renumber(object: &Object, new: &BTreeMap<ObjectId, ObjectId>) -> Object {
    match object {
        Object::Reference(id) => Object::Reference(*new.get(id).unwrap_or(id)),
        Object::Array(items) => {
            Object::Array(items.iter().map(|item| renumber(item, new)).collect())
        }
        Object::Dictionary(dict) => Object::Dictionary(renumbered(dict, new)),
        Object::Stream(stream) => Object::Stream(crate::Stream {
            dict: renumbered(&stream.dict, new),
            data: stream.data.clone(),
        }),
        other => other.clone(),
    }
}

fn renumbered(dict: &Dict, new: &BTreeMap<ObjectId, ObjectId>) -> Dict {
    dict.iter()
        .map(|(key, value)| (key.clone(), renumber(value, new)))
        .collect()
}
