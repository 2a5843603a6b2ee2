use std::convert::Infallible;

use futures_util::{StreamExt as _, stream};

use super::*;
use crate::actors::root::{self, Handles};
use crate::actors::testing::FakeBackend;
use crate::error::Coded as _;

async fn handles() -> (Arc<FakeBackend>, root::RootHandle, Handles) {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (root, handles) = root::start(&dependencies);
    assert!(handles.health.clone().ready().await);
    (backend, root, handles)
}

fn announced(length: u64) -> Announced {
    Announced { length, name: "house".to_owned(), strict: false, metadata: String::new(), fingerprint: None }
}

fn piece(offset: u64) -> Piece {
    Piece { offset, bytes: None, checksum: None, fingerprint: None }
}

fn whole(text: &'static str) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin {
    stream::iter([Ok(Bytes::from_static(text.as_bytes()))])
}

/// Says nothing behind it, and does not end.
fn half_open(text: &'static str) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin {
    whole(text).chain(stream::pending())
}

/// Begins a piece that does not end, and waits until its bytes are durable.
async fn hang(
    uploads: &ResumableUploadsHandle,
    id: &str,
    text: &'static str,
) -> tokio::task::JoinHandle<Result<PartialRecord, PartialError>> {
    let (uploads, id) = (uploads.clone(), id.to_owned());
    let entry = uploads.entry(&id).unwrap();
    let task = actix::spawn(async move { uploads.append(&id, piece(0), &mut half_open(text)).await });
    let length = text.len() as u64;
    entry.came(length).await;
    task
}

#[actix::test]
async fn a_piece_that_breaks_off_is_kept_as_far_as_it_came_and_one_with_a_checksum_is_not() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(9)).await.unwrap().upload_id;
    let mut broken = stream::iter([Ok(Bytes::from_static(b"[xx")), Err(())]);
    assert_eq!(uploads.append(&id, piece(0), &mut broken).await, Err(PartialError::Aborted));
    assert_eq!(uploads.find(&id).await.unwrap().offset, 3);
    let mut broken = stream::iter([Ok(Bytes::from_static(b"xx")), Err(())]);
    let checked = Piece { checksum: Some(Checksum::Sha1(vec![0; 20])), ..piece(3) };
    assert_eq!(uploads.append(&id, checked, &mut broken).await, Err(PartialError::Aborted));
    assert_eq!(uploads.find(&id).await.unwrap().offset, 3);
}

#[actix::test]
async fn a_request_that_is_dropped_in_the_middle_keeps_what_came() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(9)).await.unwrap().upload_id;
    let task = hang(&uploads, &id, "[xxx").await;
    task.abort();
    assert!(task.await.is_err());
    assert_eq!(uploads.find(&id).await.unwrap().offset, 4);
}

#[actix::test]
async fn a_silent_sender_is_taken_over_and_one_that_sends_is_not() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(6)).await.unwrap().upload_id;
    let silent = hang(&uploads, &id, "[xxx").await;
    assert_eq!(uploads.append(&id, piece(4), &mut whole("x")).await.unwrap().offset, 5);
    assert_eq!(silent.await.unwrap(), Err(PartialError::Locked));

    let id = uploads.create(announced(1000)).await.unwrap().upload_id;
    let ticks = tokio::time::interval(Duration::from_millis(50));
    let mut sending = Box::pin(stream::unfold(ticks, |mut ticks| async move {
        ticks.tick().await;
        Some((Ok::<_, Infallible>(Bytes::from_static(b"x")), ticks))
    }));
    let (entry, handle, its_id) = (uploads.entry(&id).unwrap(), uploads.clone(), id.clone());
    let task = actix::spawn(async move { handle.append(&its_id, piece(0), &mut sending).await });
    entry.came(1).await;
    assert_eq!(uploads.append(&id, piece(1), &mut whole("x")).await, Err(PartialError::Locked));
    assert!(0 < uploads.find(&id).await.unwrap().offset);
    uploads.delete(&id).await.unwrap();
    assert_eq!(task.await.unwrap(), Err(PartialError::Unknown(id)));
}

#[actix::test]
async fn a_drain_ends_sending_with_what_came_kept_and_refuses_more() {
    let (_backend, root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(9)).await.unwrap().upload_id;
    let sending = hang(&uploads, &id, "[xxx").await;
    root.drain().await;
    assert_eq!(sending.await.unwrap(), Err(PartialError::Draining));
    assert_eq!(uploads.find(&id).await.unwrap().offset, 4);
    assert_eq!(uploads.append(&id, piece(4), &mut whole("x")).await, Err(PartialError::Draining));
    assert_eq!(uploads.create(announced(1)).await, Err(PartialError::Draining));
}

#[actix::test]
async fn uploads_beyond_the_limits_are_refused_until_one_goes() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let mut ids = Vec::new();
    for _ in 0..limits::UPLOADS_PARTIAL_MAX {
        ids.push(uploads.create(announced(1)).await.unwrap().upload_id);
    }
    assert_eq!(uploads.create(announced(1)).await.unwrap_err().code(), ErrorCode::UploadsFull);
    uploads.delete(&ids[0]).await.unwrap();
    let too_much = limits::UPLOADS_PARTIAL_BYTES_MAX;
    assert_eq!(uploads.create(announced(too_much)).await, Err(PartialError::Full));
    assert!(uploads.create(announced(1)).await.is_ok());
}

#[actix::test]
async fn a_file_that_is_no_model_fails_under_its_upload_id_and_is_told() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(7)).await.unwrap().upload_id;
    uploads.append(&id, piece(0), &mut whole("no json")).await.unwrap();
    let mut follower = uploads.follow(&id).await.unwrap();
    let mut last = None;
    while let Some(Followed::Changed(view)) = follower.next().await {
        last = Some(view.stage);
    }
    let Some(UploadStage::Failed(failure)) = last else { panic!("{last:?}") };
    assert_eq!(failure.code(), ErrorCode::JsonSyntax);
}

#[actix::test]
async fn what_expired_goes_and_what_was_whole_before_a_start_is_read() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let partials = backend.partials_of(&[("[xx]", 4, u64::MAX), ("[x", 9, 1)]);
    let (_root, handles) = root::start(&dependencies);
    assert!(handles.health.clone().ready().await);
    let (whole, expired) = (&partials[0], &partials[1]);
    let mut follower = handles.uploads.follow(whole).await.unwrap();
    let mut last = None;
    while let Some(Followed::Changed(view)) = follower.next().await {
        last = Some(view.stage);
    }
    assert!(matches!(last, Some(UploadStage::Ready { .. })), "{last:?}");
    handles.uploads.sweep().await;
    assert_eq!(handles.uploads.find(expired).await, Err(PartialError::Unknown(expired.clone())));
    assert_eq!(backend.published(), 1);
}
