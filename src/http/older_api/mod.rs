//! `/api`: the interface of an earlier product, for its clients in the field. docs/older-api.md tells the rules that they
//! need and how each is met.
//!
//! A translation and nothing else. A file is a building model under a name of its own; a query is a kept session of nobody's
//! with one question, and status, result, cancelling and socket read that session. What only the older clients know, the
//! names, is in [`crate::actors::older_records`].

pub(super) mod cors;
mod demo;
mod documents;
mod errors;
#[cfg(test)]
mod fault_tests;
mod files;
mod health;
mod queries;
mod query_state;
mod result;
mod socket;
pub(super) mod spa;
#[cfg(test)]
mod tests;
mod validation;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::Method;
use actix_web::web::{self, Data, PayloadConfig, ServiceConfig};
use actix_web::{HttpResponse, Resource, ResponseError as _, Route};
use serde_json::json;

use self::errors::{OlderError, not_found, wrong_method};
use self::query_state::Doubts;
use crate::actors::clock;
use crate::actors::health::HealthReader;
use crate::actors::history::HistoryHandle;
use crate::actors::model_registry::ModelRegistryHandle;
use crate::actors::older_records::{OlderListeners, OlderRecordsHandle};
use crate::actors::root::Handles;
use crate::actors::session_directory::SessionsHandle;
use crate::error::ErrorCode;
use crate::limits;

/// What an operator chose for the clients of the older product.
#[derive(Debug, Clone, Default)]
pub struct OlderOptions {
    /// The folder of a single-page client, served at `/` in place of our own page.
    pub spa: Option<PathBuf>,
    /// A JSON file with components, for `/api/demo/data`.
    pub demo_data: Option<PathBuf>,
}

/// What the routes work with.
#[derive(Debug)]
pub(super) struct OlderApi {
    models: ModelRegistryHandle,
    sessions: SessionsHandle,
    history: HistoryHandle,
    records: OlderRecordsHandle,
    health: HealthReader,
    listeners: OlderListeners,
    doubts: Doubts,
    demo_data: Option<PathBuf>,
}

impl OlderApi {
    pub(super) fn new(handles: &Handles, demo_data: Option<PathBuf>) -> Arc<OlderApi> {
        let (models, sessions) = (handles.models.clone(), handles.sessions.clone());
        let (history, records, health) = (handles.history.clone(), handles.older.clone(), handles.health.clone());
        let (listeners, doubts) = (OlderListeners::default(), Doubts::default());
        Arc::new(OlderApi { models, sessions, history, records, health, listeners, doubts, demo_data })
    }
}

const GET: &[Method] = &[Method::GET];
const POST: &[Method] = &[Method::POST];
const DELETE: &[Method] = &[Method::DELETE];
const GET_POST: &[Method] = &[Method::GET, Method::POST];

/// An address with its methods; any other is answered as the older server did.
fn at(path: &str, allowed: &'static [Method], routes: impl IntoIterator<Item = Route>) -> Resource {
    let resource = web::resource(path).default_service(web::to(wrong_method(allowed)));
    routes.into_iter().fold(resource, Resource::route)
}

/// Registers the whole interface.
pub(super) fn configure(config: &mut ServiceConfig, api: Arc<OlderApi>) {
    let scope = web::scope("/api")
        .app_data(PayloadConfig::new(limits::REQUEST_BYTES_MAX))
        .service(at("/health", GET, [web::get().to(health::read_health)]))
        .service(at("/health/simple", GET, [web::get().to(health::read_simple)]))
        .service(at("/files/upload", POST, [web::post().to(files::upload_file)]))
        .service(at("/files", GET, [web::get().to(files::list_files)]))
        .service(at("/files/{id}/status", GET, [web::get().to(files::read_file)]))
        .service(at("/files/{id}", DELETE, [web::delete().to(files::delete_file)]))
        .service(at(
            "/queries",
            GET_POST,
            [web::get().to(queries::list_queries), web::post().to(queries::create_query)],
        ))
        .service(at("/queries/{id}/status", GET, [web::get().to(queries::read_status)]))
        .service(at("/queries/{id}/results", GET, [web::get().to(queries::read_result)]))
        .service(at("/queries/{id}/cancel", POST, [web::post().to(queries::cancel_query)]))
        .service(at("/queries/{id}", DELETE, [web::delete().to(queries::cancel_query)]))
        .service(at("/query", POST, [web::post().to(queries::create_query)]))
        .service(at("/query/{id}/status", GET, [web::get().to(queries::read_status)]))
        .service(at("/ws/connections", GET, [web::get().to(socket::list_connections)]))
        .service(at("/ws/{id}/broadcast", POST, [web::post().to(socket::broadcast)]))
        .service(at("/ws/{id}", GET, [web::get().to(socket::open_socket)]))
        .service(at("/demo/queries/examples", GET, [web::get().to(demo::list_examples)]))
        .service(at("/demo/data/stats", GET, [web::get().to(demo::read_stats)]))
        .service(at("/demo/data/sample/{kind}", GET, [web::get().to(demo::read_sample)]))
        .service(at("/demo/preload", POST, [web::post().to(demo::preload)]))
        .service(at("/user/preferences", &[Method::PUT], [web::put().to(keep_nothing)]))
        .configure(documents::configure)
        .default_service(web::to(not_found));
    config
        .app_data(Data::from(api))
        .service(scope)
        .service(at("/ws/query/{id}", GET, [web::get().to(socket::open_socket)]))
        .service(at("/health", GET, [web::get().to(health::read_simple)]));
}

/// Preferences stay in the browser, where the older client keeps them too.
async fn keep_nothing() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ignored" }))
}

/// The root for programs; a browser gets a page there.
pub(super) fn root() -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "message": documents::TITLE, "version": documents::VERSION, "docs": "/api/docs", "redoc": "/api/redoc",
    }))
}

/// The answer to a request from a website that may not send it.
pub(super) fn refused(detail: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::FORBIDDEN;
    OlderError::new(status, format!("{}: {detail}", ErrorCode::CrossSiteRefused.meaning())).error_response()
}

fn rfc3339(ms: u64) -> String {
    clock::rfc3339_millis(UNIX_EPOCH + Duration::from_millis(ms))
}

/// As the older product wrote times and durations.
fn seconds(ms: u64) -> f64 {
    Duration::from_millis(ms).as_secs_f64()
}
