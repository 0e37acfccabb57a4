//! The token at this desk: the profile's certificate, its state, and one PIN for one act.

use std::path::PathBuf;

use time::OffsetDateTime;
use trien_domain::calendar::{signing_time, vietnam_day};
use trien_pades::path::Certificate;
use trien_pades::{DigestAlgorithm, SignatureAlgorithm, ToBeSigned};
use trien_token::{
    Digest, KeySelector, LoggedIn, Mechanism, Module, PinEntry, PinState, SignOrder, TokenInfo,
};

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Host;
use crate::profile::{RsaDigest, RsaProfile, TokenProfile};
use crate::view::{PinRequest, PinView, Text, TokenView};

/// The profile's certificate on a token that is plugged in.
pub(crate) struct DeskToken {
    module: Module,
    info: TokenInfo,
    pub(crate) certificate: Certificate,
    rsa: RsaProfile,
}

impl App {
    /// Finds the token with the profile's certificate.
    ///
    /// # Errors
    /// `TokenModuleMissing`, `TokenModuleBroken`, `TokenAbsent`.
    pub(crate) fn desk_token(&self) -> Result<DeskToken> {
        let absent = |why: &str| AppError::new(ErrorCode::TokenAbsent, why);
        let wanted = self
            .profile
            .token
            .as_ref()
            .ok_or_else(|| absent("no token is set up for this profile"))?;
        find(wanted)
    }

    /// The token chip.
    pub fn token(&self) -> TokenView {
        let empty = TokenView {
            present: false,
            holder: String::new(),
            organization: String::new(),
            not_after: None,
            days_left: None,
            pin: PinView::Ok,
            problem: None,
        };
        match self.desk_token() {
            Ok(token) => {
                let (_, not_after) = token.certificate.validity();
                let days = (vietnam_day(not_after) - vietnam_day(self.now())).whole_days();
                TokenView {
                    present: true,
                    holder: token.certificate.common_name().unwrap_or_default(),
                    organization: token.certificate.organization().unwrap_or_default(),
                    not_after: Some(signing_time(not_after)),
                    days_left: i32::try_from(days).ok(),
                    pin: token.pin_view(),
                    problem: None,
                }
            }
            Err(error) => TokenView {
                problem: Some(error.code.title()),
                ..empty
            },
        }
    }

    /// Asks for the PIN once and logs in once. Everything that can be known before is checked first:
    /// a PIN is asked only for a signature that can be made.
    ///
    /// # Errors
    /// `CertificateExpired`, `CertificateUnsuitable`, `PinLocked`, `PinMustChange`, `Cancelled`, `PinIncorrect`.
    pub(crate) fn log_in(
        &self,
        token: &DeskToken,
        act: Text,
        documents: Vec<String>,
    ) -> Result<LoggedIn> {
        self.close_wire(&token.info.id);
        token.log_in(self.host.as_ref(), act, documents)
    }
}

/// The token with a profile's certificate.
///
/// # Errors
/// `TokenModuleMissing`, `TokenModuleBroken`, `TokenAbsent`.
pub(crate) fn find(wanted: &TokenProfile) -> Result<DeskToken> {
    let module = Module::open(&wanted.module)?;
    for info in module.snapshot()?.tokens {
        if wanted
            .serial
            .as_ref()
            .is_some_and(|serial| *serial != info.id.0)
        {
            continue;
        }
        for stored in module.certificates(&info.id)? {
            let Ok(certificate) = Certificate::from_der(&stored.der) else {
                continue;
            };
            if certificate.sha256() == wanted.certificate_sha256 {
                return Ok(DeskToken {
                    module,
                    info,
                    certificate,
                    rsa: wanted.rsa,
                });
            }
        }
    }
    Err(AppError::new(
        ErrorCode::TokenAbsent,
        format!("certificate {} is on no token", wanted.certificate_sha256),
    ))
}

/// Which certificate of which module signs a plain file.
#[derive(Debug, Clone)]
pub struct TokenChoice {
    /// The PKCS#11 library.
    pub module: PathBuf,
    /// The token's label or serial number; `None` where only one can be meant.
    pub token: Option<String>,
    /// The certificate (DER), or `None` to take it by `key_id`.
    pub certificate: Option<Vec<u8>>,
    /// `CKA_ID`.
    pub key_id: Option<Vec<u8>>,
}

impl TokenChoice {
    /// Finds the token and the certificate.
    ///
    /// # Errors
    /// `TokenModuleMissing`, `TokenModuleBroken`, `TokenAbsent` also where several certificates fit.
    pub(crate) fn find(&self) -> Result<DeskToken> {
        let module = Module::open(&self.module)?;
        let mut fitting = Vec::new();
        for info in module.snapshot()?.tokens {
            if self
                .token
                .as_ref()
                .is_some_and(|named| *named != info.id.0 && *named != info.label)
            {
                continue;
            }
            for stored in module.certificates(&info.id)? {
                let by_id = self.key_id.as_ref().is_none_or(|id| *id == stored.id);
                let by_der = self
                    .certificate
                    .as_ref()
                    .is_none_or(|der| *der == stored.der);
                let Ok(certificate) = Certificate::from_der(&stored.der) else {
                    continue;
                };
                if by_id && by_der && !is_authority(&certificate) {
                    fitting.push(DeskToken {
                        module: module.clone(),
                        info: info.clone(),
                        certificate,
                        rsa: RsaProfile::default(),
                    });
                }
            }
        }
        let count = fitting.len();
        match (fitting.pop(), count) {
            (Some(token), 1) => Ok(token),
            _ => Err(AppError::new(
                ErrorCode::TokenAbsent,
                format!("{count} certificates fit, 1 wanted"),
            )),
        }
    }
}

impl DeskToken {
    /// Asks for the PIN once and logs in once.
    pub(crate) fn log_in(
        &self,
        host: &dyn Host,
        act: Text,
        documents: Vec<String>,
    ) -> Result<LoggedIn> {
        self.check_usable(host.now())?;
        let (_, not_after) = self.certificate.validity();
        let request = PinRequest {
            documents,
            act,
            holder: self.certificate.common_name().unwrap_or_default(),
            organization: self.certificate.organization().unwrap_or_default(),
            not_after: signing_time(not_after),
            pin: self.pin_view(),
            token: self.info.label.clone(),
        };
        let answer = host.ask_pin(&request).ok_or(ErrorCode::Cancelled)?;
        let entry = if self.info.protected_auth_path {
            PinEntry::OnDevice
        } else {
            answer.entry
        };
        Ok(self.module.login(&self.info.id, entry, answer.final_try)?)
    }

    /// Whether RSASSA-PSS is wanted and offered.
    ///
    /// # Errors
    /// Those of the token.
    pub(crate) fn prefers_pss(&self) -> Result<bool> {
        Ok(self.rsa.pss && self.offers_pss()?)
    }

    /// Whether RSASSA-PSS is offered.
    ///
    /// # Errors
    /// Those of the token.
    pub(crate) fn offers_pss(&self) -> Result<bool> {
        Ok(self.module.offers(&self.info.id, Mechanism::RsaPss)?)
    }

    /// The digest of an RSA signature.
    pub(crate) fn digest(&self) -> DigestAlgorithm {
        match self.rsa.digest {
            RsaDigest::Sha256 => DigestAlgorithm::Sha256,
            RsaDigest::Sha384 => DigestAlgorithm::Sha384,
            RsaDigest::Sha512 => DigestAlgorithm::Sha512,
        }
    }

    /// The issuers' certificates that the token carries beside its own: they go into the signature.
    pub(crate) fn chain(&self) -> Result<Vec<Vec<u8>>> {
        let own = self.certificate.der();
        let stored = self.module.certificates(&self.info.id)?;
        Ok(stored
            .into_iter()
            .map(|c| c.der)
            .filter(|der| der != own)
            .collect())
    }

    /// Whether a signature by this certificate, now, can be any good.
    pub(crate) fn check_usable(&self, now: OffsetDateTime) -> Result<()> {
        let (not_before, not_after) = self.certificate.validity();
        if now > not_after {
            return Err(AppError::new(
                ErrorCode::CertificateExpired,
                signing_time(not_after),
            ));
        }
        if now < not_before {
            return Err(AppError::new(
                ErrorCode::CertificateUnsuitable,
                signing_time(not_before),
            ));
        }
        match self.info.pin_state {
            PinState::Locked => Err(ErrorCode::PinLocked.into()),
            PinState::NotSet => Err(ErrorCode::PinMustChange.into()),
            PinState::Ok | PinState::CountLow | PinState::FinalTry => Ok(()),
        }
    }

    /// Whether this certificate may seal: the seal is the organisation's signature (Decree 30/2020 art. 33), and a
    /// person's key makes none.
    ///
    /// # Errors
    /// `SealNotOrganisation`.
    pub(crate) fn check_organisation(&self) -> Result<()> {
        let certificate = &self.certificate;
        if certificate.names_organisation() && !certificate.names_person() {
            return Ok(());
        }
        let name = certificate.common_name().unwrap_or_default();
        Err(AppError::new(ErrorCode::SealNotOrganisation, name))
    }

    fn pin_view(&self) -> PinView {
        if self.info.protected_auth_path {
            return PinView::OnDevice;
        }
        match self.info.pin_state {
            PinState::Ok => PinView::Ok,
            PinState::CountLow => PinView::EnteredWrongBefore,
            PinState::FinalTry => PinView::LastTry,
            PinState::Locked | PinState::NotSet => PinView::Locked,
        }
    }

    /// Carries the bytes to be signed to the token and the signature back.
    pub(crate) fn sign(&self, login: &LoggedIn, to_be_signed: &ToBeSigned) -> Result<Vec<u8>> {
        let digest = to_be_signed.signed_attributes_digest();
        sign_digest(
            login,
            self.certificate.der(),
            to_be_signed.algorithm(),
            &digest,
        )
    }
}

/// Has a certificate's key sign a digest: the raw bytes that the token gives.
///
/// # Errors
/// Those of the token.
pub(crate) fn sign_digest(
    login: &LoggedIn,
    certificate: &[u8],
    algorithm: SignatureAlgorithm,
    digest: &[u8],
) -> Result<Vec<u8>> {
    let mechanism = match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) => Mechanism::RsaPkcs1v15,
        SignatureAlgorithm::RsaPss(_) => Mechanism::RsaPss,
        SignatureAlgorithm::EcdsaP256Sha256 | SignatureAlgorithm::EcdsaP384Sha384 => {
            Mechanism::Ecdsa
        }
    };
    let wrong_length = || AppError::new(ErrorCode::Internal, "digest of the wrong length");
    let digest = match algorithm.digest() {
        DigestAlgorithm::Sha256 => Digest::Sha256(digest.try_into().map_err(|_| wrong_length())?),
        DigestAlgorithm::Sha384 => Digest::Sha384(digest.try_into().map_err(|_| wrong_length())?),
        DigestAlgorithm::Sha512 => Digest::Sha512(digest.try_into().map_err(|_| wrong_length())?),
    };
    Ok(login.sign(SignOrder {
        key: KeySelector::Certificate(certificate.to_vec()),
        mechanism,
        digest,
    })?)
}

/// Whether a certificate issues others: tokens often carry their issuers beside their own.
fn is_authority(certificate: &Certificate) -> bool {
    let constraints = certificate.extension::<x509_cert::ext::pkix::BasicConstraints>();
    constraints.is_ok_and(|constraints| constraints.is_some_and(|c| c.ca))
}
