use actix_web::test::TestRequest;

use crate::http::testing::{app, line, with_model};

#[actix_web::test]
async fn answers_and_error_bodies() {
    let (handles, model_id) = with_model("house").await;
    let app = app(&handles).await;
    let mut seen = String::new();
    for body in [
        r#"{"text":"Wie viele Wände?","language":"en","mode":"exact","session_id":"s-1"}"#,
        r#"{"text":"  "}"#,
        r#"{"text":"a","language":"fr"}"#,
        r#"{"text":"a","max_cost_usd":-1}"#,
        r#"{"text":"a","session_id":"a b"}"#,
        r#"{"text":"a","unknown":1}"#,
        r#"{"text":"#,
        r#"{"text":"boom"}"#,
    ] {
        let request = TestRequest::post().uri(&format!("/v1/models/{model_id}/questions"));
        let request = request.insert_header(("content-type", "application/json")).set_payload(body);
        seen.push_str(&format!("{body}\n{}", line(&app, request).await));
    }
    let request = TestRequest::post().uri("/v1/models/nothing/questions");
    let request = request.insert_header(("content-type", "application/json")).set_payload(r#"{"text":"a"}"#);
    seen.push_str(&line(&app, request).await);
    seen.push_str(&line(&app, TestRequest::get().uri(&format!("/v1/evidence/e-{model_id}"))).await);
    seen.push_str(&line(&app, TestRequest::get().uri("/v1/evidence/nothing")).await);
    insta::assert_snapshot!(seen);
}

#[actix_web::test]
async fn question_and_body_over_their_limits_are_refused() {
    let (handles, model_id) = with_model("house").await;
    let app = app(&handles).await;
    for (bytes, code) in [
        (crate::limits::QUESTION_BYTES_MAX + 1, "question_too_long"),
        (crate::limits::REQUEST_BYTES_MAX, "request_too_large"),
    ] {
        let body = format!(r#"{{"text":"{}"}}"#, "a".repeat(bytes));
        let request = TestRequest::post().uri(&format!("/v1/models/{model_id}/questions"));
        let request = request.insert_header(("content-type", "application/json")).set_payload(body);
        let seen = line(&app, request).await;
        assert!(seen.contains("413") && seen.contains(code), "{seen}");
    }
}

#[actix_web::test]
async fn two_sessions_do_not_mix() {
    let (handles, model_id) = with_model("house").await;
    let app = app(&handles).await;
    let ask = async |session: &str, text: &str| {
        let body = format!(r#"{{"text":"{text}"{session}}}"#);
        let request = TestRequest::post().uri(&format!("/v1/models/{model_id}/questions"));
        line(&app, request.insert_header(("content-type", "application/json")).set_payload(body)).await
    };
    let (a, b) = (r#","session_id":"a""#, r#","session_id":"b""#);
    assert!(!ask(a, "about door").await.contains("understood_as"));
    assert!(!ask(b, "about window").await.contains("understood_as"));
    assert!(ask(a, "more").await.contains(r#""understood_as":"door""#));
    assert!(ask(b, "more").await.contains(r#""understood_as":"window""#));
    assert!(!ask("", "more").await.contains("understood_as"));
}
