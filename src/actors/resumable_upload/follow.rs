//! How far an upload is, told as it changes, for uploads of every kind.

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep};

use super::reading::failure_of;
use super::{PartialError, ResumableUploadsHandle};
use crate::actors::failure::Failure;
use crate::actors::ingest::IngestProgress;
use crate::actors::model_registry::{ModelState, RegistryError};
use crate::limits;
use crate::store::PartialOutcome;

/// Where an upload is.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadStage {
    /// Its bytes come.
    Receiving,
    /// It is read, or waits for that.
    Reading,
    /// It is a model.
    Ready {
        /// Which one.
        model_id: String,
    },
    /// It is none.
    Failed(Failure),
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadView {
    /// Bytes that are durable, or read.
    pub bytes: u64,
    /// Bytes in all, where that is known.
    pub bytes_total: Option<u64>,
    /// Entities found.
    pub entities: u64,
    /// Where it is.
    pub stage: UploadStage,
    /// Why its last reading ended without an outcome, while it waits for the next.
    pub waits_for: Option<Failure>,
}

impl UploadView {
    /// Whether nothing comes after it.
    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(self.stage, UploadStage::Ready { .. } | UploadStage::Failed(_))
    }
}

/// What a follower is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Followed {
    /// Something changed.
    Changed(UploadView),
    /// Nothing did for a while.
    Silent,
}

/// Follows one upload.
#[derive(Debug)]
pub struct Follower {
    uploads: ResumableUploadsHandle,
    upload_id: String,
    progress: Option<watch::Receiver<IngestProgress>>,
    last: Option<UploadView>,
    told: Instant,
    first: Option<UploadView>,
    _place: OwnedSemaphorePermit,
}

impl Follower {
    pub(super) async fn begin(
        uploads: ResumableUploadsHandle,
        upload_id: &str,
        place: OwnedSemaphorePermit,
    ) -> Result<Follower, PartialError> {
        let mut follower = Follower {
            uploads,
            upload_id: upload_id.to_owned(),
            progress: None,
            last: None,
            told: Instant::now(),
            first: None,
            _place: place,
        };
        follower.first = Some(follower.look().await?);
        Ok(follower)
    }

    /// What comes next; `None` after the end, and when the upload was deleted or the process shuts down.
    pub async fn next(&mut self) -> Option<Followed> {
        if self.last.as_ref().is_some_and(UploadView::is_end) {
            return None;
        }
        loop {
            let view = match self.first.take() {
                Some(first) => first,
                None => {
                    sleep(limits::UPLOAD_EVENT_INTERVAL).await;
                    self.look().await.ok()?
                }
            };
            if self.last.as_ref() != Some(&view) {
                (self.last, self.told) = (Some(view.clone()), Instant::now());
                return Some(Followed::Changed(view));
            }
            if limits::EVENTS_HEARTBEAT <= self.told.elapsed() {
                self.told = Instant::now();
                return Some(Followed::Silent);
            }
            if self.uploads.0.health.is_draining() {
                return None;
            }
        }
    }

    async fn look(&mut self) -> Result<UploadView, PartialError> {
        let entry = self.uploads.0.table().get(&self.upload_id).cloned();
        let record = entry.as_ref().map(|entry| entry.record());
        let length = record.as_ref().map(|record| record.length);
        if let Some(record) = record.as_ref().filter(|record| !record.is_complete()) {
            return Ok(view(record.offset, length, UploadStage::Receiving));
        }
        if let Some(failure) = entry.as_ref().and_then(|entry| entry.waits_for()) {
            let view = view(length.unwrap_or_default(), length, UploadStage::Reading);
            return Ok(UploadView { waits_for: Some(failure), ..view });
        }
        if let Some(view) = self.progress.as_ref().and_then(reading) {
            return Ok(view);
        }
        let models = self.uploads.0.models.clone();
        self.progress = models.watch_upload(&self.upload_id).await.map_err(PartialError::Registry)?;
        if let Some(view) = self.progress.as_ref().and_then(reading) {
            return Ok(view);
        }
        let stage = match (models.find(&self.upload_id).await, record.and_then(|record| record.outcome)) {
            (Ok(ModelState::Ready { manifest, .. }), _) => {
                let bytes = length.unwrap_or(manifest.content_bytes);
                let ready = view(bytes, Some(bytes), UploadStage::Ready { model_id: manifest.model_id.clone() });
                return Ok(UploadView { entities: manifest.entities, ..ready });
            }
            // The registry forgets it sooner.
            (_, Some(PartialOutcome::Failed { code, detail })) => UploadStage::Failed(failure_of(&code, detail)),
            (Err(RegistryError::Unknown(_)), Some(PartialOutcome::Ready { model_id })) => {
                UploadStage::Ready { model_id }
            }
            (Ok(ModelState::Ingesting { .. }), _) => UploadStage::Reading,
            // Its reading is about to begin, or to begin again.
            (Ok(ModelState::Failed { .. }) | Err(RegistryError::Unknown(_)), None) if entry.is_some() => {
                UploadStage::Reading
            }
            (Ok(ModelState::Failed { failure, .. } | ModelState::Broken { failure, .. }), _) => {
                UploadStage::Failed(failure)
            }
            (Err(RegistryError::Unknown(id)), None) => return Err(PartialError::Unknown(id)),
            (Err(error), _) => return Err(PartialError::Registry(error)),
        };
        Ok(view(length.unwrap_or_default(), length, stage))
    }
}

fn view(bytes: u64, bytes_total: Option<u64>, stage: UploadStage) -> UploadView {
    UploadView { bytes, bytes_total, entities: 0, stage, waits_for: None }
}

/// `None` once it ended.
fn reading(progress: &watch::Receiver<IngestProgress>) -> Option<UploadView> {
    // The sender of one that waited for its place is gone when the reading begins.
    progress.has_changed().ok()?;
    let IngestProgress { bytes, bytes_total, entities, outcome, .. } = progress.borrow().clone();
    outcome.is_none().then(|| UploadView { entities, ..view(bytes, bytes_total, UploadStage::Reading) })
}
