use actix_web::body::{MessageBody as _, to_bytes};
use actix_web::test::{TestRequest, call_service};

use super::*;
use crate::http::testing::{app, handles, line};

const PIECE: (&str, &str) = ("content-type", "application/offset+octet-stream");
const VERSION: (&str, &str) = ("tus-resumable", "1.0.0");

fn create(length: &str) -> TestRequest {
    TestRequest::post().uri("/v1/uploads").insert_header(VERSION).insert_header(("upload-length", length.to_owned()))
}

fn piece(path: &str, offset: u64, body: &'static str) -> TestRequest {
    let request = TestRequest::patch().uri(path).insert_header(VERSION).insert_header(PIECE);
    request.insert_header(("upload-offset", offset)).set_payload(body)
}

/// Status and the headers of tus.
async fn told(
    app: &impl actix_web::dev::Service<
        actix_http::Request,
        Response = actix_web::dev::ServiceResponse,
        Error = actix_web::Error,
    >,
    request: TestRequest,
) -> String {
    let response = call_service(app, request.to_request()).await;
    let mut text = response.status().as_u16().to_string();
    for name in ["upload-offset", "upload-length", "upload-metadata", "upload-expires", "tus-version"] {
        if let Some(value) = response.headers().get(name) {
            text.push_str(&format!(" {name}={}", value.to_str().unwrap()));
        }
    }
    assert_eq!(response.headers().get("tus-resumable").unwrap(), "1.0.0");
    text
}

const EXPIRES: &str = "upload-expires=Tue, 24 Nov 2026 12:00:00 GMT";

async fn begun(handles: &crate::actors::root::Handles, length: u64) -> String {
    let announced = crate::actors::resumable_upload::Announced {
        length,
        name: "house".to_owned(),
        strict: false,
        metadata: "fingerprint YQ==".to_owned(),
        fingerprint: Some("a".to_owned()),
    };
    format!("/v1/uploads/{}", handles.uploads.create(announced).await.unwrap().upload_id)
}

#[actix_web::test]
async fn a_file_in_pieces_becomes_the_model_that_a_plain_upload_of_it_is() {
    let handles = handles().await;
    let app = app(&handles).await;
    let path = begun(&handles, 5).await;
    assert_eq!(told(&app, piece(&path, 0, "[xx")).await, format!("204 upload-offset=3 {EXPIRES}"));
    let head = TestRequest::default().method(Method::HEAD).uri(&path).insert_header(VERSION);
    let wanted = format!("200 upload-offset=3 upload-length=5 upload-metadata=fingerprint YQ== {EXPIRES}");
    assert_eq!(told(&app, head).await, wanted);
    assert_eq!(told(&app, piece(&path, 3, "x]")).await, format!("204 upload-offset=5 {EXPIRES}"));

    let request = TestRequest::get().uri(&format!("{path}/events")).to_request();
    let response = call_service(&app, request).await;
    assert_eq!(response.headers().get("content-type").unwrap(), "text/event-stream");
    let events = to_bytes(response.into_body()).await.unwrap();
    let events = String::from_utf8(events.to_vec()).unwrap();
    let last = events.trim_end().rsplit("\n\n").next().unwrap();
    assert!(last.starts_with("event: ready\ndata: {") && last.contains("\"entities\":3"), "{events}");
    let id = path.rsplit('/').next().unwrap();
    let model = line(&app, TestRequest::get().uri(&format!("/v1/models/{id}"))).await;
    assert!(model.contains("\"status\":\"ready\"") && model.contains("\"name\":\"house\""), "{model}");

    // Sent once more by a client that missed the answer, it is neither wrong nor read again.
    assert_eq!(told(&app, piece(&path, 5, "")).await, format!("204 upload-offset=5 {EXPIRES}"));
    let plain = TestRequest::post().uri("/v1/models?wait=true").set_payload("[xxx]");
    let plain = line(&app, plain).await;
    let model_id = plain.split("\"model_id\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(last.contains(model_id), "{last} is not {plain}");
}

#[actix_web::test]
async fn refusals_have_the_statuses_of_the_protocol() {
    let handles = handles().await;
    let app = app(&handles).await;
    let path = begun(&handles, 4).await;
    assert_eq!(told(&app, piece(&path, 0, "[x")).await, format!("204 upload-offset=2 {EXPIRES}"));
    // Of "other", which the piece is not.
    let sha1 = "sha1 0Ej7sQDXQ6jBk+6Ltw3Sv6kQ7gM=";
    let sha256 = "sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let none = "/v1/uploads/00000000000000000000000000000000";
    for (request, said) in vec![
        (TestRequest::patch().uri(&path), "412 Precondition Failed\n|tus_version_unknown"),
        (
            piece(&path, 2, "x]").insert_header(("tus-resumable", "0.2.2")),
            "412 Precondition Failed\n|tus_version_unknown",
        ),
        (piece(&path, 2, "x]").insert_header(("content-type", "text/plain")), "415 |upload_type_wrong"),
        (piece(&path, 0, "x]"), "409 |upload_offset_wrong"),
        (piece(&path, 2, "x]").insert_header(("upload-offset", "-2")), "400 |request_malformed"),
        (piece(&path, 2, "x] "), "413 |request_too_large"),
        (piece(&path, 2, "x]").insert_header(("upload-checksum", sha1)), "460 |upload_checksum_wrong"),
        (piece(&path, 2, "x]").insert_header(("upload-checksum", sha256)), "460 |upload_checksum_wrong"),
        (piece(&path, 2, "x]").insert_header(("upload-checksum", "md5 AAAA")), "400 |request_malformed"),
        (piece(&path, 2, "x]").insert_header(("upload-metadata", "fingerprint Yg==")), "409 |upload_file_differs"),
        (piece(none, 0, "x"), "404 |upload_unknown"),
        (TestRequest::get().uri(&format!("{none}/events")), "404 |upload_unknown"),
        (TestRequest::delete().uri(none).insert_header(VERSION), "404 |upload_unknown"),
        (TestRequest::get().uri(&path), "405 |HEAD"),
        (TestRequest::post().uri(&path).insert_header(VERSION), "400 |request_malformed"),
        (TestRequest::post().uri("/v1/uploads").insert_header(VERSION), "400 |request_malformed"),
        (create("0"), "400 |upload_empty"),
        (create("1e3"), "400 |request_malformed"),
        (create("99999999999999"), "413 |model_too_large"),
        (create("5").insert_header(("upload-defer-length", "1")), "400 |request_malformed"),
        (create("5").insert_header(("upload-metadata", "filename ~")), "400 |request_malformed"),
        (create("5").insert_header(("upload-metadata", "filename Bw==")), "400 |request_malformed"),
        (create("5").insert_header(("upload-metadata", format!("a {}", "A".repeat(5000)))), "400 |request_malformed"),
    ] {
        let seen = line(&app, request).await;
        let (status, code) = said.split_once('|').unwrap();
        assert!(seen.contains(&format!("-> {}", status.trim())) && seen.contains(code), "{said}: {seen}");
    }
    // Nothing of all that was taken.
    let head = TestRequest::default().method(Method::HEAD).uri(&path).insert_header(VERSION);
    assert!(told(&app, head).await.starts_with("200 upload-offset=2 upload-length=4"));
    let wrong_version = TestRequest::patch().uri(&path);
    assert_eq!(told(&app, wrong_version).await, "412 tus-version=1.0.0");
}

#[actix_web::test]
async fn without_a_free_place_who_begins_an_upload_is_told_when_to_come_again() {
    let handles = handles().await;
    let app = app(&handles).await;
    for _ in 0..limits::UPLOADS_PARTIAL_MAX {
        begun(&handles, 9).await;
    }
    let seen = line(&app, create("9")).await;
    assert!(seen.contains("503") && seen.contains("uploads_full") && seen.contains("retry-after: 60"), "{seen}");
}

#[actix_web::test]
async fn what_head_says_is_not_cached_and_has_no_body() {
    let handles = handles().await;
    let app = app(&handles).await;
    let path = begun(&handles, 9).await;
    let head = TestRequest::default().method(Method::HEAD).uri(&path).insert_header(VERSION);
    let response = call_service(&app, head.to_request()).await;
    assert_eq!(response.headers().get("cache-control").unwrap(), "no-store");
    assert!(to_bytes(response.into_body()).await.unwrap().is_empty());
}

#[actix_web::test]
async fn an_upload_that_waits_for_room_tells_why_and_is_still_read() {
    let handles = handles().await;
    let app = app(&handles).await;
    let full = create("4").insert_header(("upload-metadata", "filename ZnVsbA==")).insert_header(PIECE);
    let response = call_service(&app, full.set_payload("[xx]").to_request()).await;
    let path = response.headers().get("location").unwrap().to_str().unwrap().to_owned();
    let response = call_service(&app, TestRequest::get().uri(&format!("{path}/events")).to_request()).await;
    let mut body = std::pin::pin!(response.into_body());
    loop {
        let event = std::future::poll_fn(|context| body.as_mut().poll_next(context)).await.unwrap().unwrap();
        let event = String::from_utf8_lossy(&event).into_owned();
        assert!(event.starts_with("event: progress") && event.contains("\"stage\":\"reading\""), "{event}");
        if event.contains("\"code\":\"disk_full\"") {
            break;
        }
    }
}

#[actix_web::test]
async fn a_piece_with_the_right_checksum_is_taken() {
    let handles = handles().await;
    let app = app(&handles).await;
    let path = begun(&handles, 3).await;
    // Of "[x".
    let sha1 = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        sha1::Digest::finalize(sha1::Digest::chain_update(<sha1::Sha1 as sha1::Digest>::new(), b"[x")),
    );
    let request = piece(&path, 0, "[x").insert_header(("upload-checksum", format!("sha1 {sha1}")));
    assert_eq!(told(&app, request).await, format!("204 upload-offset=2 {EXPIRES}"));
}

#[actix_web::test]
async fn the_first_piece_may_come_with_the_beginning_unless_it_is_wrong() {
    let handles = handles().await;
    let app = app(&handles).await;
    let first = create("3").insert_header(PIECE).set_payload("[x");
    let response = call_service(&app, first.to_request()).await;
    assert_eq!(
        (response.status().as_u16(), response.headers().get("upload-offset").unwrap()),
        (201, &HeaderValue::from(2))
    );
    let location = response.headers().get("location").unwrap().to_str().unwrap();
    assert!(location.starts_with("/v1/uploads/"), "{location}");
    let too_long = create("3").insert_header(PIECE).set_payload("[xx]");
    let seen = line(&app, too_long).await;
    assert!(seen.contains("413") && seen.contains("request_too_large"), "{seen}");
}

#[actix_web::test]
async fn an_upload_is_taken_back_by_delete_or_by_a_post_that_says_so() {
    let handles = handles().await;
    let app = app(&handles).await;
    for by_post in [false, true] {
        let path = begun(&handles, 3).await;
        let request = match by_post {
            true => TestRequest::post().uri(&path).insert_header(("x-http-method-override", "DELETE")),
            false => TestRequest::delete().uri(&path),
        };
        assert_eq!(told(&app, request.insert_header(VERSION)).await, "204");
        let head = TestRequest::default().method(Method::HEAD).uri(&path).insert_header(VERSION);
        assert_eq!(told(&app, head).await, "404");
    }
}

#[actix_web::test]
async fn options_say_what_is_spoken_and_other_sites_may_not_send() {
    let handles = handles().await;
    let app = app(&handles).await;
    let path = begun(&handles, 3).await;
    let options = TestRequest::default().method(Method::OPTIONS).uri("/v1/uploads").to_request();
    let response = call_service(&app, options).await;
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("tus-extension"), "creation,creation-with-upload,termination,checksum,expiration");
    assert_eq!((header("tus-version"), header("tus-max-size")), ("1.0.0".to_owned(), (64_u64 << 30).to_string()));
    let seen = line(&app, piece(&path, 0, "[x]").insert_header(("sec-fetch-site", "cross-site"))).await;
    assert!(seen.contains("403") && seen.contains("cross_site_refused"), "{seen}");
}

#[actix_web::test]
async fn the_events_of_a_plain_upload_end_with_its_model() {
    let handles = handles().await;
    let app = app(&handles).await;
    let request = TestRequest::post().uri("/v1/models").set_payload("[xx]").to_request();
    let response = call_service(&app, request).await;
    let location = response.headers().get("location").unwrap().to_str().unwrap().to_owned();
    let path = location.replace("/v1/models/", "/v1/uploads/");
    let events = call_service(&app, TestRequest::get().uri(&format!("{path}/events")).to_request()).await;
    let events = to_bytes(events.into_body()).await.unwrap();
    assert!(String::from_utf8_lossy(&events).contains("event: ready"), "{events:?}");
}
