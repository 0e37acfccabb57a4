//! Lists longer than a page: each page says where the next one starts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use serde_json::Value;
use trien_tests::{Desk, Office};

/// More than two pages of 100.
const LETTERS: u32 = 230;

fn ids(page: &Value) -> Vec<u64> {
    let rows = page["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| row["key"]["id"].as_u64().unwrap())
        .collect()
}

#[test]
fn inbox_and_search_give_every_row_once_page_by_page_and_at_once() {
    let office = Office::new();
    let clerk = office.clerk();
    clerk.ok(["sync"]);
    office.fill_inbox(&clerk, LETTERS);
    for list in [vec!["inbox"], vec!["search", "kiểm tra phân trang"]] {
        let all = ids(&with(&clerk, &list, &["--all"]));
        assert!(all.len() >= LETTERS as usize, "{list:?}: {}", all.len());
        let mut page = with(&clerk, &list, &[]);
        let mut gathered = ids(&page);
        assert_eq!(gathered.len(), 100);
        while let Some(next) = page["next"].as_str() {
            page = with(&clerk, &list, &["--after", next]);
            gathered.extend(ids(&page));
        }
        assert_eq!(gathered, all, "{list:?}");
        assert_eq!(ids(&with(&clerk, &list, &["--limit", "150"])).len(), 200);
    }
}

fn with(desk: &Desk, list: &[&str], more: &[&str]) -> Value {
    desk.ok(list.iter().chain(more))
}
