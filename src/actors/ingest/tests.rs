use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::sync::Semaphore;

use super::*;
use crate::actors::supervision::ChildExited;
use crate::actors::testing::{FakeBackend, noon};
use crate::actors::upload::Pumped;
use crate::error::ErrorCode;

/// Stands in for the registry.
#[derive(Default)]
struct Parent {
    finished: Vec<UploadFinished>,
    exits: Vec<ChildExited>,
}
impl Actor for Parent {
    type Context = Context<Self>;
}
impl Handler<UploadFinished> for Parent {
    type Result = ();
    fn handle(&mut self, finished: UploadFinished, _: &mut Self::Context) {
        self.finished.push(finished);
    }
}
impl Handler<ChildExited> for Parent {
    type Result = ();
    fn handle(&mut self, exited: ChildExited, _: &mut Self::Context) {
        self.exits.push(exited);
    }
}
#[derive(Message)]
#[rtype(result = "(usize, Vec<ChildExited>)")]
struct Seen;
impl Handler<Seen> for Parent {
    type Result = MessageResult<Seen>;
    fn handle(&mut self, _: Seen, _: &mut Self::Context) -> Self::Result {
        MessageResult((self.finished.len(), self.exits.clone()))
    }
}

struct Bench {
    backend: Arc<FakeBackend>,
    parent: Addr<Parent>,
    places: Arc<Semaphore>,
    ingest: IngestHandle,
    writer: UploadWriter,
}

fn bench(name: &str) -> Bench {
    let backend = Arc::new(FakeBackend::default());
    let parent = Parent::default().start();
    let recipient = parent.clone().recipient();
    let tools = IngestTools {
        backend: Arc::<FakeBackend>::clone(&backend),
        clock: noon,
        compute: Compute::new(1, ErrorCode::IngestBusy),
        changes: ModelChanges::new(),
        registry: Arc::new(move || Some(recipient.clone())),
    };
    let request = UploadRequest {
        name: name.to_owned(),
        encoding: ContentEncoding::Identity,
        bytes_total: Some(9),
        options: ReadOptions::default(),
    };
    let places = Arc::new(Semaphore::new(1));
    let permit = Arc::clone(&places).try_acquire_owned().unwrap();
    let exit = ExitNotice::new("u", 0, parent.clone().recipient());
    let (ingest, writer) = IngestHandle::start("u", request, tools, permit, exit);
    Bench { backend, parent, places, ingest, writer }
}

fn body(text: &'static str) -> impl futures_util::Stream<Item = Result<Bytes, ()>> + Unpin {
    stream::iter(text.as_bytes().chunks(4).map(|chunk| Ok(Bytes::from_static(chunk))))
}

#[test]
fn first_decision_about_an_upload_counts() {
    let (fate, _decided) = watch::channel(Fate::default());
    let deleted = Fate::Cancelled(CancelReason::Deleted);
    assert_eq!(Fate::decide(&fate, deleted), deleted);
    assert_eq!(Fate::decide(&fate, Fate::Publishing), deleted);
}

#[test]
fn panicked_work_is_an_internal_failure() {
    let core = IngestCore::new("u".to_owned());
    let failure = core.on_end(Err(ComputeError::Panicked)).outcome.unwrap_err();
    assert_eq!(failure.code(), ErrorCode::Internal);
}

#[actix::test]
async fn upload_is_published_and_reported_before_the_outcome_is_seen() {
    let Bench { backend, parent, places, mut writer, .. } = bench("house");
    assert_eq!(writer.pump(&mut body("[xxx, x]")).await, Pumped::Complete);
    let manifest = writer.outcome().await.unwrap();
    assert_eq!((manifest.name.as_str(), manifest.entities), ("house", 4));
    assert_eq!(manifest.published_at, "2026-11-23T12:00:00Z");
    assert_eq!(parent.send(Seen).await.unwrap().0, 1);
    assert_eq!(backend.published(), 1);
    drop(places.acquire().await.unwrap());
    let gone = ChildExited { child: "u".to_owned(), generation: 0, panicked: false };
    assert_eq!(parent.send(Seen).await.unwrap().1, [gone]);
}

#[actix::test]
async fn aborted_upload_publishes_nothing_even_when_its_bytes_are_a_whole_model() {
    let Bench { backend, mut writer, .. } = bench("house");
    let mut broken = body("[x]").chain(stream::iter([Err(())]));
    assert_eq!(writer.pump(&mut broken).await, Pumped::Aborted(CancelReason::ClientGone));
    assert_eq!(writer.outcome().await.unwrap_err().code(), ErrorCode::UploadAborted);
    assert_eq!(backend.published(), 0);
}

#[actix::test]
async fn cancel_ends_a_waiting_reading() {
    let Bench { backend, ingest, mut writer, .. } = bench("house");
    let mut endless = body("[x").chain(stream::pending());
    let pumping = async {
        let pumped = writer.pump(&mut endless).await;
        (pumped, writer.outcome().await)
    };
    let cancelling = async {
        tokio::task::yield_now().await;
        ingest.cancel(CancelReason::Draining);
    };
    let ((pumped, outcome), ()) = tokio::join!(pumping, cancelling);
    assert_eq!(pumped, Pumped::Aborted(CancelReason::Draining));
    assert_eq!(outcome.unwrap_err().code(), ErrorCode::Draining);
    assert_eq!(backend.published(), 0);
}

#[actix::test]
async fn reading_that_fails_ends_the_pump_and_says_why() {
    let Bench { mut writer, .. } = bench("house");
    let mut endless = body("no json").chain(stream::pending());
    assert_eq!(writer.pump(&mut endless).await, Pumped::ReadingEnded);
    assert_eq!(writer.outcome().await.unwrap_err().code(), ErrorCode::JsonSyntax);
}

#[actix::test]
async fn panic_in_the_reading_fails_the_upload() {
    let Bench { parent, mut writer, .. } = bench("house");
    let pumped = writer.pump(&mut body("[boom and more")).await;
    assert!(!matches!(pumped, Pumped::Aborted(_)), "{pumped:?}");
    assert_eq!(writer.outcome().await.unwrap_err().code(), ErrorCode::Internal);
    assert_eq!(parent.send(Seen).await.unwrap().0, 1);
}

#[actix::test]
async fn full_disk_is_the_outcome() {
    let Bench { mut writer, .. } = bench("full");
    assert_eq!(writer.pump(&mut body("[x]")).await, Pumped::Complete);
    let outcome = tokio::time::timeout(Duration::from_secs(60), writer.outcome()).await.unwrap();
    assert_eq!(outcome.unwrap_err().code(), ErrorCode::DiskFull);
}
