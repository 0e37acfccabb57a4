//! What people fill in of a document of ours, in its columns and lists.

use rusqlite::{Connection, Row, Transaction, named_params};
use time::OffsetDateTime;
use trien_domain::document::{Kind, Reference, SLASH, Staff};
use trien_domain::{Code, OrganId, OutgoingState, Signatory};

use super::{Draft, Outbox, Outgoing, OutgoingId, forwards, get_outgoing, words};
use crate::columns::{Column as _, get, get_opt, nfc, opt, sql};
use crate::error::{Conflict, Result};
use crate::incoming::Attachment;
use crate::search;
use crate::timeline::{self, Document};

impl Outbox<'_> {
    /// Starts a document; `key` is its name in hand-over packages (a UUID). A key that is known
    /// gives its document again, unchanged.
    pub fn create(
        &self,
        key: &str,
        draft: &Draft,
        who: &str,
        now: OffsetDateTime,
    ) -> Result<OutgoingId> {
        self.0.write(|tx| {
            let id = insert(tx, key, &draft.organ, now)?;
            if tx.changes() > 0 {
                write(tx, id, draft)?;
                let this = Document::Outgoing(id);
                timeline::append(tx, &draft.organ, this, "created", who, "", now)?;
            }
            Ok(id)
        })
    }

    /// Changes what people filled in; before the fields are in the file only.
    pub fn update(&self, id: OutgoingId, draft: &Draft) -> Result<()> {
        self.0.write(|tx| {
            refuse_fixed(tx, id)?;
            write(tx, id, draft)
        })
    }

    /// Replaces its appendices that are files of their own; until it has a number.
    pub fn set_attachments(&self, id: OutgoingId, files: &[Attachment]) -> Result<()> {
        self.0.write(|tx| {
            let document = get_outgoing(tx, id)?;
            if document.number.is_some() {
                return Err(Conflict::State {
                    what: "document",
                    found: format!("{:?}", document.state),
                    wanted: "without a number".to_owned(),
                }
                .into());
            }
            forwards::forget(tx, id)?;
            put_attachments(tx, &document, files)
        })
    }
}

impl Outbox<'_> {
    /// Puts the same files, with what makes their seals last, in the place of sealed attachments; before dispatch.
    pub fn renew_attachments(&self, id: OutgoingId, files: &[Attachment]) -> Result<()> {
        self.0.write(|tx| {
            let document = get_outgoing(tx, id)?;
            if document.state != OutgoingState::Sealed {
                return Err(Conflict::State {
                    what: "document",
                    found: format!("{:?}", document.state),
                    wanted: "sealed".to_owned(),
                }
                .into());
            }
            put_attachments(tx, &document, files)
        })
    }
}

/// Changes to whom it goes; until it is sent that is the clerk's matter.
pub(crate) fn set_recipients(
    tx: &Transaction<'_>,
    id: OutgoingId,
    recipients: Vec<(OrganId, String)>,
) -> Result<()> {
    let mut draft = get_outgoing(tx, id)?.draft;
    draft.recipients = recipients;
    write_lists(tx, id, &draft)?;
    index_anew(tx, id)
}

/// Writes a document's attachments in the place of those that were there.
pub(super) fn put_attachments(
    tx: &Transaction<'_>,
    document: &Outgoing,
    files: &[Attachment],
) -> Result<()> {
    let id = document.id;
    tx.prepare_cached("DELETE FROM outgoing_attachment WHERE outgoing = ?1")?
        .execute([id.0])?;
    for (ordinal, file) in (0_i64..).zip(files) {
        tx.prepare_cached(
            "INSERT INTO outgoing_attachment
                         (outgoing, ordinal, organ, name, media_type, description, size, blob)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            id.0,
            ordinal,
            sql(&document.draft.organ),
            nfc(&file.name),
            &file.media_type,
            nfc(&file.description),
            i64::try_from(file.size).unwrap_or(i64::MAX),
            sql(&file.blob),
        ))?;
    }
    forwards::note(tx, document)
}

fn insert(
    tx: &Transaction<'_>,
    key: &str,
    organ: &trien_domain::OrganId,
    now: OffsetDateTime,
) -> Result<OutgoingId> {
    tx.prepare_cached(
        "INSERT INTO outgoing (organ, key, state, place, kind_number, kind_name, notation, subject,
             content, signatory_competence, signatory_position, signatory_name, urgency, sphere,
             typist, appendices, to_places, steering, paper, staff_department, staff_name,
             staff_email, staff_mobile, created_at, changed_at)
         VALUES (?1, ?2, 'draft', '', 0, '', '', '', '', '', '', '', 0, '', '', '', '', 0, 0,
             '', '', '', '', ?3, ?3)
         ON CONFLICT (key) DO NOTHING",
    )?
    .execute((sql(organ), key, sql(&now)))?;
    let mut query = tx.prepare_cached("SELECT id FROM outgoing WHERE key = ?1")?;
    Ok(query.query_row([key], |row| get(row, "id"))?)
}

/// From the first field on, the file says what the document is.
fn refuse_fixed(tx: &Transaction<'_>, id: OutgoingId) -> Result<Outgoing> {
    let document = get_outgoing(tx, id)?;
    if matches!(
        document.state,
        OutgoingState::Draft | OutgoingState::Returned
    ) {
        return Ok(document);
    }
    Err(Conflict::State {
        what: "document",
        found: format!("{:?}", document.state),
        wanted: "Draft".to_owned(),
    }
    .into())
}

fn write(tx: &Transaction<'_>, id: OutgoingId, draft: &Draft) -> Result<()> {
    tx.prepare_cached(
        "UPDATE outgoing SET place = :place, kind_number = :kind_number, kind_name = :kind_name,
             notation = :notation, joint = :joint, layout = :layout, copy = :copy, subject = :subject, content = :content,
             signatory_competence = :signatory_competence,
             signatory_position = :signatory_position, signatory_name = :signatory_name,
             due_on = :due_on, urgency = :urgency, sphere = :sphere, typist = :typist,
             copies = :copies, pages = :pages, appendices = :appendices, to_places = :to_places,
             steering = :steering, paper = :paper, staff_department = :staff_department,
             staff_name = :staff_name, staff_email = :staff_email, staff_mobile = :staff_mobile
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id.0,
        ":place": nfc(&draft.place),
        ":kind_number": draft.kind.number,
        ":kind_name": nfc(&draft.kind.name),
        ":notation": nfc(&draft.notation),
        ":joint": draft.joint.to_string(),
        ":layout": draft.layout,
        ":copy": opt(draft.copy.as_ref()),
        ":subject": nfc(&draft.subject),
        ":content": nfc(&draft.content),
        ":signatory_competence": nfc(&draft.signatory.competence),
        ":signatory_position": nfc(&draft.signatory.position),
        ":signatory_name": nfc(&draft.signatory.full_name),
        ":due_on": opt(draft.due.as_ref()),
        ":urgency": draft.urgency.value(),
        ":sphere": nfc(&draft.sphere),
        ":typist": nfc(&draft.typist),
        ":copies": draft.copies,
        ":pages": draft.pages,
        ":appendices": nfc(&draft.appendices.join("\n")),
        ":to_places": nfc(&draft.to_places.join("\n")),
        ":steering": draft.steering,
        ":paper": draft.paper,
        ":staff_department": nfc(&draft.staff.department),
        ":staff_name": nfc(&draft.staff.name),
        ":staff_email": nfc(&draft.staff.email),
        ":staff_mobile": nfc(&draft.staff.mobile),
    })?;
    write_lists(tx, id, draft)?;
    index(tx, id, draft, "")
}

/// Puts a document into the search table; `code` is empty before it has a number.
pub(super) fn index(tx: &Transaction<'_>, id: OutgoingId, draft: &Draft, code: &str) -> Result<()> {
    let mut texts = vec![
        code,
        &draft.notation,
        &draft.subject,
        &draft.kind.name,
        &draft.signatory.full_name,
        &draft.staff.name,
        &draft.typist,
        &draft.content,
    ];
    for (organ, name) in &draft.recipients {
        texts.extend([organ.as_str(), name]);
    }
    let words = words::of(tx, id)?;
    texts.push(&words);
    search::index(tx, "outgoing_search", id.0, &texts)
}

/// The same for a document whose lists were changed, with the code that it has by now.
fn index_anew(tx: &Transaction<'_>, id: OutgoingId) -> Result<()> {
    let Outgoing { draft, number, .. } = get_outgoing(tx, id)?;
    let code = number.map_or_else(String::new, |number| draft.code(number).to_string());
    index(tx, id, &draft, &code)
}

fn write_lists(tx: &Transaction<'_>, id: OutgoingId, draft: &Draft) -> Result<()> {
    tx.prepare_cached("DELETE FROM outgoing_recipient WHERE outgoing = ?1")?
        .execute([id.0])?;
    for (ordinal, (recipient, name)) in (0_i64..).zip(&draft.recipients) {
        tx.prepare_cached(
            "INSERT INTO outgoing_recipient (outgoing, ordinal, organ, recipient_id, recipient_name)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((id.0, ordinal, sql(&draft.organ), sql(recipient), nfc(name)))?;
    }
    tx.prepare_cached("DELETE FROM outgoing_reference WHERE outgoing = ?1")?
        .execute([id.0])?;
    for (ordinal, (reference, incoming)) in (0_i64..).zip(&draft.responds_to) {
        tx.prepare_cached(
            "INSERT INTO outgoing_reference (outgoing, ordinal, organ, ref_organ, ref_number,
                 ref_notation, ref_document_id, ref_date, incoming)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            id.0,
            ordinal,
            sql(&draft.organ),
            sql(&reference.organ),
            nfc(&reference.code.number),
            nfc(&reference.code.notation),
            sql(&reference.id),
            opt(reference.date.as_ref()),
            opt(incoming.as_ref()),
        ))?;
    }
    Ok(())
}

pub(super) fn load_lists(db: &Connection, document: &mut Outgoing) -> Result<()> {
    let mut recipients =
        db.prepare_cached("SELECT * FROM outgoing_recipient WHERE outgoing = ?1 ORDER BY ordinal")?;
    let rows = recipients.query_map([document.id.0], |row| {
        Ok((get(row, "recipient_id")?, row.get("recipient_name")?))
    })?;
    document.draft.recipients = rows.collect::<rusqlite::Result<_>>()?;
    let mut references =
        db.prepare_cached("SELECT * FROM outgoing_reference WHERE outgoing = ?1 ORDER BY ordinal")?;
    let rows = references.query_map([document.id.0], |row| {
        let reference = Reference {
            organ: get(row, "ref_organ")?,
            code: Code::new(
                row.get::<_, String>("ref_number")?,
                row.get::<_, String>("ref_notation")?,
            ),
            id: get(row, "ref_document_id")?,
            date: get_opt(row, "ref_date")?,
        };
        Ok((reference, get_opt(row, "incoming")?))
    })?;
    document.draft.responds_to = rows.collect::<rusqlite::Result<_>>()?;
    Ok(())
}

/// A row without its lists.
pub(super) fn outgoing_row(row: &Row<'_>) -> rusqlite::Result<Outgoing> {
    let lines = |text: String| text.lines().map(str::to_owned).collect();
    let draft = Draft {
        organ: get(row, "organ")?,
        place: row.get("place")?,
        kind: Kind {
            number: row.get("kind_number")?,
            name: row.get("kind_name")?,
        },
        notation: row.get("notation")?,
        joint: row
            .get::<_, String>("joint")?
            .chars()
            .next()
            .unwrap_or(SLASH),
        layout: row.get("layout")?,
        copy: get_opt(row, "copy")?,
        subject: row.get("subject")?,
        content: row.get("content")?,
        signatory: Signatory {
            competence: row.get("signatory_competence")?,
            position: row.get("signatory_position")?,
            full_name: row.get("signatory_name")?,
        },
        due: get_opt(row, "due_on")?,
        urgency: get(row, "urgency")?,
        sphere: row.get("sphere")?,
        typist: row.get("typist")?,
        copies: row.get("copies")?,
        pages: row.get("pages")?,
        appendices: lines(row.get("appendices")?),
        to_places: lines(row.get("to_places")?),
        steering: row.get("steering")?,
        paper: row.get("paper")?,
        staff: Staff {
            department: row.get("staff_department")?,
            name: row.get("staff_name")?,
            email: row.get("staff_email")?,
            mobile: row.get("staff_mobile")?,
        },
        recipients: Vec::new(),
        responds_to: Vec::new(),
    };
    Ok(Outgoing {
        id: get(row, "id")?,
        key: row.get("key")?,
        draft,
        state: get(row, "state")?,
        number: row.get("number")?,
        issued_on: get_opt(row, "issued_on")?,
        document_id: get_opt(row, "document_id")?,
        reason: row.get("reason")?,
        created_at: get(row, "created_at")?,
        changed_at: get(row, "changed_at")?,
    })
}
