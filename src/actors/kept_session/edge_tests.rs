//! What happens between two steps of a session: cancelled while it waits, deleted while it writes, resumed as something else.

use std::sync::mpsc;

use super::tests::{House, next, question, take};
use super::*;
use crate::actors::root;
use crate::actors::testing::FakeBackend;
use crate::error::{Coded as _, ErrorCode};
use crate::store::{Catalog, CatalogTable, Change};

/// Keeps the catalog from writing until it is told to go on.
fn hold(catalog: &Catalog) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel();
    catalog.write(Vec::new(), move |_| assert_eq!(held.recv(), Ok(()))).unwrap();
    release
}

#[actix::test]
async fn cancelled_question_that_waits_for_its_turn_leaves_the_queue_at_once() {
    let house = House::new().await;
    house.gate.shut();
    let mut attachment = house.attach(None).await;
    for _ in 0..limits::QUESTIONS_IN_FLIGHT_MAX / limits::SESSION_QUESTIONS_MAX {
        let model_id = house.info().await.model_id;
        let other = house.sessions().begin(Some(&house.owner), None, model_id).await.unwrap();
        for number in 0..limits::SESSION_QUESTIONS_MAX {
            let slow = question(&number.to_string(), "slow");
            house.sessions().submit(Some(&house.owner), &other.session_id, slow).await.unwrap();
        }
    }
    // Each of these waits; else a client that cancels what it asks could have any number in the queue.
    for number in 0..3 * limits::SESSION_QUESTIONS_MAX {
        let id = number.to_string();
        house.submit(&id, "Wie viele?").await.unwrap();
        house.sessions().cancel(Some(&house.owner), &house.id, &id).await.unwrap();
    }
    let in_flight = house.sessions().in_flight();
    house.submit("last", "Wie viele?").await.unwrap();
    house.gate.open();
    assert_eq!(in_flight, limits::QUESTIONS_IN_FLIGHT_MAX);
    let mut ends = 0;
    while !next(&mut attachment).await.ends_with("question_answered last") {
        ends += 1;
        assert!(ends < 8 * limits::SESSION_QUESTIONS_MAX, "the next question does not start");
    }
}

#[actix::test]
async fn question_cancelled_while_its_answer_is_computed_is_told_to_stop_and_leaves_the_queue() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let house = House::over(Arc::clone(&backend), dependencies).await;
    house.submit("q", "for ever").await.unwrap();
    backend.waiting.begun.notified().await;
    house.sessions().cancel(Some(&house.owner), &house.id, "q").await.unwrap();
    assert_eq!(house.sessions().in_flight(), 0);
    backend.waiting.stopped.notified().await;
}

#[actix::test]
async fn session_that_is_deleted_while_it_writes_is_gone_all_the_same() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    let release = hold(&house.dependencies.catalog);
    house.gate.shut();
    let submitting = house.submit("q", "slow");
    let ending = async {
        while house.sessions().in_flight() == 0 {
            tokio::task::yield_now().await;
        }
        house.sessions().end(Some(&house.owner), &house.id).await
    };
    let releasing = async {
        // Refused as soon as the session knows that it is over, while its first write still waits.
        while house.state("none").await != Err(SessionError::Unknown(house.id.clone())) {}
        release.send(()).unwrap();
    };
    let (submitted, ended, ()) = tokio::join!(submitting, ending, releasing);
    assert_eq!((submitted.unwrap().seq, ended), (1, Ok(())));
    house.gate.open();
    let mut told = Vec::new();
    while told.last().is_none_or(|last| last != "Ended") {
        told.push(next(&mut attachment).await);
    }
    // It may have been too late for those before.
    assert!(told[told.len() - 2].ends_with("session_ended Deleted"), "{told:?}");
    for table in [CatalogTable::Sessions, CatalogTable::SessionEvents, CatalogTable::SessionQuestions] {
        let mut keys = Vec::new();
        let mut visit = |key: &[u8], _: &[u8]| {
            keys.push(key.to_vec());
            std::ops::ControlFlow::Continue(())
        };
        house.dependencies.catalog.scan(table, (&[0], &[255]), false, &mut visit).unwrap();
        assert!(keys.is_empty(), "{table:?} {keys:?}");
    }
}

#[actix::test]
async fn session_whose_write_is_on_its_way_does_not_rest() {
    let house = House::new().await;
    let release = hold(&house.dependencies.catalog);
    tokio::time::pause();
    let submitted = house.submit("q", "Wie viele?").await;
    assert_eq!(submitted, Err(SessionError::Unavailable), "nobody waits for ever");
    tokio::time::sleep(limits::SESSION_IDLE_MAX + 2 * limits::SESSION_SWEEP).await;
    tokio::time::resume();
    assert!(!house.sessions().rests(&house.owner, &house.id).await);
    release.send(()).unwrap();
    let mut attachment = house.attach(Some(0)).await;
    assert_eq!(take(&mut attachment, 1).await, ["1 question_accepted q"]);
}

/// The question of a checkpoint as a version with other bounds would have taken it.
fn lengthen(catalog: &Catalog, id: &str, text: &str) {
    let value = catalog.get(CatalogTable::Sessions, id.as_bytes()).unwrap().unwrap();
    let (head, json) = value.split_at(2 + usize::from(value[1]));
    let mut checkpoint: serde_json::Value = serde_json::from_slice(json).unwrap();
    let running = &mut checkpoint["running"][0]["text"];
    assert_eq!(*running, text);
    *running = text.repeat(limits::QUESTION_BYTES_MAX).into();
    let value = [head, checkpoint.to_string().as_bytes()].concat();
    catalog.write_and_wait(vec![Change::Put { table: CatalogTable::Sessions, key: id.into(), value }]).unwrap();
}

#[test]
fn question_that_cannot_be_resumed_ends_with_an_error_that_is_on_disk_before_it_is_told() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (id, owner) = System::new().block_on(async {
        backend.gate.shut();
        let house = House::over(Arc::clone(&backend), dependencies.clone()).await;
        house.submit("q", "slow").await.unwrap();
        (house.id, house.owner)
    });
    backend.gate.open();
    lengthen(&dependencies.catalog, &id, "slow");
    System::new().block_on(async {
        let (_root, handles) = root::start(&dependencies);
        assert!(handles.health.clone().ready().await);
        let from = Cursor { epoch: None, after: 0 };
        let mut attachment = handles.sessions.attach(Some(&owner), &id, Some(from)).await.unwrap();
        let ended = async { while !next(&mut attachment).await.ends_with("question_failed q") {} };
        tokio::time::timeout(limits::ACTOR_REPLY_MAX, ended).await.expect("it has no end");
        let state = handles.sessions.question(Some(&owner), &id, "q").await.unwrap();
        assert_eq!((state.status, state.error.unwrap().code.as_str()), (QuestionStatus::Failed, "question_too_long"));
        assert!(handles.sessions.info(Some(&owner), &id).await.unwrap().running.is_empty());
    });
}

#[actix::test]
async fn session_is_about_a_model_that_there_is() {
    let house = House::new().await;
    let unknown = || Some("none".to_owned());
    let begun = house.sessions().begin(Some(&house.owner), None, unknown()).await.unwrap_err();
    let opened = house.sessions().open(&house.owner, None, unknown()).await.unwrap_err();
    let selected = house.sessions().select_model(Some(&house.owner), &house.id, "none".to_owned()).await.unwrap_err();
    for error in [begun, opened, selected] {
        assert_eq!(error.code(), ErrorCode::ModelUnknown, "{error}");
    }
    assert_eq!(house.info().await.last_seq, 0);
    assert_eq!(house.sessions().list(&house.owner).await.unwrap().len(), 1);
}

#[actix::test]
async fn client_opens_a_bounded_number_of_sessions_in_a_time() {
    let house = House::new().await;
    let peer = |last: u8| Some(std::net::IpAddr::from([192, 0, 2, last]));
    let open = async |last: u8| {
        let (owner, _) = house.dependencies.owner_key.new_owner();
        house.sessions().open(&owner, peer(last), None).await
    };
    let mut opened = 0;
    let refused = loop {
        match open(1).await {
            Ok(_) => opened += 1,
            Err(error) => break error,
        }
        // As many at once, and those whose time came meanwhile.
        assert!(opened < 2 * limits::SESSIONS_OPENED_MAX, "nothing bounds it");
    };
    assert!(limits::SESSIONS_OPENED_MAX <= opened, "{opened}");
    assert_eq!(refused.code(), ErrorCode::SessionsOpenedTooMany);
    let wait = refused.retry_after().unwrap();
    assert!(!wait.is_zero() && wait <= limits::SESSIONS_OPENED_SPAN / limits::SESSIONS_OPENED_MAX, "{wait:?}");
    open(2).await.unwrap();
    tokio::time::pause();
    tokio::time::sleep(wait).await;
    tokio::time::resume();
    open(1).await.unwrap();
}
