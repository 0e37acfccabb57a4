//! The extensions that the certificates carry beside the builder's own.

use const_oid::{AssociatedOid, ObjectIdentifier, db::rfc5280};
use der::{
    Encode,
    asn1::{Ia5String, Null},
};
use rsa::pkcs1v15::SigningKey;
use sha2::Sha256;
use x509_cert::{
    builder::CertificateBuilder,
    ext::{
        AsExtension, Extension,
        pkix::{
            AccessDescription, AuthorityInfoAccessSyntax, CrlDistributionPoints, ExtendedKeyUsage,
            crl::dp::DistributionPoint,
            name::{DistributionPointName, GeneralName},
        },
    },
    name::Name,
};

use super::{Holder, PkiError, making};

/// smartcardLogon, which the certificates of Ban Cơ yếu Chính phủ carry beside the usual two.
const ID_KP_SMARTCARD_LOGON: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.2");

/// What the certificates of Ban Cơ yếu Chính phủ allow; nobody logs on with a seal.
pub(super) fn key_purposes(holder: Holder) -> Purposes {
    let mut purposes = vec![rfc5280::ID_KP_CLIENT_AUTH, rfc5280::ID_KP_EMAIL_PROTECTION];
    if holder == Holder::Person {
        purposes.push(ID_KP_SMARTCARD_LOGON);
    }
    Purposes(ExtendedKeyUsage(purposes))
}

/// Extended key usage that is not critical, as in the real certificates; the builder's own is.
pub(super) struct Purposes(pub(super) ExtendedKeyUsage);

impl AssociatedOid for Purposes {
    const OID: ObjectIdentifier = ExtendedKeyUsage::OID;
}

impl Encode for Purposes {
    fn encoded_len(&self) -> der::Result<der::Length> {
        self.0.encoded_len()
    }

    fn encode(&self, writer: &mut impl der::Writer) -> der::Result<()> {
        self.0.encode(writer)
    }
}

impl AsExtension for Purposes {
    fn critical(&self, _subject: &Name, _extensions: &[Extension]) -> bool {
        false
    }
}

/// Where the signing authority's CRL and certificate can be fetched.
pub(super) fn add_addresses(
    builder: &mut CertificateBuilder<'_, SigningKey<Sha256>>,
    address: Option<&str>,
    authority: &str,
) -> Result<(), PkiError> {
    let Some(address) = address else {
        return Ok(());
    };
    let uri = |file: &str| {
        Ia5String::new(&format!(
            "{}/{authority}.{file}",
            address.trim_end_matches('/')
        ))
        .map(GeneralName::UniformResourceIdentifier)
        .map_err(making("an address"))
    };
    let crl = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![uri("crl")?])),
        reasons: None,
        crl_issuer: None,
    };
    let mut access = vec![AccessDescription {
        access_method: rfc5280::ID_AD_CA_ISSUERS,
        access_location: uri("cer")?,
    }];
    // The root's answers are its lists alone: it is not on line.
    if authority == "issuer" {
        access.push(AccessDescription {
            access_method: rfc5280::ID_AD_OCSP,
            access_location: ocsp_address(address)?,
        });
    }
    builder
        .add_extension(&CrlDistributionPoints(vec![crl]))
        .map_err(making("an address"))?;
    builder
        .add_extension(&AuthorityInfoAccessSyntax(access))
        .map_err(making("an address"))
}

fn ocsp_address(address: &str) -> Result<GeneralName, PkiError> {
    Ia5String::new(&format!("{}/ocsp", address.trim_end_matches('/')))
        .map(GeneralName::UniformResourceIdentifier)
        .map_err(making("an address"))
}

/// id-pkix-ocsp-nocheck: nobody need ask whether this responder was revoked (RFC 6960, 4.2.2.2.1).
pub(super) struct NoCheck;

impl AssociatedOid for NoCheck {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");
}

impl Encode for NoCheck {
    fn encoded_len(&self) -> der::Result<der::Length> {
        Null.encoded_len()
    }

    fn encode(&self, writer: &mut impl der::Writer) -> der::Result<()> {
        Null.encode(writer)
    }
}

impl AsExtension for NoCheck {
    fn critical(&self, _subject: &Name, _extensions: &[Extension]) -> bool {
        false
    }
}
