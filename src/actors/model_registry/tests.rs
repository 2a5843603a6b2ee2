use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::*;
use crate::actors::root;
use crate::actors::testing::FakeBackend;
use crate::formats::{ContentEncoding, ReadOptions};
use crate::limits;

fn request(name: &str) -> UploadRequest {
    UploadRequest {
        name: name.to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    }
}

#[actix::test]
async fn uploaded_bytes_become_a_model_that_opens_once() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    let models = handles.models;
    let manifest = models.ingest_bytes(request("house"), Bytes::from_static(b"[x, x]")).await.unwrap();
    let again = models.ingest_bytes(request("villa"), Bytes::from_static(b"[x, x]")).await.unwrap();
    assert_eq!(manifest.model_id, again.model_id);
    let (first, second) = tokio::join!(models.open(&manifest.model_id), models.open(&manifest.model_id));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(backend.opened.load(Ordering::SeqCst), 1);
    models.delete(&manifest.model_id).await.unwrap();
    assert_eq!(backend.published(), 0);
    let gone = models.open(&manifest.model_id).await.unwrap_err();
    assert_eq!(gone, RegistryError::Unknown(manifest.model_id.clone()));
}

#[actix::test]
async fn upload_beyond_the_places_is_shed_and_a_deleted_one_gives_its_place_back() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    let mut writers = Vec::new();
    for _ in 0..limits::INGESTS_MAX {
        writers.push(handles.models.begin_upload(request("house")).await.unwrap());
    }
    let shed = handles.models.begin_upload(request("house")).await.unwrap_err();
    assert_eq!(shed, RegistryError::Busy(limits::INGESTS_MAX));
    let mut writer = writers.remove(0);
    handles.models.delete(writer.upload_id()).await.unwrap();
    let mut silent = futures_util::stream::pending::<Result<Bytes, ()>>();
    writer.pump(&mut silent).await;
    let upload_id = writer.upload_id().to_owned();
    let failure = writer.outcome().await.unwrap_err();
    assert_eq!(failure.code(), ErrorCode::UploadAborted);
    assert!(matches!(handles.models.find(&upload_id).await, Ok(ModelState::Failed { .. })));
    drop(writers);
    handles.models.idle().await;
}

#[actix::test]
async fn restarted_registry_starts_from_the_store() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    let models = handles.models;
    let manifest = models.ingest_bytes(request("house"), Bytes::from_static(b"[x]")).await.unwrap();
    assert_eq!(models.boom().await, Err(RegistryError::Unavailable));
    assert_eq!(models.list().await.unwrap_err(), RegistryError::Unavailable);
    let found = loop {
        match models.find(&manifest.model_id).await {
            Err(RegistryError::Unavailable) => tokio::task::yield_now().await,
            found => break found,
        }
    };
    assert!(matches!(found, Ok(ModelState::Ready { .. })), "{found:?}");
    assert_eq!(backend.listed.load(Ordering::SeqCst), 2);
}

/// Goes on until a deletion that waits for nothing would have ended.
async fn many_turns(models: &ModelRegistryHandle) {
    for _ in 0..500 {
        models.list().await.unwrap();
    }
}

#[actix::test]
async fn deletion_waits_for_the_publication_of_the_same_content_so_that_registry_and_disk_agree() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    let models = handles.models;
    let manifest = models.ingest_bytes(request("house"), Bytes::from_static(b"[x]")).await.unwrap();
    let (on_disk, go) = backend.hold();
    let uploads = models.clone();
    let upload = actix::spawn(async move { uploads.ingest_bytes(request("again"), Bytes::from_static(b"[x]")).await });
    on_disk.await.unwrap();
    let mut deletion = std::pin::pin!(models.delete(&manifest.model_id));
    tokio::select! {
        deleted = &mut deletion => panic!("{deleted:?} although the publication had not ended"),
        () = many_turns(&models) => {}
    }
    go.send(()).unwrap();
    deletion.await.unwrap();
    upload.await.unwrap().unwrap();
    assert_eq!(models.find(&manifest.model_id).await.unwrap_err(), RegistryError::Unknown(manifest.model_id.clone()));
    assert_eq!(backend.published(), 0);
}

#[actix::test]
async fn upload_deleted_while_it_is_published_is_gone_when_the_deletion_is_answered() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (_root, handles) = root::start(&dependencies);
    let models = handles.models;
    let (on_disk, go) = backend.hold();
    let mut writer = models.begin_upload(request("house")).await.unwrap();
    let upload_id = writer.upload_id().to_owned();
    writer.pump(&mut futures_util::stream::iter([Ok::<_, ()>(Bytes::from_static(b"[x]"))])).await;
    on_disk.await.unwrap();
    let mut deletion = std::pin::pin!(models.delete(&upload_id));
    tokio::select! {
        deleted = &mut deletion => panic!("{deleted:?} although the publication had not ended"),
        () = many_turns(&models) => {}
    }
    go.send(()).unwrap();
    deletion.await.unwrap();
    assert_eq!(backend.published(), 0);
    assert_eq!(models.find(&upload_id).await.unwrap_err(), RegistryError::Unknown(upload_id.clone()));
}
