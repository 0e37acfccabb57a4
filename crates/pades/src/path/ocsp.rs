//! OCSP answers (RFC 6960).

use std::ops::Range;

use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use time::OffsetDateTime;
use x509_ocsp::{
    BasicOcspResponse, CertStatus, OcspGeneralizedTime, OcspResponse, OcspResponseStatus,
    ResponderId, ResponseBytes, SingleResponse,
};

use super::algorithm::Digest;
use super::certificate::{NameKey, since_epoch};
use super::revocation::{Evidence, Query, Said};
use super::{Certificate, PathError, Usage, blocks, constraints};
use crate::cms::ber;
use crate::report::RevocationStatus;

/// id-pkix-ocsp-nocheck: the responder vouches for itself until it expires (section 4.2.2.2.1).
const NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");
const ARCHIVE_CUTOFF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6");
/// Nonce, preferred algorithms, extended revoked: extensions that change nothing when read later.
const HARMLESS: &[ObjectIdentifier] = &[
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2"),
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.9"),
    ARCHIVE_CUTOFF,
];
/// id-pkix-ocsp-basic (RFC 6960 4.2.1).
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// Most certificates that are tried as an answer's signer; an answer brings one or two.
const MAX_RESPONDERS: usize = 10;

/// A signed OCSP answer, decoded, with the exact bytes that its responder signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ocsp {
    der: Vec<u8>,
    tbs: Range<usize>,
    basic: BasicOcspResponse,
    certificates: Vec<Certificate>,
}

impl Ocsp {
    /// The whole OCSPResponse (DER), as a document's security store keeps it.
    pub fn response(&self) -> Option<Vec<u8>> {
        let response = OcspResponse {
            response_status: OcspResponseStatus::Successful,
            response_bytes: Some(ResponseBytes {
                response_type: BASIC,
                response: OctetString::new(self.der.as_slice()).ok()?,
            }),
        };
        response.to_der().ok()
    }

    /// Reads one OCSPResponse, or the BasicOCSPResponse inside one, from DER.
    ///
    /// A response that says no more than that there is none (`tryLater`, `unauthorized`) is an error.
    pub fn from_der(bytes: &[u8]) -> Result<Self, PathError> {
        let malformed = |source| PathError::Malformed {
            kind: "OCSP answer",
            source,
        };
        let failed = || malformed(der::ErrorKind::Failed.into());
        let der = match OcspResponse::from_der(bytes) {
            Ok(response) => {
                let inner = response.response_bytes.ok_or_else(failed)?;
                if response.response_status != OcspResponseStatus::Successful {
                    return Err(failed());
                }
                inner.response.into_bytes()
            }
            Err(_) => bytes.to_vec(),
        };
        let basic = BasicOcspResponse::from_der(&der).map_err(malformed)?;
        let certificates = basic.certs.iter().flatten();
        let certificates = certificates
            .filter_map(|x509| Certificate::from_der(&x509.to_der().ok()?).ok())
            .collect();
        Ok(Self {
            tbs: ber::first_element(&der).ok_or_else(failed)?,
            der,
            basic,
            certificates,
        })
    }

    /// Reads every answer of a PEM file, or the one of a DER file.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, PathError> {
        blocks(bytes, "OCSP RESPONSE", "OCSP answer")?
            .iter()
            .map(|der| Self::from_der(der))
            .collect()
    }

    /// What it says of the certificate asked for; `None` when it is silent about it, and an error
    /// when it speaks of it but must not be used.
    pub(super) fn look_up(&self, query: &Query<'_, '_>) -> Option<Result<Evidence, ()>> {
        let singles = &self.basic.tbs_response_data.responses;
        if !query.sources.may_read(singles.len()) {
            return Some(Err(()));
        }
        let mut singles = singles.iter();
        let single = singles.find(|single| concerns(single, query.certificate, query.issuer))?;
        Some(self.judge(single, query).ok_or(()))
    }

    fn judge(&self, single: &SingleResponse, query: &Query<'_, '_>) -> Option<Evidence> {
        let extensions = [
            &single.single_extensions,
            &self.basic.tbs_response_data.response_extensions,
        ];
        let mut extensions = extensions.into_iter().flatten().flatten();
        if extensions.any(|e| e.critical && !HARMLESS.contains(&e.extn_id)) {
            return None;
        }
        if !self.is_signed_by_issuer(query) && !self.is_signed_by_delegate(query) {
            return None;
        }
        let said = match &single.cert_status {
            CertStatus::Good(_) => Said::Good,
            CertStatus::Unknown(_) => Said::Unknown,
            CertStatus::Revoked(info) => Said::Revoked {
                since: instant(&info.revocation_time),
                reason: info.revocation_reason.map(|reason| reason as u8),
            },
        };
        Some(Evidence {
            said,
            issued: instant(&single.this_update),
            next: single.next_update.as_ref().map(instant),
            remembers_since: archive_cutoff(single),
        })
    }

    fn is_signed_by_issuer(&self, query: &Query<'_, '_>) -> bool {
        self.is_responder(query.issuer) && self.verify(query.issuer, query)
    }

    /// Section 4.2.2.2: a delegate is certified for this purpose by the very issuer of the certificate.
    fn is_signed_by_delegate(&self, query: &Query<'_, '_>) -> bool {
        let produced = instant(&self.basic.tbs_response_data.produced_at);
        let others = query.sources.certificates();
        let named = self.certificates.iter().chain(others);
        let mut named = named.filter(|c| self.is_responder(c)).take(MAX_RESPONDERS);
        named.any(|responder| {
            let (not_before, not_after) = responder.validity();
            (not_before..=not_after).contains(&produced)
                && constraints::check(&[responder], Usage::OcspAnswer).is_ok()
                && responder.issuer() == query.issuer.subject()
                && responder.verify_issued_by(query.issuer).is_ok()
                && self.verify(responder, query)
                && (responder.has_extension(NO_CHECK) || is_good(responder, query))
        })
    }

    fn is_responder(&self, candidate: &Certificate) -> bool {
        match &self.basic.tbs_response_data.responder_id {
            ResponderId::ByName(name) => NameKey::of(name) == *candidate.subject(),
            ResponderId::ByKey(hash) => {
                let key = candidate.key().subject_public_key.as_bytes();
                key.is_some_and(|key| Digest::Sha1.of(key) == hash.as_bytes())
            }
        }
    }

    fn verify(&self, signer: &Certificate, query: &Query<'_, '_>) -> bool {
        let message = self.der.get(self.tbs.clone()).unwrap_or_default();
        let signature = self.basic.signature.as_bytes().unwrap_or_default();
        query.sources.may_check(signer.key())
            && signer
                .verify_signed(&self.basic.signature_algorithm, message, signature)
                .is_ok()
    }
}

/// Section 4.1.1: issuer and serial number, the issuer by hashes of its name and key.
fn concerns(single: &SingleResponse, certificate: &Certificate, issuer: &Certificate) -> bool {
    let id = &single.cert_id;
    if id.serial_number.as_bytes() != certificate.serial() {
        return false;
    }
    let Some(digest) = Digest::from_oid(id.hash_algorithm.oid) else {
        return false;
    };
    let name = certificate.x509().tbs_certificate.issuer.to_der();
    let key = issuer.key().subject_public_key.as_bytes();
    name.is_ok_and(|name| digest.of(&name) == id.issuer_name_hash.as_bytes())
        && key.is_some_and(|key| digest.of(key) == id.issuer_key_hash.as_bytes())
}

/// A delegate without `nocheck` must itself be shown not to be revoked.
fn is_good(responder: &Certificate, query: &Query<'_, '_>) -> bool {
    query
        .about(responder)
        .is_some_and(|facts| facts.status == RevocationStatus::Good)
}

/// Section 4.4.4: the responder remembers certificates that expired since then.
fn archive_cutoff(single: &SingleResponse) -> Option<OffsetDateTime> {
    let extensions = single.single_extensions.as_deref().unwrap_or_default();
    let cutoff = extensions.iter().find(|e| e.extn_id == ARCHIVE_CUTOFF)?;
    let time = OcspGeneralizedTime::from_der(cutoff.extn_value.as_bytes()).ok()?;
    Some(instant(&time))
}

fn instant(time: &OcspGeneralizedTime) -> OffsetDateTime {
    since_epoch(time.0.to_unix_duration())
}
