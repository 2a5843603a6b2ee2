//! An export on its way to a client: written by a thread of its own, a bounded number of chunks ahead.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::backend::Askable;
use super::compute::{Compute, ComputeError};
use super::failure::Failure;
use crate::error::Coded as _;
use crate::limits;
use crate::store::{ExportFormat, ZipTarget};

/// What the writing thread sends. The channel closes without an end when the thread panics.
enum Message {
    Chunk(Bytes),
    End(Result<(), Failure>),
}

/// The export broke off; the archive has no directory then, so nobody takes it for whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the export broke off")]
pub struct ExportBroken;

/// Begins to write an archive and waits for its first bytes, so that what fails at once has a status.
pub(crate) async fn begin(
    exports: &Compute,
    model: Arc<dyn Askable>,
    format: ExportFormat,
) -> Result<Result<impl Stream<Item = Result<Bytes, ExportBroken>> + use<>, Failure>, ComputeError> {
    let (sender, mut receiver) = mpsc::channel(limits::EXPORT_QUEUE_CHUNKS);
    let handle = Handle::current();
    exports.begin(move || {
        let out = ChunkWriter { handle, sender };
        let end = write(model.as_ref(), format, out.clone());
        // A client that is gone needs no end.
        drop(out.send(Message::End(end)));
    })?;
    let first = match receiver.recv().await {
        Some(Message::End(Err(failure))) => return Ok(Err(failure)),
        first => first,
    };
    let state = Some((first, receiver));
    Ok(Ok(stream::unfold(state, |state| async {
        let (message, mut receiver) = state?;
        match message {
            Some(Message::Chunk(chunk)) => {
                let next = receiver.recv().await;
                Some((Ok(chunk), Some((next, receiver))))
            }
            Some(Message::End(Ok(()))) => None,
            Some(Message::End(Err(_))) | None => Some((Err(ExportBroken), None)),
        }
    })))
}

fn write(model: &dyn Askable, format: ExportFormat, out: ChunkWriter) -> Result<(), Failure> {
    let out = BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, out);
    let mut target = ZipTarget::new(out, format != ExportFormat::Parquet);
    model.export(format, &mut target).map_err(|error| {
        let failure = Failure::of(&error);
        tracing::warn!(code = failure.code().as_str(), detail = failure.detail(), "an export broke off");
        failure
    })
}

/// Sends what is written to the client, and gives up on one that takes nothing for too long.
#[derive(Clone)]
struct ChunkWriter {
    handle: Handle,
    sender: mpsc::Sender<Message>,
}

impl ChunkWriter {
    fn send(&self, message: Message) -> io::Result<()> {
        let sent = self.handle.block_on(timeout(limits::EXPORT_STALL_MAX, self.sender.send(message)));
        sent.map_err(io::Error::from)?.map_err(|_closed| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.send(Message::Chunk(Bytes::copy_from_slice(bytes)))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
