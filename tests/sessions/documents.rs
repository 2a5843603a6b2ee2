//! The clients of docs/clients-sessions.md: they are what stands there, and they lose nothing when the server is killed.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::client::Server;

const PROGRAMS: [&str; 3] = ["session_events.py", "session_socket.py", "session.mjs"];
const DOCUMENT: &str = "docs/clients-sessions.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The document with the text of each program in the block that names it, or that holds it already.
fn with_programs(document: &str) -> String {
    let mut blocks = PROGRAMS.iter().map(|name| fs::read_to_string(root().join("tests/clients").join(name)).unwrap());
    let mut out = String::new();
    let mut within = false;
    for line in document.lines() {
        if within && line != "```" {
            continue;
        }
        within = false;
        out.push_str(line);
        out.push('\n');
        if line == "```python" || line == "```js" {
            out.push_str(&blocks.next().unwrap());
            within = true;
        }
    }
    assert!(blocks.next().is_none(), "a program is not in the document");
    out
}

#[test]
fn programs_of_clients_are_documented() {
    let path = root().join(DOCUMENT);
    let found = fs::read_to_string(&path).unwrap();
    let wanted = with_programs(&found);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(fs::read_to_string(path).unwrap() == wanted, "{DOCUMENT} is stale: run cargo xtask generate");
}

/// The program asks, the server is killed, the program asks again.
async fn outlives_a_kill(program: &str, arguments: &[&str]) {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let (address, model_id) = (server.address.clone(), server.publish_house().await);
    let mut client = Command::new(program)
        .args(arguments)
        .args([server.url(""), model_id])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = client.stdin.take().unwrap();
    let mut lines = BufReader::new(client.stdout.take().unwrap()).lines();
    let mut ask = || {
        questions.write_all("Wie viele Türen gibt es?\n".as_bytes()).unwrap();
        questions.flush().unwrap();
    };
    let mut answer = || lines.by_ref().map(Result::unwrap).find(|line| line.contains("question_answered"));
    ask();
    let first = answer().unwrap();
    assert!(first.starts_with("2 question_answered") && first.contains("14"), "{first}");
    server.kill();
    ask();
    let server = Server::start_at(data.path(), &address);
    let second = answer().unwrap();
    assert!(second.starts_with("4 question_answered") && second.contains("14"), "{second}");
    server.terminate();
    let server = Server::start_at(data.path(), &address);
    ask();
    let third = answer().unwrap();
    assert!(third.starts_with("6 question_answered"), "{third}");
    drop(questions);
    assert!(client.wait().unwrap().success());
    drop(server);
}

/// Whether a program runs with these arguments.
fn runs(program: &str, arguments: &[&str]) -> bool {
    let quiet = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

fn script(name: &str) -> String {
    root().join("tests/clients").join(name).to_string_lossy().into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_client_of_event_streams_outlives_a_kill() {
    if !runs("python3", &["-c", "import urllib.request"]) {
        println!("skipped: there is no python3");
        return;
    }
    outlives_a_kill("python3", &[&script("session_events.py")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_client_of_sockets_outlives_a_kill() {
    if !runs("python3", &["-c", "import websockets.sync.client"]) {
        println!("skipped: there is no python3 with the package websockets");
        return;
    }
    outlives_a_kill("python3", &[&script("session_socket.py")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn javascript_client_outlives_a_kill() {
    let probe = ["-e", "if (typeof WebSocket === 'undefined') process.exit(1)"];
    let flag = "--experimental-websocket";
    if runs("node", &probe) {
        outlives_a_kill("node", &[&script("session.mjs")]).await;
    } else if runs("node", &[&[flag], &probe[..]].concat()) {
        outlives_a_kill("node", &[flag, &script("session.mjs")]).await;
    } else {
        println!("skipped: there is no node with WebSocket");
    }
}
