//! Sockets of older clients without a network: the test holds the client's end of the payload and of the answer's body.
#![expect(clippy::wildcard_enum_match_arm, reason = "tests stop at whatever they do not expect")]

use std::pin::Pin;
use std::sync::Arc;

use actix_http::ws::{OpCode, Parser};
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::Payload as RequestPayload;
use actix_web::error::PayloadError;
use actix_web::test::{TestRequest, call_service};
use actix_web::web::{Bytes, BytesMut};
use futures_util::future::poll_fn;
use futures_util::stream;
use tokio::sync::mpsc;
use tokio::time::pause;

use super::*;
use crate::actors::root::{self, Handles};
use crate::actors::session_directory::SessionError;
use crate::actors::testing::{FakeBackend, Gate};
use crate::actors::upload::UploadWriter;
use crate::http::older_api::tests::{file_that_is_read, form, sent};
use crate::http::testing::{app, handles};

const FILE: &str = "7b0d0c56-6c1f-4a53-9d3e-0a3a5b0c9a11";

/// A page with its socket to one query.
struct Page {
    to_server: mpsc::Sender<Result<Bytes, PayloadError>>,
    body: Pin<Box<BoxBody>>,
    received: BytesMut,
}

impl Page {
    async fn open(handles: &Handles, query_id: &str) -> Page {
        let request = TestRequest::get()
            .uri(&format!("/api/ws/{query_id}"))
            .insert_header(("connection", "upgrade"))
            .insert_header(("upgrade", "websocket"))
            .insert_header(("sec-websocket-version", "13"))
            .insert_header(("sec-websocket-key", "x3JJHMbDL1EzLkh9GBhXDw=="));
        let (to_server, mut from_client) = mpsc::channel(64);
        let payload: actix_http::BoxedPayloadStream = Box::pin(stream::poll_fn(move |ctx| from_client.poll_recv(ctx)));
        let (request, _) = request.to_request().replace_payload(RequestPayload::Stream { payload });
        let response = call_service(&app(handles).await, request).await;
        assert_eq!(response.status(), 101);
        let mut page = Page { to_server, body: Box::pin(response.into_body().boxed()), received: BytesMut::new() };
        assert_eq!(page.frame().await["type"], "connected");
        page
    }

    async fn say(&self, text: &str) {
        let mut bytes = BytesMut::new();
        Parser::write_message(&mut bytes, text, OpCode::Text, true, true);
        self.to_server.send(Ok(bytes.freeze())).await.unwrap();
    }

    /// The next frame, or the code of the closing.
    async fn next(&mut self) -> Result<Value, u16> {
        loop {
            if let Some((_, kind, payload)) = Parser::parse(&mut self.received, false, 1 << 20).unwrap() {
                let payload = payload.unwrap_or_default();
                match kind {
                    OpCode::Text => return Ok(serde_json::from_slice(&payload).unwrap()),
                    OpCode::Close => return Err(u16::from_be_bytes(*payload.first_chunk::<2>().unwrap())),
                    OpCode::Ping => continue,
                    other => panic!("{other:?}"),
                }
            }
            let bytes = poll_fn(|ctx| self.body.as_mut().poll_next(ctx)).await;
            self.received.extend_from_slice(&bytes.expect("the socket was cut without a word").unwrap());
        }
    }

    async fn frame(&mut self) -> Value {
        self.next().await.unwrap()
    }

    /// The frame that ends the query on the page.
    async fn end(&mut self) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] == "completion" || frame["type"] == "error" {
                return frame;
            }
        }
    }
}

/// Puts a query over HTTP; gives its id.
async fn asked(handles: &Handles, file_id: &str, text: &str) -> String {
    let body = json!({ "file_id": file_id, "query": text });
    let (status, made) = sent(&app(handles).await, TestRequest::post().uri("/api/queries").set_json(&body)).await;
    assert_eq!(status, 200, "{made}");
    made["query_id"].as_str().unwrap().to_owned()
}

async fn status(handles: &Handles, query_id: &str) -> Value {
    let request = TestRequest::get().uri(&format!("/api/queries/{query_id}/status"));
    let (status, seen) = sent(&app(handles).await, request).await;
    assert_eq!(status, 200, "{seen}");
    seen["status"].clone()
}

/// Actors over one file, whose questions that begin with `slow` wait for the gate.
async fn with_file() -> (root::RootHandle, Handles, Arc<Gate>, String) {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (root, handles) = root::start(&dependencies);
    assert!(handles.health.clone().ready().await);
    let (_, file) = sent(&app(&handles).await, form("house.json", "application/json", "[xx]")).await;
    (root, handles, Arc::clone(&backend.gate), file["file_id"].as_str().unwrap().to_owned())
}

async fn finish_upload(mut upload: UploadWriter) {
    upload.pump(&mut stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"[xx]"))])).await;
    upload.outcome().await.unwrap();
}

#[actix_web::test]
async fn a_query_that_is_cancelled_while_its_file_is_read_is_never_asked_whoever_listens() {
    let handles = handles().await;
    let upload = file_that_is_read(&handles, FILE).await;
    let (cancelled, other) = (asked(&handles, FILE, "a?!").await, asked(&handles, FILE, "b?!").await);
    let (mut page, mut second) = (Page::open(&handles, &cancelled).await, Page::open(&handles, &other).await);
    assert_eq!(page.frame().await["step_name"], "Datei wird gelesen");
    let cancel = TestRequest::post().uri(&format!("/api/queries/{cancelled}/cancel"));
    assert_eq!(sent(&app(&handles).await, cancel).await.0, 200);
    finish_upload(upload).await;
    // R3: what becomes of it reaches a page over its socket only.
    assert_eq!(second.end().await["type"], "completion", "the file was asked by then");
    let end = page.end().await;
    assert_eq!((&end["type"], &end["error_code"]), (&json!("error"), &json!("cancelled")), "{end}");
    assert_eq!(status(&handles, &cancelled).await, "cancelled");
    let question = handles.sessions.question(None, &cancelled, &cancelled).await;
    assert_eq!(question.unwrap_err(), SessionError::Unknown(cancelled), "it was never asked");
}

#[actix_web::test]
async fn a_query_that_waits_can_be_cancelled_over_its_socket() {
    let handles = handles().await;
    let _upload = file_that_is_read(&handles, FILE).await;
    let id = asked(&handles, FILE, "a?!").await;
    let mut page = Page::open(&handles, &id).await;
    page.say(r#"{"type":"cancel"}"#).await;
    assert_eq!(page.end().await["error_code"], "cancelled");
    assert_eq!(status(&handles, &id).await, "cancelled");
}

#[actix_web::test]
async fn a_look_that_fails_after_the_last_event_is_made_again() {
    let (_root, handles, gate, file_id) = with_file().await;
    gate.shut();
    let id = asked(&handles, &file_id, "slow").await;
    let mut page = Page::open(&handles, &id).await;
    assert_eq!(page.frame().await["step_name"], "Frage wird beantwortet");
    let mut events = handles.sessions.attach(None, &id, None).await.unwrap();
    // The second frame comes over the event that tells of a long question: the page follows events by then.
    assert_eq!(page.frame().await["step_name"], "Frage wird beantwortet");
    let crowd = handles.sessions.crowd();
    gate.open();
    while !matches!(events.next().await, Next::Event(event) if event.kind == "question_answered") {}
    assert_eq!(page.frame().await["step_name"], "Der Stand ist im Moment nicht bekannt");
    drop(crowd);
    let end = page.end().await;
    assert_eq!((&end["type"], &end["query_id"]), (&json!("completion"), &json!(id)), "{end}");
    assert_eq!(status(&handles, &id).await, "completed");
}

#[actix_web::test]
async fn a_page_is_told_when_looks_fail_for_too_long_and_the_close_is_a_normal_one() {
    let (_root, handles, _gate, file_id) = with_file().await;
    let id = asked(&handles, &file_id, "a?!").await;
    let _crowd = handles.sessions.crowd();
    let mut page = Page::open(&handles, &id).await;
    assert_eq!(page.frame().await["step_name"], "Der Stand ist im Moment nicht bekannt");
    pause();
    let began = Instant::now();
    let end = page.end().await;
    assert_eq!((&end["error_code"], &end["message"]), (&json!("unavailable"), &json!(UNTOLD)));
    assert_eq!(page.next().await, Err(1000));
    let took = began.elapsed();
    assert!(limits::OLDER_DOUBT_MAX <= took && took < 2 * limits::OLDER_DOUBT_MAX, "{took:?}");
}

#[actix_web::test]
async fn a_result_that_cannot_be_read_for_a_moment_fails_no_query() {
    let (_root, handles, _gate, file_id) = with_file().await;
    let id = asked(&handles, &file_id, "a?!").await;
    assert_eq!(Page::open(&handles, &id).await.end().await["type"], "completion");
    let crowd = handles.sessions.crowd();
    let mut late = Page::open(&handles, &id).await;
    assert_eq!(late.frame().await["step_name"], "Der Stand ist im Moment nicht bekannt");
    drop(crowd);
    assert_eq!(late.end().await["type"], "completion");
}

#[actix_web::test]
async fn a_server_that_stops_ends_every_socket_with_a_word_and_the_code_1000() {
    let (root, handles, gate, file_id) = with_file().await;
    let upload = file_that_is_read(&handles, FILE).await;
    let ended = asked(&handles, &file_id, "a?!").await;
    let mut ended = Page::open(&handles, &ended).await;
    assert_eq!(ended.end().await["type"], "completion");
    gate.shut();
    let running = asked(&handles, &file_id, "slow").await;
    let waiting = asked(&handles, FILE, "b?!").await;
    let (mut running, mut waiting) = (Page::open(&handles, &running).await, Page::open(&handles, &waiting).await);
    let draining = rt::spawn(async move { root.drain().await });
    assert_eq!(ended.next().await, Err(1000), "there is nothing to wait for");
    let end = waiting.end().await;
    assert_eq!((&end["error_code"], &end["message"]), (&json!("draining"), &json!(DRAINING)));
    assert_eq!(waiting.next().await, Err(1000));
    gate.open();
    assert_eq!(running.end().await["type"], "completion", "what runs is waited for");
    assert_eq!(running.next().await, Err(1000));
    drop(upload);
    draining.await.unwrap();
}
