//! CMS SignedData as PAdES wants it (EN 319 142-1 6.3): detached, one SignerInfo, no signing-time.

use cms::cert::IssuerAndSerialNumber;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    DigestAlgorithmIdentifiers, EncapsulatedContentInfo, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Decode, Encode, EncodeValue, Sequence, Tagged};
use spki::AlgorithmIdentifierOwned;
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::ext::pkix::KeyUsage;

use crate::error::PadesError;
use crate::sign::{DigestAlgorithm, SignatureAlgorithm};

const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const TIMESTAMP_TOKEN: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// More certificates than any real chain has; a longer list is a mistake or an attack.
const MAX_CHAIN: usize = 16;

/// The signer's certificate with its issuers, kept as the bytes that were given: ESS hashes them.
pub(crate) struct SignerCertificates {
    signer: Certificate,
    der: Vec<Vec<u8>>,
}

impl SignerCertificates {
    /// Reads the signer's certificate, which must be valid at `time`, and its chain; the root may be among them.
    pub(crate) fn read(
        signer: &[u8],
        chain: &[Vec<u8>],
        time: OffsetDateTime,
    ) -> Result<Self, PadesError> {
        if chain.len() > MAX_CHAIN {
            return Err(bad_certificate(MAX_CHAIN + 1, "the chain is too long"));
        }
        let certificate = read_certificate(0, signer)?;
        let mut der = vec![signer.to_vec()];
        for (index, issuer) in chain.iter().enumerate() {
            read_certificate(index + 1, issuer)?;
            if !der.contains(issuer) {
                der.push(issuer.clone());
            }
        }
        check_validity(&certificate, time)?;
        check_key_usage(&certificate)?;
        Ok(Self {
            signer: certificate,
            der,
        })
    }

    pub(crate) fn key(&self) -> &spki::SubjectPublicKeyInfoOwned {
        &self.signer.tbs_certificate.subject_public_key_info
    }

    /// Bytes that the certificates take in the CMS.
    pub(crate) fn len(&self) -> usize {
        self.der.iter().map(Vec::len).sum()
    }

    fn issuer_and_serial(&self) -> IssuerAndSerialNumber {
        let tbs = &self.signer.tbs_certificate;
        IssuerAndSerialNumber {
            issuer: tbs.issuer.clone(),
            serial_number: tbs.serial_number.clone(),
        }
    }

    fn signer_der(&self) -> &[u8] {
        self.der.first().map_or(&[], Vec::as_slice)
    }
}

/// The three signed attributes; their DER as an explicit SET OF is what is signed (RFC 5652 5.4).
pub(crate) fn signed_attributes(
    certificates: &SignerCertificates,
    digest: DigestAlgorithm,
    message_digest: &[u8],
) -> Result<Attributes, PadesError> {
    let ess = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            hash_algorithm: (digest != DigestAlgorithm::Sha256).then(|| digest.identifier()),
            cert_hash: OctetString::new(digest.digest(certificates.signer_der()))?,
        }],
    };
    let attributes = vec![
        attribute(CONTENT_TYPE, &ID_DATA)?,
        attribute(MESSAGE_DIGEST, &OctetString::new(message_digest)?)?,
        attribute(SIGNING_CERTIFICATE_V2, &ess)?,
    ];
    Ok(SetOfVec::try_from(attributes)?)
}

/// The whole ContentInfo in DER.
pub(crate) fn signed_data(
    certificates: &SignerCertificates,
    algorithm: SignatureAlgorithm,
    attributes: Attributes,
    signature: &[u8],
) -> Result<Vec<u8>, PadesError> {
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(certificates.issuer_and_serial()),
        digest_alg: algorithm.digest().identifier(),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm.identifier()?,
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let embedded = certificates
        .der
        .iter()
        .map(|der| Any::from_der(der))
        .collect::<Result<Vec<_>, _>>()?;
    let content = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm.digest().identifier()])?,
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: ID_DATA,
            econtent: None,
        },
        certificates: SetOfVec::try_from(embedded)?,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    let info = ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: Any::encode_from(&content)?,
    };
    Ok(info.to_der()?)
}

/// The value of the one signature in a SignedData of ours: what its timestamp is over.
pub(crate) fn signature_of(cms: &[u8]) -> Result<Vec<u8>, PadesError> {
    let (_, signer) = only_signer(cms)?;
    Ok(signer.signature.as_bytes().to_vec())
}

/// The same SignedData with a timestamp token as its signer's unsigned attribute (EN 319 122-1 5.3), in the place of one
/// that is there.
pub(crate) fn with_timestamp(cms: &[u8], token: &[u8]) -> Result<Vec<u8>, PadesError> {
    let (mut content, mut signer) = only_signer(cms)?;
    let kept = signer.unsigned_attrs.take().unwrap_or_default();
    let mut attributes: Vec<_> = kept
        .iter()
        .filter(|attribute| attribute.oid != TIMESTAMP_TOKEN)
        .cloned()
        .collect();
    attributes.push(attribute(TIMESTAMP_TOKEN, &Any::from_der(token)?)?);
    signer.unsigned_attrs = Some(SetOfVec::try_from(attributes)?);
    content.signer_infos = SignerInfos(SetOfVec::try_from(vec![signer])?);
    let info = ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: Any::encode_from(&content)?,
    };
    Ok(info.to_der()?)
}

fn only_signer(cms: &[u8]) -> Result<(SignedData, SignerInfo), PadesError> {
    let unreadable = || PadesError::Timestamp("the signature is no CMS of ours".to_owned());
    let info = ContentInfo::from_der(cms).map_err(|_| unreadable())?;
    let content: SignedData = info.content.decode_as().map_err(|_| unreadable())?;
    let mut signers = content.signer_infos.0.iter();
    match (signers.next().cloned(), signers.next()) {
        (Some(signer), None) => Ok((content, signer)),
        _ => Err(unreadable()),
    }
}

/// RFC 5652 5.1 with the certificates as they came: decoding and encoding a certificate again could change bytes
/// that its issuer signed and that signing-certificate-v2 hashes.
#[derive(Sequence)]
struct SignedData {
    version: CmsVersion,
    digest_algorithms: DigestAlgorithmIdentifiers,
    encap_content_info: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true")]
    certificates: SetOfVec<Any>,
    signer_infos: SignerInfos,
}

/// RFC 5035 section 3, without the policies that PAdES does not use.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

/// RFC 5035 section 4: the hash algorithm is left out when it is the default, SHA-256 (DER, X.690 11.5).
/// The issuer and serial are left out as EN 319 122-1 5.2.2.3 recommends: the SignerInfo names them.
#[derive(Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
}

fn attribute<T: EncodeValue + Tagged>(
    oid: ObjectIdentifier,
    value: &T,
) -> Result<Attribute, PadesError> {
    Ok(Attribute {
        oid,
        values: SetOfVec::try_from(vec![Any::encode_from(value)?])?,
    })
}

fn check_validity(certificate: &Certificate, time: OffsetDateTime) -> Result<(), PadesError> {
    let validity = &certificate.tbs_certificate.validity;
    let (not_before, not_after) = (
        validity.not_before.to_system_time(),
        validity.not_after.to_system_time(),
    );
    let (not_before, not_after) = (
        OffsetDateTime::from(not_before),
        OffsetDateTime::from(not_after),
    );
    if (not_before..=not_after).contains(&time) {
        Ok(())
    } else {
        Err(PadesError::CertificateNotValid {
            not_before,
            not_after,
        })
    }
}

/// RFC 5280 4.2.1.3: without the extension a key may be used for anything.
fn check_key_usage(certificate: &Certificate) -> Result<(), PadesError> {
    let usage = certificate.tbs_certificate.get::<KeyUsage>();
    match usage.map_err(|fault| bad_certificate(0, &fault.to_string()))? {
        Some((_, usage)) if !usage.digital_signature() && !usage.non_repudiation() => {
            Err(PadesError::KeyUsage)
        }
        _ => Ok(()),
    }
}

fn read_certificate(index: usize, der: &[u8]) -> Result<Certificate, PadesError> {
    Certificate::from_der(der).map_err(|fault| bad_certificate(index, &fault.to_string()))
}

fn bad_certificate(index: usize, reason: &str) -> PadesError {
    PadesError::BadCertificate {
        index,
        reason: reason.to_owned(),
    }
}
