//! What certificates say about themselves and those below them (RFC 5280 sections 4.2 and 6.1).

use const_oid::AssociatedOid;
use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints,
    ExtendedKeyUsage, InhibitAnyPolicy, KeyUsage, NameConstraints, PolicyConstraints,
    PolicyMappings, SubjectAltName, SubjectKeyIdentifier,
};

use super::{Certificate, Usage, names, policy};
use crate::report::ReasonCode;

/// id-kp-timeStamping (RFC 3161 section 2.3).
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// id-kp-OCSPSigning (RFC 6960 section 4.2.2.2).
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
/// Purposes that speak for documents. The government's certificates carry clientAuth,
/// emailProtection and smartcardLogon; the others are made for documents.
const DOCUMENT_PURPOSES: &[ObjectIdentifier] = &[
    ObjectIdentifier::new_unwrap("2.5.29.37.0"), // anyExtendedKeyUsage
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2"), // clientAuth
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4"), // emailProtection
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36"), // documentSigning, RFC 9336
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.10.3.12"), // Microsoft document signing
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.2"), // Microsoft smart card logon
    ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.5"), // Adobe authentic documents
];

/// Checks the chain `leaf … anchor` (at least the leaf); the first fault found.
pub fn check(chain: &[&Certificate], usage: Usage) -> Result<(), ReasonCode> {
    let Some((leaf, issuers)) = chain.split_first() else {
        return Err(ReasonCode::ChainNotFound);
    };
    for (index, certificate) in chain.iter().enumerate() {
        // The anchor is trusted by decree; what it says is not checked but for its constraints.
        if index + 1 < chain.len() || chain.len() == 1 {
            critical_extensions(certificate)?;
        }
    }
    for (depth, issuer) in issuers.iter().enumerate() {
        let below = chain.get(..=depth).unwrap_or_default();
        let is_anchor = depth + 1 == issuers.len();
        issuer_may_issue(issuer, below, is_anchor)?;
        names::check(issuer, below)?;
    }
    policy::check(chain)?;
    leaf_usage(leaf, usage)
}

/// RFC 5280 section 6.3.3 (f): the key must be allowed to sign lists.
pub fn may_sign_lists(signer: &Certificate) -> Result<(), ReasonCode> {
    leaf_usage(signer, Usage::RevocationList)
}

/// RFC 5280 section 4.2: an unknown critical extension refuses the certificate.
fn critical_extensions(certificate: &Certificate) -> Result<(), ReasonCode> {
    let known = |id| {
        matches!(
            id,
            BasicConstraints::OID
                | KeyUsage::OID
                | ExtendedKeyUsage::OID
                | SubjectAltName::OID
                | AuthorityKeyIdentifier::OID
                | SubjectKeyIdentifier::OID
                | CrlDistributionPoints::OID
                | NameConstraints::OID
                | CertificatePolicies::OID
                | PolicyMappings::OID
                | PolicyConstraints::OID
                | InhibitAnyPolicy::OID
        )
    };
    let mut extensions = certificate.extensions().iter();
    if extensions.any(|extension| extension.critical && !known(extension.extn_id)) {
        return Err(ReasonCode::ChainNotUnderstood);
    }
    Ok(())
}

/// RFC 5280 section 6.1.4 (k) to (n).
fn issuer_may_issue(
    issuer: &Certificate,
    below: &[&Certificate],
    is_anchor: bool,
) -> Result<(), ReasonCode> {
    let constraints = issuer
        .extension::<BasicConstraints>()
        .map_err(|_| ReasonCode::ChainConstraint)?;
    match constraints {
        None if is_anchor => {}
        Some(constraints) if constraints.ca => {
            let counted = below.iter().skip(1).filter(|c| !c.is_self_issued());
            let intermediates = counted.count();
            if constraints
                .path_len_constraint
                .is_some_and(|most| intermediates > usize::from(most))
            {
                return Err(ReasonCode::ChainConstraint);
            }
        }
        _ => return Err(ReasonCode::ChainConstraint),
    }
    match issuer.extension::<KeyUsage>() {
        Ok(None) => Ok(()),
        Ok(Some(usage)) if usage.key_cert_sign() => Ok(()),
        _ => Err(ReasonCode::ChainConstraint),
    }
}

/// The leaf's key usage and extended key usage.
fn leaf_usage(leaf: &Certificate, usage: Usage) -> Result<(), ReasonCode> {
    let wrong = ReasonCode::KeyUsageWrong;
    let keys = leaf.extension::<KeyUsage>().map_err(|_| wrong)?;
    let allowed = keys.is_none_or(|keys| match usage {
        Usage::RevocationList => keys.crl_sign(),
        _ => keys.digital_signature() || keys.non_repudiation(),
    });
    if !allowed {
        return Err(wrong);
    }
    let purposes = leaf.extension::<ExtendedKeyUsage>().map_err(|_| wrong)?;
    let fits = match (usage, purposes) {
        (Usage::RevocationList, _) | (Usage::Document, None) => true,
        (Usage::Document, Some(purposes)) => purposes
            .0
            .iter()
            .any(|purpose| DOCUMENT_PURPOSES.contains(purpose)),
        // RFC 3161 section 2.3: this purpose and no other, critical.
        (Usage::Timestamp, Some(purposes)) => {
            let critical = leaf
                .extensions()
                .iter()
                .any(|e| e.extn_id == ExtendedKeyUsage::OID && e.critical);
            purposes.0 == [TIME_STAMPING] && critical
        }
        (Usage::OcspAnswer, Some(purposes)) => purposes.0.contains(&OCSP_SIGNING),
        (Usage::Timestamp | Usage::OcspAnswer, None) => false,
    };
    if fits { Ok(()) } else { Err(wrong) }
}
