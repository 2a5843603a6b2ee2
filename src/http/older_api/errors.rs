//! Errors as clients of the older interface expect them: `{"detail": ..}`, a text or a list of faults of fields.

use std::fmt;

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::error::{Coded, ErrorCode};
use crate::http::error::ApiError;

/// What the path of the fault documentation begins with.
const FAULTS_URL: &str = "https://errors.pydantic.dev/2.12/v";

/// An error on its way to a client of the older interface.
#[derive(Debug)]
pub(super) struct OlderError {
    status: StatusCode,
    detail: Value,
    retry_after: Option<header::HeaderValue>,
}

impl OlderError {
    /// With the status and the sentence that the older product used.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> OlderError {
        OlderError { status, detail: Value::String(detail.into()), retry_after: None }
    }

    /// 400.
    pub(super) fn bad(detail: impl Into<String>) -> OlderError {
        OlderError::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404.
    pub(super) fn missing(detail: &str) -> OlderError {
        OlderError::new(StatusCode::NOT_FOUND, detail)
    }

    /// Whether it says that there is no such thing.
    pub(super) fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Whether the same may succeed a moment later: too much to do, or a part of the server is down.
    pub(super) fn is_passing(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS || self.status.is_server_error()
    }

    /// 422, with at least one fault.
    pub(super) fn faults(faults: Vec<Fault>) -> OlderError {
        let detail = faults.into_iter().map(|fault| fault.0).collect();
        OlderError { status: StatusCode::UNPROCESSABLE_ENTITY, detail: Value::Array(detail), retry_after: None }
    }

    /// The sentence, for messages on a socket.
    pub(super) fn text(&self) -> String {
        self.detail.as_str().map_or_else(|| self.detail.to_string(), str::to_owned)
    }
}

impl fmt::Display for OlderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.detail)
    }
}

/// Keeps the status and the wait, and the sentence. Unknown names get those of the older product.
impl From<ApiError> for OlderError {
    fn from(error: ApiError) -> OlderError {
        let response = error.error_response();
        let code = error.code();
        let is_query = matches!(code, ErrorCode::SessionUnknown | ErrorCode::QuestionUnknown);
        let detail = match code == ErrorCode::ModelUnknown {
            true => "File not found",
            false if is_query => "Query not found",
            false => error.detail(),
        };
        let detail = detail.to_owned();
        let retry_after = response.headers().get(header::RETRY_AFTER).cloned();
        OlderError { status: error.status_code(), detail: Value::String(detail), retry_after }
    }
}

impl<E: Coded + 'static> From<E> for OlderError {
    fn from(error: E) -> OlderError {
        OlderError::from(ApiError::from(error))
    }
}

impl ResponseError for OlderError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(wait) = &self.retry_after {
            response.insert_header((header::RETRY_AFTER, wait.clone()));
        }
        response.json(json!({ "detail": self.detail }))
    }
}

/// One fault of one field, in the shape of pydantic 2.
#[derive(Debug, PartialEq)]
pub(super) struct Fault(Value);

impl Fault {
    /// Of the field that `place` leads to; `context` is left out where it is null.
    #[expect(clippy::needless_pass_by_value, reason = "callers make both values for the fault")]
    pub(super) fn new(kind: &str, place: &[&str], message: impl Into<String>, input: Value, context: Value) -> Fault {
        let url = format!("{FAULTS_URL}/{kind}");
        let mut fault =
            json!({ "type": kind, "loc": place, "msg": message.into(), "input": input, "ctx": context, "url": url });
        if let Some(fields) = fault.as_object_mut()
            && fields.get("ctx").is_some_and(Value::is_null)
        {
            fields.remove("ctx");
        }
        Fault(fault)
    }

    /// A field that must be there.
    pub(super) fn missing(place: &[&str], input: Value) -> Fault {
        Fault::new("missing", place, "Field required", input, Value::Null)
    }

    /// A body that is no JSON; `at` is the byte.
    pub(super) fn no_json(at: usize, what: &str) -> Fault {
        let mut fault = Fault::new("json_invalid", &["body"], "JSON decode error", json!({}), json!({ "error": what }));
        if let Some(place) = fault.0.get_mut("loc").and_then(Value::as_array_mut) {
            place.push(json!(at));
        }
        fault
    }
}

/// Every address below `/api` that is none.
pub(super) async fn not_found() -> Result<HttpResponse, OlderError> {
    Err(OlderError::missing("Not Found"))
}

/// An address that takes other methods.
pub(super) fn wrong_method(
    allowed: &'static [Method],
) -> impl Fn(HttpRequest) -> std::future::Ready<HttpResponse> + Clone {
    move |_request| {
        let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
        let mut response = OlderError::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed").error_response();
        if let Ok(value) = header::HeaderValue::from_str(&allowed.join(", ")) {
            response.headers_mut().insert(header::ALLOW, value);
        }
        std::future::ready(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::Failure;

    #[test]
    fn our_errors_keep_their_status_and_unknown_names_get_the_older_sentences() {
        let of = |code, detail: &str| OlderError::from(Failure::new(code, detail));
        let unknown = of(ErrorCode::ModelUnknown, "there is no x");
        assert_eq!((unknown.status.as_u16(), unknown.text().as_str()), (404, "File not found"));
        let busy = of(ErrorCode::IngestBusy, "4 uploads run");
        assert_eq!((busy.status.as_u16(), busy.text().as_str()), (503, "4 uploads run"));
        assert!(busy.error_response().headers().contains_key(header::RETRY_AFTER));
        let ours = of(ErrorCode::StoreFailed, "/secret/path");
        assert!(!ours.text().contains("secret"), "{}", ours.text());
    }

    #[test]
    fn faults_have_the_fields_that_clients_read() {
        let fault =
            Fault::new("string_too_short", &["body", "query"], "too short", json!("a"), json!({"min_length": 3}));
        let keys: Vec<&String> = fault.0.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["ctx", "input", "loc", "msg", "type", "url"]);
        assert!(Fault::missing(&["body"], Value::Null).0.get("ctx").is_none());
    }
}
