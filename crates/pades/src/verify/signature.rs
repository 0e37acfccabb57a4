//! One signature by itself: its CMS, its certificate, its times.

mod date;
mod judged;

use time::OffsetDateTime;
use time::macros::datetime;
use trien_pdf::Object;

use super::placement::Placed;
use crate::cms::read::{SignedData, SigningCertificate};
use crate::cms::timestamp::Token;
use crate::path::algorithm::{Digest, Scheme, key_bits};
use crate::path::{Certificate, Material, Trust, Usage, validate};
use crate::report::{Indication, Reason, ReasonCode, SignatureKind, Subindication};
use date::pdf_date;

pub use judged::Judged;

/// Since chosen-prefix collisions became affordable (Leurent and Peyrin, January 2020) nothing
/// speaks for a SHA-1 signature made later.
const SHA1_END: OffsetDateTime = datetime!(2020-01-01 00:00 UTC);
/// RSA below 2048 bits is disallowed since then (NIST SP 800-131A).
const SHORT_RSA_END: OffsetDateTime = datetime!(2014-01-01 00:00 UTC);
const MIN_RSA_BITS: u32 = 2048;

/// What `/Contents` holds.
#[derive(Debug, Clone)]
pub enum Container {
    /// A CMS signature.
    Signature(Box<SignedData>),
    /// An RFC 3161 token.
    Token(Box<Token>),
    /// Neither.
    Unreadable(ReasonCode),
}

impl Container {
    /// Reads `/Contents`.
    pub fn read(placed: &Placed) -> Self {
        if let Some(code) = placed.faults.first() {
            return Self::Unreadable(*code);
        }
        let read = match placed.kind {
            SignatureKind::Signature => {
                SignedData::read(&placed.contents).map(|cms| Self::Signature(Box::new(cms)))
            }
            SignatureKind::Timestamp => {
                Token::read(&placed.contents).map(|token| Self::Token(Box::new(token)))
            }
        };
        read.unwrap_or_else(Self::Unreadable)
    }

    /// The digest that is needed over the byte range.
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Signature(cms) => Some(cms.digest),
            Self::Token(token) => Some(token.digest),
            Self::Unreadable(_) => None,
        }
    }
}

/// Judges a document timestamp over data with the digest `digest`.
pub fn judge_timestamp(
    placed: &Placed,
    container: &Container,
    digest: &[u8],
    material: &Material,
    trust: &Trust,
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
    describe(&mut judged, token.signed.scheme);
    let judgement = token.judge(digest, material, trust);
    judged.certificate = judgement.authority;
    judged.intact = judgement.indication != Indication::TotalFailed;
    let code = if judged.intact {
        ReasonCode::TimestampNotTrusted
    } else {
        ReasonCode::TimestampBroken
    };
    if judgement.indication == Indication::TotalPassed {
        let name = judged
            .certificate
            .as_ref()
            .and_then(Certificate::common_name);
        judged.trusted = Some((token.time, name));
    } else {
        let sub = if judged.intact {
            Subindication::NoCertificateChainFound
        } else {
            Subindication::HashFailure
        };
        judged.fail(judgement.indication, sub, Reason::new(code, field));
        judged.failures.extend(judgement.reasons);
    }
    judged
}

/// Judges a signature over data with the digest `digest`; `stamped` is the time of a trusted
/// document timestamp over it, with the authority's name.
pub fn judge_signature(
    placed: &Placed,
    container: &Container,
    digest: &[u8],
    material: &Material,
    trust: &Trust,
    stamped: Option<(OffsetDateTime, Option<String>)>,
) -> Judged {
    let mut judged = Judged::new();
    let field = placed.node.name.as_str();
    judged.claimed = placed
        .value
        .get("M")
        .and_then(Object::as_string)
        .and_then(|m| pdf_date(&m.to_text()));
    for code in &placed.faults {
        judged.broken(*code, field);
    }
    let cms = match container {
        Container::Signature(cms) => cms,
        Container::Unreadable(code) if placed.faults.is_empty() => {
            judged.broken(*code, field);
            return judged;
        }
        _ => return judged,
    };
    judged.claimed = judged.claimed.or_else(|| cms.signing_time());
    describe(&mut judged, cms.scheme);
    // The altered content is told even where the certificate is missing too.
    match cms.covers(digest) {
        Ok(true) => {}
        Ok(false) => judged.broken(ReasonCode::DigestMismatch, field),
        Err(code) => judged.broken(code, field),
    }
    let known: Vec<Certificate> = trust
        .intermediates
        .iter()
        .chain(&material.certificates)
        .cloned()
        .collect();
    let Some(certificate) = cms.signer_certificate(&known).cloned() else {
        judged.broken(ReasonCode::SignerCertificateMissing, field);
        return judged;
    };
    let key = &certificate.x509().tbs_certificate.subject_public_key_info;
    judged.algorithm.key_bits = key_bits(key);
    if judged.indication == Indication::TotalPassed {
        match cms.verify_detached(digest, &certificate) {
            Ok(named) => {
                judged.intact = true;
                judged.names_certificate = named == SigningCertificate::Named;
            }
            Err(code) => judged.broken(code, field),
        }
    }
    judged.certificate = Some(certificate.clone());
    if !judged.intact {
        return judged;
    }
    // ETSI EN 319 142-1 table 1 demands the attribute; adbe.pkcs7.detached does not know it.
    if !judged.names_certificate && placed.subfilter == "ETSI.CAdES.detached" {
        let reason = Reason::new(ReasonCode::SigningCertificateAbsent, field);
        judged.fail(
            Indication::Indeterminate,
            Subindication::SigConstraintsFailure,
            reason,
        );
    }
    signature_timestamp(&mut judged, cms, material, trust, field);
    if let Some((time, name)) = stamped
        && judged
            .trusted
            .as_ref()
            .is_none_or(|(earlier, _)| time < *earlier)
    {
        judged.trusted = Some((time, name));
    }
    let proven = judged.trusted.as_ref().map(|(time, _)| *time);
    weakness(&mut judged, cms.digest, cms.scheme, proven, field);
    judge_path(&mut judged, &certificate, cms, material, trust, proven);
    judged
}

fn signature_timestamp(
    judged: &mut Judged,
    cms: &SignedData,
    material: &Material,
    trust: &Trust,
    field: &str,
) {
    let Some(bytes) = cms.timestamp_token() else {
        return;
    };
    let token = match Token::read(&bytes) {
        Ok(token) => token,
        Err(_) => return judged.warn(ReasonCode::TimestampBroken, field),
    };
    let judgement = token.judge(&token.digest.of(cms.signature_value()), material, trust);
    match judgement.indication {
        Indication::TotalPassed => {
            let name = judgement
                .authority
                .as_ref()
                .and_then(Certificate::common_name);
            judged.trusted = Some((token.time, name));
        }
        Indication::Indeterminate => judged.warn(ReasonCode::TimestampNotTrusted, field),
        Indication::TotalFailed => judged.warn(ReasonCode::TimestampBroken, field),
    }
}

/// Weak algorithms need proof that the signature is older than the attacks on them.
fn weakness(
    judged: &mut Judged,
    digest: Digest,
    scheme: Scheme,
    proven: Option<OffsetDateTime>,
    field: &str,
) {
    let is_rsa = !matches!(scheme, Scheme::Ecdsa(_));
    let short = is_rsa
        && judged
            .algorithm
            .key_bits
            .is_some_and(|bits| bits < MIN_RSA_BITS);
    let checks = [
        (digest.is_weak(), ReasonCode::WeakAlgorithm, SHA1_END),
        (short, ReasonCode::WeakKey, SHORT_RSA_END),
    ];
    for (weak, code, end) in checks {
        if !weak {
            continue;
        }
        if proven.is_some_and(|time| time < end) {
            judged.warn(code, field);
        } else {
            let reason = Reason::new(code, field);
            judged.fail(
                Indication::Indeterminate,
                Subindication::CryptoConstraintsFailureNoPoe,
                reason,
            );
        }
    }
}

fn judge_path(
    judged: &mut Judged,
    certificate: &Certificate,
    cms: &SignedData,
    material: &Material,
    trust: &Trust,
    proven: Option<OffsetDateTime>,
) {
    let mut material = material.clone();
    material
        .certificates
        .extend(cms.certificates.iter().cloned());
    material.crls.extend(cms.crls.iter().cloned());
    let path = validate(certificate, &material, trust, proven, Usage::Document);
    judged.revocation = path.revocation;
    if path.indication == Indication::TotalPassed {
        judged.warnings.extend(path.reasons);
    } else {
        let worse = judged.indication == Indication::TotalPassed
            || path.indication == Indication::TotalFailed;
        if worse {
            judged.indication = path.indication;
            judged.subindication = path.subindication;
        }
        judged.failures.extend(path.reasons);
    }
    let (not_before, not_after) = certificate.validity();
    if judged
        .claimed
        .is_some_and(|time| time < not_before || time > not_after)
    {
        judged
            .warnings
            .push(Reason::new(ReasonCode::SignedOutsideValidity, ""));
    }
}

fn describe(judged: &mut Judged, scheme: Scheme) {
    judged.algorithm.digest = Some(scheme.digest().name().to_owned());
    judged.algorithm.signature = Some(scheme.name().to_owned());
}
