//! Sessions with a running stream of questions, connections cut and the server ended at random. Both sides are recorded:
//! what each client saw must be what the log holds, complete, in order, nothing twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{Notify, watch};

use crate::client::{Begun, Came, PATIENCE, Server, Socket, random, setting};

/// Sessions; `RESUME_SESSIONS` replaces it.
const SESSIONS: u64 = 50;
/// Ends of the server; `RESUME_RESTARTS` replaces it.
const RESTARTS: u64 = 6;
/// Questions of each session; `RESUME_QUESTIONS` replaces it.
const QUESTIONS: u64 = 12;
/// Decides what is cut when; `RESUME_SEED` replaces it.
const SEED: u64 = 20_261_123;
/// Questions of one session that run at the same time.
const OPEN_MAX: usize = 2;
/// Messages after which a connection is cut, at most.
const MESSAGES_MAX: u64 = 16;
/// Silence after which questions without an end are sent again; also the time between two tries to connect.
const AGAIN: Duration = Duration::from_millis(500);

const TEXTS: [&str; 4] =
    ["Wie viele Türen gibt es?", "How many windows are there?", "Welche Räume gibt es?", "Wie viele Wände gibt es?"];

/// What all clients have seen together, for whoever ends the server.
#[derive(Default)]
struct Progress {
    events: AtomicU64,
    cuts: AtomicU64,
    more: Notify,
}

impl Progress {
    fn add(&self) {
        self.events.fetch_add(1, Ordering::SeqCst);
        self.more.notify_waiters();
    }

    async fn reach(&self, wanted: u64) {
        loop {
            let more = self.more.notified();
            if wanted <= self.events.load(Ordering::SeqCst) {
                return;
            }
            more.await;
        }
    }
}

/// A client that never gives up.
struct Client {
    begun: Begun,
    address: watch::Receiver<String>,
    random: u64,
    /// Every event as it came.
    seen: Vec<String>,
    /// Questions that were put and have no end.
    open: BTreeMap<String, Value>,
    asked: u64,
    ended: u64,
}

impl Client {
    /// Talks until every question has its end; gives all events.
    async fn run(mut self, questions: u64, progress: Arc<Progress>) -> (Begun, Vec<String>) {
        while self.ended < questions {
            let address = self.address.borrow_and_update().clone();
            match Socket::open(&address, &self.begun.socket(self.seen.len())).await {
                Ok(socket) => self.talk(socket, questions, &progress).await,
                // The server is down or draining: until there is a new one, or a little later.
                Err(_) => drop(tokio::time::timeout(AGAIN, self.address.changed()).await),
            }
            progress.cuts.fetch_add(1, Ordering::SeqCst);
        }
        (self.begun, self.seen)
    }

    /// Until the connection ends by itself or is cut.
    async fn talk(&mut self, mut socket: Socket, questions: u64, progress: &Progress) {
        for frame in self.open.values() {
            socket.say(frame).await;
        }
        for _ in 0..=random(&mut self.random) % MESSAGES_MAX {
            while self.open.len() < OPEN_MAX && self.asked < questions {
                let id = format!("q-{}", self.asked);
                let text = TEXTS[usize::try_from(random(&mut self.random)).unwrap() % TEXTS.len()];
                let frame = json!({ "type": "ask", "question_id": id, "text": text });
                socket.say(&frame).await;
                self.open.insert(id, frame);
                self.asked += 1;
            }
            match socket.within(AGAIN).await {
                Some(Came::Text(text, value)) => self.take(text, &value, progress),
                Some(Came::Close(..) | Came::Cut) => return,
                None => {
                    for frame in self.open.values() {
                        socket.say(frame).await;
                    }
                }
            }
            if self.ended == questions {
                return;
            }
        }
    }

    fn take(&mut self, text: String, value: &Value, progress: &Progress) {
        let kind = value["type"].as_str().unwrap();
        let Some(seq) = value["seq"].as_u64() else {
            let passes = ["welcome", "draining"].contains(&kind)
                || kind == "error" && 429 <= value["error"]["status"].as_u64().unwrap();
            assert!(passes, "{value}");
            return;
        };
        assert_eq!(seq, self.seen.len() as u64 + 1, "session {}: {value}", self.begun.id);
        assert_eq!(value["epoch"], self.begun.epoch.as_str());
        if kind == "question_answered" {
            let was = self.open.remove(value["question_id"].as_str().unwrap());
            assert!(was.is_some(), "a question has two ends: {value}");
            self.ended += 1;
        } else {
            assert!(["question_accepted", "question_progress"].contains(&kind), "{value}");
        }
        self.seen.push(text);
        progress.add();
    }
}

/// The log as the server has it.
async fn log(address: &str, begun: &Begun) -> Vec<String> {
    let mut socket = Socket::open(address, &begun.socket(0)).await.unwrap();
    let welcome = socket.next().await.value();
    let mut events = Vec::new();
    for _ in 0..welcome["last_seq"].as_u64().unwrap() {
        match socket.next().await {
            Came::Text(text, _) => events.push(text),
            other => panic!("{other:?}"),
        }
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_sees_every_event_once_and_in_order_whatever_is_cut_and_killed() {
    let (sessions, restarts) = (setting("RESUME_SESSIONS", SESSIONS), setting("RESUME_RESTARTS", RESTARTS));
    let (questions, seed) = (setting("RESUME_QUESTIONS", QUESTIONS), setting("RESUME_SEED", SEED));
    println!("RESUME_SEED={seed}");
    let (data, started) = (tempfile::tempdir().unwrap(), Instant::now());
    let mut server = Server::start(data.path());
    let model_id = server.publish_house().await;
    let (new_address, address) = watch::channel(server.address.clone());
    let progress = Arc::new(Progress::default());
    let mut clients = Vec::new();
    for number in 0..sessions {
        let begun = server.begin(&model_id).await;
        let client = Client {
            begun,
            address: address.clone(),
            random: seed ^ (number << 32),
            seen: Vec::new(),
            open: BTreeMap::new(),
            asked: 0,
            ended: 0,
        };
        clients.push(tokio::spawn(client.run(questions, Arc::clone(&progress))));
    }
    // A question has two events at least; the ends are spread over all of them, the last before the last events.
    let all = 2 * sessions * questions;
    let (mut state, mut kills) = (seed, 0);
    for restart in 0..restarts {
        let span = all / (restarts + 1);
        progress.reach(restart * span + random(&mut state) % span).await;
        if random(&mut state) & 1 == 0 {
            kills += 1;
            server.kill();
        } else {
            server.terminate();
        }
        server = Server::start(data.path());
        new_address.send_replace(server.address.clone());
    }
    let mut events = 0;
    for client in clients {
        let (begun, seen) = tokio::time::timeout(PATIENCE * 10, client).await.unwrap().unwrap();
        assert!(seen == log(&server.address, &begun).await, "RESUME_SEED={seed}: session {} differs", begun.id);
        events += seen.len();
    }
    let (cuts, seconds) = (progress.cuts.load(Ordering::SeqCst), started.elapsed().as_secs_f64());
    println!(
        "figure resume sessions={sessions} restarts={restarts} kills={kills} connections={cuts} events={events} \
         seconds={seconds:.1}"
    );
}
