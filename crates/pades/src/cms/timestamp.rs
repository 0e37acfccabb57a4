//! RFC 3161 timestamp tokens.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Tag, Tagged};
use spki::AlgorithmIdentifierOwned;
use time::{Date, Month, OffsetDateTime, Time};

use super::read::{SignedData, elements};
use crate::path::algorithm::Digest;
use crate::path::{Material, Trust, Usage, validate};
use crate::report::{Indication, Reason, ReasonCode};

/// id-ct-TSTInfo.
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// A token whose inner structure has been read.
#[derive(Debug, Clone)]
pub struct Token {
    /// The signed container.
    pub signed: SignedData,
    /// Digest algorithm of the imprint.
    pub digest: Digest,
    /// When it was issued.
    pub time: OffsetDateTime,
    imprint: Vec<u8>,
}

/// The judgement on a token.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The issuing authority's certificate.
    pub authority: Option<crate::path::Certificate>,
    /// Passed: the time is proven.
    pub indication: Indication,
    /// Why not.
    pub reasons: Vec<Reason>,
}

impl Token {
    /// Reads a token; trailing zeros are tolerated as in `/Contents`.
    pub fn read(bytes: &[u8]) -> Result<Self, ReasonCode> {
        let signed = SignedData::read(bytes)?;
        let content = signed.content(TST_INFO).ok_or(ReasonCode::CmsContentType)?;
        let (digest, imprint, time) = info(content)?;
        Ok(Self {
            signed,
            digest,
            time,
            imprint,
        })
    }

    /// Judges the token over data with the digest `data_digest` (by [`Token::digest`]).
    pub fn judge(&self, data_digest: &[u8], material: &Material, trust: &Trust) -> Judgement {
        let failed = |authority, code| Judgement {
            authority,
            indication: Indication::TotalFailed,
            reasons: vec![Reason::new(code, "")],
        };
        if self.imprint != data_digest {
            return failed(None, ReasonCode::DigestMismatch);
        }
        let mut material = material.clone();
        material
            .certificates
            .extend(self.signed.certificates.iter().cloned());
        material.crls.extend(self.signed.crls.iter().cloned());
        let known: Vec<_> = trust
            .intermediates
            .iter()
            .chain(&material.certificates)
            .cloned()
            .collect();
        let Some(authority) = self.signed.signer_certificate(&known).cloned() else {
            return failed(None, ReasonCode::SignerCertificateMissing);
        };
        if let Err(code) = self.signed.verify_enveloping(TST_INFO, &authority) {
            return failed(Some(authority), code);
        }
        let path = validate(&authority, &material, trust, None, Usage::Timestamp);
        let in_validity = {
            let (not_before, not_after) = authority.validity();
            not_before <= self.time && self.time <= not_after && self.time <= trust.at
        };
        let mut judgement = Judgement {
            authority: Some(authority),
            indication: path.indication,
            reasons: path.reasons,
        };
        if !in_validity && judgement.indication == Indication::TotalPassed {
            judgement.indication = Indication::Indeterminate;
            judgement
                .reasons
                .push(Reason::new(ReasonCode::SignedOutsideValidity, ""));
        }
        judgement
    }
}

/// TSTInfo ::= SEQUENCE { version, policy, messageImprint, serialNumber, genTime, … }.
fn info(content: &[u8]) -> Result<(Digest, Vec<u8>, OffsetDateTime), ReasonCode> {
    let broken = ReasonCode::TimestampBroken;
    let outer = AnyRef::from_der(content).map_err(|_| broken)?;
    let parts = elements(outer.value())?;
    let [_version, _policy, imprint, _serial, time, ..] = parts.as_slice() else {
        return Err(broken);
    };
    let imprint = AnyRef::from_der(imprint).map_err(|_| broken)?;
    let imprint = elements(imprint.value())?;
    let [algorithm, hash] = imprint.as_slice() else {
        return Err(broken);
    };
    let algorithm = AlgorithmIdentifierOwned::from_der(algorithm).map_err(|_| broken)?;
    let digest = Digest::from_oid(algorithm.oid).ok_or(ReasonCode::AlgorithmUnsupported)?;
    let hash = AnyRef::from_der(hash).map_err(|_| broken)?;
    let time = AnyRef::from_der(time).map_err(|_| broken)?;
    if hash.tag() != Tag::OctetString || time.tag() != Tag::GeneralizedTime {
        return Err(broken);
    }
    Ok((
        digest,
        hash.value().to_vec(),
        generalized_time(time.value()).ok_or(broken)?,
    ))
}

/// `YYYYMMDDhhmmss[.f…]Z`; `der` refuses the fraction that RFC 3161 section 2.4.2 allows.
fn generalized_time(text: &[u8]) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() != 14
        || !whole
            .bytes()
            .chain(fraction.bytes())
            .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let number = |range: std::ops::Range<usize>| whole.get(range)?.parse::<u8>().ok();
    let year = whole.get(0..4)?.parse().ok()?;
    let date =
        Date::from_calendar_date(year, Month::try_from(number(4..6)?).ok()?, number(6..8)?).ok()?;
    let time = Time::from_hms(number(8..10)?, number(10..12)?, number(12..14)?).ok()?;
    Some(date.with_time(time).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_fractions() {
        let whole = generalized_time(b"20261122071500Z");
        assert!(whole.is_some());
        assert_eq!(whole, generalized_time(b"20261122071500.25Z"));
        for bad in [
            "20261122071500",
            "20261322071500Z",
            "2026112207150Z",
            "20261122071500.xZ",
        ] {
            assert_eq!(generalized_time(bad.as_bytes()), None, "{bad}");
        }
    }
}
