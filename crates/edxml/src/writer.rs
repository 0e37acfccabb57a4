//! The one dialect that is written: QCVN 102 in the layout of the public SDK, byte for byte.

use std::io::{self, Cursor, Read, Write};

use base64::engine::general_purpose::STANDARD;
use base64::write::EncoderWriter;
use time::OffsetDateTime;
use trien_domain::document::{Reference, Staff};
use trien_domain::{DocumentFacts, Operation, Organ, StatusMessage};

use crate::{Attachment, NAMESPACE, dates};

/// Writes a document's package, with the sender's own TraceHeader at `sent`.
///
/// `attachments` are written as they are: [`Attachment::of_file`] makes them ready.
pub fn write_document(
    facts: &DocumentFacts,
    attachments: &[Attachment],
    sent: OffsetDateTime,
) -> Vec<u8> {
    fn in_memory(file: &Attachment) -> Attachment<Cursor<&[u8]>> {
        file.as_ref().map(|bytes| Cursor::new(bytes.as_slice()))
    }
    let mut files: Vec<_> = attachments.iter().map(in_memory).collect();
    let mut package = Vec::new();
    // Memory neither fills nor fails.
    let _ = write_document_to(&mut package, facts, &mut files, sent);
    package
}

/// The same piece by piece, from files that are read to their ends while they are written.
///
/// # Errors
/// Those of `out` and of the files.
pub fn write_document_to<F: Read>(
    out: &mut impl Write,
    facts: &DocumentFacts,
    attachments: &mut [Attachment<F>],
    sent: OffsetDateTime,
) -> io::Result<()> {
    let mut w = Writer::default();
    w.open_envelope();
    w.within("edXML:MessageHeader", |w| message_header(w, facts));
    w.within("edXML:TraceHeaderList", |w| {
        w.within("edXML:TraceHeader", |w| {
            w.leaf("edXML:OrganId", facts.from.id.as_str());
            w.leaf("edXML:Timestamp", &dates::write_instant(sent));
        });
        w.within("edXML:Bussiness", |w| business(w, facts));
    });
    w.close("edXML:edXMLHeader");
    if !attachments.is_empty() {
        w.within("edXML:edXMLBody", |w| manifest(w, attachments));
    }
    w.close("edXML:edXMLEnvelope");
    if !attachments.is_empty() {
        w.open("AttachmentEncoded");
        for attachment in attachments {
            encoded(&mut w, attachment, out)?;
        }
        w.close("AttachmentEncoded");
    }
    w.close("edXML");
    out.write_all(w.text.as_bytes())
}

/// Writes a status package.
pub fn write_status(status: &StatusMessage) -> Vec<u8> {
    let mut out = Writer::default();
    out.open_envelope();
    out.within("edXML:MessageHeader", |w| {
        w.within("edXML:From", |w| {
            w.leaf("edXML:OrganId", status.from.id.as_str());
            w.some("edXML:OrganName", &status.from.name);
            w.some("edXML:OrganizationInCharge", &status.from.in_charge);
        });
        w.within("edXML:ResponseFor", |w| {
            w.leaf("edXML:OrganId", status.to.as_str());
            w.leaf("edXML:Code", &status.code.to_string());
            w.date("edXML:PromulgationDate", status.date);
            w.leaf("edXML:DocumentId", status.document.as_str());
        });
        let Staff {
            department,
            name,
            email,
            mobile,
        } = &status.staff;
        if status.staff != Staff::default() {
            w.within("edXML:StaffInfo", |w| {
                w.some("edXML:Department", department);
                w.some("edXML:Staff", name);
                w.some("edXML:Mobile", mobile);
                w.some("edXML:Email", email);
            });
        }
        w.leaf("edXML:StatusCode", &status.digits);
        w.some("edXML:Description", &status.description);
        if let Some(at) = status.at {
            w.leaf("edXML:Timestamp", &dates::write_instant(at));
        }
    });
    out.close("edXML:edXMLHeader");
    out.close("edXML:edXMLEnvelope");
    out.close("edXML");
    out.text.into_bytes()
}

fn message_header(w: &mut Writer, facts: &DocumentFacts) {
    w.within("edXML:From", |w| organ(w, &facts.from));
    for to in &facts.to {
        w.within("edXML:To", |w| organ(w, to));
    }
    w.leaf("edXML:DocumentId", facts.id.as_str());
    w.within("edXML:Code", |w| {
        w.leaf("edXML:CodeNumber", &facts.code.number);
        w.leaf("edXML:CodeNotation", &facts.code.notation);
    });
    w.within("edXML:PromulgationInfo", |w| {
        w.some("edXML:Place", &facts.place);
        w.date("edXML:PromulgationDate", facts.date);
    });
    w.within("edXML:DocumentType", |w| {
        w.leaf("edXML:Type", &facts.kind.number.to_string());
        // Nothing was delivered by the axis until this element was there; its meaning is unknown.
        w.leaf("edXML:TypeDetail", "0");
        w.leaf("edXML:TypeName", &facts.kind.name);
    });
    w.leaf("edXML:Subject", &facts.subject);
    w.some("edXML:Content", &facts.content);
    w.within("edXML:SignerInfo", |w| {
        w.some("edXML:Competence", &facts.signatory.competence);
        w.some("edXML:Position", &facts.signatory.position);
        w.leaf("edXML:FullName", &facts.signatory.full_name);
    });
    w.date("edXML:DueDate", facts.due);
    w.within("edXML:OtherInfo", |w| other_info(w, facts));
    for reference in &facts.responds_to {
        w.within("edXML:ResponseFor", |w| response_for(w, reference));
    }
    w.leaf("edXML:SteeringType", &facts.steering.to_string());
    w.list("edXML:ToPlaces", "edXML:Place", &facts.to_places);
}

fn organ(w: &mut Writer, organ: &Organ) {
    w.leaf("edXML:OrganId", organ.id.as_str());
    w.some("edXML:OrganizationInCharge", &organ.in_charge);
    w.some("edXML:OrganName", &organ.name);
    w.some("edXML:OrganAdd", &organ.address);
    w.some("edXML:Email", &organ.email);
    w.some("edXML:Telephone", &organ.telephone);
    w.some("edXML:Fax", &organ.fax);
    w.some("edXML:Website", &organ.website);
}

fn other_info(w: &mut Writer, facts: &DocumentFacts) {
    w.leaf("edXML:Priority", &facts.urgency.code().to_string());
    w.some("edXML:SphereOfPromulgation", &facts.sphere);
    w.some("edXML:TyperNotation", &facts.typist);
    w.number("edXML:PromulgationAmount", facts.copies);
    w.number("edXML:PageAmount", facts.pages);
    w.leaf("edXML:Direction", "false");
    w.list("edXML:Appendixes", "edXML:Appendix", &facts.appendices);
}

fn response_for(w: &mut Writer, reference: &Reference) {
    w.leaf("edXML:OrganId", reference.organ.as_str());
    w.leaf("edXML:Code", &reference.code.to_string());
    w.leaf("edXML:DocumentId", reference.id.as_str());
    w.date("edXML:PromulgationDate", reference.date);
}

fn business(w: &mut Writer, facts: &DocumentFacts) {
    if let (Operation::Update, Some(id)) = (facts.operation, facts.concerns.first()) {
        w.leaf("edXML:DocumentId", id.as_str());
    }
    w.leaf(
        "edXML:BussinessDocType",
        &facts.operation.code().to_string(),
    );
    let reason = match facts.reason.as_str() {
        "" => customary_reason(facts.operation),
        reason => reason,
    };
    w.leaf("edXML:BussinessDocReason", reason);
    w.leaf("edXML:Paper", if facts.paper { "1" } else { "0" });
    match facts.operation {
        Operation::New | Operation::Recall => {}
        // Changes of receivers are never announced: which digit adds and which removes is unknown,
        // so an added receiver gets a new package and a removed one a recall.
        Operation::Update => w.within("edXML:BussinessDocumentInfo", |w| {
            w.leaf("edXML:DocumentInfo", "1");
            w.leaf("edXML:DocumentReceiver", "0");
        }),
        Operation::Replace => w.within("edXML:ReplacementInfoList", |w| {
            for id in &facts.concerns {
                w.within("edXML:ReplacementInfo", |w| {
                    w.leaf("edXML:DocumentId", id.as_str());
                    w.within("edXML:OrganIdList", |w| {
                        for to in &facts.to {
                            w.leaf("edXML:OrganId", to.id.as_str());
                        }
                    });
                });
            }
        }),
    }
    if facts.staff != Staff::default() {
        w.within("edXML:StaffInfo", |w| {
            w.some("edXML:Department", &facts.staff.department);
            w.some("edXML:Staff", &facts.staff.name);
            w.some("edXML:Email", &facts.staff.email);
            w.some("edXML:Mobile", &facts.staff.mobile);
        });
    }
}

/// The axis wants a reason in every package; these are the words of the SDK's own samples.
fn customary_reason(operation: Operation) -> &'static str {
    match operation {
        Operation::New => "Văn bản điện tử mới",
        Operation::Recall => "Thu hồi văn bản điện tử",
        Operation::Update => "Cập nhật văn bản điện tử",
        Operation::Replace => "Văn bản thay thế",
    }
}

fn manifest<F>(w: &mut Writer, attachments: &[Attachment<F>]) {
    w.open("edXML:edXMLManifest version=\"1.0\"");
    for attachment in attachments {
        w.within("edXML:Reference", |w| {
            w.leaf("edXML:ContentId", &cid(attachment));
            w.leaf("edXML:ContentType", &attachment.content_type);
            w.some("edXML:Description", &attachment.description);
            w.leaf("edXML:AttachmentName", &attachment.name);
        });
    }
    w.close("edXML:edXMLManifest");
}

/// One file; what stands before its bytes leaves first.
fn encoded<F: Read>(
    w: &mut Writer,
    attachment: &mut Attachment<F>,
    out: &mut impl Write,
) -> io::Result<()> {
    w.open("Attachment");
    w.leaf("ContentId", &cid(attachment));
    w.leaf("AttachmentName", &attachment.name);
    w.some("Description", &attachment.description);
    w.leaf("ContentType", &attachment.content_type);
    w.indent();
    w.text
        .push_str("<edXML:ContentTransferEncoded xmlns:edXML=\"");
    w.text.push_str(NAMESPACE);
    w.text.push_str("\">");
    out.write_all(std::mem::take(&mut w.text).as_bytes())?;
    let mut digits = EncoderWriter::new(&mut *out, &STANDARD);
    copy(&mut attachment.bytes, &mut digits)?;
    digits.finish()?;
    drop(digits);
    w.text.push_str("</edXML:ContentTransferEncoded>\n");
    w.close("Attachment");
    Ok(())
}

/// `io::copy` in pieces that are large enough for base64 to be the cost.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut piece = vec![0; 96 << 10];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => to.write_all(piece.get(..read).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn cid<F>(attachment: &Attachment<F>) -> String {
    format!("cid:{}", attachment.content_id)
}

/// Elements on lines of their own, two spaces a level.
#[derive(Default)]
struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    /// The prolog and everything down to the open header.
    fn open_envelope(&mut self) {
        self.text
            .push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.open(&format!("edXML xmlns=\"{NAMESPACE}\""));
        self.open(&format!("edXML:edXMLEnvelope xmlns:edXML=\"{NAMESPACE}\""));
        self.open("edXML:edXMLHeader");
    }

    fn within(&mut self, name: &str, children: impl FnOnce(&mut Self)) {
        self.open(name);
        children(self);
        self.close(name);
    }

    fn open(&mut self, tag: &str) {
        self.indent();
        self.text.push_str(&format!("<{tag}>\n"));
        self.depth += 1;
    }

    fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.text.push_str(&format!("</{name}>\n"));
    }

    fn leaf(&mut self, name: &str, value: &str) {
        self.indent();
        self.text.push_str(&format!("<{name}>"));
        for c in value.chars() {
            match c {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                // A line break survives parsers only as a reference.
                '\r' => self.text.push_str("&#13;"),
                '\n' | '\t' => self.text.push(c),
                // XML 1.0 section 2.2 has no other control characters, escaped or not.
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => self.text.push(' '),
                c => self.text.push(c),
            }
        }
        self.text.push_str(&format!("</{name}>\n"));
    }

    /// An element only where there is something to say: the axis itself drops empty ones.
    fn some(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.leaf(name, value);
        }
    }

    fn date(&mut self, name: &str, date: Option<time::Date>) {
        if let Some(date) = date {
            self.leaf(name, &dates::write_date(date));
        }
    }

    fn number(&mut self, name: &str, number: Option<u16>) {
        if let Some(number) = number {
            self.leaf(name, &number.to_string());
        }
    }

    fn list(&mut self, name: &str, item: &str, values: &[String]) {
        if !values.is_empty() {
            self.within(name, |w| values.iter().for_each(|v| w.leaf(item, v)));
        }
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}
