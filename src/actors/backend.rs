//! What the actors need from the floors below, as one seam: reading, keeping and opening building models.
//!
//! All calls block; the actors make them in the compute pool only.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::formats::{self, ContentEncoding, Progress, ReadError, ReadModel};
use crate::ifc::Problem;
use crate::query::{Answer, AskableModel, Evidence, Language, Plan, Question};
use crate::store::{Listing, Manifest, Store, StoreError};

/// An open building model.
pub trait Askable: std::fmt::Debug + Send + Sync {
    /// Answers a question.
    fn answer(&self, question: &Question) -> Answer;
    /// Questions that this model can answer.
    fn suggest(&self, language: Language) -> Vec<String>;
    /// Executes a plan again and keeps every item.
    fn recompute(&self, plan: &Plan, language: Language) -> Option<Evidence>;
    /// The problems kept from reading.
    fn problems(&self) -> Vec<Problem>;
}

impl Askable for AskableModel {
    fn answer(&self, question: &Question) -> Answer {
        self.ask(question)
    }

    fn suggest(&self, language: Language) -> Vec<String> {
        self.suggestions(language)
    }

    fn recompute(&self, plan: &Plan, language: Language) -> Option<Evidence> {
        self.evidence(plan, language)
    }

    fn problems(&self) -> Vec<Problem> {
        self.reader().problems().into_owned()
    }
}

/// Reads, keeps and opens building models.
pub trait Backend: std::fmt::Debug + Send + Sync {
    /// Reads a building model to its end.
    ///
    /// # Errors
    /// [`ReadError`] when the stream cannot be read as a building model.
    fn read(
        &self,
        source: &mut (dyn Read + Send),
        encoding: ContentEncoding,
        on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ReadModel, ReadError>;

    /// All published models, and what is broken among them.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be read.
    fn list(&self) -> Result<Listing, StoreError>;

    /// Publishes a model atomically.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    fn publish(&self, name: &str, published_at: &str, read: &ReadModel) -> Result<Manifest, StoreError>;

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
}

/// The real one: `formats`, `store` and `query` over a data folder.
#[derive(Debug, Clone)]
pub struct StoreBackend {
    store: Store,
}

impl StoreBackend {
    /// Opens or makes a data folder.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be made, read or written.
    pub fn in_folder(folder: &Path) -> Result<StoreBackend, StoreError> {
        Ok(StoreBackend { store: Store::open(folder)? })
    }
}

impl Backend for StoreBackend {
    fn read(
        &self,
        source: &mut (dyn Read + Send),
        encoding: ContentEncoding,
        on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ReadModel, ReadError> {
        formats::read(source, encoding, on_progress)
    }

    fn list(&self) -> Result<Listing, StoreError> {
        self.store.list()
    }

    fn publish(&self, name: &str, published_at: &str, read: &ReadModel) -> Result<Manifest, StoreError> {
        self.store.publish(name, published_at, read)
    }

    fn open(&self, model_id: &str) -> Result<Arc<dyn Askable>, StoreError> {
        let model = self.store.load(model_id)?;
        Ok(Arc::new(AskableModel::new(model_id.to_owned(), Arc::new(model))))
    }

    fn delete(&self, model_id: &str) -> Result<(), StoreError> {
        self.store.delete(model_id)
    }
}
