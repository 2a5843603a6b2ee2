//! The real server as a child process, and a client with HTTP and WebSocket.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longer than anything here takes; what waits for longer hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Server {
    /// On any free port.
    pub(crate) fn start(data: &Path) -> Server {
        Server::start_at(data, "127.0.0.1:0")
    }

    pub(crate) fn start_at(data: &Path, bind: &str) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"))
            .args(["serve", "--bind", bind, "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.by_ref().map(Result::unwrap).find_map(|line| {
            let port = line.split_once("http://127.0.0.1:")?.1.to_owned();
            let port: String = port.chars().take_while(char::is_ascii_digit).collect();
            Some(format!("127.0.0.1:{port}"))
        });
        // Read on to the end, so that the server never waits for a full pipe.
        std::thread::spawn(move || lines.count());
        Server { address: address.expect("the server ended before it told its address"), child }
    }

    /// As a power cut would: SIGKILL, no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

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

    /// The sample building; gives its id.
    pub(crate) async fn publish_house(&self) -> String {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/house.seed.json");
        let house = fs::read_to_string(sample).unwrap();
        let (status, made) = call(&self.address, "POST", "/v1/models?wait=true", None, &house).await.unwrap();
        assert_eq!(status, 201, "{made}");
        made["model_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn begin(&self, model_id: &str) -> Begun {
        let body = json!({ "model_id": model_id }).to_string();
        let (status, begun) = call(&self.address, "POST", "/v1/sessions", None, &body).await.unwrap();
        assert_eq!(status, 201, "{begun}");
        let text = |name: &str| begun[name].as_str().unwrap().to_owned();
        Begun { id: text("session_id"), token: text("token"), epoch: text("epoch") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already dead after `kill`, and then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
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
    let mut stream = TcpStream::connect(address).await?;
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let length = body.len();
    // HTTP/1.0 is answered without chunks, up to the end of the connection.
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{token}Content-Type: application/json\r\n\
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

/// `SplitMix64`: a seed is enough to repeat a run.
pub(crate) fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A number that the environment may replace.
pub(crate) fn setting(name: &str, default: u64) -> u64 {
    std::env::var_os(name).map_or(default, |given| given.to_string_lossy().parse().unwrap())
}
