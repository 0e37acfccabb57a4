//! Who can be addressed, by code: a document to a hundred organs must not read a directory of 120,000 a hundred times.

use std::collections::HashMap;

use super::registry::Registry;

/// Every organ that is not closed, by its code in force and the one before, and whether it is locked.
pub(super) struct Codes(HashMap<String, bool>);

impl Codes {
    pub(super) fn of(registry: &Registry) -> Self {
        let mut codes = HashMap::new();
        let open = || registry.agencies().filter(|organ| !organ.deleted);
        // A code in force means its organ, whoever had it before.
        for organ in open() {
            codes.entry(organ.code.clone()).or_insert(organ.locked);
        }
        for organ in open().filter(|organ| !organ.old_code.is_empty()) {
            codes.entry(organ.old_code.clone()).or_insert(organ.locked);
        }
        Self(codes)
    }

    /// Whether the organ of a code takes nothing for now; `None` where there is no such organ.
    pub(super) fn is_locked(&self, code: &str) -> Option<bool> {
        self.0.get(code).copied()
    }
}
