//! Vietnamese text: one folded form for searching, one composed form for showing.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The form in which texts are searched: marks dropped, đ→d, lower case, runs of anything that is
/// not a letter or a digit turned into one space.
///
/// `fold("Đề nghị HOÀ giải, số 12/UBND-VP")` is `"de nghi hoa giai so 12 ubnd vp"`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'đ' => folded.push('d'),
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The composed form (NFC) in which texts are stored for showing; files from macOS come decomposed.
pub fn compose(text: &str) -> String {
    text.nfc().collect()
}

/// Whether two names are the same for a reader who does not mind marks, case and spaces: the
/// comparison between a certificate's common name and a name printed on the page.
pub fn same_name(a: &str, b: &str) -> bool {
    !a.is_empty() && fold(a) == fold(b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_drops_every_vietnamese_mark() {
        assert_eq!(
            fold("Đắk Lắk, ĐƯỜNG Nguyễn Huệ"),
            "dak lak duong nguyen hue"
        );
        assert_eq!(fold("  Số: 12/UBND-VP  "), "so 12 ubnd vp");
        assert_eq!(fold("hoà"), fold("hòa"));
    }

    #[test]
    fn composed_and_decomposed_text_fold_alike() {
        let composed = "Ủy ban nhân dân xã An Hòa";
        let decomposed: String = composed.nfd().collect();
        assert_ne!(composed, decomposed);
        assert_eq!(fold(composed), fold(&decomposed));
        assert_eq!(compose(&decomposed), composed);
    }

    #[test]
    fn an_empty_name_is_nobodys_name() {
        assert!(same_name("Vi Đức Thuận", "VI ĐỨC THUẬN"));
        assert!(!same_name("", ""));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
