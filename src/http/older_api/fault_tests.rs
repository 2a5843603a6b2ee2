//! What clients of the older interface see while a part of the server fails or is started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, SystemTime};

use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::time::{advance, pause, resume, sleep};

use super::OlderApi;
use super::query_state::{Seen, UNKNOWN};
use super::tests::{file_that_is_read, form, sent};
use crate::actors::older_records::{OlderEnd, OlderFile, OlderQuery};
use crate::actors::root::{self, Dependencies, Handles};
use crate::actors::session_directory::SessionError;
use crate::actors::testing::{FakeBackend, noon};
use crate::actors::upload::UploadWriter;
use crate::http::testing::{app, handles};
use crate::limits;
use crate::store::{Catalog, CatalogTable, Change, StoreError};

const FILE: &str = "7b0d0c56-6c1f-4a53-9d3e-0a3a5b0c9a11";

async fn started() -> (Arc<FakeBackend>, Dependencies, Handles) {
    let (backend, dependencies) = FakeBackend::dependencies();
    let handles = started_again(&dependencies).await;
    (backend, dependencies, handles)
}

/// Another life over the same folder.
async fn started_again(dependencies: &Dependencies) -> Handles {
    let (_root, handles) = root::start(dependencies);
    assert!(handles.health.clone().ready().await);
    handles
}

async fn get(handles: &Handles, path: &str) -> (u16, Value) {
    sent(&app(handles).await, TestRequest::get().uri(path)).await
}

/// A second later each time.
fn ticking() -> SystemTime {
    static SECONDS: AtomicU64 = AtomicU64::new(0);
    noon() + Duration::from_secs(SECONDS.fetch_add(1, Ordering::Relaxed))
}

/// Uploads a file; gives its id.
async fn uploaded(handles: &Handles) -> String {
    let (_, file) = sent(&app(handles).await, form("house.json", "application/json", "[xx]")).await;
    file["file_id"].as_str().unwrap().to_owned()
}

async fn asked(handles: &Handles, file_id: &str, text: &str) -> String {
    let body = json!({ "file_id": file_id, "query": text });
    let (status, made) = sent(&app(handles).await, TestRequest::post().uri("/api/queries").set_json(&body)).await;
    assert_eq!(status, 200, "{made}");
    made["query_id"].as_str().unwrap().to_owned()
}

async fn polled(handles: &Handles, query_id: &str) -> (u16, Value) {
    get(handles, &format!("/api/queries/{query_id}/status")).await
}

/// Polls as the older client does: it goes on for two words only, and gives up at the first error.
async fn polled_to_end(handles: &Handles, query_id: &str) -> Value {
    loop {
        let (code, seen) = polled(handles, query_id).await;
        assert_eq!(code, 200, "{seen}");
        if seen["status"] != "started" && seen["status"] != "processing" {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

async fn finish(mut upload: UploadWriter) {
    upload.pump(&mut stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"[xx]"))])).await;
    upload.outcome().await.unwrap();
}

/// Lets nothing be written any more, until what is given is dropped.
async fn stuck(catalog: &Catalog) -> Sender<()> {
    let (hold, held) = channel();
    let (tell, told) = tokio::sync::oneshot::channel();
    let wait = move |_: Result<(), StoreError>| {
        tell.send(()).unwrap();
        assert!(held.recv().is_err(), "nothing is sent");
    };
    catalog.write(Vec::new(), wait).unwrap();
    told.await.unwrap();
    for _ in 0..limits::CATALOG_GROUPS_MAX {
        catalog.write(Vec::new(), drop).unwrap();
    }
    assert!(matches!(catalog.write(Vec::new(), drop), Err(StoreError::CatalogBusy(_))));
    hold
}

#[actix_web::test]
async fn what_was_known_of_a_query_before_it_was_cancelled_puts_no_question() {
    let handles = handles().await;
    let upload = file_that_is_read(&handles, FILE).await;
    let id = asked(&handles, FILE, "a?!").await;
    let api = OlderApi::new(&handles, None);
    let known = api.query(&id, UNKNOWN).await.unwrap();
    api.cancel(&id).await.unwrap();
    finish(upload).await;
    assert_eq!(api.look(known).await.unwrap().seen, Seen::Ended(OlderEnd::Cancelled));
    assert_eq!(handles.sessions.question(None, &id, &id).await.unwrap_err(), SessionError::Unknown(id));
}

#[actix_web::test]
async fn an_end_that_was_told_is_not_taken_back_by_one_that_is_seen_later() {
    let (backend, _, handles) = started().await;
    let file_id = uploaded(&handles).await;
    backend.gate.shut();
    let id = asked(&handles, &file_id, "slow").await;
    let api = OlderApi::new(&handles, None);
    let known = api.query(&id, UNKNOWN).await.unwrap();
    handles.older.end(&id, OlderEnd::Cancelled).await.unwrap();
    backend.gate.open();
    while handles.sessions.question(None, &id, &id).await.unwrap().answer.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(api.look(known).await.unwrap().seen, Seen::Ended(OlderEnd::Cancelled));
    assert_eq!(polled(&handles, &id).await.1["status"], "cancelled");
}

#[actix_web::test]
async fn an_end_that_cannot_be_written_is_told_and_written_later() {
    let (backend, dependencies, handles) = started().await;
    let file_id = uploaded(&handles).await;
    backend.gate.shut();
    let id = asked(&handles, &file_id, "slow").await;
    backend.gate.open();
    while handles.sessions.question(None, &id, &id).await.unwrap().answer.is_none() {
        tokio::task::yield_now().await;
    }
    let hold = stuck(&dependencies.catalog).await;
    let (code, seen) = polled(&handles, &id).await;
    assert_eq!((code, &seen["status"]), (200, &json!("completed")), "{seen}");
    assert_eq!(get(&handles, &format!("/api/queries/{id}/results")).await.0, 200);
    assert_eq!(get(&handles, "/api/queries?status=completed").await.1["total"], 1);
    let api = OlderApi::new(&handles, None);
    assert_eq!(api.query(&id, UNKNOWN).await.unwrap().ended, None);
    drop(hold);
    handles.sessions.flushed().await;
    assert_eq!(polled(&handles, &id).await.1["status"], "completed");
    assert_eq!(api.query(&id, UNKNOWN).await.unwrap().ended, Some(OlderEnd::Completed));
}

#[actix_web::test]
async fn a_client_that_polls_goes_on_while_the_server_has_too_much_to_do() {
    let (_backend, _, handles) = started().await;
    let file_id = uploaded(&handles).await;
    let id = asked(&handles, &file_id, "a?!").await;
    let crowd = handles.sessions.crowd();
    let (code, seen) = polled(&handles, &id).await;
    assert_eq!((code, &seen["status"]), (200, &json!("processing")), "{seen}");
    assert_eq!(get(&handles, "/api/queries").await.1["queries"][0]["status"], "processing");
    drop(crowd);
    assert_eq!(polled_to_end(&handles, &id).await["status"], "completed");
    // An end that is known needs nobody.
    let crowd = handles.sessions.crowd();
    assert_eq!(polled(&handles, &id).await.1["status"], "completed");
    drop(crowd);
}

#[actix_web::test]
async fn a_query_that_cannot_be_looked_at_for_long_is_not_said_to_be_worked_on_for_ever() {
    let (_backend, _, handles) = started().await;
    let file_id = uploaded(&handles).await;
    let id = asked(&handles, &file_id, "a?!").await;
    let (_crowd, app) = (handles.sessions.crowd(), app(&handles).await);
    let poll = async || sent(&app, TestRequest::get().uri(&format!("/api/queries/{id}/status"))).await.0;
    pause();
    for _ in 0..limits::OLDER_DOUBT_MAX.as_secs() / 60 {
        assert_eq!(poll().await, 200);
        advance(limits::OLDER_DOUBT_MAX / 2).await;
    }
    assert_eq!(poll().await, 503);
}

#[actix_web::test]
async fn results_and_cancelling_are_tried_again_for_a_while() {
    let (_backend, _, handles) = started().await;
    let file_id = uploaded(&handles).await;
    let (id, other) = (asked(&handles, &file_id, "a?!").await, asked(&handles, &file_id, "b?!").await);
    polled_to_end(&handles, &id).await;
    let (crowd, app) = (handles.sessions.crowd(), app(&handles).await);
    let reading = sent(&app, TestRequest::get().uri(&format!("/api/queries/{id}/results")));
    let cancelling = sent(&app, TestRequest::post().uri(&format!("/api/queries/{other}/cancel")));
    tokio::time::pause();
    let leaving = async {
        // Passes when both have failed and wait.
        sleep(limits::OLDER_PATIENCE_MAX / 2).await;
        drop(crowd);
        resume();
    };
    let (read, cancelled, ()) = tokio::join!(reading, cancelling, leaving);
    assert_eq!((read.0, cancelled.0), (200, 200), "{read:?} {cancelled:?}");
}

#[actix_web::test]
async fn a_query_that_runs_when_the_server_is_started_again_ends_with_its_answer() {
    let (backend, dependencies, handles) = started().await;
    let file_id = uploaded(&handles).await;
    backend.gate.shut();
    let id = asked(&handles, &file_id, "slow").await;
    assert_eq!(polled(&handles, &id).await.1["status"], "processing");
    let again = started_again(&dependencies).await;
    backend.gate.open();
    assert_eq!(polled_to_end(&again, &id).await["status"], "completed");
    assert_eq!(get(&again, &format!("/api/queries/{id}/results")).await.0, 200);
    drop(handles);
}

#[actix_web::test]
async fn a_query_whose_question_was_not_put_before_the_server_ended_is_put_by_who_looks() {
    let (_backend, dependencies, handles) = started().await;
    let file_id = uploaded(&handles).await;
    let id = asked(&handles, &file_id, "a?!").await;
    let mut query = OlderApi::new(&handles, None).query(&id, UNKNOWN).await.unwrap();
    query.query_id = handles.older.new_id();
    let id = handles.older.add(query).await.unwrap().0.query_id;
    let again = started_again(&dependencies).await;
    assert_eq!(polled_to_end(&again, &id).await["status"], "completed");
}

#[actix_web::test]
async fn a_query_to_a_file_whose_reading_a_restart_interrupted_fails_with_what_to_do_in_german() {
    let (_backend, dependencies, handles) = started().await;
    let upload = file_that_is_read(&handles, FILE).await;
    let id = asked(&handles, FILE, "a?!").await;
    assert_eq!(polled(&handles, &id).await.1["status"], "started");
    let again = started_again(&dependencies).await;
    let seen = polled_to_end(&again, &id).await;
    assert_eq!(seen["status"], "failed");
    assert!(seen["error_message"].as_str().unwrap().starts_with("Bitte die Datei erneut hochladen"), "{seen}");
    assert_eq!(get(&again, "/api/queries?status=failed").await.1["total"], 1);
    drop(upload);
}

#[actix_web::test]
async fn an_upload_that_a_restarted_registry_does_not_know_is_read_on_all_the_same() {
    let (backend, _, handles) = started().await;
    let (on_disk, release) = backend.hold();
    let mut upload = file_that_is_read(&handles, FILE).await;
    let id = asked(&handles, FILE, "a?!").await;
    let lost = |file: &mut OlderFile| file.upload_id = "of another life".to_owned();
    handles.older.change::<OlderFile>(FILE, lost).await.unwrap();
    upload.pump(&mut stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"[xx]"))])).await;
    on_disk.await.unwrap();
    handles.older.follow(FILE.to_owned(), upload);
    assert_eq!(polled(&handles, &id).await.1["status"], "started");
    assert_eq!(get(&handles, "/api/files").await.1["files"][0]["status"], "uploaded");
    release.send(()).unwrap();
    let seen = polled_to_end(&handles, &id).await;
    assert_eq!(seen["status"], "completed", "{seen}");
}

#[actix_web::test]
async fn why_a_file_could_not_be_read_is_told_after_a_restart_without_what_is_ours() {
    let (_backend, dependencies, handles) = started().await;
    let mut upload = file_that_is_read(&handles, FILE).await;
    let id = asked(&handles, FILE, "a?!").await;
    upload.pump(&mut stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"[boom"))])).await;
    handles.older.follow(FILE.to_owned(), upload);
    let told = polled_to_end(&handles, &id).await["error_message"].as_str().unwrap().to_owned();
    assert!(told.starts_with("Bitte mit der Anfragenummer melden.") && !told.contains("outcome"), "{told}");
    while handles.older.is_followed(FILE) {
        tokio::task::yield_now().await;
    }
    let again = started_again(&dependencies).await;
    let (_, file) = get(&again, &format!("/api/files/{FILE}/status")).await;
    assert_eq!((&file["status"], &file["error_message"]), (&json!("error"), &json!(told)));
}

#[actix_web::test]
async fn times_of_a_query_that_ended_are_those_of_its_end_from_the_first_answer_on() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let handles = started_again(&Dependencies { clock: ticking, ..dependencies }).await;
    let file_id = uploaded(&handles).await;
    let id = asked(&handles, &file_id, "a?!").await;
    let first = polled_to_end(&handles, &id).await;
    assert_ne!(first["updated_at"], first["created_at"]);
    assert_eq!(polled(&handles, &id).await.1, first);
}

/// Waits for the answer without the query being looked at.
async fn answered(handles: &Handles, query_id: &str) {
    while handles.sessions.question(None, query_id, query_id).await.unwrap().answer.is_none() {
        tokio::task::yield_now().await;
    }
}

#[actix_web::test]
async fn a_query_that_makes_room_for_another_leaves_no_session_behind() {
    let (_backend, dependencies, handles) = started().await;
    let file_id = uploaded(&handles).await;
    let oldest = asked(&handles, &file_id, "a?!").await;
    answered(&handles, &oldest).await;
    let later = |number| format!("older/query/z{number:08}").into_bytes();
    let put = |number| Change::Put { table: CatalogTable::Facts, key: later(number), value: b"{}".to_vec() };
    dependencies.catalog.write_and_wait((1..limits::OLDER_RECORDS_MAX).map(put).collect()).unwrap();
    let kept = asked(&handles, &file_id, "b?!").await;
    assert_eq!(handles.older.find::<OlderQuery>(&oldest).await.unwrap(), None);
    assert_eq!(handles.sessions.question(None, &oldest, &oldest).await.unwrap_err(), SessionError::Unknown(oldest));
    answered(&handles, &kept).await;
}

#[actix_web::test]
async fn a_query_that_nobody_looked_at_before_its_session_expired_is_completed_and_not_asked_again() {
    let (_backend, _, handles) = started().await;
    let file_id = uploaded(&handles).await;
    let id = asked(&handles, &file_id, "a?!").await;
    answered(&handles, &id).await;
    while handles.history.answer_in_session(&id, 0).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    handles.sessions.end(None, &id).await.unwrap();
    let age = u64::try_from(limits::SESSION_EXPIRY_SWEEP.as_millis()).unwrap() + 1;
    let asked_then = move |query: &mut OlderQuery| query.created_ms -= age;
    let query = handles.older.change::<OlderQuery>(&id, asked_then).await.unwrap().unwrap();
    assert_eq!(query.ended, None);
    let (code, seen) = polled(&handles, &id).await;
    assert_eq!((code, &seen["status"]), (200, &json!("completed")), "{seen}");
    assert_eq!(handles.sessions.question(None, &id, &id).await.unwrap_err(), SessionError::Unknown(id.clone()));
    assert_eq!(get(&handles, &format!("/api/queries/{id}/results")).await.0, 200);
}
