//! For which certificates and reasons a list speaks (RFC 5280 section 6.3.3 (b)).

use der::Decode;
use x509_cert::ext::pkix::crl::dp::{DistributionPoint, IssuingDistributionPoint, ReasonFlags};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{BasicConstraints, CrlDistributionPoints};
use x509_cert::name::{Name, RdnSequence};

use super::{Crl, ISSUING_DISTRIBUTION_POINT};
use crate::path::Certificate;
use crate::path::certificate::NameKey;

/// Reasons for revocation that are covered, one bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reasons(u16);

impl Reasons {
    /// Every reason that lists tell apart: bits 1 to 8 of `ReasonFlags`, bit 0 is unused.
    pub const ALL: Self = Self(0b1_1111_1110);

    fn of(flags: Option<ReasonFlags>) -> Self {
        flags.map_or(Self::ALL, |flags| Self(flags.bits() & Self::ALL.0))
    }

    /// These and those.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// The reasons for which `crl` speaks of `certificate`; `None` when it does not at all.
pub(super) fn covers(crl: &Crl, certificate: &Certificate) -> Option<Reasons> {
    let scope = match crl.value(ISSUING_DISTRIBUTION_POINT) {
        Some(bytes) => Some(IssuingDistributionPoint::from_der(bytes).ok()?),
        None => None,
    };
    if let Some(scope) = &scope
        && is_of_wrong_kind(scope, certificate)
    {
        return None;
    }
    let points = certificate.extension::<CrlDistributionPoints>().ok()?;
    let points = points.map(|points| points.0).unwrap_or_default();
    // Beside the points that the certificate names, its issuer may list it at any place that the
    // issuer's own name describes (the end of section 6.3.3).
    let implied = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![
            GeneralName::DirectoryName(certificate.x509().tbs_certificate.issuer.clone()),
        ])),
        reasons: None,
        crl_issuer: None,
    };
    let mut covered = Reasons::default();
    for point in points.iter().chain([&implied]) {
        if is_from_issuer(crl, scope.as_ref(), point, certificate)
            && is_place(crl, scope.as_ref(), point, certificate)
        {
            let own = Reasons::of(scope.as_ref().and_then(|scope| scope.only_some_reasons));
            covered = covered.with(own.both(Reasons::of(point.reasons)));
        }
    }
    (covered != Reasons::default()).then_some(covered)
}

fn is_of_wrong_kind(scope: &IssuingDistributionPoint, certificate: &Certificate) -> bool {
    let constraints = certificate.extension::<BasicConstraints>();
    let is_ca = matches!(constraints, Ok(Some(constraints)) if constraints.ca);
    (scope.only_contains_user_certs && is_ca)
        || (scope.only_contains_ca_certs && !is_ca)
        || scope.only_contains_attribute_certs
}

/// (b)(1): the list comes from the certificate's issuer, or from the one that the point names.
fn is_from_issuer(
    crl: &Crl,
    scope: Option<&IssuingDistributionPoint>,
    point: &DistributionPoint,
    certificate: &Certificate,
) -> bool {
    match &point.crl_issuer {
        None => crl.issuer == *certificate.issuer(),
        Some(names) => {
            let indirect = scope.is_some_and(|scope| scope.indirect_crl);
            let direct = crl.issuer == *certificate.issuer();
            let named = names.iter().any(|name| is_name(name, &crl.issuer));
            named && (indirect || direct)
        }
    }
}

/// (b)(2)(i): the list's own place is one of the point's.
fn is_place(
    crl: &Crl,
    scope: Option<&IssuingDistributionPoint>,
    point: &DistributionPoint,
    certificate: &Certificate,
) -> bool {
    let Some(place) = scope.and_then(|scope| scope.distribution_point.as_ref()) else {
        return true;
    };
    let crl_issuer = &crl.list.tbs_cert_list.issuer;
    let own = places(place, crl_issuer);
    let wanted = match (&point.distribution_point, &point.crl_issuer) {
        (Some(place), None) => {
            let issuer = &certificate.x509().tbs_certificate.issuer;
            places(place, issuer)
        }
        (Some(place), Some(_)) => places(place, crl_issuer),
        (None, names) => names.clone().unwrap_or_default(),
    };
    wanted
        .iter()
        .any(|name| own.iter().any(|other| same(name, other)))
}

/// The names of a place; one relative to an issuer is a whole name with that issuer's in front.
fn places(place: &DistributionPointName, issuer: &Name) -> Vec<GeneralName> {
    match place {
        DistributionPointName::FullName(names) => names.clone(),
        DistributionPointName::NameRelativeToCRLIssuer(last) => {
            let mut whole: RdnSequence = issuer.clone();
            whole.0.push(last.clone());
            vec![GeneralName::DirectoryName(whole)]
        }
    }
}

fn same(a: &GeneralName, b: &GeneralName) -> bool {
    match a {
        GeneralName::DirectoryName(name) => is_name(b, &NameKey::of(name)),
        _ => a == b,
    }
}

fn is_name(name: &GeneralName, wanted: &NameKey) -> bool {
    matches!(name, GeneralName::DirectoryName(name) if NameKey::of(name) == *wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_reasons_and_the_others_are_all() {
        // BIT STRING of two and of nine bits, as certificates have them.
        let some = ReasonFlags::from_der(&[0x03, 0x02, 0x05, 0x60]).unwrap();
        let rest = ReasonFlags::from_der(&[0x03, 0x03, 0x07, 0x9f, 0x80]).unwrap();
        let (some, rest) = (Reasons::of(Some(some)), Reasons::of(Some(rest)));
        assert_ne!(some, Reasons::ALL);
        assert_eq!(some.with(rest), Reasons::ALL);
        assert_eq!(Reasons::of(None), Reasons::ALL);
    }
}
