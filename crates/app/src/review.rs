//! What the clerk does with a document that came: register, return, assign, begin, complete.

use trien_domain::StatusCode;
use trien_store::{Incoming, IncomingId, RawId, Registration, Step};

use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::host::Changed;
use crate::receive::{Manner, Received};
use crate::statuses::About;
use crate::view::{Direction, DocumentKey, Id};

impl App {
    /// Vào sổ: the document gets its arrival number, and the sender the status 03, all or nothing.
    /// Returns the arrival number; one that is registered already gives it again.
    pub fn accept(&self, id: Id, assignee: &str) -> Result<u32> {
        let document = self.store.incoming().get(row(id))?;
        let package = self.status_of(
            &document,
            StatusCode::Accepted,
            "Văn thư: Đã tiếp nhận, vào sổ văn bản đến",
        )?;
        let registration = Registration {
            package,
            assignee,
            note: "",
            who: &self.profile.person.full_name,
        };
        crate::fault::point("accept.before_register");
        let inbox = self.store.incoming();
        let registered = match assignee.is_empty() {
            true => inbox.register(document.id, &registration, self.now())?,
            false => {
                let text = self.searched_text(document.id)?;
                inbox.register_and_assign(document.id, &registration, &text, self.now())?
            }
        };
        crate::fault::point("accept.after_register");
        self.incoming_changed(id);
        Ok(registered.number)
    }

    /// Trả lại (02). The sender reads the reason.
    pub fn return_incoming(&self, id: Id, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        self.step(
            id,
            StatusCode::Returned,
            reason,
            &format!("Văn thư: {reason}"),
            None,
        )
    }

    /// Chuyển xử lý (04). The sender reads that it was assigned, and to which unit.
    pub fn assign(&self, id: Id, to: &str) -> Result<()> {
        if to.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        self.step(
            id,
            StatusCode::Assigned,
            to,
            &format!("Phân công xử lý: {to}"),
            Some(to),
        )
    }

    /// Đang xử lý (05).
    pub fn start(&self, id: Id) -> Result<()> {
        self.step(
            id,
            StatusCode::InProgress,
            "",
            "Đang xử lý văn bản đến",
            None,
        )
    }

    /// Hoàn thành (06).
    pub fn complete(&self, id: Id) -> Result<()> {
        self.step(id, StatusCode::Completed, "", "Đã hoàn thành xử lý", None)
    }

    /// Đọc lại: looks once more into a package that was set aside, since it may have been this machine that failed
    /// while it was read, or a newer program may understand it. It is acknowledged by the next synchronisation.
    ///
    /// # Errors
    /// Why it is set aside again; `NotNow` for a message that is not.
    pub fn read_again(&self, id: Id) -> Result<()> {
        let id = RawId(i64::from(id));
        self.store.raw().reopen(id)?;
        self.store.raw().count_attempt(id)?;
        let raw = self.store.raw().get(id)?;
        let taken = match self.take_up(std::slice::from_ref(&raw), Manner::default()) {
            Ok(taken) => taken,
            Err(error) => {
                self.store.raw().forgive_attempt(id)?;
                return Err(error);
            }
        };
        self.changed(Changed::Lists);
        match taken.contains(&Received::SetAside) {
            true => Err(crate::show::why_stopped(&self.store.raw().get(id)?)),
            false => Ok(()),
        }
    }

    /// A person has dealt with a package that could not be taken up; only now is it acknowledged,
    /// by the next synchronisation.
    pub fn dismiss(&self, id: Id, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        let who = format!("{}: {reason}", self.profile.person.full_name);
        self.store
            .raw()
            .dealt_with(RawId(i64::from(id)), &who, self.now())?;
        self.changed(Changed::Lists);
        Ok(())
    }

    /// Trả lại: sends a package back that could not be read or looks secret. The next synchronisation
    /// tells the sender the status 02 with the reason, where the package says whose it is, and the axis that it failed.
    ///
    /// # Errors
    /// `ReasonMissing`; `NotNow` for a message that is not set aside.
    pub fn return_message(&self, id: Id, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        let who = &self.profile.person.full_name;
        self.store
            .raw()
            .send_back(RawId(i64::from(id)), who, reason, self.now())?;
        self.changed(Changed::Lists);
        Ok(())
    }

    /// A person has opened it.
    pub fn mark_read(&self, id: Id) -> Result<()> {
        Ok(self.store.incoming().set_unread(row(id), false)?)
    }

    fn step(
        &self,
        id: Id,
        to: StatusCode,
        detail: &str,
        description: &str,
        assignee: Option<&str>,
    ) -> Result<()> {
        let document = self.store.incoming().get(row(id))?;
        let package = self.status_of(&document, to, description)?;
        let step = Step {
            to,
            package,
            who: &self.profile.person.full_name,
            detail,
            assignee,
        };
        let inbox = self.store.incoming();
        match assignee {
            None => inbox.step(document.id, &step, self.now())?,
            Some(_) => {
                let text = self.searched_text(document.id)?;
                inbox.assign(document.id, &step, &text, self.now())?;
            }
        }
        self.incoming_changed(id);
        Ok(())
    }

    fn status_of(
        &self,
        document: &Incoming,
        code: StatusCode,
        description: &str,
    ) -> Result<trien_store::BlobId> {
        let about = About {
            sender: &document.from_id,
            code: &document.code,
            document: &document.document_id,
            date: document.issued_on,
        };
        Ok(self
            .store
            .blobs()
            .put(&self.status_package(&about, code, description))?)
    }

    fn incoming_changed(&self, id: Id) {
        self.changed(Changed::Document(DocumentKey {
            direction: Direction::Incoming,
            id,
        }));
    }
}

/// The store's identity of an incoming row.
pub(crate) fn row(id: Id) -> IncomingId {
    IncomingId(i64::from(id))
}
