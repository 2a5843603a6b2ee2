//! What of a session everybody may see: the state of the last commit. It outlives the lives of the session's actor.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

use super::log::{expiry_text, time_text};
use super::wire::{SessionError, SessionInfo};
use crate::actors::failure::Failure;
use crate::actors::session_event::SessionEvent;
use crate::limits;

/// Where a session is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SessionPhase {
    /// Its checkpoint is being read.
    #[default]
    Restoring,
    /// As it should be.
    Live,
    /// Given up here; it goes on elsewhere. Whoever still holds it writes nothing any more.
    Moved,
    /// Over.
    Ended,
}

/// The state of the last commit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visible {
    pub(crate) phase: SessionPhase,
    pub(crate) epoch: Arc<str>,
    pub(crate) first_seq: u64,
    pub(crate) last_seq: u64,
    /// The newest events, up to `last_seq`; empty once everybody should have them.
    pub(crate) latest: Arc<[SessionEvent]>,
    pub(crate) model_id: Option<Box<str>>,
    pub(crate) running: Vec<Box<str>>,
    pub(crate) created_ms: u64,
    /// Whether any question was ever put in it.
    pub(crate) is_asked: bool,
    /// Why the last commit did not happen; the session starts anew then.
    pub(crate) fault: Option<Box<Failure>>,
}

/// Shared by the directory, the actor's lives, the connections and the calls on their way. Their number tells whether
/// anybody uses the session, see [`is_unused`].
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) id: Box<str>,
    visible: watch::Sender<Visible>,
    connections: AtomicUsize,
}

/// Whether only the directory and the actor hold it: no connection, no call, no question, no commit on its way. The
/// directory alone hands out further ones, so what it sees stays so until it does.
pub(crate) fn is_unused(shared: &Arc<Shared>) -> bool {
    Arc::strong_count(shared) <= 2 && shared.visible.borrow().phase != SessionPhase::Restoring
}

impl Visible {
    /// Of the moment that is borrowed: to borrow again in its midst can wait for ever for a writer that waits for this one.
    pub(crate) fn info(&self, id: &str, used_ms: u64) -> SessionInfo {
        SessionInfo {
            session_id: id.to_owned(),
            model_id: self.model_id.as_deref().map(str::to_owned),
            epoch: self.epoch.as_ref().to_owned(),
            first_seq: self.first_seq,
            last_seq: self.last_seq,
            running: self.running.iter().map(|id| id.as_ref().to_owned()).collect(),
            created_at: time_text(self.created_ms),
            expires_at: expiry_text(used_ms),
        }
    }
}

impl Shared {
    pub(crate) fn new(id: &str) -> Arc<Shared> {
        let visible = watch::Sender::new(Visible::default());
        Arc::new(Shared { id: id.into(), visible, connections: AtomicUsize::new(0) })
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Visible> {
        self.visible.subscribe()
    }

    pub(crate) fn phase(&self) -> SessionPhase {
        self.visible.borrow().phase
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.visible.borrow().is_asked
    }

    pub(crate) fn last_seq(&self) -> u64 {
        self.visible.borrow().last_seq
    }

    /// Shows a commit. Commits of one session come one after the other.
    pub(crate) fn publish(&self, visible: Visible) {
        self.visible.send_modify(|shown| {
            // Given up is for good.
            let phase = if shown.phase == SessionPhase::Moved { SessionPhase::Moved } else { visible.phase };
            *shown = Visible { phase, ..visible };
        });
    }

    /// Shows that a commit did not happen.
    pub(crate) fn fail(&self, failure: Failure) {
        self.visible.send_modify(|shown| shown.fault = Some(Box::new(failure)));
    }

    /// Why the last commit did not happen.
    pub(crate) fn fault(&self) -> Option<Failure> {
        self.visible.borrow().fault.as_deref().cloned()
    }

    /// Gives the session up in this place: its connections are told to come again.
    pub(crate) fn give_up(&self) {
        self.visible.send_modify(|shown| {
            if shown.phase != SessionPhase::Ended {
                shown.phase = SessionPhase::Moved;
            }
        });
    }

    /// Drops the newest events from memory, without waking anybody.
    pub(crate) fn forget_latest(&self) {
        self.visible.send_if_modified(|shown| {
            shown.latest = Arc::default();
            false
        });
    }

    pub(crate) fn info(&self, used_ms: u64) -> SessionInfo {
        self.visible.borrow().info(&self.id, used_ms)
    }

    /// Waits until the session was read.
    pub(crate) async fn restored(&self) -> Result<(), SessionError> {
        self.shown(|visible| visible.phase != SessionPhase::Restoring).await
    }

    /// Waits until an event is durable.
    pub(crate) async fn durable(&self, seq: u64) -> Result<(), SessionError> {
        self.shown(|visible| seq <= visible.last_seq).await
    }

    async fn shown(&self, is_so: impl Fn(&Visible) -> bool) -> Result<(), SessionError> {
        let over = |visible: &Visible| matches!(visible.phase, SessionPhase::Moved | SessionPhase::Ended);
        let mut watch = self.visible.subscribe();
        let shown = watch.wait_for(|visible| is_so(visible) || visible.fault.is_some() || over(visible)).await;
        let visible = shown.map_err(|_| SessionError::Unavailable)?;
        match &visible.fault {
            _ if is_so(&visible) => Ok(()),
            Some(failure) => Err(SessionError::Store(failure.as_ref().clone())),
            None => Err(SessionError::Unavailable),
        }
    }
}

/// One of the connections that a session may have; dropped, it gives its place back.
#[derive(Debug)]
pub(crate) struct Connection(Arc<Shared>);

impl Connection {
    pub(crate) fn open(shared: Arc<Shared>) -> Result<Connection, SessionError> {
        let max = limits::SESSION_CONNECTIONS_MAX;
        let more = |count: usize| (count < max).then_some(count + 1);
        let opened = shared.connections.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        opened.map_err(|_| SessionError::ConnectionsFull(max))?;
        Ok(Connection(shared))
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::AcqRel);
    }
}
