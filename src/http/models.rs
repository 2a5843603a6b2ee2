//! `/v1/models`: list, look at and delete building models. Uploading is in `uploads`.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, delete, get};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use super::wire::{ModelDetailResponse, ModelResponse, ModelsResponse, ProblemItem, ProblemsResponse, parse_language};
use crate::actors::model_registry::{ModelRegistryHandle, ModelState};
use crate::limits;

/// Problems shown with a model; the rest has its own address.
const PROBLEMS_SHOWN: usize = 20;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_models).service(read_model).service(delete_model).service(list_problems);
}

/// What to add to a model.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ModelQuery {
    /// `de` or `en`: adds questions that this model can answer.
    #[serde(default)]
    pub suggestions: Option<String>,
}

/// Lists every building model and every upload that is none yet.
#[utoipa::path(tag = "models", responses(
    (status = 200, body = ModelsResponse),
    (status = 503, description = "actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
))]
#[get("/v1/models")]
async fn list_models(models: Data<ModelRegistryHandle>) -> Result<Json<ModelsResponse>, ApiError> {
    let models = models.list().await?;
    Ok(Json(ModelsResponse { models: models.into_iter().map(ModelResponse::from).collect() }))
}

/// Tells how a building model is: while it is read, how far; when it is ready, what it holds; when it failed, why.
#[utoipa::path(
    tag = "models",
    params(("id" = String, Path, description = "model id or upload id"), ModelQuery),
    responses(
        (status = 200, body = ModelDetailResponse),
        (status = 400, description = "language_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/models/{id}")]
async fn read_model(
    id: Path<String>,
    query: Query<ModelQuery>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<ModelDetailResponse>, ApiError> {
    let language = query.suggestions.as_deref().map(parse_language).transpose()?;
    let state = models.find(&id).await?;
    if !matches!(state, ModelState::Ready { .. }) {
        return Ok(Json(ModelDetailResponse { model: state.into(), problem_list: None, suggestions: None }));
    }
    let problems = models.open(&id).await?.problems();
    let problem_list = Some(problems.into_iter().take(PROBLEMS_SHOWN).map(ProblemItem::from).collect());
    let suggestions = match language {
        Some(language) => Some(models.suggestions(&id, language, limits::SUGGESTIONS_BESIDE_ANSWER).await?),
        None => None,
    };
    Ok(Json(ModelDetailResponse { model: state.into(), problem_list, suggestions }))
}

/// Deletes a building model; by upload id also cancels a running upload or forgets a failed one.
#[utoipa::path(tag = "models", params(("id" = String, Path, description = "model id or upload id")), responses(
    (status = 204, description = "deleted"),
    (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
))]
#[delete("/v1/models/{id}")]
async fn delete_model(id: Path<String>, models: Data<ModelRegistryHandle>) -> Result<HttpResponse, ApiError> {
    models.delete(&id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the problems met while a building model was read.
#[utoipa::path(tag = "models", params(("id" = String, Path, description = "model id or upload id")), responses(
    (status = 200, body = ProblemsResponse),
    (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
    (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
))]
#[get("/v1/models/{id}/problems")]
async fn list_problems(
    id: Path<String>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<ProblemsResponse>, ApiError> {
    let problems: Vec<ProblemItem> = models.open(&id).await?.problems().into_iter().map(ProblemItem::from).collect();
    let total = match models.find(&id).await? {
        ModelState::Ready { manifest, .. } => manifest.problems,
        ModelState::Ingesting { .. } | ModelState::Broken { .. } | ModelState::Failed { .. } => problems.len() as u64,
    };
    Ok(Json(ProblemsResponse { total, problems }))
}

#[cfg(test)]
mod tests;
