//! `/v1/models/{id}/completions`: what a question that is being typed may go on with.

use actix_web::get;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use super::wire::parse_language;
use crate::actors::model_registry::ModelRegistryHandle;
use crate::error::ErrorCode;
use crate::limits;
use crate::query::{Completion, Language};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_completions);
}

/// What is typed so far.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CompletionQuery {
    /// The text up to the cursor; whole suggested questions where empty.
    #[serde(default)]
    text: String,
    /// `de` or `en`; English where absent.
    #[serde(default)]
    language: Option<String>,
}

/// Ways to go on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CompletionsResponse {
    /// The best first; at most eight.
    completions: Vec<Completion>,
}

/// Completes the last word or phrase of a question with words that the model or the language has.
#[utoipa::path(
    tag = "questions",
    params(("id" = String, Path, description = "model id or upload id"), CompletionQuery),
    responses(
        (status = 200, body = CompletionsResponse),
        (status = 400, description = "language_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "question_too_long", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "questions_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/models/{id}/completions")]
async fn list_completions(
    id: Path<String>,
    query: Query<CompletionQuery>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<CompletionsResponse>, ApiError> {
    let CompletionQuery { text, language } = query.into_inner();
    let language = language.as_deref().map_or(Ok(Language::En), parse_language)?;
    if limits::QUESTION_BYTES_MAX < text.len() {
        return Err(ApiError::refused(ErrorCode::QuestionTooLong, ErrorCode::QuestionTooLong.meaning()));
    }
    Ok(Json(CompletionsResponse { completions: models.completions(&id, text, language).await? }))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use crate::http::testing::{app, line, with_model};

    #[actix_web::test]
    async fn the_last_word_is_completed_in_the_language_asked_for() {
        let (handles, model_id) = with_model("house").await;
        let app = app(&handles).await;
        let long = format!("?text={}", "a".repeat(5000));
        for (id, query, said) in [
            (model_id.as_str(), "?text=How%20many%20", r#"{"text":"How many wall","label":"wall","kind":"part"}"#),
            (&model_id, "?text=&language=de", r#""label":"Wand""#),
            (&model_id, "?language=fr", "language_unknown"),
            (&model_id, &long, "question_too_long"),
            ("none", "?text=a", "model_unknown"),
        ] {
            let seen = line(&app, TestRequest::get().uri(&format!("/v1/models/{id}/completions{query}"))).await;
            assert!(seen.contains(said), "{seen}");
        }
    }
}
