//! Copies of documents (Decree 30/2020 art. 25–27; Annex I, part II).

/// The form of a copy (hình thức sao).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopyForm {
    /// Sao y: of an original or a bản chính, whole.
    TrueCopy,
    /// Sao lục: of a sao y, whole.
    OfCopy,
    /// Trích sao: a part of an original, set anew.
    Extract,
}

impl CopyForm {
    /// All of them.
    pub const ALL: [CopyForm; 3] = [Self::TrueCopy, Self::OfCopy, Self::Extract];

    /// As it is printed (Annex I, part II, I.1).
    pub fn printed(self) -> &'static str {
        match self {
            Self::TrueCopy => "SAO Y",
            Self::OfCopy => "SAO LỤC",
            Self::Extract => "TRÍCH SAO",
        }
    }

    /// Its abbreviation at the beginning of a copy's notation (Annex I, part II, II.3; Annex III).
    pub fn abbreviation(self) -> &'static str {
        match self {
            Self::TrueCopy => "SY",
            Self::OfCopy => "SL",
            Self::Extract => "TrS",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CopyForm;

    #[test]
    fn forms_are_printed_and_abbreviated_as_the_annexes_have_them() {
        let words = CopyForm::ALL.map(|form| (form.printed(), form.abbreviation()));
        assert_eq!(
            words,
            [("SAO Y", "SY"), ("SAO LỤC", "SL"), ("TRÍCH SAO", "TrS")]
        );
    }
}
