//! A PKI with two signers whose keys are files, so that pyHanko can sign with the same ones.

use std::path::{Path, PathBuf};

use der::{DecodePem, Encode, EncodePem, pem::LineEnding};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use time::OffsetDateTime;
use trien_pades::{FieldName, Fill, Mark, SignRequest, ToBeSigned, Trust};
use trien_practice::pki::{Certificate, CertificateOrder, PracticeCa, Subject};

use crate::Result;

/// What the practice office's tokens hold.
const KEY_BITS: usize = 2048;
const DAYS: i64 = 365;

/// The PKI's folder: root, issuer, CRLs, and `leader` and `clerk` with their keys.
pub struct Office {
    folder: PathBuf,
}

/// A signer whose key is at hand.
pub struct Signer {
    certificate: Vec<u8>,
    issuer: Vec<u8>,
    key: RsaPrivateKey,
}

impl Office {
    /// Makes everything anew.
    pub fn create(folder: &Path) -> Result<Self> {
        let now = OffsetDateTime::now_utc();
        let ca = PracticeCa::create(folder, None, now)?;
        let organisation = "UBND xã An Hòa";
        let place = "tỉnh Thực Hành";
        let signers = [
            (
                "leader",
                Subject::person("Nguyễn Văn Bình", "Chủ tịch", organisation, place),
            ),
            ("clerk", Subject::organisation(organisation, place)),
        ];
        for (name, subject) in signers {
            let key = RsaPrivateKey::new(&mut rand::rngs::OsRng, KEY_BITS)?;
            let public = key.to_public_key().to_public_key_der()?;
            let order = CertificateOrder::valid_for(subject, DAYS, now);
            let certificate = ca.certify(&order, public.as_bytes())?;
            std::fs::write(
                folder.join(format!("{name}.pem")),
                certificate.to_pem(LineEnding::LF)?,
            )?;
            key.write_pkcs8_pem_file(folder.join(format!("{name}.key.pem")), LineEnding::LF)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Where everything lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Root and CRLs, as every judge here is given them.
pub fn trust(folder: &Path) -> Result<Trust> {
    let read = |name: &str| std::fs::read(folder.join(name));
    let mut trust = Trust::new(OffsetDateTime::now_utc());
    trust.add_roots(&read("root.cer")?)?;
    trust.add_crls(&read("root.crl")?)?;
    trust.add_crls(&read("issuer.crl")?)?;
    Ok(trust)
}

/// What a certificate's holder signs.
pub fn request(
    certificate: Vec<u8>,
    issuer: Vec<u8>,
    field: FieldName,
    fills: &[(FieldName, &str)],
) -> SignRequest {
    let fill = |(field, text): &(FieldName, &str)| Fill::new(*field, *text);
    SignRequest {
        field,
        new_field: None,
        certify: false,
        certificate,
        chain: vec![issuer],
        prefer_pss: false,
        digest: trien_pades::DigestAlgorithm::Sha256,
        mark: Mark::None,
        claimed_time: OffsetDateTime::now_utc(),
        name: None,
        reason: None,
        location: None,
        fills: fills.iter().map(fill).collect(),
    }
}

impl Signer {
    /// `leader` or `clerk`.
    pub fn load(folder: &Path, name: &str) -> Result<Self> {
        let pem = std::fs::read(folder.join(format!("{name}.pem")))?;
        Ok(Self {
            certificate: Certificate::from_pem(pem)?.to_der()?,
            issuer: std::fs::read(folder.join("issuer.cer"))?,
            key: RsaPrivateKey::read_pkcs8_pem_file(folder.join(format!("{name}.key.pem")))?,
        })
    }

    /// An act without mark; the clerk's fills number and date.
    pub fn request(&self, field: FieldName, fills: &[(FieldName, &str)]) -> SignRequest {
        request(self.certificate.clone(), self.issuer.clone(), field, fills)
    }

    /// What a token would do.
    pub fn sign(&self, act: &ToBeSigned) -> Result<Vec<u8>> {
        Ok(self
            .key
            .sign(Pkcs1v15Sign::new_unprefixed(), &act.digest_info()?)?)
    }
}
