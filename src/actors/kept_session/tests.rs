//! Whole sessions over a stand-in for models and a catalog in memory.

use bytes::Bytes;

use super::*;
use crate::actors::ingest::UploadRequest;
use crate::actors::owner::OwnerId;
use crate::actors::root::{self, Dependencies, Handles, RootHandle};
use crate::actors::session_directory::SessionsHandle;
use crate::actors::session_event::{EventBody, EventRecord, SessionEvent};
use crate::actors::testing::{FakeBackend, Gate};
use crate::error::{Coded as _, ErrorCode};
use crate::formats::{ContentEncoding, ReadOptions};
use crate::query::Question;
use crate::store::{Catalog, CatalogTable};

/// A started server with two models and one session of one owner, about the first.
pub(super) struct House {
    pub(super) root: RootHandle,
    pub(super) handles: Handles,
    pub(super) gate: Arc<Gate>,
    pub(super) dependencies: Dependencies,
    pub(super) owner: OwnerId,
    model_id: String,
    other_id: String,
    pub(super) id: String,
}

impl House {
    pub(super) async fn new() -> House {
        let (backend, dependencies) = FakeBackend::dependencies();
        House::over(backend, dependencies).await
    }

    pub(super) async fn over_catalog(catalog: Catalog) -> House {
        let (backend, mut dependencies) = FakeBackend::dependencies();
        dependencies.catalog = catalog;
        House::over(backend, dependencies).await
    }

    pub(super) async fn over(backend: Arc<FakeBackend>, dependencies: Dependencies) -> House {
        let (root, handles) = root::start(&dependencies);
        let request = UploadRequest {
            name: "house".to_owned(),
            encoding: ContentEncoding::Identity,
            bytes_total: None,
            options: ReadOptions::default(),
        };
        let ingest = async |bytes| {
            let manifest = handles.models.ingest_bytes(request.clone(), Bytes::from_static(bytes)).await.unwrap();
            manifest.model_id.clone()
        };
        let (model_id, other_id) = (ingest(b"[x]").await, ingest(b"[xx]").await);
        let (owner, _) = dependencies.owner_key.new_owner();
        let info = handles.sessions.begin(Some(&owner), None, Some(model_id.clone())).await.unwrap();
        assert_eq!((info.first_seq, info.last_seq), (1, 0));
        let (gate, id) = (Arc::clone(&backend.gate), info.session_id);
        House { root, handles, gate, dependencies, owner, model_id, other_id, id }
    }

    /// Chooses the other model, and then this one again, and so on: each is an event. Tells which it is.
    async fn select(&self, number: u64) -> &str {
        let model_id = if number.is_multiple_of(2) { &self.other_id } else { &self.model_id };
        self.sessions().select_model(Some(&self.owner), &self.id, model_id.clone()).await.unwrap();
        model_id
    }

    pub(super) fn sessions(&self) -> &SessionsHandle {
        &self.handles.sessions
    }

    pub(super) async fn submit(&self, question_id: &str, text: &str) -> Result<Accepted, SessionError> {
        self.sessions().submit(Some(&self.owner), &self.id, question(question_id, text)).await
    }

    pub(super) async fn attach(&self, after: Option<u64>) -> Attachment {
        let from = after.map(|after| Cursor { epoch: None, after });
        self.sessions().attach(Some(&self.owner), &self.id, from).await.unwrap()
    }

    pub(super) async fn info(&self) -> SessionInfo {
        self.sessions().info(Some(&self.owner), &self.id).await.unwrap()
    }

    pub(super) async fn state(&self, question_id: &str) -> Result<QuestionState, SessionError> {
        self.sessions().question(Some(&self.owner), &self.id, question_id).await
    }

    async fn boom(&self) {
        assert!(self.sessions().boom_in(&self.owner, &self.id).await.is_err());
    }
}

pub(super) fn question(question_id: &str, text: &str) -> NewQuestion {
    let (question_id, question) = (Some(question_id.to_owned()), Question::parse(text).unwrap());
    NewQuestion { question_id, model_id: None, question }
}

fn record(event: &SessionEvent) -> EventRecord {
    let record: EventRecord = serde_json::from_str(&event.json).unwrap();
    assert_eq!((record.seq, record.body.kind()), (event.seq, event.kind));
    record
}

/// The next event in short.
pub(super) async fn next(attachment: &mut Attachment) -> String {
    match attachment.next().await {
        Next::Event(event) => {
            let of = match record(&event).body {
                EventBody::QuestionAccepted { question_id, .. }
                | EventBody::QuestionProgress { question_id, .. }
                | EventBody::QuestionAnswered { question_id, .. }
                | EventBody::QuestionFailed { question_id, .. }
                | EventBody::QuestionCancelled { question_id } => question_id,
                EventBody::ModelSelected { model_id } => model_id,
                EventBody::SessionEnded { reason } => format!("{reason:?}"),
            };
            format!("{} {} {of}", event.seq, event.kind)
        }
        other @ (Next::Truncated { .. } | Next::EpochChanged { .. } | Next::Draining | Next::Ended) => {
            format!("{other:?}")
        }
    }
}

pub(super) async fn take(attachment: &mut Attachment, count: usize) -> Vec<String> {
    let mut events = Vec::new();
    for _ in 0..count {
        events.push(next(attachment).await);
    }
    events
}

#[actix::test]
async fn question_makes_its_events_in_order_and_every_connection_gets_them_once() {
    let house = House::new().await;
    let mut early = house.attach(None).await;
    let accepted = house.submit("q", "Wie viele?").await.unwrap();
    assert_eq!(accepted, Accepted { question_id: "q".to_owned(), seq: 1 });
    let both = ["1 question_accepted q", "2 question_answered q"];
    assert_eq!(take(&mut early, 2).await, both);
    let mut late = house.attach(Some(0)).await;
    assert_eq!(take(&mut late, 2).await, both);
    let mut later = house.attach(Some(1)).await;
    assert_eq!(next(&mut later).await, both[1]);
    let info = house.info().await;
    assert_eq!((info.first_seq, info.last_seq, info.running.len()), (1, 2, 0));
    assert_eq!(info.model_id.as_deref(), Some(house.model_id.as_str()));
    let state = house.state("q").await.unwrap();
    assert_eq!((state.status, state.text.as_str()), (QuestionStatus::Answered, "Wie viele?"));
    assert_eq!(state.answer.unwrap().question, "Wie viele?");
    assert_eq!(state.asked_at, "2026-11-23T12:00:00.000Z");
}

#[actix::test]
async fn same_question_is_asked_once_and_another_under_its_id_is_refused() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    house.gate.shut();
    let first = house.submit("q", "slow").await.unwrap();
    assert_eq!(house.submit("q", "slow").await.unwrap(), first);
    house.gate.open();
    take(&mut attachment, 2).await;
    assert_eq!(house.submit("q", "slow").await.unwrap(), first);
    assert_eq!(house.submit("q", "other").await.unwrap_err(), SessionError::QuestionIdTaken("q".to_owned()));
    assert_eq!(house.info().await.last_seq, 2);
}

#[actix::test]
async fn session_is_nobodys_but_its_owners() {
    let house = House::new().await;
    let (stranger, _) = house.dependencies.owner_key.new_owner();
    for owner in [None, Some(&stranger)] {
        let refused = [
            house.sessions().info(owner, &house.id).await.map(drop),
            house.sessions().attach(owner, &house.id, None).await.map(drop),
            house.sessions().submit(owner, &house.id, question("q", "Wie viele?")).await.map(drop),
            house.sessions().end(owner, &house.id).await,
        ];
        assert!(refused.iter().all(|result| *result == Err(SessionError::Unknown(house.id.clone()))));
    }
    assert_eq!(house.sessions().list(&stranger).await.unwrap(), []);
    assert_eq!(house.sessions().list(&house.owner).await.unwrap(), [house.info().await]);
}

#[actix::test]
async fn cancelled_question_ends_at_once_and_its_answer_is_dropped() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    house.gate.shut();
    house.submit("q", "slow").await.unwrap();
    for _ in 0..2 {
        let state = house.sessions().cancel(Some(&house.owner), &house.id, "q").await.unwrap();
        assert_eq!(state.status, QuestionStatus::Cancelled);
    }
    assert_eq!(take(&mut attachment, 2).await, ["1 question_accepted q", "2 question_cancelled q"]);
    house.gate.open();
    house.submit("r", "Wie viele?").await.unwrap();
    assert_eq!(take(&mut attachment, 2).await, ["3 question_accepted r", "4 question_answered r"]);
    let unknown = house.sessions().cancel(Some(&house.owner), &house.id, "x").await;
    assert_eq!(unknown.unwrap_err().code(), ErrorCode::QuestionUnknown);
}

#[actix::test]
async fn question_that_fails_says_why() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    let new = NewQuestion { model_id: Some("none".to_owned()), ..question("q", "Wie viele?") };
    house.sessions().submit(Some(&house.owner), &house.id, new).await.unwrap();
    assert_eq!(take(&mut attachment, 2).await, ["1 question_accepted q", "2 question_failed q"]);
    let state = house.state("q").await.unwrap();
    assert_eq!((state.status, state.error.unwrap().code.as_str()), (QuestionStatus::Failed, "model_unknown"));
}

#[actix::test]
async fn question_beyond_the_session_limit_is_refused() {
    let house = House::new().await;
    house.gate.shut();
    for i in 0..limits::SESSION_QUESTIONS_MAX {
        house.submit(&i.to_string(), "slow").await.unwrap();
    }
    let refused = house.submit("more", "slow").await.unwrap_err();
    assert_eq!(refused, SessionError::Busy(limits::SESSION_QUESTIONS_MAX));
    assert_eq!(house.info().await.running.len(), limits::SESSION_QUESTIONS_MAX);
    house.gate.open();
}

#[actix::test]
async fn connections_are_bounded_and_a_dropped_one_makes_room() {
    let house = House::new().await;
    let mut open = Vec::new();
    for _ in 0..limits::SESSION_CONNECTIONS_MAX {
        open.push(house.attach(None).await);
    }
    let refused = house.sessions().attach(Some(&house.owner), &house.id, None).await.unwrap_err();
    assert_eq!(refused, SessionError::ConnectionsFull(limits::SESSION_CONNECTIONS_MAX));
    drop(open.pop());
    house.attach(None).await;
}

#[actix::test]
async fn owner_has_a_bounded_number_of_sessions() {
    let house = House::new().await;
    for _ in 1..limits::SESSIONS_PER_OWNER_MAX {
        house.sessions().begin(Some(&house.owner), None, None).await.unwrap();
    }
    let refused = house.sessions().begin(Some(&house.owner), None, None).await.unwrap_err();
    assert_eq!(refused, SessionError::OwnerFull(limits::SESSIONS_PER_OWNER_MAX));
    house.sessions().end(Some(&house.owner), &house.id).await.unwrap();
    while house.sessions().begin(Some(&house.owner), None, None).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[actix::test]
async fn session_that_is_deleted_tells_its_connections_and_is_gone() {
    let house = House::new().await;
    let (mut following, mut behind) = (house.attach(None).await, house.attach(None).await);
    house.submit("q", "Wie viele?").await.unwrap();
    take(&mut following, 2).await;
    house.sessions().end(Some(&house.owner), &house.id).await.unwrap();
    assert_eq!(take(&mut following, 2).await, ["3 session_ended Deleted", "Ended"]);
    let rest = ["Truncated { first_seq: 3, wanted: 1 }", "3 session_ended Deleted", "Ended"];
    assert_eq!(take(&mut behind, 3).await, rest);
    let gone = house.sessions().info(Some(&house.owner), &house.id).await;
    assert_eq!(gone.unwrap_err(), SessionError::Unknown(house.id.clone()));
    for table in [CatalogTable::Sessions, CatalogTable::SessionEvents, CatalogTable::SessionQuestions] {
        let mut count = 0;
        let mut visit = |_: &[u8], _: &[u8]| {
            count += 1;
            std::ops::ControlFlow::Continue(())
        };
        house.dependencies.catalog.scan(table, (&[0], &[255]), false, &mut visit).unwrap();
        assert_eq!(count, 0, "{table:?}");
    }
}

#[actix::test]
async fn slow_question_tells_how_far_it_is() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    house.gate.shut();
    house.submit("q", "slow").await.unwrap();
    assert_eq!(next(&mut attachment).await, "1 question_accepted q");
    assert_eq!(next(&mut attachment).await, "2 question_progress q");
    house.gate.open();
    assert_eq!(next(&mut attachment).await, "3 question_answered q");
}

#[actix::test]
async fn panicked_session_goes_on_from_its_checkpoint_and_connections_lose_nothing() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    house.gate.shut();
    house.submit("q", "slow").await.unwrap();
    house.submit("r", "slow too").await.unwrap();
    house.boom().await;
    assert_eq!(house.submit("s", "Wie viele?").await.unwrap_err(), SessionError::Unavailable);
    assert_eq!(take(&mut attachment, 2).await, ["1 question_accepted q", "2 question_accepted r"]);
    house.gate.open();
    let mut rest = take(&mut attachment, 2).await;
    rest.sort_by_key(|event| event.rsplit(' ').next().map(str::to_owned));
    let ends: Vec<_> = rest.iter().map(|event| event.split_once(' ').unwrap().1).collect();
    assert_eq!(ends, ["question_answered q", "question_answered r"]);
    assert_eq!(house.submit("q", "slow").await.unwrap().seq, 1);
}

#[actix::test]
async fn draining_refuses_questions_finishes_the_running_and_sends_connections_away() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    house.gate.shut();
    house.submit("q", "slow").await.unwrap();
    assert_eq!(next(&mut attachment).await, "1 question_accepted q");
    let watching = async {
        house.handles.health.clone().draining().await;
        assert_eq!(house.submit("r", "Wie viele?").await.unwrap_err(), SessionError::Draining);
        house.gate.open();
        assert_eq!(next(&mut attachment).await, "2 question_answered q");
        assert_eq!(next(&mut attachment).await, "Draining");
    };
    tokio::join!(house.root.drain(), watching);
}

#[actix::test]
async fn draining_waits_only_a_moment_before_it_sends_connections_away() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    house.gate.shut();
    house.submit("q", "slow").await.unwrap();
    assert_eq!(next(&mut attachment).await, "1 question_accepted q");
    let watching = async {
        while next(&mut attachment).await != "Draining" {}
        house.gate.open();
    };
    tokio::join!(house.root.drain(), watching);
}

#[actix::test]
async fn session_that_nobody_uses_rests_and_comes_back_when_it_is_asked_for() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    house.submit("q", "about door").await.unwrap();
    take(&mut attachment, 2).await;
    tokio::time::pause();
    tokio::time::sleep(limits::SESSION_IDLE_MAX * 2).await;
    assert!(!house.sessions().rests(&house.owner, &house.id).await, "somebody is connected");
    drop(attachment);
    tokio::time::sleep(limits::SESSION_IDLE_MAX + 2 * limits::SESSION_SWEEP).await;
    assert!(house.sessions().rests(&house.owner, &house.id).await);
    tokio::time::resume();
    assert_eq!(house.info().await.last_seq, 2);
    assert_eq!(house.submit("q", "about door").await.unwrap().seq, 1);
    let mut again = house.attach(Some(0)).await;
    assert!(!house.sessions().rests(&house.owner, &house.id).await);
    house.submit("r", "more").await.unwrap();
    assert_eq!(take(&mut again, 4).await.last().unwrap(), "4 question_answered r");
    let state = house.state("r").await.unwrap();
    assert_eq!(state.answer.unwrap().understood_as.as_deref(), Some("door"), "it goes on from the question before");
}

#[actix::test]
async fn client_of_another_log_is_told_and_gets_all_of_this_one() {
    let house = House::new().await;
    house.submit("q", "Wie viele?").await.unwrap();
    let epoch = house.info().await.epoch;
    for (known, after) in [(Some("other"), 7), (Some(epoch.as_str()), 70), (None, 70)] {
        let from = Cursor { epoch: known.map(str::to_owned), after };
        let mut attachment = house.sessions().attach(Some(&house.owner), &house.id, Some(from)).await.unwrap();
        assert_eq!(attachment.next().await, Next::EpochChanged { epoch: epoch.clone(), wanted: after + 1 });
        assert_eq!(take(&mut attachment, 2).await, ["1 question_accepted q", "2 question_answered q"]);
    }
}

#[actix::test]
async fn client_that_comes_too_late_is_told_where_the_log_begins() {
    let house = House::new().await;
    let mut behind = house.attach(None).await;
    for number in 0..limits::SESSION_EVENTS_MAX + 2 {
        house.select(number).await;
    }
    assert_eq!(behind.next().await, Next::Truncated { first_seq: 3, wanted: 1 });
    let mut events = take(&mut behind, usize::try_from(limits::SESSION_EVENTS_MAX).unwrap()).await;
    assert_eq!(events.pop().unwrap(), format!("1002 model_selected {}", house.model_id));
    assert_eq!(events.swap_remove(0), format!("3 model_selected {}", house.other_id));
    let mut all = house.attach(Some(0)).await;
    assert_eq!(next(&mut all).await, format!("3 model_selected {}", house.other_id));
}

#[actix::test]
async fn waiting_for_the_next_event_may_be_given_up_at_any_time() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    let mut expected = Vec::new();
    for number in 0..20 {
        expected.push(format!("{} model_selected {}", number + 1, house.select(number).await));
    }
    let mut got = Vec::new();
    while got.len() < 20 {
        tokio::select! {
            biased;
            event = next(&mut attachment) => got.push(event),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(got, expected);
}

#[actix::test]
async fn session_that_nobody_owns_is_for_whoever_knows_its_id() {
    let house = House::new().await;
    let begun = house.sessions().begin(None, Some("query-1".to_owned()), None).await.unwrap();
    assert_eq!(begun.session_id, "query-1");
    assert!(house.sessions().info(None, "query-1").await.is_ok());
    assert!(house.sessions().info(Some(&house.owner), "query-1").await.is_ok());
    let again = house.sessions().begin(None, Some("query-1".to_owned()), None).await.unwrap_err();
    assert_eq!(again, SessionError::IdTaken("query-1".to_owned()));
    assert_eq!(again.code(), ErrorCode::SessionIdTaken);
    let missing = house.sessions().submit(None, "query-1", question("q", "Wie viele?")).await.unwrap_err();
    assert_eq!(missing, SessionError::ModelMissing);
}
