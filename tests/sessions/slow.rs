//! A client that takes nothing of what it is sent.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, interval};

use crate::client::{Begun, Server, Socket};

/// Questions whose answers are more than the system keeps for a client that takes nothing.
const QUESTIONS: usize = 450;
/// `limits::FRAME_SEND_MAX` and `limits::UNTAKEN_MAX`, and some room.
const GONE_WITHIN: Duration = Duration::from_secs(10 + 30 + 15);

/// A connection that asks for all events and has room for few bytes of them.
async fn open(address: &str, begun: &Begun, rest: &str, headers: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let Begun { id, token, .. } = begun;
    let head =
        format!("GET /v1/sessions/{id}/{rest}?after=0&token={token} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert!(first.starts_with(b"HTTP/1.1 "), "{first:?}");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connection_of_a_client_that_reads_nothing_is_gone_after_a_time() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let model_id = server.publish_house().await;
    let begun = server.begin(&model_id).await;
    let mut asking = Socket::welcomed(&server.address, &begun, 0).await;
    let mut bytes = 0;
    for _ in 0..QUESTIONS {
        assert!(asking.say(&json!({ "type": "ask", "text": "Welche Räume gibt es?" })).await);
        bytes += asking.up_to("question_answered").await.to_string().len();
    }
    assert!(1 << 20 < bytes, "{bytes} bytes are too few to fill what the system keeps");
    drop(asking);
    let mut tick = interval(Duration::from_millis(100));
    let before = loop {
        tick.tick().await;
        // The one that listens, and what the runtime of the server has of its own.
        let held = server.sockets();
        tick.tick().await;
        if held == server.sockets() {
            break held;
        }
    };
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n";
    let slow = [open(&server.address, &begun, "ws", upgrade).await, open(&server.address, &begun, "events", "").await];
    let opened = Instant::now();
    assert_eq!(server.sockets(), before + slow.len());
    while before < server.sockets() {
        assert!(opened.elapsed() < GONE_WITHIN, "still held after {:?}", opened.elapsed());
        tick.tick().await;
    }
    println!("figure slow gone_after_s={:.1}", opened.elapsed().as_secs_f64());
    drop(slow);
    let mut again = Socket::welcomed(&server.address, &begun, 2 * QUESTIONS).await;
    assert!(again.say(&json!({ "type": "ping" })).await);
    assert_eq!(again.up_to("pong").await["type"], "pong");
}
