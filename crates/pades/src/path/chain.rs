//! From a signer's certificate to a trust anchor.

use std::ops::ControlFlow;

use time::{Duration, OffsetDateTime};

use super::revocation::{self, Query, RevocationFacts, reason};
use super::wanted::{self, Wanted};
use super::{Certificate, Sources, constraints, search, strength};
use crate::report::{Indication, Reason, ReasonCode, RevocationStatus, Subindication};

/// How far the clocks of signers, issuers and timestamp authorities differ. That of the government's timestamps was seen
/// four minutes ahead of the signers'.
pub const MAX_SKEW: Duration = Duration::minutes(10);

/// What a certificate is to be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Signing documents.
    Document,
    /// Issuing RFC 3161 timestamps.
    Timestamp,
    /// Signing revocation lists.
    RevocationList,
    /// Answering for an issuer by OCSP.
    OcspAnswer,
}

/// What is asked of a certificate.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// What is at hand.
    pub sources: Sources<'a>,
    /// For what.
    pub usage: Usage,
    /// When the signature is proven to have existed (a trusted timestamp); without it the chain must
    /// hold at the instant of the judgement.
    pub proven: Option<OffsetDateTime>,
    /// When the signature says that it was made.
    pub claimed: Option<OffsetDateTime>,
}

/// The judgement on one certificate.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether it can be relied on.
    pub indication: Indication,
    /// Why not.
    pub subindication: Option<Subindication>,
    /// Why not, in words.
    pub failures: Vec<Reason>,
    /// What is worth telling although it can.
    pub warnings: Vec<Reason>,
    /// Leaf first, anchor last; empty when none was found.
    pub chain: Vec<Certificate>,
    /// Revocation of the leaf.
    pub revocation: RevocationFacts,
    /// The document itself brings what shows that no certificate of the chain was revoked.
    pub stored: bool,
    /// What could be fetched to know more.
    pub wanted: Vec<Wanted>,
}

/// Judges `leaf`: by the best of its chains.
pub fn validate<'a>(leaf: &'a Certificate, question: &Question<'a>) -> Outcome {
    let trust = question.sources.trust;
    if trust.roots.is_empty() {
        return Outcome::new().unsure_chain(ReasonCode::NoTrustedRoot);
    }
    let mut best: Option<Outcome> = None;
    let is_anchor = |certificate: &Certificate| trust.roots.contains(certificate);
    let dead_end = search::chains(leaf, &question.sources, is_anchor, &mut |chain| {
        let outcome = judge(chain, question);
        let done = outcome.indication == Indication::TotalPassed;
        if best
            .as_ref()
            .is_none_or(|best| best.rank() < outcome.rank())
        {
            best = Some(outcome);
        }
        if done {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    best.unwrap_or_else(|| {
        let mut outcome = Outcome::new().unsure_chain(ReasonCode::ChainNotFound);
        outcome.wanted = wanted::issuer_of(dead_end.last().copied().unwrap_or(leaf));
        outcome
    })
}

fn judge(chain: &[&Certificate], question: &Question<'_>) -> Outcome {
    let mut outcome = Outcome::new();
    outcome.chain = chain.iter().map(|c| (*c).clone()).collect();
    if let Err(code) = constraints::check(chain, question.usage) {
        let subindication = match code {
            ReasonCode::ChainNotUnderstood => Subindication::CertificateChainGeneralFailure,
            ReasonCode::KeyUsageWrong => Subindication::SigConstraintsFailure,
            _ => Subindication::ChainConstraintsFailure,
        };
        outcome.fail(
            Indication::Indeterminate,
            subindication,
            Reason::new(code, ""),
        );
        return outcome;
    }
    // The anchor is trusted by the administrator's word: its own validity, algorithm and revocation are not asked
    // after (RFC 5280 section 6.1.1 (d), ETSI EN 319 102-1 5.2.6.4).
    let below = chain.split_last().map_or(chain, |(_, below)| below);
    for certificate in below {
        outcome.validity(certificate, question);
        outcome.signed_weakly(certificate, question);
    }
    for issuer in chain.iter().skip(1) {
        outcome.weak(strength::of_key(issuer.key()), issuer, question);
    }
    outcome.revocations(chain, question);
    outcome.tell_expired_first();
    outcome
}

impl Outcome {
    fn new() -> Self {
        Self {
            indication: Indication::TotalPassed,
            subindication: None,
            failures: Vec::new(),
            warnings: Vec::new(),
            chain: Vec::new(),
            revocation: RevocationFacts::UNKNOWN,
            stored: false,
            wanted: Vec::new(),
        }
    }

    fn unsure_chain(mut self, code: ReasonCode) -> Self {
        let sub = Subindication::NoCertificateChainFound;
        self.fail(Indication::Indeterminate, sub, Reason::new(code, ""));
        self
    }

    /// How much a chain counts beside others of the same leaf. That the leaf is revoked is known whatever the chain;
    /// that an issuer is says only that this way is closed.
    fn rank(&self) -> u8 {
        match (self.indication, self.subindication) {
            (Indication::TotalPassed, _) => 4,
            (Indication::TotalFailed, _) if self.leaf_is_revoked() => 3,
            (Indication::TotalFailed, _) => 1,
            (_, Some(Subindication::SigConstraintsFailure)) => 0,
            (_, Some(Subindication::ChainConstraintsFailure)) => 0,
            (_, Some(Subindication::CertificateChainGeneralFailure)) => 0,
            _ => 2,
        }
    }

    fn leaf_is_revoked(&self) -> bool {
        self.revocation.status == RevocationStatus::Revoked
    }

    fn fail(&mut self, indication: Indication, subindication: Subindication, reason: Reason) {
        let worse = match self.indication {
            Indication::TotalPassed => true,
            Indication::Indeterminate => indication == Indication::TotalFailed,
            Indication::TotalFailed => false,
        };
        if worse {
            self.indication = indication;
            self.subindication = Some(subindication);
            self.failures.insert(0, reason);
        } else {
            self.failures.push(reason);
        }
    }

    fn unsure(
        &mut self,
        subindication: Subindication,
        code: ReasonCode,
        certificate: &Certificate,
    ) {
        let reason = Reason::new(code, name(certificate));
        self.fail(Indication::Indeterminate, subindication, reason);
    }

    fn warn(&mut self, code: ReasonCode, certificate: &Certificate) {
        self.warnings.push(Reason::new(code, name(certificate)));
    }

    /// ETSI EN 319 102-1 5.2.6 and 5.6.2.2, but for one thing: a certificate that has expired since, and
    /// no trusted time. There a document's signature counts by the time that it claims, with a warning: the
    /// archives of offices are full of them. A timestamp is nobody's claim; it must be proven.
    fn validity(&mut self, certificate: &Certificate, question: &Question<'_>) {
        let (not_before, not_after) = certificate.validity();
        let within = |time| (not_before..=not_after).contains(&time);
        let at = question.sources.trust.at;
        let claims = question.usage == Usage::Document && question.claimed.is_some_and(within);
        match question.proven {
            // A certificate may be used in the minute that it begins, by clocks that differ.
            Some(proven) if within(proven) || within(proven.saturating_add(MAX_SKEW)) => {}
            Some(proven) if proven < not_before => {
                let reason = Reason::new(ReasonCode::CertificateNotYetValid, name(certificate));
                self.fail(Indication::TotalFailed, Subindication::NotYetValid, reason);
            }
            None if within(at) => {}
            None if at < not_before => self.unsure(
                Subindication::OutOfBoundsNoPoe,
                ReasonCode::CertificateNotYetValid,
                certificate,
            ),
            None if claims => self.warn(ReasonCode::CertificateExpired, certificate),
            _ => self.unsure(
                Subindication::OutOfBoundsNoPoe,
                ReasonCode::CertificateExpired,
                certificate,
            ),
        }
    }

    /// That a certificate has expired is no mere warning where something else is wanting, and often its cause.
    fn tell_expired_first(&mut self) {
        if self.indication != Indication::Indeterminate {
            return;
        }
        let is_expired = |reason: &Reason| reason.code == ReasonCode::CertificateExpired;
        let (expired, others) = self.warnings.drain(..).partition(is_expired);
        self.warnings = others;
        self.failures.splice(0..0, expired);
    }

    fn signed_weakly(&mut self, certificate: &Certificate, question: &Question<'_>) {
        let digest = certificate.scheme().ok().and_then(|scheme| scheme.digest());
        self.weak(digest.and_then(strength::of_digest), certificate, question);
    }

    /// What is weak counts by the proven time only. A timestamp proves its own: what its authority signs cannot be
    /// chosen by those who would collide it.
    fn weak(
        &mut self,
        weakness: Option<strength::Weakness>,
        certificate: &Certificate,
        question: &Question<'_>,
    ) {
        let Some((code, end)) = weakness else {
            return;
        };
        let own = question
            .claimed
            .filter(|_| question.usage == Usage::Timestamp);
        if question.proven.or(own).is_some_and(|time| time < end) {
            self.warn(code, certificate);
        } else {
            self.unsure(
                Subindication::CryptoConstraintsFailureNoPoe,
                code,
                certificate,
            );
        }
    }

    fn revocations(&mut self, chain: &[&Certificate], question: &Question<'_>) {
        let Some(anchor) = chain.last() else {
            return;
        };
        self.stored = chain.len() > 1;
        for (index, pair) in chain.windows(2).enumerate() {
            let [certificate, issuer] = pair else {
                continue;
            };
            let facts = revocation::look_up(&Query {
                certificate,
                issuer,
                anchor,
                sources: &question.sources,
                proven: question.proven,
                depth: 0,
            });
            if index == 0 {
                self.revocation = facts;
            }
            self.stored &= facts.stored;
            self.revocation_of(certificate, facts, index == 0, question);
            if facts.status == RevocationStatus::Unknown {
                self.wanted.extend(wanted::status_of(certificate, issuer));
            }
        }
    }

    fn revocation_of(
        &mut self,
        certificate: &Certificate,
        facts: RevocationFacts,
        is_leaf: bool,
        question: &Question<'_>,
    ) {
        let before = |since| {
            question.proven.is_some_and(|proven| proven < since)
                || (ended_in_order(question.usage, facts.reason)
                    && question.claimed.is_some_and(|stamped| stamped < since))
        };
        match (facts.status, facts.revoked_at) {
            (RevocationStatus::Revoked, Some(since)) if before(since) => {
                self.warn(ReasonCode::CertificateRevokedLater, certificate);
            }
            // ETSI EN 319 102-1 5.2.6.4: a hold may end, so that later is the time to tell.
            (RevocationStatus::Revoked, _) if facts.reason == Some(reason::HOLD) => {
                self.unsure(
                    Subindication::TryLater,
                    ReasonCode::CertificateOnHold,
                    certificate,
                );
            }
            (RevocationStatus::Revoked, _) => {
                // Without a proven time before the revocation the signature counts as made after it.
                let code = if is_leaf {
                    ReasonCode::CertificateRevoked
                } else {
                    ReasonCode::IssuerRevoked
                };
                let reason = Reason::new(code, name(certificate));
                self.fail(Indication::TotalFailed, Subindication::Revoked, reason);
            }
            (RevocationStatus::Good, _) => {}
            (RevocationStatus::Unknown, _) => {
                self.unsure(
                    Subindication::TryLater,
                    ReasonCode::RevocationUnknown,
                    certificate,
                );
                if facts.unusable {
                    let reason = Reason::new(ReasonCode::CrlNotUsable, name(certificate));
                    self.failures.push(reason);
                }
            }
        }
    }
}

/// RFC 3161 section 4: where an authority's certificate was revoked for one of these reasons, the tokens that it
/// issued before stay good.
fn ended_in_order(usage: Usage, reason: Option<u8>) -> bool {
    const ORDERLY: [u8; 4] = [
        reason::UNSPECIFIED,
        reason::AFFILIATION_CHANGED,
        reason::SUPERSEDED,
        reason::CESSATION,
    ];
    usage == Usage::Timestamp && reason.is_some_and(|reason| ORDERLY.contains(&reason))
}

fn name(certificate: &Certificate) -> String {
    certificate
        .common_name()
        .unwrap_or_else(|| hex::encode(certificate.serial()))
}
