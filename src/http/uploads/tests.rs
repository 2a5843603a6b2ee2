use actix_web::test::TestRequest;

use super::*;
use crate::http::testing::{app, handles, line};

const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nignored\r\n--b\r\nContent-Disposition: \
                    form-data; name=\"file\"; filename=\"C:\\\\haus.json\"\r\n\r\n[xxx]\r\n--b--\r\n";

fn post(query: &str, body: &'static str) -> TestRequest {
    TestRequest::post().uri(&format!("/v1/models{query}")).set_payload(body)
}

fn form(body: &'static str) -> TestRequest {
    post("?wait=true", body).insert_header(("content-type", "multipart/form-data; boundary=b"))
}

#[actix_web::test]
async fn uploads_and_error_bodies() {
    let handles = handles().await;
    let app = app(&handles).await;
    let mut seen = String::new();
    for request in [
        post("?wait=true&name=house", "[xx]"),
        post("?wait=true", "no json"),
        post("?wait=true&name=full", "[xx]"),
        post("?wait=true", "[boom, much more than one buffer of bytes]"),
        post("?wait=true", "[x]").insert_header(("content-encoding", "br")),
        post("?wait=maybe", "[x]"),
        post("?name=%07", "[x]"),
        post("", "").insert_header(("content-length", "0")),
        form(FORM),
        form("--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nignored\r\n--b--\r\n"),
        form("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n[xx]\r\n"),
    ] {
        seen.push_str(&line(&app, request).await);
    }
    insta::assert_snapshot!(seen);
}

#[actix_web::test]
async fn upload_without_wait_is_followed_by_its_upload_id() {
    let handles = handles().await;
    let app = app(&handles).await;
    let response = actix_web::test::call_service(&app, post("?name=house", "[xx]").to_request()).await;
    assert_eq!(response.status(), 202);
    let location = response.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
    handles.models.idle().await;
    let seen = line(&app, TestRequest::get().uri(&location)).await;
    assert!(seen.contains("\"status\":\"ready\"") && seen.contains("\"upload_id\""), "{seen}");
}

#[test]
fn names_are_the_last_part_of_a_path() {
    for (given, name) in
        [(None, "model"), (Some(" C:\\x\\haus.json "), "haus.json"), (Some("a/b"), "b"), (Some("/"), "model")]
    {
        assert_eq!(parse_name(given).unwrap(), name);
    }
    assert!(parse_name(Some(&"a".repeat(256))).unwrap_err().to_string().starts_with("request_malformed"));
}
