//! `/v1/uploads`: uploads that are resumed where they broke off, by tus 1.0 (<https://tus.io/protocols/resumable-upload>),
//! and the progress of any upload as server-sent events. No decisions live here.

mod events;
mod header;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Path, Payload};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError as _, delete, head, options, patch, post,
};
use utoipa_actix_web::service_config::ServiceConfig;

use self::header::{
    EXPIRES, EXTENSION, LENGTH, MAX_SIZE, METADATA, METHOD_OVERRIDE, OFFSET, RESUMABLE, VERSION, VERSION_1,
};
use super::error::{ApiError, ProblemBody};
use super::uploads::discard;
use crate::actors::resumable_upload::{PartialError, Piece, ResumableUploadsHandle};
use crate::error::{Coded as _, ErrorCode};
use crate::limits;
use crate::store::PartialRecord;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read_tus)
        .service(read_tus_of_upload)
        .service(create_upload)
        .service(find_upload)
        .service(append_upload)
        .service(delete_upload)
        .service(override_upload)
        .service(events::follow_upload);
}

/// Says what of tus the server speaks.
#[utoipa::path(tag = "uploads", responses(
    (status = 204, description = "no body", headers(
        ("Tus-Resumable" = String, description = "`1.0.0`"),
        ("Tus-Version" = String, description = "`1.0.0`"),
        ("Tus-Extension" = String, description = "the extensions"),
        ("Tus-Max-Size" = u64, description = "most bytes of an upload"),
        ("Tus-Checksum-Algorithm" = String, description = "`sha1,sha256`"),
    )),
))]
#[options("/v1/uploads")]
async fn read_tus() -> HttpResponse {
    described()
}

/// Says what of tus the server speaks.
#[utoipa::path(tag = "uploads", params(("id" = String, Path, description = "upload id")), responses(
    (status = 204, description = "no body; headers as at `/v1/uploads`"),
))]
#[options("/v1/uploads/{id}")]
async fn read_tus_of_upload(_id: Path<String>) -> HttpResponse {
    described()
}

/// Begins an upload in pieces. A body with the type of a piece is its first one.
#[utoipa::path(
    tag = "uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "bytes of the file; `Upload-Defer-Length` is refused"),
        ("Upload-Metadata" = Option<String>, Header, description = "`filename`, `strict` (`true` refuses a file at its \
            first fault) and `fingerprint` (your mark of the file), each with its value in Base64; others are kept"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256` and the checksum of the body in Base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 201, description = "begun and durable", headers(
            ("Location" = String, description = "where to send the pieces"),
            ("Upload-Offset" = u64, description = "bytes that are durable"),
            ("Upload-Expires" = String, description = "when it is forgotten; when all places are taken, an hour without \
                a byte is enough"),
        )),
        (status = 400, description = "request_malformed, upload_empty", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "tus_version_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "model_too_large, request_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "upload_type_wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 460, description = "upload_checksum_wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "uploads_full, draining", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/v1/uploads")]
async fn create_upload(request: HttpRequest, payload: Payload, uploads: Data<ResumableUploadsHandle>) -> HttpResponse {
    let mut body = Some(payload);
    let made = create(request.headers(), &mut body, &uploads).await;
    finish(made, body).await
}

/// Says how many bytes of an upload are durable.
///
/// It waits up to five seconds for another request that sends to the upload, and takes over from one that is silent.
#[utoipa::path(
    tag = "uploads",
    params(("id" = String, Path, description = "upload id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses(
        (status = 200, description = "no body", headers(
            ("Upload-Offset" = u64, description = "bytes that are durable"),
            ("Upload-Length" = u64, description = "bytes in all"),
            ("Upload-Metadata" = Option<String>, description = "as it was given"),
            ("Upload-Expires" = String, description = "when it is forgotten"),
        )),
        (status = 404, description = "upload_unknown; no body"),
        (status = 412, description = "tus_version_unknown; no body"),
    )
)]
#[head("/v1/uploads/{id}")]
async fn find_upload(id: Path<String>, request: HttpRequest, uploads: Data<ResumableUploadsHandle>) -> HttpResponse {
    answered(find(&id, request.headers(), &uploads).await)
}

/// Takes a piece of an upload. What of it arrived is durable when it is answered, and kept when the connection breaks.
///
/// A piece with `Upload-Checksum` counts as a whole or not at all. With the last byte the file is read;
/// `/v1/models/{id}` tells how far that is, under the id of the upload.
#[utoipa::path(
    tag = "uploads",
    params(
        ("id" = String, Path, description = "upload id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "where the piece begins: what HEAD said"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256` and the checksum in Base64"),
        ("Upload-Metadata" = Option<String>, Header, description = "a `fingerprint` here must be that of the upload"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "taken and durable", headers(
            ("Upload-Offset" = u64, description = "bytes that are durable"),
            ("Upload-Expires" = String, description = "when it is forgotten"),
        )),
        (status = 400, description = "request_malformed, upload_aborted", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "upload_unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "upload_stalled", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "upload_offset_wrong, upload_file_differs", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "tus_version_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "request_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "upload_type_wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 423, description = "upload_locked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 460, description = "upload_checksum_wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "uploads_full, draining", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[patch("/v1/uploads/{id}")]
async fn append_upload(
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
    uploads: Data<ResumableUploadsHandle>,
) -> HttpResponse {
    let mut body = Some(payload);
    let taken = append(&id, request.headers(), &mut body, &uploads).await;
    finish(taken, body).await
}

/// Ends an upload: what came of it is removed, its reading is cancelled. A model that it became stays.
#[utoipa::path(
    tag = "uploads",
    params(("id" = String, Path, description = "upload id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses(
        (status = 204, description = "gone"),
        (status = 404, description = "upload_unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready: its model is just being published", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "tus_version_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 423, description = "upload_locked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[delete("/v1/uploads/{id}")]
async fn delete_upload(id: Path<String>, request: HttpRequest, uploads: Data<ResumableUploadsHandle>) -> HttpResponse {
    answered(end(&id, request.headers(), &uploads).await)
}

/// Does what `X-HTTP-Method-Override` says, for clients that cannot send PATCH or DELETE.
#[utoipa::path(
    tag = "uploads",
    params(
        ("id" = String, Path, description = "upload id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("X-HTTP-Method-Override" = String, Header, description = "`PATCH`, `DELETE` or `HEAD`"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 200, description = "as HEAD"),
        (status = 204, description = "as PATCH or DELETE"),
        (status = 400, description = "request_malformed: no such override; else as PATCH", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "upload_unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "as PATCH", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "as PATCH or DELETE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "tus_version_unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "as PATCH", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "as PATCH", body = ProblemBody, content_type = "application/problem+json"),
        (status = 423, description = "as PATCH or DELETE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 460, description = "as PATCH", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "as PATCH or DELETE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "as PATCH", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/v1/uploads/{id}")]
async fn override_upload(
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
    uploads: Data<ResumableUploadsHandle>,
) -> HttpResponse {
    let (headers, mut body) = (request.headers(), Some(payload));
    let done = match header::text(headers, METHOD_OVERRIDE).map(Method::try_from) {
        Some(Ok(Method::PATCH)) => append(&id, headers, &mut body, &uploads).await,
        Some(Ok(Method::DELETE)) => end(&id, headers, &uploads).await,
        Some(Ok(Method::HEAD)) => find(&id, headers, &uploads).await,
        _ => Err(ApiError::refused(
            ErrorCode::RequestMalformed,
            "POST takes X-HTTP-Method-Override: PATCH, DELETE or HEAD here",
        )),
    };
    finish(done, body).await
}

async fn create(
    headers: &HeaderMap,
    body: &mut Option<Payload>,
    uploads: &ResumableUploadsHandle,
) -> Result<HttpResponse, ApiError> {
    header::require_version(headers)?;
    let announced = header::announced(headers)?;
    let first = match headers.contains_key(CONTENT_TYPE) && header::content_length(headers) != Some(0) {
        true => Some(header::piece(headers, 0)?),
        false => None,
    };
    let mut record = uploads.create(announced).await?;
    if let Some(piece) = first {
        record = match uploads.append_to_end(&record.upload_id, piece, body).await {
            Ok(record) => record,
            // Its address is not known to anybody yet, and what was sent is wrong.
            Err(error @ (PartialError::ChecksumWrong | PartialError::TooLong(_))) => {
                uploads.delete(&record.upload_id).await?;
                return Err(error.into());
            }
            Err(error) => {
                tracing::debug!(code = error.code().as_str(), "the first piece of an upload broke off");
                uploads.find(&record.upload_id).await?
            }
        };
    }
    let location = format!("/v1/uploads/{}", record.upload_id);
    Ok(told(StatusCode::CREATED, &record).insert_header((LOCATION, location)).finish())
}

async fn find(id: &str, headers: &HeaderMap, uploads: &ResumableUploadsHandle) -> Result<HttpResponse, ApiError> {
    header::require_version(headers)?;
    let record = uploads.find(id).await?;
    let mut response = told(StatusCode::OK, &record);
    response.insert_header((LENGTH, record.length)).insert_header((CACHE_CONTROL, "no-store"));
    if !record.metadata.is_empty() {
        response.insert_header((METADATA, record.metadata));
    }
    Ok(response.finish())
}

async fn append(
    id: &str,
    headers: &HeaderMap,
    body: &mut Option<Payload>,
    uploads: &ResumableUploadsHandle,
) -> Result<HttpResponse, ApiError> {
    header::require_version(headers)?;
    let piece: Piece = header::piece(headers, header::offset(headers)?)?;
    let record = uploads.append_to_end(id, piece, body).await?;
    Ok(told(StatusCode::NO_CONTENT, &record).finish())
}

async fn end(id: &str, headers: &HeaderMap, uploads: &ResumableUploadsHandle) -> Result<HttpResponse, ApiError> {
    header::require_version(headers)?;
    uploads.delete(id).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn told(status: StatusCode, record: &PartialRecord) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((OFFSET, record.offset)).insert_header((EXPIRES, header::date(record.expires_at)));
    response
}

fn described() -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response.insert_header((RESUMABLE, VERSION_1)).insert_header((VERSION, VERSION_1));
    response.insert_header((EXTENSION, header::EXTENSIONS)).insert_header((MAX_SIZE, limits::MODEL_BYTES_MAX));
    response.insert_header((header::CHECKSUM_ALGORITHM, header::ALGORITHMS)).finish()
}

/// Every answer, errors too, names the version.
fn answered(result: Result<HttpResponse, ApiError>) -> HttpResponse {
    let mut response = result.unwrap_or_else(|error| error.error_response());
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION_1));
    if response.status() == StatusCode::PRECONDITION_FAILED {
        response.headers_mut().insert(VERSION, HeaderValue::from_static(VERSION_1));
    }
    response
}

/// The same where the request has a body: of a refused one the rest is read, for the answer to arrive.
async fn finish(result: Result<HttpResponse, ApiError>, body: Option<Payload>) -> HttpResponse {
    if let (Err(_), Some(mut body)) = (&result, body) {
        discard(&mut body).await;
    }
    answered(result)
}

#[cfg(test)]
mod tests;
