//! Reading certificates from a token.

use cryptoki::{
    error::Result,
    object::{Attribute, AttributeType, CertificateType, ObjectClass, ObjectHandle},
    session::Session,
};

use crate::TokenCertificate;

/// More objects of one kind than a card can hold are a defect of the module.
pub(crate) const MAX_OBJECTS: usize = 256;

/// Certificates are 1 to 3 KiB; one larger than this is not read further.
const MAX_CERTIFICATE: usize = 64 * 1024;

/// All X.509 certificates that the session can see.
pub(crate) fn certificates(session: &Session) -> Result<Vec<TokenCertificate>> {
    let template = [
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::CertificateType(CertificateType::X_509),
    ];
    let wanted = [
        AttributeType::Value,
        AttributeType::Id,
        AttributeType::Label,
    ];
    let mut certificates = Vec::new();
    for handle in find(session, &template)? {
        let mut certificate = TokenCertificate {
            der: Vec::new(),
            id: Vec::new(),
            label: String::new(),
        };
        for attribute in session.get_attributes(handle, &wanted)? {
            match attribute {
                Attribute::Value(der) => certificate.der = der,
                Attribute::Id(id) => certificate.id = id,
                Attribute::Label(label) => {
                    certificate.label = String::from_utf8_lossy(&label).into_owned();
                }
                _ => {}
            }
        }
        if !certificate.der.is_empty() && certificate.der.len() <= MAX_CERTIFICATE {
            certificates.push(certificate);
        }
    }
    Ok(certificates)
}

/// The objects that match the template, at most [`MAX_OBJECTS`].
pub(crate) fn find(session: &Session, template: &[Attribute]) -> Result<Vec<ObjectHandle>> {
    let mut handles = session.find_objects(template)?;
    handles.truncate(MAX_OBJECTS);
    Ok(handles)
}
