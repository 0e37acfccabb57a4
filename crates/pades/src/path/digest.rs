//! Digest algorithms.

use der::asn1::ObjectIdentifier;
use md5::Md5;
use rsa::{Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_256, Sha3_384, Sha3_512};

macro_rules! digests {
    ($($variant:ident $state:ty, $oid:literal, $name:literal;)*) => {
        /// A digest algorithm.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Digest {
            $(#[doc = $name] $variant,)*
        }

        impl Digest {
            /// The digest that an identifier names.
            pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
                $(if oid == const { ObjectIdentifier::new_unwrap($oid) } {
                    return Some(Self::$variant);
                })*
                None
            }

            /// Name as used in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// A fresh hash state.
            pub fn hasher(self) -> Hasher {
                match self { $(Self::$variant => Hasher::$variant(<$state>::new()),)* }
            }

            /// The padding of RSASSA-PKCS1-v1_5 with this digest.
            pub(super) fn pkcs1v15(self) -> Pkcs1v15Sign {
                match self { $(Self::$variant => Pkcs1v15Sign::new::<$state>(),)* }
            }

            /// The padding of RSASSA-PSS with this digest for message and mask, and a salt of so many bytes.
            pub(super) fn pss(self, salt: usize) -> Pss {
                match self { $(Self::$variant => Pss::new_with_salt::<$state>(salt),)* }
            }
        }

        /// A hash state; cloning it forks the computation.
        #[derive(Debug, Clone)]
        pub enum Hasher {
            $(#[doc = $name] $variant($state),)*
        }

        impl Hasher {
            /// Takes in more bytes.
            pub fn update(&mut self, bytes: &[u8]) {
                match self { $(Self::$variant(state) => state.update(bytes),)* }
            }

            /// The digest of everything taken in.
            pub fn finish(self) -> Vec<u8> {
                match self { $(Self::$variant(state) => state.finalize().to_vec(),)* }
            }
        }
    };
}

digests! {
    Md5 Md5, "1.2.840.113549.2.5", "MD5";
    Sha1 Sha1, "1.3.14.3.2.26", "SHA-1";
    Sha224 Sha224, "2.16.840.1.101.3.4.2.4", "SHA-224";
    Sha256 Sha256, "2.16.840.1.101.3.4.2.1", "SHA-256";
    Sha384 Sha384, "2.16.840.1.101.3.4.2.2", "SHA-384";
    Sha512 Sha512, "2.16.840.1.101.3.4.2.3", "SHA-512";
    Sha3_256 Sha3_256, "2.16.840.1.101.3.4.2.8", "SHA3-256";
    Sha3_384 Sha3_384, "2.16.840.1.101.3.4.2.9", "SHA3-384";
    Sha3_512 Sha3_512, "2.16.840.1.101.3.4.2.10", "SHA3-512";
}

impl Digest {
    /// The digest of `bytes`.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let mut hasher = self.hasher();
        hasher.update(bytes);
        hasher.finish()
    }
}
