//! `/openapi.json` and `/docs`: the description of the API and its page. All files are in the binary; nothing is loaded
//! from elsewhere.

use std::sync::Arc;

use actix_web::dev::ResourceDef;
use actix_web::http::{Method, header};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, ResponseError as _};
use utoipa::openapi::{OpenApi, PathItem};
use utoipa_swagger_ui::Config;

use super::error::ApiError;
use super::page;
use crate::error::ErrorCode;

/// The document, its page's settings, and which methods each address takes.
pub(super) struct Documents {
    json: String,
    swagger: Arc<Config<'static>>,
    routes: Vec<(ResourceDef, Vec<Method>)>,
}

impl Documents {
    pub(super) fn new(document: &OpenApi) -> Documents {
        let mut routes: Vec<(ResourceDef, Vec<Method>)> =
            document.paths.paths.iter().map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item))).collect();
        for path in ["/", "/assets/{file:.+}", "/docs", "/docs/{tail:.*}", "/openapi.json"] {
            routes.push((ResourceDef::new(path), vec![Method::GET, Method::HEAD]));
        }
        let swagger = Config::new(["/openapi.json"]).use_base_layout().validator_url("none");
        Documents { json: super::openapi_json(), swagger: Arc::new(swagger), routes }
    }

    /// The methods that an address takes; empty where there is nothing.
    pub(super) fn methods(&self, path: &str) -> Vec<Method> {
        let matching = self.routes.iter().filter(|(pattern, _)| pattern.is_match(path));
        matching.flat_map(|(_, methods)| methods.iter().cloned()).collect()
    }
}

fn methods(item: &PathItem) -> Vec<Method> {
    let operations = [
        (Method::GET, &item.get),
        (Method::HEAD, &item.head),
        (Method::OPTIONS, &item.options),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    operations.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| method).collect()
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/openapi.json").guard(page::get_or_head()).to(read_document))
        .service(web::resource("/docs").guard(page::get_or_head()).to(redirect))
        .service(web::resource("/docs/{tail:.*}").guard(page::get_or_head()).to(read_docs));
}

async fn read_document(documents: Data<Documents>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(documents.json.clone())
}

async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn read_docs(tail: Path<String>, documents: Data<Documents>) -> HttpResponse {
    match utoipa_swagger_ui::serve(&tail, Arc::clone(&documents.swagger)) {
        Ok(Some(file)) => {
            let mut response = HttpResponse::Ok();
            if file.gzpipped {
                response.insert_header((header::CONTENT_ENCODING, "gzip"));
            }
            response.content_type(file.content_type).body(file.bytes.into_owned())
        }
        Ok(None) => ApiError::refused(ErrorCode::RouteUnknown, format!("there is no /docs/{tail}")).error_response(),
        Err(error) => {
            tracing::error!(%error, "documentation page could not be made");
            ApiError::refused(ErrorCode::Internal, ErrorCode::Internal.meaning()).error_response()
        }
    }
}
