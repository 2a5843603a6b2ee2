//! `/api/openapi.json` and `/api/docs`: what the older interface takes and answers. docs/older-api.md tells the rules behind it.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{self, Path};
use actix_web::{HttpResponse, ResponseError as _};
use utoipa_swagger_ui::Config;

use super::errors::OlderError;
use super::{GET, at};
use crate::http::middleware::DOCS_POLICY;

pub(super) const TITLE: &str = "IFC JSON Chunking API";
pub(super) const VERSION: &str = "0.1.0";

/// Every operation with its statuses and shapes; `cargo xtask show sessions --only api` holds the server against it.
const DOCUMENT: &str = include_str!("../../../openapi/older-api.json");

pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(at("/openapi.json", GET, [web::get().to(read_document)]))
        .service(at("/docs", GET, [web::get().to(redirect)]))
        .service(at("/redoc", GET, [web::get().to(redirect)]))
        .service(at("/docs/{tail:.*}", GET, [web::get().to(read_docs)]));
}

async fn read_document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(DOCUMENT)
}

async fn redirect() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}

async fn read_docs(tail: Path<String>) -> HttpResponse {
    let config = Arc::new(Config::new(["/api/openapi.json"]).use_base_layout().validator_url("none"));
    let Ok(Some(file)) = utoipa_swagger_ui::serve(&tail, config) else {
        return OlderError::missing("Not Found").error_response();
    };
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    response.insert_header((header::CONTENT_SECURITY_POLICY, DOCS_POLICY));
    response.content_type(file.content_type).body(file.bytes.into_owned())
}
