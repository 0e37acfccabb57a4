//! Name constraints (RFC 5280 section 4.2.1.10).

use der::asn1::ObjectIdentifier;
use der::{Tag, Tagged};
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{NameConstraints, SubjectAltName};

use super::Certificate;
use super::certificate::NameKey;
use crate::report::ReasonCode;

const EMAIL_ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");
/// Microsoft's user principal name, `user@domain`, in the certificates for logging on.
const PRINCIPAL_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.3");

/// Checks every name of `below` (leaf first) against the constraints of their `issuer`.
pub fn check(issuer: &Certificate, below: &[&Certificate]) -> Result<(), ReasonCode> {
    let constraints = issuer.extension::<NameConstraints>();
    let Some(constraints) = constraints.map_err(|_| ReasonCode::ChainConstraint)? else {
        return Ok(());
    };
    let permitted = read(&constraints.permitted_subtrees.unwrap_or_default())?;
    let excluded = read(&constraints.excluded_subtrees.unwrap_or_default())?;
    for (depth, certificate) in below.iter().enumerate() {
        if depth > 0 && certificate.is_self_issued() {
            continue; // self-issued, not the last: not constrained
        }
        for name in names_of(certificate)? {
            let mut of_kind = permitted
                .iter()
                .filter(|base| base.is_kind_of(&name))
                .peekable();
            let allowed = of_kind.peek().is_none() || of_kind.any(|base| base.holds(&name));
            let forbidden = excluded
                .iter()
                .any(|base| base.is_kind_of(&name) && base.holds(&name));
            let unknown = |base: &&Constrained| base.is_kind_of(&name) && base.is_unknown();
            if permitted.iter().chain(&excluded).any(|base| unknown(&base)) {
                return Err(ReasonCode::ChainNotUnderstood);
            }
            if !allowed || forbidden {
                return Err(ReasonCode::ChainConstraint);
            }
        }
    }
    Ok(())
}

/// A name, or the base of a subtree, of a kind that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Constrained {
    Directory(NameKey),
    Mail(String),
    Dns(String),
    Uri(String),
    Address(Vec<u8>),
    Principal(String),
    /// Any other kind, by its number and the identifier of its type.
    Unknown(u8, Option<ObjectIdentifier>),
}

impl Constrained {
    fn of(name: &GeneralName) -> Self {
        match name {
            GeneralName::DirectoryName(name) => Self::Directory(NameKey::of(name)),
            GeneralName::Rfc822Name(text) => Self::Mail(text.to_string()),
            GeneralName::DnsName(text) => Self::Dns(text.to_string()),
            GeneralName::UniformResourceIdentifier(text) => Self::Uri(text.to_string()),
            GeneralName::IpAddress(bytes) => Self::Address(bytes.as_bytes().to_vec()),
            GeneralName::OtherName(other) => match std::str::from_utf8(other.value.value()) {
                Ok(text)
                    if other.type_id == PRINCIPAL_NAME && other.value.tag() == Tag::Utf8String =>
                {
                    Self::Principal(text.to_owned())
                }
                _ => Self::Unknown(0, Some(other.type_id)),
            },
            GeneralName::EdiPartyName(_) => Self::Unknown(5, None),
            GeneralName::RegisteredId(_) => Self::Unknown(8, None),
        }
    }

    fn is_kind_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown(a, b), Self::Unknown(c, d)) => (a, b) == (c, d),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(..))
    }

    /// Whether `name`, of the same kind, lies in the subtree whose base this is.
    fn holds(&self, name: &Self) -> bool {
        match (self, name) {
            (Self::Directory(base), Self::Directory(name)) => name.is_under(base),
            (Self::Mail(base), Self::Mail(name))
            | (Self::Principal(base), Self::Principal(name)) => mailbox(base, name),
            (Self::Dns(base), Self::Dns(name)) => domain(base, name),
            (Self::Uri(base), Self::Uri(name)) => {
                host(name).is_some_and(|host| exactly(base, &host))
            }
            (Self::Address(base), Self::Address(name)) => network(base, name),
            _ => false,
        }
    }
}

fn read(subtrees: &[GeneralSubtree]) -> Result<Vec<Constrained>, ReasonCode> {
    let mut bases = Vec::new();
    for subtree in subtrees {
        // Within this profile the minimum is zero and the maximum absent.
        if subtree.minimum != 0 || subtree.maximum.is_some() {
            return Err(ReasonCode::ChainNotUnderstood);
        }
        bases.push(Constrained::of(&subtree.base));
    }
    Ok(bases)
}

/// Subject, the e-mail address in it, and alternative names.
fn names_of(certificate: &Certificate) -> Result<Vec<Constrained>, ReasonCode> {
    let mut names = Vec::new();
    if !certificate.subject().is_empty() {
        names.push(Constrained::Directory(certificate.subject().clone()));
    }
    let mails = certificate.attributes(EMAIL_ADDRESS);
    names.extend(mails.into_iter().map(Constrained::Mail));
    let alternative = certificate.extension::<SubjectAltName>();
    let alternative = alternative.map_err(|_| ReasonCode::ChainConstraint)?;
    let alternative = alternative.iter().flat_map(|names| &names.0);
    names.extend(alternative.map(Constrained::of));
    Ok(names)
}

/// A base of `user@host` is one mailbox, `host` all of that host, `.domain` all of hosts below.
fn mailbox(base: &str, name: &str) -> bool {
    let Some((user, host)) = name.rsplit_once('@') else {
        return false;
    };
    match base.rsplit_once('@') {
        Some(("", base)) => exactly(base, host),
        Some((base_user, base_host)) => base_user == user && base_host.eq_ignore_ascii_case(host),
        None => exactly(base, host),
    }
}

/// A base with a leading dot means what is below it, one without means that host alone.
fn exactly(base: &str, host: &str) -> bool {
    if base.starts_with('.') {
        ends_with(host, base)
    } else {
        base.eq_ignore_ascii_case(host)
    }
}

/// A base is a domain, and every name made by adding labels to its left lies under it.
fn domain(base: &str, name: &str) -> bool {
    let base = base.strip_prefix('.').unwrap_or(base);
    base.is_empty() || base.eq_ignore_ascii_case(name) || ends_with(name, &format!(".{base}"))
}

fn ends_with(name: &str, ending: &str) -> bool {
    let start = name.len().checked_sub(ending.len());
    let found = start.and_then(|start| name.get(start..));
    found.is_some_and(|found| found.eq_ignore_ascii_case(ending)) && start != Some(0)
}

/// The host of a URI; none where it has none or names it by an address, which a constraint cannot hold.
fn host(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?.to_ascii_lowercase();
    let is_address = host.starts_with('[') || host.parse::<core::net::Ipv4Addr>().is_ok();
    (!host.is_empty() && !is_address).then_some(host)
}

/// A base is an address followed by a mask of its size.
fn network(base: &[u8], address: &[u8]) -> bool {
    let (net, mask) = base.split_at(base.len() / 2);
    net.len() == address.len()
        && mask.len() == address.len()
        && net
            .iter()
            .zip(mask)
            .zip(address)
            .all(|((net, mask), byte)| net & mask == byte & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtrees_hold_what_the_standard_says() {
        for (base, name, holds) in [
            ("example.vn", "an@example.vn", true),
            ("example.vn", "an@mail.example.vn", false),
            (".example.vn", "an@mail.example.vn", true),
            (".example.vn", "an@example.vn", false),
            ("an@example.vn", "an@EXAMPLE.vn", true),
            ("an@example.vn", "An@example.vn", false),
            ("example.vn", "no mailbox", false),
        ] {
            assert_eq!(mailbox(base, name), holds, "{base} {name}");
        }
        for (base, name, holds) in [
            ("example.vn", "example.vn", true),
            ("example.vn", "www.Example.vn", true),
            ("example.vn", "notexample.vn", false),
            ("example.vn", "example.vn.evil", false),
        ] {
            assert_eq!(domain(base, name), holds, "{base} {name}");
        }
    }

    #[test]
    fn a_uri_without_a_host_name_lies_in_no_subtree() {
        assert_eq!(
            host("https://an@Example.vn:8443/a?b"),
            Some("example.vn".into())
        );
        for uri in [
            "mailto:an@example.vn",
            "https://127.0.0.1/",
            "https://[::1]/",
            "urn:x",
            "https:///a",
        ] {
            assert_eq!(host(uri), None, "{uri}");
        }
    }

    #[test]
    fn networks_are_compared_under_their_mask() {
        assert!(network(&[10, 1, 0, 0, 255, 255, 0, 0], &[10, 1, 2, 3]));
        assert!(!network(&[10, 1, 0, 0, 255, 255, 0, 0], &[10, 2, 2, 3]));
        assert!(!network(&[10, 1, 0, 0, 255, 255, 0], &[10, 1, 2, 3]));
    }
}
