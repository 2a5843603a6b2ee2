//! One client's session: its questions in flight, and what each model was asked last, which a follow-up goes on from.
//!
//! | message | reply | from | bound |
//! | --- | --- | --- | --- |
//! | [`Ask`] | `query::Answer` | `session_directory`'s handle | `limits::SESSION_QUESTIONS_MAX`, `limits::QUESTION_DEADLINE` |
//! | [`Close`] | nothing | `session_directory`'s handle | immediate |
//!
//! Owns: [`SessionCore`]. Blocks on: nothing; questions are computed in the compute pool. Restarted by:
//! `session_directory`, with growing delay. Lost then: questions in flight, and what was asked last.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::compute::{Compute, ComputeError};
use super::failure::Failure;
use super::model_registry::{EvidenceKey, ModelRegistryHandle, RegistryError};
use super::stopping::StopOnDrop;
use super::supervision::ExitNotice;
use super::topics::Topics;
use crate::error::{Coded, ErrorCode};
use crate::limits;
use crate::query::{Answer, Plan, Question, Stop, Stopped};

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The process has as many questions in flight as it accepts.
    #[error("{0} questions are in flight")]
    Busy(usize),
    /// The session has as many questions in flight as it accepts.
    #[error("the session already has {0} questions in flight")]
    SessionBusy(usize),
    /// No room for another session.
    #[error("{0} sessions are open")]
    SessionsFull(usize),
    /// Accepted, but too slow.
    #[error("no answer within {0:?}")]
    Deadline(Duration),
    /// Who asked gave up.
    #[error("the question was given up")]
    Cancelled,
    /// Shutting down.
    #[error("the server is shutting down")]
    Draining,
    /// The model could not be opened.
    #[error(transparent)]
    Model(#[from] RegistryError),
    /// The computation failed.
    #[error("{0}")]
    Compute(Failure),
    /// Panicked, closed or not yet restarted.
    #[error("the session is not available")]
    Unavailable,
}

impl Coded for AskError {
    fn code(&self) -> ErrorCode {
        match self {
            AskError::Busy(_) => ErrorCode::QuestionsBusy,
            AskError::SessionBusy(_) => ErrorCode::SessionBusy,
            AskError::SessionsFull(_) => ErrorCode::SessionsFull,
            AskError::Deadline(_) => ErrorCode::QuestionDeadline,
            AskError::Cancelled => ErrorCode::QuestionCancelled,
            AskError::Draining => ErrorCode::Draining,
            AskError::Model(error) => error.code(),
            AskError::Compute(failure) => failure.code(),
            AskError::Unavailable => ErrorCode::ActorUnavailable,
        }
    }
}

/// What a session works with.
#[derive(Debug, Clone)]
pub(crate) struct SessionTools {
    pub(crate) registry: ModelRegistryHandle,
    pub(crate) compute: Compute,
}

/// The only way to talk to a session.
#[derive(Debug, Clone)]
pub(crate) struct QuerySessionHandle {
    addr: Addr<QuerySessionActor>,
    in_flight: Arc<Semaphore>,
}

impl QuerySessionHandle {
    /// Starts a session on the current arbiter.
    pub(crate) fn start(tools: SessionTools, exit: ExitNotice) -> QuerySessionHandle {
        let addr = QuerySessionActor { core: SessionCore::default(), tools, _exit: exit }.start();
        QuerySessionHandle { addr, in_flight: Arc::new(Semaphore::new(limits::SESSION_QUESTIONS_MAX)) }
    }

    /// Puts a question. Sheds at once when the session is full, and never waits past the deadline.
    pub(crate) async fn ask(&self, model_id: &str, question: Question) -> Result<Answer, AskError> {
        let Ok(_permit) = self.in_flight.try_acquire() else {
            return Err(AskError::SessionBusy(limits::SESSION_QUESTIONS_MAX));
        };
        let asked = Instant::now();
        let deadline = asked + limits::QUESTION_DEADLINE;
        let giving_up = StopOnDrop::default();
        let stop = giving_up.stop();
        let ask = Ask { model_id: model_id.to_owned(), question, asked, deadline, stop };
        match self.addr.send(ask).timeout(limits::QUESTION_DEADLINE).await {
            Ok(answer) => answer,
            Err(MailboxError::Timeout) => Err(AskError::Deadline(limits::QUESTION_DEADLINE)),
            Err(MailboxError::Closed) => Err(AskError::Unavailable),
        }
    }

    /// Ends the session.
    pub(crate) fn close(&self) {
        // A full mailbox cannot be: the one question is answered. A closed one is what is wanted.
        drop(self.addr.try_send(Close));
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.addr.connected()
    }
}

/// Asks for an answer.
#[derive(Debug, Message)]
#[rtype(result = "Result<Answer, AskError>")]
pub(crate) struct Ask {
    model_id: String,
    question: Question,
    asked: Instant,
    deadline: Instant,
    stop: Stop,
}

/// Ends the session.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Close;

/// All state and all decisions.
#[derive(Debug, Default)]
pub(crate) struct SessionCore {
    in_flight: usize,
    idle: Duration,
    turns: u64,
    topics: Topics,
    /// Time that the session has lived, which its topics are dated by.
    age: Duration,
}

impl SessionCore {
    /// Takes a question; gives its number, and what the model was asked last.
    fn on_question(&mut self, model_id: &str) -> (u64, Option<Plan>) {
        self.in_flight += 1;
        self.idle = Duration::ZERO;
        self.turns += 1;
        (self.turns, self.topics.before(model_id, self.age_ms()))
    }

    fn age_ms(&self) -> u64 {
        u64::try_from(self.age.as_millis()).unwrap_or(u64::MAX)
    }

    /// Notes the end of a question, and the plan if it was understood. A question that was asked earlier and ends later
    /// changes nothing.
    fn on_answer(&mut self, turn: u64, model_id: &str, plan: Option<&Plan>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.idle = Duration::ZERO;
        if let Some(plan) = plan {
            self.topics.note(turn, model_id, plan, self.age_ms());
        }
    }

    /// Counts silence; true when the session should end. A session that computes is not silent.
    fn on_tick(&mut self, elapsed: Duration) -> bool {
        self.age += elapsed;
        self.topics.forget(self.age_ms());
        if self.in_flight == 0 {
            self.idle += elapsed;
        }
        limits::SESSION_IDLE_MAX <= self.idle
    }
}

/// The shell.
struct QuerySessionActor {
    core: SessionCore,
    tools: SessionTools,
    _exit: ExitNotice,
}

const TICK: Duration = Duration::from_secs(5);

impl Actor for QuerySessionActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(TICK, |actor, ctx| {
            if actor.core.on_tick(TICK) {
                ctx.stop();
            }
        });
    }
}

impl Handler<Ask> for QuerySessionActor {
    type Result = ResponseActFuture<Self, Result<Answer, AskError>>;

    fn handle(&mut self, ask: Ask, _ctx: &mut Self::Context) -> Self::Result {
        #[cfg(test)]
        assert!(ask.question.text() != "boom in the actor", "test hook");
        let model_id = ask.model_id.clone();
        let (turn, before) = self.core.on_question(&model_id);
        let work = answer(self.tools.clone(), ask, before);
        Box::pin(work.into_actor(self).map(move |answer, actor, _ctx| {
            let plan = answer.as_ref().ok().and_then(|answer| answer.plan.as_ref());
            actor.core.on_answer(turn, &model_id, plan);
            answer
        }))
    }
}

impl Handler<Close> for QuerySessionActor {
    type Result = ();

    fn handle(&mut self, _close: Close, ctx: &mut Self::Context) {
        ctx.stop();
    }
}

/// Opens the model, asks it in the compute pool and remembers the evidence.
async fn answer(tools: SessionTools, ask: Ask, before: Option<Plan>) -> Result<Answer, AskError> {
    let Ask { model_id, question, asked, deadline, stop } = ask;
    let model = tools.registry.open(&model_id).await?;
    // Nothing is begun after its deadline: who asked has given up.
    if deadline <= Instant::now() {
        return Err(AskError::Deadline(limits::QUESTION_DEADLINE));
    }
    let work = move || {
        // It may have waited for a place.
        let answer = stop.unless(()).and_then(|()| model.answer(&question, before.as_ref(), &stop));
        let stopped = |Stopped| match deadline <= Instant::now() {
            true => AskError::Deadline(limits::QUESTION_DEADLINE),
            false => AskError::Cancelled,
        };
        // Rows that could not be fetched would make it a wrong one.
        match model.fault() {
            None => answer.map_err(stopped),
            Some(what) => Err(AskError::Compute(Failure::new(ErrorCode::StoreDamaged, what))),
        }
    };
    let answer = tools.compute.run(work).await.map_err(|error| match error {
        ComputeError::Busy(_) => AskError::Busy(limits::QUESTIONS_IN_FLIGHT_MAX),
        ComputeError::Panicked | ComputeError::Closed => AskError::Compute(Failure::of(&error)),
    })?;
    let mut answer = answer?;
    answer.took_ms = asked.elapsed().as_secs_f64() * 1000.0;
    if let (Some(evidence), Some(plan)) = (&answer.evidence, &answer.plan) {
        let key = EvidenceKey { model_id, plan: plan.clone(), language: answer.language };
        // An answer without reachable evidence is better than none; the plan in it gives the evidence again.
        if let Err(error) = tools.registry.remember_evidence(&evidence.id, key).await {
            tracing::warn!(%error, "evidence not remembered");
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests;
