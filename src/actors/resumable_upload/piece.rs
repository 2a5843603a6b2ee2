//! One piece on its way from a socket to the disk: a request hands it over, a thread writes it.
//!
//! The thread ends its work whatever becomes of the request: a connection that breaks drops the request, and what came until
//! then is made durable all the same. A piece with a checksum counts as a whole or not at all.
//!
//! What waits for the disk is counted in bytes: while there is room the socket is read, since what stands unread between the
//! system and the framework when a connection breaks is the one thing that is lost.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
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
enum Chunk {
    /// Holds its room until it is written.
    Data(Bytes, OwnedSemaphorePermit),
    End,
}

/// The way of a piece to its writer: bounded by bytes, and by chunks.
pub(super) struct Queue {
    chunks: mpsc::Sender<Chunk>,
    room: Arc<Semaphore>,
}

/// The writer ended.
struct Closed;

impl Queue {
    fn new() -> (Queue, mpsc::Receiver<Chunk>) {
        let (chunks, receiver) = mpsc::channel(limits::UPLOAD_WAITING_CHUNKS_MAX);
        let room = Arc::new(Semaphore::new(limits::UPLOAD_WAITING_BYTES_MAX as usize));
        (Queue { chunks, room }, receiver)
    }

    /// Waits for room. The disk is no client: its time is bounded by the system.
    async fn send(&self, bytes: Bytes) -> Result<(), Closed> {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).min(limits::UPLOAD_WAITING_BYTES_MAX);
        // A writer that ends drops what it did not take, and with it gives the room back.
        let room = Arc::clone(&self.room).acquire_many_owned(length).await.map_err(|_| Closed)?;
        self.chunks.send(Chunk::Data(bytes, room)).await.map_err(|_| Closed)
    }

    async fn end(&self) -> Result<(), Closed> {
        self.chunks.send(Chunk::End).await.map_err(|_| Closed)
    }
}

/// Hands a body over, until its end or a reason to stop.
pub(super) async fn pump<E>(
    entry: &Entry,
    mut draining: watch::Receiver<bool>,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    queue: Queue,
) -> Pumped {
    let mut patience = Patience::default();
    loop {
        let asked = Instant::now();
        let next = tokio::select! {
            biased;
            () = entry.ended() => return Pumped::Deleted,
            _ = draining.wait_for(|draining| *draining) => return Pumped::Draining,
            next = timeout(patience.left(), body.next()) => next,
            () = queue.chunks.closed() => return Pumped::WriterEnded,
            () = entry.wanted(asked) => return Pumped::TakenOver,
        };
        match next {
            Err(_elapsed) => return Pumped::Stalled,
            Ok(Some(Err(_broken))) => return Pumped::ClientGone,
            Ok(None) => {
                return match queue.end().await {
                    Ok(()) => Pumped::Complete,
                    Err(Closed) => Pumped::WriterEnded,
                };
            }
            Ok(Some(Ok(bytes))) => {
                patience.came(asked.elapsed(), bytes.len());
                if let Err(Closed) = queue.send(bytes).await {
                    return Pumped::WriterEnded;
                }
            }
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
) -> (Queue, Written) {
    let (queue, chunks) = Queue::new();
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
    (queue, written)
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
                Ok(Some(Chunk::Data(bytes, _room))) => self.take(&bytes)?,
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
        if let Err(error) = self.file.write(bytes) {
            // A disk without room for these may have some for the record of those before.
            let kept = if self.hash.is_some() { self.give_up() } else { self.sync() };
            if let Err(error) = kept {
                tracing::debug!(upload_id = self.entry.id(), %error, "what came before a failed write was not kept");
            }
            return Err(failed(error));
        }
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    /// A disk that syncs used to hold the socket back after sixteen packets.
    #[tokio::test(start_paused = true)]
    async fn small_pieces_do_not_wait_for_the_disk_until_their_bytes_fill_the_queue() {
        let entry = Entry::new(PartialRecord::new("0".repeat(32), u64::MAX, "house".to_owned(), 0));
        let (draining, chunk) = (watch::channel(false).0, Bytes::from_static(&[b'x'; 1400]));
        let fitting = limits::UPLOAD_WAITING_BYTES_MAX as usize / chunk.len();
        for (count, is_taken) in [(fitting, true), (fitting + 1, false)] {
            let (queue, _not_written) = Queue::new();
            let mut body = stream::iter(vec![Ok::<_, Infallible>(chunk.clone()); count]);
            let pumped = timeout(limits::UPLOAD_STALL_MAX, pump(&entry, draining.subscribe(), &mut body, queue)).await;
            assert_eq!(pumped.is_ok(), is_taken, "{count}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_chunk_larger_than_the_queue_is_taken_and_a_writer_that_ends_is_noticed() {
        let entry = Entry::new(PartialRecord::new("0".repeat(32), u64::MAX, "house".to_owned(), 0));
        let draining = watch::channel(false).0;
        let large = Bytes::from(vec![b'x'; limits::UPLOAD_WAITING_BYTES_MAX as usize + 1]);
        let (queue, mut chunks) = Queue::new();
        let mut body = stream::iter(vec![Ok::<_, Infallible>(large); 3]);
        let writer = async {
            let first = chunks.recv().await;
            assert!(matches!(first, Some(Chunk::Data(..))));
            drop((first, chunks));
        };
        let (pumped, ()) = tokio::join!(pump(&entry, draining.subscribe(), &mut body, queue), writer);
        assert_eq!(pumped, Pumped::WriterEnded);
    }
}
