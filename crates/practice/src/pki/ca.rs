//! The practice CA: root and issuer in one folder.

use std::path::{Path, PathBuf};

use der::{DecodePem, EncodePem, pem::LineEnding};
use rand::RngCore;
use rsa::pkcs1v15::Signature;
use spki::SubjectPublicKeyInfoOwned;
use time::{Duration, OffsetDateTime};
use x509_cert::{
    Certificate,
    builder::{Builder, CertificateBuilder, Profile},
    ext::pkix::CrlReason,
    name::Name,
    serial_number::SerialNumber,
    time::Validity,
};

use super::{
    PkiError, Subject,
    authority::Authority,
    crl,
    extensions::{add_addresses, key_purposes},
    files, making,
    state::State,
};

/// Long enough that no training course meets its end.
pub(super) const AUTHORITY_YEARS: i64 = 20;

const OPERATOR: &str = "Cơ quan chứng thực TẬP HUẤN (không có giá trị pháp lý)";

/// What a certificate is to say.
#[derive(Clone, Debug)]
pub struct CertificateOrder {
    /// Whose it is.
    pub subject: Subject,
    /// First moment of validity.
    pub not_before: OffsetDateTime,
    /// Last moment of validity.
    pub not_after: OffsetDateTime,
}

impl CertificateOrder {
    /// Valid from a day before `now` (clocks differ) for the given number of days.
    #[must_use]
    pub fn valid_for(subject: Subject, days: i64, now: OffsetDateTime) -> Self {
        let not_before = now - Duration::days(1);
        Self {
            subject,
            not_before,
            not_after: now + Duration::days(days),
        }
    }

    /// Expired a month before `now`, after a year of validity.
    #[must_use]
    pub fn expired(subject: Subject, now: OffsetDateTime) -> Self {
        let not_after = now - Duration::days(30);
        Self {
            subject,
            not_before: not_after - Duration::days(365),
            not_after,
        }
    }
}

/// An entry for the CRL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The certificate's serial number.
    pub serial: SerialNumber,
    /// Since when it is not to be trusted.
    pub date: OffsetDateTime,
    /// Why.
    pub reason: CrlReason,
}

/// A practice CA in its folder.
pub struct PracticeCa {
    pub(super) dir: PathBuf,
    root: Authority,
    pub(super) issuer: Authority,
}

impl PracticeCa {
    /// Makes root and issuer and publishes their certificates and empty CRLs.
    ///
    /// `address` is where the folder will be served, such as `http://127.0.0.1:8420/pki`; certificates
    /// then name `<address>/issuer.crl`, `<address>/issuer.cer` and `<address>/ocsp`, otherwise they name no address.
    ///
    /// # Errors
    /// [`PkiError::Exists`] where the folder holds a CA, [`PkiError::File`], [`PkiError::Make`].
    pub fn create(
        dir: &Path,
        address: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<Self, PkiError> {
        if State::path(dir).exists() {
            return Err(PkiError::Exists {
                path: dir.to_owned(),
            });
        }
        files::folder(&dir.join("issued"))?;
        files::private_folder(&dir.join("private"))?;

        let validity = validity(
            now - Duration::days(1),
            now + Duration::days(365 * AUTHORITY_YEARS),
        )?;
        let root_name = authority_name("CA gốc TẬP HUẤN Triện")?;
        let root = make_authority("root", &root_name, None, validity, address)?;
        let issuer_name = authority_name("CA cấp phát TẬP HUẤN Triện")?;
        let issuer = make_authority("issuer", &issuer_name, Some(&root), validity, address)?;
        root.save(dir)?;
        issuer.save(dir)?;

        let ca = Self {
            dir: dir.to_owned(),
            root,
            issuer,
        };
        ca.publish(State::new(address), now)?;
        Ok(ca)
    }

    /// Opens the CA of a folder.
    ///
    /// # Errors
    /// [`PkiError::File`], [`PkiError::Damaged`].
    pub fn open(dir: &Path) -> Result<Self, PkiError> {
        Ok(Self {
            dir: dir.to_owned(),
            root: Authority::load(dir, "root")?,
            issuer: Authority::load(dir, "issuer")?,
        })
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The root's certificate: the trust anchor of a practice profile.
    #[must_use]
    pub fn root(&self) -> &Certificate {
        &self.root.certificate
    }

    /// The certificate that stands between the root and everybody.
    #[must_use]
    pub fn issuer(&self) -> &Certificate {
        &self.issuer.certificate
    }

    /// Certifies a public key (DER of its SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// [`PkiError::Make`] where the key can't be read, [`PkiError::File`].
    pub fn certify(
        &self,
        order: &CertificateOrder,
        public_key: &[u8],
    ) -> Result<Certificate, PkiError> {
        let key =
            SubjectPublicKeyInfoOwned::try_from(public_key).map_err(making("a certificate"))?;
        let profile = Profile::Leaf {
            issuer: self.issuer.certificate.tbs_certificate.subject.clone(),
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        let name = order.subject.to_name()?;
        let validity = validity(order.not_before, order.not_after)?;
        let mut builder =
            CertificateBuilder::new(profile, serial()?, validity, name, key, &self.issuer.signer)
                .map_err(making("a certificate"))?;
        builder
            .add_extension(&key_purposes(order.subject.holder))
            .map_err(making("a certificate"))?;
        add_addresses(
            &mut builder,
            State::load(&self.dir)?.address.as_deref(),
            "issuer",
        )?;
        let certificate = builder
            .build::<Signature>()
            .map_err(making("a certificate"))?;

        self.keep_issued(&certificate)?;
        Ok(certificate)
    }

    /// Writes down that a certificate was issued here: only such a one can be revoked.
    pub(super) fn keep_issued(&self, certificate: &Certificate) -> Result<(), PkiError> {
        let pem = certificate
            .to_pem(LineEnding::LF)
            .map_err(making("a certificate"))?;
        let path = self.issued(&certificate.tbs_certificate.serial_number);
        files::publish(&path, pem.as_bytes())
    }

    /// From now on certificates name `address` as the place of lists, issuers and OCSP.
    ///
    /// # Errors
    /// [`PkiError::File`], [`PkiError::Damaged`].
    pub fn move_to(&self, address: &str) -> Result<(), PkiError> {
        let mut state = State::load(&self.dir)?;
        state.address = Some(address.to_owned());
        state.save(&self.dir)
    }

    /// Revokes a certificate that was issued here, or the issuer itself, and publishes the CRLs anew.
    ///
    /// # Errors
    /// [`PkiError::UnknownSerial`], [`PkiError::File`], [`PkiError::Damaged`].
    pub fn revoke(&self, revocation: &Revocation, now: OffsetDateTime) -> Result<(), PkiError> {
        let serial = hex::encode(revocation.serial.as_bytes());
        if !self.is_issuer(&revocation.serial) && !self.issued(&revocation.serial).exists() {
            return Err(PkiError::UnknownSerial { serial });
        }
        let mut state = State::load(&self.dir)?;
        state.revoke(revocation);
        self.publish(state, now)
    }

    /// Publishes both CRLs with a new number and `now` as their date.
    ///
    /// # Errors
    /// [`PkiError::File`], [`PkiError::Damaged`].
    pub fn publish_crls(&self, now: OffsetDateTime) -> Result<(), PkiError> {
        self.publish(State::load(&self.dir)?, now)
    }

    /// A certificate that was issued here.
    ///
    /// # Errors
    /// [`PkiError::UnknownSerial`], [`PkiError::Damaged`].
    pub fn find_issued(&self, serial: &SerialNumber) -> Result<Certificate, PkiError> {
        let path = self.issued(serial);
        if !path.exists() {
            return Err(PkiError::UnknownSerial {
                serial: hex::encode(serial.as_bytes()),
            });
        }
        Certificate::from_pem(files::read(&path)?).map_err(|e| PkiError::Damaged {
            path,
            reason: e.to_string(),
        })
    }

    fn publish(&self, mut state: State, now: OffsetDateTime) -> Result<(), PkiError> {
        state.crl_number += 1;
        let entries = state.entries(&self.dir)?;
        let (by_root, by_issuer): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| self.is_issuer(&entry.serial));
        // The state first: a CRL without its entry in the state would be forgotten by the next one.
        state.save(&self.dir)?;
        crl::publish(&self.dir, &self.root, state.crl_number, &by_root, now)?;
        crl::publish(&self.dir, &self.issuer, state.crl_number, &by_issuer, now)
    }

    fn is_issuer(&self, serial: &SerialNumber) -> bool {
        self.issuer.certificate.tbs_certificate.serial_number == *serial
    }

    pub(super) fn issued(&self, serial: &SerialNumber) -> PathBuf {
        self.dir
            .join("issued")
            .join(format!("{}.pem", hex::encode(serial.as_bytes())))
    }
}

fn make_authority(
    file_stem: &'static str,
    name: &Name,
    signed_by: Option<&Authority>,
    validity: Validity,
    address: Option<&str>,
) -> Result<Authority, PkiError> {
    let own_key = Authority::new_key()?;
    let public = Authority::public_key(&own_key)?;
    let (profile, signer) = match signed_by {
        None => (Profile::Root, &own_key),
        Some(root) => {
            let issuer = root.certificate.tbs_certificate.subject.clone();
            (
                Profile::SubCA {
                    issuer,
                    path_len_constraint: Some(0),
                },
                &root.signer,
            )
        }
    };
    let mut builder =
        CertificateBuilder::new(profile, serial()?, validity, name.clone(), public, signer)
            .map_err(making("an authority's certificate"))?;
    if let Some(root) = signed_by {
        add_addresses(&mut builder, address, root.name)?;
    }
    let certificate = builder
        .build::<Signature>()
        .map_err(making("an authority's certificate"))?;
    Ok(Authority {
        name: file_stem,
        signer: own_key,
        certificate,
    })
}

/// The names of the authorities; that they are for training stands where every viewer shows it.
pub(super) fn authority_name(common_name: &str) -> Result<Name, PkiError> {
    let mut subject = Subject::organisation(common_name, "Hà Nội");
    OPERATOR.clone_into(&mut subject.organisation);
    subject.to_name()
}

pub(super) fn validity(
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
) -> Result<Validity, PkiError> {
    Ok(Validity {
        not_before: crl::to_time(not_before)?,
        not_after: crl::to_time(not_after)?,
    })
}

/// 126 random bits, positive and never zero (RFC 5280, 4.1.2.2).
pub(super) fn serial() -> Result<SerialNumber, PkiError> {
    let mut bytes = [0; 16];
    rand::thread_rng().fill_bytes(&mut bytes);
    bytes[0] = bytes[0] & 0x7F | 0x40;
    SerialNumber::new(&bytes).map_err(making("a serial number"))
}
