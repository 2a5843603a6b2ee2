//! What no client should send, beside clients that go on undisturbed.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::{Came, Server, Socket, call};

/// The status and the code with which a handshake is refused.
async fn refusal(address: &str, path: &str) -> (u16, String) {
    let Err(Error::Http(response)) = Socket::open(address, path).await else { panic!("{path} was not refused") };
    let body: Value = serde_json::from_slice(response.body().as_deref().unwrap_or_default()).unwrap_or_default();
    (response.status().as_u16(), body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_frames_are_told_or_close_their_own_connection_and_disturb_nobody() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let model_id = server.publish_house().await;
    let (begun, other) = (server.begin(&model_id).await, server.begin(&model_id).await);
    let mut neighbour = Socket::welcomed(&server.address, &begun, 0).await;
    let mut stranger = Socket::welcomed(&server.address, &other, 0).await;
    let long = "a".repeat(10_000);
    for (name, message, wanted) in [
        ("malformed", Message::text("{\"type\":"), "frame_malformed"),
        ("no JSON", Message::text("hello"), "frame_malformed"),
        ("an array", Message::text("[]"), "frame_malformed"),
        ("deep", Message::text("[".repeat(60_000)), "frame_malformed"),
        ("unknown type", Message::text(r#"{"type":"delete_everything"}"#), "frame_malformed"),
        ("unknown field", Message::text(r#"{"type":"ping","loud":true}"#), "frame_malformed"),
        ("an event of the server", Message::text(r#"{"type":"question_answered","seq":1}"#), "frame_malformed"),
        ("10 kB", Message::text(json!({ "type": "ask", "text": long }).to_string()), "question_too_long"),
        ("binary", Message::binary(vec![0, 1, 2]), "1003"),
        ("oversize", Message::text(" ".repeat(65_537)), "1009"),
        ("far oversize", Message::text(" ".repeat(4_000_000)), "1009"),
    ] {
        let mut socket = Socket::welcomed(&server.address, &begun, 0).await;
        // A connection that is closed in the middle of a large frame takes no more of it.
        socket.send(message).await;
        match socket.next().await {
            Came::Text(_, error) => {
                assert_eq!((&error["type"], &error["error"]["code"]), (&json!("error"), &json!(wanted)), "{name}");
                assert!(socket.say(&json!({ "type": "ping" })).await);
                assert_eq!(socket.next().await.value()["type"], "pong", "{name}: the connection stays");
            }
            Came::Close(code, _) => assert_eq!(code.to_string(), wanted, "{name}"),
            Came::Cut => panic!("{name}: the client was told nothing"),
        }
    }
    for (socket, id) in [(&mut neighbour, "n"), (&mut stranger, "s")] {
        socket.say(&json!({ "type": "ask", "question_id": id, "text": "Wie viele Türen gibt es?" })).await;
        let answered = socket.up_to("question_answered").await;
        assert_eq!((&answered["question_id"], &answered["answer"]["answer"]["value"]), (&json!(id), &json!(14)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_of_others_and_places_beyond_the_log_are_told_apart() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let address = server.address.clone();
    let model_id = server.publish_house().await;
    let (begun, other) = (server.begin(&model_id).await, server.begin(&model_id).await);
    let (id, token) = (&begun.id, &begun.token);
    for (path, wanted) in [
        (format!("/v1/sessions/{id}/ws?token={}", other.token), (404, "session_unknown")),
        (format!("/v1/sessions/{id}/ws?token=nonsense"), (404, "session_unknown")),
        (format!("/v1/sessions/{id}/ws"), (404, "session_unknown")),
        (format!("/v1/sessions/nothing/ws?token={token}"), (404, "session_unknown")),
        (format!("/v1/sessions/{id}/ws?token={token}&after=x"), (400, "request_malformed")),
        (format!("/v1/sessions/{id}/ws?token={token}&since=1"), (400, "request_malformed")),
    ] {
        assert_eq!(refusal(&address, &path).await, (wanted.0, wanted.1.to_owned()), "{path}");
    }
    for query in ["after=0&epoch=another", "after=9", "after=18446744073709551615"] {
        let mut socket = Socket::open(&address, &format!("/v1/sessions/{id}/ws?{query}&token={token}")).await.unwrap();
        assert_eq!(socket.next().await.value()["type"], "welcome");
        let told = socket.next().await.value();
        assert_eq!((&told["type"], &told["epoch"]), (&json!("epoch_changed"), &json!(begun.epoch)), "{query}");
        socket.say(&json!({ "type": "ping" })).await;
        assert_eq!(socket.next().await.value()["type"], "pong");
    }
    let mut handshake = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: {address}\r\nOrigin: https://elsewhere.example\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n",
        begun.socket(0)
    );
    handshake.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    handshake.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 403");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_that_say_nothing_or_half_a_word_disturb_nobody() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let model_id = server.publish_house().await;
    let begun = server.begin(&model_id).await;
    let mut socket = Socket::welcomed(&server.address, &begun, 0).await;
    let mut held = Vec::new();
    for number in 0..1000 {
        let mut stream = TcpStream::connect(&server.address).await.unwrap();
        let half = ["", "GET /v1/ses", "GET /v1/sessions/x/ws HTTP/1.1\r\nUpgrade: websocket\r\n"][number % 3];
        stream.write_all(half.as_bytes()).await.unwrap();
        if number % 2 == 0 {
            held.push(stream);
        }
    }
    socket.say(&json!({ "type": "ask", "text": "Wie viele Türen gibt es?" })).await;
    assert_eq!(socket.up_to("question_answered").await["answer"]["answer"]["value"], 14);
    let (status, _) = call(&server.address, "GET", "/readyz", None, "").await.unwrap();
    assert_eq!(status, 200);
    drop(held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draining_is_told_to_every_connection_and_open_ones_do_not_hold_it_up() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let model_id = server.publish_house().await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        let begun = server.begin(&model_id).await;
        sockets.push(Socket::welcomed(&server.address, &begun, 0).await);
    }
    let begun = server.begin(&model_id).await;
    let mut stream = TcpStream::connect(&server.address).await.unwrap();
    let head = format!(
        "GET /v1/sessions/{}/events HTTP/1.0\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        begun.id, server.address, begun.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 16];
    stream.read_exact(&mut first).await.unwrap();
    let began = std::time::Instant::now();
    server.tell_to_end();
    let mut moments = Vec::new();
    for socket in &mut sockets {
        let draining = socket.next().await.value();
        assert_eq!(draining["type"], "draining");
        moments.push(draining["reconnect_after_ms"].as_u64().unwrap());
        assert!(matches!(socket.next().await, Came::Close(1012, _)));
    }
    moments.sort_unstable();
    moments.dedup();
    assert!(15 < moments.len() && moments.iter().all(|ms| (500..=5500).contains(ms)), "{moments:?}");
    let mut events = String::new();
    stream.read_to_string(&mut events).await.unwrap();
    assert!(events.contains("event: welcome") && events.contains("event: draining"), "{events}");
    server.terminate();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
