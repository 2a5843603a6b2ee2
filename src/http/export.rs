//! `/v1/models/{id}/export`: a building model as tables, in one archive.

use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use crate::actors::model_registry::ModelRegistryHandle;
use crate::error::ErrorCode;
use crate::store::ExportFormat;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(export_model);
}

/// What to write.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `parquet`, `arrow` or `csv`; Parquet where absent.
    #[serde(default)]
    format: Option<String>,
}

/// Gives a building model as tables with names instead of numbers: elements, properties, quantities, materials,
/// classifications, relations, records and problems, a file each in a ZIP archive.
///
/// The archive is written while it is sent; one that breaks off has no directory and cannot be opened.
#[utoipa::path(
    tag = "models",
    params(("id" = String, Path, description = "model id or upload id"), ExportQuery),
    responses(
        (status = 200, description = "the archive", body = Vec<u8>, content_type = "application/zip"),
        (status = 400, description = "export_format_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "exports_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/models/{id}/export")]
async fn export_model(
    id: Path<String>,
    query: Query<ExportQuery>,
    models: Data<ModelRegistryHandle>,
) -> Result<HttpResponse, ApiError> {
    let format = query.format.as_deref().map_or(Ok(ExportFormat::Parquet), parse_format)?;
    let archive = models.export(&id, format).await?;
    let name = format!("{}-{}.zip", id.as_str(), format.as_str());
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    let mut response = HttpResponse::Ok();
    response.content_type("application/zip").insert_header(disposition);
    Ok(response.streaming(archive))
}

fn parse_format(name: &str) -> Result<ExportFormat, ApiError> {
    let unknown =
        || ApiError::refused(ErrorCode::ExportFormatUnknown, "the format is neither parquet nor arrow nor csv");
    ExportFormat::parse(name).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::{TestRequest, call_service};

    use crate::http::testing::{app, line, with_model};

    #[actix_web::test]
    async fn a_model_is_sent_as_an_archive() {
        let (handles, model_id) = with_model("house").await;
        let app = app(&handles).await;
        let uri = format!("/v1/models/{model_id}/export");
        let response = call_service(&app, TestRequest::get().uri(&uri).to_request()).await;
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(response.status(), 200);
        assert_eq!(header("content-type"), "application/zip");
        assert_eq!(header("content-disposition"), format!("attachment; filename=\"{model_id}-parquet.zip\""));
        let body = to_bytes(response.into_body()).await.unwrap();
        assert!(body.starts_with(b"PK\x03\x04"));
        assert!(body.windows(4).any(|bytes| bytes == b"PK\x05\x06"), "the directory is at the end");
    }

    #[actix_web::test]
    async fn what_cannot_be_exported_has_a_status() {
        let (handles, model_id) = with_model("house").await;
        let app = app(&handles).await;
        for (uri, said) in [
            (format!("/v1/models/{model_id}/export?format=xls"), "export_format_unknown"),
            ("/v1/models/none/export".to_owned(), "model_unknown"),
        ] {
            let seen = line(&app, TestRequest::get().uri(&uri)).await;
            assert!(seen.contains(said), "{seen}");
        }
    }

    #[actix_web::test]
    async fn an_export_that_fails_at_once_has_a_status_and_one_that_fails_later_breaks_off() {
        let (handles, model_id) = with_model("fails").await;
        let app = app(&handles).await;
        let at_once = line(&app, TestRequest::get().uri(&format!("/v1/models/{model_id}/export?format=csv"))).await;
        assert!(at_once.contains("500") && at_once.contains("store_damaged"), "{at_once}");
        let later = TestRequest::get().uri(&format!("/v1/models/{model_id}/export?format=arrow")).to_request();
        let response = call_service(&app, later).await;
        assert_eq!(response.status(), 200);
        assert!(to_bytes(response.into_body()).await.is_err());
    }
}
