//! A file sealed with a pass-phrase, for machines without a key store.
//!
//! Argon2id (RFC 9106) makes the key, XChaCha20-Poly1305 seals all entries together, so that not
//! even their names or their number show. Layout: magic, the three costs, salt, nonce, sealed part;
//! everything before the sealed part is authenticated with it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use rand::RngCore as _;
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use crate::error::{Result, SecretsError};
use crate::secret::Secret;

const MAGIC: &[u8; 8] = b"TRIENSF1";
const SALT: usize = 16;
const NONCE: usize = 24;
const HEADER: usize = MAGIC.len() + 3 * 4 + SALT + NONCE;
/// RFC 9106 section 4, the second recommended choice: 64 MiB, 3 passes, 4 lanes.
const COSTS: Costs = Costs {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 4,
};
/// A file that asks for more was not made by this program: it would hang or starve the machine.
const COSTS_MAX: Costs = Costs {
    memory_kib: 1024 * 1024,
    passes: 16,
    lanes: 16,
};
/// A profile has a handful of secrets of a few hundred bytes.
const FILE_MAX: u64 = 1024 * 1024;
const NAME_MAX: usize = 512;
const VALUE_MAX: usize = 64 * 1024;

/// A sealed file whose pass-phrase was right.
pub(crate) struct SealedFile {
    path: PathBuf,
    salt: [u8; SALT],
    costs: Costs,
    key: Zeroizing<[u8; 32]>,
}

type Entries = BTreeMap<String, Secret>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Costs {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl SealedFile {
    pub(crate) fn make(path: &Path, pass_phrase: &Secret) -> Result<Self> {
        let mut salt = [0; SALT];
        OsRng.fill_bytes(&mut salt);
        let file = Self::with(path, salt, COSTS, pass_phrase)?;
        let lock = file.lock()?;
        if path.exists() {
            return Err(file.failed(io::ErrorKind::AlreadyExists.into()));
        }
        file.write(&Entries::new())?;
        drop(lock);
        Ok(file)
    }

    pub(crate) fn open(path: &Path, pass_phrase: &Secret) -> Result<Self> {
        let bytes = read(path)?;
        let parts = Parts::of(&bytes).ok_or_else(|| damaged(path))?;
        let file = Self::with(path, parts.salt, parts.costs, pass_phrase)?;
        file.unseal(&bytes)?;
        Ok(file)
    }

    pub(crate) fn get(&self, name: &str) -> Result<Secret> {
        self.entries()?.remove(name).ok_or_else(|| not_found(name))
    }

    pub(crate) fn set(&self, name: &str, secret: &Secret) -> Result<()> {
        if name.len() > NAME_MAX {
            return Err(SecretsError::TooLong { what: "the name" });
        }
        if secret.expose().len() > VALUE_MAX {
            return Err(SecretsError::TooLong { what: "the secret" });
        }
        let _lock = self.lock()?;
        let mut entries = self.entries()?;
        entries.insert(name.to_owned(), secret.clone());
        self.write(&entries)
    }

    pub(crate) fn delete(&self, name: &str) -> Result<()> {
        let _lock = self.lock()?;
        let mut entries = self.entries()?;
        entries.remove(name).ok_or_else(|| not_found(name))?;
        self.write(&entries)
    }

    fn with(path: &Path, salt: [u8; SALT], costs: Costs, pass_phrase: &Secret) -> Result<Self> {
        let params = Params::new(costs.memory_kib, costs.passes, costs.lanes, Some(32))
            .map_err(|_| damaged(path))?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(pass_phrase.expose(), &salt, key.as_mut())
            .map_err(|error| SecretsError::Platform(error.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            salt,
            costs,
            key,
        })
    }

    /// Read anew each time: another process on the profile may have written meanwhile.
    fn entries(&self) -> Result<Entries> {
        self.unseal(&read(&self.path)?)
    }

    fn unseal(&self, bytes: &[u8]) -> Result<Entries> {
        let parts = Parts::of(bytes).ok_or_else(|| damaged(&self.path))?;
        let payload = Payload {
            msg: parts.sealed,
            aad: parts.header,
        };
        let opened = self
            .cipher()
            .decrypt(XNonce::from_slice(&parts.nonce), payload);
        let opened = opened
            .map(Zeroizing::new)
            .map_err(|_| SecretsError::WrongPassPhrase {
                path: self.path.clone(),
            })?;
        decode(&opened).ok_or_else(|| damaged(&self.path))
    }

    /// Replaces the file: a kill leaves the old one or the new one whole.
    fn write(&self, entries: &Entries) -> Result<()> {
        let mut nonce = [0; NONCE];
        OsRng.fill_bytes(&mut nonce);
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend_from_slice(MAGIC);
        for cost in [self.costs.memory_kib, self.costs.passes, self.costs.lanes] {
            bytes.extend_from_slice(&cost.to_be_bytes());
        }
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&nonce);
        let plain = encode(entries);
        let payload = Payload {
            msg: &plain,
            aad: &bytes,
        };
        let sealed = self.cipher().encrypt(XNonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|error| SecretsError::Platform(error.to_string()))?;
        bytes.extend_from_slice(&sealed);
        replace(&self.path, &bytes).map_err(|error| self.failed(error))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.as_ref().into())
    }

    /// Two processes that change the file at once would lose one change.
    fn lock(&self) -> Result<File> {
        let path = self.path.with_extension("lock");
        let locked = File::create(&path).and_then(|file| file.lock().map(|()| file));
        locked.map_err(|error| self.failed(error))
    }

    fn failed(&self, source: io::Error) -> SecretsError {
        SecretsError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// The parts of a sealed file.
struct Parts<'a> {
    header: &'a [u8],
    costs: Costs,
    salt: [u8; SALT],
    nonce: [u8; NONCE],
    sealed: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (header, sealed) = bytes.split_at_checked(HEADER)?;
        let mut rest = header.strip_prefix(MAGIC)?;
        let costs = Costs {
            memory_kib: u32::from_be_bytes(take(&mut rest)?),
            passes: u32::from_be_bytes(take(&mut rest)?),
            lanes: u32::from_be_bytes(take(&mut rest)?),
        };
        let bearable = costs.memory_kib <= COSTS_MAX.memory_kib
            && costs.passes <= COSTS_MAX.passes
            && costs.lanes <= COSTS_MAX.lanes;
        let (salt, nonce) = (take(&mut rest)?, take(&mut rest)?);
        bearable.then_some(Self {
            header,
            costs,
            salt,
            nonce,
            sealed,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*taken)
}

/// Name and value, each with its length before it. The size is known before the first byte, so
/// that the buffer never moves and leaves no copy behind.
fn encode(entries: &Entries) -> Zeroizing<Vec<u8>> {
    let size = entries
        .iter()
        .map(|(name, value)| 8 + name.len() + value.expose().len())
        .sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(size));
    for (name, value) in entries {
        for part in [name.as_bytes(), value.expose()] {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            plain.extend_from_slice(&length.to_be_bytes());
            plain.extend_from_slice(part);
        }
    }
    plain
}

fn decode(mut plain: &[u8]) -> Option<Entries> {
    let mut entries = Entries::new();
    while !plain.is_empty() {
        let name = std::str::from_utf8(part(&mut plain)?).ok()?.to_owned();
        entries.insert(name, Secret::new(part(&mut plain)?.to_vec()));
    }
    Some(entries)
}

fn part<'a>(plain: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u32::from_be_bytes(take(plain)?)).ok()?;
    let (part, left) = plain.split_at_checked(length)?;
    *plain = left;
    Some(part)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let io = |source| SecretsError::Io {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(io)?.take(FILE_MAX + 1);
    file.read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(damaged(path));
    }
    Ok(bytes)
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    sync_folder(
        path.parent()
            .filter(|folder| !folder.as_os_str().is_empty()),
    )
}

#[cfg(unix)]
fn sync_folder(folder: Option<&Path>) -> io::Result<()> {
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// NTFS journals names by itself and has no call for it.
#[cfg(not(unix))]
fn sync_folder(_folder: Option<&Path>) -> io::Result<()> {
    Ok(())
}

fn damaged(path: &Path) -> SecretsError {
    SecretsError::Damaged {
        path: path.to_owned(),
    }
}

fn not_found(name: &str) -> SecretsError {
    SecretsError::NotFound {
        name: name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }

    fn made() -> (tempfile::TempDir, PathBuf, SealedFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.sealed");
        let file = SealedFile::make(&path, &phrase("mùa thu Hà Nội")).unwrap();
        (folder, path, file)
    }

    #[test]
    fn secrets_come_back_with_the_right_pass_phrase_only() {
        let (_folder, path, file) = made();
        file.set("axis", &phrase("canary-7391")).unwrap();
        file.set("proxy", &phrase("")).unwrap();
        let again = SealedFile::open(&path, &phrase("mùa thu Hà Nội")).unwrap();
        assert_eq!(again.get("axis").unwrap(), phrase("canary-7391"));
        again.delete("axis").unwrap();
        assert!(matches!(
            file.get("axis"),
            Err(SecretsError::NotFound { .. })
        ));
        assert!(matches!(
            SealedFile::open(&path, &phrase("mùa thu")),
            Err(SecretsError::WrongPassPhrase { .. })
        ));
    }

    #[test]
    fn neither_names_nor_values_show_in_the_file() {
        let (_folder, path, file) = made();
        file.set("axis-name", &phrase("canary-7391")).unwrap();
        let bytes = fs::read(&path).unwrap();
        for shown in [&b"canary"[..], b"axis-name"] {
            assert!(!bytes.windows(shown.len()).any(|window| window == shown));
        }
        assert!(!format!("{file:?}").contains("key"));
    }

    #[test]
    fn every_changed_byte_is_found_and_none_panics() {
        let (_folder, path, file) = made();
        file.set("axis", &phrase("canary")).unwrap();
        let good = fs::read(&path).unwrap();
        // The costs are left alone: changing them only makes the derivation of another key slow.
        for at in (0..good.len()).filter(|at| !(8..20).contains(at)) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(file.unseal(&bad).is_err(), "byte {at}");
            assert!(file.unseal(&good[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_file_that_asks_for_all_memory_is_refused_before_it_gets_any() {
        let (_folder, path, _file) = made();
        let mut bytes = fs::read(&path).unwrap();
        bytes[8..12].copy_from_slice(&u32::MAX.to_be_bytes());
        fs::write(&path, bytes).unwrap();
        let refused = SealedFile::open(&path, &phrase("mùa thu Hà Nội"));
        assert!(matches!(refused, Err(SecretsError::Damaged { .. })));
    }

    #[test]
    fn a_file_that_is_there_is_not_overwritten() {
        let (_folder, path, file) = made();
        file.set("axis", &phrase("canary")).unwrap();
        assert!(SealedFile::make(&path, &phrase("other")).is_err());
        assert_eq!(file.get("axis").unwrap(), phrase("canary"));
    }
}
