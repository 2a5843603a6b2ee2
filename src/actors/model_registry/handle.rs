//! The only way to talk to the registry. Sheds before it queues and never waits past the limit.

use std::sync::Arc;
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::prelude::*;
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use uuid::{NoContext, Timestamp, Uuid};

use super::{
    AdoptUpload, Adopted, BeginUpload, CancelUpload, CancelUploads, DeleteModel, Deleted, EvidenceKey, FindEvidence,
    FindModel, ListModels, ModelState, OpenModel, RegistryActor, RegistryError, RememberEvidence, WatchUpload,
};
use crate::actors::backend::Askable;
use crate::actors::clock::Clock;
use crate::actors::compute::{Compute, ComputeError};
use crate::actors::failure::Failure;
use crate::actors::health::HealthReader;
use crate::actors::ingest::{IngestHandle, IngestProgress, UploadRequest};
use crate::actors::model_export::{self, ExportBroken};
use crate::actors::stopping::StopOnDrop;
use crate::actors::supervision::Slot;
use crate::actors::upload::{self, CancelReason, Fate, UploadWriter};
use crate::chunking::{ChunkDocument, ChunkId, ChunkOptions, ChunkPlan};
use crate::error::ErrorCode;
use crate::limits;
use crate::query::{Completion, Evidence, Language, Overview, Stopped};
use crate::store::ExportFormat;

/// Handle of the registry; survives its restarts.
#[derive(Debug, Clone)]
pub struct ModelRegistryHandle {
    slot: Slot<RegistryActor>,
    calls: Arc<Semaphore>,
    ingests: Arc<Semaphore>,
    questions: Compute,
    exports: Compute,
    health: HealthReader,
    clock: Clock,
}

/// An upload that waits for its reading.
#[derive(Debug)]
pub(crate) struct WaitingUpload {
    fate: watch::Receiver<Fate>,
    /// Who follows it is told that it waits as long as this is there.
    _told: watch::Sender<IngestProgress>,
}

impl WaitingUpload {
    /// Ready when somebody cancels it; gives why.
    pub(crate) async fn cancelled(&mut self) -> CancelReason {
        upload::cancelled(&mut self.fate).await
    }
}

impl ModelRegistryHandle {
    pub(crate) fn new(
        slot: Slot<RegistryActor>,
        questions: Compute,
        health: HealthReader,
        clock: Clock,
    ) -> ModelRegistryHandle {
        let calls = Arc::new(Semaphore::new(limits::ACTOR_CALLS_MAX));
        let ingests = Arc::new(Semaphore::new(limits::INGESTS_MAX));
        let exports = Compute::new(limits::EXPORTS_MAX, ErrorCode::ExportsBusy);
        ModelRegistryHandle { slot, calls, ingests, questions, exports, health, clock }
    }

    async fn call<M>(&self, message: M) -> Result<M::Result, RegistryError>
    where
        RegistryActor: Handler<M>,
        Context<RegistryActor>: ToEnvelope<RegistryActor, M>,
        M: Message + Send + 'static,
        M::Result: Send,
    {
        self.call_within(message, limits::ACTOR_REPLY_MAX).await
    }

    async fn call_within<M>(&self, message: M, wait_max: Duration) -> Result<M::Result, RegistryError>
    where
        RegistryActor: Handler<M>,
        Context<RegistryActor>: ToEnvelope<RegistryActor, M>,
        M: Message + Send + 'static,
        M::Result: Send,
    {
        let Ok(_permit) = self.calls.try_acquire() else { return Err(RegistryError::Overloaded) };
        self.slot.call(message, wait_max).await.map_err(|_| RegistryError::Unavailable)
    }

    /// Begins an upload; its bytes go into the writer.
    ///
    /// # Errors
    /// [`RegistryError::Draining`], [`RegistryError::Busy`], [`RegistryError::Full`] or an unavailable registry.
    pub async fn begin_upload(&self, request: UploadRequest) -> Result<UploadWriter, RegistryError> {
        if self.health.is_draining() {
            return Err(RegistryError::Draining);
        }
        let permit = Arc::clone(&self.ingests).try_acquire_owned();
        let permit = permit.map_err(|_| RegistryError::Busy(limits::INGESTS_MAX))?;
        let upload_id = new_id(self.clock);
        self.call(BeginUpload { upload_id, request, permit }).await?
    }

    /// Begins to read an upload that is on disk already, under the id it has. Waits for a place; until then it can be
    /// cancelled as one that is read.
    ///
    /// # Errors
    /// Why it was cancelled, or [`RegistryError`] as [`ModelRegistryHandle::begin_upload`].
    pub(crate) async fn begin_kept_upload(
        &self,
        upload_id: &str,
        request: UploadRequest,
    ) -> Result<Result<UploadWriter, CancelReason>, RegistryError> {
        let mut waiting = self.adopt_waiting(upload_id, &request.name, request.bytes_total).await?;
        let permit = tokio::select! {
            biased;
            reason = waiting.cancelled() => return Ok(Err(reason)),
            permit = Arc::clone(&self.ingests).acquire_owned() => permit.map_err(|_| RegistryError::Unavailable)?,
        };
        if self.health.is_draining() {
            return Err(RegistryError::Draining);
        }
        self.call(BeginUpload { upload_id: upload_id.to_owned(), request, permit }).await?.map(Ok)
    }

    /// Makes an upload known that is on disk and waits; until what this gives is dropped it can be cancelled.
    ///
    /// # Errors
    /// An unavailable or overloaded registry.
    pub(crate) async fn adopt_waiting(
        &self,
        upload_id: &str,
        name: &str,
        bytes_total: Option<u64>,
    ) -> Result<WaitingUpload, RegistryError> {
        let progress = IngestProgress { bytes_total, ..IngestProgress::default() };
        let ((told, progress), (cancel, fate)) = (watch::channel(progress), IngestHandle::waiting());
        self.adopt_upload(upload_id, name, Adopted::Waiting { progress, cancel }).await?;
        Ok(WaitingUpload { fate, _told: told })
    }

    /// Makes an upload known that was kept on disk.
    ///
    /// # Errors
    /// An unavailable or overloaded registry.
    pub(crate) async fn adopt_upload(
        &self,
        upload_id: &str,
        name: &str,
        adopted: Adopted,
    ) -> Result<(), RegistryError> {
        self.call(AdoptUpload { upload_id: upload_id.to_owned(), name: name.to_owned(), adopted }).await
    }

    /// How far a running upload is; `None` when it does not run.
    ///
    /// # Errors
    /// An unavailable or overloaded registry.
    pub async fn watch_upload(
        &self,
        upload_id: &str,
    ) -> Result<Option<watch::Receiver<IngestProgress>>, RegistryError> {
        self.call(WatchUpload(upload_id.to_owned())).await
    }

    /// Reads bytes already at hand, and waits for the model.
    #[cfg(test)]
    pub(crate) async fn ingest_bytes(
        &self,
        request: UploadRequest,
        bytes: bytes::Bytes,
    ) -> Result<Arc<crate::store::Manifest>, Failure> {
        let mut writer = self.begin_upload(request).await.map_err(|error| Failure::of(&error))?;
        writer.pump(&mut futures_util::stream::iter([Ok::<_, std::convert::Infallible>(bytes)])).await;
        writer.outcome().await
    }

    /// Everything: running and failed uploads, then models.
    ///
    /// # Errors
    /// An unavailable or overloaded registry.
    pub async fn list(&self) -> Result<Vec<ModelState>, RegistryError> {
        self.call(ListModels).await
    }

    /// One, by model id or upload id.
    ///
    /// # Errors
    /// [`RegistryError::Unknown`] or an unavailable registry.
    pub async fn find(&self, id: &str) -> Result<ModelState, RegistryError> {
        self.call(FindModel(id.to_owned())).await?.ok_or_else(|| RegistryError::Unknown(id.to_owned()))
    }

    /// Id and name of a published model, by model id or upload id.
    pub(crate) async fn named(&self, id: &str) -> Option<(String, String)> {
        match self.find(id).await {
            Ok(ModelState::Ready { manifest, .. }) => Some((manifest.model_id.clone(), manifest.name.clone())),
            Ok(ModelState::Ingesting { .. } | ModelState::Broken { .. } | ModelState::Failed { .. }) | Err(_) => None,
        }
    }

    /// Opens a model, by model id or the id of the upload it came from.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn open(&self, id: &str) -> Result<Arc<dyn Askable>, RegistryError> {
        let reply = self.call(OpenModel(id.to_owned())).await??;
        match timeout(limits::QUESTION_DEADLINE, reply).await {
            Ok(Ok(result)) => result,
            Ok(Err(_restarted)) => Err(RegistryError::Unavailable),
            Err(_elapsed) => {
                let seconds = limits::QUESTION_DEADLINE.as_secs();
                let detail = format!("the model could not be opened within {seconds} seconds");
                Err(RegistryError::Store(Failure::new(ErrorCode::QuestionDeadline, detail)))
            }
        }
    }

    /// Ends the reading of an upload that is not yet being published; anything else by that id stays, a model above all.
    ///
    /// # Errors
    /// An unavailable or overloaded registry.
    pub(crate) async fn cancel_upload(&self, upload_id: &str) -> Result<(), RegistryError> {
        self.call(CancelUpload(upload_id.to_owned())).await
    }

    /// Deletes a model; by upload id also cancels a running upload or forgets a failed one. An upload that is just being
    /// published becomes a model first, which is deleted then.
    ///
    /// # Errors
    /// [`RegistryError`]; [`RegistryError::NotReady`] when the publishing takes too long to wait for.
    pub async fn delete(&self, id: &str) -> Result<(), RegistryError> {
        let Deleted::Publishing(mut progress) = self.delete_once(id).await? else { return Ok(()) };
        let ended = progress.wait_for(|progress| progress.outcome.is_some());
        let outcome = match timeout(limits::PUBLISH_WAIT_MAX, ended).await {
            Ok(ended) => ended.ok().and_then(|progress| progress.outcome.clone()),
            Err(_elapsed) => return Err(RegistryError::NotReady(id.to_owned())),
        };
        let Some(Ok(manifest)) = outcome else { return Ok(()) };
        match self.delete_once(&manifest.model_id).await {
            // Another deletion came first.
            Ok(_) | Err(RegistryError::Unknown(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn delete_once(&self, id: &str) -> Result<Deleted, RegistryError> {
        // It may wait for a publication of the same model.
        self.call_within(DeleteModel(id.to_owned()), limits::PUBLISH_WAIT_MAX).await?
    }

    /// Remembers what an evidence id stands for.
    ///
    /// # Errors
    /// An unavailable or overloaded registry.
    pub async fn remember_evidence(&self, evidence_id: &str, key: EvidenceKey) -> Result<(), RegistryError> {
        self.call(RememberEvidence { evidence_id: evidence_id.to_owned(), key }).await
    }

    /// All that an answer rests on, computed again; worded in `language`, or as it was first asked. `write` makes of it
    /// what the caller wants, in the same place of the pool.
    ///
    /// # Errors
    /// [`RegistryError::EvidenceUnknown`] when the id or its model is gone.
    pub async fn evidence_as<T: Send + 'static>(
        &self,
        evidence_id: &str,
        language: Option<Language>,
        write: impl FnOnce(Evidence, Language) -> T + Send + 'static,
    ) -> Result<T, RegistryError> {
        let unknown = || RegistryError::EvidenceUnknown(evidence_id.to_owned());
        let key = self.call(FindEvidence(evidence_id.to_owned())).await?.ok_or_else(unknown)?;
        let model = self.open(&key.model_id).await?;
        let language = language.unwrap_or(key.language);
        let giving_up = StopOnDrop::default();
        let stop = giving_up.stop();
        let work = move |model: &dyn Askable| {
            let evidence = model.recompute(&key.plan, language, &stop)?;
            Ok::<_, Stopped>(evidence.map(|evidence| write(evidence, language)))
        };
        // It is stopped only when this future is gone.
        let stopped =
            |error: Stopped| RegistryError::Store(Failure::new(ErrorCode::QuestionCancelled, error.to_string()));
        self.in_pool(model, work).await?.map_err(stopped)?.ok_or_else(unknown)
    }

    /// The same, as it is.
    ///
    /// # Errors
    /// [`RegistryError::EvidenceUnknown`] when the id or its model is gone.
    #[cfg(test)]
    pub(crate) async fn evidence(
        &self,
        evidence_id: &str,
        language: Option<Language>,
    ) -> Result<Evidence, RegistryError> {
        self.evidence_as(evidence_id, language, |evidence, _| evidence).await
    }

    /// At most `count` questions that a model can answer.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn suggestions(&self, id: &str, language: Language, count: usize) -> Result<Vec<String>, RegistryError> {
        let model = self.open(id).await?;
        self.in_pool(model, move |model| model.suggest(language, count)).await
    }

    /// What a question that is being typed may go on with.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn completions(
        &self,
        id: &str,
        text: String,
        language: Language,
    ) -> Result<Vec<Completion>, RegistryError> {
        let model = self.open(id).await?;
        self.in_pool(model, move |model| model.complete(&text, language)).await
    }

    /// What a model holds at a glance.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn overview(&self, id: &str) -> Result<Overview, RegistryError> {
        let model = self.open(id).await?;
        self.in_pool(model, |model| model.overview()).await
    }

    /// Where the chunks of a model begin and end.
    ///
    /// # Errors
    /// [`RegistryError`]; options out of range are the caller's.
    pub async fn chunk_plan(&self, id: &str, options: ChunkOptions) -> Result<Arc<ChunkPlan>, RegistryError> {
        let model = self.open(id).await?;
        let planned = self.in_pool(model, move |model| model.chunk_plan(&options)).await?;
        planned.map_err(|error| RegistryError::Store(Failure::of(&error)))
    }

    /// One chunk of a model; without options, of a plan that was made lately.
    ///
    /// # Errors
    /// [`RegistryError`]; a chunk that is not known is the caller's.
    pub async fn chunk(
        &self,
        id: &str,
        chunk: ChunkId,
        options: Option<ChunkOptions>,
    ) -> Result<ChunkDocument, RegistryError> {
        let model = self.open(id).await?;
        let rendered = self.in_pool(model, move |model| model.chunk(chunk, options.as_ref())).await?;
        rendered.map_err(|error| RegistryError::Store(Failure::of(&error)))
    }

    /// Computes with a model; what was computed from rows that could not be fetched is thrown away.
    /// Begins to write a model as tables, in one archive.
    ///
    /// # Errors
    /// [`RegistryError`]; what fails after the first bytes ends the stream with an error.
    pub async fn export(
        &self,
        id: &str,
        format: ExportFormat,
    ) -> Result<impl Stream<Item = Result<Bytes, ExportBroken>> + use<>, RegistryError> {
        let model = self.open(id).await?;
        let begun = model_export::begin(&self.exports, model, format).await;
        begun.map_err(|error| RegistryError::Store(Failure::of(&error)))?.map_err(RegistryError::Store)
    }

    async fn in_pool<T: Send + 'static>(
        &self,
        model: Arc<dyn Askable>,
        work: impl FnOnce(&dyn Askable) -> T + Send + 'static,
    ) -> Result<T, RegistryError> {
        let work = move || {
            let result = work(model.as_ref());
            model.fault().map_or(Ok(result), |what| Err(Failure::new(ErrorCode::StoreDamaged, what)))
        };
        let computed = self.questions.run(work).await.map_err(|error| match error {
            ComputeError::Busy(_) => RegistryError::Overloaded,
            ComputeError::Panicked | ComputeError::Closed => RegistryError::Store(Failure::of(&error)),
        })?;
        computed.map_err(RegistryError::Store)
    }

    /// Waits until no upload runs.
    pub(crate) async fn idle(&self) {
        let all = u32::try_from(limits::INGESTS_MAX).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        drop(self.ingests.acquire_many(all).await);
    }

    /// Ends every running upload.
    pub(crate) async fn cancel_uploads(&self, reason: CancelReason) {
        if let Err(error) = self.call(CancelUploads(reason)).await {
            tracing::warn!(%error, "uploads could not be cancelled");
        }
    }

    #[cfg(test)]
    pub(crate) async fn boom(&self) -> Result<(), RegistryError> {
        self.call(crate::actors::testing::Boom).await
    }
}

/// A time-ordered identifier that nobody guesses.
pub(crate) fn new_id(clock: Clock) -> String {
    let since = clock().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, since.as_secs(), since.subsec_nanos())).simple().to_string()
}
