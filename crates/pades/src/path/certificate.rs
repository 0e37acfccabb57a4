//! A certificate kept with its own bytes.

use std::collections::BTreeSet;
use std::ops::Range;

use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use const_oid::AssociatedOid;
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode, Tag, Tagged};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use time::OffsetDateTime;
use x509_cert::Certificate as X509;
use x509_cert::ext::Extension;
use x509_cert::name::Name;

use super::algorithm::{Digest, Scheme, SignatureError};
use super::{PathError, blocks};
use crate::cms::ber;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const ORGANIZATION_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const TITLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.12");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");
const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");
const USER_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1");

/// A certificate, decoded, with the exact bytes that its issuer signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Range<usize>,
    x509: X509,
    subject: NameKey,
    issuer: NameKey,
}

impl Certificate {
    /// Reads one certificate from DER.
    pub fn from_der(bytes: &[u8]) -> Result<Self, PathError> {
        let malformed = |source| PathError::Malformed {
            kind: "certificate",
            source,
        };
        let x509 = X509::from_der(bytes).map_err(malformed)?;
        let tbs =
            ber::first_element(bytes).ok_or_else(|| malformed(der::ErrorKind::Failed.into()))?;
        Ok(Self {
            der: bytes.to_vec(),
            tbs,
            subject: NameKey::of(&x509.tbs_certificate.subject),
            issuer: NameKey::of(&x509.tbs_certificate.issuer),
            x509,
        })
    }

    /// Reads every certificate of a PEM file, or the one of a DER file.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, PathError> {
        blocks(bytes, "CERTIFICATE", "certificate")?
            .iter()
            .map(|der| Self::from_der(der))
            .collect()
    }

    /// Reads the certificates of a PKCS#7 bundle in DER, as authorities publish their chains (RFC 5280 section
    /// 4.2.2.1).
    pub fn read_bundle(bytes: &[u8]) -> Result<Vec<Self>, PathError> {
        let malformed = |source| PathError::Malformed {
            kind: "certificate bundle",
            source,
        };
        let info = ContentInfo::from_der(bytes).map_err(malformed)?;
        let data = info.content.decode_as::<SignedData>().map_err(malformed)?;
        let choices = data
            .certificates
            .into_iter()
            .flat_map(|set| set.0.into_vec());
        let ders = choices.filter_map(|choice| choice.to_der().ok());
        Ok(ders.filter_map(|der| Self::from_der(&der).ok()).collect())
    }

    /// The DER bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The decoded certificate.
    pub fn x509(&self) -> &X509 {
        &self.x509
    }

    /// Lower-case hexadecimal SHA-256 of the certificate.
    pub fn sha256(&self) -> String {
        hex::encode(Digest::Sha256.of(&self.der))
    }

    /// Big-endian bytes of the serial number.
    pub fn serial(&self) -> &[u8] {
        self.x509.tbs_certificate.serial_number.as_bytes()
    }

    /// The subject in a form that compares equal where RFC 5280 section 7.1 says so.
    pub fn subject(&self) -> &NameKey {
        &self.subject
    }

    /// The issuer in the same form.
    pub fn issuer(&self) -> &NameKey {
        &self.issuer
    }

    /// Whether subject and issuer are the same (RFC 5280 section 6.1).
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Its public key.
    pub fn key(&self) -> &SubjectPublicKeyInfoOwned {
        &self.x509.tbs_certificate.subject_public_key_info
    }

    /// The scheme by which its issuer signed it.
    pub fn scheme(&self) -> Result<Scheme, SignatureError> {
        Scheme::from_algorithm(&self.x509.signature_algorithm, None)
    }

    /// Whether it carries the extension `oid`.
    pub fn has_extension(&self, oid: ObjectIdentifier) -> bool {
        self.extensions().iter().any(|e| e.extn_id == oid)
    }

    /// First and last instant of validity.
    pub fn validity(&self) -> (OffsetDateTime, OffsetDateTime) {
        let validity = &self.x509.tbs_certificate.validity;
        (instant(&validity.not_before), instant(&validity.not_after))
    }

    /// Whether `issuer`'s key signed this certificate.
    pub fn verify_issued_by(&self, issuer: &Certificate) -> Result<(), SignatureError> {
        // RFC 5280 section 4.1.1.2: both algorithm identifiers are the same.
        if self.x509.signature_algorithm != self.x509.tbs_certificate.signature {
            return Err(SignatureError::Mismatch);
        }
        let signature = self
            .x509
            .signature
            .as_bytes()
            .ok_or(SignatureError::Broken)?;
        issuer.verify_signed(&self.x509.signature_algorithm, self.tbs_bytes(), signature)
    }

    /// Whether this certificate's key signed `message`.
    pub fn verify_signed(
        &self,
        algorithm: &AlgorithmIdentifierOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        Scheme::from_algorithm(algorithm, None)?.verify(self.key(), message, signature)
    }

    /// The extensions, possibly none.
    pub fn extensions(&self) -> &[Extension] {
        self.x509
            .tbs_certificate
            .extensions
            .as_deref()
            .unwrap_or_default()
    }

    /// The decoded extension `T`; an error when it is there and malformed, or there twice.
    pub fn extension<'a, T: Decode<'a> + AssociatedOid>(&'a self) -> Result<Option<T>, der::Error> {
        let mut found = self.extensions().iter().filter(|e| e.extn_id == T::OID);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(extension), None) => T::from_der(extension.extn_value.as_bytes()).map(Some),
            (Some(_), Some(_)) => Err(der::ErrorKind::Failed.into()),
        }
    }

    /// `commonName` of the subject.
    pub fn common_name(&self) -> Option<String> {
        self.attributes(COMMON_NAME).pop()
    }

    /// `title` of the subject.
    pub fn title(&self) -> Option<String> {
        self.attributes(TITLE).pop()
    }

    /// `organizationName` of the subject.
    pub fn organization(&self) -> Option<String> {
        self.attributes(ORGANIZATION).pop()
    }

    /// The innermost `organizationalUnitName` of the subject.
    pub fn organization_unit(&self) -> Option<String> {
        self.attributes(ORGANIZATION_UNIT).pop()
    }

    /// The certificate calls its subject a natural person.
    pub fn names_person(&self) -> bool {
        let has = |oid| !self.attributes(oid).is_empty();
        let personal_id = self.attributes(USER_ID).iter().any(|id| {
            ["CCCD:", "CMND:", "HC:"]
                .iter()
                .any(|prefix| id.starts_with(prefix))
        });
        has(SURNAME) || has(GIVEN_NAME) || has(TITLE) || personal_id
    }

    /// The certificate calls its subject an organisation: it carries an organisation's identifier,
    /// or its common name is the name of an organisation or unit that it names.
    pub fn names_organisation(&self) -> bool {
        let tax_id = self
            .attributes(USER_ID)
            .iter()
            .any(|id| id.starts_with("MST:"));
        let identified = !self.attributes(ORGANIZATION_IDENTIFIER).is_empty() || tax_id;
        let Some(name) = self.common_name().map(|name| name.to_lowercase()) else {
            return identified;
        };
        let organisations = self.attributes(ORGANIZATION).into_iter();
        let mut names = organisations.chain(self.attributes(ORGANIZATION_UNIT));
        identified || names.any(|other| other.to_lowercase() == name)
    }

    fn tbs_bytes(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// Texts of the subject's attributes of a type.
    pub(super) fn attributes(&self, oid: ObjectIdentifier) -> Vec<String> {
        let names = &self.x509.tbs_certificate.subject.0;
        let attributes = names
            .iter()
            .flat_map(|rdn| rdn.0.iter())
            .filter(|a| a.oid == oid);
        attributes
            .filter_map(|attribute| text(&attribute.value))
            .collect()
    }
}

/// A distinguished name for comparison: per RDN, sorted attributes with folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameKey(Vec<BTreeSet<(ObjectIdentifier, Vec<u8>)>>);

impl NameKey {
    /// The comparison form of `name` (RFC 5280 section 7.1).
    pub fn of(name: &Name) -> Self {
        let fold = |value: &der::Any| match text(value) {
            Some(text) => text
                .to_lowercase()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .into_bytes(),
            None => value.to_der().unwrap_or_default(),
        };
        Self(
            name.0
                .iter()
                .map(|rdn| rdn.0.iter().map(|a| (a.oid, fold(&a.value))).collect())
                .collect(),
        )
    }

    /// Whether `self` lies in the subtree of `base` (RFC 5280 section 4.2.1.10).
    pub fn is_under(&self, base: &NameKey) -> bool {
        self.0.starts_with(&base.0)
    }

    /// No RDN at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A certificate's time as an instant.
pub(crate) fn instant(time: &x509_cert::time::Time) -> OffsetDateTime {
    since_epoch(time.to_unix_duration())
}

/// Time since the epoch as an instant; beyond `time`'s years it is the epoch.
pub(crate) fn since_epoch(duration: std::time::Duration) -> OffsetDateTime {
    i64::try_from(duration.as_secs())
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Text of a directory string of any of its types. Authorities write UTF-8 and Latin-1 into types that know neither.
fn text(value: &der::Any) -> Option<String> {
    const VISIBLE_STRING: u8 = 0x1a;
    let bytes = value.value();
    match value.tag() {
        Tag::BmpString => {
            let units = bytes.chunks_exact(2);
            let units = units.map(|pair| {
                u16::from_be_bytes([*pair.first().unwrap_or(&0), *pair.last().unwrap_or(&0)])
            });
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::TeletexString
        | Tag::Ia5String
        | Tag::NumericString => Some(lenient(bytes)),
        tag if tag.octet() == VISIBLE_STRING => Some(lenient(bytes)),
        _ => None,
    }
}

fn lenient(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}
