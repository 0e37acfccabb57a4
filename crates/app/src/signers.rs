//! Who signs a document beside and before its leader. The names stand in the file's own fields, under the first
//! signature already: no desk keeps a list that could say something else.

use trien_domain::text::same_name;
use trien_pades::{FieldName, planned, signed_fields};
use trien_pdf::Pdf;

use crate::error::Result;

/// A person's signature field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignerField {
    pub(crate) name: FieldName,
    /// Full name; empty where the file names nobody.
    pub(crate) signer: String,
    pub(crate) signed: bool,
}

/// The persons' fields of a file: initials, co-signers, leader, each kind in its order of letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SignerFields(Vec<SignerField>);

impl SignerFields {
    /// Reads them; `leader` is who the document says is competent, for files that name nobody.
    pub(crate) fn of(pdf: &Pdf<&[u8]>, leader: &str) -> Result<Self> {
        let signed = signed_fields(pdf)?;
        let persons = planned(pdf)?.fields.into_iter();
        let persons = persons.filter(|field| field.name.is_persons());
        let fields = persons.map(|field| {
            let unnamed = match field.name {
                FieldName::Leader => leader.to_owned(),
                _ => String::new(),
            };
            SignerField {
                name: field.name,
                signer: field.signer.unwrap_or(unnamed),
                signed: signed.contains(&field.name.to_string()),
            }
        });
        let mut fields: Vec<_> = fields.collect();
        fields.sort_by_key(|field| order(field.name));
        Ok(Self(fields))
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[SignerField] {
        &self.0
    }

    /// Those that can still be signed. A leader's or co-signer's lock holds the initials: these come before, or never.
    pub(crate) fn open(&self) -> impl Iterator<Item = &SignerField> {
        let initials_closed = self
            .0
            .iter()
            .any(|field| field.signed && !matches!(field.name, FieldName::Initials(_)));
        self.0.iter().filter(move |field| {
            let closed = initials_closed && matches!(field.name, FieldName::Initials(_));
            !field.signed && !closed
        })
    }

    /// The field that a person can sign now.
    pub(crate) fn open_for(&self, person: &str) -> Option<&SignerField> {
        self.open().find(|field| same_name(&field.signer, person))
    }

    /// Who is named in the fields of a kind.
    pub(crate) fn names(&self, of: impl Fn(FieldName) -> bool) -> Vec<String> {
        let fields = self.0.iter().filter(|field| of(field.name));
        fields.map(|field| field.signer.clone()).collect()
    }

    /// Whether the competent person has signed.
    pub(crate) fn leader_signed(&self) -> bool {
        self.0
            .iter()
            .any(|field| field.name == FieldName::Leader && field.signed)
    }

    /// Whether a person has signed in one of the fields.
    pub(crate) fn has_signed(&self, person: &str) -> bool {
        self.0
            .iter()
            .any(|field| field.signed && same_name(&field.signer, person))
    }

    /// The first name of its kind that no field of the file has.
    pub(crate) fn unused(&self, kind: fn(char) -> FieldName) -> Option<FieldName> {
        let mut names = ('a'..='z').map(kind);
        names.find(|name| !self.0.iter().any(|field| field.name == *name))
    }
}

/// Initials first; the leader last, who then signs what the others have signed.
fn order(name: FieldName) -> (u8, FieldName) {
    let rank = match name {
        FieldName::Initials(_) => 0,
        FieldName::CoSigner(_) => 1,
        _ => 2,
    };
    (rank, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(given: &[(FieldName, &str, bool)]) -> SignerFields {
        let fields = given.iter().map(|(name, signer, signed)| SignerField {
            name: *name,
            signer: (*signer).to_owned(),
            signed: *signed,
        });
        SignerFields(fields.collect())
    }

    fn open(fields: &SignerFields) -> Vec<FieldName> {
        fields.open().map(|field| field.name).collect()
    }

    #[test]
    fn initials_are_open_until_somebody_signs_for_good() {
        use FieldName::{CoSigner, Initials, Leader};
        let all = |second, leader| {
            fields(&[
                (Initials('a'), "Lê Văn A", false),
                (Initials('b'), "Trần Thị B", second),
                (CoSigner('a'), "Trần Thị B", false),
                (Leader, "Nguyễn Văn Bình", leader),
            ])
        };
        assert_eq!(
            open(&all(true, false)),
            [Initials('a'), CoSigner('a'), Leader]
        );
        assert_eq!(open(&all(true, true)), [CoSigner('a')]);
        assert!(all(false, true).leader_signed());
    }

    #[test]
    fn who_signs_twice_initials_first() {
        use FieldName::{CoSigner, Initials};
        let with = |signed| {
            fields(&[
                (Initials('a'), "Trần Thị B", signed),
                (CoSigner('a'), "TRẦN THỊ B", false),
            ])
        };
        let field = |signed| with(signed).open_for("Tran Thi B").map(|field| field.name);
        assert_eq!(field(false), Some(Initials('a')));
        assert_eq!(field(true), Some(CoSigner('a')));
        assert_eq!(with(true).unused(FieldName::CoSigner), Some(CoSigner('b')));
    }
}
