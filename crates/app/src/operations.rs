//! Hold and undo before dispatch; recall, update and replacement after it.
//!
//! Decree 30/2020 art. 18.3 has errors of content amended or replaced by a document of equal form,
//! so an update changes what stands around the document (due date, urgency, subject line), never
//! the file; what is wrong in the file is replaced or recalled.

use trien_domain::document::Reference;
use trien_domain::limits::{Field, too_long};
use trien_domain::{DocumentFacts, Operation, OrganId, SendState, StatusCode, Urgency};
use trien_edxml::Message;
use trien_store::{AskedBack, NewSend, Outgoing, OutgoingId, Send, SendId, Settlement, Subject};

use crate::app::App;
use crate::drafts::{civil, row};
use crate::error::{AppError, ErrorCode, Result};
use crate::profile::RecallBy;
use crate::statuses::About;
use crate::view::{DocumentKey, Id, UpdateForm};

impl App {
    /// Lấy lại trước khi gửi: takes a package back that has not left.
    ///
    /// # Errors
    /// `NotNow` where it has left.
    pub fn take_back(&self, send: Id) -> Result<()> {
        let id = SendId(i64::from(send));
        let who = &self.profile.person.full_name;
        self.store
            .sends()
            .settle(id, &Settlement::TakeBack, who, "", self.now())?;
        if let Subject::Document { outgoing, .. } = self.store.sends().get(id)?.subject {
            self.outgoing_changed(outgoing)?;
        }
        Ok(())
    }

    /// Thu hồi: asks recipients, all of them if none is named, to cancel a document of ours. Who has not got it does not get
    /// it: what still waits to leave goes to the others only.
    ///
    /// # Errors
    /// `ReasonMissing`, `NoRecipients` where nobody has it or would get it; `NotNow` where one of them is about to be asked.
    pub fn recall(&self, id: Id, recipients: &[String], reason: &str) -> Result<DocumentKey> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        let document = self.store.outgoing().get(row(id))?;
        let holders = self.holders(&document, recipients)?;
        let facts = self.package_facts(&document, &holders)?;
        let mut asked = self.withdrawn(&document, recipients)?;
        if !holders.is_empty() {
            asked.new.extend(match self.package_profile().recall {
                RecallBy::Package => vec![self.recall_package(&document, facts, holders, reason)?],
                RecallBy::Status => self.recall_statuses(&document, &facts, holders, reason)?,
            });
        }
        if asked == AskedBack::default() {
            return Err(ErrorCode::NoRecipients.into());
        }
        let who = &self.profile.person.full_name;
        crate::fault::point("recall.before_add");
        self.store
            .sends()
            .ask_back(&asked, who, reason, self.now())?;
        crate::fault::point("recall.after_add");
        self.outgoing_changed(document.id)
    }

    /// What waits to leave for those who are named, or for whom it may be, and what is to leave in its place for the
    /// others; a recall itself is to leave.
    fn withdrawn(&self, document: &Outgoing, named: &[String]) -> Result<AskedBack> {
        let named = self.recipients(named)?;
        let is_named = |organ: &OrganId| named.iter().any(|(id, _)| id == organ);
        let mut asked = AskedBack::default();
        for send in self.store.sends().of_outgoing(document.id)? {
            let recalls = matches!(
                send.subject,
                Subject::Document {
                    operation: Operation::Recall,
                    ..
                }
            );
            if send.state != SendState::Waiting || recalls {
                continue;
            }
            let deliveries = self.store.sends().deliveries(send.id)?;
            let all = deliveries.len();
            let others: Vec<_> = deliveries
                .into_iter()
                .filter(|delivery| !named.is_empty() && !is_named(&delivery.recipient))
                .map(|delivery| (delivery.recipient, delivery.name))
                .collect();
            if others.len() == all {
                continue;
            }
            asked.withdrawn.push(send.id);
            if !others.is_empty() {
                asked.new.push(self.narrowed(document, &send, others)?);
            }
        }
        Ok(asked)
    }

    /// The same package for some of its recipients: it names those to whom it goes.
    fn narrowed(
        &self,
        document: &Outgoing,
        send: &Send,
        recipients: Vec<(OrganId, String)>,
    ) -> Result<NewSend> {
        let Message::Document(said) = self.message_of(&send.package)? else {
            return Err(AppError::new(
                ErrorCode::StoreCorrupt,
                "a status in a document's place",
            ));
        };
        let facts = self.package_facts(document, &recipients)?;
        let facts = DocumentFacts {
            to: facts.to,
            kind: facts.kind,
            ..*said
        };
        Ok(NewSend {
            organ: send.organ.clone(),
            subject: send.subject,
            package: self.package_of(document, &facts)?,
            recipients,
            not_before: send.next_try_at,
        })
    }

    fn recall_package(
        &self,
        document: &Outgoing,
        mut facts: DocumentFacts,
        holders: Vec<(OrganId, String)>,
        reason: &str,
    ) -> Result<NewSend> {
        facts.operation = Operation::Recall;
        // A recall answers what it recalls (QCVN 102, ResponseFor), whatever that had answered itself.
        facts.responds_to = vec![Reference {
            organ: facts.from.id.clone(),
            code: facts.code.clone(),
            id: facts.id.clone(),
            date: facts.date,
        }];
        self.operation(document, facts, holders, reason)
    }

    /// Yêu cầu lấy lại (13): the axis brings a status to the organ that it names, so each recipient gets its own.
    fn recall_statuses(
        &self,
        document: &Outgoing,
        facts: &DocumentFacts,
        recipients: Vec<(OrganId, String)>,
        reason: &str,
    ) -> Result<Vec<NewSend>> {
        let mut asked = Vec::new();
        for recipient in recipients {
            let about = About {
                sender: &recipient.0,
                code: &facts.code,
                document: &facts.id,
                date: facts.date,
            };
            let package = self.status_package(&about, StatusCode::RecallAsked, reason);
            asked.push(NewSend {
                organ: self.organ.id.clone(),
                subject: Subject::Document {
                    outgoing: document.id,
                    operation: Operation::Recall,
                },
                package: self.store.blobs().put(&package)?,
                recipients: vec![recipient],
                not_before: self.now() + self.hold(),
            });
        }
        Ok(asked)
    }

    /// Cập nhật: tells recipients what changed around a document of ours.
    ///
    /// # Errors
    /// As [`App::recall`]; `BadArgument` for a date that is none.
    pub fn update(
        &self,
        id: Id,
        form: &UpdateForm,
        recipients: &[String],
        reason: &str,
    ) -> Result<DocumentKey> {
        let document = self.store.outgoing().get(row(id))?;
        let holders = self.holders(&document, recipients)?;
        let mut facts = self.package_facts(&document, &holders)?;
        facts.operation = Operation::Update;
        facts.concerns = vec![facts.id.clone()];
        if let Some(due) = &form.due {
            let wrong = || AppError::new(ErrorCode::BadArgument, due.clone());
            facts.due = Some(civil(due).ok_or_else(wrong)?);
        }
        if let Some(urgency) = form.urgency {
            facts.urgency = Urgency::from_code(urgency);
        }
        if let Some(subject) = &form.subject {
            facts.subject = trien_domain::text::compose(subject);
            check_length(&facts, Field::Subject)?;
        }
        self.send_operation(&document, facts, holders, &[], reason)
    }

    /// Thay thế: sends a sealed document in the place of others of ours.
    ///
    /// # Errors
    /// `ReasonMissing`, `NoRecipients`; `NotSealed` where either document is not.
    pub fn replace(
        &self,
        id: Id,
        replaces: &[Id],
        recipients: &[String],
        reason: &str,
    ) -> Result<DocumentKey> {
        let document = self.store.outgoing().get(row(id))?;
        let mut concerns = Vec::new();
        let mut replaced = Vec::new();
        for old in replaces {
            let old = self.store.outgoing().get(row(*old))?;
            concerns.push(old.document_id.clone().ok_or(ErrorCode::NotSealed)?);
            replaced.push(old.id);
        }
        let first = replaced.first().ok_or(ErrorCode::NotFound)?;
        let recipients = match recipients {
            [] => self.holders(&self.store.outgoing().get(*first)?, &[])?,
            chosen => self.recipients(chosen)?,
        };
        let mut facts = self.package_facts(&document, &recipients)?;
        facts.operation = Operation::Replace;
        facts.concerns = concerns;
        self.send_operation(&document, facts, recipients, &replaced, reason)
    }

    fn send_operation(
        &self,
        document: &Outgoing,
        facts: DocumentFacts,
        recipients: Vec<(OrganId, String)>,
        replaced: &[OutgoingId],
        reason: &str,
    ) -> Result<DocumentKey> {
        let new = self.operation(document, facts, recipients, reason)?;
        crate::fault::point("operation.before_add");
        self.store
            .sends()
            .add_replacing(&new, replaced, self.now())?;
        crate::fault::point("operation.after_add");
        self.outgoing_changed(document.id)
    }

    /// A package that asks recipients for something.
    fn operation(
        &self,
        document: &Outgoing,
        mut facts: DocumentFacts,
        recipients: Vec<(OrganId, String)>,
        reason: &str,
    ) -> Result<NewSend> {
        check_asked(reason, &recipients)?;
        facts.reason = reason.to_owned();
        check_length(&facts, Field::Reason)?;
        Ok(NewSend {
            organ: self.organ.id.clone(),
            subject: Subject::Document {
                outgoing: document.id,
                operation: facts.operation,
            },
            package: self.package_of(document, &facts)?,
            recipients,
            not_before: self.now() + self.hold(),
        })
    }

    /// Those of the named recipients, or of all, to whom the document went or may have gone.
    fn holders(&self, document: &Outgoing, named: &[String]) -> Result<Vec<(OrganId, String)>> {
        let all = self.reached(document.id)?;
        if named.is_empty() {
            return Ok(all);
        }
        let named = self.recipients(named)?;
        Ok(all
            .into_iter()
            .filter(|(id, _)| named.iter().any(|(wanted, _)| wanted == id))
            .collect())
    }

    /// To whom a document of ours went or may have gone.
    pub(crate) fn reached(&self, id: OutgoingId) -> Result<Vec<(OrganId, String)>> {
        let mut reached: Vec<(OrganId, String)> = Vec::new();
        for send in self.store.sends().of_outgoing(id)? {
            let carries = matches!(
                send.subject,
                Subject::Document {
                    operation: Operation::New | Operation::Replace,
                    ..
                }
            );
            if !carries || !matches!(send.state, SendState::Sent | SendState::Unclear) {
                continue;
            }
            for delivery in self.store.sends().deliveries(send.id)? {
                if reached
                    .iter()
                    .all(|(known, _)| *known != delivery.recipient)
                {
                    reached.push((delivery.recipient, delivery.name));
                }
            }
        }
        Ok(reached)
    }
}

/// Who is asked for a change is told why, and somebody is asked.
fn check_asked(reason: &str, recipients: &[(OrganId, String)]) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(ErrorCode::ReasonMissing.into());
    }
    if recipients.is_empty() {
        return Err(ErrorCode::NoRecipients.into());
    }
    Ok(())
}

/// What the clerk writes for such a package is short enough for every receiver, since nothing is lost by saying it
/// shorter; what the document itself says too long was told before it was sent.
fn check_length(facts: &DocumentFacts, written: Field) -> Result<()> {
    let long = too_long(facts);
    match long.iter().find(|one| one.field == written) {
        Some(one) => {
            let evidence = format!("{:?}: {} > {}", one.field, one.length, one.limit);
            Err(AppError::new(ErrorCode::BadArgument, evidence))
        }
        None => Ok(()),
    }
}
