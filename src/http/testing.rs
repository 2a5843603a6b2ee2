//! An application over stand-ins, and one line per request for snapshots.

use actix_http::Request;
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::test::{self, TestRequest};
use actix_web::{App, Error};
use bytes::Bytes;

use super::middleware;
use crate::actors::ingest::UploadRequest;
use crate::actors::root::{self, Handles};
use crate::actors::testing::FakeBackend;
use crate::formats::{ContentEncoding, ReadOptions};

/// Started actors over a backend in memory, ready.
pub(super) async fn handles() -> Handles {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    assert!(handles.health.clone().ready().await);
    handles
}

/// The same with one model; gives its id.
pub(super) async fn with_model(name: &str) -> (Handles, String) {
    let handles = handles().await;
    let model_id = add_model(&handles, name, b"[xx]").await;
    (handles, model_id)
}

/// One model more; gives its id.
pub(super) async fn add_model(handles: &Handles, name: &str, bytes: &'static [u8]) -> String {
    let request = UploadRequest {
        name: name.to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    };
    let manifest = handles.models.ingest_bytes(request, Bytes::from_static(bytes)).await.unwrap();
    manifest.model_id.clone()
}

pub(super) async fn app(
    handles: &Handles,
) -> impl Service<Request, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
    let routes = super::configure(handles, None, None);
    test::init_service(App::new().wrap(from_fn(middleware::around)).wrap(from_fn(map_body)).configure(routes)).await
}

async fn map_body(
    request: actix_web::dev::ServiceRequest,
    next: actix_web::middleware::Next<impl actix_web::body::MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Sends one request; gives the status, the headers that matter, and the body with changing values redacted.
pub(super) async fn line(
    app: &impl Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    request: TestRequest,
) -> String {
    let request = request.insert_header(("x-request-id", "test")).to_request();
    let what = format!("{} {}", request.method(), request.uri());
    let response = test::call_service(app, request).await;
    let mut text = format!("{what}\n-> {}", response.status());
    for name in ["content-type", "location", "retry-after", "allow"] {
        if let Some(value) = response.headers().get(name) {
            text.push_str(&format!("\n   {name}: {}", value.to_str().unwrap()));
        }
    }
    let body = response.into_body().try_into_bytes().unwrap_or_default();
    let body = String::from_utf8_lossy(&body);
    redacted(&format!("{text}\n   {body}\n\n"))
}

/// Upload ids begin with the fixed clock's time; timings differ.
fn redacted(text: &str) -> String {
    let mut parts = text.split("01a20846");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("[upload-id]");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    for mark in ["\"took_ms\":", "\"bytes_per_second\":"] {
        if let Some((before, after)) = out.split_once(mark) {
            let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-'));
            out = format!("{before}{mark}0{rest}");
        }
    }
    out
}
