//! RFC 3161 timestamp tokens.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierOwned;
use time::{Date, Month, OffsetDateTime, Time};
use x509_cert::ext::Extension;

use super::read::{SignedData, context_number, elements};
use crate::path::algorithm::Digest;
use crate::path::{Certificate, MAX_SKEW, Question, Sources, Usage, Wanted, strength, validate};
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
    pub authority: Option<Certificate>,
    /// Passed: the time is proven.
    pub indication: Indication,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// What could be fetched to know more.
    pub wanted: Vec<Wanted>,
    /// The document itself brings what shows that the authority was not revoked.
    pub stored: bool,
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

    /// Judges the token over data with the digest `data_digest` (by [`Token::digest`]), with sources that what it
    /// brings belongs to. `proven` is when the
    /// token itself is proven to have existed, by a later timestamp over it.
    pub fn judge(
        &self,
        data_digest: &[u8],
        sources: &Sources<'_>,
        proven: Option<OffsetDateTime>,
    ) -> Judgement {
        let mut judgement = Judgement {
            authority: None,
            indication: Indication::TotalFailed,
            reasons: Vec::new(),
            wanted: Vec::new(),
            stored: false,
        };
        if self.imprint != data_digest {
            judgement
                .reasons
                .push(Reason::new(ReasonCode::DigestMismatch, ""));
            return judgement;
        }
        let authority = match self.authority(sources) {
            Ok(authority) => authority,
            Err(code) => {
                judgement.reasons.push(Reason::new(code, ""));
                return judgement;
            }
        };
        judgement.authority = Some(authority.clone());
        let path = validate(
            authority,
            &Question {
                sources: sources.clone(),
                usage: Usage::Timestamp,
                proven,
                claimed: Some(self.time),
            },
        );
        // A token of an authority that is not to be relied on is not trusted; broken is what does not verify.
        judgement.indication = match path.indication {
            Indication::TotalPassed => Indication::TotalPassed,
            _ => Indication::Indeterminate,
        };
        judgement.reasons = path.failures;
        judgement.wanted = path.wanted;
        judgement.stored = path.stored;
        let (not_before, not_after) = authority.validity();
        let latest = sources.trust.at.saturating_add(MAX_SKEW);
        if !(not_before..=not_after).contains(&self.time) || self.time > latest {
            judgement.doubt(ReasonCode::SignedOutsideValidity);
        }
        let weak = [self.digest, self.signed.digest].map(strength::of_digest);
        let key = strength::of_key(authority.key());
        for (code, end) in weak.into_iter().chain([key]).flatten() {
            if self.time >= end {
                judgement.doubt(code);
            }
        }
        judgement
    }

    /// The authority's certificate, after checking its signature on the token.
    fn authority<'a>(&self, sources: &Sources<'a>) -> Result<&'a Certificate, ReasonCode> {
        let mut first = Err(ReasonCode::SignerCertificateMissing);
        for candidate in sources.certificates().filter(|c| self.signed.is_signer(c)) {
            if !sources.may_check(candidate.key()) {
                break;
            }
            match self.signed.verify_enveloping(TST_INFO, candidate) {
                Ok(_) => return Ok(candidate),
                Err(code) if first == Err(ReasonCode::SignerCertificateMissing) => {
                    first = Err(code);
                }
                Err(_) => {}
            }
        }
        first
    }
}

impl Judgement {
    fn doubt(&mut self, code: ReasonCode) {
        if self.indication == Indication::TotalPassed {
            self.indication = Indication::Indeterminate;
        }
        self.reasons.push(Reason::new(code, ""));
    }
}

/// TSTInfo ::= SEQUENCE { version, policy, messageImprint, serialNumber, genTime, … } (RFC 3161 section 2.4.2).
fn info(content: &[u8]) -> Result<(Digest, Vec<u8>, OffsetDateTime), ReasonCode> {
    let broken = ReasonCode::TimestampBroken;
    let outer = AnyRef::from_der(content).map_err(|_| broken)?;
    let parts = elements(outer.value())?;
    let [version, _policy, imprint, _serial, time, optional @ ..] = parts.as_slice() else {
        return Err(broken);
    };
    if u8::from_der(version) != Ok(1) || optional.iter().any(|part| is_extended(part)) {
        return Err(broken);
    }
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

/// Extensions, `[1]`, may turn the meaning of a token round where they are critical; none is known here.
fn is_extended(part: &[u8]) -> bool {
    let Ok(part) = AnyRef::from_der(part) else {
        return true;
    };
    let extensions = elements(part.value()).unwrap_or_default();
    let critical = |der: &&[u8]| Extension::from_der(der).is_ok_and(|found| found.critical);
    context_number(part.tag()) == Some(TagNumber::N1) && extensions.iter().any(critical)
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
