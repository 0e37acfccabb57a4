//! Where each dialect keeps header, trace and manifest.
//!
//! QCVN 102 wraps them in `edXMLHeader` and `edXMLBody`; the SOAP dialects lay them into the SOAP
//! header and body, with a status under an element of its own; one gateway lays them bare.

use crate::EdxmlError;
use crate::tree::Element;

/// The parts of a message that say something.
pub(crate) struct Envelope<'a> {
    /// MessageHeader of a document.
    pub(crate) header: Option<&'a Element<'a>>,
    /// What carries StatusCode, in a status.
    pub(crate) status: Option<&'a Element<'a>>,
    /// TraceHeaderList.
    pub(crate) trace: Option<&'a Element<'a>>,
    /// The manifest, whose references name the files.
    pub(crate) manifest: Option<&'a Element<'a>>,
}

impl<'a> Envelope<'a> {
    /// Finds them below a root.
    pub(crate) fn find(root: &'a Element<'a>) -> Result<Self, EdxmlError> {
        let envelope = root.find("edXMLEnvelope").unwrap_or(root);
        let head = either(envelope, ["edXMLHeader", "Header"]).unwrap_or(envelope);
        let header = head.find("MessageHeader");
        let status = head
            .find("Status")
            .or(header)
            .filter(|e| e.find("StatusCode").is_some());
        if header.is_none() && status.is_none() {
            return Err(EdxmlError::NoHeader);
        }
        let body = either(envelope, ["edXMLBody", "Body"]);
        Ok(Self {
            header,
            status,
            trace: head
                .find("TraceHeaderList")
                .or_else(|| envelope.find("TraceHeaderList")),
            manifest: body.and_then(|body| either(body, ["edXMLManifest", "Manifest"])),
        })
    }
}

fn either<'a>(parent: &'a Element<'a>, names: [&str; 2]) -> Option<&'a Element<'a>> {
    names.into_iter().find_map(|name| parent.find(name))
}
