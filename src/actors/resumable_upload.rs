//! Uploads that come in pieces: who may send to which, what of them is durable, and their reading once they are whole.
//!
//! | message | reply | from | bound |
//! | --- | --- | --- | --- |
//! | [`ReadComplete`] | nothing | itself, at its start | once |
//!
//! Owns: the timer that forgets expired uploads, never a whole one before its reading had an end, and begins the readings that
//! nobody is at. The uploads stand in [`Shared`], each behind a turn of its own: what one
//! request does to one upload cannot fail another. Blocks on: nothing; pieces are written by a thread each
//! (`limits::UPLOADS_PARTIAL_MAX`), other files in the blocking pool. Restarted by: `root`; nothing is lost, since every
//! byte that was promised is on disk, and a reading that a restart of the process ended begins again.

mod entry;
mod error;
mod follow;
mod piece;
mod places;
mod reading;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use actix::prelude::*;
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use self::entry::Entry;
pub use self::error::PartialError;
pub use self::follow::{Followed, Follower, UploadStage, UploadView};
use self::piece::Pumped;
pub use self::piece::{Checksum, Piece};
use super::clock::Clock;
use super::failure::Failure;
use super::health::HealthReader;
use super::model_registry::{ModelRegistryHandle, new_id};
use super::supervision::ExitNotice;
use crate::error::ErrorCode;
use crate::limits;
use crate::store::{PartialRecord, Partials, StoreError};

/// What a client says about a file before it sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Bytes in all.
    pub length: u64,
    /// Name of the model.
    pub name: String,
    /// Whether the first fault refuses the file.
    pub strict: bool,
    /// What the client said about it, as it said it.
    pub metadata: String,
    /// Its mark of the file.
    pub fingerprint: Option<String>,
}

/// What all requests and the keeper work with.
#[derive(Debug)]
struct Shared {
    partials: Arc<Partials>,
    models: ModelRegistryHandle,
    health: HealthReader,
    clock: Clock,
    table: Mutex<BTreeMap<String, Arc<Entry>>>,
    /// Places of threads that write.
    writers: Arc<Semaphore>,
    followers: Arc<Semaphore>,
    draining: watch::Sender<bool>,
}

/// The way to uploads that come in pieces; cheap to clone.
#[derive(Debug, Clone)]
pub struct ResumableUploadsHandle(Arc<Shared>);

impl Shared {
    /// The map is whole after every statement that holds it, so a panic elsewhere leaves nothing half-changed.
    fn table(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Entry>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    fn expiry(&self) -> u64 {
        self.now() + limits::UPLOAD_EXPIRY.as_secs()
    }

    /// Forgets an upload and removes its files.
    async fn forget(&self, entry: &Entry) {
        entry.end();
        self.table().remove(entry.id());
        let (partials, id) = (Arc::clone(&self.partials), entry.id().to_owned());
        if tokio::task::spawn_blocking(move || partials.remove(&id)).await.is_err() {
            tracing::warn!(upload_id = entry.id(), "the files of an upload were not removed");
        }
    }

    async fn in_files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Partials>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PartialError> {
        let partials = Arc::clone(&self.partials);
        let done = tokio::task::spawn_blocking(move || work(&partials)).await;
        let failed = |_| PartialError::Store(Failure::new(ErrorCode::Internal, "work with an upload's files panicked"));
        done.map_err(failed)?.map_err(|error| PartialError::Store(Failure::of(&error)))
    }
}

impl ResumableUploadsHandle {
    pub(crate) fn new(
        partials: Arc<Partials>,
        models: ModelRegistryHandle,
        health: HealthReader,
        clock: Clock,
    ) -> ResumableUploadsHandle {
        let found = partials.found().iter().map(|record| Arc::new(Entry::new(record.clone())));
        let table = found.map(|entry| (entry.id().to_owned(), entry)).collect();
        ResumableUploadsHandle(Arc::new(Shared {
            partials,
            models,
            health,
            clock,
            table: Mutex::new(table),
            writers: Arc::new(Semaphore::new(limits::UPLOADS_PARTIAL_MAX)),
            followers: Arc::new(Semaphore::new(limits::UPLOAD_EVENTS_MAX)),
            draining: watch::channel(false).0,
        }))
    }

    fn entry(&self, upload_id: &str) -> Result<Arc<Entry>, PartialError> {
        let found = self.0.table().get(upload_id).cloned();
        found.ok_or_else(|| PartialError::Unknown(upload_id.to_owned()))
    }

    /// Begins an upload; it is durable, without bytes.
    ///
    /// # Errors
    /// [`PartialError`].
    pub async fn create(&self, announced: Announced) -> Result<PartialRecord, PartialError> {
        if self.0.health.is_draining() {
            return Err(PartialError::Draining);
        }
        let Announced { length, name, strict, metadata, fingerprint } = announced;
        let record = PartialRecord::new(new_id(self.0.clock), length, name, self.0.expiry());
        let record = PartialRecord { strict, metadata, fingerprint, ..record };
        let entry = Arc::new(Entry::new(record.clone()));
        for leaving in self.0.admit(Arc::clone(&entry))? {
            self.0.forget(leaving.entry()).await;
        }
        let made = record.clone();
        if let Err(error) = self.0.in_files(move |partials| partials.create(&made)).await {
            self.0.table().remove(entry.id());
            return Err(error);
        }
        Ok(record)
    }

    /// What of an upload is durable. Waits a moment for whoever sends to it, and takes a silent one's turn away.
    ///
    /// # Errors
    /// [`PartialError::Unknown`].
    pub async fn find(&self, upload_id: &str) -> Result<PartialRecord, PartialError> {
        let entry = self.entry(upload_id)?;
        // One that goes on sending does not keep anybody from looking.
        drop(entry.take_turn().await);
        Ok(entry.record())
    }

    /// Takes a piece of an upload; what arrived of it is durable when this returns, whatever it returns.
    ///
    /// # Errors
    /// [`PartialError`].
    pub async fn append<E>(
        &self,
        upload_id: &str,
        piece: Piece,
        body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    ) -> Result<PartialRecord, PartialError> {
        if self.0.health.is_draining() {
            return Err(PartialError::Draining);
        }
        let entry = self.entry(upload_id)?;
        let turn = entry.take_turn().await?;
        // It may have been deleted, or have gone for another, while this waited.
        if entry.is_ended() {
            return Err(PartialError::Unknown(upload_id.to_owned()));
        }
        piece.check(&entry.record())?;
        if entry.record().is_complete() {
            return Ok(entry.record());
        }
        let place = Arc::clone(&self.0.writers).try_acquire_owned().map_err(|_| PartialError::Full)?;
        let (chunks, written) = piece::write(&self.0, &entry, piece, (turn, place));
        let pumped = piece::pump(&entry, self.0.draining.subscribe(), body, chunks).await;
        let internal = || PartialError::Store(Failure::new(ErrorCode::Internal, "the writing of a piece panicked"));
        let record = written.await.map_err(|_| internal())??;
        match pumped {
            Pumped::Complete | Pumped::WriterEnded => Ok(record),
            Pumped::ClientGone => Err(PartialError::Aborted),
            Pumped::Stalled => Err(PartialError::Stalled),
            Pumped::TakenOver => Err(PartialError::Locked),
            Pumped::Deleted => Err(PartialError::Unknown(upload_id.to_owned())),
            Pumped::Draining => Err(PartialError::Draining),
        }
    }

    /// The same in a task of its own, which goes on when the caller is dropped: what a connection that broke left in memory is
    /// kept too. The body is taken, and given back.
    ///
    /// # Errors
    /// [`PartialError`]; without a body there is nothing to take.
    pub async fn append_to_end<B, E>(
        &self,
        upload_id: &str,
        piece: Piece,
        body: &mut Option<B>,
    ) -> Result<PartialRecord, PartialError>
    where
        B: Stream<Item = Result<Bytes, E>> + Unpin + 'static,
    {
        let mut taken = body.take().ok_or(PartialError::Aborted)?;
        let (uploads, upload_id) = (self.clone(), upload_id.to_owned());
        let task = actix::spawn(async move {
            let result = uploads.append(&upload_id, piece, &mut taken).await;
            (result, taken)
        });
        let panicked = || PartialError::Store(Failure::new(ErrorCode::Internal, "the taking of a piece panicked"));
        let (result, given_back) = task.await.map_err(|_| panicked())?;
        *body = Some(given_back);
        result
    }

    /// Ends an upload: what came is removed, its reading is cancelled. A model that it became stays.
    ///
    /// # Errors
    /// [`PartialError`].
    pub async fn delete(&self, upload_id: &str) -> Result<(), PartialError> {
        let entry = self.entry(upload_id)?;
        entry.end();
        let _turn = entry.take_turn().await?;
        let record = entry.record();
        if record.is_complete() && record.outcome.is_none() {
            self.0.models.cancel_upload(upload_id).await.map_err(PartialError::Registry)?;
        }
        self.0.forget(&entry).await;
        Ok(())
    }

    /// Follows any upload, in pieces or not, to its end.
    ///
    /// # Errors
    /// [`PartialError::Unknown`], [`PartialError::Full`] or an unavailable registry.
    pub async fn follow(&self, upload_id: &str) -> Result<Follower, PartialError> {
        let place = Arc::clone(&self.0.followers).try_acquire_owned().map_err(|_| PartialError::Full)?;
        Follower::begin(self.clone(), upload_id, place).await
    }

    /// Ends every sending after what came is durable.
    pub(crate) async fn drain(&self) {
        self.0.draining.send_replace(true);
        let all = u32::try_from(limits::UPLOADS_PARTIAL_MAX).unwrap_or(u32::MAX);
        let idle: Result<Result<OwnedSemaphorePermit, _>, _> =
            timeout(limits::DRAIN_GRACE_MAX, Arc::clone(&self.0.writers).acquire_many_owned(all)).await;
        if idle.is_err() {
            tracing::warn!("a piece of an upload was still being written");
        }
    }

    /// Begins to read what is whole and was not read to its end, and makes known what was.
    fn read_complete(&self) {
        let entries: Vec<Arc<Entry>> = self.0.table().values().cloned().collect();
        for entry in entries {
            if entry.record().is_complete() {
                drop(tokio::spawn(reading::read(Arc::clone(&self.0), entry)));
            }
        }
    }
}

/// Begins the readings that an earlier process did not end.
#[derive(Debug, Message)]
#[rtype(result = "()")]
struct ReadComplete;

/// The shell: a timer, and the start.
pub(crate) struct KeeperActor {
    uploads: ResumableUploadsHandle,
    _exit: ExitNotice,
}

impl KeeperActor {
    pub(crate) fn launch(uploads: ResumableUploadsHandle, exit: ExitNotice) -> Addr<KeeperActor> {
        KeeperActor { uploads, _exit: exit }.start()
    }

    fn sweep(&mut self, ctx: &mut Context<Self>) {
        let uploads = self.uploads.clone();
        ctx.spawn(async move { uploads.0.sweep().await }.into_actor(self));
    }
}

impl Actor for KeeperActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.sweep(ctx);
        ctx.run_interval(limits::UPLOAD_SWEEP_INTERVAL, KeeperActor::sweep);
        ctx.notify_later(ReadComplete, Duration::ZERO);
    }
}

impl Handler<ReadComplete> for KeeperActor {
    type Result = ();

    fn handle(&mut self, _read: ReadComplete, _ctx: &mut Self::Context) {
        self.uploads.read_complete();
    }
}

#[cfg(test)]
mod tests;
