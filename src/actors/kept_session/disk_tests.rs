//! Sessions over a disk that fails, and sessions that nobody used for too long.

use std::time::Duration;

use super::tests::{House, next, question, take};
use super::*;
use crate::actors::history::HistoryFilter;
use crate::actors::root;
use crate::actors::testing::noon;
use crate::error::{Coded as _, ErrorCode};
use crate::store::{Catalog, CatalogTable, Change};

fn count(catalog: &Catalog, table: CatalogTable) -> usize {
    let mut count = 0;
    let mut visit = |_: &[u8], _: &[u8]| {
        count += 1;
        std::ops::ControlFlow::Continue(())
    };
    catalog.scan(table, (&[0], &[255]), false, &mut visit).unwrap();
    count
}

#[actix::test]
async fn question_that_cannot_be_written_fails_with_a_code_and_nobody_sees_it() {
    let (catalog, disk) = Catalog::failing().unwrap();
    let house = House::over_catalog(catalog.clone()).await;
    let mut attachment = house.attach(None).await;
    disk.fail(true);
    assert_eq!(house.submit("q", "Wie viele?").await.unwrap_err().code(), ErrorCode::StoreFailed);
    let mut health = house.handles.health.clone();
    health.wait_until(|health| !health.is_ready()).await;
    for _ in 0..3 {
        assert_eq!(house.submit("r", "Wie viele?").await.unwrap_err().code(), ErrorCode::CatalogUnavailable);
    }
    let begun = house.handles.sessions.begin(Some(&house.owner), None, None).await;
    assert_eq!(begun.unwrap_err().code(), ErrorCode::CatalogUnavailable);
    disk.fail(false);
    assert!(health.ready().await);
    while house.submit("s", "Wie viele?").await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(take(&mut attachment, 2).await, ["1 question_accepted s", "2 question_answered s"]);
    assert_eq!(house.state("q").await.unwrap_err().code(), ErrorCode::QuestionUnknown);
    assert_eq!(count(&catalog, CatalogTable::History), 1);
}

#[actix::test]
async fn answer_is_read_while_nothing_can_be_written() {
    let (catalog, disk) = Catalog::failing().unwrap();
    let house = House::over_catalog(catalog).await;
    let mut attachment = house.attach(None).await;
    house.submit("q", "Wie viele?").await.unwrap();
    take(&mut attachment, 2).await;
    disk.fill(true);
    // There is a little room left in what was written before.
    while house.handles.sessions.begin(Some(&house.owner), None, None).await.is_ok() {}
    let mut health = house.handles.health.clone();
    health.wait_until(|health| !health.is_ready()).await;
    // Until the file is opened again, a moment later, it cannot be read either.
    let state = loop {
        match house.state("q").await {
            Ok(state) => break state,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert_eq!(state.status, QuestionStatus::Answered);
    let cancelled = house.handles.sessions.cancel(Some(&house.owner), &house.id, "q").await;
    assert_eq!(cancelled.unwrap_err().code(), ErrorCode::DiskFull);
}

#[actix::test]
async fn answer_that_cannot_be_written_is_not_told_and_comes_once_when_it_can() {
    let (catalog, disk) = Catalog::failing().unwrap();
    let house = House::over_catalog(catalog.clone()).await;
    let mut attachment = house.attach(None).await;
    house.gate.shut();
    house.submit("q", "slow").await.unwrap();
    assert_eq!(next(&mut attachment).await, "1 question_accepted q");
    disk.fail(true);
    house.gate.open();
    let mut health = house.handles.health.clone();
    health.wait_until(|health| !health.is_ready()).await;
    assert_eq!(house.info().await.last_seq, 1, "no end is shown");
    disk.fail(false);
    assert!(health.ready().await);
    assert_eq!(next(&mut attachment).await, "2 question_answered q");
    assert_eq!((count(&catalog, CatalogTable::History), count(&catalog, CatalogTable::HistoryAnswers)), (1, 1));
}

#[actix::test]
async fn answer_that_is_shown_is_in_the_history_on_disk() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    let catalog = &house.dependencies.catalog;
    for (number, id) in ["a", "b", "c"].into_iter().enumerate() {
        house.submit(id, "Wie viele?").await.unwrap();
        take(&mut attachment, 2).await;
        // Read at once: nothing that waits to be written is waited for.
        assert_eq!(count(catalog, CatalogTable::HistoryAnswers), number + 1);
    }
}

fn a_week_later() -> SystemTime {
    noon() + limits::SESSION_KEPT_MAX
}

#[actix::test]
async fn session_that_nobody_used_for_a_week_is_removed_and_its_answer_stays_in_the_history() {
    let house = House::new().await;
    house.submit("q", "Wie viele?").await.unwrap();
    take(&mut house.attach(Some(0)).await, 2).await;
    let later = root::Dependencies { clock: a_week_later, ..house.dependencies.clone() };
    let (_root, handles) = root::start(&later);
    assert!(handles.health.clone().ready().await);
    let gone = handles.sessions.info(Some(&house.owner), &house.id).await.unwrap_err();
    assert_eq!(gone, SessionError::Unknown(house.id.clone()));
    later.catalog.write_and_wait(Vec::new()).unwrap();
    for table in [CatalogTable::Sessions, CatalogTable::SessionEvents, CatalogTable::SessionQuestions] {
        assert_eq!(count(&later.catalog, table), 0, "{table:?}");
    }
    let kept = handles.history.answer_in_session(&house.id, unix_millis(noon())).await.unwrap().unwrap();
    assert_eq!(kept.answer.question, "Wie viele?");
    assert_eq!(handles.history.list(HistoryFilter::default(), None, 5).await.unwrap().total, 1);
}

fn a_day_less() -> SystemTime {
    a_week_later() - Duration::from_secs(24 * 3600)
}

#[actix::test]
async fn session_that_was_used_within_the_week_stays() {
    let house = House::new().await;
    let later = root::Dependencies { clock: a_day_less, ..house.dependencies.clone() };
    let (_root, handles) = root::start(&later);
    assert!(handles.health.clone().ready().await);
    assert_eq!(handles.sessions.info(Some(&house.owner), &house.id).await.unwrap().session_id, house.id);
}

#[actix::test]
async fn session_whose_removal_cannot_be_written_is_still_there() {
    let (catalog, disk) = Catalog::failing().unwrap();
    let house = House::over_catalog(catalog.clone()).await;
    let later = root::Dependencies { clock: a_week_later, ..house.dependencies.clone() };
    disk.fail(true);
    let (_root, handles) = root::start(&later);
    let mut health = handles.health.clone();
    health.wait_until(|health| !health.degraded.is_empty()).await;
    disk.fail(false);
    assert!(health.ready().await);
    let mut tries = 0;
    while handles.sessions.info(Some(&house.owner), &house.id).await.is_err() {
        tries += 1;
        assert!(tries < 1000, "it was forgotten and is on disk");
        tokio::task::yield_now().await;
    }
    let key = b"another".to_vec();
    catalog.write_and_wait(vec![Change::Remove { table: CatalogTable::Facts, key }]).unwrap();
    assert_eq!(count(&catalog, CatalogTable::Sessions), 1);
}

#[actix::test]
async fn dry_run_in_a_session_is_not_kept_in_the_history() {
    let house = House::new().await;
    let mut attachment = house.attach(None).await;
    let mut new = question("q", "Wie viele?");
    new.question.dry_run = true;
    house.handles.sessions.submit(Some(&house.owner), &house.id, new).await.unwrap();
    assert_eq!(take(&mut attachment, 2).await, ["1 question_accepted q", "2 question_answered q"]);
    assert_eq!(house.handles.history.list(HistoryFilter::default(), None, 5).await.unwrap().total, 0);
}
