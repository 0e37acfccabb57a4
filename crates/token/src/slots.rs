//! Looking at slots and the tokens in them.

use cryptoki::{
    context::Pkcs11,
    error::{Error as CkError, RvError},
    slot::{Slot, TokenInfo as CkTokenInfo},
};

use crate::{
    EmptySlot, PinState, Result, Snapshot, TokenError, TokenId, TokenInfo,
    error::{Context, ckr_name},
};

/// A module with more slots than this is broken; the largest multi-readers have 32.
const MAX_SLOTS: usize = 64;

/// What is plugged in now.
pub(crate) fn snapshot(pkcs11: &Pkcs11) -> Result<Snapshot> {
    let nobody = TokenId(String::new());
    let context = Context {
        token: &nobody,
        mechanism: None,
    };
    let slots = pkcs11.get_all_slots().map_err(|e| context.explain(&e))?;
    let mut seen = Snapshot::default();
    // Each slot is asked by itself: one broken token must not hide the others.
    for slot in slots.into_iter().take(MAX_SLOTS) {
        match look_into(pkcs11, slot) {
            Ok(token) => seen.tokens.push(token),
            Err(empty) => seen.empty.push(empty),
        }
    }
    Ok(seen)
}

/// The token in a slot, or why there is none.
pub(crate) fn look_into(pkcs11: &Pkcs11, slot: Slot) -> std::result::Result<TokenInfo, EmptySlot> {
    let info = pkcs11.get_slot_info(slot);
    let empty = |unreadable| EmptySlot {
        slot: slot.id(),
        description: match &info {
            Ok(info) => info.slot_description().to_owned(),
            Err(_) => String::new(),
        },
        unreadable,
    };
    match &info {
        Ok(info) if !info.token_present() => return Err(empty(None)),
        Ok(_) => {}
        Err(e) => return Err(empty(Some(e.to_string()))),
    }
    match pkcs11.get_token_info(slot) {
        Ok(token) if token.token_initialized() => Ok(describe(slot, &token)),
        Ok(_) | Err(CkError::Pkcs11(RvError::TokenNotPresent, _)) => Err(empty(None)),
        Err(CkError::Pkcs11(rv, _)) => Err(empty(Some(ckr_name(rv)))),
        Err(e) => Err(empty(Some(e.to_string()))),
    }
}

/// The slot that holds the token now, with what the token says of itself.
pub(crate) fn find(pkcs11: &Pkcs11, token: &TokenId) -> Result<(Slot, TokenInfo)> {
    let seen = snapshot(pkcs11)?;
    let found: Vec<_> = seen.tokens.into_iter().filter(|t| t.id == *token).collect();
    let count = found.len();
    let mut found = found.into_iter();
    match (found.next(), count) {
        (Some(info), 1) => {
            let slot = Slot::try_from(info.slot).map_err(|_| TokenError::NoToken {
                token: token.0.clone(),
            })?;
            Ok((slot, info))
        }
        (Some(_), count) => Err(TokenError::TokenAmbiguous {
            token: token.0.clone(),
            count,
        }),
        (None, _) => Err(TokenError::NoToken {
            token: token.0.clone(),
        }),
    }
}

fn describe(slot: Slot, info: &CkTokenInfo) -> TokenInfo {
    // The graver word first: a locked token often keeps its other flags set.
    let pin_state = if info.user_pin_locked() {
        PinState::Locked
    } else if !info.user_pin_initialized() {
        PinState::NotSet
    } else if info.user_pin_final_try() {
        PinState::FinalTry
    } else if info.user_pin_count_low() {
        PinState::CountLow
    } else {
        PinState::Ok
    };
    TokenInfo {
        slot: slot.id(),
        id: TokenId(info.serial_number().to_owned()),
        label: info.label().to_owned(),
        manufacturer: info.manufacturer_id().to_owned(),
        model: info.model().to_owned(),
        pin_state,
        protected_auth_path: info.protected_authentication_path(),
    }
}
