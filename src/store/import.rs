//! From a stream of bytes to a published model: read into a staging, checked, published.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::behind::BehindSink;
use super::cache::Cache;
use super::reader::ColumnReader;
use super::sparse::SparseReader;
use super::staging::{Finished, Staging};
use super::{Manifest, ModelDescription, Store, StoreError, TemporaryModel, model_folder};
use crate::error::{Coded, ErrorCode};
use crate::formats::{self, ContentEncoding, Progress, ReadError, ReadFacts, ReadOptions};
use crate::ifc::{FactModel, FactReader as _, ModelSummary, Problems};
use crate::limits;

/// An open building model.
pub type StoredModel = FactModel<ColumnReader>;

/// Why a stream did not become a model.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Coded for ImportError {
    fn code(&self) -> ErrorCode {
        match self {
            ImportError::Read(error) => error.code(),
            ImportError::Store(error) => error.code(),
        }
    }
}

/// A model that was read and is not yet published. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct StagedModel {
    staging: Staging,
    facts: ReadFacts,
}

impl StagedModel {
    /// What was read.
    #[must_use]
    pub fn facts(&self) -> &ReadFacts {
        &self.facts
    }
}

impl Store {
    /// Reads a stream to its end into the data folder, where nobody sees it yet.
    ///
    /// # Errors
    /// [`ImportError`]; nothing is left behind then.
    pub fn read(
        &self,
        source: impl Read + Send,
        encoding: ContentEncoding,
        options: ReadOptions,
        on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<StagedModel, ImportError> {
        let staging = self.stage()?;
        let facts = read(&staging, source, encoding, options, on_progress)?;
        Ok(StagedModel { staging, facts })
    }

    /// Publishes what was read, atomically (see [`Store::publish`]).
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn publish_read(&self, name: &str, published_at: &str, model: StagedModel) -> Result<Manifest, StoreError> {
        self.publish(name, published_at, model.staging, &describe(model.facts))
    }

    /// Opens a published model.
    ///
    /// # Errors
    /// As [`Store::open_model`].
    pub fn model(&self, model_id: &str) -> Result<StoredModel, StoreError> {
        Ok(assemble(self.open_model(model_id)?))
    }
}

impl TemporaryModel {
    /// Reads a stream to its end into a folder of its own below `parent`, which is gone when the model is closed.
    ///
    /// # Errors
    /// [`ImportError`]; nothing is left behind then.
    pub fn read(
        parent: &Path,
        source: impl Read + Send,
        encoding: ContentEncoding,
        options: ReadOptions,
        on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(StoredModel, ReadFacts), ImportError> {
        let temporary = TemporaryModel::create(parent)?;
        let facts = read(temporary.staging(), source, encoding, options, on_progress)?;
        let reader = temporary.open(&describe(facts.clone()))?;
        Ok((assemble(reader), facts))
    }
}

fn read(
    staging: &Staging,
    source: impl Read + Send,
    encoding: ContentEncoding,
    options: ReadOptions,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<ReadFacts, ImportError> {
    let sink = BehindSink::new(staging.sink()?, staging.sink()?);
    let (sink, facts) = formats::read_into(Box::new(sink), source, encoding, options, on_progress)?;
    drop(sink);
    Ok(facts)
}

fn describe(facts: ReadFacts) -> ModelDescription {
    let ModelSummary { head, storeys, problems, entities, elements, .. } = facts.summary;
    ModelDescription {
        content_hash: facts.content_hash,
        content_bytes: facts.content_bytes,
        head,
        storeys,
        problems,
        entities,
        elements,
    }
}

fn assemble(reader: ColumnReader) -> StoredModel {
    let summary = summary(&reader);
    FactModel::new(reader, summary)
}

fn summary(reader: &ColumnReader) -> ModelSummary {
    ModelSummary {
        head: reader.head().clone(),
        storeys: reader.storeys().to_vec(),
        problems: reader.problems().clone(),
        entities: reader.manifest().entities,
        elements: reader.manifest().elements,
        id_index_bytes: 0,
    }
}

/// Adds what is found when quantities are held against dimensions, which needs all tables: the model is completed for
/// itself, looked through by every processor, and left as it was.
pub(super) fn check_magnitudes(finished: &mut Finished, model: &mut ModelDescription) -> Result<(), StoreError> {
    let files = finished.files.len();
    model_folder::complete(finished, "", "", model, false)?;
    let opened = model_folder::open(finished.staged.path(), &model.content_hash)?;
    let reader = opened.into_reader(Arc::new(Cache::new(limits::CHECK_CACHE_BYTES)))?;
    let found = in_parallel(&reader).map_err(|what| StoreError::damaged(&model.content_hash, what))?;
    drop(reader);
    model_folder::take_back(finished, files)?;
    found.into_iter().for_each(|found| model.problems.append(found));
    Ok(())
}

/// The parts in the order of the file, so that the problems kept do not depend on who was first; or what went wrong.
fn in_parallel(reader: &ColumnReader) -> Result<Vec<Problems>, String> {
    let entities = reader.entity_count();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(limits::CHECK_THREADS_MAX);
    let share = entities.div_ceil(threads).max(1);
    let check = |begin: usize| {
        let model = FactModel::new(SparseReader::new(reader), summary(reader));
        let found = model.check_magnitudes(begin..(begin + share).min(entities));
        model.facts().fault().map_or(Ok(found), Err)
    };
    thread::scope(|scope| {
        let begins = (0..entities).step_by(share);
        let running: Vec<_> = begins.map(|begin| scope.spawn(move || check(begin))).collect();
        running.into_iter().map(|part| part.join().unwrap_or_else(|_| Err("the check panicked".to_owned()))).collect()
    })
}
