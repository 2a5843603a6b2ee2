//! `/v1/evidence/{id}`: all that an answer rests on, as JSON, CSV or a workbook.

pub(super) mod csv;
pub(super) mod table;
pub(super) mod xlsx;

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType, VARY};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use super::wire::parse_language;
use crate::actors::model_registry::ModelRegistryHandle;
use crate::error::ErrorCode;
use crate::query::{Evidence, Language};

const JSON: &str = "application/json";
const CSV: &str = "text/csv";
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read_evidence);
}

/// How to word and to write the evidence.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EvidenceQuery {
    /// `de` or `en`; the language of the first answer with this evidence where absent.
    #[serde(default)]
    pub language: Option<String>,
    /// `json`, `csv` or `xlsx`; what the header Accept asks for where absent, else JSON.
    #[serde(default)]
    pub format: Option<String>,
}

/// What it is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
    Xlsx,
}

impl Format {
    fn parse(name: &str) -> Result<Format, ApiError> {
        match name {
            "json" => Ok(Format::Json),
            "csv" => Ok(Format::Csv),
            "xlsx" => Ok(Format::Xlsx),
            _ => {
                Err(ApiError::refused(ErrorCode::EvidenceFormatUnknown, "the format is neither json nor csv nor xlsx"))
            }
        }
    }

    /// The first that the client names and that can be written. What cannot be told is JSON.
    fn accepted(request: &HttpRequest) -> Format {
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let named = accept.split(',').filter_map(|part| match part.split(';').next().unwrap_or_default().trim() {
            CSV => Some(Format::Csv),
            XLSX => Some(Format::Xlsx),
            JSON | "*/*" | "application/*" => Some(Format::Json),
            _ => None,
        });
        named.into_iter().next().unwrap_or(Format::Json)
    }
}

/// Computes an answer again from its plan, with every element that went into it, its value, and where it stands in the
/// source.
#[utoipa::path(
    tag = "questions",
    params(("id" = String, Path, description = "`evidence.id` of an answer"), EvidenceQuery),
    responses(
        (status = 200, description = "the evidence, as JSON, CSV or a workbook", content(
            (Evidence = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 400, description = "language_unknown, evidence_format_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "evidence_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "evidence_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/evidence/{id}")]
async fn read_evidence(
    id: Path<String>,
    query: Query<EvidenceQuery>,
    request: HttpRequest,
    models: Data<ModelRegistryHandle>,
) -> Result<HttpResponse, ApiError> {
    let language = query.language.as_deref().map(parse_language).transpose()?;
    let format = query.format.as_deref().map(Format::parse).transpose()?;
    let format = format.unwrap_or_else(|| Format::accepted(&request));
    let write = move |evidence: Evidence, language| write(&evidence, language, format);
    let body = models.evidence_as(&id, language, write).await??;
    let mut response = HttpResponse::Ok();
    response.insert_header((VARY, "Accept"));
    Ok(match format {
        Format::Json => response.content_type(JSON).body(body),
        Format::Csv => response
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header(attachment("evidence", &id, "csv"))
            .body(body),
        Format::Xlsx => response.content_type(XLSX).insert_header(attachment("evidence", &id, "xlsx")).body(body),
    })
}

fn write(evidence: &Evidence, language: Language, format: Format) -> Result<Vec<u8>, ApiError> {
    let failed = |error: &dyn std::error::Error| {
        tracing::error!(%error, "evidence could not be written");
        ApiError::refused(ErrorCode::Internal, ErrorCode::Internal.meaning())
    };
    match format {
        Format::Json => serde_json::to_vec(evidence).map_err(|error| failed(&error)),
        Format::Csv => Ok(csv::write(evidence, language).into_bytes()),
        Format::Xlsx if xlsx::ROWS_MAX < evidence.elements.len() => {
            let detail = format!("{} elements; a worksheet holds {}", evidence.elements.len(), xlsx::ROWS_MAX);
            Err(ApiError::refused(ErrorCode::EvidenceTooLarge, detail))
        }
        Format::Xlsx => xlsx::write(evidence, language).map_err(|error| failed(&error)),
    }
}

/// A file name of letters that every system takes, whatever the address held.
pub(super) fn attachment(what: &str, id: &str, ending: &str) -> ContentDisposition {
    let safe: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect();
    let name = format!("{what}-{safe}.{ending}");
    ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![DispositionParam::Filename(name)] }
}

#[cfg(test)]
mod tests;
