//! Pages as pictures, asked for by the SHA-256 of their file: no path crosses to a view.

use std::fs::File;
use std::path::Path;

use trien_render::{PageSize, Picture};
use trien_store::BlobId;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::saving::save_from;
use crate::view::PageView;

impl App {
    /// The pages of a file with their sizes in points as shown.
    pub fn file_pages(&self, sha256: &str) -> Result<Vec<PageView>> {
        let info = self.renderer()?.open(&self.pdf_path(sha256)?)?;
        Ok(info
            .pages
            .iter()
            .map(|PageSize { width, height }| PageView {
                width: *width,
                height: *height,
            })
            .collect())
    }

    /// A page as a PNG; `scale` is pixels per point.
    pub fn page_png(&self, sha256: &str, page: u32, scale: f32) -> Result<Vec<u8>> {
        let picture = Picture {
            page,
            scale,
            clip: None,
        };
        Ok(self
            .renderer()?
            .render(&self.pdf_path(sha256)?, &picture)?
            .png)
    }

    /// A file's bytes, by its SHA-256.
    pub fn file(&self, sha256: &str) -> Result<Vec<u8>> {
        let blob =
            BlobId::parse(sha256).ok_or_else(|| AppError::new(ErrorCode::NotFound, sha256))?;
        self.blob(&blob)
    }

    /// Copies a file of the profile to where a person wants it; whole or not at all.
    ///
    /// # Errors
    /// `NotFound`; `StoreFailed` where it cannot be written there.
    pub fn copy_file(&self, sha256: &str, to: &Path) -> Result<()> {
        let path = self.pdf_path(sha256)?;
        let from = File::open(&path).map_err(|e| {
            AppError::new(ErrorCode::StoreFailed, format!("{}: {e}", path.display()))
        })?;
        save_from(to, from)
    }

    pub(super) fn pdf_path(&self, sha256: &str) -> Result<std::path::PathBuf> {
        let blob =
            BlobId::parse(sha256).ok_or_else(|| AppError::new(ErrorCode::NotFound, sha256))?;
        let stored = Some(self.store.blobs().path(&blob)).filter(|path| path.is_file());
        stored
            .or_else(|| self.preview_path(&blob))
            .ok_or_else(|| AppError::new(ErrorCode::NotFound, sha256))
    }
}
