//! From a stream of bytes to a published model: read into a staging, checked, published.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use super::behind::BehindSink;
use super::cache::Cache;
use super::reader::ColumnReader;
use super::sparse::SparseReader;
use super::staging::{Finished, Staging};
use super::{Manifest, ModelDescription, Store, StoreError, TemporaryModel, model_folder, staging};
use crate::error::{Coded, ErrorCode};
use crate::formats::{self, ContentEncoding, Progress, ReadError, ReadFacts, ReadOptions};
use crate::ifc::{Cancelled, Checked, FactModel, FactReader as _, ModelSummary, Poll, Problems};
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
    written: Written,
    facts: ReadFacts,
}

/// How far the files of a model are.
#[derive(Debug)]
enum Written {
    /// The content is published already; then the files are mostly not needed.
    Open(Staging),
    /// Its tables are complete and its quantities checked.
    Checked(Finished, Box<ModelDescription>),
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
        if self.holds(&facts.content_hash) {
            return Ok(StagedModel { written: Written::Open(staging), facts });
        }
        let mut finished = staging.finish()?;
        let mut description = describe(facts.clone());
        let last = Progress { bytes_read: facts.content_bytes, entities: facts.summary.entities };
        check_and_sync(&mut finished, &mut description, &mut || on_progress(last))?
            .map_or(Ok(()), |Cancelled| Err(ReadError::Cancelled))?;
        Ok(StagedModel { written: Written::Checked(finished, Box::new(description)), facts })
    }

    /// Publishes what was read, atomically (see [`Store::publish`]).
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn publish_read(&self, name: &str, published_at: &str, model: StagedModel) -> Result<Manifest, StoreError> {
        match model.written {
            Written::Open(staging) => self.publish(name, published_at, staging, &describe(model.facts)),
            Written::Checked(finished, description) => self.publish_checked(name, published_at, finished, &description),
        }
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
        let last = Progress { bytes_read: facts.content_bytes, entities: facts.summary.entities };
        let reader = temporary.open_watched(&describe(facts.clone()), &mut || on_progress(last))?;
        let reader = reader.ok_or(ReadError::Cancelled)?;
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

pub(super) fn summary(reader: &ColumnReader) -> ModelSummary {
    ModelSummary {
        head: reader.head().clone(),
        storeys: reader.storeys().to_vec(),
        problems: reader.problems().clone(),
        entities: reader.manifest().entities,
        elements: reader.manifest().elements,
        id_index_bytes: 0,
    }
}

/// As [`check_magnitudes`]; meanwhile the system writes the files to the disk, which works while the processors check.
pub(super) fn check_and_sync(
    finished: &mut Finished,
    model: &mut ModelDescription,
    poll: &mut Poll<'_>,
) -> Result<Option<Cancelled>, StoreError> {
    let unsynced = std::mem::take(&mut finished.unsynced);
    thread::scope(|scope| {
        let synced = scope.spawn(|| staging::sync(&unsynced));
        let checked = check_magnitudes(finished, model, poll);
        let panicked = |_| StoreError::io("writing a model's files", io::Error::other("the syncing panicked"));
        let synced = synced.join().map_err(panicked).flatten();
        checked.and_then(|cancelled| synced.map(|()| cancelled))
    })
}

/// Adds what is found when quantities are held against dimensions, which needs all tables: the model is completed for
/// itself, looked through by every processor, and left as it was. What `poll` has cancelled is not to be used.
pub(super) fn check_magnitudes(
    finished: &mut Finished,
    model: &mut ModelDescription,
    poll: &mut Poll<'_>,
) -> Result<Option<Cancelled>, StoreError> {
    let files = finished.files.len();
    model_folder::complete(finished, "", "", model, false)?;
    let opened = model_folder::open(finished.staged.path(), &model.content_hash)?;
    let reader = opened.into_reader(Arc::new(Cache::new(limits::CHECK_CACHE_BYTES)))?;
    let Some(found) = in_parallel(&reader, limits::CHECK_VALUES_MAX, poll) else { return Ok(Some(Cancelled)) };
    let found = found.map_err(|what| StoreError::damaged(&model.content_hash, what))?;
    let entities = reader.entity_count();
    drop(reader);
    model_folder::take_back(finished, files)?;
    let checked = found.iter().map(|part| part.entities).sum();
    found.into_iter().for_each(|part| model.problems.append(part.problems));
    model.problems.append(Problems::unchecked(checked, entities));
    Ok(None)
}

/// The parts in the order of the file, so that the problems kept do not depend on who was first; or what went wrong. None
/// when it was cancelled.
pub(super) fn in_parallel(
    reader: &ColumnReader,
    values_max: u64,
    poll: &mut Poll<'_>,
) -> Option<Result<Vec<Checked>, String>> {
    let entities = reader.entity_count();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(limits::CHECK_THREADS_MAX);
    let share = entities.div_ceil(threads).max(1);
    let is_cancelled = AtomicBool::new(false);
    let check = |begin: usize| {
        let model = FactModel::new(SparseReader::new(reader), summary(reader));
        let mut poll = || match is_cancelled.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let range = begin..(begin + share).min(entities);
        let checked = model.check_magnitudes(range, values_max / threads as u64, &mut poll);
        model.facts().fault().map_or_else(|| checked.map_err(|error| error.to_string()), Err)
    };
    let found = thread::scope(|scope| {
        let (working, ended) = sync_channel::<()>(0);
        let start = |begin| {
            let working = working.clone();
            scope.spawn(move || {
                let found = check(begin);
                drop(working);
                found
            })
        };
        let running: Vec<_> = (0..entities).step_by(share).map(start).collect();
        drop(working);
        // Nothing is ever sent: the channel ends with the last thread.
        loop {
            if poll().is_break() {
                is_cancelled.store(true, Ordering::Relaxed);
            }
            if ended.recv_timeout(limits::PROGRESS_INTERVAL_MAX) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        running.into_iter().map(|part| part.join().unwrap_or_else(|_| Err("the check panicked".to_owned()))).collect()
    });
    (!is_cancelled.into_inner()).then_some(found)
}
