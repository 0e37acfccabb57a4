//! Names in certificates, as Vietnamese authorities write them.

use const_oid::{ObjectIdentifier, db::rfc4519};
use der::{
    Any,
    asn1::{PrintableStringRef, SetOfVec, Utf8StringRef},
};
use x509_cert::{
    attr::AttributeTypeAndValue,
    name::{Name, RdnSequence, RelativeDistinguishedName},
};

use super::{PkiError, making};

/// Whose certificate it is. A seal is an organisation's; a person's certificate is no seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person with an office.
    Person,
    /// An organ: the certificate of its seal.
    Organisation,
}

/// The subject of a certificate; all text in NFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Person or organ.
    pub holder: Holder,
    /// `CN`: the person's full name, or the organ's.
    pub common_name: String,
    /// `title`: the person's office, such as "Chủ tịch".
    pub title: Option<String>,
    /// `OU`, from the larger to the smaller unit.
    pub units: Vec<String>,
    /// `O`: the organ.
    pub organisation: String,
    /// `L`: province or city.
    pub locality: String,
    /// `UID`: "CCCD:…" of a person, "MST:…" of an organisation, by the custom of Vietnamese CAs.
    pub uid: Option<String>,
}

impl Subject {
    /// A person of an organ.
    #[must_use]
    pub fn person(name: &str, title: &str, organisation: &str, locality: &str) -> Self {
        Self {
            holder: Holder::Person,
            common_name: name.into(),
            title: Some(title.into()),
            units: Vec::new(),
            organisation: organisation.into(),
            locality: locality.into(),
            uid: None,
        }
    }

    /// An organ; its name is both `CN` and `O`.
    #[must_use]
    pub fn organisation(name: &str, locality: &str) -> Self {
        Self {
            holder: Holder::Organisation,
            common_name: name.into(),
            title: None,
            units: Vec::new(),
            organisation: name.into(),
            locality: locality.into(),
            uid: None,
        }
    }

    /// The X.501 name, from the country down to the common name.
    pub(super) fn to_name(&self) -> Result<Name, PkiError> {
        let mut rdns = vec![country()?];
        rdns.push(text(rfc4519::L, &self.locality)?);
        rdns.push(text(rfc4519::O, &self.organisation)?);
        for unit in &self.units {
            rdns.push(text(rfc4519::OU, unit)?);
        }
        if let Some(title) = &self.title {
            rdns.push(text(rfc4519::TITLE, title)?);
        }
        rdns.push(text(rfc4519::CN, &self.common_name)?);
        if let Some(uid) = &self.uid {
            rdns.push(text(rfc4519::UID, uid)?);
        }
        Ok(RdnSequence(rdns))
    }
}

/// `C=VN`, a PrintableString by X.520.
fn country() -> Result<RelativeDistinguishedName, PkiError> {
    let vn = PrintableStringRef::new("VN").map_err(making("a name"))?;
    rdn(rfc4519::C, Any::from(vn))
}

/// UTF8String, as RFC 5280, 4.1.2.4 wants it for new certificates.
fn text(oid: ObjectIdentifier, value: &str) -> Result<RelativeDistinguishedName, PkiError> {
    rdn(
        oid,
        Any::from(Utf8StringRef::new(value).map_err(making("a name"))?),
    )
}

fn rdn(oid: ObjectIdentifier, value: Any) -> Result<RelativeDistinguishedName, PkiError> {
    let mut set = SetOfVec::new();
    set.insert(AttributeTypeAndValue { oid, value })
        .map_err(making("a name"))?;
    Ok(RelativeDistinguishedName(set))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_from_the_person_to_the_country() {
        let subject = Subject::person(
            "Nguyễn Văn An",
            "Chủ tịch",
            "UBND xã Ea Kao",
            "Tỉnh Đắk Lắk",
        );
        // Attribute names are not case-sensitive (RFC 4514, 2.4); which case the library writes
        // depends on what else is built beside.
        let written = subject.to_name().unwrap().to_string();
        assert_eq!(
            written.replace("TITLE=", "title="),
            "CN=Nguyễn Văn An,title=Chủ tịch,O=UBND xã Ea Kao,L=Tỉnh Đắk Lắk,C=VN"
        );
    }
}
