//! Admission: document, files, timeline, search text and the status 01 in one transaction.

use rusqlite::{Connection, OptionalExtension as _, Transaction, named_params};
use time::OffsetDateTime;
use trien_domain::text::compose;
use trien_domain::{DocumentFacts, DocumentId, Operation, OrganId, StatusCode};

use super::{Attachment, Findings, Inbox, IncomingId, get_incoming};
use crate::blobs::BlobId;
use crate::changes;
use crate::columns::{get, nfc, opt, sql};
use crate::db::apart;
use crate::error::{Conflict, Result};
use crate::raw::{self, RawId, RawState};
use crate::search;
use crate::sends::{self, NewSend, Subject};
use crate::timeline::{self, Document};

/// A document to be admitted. Its blobs are in the store already.
#[derive(Debug, Clone)]
pub struct NewIncoming {
    /// The message it came in.
    pub raw: RawId,
    /// What its package says.
    pub facts: DocumentFacts,
    /// Its files, in the sender's order.
    pub attachments: Vec<Attachment>,
    /// What was found out about it.
    pub findings: Findings,
    /// Text of its files for searching; facts are searched anyway.
    pub text: String,
    /// The status 01 for its sender, as a package.
    pub arrived: BlobId,
    /// A person has seen that number, notation, year and organ are those of another document and
    /// wants it all the same.
    pub same_code_anyway: bool,
}

/// What became of a document that was to be admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// It is in the inbox.
    New(IncomingId),
    /// Another one stands for it; its message is kept and marked.
    Duplicate {
        /// The document that is here already.
        of: IncomingId,
        /// What they have in common.
        by: DuplicateBy,
    },
}

/// What two documents have in common (Decree 30 Annex VI: the clerk is warned of both).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuplicateBy {
    /// The identifier: the same document again.
    DocumentId,
    /// Number, notation, organ and year under another identifier: the sender's mistake, or not.
    CodeAndOrgan,
}

impl Inbox<'_> {
    /// Admits a document, or finds that it is here already; asked twice for the same message it
    /// gives the same document.
    pub fn admit(&self, new: &NewIncoming, now: OffsetDateTime) -> Result<Admitted> {
        self.0.write(|tx| admit(tx, new, now))
    }

    /// Admits the documents of one round in one transaction; what contradicts the store is told for
    /// each, and keeps none of the others out.
    pub fn admit_all(
        &self,
        new: &[NewIncoming],
        now: OffsetDateTime,
    ) -> Result<Vec<Result<Admitted>>> {
        self.0.write(|tx| {
            let one = |new| apart(tx, || admit(tx, new, now));
            new.iter().map(one).collect()
        })
    }
}

fn admit(tx: &Transaction<'_>, new: &NewIncoming, now: OffsetDateTime) -> Result<Admitted> {
    let message = raw::get_raw(tx, new.raw)?;
    let organ = message.message.organ;
    if let Some(id) = of_message(tx, new.raw)? {
        return Ok(Admitted::New(id));
    }
    if matches!(message.state, RawState::Admitted) {
        return Err(Conflict::State {
            what: "message",
            found: "admitted".into(),
            wanted: "admitted".into(),
        }
        .into());
    }
    if let Some((of, by)) = duplicate(tx, &organ, new)? {
        let reason = format!("{} {}", new.facts.code, new.facts.id);
        let word = match by {
            DuplicateBy::DocumentId => "id",
            DuplicateBy::CodeAndOrgan => "code",
        };
        raw::set_duplicate(tx, new.raw, of, word, &reason)?;
        let document = Document::Incoming(of);
        timeline::append(
            tx,
            &organ,
            document,
            "duplicate",
            &new.facts.from.name,
            &reason,
            now,
        )?;
        return Ok(Admitted::Duplicate { of, by });
    }
    let id = insert(tx, &organ, new, now)?;
    insert_attachments(tx, &organ, id, &new.attachments)?;
    insert_references(tx, &organ, id, &new.facts)?;
    index(tx, id, new)?;
    let document = Document::Incoming(id);
    timeline::append(
        tx,
        &organ,
        document,
        "arrived",
        &new.facts.from.name,
        "",
        now,
    )?;
    let arrived = NewSend {
        organ: organ.clone(),
        subject: Subject::Status {
            incoming: id,
            code: StatusCode::Arrived,
        },
        package: new.arrived,
        recipients: vec![(new.facts.from.id.clone(), new.facts.from.name.clone())],
        not_before: now,
    };
    sends::insert(tx, &arrived, now)?;
    changes::asked_by_package(tx, &organ, new.raw, id, &new.facts, now)?;
    changes::arrived_late(tx, &organ, id, &new.facts, &new.text, now)?;
    raw::set_state(tx, new.raw, RawState::Admitted, "")?;
    raw::mark_seen(tx, new.raw)?;
    Ok(Admitted::New(id))
}

fn of_message(db: &Connection, raw: RawId) -> Result<Option<IncomingId>> {
    let mut query = db.prepare_cached("SELECT id FROM incoming WHERE raw = ?1")?;
    Ok(query.query_row([raw.0], |row| get(row, "id")).optional()?)
}

/// What is here already.
fn duplicate(
    db: &Connection,
    organ: &OrganId,
    new: &NewIncoming,
) -> Result<Option<(IncomingId, DuplicateBy)>> {
    let facts = &new.facts;
    if facts.operation != Operation::New {
        let same = same_request(db, organ, new)?;
        return Ok(same.map(|id| (id, DuplicateBy::DocumentId)));
    }
    let same_id = db
        .prepare_cached(
            "SELECT id FROM incoming WHERE organ = ?1 AND document_id = ?2 AND operation = 0",
        )?
        .query_row((sql(organ), sql(&facts.id)), |row| get(row, "id"))
        .optional()?;
    if let Some(id) = same_id {
        return Ok(Some((id, DuplicateBy::DocumentId)));
    }
    if new.same_code_anyway {
        return Ok(None);
    }
    // A series starts from 1 each year (Decree 30 art. 15), so the year belongs to the code.
    let same_code = db
        .prepare_cached(
            "SELECT id FROM incoming
             WHERE organ = ?1 AND from_id = ?2 AND code_number = ?3 AND code_notation = ?4
               AND operation = 0 AND substr(issued_on, 1, 4) IS substr(?5, 1, 4)
             ORDER BY id LIMIT 1",
        )?
        .query_row(
            (
                sql(organ),
                sql(&facts.from.id),
                nfc(&facts.code.number),
                nfc(&facts.code.notation),
                opt(facts.date.as_ref()),
            ),
            |row| get(row, "id"),
        )
        .optional()?;
    Ok(same_code.map(|id| (id, DuplicateBy::CodeAndOrgan)))
}

/// The same recall, update or replacement, by what it says: an axis that brings a package twice
/// rewrites its TraceHeader, so its bytes differ.
fn same_request(db: &Connection, organ: &OrganId, new: &NewIncoming) -> Result<Option<IncomingId>> {
    let facts = &new.facts;
    let mut query = db.prepare_cached(
        "SELECT id, reason FROM incoming
         WHERE organ = ?1 AND document_id = ?2 AND operation = ?3 AND operation <> 0
           AND from_id = ?4 AND code_number = ?5 AND code_notation = ?6 AND issued_on IS ?7
         ORDER BY id",
    )?;
    let said = (
        sql(organ),
        sql(&facts.id),
        sql(&facts.operation),
        sql(&facts.from.id),
        nfc(&facts.code.number),
        nfc(&facts.code.notation),
        opt(facts.date.as_ref()),
    );
    let rows = query.query_map(said, |row| Ok((get(row, "id")?, row.get("reason")?)))?;
    let known: Vec<(IncomingId, String)> = rows.collect::<rusqlite::Result<_>>()?;
    for (id, reason) in known {
        if facts.operation == Operation::Replace
            || (compose(&facts.reason) == reason && waits_with(db, id, &new.attachments)?)
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// A replacement has an identifier of its own; a recall or an update bears that of what it changes,
/// and may be asked again once it was answered, or with other files.
fn waits_with(db: &Connection, id: IncomingId, files: &[Attachment]) -> Result<bool> {
    let waits = changes::of_package(db, id)?.is_some_and(|request| request.decision.is_none());
    let mut query = db.prepare_cached(
        "SELECT blob FROM incoming_attachment WHERE incoming = ?1 ORDER BY ordinal",
    )?;
    let rows = query.query_map([id.0], |row| get(row, "blob"))?;
    let known: Vec<BlobId> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(waits && known.iter().eq(files.iter().map(|file| &file.blob)))
}

fn insert(
    tx: &Transaction<'_>,
    organ: &OrganId,
    new: &NewIncoming,
    now: OffsetDateTime,
) -> Result<IncomingId> {
    let facts = &new.facts;
    tx.prepare_cached(
        "INSERT INTO incoming (organ, raw, document_id, operation, from_id, from_name, code_number,
             code_notation, issued_on, place, kind_name, subject, signatory_competence,
             signatory_position, signatory_name, due_on, urgency, sphere, pages, paper, steering,
             reason, state, arrived_at, verdict, report, checks)
         VALUES (:organ, :raw, :document_id, :operation, :from_id, :from_name, :code_number,
             :code_notation, :issued_on, :place, :kind_name, :subject, :signatory_competence,
             :signatory_position, :signatory_name, :due_on, :urgency, :sphere, :pages, :paper,
             :steering, :reason, :state, :arrived_at, :verdict, :report, :checks)",
    )?
    .execute(named_params! {
        ":organ": sql(organ),
        ":raw": new.raw.0,
        ":document_id": sql(&facts.id),
        ":operation": sql(&facts.operation),
        ":from_id": sql(&facts.from.id),
        ":from_name": nfc(&facts.from.name),
        ":code_number": nfc(&facts.code.number),
        ":code_notation": nfc(&facts.code.notation),
        ":issued_on": opt(facts.date.as_ref()),
        ":place": nfc(&facts.place),
        ":kind_name": nfc(&facts.kind.name),
        ":subject": nfc(&facts.subject),
        ":signatory_competence": nfc(&facts.signatory.competence),
        ":signatory_position": nfc(&facts.signatory.position),
        ":signatory_name": nfc(&facts.signatory.full_name),
        ":due_on": opt(facts.due.as_ref()),
        ":urgency": sql(&facts.urgency),
        ":sphere": nfc(&facts.sphere),
        ":pages": facts.pages,
        ":paper": facts.paper,
        ":steering": facts.steering,
        ":reason": nfc(&facts.reason),
        ":state": sql(&StatusCode::Arrived),
        ":arrived_at": sql(&now),
        ":verdict": new.findings.verdict,
        ":report": new.findings.report,
        ":checks": new.findings.checks,
    })?;
    Ok(IncomingId(tx.last_insert_rowid()))
}

fn insert_attachments(
    tx: &Transaction<'_>,
    organ: &OrganId,
    id: IncomingId,
    attachments: &[Attachment],
) -> Result<()> {
    for (ordinal, file) in (0_i64..).zip(attachments) {
        tx.prepare_cached(
            "INSERT INTO incoming_attachment
                 (incoming, ordinal, organ, name, media_type, description, main, size, blob)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            id.0,
            ordinal,
            sql(organ),
            nfc(&file.name),
            &file.media_type,
            nfc(&file.description),
            file.main,
            i64::try_from(file.size).unwrap_or(i64::MAX),
            sql(&file.blob),
        ))?;
    }
    Ok(())
}

fn insert_references(
    tx: &Transaction<'_>,
    organ: &OrganId,
    id: IncomingId,
    facts: &DocumentFacts,
) -> Result<()> {
    let responds = facts
        .responds_to
        .iter()
        .map(|reference| ("responds", &reference.id));
    let concerns = facts.concerns.iter().map(|document| ("concerns", document));
    let both: Vec<(&str, &DocumentId)> = responds.chain(concerns).collect();
    for (ordinal, (relation, document)) in (0_i64..).zip(both) {
        tx.prepare_cached(
            "INSERT INTO incoming_reference (incoming, ordinal, organ, relation, document_id)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((id.0, ordinal, sql(organ), relation, sql(document)))?;
    }
    Ok(())
}

fn index(tx: &Transaction<'_>, id: IncomingId, new: &NewIncoming) -> Result<()> {
    let facts = &new.facts;
    let code = facts.code.to_string();
    let mut texts = vec![
        code.as_str(),
        &facts.subject,
        &facts.from.name,
        facts.from.id.as_str(),
        &facts.signatory.full_name,
        &facts.staff.name,
        &facts.typist,
        &facts.kind.name,
        &facts.content,
    ];
    texts.extend(new.attachments.iter().map(|file| file.name.as_str()));
    texts.push(&new.text);
    search::index(tx, "incoming_search", id.0, &texts)
}

/// Indexes a document anew after its row has changed: what that says now, and what else it is found by. The index keeps
/// nothing of what it was given, so that the caller gathers it again.
pub(crate) fn index_again(tx: &Transaction<'_>, id: IncomingId, text: &str) -> Result<()> {
    let document = get_incoming(tx, id)?;
    let code = document.code.to_string();
    let texts = [
        code.as_str(),
        &document.subject,
        &document.from_name,
        document.from_id.as_str(),
        &document.signatory.full_name,
        &document.kind_name,
        &document.assignee,
        text,
    ];
    search::index(tx, "incoming_search", id.0, &texts)
}
