//! `/v1/evidence/{id}`: all that an answer rests on.

use actix_web::get;
use actix_web::web::{Data, Json, Path, Query};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use super::wire::parse_language;
use crate::actors::model_registry::ModelRegistryHandle;
use crate::query::Evidence;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read_evidence);
}

/// How to word the evidence.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EvidenceQuery {
    /// `de` or `en`; the language of the first answer with this evidence where absent.
    #[serde(default)]
    pub language: Option<String>,
}

/// Computes an answer again from its plan, with every item.
#[utoipa::path(
    tag = "questions",
    params(("id" = String, Path, description = "`evidence.id` of an answer"), EvidenceQuery),
    responses(
        (status = 200, body = Evidence),
        (status = 400, description = "language_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "evidence_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/evidence/{id}")]
async fn read_evidence(
    id: Path<String>,
    query: Query<EvidenceQuery>,
    models: Data<ModelRegistryHandle>,
) -> Result<Json<Evidence>, ApiError> {
    let language = query.language.as_deref().map(parse_language).transpose()?;
    Ok(Json(models.evidence(&id, language).await?))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use crate::actors::model_registry::EvidenceKey;
    use crate::actors::testing::plan;
    use crate::http::testing::{app, line, with_model};
    use crate::query::Language;

    #[actix_web::test]
    async fn evidence_keeps_its_language_unless_another_is_asked_for() {
        let (handles, model_id) = with_model("house").await;
        let app = app(&handles).await;
        for language in [Language::De, Language::En] {
            let key = EvidenceKey { model_id: model_id.clone(), plan: plan(), language };
            handles.models.remember_evidence("e", key).await.unwrap();
        }
        for (query, said) in [
            ("", "Es sind 2."),
            ("?language=de", "Es sind 2."),
            ("?language=en", "There are 2."),
            ("?language=fr", "language_unknown"),
        ] {
            let seen = line(&app, TestRequest::get().uri(&format!("/v1/evidence/e{query}"))).await;
            assert!(seen.contains(said), "{seen}");
        }
    }
}
