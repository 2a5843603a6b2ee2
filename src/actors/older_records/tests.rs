use futures_util::FutureExt as _;

use super::*;
use crate::actors::testing::noon;

fn records() -> OlderRecordsHandle {
    OlderRecordsHandle::new(Catalog::in_memory().unwrap(), noon)
}

fn query(id: &str) -> OlderQuery {
    OlderQuery {
        query_id: id.to_owned(),
        file_id: "f".to_owned(),
        text: "Wie viele Wände gibt es?".to_owned(),
        intent_hint: None,
        created_ms: 1,
        updated_ms: 1,
        ended: None,
        is_hidden: false,
    }
}

#[actix::test]
async fn records_are_found_changed_listed_newest_first_and_removed() {
    let records = records();
    for id in ["1", "2", "3"] {
        records.add(query(id)).await.unwrap();
    }
    let hidden = records.change::<OlderQuery>("2", |query| query.is_hidden = true).await.unwrap().unwrap();
    assert!(hidden.is_hidden);
    assert_eq!(records.find::<OlderQuery>("2").await.unwrap(), Some(hidden));
    records.remove::<OlderQuery>("3").await.unwrap();
    let ids: Vec<String> = records.list::<OlderQuery>().await.unwrap().into_iter().map(|q| q.query_id).collect();
    assert_eq!(ids, ["2", "1"]);
    assert_eq!(records.find::<OlderFile>("1").await.unwrap(), None, "kinds are kept apart");
    assert_eq!(records.change::<OlderQuery>("3", |_| {}).await.unwrap(), None);
}

#[actix::test]
async fn the_first_end_of_a_query_stays_whoever_comes_at_the_same_time() {
    let records = records();
    records.add(query("1")).await.unwrap();
    let ends = (0..20).map(|number| match number % 3 {
        0 => OlderEnd::Completed,
        1 => OlderEnd::Cancelled,
        _ => OlderEnd::Failed { message: number.to_string() },
    });
    let ended = futures_util::future::join_all(ends.map(|end| records.end("1", end))).await;
    let ended: Vec<OlderEnd> = ended.into_iter().map(|ended| ended.unwrap().unwrap().ended.unwrap()).collect();
    let kept = records.find::<OlderQuery>("1").await.unwrap().unwrap();
    assert!(ended.iter().all(|end| Some(end) == kept.ended.as_ref()), "{ended:?}");
    assert_eq!(records.end("1", OlderEnd::Failed { message: "late".to_owned() }).await.unwrap(), Some(kept));
    assert_eq!(records.end("2", OlderEnd::Completed).await.unwrap(), None);
}

#[actix::test]
async fn a_query_has_one_turn_at_a_time() {
    let records = records();
    let held = records.turn("1").await;
    assert!(records.turn("1").now_or_never().is_none());
    drop(held);
    drop(records.turn("1").await);
}

#[actix::test]
async fn the_oldest_record_makes_room() {
    let records = records();
    let mut changes = Vec::new();
    for i in 0..limits::OLDER_RECORDS_MAX {
        changes.push(put(&query(&format!("{i:08}"))).unwrap());
    }
    records.catalog.write_and_wait(changes).unwrap();
    let (_, gone) = records.add(query("new")).await.unwrap();
    assert_eq!(gone, ["00000000"]);
    let listed = records.list::<OlderQuery>().await.unwrap();
    assert_eq!(listed.len(), limits::OLDER_RECORDS_MAX);
    assert_eq!(listed.first().unwrap().query_id, "new");
    assert_eq!(listed.last().unwrap().query_id, "00000001");
}

#[test]
fn connections_are_counted_until_they_end_and_bounded() {
    let listeners = OlderListeners::default();
    let held: Vec<OlderListener> =
        (0..limits::SESSION_CONNECTIONS_MAX).map(|_| listeners.enter("q").unwrap()).collect();
    assert!(listeners.enter("q").is_none());
    assert_eq!(listeners.counts().get("q"), Some(&limits::SESSION_CONNECTIONS_MAX));
    drop(held);
    assert!(listeners.counts().is_empty());
}
