//! What the older interface answers, as its clients see it.

use actix_http::Request;
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{self, TestRequest};
use serde_json::Value;

use crate::actors::ingest::UploadRequest;
use crate::actors::older_records::OlderFile;
use crate::actors::root::Handles;
use crate::actors::upload::UploadWriter;
use crate::formats::{ContentEncoding, ReadOptions};

use crate::http::testing::{app, handles, line};

const BOUNDARY: &str = "older-client";

/// A form with one file.
pub(super) fn form(name: &str, media_type: &str, content: &str) -> TestRequest {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {media_type}\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n"
    );
    TestRequest::post()
        .uri("/api/files/upload")
        .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")))
        .set_payload(body)
}

pub(super) async fn sent(
    app: &impl Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
    request: TestRequest,
) -> (u16, Value) {
    let response = test::call_service(app, request.to_request()).await;
    let status = response.status().as_u16();
    let body = response.into_body().try_into_bytes().unwrap_or_default();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[actix_web::test]
async fn a_file_is_taken_listed_looked_at_and_deleted() {
    let handles = handles().await;
    let app = app(&handles).await;
    let (status, made) = sent(&app, form("house.JSON", "application/json", "[xx]")).await;
    assert_eq!(
        (status, &made["status"], &made["filename"], &made["size"]),
        (200, &"uploaded".into(), &"house.JSON".into(), &4.into())
    );
    assert_eq!(made["upload_timestamp"], "2026-11-23T12:00:00.000Z");
    assert_eq!(made["upload_time"], 1_795_435_200.0);
    assert_eq!(made["validation_result"]["is_valid"], true);
    let id = made["file_id"].as_str().unwrap();
    assert!(super::validation::uuid(id).is_some(), "{id}");
    let (_, listed) = sent(&app, TestRequest::get().uri("/api/files")).await;
    assert_eq!((&listed["total"], &listed["limit"], &listed["files"][0]), (&1.into(), &50.into(), &made));
    let (_, one) = sent(&app, TestRequest::get().uri(&format!("/api/files/{id}/status"))).await;
    assert_eq!(one, made);
    let (status, deleted) = sent(&app, TestRequest::delete().uri(&format!("/api/files/{id}"))).await;
    assert_eq!((status, &deleted["status"], &deleted["file_id"]), (200, &"deleted".into(), &id.into()));
    assert!(handles.models.list().await.unwrap().is_empty());
    let (status, gone) = sent(&app, TestRequest::delete().uri(&format!("/api/files/{id}"))).await;
    assert_eq!((status, &gone["detail"]), (404, &"File not found".into()));
}

#[actix_web::test]
async fn a_model_stays_while_another_file_is_the_same() {
    let handles = handles().await;
    let app = app(&handles).await;
    let (_, first) = sent(&app, form("a.json", "application/json", "[xx]")).await;
    let (_, second) = sent(&app, form("b.json", "application/json", "[xx]")).await;
    let path = |file: &Value| format!("/api/files/{}", file["file_id"].as_str().unwrap());
    assert_eq!(sent(&app, TestRequest::delete().uri(&path(&first))).await.0, 200);
    assert_eq!(handles.models.list().await.unwrap().len(), 1);
    assert_eq!(sent(&app, TestRequest::get().uri(&format!("{}/status", path(&second)))).await.0, 200);
    assert_eq!(sent(&app, TestRequest::delete().uri(&path(&second))).await.0, 200);
    assert!(handles.models.list().await.unwrap().is_empty());
}

#[actix_web::test]
async fn a_file_whose_model_was_deleted_elsewhere_is_gone() {
    let handles = handles().await;
    let app = app(&handles).await;
    let (_, made) = sent(&app, form("a.json", "application/json", "[xx]")).await;
    let listed = handles.models.list().await.unwrap();
    let crate::actors::model_registry::ModelState::Ready { manifest, .. } = &listed[0] else { panic!("{listed:?}") };
    handles.models.delete(&manifest.model_id).await.unwrap();
    assert_eq!(sent(&app, TestRequest::get().uri("/api/files")).await.1["total"], 0);
    let path = format!("/api/files/{}/status", made["file_id"].as_str().unwrap());
    assert_eq!(sent(&app, TestRequest::get().uri(&path)).await.0, 404);
}

#[actix_web::test]
async fn files_are_counted_in_full_and_given_in_parts() {
    let handles = handles().await;
    let app = app(&handles).await;
    for name in ["a", "b", "c"] {
        let content = format!("[x{}]", "x".repeat(name.len() + usize::from(name.as_bytes()[0])));
        assert_eq!(sent(&app, form(&format!("{name}.json"), "application/json", &content)).await.0, 200);
    }
    let (_, part) = sent(&app, TestRequest::get().uri("/api/files?limit=2&offset=1")).await;
    let files = part["files"].as_array().unwrap();
    assert_eq!((files.len(), &part["total"], &part["offset"]), (2, &3.into(), &1.into()));
}

#[actix_web::test]
async fn what_the_older_product_refused_is_refused_in_its_words() {
    let handles = handles().await;
    let app = app(&handles).await;
    let mut seen = String::new();
    let id = "7b0d0c56-6c1f-4a53-9d3e-0a3a5b0c9a11";
    let requests = [
        form("house.json", "application/json", "not json"),
        form("house.pdf", "application/json", "[xx]"),
        form("house.json", "image/png", "[xx]"),
        form("house", "text/plain", "[xx]"),
        TestRequest::post().uri("/api/files/upload").set_payload("[xx]"),
        TestRequest::get().uri("/api/files/1/status"),
        TestRequest::delete().uri(&format!("/api/files/{id}")),
        TestRequest::get().uri("/api/files?limit=x"),
        TestRequest::post().uri("/api/queries").set_payload("{"),
        TestRequest::post().uri("/api/queries").set_payload("{\"query\": \"ab\"}"),
        TestRequest::post()
            .uri("/api/queries")
            .set_payload(format!("{{\"query\": \"Wie viele?\", \"file_id\": \"{id}\"}}")),
        TestRequest::get().uri(&format!("/api/queries/{id}/status")),
        TestRequest::get().uri(&format!("/api/queries/{id}/results")),
        TestRequest::post().uri(&format!("/api/queries/{id}/cancel")),
        TestRequest::get().uri("/api/queries"),
        TestRequest::get().uri("/api/nothing"),
        TestRequest::put().uri("/api/files"),
        TestRequest::post().uri(&format!("/api/ws/{id}/broadcast")).set_payload("{}"),
        TestRequest::get().uri("/api/ws/connections"),
        TestRequest::get().uri(&format!("/api/ws/{id}")),
        TestRequest::get().uri("/api/demo/data/stats"),
        TestRequest::get().uri("/"),
    ];
    for request in requests {
        seen.push_str(&line(&app, request).await);
    }
    insta::assert_snapshot!("refusals_of_the_older_interface", seen);
}

#[actix_web::test]
async fn answers_carry_an_id_of_eight_digits_and_the_development_servers_may_ask() {
    let handles = handles().await;
    let app = app(&handles).await;
    for origin in ["http://localhost:3000", "http://localhost:3001", "http://localhost:5173"] {
        let request = TestRequest::get().uri("/api/health").insert_header(("origin", origin));
        let response = test::call_service(&app, request.insert_header(("x-request-id", "mine")).to_request()).await;
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        let id = header("x-request-id");
        assert!(id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        assert_eq!(header("access-control-allow-origin"), origin);
        assert_eq!(header("access-control-allow-credentials"), "true");
    }
    let preflight = |origin: &'static str, path: &str| {
        TestRequest::with_uri(path)
            .method(actix_web::http::Method::OPTIONS)
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "POST"))
            .insert_header(("access-control-request-headers", "content-type"))
            .to_request()
    };
    let allowed = test::call_service(&app, preflight("http://localhost:3000", "/api/queries")).await;
    assert_eq!(allowed.status().as_u16(), 200);
    assert_eq!(allowed.headers().get("access-control-allow-headers").unwrap(), "content-type");
    assert_eq!(allowed.headers().get("access-control-max-age").unwrap(), "600");
    let foreign = test::call_service(&app, preflight("https://elsewhere.example", "/api/queries")).await;
    assert_eq!(foreign.status().as_u16(), 400);
    assert!(foreign.headers().get("access-control-allow-origin").is_none());
    let other = test::call_service(&app, preflight("http://localhost:3000", "/v1/models")).await;
    assert!(other.headers().get("access-control-allow-origin").is_none());
}

#[actix_web::test]
async fn a_foreign_page_uploads_nothing_and_opens_no_socket() {
    let handles = handles().await;
    let app = app(&handles).await;
    let foreign = ("origin", "https://elsewhere.example");
    let (status, refused) = sent(&app, form("a.json", "application/json", "[xx]").insert_header(foreign)).await;
    assert_eq!(status, 403);
    assert!(refused["detail"].is_string(), "{refused}");
    let socket = TestRequest::get().uri("/api/ws/x").insert_header(("upgrade", "websocket")).insert_header(foreign);
    assert_eq!(sent(&app, socket).await.0, 403);
    let known = form("a.json", "application/json", "[xx]").insert_header(("origin", "http://localhost:5173"));
    assert_eq!(sent(&app, known.insert_header(("sec-fetch-site", "cross-site"))).await.0, 200);
    assert_eq!(handles.models.list().await.unwrap().len(), 1);
}

#[actix_web::test]
async fn small_routes_answer_what_the_older_product_did() {
    let handles = handles().await;
    let app = app(&handles).await;
    let (status, health) = sent(&app, TestRequest::get().uri("/api/health")).await;
    assert_eq!((status, &health["status"], &health["checks"]["file_storage"]), (200, &"healthy".into(), &true.into()));
    assert!(health["timestamp"].is_f64() && health["services"]["configuration"]["max_concurrent"].is_u64());
    let (_, simple) = sent(&app, TestRequest::get().uri("/api/health/simple")).await;
    assert!(simple["status"] == "ok" && simple["timestamp"].is_string(), "{simple}");
    assert_eq!(sent(&app, TestRequest::get().uri("/health")).await.0, 200);
    let (_, examples) = sent(&app, TestRequest::get().uri("/api/demo/queries/examples")).await;
    for kind in ["quantity", "component", "material", "spatial", "cost"] {
        assert_eq!(examples[kind].as_array().unwrap().len(), 7, "{kind}");
    }
    assert_eq!(examples["prompt_template"].as_array().unwrap().len(), 4);
    let (_, document) = sent(&app, TestRequest::get().uri("/api/openapi.json")).await;
    assert_eq!((&document["openapi"], &document["info"]["version"]), (&"3.1.0".into(), &"0.1.0".into()));
    assert_eq!(sent(&app, TestRequest::put().uri("/api/user/preferences").set_payload("{}")).await.0, 200);
}

#[actix_web::test]
async fn the_root_is_a_page_for_browsers_and_a_word_for_programs() {
    let handles = handles().await;
    let app = app(&handles).await;
    let browser = TestRequest::get().uri("/").insert_header(("accept", "text/html,application/xhtml+xml")).to_request();
    let page = test::call_service(&app, browser).await;
    assert!(page.headers().get("content-type").unwrap().to_str().unwrap().starts_with("text/html"));
    let (_, root) = sent(&app, TestRequest::get().uri("/").insert_header(("accept", "*/*"))).await;
    assert_eq!((&root["message"], &root["docs"]), (&"IFC JSON Chunking API".into(), &"/api/docs".into()));
}

/// A file whose upload has begun and is not at its end, as after a long upload's answer.
pub(super) async fn file_that_is_read(handles: &Handles, file_id: &str) -> UploadWriter {
    let request = UploadRequest {
        name: "house.json".to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    };
    let upload = handles.models.begin_upload(request).await.unwrap();
    let file = OlderFile {
        file_id: file_id.to_owned(),
        filename: "house.json".to_owned(),
        size: 4,
        content_type: "application/json".to_owned(),
        uploaded_ms: 0,
        processing_s: 20.0,
        upload_id: upload.upload_id().to_owned(),
        model_id: None,
        error: None,
    };
    handles.older.add(file).await.unwrap();
    upload
}

#[actix_web::test]
async fn a_query_to_a_file_that_is_still_read_waits_for_it_or_is_cancelled() {
    let handles = handles().await;
    let app = app(&handles).await;
    let file_id = "7b0d0c56-6c1f-4a53-9d3e-0a3a5b0c9a11";
    let mut upload = file_that_is_read(&handles, file_id).await;
    let (_, file) = sent(&app, TestRequest::get().uri(&format!("/api/files/{file_id}/status"))).await;
    assert_eq!(file["status"], "uploaded");
    let body = serde_json::json!({ "file_id": file_id, "query": "How many walls are there?" });
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (status, made) = sent(&app, TestRequest::post().uri("/api/queries").set_json(&body)).await;
        assert_eq!(status, 200, "{made}");
        ids.push(made["query_id"].as_str().unwrap().to_owned());
    }
    let path = |id: &str, rest: &str| format!("/api/queries/{id}/{rest}");
    let status = async |id: &str| sent(&app, TestRequest::get().uri(&path(id, "status"))).await.1;
    assert_eq!(status(&ids[0]).await["status"], "started");
    let (code, early) = sent(&app, TestRequest::get().uri(&path(&ids[0], "results"))).await;
    assert_eq!((code, &early["detail"]), (400, &"Query not completed yet. Status: started".into()));

    assert_eq!(sent(&app, TestRequest::post().uri(&path(&ids[1], "cancel"))).await.0, 200);
    assert_eq!(status(&ids[1]).await["status"], "cancelled");
    assert_eq!(sent(&app, TestRequest::get().uri("/api/queries?status=cancelled")).await.1["total"], 1);
    assert_eq!(sent(&app, TestRequest::post().uri(&path(&ids[1], "cancel"))).await.0, 200);
    assert_eq!(sent(&app, TestRequest::get().uri("/api/queries")).await.1["total"], 1);

    let bytes = actix_web::web::Bytes::from_static(b"[xx]");
    upload.pump(&mut futures_util::stream::iter([Ok::<_, std::convert::Infallible>(bytes)])).await;
    upload.outcome().await.unwrap();
    let mut seen = status(&ids[0]).await;
    while seen["status"] == "started" || seen["status"] == "processing" {
        tokio::task::yield_now().await;
        seen = status(&ids[0]).await;
    }
    assert_eq!(seen["status"], "completed", "{seen}");
    assert_eq!(status(&ids[1]).await["status"], "cancelled", "it is not put after all");
}

#[actix_web::test]
async fn a_file_that_a_restart_interrupted_says_so() {
    let handles = handles().await;
    let app = app(&handles).await;
    let file_id = "7b0d0c56-6c1f-4a53-9d3e-0a3a5b0c9a11";
    let upload = file_that_is_read(&handles, file_id).await;
    let lost = |file: &mut OlderFile| file.upload_id = "of another life".to_owned();
    handles.older.change::<OlderFile>(file_id, lost).await.unwrap();
    let (_, file) = sent(&app, TestRequest::get().uri(&format!("/api/files/{file_id}/status"))).await;
    assert_eq!((&file["status"], &file["validation_result"]["is_valid"]), (&"error".into(), &false.into()), "{file}");
    let body = serde_json::json!({ "file_id": file_id, "query": "How many walls are there?" });
    let (status, refused) = sent(&app, TestRequest::post().uri("/api/queries").set_json(&body)).await;
    assert_eq!(status, 400, "{refused}");
    drop(upload);
}

#[actix_web::test]
async fn the_result_of_a_query_outlasts_its_session() {
    let handles = handles().await;
    let app = app(&handles).await;
    let (_, file) = sent(&app, form("house.json", "application/json", "[xx]")).await;
    let body = format!("{{\"query\": \"Wie viele?\", \"file_id\": {}}}", file["file_id"]);
    let (_, made) = sent(&app, TestRequest::post().uri("/api/queries").set_payload(body)).await;
    let id = made["query_id"].as_str().unwrap();
    let results = format!("/api/queries/{id}/results");
    let read = || sent(&app, TestRequest::get().uri(&results));
    let mut first = read().await;
    while first.0 != 200 {
        first = read().await;
    }
    handles.sessions.end(None, id).await.unwrap();
    while handles.sessions.info(None, id).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(read().await, first);
}
