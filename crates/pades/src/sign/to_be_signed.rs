//! Between the hash and the private key.

use std::ops::Range;

use der::Encode;
use trien_pdf::{Appended, ObjectId, ReadAt};
use x509_cert::attr::Attributes;

use super::algorithm::Hasher;
use super::{DigestAlgorithm, SignatureAlgorithm, digest_info, value};
use crate::cms::build::{SignerCertificates, signed_attributes, signed_data};
use crate::error::PadesError;

/// How much of the old file is in memory at a time while it is hashed.
const BLOCK: usize = 256 * 1024;

/// A revision that is complete but for its signature. It holds the new bytes only, never the file.
pub struct ToBeSigned {
    revision: Vec<u8>,
    base: u64,
    /// Where the hexadecimal digits of /Contents stand in `revision`, without their `<` and `>`.
    contents: Range<usize>,
    certificates: SignerCertificates,
    algorithm: SignatureAlgorithm,
    attributes: Attributes,
    attributes_der: Vec<u8>,
}

/// A signed revision, to be appended to the file of which it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The bytes to append.
    pub appended: Vec<u8>,
    /// The length that the file must have: appended anywhere else, the bytes mean nothing.
    pub base: u64,
}

impl ToBeSigned {
    /// Fills /ByteRange, hashes, and makes the signed attributes.
    pub(super) fn new<S: ReadAt>(
        source: &S,
        appended: Appended,
        value: ObjectId,
        room: usize,
        certificates: SignerCertificates,
        algorithm: SignatureAlgorithm,
    ) -> Result<Self, PadesError> {
        let span = |key, name| {
            let span = appended
                .value_span(value, &[key])
                .ok_or(PadesError::Internal(name))?;
            let within = |offset: u64| {
                offset
                    .checked_sub(appended.base)
                    .and_then(|offset| usize::try_from(offset).ok())
            };
            within(span.start)
                .zip(within(span.end))
                .map(|(a, b)| a..b)
                .ok_or(PadesError::Internal(name))
        };
        let (ranges, gap) = (
            span("ByteRange", "/ByteRange")?,
            span("Contents", "/Contents")?,
        );
        let base = appended.base;
        let mut revision = appended.bytes;
        if gap.len() != 2 * room + 2 {
            return Err(PadesError::Internal(
                "/Contents of the room that was asked for",
            ));
        }

        let (first, second) = (base + gap.start as u64, base + gap.end as u64);
        let rest = revision.len().saturating_sub(gap.end) as u64;
        let text = value::byte_range(ranges.len(), first, second, rest)?;
        let slots = revision
            .get_mut(ranges)
            .ok_or(PadesError::Internal("/ByteRange"))?;
        slots.copy_from_slice(text.as_bytes());

        let mut hasher = Hasher::new(algorithm.digest());
        hash_source(source, base, &mut hasher)?;
        for part in [revision.get(..gap.start), revision.get(gap.end..)] {
            hasher.update(part.ok_or(PadesError::Internal("/Contents"))?);
        }
        let attributes = signed_attributes(&certificates, algorithm.digest(), &hasher.finish())?;
        let attributes_der = attributes.to_der()?;
        let contents = gap.start + 1..gap.end - 1;
        Ok(Self {
            revision,
            base,
            contents,
            certificates,
            algorithm,
            attributes,
            attributes_der,
        })
    }

    /// The revision with its signature still missing: appended to the file it shows what the signed one will show.
    pub fn unsigned(&self) -> &[u8] {
        &self.revision
    }

    /// How the key must sign.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The bytes that are signed: the DER of the signed attributes as a SET OF (RFC 5652 5.4). For tokens that hash
    /// themselves.
    pub fn digest_input(&self) -> &[u8] {
        &self.attributes_der
    }

    /// The digest of [`Self::digest_input`] by the algorithm's own hash: what CKM_ECDSA and CKM_RSA_PKCS_PSS take.
    pub fn signed_attributes_digest(&self) -> Vec<u8> {
        self.digest().digest(&self.attributes_der)
    }

    /// The same digest as a PKCS#1 DigestInfo: what CKM_RSA_PKCS takes.
    pub fn digest_info(&self) -> Result<Vec<u8>, PadesError> {
        digest_info(self.digest(), &self.signed_attributes_digest())
    }

    /// Takes the token's answer — for ECDSA its r‖s — and closes the revision. The signature is checked with the
    /// certificate's public key first, so that a token that signed with another key is found out here.
    ///
    /// # Errors
    /// [`PadesError::SignatureMismatch`], [`PadesError::ContentsTooSmall`].
    pub fn finish(self, raw_signature: &[u8]) -> Result<Signed, PadesError> {
        let signature = self.algorithm.cms_signature(raw_signature)?;
        self.algorithm.verify(
            self.certificates.key(),
            &self.signed_attributes_digest(),
            &signature,
        )?;
        let cms = signed_data(
            &self.certificates,
            self.algorithm,
            self.attributes,
            &signature,
        )?;
        let digits = hex::encode(&cms);
        let mut appended = self.revision;
        let room = appended
            .get_mut(self.contents)
            .ok_or(PadesError::Internal("/Contents"))?;
        let available = room.len() / 2;
        match room.get_mut(..digits.len()) {
            Some(start) => start.copy_from_slice(digits.as_bytes()),
            None => {
                return Err(PadesError::ContentsTooSmall {
                    needed: cms.len(),
                    room: available,
                });
            }
        }
        Ok(Signed {
            appended,
            base: self.base,
        })
    }

    fn digest(&self) -> DigestAlgorithm {
        self.algorithm.digest()
    }
}

fn hash_source<S: ReadAt>(source: &S, length: u64, hasher: &mut Hasher) -> Result<(), PadesError> {
    let mut block = vec![0; BLOCK];
    let mut offset = 0;
    while offset < length {
        let wanted = usize::try_from(length - offset).map_or(BLOCK, |left| left.min(BLOCK));
        let read = source.read_at(offset, block.get_mut(..wanted).unwrap_or_default())?;
        if read == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
        }
        hasher.update(block.get(..read).unwrap_or_default());
        offset += read as u64;
    }
    Ok(())
}
