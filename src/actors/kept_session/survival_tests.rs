//! Random questions, cancellations, connections, panics and restarts against a plain model: the log itself, read at the end.

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::prelude::*;
use tokio::time::{advance, pause, resume};

use super::*;
use crate::actors::ingest::UploadRequest;
use crate::actors::owner::OwnerId;
use crate::actors::root::{self, Dependencies, Handles};
use crate::actors::session_event::{EventBody, EventRecord};
use crate::actors::testing::{FakeBackend, Gate};
use crate::formats::{ContentEncoding, ReadOptions};
use crate::query::Question;

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Submit(u8),
    SubmitSlow(u8),
    Cancel(u8),
    OpenGate,
    Attach { from_start: bool },
    Detach,
    Take,
    Panic,
    PanicDirectory,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12_u8).prop_map(Step::Submit),
        3 => (0..12_u8).prop_map(Step::SubmitSlow),
        2 => (0..12_u8).prop_map(Step::Cancel),
        1 => Just(Step::OpenGate),
        2 => any::<bool>().prop_map(|from_start| Step::Attach { from_start }),
        1 => Just(Step::Detach),
        3 => Just(Step::Take),
        1 => Just(Step::Panic),
        1 => Just(Step::PanicDirectory),
        1 => Just(Step::Restart),
    ]
}

/// One client: what it got, and from where it goes on when its connection is gone.
#[derive(Default)]
struct Client {
    attachment: Option<Attachment>,
    cursor: Option<Cursor>,
    first: Option<u64>,
    got: Vec<String>,
}

impl Client {
    fn take(&mut self, next: &Next) {
        match next {
            Next::Event(event) => {
                self.first.get_or_insert(event.seq);
                self.cursor.as_mut().unwrap().after = event.seq;
                self.got.push(event.json.as_ref().to_owned());
            }
            Next::Draining => self.attachment = None,
            Next::Truncated { .. } | Next::EpochChanged { .. } | Next::Ended => panic!("{next:?}"),
        }
    }
}

struct World {
    dependencies: Dependencies,
    gate: Arc<Gate>,
    owner: OwnerId,
    id: String,
    accepted: BTreeMap<String, u64>,
    clients: Vec<Client>,
}

impl World {
    /// Calls again until the session is there again.
    async fn again<T>(
        &self,
        handles: &Handles,
        call: impl AsyncFn(&Handles) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        for _ in 0..100 {
            match call(handles).await {
                Err(SessionError::Unavailable) => {
                    // Not slept: while a question waits at the gate, the clock does not pass by itself.
                    pause();
                    advance(limits::RESTART_DELAY_MIN * 2).await;
                    resume();
                    tokio::task::yield_now().await;
                }
                other => return other,
            }
        }
        panic!("the session did not come back");
    }

    async fn submit(&mut self, handles: &Handles, number: u8, text: &str) {
        let question_id = format!("q{number}");
        let submitted = self.again(handles, async |handles| {
            let question = Question::parse(text).unwrap();
            let new = NewQuestion { question_id: Some(question_id.clone()), model_id: None, question };
            handles.sessions.submit(Some(&self.owner), &self.id, new).await
        });
        match submitted.await {
            Ok(accepted) => {
                let before = self.accepted.insert(question_id, accepted.seq);
                assert!(before.is_none_or(|seq| seq == accepted.seq), "accepted twice");
            }
            Err(SessionError::QuestionIdTaken(_)) => assert!(self.accepted.contains_key(&question_id)),
            Err(error) => panic!("{error}"),
        }
    }

    async fn connect(&mut self, handles: &Handles) {
        for at in 0..self.clients.len() {
            if self.clients[at].attachment.is_none() {
                let from = self.clients[at].cursor.clone();
                let attached = self.again(handles, async |handles| {
                    handles.sessions.attach(Some(&self.owner), &self.id, from.clone()).await
                });
                let attachment = attached.await.unwrap();
                let client = &mut self.clients[at];
                let after = from.map_or(attachment.info.last_seq, |from| from.after);
                client.cursor = Some(Cursor { epoch: Some(attachment.info.epoch.clone()), after });
                client.attachment = Some(attachment);
            }
        }
    }

    /// Lets every client take what there is.
    async fn take_all(&mut self, handles: &Handles) {
        loop {
            self.connect(handles).await;
            let last = self.again(handles, async |handles| handles.sessions.info(Some(&self.owner), &self.id).await);
            let last = last.await.unwrap().last_seq;
            let behind = self.clients.iter_mut().find(|client| client.cursor.as_ref().unwrap().after < last);
            let Some(client) = behind else { return };
            let next = client.attachment.as_mut().unwrap().next().await;
            client.take(&next);
        }
    }

    async fn run(&mut self, steps: &[Step]) {
        let (_root, handles) = root::start(&self.dependencies);
        assert!(handles.health.clone().ready().await);
        self.gate.shut();
        for step in steps {
            match step {
                Step::Submit(number) => self.submit(&handles, *number, "Wie viele?").await,
                Step::SubmitSlow(number) => self.submit(&handles, *number, "slow").await,
                Step::Cancel(number) => {
                    let cancelled = self.again(&handles, async |handles| {
                        handles.sessions.cancel(Some(&self.owner), &self.id, &format!("q{number}")).await
                    });
                    let is_known = self.accepted.contains_key(&format!("q{number}"));
                    assert_eq!(cancelled.await.is_ok(), is_known);
                }
                Step::OpenGate => self.gate.open(),
                Step::Attach { from_start } if self.clients.len() < limits::SESSION_CONNECTIONS_MAX => {
                    let cursor = from_start.then_some(Cursor { epoch: None, after: 0 });
                    self.clients.push(Client { cursor, ..Client::default() });
                    self.connect(&handles).await;
                }
                Step::Attach { .. } => {}
                Step::Detach => self.clients.iter_mut().for_each(|client| client.attachment = None),
                Step::Take => self.take_all(&handles).await,
                // Whether it could be told does not matter.
                Step::Panic => drop(handles.sessions.boom_in(&self.owner, &self.id).await),
                Step::PanicDirectory => drop(handles.sessions.boom().await),
                // Steps are parted there.
                Step::Restart => {}
            }
        }
        // The process is gone with the next line; work that waits must not keep its thread.
        self.clients.iter_mut().for_each(|client| client.attachment = None);
        self.gate.open();
    }

    /// Waits until every question has its end; gives the whole log.
    async fn finish(&mut self) -> Vec<String> {
        let (_root, handles) = root::start(&self.dependencies);
        assert!(handles.health.clone().ready().await);
        self.gate.open();
        self.clients.push(Client { cursor: Some(Cursor { epoch: None, after: 0 }), ..Client::default() });
        loop {
            self.take_all(&handles).await;
            let info = handles.sessions.info(Some(&self.owner), &self.id).await.unwrap();
            let all_read = self.clients.iter().all(|client| client.cursor.as_ref().unwrap().after == info.last_seq);
            if info.running.is_empty() && all_read {
                return self.clients.pop().unwrap().got;
            }
            tokio::task::yield_now().await;
        }
    }
}

async fn begin(dependencies: Dependencies, gate: Arc<Gate>) -> World {
    let (_root, handles) = root::start(&dependencies);
    let request = UploadRequest {
        name: "house".to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    };
    let manifest = handles.models.ingest_bytes(request, Bytes::from_static(b"[x]")).await.unwrap();
    let (owner, _) = dependencies.owner_key.new_owner();
    let model_id = Some(manifest.model_id.clone());
    let id = handles.sessions.begin(Some(&owner), None, model_id).await.unwrap().session_id;
    World { dependencies, gate, owner, id, accepted: BTreeMap::new(), clients: Vec::new() }
}

fn survive(steps: &[Step]) {
    let (backend, dependencies) = FakeBackend::dependencies();
    let mut world = System::new().block_on(begin(dependencies, Arc::clone(&backend.gate)));
    for life in steps.split(|step| *step == Step::Restart) {
        System::new().block_on(world.run(life));
    }
    let log = System::new().block_on(world.finish());
    let records: Vec<EventRecord> = log.iter().map(|json| serde_json::from_str(json).unwrap()).collect();
    assert!(records.iter().zip(1..).all(|(record, seq)| record.seq == seq), "a gap or a double");
    let mut accepted = BTreeMap::new();
    let mut ended = BTreeMap::new();
    for record in &records {
        match &record.body {
            EventBody::QuestionAccepted { question_id, .. } => {
                assert_eq!(accepted.insert(question_id.clone(), record.seq), None, "accepted twice");
            }
            EventBody::QuestionAnswered { question_id, .. } | EventBody::QuestionCancelled { question_id } => {
                assert_eq!(ended.insert(question_id.clone(), record.seq), None, "ended twice");
            }
            EventBody::QuestionProgress { .. } => {}
            EventBody::QuestionFailed { .. } | EventBody::ModelSelected { .. } | EventBody::SessionEnded { .. } => {
                panic!("{record:?}")
            }
        }
    }
    assert!(accepted.keys().eq(ended.keys()), "every question ends");
    assert_eq!(accepted, world.accepted);
    for client in &world.clients {
        let first = usize::try_from(client.first.unwrap_or(1)).unwrap();
        assert_eq!(client.got, log.get(first - 1..first - 1 + client.got.len()).unwrap());
        assert!(client.got.is_empty() || first - 1 + client.got.len() == log.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_client_gets_every_event_once_whatever_dies(steps in prop::collection::vec(step(), 1..24)) {
        survive(&steps);
    }
}

#[test]
fn restarted_server_asks_again_what_had_no_end() {
    let attach = Step::Attach { from_start: true };
    survive(&[
        attach,
        Step::SubmitSlow(1),
        Step::SubmitSlow(2),
        Step::Take,
        Step::Restart,
        Step::Submit(1),
        Step::Restart,
    ]);
}

#[test]
fn session_that_panics_too_often_is_given_up_and_comes_back() {
    let mut steps = vec![Step::Attach { from_start: false }, Step::SubmitSlow(1)];
    for number in 2..9 {
        steps.extend([Step::Panic, Step::SubmitSlow(number), Step::Take]);
    }
    survive(&steps);
}

#[test]
fn sessions_of_a_panicked_directory_write_nothing_more() {
    let attach = Step::Attach { from_start: true };
    survive(&[attach, Step::SubmitSlow(1), Step::PanicDirectory, Step::OpenGate, Step::Submit(2), Step::Take]);
}
