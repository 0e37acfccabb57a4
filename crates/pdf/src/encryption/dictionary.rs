//! The encryption dictionary (7.6.1, tables 20, 21 and 25).

use super::{Filters, Method};
use crate::{Dict, Name, Object, ObjectId, Pdf, PdfError, ReadAt};

/// What the dictionary of a standard security handler says.
pub(super) struct Handler {
    /// Its object; its strings are not encrypted.
    pub id: Option<ObjectId>,
    /// `/R`, which chooses the algorithms.
    pub revision: i64,
    /// Bytes of the file's key.
    pub length: usize,
    pub owner: Vec<u8>,
    pub user: Vec<u8>,
    pub owner_key: Vec<u8>,
    pub user_key: Vec<u8>,
    /// `/P` as it enters the key.
    pub permissions: [u8; 4],
    /// Whether metadata streams are encrypted too.
    pub metadata: bool,
    /// The first half of the file's `/ID`.
    pub file_id: Vec<u8>,
    pub strings: Method,
    pub streams: Method,
    filters: Filters,
}

impl Handler {
    /// `None` for a handler that is not standard or not known here.
    ///
    /// # Errors
    /// [`PdfError::EncryptionChanged`] where the revisions disagree: an update cannot encrypt what stands before it.
    pub fn read<S: ReadAt>(pdf: &Pdf<S>) -> Result<Option<Self>, PdfError> {
        let Some(oldest) = pdf.revisions().first() else {
            return Ok(None);
        };
        let entry = oldest.trailer.get("Encrypt");
        let same = |trailer: &Dict| trailer.get("Encrypt") == entry;
        let dict = pdf.at(0).get(&oldest.trailer, "Encrypt")?;
        let stays = pdf.latest().get(&oldest.trailer, "Encrypt")? == dict;
        if !stays || !pdf.revisions().iter().all(|r| same(&r.trailer)) {
            return Err(PdfError::EncryptionChanged);
        }
        let file_id = pdf.at(0).get(&oldest.trailer, "ID")?;
        let file_id = file_id.as_array().and_then(|halves| halves.first());
        let file_id = file_id.and_then(Object::as_string);
        let Object::Dictionary(dict) = dict else {
            return Ok(None);
        };
        let mut handler = match Self::of(&dict) {
            Some(handler) => handler,
            None => return Ok(None),
        };
        handler.id = entry.and_then(Object::as_reference);
        handler.file_id = file_id.map(|id| id.bytes.clone()).unwrap_or_default();
        Ok(Some(handler))
    }

    fn of(dict: &Dict) -> Option<Self> {
        let integer = |key: &str| dict.get(key).and_then(Object::as_integer);
        let string = |key: &str| {
            let string = dict.get(key).and_then(Object::as_string);
            string
                .map(|string| string.bytes.clone())
                .unwrap_or_default()
        };
        if !dict.is("Filter", "Standard") {
            return None;
        }
        let (version, revision) = (integer("V")?, integer("R")?);
        let length = match (version, revision) {
            (1, 2 | 3) => 5,
            (2, 3) => usize::try_from(integer("Length").unwrap_or(40)).ok()? / 8,
            (4, 4) => 16,
            (5, 5 | 6) => 32,
            _ => return None,
        };
        let mut handler = Self {
            id: None,
            revision,
            length,
            owner: string("O"),
            user: string("U"),
            owner_key: string("OE"),
            user_key: string("UE"),
            permissions: permissions(integer("P")?),
            metadata: dict.get("EncryptMetadata") != Some(&Object::Boolean(false)),
            file_id: Vec::new(),
            strings: Method::Rc4,
            streams: Method::Rc4,
            filters: Filters::new(),
        };
        if version >= 4 {
            let filters = dict.get("CF").and_then(Object::as_dict);
            handler.filters = filters.map(methods).unwrap_or_default();
            let named = |key: &str| handler.named(dict.get(key).and_then(Object::as_name));
            (handler.strings, handler.streams) = (named("StrF"), named("StmF"));
        }
        (5..=32).contains(&handler.length).then_some(handler)
    }

    /// The method of a crypt filter; `Identity` is the default (table 20).
    pub fn named(&self, name: Option<&Name>) -> Method {
        let method = name.and_then(|name| self.filters.get(name));
        method.copied().unwrap_or(Method::Identity)
    }
}

/// Table 22: 32 bits, which some programs write without their sign.
fn permissions(value: i64) -> [u8; 4] {
    let [a, b, c, d, ..] = value.to_le_bytes();
    [a, b, c, d]
}

fn methods(filters: &Dict) -> Filters {
    let known = filters.iter().filter_map(|(name, filter)| {
        let method = filter.as_dict()?.get("CFM").and_then(Object::as_name);
        let method = match method.and_then(|name| name.as_str()) {
            Some("V2") => Method::Rc4,
            Some("AESV2") => Method::Aes128,
            Some("AESV3") => Method::Aes256,
            _ => Method::Identity,
        };
        Some((name.clone(), method))
    });
    known.collect()
}
