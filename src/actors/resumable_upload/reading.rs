//! The reading of an upload whose last byte is on disk, by the way that every upload takes.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use futures_util::stream;
use tokio::io::AsyncReadExt as _;
use tokio::time::sleep;

use super::Shared;
use super::entry::Entry;
use crate::actors::failure::Failure;
use crate::actors::ingest::UploadRequest;
use crate::actors::model_registry::{Adopted, RegistryError};
use crate::actors::upload::{CancelReason, Pumped};
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
    /// Try again: after so long for the first time, and why.
    Again(Duration, Failure),
}

/// Reads an upload to its end, or makes known how that went before. Does nothing when somebody does it already.
///
/// What finds no room is read again after growing waits, [`limits::UPLOAD_READ_TRIES_MAX`] times in all. Then it fails, and
/// its client is told so: a whole upload never goes without a word.
pub(super) async fn read(shared: Arc<Shared>, entry: Arc<Entry>) {
    if let Some(outcome) = entry.record().outcome {
        return tell(&shared, &entry.record(), outcome).await;
    }
    let Some(_being_read) = entry.begin_reading() else { return };
    let mut end = read_once(&shared, &entry.record()).await;
    loop {
        end = match end {
            End::Read(outcome) => return keep(&shared, &entry, outcome).await,
            End::Forget => return shared.forget(&entry).await,
            End::Keep => return,
            End::Again(..) if shared.health.is_draining() => return,
            End::Again(first, failure) => match entry.next_try(first) {
                Some(wait) => wait_for(&shared, &entry, failure, wait).await,
                None => {
                    tell_failure(&shared, &entry.record(), failure.clone()).await;
                    End::Read(failed_for_good(&failure))
                }
            },
        };
    }
}

/// Waits, and tries again unless somebody ends the upload or the process meanwhile.
async fn wait_for(shared: &Shared, entry: &Entry, failure: Failure, wait: Duration) -> End {
    let record = entry.record();
    tracing::info!(
        upload_id = entry.id(),
        code = failure.code().as_str(),
        seconds = wait.as_secs(),
        "an upload is read again after a wait"
    );
    entry.set_waits_for(Some(failure));
    let mut waiting = shared.models.adopt_waiting(&record.upload_id, &record.name, Some(record.length)).await.ok();
    let cancelled = async {
        match &mut waiting {
            Some(waiting) => waiting.cancelled().await,
            None => std::future::pending().await,
        }
    };
    let cancelled = tokio::select! {
        biased;
        reason = cancelled => Some(reason),
        () = entry.ended() => Some(CancelReason::Deleted),
        () = sleep(wait) => None,
    };
    entry.set_waits_for(None);
    match cancelled {
        Some(reason) => failed(shared, &record, &reason.failure()).await,
        None => read_once(shared, &record).await,
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
        Err(error @ (RegistryError::Overloaded | RegistryError::Busy(_) | RegistryError::Unavailable)) => {
            return End::Again(limits::UPLOAD_READ_RETRY, Failure::of(&error));
        }
        Err(error) => return failed(shared, record, &Failure::of(&error)).await,
    };
    let mut body = Box::pin(bytes_of(file));
    let pumped = writer.pump(&mut body).await;
    match writer.outcome().await {
        Ok(manifest) => End::Read(PartialOutcome::Ready { model_id: manifest.model_id.clone() }),
        // There is no client that could be gone: the disk failed, maybe for a moment.
        Err(failure) if is_broken(pumped) && failure.code() == ErrorCode::UploadAborted => {
            let failure = Failure::new(ErrorCode::StoreFailed, "the file of an upload could not be read from the disk");
            End::Again(limits::UPLOAD_ROOM_WAIT_MIN, failure)
        }
        Err(failure) => end_of(&failure),
    }
}

/// Whether the bytes of a file broke off.
fn is_broken(pumped: Pumped) -> bool {
    pumped == Pumped::Aborted(CancelReason::ClientGone)
}

/// The bytes of a file, some at a time.
fn bytes_of(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut buffer = BytesMut::with_capacity(limits::READ_BUFFER_BYTES);
        let read = file.read_buf(&mut buffer).await;
        let count = read.inspect_err(|error| tracing::error!(%error, "the file of an upload could not be read"))?;
        Ok((0 < count).then(|| (buffer.freeze(), file)))
    })
}

/// A reading that did not begin: the registry would tell for ever that it waits.
async fn failed(shared: &Shared, record: &PartialRecord, failure: &Failure) -> End {
    tell_failure(shared, record, failure.clone()).await;
    end_of(failure)
}

async fn tell_failure(shared: &Shared, record: &PartialRecord, failure: Failure) {
    let adopted = Adopted::Failed(failure);
    if let Err(error) = shared.models.adopt_upload(&record.upload_id, &record.name, adopted).await {
        tracing::warn!(upload_id = record.upload_id, %error, "the registry missed the end of an upload");
    }
}

fn end_of(failure: &Failure) -> End {
    match (failure.code(), failure.code().blame()) {
        // Somebody deleted it: one whose bytes broke off does not come here.
        (ErrorCode::UploadAborted, _) => End::Forget,
        (ErrorCode::Draining, _) => End::Keep,
        (_, Blame::Capacity) => End::Again(limits::UPLOAD_ROOM_WAIT_MIN, failure.clone()),
        (_, Blame::Client | Blame::Server) => End::Read(failed_for_good(failure)),
    }
}

fn failed_for_good(failure: &Failure) -> PartialOutcome {
    PartialOutcome::Failed { code: failure.code().as_str().to_owned(), detail: failure.detail().to_owned() }
}

/// Keeps how a reading ended and gives the room of the bytes back.
async fn keep(shared: &Shared, entry: &Entry, outcome: PartialOutcome) {
    let record = PartialRecord { outcome: Some(outcome), expires_at: shared.expiry(), ..entry.record() };
    if entry.is_ended() {
        return shared.forget(entry).await;
    }
    let ended = record.clone();
    if let Err(error) = shared.in_files(move |partials| partials.end(&ended)).await {
        // The next start reads it again, and finds the same. Who asks until then is told all the same.
        tracing::error!(upload_id = entry.id(), %error, "the end of an upload was not kept");
    }
    entry.publish(record);
}

/// Makes the registry know of an upload that ended before this process began.
async fn tell(shared: &Shared, record: &PartialRecord, outcome: PartialOutcome) {
    let adopted = match outcome {
        PartialOutcome::Ready { model_id } => Adopted::Ready { model_id },
        PartialOutcome::Failed { code, detail } => Adopted::Failed(failure_of(&code, detail)),
    };
    if let Err(error) = shared.models.adopt_upload(&record.upload_id, &record.name, adopted).await {
        tracing::warn!(upload_id = record.upload_id, %error, "the registry missed an upload of an earlier run");
    }
}

/// What was kept as a code and a text.
pub(super) fn failure_of(code: &str, detail: String) -> Failure {
    let code = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
    Failure::new(code.copied().unwrap_or(ErrorCode::Internal), detail)
}
