use bytes::Bytes;

use super::*;
use crate::actors::ingest::UploadRequest;
use crate::actors::root::{self, Handles};
use crate::actors::testing::{self, FakeBackend};
use crate::formats::{ContentEncoding, ReadOptions};
use crate::query::Selection;

async fn with_model() -> (Handles, String) {
    let (handles, model_id, _backend) = with_backend().await;
    (handles, model_id)
}

async fn with_backend() -> (Handles, String, Arc<FakeBackend>) {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    let request = UploadRequest {
        name: "house".to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    };
    let manifest = handles.models.ingest_bytes(request, Bytes::from_static(b"[x]")).await.unwrap();
    (handles, manifest.model_id.clone(), backend)
}

fn question(text: &str) -> Question {
    Question::parse(text).unwrap()
}

#[test]
fn session_that_computes_is_not_idle() {
    let mut core = SessionCore::default();
    let (turn, _) = core.on_question("m");
    assert!(!core.on_tick(limits::SESSION_IDLE_MAX));
    core.on_answer(turn, "m", None);
    assert!(!core.on_tick(limits::SESSION_IDLE_MAX - TICK));
    assert!(core.on_tick(TICK));
}

fn plan(about: &str) -> Plan {
    Plan { of: Selection { any_of: vec![about.to_owned()], filters: Vec::new() }, ..testing::plan() }
}

/// Asks and answers; gives what the question went on from.
fn turn(core: &mut SessionCore, model_id: &str, plan: Option<&Plan>) -> Option<Plan> {
    let (turn, before) = core.on_question(model_id);
    core.on_answer(turn, model_id, plan);
    before
}

#[test]
fn a_session_goes_on_from_the_last_question_that_was_understood_of_the_same_model() {
    let mut core = SessionCore::default();
    assert_eq!(turn(&mut core, "a", Some(&plan("door"))), None);
    assert_eq!(turn(&mut core, "b", None), None);
    assert_eq!(turn(&mut core, "a", None), Some(plan("door")));
    assert_eq!(turn(&mut core, "a", Some(&plan("wall"))), Some(plan("door")));
    assert_eq!(turn(&mut core, "a", None), Some(plan("wall")));
}

#[test]
fn a_question_that_ends_late_does_not_go_before_one_asked_later() {
    let mut core = SessionCore::default();
    let (slow, _) = core.on_question("a");
    let (fast, _) = core.on_question("a");
    core.on_answer(fast, "a", Some(&plan("wall")));
    core.on_answer(slow, "a", Some(&plan("door")));
    assert_eq!(turn(&mut core, "a", None), Some(plan("wall")));
}

#[test]
fn what_a_session_keeps_is_bounded_in_models_bytes_and_age() {
    let mut core = SessionCore::default();
    for model in 0..=limits::SESSION_TOPICS_MAX {
        turn(&mut core, &model.to_string(), Some(&plan("door")));
    }
    assert_eq!(core.topics.len(), limits::SESSION_TOPICS_MAX);
    assert_eq!(turn(&mut core, "0", None), None, "the oldest is forgotten");
    turn(&mut core, "1", Some(&plan(&"x".repeat(limits::SESSION_PLAN_BYTES_MAX))));
    assert_eq!(turn(&mut core, "1", None), None, "too long, and what was before is not meant any more");
    assert!(turn(&mut core, "2", None).is_some());
    core.on_question("2");
    core.on_tick(limits::SESSION_TOPIC_AGE_MAX);
    assert_eq!(core.topics.len(), 0);
}

#[actix::test]
async fn two_sessions_do_not_mix_and_a_question_of_its_own_has_none_before_it() {
    let (handles, model_id) = with_model().await;
    let ask = async |session: Option<&str>, text: &str| {
        handles.sessions.ask(session, &model_id, question(text)).await.unwrap().understood_as
    };
    assert_eq!(ask(Some("a"), "about door").await, None);
    assert_eq!(ask(Some("b"), "about window").await, None);
    assert_eq!(ask(Some("a"), "nonsense").await.as_deref(), Some("door"));
    assert_eq!(ask(Some("a"), "more").await.as_deref(), Some("door"));
    assert_eq!(ask(Some("b"), "more").await.as_deref(), Some("window"));
    assert_eq!(ask(None, "more").await, None);
}

#[actix::test]
async fn answer_can_be_followed_to_its_evidence() {
    let (handles, model_id) = with_model().await;
    let answer = handles.sessions.ask(None, &model_id, question("Wie viele?")).await.unwrap();
    let evidence = handles.models.evidence(&answer.evidence.unwrap().id, None).await.unwrap();
    assert_eq!(evidence.model_id, model_id);
    let unknown = handles.models.evidence("nothing", None).await.unwrap_err();
    assert_eq!(unknown, RegistryError::EvidenceUnknown("nothing".to_owned()));
}

#[actix::test]
async fn panic_while_computing_is_an_error_and_the_session_goes_on() {
    let (handles, model_id) = with_model().await;
    let failed = handles.sessions.ask(Some("s"), &model_id, question("boom")).await.unwrap_err();
    assert_eq!(failed.code(), ErrorCode::Internal);
    assert!(handles.sessions.ask(Some("s"), &model_id, question("Wie viele?")).await.is_ok());
}

#[actix::test]
async fn panicked_session_is_started_again_after_a_delay() {
    let (handles, model_id) = with_model().await;
    let gone = handles.sessions.ask(Some("s"), &model_id, question("boom in the actor")).await;
    assert_eq!(gone.unwrap_err(), AskError::Unavailable);
    assert_eq!(
        handles.sessions.ask(Some("s"), &model_id, question("Wie viele?")).await.unwrap_err(),
        AskError::Unavailable
    );
    assert!(handles.sessions.ask(Some("other"), &model_id, question("Wie viele?")).await.is_ok());
    tokio::time::pause();
    tokio::time::sleep(limits::RESTART_DELAY_MIN * 2).await;
    tokio::time::resume();
    assert!(handles.sessions.ask(Some("s"), &model_id, question("Wie viele?")).await.is_ok());
}

#[actix::test]
async fn question_beyond_the_session_limit_is_shed() {
    let (handles, model_id) = with_model().await;
    let asks =
        (0..=limits::SESSION_QUESTIONS_MAX).map(|_| handles.sessions.ask(Some("s"), &model_id, question("Wie viele?")));
    let answers = futures_util::future::join_all(asks).await;
    let shed: Vec<&AskError> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(shed, [&AskError::SessionBusy(limits::SESSION_QUESTIONS_MAX)]);
}

#[actix::test]
async fn unknown_model_is_told_apart() {
    let (handles, _) = with_model().await;
    let error = handles.sessions.ask(None, "nothing", question("Wie viele?")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModelUnknown);
}

#[actix::test]
async fn work_for_a_request_that_is_gone_is_stopped_and_the_session_goes_on() {
    let (handles, model_id, backend) = with_backend().await;
    let (sessions, id) = (handles.sessions.clone(), model_id.clone());
    let asked = actix::spawn(async move { sessions.ask(Some("s"), &id, question("for ever")).await });
    backend.waiting.begun.notified().await;
    asked.abort();
    backend.waiting.stopped.notified().await;
    assert!(handles.sessions.ask(Some("s"), &model_id, question("Wie viele?")).await.is_ok());
}

#[actix::test]
async fn work_past_its_deadline_is_stopped_and_said_to_be_late() {
    let (handles, model_id, backend) = with_backend().await;
    let sessions = handles.sessions.clone();
    let asked = actix::spawn(async move { sessions.ask(Some("s"), &model_id, question("for ever")).await });
    backend.waiting.begun.notified().await;
    tokio::time::pause();
    tokio::time::advance(limits::QUESTION_DEADLINE).await;
    assert_eq!(asked.await.unwrap(), Err(AskError::Deadline(limits::QUESTION_DEADLINE)));
    backend.waiting.stopped.notified().await;
}
