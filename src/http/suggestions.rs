//! `/v1/models/{id}/suggestions`: questions that a building model can answer.

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
use crate::query::Language;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_suggestions);
}

/// Which questions to offer.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SuggestionQuery {
    /// `de` or `en`; English where absent.
    #[serde(default)]
    language: Option<String>,
    /// How many at most, 1 to 20; 20 where absent.
    #[serde(default)]
    count: Option<usize>,
}

/// Questions to ask.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuggestionsResponse {
    /// Each was tried on this model and has an answer; always in the same order.
    suggestions: Vec<String>,
}

/// Lists questions that a building model can answer well. The first call takes the time to try them.
#[utoipa::path(
    tag = "questions",
    params(("id" = String, Path, description = "model id or upload id"), SuggestionQuery),
    responses(
        (status = 200, body = SuggestionsResponse),
        (status = 400, description = "language_unknown, request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "questions_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/models/{id}/suggestions")]
async fn list_suggestions(
    id: Path<String>,
    query: Query<SuggestionQuery>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<SuggestionsResponse>, ApiError> {
    let language = query.language.as_deref().map_or(Ok(Language::En), parse_language)?;
    let count = query.count.unwrap_or(limits::SUGGESTIONS_MAX);
    if !(1..=limits::SUGGESTIONS_MAX).contains(&count) {
        let detail = format!("count is {count}; 1 to {} are possible", limits::SUGGESTIONS_MAX);
        return Err(ApiError::refused(ErrorCode::RequestMalformed, detail));
    }
    Ok(Json(SuggestionsResponse { suggestions: models.suggestions(&id, language, count).await? }))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use crate::http::testing::{app, line, with_model};

    #[actix_web::test]
    async fn questions_are_offered_in_the_language_and_number_asked_for() {
        let (handles, model_id) = with_model("house").await;
        let app = app(&handles).await;
        for (id, query, said) in [
            (model_id.as_str(), "", r#"["How many walls are there?","Which doors are there?"]"#),
            (&model_id, "?language=de&count=1", r#"["Wie viele Wände gibt es?"]"#),
            (&model_id, "?language=fr", "language_unknown"),
            (&model_id, "?count=0", "request_malformed"),
            (&model_id, "?count=21", "request_malformed"),
            ("none", "", "model_unknown"),
        ] {
            let seen = line(&app, TestRequest::get().uri(&format!("/v1/models/{id}/suggestions{query}"))).await;
            assert!(seen.contains(said), "{seen}");
        }
    }
}
