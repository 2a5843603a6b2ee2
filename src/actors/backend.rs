//! What the actors need from the floors below, as one seam: reading, keeping and opening building models.
//!
//! All calls block; the actors make them in the compute pool only.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::chunked::ChunkedModel;
use crate::chunking::{ChunkDocument, ChunkError, ChunkId, ChunkOptions, ChunkPlan};
use crate::formats::{ContentEncoding, Progress, ReadOptions};
use crate::ifc::Problem;
use crate::query::{Answer, Completion, Evidence, Language, Overview, Plan, Question, Stop, Stopped};
use crate::store::{
    ExportError, ExportFormat, ExportTarget, ImportError, Listing, Manifest, Partials, StagedModel, Store, StoreError,
};

/// An open building model.
pub trait Askable: std::fmt::Debug + Send + Sync {
    /// What went wrong while rows were fetched; nothing that was computed counts then.
    fn fault(&self) -> Option<String>;
    /// Answers a question, which may go on from one with the plan `before`.
    ///
    /// # Errors
    /// [`Stopped`] when it was to stop before the answer was ready.
    fn answer(&self, question: &Question, before: Option<&Plan>, stop: &Stop) -> Result<Answer, Stopped>;
    /// At most `count` questions that this model can answer.
    fn suggest(&self, language: Language, count: usize) -> Vec<String>;
    /// What a question that is being typed may go on with.
    fn complete(&self, text: &str, language: Language) -> Vec<Completion>;
    /// What it holds at a glance.
    fn overview(&self) -> Overview;
    /// Executes a plan again and keeps every item; `None` when the model holds no answer to it.
    ///
    /// # Errors
    /// [`Stopped`] when it was to stop before all was computed.
    fn recompute(&self, plan: &Plan, language: Language, stop: &Stop) -> Result<Option<Evidence>, Stopped>;
    /// The problems kept from reading.
    fn problems(&self) -> Vec<Problem>;
    /// Writes every table of the model.
    ///
    /// # Errors
    /// [`ExportError`]; what was written until then is not a whole export.
    fn export(&self, format: ExportFormat, target: &mut dyn ExportTarget) -> Result<(), ExportError>;
    /// Where its chunks begin and end.
    ///
    /// # Errors
    /// [`ChunkError`].
    fn chunk_plan(&self, options: &ChunkOptions) -> Result<Arc<ChunkPlan>, ChunkError>;
    /// One chunk; without options, of a plan that was made lately.
    ///
    /// # Errors
    /// [`ChunkError`].
    fn chunk(&self, id: ChunkId, options: Option<&ChunkOptions>) -> Result<ChunkDocument, ChunkError>;
}

/// A model that was read and waits to be published.
#[derive(Debug)]
pub struct PendingModel {
    /// The id it will have.
    pub content_hash: String,
    /// Its tables; none in a backend that keeps nothing.
    pub staged: Option<StagedModel>,
}

/// Reads, keeps and opens building models.
pub trait Backend: std::fmt::Debug + Send + Sync {
    /// Reads a building model to its end.
    ///
    /// # Errors
    /// [`ImportError`] when the stream cannot be read as a building model, or not be kept.
    fn read(
        &self,
        source: &mut (dyn Read + Send),
        encoding: ContentEncoding,
        options: ReadOptions,
        on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<PendingModel, ImportError>;

    /// All published models, and what is broken among them.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be read.
    fn list(&self) -> Result<Listing, StoreError>;

    /// Publishes a model atomically.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    fn publish(&self, name: &str, published_at: &str, model: PendingModel) -> Result<Manifest, StoreError>;

    /// Opens a published model for questions.
    ///
    /// # Errors
    /// [`StoreError`] when it is unknown, damaged or unreadable.
    fn open(&self, model_id: &str) -> Result<Arc<dyn Askable>, StoreError>;

    /// Deletes a published model.
    ///
    /// # Errors
    /// [`StoreError`].
    fn delete(&self, model_id: &str) -> Result<(), StoreError>;

    /// Where uploads that come in pieces are kept.
    fn partials(&self) -> Arc<Partials>;
}

/// The real one: `formats`, `store` and `query` over a data folder.
#[derive(Debug, Clone)]
pub struct StoreBackend {
    store: Store,
    partials: Arc<Partials>,
}

impl StoreBackend {
    /// Opens or makes a data folder.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be made, read or written.
    pub fn in_folder(folder: &Path) -> Result<StoreBackend, StoreError> {
        let store = Store::open(folder)?;
        let partials = Arc::new(store.partials()?);
        Ok(StoreBackend { store, partials })
    }
}

impl Backend for StoreBackend {
    fn read(
        &self,
        source: &mut (dyn Read + Send),
        encoding: ContentEncoding,
        options: ReadOptions,
        on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<PendingModel, ImportError> {
        let staged = self.store.read(source, encoding, options, on_progress)?;
        Ok(PendingModel { content_hash: staged.facts().content_hash.clone(), staged: Some(staged) })
    }

    fn list(&self) -> Result<Listing, StoreError> {
        self.store.list()
    }

    fn publish(&self, name: &str, published_at: &str, model: PendingModel) -> Result<Manifest, StoreError> {
        let missing = || StoreError::Unknown(model.content_hash.clone());
        let staged = model.staged.ok_or_else(missing)?;
        self.store.publish_read(name, published_at, staged)
    }

    fn open(&self, model_id: &str) -> Result<Arc<dyn Askable>, StoreError> {
        let model = self.store.model(model_id)?;
        Ok(Arc::new(ChunkedModel::new(model_id, Arc::new(model))))
    }

    fn delete(&self, model_id: &str) -> Result<(), StoreError> {
        self.store.delete(model_id)
    }

    fn partials(&self) -> Arc<Partials> {
        Arc::clone(&self.partials)
    }
}
