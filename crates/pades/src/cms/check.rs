//! Checking a SignedData against its content and its signer's certificate.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Any, Decode, Encode, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::pkix::name::GeneralName;

use super::read::{ID_DATA, SignedData, context_number, elements, malformed, reason};
use crate::path::algorithm::Digest;
use crate::path::{Certificate, NameKey};
use crate::report::ReasonCode;

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// RFC 6211.
const ALGORITHM_PROTECTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");

/// Whether the signer's certificate is named by a signed attribute (RFC 5035, RFC 2634).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningCertificate {
    /// It is, and it is the one found.
    Named,
    /// No such attribute.
    NotNamed,
}

impl SignedData {
    /// Checks a detached signature over content with the digest `content_digest`.
    ///
    /// Signed attributes are demanded: PAdES does (ETSI EN 319 142-1 6.3), and a signature over the bare
    /// content could be one that was made for other data.
    pub fn verify_detached(
        &self,
        content_digest: &[u8],
        certificate: &Certificate,
    ) -> Result<SigningCertificate, ReasonCode> {
        if self.content.is_some() {
            return Err(ReasonCode::CmsHasContent);
        }
        self.verify_attributes(ID_DATA, content_digest, certificate)
    }

    /// Checks a signature over content of its own. RFC 5652 5.3 allows plain data to be signed without
    /// attributes, as old signers of `adbe.pkcs7.sha1` do.
    pub fn verify_enveloping(
        &self,
        content_type: ObjectIdentifier,
        certificate: &Certificate,
    ) -> Result<SigningCertificate, ReasonCode> {
        let content = self
            .content(content_type)
            .ok_or(ReasonCode::CmsContentType)?;
        if self.signer.signed_attrs.is_some() {
            return self.verify_attributes(content_type, &self.digest.of(content), certificate);
        }
        if content_type != ID_DATA {
            return Err(ReasonCode::CmsAttributeMissing);
        }
        self.verify_message(content, certificate)?;
        Ok(SigningCertificate::NotNamed)
    }

    /// Whether the signed content is the one with the digest `content_digest`: it was not altered.
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
    fn verify_attributes(
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
        self.verify_message(&attributes.to_der().map_err(malformed)?, certificate)?;
        self.check_protected_algorithms()?;
        self.check_signing_certificate(certificate)
    }

    fn verify_message(&self, message: &[u8], certificate: &Certificate) -> Result<(), ReasonCode> {
        let key = &certificate.x509().tbs_certificate.subject_public_key_info;
        self.scheme
            .verify(key, message, self.signature_value())
            .map_err(|error| reason(error, ReasonCode::SignatureBroken))
    }

    /// CMSAlgorithmProtection ::= SEQUENCE { digestAlgorithm, [1] signatureAlgorithm OPTIONAL, … }.
    fn check_protected_algorithms(&self) -> Result<(), ReasonCode> {
        let Some(value) = self.signed_attribute(ALGORITHM_PROTECTION)? else {
            return Ok(());
        };
        let parts = elements(value.value())?;
        let Some((digest, others)) = parts.split_first() else {
            return Err(ReasonCode::CmsMalformed);
        };
        let digest = AlgorithmIdentifierOwned::from_der(digest).map_err(malformed)?;
        let mut same = digest.oid == self.signer.digest_alg.oid;
        for other in others {
            let other = AnyRef::from_der(other).map_err(malformed)?;
            if context_number(other.tag()) == Some(TagNumber::N1) {
                let first = elements(other.value())?.first().copied();
                let oid = ObjectIdentifier::from_der(first.unwrap_or_default());
                same &= oid == Ok(self.signer.signature_algorithm.oid);
            }
        }
        if same {
            Ok(())
        } else {
            Err(ReasonCode::AlgorithmMismatch)
        }
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
            if !names(&value, default, certificate)? {
                return Err(ReasonCode::SigningCertificateMismatch);
            }
            named = SigningCertificate::Named;
        }
        Ok(named)
    }
}

/// Whether the first ESSCertID or ESSCertIDv2, the signer's, is that of `certificate` (RFC 5035
/// sections 3 and 4): SEQUENCE { hashAlgorithm (v2, optional), certHash, issuerSerial OPTIONAL }.
fn names(value: &Any, default: Digest, certificate: &Certificate) -> Result<bool, ReasonCode> {
    let inside = |bytes| -> Result<Vec<&[u8]>, ReasonCode> {
        elements(AnyRef::from_der(bytes).map_err(malformed)?.value())
    };
    let ids = elements(value.value())?;
    let ids = inside(ids.first().ok_or(ReasonCode::CmsMalformed)?)?;
    let parts = inside(ids.first().ok_or(ReasonCode::CmsMalformed)?)?;
    let mut digest = default;
    let mut hash = None;
    for part in parts {
        let parsed = AnyRef::from_der(part).map_err(malformed)?;
        match (parsed.tag(), hash) {
            (Tag::Sequence, None) => {
                let algorithm = AlgorithmIdentifierOwned::from_der(part).map_err(malformed)?;
                digest = Digest::from_oid(algorithm.oid).ok_or(ReasonCode::AlgorithmUnsupported)?;
            }
            (Tag::OctetString, None) => hash = Some(parsed.value()),
            (Tag::Sequence, Some(_)) if !is_issuer_serial(part, certificate)? => return Ok(false),
            _ => {}
        }
    }
    let hash = hash.ok_or(ReasonCode::CmsMalformed)?;
    Ok(digest.of(certificate.der()) == hash)
}

/// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber INTEGER }.
fn is_issuer_serial(bytes: &[u8], certificate: &Certificate) -> Result<bool, ReasonCode> {
    let parts = elements(AnyRef::from_der(bytes).map_err(malformed)?.value())?;
    let [issuer, serial, ..] = parts.as_slice() else {
        return Err(ReasonCode::CmsMalformed);
    };
    let names = Vec::<GeneralName>::from_der(issuer).map_err(malformed)?;
    let serial =
        x509_cert::serial_number::SerialNumber::<x509_cert::certificate::Rfc5280>::from_der(serial)
            .map_err(malformed)?;
    let is_issuer = names.iter().any(|name| {
        matches!(name, GeneralName::DirectoryName(name) if NameKey::of(name) == *certificate.issuer())
    });
    Ok(is_issuer && serial.as_bytes() == certificate.serial())
}
