//! The real server, killed in the middle of an upload: what was acknowledged stays, what was not leaves nothing.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module"
)]

mod running;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use self::running::{Server, random};

/// Kills; `KILL_ROUNDS` replaces it.
const ROUNDS: u64 = 5;
/// Decides where uploads break off; `KILL_SEED` replaces it.
const SEED: u64 = 20_261_123;
/// Large enough that the upload is spread over many reads and the reading has begun.
const LARGE_WALLS: usize = 100_000;
/// Doors of the sample building.
const DOORS: u64 = 14;

impl Server {
    fn publish(&self, name: &str, content: &str) -> String {
        let url = self.url(&format!("/v1/models?name={name}&wait=true"));
        let mut response = ureq::post(&url).send(content).unwrap();
        assert_eq!(response.status(), 201);
        let made: Value = response.body_mut().read_json().unwrap();
        assert_eq!(made["status"], "ready");
        made["model_id"].as_str().unwrap().to_owned()
    }

    /// The models' ids, sorted; all of them must be ready.
    fn models(&self) -> Vec<String> {
        let listed: Value = ureq::get(self.url("/v1/models")).call().unwrap().body_mut().read_json().unwrap();
        let models = listed["models"].as_array().unwrap();
        for model in models {
            assert_eq!(model["status"], "ready", "{model}");
        }
        let mut ids: Vec<String> = models.iter().map(|model| model["model_id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    }

    fn count_doors(&self, model_id: &str) -> u64 {
        let question = json!({ "text": "Wie viele Türen gibt es im Gebäude?", "mode": "exact" });
        let url = self.url(&format!("/v1/models/{model_id}/questions"));
        let answer: Value = ureq::post(&url).send_json(question).unwrap().body_mut().read_json().unwrap();
        assert_eq!(answer["status"], "answered", "{answer}");
        answer["answer"]["value"].as_u64().unwrap()
    }

    /// Begins an upload and sends only its first `bytes`. The connection stays open, as that of a slow client does.
    fn begin_upload(&self, content: &str, bytes: usize) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (address, length) = (&self.address, content.len());
        let head = format!("POST /v1/models?name=large.json&wait=true HTTP/1.1\r\nHost: {address}\r\n");
        let kind = format!("Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(kind.as_bytes()).unwrap();
        stream.write_all(content.as_bytes().split_at(bytes).0).unwrap();
        stream
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var_os(name).map_or(default, |given| given.to_string_lossy().parse().unwrap())
}

/// The sample building with another title: other content, hence another model.
fn house(edition: u64) -> String {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/house.seed.json");
    let edited = format!("Haus am Lindenweg {edition}");
    fs::read_to_string(sample).unwrap().replace("Haus am Lindenweg", &edited)
}

fn large_model() -> String {
    let mut text = String::from(r#"{"type":"IFC.JSON","version":"0.0.1","schemaIdentifier":"IFC4","data":["#);
    for number in 0..LARGE_WALLS {
        let comma = if number == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"type":"IfcWall","globalId":"00000000-0000-8000-8000-{number:012x}","name":"Wand {number}"}}"#
        )
        .unwrap();
    }
    text.push_str("]}");
    text
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_kill_in_the_middle_of_an_upload_leaves_earlier_models_whole_and_nothing_else() {
    let data = tempfile::tempdir().unwrap();
    let large = large_model();
    let seed = setting("KILL_SEED", SEED);
    let mut state = seed;
    let mut published = Vec::new();
    for round in 0..setting("KILL_ROUNDS", ROUNDS) {
        let context = format!("round {round} of KILL_SEED={seed}");
        let server = Server::start(data.path());
        published.push(server.publish("house.json", &house(round)));
        published.sort();
        let length = u64::try_from(large.len()).unwrap();
        let cut = usize::try_from(random(&mut state) % length).unwrap();
        let upload = server.begin_upload(&large, cut);
        server.kill();
        drop(upload);

        let server = Server::start(data.path());
        assert_eq!(server.models(), published, "{context}, cut at {cut}");
        for model_id in &published {
            assert_eq!(server.count_doors(model_id), DOORS, "{context}, model {model_id}");
        }
        let left = files_in(&data.path().join("incoming"));
        assert!(left.is_empty(), "{context}: {left:?} left behind");
    }
}
