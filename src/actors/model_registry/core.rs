//! All state and all decisions of the registry: no actix, no clock, no files.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::{oneshot, watch};

use super::{Adopted, EvidenceKey, ModelState, RegistryError};
use crate::actors::backend::Askable;
use crate::actors::failure::Failure;
use crate::actors::ingest::{IngestHandle, IngestProgress};
use crate::actors::upload::CancelReason;
use crate::error::ErrorCode;
use crate::limits;
use crate::store::{Listing, Manifest};

/// Who waits for a model to be opened.
pub(super) type OpenWaiter = oneshot::Sender<Result<Arc<dyn Askable>, RegistryError>>;

/// One upload, running or ended.
#[derive(Debug)]
struct Upload {
    name: String,
    state: UploadState,
}

#[derive(Debug)]
enum UploadState {
    Running { progress: watch::Receiver<IngestProgress>, ingest: Option<IngestHandle> },
    Ready { model_id: String },
    Failed { failure: Failure },
}

#[derive(Debug)]
struct OpenModel {
    model: Arc<dyn Askable>,
    used: u64,
}

/// What to do about a request to open a model.
#[derive(Debug)]
pub(super) enum Opening {
    /// It is open.
    Open(Arc<dyn Askable>),
    /// Load it; the waiter is kept.
    Load,
    /// It is being loaded; the waiter is kept.
    Wait,
}

/// What to do about a request to delete.
#[derive(Debug)]
pub(super) enum Deletion {
    /// Delete this model's files.
    Model(String),
    /// Nothing more to do: a running upload is cancelled or a failed one forgotten.
    Done,
    /// The upload is just being published; delete its model when this tells its id.
    Publishing(watch::Receiver<IngestProgress>),
}

#[derive(Debug, Default)]
pub(super) struct RegistryCore {
    models: BTreeMap<String, Arc<Manifest>>,
    /// Stored, but not to be opened; until deleted or uploaded again.
    broken: BTreeMap<String, Failure>,
    uploads: HashMap<String, Upload>,
    /// Upload ids by start, for forgetting the oldest ended one.
    upload_order: VecDeque<String>,
    open: HashMap<String, OpenModel>,
    /// Counts uses; its values order the open models by last use.
    uses: u64,
    opening: HashMap<String, Vec<OpenWaiter>>,
    evidence: HashMap<String, EvidenceKey>,
    evidence_order: VecDeque<String>,
}

impl RegistryCore {
    pub(super) fn on_loaded(&mut self, listing: Listing) {
        let broken = listing.broken.into_iter().map(|broken| (broken.model_id, Failure::of(&broken.error)));
        self.broken.extend(broken);
        for manifest in listing.manifests {
            self.models.insert(manifest.model_id.clone(), Arc::new(manifest));
        }
    }

    /// Whether an upload may begin.
    pub(super) fn admit(&self) -> Result<(), RegistryError> {
        match self.models.len() < limits::MODELS_MAX {
            true => Ok(()),
            false => Err(RegistryError::Full(limits::MODELS_MAX)),
        }
    }

    pub(super) fn on_begin(
        &mut self,
        upload_id: &str,
        name: &str,
        progress: watch::Receiver<IngestProgress>,
        ingest: Option<IngestHandle>,
    ) {
        let state = UploadState::Running { progress, ingest };
        self.keep_upload(upload_id, Upload { name: name.to_owned(), state });
    }

    /// Makes an upload known that was kept on disk.
    pub(super) fn on_adopted(&mut self, upload_id: &str, name: String, adopted: Adopted) {
        let state = match adopted {
            Adopted::Waiting { progress, cancel } => UploadState::Running { progress, ingest: Some(cancel) },
            // A model that was deleted meanwhile.
            Adopted::Ready { model_id } if !self.models.contains_key(&model_id) => return,
            Adopted::Ready { model_id } => UploadState::Ready { model_id },
            Adopted::Failed(failure) => UploadState::Failed { failure },
        };
        self.keep_upload(upload_id, Upload { name, state });
    }

    /// Of an upload that is being read, or waits for it.
    pub(super) fn progress(&self, upload_id: &str) -> Option<watch::Receiver<IngestProgress>> {
        match &self.uploads.get(upload_id)?.state {
            UploadState::Running { progress, .. } => Some(progress.clone()),
            UploadState::Ready { .. } | UploadState::Failed { .. } => None,
        }
    }

    fn keep_upload(&mut self, upload_id: &str, upload: Upload) {
        if self.uploads.insert(upload_id.to_owned(), upload).is_none() {
            self.upload_order.push_back(upload_id.to_owned());
        }
        // Running ones are at most INGESTS_MAX, so one rotation finds an ended one.
        let mut looked = 0;
        while limits::UPLOADS_KEPT_MAX < self.uploads.len() && looked < self.upload_order.len() {
            let Some(oldest) = self.upload_order.pop_front() else { break };
            match self.uploads.get(&oldest).map(|upload| &upload.state) {
                Some(UploadState::Running { .. }) => self.upload_order.push_back(oldest),
                Some(UploadState::Ready { .. } | UploadState::Failed { .. }) => drop(self.uploads.remove(&oldest)),
                None => {}
            }
            looked += 1;
        }
    }

    /// An upload that an earlier life of the registry began is taken over here.
    pub(super) fn on_finished(&mut self, upload_id: &str, outcome: Result<Arc<Manifest>, Failure>) {
        let name = self.uploads.get(upload_id).map(|upload| upload.name.clone());
        let (name, state) = match outcome {
            Ok(manifest) => {
                let model_id = manifest.model_id.clone();
                let name = name.unwrap_or_else(|| manifest.name.clone());
                self.models.insert(model_id.clone(), manifest);
                self.broken.remove(&model_id);
                (name, UploadState::Ready { model_id })
            }
            Err(failure) => (name.unwrap_or_default(), UploadState::Failed { failure }),
        };
        self.keep_upload(upload_id, Upload { name, state });
    }

    /// The ingest is gone; when it reported nothing it panicked.
    pub(super) fn on_ingest_gone(&mut self, upload_id: &str) {
        if let Some(upload) = self.uploads.get_mut(upload_id)
            && matches!(upload.state, UploadState::Running { .. })
        {
            let failure = Failure::new(ErrorCode::Internal, "the ingest ended without an outcome");
            upload.state = UploadState::Failed { failure };
        }
    }

    pub(super) fn cancel_all(&self, reason: CancelReason) {
        for upload in self.uploads.values() {
            if let UploadState::Running { ingest: Some(ingest), .. } = &upload.state {
                ingest.cancel(reason);
            }
        }
    }

    fn state(&self, upload_id: &str, upload: &Upload) -> Option<ModelState> {
        let (upload_id, name) = (upload_id.to_owned(), upload.name.clone());
        match &upload.state {
            UploadState::Running { progress, .. } => {
                Some(ModelState::Ingesting { upload_id, name, progress: progress.borrow().clone() })
            }
            UploadState::Failed { failure } => Some(ModelState::Failed { upload_id, name, failure: failure.clone() }),
            UploadState::Ready { model_id } => {
                let manifest = Arc::clone(self.models.get(model_id)?);
                Some(ModelState::Ready { manifest, upload_id: Some(upload_id) })
            }
        }
    }

    /// Uploads that are no models, newest first, what is broken, then models, newest first.
    pub(super) fn list(&self) -> Vec<ModelState> {
        let uploads = self.upload_order.iter().rev().filter_map(|id| self.state(id, self.uploads.get(id)?));
        let mut states: Vec<ModelState> = uploads.filter(|state| !matches!(state, ModelState::Ready { .. })).collect();
        states.extend(self.broken.keys().filter_map(|id| self.broken(id)));
        let mut models: Vec<&Arc<Manifest>> = self.models.values().collect();
        models.sort_by(|a, b| b.published_at.cmp(&a.published_at));
        states.extend(models.into_iter().map(|m| ModelState::Ready { manifest: Arc::clone(m), upload_id: None }));
        states
    }

    /// By model id or upload id.
    pub(super) fn find(&self, id: &str) -> Option<ModelState> {
        match self.models.get(id) {
            Some(manifest) => Some(ModelState::Ready { manifest: Arc::clone(manifest), upload_id: None }),
            None => self.broken(id).or_else(|| self.state(id, self.uploads.get(id)?)),
        }
    }

    fn broken(&self, model_id: &str) -> Option<ModelState> {
        let failure = self.broken.get(model_id)?.clone();
        Some(ModelState::Broken { model_id: model_id.to_owned(), failure })
    }

    /// The model that an id of either kind means.
    pub(super) fn resolve(&self, id: &str) -> Result<String, RegistryError> {
        match self.find(id) {
            None => Err(RegistryError::Unknown(id.to_owned())),
            Some(ModelState::Ready { manifest, .. }) => Ok(manifest.model_id.clone()),
            Some(ModelState::Broken { failure, .. }) => Err(RegistryError::Store(failure)),
            Some(ModelState::Ingesting { .. } | ModelState::Failed { .. }) => {
                Err(RegistryError::NotReady(id.to_owned()))
            }
        }
    }

    /// Single flight: the first waiter of a model makes it load, the others wait for the same.
    pub(super) fn on_open(&mut self, model_id: &str, waiter: OpenWaiter) -> Opening {
        self.uses += 1;
        if let Some(open) = self.open.get_mut(model_id) {
            open.used = self.uses;
            return Opening::Open(Arc::clone(&open.model));
        }
        if let Some(waiters) = self.opening.get_mut(model_id) {
            waiters.push(waiter);
            return Opening::Wait;
        }
        self.opening.insert(model_id.to_owned(), vec![waiter]);
        Opening::Load
    }

    /// Tells the waiters, keeps the model and closes the least recently used one beyond the limit.
    pub(super) fn on_opened(&mut self, model_id: &str, result: &Result<Arc<dyn Askable>, Failure>) {
        for waiter in self.opening.remove(model_id).unwrap_or_default() {
            let result = result.clone().map_err(RegistryError::Store);
            // A waiter that gave up is no fault.
            drop(waiter.send(result));
        }
        // A model deleted while it was opened stays closed.
        if let Ok(model) = result
            && self.models.contains_key(model_id)
        {
            self.open.insert(model_id.to_owned(), OpenModel { model: Arc::clone(model), used: self.uses });
        }
        while limits::OPEN_MODELS_MAX < self.open.len() {
            let oldest = self.open.iter().min_by_key(|(_, open)| open.used).map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { break };
            self.open.remove(&oldest);
        }
    }

    pub(super) fn on_delete(&mut self, id: &str) -> Result<Deletion, RegistryError> {
        if self.models.contains_key(id) || self.broken.contains_key(id) {
            return Ok(Deletion::Model(id.to_owned()));
        }
        match self.uploads.get(id).map(|upload| &upload.state) {
            None => Err(RegistryError::Unknown(id.to_owned())),
            Some(UploadState::Running { ingest, progress }) => match ingest {
                Some(ingest) if !ingest.cancel(CancelReason::Deleted) => Ok(Deletion::Publishing(progress.clone())),
                Some(_) | None => Ok(Deletion::Done),
            },
            Some(UploadState::Ready { model_id }) if self.models.contains_key(model_id) => {
                Ok(Deletion::Model(model_id.clone()))
            }
            Some(UploadState::Ready { .. } | UploadState::Failed { .. }) => {
                self.uploads.remove(id);
                self.upload_order.retain(|kept| kept != id);
                Ok(Deletion::Done)
            }
        }
    }

    /// Ends the reading of an upload, or forgets that it failed. What is just being published, or is a model, stays: its
    /// content may have been a model before.
    pub(super) fn on_cancel(&mut self, upload_id: &str) {
        match self.uploads.get(upload_id).map(|upload| &upload.state) {
            Some(UploadState::Running { ingest: Some(ingest), .. }) => {
                ingest.cancel(CancelReason::Deleted);
            }
            Some(UploadState::Failed { .. }) => {
                self.uploads.remove(upload_id);
                self.upload_order.retain(|kept| kept != upload_id);
            }
            Some(UploadState::Running { ingest: None, .. } | UploadState::Ready { .. }) | None => {}
        }
    }

    /// Forgets a model whose files are gone, with all that hangs on it.
    pub(super) fn on_deleted(&mut self, model_id: &str) {
        self.models.remove(model_id);
        self.broken.remove(model_id);
        self.open.remove(model_id);
        self.uploads
            .retain(|_, upload| !matches!(&upload.state, UploadState::Ready { model_id: ready } if ready == model_id));
        self.upload_order.retain(|id| self.uploads.contains_key(id));
        self.evidence.retain(|_, key| key.model_id != model_id);
        self.evidence_order.retain(|id| self.evidence.contains_key(id));
    }

    pub(super) fn on_evidence(&mut self, evidence_id: &str, mut key: EvidenceKey) {
        // A question may have named the model by its upload id, which is forgotten sooner.
        if let Ok(model_id) = self.resolve(&key.model_id) {
            key.model_id = model_id;
        }
        // The id leaves the language out: an address that somebody has keeps the language it was given in.
        if let Some(kept) = self.evidence.get(evidence_id) {
            key.language = kept.language;
        }
        if self.evidence.insert(evidence_id.to_owned(), key).is_none() {
            self.evidence_order.push_back(evidence_id.to_owned());
        }
        while limits::EVIDENCE_KEPT_MAX < self.evidence_order.len() {
            if let Some(oldest) = self.evidence_order.pop_front() {
                self.evidence.remove(&oldest);
            }
        }
    }

    pub(super) fn evidence(&self, evidence_id: &str) -> Option<EvidenceKey> {
        self.evidence.get(evidence_id).cloned()
    }

    #[cfg(test)]
    pub(super) fn open_count(&self) -> usize {
        self.open.len()
    }
}

#[cfg(test)]
mod tests;
