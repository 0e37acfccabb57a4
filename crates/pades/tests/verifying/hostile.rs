//! No input makes the verifier panic, and no damage makes a signed file valid.

use std::path::Path;

use proptest::prelude::*;
use time::macros::datetime;
use trien_pades::cms::{read::SignedData, timestamp::Token};
use trien_pades::path::{Certificate, Crl};
use trien_pades::{Trust, Verdict, verify};

fn corpus(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(name),
    )
    .unwrap()
}

fn trust() -> Trust {
    let mut trust = Trust::new(datetime!(2026-11-22 00:00 UTC));
    trust.add_roots(&corpus("root.pem")).unwrap();
    trust.add_crls(&corpus("crls.pem")).unwrap();
    trust
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every byte outside `/Contents` is signed; inside stand the CMS and certificates that nobody
    /// needs, and zeros.
    #[test]
    fn a_changed_byte_is_never_valid(position in any::<proptest::sample::Index>(), bit in 0u8..8) {
        let mut file = corpus("approval_pades.pdf");
        let range = verify(file.as_slice(), &trust()).signatures[0].byte_range.clone();
        let (gap, after) = (range[1] as usize, range[2] as usize);
        let at = position.index(gap + file.len() - after);
        let at = if at < gap { at } else { at - gap + after };
        file[at] ^= 1 << bit;
        let report = verify(file.as_slice(), &trust());
        prop_assert!(!matches!(report.verdict, Verdict::Valid | Verdict::ValidWithPermittedChanges), "byte {at} bit {bit}");
    }

    #[test]
    fn cut_and_spliced_files_are_never_valid(position in any::<proptest::sample::Index>(), insert in proptest::collection::vec(any::<u8>(), 0..40)) {
        let file = corpus("h1.pdf");
        let at = position.index(file.len() - 2);
        let spliced = [&file[..at], insert.as_slice(), &file[at + 1..]].concat();
        let report = verify(spliced.as_slice(), &trust());
        prop_assert!(!matches!(report.verdict, Verdict::Valid | Verdict::ValidWithPermittedChanges) || spliced == file);
        // A file cut at the end of a revision is the document of that revision; anywhere else it is none.
        let report = verify(&file[..at], &trust());
        let is_end = file[..at].trim_ascii_end().ends_with(b"%%EOF");
        prop_assert!(is_end || !matches!(report.verdict, Verdict::Valid | Verdict::ValidWithPermittedChanges), "cut at {at}");
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = SignedData::read(&bytes);
        let _ = Token::read(&bytes);
        let _ = Certificate::read_all(&bytes);
        let _ = Crl::read_all(&bytes);
        let _ = verify(bytes.as_slice(), &trust());
        let with_header = [b"%PDF-1.7\n".as_slice(), &bytes].concat();
        let _ = verify(with_header.as_slice(), &trust());
    }

    #[test]
    fn damaged_certificates_never_panic(position in any::<proptest::sample::Index>(), value in any::<u8>()) {
        let mut pem = corpus("crls.pem");
        let at = position.index(pem.len());
        pem[at] = value;
        if let Ok(crls) = Crl::read_all(&pem) {
            let mut trust = trust();
            trust.crls = crls;
            let report = verify(corpus("approval_pades.pdf").as_slice(), &trust);
            prop_assert_ne!(report.verdict, Verdict::Unreadable);
        }
    }
}
