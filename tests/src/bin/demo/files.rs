//! What the demo leaves, and under which names.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trien_pdf::{Dict, Limits, Object, ObjectId, Pdf, View};

/// Marks a folder as a demo's own.
pub const MARK: &str = ".trien-demo";

/// The folder's parts.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
}

impl Files {
    pub fn at(root: &Path) -> Files {
        Files {
            root: root.to_owned(),
        }
    }

    /// The practice office itself: the three data folders, the axis, the hand-over folder.
    pub fn office(&self) -> PathBuf {
        self.root.join("office")
    }

    /// A revision or copy of a document.
    pub fn pdf(&self, name: &str) -> PathBuf {
        self.root.join("pdf").join(name)
    }

    /// The packages as the axis took them, by the ledger's order.
    pub fn packages(&self) -> PathBuf {
        self.root.join("packages")
    }

    /// What a desk told, as JSON or in lines.
    pub fn told(&self, name: &str) -> PathBuf {
        self.root.join("told").join(name)
    }

    /// Reports of `trien verify`.
    pub fn report(&self, name: &str) -> PathBuf {
        self.root.join("reports").join(format!("{name}.json"))
    }

    /// What a judge of others said, word for word.
    pub fn judgement(&self, name: &str) -> PathBuf {
        self.root.join("reports").join(name)
    }

    /// Root, issuer, both lists, and the certificates of leader and seal.
    pub fn pki(&self, name: &str) -> PathBuf {
        self.root.join("pki").join(name)
    }

    /// A copy of the authority that has revoked the leader's certificate.
    pub fn revoked(&self, name: &str) -> PathBuf {
        self.root.join("pki-leader-revoked").join(name)
    }

    /// The sealed file, changed by a forger.
    pub fn forged(&self, name: &str) -> PathBuf {
        self.root.join("forged").join(name)
    }

    /// The axis's ledger.
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger.jsonl")
    }

    /// The final file's last page.
    pub fn picture(&self) -> PathBuf {
        self.root.join("page.png")
    }
}

/// The first draft as the leader gave it back.
pub const RETURNED: &str = "0-returned-draft.pdf";
/// The draft as it was taken in.
pub const DRAFT: &str = "1-draft.pdf";
/// With the fields of profile H1.
pub const PREPARED: &str = "2-prepared.pdf";
/// Signed by the leader.
pub const SIGNED: &str = "3-signed.pdf";
/// Numbered, dated and sealed by the clerk.
pub const SEALED: &str = "4-sealed.pdf";
/// What the receiving organ has got.
pub const RECEIVED: &str = "5-received.pdf";
/// How many pixels the picture has for a point.
pub const PICTURE_SCALE: f64 = 2.0;

pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes));
    written.map_err(|e| format!("{}: {e}", path.display()))
}

pub fn json(path: &Path) -> Result<Value, String> {
    serde_json::from_slice(&read(path)?).map_err(|e| format!("{}: {e}", path.display()))
}

/// One JSON value a line.
pub fn json_lines(path: &Path) -> Result<Vec<Value>, String> {
    let text = String::from_utf8(read(path)?).map_err(|e| e.to_string())?;
    let lines = text.lines().map(serde_json::from_str);
    lines
        .collect::<Result<_, _>>()
        .map_err(|e| format!("{}: {e}", path.display()))
}

pub fn open(bytes: &[u8]) -> Result<Pdf<&[u8]>, String> {
    Pdf::open(bytes, Limits::default()).map_err(|e| e.to_string())
}

/// A form field, which is also its widget in files of this profile, by its name.
pub fn field(view: View<'_, &[u8]>, name: &str) -> Result<(ObjectId, Dict), String> {
    let find = || {
        let catalog = view.catalog()?;
        let form = view.get(&catalog, "AcroForm")?;
        let fields = match form.as_dict() {
            Some(form) => view.get(form, "Fields")?,
            None => Object::Null,
        };
        for id in fields.as_array().into_iter().flatten() {
            let Some(id) = id.as_reference() else {
                continue;
            };
            let dict = view.dict(id, "field")?;
            let title = view.get(&dict, "T")?;
            if title
                .as_string()
                .is_some_and(|t| t.bytes == name.as_bytes())
            {
                return Ok(Some((id, dict)));
            }
        }
        Ok::<_, trien_pdf::PdfError>(None)
    };
    let found = find().map_err(|e| e.to_string())?;
    found.ok_or_else(|| format!("there is no field {name}"))
}
