//! Reading a SignedData with one signer.

use cms::cert::IssuerAndSerialNumber;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignerIdentifier, SignerInfo};
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Any, Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use time::OffsetDateTime;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::{ber, evidence};
use crate::path::algorithm::{Digest, Scheme, SignatureError};
use crate::path::{Certificate, Material};
use crate::report::ReasonCode;

/// Most certificates or lists taken from one CMS; chains have at most a handful.
const MAX_ITEMS: usize = 100;
/// Most timestamps of one signature that are looked at; each costs a path validation.
const MAX_STAMPS: usize = 8;

/// id-data, the content type of every PDF signature (ETSI EN 319 142-1 clause 6.3).
pub const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const TIMESTAMP_TOKEN: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// A SignedData with exactly one SignerInfo.
#[derive(Debug, Clone)]
pub struct SignedData {
    /// Certificates, revocation lists and OCSP answers in it.
    pub material: Material,
    /// Digest of the content.
    pub digest: Digest,
    /// Signature scheme.
    pub scheme: Scheme,
    pub(super) content_type: ObjectIdentifier,
    pub(super) content: Option<Vec<u8>>,
    pub(super) signer: SignerInfo,
}

impl SignedData {
    /// Reads a ContentInfo in BER or DER; bytes after it must be zero (the room that a signer
    /// reserves in `/Contents` is filled up with zeros).
    pub fn read(contents: &[u8]) -> Result<Self, ReasonCode> {
        let (der, used) = ber::to_der(contents).ok_or(ReasonCode::CmsMalformed)?;
        let rest = contents.get(used..).unwrap_or_default();
        if rest.iter().any(|byte| *byte != 0) {
            return Err(ReasonCode::ContentsTrailingData);
        }
        let info = ContentInfo::from_der(&der).map_err(malformed)?;
        if info.content_type != ID_SIGNED_DATA {
            return Err(ReasonCode::CmsMalformed);
        }
        let bytes = info.content.to_der().map_err(malformed)?;
        Self::read_signed_data(&bytes)
    }

    /// SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo, [0] certificates,
    /// [1] crls, signerInfos } (RFC 5652 section 5.1).
    fn read_signed_data(bytes: &[u8]) -> Result<Self, ReasonCode> {
        let outer = AnyRef::from_der(bytes).map_err(malformed)?;
        if outer.tag() != Tag::Sequence {
            return Err(ReasonCode::CmsMalformed);
        }
        let parts = elements(outer.value())?;
        let [_version, _digests, content_info, optional @ .., signers] = parts.as_slice() else {
            return Err(ReasonCode::CmsMalformed);
        };
        let (content_type, content) = encapsulated(content_info)?;
        let mut material = Material::default();
        for part in optional {
            let part = AnyRef::from_der(part).map_err(malformed)?;
            let items = elements(part.value())?;
            match context_number(part.tag()) {
                // What cannot be read among them helps nobody and harms nobody.
                Some(TagNumber::N0) => {
                    let read = items.iter().map(|der| Certificate::from_der(der));
                    material.certificates.extend(read.flatten());
                }
                Some(TagNumber::N1) => evidence::revocation_choices(&items, &mut material),
                _ => return Err(ReasonCode::CmsMalformed),
            }
        }
        let signer = SignerInfo::from_der(only_signer(signers)?).map_err(malformed)?;
        let digest =
            Digest::from_oid(signer.digest_alg.oid).ok_or(ReasonCode::AlgorithmUnsupported)?;
        let scheme = Scheme::from_algorithm(&signer.signature_algorithm, Some(digest))
            .map_err(|error| reason(error, ReasonCode::AlgorithmUnsupported))?;
        let mut read = Self {
            material,
            digest,
            scheme,
            content_type,
            content,
            signer,
        };
        evidence::of_attributes(&read.signer, &mut read.material);
        Ok(read)
    }

    /// The content inside, for a timestamp token; a detached signature must have none.
    pub fn content(&self, content_type: ObjectIdentifier) -> Option<&[u8]> {
        (self.content_type == content_type)
            .then_some(self.content.as_deref())
            .flatten()
    }

    /// Whether it holds content of its own.
    pub fn has_content(&self) -> bool {
        self.content.is_some()
    }

    /// Whether `certificate` is the one that the SignerInfo names.
    pub fn is_signer(&self, certificate: &Certificate) -> bool {
        match &self.signer.sid {
            SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer,
                serial_number,
            }) => {
                certificate.serial() == serial_number.as_bytes()
                    && *certificate.issuer() == crate::path::NameKey::of(issuer)
            }
            SignerIdentifier::SubjectKeyIdentifier(wanted) => {
                let own = certificate.extension::<SubjectKeyIdentifier>();
                matches!(own, Ok(Some(found)) if found == *wanted)
            }
        }
    }

    /// The signing-time attribute, a claim of the signer's clock.
    pub fn signing_time(&self) -> Option<OffsetDateTime> {
        let value = self.signed_attribute(SIGNING_TIME).ok()??;
        let time = x509_cert::time::Time::from_der(&value.to_der().ok()?).ok()?;
        Some(crate::path::instant(&time))
    }

    /// The signature-time-stamp tokens, unsigned by nature.
    pub fn timestamp_tokens(&self) -> Vec<Vec<u8>> {
        let attributes = self.signer.unsigned_attrs.iter().flat_map(Attributes::iter);
        let stamps = attributes.filter(|attribute| attribute.oid == TIMESTAMP_TOKEN);
        stamps
            .flat_map(|attribute| attribute.values.iter())
            .filter_map(|value| value.to_der().ok())
            .take(MAX_STAMPS)
            .collect()
    }

    /// The bytes that a signature-time-stamp stamps.
    pub fn signature_value(&self) -> &[u8] {
        self.signer.signature.as_bytes()
    }

    /// The single value of a signed attribute; RFC 5652 allows one attribute of a kind with one value.
    pub(super) fn signed_attribute(
        &self,
        oid: ObjectIdentifier,
    ) -> Result<Option<Any>, ReasonCode> {
        let attributes = self.signer.signed_attrs.iter().flat_map(Attributes::iter);
        let found: Vec<&Attribute> = attributes
            .filter(|attribute| attribute.oid == oid)
            .collect();
        match found.as_slice() {
            [] => Ok(None),
            [attribute] if attribute.values.len() == 1 => Ok(attribute.values.get(0).cloned()),
            _ => Err(ReasonCode::CmsAttributeMissing),
        }
    }
}

/// EncapsulatedContentInfo ::= SEQUENCE { eContentType, [0] EXPLICIT OCTET STRING OPTIONAL }.
fn encapsulated(bytes: &[u8]) -> Result<(ObjectIdentifier, Option<Vec<u8>>), ReasonCode> {
    let info = cms::signed_data::EncapsulatedContentInfo::from_der(bytes).map_err(malformed)?;
    let content = match info.econtent {
        None => None,
        Some(any) => {
            let string = any.decode_as::<OctetStringRef<'_>>().map_err(malformed)?;
            Some(string.as_bytes().to_vec())
        }
    };
    Ok((info.econtent_type, content))
}

fn only_signer(signers: &[u8]) -> Result<&[u8], ReasonCode> {
    let set = AnyRef::from_der(signers).map_err(malformed)?;
    if set.tag() != Tag::Set {
        return Err(ReasonCode::CmsSignerCount);
    }
    match elements(set.value())?.as_slice() {
        [signer] => Ok(signer),
        _ => Err(ReasonCode::CmsSignerCount),
    }
}

/// The elements of a SEQUENCE's or SET's content.
pub(super) fn elements(content: &[u8]) -> Result<Vec<&[u8]>, ReasonCode> {
    let mut reader = SliceReader::new(content).map_err(malformed)?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        if found.len() >= MAX_ITEMS {
            return Err(ReasonCode::LimitExceeded);
        }
        found.push(reader.tlv_bytes().map_err(malformed)?);
    }
    Ok(found)
}

/// `n` of a context-specific tag `[n]`.
pub(super) fn context_number(tag: Tag) -> Option<TagNumber> {
    match tag {
        Tag::ContextSpecific { number, .. } => Some(number),
        _ => None,
    }
}

pub(super) fn malformed(_: der::Error) -> ReasonCode {
    ReasonCode::CmsMalformed
}

pub(super) fn reason(error: SignatureError, broken: ReasonCode) -> ReasonCode {
    match error {
        SignatureError::Unsupported => ReasonCode::AlgorithmUnsupported,
        SignatureError::Mismatch => ReasonCode::AlgorithmMismatch,
        SignatureError::Broken => broken,
    }
}
