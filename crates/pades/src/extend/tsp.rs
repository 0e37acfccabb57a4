//! RFC 3161 as a client speaks it.

use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::{AnyRef, Int, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use spki::AlgorithmIdentifierOwned;

use crate::error::PadesError;
use crate::sign::DigestAlgorithm;

const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// PKIStatus granted and grantedWithMods (RFC 3161 2.4.2); all others are refusals.
const GRANTED: [u8; 2] = [0, 1];

/// A request and what its answer must repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampRequest {
    /// The DER to send, as `application/timestamp-query`.
    pub der: Vec<u8>,
    imprint: Vec<u8>,
    nonce: Vec<u8>,
}

/// Asks for a timestamp over what has the SHA-256 `imprint`. `nonce` must be fresh and random.
///
/// # Errors
/// [`PadesError::Der`], a fault of our own.
pub fn timestamp_request(
    imprint: [u8; 32],
    nonce: [u8; 8],
) -> Result<TimestampRequest, PadesError> {
    let imprint = imprint.to_vec();
    // A leading byte below 0x80 keeps the number positive and its encoding the shortest.
    let nonce = [[0x40].as_slice(), nonce.as_slice()].concat();
    let request = TimeStampReq {
        version: 1,
        message_imprint: MessageImprint {
            hash_algorithm: DigestAlgorithm::Sha256.identifier(),
            hashed_message: OctetString::new(imprint.clone())?,
        },
        nonce: Int::new(&nonce)?,
        cert_req: true,
    };
    Ok(TimestampRequest {
        der: request.to_der()?,
        imprint,
        nonce,
    })
}

/// The token of an answer, which must be to this request. Whether its authority is trusted is the verifier's matter.
///
/// # Errors
/// [`PadesError::Timestamp`] where the authority refused, or answered something else.
pub fn timestamp_token(request: &TimestampRequest, response: &[u8]) -> Result<Vec<u8>, PadesError> {
    let refused = |why: &str| PadesError::Timestamp(why.to_owned());
    let broken = |_| refused("the answer is no TimeStampResp");
    let outer = AnyRef::from_der(response).map_err(broken)?;
    let mut parts = SliceReader::new(outer.value()).map_err(broken)?;
    let status = AnyRef::decode(&mut parts).map_err(broken)?;
    let mut status = SliceReader::new(status.value()).map_err(broken)?;
    let status = u8::decode(&mut status).map_err(broken)?;
    if !GRANTED.contains(&status) {
        return Err(PadesError::Timestamp(format!(
            "the authority refused with status {status}"
        )));
    }
    let token = parts.tlv_bytes().map_err(broken)?;
    let (imprint, nonce) = info(token).ok_or_else(|| refused("the token cannot be read"))?;
    if imprint != request.imprint {
        return Err(refused("the token is over other data"));
    }
    if nonce.as_ref() != Some(&request.nonce) {
        return Err(refused("the token answers another request"));
    }
    Ok(token.to_vec())
}

/// Imprint and nonce of a token's TSTInfo.
pub(super) fn info(token: &[u8]) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let info = ContentInfo::from_der(token).ok()?;
    let signed = info.content.decode_as::<SignedData>().ok()?;
    let content = signed.encap_content_info;
    if content.econtent_type != TST_INFO {
        return None;
    }
    let content = content.econtent?;
    let sequence = AnyRef::from_der(content.value()).ok()?;
    let mut parts = SliceReader::new(sequence.value()).ok()?;
    let _version = u8::decode(&mut parts).ok()?;
    let _policy = ObjectIdentifier::decode(&mut parts).ok()?;
    let imprint = MessageImprint::decode(&mut parts).ok()?;
    let _serial = AnyRef::decode(&mut parts).ok()?;
    let _time = AnyRef::decode(&mut parts).ok()?;
    let mut nonce = None;
    while !parts.is_finished() {
        let part = AnyRef::decode(&mut parts).ok()?;
        if part.tag() == Tag::Integer {
            nonce = Some(part.value().to_vec());
        }
    }
    Some((imprint.hashed_message.as_bytes().to_vec(), nonce))
}

#[derive(Sequence)]
struct TimeStampReq {
    version: u8,
    message_imprint: MessageImprint,
    nonce: Int,
    cert_req: bool,
}

#[derive(Sequence)]
struct MessageImprint {
    hash_algorithm: AlgorithmIdentifierOwned,
    hashed_message: OctetString,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_the_hash_the_nonce_and_wants_the_certificate() {
        let request = timestamp_request([7; 32], [0xFF; 8]).unwrap();
        let der = hex::encode(&request.der);
        assert!(der.contains(&hex::encode([7; 32])), "{der}");
        assert!(der.ends_with("020940ffffffffffffffff0101ff"), "{der}");
    }

    #[test]
    fn a_refusal_and_what_is_no_answer_are_told_apart() {
        let request = timestamp_request([7; 32], [1; 8]).unwrap();
        let told = |response: &[u8]| timestamp_token(&request, response).unwrap_err().to_string();
        assert!(told(&[0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02]).contains("status 2"));
        assert!(told(b"<html>").contains("no TimeStampResp"));
        assert!(told(&[0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00]).contains("no TimeStampResp"));
    }
}
