//! From a signer's certificate to a trust anchor.

use time::OffsetDateTime;

use super::revocation::{self, Material, RevocationFacts};
use super::{Certificate, Trust, constraints};
use crate::report::{Indication, Reason, ReasonCode, RevocationStatus, Subindication};

/// Longest chain; the government's have three certificates, PKITS' longest seven.
const MAX_CHAIN: usize = 10;
/// Most signatures checked while searching; a cross-certified mesh would need exponentially many.
const MAX_CHECKS: usize = 200;

/// What a certificate is to be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Signing documents.
    Document,
    /// Issuing RFC 3161 timestamps.
    Timestamp,
}

/// The judgement on one certificate.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether it can be relied on.
    pub indication: Indication,
    /// Why not.
    pub subindication: Option<Subindication>,
    /// The reasons, and warnings where it can.
    pub reasons: Vec<Reason>,
    /// Leaf first, anchor last; empty when none was found.
    pub chain: Vec<Certificate>,
    /// Revocation of the leaf.
    pub revocation: RevocationFacts,
}

/// Judges `leaf` for `usage`.
///
/// `proven` is the instant at which the signature is proven to have existed (a trusted
/// timestamp); without one the chain must hold at `trust.at`.
pub fn validate(
    leaf: &Certificate,
    material: &Material,
    trust: &Trust,
    proven: Option<OffsetDateTime>,
    usage: Usage,
) -> Outcome {
    if trust.roots.is_empty() {
        return unknown_chain(ReasonCode::NoTrustedRoot);
    }
    let mut search = Search {
        material,
        trust,
        usage,
        checks: 0,
        best: None,
    };
    search.extend(&mut vec![leaf.clone()]);
    match search.best {
        None => unknown_chain(ReasonCode::ChainNotFound),
        Some((chain, Err(code))) => {
            let (indication, subindication) = match code {
                ReasonCode::ChainNotUnderstood => (
                    Indication::Indeterminate,
                    Subindication::CertificateChainGeneralFailure,
                ),
                ReasonCode::KeyUsageWrong => (
                    Indication::Indeterminate,
                    Subindication::SigConstraintsFailure,
                ),
                _ => (
                    Indication::Indeterminate,
                    Subindication::ChainConstraintsFailure,
                ),
            };
            Outcome {
                indication,
                subindication: Some(subindication),
                reasons: vec![Reason::new(code, "")],
                chain,
                revocation: RevocationFacts::UNKNOWN,
            }
        }
        Some((chain, Ok(()))) => judge(chain, material, trust, proven),
    }
}

struct Search<'a> {
    material: &'a Material,
    trust: &'a Trust,
    usage: Usage,
    checks: usize,
    /// The first chain without fault, or else the first with one.
    best: Option<(Vec<Certificate>, Result<(), ReasonCode>)>,
}

impl Search<'_> {
    /// Depth-first search; ends when a chain without fault is found or the budget is spent.
    fn extend(&mut self, chain: &mut Vec<Certificate>) {
        let Some(last) = chain.last().cloned() else {
            return;
        };
        if self.trust.roots.contains(&last) {
            self.offer(chain);
            return;
        }
        if chain.len() >= MAX_CHAIN {
            return;
        }
        let issuer = last.issuer();
        let (material, trust) = (self.material, self.trust);
        let candidates = trust
            .roots
            .iter()
            .chain(&trust.intermediates)
            .chain(&material.certificates);
        for candidate in candidates.filter(|candidate| candidate.subject() == issuer) {
            if self.done() || chain.contains(candidate) {
                continue;
            }
            self.checks += 1;
            if last.verify_issued_by(candidate).is_ok() {
                chain.push(candidate.clone());
                self.extend(chain);
                chain.pop();
            }
        }
    }

    fn done(&self) -> bool {
        self.checks >= MAX_CHECKS || matches!(self.best, Some((_, Ok(()))))
    }

    fn offer(&mut self, chain: &[Certificate]) {
        let result = constraints::check(chain, self.usage);
        if self.best.is_none() || result.is_ok() {
            self.best = Some((chain.to_vec(), result));
        }
    }
}

/// Validity and revocation of a chain whose signatures and constraints hold.
fn judge(
    chain: Vec<Certificate>,
    material: &Material,
    trust: &Trust,
    proven: Option<OffsetDateTime>,
) -> Outcome {
    let when = proven.unwrap_or(trust.at);
    let mut outcome = Outcome {
        indication: Indication::TotalPassed,
        subindication: None,
        reasons: Vec::new(),
        chain: Vec::new(),
        revocation: RevocationFacts::UNKNOWN,
    };
    // The anchor's own validity is the administrator's business (RFC 5280 section 6.1.1 (d)).
    let checked = match chain.as_slice() {
        [leaf @ .., _anchor] if !leaf.is_empty() => leaf,
        all => all,
    };
    for certificate in checked {
        let (not_before, not_after) = certificate.validity();
        if when < not_before {
            let sub = if proven.is_some() {
                Subindication::NotYetValid
            } else {
                Subindication::OutOfBoundsNoPoe
            };
            outcome.unsure(sub, ReasonCode::CertificateNotYetValid, certificate);
        } else if when > not_after {
            let sub = if proven.is_some() {
                Subindication::Expired
            } else {
                Subindication::OutOfBoundsNoPoe
            };
            outcome.unsure(sub, ReasonCode::CertificateExpired, certificate);
        }
    }
    for (index, pair) in chain.windows(2).enumerate() {
        let [certificate, issuer] = pair else {
            continue;
        };
        let facts = revocation::look_up(
            certificate,
            issuer,
            &trust.crls,
            &material.crls,
            trust.at,
            proven,
        );
        if index == 0 {
            outcome.revocation = facts;
        }
        outcome.revocation_of(certificate, facts, index == 0, when);
    }
    if let [only] = chain.as_slice() {
        // A signer's certificate that is itself an anchor: nobody above it could revoke it.
        outcome.unsure(Subindication::TryLater, ReasonCode::RevocationUnknown, only);
    }
    outcome.chain = chain;
    outcome
}

impl Outcome {
    fn revocation_of(
        &mut self,
        certificate: &Certificate,
        facts: RevocationFacts,
        is_leaf: bool,
        when: OffsetDateTime,
    ) {
        match (facts.status, facts.revoked_at) {
            (RevocationStatus::Revoked, Some(since)) if when < since => {
                self.reasons.push(Reason::new(
                    ReasonCode::CertificateRevokedLater,
                    name(certificate),
                ));
            }
            (RevocationStatus::Revoked, _) => {
                // Without a proven time before the revocation the signature counts as made after it.
                let code = if is_leaf {
                    ReasonCode::CertificateRevoked
                } else {
                    ReasonCode::IssuerRevoked
                };
                self.indication = Indication::TotalFailed;
                self.subindication = Some(Subindication::Revoked);
                self.reasons.insert(0, Reason::new(code, name(certificate)));
            }
            (RevocationStatus::Good, _) => {}
            (RevocationStatus::Unknown, _) => {
                if facts.unusable_list {
                    self.reasons
                        .push(Reason::new(ReasonCode::CrlNotUsable, name(certificate)));
                }
                self.unsure(
                    Subindication::TryLater,
                    ReasonCode::RevocationUnknown,
                    certificate,
                );
            }
        }
    }

    fn unsure(
        &mut self,
        subindication: Subindication,
        code: ReasonCode,
        certificate: &Certificate,
    ) {
        if self.indication == Indication::TotalPassed {
            self.indication = Indication::Indeterminate;
            self.subindication = Some(subindication);
        }
        self.reasons.push(Reason::new(code, name(certificate)));
    }
}

fn unknown_chain(code: ReasonCode) -> Outcome {
    Outcome {
        indication: Indication::Indeterminate,
        subindication: Some(Subindication::NoCertificateChainFound),
        reasons: vec![Reason::new(code, "")],
        chain: Vec::new(),
        revocation: RevocationFacts::UNKNOWN,
    }
}

fn name(certificate: &Certificate) -> String {
    certificate
        .common_name()
        .unwrap_or_else(|| hex::encode(certificate.serial()))
}
