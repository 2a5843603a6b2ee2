//! What these tests do with the real server, and a client with HTTP and WebSocket.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

pub(crate) use crate::running::{Server, random};

/// Longer than anything here takes; what waits for longer hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

impl Server {
    /// As an operator would: SIGTERM, and waits for the end.
    pub(crate) fn terminate(mut self) {
        self.tell_to_end();
        assert!(self.child.wait().unwrap().success());
    }

    pub(crate) fn tell_to_end(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Resident bytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// Sockets that the server holds, those it listens on among them.
    pub(crate) fn sockets(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap();
        // One that is closed meanwhile leads nowhere.
        let is_socket = |file: &fs::DirEntry| {
            fs::read_link(file.path()).is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
        };
        open.map(Result::unwrap).filter(is_socket).count()
    }

    /// The sample building; gives its id.
    pub(crate) async fn publish_house(&self) -> String {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/house.seed.json");
        let house = fs::read_to_string(sample).unwrap();
        let (status, made) = call(&self.address, "POST", "/v1/models?wait=true", None, &house).await.unwrap();
        assert_eq!(status, 201, "{made}");
        made["model_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn begin(&self, model_id: &str) -> Begun {
        self.begin_from(model_id, "127.0.0.1").await
    }

    /// As a proxy does it for a client at another address: one client may not begin many in a time.
    pub(crate) async fn begin_from(&self, model_id: &str, address: &str) -> Begun {
        let body = json!({ "model_id": model_id }).to_string();
        let headers = format!("X-Forwarded-For: {address}\r\n");
        let (status, begun) = send(&self.address, "POST", "/v1/sessions", &headers, &body).await.unwrap();
        assert_eq!(status, 201, "{begun}");
        let text = |name: &str| begun[name].as_str().unwrap().to_owned();
        Begun { id: text("session_id"), token: text("token"), epoch: text("epoch") }
    }
}

/// A session that was begun.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) epoch: String,
}

impl Begun {
    /// The address of its socket for a client that has everything up to `after`.
    pub(crate) fn socket(&self, after: usize) -> String {
        let Begun { id, token, epoch } = self;
        format!("/v1/sessions/{id}/ws?after={after}&epoch={epoch}&token={token}")
    }
}

/// One request over a connection of its own; an empty body is null.
pub(crate) async fn call(
    address: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> std::io::Result<(u16, Value)> {
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    send(address, method, path, &token, body).await
}

async fn send(address: &str, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    // HTTP/1.0 is answered without chunks, up to the end of the connection.
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{headers}Content-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let broken = || std::io::Error::other(format!("answered {answer:?}"));
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    Ok((status, serde_json::from_str(body).unwrap_or_default()))
}

/// A client's end of a WebSocket.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

/// What came over a socket.
#[derive(Debug, PartialEq)]
pub(crate) enum Came {
    /// As it was sent, and what it says.
    Text(String, Value),
    Close(u16, String),
    /// The connection ended without a word.
    Cut,
}

impl Came {
    pub(crate) fn value(self) -> Value {
        match self {
            Came::Text(_, value) => value,
            other => panic!("{other:?} is no text"),
        }
    }
}

impl Socket {
    pub(crate) async fn open(address: &str, path: &str) -> Result<Socket, Error> {
        let stream = TcpStream::connect(address).await?;
        let (socket, _) = client_async(format!("ws://{address}{path}"), stream).await?;
        Ok(Socket(socket))
    }

    /// A connection whose welcome was read.
    pub(crate) async fn welcomed(address: &str, begun: &Begun, after: usize) -> Socket {
        let mut socket = Socket::open(address, &begun.socket(after)).await.unwrap();
        assert_eq!(socket.next().await.value()["type"], "welcome");
        socket
    }

    pub(crate) async fn say(&mut self, value: &Value) -> bool {
        self.send(Message::text(value.to_string())).await
    }

    pub(crate) async fn send(&mut self, message: Message) -> bool {
        self.0.send(message).await.is_ok()
    }

    /// What comes next, pings apart.
    pub(crate) async fn next(&mut self) -> Came {
        self.within(PATIENCE).await.expect("nothing came")
    }

    /// The same; `None` when nothing comes for so long.
    pub(crate) async fn within(&mut self, time: Duration) -> Option<Came> {
        loop {
            return Some(match timeout(time, self.0.next()).await.ok()? {
                Some(Ok(Message::Text(text))) => {
                    let value = serde_json::from_str(text.as_str()).unwrap();
                    Came::Text(text.as_str().to_owned(), value)
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    Came::Close(frame.code.into(), frame.reason.as_str().to_owned())
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(other)) => panic!("{other:?}"),
                Some(Err(_)) | None => Came::Cut,
            });
        }
    }

    /// Everything up to the next event of a kind, that included; an error on the way stops the test.
    pub(crate) async fn up_to(&mut self, kind: &str) -> Value {
        loop {
            let value = self.next().await.value();
            if value["type"] == kind {
                return value;
            }
            assert_ne!(value["type"], "error", "{value}");
        }
    }

    /// Listens, which answers pings, until the connection ends.
    pub(crate) async fn listen(mut self) {
        while !matches!(self.within(PATIENCE).await, Some(Came::Cut)) {}
    }
}

/// A number that the environment may replace.
pub(crate) fn setting(name: &str, default: u64) -> u64 {
    std::env::var_os(name).map_or(default, |given| given.to_string_lossy().parse().unwrap())
}
