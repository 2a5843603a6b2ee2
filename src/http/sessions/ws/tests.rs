//! Sockets without a network: the test holds the client's end of the payload and of the answer's body.
#![expect(clippy::wildcard_enum_match_arm, reason = "tests stop at whatever they do not expect")]

use std::pin::Pin;

use actix_http::ws::{OpCode, Parser};
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::Payload as RequestPayload;
use actix_web::error::PayloadError;
use actix_web::test::{TestRequest, call_service, read_body_json};
use actix_web::web::BytesMut;
use futures_util::future::poll_fn;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::*;
use crate::actors::root::Handles;
use crate::http::testing::{add_model, app, with_model};

/// What a client sees.
#[derive(Debug, PartialEq)]
enum Seen {
    Text(Value),
    Ping,
    Pong,
    Close(u16, String),
    End,
}

impl Seen {
    fn text(self) -> Value {
        match self {
            Seen::Text(value) => value,
            other => panic!("{other:?} is no text"),
        }
    }
}

struct Peer {
    to_server: mpsc::Sender<Result<Bytes, PayloadError>>,
    body: Pin<Box<BoxBody>>,
    received: BytesMut,
}

impl Peer {
    async fn open(handles: &Handles, session: &Value, query: &str) -> Peer {
        let (id, token) = (session["session_id"].as_str().unwrap(), session["token"].as_str().unwrap());
        let request = TestRequest::get()
            .uri(&format!("/v1/sessions/{id}/ws?token={token}{query}"))
            .insert_header(("connection", "upgrade"))
            .insert_header(("upgrade", "websocket"))
            .insert_header(("sec-websocket-version", "13"))
            .insert_header(("sec-websocket-key", "x3JJHMbDL1EzLkh9GBhXDw=="));
        let (to_server, mut from_client) = mpsc::channel(64);
        let payload: actix_http::BoxedPayloadStream = Box::pin(stream::poll_fn(move |ctx| from_client.poll_recv(ctx)));
        let (request, _) = request.to_request().replace_payload(RequestPayload::Stream { payload });
        let response = call_service(&app(handles).await, request).await;
        assert_eq!(response.status(), 101);
        Peer { to_server, body: Box::pin(response.into_body().boxed()), received: BytesMut::new() }
    }

    async fn send(&self, kind: OpCode, payload: &[u8], fin: bool) {
        let mut bytes = BytesMut::new();
        Parser::write_message(&mut bytes, payload, kind, fin, true);
        self.to_server.send(Ok(bytes.freeze())).await.unwrap();
    }

    async fn say(&self, text: &str) {
        self.send(OpCode::Text, text.as_bytes(), true).await;
    }

    async fn next(&mut self) -> Seen {
        loop {
            if let Some((_, kind, payload)) = Parser::parse(&mut self.received, false, 1 << 20).unwrap() {
                let payload = payload.unwrap_or_default();
                return match kind {
                    OpCode::Text => Seen::Text(serde_json::from_slice(&payload).unwrap()),
                    OpCode::Ping => Seen::Ping,
                    OpCode::Pong => Seen::Pong,
                    OpCode::Close => {
                        let (code, reason) = payload.split_at(2);
                        let code = u16::from_be_bytes(code.try_into().unwrap());
                        Seen::Close(code, String::from_utf8(reason.to_vec()).unwrap())
                    }
                    other => panic!("{other:?}"),
                };
            }
            match poll_fn(|ctx| self.body.as_mut().poll_next(ctx)).await {
                Some(bytes) => self.received.extend_from_slice(&bytes.unwrap()),
                None => return Seen::End,
            }
        }
    }

    /// What comes when a frame is sent.
    async fn answer(&mut self, text: &str) -> Seen {
        self.say(text).await;
        self.next().await
    }
}

async fn session() -> (Handles, Value) {
    let (handles, model_id) = with_model("house").await;
    let request = TestRequest::post().uri("/v1/sessions").set_json(json!({ "model_id": model_id }));
    let session = read_body_json(call_service(&app(&handles).await, request.to_request()).await).await;
    (handles, session)
}

/// A connection whose welcome was read.
async fn welcomed() -> (Handles, Value, Peer) {
    let (handles, session) = session().await;
    let mut peer = Peer::open(&handles, &session, "").await;
    let welcome = peer.next().await.text();
    assert_eq!((&welcome["type"], &welcome["epoch"]), (&json!("welcome"), &session["epoch"]));
    assert_eq!((&welcome["heartbeat_s"], &welcome["replica"]), (&json!(15), &json!("one")));
    (handles, session, peer)
}

#[actix_web::test]
async fn question_over_a_socket_is_accepted_and_answered_in_order() {
    let (_handles, session, mut peer) = welcomed().await;
    let accepted = peer.answer(r#"{"type":"ask","question_id":"q","text":"Wie viele Wände?"}"#).await.text();
    assert_eq!((&accepted["type"], &accepted["seq"]), (&json!("question_accepted"), &json!(1)));
    let answered = peer.next().await.text();
    assert_eq!((&answered["type"], &answered["seq"]), (&json!("question_answered"), &json!(2)));
    assert_eq!((&answered["question_id"], &answered["answer"]["answer"]["value"]), (&json!("q"), &json!(2)));
    assert_eq!(answered["epoch"], session["epoch"]);
}

#[actix_web::test]
async fn client_that_comes_back_gets_what_it_missed_once() {
    let (handles, session, mut peer) = welcomed().await;
    peer.say(r#"{"type":"ask","question_id":"a","text":"a"}"#).await;
    assert_eq!(peer.next().await.text()["seq"], 1);
    drop(peer);
    let mut again = Peer::open(&handles, &session, "&after=1").await;
    assert_eq!(again.next().await.text()["type"], "welcome");
    assert_eq!(again.next().await.text()["seq"], 2);
    let other = add_model(&handles, "other", b"[x]").await;
    let selected = again.answer(&json!({ "type": "select_model", "model_id": other }).to_string()).await.text();
    assert_eq!((&selected["type"], &selected["seq"]), (&json!("model_selected"), &json!(3)));
    let mut all = Peer::open(&handles, &session, "&after=0").await;
    let mut numbers = vec![all.next().await.text()["seq"].clone()];
    for _ in 0..3 {
        numbers.push(all.next().await.text()["seq"].clone());
    }
    assert_eq!(numbers, [Value::Null, json!(1), json!(2), json!(3)]);
}

#[actix_web::test]
async fn another_epoch_and_a_number_that_never_was_are_told() {
    let (handles, session, mut peer) = welcomed().await;
    peer.say(r#"{"type":"ask","text":"a"}"#).await;
    assert_eq!(peer.next().await.text()["seq"], 1);
    let mut other = Peer::open(&handles, &session, "&after=7&epoch=another").await;
    assert_eq!(other.next().await.text()["type"], "welcome");
    let changed = other.next().await.text();
    assert_eq!((&changed["type"], &changed["wanted"]), (&json!("epoch_changed"), &json!(8)));
    assert_eq!(changed["epoch"], session["epoch"]);
    assert_eq!(other.next().await.text()["seq"], 1);
}

#[actix_web::test]
async fn refused_frames_are_answered_with_the_body_of_an_error_and_the_connection_stays() {
    let (_handles, _session, mut peer) = welcomed().await;
    let long = "a".repeat(10_000);
    for (frame, code, reference) in [
        (r#"{"type":"#.to_owned(), "frame_malformed", None),
        (r#"{"type":"sing"}"#.to_owned(), "frame_malformed", Some("sing")),
        (r#"{"type":"ask","text":"a","x":1,"question_id":"q"}"#.to_owned(), "frame_malformed", Some("q")),
        (format!(r#"{{"type":"ask","question_id":"long","text":"{long}"}}"#), "question_too_long", Some("long")),
        (format!(r#"{{"type":"ask","text":"{long}"}}"#), "question_too_long", Some("ask")),
        (r#"{"type":"ask","question_id":"e","text":" "}"#.to_owned(), "question_empty", Some("e")),
        (r#"{"type":"ask","question_id":"l","text":"a","language":"fr"}"#.to_owned(), "language_unknown", Some("l")),
        (r#"{"type":"cancel","question_id":"nothing"}"#.to_owned(), "question_unknown", Some("nothing")),
        (r#"{"type":"select_model","model_id":"no id"}"#.to_owned(), "model_unknown", Some("select_model")),
        (r#"{"type":"select_model","model_id":"none"}"#.to_owned(), "model_unknown", Some("select_model")),
    ] {
        let error = peer.answer(&frame).await.text();
        assert_eq!((&error["type"], &error["error"]["code"]), (&json!("error"), &json!(code)), "{error}");
        assert_eq!(error["in_reply_to"].as_str(), reference, "{error}");
        assert!(error["error"]["hint_de"].is_string() && error["error"]["request_id"].is_string(), "{error}");
    }
    assert_eq!(peer.answer(r#"{"type":"ping","id":"7"}"#).await.text(), json!({ "type": "pong", "id": "7" }));
}

#[actix_web::test]
async fn frames_that_no_connection_takes_close_it_with_a_code() {
    let large = vec![b' '; limits::FRAME_BYTES_MAX + 1];
    for (kind, payload, wanted) in [
        (OpCode::Binary, b"ab".as_slice(), 1003),
        (OpCode::Text, large.as_slice(), 1009),
        (OpCode::Text, b"\xff\xfe".as_slice(), 1007),
        (OpCode::Continue, b"a".as_slice(), 1002),
        (OpCode::Close, b"".as_slice(), 1000),
    ] {
        let (_handles, _session, mut peer) = welcomed().await;
        peer.send(kind, payload, true).await;
        let seen = peer.next().await;
        assert!(matches!(&seen, Seen::Close(code, _) if *code == wanted), "{kind:?} {seen:?}");
        assert_eq!(peer.next().await, Seen::End);
    }
    let (_handles, _session, mut peer) = welcomed().await;
    let half = vec![b' '; limits::FRAME_BYTES_MAX / 2 + 1];
    peer.send(OpCode::Text, &half, false).await;
    peer.send(OpCode::Continue, &half, true).await;
    assert!(matches!(peer.next().await, Seen::Close(1009, _)));
}

#[actix_web::test]
async fn only_malformed_frames_in_a_row_close_the_connection() {
    let (_handles, _session, mut peer) = welcomed().await;
    for _ in 1..limits::FRAMES_MALFORMED_MAX {
        assert_eq!(peer.answer("{").await.text()["type"], "error");
    }
    assert_eq!(peer.answer(r#"{"type":"ping"}"#).await.text()["type"], "pong");
    for _ in 0..limits::FRAMES_MALFORMED_MAX {
        assert_eq!(peer.answer("{").await.text()["type"], "error");
    }
    assert_eq!(peer.next().await, Seen::Close(1008, "too many malformed frames".to_owned()));
}

#[test]
fn frames_of_one_second_have_a_limit() {
    let start = Instant::now();
    let mut rate = Rate { since: start, frames: 0 };
    assert!((0..limits::FRAMES_PER_SECOND_MAX).all(|_| rate.allows(start)));
    assert!(!rate.allows(start + Duration::from_millis(999)));
    assert!(rate.allows(start + Duration::from_secs(1)));
}

#[actix_web::test]
async fn flood_of_frames_closes_the_connection() {
    let (_handles, _session, mut peer) = welcomed().await;
    for _ in 0..=limits::FRAMES_PER_SECOND_MAX {
        peer.send(OpCode::Pong, b"", true).await;
    }
    assert_eq!(peer.next().await, Seen::Close(1008, "too many frames in a second".to_owned()));
}

#[actix_web::test]
async fn silent_client_is_pinged_and_then_closed_and_one_that_answers_stays() {
    let (_handles, _session, mut peer) = welcomed().await;
    tokio::time::pause();
    for _ in 0..5 {
        assert_eq!(peer.next().await, Seen::Ping);
        peer.send(OpCode::Pong, b"", true).await;
    }
    assert_eq!(peer.next().await, Seen::Ping);
    assert_eq!(peer.next().await, Seen::Ping);
    assert_eq!(peer.next().await, Seen::Close(4009, "silent_client".to_owned()));
}

#[actix_web::test]
async fn client_that_takes_nothing_is_closed_and_its_place_is_free() {
    let (handles, session, mut peer) = welcomed().await;
    for text in ["a", "b", "c"] {
        peer.say(&json!({ "type": "ask", "text": text }).to_string()).await;
    }
    while peer.next().await.text()["seq"] != 6 {}
    drop(peer);
    let mut slow = Vec::new();
    for _ in 0..limits::SESSION_CONNECTIONS_MAX {
        slow.push(Peer::open(&handles, &session, "&after=0").await);
    }
    let mut one_more = Peer::open(&handles, &session, "&after=0").await;
    assert_eq!(one_more.next().await, Seen::Close(4029, "session_connections_full".to_owned()));
    tokio::time::pause();
    tokio::time::sleep(limits::FRAME_SEND_MAX * 2).await;
    tokio::time::resume();
    for peer in &mut slow {
        let mut frames = 0;
        let close = loop {
            match peer.next().await {
                Seen::Text(_) => frames += 1,
                other => break other,
            }
        };
        assert_eq!(close, Seen::Close(4008, "slow_client".to_owned()));
        assert_eq!(frames, limits::FRAMES_ON_THE_WAY_MAX, "no more was fetched than is on the way");
    }
    let mut again = Peer::open(&handles, &session, "&after=0").await;
    assert_eq!(again.next().await.text()["type"], "welcome");
}

#[actix_web::test]
async fn deleted_session_tells_its_connections_and_closes_them() {
    let (handles, session, mut peer) = welcomed().await;
    let owner = handles.owner_key.verify(session["token"].as_str().unwrap());
    handles.sessions.end(owner.as_ref(), session["session_id"].as_str().unwrap()).await.unwrap();
    let ended = peer.next().await.text();
    assert_eq!((&ended["type"], &ended["reason"]), (&json!("session_ended"), &json!("deleted")));
    assert_eq!(peer.next().await, Seen::Close(1000, "the session is over".to_owned()));
}

#[actix_web::test]
async fn draining_server_says_when_to_come_back_and_takes_no_new_socket() {
    let (_backend, dependencies) = crate::actors::testing::FakeBackend::dependencies();
    let (root, handles) = crate::actors::root::start(&dependencies);
    assert!(handles.health.clone().ready().await);
    let request = TestRequest::post().uri("/v1/sessions").set_json(json!({}));
    let session: Value = read_body_json(call_service(&app(&handles).await, request.to_request()).await).await;
    let mut peer = Peer::open(&handles, &session, "").await;
    assert_eq!(peer.next().await.text()["type"], "welcome");
    root.drain().await;
    let draining = peer.next().await.text();
    let after = draining["reconnect_after_ms"].as_u64().unwrap();
    assert!(draining["type"] == "draining" && (500..=5500).contains(&after), "{draining}");
    assert_eq!(peer.next().await, Seen::Close(1012, "the server is shutting down".to_owned()));
    let path = format!("/v1/sessions/{}/events", session["session_id"].as_str().unwrap());
    let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
    let request = TestRequest::get().uri(&path).insert_header(("authorization", bearer));
    let seen = crate::http::testing::line(&app(&handles).await, request).await;
    assert!(seen.contains("503") && seen.contains("draining"), "{seen}");
}
