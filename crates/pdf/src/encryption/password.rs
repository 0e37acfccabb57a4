//! From a password to the file's key (7.6.3; ISO 32000-2, 7.6.4).

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use md5::Md5;
use sha2::{Digest, Sha256, Sha384, Sha512};
use unicode_normalization::UnicodeNormalization;

use super::{dictionary::Handler, rc4};

/// What fills a password up to 32 bytes (algorithm 2).
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
    0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];
/// Bytes of a password that count since AES-256 (algorithm 2.A).
const MAX_PASSWORD: usize = 127;
/// Rounds that algorithm 2.B makes at least. Its stop depends on random bytes; no file needs a thousand.
const ROUNDS: usize = 64;

/// The file's key, if the password is the user's or the owner's.
pub(super) fn key(handler: &Handler, password: &str) -> Option<Vec<u8>> {
    if handler.revision >= 5 {
        return key_256(handler, password);
    }
    let password = latin(password);
    let owner = padded(&user_password(handler, &password)?);
    key_128(handler, &padded(&password)).or_else(|| key_128(handler, &owner))
}

/// PDFDocEncoding, as far as it is Latin-1; other letters as programs for other systems wrote them.
fn latin(password: &str) -> Vec<u8> {
    let bytes: Option<Vec<u8>> = password
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    bytes.unwrap_or_else(|| password.as_bytes().to_vec())
}

fn padded(password: &[u8]) -> [u8; 32] {
    let mut padded = [0; 32];
    let bytes = password.iter().chain(&PADDING);
    padded
        .iter_mut()
        .zip(bytes)
        .for_each(|(to, from)| *to = *from);
    padded
}

/// Algorithms 2, 4 and 5: the key of a padded user password, if it gives the dictionary's `/U`.
fn key_128(handler: &Handler, padded: &[u8; 32]) -> Option<Vec<u8>> {
    let mut hash = Md5::new();
    hash.update(padded);
    hash.update(handler.owner.get(..32)?);
    hash.update(handler.permissions);
    hash.update(&handler.file_id);
    if handler.revision >= 4 && !handler.metadata {
        hash.update([0xff; 4]);
    }
    let mut key = hash.finalize().to_vec();
    key.truncate(handler.length);
    if handler.revision >= 3 {
        for _ in 0..50 {
            key = Md5::digest(&key).to_vec();
            key.truncate(handler.length);
        }
    }
    let matches = if handler.revision == 2 {
        let mut expected = PADDING;
        rc4(&key, &mut expected);
        handler.user.get(..32)? == expected
    } else {
        let mut hash = Md5::new();
        hash.update(PADDING);
        hash.update(&handler.file_id);
        let mut expected = hash.finalize().to_vec();
        (0..20).for_each(|round| rc4(&xored(&key, round), &mut expected));
        handler.user.get(..16)? == expected
    };
    matches.then_some(key)
}

/// Algorithm 7: the user password inside `/O`, if `password` is the owner's.
fn user_password(handler: &Handler, password: &[u8]) -> Option<Vec<u8>> {
    let mut key = Md5::digest(padded(password)).to_vec();
    if handler.revision >= 3 {
        for _ in 0..50 {
            key = Md5::digest(&key).to_vec();
        }
    }
    key.truncate(handler.length);
    let mut user = handler.owner.get(..32)?.to_vec();
    let rounds = if handler.revision == 2 { 1 } else { 20 };
    for round in (0..rounds).rev() {
        rc4(&xored(&key, round), &mut user);
    }
    Some(user)
}

fn xored(key: &[u8], with: u8) -> Vec<u8> {
    key.iter().map(|byte| byte ^ with).collect()
}

/// Algorithm 2.A. `/U` and `/O` are a hash, a salt to check it and a salt for the key.
fn key_256(handler: &Handler, password: &str) -> Option<Vec<u8>> {
    // ISO 32000-2, 7.6.4.3.3 asks for SASLprep, whose heart is this normal form.
    let password: String = password.nfkc().collect();
    let password = password.as_bytes();
    let password = password.get(..MAX_PASSWORD).unwrap_or(password);
    let user = handler.user.get(..48)?;
    let owner = handler.owner.get(..48)?;
    let tries = [
        (owner, user, &handler.owner_key),
        (user, &[][..], &handler.user_key),
    ];
    tries.into_iter().find_map(|(check, user, wrapped)| {
        let hash = |salt| hash_256(handler.revision, password, salt, user);
        if hash(check.get(32..40)?)? != *check.get(..32)? {
            return None;
        }
        let cipher =
            cbc::Decryptor::<aes::Aes256>::new_from_slices(&hash(check.get(40..48)?)?, &[0; 16]);
        cipher
            .ok()?
            .decrypt_padded_vec::<NoPadding>(wrapped.get(..32)?)
            .ok()
    })
}

/// Algorithm 2.B; revision 5 stopped after its first step.
fn hash_256(revision: i64, password: &[u8], salt: &[u8], user: &[u8]) -> Option<Vec<u8>> {
    let mut key = Sha256::digest([password, salt, user].concat()).to_vec();
    if revision == 5 {
        return Some(key);
    }
    for round in 1_usize.. {
        let text = [password, &key, user].concat().repeat(64);
        let cipher =
            cbc::Encryptor::<aes::Aes128>::new_from_slices(key.get(..16)?, key.get(16..32)?);
        let text = cipher.ok()?.encrypt_padded_vec::<NoPadding>(&text);
        // The first sixteen bytes as a number, modulo three: 256 is one modulo three.
        let sum: u32 = text.iter().take(16).map(|byte| u32::from(*byte)).sum();
        key = match sum % 3 {
            0 => Sha256::digest(&text).to_vec(),
            1 => Sha384::digest(&text).to_vec(),
            _ => Sha512::digest(&text).to_vec(),
        };
        if round >= ROUNDS && usize::from(*text.last()?) + 32 <= round {
            break;
        }
    }
    key.truncate(32);
    Some(key)
}
