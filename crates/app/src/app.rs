//! An open profile: the doors that the use cases go through.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use time::OffsetDateTime;
use trien_domain::Organ;
use trien_net::AxisClient;
use trien_pdf::FileSource;
use trien_render::{Limits, RenderConfig, Renderer, WorkerCommand, find_pdfium};
use trien_store::{BlobId, Store, StoreError};

use crate::error::{AppError, ErrorCode, Result};
use crate::host::{Changed, Host};
use crate::previews::Previews;
use crate::profile::Profile;
use crate::wire_key::WireKey;

/// The setting under which the profile stands.
const PROFILE: &str = "profile";

/// An open profile. All methods block; a shell with a window calls them from threads of its own.
pub struct App {
    pub(crate) store: Store,
    pub(crate) profile: Profile,
    pub(crate) organ: Organ,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) data: PathBuf,
    pub(crate) axis: Mutex<Option<AxisClient>>,
    pub(crate) wire_key: Mutex<Option<Arc<WireKey>>>,
    /// Whoever was asked to log in for the axis did not.
    pub(crate) wire_declined: AtomicBool,
    pub(crate) previews: Previews,
    /// When the leader's signature in a file says it was made.
    pub(crate) signed: Mutex<HashMap<BlobId, Option<OffsetDateTime>>>,
    renderer: OnceLock<Renderer>,
    runtime: tokio::runtime::Runtime,
}

impl App {
    /// Puts a profile into a data folder, in the place of what is there.
    ///
    /// # Errors
    /// Those of the store; `BadArgument` where the office's identifier is unusable.
    pub(crate) fn write_profile(data: &Path, profile: &Profile) -> Result<()> {
        if profile.organ.organ().is_none() {
            return Err(AppError::new(
                ErrorCode::OfficeFileUnusable,
                format!("OrganId {:?}", profile.organ.id),
            ));
        }
        if let Some(member) = profile.address_with_password() {
            let why = format!("{member} holds a user or a password: it belongs into the key store");
            return Err(AppError::new(ErrorCode::OfficeFileUnusable, why));
        }
        let json = serde_json::to_string(profile)
            .map_err(|e| AppError::new(ErrorCode::Internal, e.to_string()))?;
        Ok(Store::open(data)?.settings().set(PROFILE, &json)?)
    }

    /// Opens a profile.
    ///
    /// # Errors
    /// `NoProfile` where the folder holds none; those of the store.
    pub fn open(data: &Path, host: Arc<dyn Host>) -> Result<Self> {
        let no_profile =
            |why: String| AppError::new(ErrorCode::NoProfile, format!("{}: {why}", data.display()));
        if !data.is_dir() {
            return Err(no_profile("no such folder".to_owned()));
        }
        let store = Store::open(data)?;
        let json = store
            .settings()
            .get(PROFILE)?
            .ok_or_else(|| no_profile("no profile".to_owned()))?;
        let profile: Profile = serde_json::from_str(&json)
            .map_err(|e| AppError::new(ErrorCode::StoreCorrupt, e.to_string()))?;
        let organ = profile
            .organ
            .organ()
            .ok_or_else(|| no_profile("no OrganId".to_owned()))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|e| AppError::new(ErrorCode::Internal, e.to_string()))?;
        Ok(Self {
            store,
            profile,
            organ,
            host,
            data: data.to_owned(),
            axis: Mutex::new(None),
            wire_key: Mutex::new(None),
            wire_declined: AtomicBool::new(false),
            previews: Previews::default(),
            signed: Mutex::default(),
            renderer: OnceLock::new(),
            runtime,
        })
    }

    /// The profile's settings.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The shell's clock.
    pub fn now(&self) -> OffsetDateTime {
        self.host.now()
    }

    pub(crate) fn changed(&self, what: Changed) {
        self.host.changed(what);
    }

    /// Runs something asynchronous to its end: the network is the only such thing.
    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// The renderer, started when a page is wanted for the first time.
    pub(crate) fn renderer(&self) -> Result<&Renderer> {
        if let Some(renderer) = self.renderer.get() {
            return Ok(renderer);
        }
        let started = start_renderer()?;
        Ok(self.renderer.get_or_init(|| started))
    }

    /// A blob to be read in place, not checked against its name.
    pub(crate) fn source(&self, id: &BlobId) -> Result<FileSource> {
        let path = self.store.blobs().path(id);
        let failed = |e| StoreError::Corrupt(format!("blob {id}: {e}"));
        Ok(FileSource::open(path).map_err(failed)?)
    }

    /// A blob's bytes, checked against its name.
    pub(crate) fn blob(&self, id: &BlobId) -> Result<Vec<u8>> {
        Ok(self.store.blobs().read_verified(id)?)
    }
}

/// Starts the renderer with the PDFium that comes with the program.
pub(crate) fn start_renderer() -> Result<Renderer> {
    let (worker, pdfium) = (WorkerCommand::find()?, find_pdfium(&[])?);
    Ok(Renderer::start(RenderConfig {
        worker,
        pdfium,
        limits: Limits::default(),
    })?)
}
