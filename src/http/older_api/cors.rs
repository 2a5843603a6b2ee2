//! Which pages of other origins may use `/api`: the development servers of the older client, on the reader's own machine.

use actix_web::HttpResponse;
use actix_web::dev::RequestHead;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};

const ORIGINS: [&str; 3] = ["http://localhost:3000", "http://localhost:3001", "http://localhost:5173"];
const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
const MAX_AGE_SECONDS: &str = "600";

/// Whether an address is of the older interface.
pub(in crate::http) fn is_older(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// The origin of a request to the older interface, when it may use it.
pub(in crate::http) fn allowed_origin(head: &RequestHead) -> Option<HeaderValue> {
    let origin = head.headers().get(header::ORIGIN)?;
    let known = ORIGINS.iter().any(|known| origin.as_bytes() == known.as_bytes());
    (is_older(head.uri.path()) && known).then(|| origin.clone())
}

/// The answer to a browser that asks before it sends; `None` for every other request.
pub(in crate::http) fn preflight(head: &RequestHead) -> Option<HttpResponse> {
    let asks = head.method == Method::OPTIONS
        && is_older(head.uri.path())
        && head.headers().contains_key(header::ORIGIN)
        && head.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !asks {
        return None;
    }
    if allowed_origin(head).is_none() {
        return Some(HttpResponse::build(StatusCode::BAD_REQUEST).body("Disallowed CORS origin"));
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS));
    response.insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS));
    if let Some(wanted) = head.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone()));
    }
    Some(response.body("OK"))
}

/// What every answer to an allowed origin carries.
pub(in crate::http) fn set_headers(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("X-Request-ID"));
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}
