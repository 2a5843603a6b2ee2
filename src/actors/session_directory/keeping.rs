//! What the directory does about kept sessions.

use std::ops::ControlFlow;
use std::sync::Arc;

use actix::prelude::*;
use tokio::sync::oneshot;

use super::index::{FoundKept, KeptIndex, KeptRef, Listed, Stored};
use super::opening::Opener;
use super::{DirectoryActor, Restart};
use crate::actors::clock::unix_millis;
use crate::actors::failure::Failure;
use crate::actors::kept_session::{
    Checkpoint, KeptSessionActor, SessionError, SessionInfo, Shared, new_epoch, parse, remove,
};
use crate::actors::owner::OwnerId;
use crate::actors::supervision::{ChildExited, ExitNotice};
use crate::limits;
use crate::store::{Catalog, CatalogTable, Change, StoreError};

/// Keeps the notices of kept sessions apart from those of sessions in memory, whose ids clients choose.
const KEPT: char = '=';

/// Finds a kept session to use it, and starts it when it rests.
#[derive(Debug, Message)]
#[rtype(result = "Result<KeptRef, SessionError>")]
pub(crate) struct FindKept {
    pub(crate) id: String,
    pub(crate) owner: Option<OwnerId>,
}

/// Takes a new session in, and writes it.
#[derive(Debug, Message)]
#[rtype(result = "Result<SessionInfo, SessionError>")]
pub(crate) struct BeginKept {
    pub(crate) id: String,
    pub(crate) owner: Option<OwnerId>,
    pub(crate) model_id: Option<String>,
    /// For whom it counts.
    pub(crate) openers: Vec<Opener>,
}

/// Finds a kept session to look at it.
#[derive(Debug, Message)]
#[rtype(result = "Result<Listed, SessionError>")]
pub(crate) struct LookAtKept {
    pub(crate) id: String,
    pub(crate) owner: Option<OwnerId>,
}

/// Finds those of an owner.
#[derive(Debug, Message)]
#[rtype(result = "Result<Vec<Listed>, SessionError>")]
pub(crate) struct ListKept(pub(crate) OwnerId);

/// Reads which sessions there are, after all that was handed in before. Blocks.
fn stored(catalog: &Catalog) -> Result<Vec<Stored>, StoreError> {
    catalog.write_and_wait(Vec::new())?;
    let mut stored = Vec::new();
    // Ids are ASCII.
    catalog.scan(CatalogTable::Sessions, (&[0], &[u8::MAX]), false, &mut |key, value| {
        if let (Ok(id), Some((owner, checkpoint))) = (std::str::from_utf8(key), parse(value)) {
            let used_ms = checkpoint.as_ref().map_or(u64::MAX, |checkpoint| checkpoint.used_ms);
            let is_empty = checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.turns == 0);
            let is_running = checkpoint.is_some_and(|checkpoint| !checkpoint.running.is_empty());
            stored.push(Stored { id: id.into(), owner, used_ms, is_running, is_empty });
        }
        ControlFlow::Continue(())
    })?;
    Ok(stored)
}

impl DirectoryActor {
    fn now_ms(&self) -> u64 {
        unix_millis((self.kept_tools.clock)())
    }

    fn index(&mut self) -> Result<&mut KeptIndex, SessionError> {
        self.kept.as_mut().ok_or(SessionError::Unavailable)
    }

    /// Reads the catalog; until then no message is handled.
    pub(super) fn load_kept(&mut self, ctx: &mut Context<Self>) {
        let tools = self.kept_tools.clone();
        let loading = async move {
            let catalog = tools.catalog.clone();
            let loaded = tools.reads.run_in_turn(move || stored(&catalog)).await;
            loaded.map_err(|error| Failure::of(&error))?.map_err(|error| Failure::of(&error))
        };
        ctx.wait(loading.into_actor(self).map(|loaded, actor, ctx| match loaded {
            Ok(stored) => actor.on_kept_loaded(stored, ctx),
            Err(error) => {
                tracing::error!(%error, "the sessions could not be read");
                ctx.run_later(limits::RESTART_DELAY_MAX, Self::load_kept);
            }
        }));
    }

    fn on_kept_loaded(&mut self, stored: Vec<Stored>, ctx: &mut Context<Self>) {
        let (now_ms, mut index) = (self.now_ms(), KeptIndex::default());
        let running: Vec<_> = stored.iter().filter(|stored| stored.is_running).map(Stored::key).collect();
        for mut one in stored {
            // One whose checkpoint cannot be read does not tell; the time starts anew.
            one.used_ms = one.used_ms.min(now_ms);
            index.on_stored(one);
        }
        self.kept = Some(index);
        // Before anything expires: an accepted question has its end, however long this process was away.
        for (id, owner) in running {
            if let Err(error) = self.find_kept(&id, owner.as_ref(), ctx) {
                tracing::error!(session_id = %id, %error, "questions of a session wait until it is asked for");
            }
        }
        self.expire_kept(now_ms, ctx);
    }

    fn find_kept(&mut self, id: &str, owner: Option<&OwnerId>, ctx: &Context<Self>) -> Result<KeptRef, SessionError> {
        let now_ms = self.now_ms();
        match self.index()?.find(id, owner, now_ms)? {
            FoundKept::Alive(kept) => Ok(kept),
            FoundKept::Start(generation) => {
                let shared = Shared::new(id);
                let addr = self.start_kept(&shared, generation, false, ctx);
                Ok(KeptRef { shared, addr: Some(addr) })
            }
        }
    }

    fn start_kept(
        &mut self,
        shared: &Arc<Shared>,
        generation: u64,
        is_second: bool,
        ctx: &Context<Self>,
    ) -> Addr<KeptSessionActor> {
        let exit = ExitNotice::new(format!("{KEPT}{}", shared.id), generation, ctx.address().recipient());
        let addr = KeptSessionActor::launch(self.kept_tools.clone(), Arc::clone(shared), is_second, exit);
        if let Some(index) = self.kept.as_mut() {
            index.on_started(generation, shared, addr.clone());
        }
        addr
    }

    /// Takes the notice of a kept session; false when it is of another.
    pub(super) fn on_kept_exited(&mut self, exited: &ChildExited, ctx: &mut Context<Self>) -> bool {
        let Some(id) = exited.child.strip_prefix(KEPT) else { return false };
        let now = self.started.elapsed();
        if let Some(delay) = self.kept.as_mut().and_then(|index| index.on_exited(id, exited, now)) {
            tracing::error!(session_id = id, panicked = exited.panicked, "session ended, starting it again");
            ctx.notify_later(Restart { id: exited.child.clone() }, delay);
        }
        true
    }

    /// Starts a kept session again; false when the id is of another.
    pub(super) fn on_kept_restart(&mut self, id: &str, ctx: &Context<Self>) -> bool {
        let Some(id) = id.strip_prefix(KEPT) else { return false };
        if let Some((generation, shared)) = self.kept.as_mut().and_then(|index| index.on_restart(id)) {
            self.start_kept(&shared, generation, true, ctx);
        }
        true
    }

    pub(super) fn sweep_kept(&mut self) {
        if let Some(index) = self.kept.as_mut() {
            index.on_sweep(limits::SESSION_SWEEP);
        }
    }

    /// Hourly.
    pub(super) fn tend_kept(&mut self, ctx: &mut Context<Self>) {
        let now_ms = self.now_ms();
        if let Some(index) = self.kept.as_mut() {
            index.touch(now_ms);
        }
        self.expire_kept(now_ms, ctx);
    }

    fn expire_kept(&mut self, now_ms: u64, ctx: &mut Context<Self>) {
        let expired = self.kept.as_ref().map(|index| index.expired(now_ms)).unwrap_or_default();
        // What fails is logged there; the next look tries again.
        drop(self.remove_kept(&expired, ctx));
    }

    /// Removes sessions that rest.
    fn remove_kept(&mut self, ids: &[Box<str>], ctx: &mut Context<Self>) -> Result<(), SessionError> {
        for some in ids.chunks(limits::SESSIONS_LET_GO) {
            let changes: Vec<Change> = some.iter().flat_map(|id| remove(id)).collect();
            let (tell, told) = oneshot::channel();
            // Nobody listens when this directory is over.
            if let Err(error) = self.kept_tools.catalog.write(changes, |result| drop(tell.send(result))) {
                tracing::warn!(%error, "sessions that nobody used were not removed");
                return Err(SessionError::Store(Failure::of(&error)));
            }
            // At once, so that nobody is given a session that is being removed.
            let index = self.kept.as_mut().ok_or(SessionError::Unavailable)?;
            let forgotten: Vec<Stored> = some.iter().filter_map(|id| index.forget(id)).collect();
            ctx.spawn(
                told.into_actor(self).map(|told, actor, _ctx| actor.on_removed(matches!(told, Ok(Ok(()))), forgotten)),
            );
        }
        Ok(())
    }

    /// Takes a new session in.
    fn take_in(&mut self, begin: &BeginKept, now_ms: u64, ctx: &mut Context<Self>) -> Result<(), SessionError> {
        let BeginKept { id, owner, openers, .. } = begin;
        let (elapsed, owner) = (self.started.elapsed(), owner.as_ref());
        self.index()?.may_begin(id, owner)?;
        self.openings.admit(openers, elapsed).map_err(SessionError::OpenedTooMany)?;
        let in_the_way = self.index()?.in_the_way(now_ms)?;
        self.remove_kept(&in_the_way, ctx)?;
        self.index()?.on_begin(id, owner, now_ms);
        Ok(())
    }

    fn on_removed(&mut self, is_removed: bool, sessions: Vec<Stored>) {
        if is_removed {
            return tracing::info!(count = sessions.len(), "removed sessions that nobody used");
        }
        tracing::warn!(count = sessions.len(), "sessions that nobody used were not removed");
        let Some(index) = self.kept.as_mut() else { return };
        // What is still on disk is still there; the next look tries again.
        sessions.into_iter().for_each(|stored| index.on_stored(stored));
    }
}

impl Stored {
    fn key(&self) -> (Box<str>, Option<OwnerId>) {
        (self.id.clone(), self.owner.clone())
    }
}

impl Handler<FindKept> for DirectoryActor {
    type Result = Result<KeptRef, SessionError>;

    fn handle(&mut self, find: FindKept, ctx: &mut Self::Context) -> Self::Result {
        self.find_kept(&find.id, find.owner.as_ref(), ctx)
    }
}

impl Handler<LookAtKept> for DirectoryActor {
    type Result = Result<Listed, SessionError>;

    fn handle(&mut self, look: LookAtKept, _ctx: &mut Self::Context) -> Self::Result {
        self.index()?.look(look.owner.as_ref(), &look.id)
    }
}

impl Handler<ListKept> for DirectoryActor {
    type Result = Result<Vec<Listed>, SessionError>;

    fn handle(&mut self, list: ListKept, _ctx: &mut Self::Context) -> Self::Result {
        Ok(self.index()?.list(&list.0))
    }
}

impl Handler<BeginKept> for DirectoryActor {
    type Result = ResponseActFuture<Self, Result<SessionInfo, SessionError>>;

    fn handle(&mut self, begin: BeginKept, ctx: &mut Self::Context) -> Self::Result {
        let now_ms = self.now_ms();
        if let Err(error) = self.take_in(&begin, now_ms, ctx) {
            return Box::pin(std::future::ready(Err(error)).into_actor(self));
        }
        let BeginKept { id, owner, model_id, .. } = begin;
        let checkpoint = Checkpoint::new(new_epoch(), model_id, now_ms);
        let (tell, told) = oneshot::channel();
        let put = checkpoint.write(&id, owner.as_ref());
        // Nobody listens when this directory is over.
        let handed_in = self.kept_tools.catalog.write(vec![put], |result| drop(tell.send(result)));
        let writing = async move {
            handed_in?;
            told.await.unwrap_or_else(|_gone| Err(StoreError::Catalog("the catalog has ended".to_owned())))
        };
        Box::pin(writing.into_actor(self).map(move |written, actor, _ctx| {
            written.map(|()| checkpoint.info(&id, now_ms)).map_err(|error| {
                if let Some(index) = actor.kept.as_mut() {
                    index.forget(&id);
                }
                SessionError::Store(Failure::of(&error))
            })
        }))
    }
}
