//! What certificates say about themselves and those below them (RFC 5280 sections 4.2 and 6.1).

use const_oid::AssociatedOid;
use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints,
    ExtendedKeyUsage, InhibitAnyPolicy, KeyUsage, NameConstraints, PolicyConstraints,
    PolicyMappings, SubjectAltName, SubjectKeyIdentifier,
};

use super::certificate::NameKey;
use super::{Certificate, Usage};
use crate::report::ReasonCode;

/// id-kp-timeStamping (RFC 3161 section 2.3).
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
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
pub fn check(chain: &[Certificate], usage: Usage) -> Result<(), ReasonCode> {
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
        name_constraints(issuer, below)?;
    }
    leaf_usage(leaf, usage)
}

/// RFC 5280 section 4.2: an unknown critical extension refuses the certificate.
fn critical_extensions(certificate: &Certificate) -> Result<(), ReasonCode> {
    for extension in certificate.extensions() {
        match extension.extn_id {
            BasicConstraints::OID
            | KeyUsage::OID
            | ExtendedKeyUsage::OID
            | SubjectAltName::OID
            | AuthorityKeyIdentifier::OID
            | SubjectKeyIdentifier::OID
            | CrlDistributionPoints::OID
            | NameConstraints::OID => {}
            // Any policy is acceptable here, so policies restrict nothing …
            CertificatePolicies::OID | PolicyMappings::OID | InhibitAnyPolicy::OID => {}
            // … unless an issuer demands an explicit one.
            PolicyConstraints::OID => return Err(ReasonCode::ChainNotUnderstood),
            _ if extension.critical => return Err(ReasonCode::ChainNotUnderstood),
            _ => {}
        }
    }
    Ok(())
}

/// RFC 5280 section 6.1.4 (k) to (n).
fn issuer_may_issue(
    issuer: &Certificate,
    below: &[Certificate],
    is_anchor: bool,
) -> Result<(), ReasonCode> {
    let constraints = issuer
        .extension::<BasicConstraints>()
        .map_err(|_| ReasonCode::ChainConstraint)?;
    match constraints {
        None if is_anchor => {}
        Some(constraints) if constraints.ca => {
            let intermediates = below
                .iter()
                .skip(1)
                .filter(|c| c.subject() != c.issuer())
                .count();
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

/// RFC 5280 section 4.2.1.10, for directory names; other kinds of names are refused where a
/// certificate below carries a name of a kind that is constrained.
fn name_constraints(issuer: &Certificate, below: &[Certificate]) -> Result<(), ReasonCode> {
    let constraints = issuer
        .extension::<NameConstraints>()
        .map_err(|_| ReasonCode::ChainConstraint)?;
    let Some(constraints) = constraints else {
        return Ok(());
    };
    let permitted = constraints.permitted_subtrees.unwrap_or_default();
    let excluded = constraints.excluded_subtrees.unwrap_or_default();
    let constrained: Vec<Kind> = permitted
        .iter()
        .chain(&excluded)
        .map(|s| Kind::of(&s.base))
        .collect();
    let (permitted, excluded) = (directory_names(&permitted), directory_names(&excluded));
    for (depth, certificate) in below.iter().enumerate() {
        let subject = certificate.subject();
        if depth > 0 && subject == certificate.issuer() {
            continue; // self-issued, not the last: not constrained
        }
        let mut names = vec![subject];
        let alternative = certificate.extension::<SubjectAltName>();
        for name in alternative
            .map_err(|_| ReasonCode::ChainConstraint)?
            .iter()
            .flat_map(|san| &san.0)
        {
            match name {
                GeneralName::DirectoryName(name) => names.push(NameKey::of(name)),
                other if constrained.contains(&Kind::of(other)) => {
                    return Err(ReasonCode::ChainNotUnderstood);
                }
                _ => {}
            }
        }
        if constrained.contains(&Kind::Email) && has_email(certificate) {
            return Err(ReasonCode::ChainNotUnderstood);
        }
        for name in names.iter().filter(|name| !name.is_empty()) {
            let allowed = permitted.is_empty() || permitted.iter().any(|base| name.is_under(base));
            if !allowed || excluded.iter().any(|base| name.is_under(base)) {
                return Err(ReasonCode::ChainConstraint);
            }
        }
    }
    Ok(())
}

/// Kinds of general names, as far as constraints tell them apart.
#[derive(PartialEq, Eq)]
enum Kind {
    Directory,
    Email,
    Dns,
    Uri,
    Other,
}

impl Kind {
    fn of(name: &GeneralName) -> Self {
        match name {
            GeneralName::DirectoryName(_) => Self::Directory,
            GeneralName::Rfc822Name(_) => Self::Email,
            GeneralName::DnsName(_) => Self::Dns,
            GeneralName::UniformResourceIdentifier(_) => Self::Uri,
            _ => Self::Other,
        }
    }
}

fn directory_names(subtrees: &[GeneralSubtree]) -> Vec<NameKey> {
    let names = subtrees.iter().filter_map(|subtree| match &subtree.base {
        GeneralName::DirectoryName(name) => Some(NameKey::of(name)),
        _ => None,
    });
    names.collect()
}

fn has_email(certificate: &Certificate) -> bool {
    const EMAIL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");
    let subject = &certificate.x509().tbs_certificate.subject;
    subject
        .0
        .iter()
        .flat_map(|rdn| rdn.0.iter())
        .any(|attribute| attribute.oid == EMAIL)
}

/// The leaf's key usage and extended key usage.
fn leaf_usage(leaf: &Certificate, usage: Usage) -> Result<(), ReasonCode> {
    let wrong = ReasonCode::KeyUsageWrong;
    let keys = leaf.extension::<KeyUsage>().map_err(|_| wrong)?;
    if keys.is_some_and(|keys| !keys.digital_signature() && !keys.non_repudiation()) {
        return Err(wrong);
    }
    let purposes = leaf.extension::<ExtendedKeyUsage>().map_err(|_| wrong)?;
    let fits = match (usage, purposes) {
        (Usage::Document, None) => true,
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
        (Usage::Timestamp, None) => false,
    };
    if fits { Ok(()) } else { Err(wrong) }
}
