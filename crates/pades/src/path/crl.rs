//! Certificate revocation lists (RFC 5280 sections 5 and 6.3).

use std::ops::Range;

use const_oid::AssociatedOid;
use der::asn1::ObjectIdentifier;
use der::{Decode, Enumerated};
use time::OffsetDateTime;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::DistributionPointName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, CrlNumber, KeyUsage,
};

use super::certificate::{NameKey, instant};
use super::{Certificate, PathError, blocks};
use crate::cms::ber;

/// `x509-cert` 0.2 has another OID for this one.
const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
const DELTA_CRL_INDICATOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");
const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");

/// A revocation list, decoded, with the exact bytes that its issuer signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Range<usize>,
    list: CertificateList,
}

/// What a list says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// It is not on the list.
    Good,
    /// It is, since that instant.
    Revoked(OffsetDateTime),
    /// It is not on a list of changes alone, which says nothing.
    Silent,
}

/// `CRLReason` (RFC 5280 section 5.3.1); only what changes a judgement is told apart.
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

impl Crl {
    /// Reads one list from DER.
    pub fn from_der(bytes: &[u8]) -> Result<Self, PathError> {
        let malformed = |source| PathError::Malformed {
            kind: "revocation list",
            source,
        };
        let list = CertificateList::from_der(bytes).map_err(malformed)?;
        let tbs =
            ber::first_element(bytes).ok_or_else(|| malformed(der::ErrorKind::Failed.into()))?;
        Ok(Self {
            der: bytes.to_vec(),
            tbs,
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

    /// When it was issued.
    pub fn this_update(&self) -> OffsetDateTime {
        instant(&self.list.tbs_cert_list.this_update)
    }

    /// When the next one is due.
    pub fn next_update(&self) -> Option<OffsetDateTime> {
        self.list.tbs_cert_list.next_update.as_ref().map(instant)
    }

    /// Whether it claims to come from the issuer of `certificate`.
    pub fn is_for(&self, certificate: &Certificate) -> bool {
        NameKey::of(&self.list.tbs_cert_list.issuer) == certificate.issuer()
    }

    /// What it says of `certificate`, or `None` when it must not be used: not signed by `issuer`,
    /// not for this certificate, or with a critical extension that is not understood.
    pub fn look_up(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Entry> {
        self.verify(issuer)?;
        self.scope_includes(certificate)?;
        let revoked = self
            .list
            .tbs_cert_list
            .revoked_certificates
            .as_deref()
            .unwrap_or_default();
        let mut answer = if self.is_delta() {
            Entry::Silent
        } else {
            Entry::Good
        };
        for entry in revoked {
            understood(entry)?;
            if entry.serial_number.as_bytes() != certificate.serial() || removed(entry) {
                continue;
            }
            let since = instant(&entry.revocation_date);
            answer = match answer {
                Entry::Revoked(earlier) if earlier <= since => answer,
                _ => Entry::Revoked(since),
            };
        }
        Some(answer)
    }

    fn verify(&self, issuer: &Certificate) -> Option<()> {
        let list = &self.list.tbs_cert_list;
        if NameKey::of(&list.issuer) != issuer.subject()
            || self.list.signature_algorithm != list.signature
        {
            return None;
        }
        // RFC 5280 section 6.3.3 (f): the key must be allowed to sign lists.
        if let Some(usage) = issuer.extension::<KeyUsage>().ok()?
            && !usage.crl_sign()
        {
            return None;
        }
        let signature = self.list.signature.as_bytes()?;
        let message = self.der.get(self.tbs.clone())?;
        issuer
            .verify_signed(&self.list.signature_algorithm, message, signature)
            .ok()
    }

    /// A list of changes since another one (RFC 5280 section 5.2.4): what it revokes is revoked.
    fn is_delta(&self) -> bool {
        let extensions = self
            .list
            .tbs_cert_list
            .crl_extensions
            .as_deref()
            .unwrap_or_default();
        extensions
            .iter()
            .any(|extension| extension.extn_id == DELTA_CRL_INDICATOR)
    }

    /// RFC 5280 section 6.3.3 (b): scope of a list with an issuing distribution point. Any other
    /// critical extension makes it unusable.
    fn scope_includes(&self, certificate: &Certificate) -> Option<()> {
        for extension in self
            .list
            .tbs_cert_list
            .crl_extensions
            .as_deref()
            .unwrap_or_default()
        {
            match extension.extn_id {
                ISSUING_DISTRIBUTION_POINT => {
                    let point =
                        IssuingDistributionPoint::from_der(extension.extn_value.as_bytes()).ok()?;
                    point_includes(&point, certificate)?;
                }
                CrlNumber::OID | AuthorityKeyIdentifier::OID | DELTA_CRL_INDICATOR => {}
                _ if extension.critical => return None,
                _ => {}
            }
        }
        Some(())
    }
}

fn point_includes(point: &IssuingDistributionPoint, certificate: &Certificate) -> Option<()> {
    let is_ca = certificate
        .extension::<BasicConstraints>()
        .ok()?
        .is_some_and(|c| c.ca);
    let wrong_kind = (point.only_contains_user_certs && is_ca)
        || (point.only_contains_ca_certs && !is_ca)
        || point.only_contains_attribute_certs;
    if wrong_kind || point.indirect_crl || point.only_some_reasons.is_some() {
        return None;
    }
    let Some(DistributionPointName::FullName(names)) = &point.distribution_point else {
        return point.distribution_point.is_none().then_some(());
    };
    let points = certificate.extension::<CrlDistributionPoints>().ok()??;
    let named = points
        .0
        .iter()
        .any(|candidate| match &candidate.distribution_point {
            Some(DistributionPointName::FullName(own)) => {
                own.iter().any(|name| names.contains(name))
            }
            _ => false,
        });
    named.then_some(())
}

/// RFC 5280 section 5.3: an entry with an unknown critical extension makes the list unusable.
fn understood(entry: &RevokedCert) -> Option<()> {
    let extensions = entry.crl_entry_extensions.as_deref().unwrap_or_default();
    let known = |id| matches!(id, REASON_CODE | INVALIDITY_DATE);
    extensions
        .iter()
        .all(|e| !e.critical || known(e.extn_id))
        .then_some(())
}

fn removed(entry: &RevokedCert) -> bool {
    let extensions = entry.crl_entry_extensions.as_deref().unwrap_or_default();
    extensions
        .iter()
        .filter(|e| e.extn_id == REASON_CODE)
        .any(|e| {
            CrlReason::from_der(e.extn_value.as_bytes())
                .is_ok_and(|reason| reason == CrlReason::RemoveFromCrl)
        })
}
