//! Where things lie.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};

use crate::error::Error;

/// The workspace that this task works on.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` or a settings file puts it.
    pub target: PathBuf,
    /// The members, without their dependencies' own manifests.
    pub members: Metadata,
}

impl Workspace {
    /// Asks cargo about the workspace that holds this program's sources.
    pub fn find() -> Result<Workspace, Error> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let members = MetadataCommand::new()
            .manifest_path(manifest)
            .no_deps()
            .exec()
            .map_err(|error| Error::Unreadable(error.to_string()))?;
        Ok(Workspace {
            root: members.workspace_root.clone().into(),
            target: members.target_directory.clone().into(),
            members,
        })
    }

    /// Every package in the lock file with its licence and source.
    pub fn all_packages(&self) -> Result<Metadata, Error> {
        MetadataCommand::new()
            .manifest_path(self.root.join("Cargo.toml"))
            .other_options(vec!["--locked".into()])
            .exec()
            .map_err(|error| Error::Unreadable(error.to_string()))
    }

    /// Tools that `setup` fetches; it survives `git clean` where the target folder does.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The folder of PDFium's library.
    pub fn pdfium(&self) -> PathBuf {
        self.tools().join("pdfium")
    }

    /// A program of the Python environment that judges what we make.
    pub fn python(&self, program: &str) -> PathBuf {
        self.tools().join("venv/bin").join(program)
    }

    /// A program that cargo has built.
    pub fn built(&self, profile: &str, program: &str) -> PathBuf {
        self.target.join(profile).join(program)
    }

    /// The interface's folder.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }
}
