//! The field `file` of a multipart body, as a stream.

use actix_multipart::{Field, Multipart};
use actix_web::http::header::HeaderMap;
use actix_web::mime;
use actix_web::web::Payload;
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::error::ApiError;
use crate::actors::upload::CancelReason;
use crate::error::ErrorCode;
use crate::limits;

/// Whether a body is multipart, by its declared media type.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    let media_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    media_type.is_some_and(|text| {
        text.parse::<mime::Mime>().is_ok_and(|m| m.type_() == mime::MULTIPART && m.subtype() == mime::FORM_DATA)
    })
}

/// Skips to the field `file`.
pub(super) async fn file_field(headers: &HeaderMap, payload: Payload) -> Result<(Multipart, Field), ApiError> {
    let mut parts = Multipart::new(headers, payload);
    loop {
        let next = timeout(limits::UPLOAD_STALL_MAX, parts.next()).await;
        match next.map_err(|_| ApiError::logged(&CancelReason::Stalled.failure()))? {
            None => return Err(ApiError::refused(ErrorCode::UploadEmpty, "the form has no field 'file'")),
            Some(Err(error)) => return Err(ApiError::refused(ErrorCode::RequestMalformed, error.to_string())),
            Some(Ok(field)) if field.name() == Some("file") => return Ok((parts, field)),
            // The next call skips what is left of this one.
            Some(Ok(_other)) => {}
        }
    }
}

/// The name that a form gives its file.
pub(super) fn file_name(field: &Field) -> Option<&str> {
    field.content_disposition().and_then(|disposition| disposition.get_filename())
}
