//! A timestamp authority (RFC 3161).

use cms::{
    cert::{CertificateChoices, IssuerAndSerialNumber},
    content_info::{CmsVersion, ContentInfo},
    signed_data::{
        CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo,
        SignerInfos,
    },
};
use const_oid::{ObjectIdentifier, db::rfc5912};
use der::{
    Any, Decode, Encode, EncodeValue, Sequence, Tagged,
    asn1::{GeneralizedTime, Int, OctetString, SetOfVec},
};
use rand::RngCore;
use rsa::signature::{SignatureEncoding, Signer};
use sha2::{Digest, Sha256};
use spki::AlgorithmIdentifierOwned;
use time::OffsetDateTime;
use x509_cert::attr::Attribute;
use x509_tsp::{Accuracy, TimeStampReq, TspVersion, TstInfo};

use super::{PkiError, authority::Authority, making};

const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const ID_CT_TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// Under IANA's number for examples (RFC 5612).
const PRACTICE_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");

/// PKIStatus (section 2.4.2).
const GRANTED: u8 = 0;
const REJECTION: u8 = 2;

const WHAT: &str = "a timestamp";

/// Answers a TimeStampReq with a TimeStampResp, both DER. A request that cannot be read is rejected in the answer.
pub(super) fn answer(
    authority: &Authority,
    issuer: &Authority,
    request: &[u8],
    now: OffsetDateTime,
) -> Result<Vec<u8>, PkiError> {
    let response = match TimeStampReq::from_der(request) {
        Ok(request) => Response {
            status: Status { status: GRANTED },
            token: Some(token(authority, issuer, &request, now)?),
        },
        Err(_) => Response {
            status: Status { status: REJECTION },
            token: None,
        },
    };
    response.to_der().map_err(making(WHAT))
}

/// TimeStampResp, with a PKIStatusInfo of a number alone.
#[derive(Sequence)]
struct Response {
    status: Status,
    #[asn1(optional = "true")]
    token: Option<ContentInfo>,
}

#[derive(Sequence)]
struct Status {
    status: u8,
}

fn token(
    authority: &Authority,
    issuer: &Authority,
    request: &TimeStampReq,
    now: OffsetDateTime,
) -> Result<ContentInfo, PkiError> {
    let info = info(request, now)?.to_der().map_err(making(WHAT))?;
    let attributes = [
        attribute(CONTENT_TYPE, &ID_CT_TST_INFO)?,
        attribute(MESSAGE_DIGEST, &octets(&Sha256::digest(&info))?)?,
        attribute(SIGNING_CERTIFICATE_V2, &named(authority)?)?,
    ];
    let attributes = SetOfVec::try_from(attributes.to_vec()).map_err(making(WHAT))?;
    let message = attributes.to_der().map_err(making(WHAT))?;
    let signature = authority.signer.try_sign(&message).map_err(making(WHAT))?;
    let tbs = &authority.certificate.tbs_certificate;
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: tbs.issuer.clone(),
            serial_number: tbs.serial_number.clone(),
        }),
        digest_alg: algorithm(rfc5912::ID_SHA_256),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm(rfc5912::SHA_256_WITH_RSA_ENCRYPTION),
        signature: octets(&signature.to_vec())?,
        unsigned_attrs: None,
    };
    let mut certificates = Vec::new();
    if request.cert_req {
        for certificate in [&authority.certificate, &issuer.certificate] {
            certificates.push(CertificateChoices::Certificate(certificate.clone()));
        }
    }
    let certificates = SetOfVec::try_from(certificates).map_err(making(WHAT))?;
    let data = SignedData {
        version: CmsVersion::V3,
        digest_algorithms: one(algorithm(rfc5912::ID_SHA_256))?,
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: ID_CT_TST_INFO,
            econtent: Some(Any::encode_from(&octets(&info)?).map_err(making(WHAT))?),
        },
        certificates: request.cert_req.then_some(CertificateSet(certificates)),
        crls: None,
        signer_infos: SignerInfos(one(signer)?),
    };
    Ok(ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: Any::encode_from(&data).map_err(making(WHAT))?,
    })
}

fn info(request: &TimeStampReq, now: OffsetDateTime) -> Result<TstInfo, PkiError> {
    let seconds = u64::try_from(now.unix_timestamp()).map_err(making(WHAT))?;
    let time = std::time::Duration::from_secs(seconds);
    let mut serial = [0; 8];
    rand::thread_rng().fill_bytes(&mut serial);
    serial[0] = serial[0] & 0x7F | 0x40;
    Ok(TstInfo {
        version: TspVersion::V1,
        policy: request.req_policy.unwrap_or(PRACTICE_POLICY),
        message_imprint: request.message_imprint.clone(),
        serial_number: Int::new(&serial).map_err(making(WHAT))?,
        gen_time: GeneralizedTime::from_unix_duration(time).map_err(making(WHAT))?,
        accuracy: Some(Accuracy {
            seconds: Some(1),
            millis: None,
            micros: None,
        }),
        ordering: false,
        nonce: request.nonce.clone(),
        tsa: None,
        extensions: None,
    })
}

/// SigningCertificateV2 with one ESSCertIDv2 and SHA-256 by default (RFC 5816).
fn named(authority: &Authority) -> Result<Any, PkiError> {
    let der = authority.certificate.to_der().map_err(making(WHAT))?;
    let id = vec![octets(&Sha256::digest(&der))?];
    let ids = vec![id];
    Any::encode_from(&vec![ids]).map_err(making(WHAT))
}

fn attribute<T: EncodeValue + Tagged>(
    oid: ObjectIdentifier,
    value: &T,
) -> Result<Attribute, PkiError> {
    Ok(Attribute {
        oid,
        values: one(Any::encode_from(value).map_err(making(WHAT))?)?,
    })
}

fn one<T: der::DerOrd>(value: T) -> Result<SetOfVec<T>, PkiError> {
    SetOfVec::try_from(vec![value]).map_err(making(WHAT))
}

fn octets(bytes: &[u8]) -> Result<OctetString, PkiError> {
    OctetString::new(bytes).map_err(making(WHAT))
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned {
        oid,
        parameters: Some(Any::null()),
    }
}
