//! How far an upload is, told as it changes, for uploads of every kind.

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep};

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
        let record = self.uploads.0.table().get(&self.upload_id).map(|entry| entry.record());
        if let Some(record) = record.as_ref().filter(|record| !record.is_complete()) {
            let (bytes, bytes_total) = (record.offset, Some(record.length));
            return Ok(UploadView { bytes, bytes_total, entities: 0, stage: UploadStage::Receiving });
        }
        if let Some(view) = self.progress.as_ref().and_then(reading) {
            return Ok(view);
        }
        let models = self.uploads.0.models.clone();
        self.progress = models.watch_upload(&self.upload_id).await.map_err(PartialError::Registry)?;
        if let Some(view) = self.progress.as_ref().and_then(reading) {
            return Ok(view);
        }
        let length = record.as_ref().map(|record| record.length);
        let stage = match models.find(&self.upload_id).await {
            Ok(ModelState::Ready { manifest, .. }) => {
                let (bytes, entities) = (length.unwrap_or(manifest.content_bytes), manifest.entities);
                let stage = UploadStage::Ready { model_id: manifest.model_id.clone() };
                return Ok(UploadView { bytes, bytes_total: Some(bytes), entities, stage });
            }
            Ok(ModelState::Failed { failure, .. } | ModelState::Broken { failure, .. }) => UploadStage::Failed(failure),
            Ok(ModelState::Ingesting { .. }) => UploadStage::Reading,
            Err(RegistryError::Unknown(id)) => match record.map(|record| record.outcome) {
                None => return Err(PartialError::Unknown(id)),
                Some(Some(PartialOutcome::Ready { model_id })) => UploadStage::Ready { model_id },
                // Its reading is about to begin.
                Some(_) => UploadStage::Reading,
            },
            Err(error) => return Err(PartialError::Registry(error)),
        };
        Ok(UploadView { bytes: length.unwrap_or_default(), bytes_total: length, entities: 0, stage })
    }
}

/// `None` once it ended.
fn reading(progress: &watch::Receiver<IngestProgress>) -> Option<UploadView> {
    // The sender of one that waited for its place is gone when the reading begins.
    progress.has_changed().ok()?;
    let IngestProgress { bytes, bytes_total, entities, outcome, .. } = progress.borrow().clone();
    outcome.is_none().then_some(UploadView { bytes, bytes_total, entities, stage: UploadStage::Reading })
}
