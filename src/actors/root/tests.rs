use bytes::Bytes;
use futures_util::stream;

use super::*;
use crate::actors::ingest::UploadRequest;
use crate::actors::model_registry::RegistryError;
use crate::actors::testing::FakeBackend;
use crate::formats::{ContentEncoding, ReadOptions};

fn request() -> UploadRequest {
    UploadRequest {
        name: "house".to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    }
}

#[test]
fn stale_notice_changes_nothing() {
    let mut core = RootCore::new(["a"].into_iter());
    assert_eq!((core.on_start("a"), core.on_start("nobody")), (Some(1), None));
    assert_eq!(core.on_exited("a", 0, Duration::ZERO), None);
    assert!(matches!(core.on_exited("a", 1, Duration::ZERO), Some(Decision::RestartAfter(_))));
    assert_eq!(core.on_exited("a", 1, Duration::ZERO), None);
}

#[test]
fn fifth_end_in_a_minute_degrades_and_is_not_ready() {
    let mut core = RootCore::new(["a"].into_iter());
    core.on_loaded();
    let mut last = None;
    for _ in 0..limits::RESTARTS_IN_WINDOW_MAX {
        let generation = core.on_start("a").unwrap();
        last = core.on_exited("a", generation, Duration::ZERO);
    }
    assert_eq!(last, Some(Decision::Degraded));
    assert!(!core.health.is_ready());
    assert_eq!(core.health.degraded, ["a"]);
}

#[actix::test]
async fn panicking_actor_is_restarted_until_it_is_degraded() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = start(&dependencies);
    let mut health = handles.health.clone();
    assert!(health.ready().await);
    for _ in 0..limits::RESTARTS_IN_WINDOW_MAX {
        assert_eq!(handles.models.boom().await, Err(RegistryError::Unavailable));
        tokio::time::pause();
        tokio::time::sleep(Duration::from_secs(2)).await;
        tokio::time::resume();
    }
    let degraded = vec!["model_registry".to_owned()];
    assert_eq!(handles.health.now(), Health { phase: Phase::Ready, degraded, ..Health::default() });
    assert_eq!(handles.models.list().await.unwrap_err(), RegistryError::Unavailable);
}

#[actix::test]
async fn drain_refuses_new_work_and_waits_for_a_running_upload() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (root, handles) = start(&dependencies);
    let mut writer = handles.models.begin_upload(request()).await.unwrap();
    let uploading = async {
        let mut health = handles.health.clone();
        while !health.is_draining() {
            tokio::task::yield_now().await;
        }
        assert_eq!(handles.models.begin_upload(request()).await.unwrap_err(), RegistryError::Draining);
        health = handles.health.clone();
        assert!(!health.now().is_ready());
        writer.pump(&mut stream::iter([Ok::<_, ()>(Bytes::from_static(b"[x]"))])).await;
        writer.outcome().await
    };
    let ((), outcome) = tokio::join!(root.drain(), uploading);
    assert!(outcome.is_ok());
    assert_eq!(backend.published(), 1);
}

#[actix::test]
async fn drain_cancels_what_does_not_end_and_publishes_nothing_of_it() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (root, handles) = start(&dependencies);
    let mut writer = handles.models.begin_upload(request()).await.unwrap();
    let mut endless = stream::pending::<Result<Bytes, ()>>();
    let uploading = async {
        writer.pump(&mut endless).await;
        writer.outcome().await
    };
    // The clock does not advance by itself while the reading thread waits.
    tokio::time::pause();
    let passing = async {
        while !handles.health.is_draining() {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        tokio::time::advance(limits::DRAIN_MAX + Duration::from_secs(1)).await;
    };
    let ((), outcome, ()) = tokio::join!(root.drain(), uploading, passing);
    assert_eq!(outcome.unwrap_err().code(), ErrorCode::Draining);
    assert_eq!(backend.published(), 0);
}

#[actix::test]
async fn a_catalog_that_cannot_be_written_is_told_with_its_reason_until_it_can() {
    let (_backend, mut dependencies) = FakeBackend::dependencies();
    let (catalog, disk) = Catalog::failing().unwrap();
    dependencies.catalog = catalog.clone();
    let (_root, handles) = start(&dependencies);
    let mut health = handles.health.clone();
    assert!(health.ready().await);
    disk.fail(true);
    let change = crate::store::Change::Remove { table: crate::store::CatalogTable::Facts, key: b"k".to_vec() };
    catalog.write_and_wait(vec![change]).unwrap_err();
    let down = health.wait_until(|health| !health.is_ready()).await;
    assert_eq!((down.phase, down.degraded), (Phase::Ready, vec!["catalog".to_owned()]));
    assert_eq!(down.reasons, [DegradedReason::new("catalog", ErrorCode::CatalogUnavailable)]);
    disk.fail(false);
    let up = health.wait_until(Health::is_ready).await;
    assert_eq!((up.degraded, up.reasons), (Vec::new(), Vec::new()));
}
