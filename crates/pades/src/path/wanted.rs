//! What could be fetched to know more: the addresses that certificates name.

use der::asn1::{Null, ObjectIdentifier, OctetString};
use der::{Any, Encode};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CrlDistributionPoints};
use x509_ocsp::{CertId, OcspRequest, Request, TbsRequest, Version};

use super::Certificate;
use super::algorithm::Digest;

const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
/// Most addresses of one kind that are taken from one certificate; real ones name one or two.
const MAX_ADDRESSES: usize = 4;

/// Something to fetch. The addresses come from documents and are as hostile as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A revocation list, by GET.
    Crl {
        /// Its address.
        url: String,
    },
    /// An OCSP answer, by POST.
    Ocsp {
        /// The responder's address.
        url: String,
        /// The request (DER).
        request: Vec<u8>,
    },
    /// An issuer's certificate, by GET.
    Issuer {
        /// Its address.
        url: String,
    },
}

/// The certificate above `certificate`.
pub(super) fn issuer_of(certificate: &Certificate) -> Vec<Wanted> {
    access(certificate, CA_ISSUERS)
        .into_iter()
        .map(|url| Wanted::Issuer { url })
        .collect()
}

/// The status of `certificate`: an OCSP answer is smaller than a list, so it comes first.
pub(super) fn status_of(certificate: &Certificate, issuer: &Certificate) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    if let Some(request) = request(certificate, issuer) {
        wanted.extend(
            access(certificate, OCSP)
                .into_iter()
                .map(|url| Wanted::Ocsp {
                    url,
                    request: request.clone(),
                }),
        );
    }
    wanted.extend(
        lists(certificate)
            .into_iter()
            .map(|url| Wanted::Crl { url }),
    );
    wanted
}

impl Certificate {
    /// Every address that it names: of its issuer, of lists, of OCSP.
    pub fn addresses(&self) -> Vec<String> {
        let mut found = lists(self);
        found.extend(access(self, OCSP));
        found.extend(access(self, CA_ISSUERS));
        found
    }
}

fn access(certificate: &Certificate, method: ObjectIdentifier) -> Vec<String> {
    let access = certificate.extension::<AuthorityInfoAccessSyntax>();
    let access = access.ok().flatten().map(|access| access.0);
    let access = access.into_iter().flatten();
    access
        .filter(|description| description.access_method == method)
        .filter_map(|description| address(&description.access_location))
        .take(MAX_ADDRESSES)
        .collect()
}

fn lists(certificate: &Certificate) -> Vec<String> {
    let points = certificate.extension::<CrlDistributionPoints>();
    let points = points.ok().flatten().map(|points| points.0);
    let points = points.into_iter().flatten();
    points
        .filter_map(|point| match point.distribution_point {
            Some(DistributionPointName::FullName(names)) => names.iter().find_map(address),
            _ => None,
        })
        .take(MAX_ADDRESSES)
        .collect()
}

fn address(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
        _ => None,
    }
}

/// RFC 6960 section 4.1.1, with SHA-1, which names and protects nothing here and is what every responder knows (RFC
/// 5019 section 2.1.1). No nonce: the answer is kept and read again later.
fn request(certificate: &Certificate, issuer: &Certificate) -> Option<Vec<u8>> {
    let name = issuer.x509().tbs_certificate.subject.to_der().ok()?;
    let key = issuer.key().subject_public_key.as_bytes()?;
    let id = CertId {
        hash_algorithm: AlgorithmIdentifierOwned {
            oid: SHA1,
            parameters: Some(Any::from(Null)),
        },
        issuer_name_hash: OctetString::new(Digest::Sha1.of(&name)).ok()?,
        issuer_key_hash: OctetString::new(Digest::Sha1.of(key)).ok()?,
        serial_number: certificate.x509().tbs_certificate.serial_number.clone(),
    };
    let request = OcspRequest {
        tbs_request: TbsRequest {
            version: Version::V1,
            requestor_name: None,
            request_list: vec![Request {
                req_cert: id,
                single_request_extensions: None,
            }],
            request_extensions: None,
        },
        optional_signature: None,
    };
    request.to_der().ok()
}
