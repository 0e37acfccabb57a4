//! The named faults of the exchange, of kills, disks and secrets, and the code that each is told by.

use std::collections::BTreeMap;

use serde_json::Value;

const TABLE: &str = include_str!("../corpus/faults/exchange.json");

/// The error code of a named fault.
///
/// # Panics
/// Where the table does not have it.
pub fn code_of(fault: &str) -> String {
    let mut table: BTreeMap<String, Value> = serde_json::from_str(TABLE).expect("a table in JSON");
    let told = table.remove(fault);
    let told = told.unwrap_or_else(|| panic!("{fault} is in the table of faults"));
    told["code"].as_str().expect("a code").to_owned()
}
