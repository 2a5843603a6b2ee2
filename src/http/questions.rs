//! `/v1/models/{id}/questions`: put a question to a building model.

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use super::middleware::is_client_id;
use super::wire::parse_language;
use crate::actors::session_directory::SessionsHandle;
use crate::error::ErrorCode;
use crate::limits;
use crate::query::{Answer, Mode, Question};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_question);
}

/// What the client sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionRequest {
    /// The question in plain words.
    #[schema(example = "Wie viele Fenster befinden sich im Erdgeschoss?")]
    pub text: String,
    /// `de` or `en`; detected where absent.
    #[serde(default)]
    pub language: Option<String>,
    /// Who may answer; `auto` where absent.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// The most that the answer may cost, in US dollars.
    #[serde(default)]
    pub max_cost_usd: Option<f64>,
    /// Plan only; execute nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// The session it belongs to, under a name of the client's: up to 64 letters, digits, `-`, `_`, `.`. In a session a
    /// question may go on from the one before about the same model ("und im 2. OG?"); without it the question stands alone.
    #[serde(default)]
    pub session_id: Option<String>,
}

impl QuestionRequest {
    fn parse(&self) -> Result<Question, ApiError> {
        let question = parse(&self.text, self.language.as_deref(), self.mode, self.max_cost_usd, self.dry_run)?;
        if let Some(id) = &self.session_id {
            require_client_id("session_id", id)?;
        }
        Ok(question)
    }
}

/// The question that a client's words and wishes make.
pub(super) fn parse(
    text: &str,
    language: Option<&str>,
    mode: Option<Mode>,
    max_cost_usd: Option<f64>,
    dry_run: bool,
) -> Result<Question, ApiError> {
    let mut question = Question::parse(text)?;
    question.language = language.map(parse_language).transpose()?;
    question.mode = mode.unwrap_or_default();
    question.dry_run = dry_run;
    if max_cost_usd.is_some_and(|usd| !usd.is_finite() || usd < 0.0) {
        return Err(ApiError::refused(ErrorCode::RequestMalformed, "max_cost_usd is negative or no number"));
    }
    Ok(question)
}

/// Refuses what may not serve as an identifier of a client's choice.
pub(super) fn require_client_id(field: &str, id: &str) -> Result<(), ApiError> {
    if is_client_id(id) {
        return Ok(());
    }
    let detail = format!("{field} holds 1 to {} letters, digits, '-', '_' or '.'", limits::CLIENT_ID_BYTES_MAX);
    Err(ApiError::refused(ErrorCode::RequestMalformed, detail))
}

/// Puts a question. What is not understood or not in the model is an answer too, with status 200.
#[utoipa::path(
    tag = "questions",
    params(("id" = String, Path, description = "model id, or the id of the upload it came from")),
    request_body = QuestionRequest,
    responses(
        (status = 200, body = Answer),
        (status = 400, description = "request_malformed, question_empty, language_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "question_too_long, request_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "session_busy", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "questions_busy, sessions_full, draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 504, description = "question_deadline", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[post("/v1/models/{id}/questions")]
async fn create_question(
    id: Path<String>,
    request: Json<QuestionRequest>,
    sessions: Data<SessionsHandle>,
) -> Result<Json<Answer>, ApiError> {
    let question = request.parse()?;
    let answer = sessions.ask(request.session_id.as_deref(), &id, question).await?;
    Ok(Json(answer))
}

#[cfg(test)]
mod tests;
