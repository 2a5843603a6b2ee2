//! `/v1/evidence/{id}`: all that an answer rests on.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use crate::actors::model_registry::ModelRegistryHandle;
use crate::query::Evidence;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read_evidence);
}

/// Computes an answer again from its plan, with every item.
#[utoipa::path(tag = "questions", params(("id" = String, Path, description = "`evidence.id` of an answer")), responses(
    (status = 200, body = Evidence),
    (status = 404, description = "evidence_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
))]
#[get("/v1/evidence/{id}")]
async fn read_evidence(id: Path<String>, models: Data<ModelRegistryHandle>) -> Result<Json<Evidence>, ApiError> {
    Ok(Json(models.evidence(&id).await?))
}
