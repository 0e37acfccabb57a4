//! Is a certificate of a chain revoked, as far as the lists and answers at hand tell?

use time::{Duration, OffsetDateTime};

use super::crl::{self, Reasons};
use super::{Certificate, Sources};
use crate::report::{RevocationSource, RevocationStatus};

/// An OCSP answer without `nextUpdate` says that newer ones can always be had (RFC 6960 4.2.2.1); then
/// it speaks for the day on which it was given.
const WITHOUT_NEXT: Duration = Duration::DAY;
/// Most lists that are asked about one certificate; an archive that is refreshed every year for decades brings fewer.
const MAX_LISTS: usize = 64;
/// How deep the signer of a list or answer is asked after in turn.
const MAX_DEPTH: u8 = 2;

/// `CRLReason` numbers (RFC 5280 section 5.3.1) that change a judgement.
pub mod reason {
    /// unspecified
    pub const UNSPECIFIED: u8 = 0;
    /// affiliationChanged
    pub const AFFILIATION_CHANGED: u8 = 3;
    /// superseded
    pub const SUPERSEDED: u8 = 4;
    /// cessationOfOperation
    pub const CESSATION: u8 = 5;
    /// certificateHold
    pub const HOLD: u8 = 6;
    /// removeFromCRL
    pub const REMOVED: u8 = 8;
}

/// What is known of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevocationFacts {
    /// The answer.
    pub status: RevocationStatus,
    /// Whose list or answer gave it.
    pub source: RevocationSource,
    /// Its `thisUpdate`.
    pub as_of: Option<OffsetDateTime>,
    /// The revocation date.
    pub revoked_at: Option<OffsetDateTime>,
    /// The `CRLReason`, where one is given.
    pub reason: Option<u8>,
    /// A list or answer of the right issuer was there but could not be used.
    pub unusable: bool,
    /// The document itself brings what shows that it was good.
    pub stored: bool,
}

impl RevocationFacts {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        status: RevocationStatus::Unknown,
        source: RevocationSource::None,
        as_of: None,
        revoked_at: None,
        reason: None,
        unusable: false,
        stored: false,
    };
}

/// One usable statement about one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    pub said: Said,
    /// `thisUpdate`.
    pub issued: OffsetDateTime,
    /// `nextUpdate`.
    pub next: Option<OffsetDateTime>,
    /// Certificates that expired since then are still spoken of.
    pub remembers_since: Option<OffsetDateTime>,
}

/// See [`Evidence::said`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Not revoked, or not on the list.
    Good,
    /// Revoked.
    Revoked {
        since: OffsetDateTime,
        reason: Option<u8>,
    },
    /// The one asked does not know.
    Unknown,
}

/// The certificate asked about.
#[derive(Debug, Clone)]
pub struct Query<'q, 'a> {
    pub certificate: &'q Certificate,
    /// The one above it in its chain.
    pub issuer: &'q Certificate,
    /// The end of the chain; the signers of lists must lead there too.
    pub anchor: &'q Certificate,
    pub sources: &'q Sources<'a>,
    /// When the signature is proven to have existed.
    pub proven: Option<OffsetDateTime>,
    pub depth: u8,
}

impl<'q> Query<'q, '_> {
    /// The same question about another certificate of the same issuer; `None` too deep down.
    pub fn about(&self, certificate: &'q Certificate) -> Option<RevocationFacts> {
        let further = Self {
            certificate,
            depth: self.depth + 1,
            ..self.clone()
        };
        (self.depth < MAX_DEPTH).then(|| look_up(&further))
    }
}

/// The newest usable answer; a revocation in any usable one wins, except that a hold ends where a
/// newer answer says so.
pub fn look_up(query: &Query<'_, '_>) -> RevocationFacts {
    let mut tally = Tally::default();
    for (answer, source) in query.sources.ocsps() {
        match answer.look_up(query) {
            None => {}
            Some(Err(())) => tally.unusable = true,
            Some(Ok(evidence)) => tally.add(evidence, Reasons::ALL, source, query),
        }
    }
    let mut lists = query.sources.crls();
    lists.retain(|(list, _)| query.sources.may_read(0) && list.concerns(query.certificate));
    // The caller's first, then the newest: a document may bring thousands.
    lists.sort_by_key(|(list, source)| {
        let is_found = *source == RevocationSource::Dss;
        (is_found, std::cmp::Reverse(list.this_update()))
    });
    lists.truncate(MAX_LISTS);
    for (list, source) in &lists {
        match crl::evidence(list, &lists, query) {
            crl::Found::Nothing => {}
            crl::Found::Unusable => tally.unusable = true,
            crl::Found::Usable(evidence, reasons) => tally.add(evidence, reasons, *source, query),
        }
    }
    tally.result()
}

#[derive(Default)]
struct Tally {
    unusable: bool,
    /// The earliest date wins.
    revoked: Option<(Evidence, RevocationSource)>,
    hold: Option<(Evidence, RevocationSource)>,
    good: Option<(Evidence, RevocationSource)>,
    /// The reasons that lists for some of them have covered together.
    covered: Reasons,
    stored: bool,
}

impl Tally {
    fn add(
        &mut self,
        mut evidence: Evidence,
        reasons: Reasons,
        source: RevocationSource,
        query: &Query<'_, '_>,
    ) {
        // Revoked later than the instant of the judgement is not revoked yet.
        if matches!(evidence.said, Said::Revoked { since, .. } if since > query.sources.trust.at) {
            evidence.said = Said::Good;
        }
        match evidence.said {
            Said::Revoked { reason, .. } if reason == Some(reason::HOLD) => {
                let newer = self
                    .hold
                    .is_none_or(|(known, _)| known.issued < evidence.issued);
                if newer {
                    self.hold = Some((evidence, source));
                }
                return;
            }
            // What is revoked stays revoked, however old the list.
            Said::Revoked { since, .. } => {
                let earlier = self.revoked.is_none_or(|(known, _)| {
                    matches!(known.said, Said::Revoked { since: known, .. } if since < known)
                });
                if earlier {
                    self.revoked = Some((evidence, source));
                }
                return;
            }
            Said::Unknown => {
                self.unusable = true;
                return;
            }
            Said::Good => {}
        }
        if !speaks(&evidence, query) {
            self.unusable = true;
            return;
        }
        self.stored |= source == RevocationSource::Dss;
        self.covered = self.covered.with(reasons);
        let newest = self
            .good
            .is_none_or(|(known, _)| known.issued < evidence.issued);
        if newest {
            self.good = Some((evidence, source));
        }
    }

    fn result(self) -> RevocationFacts {
        let good = self.good.filter(|_| self.covered == Reasons::ALL);
        let held = self
            .hold
            .filter(|(hold, _)| good.is_none_or(|(good, _)| good.issued <= hold.issued));
        let Some((evidence, source)) = self.revoked.or(held).or(good) else {
            return RevocationFacts {
                unusable: self.unusable,
                ..RevocationFacts::UNKNOWN
            };
        };
        let (status, revoked_at, reason) = match evidence.said {
            Said::Revoked { since, reason } => (RevocationStatus::Revoked, Some(since), reason),
            _ => (RevocationStatus::Good, None, None),
        };
        RevocationFacts {
            status,
            source,
            as_of: Some(evidence.issued),
            revoked_at,
            reason,
            unusable: self.unusable,
            stored: self.stored,
        }
    }
}

/// Whether "good" speaks for the certificate: it must be in force at the judgement, or at the proven
/// time of the signature, or given after it (ETSI EN 319 102-1 5.2.5, revocation freshness); and it
/// must come from a time when the certificate would still have been listed.
fn speaks(evidence: &Evidence, query: &Query<'_, '_>) -> bool {
    let issued = evidence.issued;
    let next = evidence.next.unwrap_or(issued + WITHOUT_NEXT);
    let (_, not_after) = query.certificate.validity();
    let remembered = evidence
        .remembers_since
        .is_some_and(|since| since <= not_after);
    // RFC 5280 section 3.3: an entry stays until it was on one list issued after the certificate's end, so
    // the first such list still tells.
    let listed = issued <= not_after || issued - not_after <= next - issued;
    let in_force = query.sources.trust.at <= next;
    let then = query.proven.is_some_and(|proven| proven <= next);
    let after = query.proven.is_some_and(|proven| proven <= issued);
    (remembered || listed) && (in_force || then || after)
}
