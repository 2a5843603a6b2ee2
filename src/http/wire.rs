//! The shapes of models on the wire, and how states become them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::actors::Failure;
use crate::actors::ingest::IngestProgress;
use crate::actors::model_registry::ModelState;
use crate::error::{Coded as _, ErrorCode};
use crate::ifc::{Problem, Severity};
use crate::query::Language;

use super::error::{ApiError, shown};

/// Where a building model is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelStatus {
    /// Being read.
    Ingesting,
    /// Ready for questions.
    Ready,
    /// Its reading failed, or what is stored of it is damaged; `error` says why.
    Failed,
}

/// How far a reading is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressBody {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes to come in all, where the client said so.
    pub bytes_total: Option<u64>,
    /// Entities found.
    pub entities: u64,
    /// Mean rate since the start.
    pub bytes_per_second: u64,
}

/// Why a reading failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureBody {
    /// Stable code.
    pub code: &'static str,
    /// What was wrong.
    pub message: String,
    /// What to do about it, in English.
    pub hint: &'static str,
    /// What to do about it, in German.
    pub hint_de: &'static str,
}

/// A building model, or an upload that may become one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelResponse {
    /// Hash of the content; absent until the model is stored.
    pub model_id: Option<String>,
    /// The upload, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_id: Option<String>,
    /// Where it is on its way.
    pub status: ModelStatus,
    /// Its name.
    pub name: String,
    /// What is known of a ready model.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub facts: Option<ModelFacts>,
    /// How far the reading is, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<ProgressBody>,
    /// Why the reading failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureBody>,
}

/// What is known of a ready model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelFacts {
    /// Entities.
    pub entities: u64,
    /// Building parts among them.
    pub elements: u64,
    /// Problems met while reading.
    pub problems: u64,
    /// Whether the file ended too early; the model holds what was complete.
    pub truncated: bool,
    /// Shape it was read as.
    pub shape: String,
    /// Schema version, as the file names it.
    pub schema: Option<String>,
    /// Bytes of the source, decompressed.
    pub content_bytes: u64,
    /// When it was published, RFC 3339 in UTC.
    pub published_at: String,
}

/// One building model with what can be said once it is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelDetailResponse {
    /// The model.
    #[serde(flatten)]
    pub model: ModelResponse,
    /// The first problems met while reading; all that were kept are at `/v1/models/{id}/problems`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem_list: Option<Vec<ProblemItem>>,
    /// Questions that this model can answer, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestions: Option<Vec<String>>,
}

/// Every model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelsResponse {
    /// Running and failed uploads, then models; the newest first.
    pub models: Vec<ModelResponse>,
}

/// A problem met while reading.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemItem {
    /// Stable code.
    pub code: &'static str,
    /// `notice` or `warning`.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// What the code means, in English.
    pub meaning: &'static str,
    /// JSON Pointer of the record, or empty.
    pub pointer: String,
    /// Where the record begins in the decompressed file.
    pub byte_offset: u64,
    /// The value or name concerned.
    pub detail: String,
}

/// The problems of a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemsResponse {
    /// How many there were.
    pub total: u64,
    /// The first of them.
    pub problems: Vec<ProblemItem>,
}

impl From<IngestProgress> for ProgressBody {
    fn from(progress: IngestProgress) -> ProgressBody {
        let IngestProgress { bytes, bytes_total, entities, bytes_per_second, outcome: _ } = progress;
        ProgressBody { bytes, bytes_total, entities, bytes_per_second }
    }
}

impl From<&Failure> for FailureBody {
    fn from(failure: &Failure) -> FailureBody {
        let code = failure.code();
        let message = shown(code, failure.detail());
        FailureBody { code: code.as_str(), message, hint: code.hint_en(), hint_de: code.hint_de() }
    }
}

impl From<ModelState> for ModelResponse {
    fn from(state: ModelState) -> ModelResponse {
        match state {
            ModelState::Ingesting { upload_id, name, progress } => ModelResponse {
                model_id: None,
                upload_id: Some(upload_id),
                status: ModelStatus::Ingesting,
                name,
                facts: None,
                progress: Some(progress.into()),
                error: None,
            },
            ModelState::Broken { model_id, failure } => ModelResponse {
                name: model_id.clone(),
                model_id: Some(model_id),
                upload_id: None,
                status: ModelStatus::Failed,
                facts: None,
                progress: None,
                error: Some(FailureBody::from(&failure)),
            },
            ModelState::Failed { upload_id, name, failure } => ModelResponse {
                model_id: None,
                upload_id: Some(upload_id),
                status: ModelStatus::Failed,
                name,
                facts: None,
                progress: None,
                error: Some(FailureBody::from(&failure)),
            },
            ModelState::Ready { manifest, upload_id } => ModelResponse {
                model_id: Some(manifest.model_id.clone()),
                upload_id,
                status: ModelStatus::Ready,
                name: manifest.name.clone(),
                facts: Some(ModelFacts {
                    entities: manifest.entities,
                    elements: manifest.elements,
                    problems: manifest.problems,
                    truncated: manifest.is_truncated,
                    shape: manifest.shape.clone(),
                    schema: manifest.schema.clone(),
                    content_bytes: manifest.content_bytes,
                    published_at: manifest.published_at.clone(),
                }),
                progress: None,
                error: None,
            },
        }
    }
}

impl From<Problem> for ProblemItem {
    fn from(problem: Problem) -> ProblemItem {
        let Problem { code, severity, pointer, byte_offset, detail } = problem;
        ProblemItem { code: code.as_str(), severity, meaning: code.meaning(), pointer, byte_offset, detail }
    }
}

/// `de` or `en`.
pub(super) fn parse_language(text: &str) -> Result<Language, ApiError> {
    match text {
        "de" => Ok(Language::De),
        "en" => Ok(Language::En),
        _ => Err(ApiError::refused(ErrorCode::LanguageUnknown, format!("the language is \"{text}\""))),
    }
}
