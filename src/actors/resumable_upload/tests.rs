use std::convert::Infallible;
use std::sync::atomic::Ordering;

use futures_util::{StreamExt as _, stream};

use super::*;
use crate::actors::model_registry::ModelState;
use crate::actors::root::{self, Handles};
use crate::actors::testing::{FakeBackend, noon};
use crate::error::Coded as _;
use crate::store::PartialOutcome;

async fn handles() -> (Arc<FakeBackend>, root::RootHandle, Handles) {
    handles_with(&[]).await.0
}

/// The same over uploads of an earlier process; gives their ids.
async fn handles_with(uploads: &[(&str, u64, u64)]) -> ((Arc<FakeBackend>, root::RootHandle, Handles), Vec<String>) {
    let (backend, dependencies) = FakeBackend::dependencies();
    let ids = if uploads.is_empty() { Vec::new() } else { backend.partials_of(uploads) };
    let (root, handles) = root::start(&dependencies);
    assert!(handles.health.clone().ready().await);
    ((backend, root, handles), ids)
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

/// When the connection is reset, the framework drops the request with the bytes that it had read for it.
#[actix::test]
async fn what_was_read_from_a_socket_is_kept_when_its_request_is_dropped() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(9)).await.unwrap().upload_id;
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let rest = stream::once(async move {
        gone.await.unwrap();
        Ok(Bytes::from_static(b"xxx"))
    });
    let broken = stream::once(async { Err(()) });
    let body = Box::pin(stream::iter([Ok(Bytes::from_static(b"[x"))]).chain(rest).chain(broken));
    let (handle, its_id) = (uploads.clone(), id.clone());
    let task = actix::spawn(async move { handle.append_to_end(&its_id, piece(0), &mut Some(body)).await });
    uploads.entry(&id).unwrap().came(2).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    assert_eq!(uploads.find(&id).await.unwrap().offset, 5);
}

#[actix::test]
async fn a_piece_that_waited_for_a_deletion_finds_no_upload() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(9)).await.unwrap().upload_id;
    let entry = uploads.entry(&id).unwrap();
    let turn = entry.try_turn().unwrap();
    let deleting = async {
        uploads.0.forget(&entry).await;
        drop(turn);
    };
    let mut body = whole("[x");
    let (taken, ()) = tokio::join!(uploads.append(&id, piece(0), &mut body), deleting);
    assert_eq!(taken, Err(PartialError::Unknown(id)));
}

#[actix::test]
async fn a_deletion_that_could_not_wait_is_done_by_the_sweep() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(9)).await.unwrap().upload_id;
    uploads.entry(&id).unwrap().end();
    uploads.0.sweep().await;
    assert_eq!(uploads.find(&id).await, Err(PartialError::Unknown(id)));
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
    handles.uploads.0.sweep().await;
    assert_eq!(handles.uploads.find(expired).await, Err(PartialError::Unknown(expired.clone())));
    assert_eq!(backend.published(), 1);
}

/// Begins an upload of a model that finds no room and sends all of it.
async fn without_room(uploads: &ResumableUploadsHandle) -> String {
    let id = uploads.create(Announced { name: "full".to_owned(), ..announced(4) }).await.unwrap().upload_id;
    uploads.append(&id, piece(0), &mut whole("[xx]")).await.unwrap();
    uploads.entry(&id).unwrap().waits().await;
    id
}

#[actix::test]
async fn a_whole_upload_that_found_no_room_is_read_again_when_there_is_some() {
    let (backend, _root, Handles { uploads, models, .. }) = handles().await;
    let id = without_room(&uploads).await;
    let mut follower = uploads.follow(&id).await.unwrap();
    let Some(Followed::Changed(view)) = follower.next().await else { panic!("nothing was told") };
    assert_eq!((view.stage, view.waits_for.unwrap().code()), (UploadStage::Reading, ErrorCode::DiskFull));
    let state = models.find(&id).await;
    assert!(matches!(state, Ok(ModelState::Ingesting { .. })), "{state:?}");

    backend.has_room.store(true, Ordering::SeqCst);
    tokio::time::pause();
    assert!(matches!(uploads.entry(&id).unwrap().outcome().await, Some(PartialOutcome::Ready { .. })));
    assert_eq!(backend.published(), 1);
    let mut last = None;
    while let Some(Followed::Changed(view)) = follower.next().await {
        last = Some(view.stage);
    }
    assert!(matches!(last, Some(UploadStage::Ready { .. })), "{last:?}");
}

#[actix::test]
async fn a_whole_upload_that_never_finds_room_is_told_to_have_failed_before_it_expires() {
    let (_backend, _root, Handles { uploads, .. }) = handles().await;
    let id = without_room(&uploads).await;
    let entry = uploads.entry(&id).unwrap();
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let outcome = entry.outcome().await;
    assert!(
        matches!(&outcome, Some(PartialOutcome::Failed { code, .. }) if code == ErrorCode::DiskFull.as_str()),
        "{outcome:?}"
    );
    let hours = begun.elapsed().as_secs() / 3600;
    assert!((12..24).contains(&hours), "{hours}");
    let mut follower = uploads.follow(&id).await.unwrap();
    let Some(Followed::Changed(view)) = follower.next().await else { panic!("nothing was told") };
    let UploadStage::Failed(failure) = view.stage else { panic!("{view:?}") };
    assert_eq!(failure.code(), ErrorCode::DiskFull);
    assert_eq!(follower.next().await, None);
}

#[actix::test]
async fn an_upload_that_waits_for_room_is_cancelled_by_its_deletion() {
    let (_backend, _root, Handles { uploads, models, .. }) = handles().await;
    let id = without_room(&uploads).await;
    let entry = uploads.entry(&id).unwrap();
    uploads.delete(&id).await.unwrap();
    assert_eq!(uploads.find(&id).await, Err(PartialError::Unknown(id.clone())));
    assert!(!entry.is_unread() || entry.is_ended());
    // By its other name too: its reading ends, and its files go.
    let id = without_room(&uploads).await;
    let entry = uploads.entry(&id).unwrap();
    models.delete(&id).await.unwrap();
    entry.ended().await;
    while uploads.find(&id).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let state = models.find(&id).await;
    assert!(!matches!(state, Ok(ModelState::Ingesting { .. })), "{state:?}");
}

/// After a night without the server, its first sweep took what was whole and unread.
#[actix::test]
async fn a_whole_upload_that_expired_unread_is_read_all_the_same() {
    let ((backend, _root, Handles { uploads, .. }), ids) = handles_with(&[("[xx]", 4, 1)]).await;
    uploads.0.sweep().await;
    let entry = uploads.entry(&ids[0]).unwrap();
    assert!(matches!(entry.outcome().await, Some(PartialOutcome::Ready { .. })));
    assert_eq!(backend.published(), 1);
}

#[actix::test]
async fn the_sweep_begins_a_reading_that_nobody_is_at() {
    let (backend, _root, Handles { uploads, .. }) = handles().await;
    let id = uploads.create(announced(4)).await.unwrap().upload_id;
    let entry = uploads.entry(&id).unwrap();
    let being_read = entry.begin_reading().unwrap();
    uploads.append(&id, piece(0), &mut whole("[xx]")).await.unwrap();
    uploads.0.sweep().await;
    // The one who read it ended without a word.
    drop(being_read);
    assert_eq!(backend.published(), 0);
    uploads.0.sweep().await;
    assert!(matches!(entry.outcome().await, Some(PartialOutcome::Ready { .. })));
}

/// Somebody who followed it then was told for ever that it is read.
#[actix::test]
async fn a_failed_upload_is_told_with_its_code_after_the_registry_forgot_it() {
    let (_backend, _root, Handles { uploads, models, .. }) = handles().await;
    let id = uploads.create(announced(7)).await.unwrap().upload_id;
    uploads.append(&id, piece(0), &mut whole("no json")).await.unwrap();
    uploads.entry(&id).unwrap().outcome().await.unwrap();
    models.delete(&id).await.unwrap();
    let mut follower = uploads.follow(&id).await.unwrap();
    let Some(Followed::Changed(view)) = follower.next().await else { panic!("nothing was told") };
    let UploadStage::Failed(failure) = view.stage else { panic!("{view:?}") };
    assert_eq!((failure.code(), failure.detail().is_empty()), (ErrorCode::JsonSyntax, false));
    assert_eq!(follower.next().await, None);
}

#[actix::test]
async fn the_longest_idle_upload_goes_for_a_new_one_when_all_places_are_taken() {
    let now = noon().duration_since(UNIX_EPOCH).unwrap().as_secs();
    // When they expire tells when their last byte came.
    let idle_for = |seconds: u64| now + limits::UPLOAD_EXPIRY.as_secs() - seconds;
    let hour = limits::UPLOAD_IDLE_MAX.as_secs();
    let mut held = vec![("[x", 9, idle_for(hour - 1)); limits::UPLOADS_PARTIAL_MAX - 3];
    held.extend([("[x", 9, idle_for(hour)), ("[x", 9, idle_for(3 * hour)), ("[x", 9, idle_for(2 * hour))]);
    let ((_backend, _root, Handles { uploads, .. }), ids) = handles_with(&held).await;
    let (young, hour, oldest, older) = (&ids[0], &ids[61], &ids[62], &ids[63]);

    uploads.create(announced(1)).await.unwrap();
    assert_eq!(uploads.find(oldest).await, Err(PartialError::Unknown(oldest.clone())));
    assert!(uploads.find(older).await.is_ok());
    // Somebody sends to the next one.
    let turn = uploads.entry(older).unwrap().try_turn().unwrap();
    uploads.create(announced(1)).await.unwrap();
    assert!(uploads.entry(older).is_ok());
    assert_eq!(uploads.find(hour).await, Err(PartialError::Unknown(hour.clone())));
    // No other has been idle for long enough, and nothing goes for one that finds no place all the same.
    assert_eq!(uploads.create(announced(1)).await, Err(PartialError::Full));
    drop(turn);
    assert_eq!(uploads.create(announced(limits::UPLOADS_PARTIAL_BYTES_MAX)).await, Err(PartialError::Full));
    assert!(uploads.find(older).await.is_ok() && uploads.find(young).await.is_ok());
}

/// Its record and its bytes went without a word, as if a client had given it up.
#[actix::test]
async fn a_whole_upload_whose_file_cannot_be_read_for_a_moment_is_kept_and_read_again() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let ids = backend.partials_of(&[("[xx]", 4, u64::MAX)]);
    let folder = backend.uploads.get().unwrap().0.path().join("uploads");
    let part = folder.join(format!("{}.part", ids[0]));
    // A folder can be opened, and every reading of it fails.
    std::fs::remove_file(&part).unwrap();
    std::fs::create_dir(&part).unwrap();
    let (_root, Handles { uploads, health, .. }) = root::start(&dependencies);
    assert!(health.clone().ready().await);
    let entry = uploads.entry(&ids[0]).unwrap();
    tokio::select! {
        () = entry.waits() => {}
        () = entry.ended() => panic!("it was forgotten"),
    }
    assert_eq!(entry.waits_for().unwrap().code(), ErrorCode::StoreFailed);
    std::fs::remove_dir(&part).unwrap();
    std::fs::write(&part, "[xx]").unwrap();
    tokio::time::pause();
    assert!(matches!(entry.outcome().await, Some(PartialOutcome::Ready { .. })));
    assert_eq!(backend.published(), 1);
}

#[actix::test]
async fn an_upload_deleted_while_it_is_published_leaves_the_model_that_was_there_before() {
    let (backend, _root, Handles { uploads, models, .. }) = handles().await;
    let before = uploads.create(announced(4)).await.unwrap().upload_id;
    uploads.append(&before, piece(0), &mut whole("[xx]")).await.unwrap();
    let outcome = uploads.entry(&before).unwrap().outcome().await;
    let Some(PartialOutcome::Ready { model_id }) = outcome else { panic!("{outcome:?}") };
    let (on_disk, go) = backend.hold();
    let id = uploads.create(announced(4)).await.unwrap().upload_id;
    uploads.append(&id, piece(0), &mut whole("[xx]")).await.unwrap();
    on_disk.await.unwrap();
    let deletion = uploads.delete(&id);
    let publication = async { go.send(()).unwrap() };
    let (deleted, ()) = tokio::join!(deletion, publication);
    assert_eq!(deleted, Ok(()));
    assert_eq!(uploads.find(&id).await, Err(PartialError::Unknown(id.clone())));
    while matches!(models.find(&id).await, Ok(ModelState::Ingesting { .. })) {
        tokio::task::yield_now().await;
    }
    assert!(matches!(models.find(&model_id).await, Ok(ModelState::Ready { .. })));
    assert_eq!(backend.published(), 1);
}
