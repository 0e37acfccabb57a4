//! RSASSA-PSS where the mask is made with another digest than the message's (RFC 8017 section 9.1.2): RFC 4055
//! section 3.1 allows it, and `rsa` knows one digest for both.

use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Encode, Sequence};
use rsa::{BigUint, RsaPublicKey, traits::PublicKeyParts};
use spki::AlgorithmIdentifierOwned;

use super::digest::Digest;

const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

/// RSASSA-PSS-params (RFC 4055 section 3.1). That of `pkcs1` has a salt of at most 255 bytes; signers that take the
/// longest one, as pyHanko does, write 350 with a key of 3072 bits.
#[derive(Sequence)]
pub(super) struct Parameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt: Option<u16>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u8>,
}

impl Parameters {
    /// Digest of the message, digest of the mask and length of the salt; `None` for what no signer writes.
    pub fn read(encoded: &Any) -> Option<(Digest, Digest, usize)> {
        let read = Self::from_der(&encoded.to_der().ok()?).ok()?;
        let digest = |named: &Option<AlgorithmIdentifierOwned>| match named {
            None => Some(Digest::Sha1),
            Some(named) => Digest::from_oid(named.oid),
        };
        let mask = match read.mask {
            None => Digest::Sha1,
            Some(mask) if mask.oid == MGF1 => Digest::from_oid(
                mask.parameters?
                    .decode_as::<AlgorithmIdentifierOwned>()
                    .ok()?
                    .oid,
            )?,
            Some(_) => return None,
        };
        let salt = usize::from(read.salt.unwrap_or(20));
        (read.trailer.unwrap_or(1) == 1).then_some((digest(&read.hash)?, mask, salt))
    }
}

/// Whether `signature` is one over a message with the digest `hashed`.
pub(super) fn verify(
    key: &RsaPublicKey,
    (digest, mask): (Digest, Digest),
    salt: usize,
    hashed: &[u8],
    signature: &[u8],
) -> bool {
    let value = BigUint::from_bytes_be(signature);
    if signature.len() != key.size() || value >= *key.n() {
        return false;
    }
    let encoded = value.modpow(key.e(), key.n()).to_bytes_be();
    is_encoded(&encoded, key.n().bits(), (digest, mask), salt, hashed).is_some()
}

/// EMSA-PSS-VERIFY for a modulus of `bits` bits; `encoded` without its leading zeros.
fn is_encoded(
    encoded: &[u8],
    bits: usize,
    (digest, mask): (Digest, Digest),
    salt: usize,
    hashed: &[u8],
) -> Option<()> {
    let bits = bits.checked_sub(1)?;
    let length = bits.div_ceil(8);
    let missing = length.checked_sub(encoded.len())?;
    let whole = [vec![0; missing], encoded.to_vec()].concat();
    let (body, trailer) = whole.split_at_checked(length.checked_sub(1)?)?;
    let (masked, hash) = body.split_at_checked(body.len().checked_sub(hashed.len())?)?;
    let first = 0xff_u8 >> (8 * length - bits);
    if trailer != [0xbc] || masked.first()? & !first != 0 {
        return None;
    }
    let mask = generated(mask, hash, masked.len());
    let mut block: Vec<u8> = masked
        .iter()
        .zip(mask)
        .map(|(byte, mask)| byte ^ mask)
        .collect();
    *block.first_mut()? &= first;
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(salt)?)?;
    let (one, zeros) = padding.split_last()?;
    let same = digest.of(&[&[0; 8], hashed, salt].concat()) == hash;
    (same && *one == 1 && zeros.iter().all(|byte| *byte == 0)).then_some(())
}

/// MGF1 (appendix B.2.1).
fn generated(digest: Digest, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length);
    let mut counter: u32 = 0;
    while mask.len() < length {
        mask.extend(digest.of(&[seed, &counter.to_be_bytes()].concat()));
        counter = counter.wrapping_add(1);
    }
    mask.truncate(length);
    mask
}

#[cfg(test)]
mod tests {
    use rsa::{Pss, RsaPrivateKey};

    use super::*;

    /// By OpenSSL: a key of 1024 bits, and `125/UBND-VP` signed with it, SHA-256 masked with SHA-1, a salt of 32 bytes.
    const MODULUS: &str = "e1e6c8cfdf2199ffbc7ec67b260e4bc5333b0a2f093bb0ccbb14d6af9841ed474a75be45b404b1dce1f7e5971e3e070426cc\
             7418da30f5c061d52b0e70d9ee595356429ae86a9397d0f4d5435494d3a994203efa9b45497eab784c12e6681991d0901e8a\
             89f35368a9ab3f1fe1c13d6a8d4361624acb945bcef258166280cfb7";
    const SIGNATURE: &str = "800851b01fd76fa771a8648eaab0c73ca29a7dd9d1df9eec0330b29f99c1bd0f0bbc1d8403c58c11c5bbcd7b0b32b6631f1a\
             e2e7cd43366b5cf6cc80041fba489fba6f4392165b73f7e3f3592437e22ff2b1a03eb80b1d27deccde653fa0ffeea796428d\
             48aa29e34ee9a4bf998d911d89ea7acbe6d47265b96bb63ed84e63a5";

    #[test]
    fn a_mask_of_another_digest() {
        let modulus = BigUint::from_bytes_be(&hex::decode(MODULUS).unwrap());
        let key = RsaPublicKey::new(modulus, BigUint::from(65_537_u32)).unwrap();
        let signature = hex::decode(SIGNATURE).unwrap();
        let hashed = Digest::Sha256.of(b"125/UBND-VP");
        let holds = |mask| verify(&key, (Digest::Sha256, mask), 32, &hashed, &signature);
        assert!(holds(Digest::Sha1));
        assert!(!holds(Digest::Sha256));
    }

    #[test]
    fn what_the_crate_signs_with_one_digest_verifies_and_nothing_else() {
        // 1025 and 1031 bits: lengths at which the encoded message is a byte shorter than the modulus, and one bit less.
        for bits in [1024, 1025, 1031] {
            let private = RsaPrivateKey::new(&mut rand::thread_rng(), bits).unwrap();
            let hashed = Digest::Sha256.of(b"125/UBND-VP");
            let padding = Pss::new_with_salt::<sha2::Sha256>(20);
            let signature = private
                .sign_with_rng(&mut rand::thread_rng(), padding, &hashed)
                .unwrap();
            let key = private.to_public_key();
            let holds = |digests, salt, hashed: &[u8], signature: &[u8]| {
                verify(&key, digests, salt, hashed, signature)
            };
            let same = (Digest::Sha256, Digest::Sha256);
            assert!(holds(same, 20, &hashed, &signature), "{bits}");
            assert!(!holds(same, 32, &hashed, &signature));
            assert!(!holds(
                (Digest::Sha256, Digest::Sha1),
                20,
                &hashed,
                &signature
            ));
            assert!(!holds(same, 20, &Digest::Sha256.of(b"126"), &signature));
            let mut altered = signature.clone();
            altered[9] ^= 1;
            assert!(!holds(same, 20, &hashed, &altered));
            assert!(!holds(same, 20, &hashed, &signature[1..]));
        }
    }
}
