//! What can go wrong at a token, with evidence and never with a PIN.

use std::{path::PathBuf, time::Duration};

use cryptoki::{
    context::Function,
    error::{Error as CkError, RvError},
};

use serde::{Deserialize, Serialize};

use crate::{Mechanism, TokenId};

/// The result of a call to a token.
pub type Result<T> = std::result::Result<T, TokenError>;

/// Every way in which a token call fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum TokenError {
    /// No file at the module's path.
    #[error("no PKCS#11 module at {}", path.display())]
    ModuleNotFound {
        /// The path that was tried.
        path: PathBuf,
    },
    /// The file is there but is no module that this program can load and initialise.
    #[error("the PKCS#11 module {} can't be loaded: {reason}", path.display())]
    ModuleUnloadable {
        /// The module's path.
        path: PathBuf,
        /// What the loader or `C_Initialize` said.
        reason: String,
    },
    /// No such token is plugged in.
    #[error("token {token} is not present")]
    NoToken {
        /// The serial number or label that was asked for.
        token: String,
    },
    /// More than one token answers to the name: a PIN must never be tried on the wrong one.
    #[error("{count} tokens answer to {token}")]
    TokenAmbiguous {
        /// The serial number or label that was asked for.
        token: String,
        /// How many answer.
        count: usize,
    },
    /// The token was pulled, or lost its session, after the login.
    #[error("token {token} was removed during {during}")]
    TokenRemoved {
        /// The token.
        token: TokenId,
        /// The PKCS#11 function that noticed it.
        during: String,
    },
    /// The PIN was wrong; one try is used up.
    #[error("wrong PIN for token {token}")]
    PinIncorrect {
        /// The token.
        token: TokenId,
    },
    /// The PIN is locked.
    #[error("the PIN of token {token} is locked")]
    PinLocked {
        /// The token.
        token: TokenId,
    },
    /// The PIN is shorter or longer than the token takes, or holds a character that it refuses.
    #[error("the PIN has a length or a character that token {token} refuses")]
    PinMalformed {
        /// The token.
        token: TokenId,
    },
    /// The PIN has expired and must be changed with the vendor's tool.
    #[error("the PIN of token {token} must be changed first")]
    PinExpired {
        /// The token.
        token: TokenId,
    },
    /// No user PIN was ever set on the token.
    #[error("token {token} has no PIN yet")]
    PinNotSet {
        /// The token.
        token: TokenId,
    },
    /// The next wrong PIN would lock the token and the user has not confirmed it; no PIN was sent.
    #[error("token {token} has one try left and it was not confirmed")]
    FinalTryNotConfirmed {
        /// The token.
        token: TokenId,
    },
    /// A PIN was typed for a token that asks on its own pad, or the other way round; nothing was sent.
    #[error("token {token} takes its PIN {}", if *on_device { "on its own pad" } else { "from the keyboard" })]
    WrongPinEntry {
        /// The token.
        token: TokenId,
        /// The token has its own pad.
        on_device: bool,
    },
    /// The private key wants the PIN again for each signature (`CKA_ALWAYS_AUTHENTICATE`).
    #[error("the key on token {token} asks for the PIN at each signature, which is not supported")]
    KeyAsksEachTime {
        /// The token.
        token: TokenId,
    },
    /// No private key fits.
    #[error("no private key for {wanted} on token {token}")]
    KeyNotFound {
        /// The token.
        token: TokenId,
        /// What was looked for: `CKA_ID` or certificate.
        wanted: String,
    },
    /// The certificate is not on the token, and no key of the token belongs to it.
    #[error("certificate {wanted} is not on token {token}")]
    CertificateNotFound {
        /// The token.
        token: TokenId,
        /// SHA-256 of the certificate, in hexadecimal.
        wanted: String,
    },
    /// The token or the key can't do the mechanism.
    #[error("token {token} can't sign with {mechanism:?} ({ckr})")]
    MechanismUnsupported {
        /// The token.
        token: TokenId,
        /// What was asked for.
        mechanism: Mechanism,
        /// What it answered.
        ckr: String,
    },
    /// The user pressed cancel on the token's pad or in the vendor's window.
    #[error("cancelled at the device")]
    UserCancelled,
    /// Somebody else is logged in or a call before this one is still running.
    #[error("the device is busy: {reason}")]
    DeviceBusy {
        /// Who or what keeps it busy.
        reason: String,
    },
    /// The module did not answer in time; its worker is given up.
    #[error("no answer from the PKCS#11 module within {} ms during {during}", after.as_millis())]
    Timeout {
        /// How long it was waited for.
        after: Duration,
        /// What was asked.
        during: String,
    },
    /// The module crashed: its process ended in the midst of a call.
    #[error("the PKCS#11 module ended its process: {status}")]
    WorkerDied {
        /// How the process ended.
        status: String,
    },
    /// Anything else the device says.
    #[error("the device failed in {function}: {ckr}")]
    Device {
        /// The PKCS#11 function, such as `C_Sign`.
        function: String,
        /// The return value's name, such as `CKR_DEVICE_ERROR`.
        ckr: String,
    },
}

/// What is known where a PKCS#11 call fails.
pub(crate) struct Context<'a> {
    pub token: &'a TokenId,
    pub mechanism: Option<Mechanism>,
}

impl Context<'_> {
    /// Says what a failed call means for the caller.
    pub(crate) fn explain(&self, error: &CkError) -> TokenError {
        let token = self.token.clone();
        let CkError::Pkcs11(rv, function) = error else {
            return TokenError::Device {
                function: "cryptoki".into(),
                ckr: error.to_string(),
            };
        };
        match rv {
            RvError::PinIncorrect => TokenError::PinIncorrect { token },
            RvError::PinLocked => TokenError::PinLocked { token },
            RvError::PinLenRange | RvError::PinInvalid => TokenError::PinMalformed { token },
            RvError::PinExpired => TokenError::PinExpired { token },
            RvError::UserPinNotInitialized => TokenError::PinNotSet { token },
            RvError::Cancel | RvError::FunctionCanceled | RvError::FunctionRejected => {
                TokenError::UserCancelled
            }
            RvError::UserAlreadyLoggedIn
            | RvError::UserAnotherAlreadyLoggedIn
            | RvError::UserTooManyTypes
            | RvError::SessionReadWriteSoExists
            | RvError::SessionCount
            | RvError::OperationActive => TokenError::DeviceBusy {
                reason: ckr_name(*rv),
            },
            // `SESSION_*` and `USER_NOT_LOGGED_IN` after a login mean that the token was pulled and put
            // back: the standard closes all sessions then (v2.40, 5.6).
            RvError::DeviceRemoved
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::SlotIdInvalid
            | RvError::SessionClosed
            | RvError::SessionHandleInvalid
            | RvError::UserNotLoggedIn => TokenError::TokenRemoved {
                token,
                during: function_name(*function),
            },
            RvError::MechanismInvalid
            | RvError::MechanismParamInvalid
            | RvError::KeyTypeInconsistent
            | RvError::KeyFunctionNotPermitted
            | RvError::KeySizeRange
            | RvError::FunctionNotSupported => match self.mechanism {
                Some(mechanism) => TokenError::MechanismUnsupported {
                    token,
                    mechanism,
                    ckr: ckr_name(*rv),
                },
                None => device(*rv, *function),
            },
            _ => device(*rv, *function),
        }
    }
}

fn device(rv: RvError, function: Function) -> TokenError {
    TokenError::Device {
        function: function_name(function),
        ckr: ckr_name(rv),
    }
}

/// `Sign` becomes `C_Sign`, as the standard spells it.
fn function_name(function: Function) -> String {
    format!("C_{function:?}")
}

/// `DeviceError` becomes `CKR_DEVICE_ERROR`, as the standard spells it.
pub(crate) fn ckr_name(rv: RvError) -> String {
    match rv {
        RvError::VendorDefined(code) => format!("CKR_VENDOR_DEFINED (0x{code:08X})"),
        RvError::UnknownErrorCode(code) => format!("unknown CKR 0x{code:08X}"),
        named => {
            let mut name = String::from("CKR");
            for c in format!("{named:?}").chars() {
                if c.is_ascii_uppercase() {
                    name.push('_');
                }
                name.push(c.to_ascii_uppercase());
            }
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_values_are_named_as_the_standard_names_them() {
        assert_eq!(ckr_name(RvError::DeviceRemoved), "CKR_DEVICE_REMOVED");
        assert_eq!(ckr_name(RvError::PinLenRange), "CKR_PIN_LEN_RANGE");
        assert_eq!(
            ckr_name(RvError::UnknownErrorCode(0x1ff)),
            "unknown CKR 0x000001FF"
        );
    }

    #[test]
    fn the_same_return_value_is_a_missing_mechanism_only_while_signing() {
        let token = TokenId("0123".into());
        let error = CkError::Pkcs11(RvError::FunctionNotSupported, Function::SignInit);
        let signing = Context {
            token: &token,
            mechanism: Some(Mechanism::Ecdsa),
        };
        assert!(matches!(
            signing.explain(&error),
            TokenError::MechanismUnsupported { .. }
        ));
        let looking = Context {
            token: &token,
            mechanism: None,
        };
        assert!(matches!(looking.explain(&error), TokenError::Device { .. }));
    }
}
