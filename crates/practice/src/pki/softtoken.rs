//! Soft tokens: SoftHSM2 in a folder of its own, with keys that the practice CA certified.
//!
//! SoftHSM reads `SOFTHSM2_CONF` from the environment when it is initialised, so a process sees one
//! token folder. Setting up is therefore two steps: [`TokenFolder::prepare`] writes the folder, and a
//! process started with [`TokenFolder::environment`] opens it with [`SoftHsm::open`].

use std::{
    fs,
    path::{Path, PathBuf},
};

use const_oid::db::rfc5912;
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error as CkError, RvError},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, CertificateType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};
use der::{
    Any, Decode, Encode,
    asn1::{BitString, ObjectIdentifier, OctetString},
};
use rsa::{BigUint, RsaPublicKey, pkcs8::EncodePublicKey};
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Certificate;

use super::{CertificateOrder, PkiError, PracticeCa, files, making};

/// The variable by which SoftHSM finds its configuration.
pub const CONF_VARIABLE: &str = "SOFTHSM2_CONF";

/// Where Debian, Fedora, Arch, a build from source and Homebrew put SoftHSM2.
const MODULES: [&str; 6] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

/// Length of the `CKA_ID` that ties a key to its certificate.
const ID_LENGTH: usize = 20;

/// SoftHSM2's module on this machine, if it is installed.
#[must_use]
pub fn installed_module() -> Option<PathBuf> {
    MODULES
        .iter()
        .map(PathBuf::from)
        .find(|path| path.is_file())
}

/// A folder with a SoftHSM configuration and its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFolder {
    dir: PathBuf,
}

impl TokenFolder {
    /// Makes the folder, or finds it made, and writes its configuration.
    ///
    /// # Errors
    /// [`PkiError::File`].
    pub fn prepare(dir: &Path) -> Result<Self, PkiError> {
        files::private_folder(&dir.join("tokens"))?;
        let dir = fs::canonicalize(dir).map_err(files::file_error(dir))?;
        let folder = Self { dir };
        // Removable slots: a USB token can be pulled, and so can this one, by moving its directory.
        let conf = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = true\n",
            folder.dir.join("tokens").display()
        );
        files::publish(&folder.conf(), conf.as_bytes())?;
        Ok(folder)
    }

    /// The configuration file.
    #[must_use]
    pub fn conf(&self) -> PathBuf {
        self.dir.join("softhsm2.conf")
    }

    /// Where SoftHSM keeps one directory for each token.
    #[must_use]
    pub fn tokens(&self) -> PathBuf {
        self.dir.join("tokens")
    }

    /// The variable and value that a process needs to see these tokens.
    #[must_use]
    pub fn environment(&self) -> (&'static str, PathBuf) {
        (CONF_VARIABLE, self.conf())
    }
}

/// The kinds of key that a practice token gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with 2048 bits, as on today's công vụ tokens.
    Rsa2048,
    /// ECDSA on P-256.
    P256,
}

/// An initialised token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoftToken {
    /// Its serial number, given by SoftHSM.
    pub serial: String,
    /// Its label.
    pub label: String,
}

/// SoftHSM, initialised in this process for one folder.
pub struct SoftHsm {
    pkcs11: Pkcs11,
    /// We initialised it, so we finalise it; another user of the library in this process stays in.
    ours: bool,
}

impl SoftHsm {
    /// Loads SoftHSM for the folder.
    ///
    /// # Errors
    /// [`PkiError::SoftHsmElsewhere`] where this process was started without the folder's environment,
    /// [`PkiError::Token`].
    pub fn open(module: &Path, folder: &TokenFolder) -> Result<Self, PkiError> {
        let wanted = folder.conf();
        if std::env::var_os(CONF_VARIABLE).is_none_or(|set| Path::new(&set) != wanted) {
            return Err(PkiError::SoftHsmElsewhere { wanted });
        }
        let pkcs11 = Pkcs11::new(module)?;
        let ours = match pkcs11.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) => true,
            Err(CkError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => false,
            Err(e) => return Err(e.into()),
        };
        Ok(Self { pkcs11, ours })
    }

    /// Initialises a new token.
    ///
    /// # Errors
    /// [`PkiError::Make`] where the label is taken, [`PkiError::Token`].
    pub fn new_token(
        &self,
        label: &str,
        so_pin: &str,
        user_pin: &str,
    ) -> Result<SoftToken, PkiError> {
        let taken = || PkiError::Make {
            what: "a token",
            reason: format!("{label} exists"),
        };
        let mut empty = None;
        for slot in self.pkcs11.get_all_slots()? {
            let info = self.pkcs11.get_token_info(slot)?;
            if !info.token_initialized() {
                empty = Some(slot);
            } else if info.label() == label {
                return Err(taken());
            }
        }
        let slot = empty.ok_or_else(|| PkiError::Make {
            what: "a token",
            reason: "no empty slot".into(),
        })?;
        self.pkcs11
            .init_token(slot, &AuthPin::new(so_pin.into()), label)?;

        // SoftHSM moves a token to a slot numbered after its serial once the slots are listed again.
        let (slot, token) = self.find(label)?;
        let session = self.pkcs11.open_rw_session(slot)?;
        session.login(UserType::So, Some(&AuthPin::new(so_pin.into())))?;
        session.init_pin(&AuthPin::new(user_pin.into()))?;
        session.logout()?;
        Ok(token)
    }

    /// Makes a key in the token, has the CA certify it, and stores the certificate beside the key, with
    /// the same `CKA_ID`, and the authorities' certificates.
    ///
    /// # Errors
    /// [`PkiError::Token`], such as a wrong PIN; and as [`PracticeCa::certify`].
    pub fn issue(
        &self,
        token: &SoftToken,
        user_pin: &str,
        kind: KeyKind,
        ca: &PracticeCa,
        order: &CertificateOrder,
    ) -> Result<Certificate, PkiError> {
        let (slot, _) = self.find(&token.label)?;
        let session = self.pkcs11.open_rw_session(slot)?;
        session.login(UserType::User, Some(&AuthPin::new(user_pin.into())))?;

        let (public, private) = generate(&session, kind, &order.subject.common_name)?;
        let spki = match kind {
            KeyKind::Rsa2048 => rsa_public_key(&session, public)?,
            KeyKind::P256 => ec_public_key(&session, public)?,
        };
        let id = key_id(&spki);
        session.update_attributes(public, &[Attribute::Id(id.clone())])?;
        session.update_attributes(private, &[Attribute::Id(id.clone())])?;

        let certificate = ca.certify(order, &spki)?;
        store_certificate(&session, &certificate, id, &order.subject.common_name)?;
        self.store_chain(&session, ca)?;
        session.logout()?;
        Ok(certificate)
    }

    /// Root and issuer, once for each token; their IDs are those of their own keys, which are not here.
    fn store_chain(&self, session: &Session, ca: &PracticeCa) -> Result<(), PkiError> {
        for (authority, label) in [(ca.issuer(), "issuer"), (ca.root(), "root")] {
            let der = authority.to_der().map_err(making("a certificate"))?;
            let same = [
                Attribute::Class(ObjectClass::CERTIFICATE),
                Attribute::Value(der),
            ];
            if session.find_objects(&same)?.is_empty() {
                let key = &authority.tbs_certificate.subject_public_key_info;
                let id = key_id(&key.to_der().map_err(making("a certificate"))?);
                store_certificate(session, authority, id, label)?;
            }
        }
        Ok(())
    }

    fn find(&self, label: &str) -> Result<(Slot, SoftToken), PkiError> {
        for slot in self.pkcs11.get_all_slots()? {
            let info = self.pkcs11.get_token_info(slot)?;
            if info.token_initialized() && info.label() == label {
                let serial = info.serial_number().to_owned();
                return Ok((
                    slot,
                    SoftToken {
                        serial,
                        label: label.to_owned(),
                    },
                ));
            }
        }
        Err(PkiError::Make {
            what: "a token",
            reason: format!("{label} is not there"),
        })
    }
}

impl Drop for SoftHsm {
    fn drop(&mut self) {
        if self.ours {
            // Nothing is lost when it refuses: the tokens are files.
            let _ = self.pkcs11.clone().finalize();
        }
    }
}

fn generate(
    session: &Session,
    kind: KeyKind,
    label: &str,
) -> Result<(ObjectHandle, ObjectHandle), PkiError> {
    let mut public = vec![
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Verify(true),
        Attribute::Label(label.as_bytes().to_vec()),
    ];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::Label(label.as_bytes().to_vec()),
    ];
    let mechanism = match kind {
        KeyKind::Rsa2048 => {
            public.push(Attribute::ModulusBits(2048.into()));
            public.push(Attribute::PublicExponent(vec![1, 0, 1]));
            Mechanism::RsaPkcsKeyPairGen
        }
        KeyKind::P256 => {
            let curve = rfc5912::SECP_256_R_1.to_der().map_err(making("a key"))?;
            public.push(Attribute::EcParams(curve));
            Mechanism::EccKeyPairGen
        }
    };
    Ok(session.generate_key_pair(&mechanism, &public, &private)?)
}

fn rsa_public_key(session: &Session, key: ObjectHandle) -> Result<Vec<u8>, PkiError> {
    let (mut modulus, mut exponent) = (Vec::new(), Vec::new());
    for attribute in session.get_attributes(
        key,
        &[AttributeType::Modulus, AttributeType::PublicExponent],
    )? {
        match attribute {
            Attribute::Modulus(value) => modulus = value,
            Attribute::PublicExponent(value) => exponent = value,
            _ => {}
        }
    }
    let key = RsaPublicKey::new(
        BigUint::from_bytes_be(&modulus),
        BigUint::from_bytes_be(&exponent),
    )
    .map_err(making("a public key"))?;
    Ok(key
        .to_public_key_der()
        .map_err(making("a public key"))?
        .into_vec())
}

fn ec_public_key(session: &Session, key: ObjectHandle) -> Result<Vec<u8>, PkiError> {
    let mut point = Vec::new();
    for attribute in session.get_attributes(key, &[AttributeType::EcPoint])? {
        if let Attribute::EcPoint(value) = attribute {
            point = value;
        }
    }
    let point = OctetString::from_der(&point).map_err(making("a public key"))?;
    SubjectPublicKeyInfoOwned {
        algorithm: AlgorithmIdentifierOwned {
            oid: rfc5912::ID_EC_PUBLIC_KEY,
            parameters: Some(Any::from(&rfc5912::SECP_256_R_1 as &ObjectIdentifier)),
        },
        subject_public_key: BitString::from_bytes(point.as_bytes())
            .map_err(making("a public key"))?,
    }
    .to_der()
    .map_err(making("a public key"))
}

fn store_certificate(
    session: &Session,
    certificate: &Certificate,
    id: Vec<u8>,
    label: &str,
) -> Result<(), PkiError> {
    let der = |part: der::Result<Vec<u8>>| part.map_err(making("a certificate"));
    let tbs = &certificate.tbs_certificate;
    session.create_object(&[
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::CertificateType(CertificateType::X_509),
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Id(id),
        Attribute::Label(label.as_bytes().to_vec()),
        Attribute::Subject(der(tbs.subject.to_der())?),
        Attribute::Issuer(der(tbs.issuer.to_der())?),
        Attribute::SerialNumber(der(tbs.serial_number.to_der())?),
        Attribute::Value(der(certificate.to_der())?),
    ])?;
    Ok(())
}

/// The beginning of the SHA-256 of the public key: the same for a key wherever it is looked at.
fn key_id(spki: &[u8]) -> Vec<u8> {
    Sha256::digest(spki)
        .iter()
        .copied()
        .take(ID_LENGTH)
        .collect()
}
