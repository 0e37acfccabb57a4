//! The document security store (ISO 32000-2 12.8.4.3) as a source of certificates and revocation data.

use trien_pdf::{Dict, Object, Pdf, PdfError, ReadAt, View};

use crate::path::{Certificate, Crl, Material, Ocsp};

/// Most certificates, lists or answers of one kind taken from a store.
const MAX_MATERIAL: usize = 2_000;
/// Most revisions that are searched for a store that was dropped.
const MAX_REVISIONS: usize = 100;

/// The newest store of the document. A later revision may drop it (nothing forbids that); what it held stays
/// what it was, and each part is checked before it is used.
pub fn newest<S: ReadAt>(pdf: &Pdf<S>) -> Result<Material, PdfError> {
    let last = pdf.revisions().len();
    for revision in (last.saturating_sub(MAX_REVISIONS)..last).rev() {
        let view = pdf.at(revision);
        if let Some(store) = dictionary(view) {
            return Ok(read(view, &store));
        }
    }
    Ok(Material::default())
}

/// Whether the document has a store as `view` shows it.
pub fn is_in<S: ReadAt>(view: View<'_, S>) -> bool {
    dictionary(view).is_some()
}

fn dictionary<S: ReadAt>(view: View<'_, S>) -> Option<Dict> {
    let store = view.get(&view.catalog().ok()?, "DSS").ok()?;
    store.as_dict().cloned()
}

/// What cannot be read there helps nobody and harms nobody.
fn read<S: ReadAt>(view: View<'_, S>, store: &Dict) -> Material {
    let mut dictionaries = vec![store.clone()];
    // Some writers hang the data of one signature there and nowhere else (table 258, VRI).
    if let Ok(Object::Dictionary(all)) = view.get(store, "VRI") {
        let entries = all.iter().take(MAX_MATERIAL);
        let read = entries.filter_map(|(_, entry)| view.resolve(entry).ok());
        dictionaries.extend(read.filter_map(|entry| entry.as_dict().cloned()));
    }
    let mut material = Material::default();
    for (general, single) in [("Certs", "Cert"), ("CRLs", "CRL"), ("OCSPs", "OCSP")] {
        let mut seen = Vec::new();
        for item in dictionaries
            .iter()
            .flat_map(|dict| [general, single].map(|key| items(view, dict, key)))
            .flatten()
        {
            let id = item.as_reference();
            if seen.len() >= MAX_MATERIAL || (id.is_some() && seen.contains(&id)) {
                continue;
            }
            seen.push(id);
            let Ok(Object::Stream(stream)) = view.resolve(&item) else {
                continue;
            };
            let Ok(bytes) = view.stream_bytes(&stream) else {
                continue;
            };
            match single {
                "Cert" => material.certificates.extend(Certificate::from_der(&bytes)),
                "CRL" => material.crls.extend(Crl::from_der(&bytes)),
                _ => material.ocsps.extend(Ocsp::from_der(&bytes)),
            }
        }
    }
    material
}

fn items<S: ReadAt>(view: View<'_, S>, dict: &Dict, key: &str) -> Vec<Object> {
    match view.get(dict, key) {
        Ok(Object::Array(items)) => items,
        _ => Vec::new(),
    }
}
