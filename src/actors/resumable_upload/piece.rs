//! One piece on its way from a socket to the disk: a request hands it over, a thread writes it.
//!
//! The thread ends its work whatever becomes of the request: a connection that breaks drops the request, and what came until
//! then is made durable all the same. A piece with a checksum counts as a whole or not at all.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};
use tokio::time::{Instant, timeout, timeout_at};

use super::entry::{Entry, Turn};
use super::{PartialError, Shared, reading};
use crate::actors::failure::Failure;
use crate::actors::upload::Patience;
use crate::limits;
use crate::store::{PartialFile, PartialRecord, StoreError};

/// What a piece should hash to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1, which every tus client knows.
    Sha1(Vec<u8>),
    /// SHA-256.
    Sha256(Vec<u8>),
}

/// What a request says about the piece it brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins.
    pub offset: u64,
    /// Its bytes, where the request says so.
    pub bytes: Option<u64>,
    /// What it should hash to.
    pub checksum: Option<Checksum>,
    /// The client's mark of the file.
    pub fingerprint: Option<String>,
}

impl Piece {
    /// Whether it fits an upload.
    pub(super) fn check(&self, record: &PartialRecord) -> Result<(), PartialError> {
        if self.fingerprint.is_some() && self.fingerprint != record.fingerprint {
            return Err(PartialError::FileDiffers);
        }
        if self.offset != record.offset {
            return Err(PartialError::OffsetWrong { given: self.offset, wanted: record.offset });
        }
        match self.bytes {
            Some(bytes) if record.length.saturating_sub(record.offset) < bytes => {
                Err(PartialError::TooLong(record.length))
            }
            _ => Ok(()),
        }
    }
}

/// How handing over a piece ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pumped {
    /// All of it is handed over.
    Complete,
    /// The writing ended first; its result says why.
    WriterEnded,
    ClientGone,
    Stalled,
    /// Another request took the turn of this silent one.
    TakenOver,
    Deleted,
    Draining,
}

/// The channel closes without an end when the piece breaks off.
pub(super) enum Chunk {
    Data(Bytes),
    End,
}

/// Hands a body over, until its end or a reason to stop.
pub(super) async fn pump<E>(
    entry: &Entry,
    mut draining: watch::Receiver<bool>,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    chunks: mpsc::Sender<Chunk>,
) -> Pumped {
    let mut patience = Patience::default();
    loop {
        let asked = Instant::now();
        let next = tokio::select! {
            biased;
            () = entry.ended() => return Pumped::Deleted,
            _ = draining.wait_for(|draining| *draining) => return Pumped::Draining,
            next = timeout(patience.left(), body.next()) => next,
            () = chunks.closed() => return Pumped::WriterEnded,
            () = entry.wanted(asked) => return Pumped::TakenOver,
        };
        let chunk = match next {
            Err(_elapsed) => return Pumped::Stalled,
            Ok(Some(Err(_broken))) => return Pumped::ClientGone,
            Ok(Some(Ok(bytes))) => {
                patience.came(asked.elapsed(), bytes.len());
                Chunk::Data(bytes)
            }
            Ok(None) => Chunk::End,
        };
        let is_end = matches!(chunk, Chunk::End);
        // The disk is no client: its time is bounded by the system.
        match chunks.send(chunk).await {
            Err(_closed) => return Pumped::WriterEnded,
            Ok(()) if is_end => return Pumped::Complete,
            Ok(()) => {}
        }
    }
}

type Written = oneshot::Receiver<Result<PartialRecord, PartialError>>;

/// Starts the thread that writes a piece; it holds the turn and the place until all is durable.
pub(super) fn write(
    shared: &Arc<Shared>,
    entry: &Arc<Entry>,
    piece: Piece,
    held: (Turn, OwnedSemaphorePermit),
) -> (mpsc::Sender<Chunk>, Written) {
    let (sender, chunks) = mpsc::channel(limits::UPLOAD_QUEUE_CHUNKS);
    let (done, written) = oneshot::channel();
    let (shared, entry, handle) = (Arc::clone(shared), Arc::clone(entry), Handle::current());
    drop(tokio::task::spawn_blocking(move || {
        let (turn, _place) = held;
        let failed = |error: StoreError| PartialError::Store(Failure::of(&error));
        let opened = shared.partials.append(entry.record()).map_err(failed);
        let result = opened.and_then(|file| {
            let hash = piece.checksum.map(Hash::new);
            let start = file.record().offset;
            Writer { shared: &shared, entry: &entry, file, start, hash, oldest: None }.run(chunks, &handle)
        });
        // Before anybody is told, or who asks next would find the turn taken.
        drop(turn);
        if entry.record().is_complete() && !entry.is_ended() {
            drop(handle.spawn(reading::read(shared, entry)));
        }
        // A request whose connection broke is not there any more.
        drop(done.send(result));
    }));
    (sender, written)
}

/// A checksum on its way.
enum Hash {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Hash {
    fn new(wanted: Checksum) -> Hash {
        match wanted {
            Checksum::Sha1(wanted) => Hash::Sha1(Sha1::new(), wanted),
            Checksum::Sha256(wanted) => Hash::Sha256(Sha256::new(), wanted),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hash::Sha1(hash, _) => hash.update(bytes),
            Hash::Sha256(hash, _) => hash.update(bytes),
        }
    }

    fn matches(self) -> bool {
        match self {
            Hash::Sha1(hash, wanted) => hash.finalize().as_slice() == wanted,
            Hash::Sha256(hash, wanted) => hash.finalize().as_slice() == wanted,
        }
    }
}

struct Writer<'a> {
    shared: &'a Shared,
    entry: &'a Entry,
    file: PartialFile,
    /// Where the piece begins.
    start: u64,
    hash: Option<Hash>,
    /// Since when a byte waits to become durable.
    oldest: Option<Instant>,
}

impl Writer<'_> {
    fn run(mut self, mut chunks: mpsc::Receiver<Chunk>, handle: &Handle) -> Result<PartialRecord, PartialError> {
        loop {
            let due = self.oldest.filter(|_| self.hash.is_none()).map(|oldest| oldest + limits::UPLOAD_UNSYNCED_MAX);
            let next = match due {
                None => Ok(chunks.blocking_recv()),
                Some(due) => handle.block_on(async { timeout_at(due, chunks.recv()).await }),
            };
            match next {
                Err(_elapsed) => self.sync()?,
                Ok(Some(Chunk::Data(bytes))) => self.take(&bytes)?,
                Ok(Some(Chunk::End)) => return self.finish(true),
                Ok(None) => return self.finish(false),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), PartialError> {
        if self.file.missing() < bytes.len() as u64 {
            self.give_up()?;
            return Err(PartialError::TooLong(self.file.record().length));
        }
        if let Some(hash) = &mut self.hash {
            hash.update(bytes);
        }
        self.file.write(bytes).map_err(failed)?;
        self.oldest.get_or_insert_with(Instant::now);
        if self.hash.is_none() && limits::UPLOAD_UNSYNCED_BYTES_MAX <= self.file.unsynced() {
            self.sync()?;
        }
        Ok(())
    }

    /// Makes what came durable; without its end a piece cannot be held against its checksum.
    fn finish(mut self, is_whole: bool) -> Result<PartialRecord, PartialError> {
        if let Some(hash) = self.hash.take() {
            if !is_whole {
                self.give_up()?;
                return Ok(self.file.record().clone());
            }
            if !hash.matches() {
                self.give_up()?;
                return Err(PartialError::ChecksumWrong);
            }
        }
        if !self.entry.is_ended() {
            self.sync()?;
        }
        Ok(self.file.record().clone())
    }

    fn sync(&mut self) -> Result<(), PartialError> {
        self.oldest = None;
        self.file.sync(self.shared.expiry()).map_err(failed)?;
        self.entry.publish(self.file.record().clone());
        Ok(())
    }

    /// Takes the piece back.
    fn give_up(&mut self) -> Result<(), PartialError> {
        self.file.take_back(self.start).map_err(failed)?;
        self.entry.publish(self.file.record().clone());
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(error: StoreError) -> PartialError {
    PartialError::Store(Failure::of(&error))
}
