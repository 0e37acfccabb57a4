//! An OCSP responder (RFC 6960) that reads the CA's folder anew for each question.

use const_oid::db::rfc5912;
use der::{
    Any, Decode, Encode,
    asn1::{BitString, GeneralizedTime, Null, OctetString},
};
use rsa::signature::{SignatureEncoding, Signer};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use spki::AlgorithmIdentifierOwned;
use time::{Duration, OffsetDateTime};
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspRequest, OcspResponse,
    ResponderId, ResponseData, RevokedInfo, SingleResponse, Version,
};

use super::{PkiError, PracticeCa, authority::Authority, making, state::State};

/// How long an answer holds.
const VALID_FOR: Duration = Duration::days(1);

const WHAT: &str = "an OCSP answer";

/// Answers an OCSPRequest with an OCSPResponse, both DER. One that cannot be read is told so in the answer.
pub(super) fn answer(
    ca: &PracticeCa,
    responder: &Authority,
    request: &[u8],
    now: OffsetDateTime,
) -> Result<Vec<u8>, PkiError> {
    let Ok(request) = OcspRequest::from_der(request) else {
        let refusal = OcspResponse::malformed_request();
        return refusal.to_der().map_err(making(WHAT));
    };
    let state = State::load(&ca.dir)?;
    let responses = request
        .tbs_request
        .request_list
        .into_iter()
        .map(|request| single(ca, &state, request.req_cert, now))
        .collect::<Result<Vec<_>, _>>()?;
    let data = ResponseData {
        version: Version::V1,
        responder_id: ResponderId::ByName(responder.certificate.tbs_certificate.subject.clone()),
        produced_at: instant(now)?,
        responses,
        response_extensions: None,
    };
    let message = data.to_der().map_err(making(WHAT))?;
    let signature = responder.signer.try_sign(&message).map_err(making(WHAT))?;
    let basic = BasicOcspResponse {
        tbs_response_data: data,
        signature_algorithm: AlgorithmIdentifierOwned {
            oid: rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
            parameters: Some(Any::null()),
        },
        signature: BitString::from_bytes(&signature.to_vec()).map_err(making(WHAT))?,
        certs: Some(vec![responder.certificate.clone()]),
    };
    let response = OcspResponse::successful(basic).map_err(making(WHAT))?;
    response.to_der().map_err(making(WHAT))
}

fn single(
    ca: &PracticeCa,
    state: &State,
    id: CertId,
    now: OffsetDateTime,
) -> Result<SingleResponse, PkiError> {
    let entries = state.entries(&ca.dir)?;
    let revoked = entries
        .iter()
        .find(|entry| entry.serial == id.serial_number);
    let cert_status = match revoked {
        _ if !is_ours(ca, &id)? || !ca.issued(&id.serial_number).exists() => {
            CertStatus::Unknown(Null)
        }
        Some(entry) => CertStatus::Revoked(RevokedInfo {
            revocation_time: instant(entry.date)?,
            revocation_reason: Some(entry.reason),
        }),
        None => CertStatus::Good(Null),
    };
    Ok(SingleResponse {
        cert_id: id,
        cert_status,
        this_update: instant(now)?,
        next_update: Some(instant(now + VALID_FOR)?),
        single_extensions: None,
    })
}

/// Section 4.1.1: the issuer is named by a hash of its name and of its key.
fn is_ours(ca: &PracticeCa, id: &CertId) -> Result<bool, PkiError> {
    let tbs = &ca.issuer().tbs_certificate;
    let name = tbs.subject.to_der().map_err(making(WHAT))?;
    let key = tbs.subject_public_key_info.subject_public_key.raw_bytes();
    let hashes = match id.hash_algorithm.oid {
        rfc5912::ID_SHA_1 => [&name[..], key].map(|bytes| Sha1::digest(bytes).to_vec()),
        rfc5912::ID_SHA_256 => [&name[..], key].map(|bytes| Sha256::digest(bytes).to_vec()),
        _ => return Ok(false),
    };
    let asked = [&id.issuer_name_hash, &id.issuer_key_hash].map(OctetString::as_bytes);
    Ok(hashes.iter().zip(asked).all(|(own, asked)| own == asked))
}

fn instant(time: OffsetDateTime) -> Result<OcspGeneralizedTime, PkiError> {
    let seconds = u64::try_from(time.unix_timestamp()).map_err(making(WHAT))?;
    let since_1970 = std::time::Duration::from_secs(seconds);
    GeneralizedTime::from_unix_duration(since_1970)
        .map(OcspGeneralizedTime)
        .map_err(making(WHAT))
}
