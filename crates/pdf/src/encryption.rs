//! Encrypted files (7.6; ISO 32000-2, 7.6): strings and streams under the standard security handler.
//!
//! A signature covers the bytes of the file, encrypted as they are; only what they say is decrypted. Nothing is ever
//! written encrypted.

use std::collections::BTreeMap;

use aes::cipher::{BlockModeDecrypt, KeyInit, KeyIvInit, StreamCipher, block_padding::Pkcs7};
use md5::{Digest, Md5};

use crate::{Dict, Name, Object, ObjectId, Pdf, PdfError, PdfString, ReadAt, StreamData};

mod dictionary;
mod password;

use dictionary::Handler;

/// Bytes of an AES block, and of the initialisation vector that stands before encrypted data.
const BLOCK: usize = 16;

/// How strings or streams are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Identity,
    Rc4,
    Aes128,
    Aes256,
}

/// What a password has opened.
pub(crate) struct Encryption {
    key: Vec<u8>,
    handler: Handler,
}

impl Encryption {
    /// `None` where the password is neither the user's nor the owner's, or the handler is not a standard one.
    ///
    /// # Errors
    /// When the encryption dictionary cannot be read.
    pub fn open<S: ReadAt>(pdf: &Pdf<S>, password: &str) -> Result<Option<Self>, PdfError> {
        let Some(handler) = Handler::read(pdf)? else {
            return Ok(None);
        };
        let key = password::key(&handler, password);
        Ok(key.map(|key| Self { key, handler }))
    }

    /// An object of the file with its strings decrypted; its stream data are marked for [`Encryption::stream`].
    pub fn object(&self, id: ObjectId, object: Object) -> Result<Object, PdfError> {
        if Some(id) == self.handler.id {
            return Ok(object);
        }
        match object {
            // 7.5.8.2: a cross-reference stream is never encrypted.
            Object::Stream(stream) if stream.dict.is("Type", "XRef") => Ok(Object::Stream(stream)),
            Object::Stream(mut stream) => {
                stream.dict = self.dict(id, &stream.dict)?;
                if let StreamData::InFile(range) = stream.data {
                    stream.data = StreamData::Encrypted { range, holder: id };
                }
                Ok(Object::Stream(stream))
            }
            other => self.value(id, other),
        }
    }

    /// The data of a stream of object `id`, filters still on.
    pub fn stream(&self, id: ObjectId, dict: &Dict, data: Vec<u8>) -> Result<Vec<u8>, PdfError> {
        let method = match own_filter(dict) {
            Some(name) => self.handler.named(name.as_ref()),
            // Table 20: metadata that search programs shall read.
            None if !self.handler.metadata && dict.is("Type", "Metadata") => Method::Identity,
            None => self.handler.streams,
        };
        self.decrypt(method, id, data)
    }

    fn value(&self, id: ObjectId, object: Object) -> Result<Object, PdfError> {
        match object {
            Object::String(PdfString { bytes, hex }) => {
                let bytes = self.decrypt(self.handler.strings, id, bytes)?;
                Ok(Object::String(PdfString { bytes, hex }))
            }
            Object::Array(items) => {
                let items = items.into_iter().map(|item| self.value(id, item));
                items.collect::<Result<_, _>>().map(Object::Array)
            }
            Object::Dictionary(dict) => self.dict(id, &dict).map(Object::Dictionary),
            other => Ok(other),
        }
    }

    fn dict(&self, id: ObjectId, dict: &Dict) -> Result<Dict, PdfError> {
        let is_signature = dict.contains("ByteRange");
        let entries = dict.iter().map(|(key, value)| {
            // ISO 32000-2, 7.6.2: the value of a signature is never encrypted.
            let value = match is_signature && *key == "Contents" {
                true => value.clone(),
                false => self.value(id, value.clone())?,
            };
            Ok((key.clone(), value))
        });
        entries.collect::<Result<_, _>>().map(Dict::from_distinct)
    }

    fn decrypt(
        &self,
        method: Method,
        id: ObjectId,
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, PdfError> {
        match method {
            Method::Identity => Ok(data),
            Method::Rc4 => {
                rc4(&self.object_key(id, b""), &mut data);
                Ok(data)
            }
            Method::Aes128 => aes::<aes::Aes128>(&self.object_key(id, b"sAlT"), &data),
            Method::Aes256 => aes::<aes::Aes256>(&self.key, &data),
        }
    }

    /// Algorithm 1: each object has a key of its own.
    fn object_key(&self, id: ObjectId, salt: &[u8]) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(&self.key);
        hash.update(id.number.to_le_bytes().get(..3).unwrap_or_default());
        hash.update(id.generation.to_le_bytes());
        hash.update(salt);
        let mut key = hash.finalize().to_vec();
        key.truncate(self.key.len() + 5);
        key
    }
}

/// The name that a stream's own `/Crypt` filter gives (7.4.10); `Some(None)` for its default, `Identity`.
fn own_filter(dict: &Dict) -> Option<Option<Name>> {
    let list = |key| match dict.get(key) {
        Some(Object::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let is_crypt = |filter: &Object| filter.as_name().is_some_and(|name| *name == "Crypt");
    let at = list("Filter").iter().position(is_crypt)?;
    let parms = list("DecodeParms").into_iter().nth(at);
    let parms = parms.as_ref().and_then(Object::as_dict);
    Some(parms.and_then(|dict| dict.get("Name")?.as_name().cloned()))
}

/// In place; a key has 5 to 16 bytes.
fn rc4(key: &[u8], data: &mut [u8]) {
    if let Ok(mut cipher) = rc4::Rc4::new_from_slice(key) {
        cipher.apply_keystream(data);
    }
}

/// CBC with the initialisation vector in front and PKCS #7 padding behind (7.6.2).
fn aes<C>(key: &[u8], data: &[u8]) -> Result<Vec<u8>, PdfError>
where
    C: aes::cipher::BlockCipherDecrypt + KeyInit,
    cbc::Decryptor<C>: KeyIvInit,
{
    let fault = |reason| PdfError::Filter {
        filter: "Crypt".to_owned(),
        reason,
    };
    // Programs leave empty strings and streams as they are.
    let Some((vector, data)) = data.split_at_checked(BLOCK) else {
        return match data {
            [] => Ok(Vec::new()),
            _ => Err(fault("the encrypted data are too short")),
        };
    };
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, vector)
        .map_err(|_| fault("the key does not fit"))?;
    cipher
        .decrypt_padded_vec::<Pkcs7>(data)
        .map_err(|_| fault("the encrypted data are damaged"))
}

/// The methods of `/CF` by name.
type Filters = BTreeMap<Name, Method>;
