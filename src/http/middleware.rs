//! What every request and every answer gets: a request id, security headers, one log line.

use actix_web::ResponseError as _;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use uuid::Uuid;

use super::cross_site;
use super::error::ApiError;
use super::older_api::{self, cors};
use super::sessions::affinity;

use crate::error::ErrorCode;
use crate::limits;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// Swagger UI sets styles from its script and draws its icons from `data:` addresses.
pub(super) const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request being answered; empty outside of one.
pub(super) fn request_id() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs what goes on after its request was answered, under the id of that request.
pub(super) async fn within_request<F: Future>(id: String, work: F) -> F::Output {
    CURRENT.scope(id, work).await
}

/// The middleware proper.
pub(super) async fn around<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let is_older = cors::is_older(request.path());
    let id = match accepted(request.headers().get(REQUEST_ID)) {
        Some(id) if !is_older => id,
        _ => new_id(is_older),
    };
    let is_docs = request.path().starts_with("/docs");
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let affinity = affinity::headers(&request);
    let origin = cors::allowed_origin(request.head());
    let started = tokio::time::Instant::now();
    let answering = async {
        match cross_site::refusal(request.head(), request.app_config().local_addr().ip()) {
            None => match cors::preflight(request.head()) {
                None => next.call(request).await.map(ServiceResponse::map_into_left_body),
                Some(answer) => Ok(request.into_response(answer).map_into_right_body()),
            },
            Some(detail) => {
                let refused = match is_older {
                    true => older_api::refused(&detail),
                    false => ApiError::refused(ErrorCode::CrossSiteRefused, detail).error_response(),
                };
                Ok(request.into_response(refused).map_into_right_body())
            }
        }
    };
    let mut response = CURRENT.scope(id.clone(), answering).await?;
    set_headers(response.headers_mut(), &id, is_docs);
    for (name, value) in affinity {
        response.headers_mut().append(name, value);
    }
    if let Some(origin) = origin {
        cors::set_headers(response.headers_mut(), origin);
    }
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    tracing::debug!(%method, path, status = response.status().as_u16(), ms, request_id = id, "request answered");
    Ok(response)
}

/// Clients of the older interface get eight hexadecimal digits, the random ones of a longer id.
fn new_id(is_older: bool) -> String {
    let id = Uuid::now_v7().simple().to_string();
    match id.get(24..) {
        Some(end) if is_older => end.to_owned(),
        _ => id,
    }
}

fn set_headers(headers: &mut HeaderMap, id: &str, is_docs: bool) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    let policy = if is_docs { DOCS_POLICY } else { POLICY };
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// A client's own id, when it is short and plain enough to be logged and sent back.
fn accepted(value: Option<&HeaderValue>) -> Option<String> {
    let text = value?.to_str().ok()?;
    is_client_id(text).then(|| text.to_owned())
}

/// Whether a text may serve as an identifier that a client chooses.
pub(super) fn is_client_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=limits::CLIENT_ID_BYTES_MAX).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_are_short_and_plain() {
        assert!(is_client_id("a-1_b.C"));
        for bad in ["", "a b", "a\nb", "~1", "ä", &"a".repeat(65)] {
            assert!(!is_client_id(bad), "{bad}");
        }
    }
}
