//! One client's session that is kept: its model, its questions without an end, its numbered events, what models were asked last.
//!
//! | message | reply | from | bound |
//! | --- | --- | --- | --- |
//! | [`Submit`] | [`Accepted`], once it is on disk | `session_directory`'s handle | `limits::SESSION_QUESTIONS_MAX` |
//! | [`FindQuestion`] | where it is | `session_directory`'s handle | `limits::SESSION_CALLS_MAX` |
//! | [`Cancel`] | where it is, once that is on disk | `session_directory`'s handle | `limits::SESSION_CALLS_MAX` |
//! | [`SelectModel`] | nothing, once it is on disk | `session_directory`'s handle | `limits::SESSION_CALLS_MAX` |
//! | [`Delete`] | nothing, once it is on disk | `session_directory`'s handle | once |
//! | [`Touch`] | nothing | `session_directory` | one per `limits::SESSION_EXPIRY_SWEEP` |
//! | [`Close`] | nothing | `session_directory` | once |
//!
//! What happens is an event. Events, and the checkpoint that they lead to, are written in one transaction, one after the
//! other; only then anybody sees them ([`Shared`]), so what a client was told is never taken back. What the history keeps of
//! a question goes with the event of its end. Clients pull events at their own pace ([`Attachment`]). A write that fails
//! ends this life: the next begins with what is on disk, once the catalog can be written again.
//!
//! Owns: [`KeptCore`]. Blocks on: nothing; the catalog is read in a pool and written by its own thread. Restarted by:
//! `session_directory`, with growing delay, from its checkpoint. Lost then: nothing that anybody saw; questions without an
//! end are asked again.

mod attachment;
mod core;
mod log;
mod shared;
mod wire;
mod work;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use actix::prelude::*;
use futures_util::future::Either;
use tokio::sync::oneshot;

pub use self::attachment::{Attachment, Next};
pub(crate) use self::core::Found;
use self::core::{Job, KeptCore};
pub(crate) use self::log::{Checkpoint, parse, question, remove};
#[cfg(test)]
pub(crate) use self::shared::Visible;
pub(crate) use self::shared::{Connection, SessionPhase, Shared, is_unused};
pub use self::wire::{Accepted, Cursor, NewQuestion, QuestionState, QuestionStatus, SessionError, SessionInfo};
pub(crate) use self::work::{KeptTools, RUNNING_MAX};
use super::clock::unix_millis;
use super::failure::Failure;
use super::model_registry::new_id;
use super::session_event::EndReason;
use super::supervision::ExitNotice;
use crate::limits;
use crate::query::Answer;
use crate::store::{ChangeGroup, StoreError};

/// Time after which changes that found the catalog's queue full are offered again.
const OFFER_AGAIN: Duration = Duration::from_millis(20);

/// Time between the last write of this life and its end, in which those who wait for it are told.
const LINGER: Duration = Duration::from_millis(5);

/// Puts a question.
#[derive(Debug, Message)]
#[rtype(result = "Result<Accepted, SessionError>")]
pub(crate) struct Submit(pub(crate) NewQuestion);

/// Finds a question.
#[derive(Debug, Message)]
#[rtype(result = "Result<Found, SessionError>")]
pub(crate) struct FindQuestion(pub(crate) String);

/// Cancels a question, and finds it.
#[derive(Debug, Message)]
#[rtype(result = "Result<Found, SessionError>")]
pub(crate) struct Cancel(pub(crate) String);

/// Chooses a model.
#[derive(Debug, Message)]
#[rtype(result = "Result<(), SessionError>")]
pub(crate) struct SelectModel(pub(crate) String);

/// Ends the session for good.
#[derive(Debug, Message)]
#[rtype(result = "Result<(), SessionError>")]
pub(crate) struct Delete(pub(crate) EndReason);

/// Notes that the session is used.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Touch;

/// Ends this life; the session rests in the catalog.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Close;

/// The shell.
pub(crate) struct KeptSessionActor {
    /// Absent until the checkpoint was read.
    core: Option<KeptCore>,
    shared: Arc<Shared>,
    tools: KeptTools,
    /// The work on each question that runs, by the number of the event that accepted it.
    works: Vec<(u64, SpawnHandle)>,
    /// One write at a time, so that a failed one has none behind it that succeeds.
    is_writing: bool,
    is_broken: bool,
    /// Another life may have handed in a write that is not done.
    is_second: bool,
    _exit: ExitNotice,
}

impl KeptSessionActor {
    /// Starts a life on the current arbiter.
    pub(crate) fn launch(tools: KeptTools, shared: Arc<Shared>, is_second: bool, exit: ExitNotice) -> Addr<Self> {
        let (works, is_writing, is_broken) = (Vec::new(), false, false);
        KeptSessionActor { core: None, shared, tools, works, is_writing, is_broken, is_second, _exit: exit }.start()
    }

    fn now(&self) -> SystemTime {
        (self.tools.clock)()
    }

    /// Lets the core decide, and writes what comes of it.
    fn change<T>(
        &mut self,
        ctx: &mut Context<Self>,
        decide: impl FnOnce(&mut KeptCore, SystemTime) -> T,
    ) -> Result<T, SessionError> {
        let now = self.now();
        if self.is_broken {
            return Err(SessionError::Unavailable);
        }
        let decided = decide(self.core.as_mut().ok_or(SessionError::Unavailable)?, now);
        self.flush(ctx);
        Ok(decided)
    }

    fn flush(&mut self, ctx: &mut Context<Self>) {
        if self.is_writing || self.is_broken {
            return;
        }
        let Some(write) = self.core.as_mut().and_then(KeptCore::take_write) else { return };
        let (shared, visible) = (Arc::clone(&self.shared), write.visible);
        self.tools.history.on_recorded(write.recorded);
        let (tell, told) = oneshot::channel();
        let group = ChangeGroup::new(write.changes, move |result| {
            match &result {
                Ok(()) => shared.publish(visible),
                Err(error) => shared.fail(Failure::of(error)),
            }
            drop(shared);
            if tell.send(result.is_ok()).is_err() {
                tracing::debug!("a session was over before its last write");
            }
        });
        self.is_writing = true;
        self.offer(group, ctx);
        ctx.spawn(told.into_actor(self).map(|told, actor, ctx| actor.on_written(told == Ok(true), ctx)));
    }

    fn offer(&self, group: ChangeGroup, ctx: &mut Context<Self>) {
        // Another actor may be at work on this session already.
        if self.shared.phase() == SessionPhase::Moved {
            ctx.stop();
            return;
        }
        match self.tools.catalog.offer(group) {
            Ok(()) => {}
            Err((StoreError::CatalogBusy(_), group)) => {
                ctx.run_later(OFFER_AGAIN, |actor, ctx| actor.offer(group, ctx));
            }
            Err((error, _lost)) => self.shared.fail(Failure::of(&error)),
        }
    }

    fn on_written(&mut self, is_written: bool, ctx: &mut Context<Self>) {
        self.is_writing = false;
        self.is_broken = !is_written;
        // A session may be over since that write began: its end is still to be written.
        self.flush(ctx);
        let is_over = !self.is_writing && self.core.as_ref().is_some_and(KeptCore::is_over);
        if self.is_broken || is_over {
            ctx.run_later(LINGER, |_, ctx| ctx.stop());
        }
    }

    fn on_loaded(&mut self, loaded: Result<log::Loaded, SessionError>, ctx: &mut Context<Self>) {
        let now = self.now();
        match loaded {
            Ok(loaded) => {
                let mut core = KeptCore::restore(&self.shared.id, loaded);
                // A catalog that cannot be written is no reason to keep anybody from reading.
                if self.tools.catalog.fault().is_none() {
                    core.on_use(now);
                }
                // What is shown is on disk; what resuming adds is not yet.
                self.shared.publish(core.show());
                let jobs = core.resume(now);
                self.core = Some(core);
                jobs.into_iter().for_each(|job| self.begin(job, ctx));
                self.flush(ctx);
            }
            Err(error) => {
                tracing::error!(session_id = %self.shared.id, %error, "session not restored");
                self.shared.fail(Failure::of(&error));
                ctx.stop();
            }
        }
    }

    /// Works on a question. Nothing here holds up the mailbox.
    fn begin(&mut self, job: Job, ctx: &mut Context<Self>) {
        let (seq, used) = (job.seq, Arc::clone(&self.shared));
        ctx.run_later(limits::SESSION_PROGRESS_AFTER, move |actor, ctx| {
            // A session that is broken tells it in its next life.
            drop(actor.change(ctx, |core, now| core.on_slow(seq, now)));
        });
        let opening = work::open(self.tools.clone(), job).into_actor(self);
        let computing = opening.then(move |opened, actor, ctx| {
            let computing = match opened {
                Ok(opened) => {
                    let named = opened.named.clone();
                    drop(actor.change(ctx, |core, now| core.on_opened(seq, named, now)));
                    Either::Left(work::compute(actor.tools.clone(), opened))
                }
                Err(failure) => Either::Right(std::future::ready(Err(failure))),
            };
            computing.into_actor(actor)
        });
        let work = ctx.spawn(computing.map(move |result, actor, ctx| {
            actor.works.retain(|(of, _)| *of != seq);
            actor.on_end(seq, result, ctx);
            drop(used);
        }));
        self.works.push((seq, work));
    }

    /// Drops the work on questions that were cancelled: what waits in a queue gives its place there up at once, and what
    /// is computed is told to stop.
    fn drop_cancelled(&mut self, ctx: &mut Context<Self>) {
        let Some(core) = self.core.as_ref() else { return };
        self.works.retain(|(seq, work)| core.runs(*seq) || !ctx.cancel_future(*work));
    }

    fn on_end(&mut self, seq: u64, result: Result<Answer, Failure>, ctx: &mut Context<Self>) {
        // A session that is broken asks it again in its next life.
        drop(self.change(ctx, |core, now| core.on_end(seq, result, now)));
    }

    /// A reply that waits until all that happened so far is on disk. It is dropped with this life, so that nobody takes
    /// the event of a later one for theirs.
    fn once_durable<T: 'static>(&self, reply: T) -> ResponseActFuture<Self, Result<T, SessionError>> {
        let (shared, last) = (Arc::clone(&self.shared), self.core.as_ref().map_or(0, KeptCore::last_seq));
        let durable = async move { shared.durable(last).await.map(|()| reply) };
        Box::pin(durable.into_actor(self))
    }

    fn refused<T: 'static>(&self, error: SessionError) -> ResponseActFuture<Self, Result<T, SessionError>> {
        Box::pin(std::future::ready(Err(error)).into_actor(self))
    }
}

impl Actor for KeptSessionActor {
    type Context = Context<Self>;

    /// Reads the checkpoint; until then no message is handled.
    fn started(&mut self, ctx: &mut Self::Context) {
        let (tools, shared, is_second) = (self.tools.clone(), Arc::clone(&self.shared), self.is_second);
        let now_ms = unix_millis(self.now());
        let fresh = new_epoch();
        let mut faults = tools.catalog.faults();
        let loading = async move {
            // A life that is to finish what another could not write would end as that did.
            if is_second && faults.wait_for(Option::is_none).await.is_err() {
                return Err(SessionError::Unavailable);
            }
            let id = shared.id.clone();
            let read = move || {
                if is_second {
                    tools.catalog.write_and_wait(Vec::new())?;
                }
                match log::load(&tools.catalog, &id, fresh.clone(), now_ms)? {
                    // Found before its begin was written, which waits in the same queue.
                    None if !is_second => {
                        tools.catalog.write_and_wait(Vec::new())?;
                        log::load(&tools.catalog, &id, fresh, now_ms)
                    }
                    loaded => Ok(loaded),
                }
            };
            let loaded = tools.reads.run_in_turn(read).await.map_err(|error| Failure::of(&error));
            let loaded = loaded.and_then(|loaded| loaded.map_err(|error| Failure::of(&error)));
            loaded.map_err(SessionError::Store)?.ok_or_else(|| SessionError::Unknown(shared.id.as_ref().to_owned()))
        };
        ctx.wait(loading.into_actor(self).map(|loaded, actor, ctx| actor.on_loaded(loaded, ctx)));
    }
}

/// A name for a log that no other has.
pub(crate) fn new_epoch() -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    random.chars().take(16).collect()
}

impl Handler<Submit> for KeptSessionActor {
    type Result = ResponseActFuture<Self, Result<Accepted, SessionError>>;

    fn handle(&mut self, submit: Submit, ctx: &mut Self::Context) -> Self::Result {
        let fresh = new_id(self.tools.clock);
        match self.change(ctx, |core, now| core.on_submit(submit.0, fresh, now)) {
            Ok(Ok((accepted, job))) => {
                let reply = self.once_durable(accepted);
                if let Some(job) = job {
                    self.begin(job, ctx);
                }
                reply
            }
            Ok(Err(error)) | Err(error) => self.refused(error),
        }
    }
}

impl Handler<FindQuestion> for KeptSessionActor {
    type Result = ResponseActFuture<Self, Result<Found, SessionError>>;

    fn handle(&mut self, find: FindQuestion, ctx: &mut Self::Context) -> Self::Result {
        match self.change(ctx, |core, _| core.find(&find.0)) {
            Ok(Ok(found)) => self.once_durable(found),
            Ok(Err(error)) | Err(error) => self.refused(error),
        }
    }
}

impl Handler<Cancel> for KeptSessionActor {
    type Result = ResponseActFuture<Self, Result<Found, SessionError>>;

    fn handle(&mut self, cancel: Cancel, ctx: &mut Self::Context) -> Self::Result {
        let cancelled = self.change(ctx, |core, now| {
            core.on_cancel(&cancel.0, now);
            core.find(&cancel.0)
        });
        match cancelled {
            Ok(found) => {
                self.drop_cancelled(ctx);
                match found {
                    Ok(found) => self.once_durable(found),
                    Err(error) => self.refused(error),
                }
            }
            Err(error) => self.refused(error),
        }
    }
}

impl Handler<SelectModel> for KeptSessionActor {
    type Result = ResponseActFuture<Self, Result<(), SessionError>>;

    fn handle(&mut self, select: SelectModel, ctx: &mut Self::Context) -> Self::Result {
        match self.change(ctx, |core, now| core.on_select(select.0, now)) {
            Ok(Ok(())) => self.once_durable(()),
            Ok(Err(error)) | Err(error) => self.refused(error),
        }
    }
}

impl Handler<Delete> for KeptSessionActor {
    type Result = ResponseActFuture<Self, Result<(), SessionError>>;

    fn handle(&mut self, delete: Delete, ctx: &mut Self::Context) -> Self::Result {
        match self.change(ctx, |core, now| core.on_delete(delete.0, now)) {
            Ok(()) => {
                self.drop_cancelled(ctx);
                self.once_durable(())
            }
            Err(error) => self.refused(error),
        }
    }
}

impl Handler<Touch> for KeptSessionActor {
    type Result = ();

    fn handle(&mut self, _touch: Touch, ctx: &mut Self::Context) {
        if self.tools.catalog.fault().is_some() {
            return;
        }
        // A session that is broken is touched in its next life.
        drop(self.change(ctx, |core, now| core.on_use(now)));
    }
}

impl Handler<Close> for KeptSessionActor {
    type Result = ();

    fn handle(&mut self, _close: Close, ctx: &mut Self::Context) {
        ctx.stop();
    }
}

#[cfg(test)]
impl Handler<super::testing::Boom> for KeptSessionActor {
    type Result = ();

    fn handle(&mut self, _boom: super::testing::Boom, _ctx: &mut Self::Context) {
        panic!("planned");
    }
}

#[cfg(test)]
mod disk_tests;
#[cfg(test)]
mod edge_tests;
#[cfg(test)]
mod survival_tests;
#[cfg(test)]
mod tests;
