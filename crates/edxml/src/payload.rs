//! What an attachment's element carries: base64, and often a zip of one entry around the file.

use std::io::{self, Read, Seek, Write};

use crate::attachment::extension;
use crate::parts::Content;
use crate::{EdxmlError, Files, Limits, Note, base64, skeleton, zipped};

/// Files that are zips by nature carry one of these entries (ECMA-376 part 2, ODF 1.2 part 3).
const OFFICE_ENTRIES: [&str; 2] = ["[Content_Types].xml", "mimetype"];

/// Expansion below this size is never a bomb: a page of blanks compresses a thousandfold.
const HARMLESS: u64 = 1 << 20;

/// What it takes to open a package's files, one after the other.
pub(crate) struct Opening<'a, S, F> {
    /// The package.
    pub(crate) source: &'a mut S,
    /// Where files go.
    pub(crate) files: &'a mut F,
    pub(crate) limits: &'a Limits,
    pub(crate) notes: &'a mut Vec<Note>,
    /// Bytes that the files that are still to come may have together.
    pub(crate) left: usize,
}

impl<S: Read + Seek, F: Files> Opening<'_, S, F> {
    /// The file in an attachment's content, with its size.
    pub(crate) fn decode(
        &mut self,
        name: &str,
        content: &Content<'_>,
    ) -> Result<(F::File, u64), EdxmlError> {
        let (mut file, size) = self.decoded(name, content)?;
        let mut head = [0; 4];
        file.rewind()?;
        let read = file.read(&mut head)?;
        let (file, size) = match head.get(..read) {
            Some(b"PK\x03\x04" | b"PK\x05\x06") => self.unwrapped(name, file, size)?,
            _ => (file, size),
        };
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        let what = "bytes in all attachments";
        let limit = self.limits.total_bytes;
        self.left = (self.left.checked_sub(wanted)).ok_or(EdxmlError::TooMuch { what, limit })?;
        Ok((file, size))
    }

    fn decoded(&mut self, name: &str, content: &Content<'_>) -> Result<(F::File, u64), EdxmlError> {
        let limit = self.limits.attachment_bytes;
        let mut out = Bounded {
            file: self.files.create()?,
            size: 0,
            limit: limit as u64,
        };
        let done = match content {
            Content::Raw(place) => {
                let copied = io::copy(&mut skeleton::at(self.source, place)?, &mut out);
                copied.map(drop).map_err(base64::Trouble::Io)
            }
            Content::Base64(text) => base64::decode(text.as_bytes(), &mut out),
            Content::Run(run) => base64::decode(skeleton::at(self.source, run)?, &mut out),
        };
        if out.size > out.limit {
            let what = "bytes in an attachment";
            return Err(EdxmlError::TooMuch { what, limit });
        }
        done.map_err(|trouble| trouble.of(name))?;
        Ok((out.file, out.size))
    }

    /// The file in a wrapper; what is none, or broken, stays as it is.
    fn unwrapped(
        &mut self,
        name: &str,
        mut file: F::File,
        size: u64,
    ) -> Result<(F::File, u64), EdxmlError> {
        match self.unwrap(name, &mut file, size) {
            Ok(Some(inner)) => {
                self.notes.push(Note::Unwrapped {
                    name: name.to_owned(),
                });
                Ok(inner)
            }
            Ok(None) => Ok((file, size)),
            Err(Trouble::Refused(error)) => Err(error),
            Err(Trouble::Broken) => {
                self.notes.push(Note::BrokenZip {
                    name: name.to_owned(),
                });
                Ok((file, size))
            }
        }
    }

    /// The one entry of a wrapper; `None` where the zip is the file itself.
    ///
    /// Decided by content: one entry that no office format would have. A file sent as `.zip` is
    /// unwrapped only if its entry is a `.zip` again, since the library that wraps never wraps those.
    /// Nothing inside the entry is opened, so nesting cannot multiply.
    fn unwrap(
        &mut self,
        name: &str,
        file: &mut F::File,
        size: u64,
    ) -> Result<Option<(F::File, u64)>, Trouble> {
        let archive = zipped::open(file)?;
        let entries = zipped::entries(&archive, 2)?;
        let [entry] = entries.as_slice() else {
            return Ok(None);
        };
        let zip_in_zip = extension(name) != "zip" || extension(&entry.name) == "zip";
        if entry.is_dir || OFFICE_ENTRIES.contains(&entry.name.as_str()) || !zip_in_zip {
            return Ok(None);
        }
        let limit = self.limits.attachment_bytes as u64;
        let ratio_bound = size.saturating_mul(self.limits.zip_ratio as u64);
        let bound = ratio_bound.max(HARMLESS).min(limit);
        let mut out = Bounded {
            file: self.files.create().map_err(refused)?,
            size: 0,
            limit: bound,
        };
        // What the entry declares as its size is not believed: one byte past the bound is enough.
        let expanded = zipped::expanded(&archive, entry)?;
        let copied = io::copy(&mut expanded.take(bound + 1), &mut out);
        if out.size > bound {
            return Err(Trouble::Refused(if bound < limit {
                EdxmlError::ZipBomb {
                    name: name.to_owned(),
                    ratio: self.limits.zip_ratio,
                }
            } else {
                EdxmlError::TooMuch {
                    what: "bytes in an attachment",
                    limit: self.limits.attachment_bytes,
                }
            }));
        }
        match copied {
            Ok(_) => Ok(Some((out.file, out.size))),
            // No room for what is in it, or nothing that could be expanded.
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Err(refused(error)),
            Err(_) => Err(Trouble::Broken),
        }
    }
}

enum Trouble {
    Broken,
    Refused(EdxmlError),
}

impl From<rawzip::Error> for Trouble {
    fn from(_: rawzip::Error) -> Self {
        Self::Broken
    }
}

fn refused(error: io::Error) -> Trouble {
    Trouble::Refused(error.into())
}

/// A file that takes no more than it may have, and knows when more came.
struct Bounded<F> {
    file: F,
    size: u64,
    limit: u64,
}

impl<F: Write> Write for Bounded<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
