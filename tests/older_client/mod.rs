//! A client as those of the older product are: what it calls, in which order, and what it reads of the answers.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// The built server, ended when dropped.
pub(crate) struct Server {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(data: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"));
        command.args(["serve", "--data"]).arg(data).args(arguments).envs(variables.iter().copied());
        if !variables.iter().any(|(name, _)| *name == "API_PORT") {
            command.args(["--bind", "127.0.0.1:0"]);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.by_ref().map(Result::unwrap).find_map(|line| {
            let port = line.split_once("http://127.0.0.1:")?.1.to_owned();
            Some(format!("127.0.0.1:{}", port.trim()))
        });
        // Read on to the end, so that the server never waits for a full pipe.
        std::thread::spawn(move || lines.count());
        Server { address: address.expect("the server ended before it told its address"), child }
    }

    /// As a service manager ends it; gives what it left on its way.
    pub(crate) fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        answer(agent().get(self.url(path)).call().unwrap())
    }

    pub(crate) fn delete(&self, path: &str) -> (u16, Value) {
        answer(agent().delete(self.url(path)).call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        answer(agent().post(self.url(path)).send_json(body).unwrap())
    }

    /// As a browser sends a form with one file.
    pub(crate) fn upload(&self, name: &str, media_type: &str, content: &[u8]) -> (u16, Value) {
        let head = format!(
            "--form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {media_type}\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n--form--\r\n"].concat();
        let request = agent().post(self.url("/api/files/upload"));
        answer(request.header("Content-Type", "multipart/form-data; boundary=form").send(body.as_slice()).unwrap())
    }

    /// What the query form sends; gives the query's id.
    pub(crate) fn ask(&self, file_id: &str, text: &str, hint: &Value) -> String {
        let mut body = json!({
            "file_id": file_id, "query": text, "max_concurrent": 3, "timeout_seconds": 300, "cache_results": true,
        });
        body.as_object_mut().unwrap().extend(hint.as_object().unwrap().clone());
        let (status, made) = self.post("/api/queries", &body);
        assert_eq!((status, &made["status"]), (200, &json!("started")), "{made}");
        assert!(made["message"].is_string(), "{made}");
        made["query_id"].as_str().unwrap().to_owned()
    }

    /// Polls as the client does when its socket cannot be opened; gives the last status.
    pub(crate) fn poll(&self, query_id: &str) -> Value {
        for _ in 0..10_000 {
            let (status, seen) = self.get(&format!("/api/queries/{query_id}/status"));
            assert_eq!(status, 200, "{seen}");
            match seen["status"].as_str().unwrap() {
                "started" | "processing" => {}
                "completed" | "failed" | "cancelled" => return seen,
                other => panic!("the client stops polling at {other}"),
            }
        }
        panic!("{query_id} has no end");
    }

    pub(crate) fn socket(&self, query_id: &str) -> Socket {
        let request = format!("ws://{}/api/ws/{query_id}", self.address).into_client_request().unwrap();
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Socket(client(request, stream).unwrap().0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended after `stop`, and then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let id = response.headers().get("x-request-id").unwrap().to_str().unwrap();
    assert!(id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let status = response.status().as_u16();
    (status, response.body_mut().read_json().unwrap())
}

/// A page's socket to one query.
pub(crate) struct Socket(pub(crate) WebSocket<TcpStream>);

impl Socket {
    pub(crate) fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).unwrap();
    }

    /// The next frame, or the code of the closing.
    pub(crate) fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match self.0.read().unwrap() {
                Message::Text(text) => return Ok(serde_json::from_str(&text).unwrap()),
                Message::Close(frame) => return Err(frame.map(|frame| frame.code.into())),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Reads to the frame that ends the query on the page; gives the kinds before it, and it.
    pub(crate) fn read_to_end(&mut self) -> (Vec<String>, Value) {
        let mut kinds = Vec::new();
        loop {
            let frame = self.next().unwrap_or_else(|code| panic!("closed with {code:?} while pending"));
            match frame["type"].as_str().unwrap() {
                "completion" | "error" => return (kinds, frame),
                kind => kinds.push(kind.to_owned()),
            }
        }
    }

    /// As the page does two seconds after the end.
    pub(crate) fn close(mut self) {
        self.0.close(None).unwrap();
    }
}
