//! A model for one command: written and read like a published one, never published.

use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::cache::Cache;
use super::folder::{self, Staged, is_id};
use super::reader::ColumnReader;
use super::staging::Staging;
use super::{ModelDescription, StoreError, import, model_folder};
use crate::ifc::{FactSink, Poll};
use crate::limits;

/// Before the random part of a temporary folder's name.
const PREFIX: &str = "ifc-chunking-";

/// A model in a temporary folder. The folder is removed when this is dropped, and as soon as the model is open. What a
/// process leaves that is killed meanwhile is removed by the next.
#[derive(Debug)]
pub struct TemporaryModel {
    staging: Staging,
    /// The folder, locked: the kernel gives the lock back when the process ends in whatever way.
    _lock: File,
}

impl TemporaryModel {
    /// Makes the folder in an existing one.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be made.
    pub fn create(parent: &Path) -> Result<TemporaryModel, StoreError> {
        sweep(parent);
        let staged = Staged::make(parent.join(format!("{PREFIX}{}", uuid::Uuid::now_v7().simple())))?;
        let lock = lock(staged.path()).map_err(|error| StoreError::io("locking a temporary folder", error))?;
        Ok(TemporaryModel { staging: Staging::new(staged)?, _lock: lock })
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
        let opened = self.open_watched(summary, &mut || ControlFlow::Continue(()))?;
        opened.ok_or_else(|| StoreError::io("checking a model", std::io::ErrorKind::Interrupted.into()))
    }

    /// As [`TemporaryModel::open`]; asks now and then whether to go on, and gives none when not.
    pub(super) fn open_watched(
        self,
        summary: &ModelDescription,
        poll: &mut Poll<'_>,
    ) -> Result<Option<ColumnReader>, StoreError> {
        let mut finished = self.staging.finish()?;
        let mut summary = summary.clone();
        if import::check_magnitudes(&mut finished, &mut summary, poll)?.is_some() {
            return Ok(None);
        }
        model_folder::complete(&mut finished, "", "", &summary, false)?;
        let files = model_folder::open(finished.staged.path(), &summary.content_hash)?;
        drop(finished);
        files.into_reader(Arc::new(Cache::new(limits::STORE_CACHE_BYTES))).map(Some)
    }
}

fn lock(folder: &Path) -> io::Result<File> {
    let file = File::open(folder)?;
    file.try_lock()?;
    Ok(file)
}

/// Removes temporary folders whose process is gone: those of our name, old enough to have been locked, that nobody has
/// locked. A process number in the name would mean another process in another container.
fn sweep(parent: &Path) {
    // A folder that cannot be listed, or an entry that is not ours to remove, keeps nobody from working.
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.take(limits::TEMPORARY_ENTRIES_MAX).flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).is_some_and(is_id);
        if !is_ours || !entry.metadata().is_ok_and(|found| found.is_dir() && is_old(&found)) {
            continue;
        }
        let path = entry.path();
        if let Ok(_held) = lock(&path) {
            folder::remove(&path);
        }
    }
}

fn is_old(found: &fs::Metadata) -> bool {
    let age = found.modified().ok().and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| limits::TEMPORARY_AGE_MIN <= age)
}
