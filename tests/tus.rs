//! Uploads in pieces against the real server: cut at random places, killed in between, and by a client of others.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module"
)]

mod running;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use self::running::{Server, random};

/// Decides where the upload is cut; `TUS_SEED` replaces it.
const SEED: u64 = 20_261_123;
const CUTS: usize = 20;
/// The cut at which the server is killed.
const KILL_AT: usize = 11;
/// A file of some 20 MB.
const WALLS: usize = 200_000;
/// A file that one connection sends at once.
const FEW_WALLS: usize = 2_000;
/// Bytes of one cut that are sent again at most, where nobody is killed: what stands in the buffer of the framework.
const LOST_BYTES_MAX: usize = 200_000;
/// Bytes sent again, of those in the file.
const AGAIN_PERCENT_MAX: f64 = 2.0;

impl Server {
    /// Begins an upload and gives its path.
    fn create(&self, length: usize) -> String {
        let request = ureq::post(self.url("/v1/uploads")).header("Tus-Resumable", "1.0.0");
        let request = request.header("Upload-Length", length.to_string());
        // haus.json
        let response = request.header("Upload-Metadata", "filename aGF1cy5qc29u").send_empty().unwrap();
        assert_eq!(response.status(), 201);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Bytes that are durable.
    fn offset(&self, path: &str) -> usize {
        let response = ureq::head(self.url(path)).header("Tus-Resumable", "1.0.0").call().unwrap();
        assert_eq!(response.headers()["tus-resumable"], "1.0.0");
        response.headers()["upload-offset"].to_str().unwrap().parse().unwrap()
    }

    /// Begins a piece that reaches to the end of the file, and sends it as far as `to`.
    fn send(&self, path: &str, content: &[u8], from: usize, to: usize) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (address, length) = (&self.address, content.len() - from);
        let head = format!(
            "PATCH {path} HTTP/1.1\r\nHost: {address}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {from}\r\n\
             Content-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&content[from..to]).unwrap();
        stream
    }

    /// Follows an upload until an event that is asked for.
    fn follow(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let response = ureq::get(self.url(&format!("{path}/events"))).call().unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let lines = BufReader::new(response.into_body().into_reader()).lines();
        let events =
            lines.filter_map(|line| Some(serde_json::from_str(line.unwrap().strip_prefix("data: ")?).unwrap()));
        events.into_iter().find(|event| wanted(event)).expect("the events ended too early")
    }

    fn read_model(&self, path: &str) -> Value {
        let id = path.rsplit('/').next().unwrap();
        ureq::get(self.url(&format!("/v1/models/{id}"))).call().unwrap().body_mut().read_json().unwrap()
    }

    fn publish(&self, content: &[u8]) -> String {
        let mut response = ureq::post(self.url("/v1/models?name=plain&wait=true")).send(content).unwrap();
        let made: Value = response.body_mut().read_json().unwrap();
        made["model_id"].as_str().unwrap().to_owned()
    }
}

fn model(walls: usize) -> Vec<u8> {
    let mut text = String::from(r#"{"type":"IFC.JSON","version":"0.0.1","schemaIdentifier":"IFC4","data":["#);
    for number in 0..walls {
        let comma = if number == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"type":"IfcWall","globalId":"00000000-0000-8000-8000-{number:012x}","name":"Wand {number}"}}"#
        )
        .unwrap();
    }
    text.push_str("]}");
    text.into_bytes()
}

fn status(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn an_upload_that_is_cut_twenty_times_and_survives_a_kill_becomes_the_same_model_as_a_plain_one() {
    let data = tempfile::tempdir().unwrap();
    let content = model(WALLS);
    let seed = std::env::var_os("TUS_SEED").map_or(SEED, |seed| seed.to_string_lossy().parse().unwrap());
    println!("TUS_SEED={seed}");
    let mut state = seed;
    let length = u64::try_from(content.len()).unwrap();
    let mut cuts: Vec<usize> = (0..CUTS).map(|_| usize::try_from(random(&mut state) % length).unwrap()).collect();
    cuts.sort_unstable();

    let mut server = Server::start(data.path());
    let path = server.create(content.len());
    let (mut offset, mut sent) = (0, 0);
    for (number, cut) in cuts.into_iter().enumerate() {
        if cut <= offset {
            continue;
        }
        let connection = server.send(&path, &content, offset, cut);
        sent += cut - offset;
        if number == KILL_AT {
            let cut = u64::try_from(cut).unwrap();
            server.follow(&path, |event| event["bytes"].as_u64() == Some(cut));
            server.kill();
            server = Server::start(data.path());
            drop(connection);
        } else if number % 5 == 0 {
            // The connection breaks without a word once the server has begun with the piece.
            let before = u64::try_from(offset).unwrap();
            server.follow(&path, |event| event["bytes"].as_u64().is_some_and(|bytes| before < bytes));
            drop(connection);
        } else {
            connection.shutdown(Shutdown::Write).unwrap();
            assert_eq!(status(connection), "HTTP/1.1 400 Bad Request");
        }
        offset = server.offset(&path);
        assert!(offset <= cut, "seed {seed}: {offset} bytes of {cut} that were sent");
        assert!(number == KILL_AT || cut - offset <= LOST_BYTES_MAX, "seed {seed}: cut at {cut}, goes on at {offset}");
    }
    let last = server.send(&path, &content, offset, content.len());
    sent += content.len() - offset;
    assert_eq!(status(last), "HTTP/1.1 204 No Content", "seed {seed}");

    let again = 100.0 * (sent - content.len()) as f64 / content.len() as f64;
    println!("{} bytes, {again:.3} % sent again", content.len());
    assert!(again <= AGAIN_PERCENT_MAX, "seed {seed}: {again} % sent again");
    let ready = server.follow(&path, |event| event["stage"] != "receiving" && event["stage"] != "reading");
    assert_eq!(ready["stage"], "ready", "{ready}");
    let model = server.read_model(&path);
    assert_eq!((&model["status"], &model["name"]), (&Value::from("ready"), &Value::from("haus.json")), "{model}");
    assert_eq!(model["model_id"], ready["model_id"]);
    assert_eq!(model["entities"], WALLS);
    assert_eq!(ready["model_id"], server.publish(&content));
}

#[test]
fn an_upload_whose_last_byte_was_answered_becomes_a_model_after_a_kill_and_is_known_by_its_id() {
    let data = tempfile::tempdir().unwrap();
    let content = model(FEW_WALLS);
    let server = Server::start(data.path());
    let path = server.create(content.len());
    let last = server.send(&path, &content, 0, content.len());
    assert_eq!(status(last), "HTTP/1.1 204 No Content");
    server.kill();

    let server = Server::start(data.path());
    let ready = server.follow(&path, |event| event["stage"] != "reading");
    assert_eq!(ready["stage"], "ready", "{ready}");
    assert_eq!(server.offset(&path), content.len());
    server.kill();

    // The bytes are gone by now, what became of them is not.
    let server = Server::start(data.path());
    assert_eq!(server.follow(&path, |_| true)["stage"], "ready");
    assert_eq!(server.offset(&path), content.len());
    assert_eq!(server.read_model(&path)["model_id"], ready["model_id"]);
}

#[test]
fn a_client_that_left_a_silent_connection_behind_takes_its_upload_over() {
    let data = tempfile::tempdir().unwrap();
    let content = model(FEW_WALLS);
    let server = Server::start(data.path());
    let path = server.create(content.len());
    let half_open = server.send(&path, &content, 0, 1000);
    server.follow(&path, |event| event["bytes"] == 1000);
    assert_eq!(server.offset(&path), 1000);
    let last = server.send(&path, &content, 1000, content.len());
    assert_eq!(status(last), "HTTP/1.1 204 No Content");
    assert_eq!(status(half_open), "HTTP/1.1 423 Locked");
}

/// The folder of packages for node, where `cargo xtask test` has installed them.
fn packages() -> Option<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("clients").join("node_modules");
    folder.join("tus-js-client").is_dir().then_some(folder)
}

#[test]
fn a_client_of_others_resumes_after_an_abort_and_takes_an_upload_back() {
    let Some(packages) = packages() else {
        println!("tus-js-client is not installed; cargo xtask test does that");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&data.path().join("data"));
    let content = model(FEW_WALLS * 20);
    let file = data.path().join("haus.json");
    fs::write(&file, &content).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/tus.cjs");
    let output = Command::new("node")
        .arg(script)
        .arg(server.url("/v1/uploads"))
        .arg(&file)
        .env("NODE_PATH", packages)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(0 < told["resumed_at"].as_u64().unwrap(), "{told}");
    assert_eq!(told["terminated"], 404, "{told}");
    let path = told["url"].as_str().unwrap().strip_prefix(&server.url("")).unwrap().to_owned();
    let ready = server.follow(&path, |event| event["stage"] != "reading");
    assert_eq!(ready["stage"], "ready", "{ready}");
    assert_eq!(server.read_model(&path)["name"], "haus.json");
    let at_once = told["at_once"].as_str().unwrap().strip_prefix(&server.url("")).unwrap().to_owned();
    assert_eq!(server.follow(&at_once, |event| event["stage"] == "ready")["model_id"], ready["model_id"]);
    assert_eq!(ready["model_id"], server.publish(&content));
}
