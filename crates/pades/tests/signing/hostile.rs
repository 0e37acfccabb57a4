//! Damaged files are refused or signed, but nothing panics, and what is signed is what was there.

use std::sync::LazyLock;

use crate::support::pki::{Key, Pki, Signatory};
use crate::support::{clerk_request, draft, prepared};
use proptest::prelude::*;
use trien_pades::{Mark, SignRequest, begin, lint, prepare};
use trien_pdf::{Limits, Pdf};

static PKI: LazyLock<Pki> = LazyLock::new(Pki::new);
static PERSON: LazyLock<Signatory> =
    LazyLock::new(|| PKI.issue(1, "CN=Nguyễn Văn Bình,C=VN", Key::p256()));
static FILE: LazyLock<Vec<u8>> =
    LazyLock::new(|| prepared(draft::letter().finish().unwrap(), false));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The last bytes hold our fields and the cross-references, where damage tells most.
    #[test]
    fn damage_never_panics(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), tail in any::<bool>()) {
        let mut file = FILE.clone();
        let from = if tail { file.len() - 4096 } else { 0 };
        for (index, byte) in edits {
            let at = from + index.index(file.len() - from);
            file[at] = byte;
        }
        let Ok(pdf) = Pdf::open(file.as_slice(), Limits::default()) else { return Ok(()) };
        let _ = lint(&pdf);
        let _ = prepare(&pdf, &draft::plan(false));
        let request = SignRequest { mark: Mark::None, ..clerk_request(&PKI, &PERSON, "125") };
        if let Ok(act) = begin(&pdf, &request) {
            let raw = PERSON.sign(&act);
            prop_assert_eq!(act.finish(&raw).unwrap().base, file.len() as u64);
        }
    }
}
