//! The way in: a building model that can be asked.

use std::sync::Arc;

use super::answer::{Answer, AnswerBody};
use super::plan::Plan;
use super::question::{Language, Question};
use super::reader::ModelReader;

/// A building model with the words it uses, ready for questions.
#[derive(Debug, Clone)]
pub struct AskableModel {
    model_id: String,
    reader: Arc<dyn ModelReader>,
}

/// All that an answer rests on: enough to compute it again.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Evidence {
    /// Hash of the model's content and the plan.
    pub id: String,
    /// The building model.
    pub model_id: String,
    /// The rule in one line, in English.
    pub rule: String,
    /// The plan.
    #[schema(value_type = Object)]
    pub plan: Plan,
    /// The answer with every item, not only the first.
    pub answer: AnswerBody,
}

impl AskableModel {
    /// Reads the words a model uses. Takes time in proportion to the model; done once when it is opened.
    #[must_use]
    pub fn new(model_id: String, reader: Arc<dyn ModelReader>) -> AskableModel {
        AskableModel { model_id, reader }
    }

    /// The model's id: a hash of its content.
    #[must_use]
    pub fn model_id(&self) -> &str {
        &self.model_id
    }

    /// What is read through.
    #[must_use]
    pub fn reader(&self) -> &dyn ModelReader {
        self.reader.as_ref()
    }

    /// Answers a question. Never fails: what is not understood or not in the model is an answer too.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        todo!("{question:?}")
    }

    /// Questions that this model can answer, for a person who does not know what to ask.
    #[must_use]
    pub fn suggestions(&self, language: Language) -> Vec<String> {
        todo!("{language:?}")
    }

    /// Executes a plan again and keeps every item.
    #[must_use]
    pub fn evidence(&self, plan: &Plan, language: Language) -> Option<Evidence> {
        todo!("{plan:?} {language:?}")
    }
}
