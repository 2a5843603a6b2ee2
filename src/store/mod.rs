//! Building models on disk: published atomically, named by the hash of their content, reopened after a restart.
//!
//! ```text
//! DATA/models/<model id>/manifest.json   what it is, with checksums; written last, so without it there is no model
//! DATA/models/<model id>/model.bin       the tables of `ifc::BuildingModel`
//! DATA/incoming/<random>/                a model being written or deleted; what of it is ours is swept away at start
//! DATA/lock                              locked while a process has the folder open
//! ```
//!
//! What is durable when, and why: `docs/store.md`. Files by responsibility: `folder` (the data folder: lock, sweep,
//! staging), `manifest`, `model_file` (the bytes of `model.bin`).

mod folder;
mod manifest;
mod model_file;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::folder::Folder;
use crate::error::{Coded, ErrorCode};
use crate::formats::ReadModel;
use crate::ifc::BuildingModel;
use crate::limits;

/// Version of the folder's layout and of the bytes in `model.bin`. Rises with every change to a type that
/// [`BuildingModel`] holds; a model of a higher version is refused, never deleted.
pub const FORMAT: u32 = 1;

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

/// A folder among the models that cannot be opened.
#[derive(Debug)]
pub struct BrokenModel {
    /// The name of its folder.
    pub model_id: String,
    /// What is wrong with it.
    pub error: StoreError,
}

/// What a data folder holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// The published models, by time of publication.
    pub manifests: Vec<Manifest>,
    /// Damaged folders and models of a later format.
    pub broken: Vec<BrokenModel>,
}

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("no space left in the data folder")]
    DiskFull(#[source] io::Error),
    /// Reading or writing failed.
    #[error("the data folder could not be used: {what}")]
    Io {
        /// What was tried.
        what: String,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// Content and checksum differ.
    #[error("the stored model {model_id} is damaged: {what}")]
    Damaged {
        /// Which model.
        model_id: String,
        /// What is wrong.
        what: String,
    },
    /// Written by a later version of this program.
    #[error("the stored model {model_id} has format {format}; this program reads formats up to {FORMAT}")]
    FormatUnknown {
        /// Which model.
        model_id: String,
        /// The version it was written in.
        format: u32,
    },
    /// Another process has the folder open.
    #[error("another process uses the data folder {}", .0.display())]
    InUse(PathBuf),
    /// The path of the folder, or a part of it, is a file.
    #[error("the path of the data folder leads to a file: {}", .0.display())]
    IsFile(PathBuf),
    /// No such model.
    #[error("there is no building model {0}")]
    Unknown(String),
    /// The folder is full by count.
    #[error("the data folder already holds {0} models")]
    Full(usize),
}

impl StoreError {
    /// Tells a full disk from every other failure of a file operation.
    fn io(what: impl Into<String>, source: io::Error) -> StoreError {
        if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            return StoreError::DiskFull(source);
        }
        StoreError::Io { what: what.into(), source }
    }

    fn damaged(model_id: &str, what: impl Into<String>) -> StoreError {
        StoreError::Damaged { model_id: model_id.to_owned(), what: what.into() }
    }
}

impl Coded for StoreError {
    fn code(&self) -> ErrorCode {
        match self {
            StoreError::DiskFull(_) => ErrorCode::DiskFull,
            StoreError::Io { .. } => ErrorCode::StoreFailed,
            StoreError::Damaged { .. } => ErrorCode::StoreDamaged,
            StoreError::FormatUnknown { .. } => ErrorCode::StoreFormatUnknown,
            StoreError::InUse(_) => ErrorCode::DataFolderInUse,
            StoreError::IsFile(_) => ErrorCode::DataFolderIsFile,
            StoreError::Unknown(_) => ErrorCode::ModelUnknown,
            StoreError::Full(_) => ErrorCode::ModelsFull,
        }
    }
}

/// A data folder, locked against other processes while any clone of it lives. All calls block; callers run them in
/// the CPU pool.
#[derive(Debug, Clone)]
pub struct Store {
    folder: Arc<Folder>,
}

impl Store {
    /// Opens or makes a data folder and sweeps away what was being written when the last process ended.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be made, read or written, or another process has it open.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        Ok(Store { folder: Arc::new(Folder::open(folder)?) })
    }

    /// All published models, and what is broken among them, which is logged too. Checksums are left to [`Store::load`].
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be read.
    pub fn list(&self) -> Result<Listing, StoreError> {
        let Listing { mut manifests, mut broken } = Listing::default();
        for model_id in self.folder.model_ids()? {
            let found = {
                let _change = self.folder.change();
                manifest::open(&self.folder.model(&model_id), &model_id)
            };
            match found {
                Ok((manifest, _)) => manifests.push(manifest),
                // Deleted since the folder was listed.
                Err(StoreError::Unknown(_)) => {}
                Err(error) => {
                    tracing::warn!(model_id, error = %error, "a stored model cannot be opened");
                    broken.push(BrokenModel { model_id, error });
                }
            }
        }
        manifests.sort_by(|a, b| (&a.published_at, &a.model_id).cmp(&(&b.published_at, &b.model_id)));
        broken.sort_by(|a, b| a.model_id.cmp(&b.model_id));
        Ok(Listing { manifests, broken })
    }

    /// Publishes a model atomically: writes and syncs every file, then renames the folder into place and syncs the parent.
    /// Publishing content that is there already only renews its name; a damaged folder of the same content is replaced.
    /// `published_at` is the caller's clock, RFC 3339 UTC. A name over [`limits::MODEL_NAME_BYTES_MAX`] is cut.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn publish(&self, name: &str, published_at: &str, read: &ReadModel) -> Result<Manifest, StoreError> {
        let model_id = read.content_hash.as_str();
        if !folder::is_id(model_id) {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "a model id is 32 lower-case hexadecimal digits");
            return Err(StoreError::io("naming the model's folder", source));
        }
        let name = cut(name, limits::MODEL_NAME_BYTES_MAX);
        {
            let _change = self.folder.change();
            if let Some(manifest) = self.renew(model_id, name)? {
                return Ok(manifest);
            }
            self.folder.ensure_room()?;
        }
        let staged = self.folder.stage()?;
        let file = model_file::write(&staged.path().join(model_file::NAME), &read.model)?;
        let manifest = describe(name, published_at, read, file);
        manifest::write(staged.path(), &manifest)?;
        folder::sync(staged.path())?;
        let _change = self.folder.change();
        // Another upload of the same content may have been published while this one was written.
        if let Some(manifest) = self.renew(model_id, name)? {
            return Ok(manifest);
        }
        self.folder.ensure_room()?;
        self.folder.set_aside(model_id)?;
        self.folder.put(staged, model_id)?;
        Ok(manifest)
    }

    /// Opens a published model and verifies its checksums.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Damaged`], [`StoreError::FormatUnknown`] or [`StoreError::Io`].
    pub fn load(&self, model_id: &str) -> Result<BuildingModel, StoreError> {
        let (manifest, file) = {
            let _change = self.folder.change();
            manifest::open(&self.folder.known(model_id)?, model_id)?
        };
        model_file::read(file, &manifest)
    }

    /// Deletes a published model: its folder leaves the catalog in one step, then its files are removed.
    ///
    /// # Errors
    /// [`StoreError`]; a model of a later format is refused.
    pub fn delete(&self, model_id: &str) -> Result<(), StoreError> {
        let _change = self.folder.change();
        match manifest::open(&self.folder.known(model_id)?, model_id) {
            Err(error @ (StoreError::FormatUnknown { .. } | StoreError::Unknown(_))) => Err(error),
            _ => self.folder.set_aside(model_id),
        }
    }

    /// Renews the name of a model that is there and whole; `None` when it is absent or damaged.
    fn renew(&self, model_id: &str, name: &str) -> Result<Option<Manifest>, StoreError> {
        let folder = self.folder.model(model_id);
        let verified = manifest::open(&folder, model_id)
            .and_then(|(manifest, file)| model_file::verify(file, &manifest).map(|()| manifest));
        let mut manifest = match verified {
            Ok(manifest) => manifest,
            Err(StoreError::Unknown(_)) => return Ok(None),
            Err(error @ StoreError::Damaged { .. }) => {
                tracing::warn!(model_id, error = %error, "a damaged model is replaced by a new upload");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if manifest.name != name {
            name.clone_into(&mut manifest.name);
            let staged = self.folder.stage()?;
            manifest::write(staged.path(), &manifest)?;
            manifest::replace(staged.path(), &folder)?;
        }
        Ok(Some(manifest))
    }
}

fn describe(name: &str, published_at: &str, read: &ReadModel, file: FileEntry) -> Manifest {
    let summary = read.model.summary();
    Manifest {
        format: FORMAT,
        model_id: read.content_hash.clone(),
        name: name.to_owned(),
        content_bytes: read.content_bytes,
        entities: summary.entities,
        elements: summary.elements,
        problems: summary.problems.total,
        shape: summary.head.shape.as_str().to_owned(),
        schema: summary.head.schema.as_deref().map(|schema| cut(schema, limits::MODEL_NAME_BYTES_MAX).to_owned()),
        published_at: published_at.to_owned(),
        files: vec![file],
    }
}

/// Cuts a text, never inside a character.
fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or_default()
}
