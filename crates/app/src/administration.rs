//! What an office's administrator sets up: signatories, marks, trust.

use std::fs;
use std::io::Write;

use tempfile::NamedTempFile;
use trien_domain::calendar::vietnam_day;
use trien_pades::path::{Certificate, Trust};
use trien_store::{NewSignatory, SignerRole};

use crate::app::App;
use crate::drafts::aspect_key;
use crate::error::{AppError, ErrorCode, Result};
use crate::ids;
use crate::trust;
use crate::view::Id;

/// Who may sign for the office, or its seal.
#[derive(Debug, Clone)]
pub struct SignatoryForm {
    /// Họ tên, or the organ's name for its seal.
    pub full_name: String,
    /// Chức vụ as printed; empty for a seal.
    pub position: String,
    /// Quyền hạn as printed.
    pub competence: String,
    /// The certificate, PEM or DER.
    pub certificate: Vec<u8>,
    /// The picture of the signature, for its proportions.
    pub mark: Option<Vec<u8>>,
}

/// Which part of the trust a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustKind {
    /// A root: trusted by itself.
    Root,
    /// An issuer for building chains.
    Intermediate,
    /// A revocation list.
    Crl,
}

impl App {
    /// Enters a signatory into the register; the certificate decides whether it is a person's.
    ///
    /// # Errors
    /// `BadArgument` where the certificate or the picture cannot be read.
    pub fn put_signatory(&self, form: &SignatoryForm) -> Result<Id> {
        let bad = |why: String| AppError::new(ErrorCode::BadArgument, why);
        let der = crate::plain::certificate(&form.certificate)?;
        let certificate = Certificate::from_der(&der).map_err(|e| bad(e.to_string()))?;
        let sha256 = trien_store::BlobId::of(&der);
        let organ = certificate.names_organisation() && !certificate.names_person();
        let (_, not_after) = certificate.validity();
        let new = NewSignatory {
            organ: self.organ.id.clone(),
            full_name: form.full_name.clone(),
            position: form.position.clone(),
            competence: form.competence.clone(),
            role: if organ {
                SignerRole::Organ
            } else {
                SignerRole::Person
            },
            certificate_sha256: *sha256.sha256(),
            certificate_serial: hex::encode(certificate.serial()),
            common_name: certificate.common_name().unwrap_or_default(),
            valid_from: vietnam_day(self.now()),
            valid_to: Some(vietnam_day(not_after)),
        };
        let id = self
            .store
            .signatories()
            .put(&new, &self.profile.person.full_name, self.now())?;
        if let Some(png) = &form.mark {
            let aspect = crate::plain::aspect(png)?;
            self.store
                .settings()
                .set(&aspect_key(sha256.sha256()), &aspect.to_string())?;
        }
        ids::view(id.0)
    }

    /// Keeps a picture among the blobs; what it returns goes into the profile's mark.
    pub fn keep_mark(&self, png: &[u8]) -> Result<String> {
        crate::plain::aspect(png)?;
        Ok(self.store.blobs().put(png)?.to_string())
    }

    /// Puts a file into the trust folder, in the place of one of that name.
    ///
    /// # Errors
    /// `BadArgument` where it holds nothing of its kind; `PracticeRoot` where the profile is not for training;
    /// `DiskFull`, `StoreFailed`.
    pub fn put_trust(&self, kind: TrustKind, name: &str, bytes: &[u8]) -> Result<()> {
        let folder = match kind {
            TrustKind::Root => "roots",
            TrustKind::Intermediate => "intermediates",
            TrustKind::Crl => "crls",
        };
        if kind == TrustKind::Crl {
            let read = Trust::new(self.now()).add_crls(bytes);
            read.map_err(|e| AppError::new(ErrorCode::BadArgument, e.to_string()))?;
        } else {
            crate::plain::certificate(bytes)?;
        }
        check_root(kind, self.profile.training, name, bytes)?;
        let plain_name = std::path::Path::new(name).file_name() == Some(name.as_ref());
        if !plain_name {
            return Err(AppError::new(
                ErrorCode::BadArgument,
                format!("file name {name:?}"),
            ));
        }
        // Whole or not at all: half a list would stop every judgement.
        let trust = self.data.join("trust");
        let place = trust.join(folder).join(name);
        let written = fs::create_dir_all(trust.join(folder))
            .and_then(|()| NamedTempFile::new_in(&trust))
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.as_file().sync_all()?;
                file.persist(&place).map_err(|e| e.error)
            });
        written
            .map(|_| ())
            .map_err(|e| AppError::of_disk(&place, &e))
    }
}

/// A practice root belongs into a practice profile only.
pub(crate) fn check_root(kind: TrustKind, training: bool, name: &str, bytes: &[u8]) -> Result<()> {
    if kind == TrustKind::Root && !training && trust::is_for_training(bytes) {
        return Err(AppError::new(ErrorCode::PracticeRoot, name));
    }
    Ok(())
}
