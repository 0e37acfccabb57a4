//! Is a certificate of a chain revoked, as far as the lists at hand tell?

use time::OffsetDateTime;

use super::crl::Entry;
use super::{Certificate, Crl};
use crate::report::{RevocationSource, RevocationStatus};

/// Certificates and lists found in the document, beside those that the caller gave.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// From the CMS and the document security store.
    pub certificates: Vec<Certificate>,
    /// From the document security store or the CMS.
    pub crls: Vec<Crl>,
}

/// What is known of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevocationFacts {
    /// The answer.
    pub status: RevocationStatus,
    /// Whose list gave it.
    pub source: RevocationSource,
    /// Its `thisUpdate`.
    pub as_of: Option<OffsetDateTime>,
    /// The revocation date.
    pub revoked_at: Option<OffsetDateTime>,
    /// A list of the right issuer was there but could not be used.
    pub unusable_list: bool,
}

impl RevocationFacts {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        status: RevocationStatus::Unknown,
        source: RevocationSource::None,
        as_of: None,
        revoked_at: None,
        unusable_list: false,
    };
}

/// The newest usable answer about `certificate`; a revocation on any usable list wins.
///
/// `at` is the instant of the judgement, `proven` the instant at which the signature is proven to
/// have existed.
pub fn look_up(
    certificate: &Certificate,
    issuer: &Certificate,
    given: &[Crl],
    found: &[Crl],
    at: OffsetDateTime,
    proven: Option<OffsetDateTime>,
) -> RevocationFacts {
    let mut facts = RevocationFacts::UNKNOWN;
    let given = given.iter().map(|crl| (crl, RevocationSource::Crl));
    let found = found.iter().map(|crl| (crl, RevocationSource::Dss));
    for (crl, source) in given
        .chain(found)
        .filter(|(crl, _)| crl.is_for(certificate))
    {
        let Some(entry) = crl.look_up(certificate, issuer) else {
            facts.unusable_list = true;
            continue;
        };
        match entry {
            // What is revoked stays revoked, however old the list.
            Entry::Revoked(since)
                if since <= at && facts.revoked_at.is_none_or(|earlier| since < earlier) =>
            {
                facts.status = RevocationStatus::Revoked;
                facts.source = source;
                facts.as_of = Some(crl.this_update());
                facts.revoked_at = Some(since);
            }
            Entry::Revoked(since) if since <= at => {}
            Entry::Silent => {}
            _ if !is_fresh(crl, certificate, at, proven) => facts.unusable_list = true,
            _ if facts.status == RevocationStatus::Revoked => {}
            _ if facts.as_of.is_none_or(|newest| newest < crl.this_update()) => {
                facts.status = RevocationStatus::Good;
                facts.source = source;
                facts.as_of = Some(crl.this_update());
            }
            _ => {}
        }
    }
    facts
}

/// Silence of a list speaks for the certificate only if the list is in force at the judgement or
/// was issued after the proven signing time, and before expired certificates may drop off it.
fn is_fresh(
    crl: &Crl,
    certificate: &Certificate,
    at: OffsetDateTime,
    proven: Option<OffsetDateTime>,
) -> bool {
    let (not_before, not_after) = certificate.validity();
    let issued = crl.this_update();
    let in_force = crl.next_update().is_some_and(|next| at <= next);
    let after_signing = proven.is_some_and(|signed| signed <= issued);
    issued >= not_before && issued <= not_after && (in_force || after_signing)
}
