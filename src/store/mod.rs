//! Building models on disk: published atomically, named by the hash of their content, reopened after a restart.
//!
//! ```text
//! DATA/models/<model id>/manifest.json   what it is, with checksums; written last, so without it there is no model
//! DATA/models/<model id>/head.json       what the file says of itself, storeys, problems
//! DATA/models/<model id>/tables.json     where every batch of the tables stands, with checksums
//! DATA/models/<model id>/*.arrow         the tables of `ifc::FactSink`, one Arrow IPC file each
//! DATA/models/<model id>/source.zst      the source in compressed blocks
//! DATA/incoming/<random>/                a model being written or deleted; what of it is ours is swept away at start
//! DATA/catalog.redb                      sessions, their events, the history of questions: what changes, in transactions
//! DATA/uploads/                          uploads that come in pieces (`partial`)
//! DATA/lock                              locked while a process has the folder open
//! ```
//!
//! What is durable when, and why: `docs/store.md`. Files by responsibility: `folder` (the data folder: lock, sweep,
//! staging), `manifest`, `model_folder` (one model's files together), `cell` and `table` (columns), `write` and `staging`
//! (rows in), `read`, `cache` and `reader` (rows out), `temporary` (a model of one command).

mod behind;
mod cache;
mod catalog;
mod cell;
mod error;
mod export;
mod folder;
mod import;
mod manifest;
mod model_folder;
mod partial;
mod read;
mod reader;
mod sparse;
mod staging;
mod table;
mod temporary;
#[cfg(test)]
mod tests;
mod write;

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::cache::Cache;
pub use self::catalog::{Catalog, CatalogFault, CatalogTable, Change, ChangeGroup};
pub use self::error::StoreError;
pub use self::export::{ExportError, ExportFormat, ExportTarget, ExportedFile, FolderTarget, ZipTarget, export};
use self::folder::Folder;
pub use self::folder::is_id as is_model_id;
pub use self::import::{ImportError, StagedModel, StoredModel};
pub use self::partial::{PartialFile, PartialOutcome, PartialRecord, Partials};
pub use self::reader::ColumnReader;
pub use self::staging::Staging;
pub use self::temporary::TemporaryModel;
use crate::ifc::{EntityIndex, ModelHead, Problems};
use crate::limits;

/// Version of the folder's layout and of every table in it. Rises with every change to a table's columns or to a type in
/// `head.json`; a model of a higher version is refused, never deleted.
pub const FORMAT: u32 = 2;

/// What a reading found beside the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelDescription {
    /// BLAKE3 of the decompressed bytes, as 32 hexadecimal digits: the model's id.
    pub content_hash: String,
    /// Decompressed bytes.
    pub content_bytes: u64,
    /// What the file says about itself.
    pub head: ModelHead,
    /// Storeys from the lowest to the highest.
    pub storeys: Vec<EntityIndex>,
    /// What was found wrong.
    pub problems: Problems,
    /// Entities.
    pub entities: u64,
    /// Building parts among them.
    pub elements: u64,
}

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
    /// Bytes of the source as it is kept.
    pub source_bytes_compressed: u64,
    /// Whether the file ended too early; the model holds what was complete.
    #[serde(default)]
    pub is_truncated: bool,
    /// Files of the folder with their BLAKE3, size and rows.
    pub files: Vec<FileEntry>,
}

/// One file of a published model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its rows, when it is a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// BLAKE3 of its content, hexadecimal; of a file with batches or blocks, of the BLAKE3 of its parts one after another:
    /// what precedes the first, each of them, and what is left.
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
    /// Damaged folders, and models of an earlier or later format.
    pub broken: Vec<BrokenModel>,
}

/// A data folder, locked against other processes while any clone of it lives. All calls block; callers run them in
/// the CPU pool.
#[derive(Debug, Clone)]
pub struct Store {
    folder: Arc<Folder>,
    cache: Arc<Cache>,
}

impl Store {
    /// Opens or makes a data folder and sweeps away what was being written when the last process ended.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be made, read or written, or another process has it open.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let cache = Arc::new(Cache::new(limits::STORE_CACHE_BYTES));
        Ok(Store { folder: Arc::new(Folder::open(folder)?), cache })
    }

    /// All published models, and what is broken among them, which is logged too. Checksums are left to the reader.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be read.
    pub fn list(&self) -> Result<Listing, StoreError> {
        let Listing { mut manifests, mut broken } = Listing::default();
        for model_id in self.folder.model_ids()? {
            let found = {
                let _change = self.folder.change();
                manifest::check(&self.folder.model(&model_id), &model_id)
            };
            match found {
                Ok(manifest) => manifests.push(manifest),
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

    /// Begins to write a model.
    ///
    /// # Errors
    /// [`StoreError`] when its files cannot be made.
    pub fn stage(&self) -> Result<Staging, StoreError> {
        Staging::new(self.folder.stage()?)
    }

    /// Publishes a model atomically: syncs every file, then renames the folder into place and syncs the parent.
    /// Publishing content that is there already only renews its name; a damaged folder of the same content is replaced.
    /// `published_at` is the caller's clock, RFC 3339 UTC. A name over [`limits::MODEL_NAME_BYTES_MAX`] is cut.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn publish(
        &self,
        name: &str,
        published_at: &str,
        staging: Staging,
        summary: &ModelDescription,
    ) -> Result<Manifest, StoreError> {
        if let Some(manifest) = self.prepare(name, summary)? {
            return Ok(manifest);
        }
        let mut finished = staging.finish()?;
        let mut summary = summary.clone();
        import::check_and_sync(&mut finished, &mut summary, &mut || ControlFlow::Continue(()))?;
        self.put(name, published_at, finished, &summary)
    }

    /// As [`Store::publish`], of a model whose tables are complete and whose quantities are checked.
    fn publish_checked(
        &self,
        name: &str,
        published_at: &str,
        finished: staging::Finished,
        summary: &ModelDescription,
    ) -> Result<Manifest, StoreError> {
        match self.prepare(name, summary)? {
            Some(manifest) => Ok(manifest),
            None => self.put(name, published_at, finished, summary),
        }
    }

    /// Renews the name of content that is there already; none when it is to be put there, and there is room.
    fn prepare(&self, name: &str, summary: &ModelDescription) -> Result<Option<Manifest>, StoreError> {
        let model_id = summary.content_hash.as_str();
        if !folder::is_id(model_id) {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "a model id is 32 lower-case hexadecimal digits");
            return Err(StoreError::io("naming the model's folder", source));
        }
        let _change = self.folder.change();
        if let Some(manifest) = self.renew(model_id, cut(name, limits::MODEL_NAME_BYTES_MAX))? {
            return Ok(Some(manifest));
        }
        self.folder.ensure_room()?;
        Ok(None)
    }

    fn put(
        &self,
        name: &str,
        published_at: &str,
        mut finished: staging::Finished,
        summary: &ModelDescription,
    ) -> Result<Manifest, StoreError> {
        let model_id = summary.content_hash.as_str();
        let name = cut(name, limits::MODEL_NAME_BYTES_MAX);
        let manifest = model_folder::complete(&mut finished, name, published_at, summary, true)?;
        folder::sync(finished.staged.path())?;
        let _change = self.folder.change();
        // Another upload of the same content may have been published while this one was written.
        if let Some(manifest) = self.renew(model_id, name)? {
            return Ok(manifest);
        }
        self.folder.ensure_room()?;
        self.folder.set_aside(model_id)?;
        self.folder.put(finished.staged, model_id)?;
        Ok(manifest)
    }

    /// Whether a model of this content is published, whole or not.
    fn holds(&self, model_id: &str) -> bool {
        let _change = self.folder.change();
        manifest::check(&self.folder.model(model_id), model_id).is_ok()
    }

    /// Opens a published model: verifies what is small, and leaves each table to be verified when it is first asked for.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Damaged`], [`StoreError::FormatOld`], [`StoreError::FormatUnknown`] or
    /// [`StoreError::Io`].
    pub fn open_model(&self, model_id: &str) -> Result<ColumnReader, StoreError> {
        let files = {
            let _change = self.folder.change();
            model_folder::open(&self.folder.known(model_id)?, model_id)?
        };
        files.into_reader(Arc::clone(&self.cache))
    }

    /// Deletes a published model: its folder leaves the catalog in one step, then its files are removed.
    ///
    /// # Errors
    /// [`StoreError`]; a model of a later format is refused.
    pub fn delete(&self, model_id: &str) -> Result<(), StoreError> {
        let _change = self.folder.change();
        match manifest::check(&self.folder.known(model_id)?, model_id) {
            Err(error @ (StoreError::FormatUnknown { .. } | StoreError::Unknown(_))) => Err(error),
            _ => self.folder.set_aside(model_id),
        }
    }

    /// Renews the name of a model that is there and whole; `None` when it is absent, damaged or of an earlier format.
    fn renew(&self, model_id: &str, name: &str) -> Result<Option<Manifest>, StoreError> {
        let folder = self.folder.model(model_id);
        let verified = manifest::check(&folder, model_id)
            .and_then(|manifest| model_folder::verify(&folder, &manifest).map(|()| manifest));
        let mut manifest = match verified {
            Ok(manifest) => manifest,
            Err(StoreError::Unknown(_)) => return Ok(None),
            Err(error @ (StoreError::Damaged { .. } | StoreError::FormatOld { .. })) => {
                tracing::warn!(model_id, error = %error, "a model that cannot be read is replaced by a new upload");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if manifest.name != name {
            name.clone_into(&mut manifest.name);
            let staged = self.folder.stage()?;
            manifest::write(staged.path(), &manifest, true)?;
            manifest::replace(staged.path(), &folder)?;
        }
        Ok(Some(manifest))
    }
}

/// Cuts a text, never inside a character.
fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or_default()
}
