//! One running upload: its way from bytes to a published building model.
//!
//! | message | reply | from | bound |
//! | --- | --- | --- | --- |
//! | [`UploadFinished`] (sent) | nothing | to `model_registry` | once, at the end |
//!
//! It is cancelled through [`Fate`], not by a message: who cancels must know whether it came before the publishing.
//!
//! Owns: [`IngestCore`], one place among `limits::INGESTS_MAX`. Blocks on: nothing; reading and publishing run in the
//! compute pool. Restarted by: nobody; a panic fails the upload, and nothing is half-published.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use actix::prelude::*;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::backend::{Backend, PendingModel};
use super::clock::{Clock, rfc3339};
use super::compute::{Compute, ComputeError};
use super::failure::Failure;
use super::model_changes::{ChangeGuard, ModelChanges};
use super::supervision::ExitNotice;
use super::upload::{self, CancelReason, Fate, UploadReader, UploadWriter};
use crate::error::{Blame, Coded as _};
use crate::formats::{ContentEncoding, Progress, ReadOptions};
use crate::store::Manifest;

/// What an upload says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRequest {
    /// Name of the model.
    pub name: String,
    /// Compression around the file.
    pub encoding: ContentEncoding,
    /// Bytes to come, where the client says so.
    pub bytes_total: Option<u64>,
    /// How strictly it is read.
    pub options: ReadOptions,
}

/// How far an ingest is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IngestProgress {
    /// Bytes read, compressed where the upload is compressed.
    pub bytes: u64,
    /// Bytes to come in all, where the client said so.
    pub bytes_total: Option<u64>,
    /// Entities found.
    pub entities: u64,
    /// Mean rate since the start.
    pub bytes_per_second: u64,
    /// How it ended.
    pub outcome: Option<Result<Arc<Manifest>, Failure>>,
}

/// Tells the registry how an upload ended; sent before the outcome is published, so that who waits finds the model.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub(crate) struct UploadFinished {
    pub(crate) upload_id: String,
    pub(crate) outcome: Result<Arc<Manifest>, Failure>,
}

/// What every ingest works with.
#[derive(Clone)]
pub(crate) struct IngestTools {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) clock: Clock,
    pub(crate) compute: Compute,
    pub(crate) changes: ModelChanges,
    /// Finds the registry as it is at the end; it may have been restarted meanwhile.
    pub(crate) registry: Arc<dyn Fn() -> Option<Recipient<UploadFinished>> + Send + Sync>,
}

impl std::fmt::Debug for IngestTools {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IngestTools").field("backend", &self.backend).finish_non_exhaustive()
    }
}

/// The only way to talk to an ingest.
#[derive(Debug, Clone)]
pub(crate) struct IngestHandle {
    fate: Arc<watch::Sender<Fate>>,
}

impl IngestHandle {
    /// Starts an ingest on the current arbiter.
    pub(crate) fn start(
        upload_id: &str,
        request: UploadRequest,
        tools: IngestTools,
        permit: OwnedSemaphorePermit,
        exit: ExitNotice,
    ) -> (IngestHandle, UploadWriter) {
        let (fate, decided) = watch::channel(Fate::default());
        let fate = Arc::new(fate);
        let progress = IngestProgress { bytes_total: request.bytes_total, ..IngestProgress::default() };
        let (progress, progress_reader) = watch::channel(progress);
        let progress = Arc::new(progress);
        let (writer, reader) = upload::channel(upload_id.to_owned(), decided, progress_reader);
        let (shared, its_fate) = (tools.clone(), Arc::clone(&fate));
        let job = Job { tools: shared, request, reader, progress: Arc::clone(&progress), fate: its_fate };
        let core = IngestCore::new(upload_id.to_owned());
        IngestActor { core, job: Some(job), tools, progress, _permit: permit, _exit: exit }.start();
        (IngestHandle { fate }, writer)
    }

    /// The handle of an ingest that waits for a place, and how it learns that it need not begin.
    pub(crate) fn waiting() -> (IngestHandle, watch::Receiver<Fate>) {
        let (fate, decided) = watch::channel(Fate::default());
        (IngestHandle { fate: Arc::new(fate) }, decided)
    }

    /// Ends the reading soon. True when nothing will be published, false when it is too late for that.
    pub(crate) fn cancel(&self, reason: CancelReason) -> bool {
        Fate::decide(&self.fate, Fate::Cancelled(reason)).cancelled().is_some()
    }
}

/// The blocking part: runs in the compute pool, touches no actor.
struct Job {
    tools: IngestTools,
    request: UploadRequest,
    reader: UploadReader,
    progress: Arc<watch::Sender<IngestProgress>>,
    fate: Arc<watch::Sender<Fate>>,
}

impl Job {
    /// Gives the guard of the change with the result: it ends when the registry knows of it.
    fn run(mut self) -> (Result<Manifest, Failure>, Option<ChangeGuard>) {
        match self.read() {
            Ok(read) => {
                let guard = self.tools.changes.begin_blocking(&read.content_hash);
                (self.publish(read), Some(guard))
            }
            Err(failure) => (Err(failure), None),
        }
    }

    fn read(&mut self) -> Result<PendingModel, Failure> {
        let started = Instant::now();
        let (progress, fate) = (Arc::clone(&self.progress), self.fate.subscribe());
        let mut on_progress = move |read: Progress| {
            let seconds = started.elapsed().as_secs_f64().max(0.001);
            progress.send_modify(|progress| {
                progress.bytes = read.bytes_read;
                progress.entities = read.entities;
                progress.bytes_per_second = rate(read.bytes_read, seconds);
            });
            match fate.borrow().cancelled() {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            }
        };
        let UploadRequest { encoding, options, .. } = self.request;
        let read = self.tools.backend.read(&mut self.reader, encoding, options, &mut on_progress);
        // The reason of an abort goes before what the reader made of it, and an abort before a success.
        if let Some(reason) = self.reader.aborted().or(self.fate.borrow().cancelled()) {
            return Err(reason.failure());
        }
        let read = read.map_err(|error| Failure::of(&error))?;
        self.reader.require_end().map_err(CancelReason::failure)?;
        Ok(read)
    }

    fn publish(&self, read: PendingModel) -> Result<Manifest, Failure> {
        if let Fate::Cancelled(reason) = Fate::decide(&self.fate, Fate::Publishing) {
            return Err(reason.failure());
        }
        let published_at = rfc3339((self.tools.clock)());
        self.tools.backend.publish(&self.request.name, &published_at, read).map_err(|error| Failure::of(&error))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a saturated rate for display")]
fn rate(bytes: u64, seconds: f64) -> u64 {
    (bytes as f64 / seconds) as u64
}

/// All decisions of one ingest.
#[derive(Debug)]
pub(crate) struct IngestCore {
    upload_id: String,
}

impl IngestCore {
    fn new(upload_id: String) -> IngestCore {
        IngestCore { upload_id }
    }

    fn on_end(&self, result: Result<Result<Manifest, Failure>, ComputeError>) -> UploadFinished {
        let outcome = match result {
            Ok(outcome) => outcome.map(Arc::new),
            Err(error) => Err(Failure::of(&error)),
        };
        UploadFinished { upload_id: self.upload_id.clone(), outcome }
    }
}

/// The shell.
struct IngestActor {
    core: IngestCore,
    job: Option<Job>,
    tools: IngestTools,
    progress: Arc<watch::Sender<IngestProgress>>,
    _permit: OwnedSemaphorePermit,
    _exit: ExitNotice,
}

impl Actor for IngestActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let Some(job) = self.job.take() else { return };
        let compute = self.tools.compute.clone();
        let work = async move { compute.run_in_turn(move || job.run()).await };
        let work = work.into_actor(self).then(|result, actor, _ctx| {
            let (result, guard) = match result {
                Ok((outcome, guard)) => (Ok(outcome), guard),
                Err(error) => (Err(error), None),
            };
            let finished = actor.core.on_end(result);
            log_end(&finished);
            let registry = (actor.tools.registry)();
            async move {
                let outcome = finished.outcome.clone();
                match registry {
                    Some(registry) if registry.send(finished).await.is_ok() => {}
                    // A restarted registry finds the model in the store.
                    _ => tracing::warn!("registry missed the end of an upload"),
                }
                drop(guard);
                outcome
            }
            .into_actor(actor)
        });
        ctx.spawn(work.map(|outcome, actor, ctx| {
            actor.progress.send_modify(|progress| progress.outcome = Some(outcome));
            ctx.stop();
        }));
    }
}

/// Logs a failure of ours once, here: the client may be gone.
fn log_end(finished: &UploadFinished) {
    let upload_id = finished.upload_id.as_str();
    match &finished.outcome {
        Ok(manifest) => {
            tracing::info!(upload_id, model_id = manifest.model_id, entities = manifest.entities, "model published");
        }
        Err(failure) if failure.code().blame() == Blame::Server => {
            tracing::error!(upload_id, code = failure.code().as_str(), detail = failure.detail(), "upload failed");
        }
        Err(failure) => {
            tracing::info!(upload_id, code = failure.code().as_str(), detail = failure.detail(), "upload refused");
        }
    }
}

#[cfg(test)]
mod tests;
