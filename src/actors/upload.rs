//! The way of an upload's bytes from a socket to the reading thread: a bounded channel with an explicit end marker.
//!
//! A channel that closes without the marker is an aborted upload, never a complete file. The writing side is async and
//! enforces the stall limit; the reading side blocks and lives in the compute pool.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use futures_util::{Stream, StreamExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

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
    /// The client sent nothing for too long.
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
                let seconds = limits::UPLOAD_STALL_MAX.as_secs();
                Failure::new(ErrorCode::UploadStalled, format!("nothing arrived for {seconds} seconds"))
            }
            CancelReason::Draining => {
                Failure::new(ErrorCode::Draining, "the server shut down before the upload was complete")
            }
        }
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
    cancelled: watch::Receiver<Option<CancelReason>>,
    progress: watch::Receiver<IngestProgress>,
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
    cancelled: watch::Receiver<Option<CancelReason>>,
    progress: watch::Receiver<IngestProgress>,
) -> (UploadWriter, UploadReader) {
    let (chunks, receiver) = mpsc::channel(limits::UPLOAD_QUEUE_CHUNKS);
    let reader = UploadReader { chunks: receiver, current: Bytes::new(), end: None };
    (UploadWriter { upload_id, chunks, cancelled, progress }, reader)
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

    /// Hands a body over to its end. Waits while the reader is behind; that wait does not count as a stall.
    ///
    /// Cancel safety: when dropped in the middle the upload fails as aborted.
    pub async fn pump<E>(&mut self, body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) -> Pumped {
        loop {
            let next = tokio::select! {
                biased;
                reason = cancelled(&mut self.cancelled) => return self.abort(reason),
                next = timeout(limits::UPLOAD_STALL_MAX, body.next()) => next,
                () = self.chunks.closed() => return Pumped::ReadingEnded,
            };
            let chunk = match next {
                Err(_elapsed) => return self.abort(CancelReason::Stalled),
                Ok(Some(Err(_broken))) => return self.abort(CancelReason::ClientGone),
                Ok(Some(Ok(bytes))) => Chunk::Data(bytes),
                Ok(None) => Chunk::End,
            };
            let is_end = matches!(chunk, Chunk::End);
            let sent = tokio::select! {
                biased;
                reason = cancelled(&mut self.cancelled) => return self.abort(reason),
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

async fn cancelled(cancelled: &mut watch::Receiver<Option<CancelReason>>) -> CancelReason {
    match cancelled.wait_for(Option::is_some).await.ok().and_then(|reason| *reason) {
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
        cancel: watch::Sender<Option<CancelReason>>,
        _progress: watch::Sender<IngestProgress>,
    }

    fn ends() -> Ends {
        let (cancel, cancelled) = watch::channel(None);
        let (_progress, progress) = watch::channel(IngestProgress::default());
        let (writer, reader) = channel("u".to_owned(), cancelled, progress);
        Ends { writer, reader, cancel, _progress }
    }

    async fn read_all(mut reader: UploadReader) -> (io::Result<Vec<u8>>, Option<CancelReason>) {
        tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            let result = reader.read_to_end(&mut all).map(|_| all);
            (result, reader.aborted())
        })
        .await
        .unwrap()
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

    #[actix::test]
    async fn cancel_ends_a_waiting_pump() {
        let Ends { mut writer, reader, cancel, .. } = ends();
        let mut silent = stream::pending::<Result<Bytes, Broken>>();
        cancel.send_replace(Some(CancelReason::Deleted));
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
