//! LTV: the document security store.

use super::*;

#[test]
fn nothing_but_validation_data_hangs_in_the_security_store() {
    let with_store = |stored: fn(&mut trien_pdf::Update<'_, &[u8]>) -> Dict| {
        append(&office().sealed, |pdf, update| {
            let mut catalog = pdf.latest().catalog().unwrap();
            let store = stored(update);
            catalog.set("DSS", update.add(store));
            update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
        })
    };
    let plain = with_store(|update| {
        let certificate = update.add_stream(Dict::new(), vec![0x30, 0], true);
        Dict::new().with("Certs", vec![certificate.into()])
    });
    let report = judged(&plain);
    assert_eq!(report.verdict, Verdict::ValidWithPermittedChanges);
    assert_eq!(
        signature(&report, "ky_condau").changes_after,
        ChangeKind::Lta
    );
    let drawing = with_store(|update| {
        let drawing = text_stream(update, "999");
        Dict::new().with("Certs", vec![drawing.into()])
    });
    assert_invalid(&drawing, "dss_changed");
    let more = with_store(|update| Dict::new().with("More", update.add(Dict::new())));
    assert_invalid(&more, "dss_changed");
    // Taking the store away again takes nothing that was signed.
    let removed = append(&plain, |pdf, update| {
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.remove("DSS");
        update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
    });
    assert_eq!(judged(&removed).verdict, Verdict::ValidWithPermittedChanges);
}
