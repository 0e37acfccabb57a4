//! Certificates, revocation lists and OCSP answers that a CMS carries in its corners.
//!
//! None of them is believed for being there: each is checked before it is used, so what cannot be
//! read is left out.

use cms::signed_data::SignerInfo;
use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Any, Decode, TagNumber, Tagged};
use x509_cert::attr::Attributes;

use super::read::{context_number, elements};
use crate::path::{Certificate, Crl, Material, Ocsp};

/// ISO 32000-2 12.8.3.3.2.
const ADOBE_REVOCATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.8");
/// CAdES long-term attributes (ETSI EN 319 122-2 annex A.1).
const CERTIFICATE_VALUES: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.23");
const REVOCATION_VALUES: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.24");

/// RevocationInfoChoice ::= CHOICE { CertificateList, [1] OtherRevocationInfoFormat }; the other format in
/// use is an OCSP answer (RFC 5940 section 2).
pub(super) fn revocation_choices(items: &[&[u8]], material: &mut Material) {
    for item in items {
        let Ok(choice) = AnyRef::from_der(item) else {
            continue;
        };
        if context_number(choice.tag()) == Some(TagNumber::N1) {
            let parts = elements(choice.value()).unwrap_or_default();
            let answer = parts.get(1).and_then(|der| Ocsp::from_der(der).ok());
            material.ocsps.extend(answer);
        } else {
            material.crls.extend(Crl::from_der(item).ok());
        }
    }
}

/// What signed and unsigned attributes bring.
pub(super) fn of_attributes(signer: &SignerInfo, material: &mut Material) {
    let attributes = signer.signed_attrs.iter().chain(&signer.unsigned_attrs);
    for attribute in attributes.flat_map(Attributes::iter) {
        for value in attribute.values.iter() {
            match attribute.oid {
                // Both ::= SEQUENCE { [0] CRLs, [1] OCSP answers, [2] others }, each EXPLICIT and OPTIONAL.
                ADOBE_REVOCATION | REVOCATION_VALUES => revocation_values(value, material),
                CERTIFICATE_VALUES => {
                    let items = elements(value.value()).unwrap_or_default();
                    let read = items.iter().map(|der| Certificate::from_der(der));
                    material.certificates.extend(read.flatten());
                }
                _ => {}
            }
        }
    }
}

fn revocation_values(value: &Any, material: &mut Material) {
    for part in elements(value.value()).unwrap_or_default() {
        let Ok(part) = AnyRef::from_der(part) else {
            continue;
        };
        let Ok(list) = AnyRef::from_der(part.value()) else {
            continue;
        };
        let items = elements(list.value()).unwrap_or_default();
        match context_number(part.tag()) {
            Some(TagNumber::N0) => {
                let read = items.iter().map(|der| Crl::from_der(der));
                material.crls.extend(read.flatten());
            }
            Some(TagNumber::N1) => {
                let read = items.iter().map(|der| Ocsp::from_der(der));
                material.ocsps.extend(read.flatten());
            }
            _ => {}
        }
    }
}
