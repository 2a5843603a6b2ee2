//! A model for one command: written and read like a published one, never published.

use std::path::Path;
use std::sync::Arc;

use super::cache::Cache;
use super::folder::Staged;
use super::reader::ColumnReader;
use super::staging::Staging;
use super::{ModelDescription, StoreError, import, model_folder};
use crate::ifc::FactSink;
use crate::limits;

/// A model in a temporary folder. The folder is removed when this is dropped, and as soon as the model is open.
#[derive(Debug)]
pub struct TemporaryModel {
    staging: Staging,
}

impl TemporaryModel {
    /// Makes the folder in an existing one.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be made.
    pub fn create(parent: &Path) -> Result<TemporaryModel, StoreError> {
        let path = parent.join(format!("ifc-chunking-{}", uuid::Uuid::now_v7().simple()));
        Ok(TemporaryModel { staging: Staging::new(Staged::make(path)?)? })
    }

    /// Where the rows go.
    ///
    /// # Errors
    /// [`StoreError`] when a sink of it failed before.
    pub fn sink(&self) -> Result<Box<dyn FactSink>, StoreError> {
        self.staging.sink()
    }

    pub(super) fn staging(&self) -> &Staging {
        &self.staging
    }

    /// Completes the model, opens it, and takes its files' names away: they are gone when the reader is, however the
    /// process ends. Nothing is synced.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn open(self, summary: &ModelDescription) -> Result<ColumnReader, StoreError> {
        let mut finished = self.staging.finish()?;
        let mut summary = summary.clone();
        import::check_magnitudes(&mut finished, &mut summary)?;
        model_folder::complete(&mut finished, "", "", &summary, false)?;
        let files = model_folder::open(finished.staged.path(), &summary.content_hash)?;
        drop(finished);
        files.into_reader(Arc::new(Cache::new(limits::STORE_CACHE_BYTES)))
    }
}
