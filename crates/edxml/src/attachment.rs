//! One file of a package.

use crate::{EdxmlError, zipped};

/// A file of a package: after reading what the sender meant, before writing what the wire carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment<F = Vec<u8>> {
    /// ContentId without `cid:`, which the writer puts before it exactly once.
    pub content_id: String,
    /// AttachmentName as the sender wrote it. A name, never a path: see [`Attachment::file_name`].
    pub name: String,
    /// Description, `Văn bản chính` for the main document.
    pub description: String,
    /// ContentType as declared; senders are often wrong, so nothing is decided by it.
    pub content_type: String,
    /// The bytes, in memory or wherever [`crate::Files`] puts them: when read, unwrapped; when
    /// written, exactly what is encoded.
    pub bytes: F,
}

/// What may not stand in a file name on the systems Triện runs on.
const FORBIDDEN: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// The longest file name in bytes; 255 is what file systems take, less room for a suffix.
const FILE_NAME_MAX: usize = 200;

impl Attachment {
    /// Makes a file ready for the wire under a fresh ContentId: a PDF and a `.zip` stay as they
    /// are, anything else goes into a zip of one entry, as the receivers' library expects of
    /// `application/zip`.
    pub fn of_file(name: &str, description: &str, bytes: Vec<u8>) -> Result<Self, EdxmlError> {
        let content_id = content_id();
        let extension = extension(name);
        let (content_type, bytes) = if is_pdf(&bytes) {
            ("application/pdf", bytes)
        } else if extension == "zip" {
            ("application/zip", bytes)
        } else {
            let wrapped = zipped::of_one(&format!("{content_id}.{extension}"), &bytes);
            let bytes = wrapped.map_err(|e| EdxmlError::Zip {
                name: name.to_owned(),
                reason: e.to_string(),
            })?;
            ("application/zip", bytes)
        };
        Ok(Self {
            content_id,
            name: name.to_owned(),
            description: description.to_owned(),
            content_type: content_type.to_owned(),
            bytes,
        })
    }

    /// Makes a file ready for the wire as it is, for receivers whose programs take no wrapper off.
    pub fn unwrapped(name: &str, description: &str, bytes: Vec<u8>) -> Self {
        let content_type = match extension(name).as_str() {
            _ if is_pdf(&bytes) => "application/pdf".to_owned(),
            "bin" => "application/octet-stream".to_owned(),
            // What the public SDK writes beside the files that it does not wrap.
            extension => format!("application/{extension}"),
        };
        Self {
            content_id: content_id(),
            name: name.to_owned(),
            description: description.to_owned(),
            content_type,
            bytes,
        }
    }

    /// Whether its bytes are a PDF, whatever is declared.
    pub fn is_pdf(&self) -> bool {
        is_pdf(&self.bytes)
    }
}

impl<F> Attachment<F> {
    /// Makes a PDF ready for the wire, which carries it as it is, under a fresh ContentId.
    pub fn of_pdf(name: &str, description: &str, bytes: F) -> Self {
        Self {
            content_id: content_id(),
            name: name.to_owned(),
            description: description.to_owned(),
            content_type: "application/pdf".to_owned(),
            bytes,
        }
    }

    /// The same file, its bytes where they are.
    pub(crate) fn as_ref(&self) -> Attachment<&F> {
        Attachment {
            content_id: self.content_id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            content_type: self.content_type.clone(),
            bytes: &self.bytes,
        }
    }

    /// The same file with its bytes elsewhere.
    pub fn map<G>(self, elsewhere: impl FnOnce(F) -> G) -> Attachment<G> {
        Attachment {
            content_id: self.content_id,
            name: self.name,
            description: self.description,
            content_type: self.content_type,
            bytes: elsewhere(self.bytes),
        }
    }

    /// A name that is safe in any folder: the last component of the written one, without what
    /// systems forbid or read as a path; never empty.
    pub fn file_name(&self) -> String {
        let last = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let mut safe: String = last.chars().filter(|c| !is_deceptive(*c)).collect();
        safe = safe.replace(FORBIDDEN, "_");
        while safe.len() > FILE_NAME_MAX {
            safe.remove(0);
        }
        match safe.trim_matches(['.', ' ']) {
            "" => "tep".to_owned(),
            trimmed => trimmed.to_owned(),
        }
    }

    /// Whether the written name is one: no separators, no way up, nothing that deceives the eye.
    pub(crate) fn has_safe_name(&self) -> bool {
        !self.name.contains(['/', '\\', ':'])
            && !matches!(self.name.as_str(), "." | "..")
            && !self.name.chars().any(is_deceptive)
    }
}

/// Unique in a package, and in whatever a gateway takes several of them for.
fn content_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Control characters, and the marks that turn the direction of writing and so hide an extension.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether bytes that start so are a PDF: `%PDF-` within the first 1024 (ISO 32000-1 annex H, note 13).
pub fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes);
    head.windows(5).any(|w| w == b"%PDF-")
}

/// The extension in lower case; `bin` where there is none.
pub(crate) fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, extension)) if !extension.is_empty() => extension.to_lowercase(),
        _ => "bin".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Attachment {
        Attachment {
            content_id: "1".into(),
            name: name.into(),
            description: String::new(),
            content_type: String::new(),
            bytes: Vec::new(),
        }
    }

    #[test]
    fn a_name_never_leaves_its_folder() {
        for (written, safe) in [
            ("../../x", "x"),
            ("C:\\windows\\system32\\a.pdf", "a.pdf"),
            ("..", "tep"),
            ("báo cáo\u{202e}fdp.exe", "báo cáofdp.exe"),
        ] {
            assert!(!named(written).has_safe_name(), "{written}");
            assert_eq!(named(written).file_name(), safe);
        }
        assert!(named("125-UBND-VP.signed.pdf").has_safe_name());
        assert!(named(&"ă".repeat(500)).file_name().len() <= FILE_NAME_MAX);
    }

    #[test]
    fn a_pdf_travels_raw_and_a_table_wrapped() {
        let pdf = Attachment::of_file("a.pdf", "", b"%PDF-1.7\n".to_vec()).unwrap();
        assert_eq!(
            (pdf.content_type.as_str(), pdf.bytes.as_slice()),
            ("application/pdf", &b"%PDF-1.7\n"[..])
        );
        let table = Attachment::of_file("PL1.xlsx", "", b"cells".to_vec()).unwrap();
        assert_eq!(table.content_type, "application/zip");
        assert!(table.bytes.starts_with(b"PK"));
        assert_ne!(pdf.content_id, table.content_id);
        let raw = Attachment::unwrapped("PL1.xlsx", "", b"cells".to_vec());
        assert_eq!(
            (raw.content_type.as_str(), raw.bytes.as_slice()),
            ("application/xlsx", &b"cells"[..])
        );
    }
}
