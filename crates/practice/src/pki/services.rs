//! Timestamp authorities and OCSP responders: good ones, and one for each way of being wrong.

use std::path::Path;

use rsa::pkcs1v15::Signature;
use time::{Duration, OffsetDateTime};
use x509_cert::{
    builder::{Builder, CertificateBuilder, Profile},
    ext::pkix::{CrlReason, ExtendedKeyUsage},
    name::Name,
};

use const_oid::{ObjectIdentifier, db::rfc5280};

use super::{
    PkiError, PracticeCa, Revocation,
    authority::Authority,
    ca::{authority_name, serial, validity},
    extensions::{NoCheck, Purposes, add_addresses},
    files, making,
    state::State,
};

/// A service, by the last part of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `tsa`: a timestamp authority.
    Timestamp,
    /// `tsa-wrong-usage`: certified for e-mail.
    TimestampWrongUsage,
    /// `tsa-expired`: its certificate ended a month ago.
    TimestampExpired,
    /// `tsa-revoked`: its key was stolen an hour before it was made.
    TimestampRevoked,
    /// `tsa-rogue`: certified by somebody who took the issuer's name.
    TimestampRogue,
    /// `ocsp`: a responder that the issuer delegates to.
    Ocsp,
    /// `ocsp-wrong-usage`: certified for e-mail.
    OcspWrongUsage,
    /// `ocsp-rogue`: certified by somebody who took the issuer's name.
    OcspRogue,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 8] = [
        Self::Timestamp,
        Self::TimestampWrongUsage,
        Self::TimestampExpired,
        Self::TimestampRevoked,
        Self::TimestampRogue,
        Self::Ocsp,
        Self::OcspWrongUsage,
        Self::OcspRogue,
    ];

    /// The last part of its address, and the stem of its files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Timestamp => "tsa",
            Self::TimestampWrongUsage => "tsa-wrong-usage",
            Self::TimestampExpired => "tsa-expired",
            Self::TimestampRevoked => "tsa-revoked",
            Self::TimestampRogue => "tsa-rogue",
            Self::Ocsp => "ocsp",
            Self::OcspWrongUsage => "ocsp-wrong-usage",
            Self::OcspRogue => "ocsp-rogue",
        }
    }

    fn common_name(self) -> &'static str {
        match self {
            Self::Ocsp | Self::OcspWrongUsage | Self::OcspRogue => "OCSP TẬP HUẤN Triện",
            _ => "TSA TẬP HUẤN Triện",
        }
    }

    fn is_rogue(self) -> bool {
        matches!(self, Self::TimestampRogue | Self::OcspRogue)
    }

    pub(super) fn is_responder(self) -> bool {
        matches!(self, Self::Ocsp | Self::OcspWrongUsage | Self::OcspRogue)
    }

    /// The only purpose that its certificate names.
    fn purpose(self) -> ObjectIdentifier {
        match self {
            Self::TimestampWrongUsage | Self::OcspWrongUsage => rfc5280::ID_KP_EMAIL_PROTECTION,
            Self::Ocsp | Self::OcspRogue => rfc5280::ID_KP_OCSP_SIGNING,
            _ => rfc5280::ID_KP_TIME_STAMPING,
        }
    }
}

impl PracticeCa {
    /// The key and certificate of a service; made when it is first asked for.
    pub(super) fn service(
        &self,
        service: Service,
        now: OffsetDateTime,
    ) -> Result<Authority, PkiError> {
        let folder = self.dir.join("services");
        files::folder(&folder)?;
        files::private_folder(&folder.join("private"))?;
        if folder.join(format!("{}.pem", service.name())).exists() {
            return Authority::load(&folder, service.name());
        }
        let made = self.make_service(service, &folder, now)?;
        if service == Service::TimestampRevoked {
            let revocation = Revocation {
                serial: made.certificate.tbs_certificate.serial_number.clone(),
                date: now - Duration::hours(1),
                reason: CrlReason::KeyCompromise,
            };
            self.revoke(&revocation, now)?;
        }
        Ok(made)
    }

    fn make_service(
        &self,
        service: Service,
        folder: &Path,
        now: OffsetDateTime,
    ) -> Result<Authority, PkiError> {
        let what = "a service's certificate";
        let own_key = Authority::new_key()?;
        let public = Authority::public_key(&own_key)?;
        let stranger = Authority::new_key()?;
        let signer = if service.is_rogue() {
            &stranger
        } else {
            &self.issuer.signer
        };
        let profile = Profile::Leaf {
            issuer: self.issuer.certificate.tbs_certificate.subject.clone(),
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        let name: Name = authority_name(service.common_name())?;
        let ends = match service {
            Service::TimestampExpired => now - Duration::days(30),
            _ => now + Duration::days(365 * 5),
        };
        let period = validity(ends - Duration::days(365 * 6), ends)?;
        let mut builder = CertificateBuilder::new(profile, serial()?, period, name, public, signer)
            .map_err(making(what))?;
        let purpose = ExtendedKeyUsage(vec![service.purpose()]);
        if service.is_responder() {
            builder
                .add_extension(&Purposes(purpose))
                .and_then(|()| builder.add_extension(&NoCheck))
                .map_err(making(what))?;
        } else {
            // Critical, as RFC 3161, 2.3 demands; the library makes it so.
            builder.add_extension(&purpose).map_err(making(what))?;
            let address = State::load(&self.dir)?.address;
            add_addresses(&mut builder, address.as_deref(), "issuer")?;
        }
        let certificate = builder.build::<Signature>().map_err(making(what))?;
        let made = Authority {
            name: service.name(),
            signer: own_key,
            certificate,
        };
        if !service.is_rogue() {
            self.keep_issued(&made.certificate)?;
        }
        made.save(folder)?;
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    use x509_cert::Certificate;

    const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

    #[test]
    fn a_service_is_made_once_and_names_one_purpose() {
        let dir = tempfile::tempdir().unwrap();
        let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
        let made = ca.service(Service::Timestamp, NOW).unwrap().certificate;
        let again = ca.service(Service::Timestamp, NOW).unwrap().certificate;
        assert_eq!(made, again);
        let purposes = |certificate: &Certificate| {
            let found = certificate.tbs_certificate.get::<ExtendedKeyUsage>();
            let (critical, purposes) = found.unwrap().unwrap();
            (critical, purposes.0)
        };
        assert_eq!(purposes(&made), (true, vec![rfc5280::ID_KP_TIME_STAMPING]));
        let responder = ca.service(Service::Ocsp, NOW).unwrap().certificate;
        assert_eq!(
            purposes(&responder),
            (false, vec![rfc5280::ID_KP_OCSP_SIGNING])
        );
    }

    #[test]
    fn a_stolen_authority_is_on_the_list_of_its_issuer() {
        let dir = tempfile::tempdir().unwrap();
        let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
        let stolen = ca.service(Service::TimestampRevoked, NOW).unwrap();
        let serial = &stolen.certificate.tbs_certificate.serial_number;
        let entries = State::load(dir.path())
            .unwrap()
            .entries(dir.path())
            .unwrap();
        assert!(entries.iter().any(|entry| entry.serial == *serial));
    }
}
