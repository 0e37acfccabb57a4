//! Every function of PKCS #11 v2.40: the plan first, then SoftHSM2.
//!
//! Some functions know more than "forward": they are at the top; the others are one line each.

use std::{ffi::c_void, ptr};

use cryptoki_sys::*;

use crate::shim::{
    Scope, around, pad_pin, patch_token_flags, real_slot, shown_slot, token_is_lost,
};

/// Where every caller of a module begins.
///
/// # Safety
/// `list` points to a place for a pointer, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    around("C_GetFunctionList", Scope::Library, |_| {
        if list.is_null() {
            return CKR_ARGUMENTS_BAD;
        }
        // SAFETY: not null, and the caller's by the function's contract. Nobody writes to a function list.
        unsafe { *list = (&raw const FUNCTIONS).cast_mut() };
        CKR_OK
    })
}

/// A lost token is in no slot.
unsafe extern "C" fn C_GetSlotList(
    with_token: CK_BBOOL,
    slots: *mut CK_SLOT_ID,
    count: *mut CK_ULONG,
) -> CK_RV {
    around("C_GetSlotList", Scope::Library, |real| {
        if token_is_lost() && with_token != CK_FALSE && !count.is_null() {
            // SAFETY: not null, and the caller's by the function's contract.
            unsafe { *count = 0 };
            return CKR_OK;
        }
        let Some(f) = real.C_GetSlotList else {
            return CKR_FUNCTION_NOT_SUPPORTED;
        };
        // SAFETY: the caller's own arguments, passed on.
        let rv = unsafe { f(with_token, slots, count) };
        if rv == CKR_OK && !slots.is_null() {
            // SAFETY: the real module has just filled so many of the caller's slots.
            for slot in unsafe { std::slice::from_raw_parts_mut(slots, *count as usize) } {
                *slot = shown_slot(*slot);
            }
        }
        rv
    })
}

/// The slot of a lost token is there and empty.
unsafe extern "C" fn C_GetSlotInfo(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO) -> CK_RV {
    around("C_GetSlotInfo", Scope::Library, |real| {
        let Some(f) = real.C_GetSlotInfo else {
            return CKR_FUNCTION_NOT_SUPPORTED;
        };
        let Some(slot) = real_slot(slot) else {
            return CKR_SLOT_ID_INVALID;
        };
        // SAFETY: the caller's own arguments, passed on.
        let rv = unsafe { f(slot, info) };
        if rv == CKR_OK && token_is_lost() {
            // SAFETY: the real module has just filled it; it may be packed on Windows.
            unsafe {
                let mut filled = ptr::read_unaligned(info);
                filled.flags &= !CKF_TOKEN_PRESENT;
                ptr::write_unaligned(info, filled);
            }
        }
        rv
    })
}

/// The plan's PIN flags stand here.
unsafe extern "C" fn C_GetTokenInfo(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    around("C_GetTokenInfo", Scope::Slot, |real| {
        let Some(f) = real.C_GetTokenInfo else {
            return CKR_FUNCTION_NOT_SUPPORTED;
        };
        let Some(slot) = real_slot(slot) else {
            return CKR_SLOT_ID_INVALID;
        };
        // SAFETY: the caller's own arguments, passed on.
        let rv = unsafe { f(slot, info) };
        if rv == CKR_OK {
            // SAFETY: the real module has just filled it; it may be packed on Windows.
            unsafe {
                let mut filled = ptr::read_unaligned(info);
                filled.flags = patch_token_flags(filled.flags);
                ptr::write_unaligned(info, filled);
            }
        }
        rv
    })
}

/// A null PIN means the token's own pad, on which the plan's PIN is typed.
unsafe extern "C" fn C_Login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    around("C_Login", Scope::Session, |real| {
        let Some(f) = real.C_Login else {
            return CKR_FUNCTION_NOT_SUPPORTED;
        };
        match pad_pin().filter(|_| pin.is_null()) {
            Some(mut typed) => {
                let typed_length = typed.len() as CK_ULONG;
                // SAFETY: pointer and length of our own buffer, which outlives the call.
                unsafe { f(session, user, typed.as_mut_ptr(), typed_length) }
            }
            // SAFETY: the caller's own arguments, passed on.
            None => unsafe { f(session, user, pin, length) },
        }
    })
}

/// Functions of a slot, which may have moved.
macro_rules! forward_slot {
    ($($function:ident($($arg:ident: $kind:ty),*);)+) => {
        $(
            unsafe extern "C" fn $function(slot: CK_SLOT_ID, $($arg: $kind),*) -> CK_RV {
                around(stringify!($function), Scope::Slot, |real| match (real.$function, real_slot(slot)) {
                    // SAFETY: the caller's own arguments, passed on.
                    (Some(f), Some(slot)) => unsafe { f(slot, $($arg),*) },
                    (Some(_), None) => CKR_SLOT_ID_INVALID,
                    (None, _) => CKR_FUNCTION_NOT_SUPPORTED,
                })
            }
        )+
    };
}

forward_slot! {
    C_GetMechanismList(a2: *mut CK_MECHANISM_TYPE, a3: *mut CK_ULONG);
    C_GetMechanismInfo(a2: CK_MECHANISM_TYPE, a3: *mut CK_MECHANISM_INFO);
    C_InitToken(a2: *mut CK_UTF8CHAR, a3: CK_ULONG, a4: *mut CK_UTF8CHAR);
    C_OpenSession(a2: CK_FLAGS, a3: *mut c_void, a4: CK_NOTIFY, a5: *mut CK_SESSION_HANDLE);
    C_CloseAllSessions();
}

macro_rules! forward {
    ($($scope:ident { $($function:ident($($arg:ident: $kind:ty),*);)+ })+) => {
        $($(
            unsafe extern "C" fn $function($($arg: $kind),*) -> CK_RV {
                around(stringify!($function), Scope::$scope, |real| match real.$function {
                    // SAFETY: the caller's own arguments, passed on.
                    Some(f) => unsafe { f($($arg),*) },
                    None => CKR_FUNCTION_NOT_SUPPORTED,
                })
            }
        )+)+

        static FUNCTIONS: CK_FUNCTION_LIST = CK_FUNCTION_LIST {
            version: CK_VERSION { major: 2, minor: 40 },
            C_GetFunctionList: Some(C_GetFunctionList),
            C_GetSlotList: Some(C_GetSlotList),
            C_GetSlotInfo: Some(C_GetSlotInfo),
            C_GetTokenInfo: Some(C_GetTokenInfo),
            C_Login: Some(C_Login),
            C_GetMechanismList: Some(C_GetMechanismList),
            C_GetMechanismInfo: Some(C_GetMechanismInfo),
            C_InitToken: Some(C_InitToken),
            C_OpenSession: Some(C_OpenSession),
            C_CloseAllSessions: Some(C_CloseAllSessions),
            $($($function: Some($function),)+)+
        };
    };
}

forward! {
    Library {
        C_Initialize(a1: *mut c_void);
        C_Finalize(a1: *mut c_void);
        C_GetInfo(a1: *mut CK_INFO);
        C_WaitForSlotEvent(a1: CK_FLAGS, a2: *mut CK_SLOT_ID, a3: *mut c_void);
    }
    Session {
        C_InitPIN(a1: CK_SESSION_HANDLE, a2: *mut CK_UTF8CHAR, a3: CK_ULONG);
        C_SetPIN(a1: CK_SESSION_HANDLE, a2: *mut CK_UTF8CHAR, a3: CK_ULONG, a4: *mut CK_UTF8CHAR, a5: CK_ULONG);
        C_CloseSession(a1: CK_SESSION_HANDLE);
        C_GetSessionInfo(a1: CK_SESSION_HANDLE, a2: *mut CK_SESSION_INFO);
        C_GetOperationState(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: *mut CK_ULONG);
        C_SetOperationState(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: CK_OBJECT_HANDLE, a5: CK_OBJECT_HANDLE);
        C_Logout(a1: CK_SESSION_HANDLE);
        C_CreateObject(a1: CK_SESSION_HANDLE, a2: *mut CK_ATTRIBUTE, a3: CK_ULONG, a4: *mut CK_OBJECT_HANDLE);
        C_CopyObject(a1: CK_SESSION_HANDLE, a2: CK_OBJECT_HANDLE, a3: *mut CK_ATTRIBUTE, a4: CK_ULONG, a5: *mut CK_OBJECT_HANDLE);
        C_DestroyObject(a1: CK_SESSION_HANDLE, a2: CK_OBJECT_HANDLE);
        C_GetObjectSize(a1: CK_SESSION_HANDLE, a2: CK_OBJECT_HANDLE, a3: *mut CK_ULONG);
        C_GetAttributeValue(a1: CK_SESSION_HANDLE, a2: CK_OBJECT_HANDLE, a3: *mut CK_ATTRIBUTE, a4: CK_ULONG);
        C_SetAttributeValue(a1: CK_SESSION_HANDLE, a2: CK_OBJECT_HANDLE, a3: *mut CK_ATTRIBUTE, a4: CK_ULONG);
        C_FindObjectsInit(a1: CK_SESSION_HANDLE, a2: *mut CK_ATTRIBUTE, a3: CK_ULONG);
        C_FindObjects(a1: CK_SESSION_HANDLE, a2: *mut CK_OBJECT_HANDLE, a3: CK_ULONG, a4: *mut CK_ULONG);
        C_FindObjectsFinal(a1: CK_SESSION_HANDLE);
        C_EncryptInit(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE);
        C_Encrypt(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_EncryptUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_EncryptFinal(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: *mut CK_ULONG);
        C_DecryptInit(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE);
        C_Decrypt(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_DecryptUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_DecryptFinal(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: *mut CK_ULONG);
        C_DigestInit(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM);
        C_Digest(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_DigestUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG);
        C_DigestKey(a1: CK_SESSION_HANDLE, a2: CK_OBJECT_HANDLE);
        C_DigestFinal(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: *mut CK_ULONG);
        C_SignInit(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE);
        C_Sign(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_SignUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG);
        C_SignFinal(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: *mut CK_ULONG);
        C_SignRecoverInit(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE);
        C_SignRecover(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_VerifyInit(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE);
        C_Verify(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: CK_ULONG);
        C_VerifyUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG);
        C_VerifyFinal(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG);
        C_VerifyRecoverInit(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE);
        C_VerifyRecover(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_DigestEncryptUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_DecryptDigestUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_SignEncryptUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_DecryptVerifyUpdate(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG, a4: *mut CK_BYTE, a5: *mut CK_ULONG);
        C_GenerateKey(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: *mut CK_ATTRIBUTE, a4: CK_ULONG, a5: *mut CK_OBJECT_HANDLE);
        C_GenerateKeyPair(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: *mut CK_ATTRIBUTE, a4: CK_ULONG, a5: *mut CK_ATTRIBUTE, a6: CK_ULONG, a7: *mut CK_OBJECT_HANDLE, a8: *mut CK_OBJECT_HANDLE);
        C_WrapKey(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE, a4: CK_OBJECT_HANDLE, a5: *mut CK_BYTE, a6: *mut CK_ULONG);
        C_UnwrapKey(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE, a4: *mut CK_BYTE, a5: CK_ULONG, a6: *mut CK_ATTRIBUTE, a7: CK_ULONG, a8: *mut CK_OBJECT_HANDLE);
        C_DeriveKey(a1: CK_SESSION_HANDLE, a2: *mut CK_MECHANISM, a3: CK_OBJECT_HANDLE, a4: *mut CK_ATTRIBUTE, a5: CK_ULONG, a6: *mut CK_OBJECT_HANDLE);
        C_SeedRandom(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG);
        C_GenerateRandom(a1: CK_SESSION_HANDLE, a2: *mut CK_BYTE, a3: CK_ULONG);
        C_GetFunctionStatus(a1: CK_SESSION_HANDLE);
        C_CancelFunction(a1: CK_SESSION_HANDLE);
    }
}
