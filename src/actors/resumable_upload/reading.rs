//! The reading of an upload whose last byte is on disk, by the way that every upload takes.

use std::fs::File;
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use futures_util::stream;
use tokio::io::AsyncReadExt as _;

use super::Shared;
use super::entry::Entry;
use crate::actors::failure::Failure;
use crate::actors::ingest::UploadRequest;
use crate::actors::model_registry::{Adopted, RegistryError};
use crate::actors::upload::CancelReason;
use crate::error::{Blame, Coded as _, ErrorCode};
use crate::formats::{ContentEncoding, ReadOptions};
use crate::limits;
use crate::store::{PartialOutcome, PartialRecord};

/// What becomes of an upload.
enum End {
    /// This is how its reading ended.
    Read(PartialOutcome),
    /// It goes.
    Forget,
    /// It stays as it is, for the next start of the process.
    Keep,
    /// Try again.
    Later,
}

/// Reads an upload to its end, or makes known how that went before. Does nothing when somebody does it already.
pub(super) async fn read(shared: Arc<Shared>, entry: Arc<Entry>) {
    if let Some(outcome) = entry.record().outcome {
        return tell(&shared, &entry.record(), outcome).await;
    }
    if !entry.begin_reading() {
        return;
    }
    loop {
        let end = read_once(&shared, &entry.record()).await;
        match end {
            End::Later if !shared.health.is_draining() && !entry.is_ended() => {
                tokio::time::sleep(limits::UPLOAD_READ_RETRY).await;
                continue;
            }
            End::Later | End::Keep => {}
            End::Forget => shared.forget(&entry).await,
            End::Read(outcome) => keep(&shared, &entry, outcome).await,
        }
        return entry.end_reading();
    }
}

async fn read_once(shared: &Shared, record: &PartialRecord) -> End {
    let id = record.upload_id.clone();
    let file = match shared.in_files(move |partials| partials.read(&id)).await {
        Ok(file) => file,
        Err(error) => return failed(shared, record, &Failure::of(&error)).await,
    };
    let request = UploadRequest {
        name: record.name.clone(),
        // What a file is packed in shows in its first bytes.
        encoding: ContentEncoding::Identity,
        bytes_total: Some(record.length),
        options: ReadOptions { strict: record.strict },
    };
    let mut writer = match shared.models.begin_kept_upload(&record.upload_id, request).await {
        Ok(Ok(writer)) => writer,
        Ok(Err(reason)) => return failed(shared, record, &reason.failure()).await,
        Err(RegistryError::Draining) => return failed(shared, record, &CancelReason::Draining.failure()).await,
        Err(RegistryError::Overloaded | RegistryError::Busy(_) | RegistryError::Unavailable) => return End::Later,
        Err(error) => return failed(shared, record, &Failure::of(&error)).await,
    };
    let mut body = Box::pin(bytes_of(file));
    writer.pump(&mut body).await;
    match writer.outcome().await {
        Ok(manifest) => End::Read(PartialOutcome::Ready { model_id: manifest.model_id.clone() }),
        Err(failure) => end_of(&failure),
    }
}

/// The bytes of a file, some at a time.
fn bytes_of(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut buffer = BytesMut::with_capacity(limits::READ_BUFFER_BYTES);
        let count = file.read_buf(&mut buffer).await?;
        Ok((0 < count).then(|| (buffer.freeze(), file)))
    })
}

/// A reading that did not begin: the registry would tell for ever that it waits.
async fn failed(shared: &Shared, record: &PartialRecord, failure: &Failure) -> End {
    let adopted = Adopted::Failed(failure.clone());
    if let Err(error) = shared.models.adopt_upload(&record.upload_id, &record.name, adopted).await {
        tracing::warn!(upload_id = record.upload_id, %error, "the registry missed the end of an upload");
    }
    end_of(failure)
}

fn end_of(failure: &Failure) -> End {
    match (failure.code(), failure.code().blame()) {
        // Somebody deleted it; nobody else ends the reading of a file that is on disk.
        (ErrorCode::UploadAborted, _) => End::Forget,
        // There may be room after the next start.
        (_, Blame::Capacity) => End::Keep,
        (code, Blame::Client | Blame::Server) => {
            let (code, detail) = (code.as_str().to_owned(), failure.detail().to_owned());
            End::Read(PartialOutcome::Failed { code, detail })
        }
    }
}

/// Keeps how a reading ended and gives the room of the bytes back.
async fn keep(shared: &Shared, entry: &Entry, outcome: PartialOutcome) {
    let record = PartialRecord { outcome: Some(outcome), expires_at: shared.expiry(), ..entry.record() };
    if entry.is_ended() {
        return shared.forget(entry).await;
    }
    let ended = record.clone();
    match shared.in_files(move |partials| partials.end(&ended)).await {
        Ok(()) => entry.publish(record),
        // The next start reads it again, and finds the same.
        Err(error) => tracing::error!(upload_id = entry.id(), %error, "the end of an upload was not kept"),
    }
}

/// Makes the registry know of an upload that ended before this process began.
async fn tell(shared: &Shared, record: &PartialRecord, outcome: PartialOutcome) {
    let adopted = match outcome {
        PartialOutcome::Ready { model_id } => Adopted::Ready { model_id },
        PartialOutcome::Failed { code, detail } => {
            let code = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
            Adopted::Failed(Failure::new(code.copied().unwrap_or(ErrorCode::Internal), detail))
        }
    };
    if let Err(error) = shared.models.adopt_upload(&record.upload_id, &record.name, adopted).await {
        tracing::warn!(upload_id = record.upload_id, %error, "the registry missed an upload of an earlier run");
    }
}
