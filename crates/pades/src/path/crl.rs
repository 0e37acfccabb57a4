//! Certificate revocation lists (RFC 5280 sections 5 and 6.3).

mod scope;

use std::ops::{ControlFlow, Range};

use const_oid::AssociatedOid;
use der::asn1::{AnyRef, ObjectIdentifier, Uint};
use der::{Any, Decode, Encode, Enumerated, Tag};
use time::OffsetDateTime;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, CrlNumber};

use super::certificate::{NameKey, instant, since_epoch};
use super::revocation::{Evidence, Query, Said, reason};
use super::{Certificate, PathError, Usage, blocks, constraints, search};
use crate::cms::ber;
use crate::report::{RevocationSource, RevocationStatus};

pub use scope::Reasons;

/// `x509-cert` 0.2 has another OID for this one.
const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
const DELTA_CRL_INDICATOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
const CERTIFICATE_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.29");
const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");
const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
/// X.509 8.6.2.12: certificates that expired since then are still on the list.
const EXPIRED_CERTS_ON_CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.60");

/// Most certificates that are tried as a list's signer; after a change of keys an issuer has two or three.
const MAX_SIGNERS: usize = 8;

/// A revocation list, decoded, with the exact bytes that its issuer signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Range<usize>,
    list: CertificateList,
    issuer: NameKey,
}

/// What one list, with the changes to it, gives for a question.
pub(super) enum Found {
    /// It is not for this certificate.
    Nothing,
    /// It claims to be, and must not be used.
    Unusable,
    /// A statement, and the reasons for revocation that it covers.
    Usable(Evidence, Reasons),
}

/// `CRLReason` (RFC 5280 section 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enumerated)]
#[asn1(type = "ENUMERATED")]
#[repr(u32)]
enum CrlReason {
    Unspecified = 0,
    KeyCompromise = 1,
    CaCompromise = 2,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
    CertificateHold = 6,
    RemoveFromCrl = 8,
    PrivilegeWithdrawn = 9,
    AaCompromise = 10,
}

/// RFC 5280 section 6.3.3 for one list; `all` are searched for changes to it.
pub(super) fn evidence(
    crl: &Crl,
    all: &[(&Crl, RevocationSource)],
    query: &Query<'_, '_>,
) -> Found {
    let Some(reasons) = scope::covers(crl, query.certificate) else {
        return Found::Nothing;
    };
    // Its entries are read only where somebody has the right to say them.
    let said = crl.is_signed(query).then(|| crl.says(query)).flatten();
    let Some(mut said) = said else {
        return Found::Unusable;
    };
    if crl.is_delta() {
        // Changes alone may revoke; their silence says nothing, and they release only on top of a list.
        return match said {
            Said::Revoked { reason, .. } if reason != Some(reason::REMOVED) => {
                Found::Usable(crl.evidence(said), reasons)
            }
            _ => Found::Nothing,
        };
    }
    let mut newest = crl;
    for (delta, _) in all {
        if !delta.changes(newest, crl) || !delta.is_signed(query) {
            continue;
        }
        let Some(changed) = delta.says(query) else {
            continue;
        };
        newest = delta;
        said = match changed {
            Said::Revoked { reason, .. } if reason == Some(reason::REMOVED) => Said::Good,
            Said::Revoked { .. } => changed,
            _ => said,
        };
    }
    let mut evidence = newest.evidence(said);
    // A list stays in force although its changes are overdue.
    evidence.next = evidence.next.max(crl.evidence(said).next);
    Found::Usable(evidence, reasons)
}

impl Crl {
    /// Reads one list from DER.
    pub fn from_der(bytes: &[u8]) -> Result<Self, PathError> {
        let malformed = |source| PathError::Malformed {
            kind: "revocation list",
            source,
        };
        let list = CertificateList::from_der(bytes)
            .or_else(|source| CertificateList::from_der(&with_version(bytes).ok_or(source)?))
            .map_err(malformed)?;
        let tbs =
            ber::first_element(bytes).ok_or_else(|| malformed(der::ErrorKind::Failed.into()))?;
        Ok(Self {
            der: bytes.to_vec(),
            tbs,
            issuer: NameKey::of(&list.tbs_cert_list.issuer),
            list,
        })
    }

    /// Reads every list of a PEM file, or the one of a DER file.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, PathError> {
        blocks(bytes, "X509 CRL", "revocation list")?
            .iter()
            .map(|der| Self::from_der(der))
            .collect()
    }

    /// The bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whose list it is.
    pub fn issuer(&self) -> NameKey {
        self.issuer.clone()
    }

    /// When it was issued.
    pub fn this_update(&self) -> OffsetDateTime {
        instant(&self.list.tbs_cert_list.this_update)
    }

    /// When the next one is due.
    pub fn next_update(&self) -> Option<OffsetDateTime> {
        self.list.tbs_cert_list.next_update.as_ref().map(instant)
    }

    /// Whether it is for `certificate`, as far as its issuer and scope tell.
    pub(super) fn concerns(&self, certificate: &Certificate) -> bool {
        scope::covers(self, certificate).is_some()
    }

    fn evidence(&self, said: Said) -> Evidence {
        let remembers = self.extension(EXPIRED_CERTS_ON_CRL).and_then(|found| {
            let time = der::asn1::GeneralizedTime::from_der(found.extn_value.as_bytes()).ok()?;
            Some(since_epoch(time.to_unix_duration()))
        });
        Evidence {
            said,
            issued: self.this_update(),
            // Section 5.1.2.5 demands it; without, the list is in force for no time at all.
            next: self.next_update().or(Some(self.this_update())),
            remembers_since: remembers,
        }
    }

    /// What its entries say of the certificate asked for; `None` with a critical extension that is not understood, or
    /// where too much was read.
    fn says(&self, query: &Query<'_, '_>) -> Option<Said> {
        let certificate = query.certificate;
        let known = |id| {
            matches!(
                id,
                ISSUING_DISTRIBUTION_POINT
                    | DELTA_CRL_INDICATOR
                    | CrlNumber::OID
                    | AuthorityKeyIdentifier::OID
                    | EXPIRED_CERTS_ON_CRL
            )
        };
        if self
            .extensions()
            .iter()
            .any(|e| e.critical && !known(e.extn_id))
        {
            return None;
        }
        let entries = self.list.tbs_cert_list.revoked_certificates.as_deref();
        let entries = entries.unwrap_or_default();
        if !query.sources.may_read(entries.len()) {
            return None;
        }
        let mut said = Said::Good;
        // Section 5.3.3: an entry's issuer is that of the entry before it, and the list's at first.
        let mut issuer = self.issuer.clone();
        for entry in entries {
            let entry_reason = read_entry(entry, &mut issuer)?;
            if entry.serial_number.as_bytes() != certificate.serial()
                || issuer != *certificate.issuer()
            {
                continue;
            }
            let since = instant(&entry.revocation_date);
            let is_earlier = !matches!(said, Said::Revoked { since: known, .. } if known <= since);
            if is_earlier {
                said = Said::Revoked {
                    since,
                    reason: entry_reason,
                };
            }
        }
        Some(said)
    }

    /// By the issuer of the certificate, or by another key of the list's issuer that leads to the same
    /// anchor (section 6.3.3 (f) and (g)).
    fn is_signed(&self, query: &Query<'_, '_>) -> bool {
        if self.is_signed_by(query.issuer, query) {
            return true;
        }
        let candidates = query.sources.certificates();
        let named = candidates.filter(|c| *c != query.issuer && *c.subject() == self.issuer);
        let mut candidates = named
            .take(MAX_SIGNERS)
            .filter(|c| self.is_signed_by(c, query));
        candidates.any(|signer| {
            let mut found = false;
            search::chains(signer, query.sources, |c| c == query.anchor, &mut |chain| {
                let in_force = chain.iter().all(|certificate| {
                    let (not_before, not_after) = certificate.validity();
                    (not_before..=not_after).contains(&self.this_update())
                });
                found = in_force
                    && constraints::check(chain, Usage::RevocationList).is_ok()
                    && !is_revoked(chain, query);
                if found {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            found
        })
    }

    fn is_signed_by(&self, signer: &Certificate, query: &Query<'_, '_>) -> bool {
        if self.issuer != *signer.subject()
            || self.list.signature_algorithm != self.list.tbs_cert_list.signature
            || constraints::may_sign_lists(signer).is_err()
            || !query.sources.may_check(signer.key())
        {
            return false;
        }
        let signature = self.list.signature.as_bytes().unwrap_or_default();
        let message = self.der.get(self.tbs.clone()).unwrap_or_default();
        signer
            .verify_signed(&self.list.signature_algorithm, message, signature)
            .is_ok()
    }

    /// Whether this holds changes to `base` that are newer than `newest` (section 5.2.4).
    fn changes(&self, newest: &Crl, base: &Crl) -> bool {
        let since = self.extension(DELTA_CRL_INDICATOR).and_then(number);
        let (Some(since), Some(own)) = (since, self.number()) else {
            return false;
        };
        let (Some(base_number), Some(newest_number)) = (base.number(), newest.number()) else {
            return false;
        };
        self.issuer == base.issuer
            && self.value(ISSUING_DISTRIBUTION_POINT) == base.value(ISSUING_DISTRIBUTION_POINT)
            && self.value(AuthorityKeyIdentifier::OID) == base.value(AuthorityKeyIdentifier::OID)
            && since <= base_number
            && newest_number < own
    }

    /// A list of changes since another one.
    fn is_delta(&self) -> bool {
        self.extension(DELTA_CRL_INDICATOR).is_some()
    }

    fn number(&self) -> Option<(usize, Vec<u8>)> {
        self.extension(CrlNumber::OID).and_then(number)
    }

    fn value(&self, oid: ObjectIdentifier) -> Option<&[u8]> {
        self.extension(oid).map(|e| e.extn_value.as_bytes())
    }

    fn extension(&self, oid: ObjectIdentifier) -> Option<&Extension> {
        self.extensions().iter().find(|e| e.extn_id == oid)
    }

    fn extensions(&self) -> &[Extension] {
        let extensions = self.list.tbs_cert_list.crl_extensions.as_deref();
        extensions.unwrap_or_default()
    }
}

/// A list of the first version says no version (section 5.1.2.1), which the decoder does not know: the same with
/// one. OpenSSL makes such lists where it is told of no extensions.
fn with_version(bytes: &[u8]) -> Option<Vec<u8>> {
    const V2: [u8; 3] = [0x02, 0x01, 0x01];
    let range = ber::first_element(bytes)?;
    let rest = bytes.get(range.end..)?;
    let tbs = AnyRef::from_der(bytes.get(range)?).ok()?;
    if tbs.value().starts_with(&[0x02]) {
        return None;
    }
    let sequence = |content: Vec<u8>| Any::new(Tag::Sequence, content).ok()?.to_der().ok();
    let tbs = sequence([&V2, tbs.value()].concat())?;
    sequence([&tbs, rest].concat())
}

/// The reason of an entry, and through `issuer` whose certificate it revokes. Section 5.3: an entry with an
/// unknown critical extension makes the list unusable.
fn read_entry(entry: &RevokedCert, issuer: &mut NameKey) -> Option<Option<u8>> {
    let mut found = None;
    for extension in entry.crl_entry_extensions.as_deref().unwrap_or_default() {
        let bytes = extension.extn_value.as_bytes();
        match extension.extn_id {
            REASON_CODE => {
                let reason = CrlReason::from_der(bytes).ok()?;
                found = u8::try_from(reason as u32).ok();
            }
            CERTIFICATE_ISSUER => {
                let names = Vec::<GeneralName>::from_der(bytes).ok()?;
                *issuer = names.iter().find_map(|name| match name {
                    GeneralName::DirectoryName(name) => Some(NameKey::of(name)),
                    _ => None,
                })?;
            }
            INVALIDITY_DATE => {}
            _ if extension.critical => return None,
            _ => {}
        }
    }
    Some(found)
}

/// Whether a list's signer, or a certificate above it, is known to be revoked. That it is good need not be
/// shown: after a change of keys the list itself is what would show it.
fn is_revoked(chain: &[&Certificate], query: &Query<'_, '_>) -> bool {
    chain.windows(2).any(|pair| {
        let [certificate, issuer] = pair else {
            return false;
        };
        let query = Query {
            issuer,
            ..query.clone()
        };
        query
            .about(certificate)
            .is_some_and(|facts| facts.status == RevocationStatus::Revoked)
    })
}

/// A CRL number, comparable: its length, then its digits.
fn number(extension: &Extension) -> Option<(usize, Vec<u8>)> {
    let number = Uint::from_der(extension.extn_value.as_bytes()).ok()?;
    let digits = number.as_bytes().to_vec();
    Some((digits.len(), digits))
}
