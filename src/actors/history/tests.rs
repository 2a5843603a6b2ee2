use bytes::Bytes;

use super::*;
use crate::actors::ingest::UploadRequest;
use crate::actors::root::{self, Dependencies, Handles};
use crate::actors::testing::FakeBackend;
use crate::formats::{ContentEncoding, ReadOptions};
use crate::query::{AnswerBody, AnswerKind, AnsweredBy, CacheTier, Cost, Coverage, Group, Question, Scalar, Status};
use crate::store::Catalog;

pub(super) fn answer(text: &str) -> Answer {
    let group = |key: &str| Group { key: key.to_owned(), value: 1.0, unit: "count".to_owned() };
    Answer {
        question: text.to_owned(),
        language: Language::De,
        status: Status::Answered,
        answer: Some(AnswerBody {
            kind: AnswerKind::Count,
            value: Some(Scalar::Integer(2)),
            unit: Some("count".to_owned()),
            items: Vec::new(),
            items_total: 2,
            groups: vec![group("EG"), group("OG")],
            text: "Es sind 2.".to_owned(),
        }),
        coverage: Coverage::default(),
        evidence: None,
        plan: None,
        understood_as: None,
        reason: None,
        suggestions: Vec::new(),
        answered_by: AnsweredBy::Exact,
        cache: CacheTier::Miss,
        cost: Cost::default(),
        took_ms: 1.5,
    }
}

/// A record of noon; larger numbers are later.
pub(super) fn record(number: u32, end: QuestionEnd) -> HistoryRecord {
    HistoryRecord {
        question_id: format!("01a20846fe00{number:020x}"),
        asked_at: "2026-11-23T12:00:00.000Z".to_owned(),
        model_id: "m".to_owned(),
        model_name: "house".to_owned(),
        session_id: None,
        text: format!("Frage {number}"),
        language: None,
        end,
    }
}

fn question(text: &str) -> Question {
    Question::parse(text).unwrap()
}

async fn started(dependencies: &Dependencies) -> Handles {
    let (_root, handles) = root::start(dependencies);
    assert!(handles.health.clone().ready().await);
    handles
}

async fn with_model(handles: &Handles) -> String {
    let (name, encoding) = ("house".to_owned(), ContentEncoding::Identity);
    let request = UploadRequest { name, encoding, bytes_total: None, options: ReadOptions::default() };
    handles.models.ingest_bytes(request, Bytes::from_static(b"[xx]")).await.unwrap().model_id.clone()
}

async fn listed(handles: &Handles) -> Vec<(String, HistoryStatus)> {
    let page = handles.history.list(HistoryFilter::default(), None, 50).await.unwrap();
    assert_eq!((page.total, page.is_total_exact), (page.items.len(), true));
    page.items.into_iter().map(|item| (item.entry.text, item.entry.status)).collect()
}

#[actix::test]
async fn questions_that_ended_are_kept_and_dry_runs_and_refusals_are_not() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let handles = started(&dependencies).await;
    let model_id = with_model(&handles).await;
    let sessions = &handles.sessions;
    sessions.ask(Some("s"), &model_id, question("Wie viele?")).await.unwrap();
    let mut dry = question("Trocken?");
    dry.dry_run = true;
    sessions.ask(None, &model_id, dry).await.unwrap();
    sessions.ask(None, "nothing", question("Wo?")).await.unwrap_err();
    assert_eq!(listed(&handles).await, [("Wie viele?".to_owned(), HistoryStatus::Answered)]);
    sessions.ask(None, &model_id, question("boom")).await.unwrap_err();
    let seen = listed(&handles).await;
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen.contains(&("boom".to_owned(), HistoryStatus::Failed)));
}

#[actix::test]
async fn a_question_whose_asker_is_gone_is_kept_as_cancelled() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let handles = started(&dependencies).await;
    let model_id = with_model(&handles).await;
    let recording = handles.history.begin("q", None, &model_id, &question("Wie viele?")).await;
    drop(recording.unwrap());
    assert_eq!(listed(&handles).await, [("Wie viele?".to_owned(), HistoryStatus::Cancelled)]);
}

#[actix::test]
async fn records_are_there_after_reopening_with_a_deleted_model_named() {
    let folder = tempfile::tempdir().unwrap();
    let (_backend, mut dependencies) = FakeBackend::dependencies();
    dependencies.catalog = Catalog::open(folder.path()).unwrap();
    let (id, model_id) = {
        let handles = started(&dependencies).await;
        let model_id = with_model(&handles).await;
        handles.sessions.ask(None, &model_id, question("Wie viele?")).await.unwrap();
        let page = handles.history.list(HistoryFilter::default(), None, 50).await.unwrap();
        assert!(!page.items[0].is_model_deleted);
        (page.items[0].entry.question_id.clone(), model_id)
    };
    // What was committed is on disk whether or not the old actors still hold the file; a copy stands in for a new process.
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join("catalog.redb"), copy.path().join("catalog.redb")).unwrap();
    let catalog = Catalog::open(copy.path()).unwrap();
    let again = Dependencies { catalog, ..dependencies.clone() };
    let handles = started(&again).await;
    let detail = handles.history.find(&id).await.unwrap();
    assert_eq!(detail.kept.unwrap().answer.answer.unwrap().text, "Es sind 2.");
    let evidence = handles.models.evidence(&format!("e-{model_id}"), None).await.unwrap();
    assert_eq!(evidence.elements.len(), 2, "its evidence can be read again");
    handles.models.delete(&model_id).await.unwrap();
    assert!(handles.history.find(&id).await.unwrap().item.is_model_deleted);
}

#[actix::test]
async fn a_question_put_again_tells_whether_its_answer_changed_and_is_a_question_of_its_own() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let handles = started(&dependencies).await;
    let model_id = with_model(&handles).await;
    handles.sessions.ask(None, &model_id, question("Wie viele?")).await.unwrap();
    let first = handles.history.list(HistoryFilter::default(), None, 50).await.unwrap().items.remove(0).entry;
    let again = handles.history.rerun(&handles.sessions, &first.question_id).await.unwrap();
    assert!(!again.is_changed && again.question_id != first.question_id);
    assert_eq!(handles.history.find(&again.question_id).await.unwrap().item.entry.text, "Wie viele?");

    let other = HistoryRecord { model_id, ..record(7, QuestionEnd::Answered(Box::new(answer("Frage 7")))) };
    handles.history.record(&other);
    let again = handles.history.rerun(&handles.sessions, &other.question_id).await.unwrap();
    assert!(again.is_changed, "it had groups, and has none now");
    let unknown = handles.history.rerun(&handles.sessions, &"0".repeat(32)).await.unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::QuestionUnknown);
}

#[actix::test]
async fn a_follow_up_put_again_is_put_as_the_whole_question_it_was_taken_to_mean() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let handles = started(&dependencies).await;
    let model_id = with_model(&handles).await;
    let first = handles.sessions.ask(Some("s"), &model_id, question("about door")).await.unwrap();
    let mut follow = answer("more");
    (follow.plan, follow.understood_as) = (first.plan, Some("about door".to_owned()));
    let end = QuestionEnd::Answered(Box::new(follow));
    let text = "more".to_owned();
    let follow = HistoryRecord { model_id, session_id: Some("s".to_owned()), text, ..record(7, end) };
    handles.history.record(&follow);
    let again = handles.history.rerun(&handles.sessions, &follow.question_id).await.unwrap();
    assert_eq!(again.answer.question, "about door");
    assert_eq!(handles.history.find(&again.question_id).await.unwrap().item.entry.text, "about door");
}

#[actix::test]
async fn a_question_is_deleted_once_and_a_filtered_set_at_once() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let handles = started(&dependencies).await;
    for number in 0..4 {
        handles.history.record(&record(number, QuestionEnd::Cancelled));
    }
    let id = record(0, QuestionEnd::Cancelled).question_id;
    handles.history.delete(&id).await.unwrap();
    assert_eq!(handles.history.delete(&id).await.unwrap_err(), HistoryError::Unknown(id));
    let filter = HistoryFilter { text: Some("frage 3".to_owned()), ..HistoryFilter::default() };
    assert_eq!(handles.history.delete_all(filter).await.unwrap(), 1);
    assert_eq!(listed(&handles).await.len(), 2);
    assert_eq!(handles.history.delete_all(HistoryFilter::default()).await.unwrap(), 2);
    assert_eq!(listed(&handles).await, []);
}
