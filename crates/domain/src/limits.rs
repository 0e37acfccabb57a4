//! How long what a package says may be: the lengths of Decree 30/2020 Annex VI, and those that receiving programs in
//! use refuse beyond. The lengths of QCVN 102 itself are not public, so the smallest known one counts, as a warning.

use crate::DocumentFacts;

/// Where a limit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Decree 30/2020, Annex VI.
    Decree30,
    /// Decision 20/2020: identifiers of organs.
    Decision20,
    /// Programs of receivers.
    Receivers,
}

/// What of a package is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // They are the elements of the standard.
pub enum Field {
    OrganId,
    OrganName,
    OrganizationInCharge,
    OrganAdd,
    Email,
    Telephone,
    Website,
    CodeNumber,
    CodeNotation,
    TypeName,
    Subject,
    Content,
    Place,
    Competence,
    Position,
    FullName,
    Sphere,
    TyperNotation,
    Copies,
    Pages,
    ToPlace,
    ToPlaces,
    Reason,
    Department,
    Staff,
}

/// A limit that is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TooLong {
    /// Of what.
    pub field: Field,
    /// How long it is, in characters.
    pub length: usize,
    /// How long it may be.
    pub limit: usize,
    /// Who says so.
    pub source: Source,
}

/// What of a package is longer than its receivers need take.
pub fn too_long(facts: &DocumentFacts) -> Vec<TooLong> {
    use Field as F;
    use Source::{Decision20, Decree30, Receivers};
    let length = |text: &str| text.chars().count();
    let digits = |number: Option<u16>| number.map_or(0, |number| length(&number.to_string()));
    let longest = |texts: &mut dyn Iterator<Item = &str>| texts.map(length).max().unwrap_or(0);
    let organs = || std::iter::once(&facts.from).chain(&facts.to);
    let places = || facts.to_places.iter().map(String::as_str);
    let (from, staff, signatory) = (&facts.from, &facts.staff, &facts.signatory);
    let telephones = || [from.telephone.as_str(), &from.fax].into_iter();
    let reached_by = || [staff.name.as_str(), &staff.email, &staff.mobile].into_iter();
    let found = [
        (
            F::OrganId,
            longest(&mut organs().map(|o| o.id.as_str())),
            35,
            Decision20,
        ),
        (
            F::OrganName,
            longest(&mut organs().map(|o| o.name.as_str())),
            200,
            Decree30,
        ),
        (
            F::OrganizationInCharge,
            length(&from.in_charge),
            200,
            Receivers,
        ),
        (F::OrganAdd, length(&from.address), 250, Receivers),
        (F::Email, length(&from.email), 100, Receivers),
        (F::Telephone, longest(&mut telephones()), 20, Receivers),
        (F::Website, length(&from.website), 100, Receivers),
        (F::CodeNumber, length(&facts.code.number), 11, Decree30),
        (F::CodeNotation, length(&facts.code.notation), 30, Decree30),
        (F::TypeName, length(&facts.kind.name), 100, Decree30),
        (F::Subject, length(&facts.subject), 500, Decree30),
        (F::Content, length(&facts.content), 500, Receivers),
        (F::Place, length(&facts.place), 50, Receivers),
        (F::Competence, length(&signatory.competence), 100, Receivers),
        (F::Position, length(&signatory.position), 100, Decree30),
        (F::FullName, length(&signatory.full_name), 50, Decree30),
        (F::Sphere, length(&facts.sphere), 100, Receivers),
        (F::TyperNotation, length(&facts.typist), 10, Receivers),
        (F::Copies, digits(facts.copies), 3, Decree30),
        (F::Pages, digits(facts.pages), 3, Decree30),
        (F::ToPlace, longest(&mut places()), 150, Receivers),
        (F::ToPlaces, places().map(length).sum(), 1000, Decree30),
        (F::Reason, length(&facts.reason), 500, Receivers),
        (F::Department, length(&staff.department), 250, Receivers),
        (F::Staff, longest(&mut reached_by()), 100, Receivers),
    ];
    let limits = found
        .into_iter()
        .map(|(field, length, limit, source)| TooLong {
            field,
            length,
            limit,
            source,
        });
    limits.filter(|one| one.length > one.limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Kind;
    use crate::{Code, DocumentId, Operation, Organ, OrganId, Signatory, Urgency};

    fn facts() -> DocumentFacts {
        let organ = |id| Organ::named(OrganId::new(id).unwrap(), "Sở Nội vụ");
        DocumentFacts {
            id: DocumentId::new("1").unwrap(),
            from: organ("000.00.15.H99"),
            to: vec![organ("000.00.07.H99")],
            code: Code::new("125", "UBND-VP"),
            place: "An Hòa".into(),
            date: None,
            kind: Kind::cong_van(),
            subject: "V/v báo cáo".into(),
            content: String::new(),
            signatory: Signatory::default(),
            due: None,
            urgency: Urgency::Normal,
            sphere: String::new(),
            typist: String::new(),
            copies: Some(999),
            pages: Some(3),
            appendices: Vec::new(),
            responds_to: Vec::new(),
            steering: 0,
            to_places: vec!["Như trên".into()],
            operation: Operation::New,
            reason: String::new(),
            paper: false,
            concerns: Vec::new(),
            staff: crate::document::Staff::default(),
        }
    }

    #[test]
    fn what_fits_is_not_mentioned_and_what_does_not_is_named_with_its_source() {
        assert_eq!(too_long(&facts()), []);
        let long = DocumentFacts {
            subject: "ộ".repeat(501),
            copies: Some(1000),
            to_places: vec!["Như trên".repeat(70), "Lưu: VT".repeat(70)],
            typist: "NGUYỄN VĂN A".into(),
            ..facts()
        };
        let found: Vec<_> = too_long(&long)
            .into_iter()
            .map(|one| (one.field, one.length, one.source))
            .collect();
        let expected = [
            (Field::Subject, 501, Source::Decree30),
            (Field::TyperNotation, 12, Source::Receivers),
            (Field::Copies, 4, Source::Decree30),
            (Field::ToPlace, 560, Source::Receivers),
            (Field::ToPlaces, 1050, Source::Decree30),
        ];
        assert_eq!(found, expected);
    }
}
