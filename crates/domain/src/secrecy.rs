//! State secrets never travel this axis.
//!
//! The Law on Protection of State Secrets (117/2025/QH15) knows three levels, and none of them may
//! be kept on a networked computer. A package that looks secret is stopped and handed to the
//! clerk; what merely speaks about secrets is not.

use crate::document::Code;
use crate::text::fold;

/// Whether a mark of secrecy stands in the facts of a package: the notation's group `M`, `TM`, `TuM`,
/// or a stamp's words as the whole of an urgency, sphere or attachment name.
///
/// Returns the words that gave it away, to be shown to the clerk.
pub fn marking<'a>(code: &'a Code, stamps: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let group = code
        .notation
        .split(['-', '/'])
        .find(|g| matches!(*g, "M" | "TM" | "TuM" | "TUM"));
    if let Some(group) = group {
        return Some(format!("{code} ({group})"));
    }
    stamps
        .into_iter()
        .find(|stamp| is_stamp(stamp))
        .map(str::to_owned)
}

/// Whether a text is, or starts with, one of the three stamps: MẬT, TỐI MẬT, TUYỆT MẬT. Marks are
/// kept in the comparison: `MẶT` (a side) and `MẤT` (lost) fold to the same letters as a stamp.
fn is_stamp(text: &str) -> bool {
    let upper = crate::text::compose(text).to_uppercase();
    let stamp = upper.trim().trim_matches(['(', ')', '[', ']', '"']);
    let levels = ["TUYỆT MẬT", "TỐI MẬT", "MẬT"];
    levels.contains(&stamp)
        || levels.iter().any(|level| {
            stamp.starts_with(&format!("{level}_")) || stamp.starts_with(&format!("[{level}]"))
        })
        || matches!(
            fold(text).as_str(),
            "do mat mat" | "do mat toi mat" | "do mat tuyet mat"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(notation: &str) -> Code {
        Code::new("12", notation)
    }

    #[test]
    fn stamps_and_notations_are_recognised() {
        assert!(marking(&code("UBND-TM"), []).is_some());
        assert!(marking(&code("UBND"), ["Liên thông", "TỐI MẬT"]).is_some());
        assert!(marking(&code("UBND"), ["Mật"]).is_some());
        assert!(marking(&code("UBND"), ["MẬT_12.pdf"]).is_some());
    }

    #[test]
    fn speaking_of_secrets_is_not_being_one() {
        for harmless in [
            "V/v bảo vệ bí mật nhà nước",
            "Mặt",
            "Mật ong rừng",
            "Liên thông",
        ] {
            assert_eq!(marking(&code("UBND-VP"), [harmless]), None, "{harmless}");
        }
    }
}
