//! `/v1/models/{id}/overview`: what a building model holds, at a glance.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use super::wire::ModelResponse;
use crate::actors::model_registry::ModelRegistryHandle;
use crate::query::Overview;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read_overview);
}

/// A building model at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverviewResponse {
    /// Hash of the content.
    model_id: Option<String>,
    /// Its name.
    name: String,
    /// Storeys, kinds of parts and materials.
    #[serde(flatten)]
    overview: Overview,
    /// Problems met while reading.
    problems: u64,
}

/// Tells what a building model holds: storeys from the lowest to the highest, kinds of parts and materials by how many parts
/// there are, at most 100 each. The first call takes the time to count them.
#[utoipa::path(
    tag = "models",
    params(("id" = String, Path, description = "model id or upload id")),
    responses(
        (status = 200, body = OverviewResponse),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "questions_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/models/{id}/overview")]
async fn read_overview(
    id: Path<String>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<OverviewResponse>, ApiError> {
    let overview = models.overview(&id).await?;
    let model = ModelResponse::from(models.find(&id).await?);
    let problems = model.facts.map_or(0, |facts| facts.problems);
    Ok(Json(OverviewResponse { model_id: model.model_id, name: model.name, overview, problems }))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use crate::http::testing::{app, line, with_model};

    #[actix_web::test]
    async fn a_model_is_told_at_a_glance_and_an_unknown_one_is_refused() {
        let (handles, model_id) = with_model("house").await;
        let app = app(&handles).await;
        let seen = line(&app, TestRequest::get().uri(&format!("/v1/models/{model_id}/overview"))).await;
        for said in
            [r#""name":"house""#, r#""storeys":[{"name":"EG","elevation_m":0.0,"elements":2}]"#, r#""types":[]"#]
        {
            assert!(seen.contains(said), "{seen}");
        }
        let unknown = line(&app, TestRequest::get().uri("/v1/models/none/overview")).await;
        assert!(unknown.contains("model_unknown"), "{unknown}");
    }
}
