//! The way of an upload's bytes from a socket to the reading thread: a bounded channel with an explicit end marker.
//!
//! A channel that closes without the marker is an aborted upload, never a complete file. The writing side is async and
//! enforces the limits of silence and of slowness; the reading side blocks and lives in the compute pool.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use futures_util::{Stream, StreamExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

use super::failure::Failure;
use super::ingest::IngestProgress;
use crate::error::ErrorCode;
use crate::limits;
use crate::store::Manifest;

/// Why an upload was ended from outside its reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelReason {
    /// Somebody deleted it by its upload id.
    Deleted,
    /// The connection ended before the end of the body.
    ClientGone,
    /// The client sent nothing for too long, or too little in all.
    Stalled,
    /// The process is shutting down.
    Draining,
}

impl CancelReason {
    /// As the upload's failure.
    #[must_use]
    pub fn failure(self) -> Failure {
        match self {
            CancelReason::Deleted => Failure::new(ErrorCode::UploadAborted, "the upload was deleted while it was read"),
            CancelReason::ClientGone => {
                Failure::new(ErrorCode::UploadAborted, "the connection ended before the upload was complete")
            }
            CancelReason::Stalled => {
                let (seconds, rate) = (limits::UPLOAD_STALL_MAX.as_secs(), limits::UPLOAD_RATE_MIN_BYTES);
                let detail = format!("nothing arrived for {seconds} seconds, or less than {rate} bytes a second");
                Failure::new(ErrorCode::UploadStalled, detail)
            }
            CancelReason::Draining => {
                Failure::new(ErrorCode::Draining, "the server shut down before the upload was complete")
            }
        }
    }
}

/// What is decided about an upload. The one who leaves `Open` first decides, so that an upload is either cancelled or
/// published, and who cancels it knows which.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Being read.
    #[default]
    Open,
    /// Ended from outside; nothing will be published.
    Cancelled(CancelReason),
    /// Being published; it is too late to cancel.
    Publishing,
}

impl Fate {
    /// Why it was cancelled.
    pub(crate) fn cancelled(self) -> Option<CancelReason> {
        match self {
            Fate::Cancelled(reason) => Some(reason),
            Fate::Open | Fate::Publishing => None,
        }
    }

    /// Decides, unless it is decided already; gives what holds then.
    pub(crate) fn decide(fate: &watch::Sender<Fate>, wanted: Fate) -> Fate {
        fate.send_if_modified(|fate| {
            let is_open = *fate == Fate::Open;
            if is_open {
                *fate = wanted;
            }
            is_open
        });
        *fate.borrow()
    }
}

/// How handing over a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pumped {
    /// Every byte and the end marker are handed over.
    Complete,
    /// The reading ended first; its outcome says why. The rest of the body is unread.
    ReadingEnded,
    /// Ended from outside.
    Aborted(CancelReason),
}

enum Chunk {
    Data(Bytes),
    End,
    Aborted(CancelReason),
}

/// The async side of one upload.
#[derive(Debug)]
pub struct UploadWriter {
    upload_id: String,
    chunks: mpsc::Sender<Chunk>,
    fate: watch::Receiver<Fate>,
    progress: watch::Receiver<IngestProgress>,
}

/// How long an upload has waited for its client, and for how many bytes. What its reader makes it wait is not counted.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    waited: Duration,
    bytes: u64,
}

impl Patience {
    /// The longest that the next chunk may take. A client may be silent for the stall limit at any time while its bytes
    /// make up for all its waiting.
    pub(crate) fn left(&self) -> Duration {
        let earned = Duration::from_secs(self.bytes / limits::UPLOAD_RATE_MIN_BYTES);
        earned.max(limits::UPLOAD_STALL_MAX).saturating_sub(self.waited).min(limits::UPLOAD_STALL_MAX)
    }

    /// Counts a chunk, and how long it was waited for.
    pub(crate) fn came(&mut self, waited: Duration, bytes: usize) {
        self.waited += waited;
        self.bytes += bytes as u64;
    }
}

/// The blocking side of one upload.
#[derive(Debug)]
pub(crate) struct UploadReader {
    chunks: mpsc::Receiver<Chunk>,
    current: Bytes,
    end: Option<Result<(), CancelReason>>,
}

pub(crate) fn channel(
    upload_id: String,
    fate: watch::Receiver<Fate>,
    progress: watch::Receiver<IngestProgress>,
) -> (UploadWriter, UploadReader) {
    let (chunks, receiver) = mpsc::channel(limits::UPLOAD_QUEUE_CHUNKS);
    let reader = UploadReader { chunks: receiver, current: Bytes::new(), end: None };
    (UploadWriter { upload_id, chunks, fate, progress }, reader)
}

impl UploadWriter {
    /// The upload's id; the model's id is known only at its end.
    #[must_use]
    pub fn upload_id(&self) -> &str {
        &self.upload_id
    }

    /// How far the reading is.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<IngestProgress> {
        self.progress.clone()
    }

    /// Hands a body over to its end. Waits while the reader is behind; that wait is not held against the client.
    ///
    /// Cancel safety: when dropped in the middle the upload fails as aborted.
    pub async fn pump<E>(&mut self, body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) -> Pumped {
        let mut patience = Patience::default();
        loop {
            let asked = Instant::now();
            let next = tokio::select! {
                biased;
                reason = cancelled(&mut self.fate) => return self.abort(reason),
                next = timeout(patience.left(), body.next()) => next,
                () = self.chunks.closed() => return Pumped::ReadingEnded,
            };
            patience.waited += asked.elapsed();
            let chunk = match next {
                Err(_elapsed) => return self.abort(CancelReason::Stalled),
                Ok(Some(Err(_broken))) => return self.abort(CancelReason::ClientGone),
                Ok(Some(Ok(bytes))) => {
                    patience.bytes += bytes.len() as u64;
                    Chunk::Data(bytes)
                }
                Ok(None) => Chunk::End,
            };
            let is_end = matches!(chunk, Chunk::End);
            let sent = tokio::select! {
                biased;
                reason = cancelled(&mut self.fate) => return self.abort(reason),
                sent = self.chunks.send(chunk) => sent,
            };
            match sent {
                Err(_closed) => return Pumped::ReadingEnded,
                Ok(()) if is_end => return Pumped::Complete,
                Ok(()) => {}
            }
        }
    }

    fn abort(&self, reason: CancelReason) -> Pumped {
        // A full queue loses only the reason: the reader then sees the channel end without its marker.
        if self.chunks.try_send(Chunk::Aborted(reason)).is_err() {
            tracing::debug!(?reason, "upload aborted while its queue was full or its reading over");
        }
        Pumped::Aborted(reason)
    }

    /// Waits for the end of the reading. Closes the channel first, so call it after [`UploadWriter::pump`].
    ///
    /// # Errors
    /// The upload's failure; `internal` when the ingest panicked.
    pub async fn outcome(self) -> Result<Arc<Manifest>, Failure> {
        let UploadWriter { chunks, mut progress, .. } = self;
        drop(chunks);
        let ended = progress.wait_for(|progress| progress.outcome.is_some()).await;
        match ended.ok().and_then(|progress| progress.outcome.clone()) {
            Some(outcome) => outcome,
            None => Err(Failure::new(ErrorCode::Internal, "the ingest ended without an outcome")),
        }
    }
}

pub(crate) async fn cancelled(fate: &mut watch::Receiver<Fate>) -> CancelReason {
    match fate.wait_for(|fate| fate.cancelled().is_some()).await.ok().and_then(|fate| fate.cancelled()) {
        Some(reason) => reason,
        // The ingest is gone; the closed chunk channel tells.
        None => std::future::pending().await,
    }
}

impl UploadReader {
    /// Why the upload ended early, when it did.
    pub(crate) fn aborted(&self) -> Option<CancelReason> {
        self.end.and_then(Result::err)
    }

    /// Reads on to the end marker, for a reading that succeeded before it.
    pub(crate) fn require_end(&mut self) -> Result<(), CancelReason> {
        loop {
            match self.end {
                Some(end) => return end,
                None => self.receive(),
            }
        }
    }

    fn receive(&mut self) {
        match self.chunks.blocking_recv() {
            Some(Chunk::Data(bytes)) => self.current = bytes,
            Some(Chunk::End) => self.end = Some(Ok(())),
            Some(Chunk::Aborted(reason)) => self.end = Some(Err(reason)),
            None => self.end = Some(Err(CancelReason::ClientGone)),
        }
    }
}

impl Read for UploadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.current.has_remaining() {
                let count = self.current.remaining().min(buffer.len());
                self.current.copy_to_slice(buffer.get_mut(..count).unwrap_or_default());
                return Ok(count);
            }
            match self.end {
                Some(Ok(())) => return Ok(0),
                Some(Err(reason)) => {
                    return Err(io::Error::new(io::ErrorKind::ConnectionAborted, reason.failure()));
                }
                None => self.receive(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    type Broken = ();

    struct Ends {
        writer: UploadWriter,
        reader: UploadReader,
        fate: watch::Sender<Fate>,
        _progress: watch::Sender<IngestProgress>,
    }

    fn ends() -> Ends {
        let (fate, decided) = watch::channel(Fate::default());
        let (_progress, progress) = watch::channel(IngestProgress::default());
        let (writer, reader) = channel("u".to_owned(), decided, progress);
        Ends { writer, reader, fate, _progress }
    }

    /// On a thread of its own: a paused clock stands still while one of the runtime's blocking threads works.
    async fn read_all(mut reader: UploadReader) -> (io::Result<Vec<u8>>, Option<CancelReason>) {
        let (done, ended) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut all = Vec::new();
            let result = reader.read_to_end(&mut all).map(|_| all);
            done.send((result, reader.aborted())).unwrap();
        });
        ended.await.unwrap()
    }

    fn body(parts: &[Result<&'static str, Broken>]) -> impl Stream<Item = Result<Bytes, Broken>> + Unpin + use<> {
        let parts: Vec<_> = parts.iter().map(|part| part.map(Bytes::from_static_str)).collect();
        stream::iter(parts)
    }

    trait FromStaticStr {
        fn from_static_str(text: &'static str) -> Bytes;
    }
    impl FromStaticStr for Bytes {
        fn from_static_str(text: &'static str) -> Bytes {
            Bytes::from_static(text.as_bytes())
        }
    }

    #[actix::test]
    async fn complete_body_arrives_whole_through_a_queue_smaller_than_it() {
        let Ends { mut writer, reader, .. } = ends();
        let parts = vec![Ok("0123456789"); 3 * limits::UPLOAD_QUEUE_CHUNKS];
        let mut body = body(&parts);
        let (pumped, (read, aborted)) = tokio::join!(writer.pump(&mut body), read_all(reader));
        assert_eq!((pumped, read.unwrap().len(), aborted), (Pumped::Complete, 10 * parts.len(), None));
    }

    #[actix::test]
    async fn channel_without_its_end_marker_is_an_error_not_an_end() {
        let Ends { mut writer, reader, .. } = ends();
        let mut never = body(&[Ok("[1,2]")]).chain(stream::pending());
        let reading = actix::spawn(read_all(reader));
        assert!(timeout(std::time::Duration::from_millis(1), writer.pump(&mut never)).await.is_err());
        drop(writer);
        let (read, aborted) = reading.await.unwrap();
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        assert_eq!(aborted, Some(CancelReason::ClientGone));
    }

    #[actix::test]
    async fn broken_body_aborts() {
        let Ends { mut writer, reader, .. } = ends();
        let mut body = body(&[Ok("["), Err(())]);
        let (pumped, (read, aborted)) = tokio::join!(writer.pump(&mut body), read_all(reader));
        assert_eq!(pumped, Pumped::Aborted(CancelReason::ClientGone));
        assert_eq!((read.is_ok(), aborted), (false, Some(CancelReason::ClientGone)));
    }

    #[actix::test]
    async fn silent_client_is_given_up_after_the_stall_limit() {
        tokio::time::pause();
        let Ends { mut writer, mut reader, .. } = ends();
        let mut silent = stream::pending::<Result<Bytes, Broken>>();
        let before = tokio::time::Instant::now();
        assert_eq!(writer.pump(&mut silent).await, Pumped::Aborted(CancelReason::Stalled));
        assert_eq!(before.elapsed().as_secs(), limits::UPLOAD_STALL_MAX.as_secs());
        let end = std::thread::spawn(move || reader.require_end()).join().unwrap();
        assert_eq!(end, Err(CancelReason::Stalled));
    }

    /// `count` chunks of `bytes`, one every `pause`.
    fn trickle(count: u32, bytes: usize, pause: Duration) -> impl Stream<Item = Result<Bytes, Broken>> + Unpin {
        let ticks = tokio::time::interval_at(Instant::now() + pause, pause);
        Box::pin(stream::unfold((ticks, count), move |(mut ticks, left)| async move {
            let left = left.checked_sub(1)?;
            ticks.tick().await;
            Some((Ok(Bytes::from(vec![b'x'; bytes])), (ticks, left)))
        }))
    }

    #[actix::test]
    async fn trickling_client_is_given_up_once_the_stall_limit_was_waited() {
        tokio::time::pause();
        let Ends { mut writer, reader, .. } = ends();
        let mut body = trickle(10, 1, Duration::from_secs(25));
        let before = Instant::now();
        assert_eq!(writer.pump(&mut body).await, Pumped::Aborted(CancelReason::Stalled));
        assert_eq!(before.elapsed().as_secs(), limits::UPLOAD_STALL_MAX.as_secs());
        assert_eq!(read_all(reader).await.1, Some(CancelReason::Stalled));
    }

    #[actix::test]
    async fn slow_client_above_the_least_rate_may_take_its_time() {
        tokio::time::pause();
        let Ends { mut writer, reader, .. } = ends();
        let chunk = usize::try_from(60 * limits::UPLOAD_RATE_MIN_BYTES).unwrap();
        let mut body = trickle(20, chunk, Duration::from_secs(30));
        let (pumped, (read, _)) = tokio::join!(writer.pump(&mut body), read_all(reader));
        assert_eq!((pumped, read.unwrap().len()), (Pumped::Complete, 20 * chunk));
    }

    #[actix::test]
    async fn what_the_reader_makes_an_upload_wait_is_not_held_against_the_client() {
        tokio::time::pause();
        let Ends { mut writer, reader, .. } = ends();
        let parts = vec![Ok("x"); 2 * limits::UPLOAD_QUEUE_CHUNKS];
        let mut body = body(&parts).chain(trickle(1, 1, Duration::from_secs(20 * 60 + 50)));
        let reading = async {
            tokio::time::advance(Duration::from_secs(20 * 60)).await;
            read_all(reader).await
        };
        let (pumped, (read, _)) = tokio::join!(writer.pump(&mut body), reading);
        assert_eq!((pumped, read.unwrap().len()), (Pumped::Complete, parts.len() + 1));
    }

    #[actix::test]
    async fn cancel_ends_a_waiting_pump() {
        let Ends { mut writer, reader, fate, .. } = ends();
        let mut silent = stream::pending::<Result<Bytes, Broken>>();
        Fate::decide(&fate, Fate::Cancelled(CancelReason::Deleted));
        let (pumped, (_, aborted)) = tokio::join!(writer.pump(&mut silent), read_all(reader));
        assert_eq!((pumped, aborted), (Pumped::Aborted(CancelReason::Deleted), Some(CancelReason::Deleted)));
    }

    #[actix::test]
    async fn reader_that_gives_up_ends_the_pump() {
        let Ends { mut writer, reader, .. } = ends();
        drop(reader);
        let mut silent = stream::pending::<Result<Bytes, Broken>>();
        assert_eq!(writer.pump(&mut silent).await, Pumped::ReadingEnded);
    }
}
