use bytes::Bytes;

use super::*;
use crate::actors::ingest::UploadRequest;
use crate::actors::root::{self, Handles};
use crate::actors::testing::FakeBackend;
use crate::formats::{ContentEncoding, ReadOptions};

async fn with_model() -> (Handles, String) {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    let request = UploadRequest {
        name: "house".to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    };
    let manifest = handles.models.ingest_bytes(request, Bytes::from_static(b"[x]")).await.unwrap();
    (handles, manifest.model_id.clone())
}

fn question(text: &str) -> Question {
    Question::parse(text).unwrap()
}

#[test]
fn session_that_computes_is_not_idle() {
    let mut core = SessionCore::default();
    core.on_question();
    assert!(!core.on_tick(limits::SESSION_IDLE_MAX));
    core.on_answer();
    assert!(!core.on_tick(limits::SESSION_IDLE_MAX - TICK));
    assert!(core.on_tick(TICK));
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
