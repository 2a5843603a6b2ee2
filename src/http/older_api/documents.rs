//! `/api/openapi.json` and `/api/docs`: what the older interface takes, in short. docs/older-api.md tells it in full.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{self, Path};
use actix_web::{HttpResponse, ResponseError as _};
use serde_json::{Map, Value, json};
use utoipa_swagger_ui::Config;

use super::errors::OlderError;
use super::{GET, at};
use crate::http::middleware::DOCS_POLICY;

pub(super) const TITLE: &str = "IFC JSON Chunking API";
pub(super) const VERSION: &str = "0.1.0";

/// Method, path, summary.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("get", "/api/health", "How the server is"),
    ("get", "/api/health/simple", "That the server runs"),
    ("post", "/api/files/upload", "Upload a file, the field `file` of a form"),
    ("get", "/api/files", "List the files"),
    ("get", "/api/files/{file_id}/status", "How a file is"),
    ("delete", "/api/files/{file_id}", "Delete a file"),
    ("post", "/api/queries", "Put a query to a file"),
    ("get", "/api/queries", "List the queries"),
    ("get", "/api/queries/{query_id}/status", "How a query is"),
    ("get", "/api/queries/{query_id}/results", "The result of a completed query"),
    ("post", "/api/queries/{query_id}/cancel", "Cancel a query, or take one that ended off the list"),
    ("delete", "/api/queries/{query_id}", "The same"),
    ("get", "/api/ws/connections", "Who listens to which query"),
    ("get", "/api/demo/queries/examples", "Questions to try"),
    ("get", "/api/demo/data/stats", "What the demonstration's components are"),
    ("get", "/api/demo/data/sample/{component_type}", "Some of them"),
    ("post", "/api/demo/preload", "Whether they can be read"),
];

/// What the two operations with a body take.
fn request_body(method: &str, path: &str) -> Option<Value> {
    match (method, path) {
        ("post", "/api/files/upload") => {
            Some(json!({ "required": true, "content": { "multipart/form-data": { "schema": {
            "type": "object", "required": ["file"], "properties": { "file": { "type": "string", "format": "binary" } },
        } } } }))
        }
        ("post", "/api/queries") => Some(json!({ "required": true, "content": { "application/json": { "schema": {
            "type": "object", "required": ["file_id", "query"], "properties": {
                "file_id": { "type": "string", "format": "uuid" },
                "query": { "type": "string", "minLength": 3, "maxLength": 1000 },
                "intent_hint": { "type": ["string", "null"] },
                "max_concurrent": { "type": "integer", "minimum": 1, "maximum": 50, "default": 10 },
                "timeout_seconds": { "type": "integer", "minimum": 30, "maximum": 1800, "default": 300 },
                "cache_results": { "type": "boolean", "default": true },
                "options": { "type": ["object", "null"] },
            },
        } } } })),
        _ => None,
    }
}

fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for (method, path, summary) in OPERATIONS {
        let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let parameters: Vec<Value> = names
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        let mut operation = Map::new();
        operation.insert("summary".to_owned(), json!(summary));
        operation.insert("parameters".to_owned(), Value::Array(parameters));
        operation.insert("responses".to_owned(), json!({ "200": { "description": "done" } }));
        operation.extend(request_body(method, path).map(|body| ("requestBody".to_owned(), body)));
        if let Value::Object(item) = paths.entry((*path).to_owned()).or_insert_with(|| json!({})) {
            item.insert((*method).to_owned(), Value::Object(operation));
        }
    }
    json!({ "openapi": "3.1.0", "info": { "title": TITLE, "version": VERSION }, "paths": paths })
}

pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(at("/openapi.json", GET, [web::get().to(read_document)]))
        .service(at("/docs", GET, [web::get().to(redirect)]))
        .service(at("/redoc", GET, [web::get().to(redirect)]))
        .service(at("/docs/{tail:.*}", GET, [web::get().to(read_docs)]));
}

async fn read_document() -> HttpResponse {
    HttpResponse::Ok().json(document())
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
