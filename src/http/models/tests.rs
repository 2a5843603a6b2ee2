use actix_web::http::header;
use actix_web::test::{self, TestRequest};

use crate::actors::root;
use crate::actors::testing::{FakeBackend, manifest};
use crate::http::testing::{app, line, with_model};

#[actix_web::test]
async fn models_and_error_bodies() {
    let (handles, id) = with_model("house").await;
    let app = app(&handles).await;
    let mut seen = String::new();
    for path in [
        "/v1/models".to_owned(),
        format!("/v1/models/{id}?suggestions=de"),
        format!("/v1/models/{id}?suggestions=fr"),
        format!("/v1/models/{id}?other=1"),
        format!("/v1/models/{id}/problems"),
        "/v1/models/nothing".to_owned(),
        "/nothing".to_owned(),
        "/livez".to_owned(),
        "/readyz".to_owned(),
        "/docs/nothing.js".to_owned(),
        "/assets/nothing.js".to_owned(),
    ] {
        seen.push_str(&line(&app, TestRequest::get().uri(&path)).await);
    }
    seen.push_str(&line(&app, TestRequest::put().uri("/v1/models")).await);
    seen.push_str(&line(&app, TestRequest::delete().uri(&format!("/v1/models/{id}"))).await);
    seen.push_str(&line(&app, TestRequest::delete().uri(&format!("/v1/models/{id}"))).await);
    insta::assert_snapshot!(seen);
}

#[actix_web::test]
async fn damaged_model_is_our_fault_and_its_file_is_not_named() {
    let (handles, id) = with_model("damaged").await;
    let app = app(&handles).await;
    let seen = line(&app, TestRequest::get().uri(&format!("/v1/models/{id}"))).await;
    assert!(seen.contains("500") && seen.contains("store_damaged") && !seen.contains("model.bin"), "{seen}");
}

#[actix_web::test]
async fn every_answer_carries_security_headers_and_a_request_id() {
    let (handles, _) = with_model("house").await;
    let app = app(&handles).await;
    for path in ["/", "/docs/", "/docs/swagger-initializer.js", "/openapi.json", "/nothing", "/v1/models"] {
        let response = test::call_service(&app, TestRequest::get().uri(path).to_request()).await;
        let headers = response.headers();
        let policy = headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(policy.contains("unsafe-inline"), path.starts_with("/docs"), "{path}");
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
        assert_eq!(headers.get("referrer-policy").unwrap(), "no-referrer");
        assert_eq!(headers.get("x-request-id").unwrap().len(), 32);
    }
}

#[actix_web::test]
async fn broken_model_is_listed_as_failed_after_a_restart_and_can_be_deleted() {
    let (backend, dependencies) = FakeBackend::dependencies();
    backend.models.lock().unwrap().insert("m".to_owned(), manifest("m", "broken"));
    let (_root, handles) = root::start(&dependencies);
    let app = app(&handles).await;
    for path in ["/v1/models", "/v1/models/m"] {
        let seen = line(&app, TestRequest::get().uri(path)).await;
        assert!(seen.contains("\"failed\"") && seen.contains("store_damaged"), "{seen}");
    }
    let seen = line(&app, TestRequest::delete().uri("/v1/models/m")).await;
    assert!(seen.contains("204"), "{seen}");
    assert_eq!(backend.published(), 0);
}
