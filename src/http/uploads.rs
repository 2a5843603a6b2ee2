//! `POST /v1/models`: upload a building model. The body streams to the ingest; it is never held whole.

use std::sync::Arc;

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, post};
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;
use tokio::time::timeout;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::error::{ApiError, ProblemBody};
use super::multipart;
use super::wire::ModelResponse;
use crate::actors::ingest::UploadRequest;
use crate::actors::model_registry::{ModelRegistryHandle, ModelState};
use crate::actors::upload::{Pumped, UploadWriter};
use crate::error::ErrorCode;
use crate::formats::{ContentEncoding, ReadOptions};
use crate::limits;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_model);
}

/// How to take an upload.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// Name of the model; the file's name where absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Answer when the model is ready or failed, not when its bytes have arrived.
    #[serde(default)]
    pub wait: bool,
    /// Refuse the file at its first fault, instead of leaving out what is broken and telling so.
    #[serde(default)]
    pub strict: bool,
}

/// Uploads a building model, as the raw body with any media type or as the field `file` of a form.
#[utoipa::path(
    tag = "models",
    params(UploadQuery, ("Content-Encoding" = Option<String>, Header, description = "`gzip` or `zstd`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "ready and durable, with `wait=true`", body = ModelResponse),
        (status = 202, description = "arrived, not yet durable: a restart loses it; `Location` tells how far it is, and \
            `ready` there is durable", body = ModelResponse),
        (status = 400, description = "the file or the request is malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 408, description = "upload_stalled", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "model_too_large, record_too_large, compression_ratio", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "content_encoding_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "shape_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "ingest_busy, draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full, models_full", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[post("/v1/models")]
async fn create_model(
    request: HttpRequest,
    query: Query<UploadQuery>,
    mut payload: Payload,
    models: Data<ModelRegistryHandle>,
) -> Result<HttpResponse, ApiError> {
    let headers = request.headers();
    let UploadQuery { name, wait, strict } = query.into_inner();
    let options = ReadOptions { strict };
    if !multipart::is_multipart(headers) {
        let upload = upload_request(headers, name.as_deref(), None, options);
        return receive(&models, upload, &mut payload, wait).await;
    }
    let (_rest, field) = multipart::file_field(headers, payload).await?;
    let upload = upload_request(headers, name.as_deref(), multipart::file_name(&field), options);
    // The length of a form is not the length of its file.
    let upload = upload.and_then(|upload| match upload.encoding {
        ContentEncoding::Identity => Ok(UploadRequest { bytes_total: None, ..upload }),
        ContentEncoding::Gzip | ContentEncoding::Zstd => {
            let detail = "a form is not taken compressed; compress the file in it";
            Err(ApiError::refused(ErrorCode::ContentEncodingUnknown, detail))
        }
    });
    // A field must not be asked again once it ended, and what is discarded may have.
    receive(&models, upload, &mut field.fuse(), wait).await
}

/// Takes a body to its end and answers. Whatever is refused early, some of the rest is read, for the answer to arrive.
async fn receive<E>(
    models: &ModelRegistryHandle,
    upload: Result<UploadRequest, ApiError>,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    wait: bool,
) -> Result<HttpResponse, ApiError> {
    let begun = match upload {
        Ok(upload) => {
            let name = upload.name.clone();
            models.begin_upload(upload).await.map(|writer| (writer, name)).map_err(ApiError::from)
        }
        Err(error) => Err(error),
    };
    let (mut writer, name) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            discard(body).await;
            return Err(error);
        }
    };
    match writer.pump(body).await {
        Pumped::Complete => answer(writer, name, wait).await,
        Pumped::ReadingEnded | Pumped::Aborted(_) => {
            discard(body).await;
            answer(writer, name, true).await
        }
    }
}

async fn answer(writer: UploadWriter, name: String, wait: bool) -> Result<HttpResponse, ApiError> {
    let (upload_id, progress) = (writer.upload_id().to_owned(), writer.progress());
    let ended = match wait {
        true => timeout(limits::UPLOAD_WAIT_MAX, writer.outcome()).await.ok(),
        false => None,
    };
    match ended {
        Some(Ok(manifest)) => {
            let location = format!("/v1/models/{}", manifest.model_id);
            let state = ModelState::Ready { manifest: Arc::clone(&manifest), upload_id: Some(upload_id) };
            Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(ModelResponse::from(state)))
        }
        Some(Err(failure)) => Err(ApiError::logged(&failure)),
        None => {
            let location = format!("/v1/models/{upload_id}");
            let progress = progress.borrow().clone();
            let state = ModelState::Ingesting { upload_id, name, progress };
            Ok(HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(ModelResponse::from(state)))
        }
    }
}

/// Reads some of what is left of a refused body: a client that sends before it listens would else see a broken
/// connection instead of the answer.
pub(super) async fn discard<E>(body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) {
    let reading = async {
        let mut bytes = 0;
        while let Some(Ok(chunk)) = body.next().await {
            bytes += chunk.len() as u64;
            if limits::UPLOAD_REST_BYTES_MAX <= bytes {
                break;
            }
        }
    };
    if timeout(limits::UPLOAD_REST_MAX, reading).await.is_err() {
        tracing::debug!("the rest of a refused upload did not arrive");
    }
}

fn upload_request(
    headers: &HeaderMap,
    name: Option<&str>,
    file_name: Option<&str>,
    options: ReadOptions,
) -> Result<UploadRequest, ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let bytes_total = text(header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    if bytes_total == Some(0) {
        return Err(ApiError::refused(ErrorCode::UploadEmpty, "the body is empty"));
    }
    let encoding = match headers.get(header::CONTENT_ENCODING) {
        None => ContentEncoding::Identity,
        Some(value) => parse_encoding(value.to_str().unwrap_or("unreadable"))?,
    };
    Ok(UploadRequest { name: parse_name(name.or(file_name))?, encoding, bytes_total, options })
}

fn parse_encoding(text: &str) -> Result<ContentEncoding, ApiError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(ContentEncoding::Identity),
        "gzip" | "x-gzip" => Ok(ContentEncoding::Gzip),
        "zstd" => Ok(ContentEncoding::Zstd),
        other => Err(ApiError::refused(ErrorCode::ContentEncodingUnknown, format!("Content-Encoding is {other:?}"))),
    }
}

/// The last part of a path, since browsers and scripts send paths.
pub(super) fn parse_name(name: Option<&str>) -> Result<String, ApiError> {
    let name = name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if limits::MODEL_NAME_BYTES_MAX < name.len() || name.chars().any(char::is_control) {
        let detail = format!("a name holds at most {} bytes and no control characters", limits::MODEL_NAME_BYTES_MAX);
        return Err(ApiError::refused(ErrorCode::RequestMalformed, detail));
    }
    Ok(if name.is_empty() { "model".to_owned() } else { name.to_owned() })
}

#[cfg(test)]
mod tests;
