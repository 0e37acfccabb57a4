//! Organs: who sends and who receives.

use std::fmt;

/// An organ's identifier on the axis (OrganId).
///
/// Opaque: old codes of QCVN 102 (`000.00.15.H99`), codes of Decision 20/2020 (`H99.15`), numbers
/// of enterprises and pseudo codes (`vxp.saas.02`) all circulate, so a received code is never
/// refused for its shape. Spaces around it are not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganId(String);

/// The longest identifier that is stored: Decision 20/2020 art. 4 allows 35 characters, other
/// schemes a few more; what is longer is not an identifier.
pub const ORGAN_ID_MAX: usize = 64;

impl OrganId {
    /// Takes an identifier as it was written; `None` where it is empty, too long or the literal
    /// `null` that some senders put into a TraceHeader.
    pub fn new(written: &str) -> Option<Self> {
        let id = written.trim();
        let usable = !id.is_empty() && id.chars().count() <= ORGAN_ID_MAX && id != "null";
        usable.then(|| Self(id.to_owned()))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An organ as edXML and the directory describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organ {
    /// Its identifier (OrganId).
    pub id: OrganId,
    /// Its name (OrganName); may be empty in what others send.
    pub name: String,
    /// The organ directly above it (OrganizationInCharge), empty when unknown.
    pub in_charge: String,
    /// Postal address (OrganAdd).
    pub address: String,
    /// E-mail (Email).
    pub email: String,
    /// Telephone, as written.
    pub telephone: String,
    /// Fax, as written.
    pub fax: String,
    /// Web site.
    pub website: String,
}

impl Organ {
    /// An organ of which only identifier and name are known.
    pub fn named(id: OrganId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            in_charge: String::new(),
            address: String::new(),
            email: String::new(),
            telephone: String::new(),
            fax: String::new(),
            website: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_in_use_is_accepted() {
        for code in [
            "000.00.15.H99",
            "H99.15",
            "00.00.H57",
            "vxp.saas.02",
            "CS:GOV:SS1MC:SS1SUB1",
        ] {
            assert_eq!(
                OrganId::new(code).map(|id| id.to_string()),
                Some(code.to_owned())
            );
        }
    }

    #[test]
    fn what_names_nobody_is_no_identifier() {
        for nothing in ["", "   ", "null"] {
            assert_eq!(OrganId::new(nothing), None);
        }
    }
}
