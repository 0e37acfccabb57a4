//! One signature by itself: its CMS, its certificate, its times.

mod date;
mod judged;

use time::OffsetDateTime;
use trien_pdf::Object;

use super::placement::Placed;
use crate::cms::check::SigningCertificate;
use crate::cms::read::{ID_DATA, SignedData};
use crate::cms::timestamp::{Judgement, Token};
use crate::path::algorithm::{Digest, Scheme, key_bits};
use crate::path::{Certificate, MAX_SKEW, Material, Question, Sources, Usage, strength, validate};
use crate::report::{Indication, Reason, ReasonCode, SignatureKind, Subindication};
use date::pdf_date;

pub use judged::{Judged, Stamp};

/// ISO 32000-1 12.8.3.3: the CMS signs the SHA-1 of the byte range, which it holds as its content.
const PKCS7_SHA1: &str = "adbe.pkcs7.sha1";

/// What `/Contents` holds.
#[derive(Debug, Clone)]
pub enum Container {
    /// A CMS signature over the byte range.
    Detached(Box<SignedData>),
    /// A CMS signature over a digest of the byte range, which it holds.
    Enveloping(Box<SignedData>),
    /// An RFC 3161 token.
    Token(Box<Token>),
    /// None of them.
    Unreadable(ReasonCode),
}

impl Container {
    /// Reads `/Contents`.
    pub fn read(placed: &Placed) -> Self {
        if let Some(code) = placed.faults.first() {
            return Self::Unreadable(*code);
        }
        let contents = &placed.contents;
        let read = match placed.kind {
            SignatureKind::Timestamp => {
                Token::read(contents).map(|token| Self::Token(Box::new(token)))
            }
            SignatureKind::Signature if placed.subfilter == PKCS7_SHA1 => {
                SignedData::read(contents).map(|cms| Self::Enveloping(Box::new(cms)))
            }
            SignatureKind::Signature => {
                SignedData::read(contents).map(|cms| Self::Detached(Box::new(cms)))
            }
        };
        read.unwrap_or_else(Self::Unreadable)
    }

    /// The digest that is needed over the byte range.
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Detached(cms) => Some(cms.digest),
            Self::Enveloping(_) => Some(Digest::Sha1),
            Self::Token(token) => Some(token.digest),
            Self::Unreadable(_) => None,
        }
    }

    /// Adds what the container brings, its timestamps' too, to what the document brings. Each part is checked before it
    /// is used, so one signature may be judged with the issuers that came with another.
    pub fn bring(&self, material: &mut Material) {
        let own = match self {
            Self::Detached(cms) | Self::Enveloping(cms) => cms,
            Self::Token(token) => &token.signed,
            Self::Unreadable(_) => return,
        };
        material.add(&own.material);
        for token in own.timestamp_tokens() {
            if let Ok(token) = Token::read(&token) {
                material.add(&token.signed.material);
            }
        }
    }

    fn cms(&self) -> Option<&SignedData> {
        match self {
            Self::Detached(cms) | Self::Enveloping(cms) => Some(cms),
            _ => None,
        }
    }

    /// Whether the bytes with this digest are the ones that were signed.
    fn covers(&self, digest: &[u8]) -> Result<bool, ReasonCode> {
        match self {
            Self::Enveloping(cms) => {
                let content = cms.content(ID_DATA).ok_or(ReasonCode::CmsContentType)?;
                Ok(content == digest)
            }
            Self::Detached(cms) if cms.has_content() => Err(ReasonCode::CmsHasContent),
            Self::Detached(cms) => cms.covers(digest),
            _ => Ok(true),
        }
    }

    fn verify(
        &self,
        digest: &[u8],
        certificate: &Certificate,
    ) -> Result<SigningCertificate, ReasonCode> {
        match self {
            Self::Detached(cms) => cms.verify_detached(digest, certificate),
            Self::Enveloping(cms) => cms.verify_enveloping(ID_DATA, certificate),
            Self::Token(_) | Self::Unreadable(_) => Err(ReasonCode::CmsMalformed),
        }
    }
}

/// Judges a document timestamp over data with the digest `digest`; `proven` is the time of a later one
/// over it.
pub fn judge_timestamp(
    placed: &Placed,
    container: &Container,
    digest: &[u8],
    sources: &Sources<'_>,
    proven: Option<OffsetDateTime>,
) -> Judged {
    let mut judged = Judged::new();
    let field = placed.node.name.as_str();
    for code in &placed.faults {
        judged.broken(*code, field);
    }
    let token = match container {
        Container::Token(token) => token,
        Container::Unreadable(code) if placed.faults.is_empty() => {
            judged.broken(*code, field);
            return judged;
        }
        _ => return judged,
    };
    describe(&mut judged, token.signed.digest, token.signed.scheme);
    let judgement = token.judge(digest, sources, proven);
    judged.intact = judgement.indication != Indication::TotalFailed;
    judged.trusted = stamp(token, &judgement);
    judged.certificate = judgement.authority;
    judged.wanted = judgement.wanted;
    if judged.trusted.is_some() {
        return judged;
    }
    let (code, subindication) = if judged.intact {
        let chain = Subindication::NoCertificateChainFound;
        (ReasonCode::TimestampNotTrusted, chain)
    } else {
        (ReasonCode::TimestampBroken, Subindication::HashFailure)
    };
    let reason = Reason::new(code, field);
    judged.fail(judgement.indication, subindication, reason);
    judged.failures.extend(judgement.reasons);
    judged
}

/// Judges a signature over data with the digest `digest`; `stamped` is the earliest trusted document
/// timestamp over it.
pub fn judge_signature(
    placed: &Placed,
    container: &Container,
    digest: &[u8],
    sources: &Sources<'_>,
    stamped: Option<Stamp>,
) -> Judged {
    let mut judged = Judged::new();
    let field = placed.node.name.as_str();
    judged.claimed = placed
        .value
        .get("M")
        .and_then(Object::as_string)
        .and_then(|m| pdf_date(&m.to_text()));
    judged.dated = judged.claimed.is_some();
    for code in &placed.faults {
        judged.broken(*code, field);
    }
    let Some(cms) = container.cms() else {
        if let Container::Unreadable(code) = container
            && placed.faults.is_empty()
        {
            judged.broken(*code, field);
        }
        return judged;
    };
    judged.dated &= cms.signing_time().is_none();
    judged.claimed = judged.claimed.or_else(|| cms.signing_time());
    describe(&mut judged, cms.digest, cms.scheme);
    // The altered content is told even where the certificate is missing too.
    match container.covers(digest) {
        Ok(true) => {}
        Ok(false) => judged.broken(ReasonCode::DigestMismatch, field),
        Err(code) => judged.broken(code, field),
    }
    let Some(certificate) = signer(&mut judged, container, cms, digest, sources, field) else {
        return judged;
    };
    judged.brings_certificate = cms.material.certificates.contains(certificate);
    // ETSI EN 319 142-1 table 1 demands the attribute; adbe.pkcs7.detached does not know it.
    if !judged.names_certificate && placed.subfilter == "ETSI.CAdES.detached" {
        let reason = Reason::new(ReasonCode::SigningCertificateAbsent, field);
        let sub = Subindication::SigConstraintsFailure;
        judged.fail(Indication::Indeterminate, sub, reason);
    }
    signature_timestamps(&mut judged, cms, sources, stamped.as_ref(), field);
    let earlier = |stamp: &Stamp| {
        judged
            .trusted
            .as_ref()
            .is_none_or(|own| stamp.time < own.time)
    };
    if let Some(stamp) = stamped.filter(earlier) {
        judged.trusted = Some(stamp);
    }
    weakness(&mut judged, container, cms, certificate, field);
    judge_path(&mut judged, certificate, sources.clone());
    judged
}

/// The signer's certificate, once the signature verifies with it.
fn signer<'a>(
    judged: &mut Judged,
    container: &Container,
    cms: &SignedData,
    digest: &[u8],
    sources: &Sources<'a>,
    field: &str,
) -> Option<&'a Certificate> {
    let mut fault = ReasonCode::SignerCertificateMissing;
    for candidate in sources.certificates().filter(|c| cms.is_signer(c)) {
        if judged.certificate.is_none() {
            judged.certificate = Some(candidate.clone());
            judged.algorithm.key_bits = key_bits(candidate.key());
        }
        if judged.indication != Indication::TotalPassed {
            return None;
        }
        if !sources.may_check(candidate.key()) {
            break;
        }
        match container.verify(digest, candidate) {
            Ok(named) => {
                judged.intact = true;
                judged.names_certificate = named == SigningCertificate::Named;
                judged.certificate = Some(candidate.clone());
                judged.algorithm.key_bits = key_bits(candidate.key());
                return Some(candidate);
            }
            Err(code) if fault == ReasonCode::SignerCertificateMissing => fault = code,
            // Another certificate of the same name and number; the first fault stands.
            Err(_) => {}
        }
    }
    judged.broken(fault, field);
    None
}

/// The earliest trusted of the timestamps on the signature's value.
fn signature_timestamps(
    judged: &mut Judged,
    cms: &SignedData,
    sources: &Sources<'_>,
    stamped: Option<&Stamp>,
    field: &str,
) {
    let proven = stamped.map(|stamp| stamp.time);
    for bytes in cms.timestamp_tokens() {
        let Ok(token) = Token::read(&bytes) else {
            judged.warn(ReasonCode::TimestampBroken, field);
            continue;
        };
        let data = token.digest.of(cms.signature_value());
        let judgement = token.judge(&data, sources, proven);
        judged.wanted.extend(judgement.wanted.iter().cloned());
        match stamp(&token, &judgement) {
            Some(stamp) => {
                let earlier = judged
                    .trusted
                    .as_ref()
                    .is_none_or(|own| stamp.time < own.time);
                if earlier {
                    judged.trusted = Some(stamp);
                }
            }
            None if judgement.indication == Indication::TotalFailed => {
                judged.warn(ReasonCode::TimestampBroken, field);
            }
            None => {
                // What is the matter with the authority belongs beside the warning; as warnings of their own its
                // reasons would read as the signer's.
                let codes: Vec<_> = judgement.reasons.iter().map(|r| r.code.code()).collect();
                let place = format!("{field}: {}", codes.join(", "));
                judged.warn(ReasonCode::TimestampNotTrusted, &place);
            }
        }
    }
}

fn stamp(token: &Token, judgement: &Judgement) -> Option<Stamp> {
    let passed = judgement.indication == Indication::TotalPassed;
    passed.then(|| Stamp {
        time: token.time,
        authority: judgement
            .authority
            .as_ref()
            .and_then(Certificate::common_name),
        stored: judgement.stored,
    })
}

/// Weak algorithms need proof that the signature is older than the attacks on them.
fn weakness(
    judged: &mut Judged,
    container: &Container,
    cms: &SignedData,
    certificate: &Certificate,
    field: &str,
) {
    let proven = judged.trusted.as_ref().map(|stamp| stamp.time);
    let digests = [Some(cms.digest), container.digest()];
    let digest = digests.into_iter().flatten().find_map(strength::of_digest);
    let key = strength::of_key(certificate.key());
    for (code, end) in [digest, key].into_iter().flatten() {
        if proven.is_some_and(|time| time < end) {
            judged.warn(code, field);
        } else {
            let reason = Reason::new(code, field);
            let sub = Subindication::CryptoConstraintsFailureNoPoe;
            judged.fail(Indication::Indeterminate, sub, reason);
        }
    }
}

fn judge_path<'a>(judged: &mut Judged, certificate: &'a Certificate, sources: Sources<'a>) {
    let question = Question {
        sources,
        usage: Usage::Document,
        proven: judged.trusted.as_ref().map(|stamp| stamp.time),
        claimed: judged.claimed,
    };
    let path = validate(certificate, &question);
    judged.revocation = path.revocation;
    judged.stored = path.stored;
    judged.wanted.extend(path.wanted);
    judged.warnings.extend(path.warnings);
    if path.indication != Indication::TotalPassed {
        let worse = judged.indication == Indication::TotalPassed
            || path.indication == Indication::TotalFailed;
        if worse {
            judged.indication = path.indication;
            judged.subindication = path.subindication;
        }
        judged.failures.extend(path.failures);
    }
    let (not_before, not_after) = certificate.validity();
    let outside =
        |time: OffsetDateTime| time.saturating_add(MAX_SKEW) < not_before || not_after < time;
    if judged.claimed.is_some_and(outside) {
        let reason = Reason::new(ReasonCode::SignedOutsideValidity, "");
        judged.warnings.push(reason);
    }
}

fn describe(judged: &mut Judged, digest: Digest, scheme: Scheme) {
    judged.algorithm.digest = Some(digest.name().to_owned());
    judged.algorithm.signature = Some(scheme.name().to_owned());
}
