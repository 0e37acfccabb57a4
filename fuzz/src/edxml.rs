//! What is fuzzed of edXML: whatever the bytes are, these functions return within their bounds. The fuzzers call them, and
//! so does a test of `edxml` with every file of the committed corpora.

use time::macros::datetime;
use trien_edxml::{Limits, Message, read, write_document, write_status};

/// The documented bounds are far above what a fuzzer's second allows.
const LIMITS: Limits = Limits {
    package_bytes: 1 << 20,
    xml_bytes: 1 << 20,
    depth: 32,
    elements: 5_000,
    attributes: 32,
    attachments: 50,
    attachment_bytes: 4 << 20,
    total_bytes: 8 << 20,
    zip_ratio: 200,
};

/// A package around one attachment, whose bytes are the input.
const AROUND: [&str; 2] = [
    "<edXML xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"><edXMLEnvelope><edXMLHeader><MessageHeader>\
     <From><OrganId>H99.15</OrganId></From><To><OrganId>H99.07</OrganId></To><DocumentId>H99.15,2026/11/20,1/UBND-VP\
     </DocumentId><Code><CodeNumber>1</CodeNumber><CodeNotation>UBND-VP</CodeNotation></Code><Subject>s</Subject>\
     </MessageHeader><TraceHeaderList><Bussiness><BussinessDocType>0</BussinessDocType></Bussiness></TraceHeaderList>\
     </edXMLHeader></edXMLEnvelope><AttachmentEncoded><Attachment><ContentId>cid:1</ContentId><AttachmentName>a.xlsx\
     </AttachmentName><ContentTransferEncoded>",
    "</ContentTransferEncoded></Attachment></AttachmentEncoded></edXML>",
];

/// Whole packages in any dialect: read, and what was understood written again and read again.
pub fn package(data: &[u8]) {
    let Ok(package) = read(data, &LIMITS) else {
        return;
    };
    let files = &package.attachments;
    assert!(files.len() <= LIMITS.attachments);
    assert!(files.iter().map(|file| file.bytes.len()).sum::<usize>() <= LIMITS.total_bytes);
    for file in files {
        let name = file.file_name();
        assert!(
            !name.contains(['/', '\\', '\0']) && name != ".." && !name.is_empty(),
            "{name:?}"
        );
    }
    let written = match &package.message {
        Message::Document(facts) => write_document(facts, files, datetime!(2026-11-22 00:00 UTC)),
        Message::Status(status) => write_status(status),
    };
    let _ = read(&written, &LIMITS);
}

/// One attachment's bytes: a file, a wrapper around one, or something that would expand without end.
pub fn attachment(data: &[u8]) {
    use base64::Engine;
    let encoded = base64::engine::general_purpose::STANDARD.encode(data);
    package([AROUND[0], &encoded, AROUND[1]].concat().as_bytes());
}
