//! The document security store (ISO 32000-2 12.8.4.3, level B-LT): certificates, revocation lists and OCSP answers that
//! a verifier will need when the services are gone.

use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use trien_pdf::{Appended, Dict, Object, ObjectSink, Pdf, ReadAt, Update, View};

use super::gap;
use crate::error::PadesError;
use crate::form::Form;

const TIMESTAMP_TOKEN: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
/// Entries of one kind in a store; a list refreshed yearly for decades has some hundreds.
const MAX_ENTRIES: usize = 10_000;

/// Validation data, each in DER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Certificates of signers, authorities and their issuers.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists.
    pub crls: Vec<Vec<u8>>,
    /// OCSP responses.
    pub ocsps: Vec<Vec<u8>>,
}

/// Appends the evidence that the file's store does not hold yet. `None` where it holds all of it.
///
/// # Errors
/// [`PadesError::Pdf`] where the store that is there cannot be read.
pub fn add_evidence<S: ReadAt>(
    pdf: &Pdf<S>,
    evidence: &Evidence,
) -> Result<Option<Appended>, PadesError> {
    let view = pdf.latest();
    let mut update = Update::new(pdf)?;
    let catalog = view.catalog()?;
    let entry = catalog.get("DSS").cloned().unwrap_or(Object::Null);
    let mut store = match view.resolve(&entry)? {
        Object::Dictionary(store) => store,
        _ => Dict::new().with("Type", Object::name("DSS")),
    };
    let mut grown = false;
    for (key, items) in [
        ("Certs", &evidence.certificates),
        ("CRLs", &evidence.crls),
        ("OCSPs", &evidence.ocsps),
    ] {
        grown |= add(&mut update, &view, &mut store, key, items)?;
    }
    if !grown {
        return Ok(None);
    }
    match entry.as_reference() {
        Some(id) => update.set(id, store),
        None => {
            let id = update.add(store);
            update.set(view.root()?, catalog.with("DSS", id));
        }
    }
    Ok(Some(update.finish()?))
}

/// Adds streams to one list of the store; says whether there was anything new.
fn add<S: ReadAt>(
    update: &mut Update<'_, S>,
    view: &View<'_, S>,
    store: &mut Dict,
    key: &str,
    items: &[Vec<u8>],
) -> Result<bool, PadesError> {
    let listed = match store.get(key) {
        Some(list) => view.resolve(list)?,
        None => Object::Null,
    };
    let mut list = listed.as_array().unwrap_or_default().to_vec();
    let mut known = Vec::new();
    for item in list.iter().take(MAX_ENTRIES) {
        if let Object::Stream(stream) = view.resolve(item)? {
            known.push(view.stream_bytes(&stream)?);
        }
    }
    let before = list.len();
    for item in items {
        if !known.contains(item) && list.len() < MAX_ENTRIES {
            list.push(update.add_stream(Dict::new(), item.clone(), true).into());
            known.push(item.clone());
        }
    }
    let grown = list.len() > before;
    if grown {
        store.set(key, list);
    }
    Ok(grown)
}

/// The certificates that the file's signatures and timestamps carry: where the search for issuers begins.
///
/// # Errors
/// [`PadesError::Pdf`] where the form cannot be read; a signature that cannot be read adds nothing.
pub fn embedded_certificates<S: ReadAt>(pdf: &Pdf<S>) -> Result<Vec<Vec<u8>>, PadesError> {
    let view = pdf.latest();
    let form = Form::read(&view)?;
    let mut found = Vec::new();
    for field in form.iter().flat_map(|form| &form.fields) {
        let Some(value) = &field.signature else {
            continue;
        };
        if let Some(gap) = gap::of_value(&view, value)?
            && let Ok(contents) = gap.contents(pdf)
        {
            collect(&contents, &mut found);
        }
    }
    Ok(found)
}

/// Certificates of a CMS, and of the timestamp token in it.
fn collect(contents: &[u8], found: &mut Vec<Vec<u8>>) {
    let info = ContentInfo::from_der(contents).ok();
    let Some(signed) = info.and_then(|info| info.content.decode_as::<SignedData>().ok()) else {
        return;
    };
    let certificates = signed.certificates.iter().flat_map(|set| set.0.iter());
    for der in certificates.filter_map(|choice| choice.to_der().ok()) {
        if !found.contains(&der) {
            found.push(der);
        }
    }
    let signers = signed.signer_infos.0.iter();
    let attributes = signers.filter_map(|signer| signer.unsigned_attrs.as_ref());
    for attribute in attributes.flat_map(|attributes| attributes.iter()) {
        if attribute.oid == TIMESTAMP_TOKEN {
            let tokens = attribute.values.iter();
            let tokens: Vec<_> = tokens.filter_map(|token| token.to_der().ok()).collect();
            tokens.iter().for_each(|token| collect(token, found));
        }
    }
}
