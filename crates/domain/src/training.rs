//! How practice is told from real work.

/// Stands in the name of every practice authority, where every viewer shows it; a profile that is not for training
/// trusts no root that bears it.
pub const MARK: &str = "TẬP HUẤN";

/// Whether a certificate's common name is a practice authority's. Upper case alone counts: a real authority may well
/// teach, but does not shout it.
pub fn is_marked(common_name: &str) -> bool {
    common_name.contains(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_found_inside_a_name() {
        assert!(is_marked("CA gốc TẬP HUẤN Triện"));
        assert!(!is_marked("CA phục vụ các cơ quan Nhà nước G2"));
        assert!(!is_marked("Trung tâm Tập huấn chữ ký số"));
    }
}
