//! A document of ours as the bytes that leave: facts from the draft and the book, files from the store.

use std::io::{Cursor, Read};

use trien_domain::document::Kind;
use trien_domain::{DocumentFacts, Operation, OrganId};
use trien_edxml::{Attachment, EdxmlError};
use trien_store::{BlobId, Outgoing};

use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::profile::{OtherFiles, PackageProfile};

/// The Type of a công văn in the public library's samples, which some programs take for the list.
const CONG_VAN_OF_OLD_PROGRAMS: u16 = 1;

impl App {
    /// The document as edXML, its sealed PDF first and raw, written to the disk piece by piece.
    pub(crate) fn package_of(&self, document: &Outgoing, facts: &DocumentFacts) -> Result<BlobId> {
        let sealed = self
            .sealed_revision(document.id)?
            .ok_or(ErrorCode::NotSealed)?;
        let name = format!("{}.signed.pdf", facts.code.to_string().replace('/', "-"));
        let (main, _) = self.store.blobs().open_verified(&sealed.blob)?;
        let main: Box<dyn Read> = Box::new(main);
        let mut files = vec![Attachment::of_pdf(&name, "Văn bản chính", main)];
        for file in self.store.outgoing().attachments(document.id)? {
            let bytes = self.blob(&file.blob)?;
            let (name, description) = (&file.name, &file.description);
            let file = match self.package_profile().other_files {
                OtherFiles::Zipped => Attachment::of_file(name, description, bytes)?,
                OtherFiles::Raw => Attachment::unwrapped(name, description, bytes),
            };
            files.push(file.map(|bytes| -> Box<dyn Read> { Box::new(Cursor::new(bytes)) }));
        }
        let mut batch = self.store.blobs().batch();
        let mut package = batch.write()?;
        trien_edxml::write_document_to(&mut package, facts, &mut files, self.now())
            .map_err(EdxmlError::from)?;
        let package = batch.add(package)?;
        batch.settle()?;
        Ok(package.id)
    }

    pub(crate) fn package_facts(
        &self,
        document: &Outgoing,
        recipients: &[(OrganId, String)],
    ) -> Result<DocumentFacts> {
        let draft = &document.draft;
        let (Some(number), Some(id)) = (document.number, document.document_id.clone()) else {
            return Err(ErrorCode::NotSealed.into());
        };
        Ok(DocumentFacts {
            id,
            from: self.organ.clone(),
            to: recipients
                .iter()
                .map(|(id, name)| trien_domain::Organ::named(id.clone(), name))
                .collect(),
            code: draft.code(number),
            place: draft.place.clone(),
            date: document.issued_on,
            kind: self.kind_for(&draft.kind, recipients),
            subject: draft.subject.clone(),
            content: draft.content.clone(),
            signatory: draft.signatory.clone(),
            due: draft.due,
            urgency: draft.urgency,
            sphere: draft.sphere.clone(),
            typist: draft.typist.clone(),
            copies: draft.copies,
            pages: draft.pages,
            appendices: draft.appendices.clone(),
            responds_to: draft
                .responds_to
                .iter()
                .map(|(reference, _)| reference.clone())
                .collect(),
            steering: draft.steering,
            to_places: draft.to_places.clone(),
            operation: Operation::New,
            reason: "Văn bản điện tử mới".to_owned(),
            paper: draft.paper,
            concerns: Vec::new(),
            staff: draft.staff.clone(),
        })
    }

    pub(crate) fn package_profile(&self) -> PackageProfile {
        let axis = self.profile.axis.as_ref();
        axis.map(|axis| axis.package.clone()).unwrap_or_default()
    }

    /// The kind as it is written for these recipients: one program that refuses 18 for a công văn decides, since others
    /// know the kind by its name.
    fn kind_for(&self, kind: &Kind, recipients: &[(OrganId, String)]) -> Kind {
        let refuses = self.package_profile().cong_van_is_1_for;
        let wants_1 = recipients
            .iter()
            .any(|(id, _)| refuses.iter().any(|one| one == "*" || one == id.as_str()));
        let mut kind = kind.clone();
        if wants_1 && kind.number == Kind::cong_van().number {
            kind.number = CONG_VAN_OF_OLD_PROGRAMS;
        }
        kind
    }
}
