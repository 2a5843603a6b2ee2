//! The edge: routes, wire types, status codes, the web page. Holds handles of `actors`, decides nothing.
//!
//! Start with [`server::serve`] for the life of the process and [`configure`] for the routes.

pub mod chunks;
mod completions;
mod contract;
mod cross_site;
mod docs;
pub mod error;
mod evidence;
mod export;
mod fallback;
pub mod health;
mod history;
mod middleware;
pub mod models;
mod multipart;
pub mod older_api;
mod overview;
mod page;
pub mod questions;
pub mod server;
pub mod sessions;
mod suggestions;
#[cfg(test)]
mod testing;
mod tus;
pub mod uploads;
pub mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use actix_web::web::Data;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use self::older_api::OlderApi;
use self::older_api::spa::{self, SinglePageClient};
use crate::actors::root::Handles;

/// Registers every documented route.
fn resources(config: &mut ServiceConfig<'_>) {
    uploads::configure(config);
    tus::configure(config);
    models::configure(config);
    chunks::configure(config);
    questions::configure(config);
    overview::configure(config);
    sessions::configure(config);
    suggestions::configure(config);
    completions::configure(config);
    evidence::configure(config);
    history::configure(config);
    export::configure(config);
    health::configure(config);
}

#[derive(OpenApi)]
#[openapi(info(
    title = "ifc-chunking",
    description = "Ask building models questions in German and English and get exact answers with evidence. \
                   Every error is an RFC 9457 problem with a stable `code`."
))]
struct Head;

fn document() -> Document {
    let (_, document) =
        actix_web::App::new().into_utoipa_app().openapi(Head::openapi()).configure(resources).split_for_parts();
    document
}

/// The OpenAPI document, as served at `/openapi.json` and committed as `openapi/openapi.json`.
#[must_use]
pub fn openapi_json() -> String {
    format!("{:#}\n", contract::finish(&document()))
}

/// Registers all routes, the page, the documents and the answers to what is none of them.
///
/// The application must be wrapped in [`middleware`]'s function, which the server does.
///
/// `client` is the single-page client that takes the place of our page.
fn configure(
    handles: &Handles,
    client: Option<Arc<SinglePageClient>>,
    demo_data: Option<PathBuf>,
) -> impl Fn(&mut actix_web::web::ServiceConfig) + Clone + use<> {
    let document = Data::new(docs::Documents::new(&document()));
    let older = OlderApi::new(handles, demo_data);
    let handles = handles.clone();
    let replica = sessions::affinity::Replica::new(&handles.replica, &handles.owner_key);
    let around = Data::new(sessions::Surroundings::new(replica.clone(), handles.health.clone()));
    let replica = Data::new(replica);
    move |config| {
        config
            .app_data(Data::new(handles.models.clone()))
            .app_data(Data::new(handles.uploads.clone()))
            .app_data(Data::new(handles.sessions.clone()))
            .app_data(Data::new(handles.history.clone()))
            .app_data(Data::new(handles.health.clone()))
            .app_data(Data::new(handles.owner_key.clone()))
            .app_data(replica.clone())
            .app_data(around.clone())
            .app_data(document.clone());
        error::configure(config);
        resources(&mut ServiceConfig::new(config));
        older_api::configure(config, Arc::clone(&older));
        match &client {
            Some(client) => spa::configure(config, client),
            None => page::configure(config),
        }
        docs::configure(config);
        config.default_service(actix_web::web::to(fallback::unknown));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test is told to rewrite its file")]
    fn openapi_document_is_current() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
        let wanted = openapi_json();
        if std::env::var("UPDATE_DOCS").is_ok() {
            std::fs::write(&path, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == wanted, "openapi/openapi.json is stale: run UPDATE_DOCS=1 cargo test openapi_document");
    }
}
