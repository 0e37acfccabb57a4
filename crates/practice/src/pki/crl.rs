//! Certificate revocation lists (RFC 5280, 5).

use const_oid::AssociatedOid;
use der::{
    Encode,
    asn1::{BitString, GeneralizedTime, OctetString, Uint, UtcTime},
    pem::{self, LineEnding},
    referenced::OwnedToRef,
};
use rsa::signature::{SignatureEncoding, Signer};
use spki::DynSignatureAlgorithmIdentifier;
use std::{path::Path, time::Duration};
use time::OffsetDateTime;
use x509_cert::{
    Version,
    crl::{CertificateList, RevokedCert, TbsCertList},
    ext::{
        Extension,
        pkix::{AuthorityKeyIdentifier, CrlNumber, CrlReason},
    },
    serial_number::SerialNumber,
    time::Time,
};

use super::{PkiError, authority::Authority, files, making};

/// How long a list holds. A practice office is set up once and used for some weeks.
const VALID_FOR: time::Duration = time::Duration::days(30);

/// One revoked certificate.
pub(super) struct Entry {
    pub serial: SerialNumber,
    pub date: OffsetDateTime,
    pub reason: CrlReason,
}

/// Signs the authority's list and writes it as `<name>.crl` (DER) and `<name>.crl.pem`.
pub(super) fn publish(
    dir: &Path,
    authority: &Authority,
    number: u64,
    revoked: &[Entry],
    now: OffsetDateTime,
) -> Result<(), PkiError> {
    let list = sign(authority, number, revoked, now)?;
    let der = list.to_der().map_err(making("a CRL"))?;
    files::publish(&dir.join(format!("{}.crl", authority.name)), &der)?;
    let pem = pem::encode_string("X509 CRL", LineEnding::LF, &der).map_err(making("a CRL"))?;
    files::publish(
        &dir.join(format!("{}.crl.pem", authority.name)),
        pem.as_bytes(),
    )
}

fn sign(
    authority: &Authority,
    number: u64,
    revoked: &[Entry],
    now: OffsetDateTime,
) -> Result<CertificateList, PkiError> {
    let signature = authority
        .signer
        .signature_algorithm_identifier()
        .map_err(making("a CRL"))?;
    let issuer_key = Authority::public_key(&authority.signer)?;
    let key_id =
        AuthorityKeyIdentifier::try_from(issuer_key.owned_to_ref()).map_err(making("a CRL"))?;
    let number = CrlNumber(Uint::new(&number.to_be_bytes()).map_err(making("a CRL"))?);
    let revoked = revoked.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let tbs_cert_list = TbsCertList {
        version: Version::V2,
        signature: signature.clone(),
        issuer: authority.certificate.tbs_certificate.subject.clone(),
        this_update: to_time(now)?,
        next_update: Some(to_time(now + VALID_FOR)?),
        // An empty list is left out (RFC 5280, 5.1.2.6).
        revoked_certificates: (!revoked.is_empty()).then_some(revoked),
        crl_extensions: Some(vec![extension(&key_id)?, extension(&number)?]),
    };
    let bytes = tbs_cert_list.to_der().map_err(making("a CRL"))?;
    let signed = authority
        .signer
        .try_sign(&bytes)
        .map_err(making("a CRL's signature"))?;
    let bits = BitString::from_bytes(&signed.to_vec()).map_err(making("a CRL"))?;
    Ok(CertificateList {
        tbs_cert_list,
        signature_algorithm: signature,
        signature: bits,
    })
}

fn entry(entry: &Entry) -> Result<RevokedCert, PkiError> {
    // "Unspecified" is said by saying nothing (RFC 5280, 5.3.1).
    let extensions = match entry.reason {
        CrlReason::Unspecified => None,
        reason => Some(vec![extension(&reason)?]),
    };
    Ok(RevokedCert {
        serial_number: entry.serial.clone(),
        revocation_date: to_time(entry.date)?,
        crl_entry_extensions: extensions,
    })
}

/// A non-critical extension; none of a CRL's here is critical.
fn extension<E: AssociatedOid + Encode>(value: &E) -> Result<Extension, PkiError> {
    let der = value.to_der().map_err(making("a CRL extension"))?;
    let extn_value = OctetString::new(der).map_err(making("a CRL extension"))?;
    Ok(Extension {
        extn_id: E::OID,
        critical: false,
        extn_value,
    })
}

/// UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5).
pub(super) fn to_time(instant: OffsetDateTime) -> Result<Time, PkiError> {
    let seconds = u64::try_from(instant.unix_timestamp()).map_err(making("a time"))?;
    let since_1970 = Duration::from_secs(seconds);
    match UtcTime::from_unix_duration(since_1970) {
        Ok(utc) => Ok(Time::UtcTime(utc)),
        Err(_) => GeneralizedTime::from_unix_duration(since_1970)
            .map(Time::GeneralTime)
            .map_err(making("a time")),
    }
}
