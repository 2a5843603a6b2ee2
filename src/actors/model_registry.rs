//! Which building models exist, which are being read, which are open, and where the evidence of answers is found again.
//!
//! | message | reply | from | bound |
//! | --- | --- | --- | --- |
//! | [`BeginUpload`] | [`UploadWriter`] | `http::uploads` | `limits::INGESTS_MAX` |
//! | [`AdoptUpload`] | nothing | `resumable_upload` | `limits::UPLOADS_KEPT_MAX` |
//! | [`WatchUpload`] | its progress | `http::tus` | `limits::ACTOR_CALLS_MAX` |
//! | [`UploadFinished`] | nothing | `ingest` | one per upload |
//! | [`ListModels`] | [`ModelState`]s | `http::models` | `limits::ACTOR_CALLS_MAX` |
//! | [`FindModel`] | [`ModelState`] | `http::models` | `limits::ACTOR_CALLS_MAX` |
//! | [`OpenModel`] | the open model, at last | `query_session`, `http` | `limits::OPENINGS_MAX` loads, one per model |
//! | [`DeleteModel`] | [`Deleted`] | `http::models` | `limits::ACTOR_CALLS_MAX` |
//! | [`RememberEvidence`] | nothing | `query_session` | `limits::EVIDENCE_KEPT_MAX` |
//! | [`FindEvidence`] | model, plan, language | `http::evidence` | `limits::ACTOR_CALLS_MAX` |
//! | [`CancelUpload`] | nothing | `resumable_upload` | `limits::ACTOR_CALLS_MAX` |
//! | [`CancelUploads`] | nothing | `root` (drain) | once |
//! | [`ChildExited`] | nothing | `ingest` | one per upload |
//!
//! Owns: [`RegistryCore`]. Blocks on: nothing; files are touched in the compute pool. Restarted by: `root`; it starts from
//! the store. Lost then: open models (opened again), evidence ids (asked again), the ids of ended and of running uploads;
//! a running upload goes on, is known again at its end, and cannot be cancelled until then.

mod core;
mod handle;

use std::sync::Arc;

use actix::prelude::*;
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

use self::core::{Deletion, Opening, RegistryCore};
use super::backend::{Askable, Backend};
use super::compute::Compute;
use super::failure::Failure;
use super::ingest::{IngestHandle, IngestProgress, IngestTools, UploadFinished, UploadRequest};
use super::supervision::{ChildExited, ExitNotice};
use super::upload::{CancelReason, UploadWriter};
use crate::error::{Coded, ErrorCode};
use crate::query::{Language, Plan};
use crate::store::{Manifest, StoreError};

pub use self::handle::ModelRegistryHandle;
pub(crate) use self::handle::new_id;

/// What the registry knows of a building model or of an upload that may become one.
#[derive(Debug, Clone)]
pub enum ModelState {
    /// Being read.
    Ingesting {
        /// The upload.
        upload_id: String,
        /// Its name.
        name: String,
        /// How far it is.
        progress: IngestProgress,
    },
    /// Published.
    Ready {
        /// What the catalog knows of it.
        manifest: Arc<Manifest>,
        /// The upload asked for, when it was asked for by that.
        upload_id: Option<String>,
    },
    /// Stored, but damaged or of a later format.
    Broken {
        /// Its id; its name is not known.
        model_id: String,
        /// What is wrong.
        failure: Failure,
    },
    /// Its reading failed.
    Failed {
        /// The upload.
        upload_id: String,
        /// Its name.
        name: String,
        /// Why.
        failure: Failure,
    },
}

/// What an evidence id stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceKey {
    /// The model.
    pub model_id: String,
    /// The plan to execute again.
    pub plan: Plan,
    /// The language to word it in, unless another is asked for.
    pub language: Language,
}

/// Why the registry did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Neither a model nor an upload.
    #[error("there is no building model {0}")]
    Unknown(String),
    /// An upload that is no model yet, or never will be.
    #[error("the building model {0} is not ready")]
    NotReady(String),
    /// No such evidence.
    #[error("there is no evidence {0} any more")]
    EvidenceUnknown(String),
    /// The folder is full by count.
    #[error("the data folder already holds {0} models")]
    Full(usize),
    /// All reading places are taken.
    #[error("{0} uploads are being read")]
    Busy(usize),
    /// Too many calls wait.
    #[error("too many requests are waiting")]
    Overloaded,
    /// Shutting down.
    #[error("the server is shutting down")]
    Draining,
    /// The store failed.
    #[error("{0}")]
    Store(Failure),
    /// Down, or restarted in the middle of the call.
    #[error("the model registry is not available")]
    Unavailable,
}

impl Coded for RegistryError {
    fn code(&self) -> ErrorCode {
        match self {
            RegistryError::Unknown(_) => ErrorCode::ModelUnknown,
            RegistryError::NotReady(_) => ErrorCode::ModelNotReady,
            RegistryError::EvidenceUnknown(_) => ErrorCode::EvidenceUnknown,
            RegistryError::Full(_) => ErrorCode::ModelsFull,
            RegistryError::Busy(_) => ErrorCode::IngestBusy,
            RegistryError::Overloaded => ErrorCode::QuestionsBusy,
            RegistryError::Draining => ErrorCode::Draining,
            RegistryError::Store(failure) => failure.code(),
            RegistryError::Unavailable => ErrorCode::ActorUnavailable,
        }
    }
}

/// Begins an upload.
#[derive(Debug, Message)]
#[rtype(result = "Result<UploadWriter, RegistryError>")]
pub(crate) struct BeginUpload {
    upload_id: String,
    request: UploadRequest,
    permit: OwnedSemaphorePermit,
}

/// What is known of an upload that was kept on disk.
#[derive(Debug)]
pub(crate) enum Adopted {
    /// It waits for its reading.
    Waiting { progress: watch::Receiver<IngestProgress>, cancel: IngestHandle },
    /// It became a model, maybe before a restart.
    Ready { model_id: String },
    /// It did not.
    Failed(Failure),
}

/// Makes an upload known that was kept on disk.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct AdoptUpload {
    upload_id: String,
    name: String,
    adopted: Adopted,
}

/// Asks for the progress of a running upload.
#[derive(Debug, Message)]
#[rtype(result = "Option<watch::Receiver<IngestProgress>>")]
pub(crate) struct WatchUpload(String);

/// Asks for everything.
#[derive(Debug, Message)]
#[rtype(result = "Vec<ModelState>")]
pub(crate) struct ListModels;

/// Asks for one, by model id or upload id.
#[derive(Debug, Message)]
#[rtype(result = "Option<ModelState>")]
pub(crate) struct FindModel(String);

/// What comes of opening: the model, or where it will arrive.
pub(crate) type OpenReply = Result<oneshot::Receiver<Result<Arc<dyn Askable>, RegistryError>>, RegistryError>;

/// Opens a model for questions.
#[derive(Debug, Message)]
#[rtype(result = "OpenReply")]
pub(crate) struct OpenModel(String);

/// Deletes a model, cancels or forgets an upload.
#[derive(Debug, Message)]
#[rtype(result = "Result<Deleted, RegistryError>")]
pub(crate) struct DeleteModel(String);

/// What came of a deletion.
#[derive(Debug)]
pub(crate) enum Deleted {
    /// It is gone, and will not come.
    Done,
    /// The upload is just being published, too late to cancel it; its end is told here.
    Publishing(watch::Receiver<IngestProgress>),
}

/// Remembers what an evidence id stands for.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct RememberEvidence {
    evidence_id: String,
    key: EvidenceKey,
}

/// Asks what an evidence id stands for.
#[derive(Debug, Message)]
#[rtype(result = "Option<EvidenceKey>")]
pub(crate) struct FindEvidence(String);

/// Ends the reading of one upload, by its upload id. A model that it becomes or became stays.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct CancelUpload(String);

/// Ends every running upload.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct CancelUploads(CancelReason);

/// What the registry works with.
#[derive(Debug, Clone)]
pub(crate) struct RegistryTools {
    pub(crate) backend: Arc<dyn Backend>,
    /// Places for opening, listing and deleting.
    pub(crate) files: Compute,
    pub(crate) ingest: IngestTools,
}

/// The shell.
pub(crate) struct RegistryActor {
    core: RegistryCore,
    tools: RegistryTools,
    _exit: ExitNotice,
}

impl RegistryActor {
    pub(crate) fn launch(tools: RegistryTools, exit: ExitNotice) -> Addr<RegistryActor> {
        RegistryActor { core: RegistryCore::default(), tools, _exit: exit }.start()
    }
}

impl Actor for RegistryActor {
    type Context = Context<Self>;

    /// Messages wait until the catalog is read; the handle bounds how many and for how long.
    fn started(&mut self, ctx: &mut Self::Context) {
        let (files, backend) = (self.tools.files.clone(), Arc::clone(&self.tools.backend));
        let load = async move { files.run_in_turn(move || backend.list()).await };
        ctx.wait(load.into_actor(self).map(|result, actor, ctx| match result {
            Ok(Ok(listing)) => actor.core.on_loaded(listing),
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "catalog could not be read");
                ctx.stop();
            }
            Err(error) => {
                tracing::error!(%error, "catalog could not be read");
                ctx.stop();
            }
        }));
    }
}

impl Handler<BeginUpload> for RegistryActor {
    type Result = Result<UploadWriter, RegistryError>;

    fn handle(&mut self, begin: BeginUpload, ctx: &mut Self::Context) -> Self::Result {
        self.core.admit()?;
        let BeginUpload { upload_id, request, permit } = begin;
        let name = request.name.clone();
        let exit = ExitNotice::new(upload_id.as_str(), 0, ctx.address().recipient());
        let (ingest, writer) = IngestHandle::start(&upload_id, request, self.tools.ingest.clone(), permit, exit);
        self.core.on_begin(&upload_id, &name, writer.progress(), Some(ingest));
        Ok(writer)
    }
}

impl Handler<UploadFinished> for RegistryActor {
    type Result = ();

    fn handle(&mut self, finished: UploadFinished, _ctx: &mut Self::Context) {
        self.core.on_finished(&finished.upload_id, finished.outcome);
    }
}

impl Handler<ChildExited> for RegistryActor {
    type Result = ();

    fn handle(&mut self, exited: ChildExited, _ctx: &mut Self::Context) {
        self.core.on_ingest_gone(&exited.child);
    }
}

impl Handler<AdoptUpload> for RegistryActor {
    type Result = ();

    fn handle(&mut self, adopt: AdoptUpload, _ctx: &mut Self::Context) {
        self.core.on_adopted(&adopt.upload_id, adopt.name, adopt.adopted);
    }
}

impl Handler<WatchUpload> for RegistryActor {
    type Result = MessageResult<WatchUpload>;

    fn handle(&mut self, watch: WatchUpload, _ctx: &mut Self::Context) -> Self::Result {
        MessageResult(self.core.progress(&watch.0))
    }
}

impl Handler<ListModels> for RegistryActor {
    type Result = Vec<ModelState>;

    fn handle(&mut self, _list: ListModels, _ctx: &mut Self::Context) -> Vec<ModelState> {
        self.core.list()
    }
}

impl Handler<FindModel> for RegistryActor {
    type Result = Option<ModelState>;

    fn handle(&mut self, find: FindModel, _ctx: &mut Self::Context) -> Option<ModelState> {
        self.core.find(&find.0)
    }
}

impl Handler<OpenModel> for RegistryActor {
    type Result = OpenReply;

    fn handle(&mut self, open: OpenModel, ctx: &mut Self::Context) -> OpenReply {
        let model_id = self.core.resolve(&open.0)?;
        let (waiter, reply) = oneshot::channel();
        match self.core.on_open(&model_id, waiter) {
            Opening::Wait => {}
            Opening::Open(model) => return Ok(opened(model)),
            Opening::Load => {
                let (files, backend, id) =
                    (self.tools.files.clone(), Arc::clone(&self.tools.backend), model_id.clone());
                let load = async move { files.run_in_turn(move || backend.open(&id)).await };
                ctx.spawn(load.into_actor(self).map(move |result, actor, _ctx| {
                    let result = match result {
                        Ok(result) => result.map_err(|error| Failure::of(&error)),
                        Err(error) => Err(Failure::of(&error)),
                    };
                    actor.core.on_opened(&model_id, &result);
                }));
            }
        }
        Ok(reply)
    }
}

fn opened(model: Arc<dyn Askable>) -> oneshot::Receiver<Result<Arc<dyn Askable>, RegistryError>> {
    let (sender, receiver) = oneshot::channel();
    // The receiver is in hand, so the send cannot fail.
    drop(sender.send(Ok(model)));
    receiver
}

impl Handler<DeleteModel> for RegistryActor {
    type Result = ResponseActFuture<Self, Result<Deleted, RegistryError>>;

    fn handle(&mut self, delete: DeleteModel, _ctx: &mut Self::Context) -> Self::Result {
        let model_id = match self.core.on_delete(&delete.0) {
            Ok(Deletion::Model(model_id)) => model_id,
            Ok(Deletion::Done) => return Box::pin(fut::ready(Ok(Deleted::Done))),
            Ok(Deletion::Publishing(progress)) => return Box::pin(fut::ready(Ok(Deleted::Publishing(progress)))),
            Err(error) => return Box::pin(fut::ready(Err(error))),
        };
        let (files, backend, id) = (self.tools.files.clone(), Arc::clone(&self.tools.backend), model_id.clone());
        let changes = self.tools.ingest.changes.clone();
        let work = async move {
            let change = changes.begin(&id).await;
            // The work holds the change too: it goes on when this actor ends.
            files.run_in_turn(move || (backend.delete(&id), change)).await
        };
        let work = work.into_actor(self).map(move |result, actor, _ctx| match result {
            Ok((Ok(()), _change)) => {
                actor.core.on_deleted(&model_id);
                tracing::info!(model_id, "model deleted");
                Ok(Deleted::Done)
            }
            // Somebody else took its files, or an earlier deletion did.
            Ok((Err(StoreError::Unknown(_)), _change)) => {
                actor.core.on_deleted(&model_id);
                Err(RegistryError::Unknown(model_id))
            }
            Ok((Err(error), _change)) => Err(RegistryError::Store(Failure::of(&error))),
            Err(error) => Err(RegistryError::Store(Failure::of(&error))),
        });
        Box::pin(work)
    }
}

impl Handler<RememberEvidence> for RegistryActor {
    type Result = ();

    fn handle(&mut self, remember: RememberEvidence, _ctx: &mut Self::Context) {
        self.core.on_evidence(&remember.evidence_id, remember.key);
    }
}

impl Handler<FindEvidence> for RegistryActor {
    type Result = Option<EvidenceKey>;

    fn handle(&mut self, find: FindEvidence, _ctx: &mut Self::Context) -> Option<EvidenceKey> {
        self.core.evidence(&find.0)
    }
}

impl Handler<CancelUpload> for RegistryActor {
    type Result = ();

    fn handle(&mut self, cancel: CancelUpload, _ctx: &mut Self::Context) {
        self.core.on_cancel(&cancel.0);
    }
}

impl Handler<CancelUploads> for RegistryActor {
    type Result = ();

    fn handle(&mut self, cancel: CancelUploads, _ctx: &mut Self::Context) {
        self.core.cancel_all(cancel.0);
    }
}

#[cfg(test)]
impl Handler<super::testing::Boom> for RegistryActor {
    type Result = ();

    fn handle(&mut self, _boom: super::testing::Boom, _ctx: &mut Self::Context) {
        panic!("planned");
    }
}

#[cfg(test)]
mod tests;
