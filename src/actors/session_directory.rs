//! Which sessions are alive, and their supervision.
//!
//! | message | reply | from | bound |
//! | --- | --- | --- | --- |
//! | [`FindSession`] | a session's handle | `http::questions` | `limits::SESSIONS_MAX` |
//! | [`BeginKept`] | the session, once it is on disk | `http` | `limits::SESSIONS_KEPT_MAX`, `limits::SESSIONS_PER_OWNER_MAX`, `limits::SESSIONS_OPENED_MAX` |
//! | [`FindKept`] | a kept session to use | `http` | `limits::SESSIONS_MAX` |
//! | [`LookAtKept`], [`ListKept`] | kept sessions to look at | `http` | `limits::SESSION_CALLS_MAX` |
//! | [`ChildExited`] | nothing | `query_session`, `kept_session` | one per end |
//! | [`Restart`] | nothing | itself, after the delay | one per panicked session |
//!
//! Owns: [`DirectoryCore`], [`KeptIndex`]. Blocks on: nothing; the catalog is read in a pool. Restarted by: `root`; it starts
//! from the catalog. Lost then: running sessions in memory end when their questions do, and begin anew with the next
//! question; kept ones start again, and their clients connect again.
//!
//! There are two kinds of sessions. Those in memory (`query_session`) are named by clients and remember what was asked last.
//! Kept ones (`kept_session`) have an owner, a log of events and a checkpoint in the catalog; one that nobody uses for
//! `limits::SESSION_IDLE_MAX` rests there, without an actor, until it is asked for.
//!
//! A question without a session id gets a session of its own that ends with the answer: no client can fill another's.

mod index;
mod keeping;
mod kept;
mod opening;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;

use self::index::KeptIndex;
#[cfg(doc)]
use self::keeping::{BeginKept, FindKept, ListKept, LookAtKept};
use self::opening::Openings;
use super::clock::Clock;
use super::compute::Compute;
use super::health::HealthReader;
use super::history::HistoryHandle;
use super::kept_session::{KeptTools, RUNNING_MAX};
use super::model_registry::{ModelRegistryHandle, new_id};
use super::query_session::{AskError, QuerySessionHandle, SessionTools};
use super::supervision::{ChildExited, Decision, ExitNotice, RestartCore, Slot, jitter};
use crate::limits;
use crate::query::{Answer, Question};
use crate::store::Catalog;

pub use super::kept_session::{
    Accepted, Attachment, Cursor, NewQuestion, Next, QuestionState, QuestionStatus, SessionError, SessionInfo,
};

/// The way to put questions; survives restarts.
#[derive(Debug, Clone)]
pub struct SessionsHandle {
    slot: Slot<DirectoryActor>,
    questions: Arc<Semaphore>,
    /// Calls to kept sessions.
    calls: Arc<Semaphore>,
    /// Questions of kept sessions.
    running: Arc<Semaphore>,
    registry: ModelRegistryHandle,
    history: HistoryHandle,
    catalog: Catalog,
    reads: Compute,
    health: HealthReader,
    clock: Clock,
}

impl SessionsHandle {
    pub(crate) fn new(slot: Slot<DirectoryActor>, health: HealthReader, tools: &KeptTools) -> SessionsHandle {
        SessionsHandle {
            slot,
            questions: Arc::new(Semaphore::new(limits::QUESTIONS_IN_FLIGHT_MAX)),
            calls: Arc::new(Semaphore::new(limits::SESSION_CALLS_MAX)),
            running: Arc::clone(&tools.running),
            registry: tools.registry.clone(),
            history: tools.history.clone(),
            catalog: tools.catalog.clone(),
            reads: tools.reads.clone(),
            health,
            clock: tools.clock,
        }
    }

    /// Puts a question to a model in a session, which is started when it is not there. The history keeps how it ended.
    ///
    /// # Errors
    /// [`AskError`].
    pub async fn ask(&self, session_id: Option<&str>, model_id: &str, question: Question) -> Result<Answer, AskError> {
        let recording = self.history.begin(&new_id(self.clock), session_id, model_id, &question).await;
        let answer = self.put(session_id, model_id, question).await;
        if let Some(recording) = recording {
            recording.end(&answer);
        }
        answer
    }

    /// The same, for callers that keep the record themselves.
    pub(crate) async fn put(
        &self,
        session_id: Option<&str>,
        model_id: &str,
        question: Question,
    ) -> Result<Answer, AskError> {
        if self.health.is_draining() {
            return Err(AskError::Draining);
        }
        let Ok(_permit) = self.questions.try_acquire() else {
            return Err(AskError::Busy(limits::QUESTIONS_IN_FLIGHT_MAX));
        };
        let id = session_id.map_or_else(|| format!("{SINGLE}{}", new_id(self.clock)), str::to_owned);
        let found = self.slot.call(FindSession { id }, limits::ACTOR_REPLY_MAX).await;
        let session = found.map_err(|_| AskError::Unavailable)??;
        let _closing = session_id.is_none().then(|| CloseOnDrop(session.clone()));
        session.ask(model_id, question).await
    }

    /// Waits until no question is in flight.
    pub(crate) async fn idle(&self) {
        let all = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        // The semaphores are never closed.
        drop(self.questions.acquire_many(all(limits::QUESTIONS_IN_FLIGHT_MAX)).await);
        drop(self.running.acquire_many(all(RUNNING_MAX)).await);
    }

    /// Waits until all that was handed in to the catalog is on disk.
    pub(crate) async fn flushed(&self) {
        let (tell, told) = oneshot::channel();
        match self.catalog.write(Vec::new(), |result| drop(tell.send(result))) {
            // The failure was logged where it happened.
            Ok(()) => drop(told.await),
            Err(error) => tracing::warn!(%error, "the catalog is not waited for"),
        }
    }
}

/// Keeps ids of our own, of sessions of one question, apart from those that clients choose.
const SINGLE: char = '~';

/// Whether a session is one of a single question. Questions in flight bound their number, so they need no place among
/// [`limits::SESSIONS_MAX`]: whoever takes all of those keeps nobody from asking.
fn is_single(id: &str) -> bool {
    id.starts_with(SINGLE)
}

/// Ends a session of one question, also when the client is gone before the answer.
struct CloseOnDrop(QuerySessionHandle);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Finds or starts a session.
#[derive(Debug, Message)]
#[rtype(result = "Result<QuerySessionHandle, AskError>")]
pub(crate) struct FindSession {
    id: String,
}

/// Starts a panicked session again.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Restart {
    id: String,
}

#[derive(Debug)]
struct Entry {
    /// Absent while a panicked session waits for its restart.
    session: Option<QuerySessionHandle>,
    generation: u64,
    restarts: RestartCore,
}

/// What to do about a session that was asked for.
#[derive(Debug)]
pub(crate) enum Found {
    /// It is there.
    Alive(QuerySessionHandle),
    /// Start it.
    Start,
}

/// All state and all decisions.
#[derive(Debug, Default)]
pub(crate) struct DirectoryCore {
    sessions: HashMap<String, Entry>,
}

impl DirectoryCore {
    fn find(&self, id: &str) -> Result<Found, AskError> {
        match self.sessions.get(id) {
            None if !is_single(id) && limits::SESSIONS_MAX <= self.named() => {
                Err(AskError::SessionsFull(limits::SESSIONS_MAX))
            }
            None => Ok(Found::Start),
            Some(Entry { session: None, .. }) => Err(AskError::Unavailable),
            // Its notice is on the way: every notice has a guaranteed place in the mailbox.
            Some(Entry { session: Some(session), .. }) if !session.is_alive() => Err(AskError::Unavailable),
            Some(Entry { session: Some(session), .. }) => Ok(Found::Alive(session.clone())),
        }
    }

    fn named(&self) -> usize {
        self.sessions.keys().filter(|id| !is_single(id)).count()
    }

    fn on_started(&mut self, id: &str, generation: u64, session: QuerySessionHandle) {
        let entry = self.sessions.entry(id.to_owned()).or_insert(Entry {
            session: None,
            generation,
            restarts: RestartCore::default(),
        });
        entry.session = Some(session);
        entry.generation = generation;
    }

    /// After which time to start it again; `None` when it ended in peace, was replaced, or panics too often.
    fn on_exited(&mut self, exited: &ChildExited, now: Duration) -> Option<Duration> {
        let entry = self.sessions.get_mut(&exited.child).filter(|entry| entry.generation == exited.generation)?;
        entry.session = None;
        if exited.panicked
            && let Decision::RestartAfter(delay) = entry.restarts.on_end(now, jitter(&exited.child, exited.generation))
        {
            return Some(delay);
        }
        self.sessions.remove(&exited.child);
        None
    }

    /// The life to start, unless somebody did already.
    fn on_restart(&self, id: &str) -> Option<u64> {
        self.sessions.get(id).filter(|entry| entry.session.is_none()).map(|entry| entry.generation + 1)
    }
}

/// The shell.
pub(crate) struct DirectoryActor {
    core: DirectoryCore,
    /// Absent until the catalog was read.
    kept: Option<KeptIndex>,
    openings: Openings,
    tools: SessionTools,
    kept_tools: KeptTools,
    started: Instant,
    _exit: ExitNotice,
}

impl DirectoryActor {
    pub(crate) fn launch(tools: SessionTools, kept_tools: KeptTools, exit: ExitNotice) -> Addr<DirectoryActor> {
        let (core, openings, started) = (DirectoryCore::default(), Openings::default(), Instant::now());
        DirectoryActor { core, kept: None, openings, tools, kept_tools, started, _exit: exit }.start()
    }

    fn start_session(&mut self, id: &str, generation: u64, ctx: &Context<Self>) -> QuerySessionHandle {
        let exit = ExitNotice::new(id, generation, ctx.address().recipient());
        let session = QuerySessionHandle::start(self.tools.clone(), exit);
        self.core.on_started(id, generation, session.clone());
        session
    }
}

impl Actor for DirectoryActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.load_kept(ctx);
        ctx.run_interval(limits::SESSION_SWEEP, |actor, _| actor.sweep_kept());
        ctx.run_interval(limits::SESSION_EXPIRY_SWEEP, DirectoryActor::tend_kept);
    }
}

impl Handler<FindSession> for DirectoryActor {
    type Result = Result<QuerySessionHandle, AskError>;

    fn handle(&mut self, find: FindSession, ctx: &mut Self::Context) -> Self::Result {
        match self.core.find(&find.id)? {
            Found::Alive(session) => Ok(session),
            Found::Start => Ok(self.start_session(&find.id, 0, ctx)),
        }
    }
}

impl Handler<ChildExited> for DirectoryActor {
    type Result = ();

    fn handle(&mut self, exited: ChildExited, ctx: &mut Self::Context) {
        if self.on_kept_exited(&exited, ctx) {
            return;
        }
        if exited.panicked {
            tracing::error!(session_id = exited.child, "session panicked");
        }
        if let Some(delay) = self.core.on_exited(&exited, self.started.elapsed()) {
            ctx.notify_later(Restart { id: exited.child }, delay);
        }
    }
}

impl Handler<Restart> for DirectoryActor {
    type Result = ();

    fn handle(&mut self, restart: Restart, ctx: &mut Self::Context) {
        if self.on_kept_restart(&restart.id, ctx) {
            return;
        }
        if let Some(generation) = self.core.on_restart(&restart.id) {
            self.start_session(&restart.id, generation, ctx);
        }
    }
}

#[cfg(test)]
impl Handler<super::testing::Boom> for DirectoryActor {
    type Result = ();

    fn handle(&mut self, _boom: super::testing::Boom, _ctx: &mut Self::Context) {
        panic!("planned");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::root;
    use crate::actors::testing::{Boom, FakeBackend};
    use crate::error::{Coded as _, ErrorCode};

    fn question() -> Question {
        Question::parse("Wie viele?").unwrap()
    }

    fn down(generation: u64) -> Entry {
        Entry { session: None, generation, restarts: RestartCore::default() }
    }

    fn exited(generation: u64, panicked: bool) -> ChildExited {
        ChildExited { child: "s".to_owned(), generation, panicked }
    }

    #[test]
    fn session_beyond_the_limit_is_refused_and_a_known_one_is_not() {
        let mut core = DirectoryCore::default();
        core.sessions.extend((0..limits::SESSIONS_MAX).map(|i| (i.to_string(), down(0))));
        assert_eq!(core.find("new").unwrap_err(), AskError::SessionsFull(limits::SESSIONS_MAX));
        assert_eq!(core.find("0").unwrap_err(), AskError::Unavailable);
    }

    #[test]
    fn question_of_its_own_needs_no_place_among_the_sessions() {
        let mut core = DirectoryCore::default();
        core.sessions.extend((0..limits::SESSIONS_MAX).map(|i| (i.to_string(), down(0))));
        assert!(matches!(core.find("~new"), Ok(Found::Start)));
        let mut core = DirectoryCore::default();
        core.sessions.extend((0..limits::SESSIONS_MAX).map(|i| (format!("~{i}"), down(0))));
        assert!(matches!(core.find("new"), Ok(Found::Start)));
    }

    #[test]
    fn session_that_ends_in_peace_is_forgotten_and_a_panicked_one_restarted() {
        let mut core = DirectoryCore::default();
        core.sessions.insert("s".to_owned(), down(3));
        assert_eq!(core.on_exited(&exited(2, true), Duration::ZERO), None);
        assert!(core.on_exited(&exited(3, true), Duration::ZERO).is_some());
        assert_eq!(core.on_restart("s"), Some(4));
        assert_eq!(core.on_exited(&exited(3, false), Duration::ZERO), None);
        assert_eq!(core.on_restart("s"), None);
    }

    #[test]
    fn session_that_panics_too_often_is_given_up() {
        let mut core = DirectoryCore::default();
        core.sessions.insert("s".to_owned(), down(0));
        let delays: Vec<bool> = (0..limits::RESTARTS_IN_WINDOW_MAX)
            .map(|_| core.on_exited(&exited(0, true), Duration::ZERO).is_some())
            .collect();
        assert_eq!(delays, [true, true, true, true, false]);
        assert!(core.sessions.is_empty());
    }

    #[actix::test]
    async fn idle_session_ends_and_its_next_question_starts_it_anew() {
        let (_backend, dependencies) = FakeBackend::dependencies();
        let (_root, handles) = root::start(&dependencies);
        assert!(handles.health.clone().ready().await);
        let find = || handles.sessions.slot.call(FindSession { id: "s".to_owned() }, limits::ACTOR_REPLY_MAX);
        let session = find().await.unwrap().unwrap();
        tokio::time::pause();
        tokio::time::sleep(limits::SESSION_IDLE_MAX - Duration::from_secs(10)).await;
        assert!(session.is_alive());
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert!(!session.is_alive());
        assert!(find().await.unwrap().unwrap().is_alive());
    }

    #[actix::test]
    async fn panicked_directory_is_restarted_and_takes_questions_again() {
        let (_backend, dependencies) = FakeBackend::dependencies();
        let (_root, handles) = root::start(&dependencies);
        assert!(handles.health.clone().ready().await);
        let sessions = handles.sessions;
        assert!(sessions.slot.call(Boom, limits::ACTOR_REPLY_MAX).await.is_err());
        assert_eq!(sessions.ask(None, "m", question()).await, Err(AskError::Unavailable));
        tokio::time::pause();
        tokio::time::sleep(limits::RESTART_DELAY_MIN * 2).await;
        tokio::time::resume();
        assert_eq!(sessions.ask(None, "m", question()).await.unwrap_err().code(), ErrorCode::ModelUnknown);
    }
}
