//! An upload in pieces whose connection breaks twenty times, once with the server: how much of it is sent again.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::Figure;
use super::server::Server;
use crate::generate::random::Random;
use crate::process::TempFolder;

const BYTES: usize = 200_000_000;
const CUTS: u64 = 20;
/// The cut that also kills the server.
const KILL_AT: u64 = 10;
const AGAIN_PERCENT_MAX: f64 = 2.0;

/// Measures the upload of 200 MB.
///
/// # Errors
/// When the server cannot be started, or answers what it should not.
pub(super) fn measure(program: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let data = TempFolder::new("show-uploads")?;
    let content = model()?;
    let seed = seed()?;
    println!("seed {seed}: {} bytes, cut {CUTS} times", content.len());
    let mut random = Random::of(seed, 0, 0);
    let mut server = Server::start(program, data.path())?;
    let path = create(&server, content.len())?;
    let (mut offset, mut sent) = (0_usize, 0_usize);
    for number in 0..CUTS {
        // Equal shares of what is left, with a random end.
        let share = (content.len() - offset) as u64 / (CUTS - number + 1) * 2;
        let cut = offset + usize::try_from(random.below(share))? + 1;
        let connection = send(&server, &path, &content, (offset, cut.min(content.len() - 1)))?;
        sent += cut.min(content.len() - 1) - offset;
        // A connection that breaks has been one: the server has begun with the piece.
        follow(&server, &path, |event| event["bytes"].as_u64().is_some_and(|bytes| (offset as u64) < bytes))?;
        if number == KILL_AT {
            drop(server);
            server = Server::start(program, data.path())?;
        }
        drop(connection);
        let before = offset;
        offset = find(&server, &path)?;
        println!("cut {:2}: sent to {cut}, goes on at {offset}", number + 1);
        if offset < before || cut < offset {
            bail!("the offset is {offset}, between {before} and {cut} was sent");
        }
    }
    let mut last = send(&server, &path, &content, (offset, content.len()))?;
    sent += content.len() - offset;
    let mut answer = String::new();
    last.read_to_string(&mut answer)?;
    let ready = follow(&server, &path, |event| event["stage"] == "ready" || event["stage"] == "failed")?;
    let plain = server.publish("plain.json", &content)?;

    let again = 100.0 * (sent - content.len()) as f64 / content.len() as f64;
    let name = format!("sent again, 200 MB cut {CUTS} times and killed once");
    let bar = format!("<= {AGAIN_PERCENT_MAX} %");
    figures.push(Figure::measured(name, format!("{again:.2} %"), bar, again <= AGAIN_PERCENT_MAX));
    let is_same = ready["model_id"] == plain.as_str();
    let value = if is_same { "the same" } else { "another" };
    figures.push(Figure::measured("its model, beside that of a plain upload", value, "the same", is_same));
    Ok(())
}

fn seed() -> Result<u64> {
    let mut bytes = [0; 4];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes).into())
}

fn model() -> Result<Vec<u8>> {
    let mut text = String::from(r#"{"type":"IFC.JSON","version":"0.0.1","schemaIdentifier":"IFC4","data":["#);
    let mut number = 0_u64;
    while text.len() < BYTES {
        let comma = if number == 0 { "" } else { "," };
        let id = format_args!("00000000-0000-8000-8000-{number:012x}");
        write!(text, r#"{comma}{{"type":"IfcWall","globalId":"{id}","name":"Wand {number}"}}"#)?;
        number += 1;
    }
    text.push_str("]}");
    Ok(text.into_bytes())
}

/// Sends the head of a request, and gives the connection.
fn request(server: &Server, head: &str) -> Result<TcpStream> {
    let address = server.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address)?;
    // HTTP/1.0 is answered without chunks, up to the end of the connection.
    let head = format!("{head} HTTP/1.0\r\nHost: {address}\r\nTus-Resumable: 1.0.0\r\n");
    stream.write_all(head.as_bytes())?;
    Ok(stream)
}

/// A header of the answer.
fn header(mut stream: TcpStream, name: &str) -> Result<String> {
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let line = answer.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix(name).map(str::to_owned));
    Ok(line.with_context(|| format!("no {name} in {answer}"))?.trim_start_matches(':').trim().to_owned())
}

fn create(server: &Server, length: usize) -> Result<String> {
    let mut stream = request(server, "POST /v1/uploads")?;
    stream.write_all(format!("Upload-Length: {length}\r\nContent-Length: 0\r\n\r\n").as_bytes())?;
    header(stream, "location")
}

fn find(server: &Server, path: &str) -> Result<usize> {
    let mut stream = request(server, &format!("HEAD {path}"))?;
    stream.write_all(b"\r\n")?;
    Ok(header(stream, "upload-offset")?.parse()?)
}

/// Begins a piece that reaches to the end of the file, and sends a part of it.
fn send(server: &Server, path: &str, content: &[u8], (from, to): (usize, usize)) -> Result<TcpStream> {
    let mut stream = request(server, &format!("PATCH {path}"))?;
    let kind = "application/offset+octet-stream";
    let length = content.len() - from;
    let head = format!("Upload-Offset: {from}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(content.get(from..to).context("a cut outside of the file")?)?;
    Ok(stream)
}

/// The first event of an upload that is asked for.
fn follow(server: &Server, path: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut stream = request(server, &format!("GET {path}/events"))?;
    stream.write_all(b"\r\n")?;
    for line in BufReader::new(stream).lines() {
        if let Some(data) = line?.strip_prefix("data: ") {
            let event: Value = serde_json::from_str(data)?;
            if wanted(&event) {
                return Ok(event);
            }
        }
    }
    bail!("the events of {path} ended too early")
}
