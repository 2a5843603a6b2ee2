//! Building models on disk: published atomically, named by the hash of their content, reopened after a restart.
//!
//! ```text
//! DATA/models/<model id>/manifest.json   what it is, with checksums; written last, so without it there is no model
//! DATA/models/<model id>/model.bin       the tables of `ifc::BuildingModel`
//! DATA/incoming/<random>/                a model being written; whatever is found there at start is swept away
//! ```

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Coded, ErrorCode};
use crate::formats::ReadModel;
use crate::ifc::BuildingModel;

/// What the catalog knows of a published model without opening it; the content of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the folder's layout.
    pub format: u32,
    /// The model's id: hash of its decompressed content.
    pub model_id: String,
    /// The name it was uploaded under.
    pub name: String,
    /// Decompressed bytes of the source.
    pub content_bytes: u64,
    /// Entities.
    pub entities: u64,
    /// Building parts among them.
    pub elements: u64,
    /// Problems met while reading.
    pub problems: u64,
    /// Shape it was read as.
    pub shape: String,
    /// Schema version, as the file names it.
    pub schema: Option<String>,
    /// When it was published, RFC 3339 in UTC.
    pub published_at: String,
    /// Files of the folder with their BLAKE3 and size.
    pub files: Vec<FileEntry>,
}

/// One file of a published model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its content, hexadecimal.
    pub blake3: String,
}

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("no space left in the data folder")]
    DiskFull(#[source] std::io::Error),
    /// Reading or writing failed.
    #[error("the data folder could not be used: {what}")]
    Io {
        /// What was tried.
        what: String,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
    /// Content and checksum differ.
    #[error("the stored model {model_id} is damaged: {what}")]
    Damaged {
        /// Which model.
        model_id: String,
        /// What is wrong.
        what: String,
    },
    /// No such model.
    #[error("there is no building model {0}")]
    Unknown(String),
    /// The folder is full by count.
    #[error("the data folder already holds {0} models")]
    Full(usize),
}

impl Coded for StoreError {
    fn code(&self) -> ErrorCode {
        match self {
            StoreError::DiskFull(_) => ErrorCode::DiskFull,
            StoreError::Io { .. } => ErrorCode::StoreFailed,
            StoreError::Damaged { .. } => ErrorCode::StoreDamaged,
            StoreError::Unknown(_) => ErrorCode::ModelUnknown,
            StoreError::Full(_) => ErrorCode::ModelsFull,
        }
    }
}

/// A data folder. All calls block; callers run them in the CPU pool.
#[derive(Debug, Clone)]
pub struct Store {
    _placeholder: Arc<()>,
}

impl Store {
    /// Opens or makes a data folder and sweeps away what was being written when the last process ended.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be made, read or written.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let _ = folder;
        todo!()
    }

    /// The manifests of all published models, by time of publication. Damaged folders are skipped and logged.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be read.
    pub fn list(&self) -> Result<Vec<Manifest>, StoreError> {
        todo!()
    }

    /// Publishes a model atomically: writes and syncs every file, then renames the folder into place and syncs the parent.
    /// Publishing content that is there already only renews its name. `published_at` is the caller's clock, RFC 3339 UTC.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn publish(&self, name: &str, published_at: &str, read: &ReadModel) -> Result<Manifest, StoreError> {
        let _ = (name, published_at, read);
        todo!()
    }

    /// Opens a published model and verifies its checksums.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Damaged`] or [`StoreError::Io`].
    pub fn load(&self, model_id: &str) -> Result<BuildingModel, StoreError> {
        let _ = model_id;
        todo!()
    }

    /// Deletes a published model: first its manifest, then the rest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn delete(&self, model_id: &str) -> Result<(), StoreError> {
        let _ = model_id;
        todo!()
    }
}
