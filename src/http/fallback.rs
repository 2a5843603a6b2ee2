//! Answers to what is no route: 405 where the address takes other methods, else 404.

use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};

use super::docs::Documents;
use super::error::ApiError;
use super::older_api::spa::SinglePageClient;
use crate::error::ErrorCode;

/// Handles every request that no route took.
pub(super) async fn unknown(
    request: HttpRequest,
    documents: Data<Documents>,
    client: Option<Data<SinglePageClient>>,
) -> HttpResponse {
    let path = request.path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some(answer) = client.filter(|_| reads).and_then(|client| client.answer(&request)) {
        return answer;
    }
    let allowed = documents.methods(path);
    // An address of our page where another page is served: the method is right, and nothing is there.
    if allowed.is_empty() || allowed.contains(request.method()) {
        return ApiError::refused(ErrorCode::RouteUnknown, format!("there is nothing at {path}")).error_response();
    }
    let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    let (method, allowed) = (request.method(), allowed.join(", "));
    let detail = format!("{path} takes {allowed}, not {method}");
    let mut response = ApiError::refused(ErrorCode::MethodNotAllowed, detail).error_response();
    if let Ok(value) = header::HeaderValue::from_str(&allowed) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
