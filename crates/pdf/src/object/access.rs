//! Getting values in and out of objects.

use super::{Dict, Name, Object, ObjectId, PdfString, Stream};

impl Name {
    /// The decoded bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name as text, if it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.as_bytes().to_vec())
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl Dict {
    /// An empty dictionary.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key. A value of `null` is the same as no entry (7.3.7) and is still returned here.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.get_bytes(key.as_bytes())
    }

    /// The value of a key that need not be text.
    #[must_use]
    pub fn get_bytes(&self, key: &[u8]) -> Option<&Object> {
        self.entries
            .iter()
            .find(|(k, _)| k.0 == key)
            .map(|(_, v)| v)
    }

    /// Whether the key is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets a key, in its old place if it is there already.
    pub fn set(&mut self, key: impl Into<Name>, value: impl Into<Object>) {
        let (key, value) = (key.into(), value.into());
        match self.entries.iter_mut().find(|(k, _)| *k == key) {
            Some((_, old)) => *old = value,
            None => self.entries.push((key, value)),
        }
    }

    /// [`Dict::set`] in the style of a builder.
    #[must_use]
    pub fn with(mut self, key: impl Into<Name>, value: impl Into<Object>) -> Self {
        self.set(key, value);
        self
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<Object> {
        let at = self.entries.iter().position(|(k, _)| k == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Keys and values in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Object)> {
        self.entries.iter().map(|(k, v)| (k, v))
    }

    /// How many keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether `/Type` (or another key) holds this name directly.
    #[must_use]
    pub fn is(&self, key: &str, name: &str) -> bool {
        self.get(key)
            .and_then(Object::as_name)
            .is_some_and(|n| n == name)
    }

    /// Builds from entries whose keys the parser has found to be distinct.
    pub(crate) fn from_distinct(entries: Vec<(Name, Object)>) -> Self {
        Self { entries }
    }
}

impl FromIterator<(Name, Object)> for Dict {
    fn from_iter<T: IntoIterator<Item = (Name, Object)>>(entries: T) -> Self {
        let mut dict = Self::new();
        entries.into_iter().for_each(|(k, v)| dict.set(k, v));
        dict
    }
}

impl Object {
    /// A name object.
    #[must_use]
    pub fn name(name: &str) -> Self {
        Self::Name(name.into())
    }

    /// A text string (7.9.2.2): ASCII as it is, everything else as UTF-16BE with its mark.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::String(PdfString::from_text(text))
    }

    /// A hexadecimal string.
    #[must_use]
    pub fn hex(bytes: impl Into<Vec<u8>>) -> Self {
        Self::String(PdfString {
            bytes: bytes.into(),
            hex: true,
        })
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The truth value of a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Boolean(b) = self {
            Some(*b)
        } else {
            None
        }
    }

    /// The value of an integer.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(i) = self {
            Some(*i)
        } else {
            None
        }
    }

    /// The value of an integer or real.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss)] // Coordinates are far below 2^53.
            Self::Integer(i) => Some(*i as f64),
            Self::Real(r) => Some(*r),
            _ => None,
        }
    }

    /// A string's bytes and form.
    #[must_use]
    pub fn as_string(&self) -> Option<&PdfString> {
        if let Self::String(s) = self {
            Some(s)
        } else {
            None
        }
    }

    /// A name.
    #[must_use]
    pub fn as_name(&self) -> Option<&Name> {
        if let Self::Name(n) = self {
            Some(n)
        } else {
            None
        }
    }

    /// An array's elements.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Object]> {
        if let Self::Array(a) = self {
            Some(a)
        } else {
            None
        }
    }

    /// A dictionary, or the dictionary of a stream.
    #[must_use]
    pub fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Dictionary(d) => Some(d),
            Self::Stream(s) => Some(&s.dict),
            _ => None,
        }
    }

    /// A stream.
    #[must_use]
    pub fn as_stream(&self) -> Option<&Stream> {
        if let Self::Stream(s) = self {
            Some(s)
        } else {
            None
        }
    }

    /// Where a reference leads.
    #[must_use]
    pub fn as_reference(&self) -> Option<ObjectId> {
        if let Self::Reference(id) = self {
            Some(*id)
        } else {
            None
        }
    }
}

macro_rules! into_object {
    ($($from:ty => |$value:ident| $object:expr),+ $(,)?) => {
        $(impl From<$from> for Object {
            fn from($value: $from) -> Self {
                $object
            }
        })+
    };
}

into_object! {
    bool => |b| Self::Boolean(b),
    i64 => |i| Self::Integer(i),
    i32 => |i| Self::Integer(i.into()),
    u32 => |i| Self::Integer(i.into()),
    f64 => |r| Self::Real(r),
    Name => |n| Self::Name(n),
    PdfString => |s| Self::String(s),
    Vec<Object> => |a| Self::Array(a),
    Dict => |d| Self::Dictionary(d),
    Stream => |s| Self::Stream(s),
    ObjectId => |id| Self::Reference(id),
}
