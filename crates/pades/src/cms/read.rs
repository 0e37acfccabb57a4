//! Reading and checking a SignedData with one signer.

use cms::cert::IssuerAndSerialNumber;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignerIdentifier, SignerInfo};
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Any, Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierOwned;
use time::OffsetDateTime;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::ber;
use crate::path::algorithm::{Digest, Scheme, SignatureError};
use crate::path::{Certificate, Crl};
use crate::report::ReasonCode;

/// Most certificates or lists taken from one CMS; chains have at most a handful.
const MAX_ITEMS: usize = 100;

/// id-data, the content type of every PDF signature (ETSI EN 319 142-1 clause 6.3).
pub const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const TIMESTAMP_TOKEN: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const ADOBE_REVOCATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.8");

/// A SignedData with exactly one SignerInfo.
#[derive(Debug, Clone)]
pub struct SignedData {
    /// Every certificate in it, in its order.
    pub certificates: Vec<Certificate>,
    /// Revocation lists in it.
    pub crls: Vec<Crl>,
    /// Digest of the content.
    pub digest: Digest,
    /// Signature scheme.
    pub scheme: Scheme,
    content_type: ObjectIdentifier,
    content: Option<Vec<u8>>,
    signer: SignerInfo,
}

/// Whether the signer's certificate is named by a signed attribute (RFC 5035, RFC 2634).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningCertificate {
    /// It is, and it is the one found.
    Named,
    /// No such attribute.
    NotNamed,
}

impl SignedData {
    /// Reads a ContentInfo in BER or DER; bytes after it must be zero (the room that a signer
    /// reserves in `/Contents` is filled up with zeros).
    pub fn read(contents: &[u8]) -> Result<Self, ReasonCode> {
        let (der, used) = ber::to_der(contents).ok_or(ReasonCode::CmsMalformed)?;
        if contents
            .get(used..)
            .unwrap_or_default()
            .iter()
            .any(|byte| *byte != 0)
        {
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
        let (mut certificates, mut crls) = (Vec::new(), Vec::new());
        for part in optional {
            let part = AnyRef::from_der(part).map_err(malformed)?;
            let items = elements(part.value())?;
            match part.tag() {
                Tag::ContextSpecific {
                    number: TagNumber::N0,
                    ..
                } => {
                    certificates.extend(
                        items
                            .iter()
                            .filter_map(|der| Certificate::from_der(der).ok()),
                    );
                }
                Tag::ContextSpecific {
                    number: TagNumber::N1,
                    ..
                } => {
                    crls.extend(items.iter().filter_map(|der| Crl::from_der(der).ok()));
                }
                _ => return Err(ReasonCode::CmsMalformed),
            }
        }
        let signers = AnyRef::from_der(signers).map_err(malformed)?;
        let signers = if signers.tag() == Tag::Set {
            elements(signers.value())?
        } else {
            vec![]
        };
        let [signer] = signers.as_slice() else {
            return Err(ReasonCode::CmsSignerCount);
        };
        let signer = SignerInfo::from_der(signer).map_err(malformed)?;
        let digest =
            Digest::from_oid(signer.digest_alg.oid).ok_or(ReasonCode::AlgorithmUnsupported)?;
        let scheme = Scheme::from_algorithm(&signer.signature_algorithm, Some(digest))
            .map_err(|error| reason(error, ReasonCode::AlgorithmUnsupported))?;
        let mut read = Self {
            certificates,
            crls,
            digest,
            scheme,
            content_type,
            content,
            signer,
        };
        read.crls.extend(read.adobe_lists());
        Ok(read)
    }

    /// The content inside, for a timestamp token; a PDF signature must have none.
    pub fn content(&self, content_type: ObjectIdentifier) -> Option<&[u8]> {
        (self.content_type == content_type)
            .then_some(self.content.as_deref())
            .flatten()
    }

    /// The signer's certificate, found by what the SignerInfo says of it.
    pub fn signer_certificate<'a>(&'a self, more: &'a [Certificate]) -> Option<&'a Certificate> {
        self.certificates.iter().chain(more).find(|certificate| match &self.signer.sid {
            SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber { issuer, serial_number }) => {
                certificate.serial() == serial_number.as_bytes()
                    && certificate.issuer() == crate::path::NameKey::of(issuer)
            }
            SignerIdentifier::SubjectKeyIdentifier(wanted) => {
                matches!(certificate.extension::<SubjectKeyIdentifier>(), Ok(Some(found)) if found == *wanted)
            }
        })
    }

    /// Checks a detached signature over content with the digest `content_digest`.
    pub fn verify_detached(
        &self,
        content_digest: &[u8],
        certificate: &Certificate,
    ) -> Result<SigningCertificate, ReasonCode> {
        if self.content.is_some() {
            return Err(ReasonCode::CmsHasContent);
        }
        self.verify(ID_DATA, content_digest, certificate)
    }

    /// Checks a signature over content of its own.
    pub fn verify_enveloping(
        &self,
        content_type: ObjectIdentifier,
        certificate: &Certificate,
    ) -> Result<SigningCertificate, ReasonCode> {
        let content = self
            .content(content_type)
            .ok_or(ReasonCode::CmsContentType)?;
        self.verify(content_type, &self.digest.of(content), certificate)
    }

    /// Whether the message-digest attribute is `content_digest`: the content was not altered.
    pub fn covers(&self, content_digest: &[u8]) -> Result<bool, ReasonCode> {
        let digest = self
            .signed_attribute(MESSAGE_DIGEST)?
            .ok_or(ReasonCode::CmsAttributeMissing)?;
        let digest = digest
            .decode_as::<OctetStringRef<'_>>()
            .map_err(malformed)?;
        Ok(digest.as_bytes() == content_digest)
    }

    /// RFC 5652 sections 5.4 and 11: with signed attributes, the signature is over their DER, and
    /// content-type and message-digest tie them to the content.
    fn verify(
        &self,
        content_type: ObjectIdentifier,
        content_digest: &[u8],
        certificate: &Certificate,
    ) -> Result<SigningCertificate, ReasonCode> {
        let attributes = self
            .signer
            .signed_attrs
            .as_ref()
            .ok_or(ReasonCode::CmsAttributeMissing)?;
        if !self.covers(content_digest)? {
            return Err(ReasonCode::DigestMismatch);
        }
        let named = self
            .signed_attribute(CONTENT_TYPE)?
            .ok_or(ReasonCode::CmsAttributeMissing)?;
        if self.content_type != content_type || named.decode_as() != Ok(content_type) {
            return Err(ReasonCode::CmsContentType);
        }
        let message = attributes.to_der().map_err(malformed)?;
        let key = &certificate.x509().tbs_certificate.subject_public_key_info;
        self.scheme
            .verify(
                key,
                &self.digest.of(&message),
                self.signer.signature.as_bytes(),
            )
            .map_err(|error| reason(error, ReasonCode::SignatureBroken))?;
        self.check_signing_certificate(certificate)
    }

    fn check_signing_certificate(
        &self,
        certificate: &Certificate,
    ) -> Result<SigningCertificate, ReasonCode> {
        let mut named = SigningCertificate::NotNamed;
        for (oid, default) in [
            (SIGNING_CERTIFICATE, Digest::Sha1),
            (SIGNING_CERTIFICATE_V2, Digest::Sha256),
        ] {
            let Some(value) = self.signed_attribute(oid)? else {
                continue;
            };
            let (digest, hash) = first_certificate_id(&value, default)?;
            if digest.of(certificate.der()) != hash {
                return Err(ReasonCode::SigningCertificateMismatch);
            }
            named = SigningCertificate::Named;
        }
        Ok(named)
    }

    /// The signing-time attribute, a claim of the signer's clock.
    pub fn signing_time(&self) -> Option<OffsetDateTime> {
        let value = self.signed_attribute(SIGNING_TIME).ok()??;
        let time = x509_cert::time::Time::from_der(&value.to_der().ok()?).ok()?;
        Some(crate::path::instant(&time))
    }

    /// The signature-time-stamp token, unsigned by nature.
    pub fn timestamp_token(&self) -> Option<Vec<u8>> {
        let attributes = self.signer.unsigned_attrs.as_ref()?;
        let attribute = attributes
            .iter()
            .find(|attribute| attribute.oid == TIMESTAMP_TOKEN)?;
        attribute.values.iter().next()?.to_der().ok()
    }

    /// The bytes that a signature-time-stamp stamps.
    pub fn signature_value(&self) -> &[u8] {
        self.signer.signature.as_bytes()
    }

    /// The single value of a signed attribute; RFC 5652 allows one attribute of a kind with one value.
    fn signed_attribute(&self, oid: ObjectIdentifier) -> Result<Option<Any>, ReasonCode> {
        let attributes = self.signer.signed_attrs.iter().flat_map(|set| set.iter());
        let found: Vec<&Attribute> = attributes
            .filter(|attribute| attribute.oid == oid)
            .collect();
        match found.as_slice() {
            [] => Ok(None),
            [attribute] if attribute.values.len() == 1 => Ok(attribute.values.get(0).cloned()),
            _ => Err(ReasonCode::CmsAttributeMissing),
        }
    }

    /// RevocationInfoArchival ::= SEQUENCE { [0] EXPLICIT SEQUENCE OF CRL OPTIONAL, … }
    /// (ISO 32000-2 12.8.3.3.2).
    fn adobe_lists(&self) -> Vec<Crl> {
        let Ok(Some(value)) = self.signed_attribute(ADOBE_REVOCATION) else {
            return Vec::new();
        };
        let Ok(parts) = elements(value.value()) else {
            return Vec::new();
        };
        let lists = parts.iter().filter_map(|part| AnyRef::from_der(part).ok());
        let lists = lists.filter(|part| {
            matches!(
                part.tag(),
                Tag::ContextSpecific {
                    number: TagNumber::N0,
                    ..
                }
            )
        });
        let sequences = lists.filter_map(|part| AnyRef::from_der(part.value()).ok());
        let items = sequences
            .filter_map(|sequence| elements(sequence.value()).ok())
            .flatten();
        items.filter_map(|der| Crl::from_der(der).ok()).collect()
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

/// Digest and hash of the first ESSCertID or ESSCertIDv2, the signer's (RFC 5035 sections 3 and 4).
fn first_certificate_id(value: &Any, default: Digest) -> Result<(Digest, Vec<u8>), ReasonCode> {
    let first_of = |bytes: &[u8]| {
        elements(bytes)?
            .first()
            .map(|e| e.to_vec())
            .ok_or(ReasonCode::CmsMalformed)
    };
    let ids = first_of(value.value())?;
    let id = first_of(AnyRef::from_der(&ids).map_err(malformed)?.value())?;
    let mut digest = default;
    for part in elements(AnyRef::from_der(&id).map_err(malformed)?.value())? {
        let part_value = AnyRef::from_der(part).map_err(malformed)?;
        match part_value.tag() {
            Tag::Sequence => {
                let algorithm = AlgorithmIdentifierOwned::from_der(part).map_err(malformed)?;
                digest = Digest::from_oid(algorithm.oid).ok_or(ReasonCode::AlgorithmUnsupported)?;
            }
            Tag::OctetString => return Ok((digest, part_value.value().to_vec())),
            _ => break,
        }
    }
    Err(ReasonCode::CmsMalformed)
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

fn malformed(_: der::Error) -> ReasonCode {
    ReasonCode::CmsMalformed
}

fn reason(error: SignatureError, broken: ReasonCode) -> ReasonCode {
    match error {
        SignatureError::Unsupported => ReasonCode::AlgorithmUnsupported,
        SignatureError::Mismatch => ReasonCode::AlgorithmMismatch,
        SignatureError::Broken => broken,
    }
}
