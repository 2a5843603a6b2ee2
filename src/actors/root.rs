//! Starts the other actors in order, restarts what ended, says how the process is, and drains it.
//!
//! | message | reply | from | bound |
//! | --- | --- | --- | --- |
//! | [`ChildExited`] | nothing | every service actor | one per life |
//! | [`BeginDrain`] | nothing | `http::server` | once |
//!
//! Owns: [`RootCore`], a factory per child, the [`Health`] channel. Blocks on: nothing. Restarted by: nobody; when it ends,
//! the process ends with an error.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout};

use super::backend::Backend;
use super::clock::Clock;
use super::compute::Compute;
use super::health::{DegradedReason, Health, HealthReader, Phase};
use super::history::HistoryHandle;
use super::ingest::{IngestTools, UploadFinished};
use super::kept_session::{KeptTools, RUNNING_MAX};
use super::model_changes::ModelChanges;
use super::model_registry::{ModelRegistryHandle, RegistryActor, RegistryTools};
use super::older_records::OlderRecordsHandle;
use super::owner::OwnerKey;
use super::query_session::SessionTools;
use super::resumable_upload::{KeeperActor, ResumableUploadsHandle};
use super::session_directory::{DirectoryActor, SessionsHandle};
use super::supervision::{
    AliveProbe, ChildExited, Decision, ExitNotice, Factory, RestartCore, Slot, SlotWriter, jitter, slot,
};
use super::upload::CancelReason;
use crate::error::{Coded, ErrorCode};
use crate::limits;
use crate::store::{Catalog, CatalogFault};

/// What the actors are built from.
#[derive(Debug, Clone)]
pub struct Dependencies {
    /// Reading, keeping and opening.
    pub backend: Arc<dyn Backend>,
    /// Sessions, their events, the history of questions.
    pub catalog: Catalog,
    /// The time of day.
    pub clock: Clock,
    /// What tokens of clients are made with.
    pub owner_key: OwnerKey,
    /// The name of this process among those that serve the same clients.
    pub replica: Arc<str>,
}

/// What the edge talks to.
#[derive(Debug, Clone)]
pub struct Handles {
    /// Uploads and models.
    pub models: ModelRegistryHandle,
    /// Uploads that come in pieces.
    pub uploads: ResumableUploadsHandle,
    /// Questions.
    pub sessions: SessionsHandle,
    /// Questions that were put.
    pub history: HistoryHandle,
    /// Files and queries of the older interface.
    pub older: OlderRecordsHandle,
    /// How the process is.
    pub health: HealthReader,
    /// What tokens of clients are made with.
    pub owner_key: OwnerKey,
    /// The name of this process among those that serve the same clients.
    pub replica: Arc<str>,
    /// The time of day.
    pub clock: Clock,
}

/// The way to drain.
#[derive(Debug, Clone)]
pub struct RootHandle {
    addr: Addr<RootActor>,
    handles: Handles,
}

/// Starts all service actors on the current arbiter, which must not be a worker of the HTTP server.
#[must_use]
pub fn start(dependencies: &Dependencies) -> (RootHandle, Handles) {
    let clock = dependencies.clock;
    let (health, reader) = watch::channel(Health::default());
    let reader = HealthReader::new(reader);
    let questions = Compute::new(limits::QUESTIONS_IN_FLIGHT_MAX, ErrorCode::QuestionsBusy);
    let (registry_writer, registry_slot) = slot();
    let models = ModelRegistryHandle::new(registry_slot.clone(), questions.clone(), reader.clone(), clock);
    let (directory_writer, directory_slot) = slot();
    let history = HistoryHandle::new(dependencies.catalog.clone(), models.clone(), clock);
    let kept = KeptTools {
        catalog: dependencies.catalog.clone(),
        reads: Compute::new(limits::CATALOG_READS_MAX, ErrorCode::CatalogBusy),
        registry: models.clone(),
        compute: questions.clone(),
        turns: Arc::new(Semaphore::new(limits::QUESTIONS_IN_FLIGHT_MAX)),
        running: Arc::new(Semaphore::new(RUNNING_MAX)),
        history: history.clone(),
        clock,
    };
    let sessions = SessionsHandle::new(directory_slot, reader.clone(), &kept);
    let partials = dependencies.backend.partials();
    let uploads = ResumableUploadsHandle::new(partials, models.clone(), reader.clone(), clock);
    let handles = Handles {
        models: models.clone(),
        uploads: uploads.clone(),
        sessions,
        history,
        older: OlderRecordsHandle::new(dependencies.catalog.clone(), clock),
        health: reader,
        owner_key: dependencies.owner_key.clone(),
        replica: Arc::clone(&dependencies.replica),
        clock,
    };
    let session_tools = SessionTools { registry: models, compute: questions };
    let factories = vec![
        ("model_registry", registry_factory(dependencies, registry_slot, registry_writer)),
        ("session_directory", directory_factory(session_tools, kept, directory_writer)),
        ("resumable_upload", keeper_factory(uploads)),
    ];
    let core = RootCore::new(factories.iter().map(|(name, _)| *name));
    let children = factories.into_iter().map(|(name, factory)| Child { name, factory, probe: None }).collect();
    let (models, catalog, started) = (handles.models.clone(), dependencies.catalog.faults(), Instant::now());
    let addr = RootActor { core, children, health, models, catalog, started }.start();
    (RootHandle { addr, handles: handles.clone() }, handles)
}

fn registry_factory(
    dependencies: &Dependencies,
    slot: Slot<RegistryActor>,
    writer: SlotWriter<RegistryActor>,
) -> Factory {
    let Dependencies { backend, clock, .. } = dependencies.clone();
    let ingest = IngestTools {
        backend: Arc::clone(&backend),
        clock,
        compute: Compute::new(limits::INGESTS_MAX, ErrorCode::IngestBusy),
        changes: ModelChanges::new(),
        registry: Arc::new(move || slot.addr().map(Addr::recipient::<UploadFinished>)),
    };
    let files = Compute::new(limits::OPENINGS_MAX, ErrorCode::QuestionsBusy);
    let tools = RegistryTools { backend, files, ingest };
    Box::new(move |exit| writer.fill(RegistryActor::launch(tools.clone(), exit)))
}

fn directory_factory(tools: SessionTools, kept: KeptTools, writer: SlotWriter<DirectoryActor>) -> Factory {
    Box::new(move |exit| writer.fill(DirectoryActor::launch(tools.clone(), kept.clone(), exit)))
}

fn keeper_factory(uploads: ResumableUploadsHandle) -> Factory {
    Box::new(move |exit| {
        let addr = KeeperActor::launch(uploads.clone(), exit);
        Box::new(move || addr.connected())
    })
}

impl RootHandle {
    /// Refuses new work, waits for running work, then cancels what is left. Takes at most
    /// [`limits::DRAIN_MAX`] and [`limits::DRAIN_GRACE_MAX`].
    pub async fn drain(&self) {
        if self.addr.send(BeginDrain).timeout(limits::ACTOR_REPLY_MAX).await.is_err() {
            tracing::warn!("the root did not take the drain; running work is waited for all the same");
        }
        let Handles { models, uploads, sessions, .. } = &self.handles;
        let idle = async { tokio::join!(uploads.drain(), models.idle(), sessions.idle()) };
        if timeout(limits::DRAIN_MAX, idle).await.is_err() {
            tracing::warn!(seconds = limits::DRAIN_MAX.as_secs(), "work still runs, cancelling uploads");
            models.cancel_uploads(CancelReason::Draining).await;
            if timeout(limits::DRAIN_GRACE_MAX, models.idle()).await.is_err() {
                tracing::warn!("an upload did not end; nothing of it is published");
            }
        }
        if timeout(limits::DRAIN_GRACE_MAX, sessions.flushed()).await.is_err() {
            tracing::warn!("the catalog is not written; questions without an end are asked again");
        }
    }
}

/// Refuses new work from now on.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct BeginDrain;

#[derive(Debug)]
struct ChildState {
    name: &'static str,
    generation: u64,
    running: bool,
    restarts: RestartCore,
}

/// All state and all decisions.
#[derive(Debug)]
pub(crate) struct RootCore {
    children: Vec<ChildState>,
    health: Health,
}

impl RootCore {
    fn new(names: impl Iterator<Item = &'static str>) -> RootCore {
        let child = |name| ChildState { name, generation: 0, running: false, restarts: RestartCore::default() };
        RootCore { children: names.map(child).collect(), health: Health::default() }
    }

    /// The next life of a child; `None` for a name that is no child's.
    fn on_start(&mut self, name: &str) -> Option<u64> {
        let child = self.children.iter_mut().find(|child| child.name == name)?;
        child.generation += 1;
        child.running = true;
        Some(child.generation)
    }

    /// `None` for a stale notice.
    fn on_exited(&mut self, name: &str, generation: u64, now: Duration) -> Option<Decision> {
        let child = self.children.iter_mut().find(|child| child.name == name)?;
        if child.generation != generation || !child.running {
            return None;
        }
        child.running = false;
        let decision = child.restarts.on_end(now, jitter(name, generation));
        if decision == Decision::Degraded {
            self.health.degraded.push(name.to_owned());
        }
        Some(decision)
    }

    /// The life that a sweep looks at.
    fn running(&self, name: &str) -> Option<u64> {
        self.children.iter().find(|child| child.name == name && child.running).map(|child| child.generation)
    }

    /// The catalog cannot be written, or can again.
    fn on_catalog(&mut self, fault: Option<ErrorCode>) {
        self.health.degraded.retain(|part| part != CATALOG);
        self.health.reasons.retain(|reason| reason.part != CATALOG);
        if let Some(code) = fault {
            self.health.degraded.push(CATALOG.to_owned());
            self.health.reasons.push(DegradedReason::new(CATALOG, code));
        }
    }

    fn on_loaded(&mut self) {
        if self.health.phase == Phase::Starting {
            self.health.phase = Phase::Ready;
        }
    }

    fn on_drain(&mut self) {
        self.health.phase = Phase::Draining;
    }
}

struct Child {
    name: &'static str,
    factory: Factory,
    probe: Option<AliveProbe>,
}

/// The shell.
struct RootActor {
    core: RootCore,
    children: Vec<Child>,
    health: watch::Sender<Health>,
    models: ModelRegistryHandle,
    catalog: watch::Receiver<Option<CatalogFault>>,
    started: Instant,
}

/// The catalog's name among the parts that may not work. It is no actor.
const CATALOG: &str = "catalog";

const SWEEP: Duration = Duration::from_secs(5);

impl RootActor {
    fn start_child(&mut self, name: &'static str, ctx: &Context<Self>) {
        let Some(generation) = self.core.on_start(name) else { return };
        if let Some(child) = self.children.iter_mut().find(|child| child.name == name) {
            let exit = ExitNotice::new(name, generation, ctx.address().recipient());
            child.probe = Some((child.factory)(exit));
            tracing::info!(actor = name, generation, "actor started");
        }
    }

    fn on_exited(&mut self, exited: &ChildExited, ctx: &mut Context<Self>) {
        let Some(decision) = self.core.on_exited(&exited.child, exited.generation, self.started.elapsed()) else {
            return;
        };
        tracing::error!(actor = exited.child, panicked = exited.panicked, ?decision, "actor ended");
        self.publish();
        if let Decision::RestartAfter(delay) = decision
            && let Some(name) = self.children.iter().map(|child| child.name).find(|name| *name == exited.child)
        {
            ctx.run_later(delay, move |actor, ctx| actor.start_child(name, ctx));
        }
    }

    /// Finds ends whose notice was lost.
    fn sweep(&mut self, ctx: &mut Context<Self>) {
        let dead = |child: &&Child| child.probe.as_ref().is_some_and(|alive| !alive());
        let names: Vec<&'static str> = self.children.iter().filter(dead).map(|child| child.name).collect();
        for name in names {
            if let Some(generation) = self.core.running(name) {
                self.on_exited(&ChildExited { child: name.to_owned(), generation, panicked: false }, ctx);
            }
        }
    }

    /// Says how the catalog is, now and whenever that changes.
    fn follow_catalog(&mut self, ctx: &mut Context<Self>) {
        let fault = self.catalog.borrow_and_update().as_ref().map(Coded::code);
        self.core.on_catalog(fault);
        self.publish();
        let mut catalog = self.catalog.clone();
        let changed = async move { catalog.changed().await };
        ctx.spawn(changed.into_actor(self).map(|changed, actor, ctx| {
            // Its thread is gone only when nobody can write to it any more.
            if changed.is_ok() {
                actor.follow_catalog(ctx);
            }
        }));
    }

    fn publish(&self) {
        self.health.send_replace(self.core.health.clone());
    }
}

impl Actor for RootActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let names: Vec<&'static str> = self.children.iter().map(|child| child.name).collect();
        for name in names {
            self.start_child(name, ctx);
        }
        ctx.run_interval(SWEEP, RootActor::sweep);
        self.follow_catalog(ctx);
        let models = self.models.clone();
        let loaded = async move {
            // The registry answers once its catalog is read.
            while models.list().await.is_err() {
                tokio::time::sleep(limits::RESTART_DELAY_MIN).await;
            }
        };
        ctx.spawn(loaded.into_actor(self).map(|(), actor, _ctx| {
            actor.core.on_loaded();
            actor.publish();
        }));
    }
}

impl Handler<ChildExited> for RootActor {
    type Result = ();

    fn handle(&mut self, exited: ChildExited, ctx: &mut Self::Context) {
        self.on_exited(&exited, ctx);
    }
}

impl Handler<BeginDrain> for RootActor {
    type Result = ();

    fn handle(&mut self, _drain: BeginDrain, _ctx: &mut Self::Context) {
        self.core.on_drain();
        self.publish();
    }
}

#[cfg(test)]
mod tests;
