//! The key of our certificate for the axis where it lies on a token.
//!
//! The PIN is asked for once, before the first connection, and not kept. What is kept is the login: until the profile is
//! closed, the token fails, or a person signs with the same token, who types the PIN for that act alone.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trien_net::{Identity, IdentityKey, Scheme};
use trien_pades::{DigestAlgorithm, SignatureAlgorithm};
use trien_token::{LoggedIn, TokenId};

use crate::app::App;
use crate::desk_token::{DeskToken, find, sign_digest};
use crate::error::{ErrorCode, Result};
use crate::profile::TokenProfile;
use crate::view::Text;

/// A key on a token, and the login that it signs by.
#[derive(Debug)]
pub(crate) struct WireKey {
    token: TokenId,
    certificate: Vec<u8>,
    /// How the key can sign, the best first.
    algorithms: Vec<SignatureAlgorithm>,
    /// `None` after it was closed.
    login: Mutex<Option<LoggedIn>>,
}

impl App {
    /// Our certificate for the axis, after a login to the token that holds it. Who would not, or mistyped the PIN, is
    /// asked again when they ask for an exchange, and not by every round that runs by itself.
    ///
    /// # Errors
    /// Those of a token and its PIN; `Cancelled`.
    pub(crate) fn wire_identity(&self, wanted: &TokenProfile) -> Result<Identity> {
        if self.wire_declined.load(Ordering::SeqCst) {
            return Err(ErrorCode::Cancelled.into());
        }
        let token = find(wanted)?;
        let mut chain = vec![token.certificate.der().to_vec()];
        chain.extend(token.chain()?);
        let algorithms = algorithms(&token)?;
        let act = Text::new(
            "Kết nối với Trục liên thông văn bản",
            "Connect to the document axis",
        );
        let login = self
            .log_in(&token, act, Vec::new())
            .inspect_err(|_| self.wire_declined.store(true, Ordering::SeqCst))?;
        let key = Arc::new(WireKey {
            token: login.token().clone(),
            certificate: token.certificate.der().to_vec(),
            algorithms,
            login: Mutex::new(Some(login)),
        });
        *self.wire_key() = Some(Arc::clone(&key));
        Ok(Identity { chain, key })
    }

    /// Whether connections can be made by the client that there is: its key was not closed.
    pub(crate) fn wire_is_open(&self) -> bool {
        self.wire_key()
            .as_ref()
            .is_none_or(|key| key.login().is_some())
    }

    /// Makes room for a person's act on a token; the next exchange asks for the PIN anew.
    pub(crate) fn close_wire(&self, token: &TokenId) {
        if let Some(key) = &*self.wire_key()
            && key.token == *token
        {
            drop(key.login().take());
        }
    }

    fn wire_key(&self) -> MutexGuard<'_, Option<Arc<WireKey>>> {
        self.wire_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WireKey {
    fn login(&self) -> MutexGuard<'_, Option<LoggedIn>> {
        self.login.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IdentityKey for WireKey {
    fn schemes(&self) -> Vec<Scheme> {
        self.algorithms
            .iter()
            .filter_map(|one| in_tls(*one))
            .collect()
    }

    fn sign(&self, scheme: Scheme, message: &[u8]) -> std::result::Result<Vec<u8>, String> {
        let algorithm = self
            .algorithms
            .iter()
            .find(|one| in_tls(**one) == Some(scheme));
        let algorithm = algorithm.ok_or("the key does not sign so")?;
        let mut login = self.login();
        let open = login.as_ref().ok_or("the token is logged out")?;
        let digest = algorithm.digest().digest(message);
        let signed = sign_digest(open, &self.certificate, *algorithm, &digest);
        let raw = signed.map_err(|error| {
            // A token that was pulled out is looked for again by the next exchange.
            drop(login.take());
            error.to_string()
        })?;
        algorithm.cms_signature(&raw).map_err(|e| e.to_string())
    }
}

/// How the token's key signs. TLS 1.3 takes of RSA nothing but RSASSA-PSS (RFC 8446 section 4.2.3).
fn algorithms(token: &DeskToken) -> Result<Vec<SignatureAlgorithm>> {
    let key = token.certificate.key();
    let by = |pss| SignatureAlgorithm::for_key(key, pss, DigestAlgorithm::Sha256);
    let mut algorithms = vec![by(false)?];
    let pss = by(true)?;
    if !algorithms.contains(&pss) && token.offers_pss()? {
        algorithms.insert(0, pss);
    }
    Ok(algorithms)
}

fn in_tls(algorithm: SignatureAlgorithm) -> Option<Scheme> {
    match algorithm {
        SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256) => Some(Scheme::RsaPssSha256),
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256) => Some(Scheme::RsaPkcs1Sha256),
        SignatureAlgorithm::EcdsaP256Sha256 => Some(Scheme::EcdsaP256Sha256),
        SignatureAlgorithm::EcdsaP384Sha384 => Some(Scheme::EcdsaP384Sha384),
        SignatureAlgorithm::RsaPss(_) | SignatureAlgorithm::RsaPkcs1(_) => None,
    }
}
