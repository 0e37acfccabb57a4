//! The statuses that we tell about documents that came: 01 by itself, the others by acts.

use time::Date;
use trien_domain::document::Staff;
use trien_domain::{Code, DocumentFacts, DocumentId, OrganId, StatusCode, StatusMessage};

use crate::app::App;
use crate::error::Result;

/// The document that a status is about, and to whom it is told: the document's sender, or for 13 its receiver.
pub(crate) struct About<'a> {
    pub(crate) sender: &'a OrganId,
    pub(crate) code: &'a Code,
    pub(crate) document: &'a DocumentId,
    pub(crate) date: Option<Date>,
}

impl App {
    /// The status 01 for a document that is being admitted, as a package.
    pub(crate) fn arrived_package(&self, facts: &DocumentFacts) -> Result<Vec<u8>> {
        let about = About {
            sender: &facts.from.id,
            code: &facts.code,
            document: &facts.id,
            date: facts.date,
        };
        Ok(self.status_package(
            &about,
            StatusCode::Arrived,
            "Phần mềm đã nhận, văn thư chưa xử lý",
        ))
    }

    /// A status as a package.
    ///
    /// The description goes to the other office: it names the office and the step, never an internal
    /// remark beyond what the person wrote for them.
    pub(crate) fn status_package(
        &self,
        about: &About<'_>,
        code: StatusCode,
        description: &str,
    ) -> Vec<u8> {
        let person = &self.profile.person;
        trien_edxml::write_status(&StatusMessage {
            from: self.organ.clone(),
            to: about.sender.clone(),
            code: about.code.clone(),
            document: about.document.clone(),
            date: about.date,
            staff: Staff {
                department: person.department.clone(),
                name: person.full_name.clone(),
                email: person.email.clone(),
                mobile: person.mobile.clone(),
            },
            digits: code.digits().to_owned(),
            description: description.to_owned(),
            at: Some(self.now()),
        })
    }
}
