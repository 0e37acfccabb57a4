//! MessageHeader and TraceHeaderList to the domain.

use trien_domain::document::{Kind, Reference, Staff};
use trien_domain::text::compose;
use trien_domain::{
    Code, DocumentFacts, DocumentId, Operation, Organ, OrganId, Signatory, StatusCode,
    StatusMessage, Urgency,
};

use crate::tree::Element;
use crate::{EdxmlError, Note, dates};

/// A document's facts. `trace` is its TraceHeaderList; a package without one is new.
pub(crate) fn document(
    header: &Element<'_>,
    trace: Option<&Element<'_>>,
    notes: &mut Vec<Note>,
) -> Result<DocumentFacts, EdxmlError> {
    let from = sender(header)?;
    let to = recipients(header, notes)?;
    let code = code(header);
    let promulgation = header.find("PromulgationInfo");
    let date = promulgation
        .map(|p| p.get("PromulgationDate"))
        .and_then(|text| dates::date("PromulgationDate", text, notes));
    let id = identifier(header, &from.id, date, &code, notes)?;
    let other = header.find("OtherInfo");
    let business = trace.and_then(|t| t.find("Bussiness"));
    if business.is_none() {
        notes.push(Note::Missing {
            element: "Bussiness",
        });
    }
    let operation = operation(business)?;
    Ok(DocumentFacts {
        id,
        from,
        to,
        code,
        place: promulgation.map_or(String::new(), |p| shown(p, "Place")),
        date,
        kind: kind(header),
        subject: shown(header, "Subject"),
        content: shown(header, "Content"),
        signatory: signatory(header),
        due: due(header, notes),
        urgency: urgency(other, notes),
        sphere: other.map_or(String::new(), |o| shown(o, "SphereOfPromulgation")),
        typist: other.map_or(String::new(), |o| shown(o, "TyperNotation")),
        copies: other.and_then(|o| o.get("PromulgationAmount").parse().ok()),
        pages: other.and_then(|o| o.get("PageAmount").parse().ok()),
        appendices: other.map_or(Vec::new(), |o| texts(o, "Appendixes", "Appendix")),
        responds_to: references(header, notes),
        steering: header.get("SteeringType").parse().unwrap_or(0),
        to_places: texts(header, "ToPlaces", "Place"),
        operation,
        reason: business.map_or(String::new(), |b| shown(b, "BussinessDocReason")),
        paper: business.is_some_and(|b| b.get("Paper") == "1"),
        concerns: business.map_or(Vec::new(), |b| concerns(b, operation)),
        staff: business.map_or(Staff::default(), staff),
    })
}

/// A status message.
pub(crate) fn status(
    header: &Element<'_>,
    notes: &mut Vec<Note>,
) -> Result<StatusMessage, EdxmlError> {
    let subject = header
        .find("ResponseFor")
        .ok_or(EdxmlError::MissingElement {
            element: "ResponseFor",
        })?;
    let (to, code) = addressee(subject, notes)?;
    let from = sender(header)?;
    // A request to take back goes the other way: who sends it issued the document.
    let digits = header.get("StatusCode").to_owned();
    let issuer = match StatusCode::from_digits(&digits) {
        Some(StatusCode::RecallAsked) => &from.id,
        _ => &to,
    };
    let date = dates::date("PromulgationDate", subject.get("PromulgationDate"), notes);
    let document = match DocumentId::new(subject.get("DocumentId")) {
        Some(id) => id,
        // The SOAP dialects have none.
        None => composed(issuer, date, &code, notes).ok_or(EdxmlError::MissingElement {
            element: "ResponseFor/DocumentId",
        })?,
    };
    Ok(StatusMessage {
        from,
        to,
        code,
        document,
        date,
        staff: staff(header),
        digits,
        description: shown(header, "Description"),
        at: dates::instant("Timestamp", header.get("Timestamp"), notes),
    })
}

/// Whom a status goes to and the code it is about. One program writes each into the other's element.
fn addressee(subject: &Element<'_>, notes: &mut Vec<Note>) -> Result<(OrganId, Code), EdxmlError> {
    let (mut organ, mut code) = (subject.get("OrganId"), subject.get("Code"));
    if organ.contains('/') && !code.contains('/') && code.contains('.') {
        std::mem::swap(&mut organ, &mut code);
        notes.push(Note::Swapped {
            element: "ResponseFor",
        });
    }
    let to = OrganId::new(organ).ok_or(EdxmlError::MissingElement {
        element: "ResponseFor/OrganId",
    })?;
    Ok((to, Code::parse(&compose(code))))
}

fn sender(header: &Element<'_>) -> Result<Organ, EdxmlError> {
    header
        .find("From")
        .and_then(organ)
        .ok_or(EdxmlError::MissingElement {
            element: "From/OrganId",
        })
}

fn recipients(header: &Element<'_>, notes: &mut Vec<Note>) -> Result<Vec<Organ>, EdxmlError> {
    let mut to: Vec<Organ> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for element in header.all("To") {
        match organ(element) {
            None => notes.push(Note::NoOrgan { element: "To" }),
            Some(organ) if !known.insert(organ.id.clone()) => {
                notes.push(Note::DuplicateRecipient {
                    organ: organ.id.to_string(),
                });
            }
            Some(organ) => to.push(organ),
        }
    }
    if to.is_empty() {
        return Err(EdxmlError::MissingElement {
            element: "To/OrganId",
        });
    }
    Ok(to)
}

fn organ(element: &Element<'_>) -> Option<Organ> {
    Some(Organ {
        id: OrganId::new(element.get("OrganId"))?,
        name: shown(element, "OrganName"),
        in_charge: shown(element, "OrganizationInCharge"),
        address: shown(element, "OrganAdd"),
        email: shown(element, "Email"),
        telephone: shown(element, "Telephone"),
        fax: shown(element, "Fax"),
        website: shown(element, "Website"),
    })
}

fn code(header: &Element<'_>) -> Code {
    let code = header.find("Code");
    Code::new(
        code.map_or(String::new(), |c| shown(c, "CodeNumber")),
        code.map_or(String::new(), |c| shown(c, "CodeNotation")),
    )
}

/// DocumentId as written; where a sender left it out, the one that its parts make by custom.
fn identifier(
    header: &Element<'_>,
    organ: &OrganId,
    date: Option<time::Date>,
    code: &Code,
    notes: &mut Vec<Note>,
) -> Result<DocumentId, EdxmlError> {
    if let Some(id) = DocumentId::new(header.get("DocumentId")) {
        return Ok(id);
    }
    composed(organ, date, code, notes).ok_or(EdxmlError::MissingElement {
        element: "DocumentId",
    })
}

fn composed(
    organ: &OrganId,
    date: Option<time::Date>,
    code: &Code,
    notes: &mut Vec<Note>,
) -> Option<DocumentId> {
    let date = date.filter(|_| !code.number.is_empty())?;
    let id = DocumentId::compose(organ, date, code);
    notes.push(Note::ComposedDocumentId { id: id.to_string() });
    Some(id)
}

fn kind(header: &Element<'_>) -> Kind {
    let kind = header.find("DocumentType");
    let number = kind.and_then(|k| k.get("Type").parse().ok()).unwrap_or(0);
    Kind::named(
        &kind.map_or(String::new(), |k| shown(k, "TypeName")),
        number,
    )
}

fn signatory(header: &Element<'_>) -> Signatory {
    header
        .find("SignerInfo")
        .map_or(Signatory::default(), |s| Signatory {
            competence: shown(s, "Competence"),
            position: shown(s, "Position"),
            full_name: shown(s, "FullName"),
        })
}

/// DueDate, which older packages call ResponseDate.
fn due(header: &Element<'_>, notes: &mut Vec<Note>) -> Option<time::Date> {
    let written = match header.get("DueDate") {
        "" => header.get("ResponseDate"),
        written => written,
    };
    dates::date("DueDate", written, notes)
}

fn urgency(other: Option<&Element<'_>>, notes: &mut Vec<Note>) -> Urgency {
    let written = other.map_or("", |o| o.get("Priority"));
    let urgency = written.parse().map_or(Urgency::Normal, Urgency::from_code);
    // 5 is how one sender writes 0; anything else outside the list is worth a word.
    if urgency == Urgency::Normal && !matches!(written, "" | "0" | "5") {
        notes.push(Note::UnknownCode {
            element: "Priority",
            text: written.to_owned(),
        });
    }
    urgency
}

fn references(header: &Element<'_>, notes: &mut Vec<Note>) -> Vec<Reference> {
    let mut found = Vec::new();
    for element in header.all("ResponseFor") {
        let organ = OrganId::new(element.get("OrganId"));
        let id = DocumentId::new(element.get("DocumentId"));
        match (organ, id) {
            (Some(organ), Some(id)) => found.push(Reference {
                organ,
                code: Code::parse(&shown(element, "Code")),
                id,
                date: dates::date("PromulgationDate", element.get("PromulgationDate"), notes),
            }),
            // An empty `<ResponseFor/>` is written by some programs for "answers nothing".
            _ if element.children.is_empty() => {}
            _ => notes.push(Note::NoOrgan {
                element: "ResponseFor",
            }),
        }
    }
    found
}

/// A package that says nothing is new; a digit outside the list is refused.
fn operation(business: Option<&Element<'_>>) -> Result<Operation, EdxmlError> {
    let written = business.map_or("", |b| b.get("BussinessDocType"));
    if written.is_empty() {
        return Ok(Operation::New);
    }
    written
        .parse()
        .ok()
        .and_then(Operation::from_code)
        .ok_or_else(|| EdxmlError::UnknownOperation {
            digits: written.to_owned(),
        })
}

/// The documents an operation is about: an update names one, a replacement one or more. Elsewhere
/// the element is noise (one dialect repeats the package's own DocumentId in new ones).
fn concerns(business: &Element<'_>, operation: Operation) -> Vec<DocumentId> {
    match operation {
        Operation::New | Operation::Recall => Vec::new(),
        Operation::Update => DocumentId::new(business.get("DocumentId"))
            .into_iter()
            .collect(),
        Operation::Replace => business
            .all("ReplacementInfoList")
            .flat_map(|list| list.all("ReplacementInfo"))
            .filter_map(|info| DocumentId::new(info.get("DocumentId")))
            .collect(),
    }
}

fn staff(parent: &Element<'_>) -> Staff {
    parent
        .find("StaffInfo")
        .map_or(Staff::default(), |s| Staff {
            department: shown(s, "Department"),
            name: shown(s, "Staff"),
            email: shown(s, "Email"),
            mobile: shown(s, "Mobile"),
        })
}

fn texts(parent: &Element<'_>, list: &str, item: &str) -> Vec<String> {
    parent
        .all(list)
        .flat_map(|l| l.all(item))
        .map(|i| compose(i.text.trim()))
        .filter(|text| !text.is_empty())
        .collect()
}

/// Text for people, composed: some senders write decomposed Vietnamese. Identifiers never pass here.
fn shown(parent: &Element<'_>, name: &str) -> String {
    compose(parent.get(name))
}
