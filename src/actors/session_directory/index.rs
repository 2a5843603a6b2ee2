//! Which kept sessions there are, whose they are, and which of them are alive. No clock, no disk.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;

use crate::actors::kept_session::{Close, KeptSessionActor, SessionError, SessionPhase, Shared, Touch, is_unused};
use crate::actors::owner::OwnerId;
use crate::actors::supervision::{ChildExited, Decision, RestartCore, jitter};
use crate::limits;

/// What is known of every kept session, some 150 bytes each.
#[derive(Debug)]
struct Known {
    owner: Option<OwnerId>,
    used_ms: u64,
}

/// A session whose actor is alive, or is about to be again.
#[derive(Debug)]
struct Alive {
    shared: Arc<Shared>,
    /// Absent while it waits for its restart.
    addr: Option<Addr<KeptSessionActor>>,
    generation: u64,
    restarts: RestartCore,
    idle: Duration,
    /// The newest event at the last sweep.
    seen_seq: u64,
}

/// A session that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct KeptRef {
    pub(crate) shared: Arc<Shared>,
    /// Absent while it waits for its restart.
    pub(crate) addr: Option<Addr<KeptSessionActor>>,
}

/// What to do about a session that was asked for.
#[derive(Debug)]
pub(crate) enum FoundKept {
    /// It is there.
    Alive(KeptRef),
    /// Start it, as this life.
    Start(u64),
}

/// A session as it is listed.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: Box<str>,
    pub(crate) used_ms: u64,
    /// Its state, when it is alive; else it is in its checkpoint.
    pub(crate) shared: Option<Arc<Shared>>,
}

/// A session as the catalog has it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: Box<str>,
    pub(crate) owner: Option<OwnerId>,
    pub(crate) used_ms: u64,
    pub(crate) is_running: bool,
}

/// All state and all decisions.
#[derive(Debug, Default)]
pub(crate) struct KeptIndex {
    known: HashMap<Box<str>, Known>,
    owners: HashMap<OwnerId, Vec<Box<str>>>,
    alive: HashMap<Box<str>, Alive>,
    /// Lives that were started, over all sessions: a notice of an earlier one is never taken for a later one's.
    generations: u64,
}

fn kept_ms() -> u64 {
    u64::try_from(limits::SESSION_KEPT_MAX.as_millis()).unwrap_or(u64::MAX)
}

impl KeptIndex {
    pub(crate) fn on_stored(&mut self, stored: Stored) {
        let Stored { id, owner, used_ms, .. } = stored;
        // Begun anew under its id meanwhile.
        if self.known.contains_key(&id) {
            return;
        }
        if let Some(owner) = &owner {
            self.owners.entry(owner.clone()).or_default().push(id.clone());
        }
        self.known.insert(id, Known { owner, used_ms });
    }

    fn known(&self, id: &str, owner: Option<&OwnerId>) -> Result<&Known, SessionError> {
        let known = self.known.get(id).filter(|known| known.owner.is_none() || known.owner.as_ref() == owner);
        let is_over = self.alive.get(id).is_some_and(|alive| alive.shared.phase() == SessionPhase::Ended);
        known.filter(|_| !is_over).ok_or_else(|| SessionError::Unknown(id.to_owned()))
    }

    /// Takes a new session in.
    pub(crate) fn on_begin(&mut self, id: &str, owner: Option<&OwnerId>, now_ms: u64) -> Result<(), SessionError> {
        if self.known.contains_key(id) {
            return Err(SessionError::IdTaken(id.to_owned()));
        }
        let owned = owner.and_then(|owner| self.owners.get(owner)).map_or(0, Vec::len);
        if limits::SESSIONS_PER_OWNER_MAX <= owned {
            return Err(SessionError::OwnerFull(limits::SESSIONS_PER_OWNER_MAX));
        }
        if limits::SESSIONS_KEPT_MAX <= self.known.len() {
            return Err(SessionError::Full(limits::SESSIONS_KEPT_MAX));
        }
        self.on_stored(Stored { id: id.into(), owner: owner.cloned(), used_ms: now_ms, is_running: false });
        Ok(())
    }

    /// Forgets a session that is over, or was not written; gives what was known of it.
    pub(crate) fn forget(&mut self, id: &str) -> Option<Stored> {
        let Known { owner, used_ms } = self.known.remove(id)?;
        if let Some(owner) = &owner
            && let Some(ids) = self.owners.get_mut(owner)
        {
            ids.retain(|owned| owned.as_ref() != id);
            if ids.is_empty() {
                self.owners.remove(owner);
            }
        }
        Some(Stored { id: id.into(), owner, used_ms, is_running: false })
    }

    /// Finds a session to use it.
    pub(crate) fn find(&mut self, id: &str, owner: Option<&OwnerId>, now_ms: u64) -> Result<FoundKept, SessionError> {
        self.known(id, owner)?;
        if let Some(known) = self.known.get_mut(id) {
            known.used_ms = now_ms;
        }
        if let Some(Alive { shared, addr, .. }) = self.alive.get(id) {
            // The notice of one that is down is on the way.
            let addr = addr.clone().filter(Addr::connected);
            return Ok(FoundKept::Alive(KeptRef { shared: Arc::clone(shared), addr }));
        }
        if limits::SESSIONS_MAX <= self.alive.len() && !self.make_room() {
            return Err(SessionError::Full(limits::SESSIONS_MAX));
        }
        self.generations += 1;
        Ok(FoundKept::Start(self.generations))
    }

    pub(crate) fn list(&self, owner: &OwnerId) -> Vec<Listed> {
        let ids = self.owners.get(owner).into_iter().flatten();
        ids.filter_map(|id| self.look(Some(owner), id).ok()).collect()
    }

    /// Finds a session to look at it.
    pub(crate) fn look(&self, owner: Option<&OwnerId>, id: &str) -> Result<Listed, SessionError> {
        let used_ms = self.known(id, owner)?.used_ms;
        let alive = self.alive.get(id).filter(|alive| alive.shared.phase() == SessionPhase::Live);
        Ok(Listed { id: id.into(), used_ms, shared: alive.map(|alive| Arc::clone(&alive.shared)) })
    }

    pub(crate) fn on_started(&mut self, generation: u64, shared: &Arc<Shared>, addr: Addr<KeptSessionActor>) {
        let alive = self.alive.entry(shared.id.clone()).or_insert_with(|| Alive {
            shared: Arc::clone(shared),
            addr: None,
            generation,
            restarts: RestartCore::default(),
            idle: Duration::ZERO,
            seen_seq: 0,
        });
        alive.addr = Some(addr);
        alive.generation = generation;
    }

    /// After which time to start it again; `None` when it is over, was closed, or ends too often.
    pub(crate) fn on_exited(&mut self, id: &str, exited: &ChildExited, now: Duration) -> Option<Duration> {
        let alive = self.alive.get_mut(id).filter(|alive| alive.generation == exited.generation)?;
        alive.addr = None;
        if alive.shared.phase() == SessionPhase::Ended {
            self.alive.remove(id);
            self.forget(id);
            return None;
        }
        if let Decision::RestartAfter(delay) = alive.restarts.on_end(now, jitter(id, exited.generation)) {
            return Some(delay);
        }
        alive.shared.give_up();
        self.alive.remove(id);
        None
    }

    /// The life to start, unless somebody did already.
    pub(crate) fn on_restart(&mut self, id: &str) -> Option<(u64, Arc<Shared>)> {
        let alive = self.alive.get(id).filter(|alive| alive.addr.is_none())?;
        self.generations += 1;
        Some((self.generations, Arc::clone(&alive.shared)))
    }

    /// Lets sessions rest that nobody uses, and drops events from memory that everybody should have.
    pub(crate) fn on_sweep(&mut self, elapsed: Duration) {
        self.alive.retain(|_, alive| {
            let last_seq = alive.shared.last_seq();
            if alive.seen_seq == last_seq {
                alive.shared.forget_latest();
            }
            alive.seen_seq = last_seq;
            alive.idle = if is_unused(&alive.shared) { alive.idle + elapsed } else { Duration::ZERO };
            !(limits::SESSION_IDLE_MAX <= alive.idle && close(alive))
        });
    }

    /// Lets all rest that nobody uses; tells whether there is room then.
    fn make_room(&mut self) -> bool {
        self.alive.retain(|_, alive| !(is_unused(&alive.shared) && close(alive)));
        self.alive.len() < limits::SESSIONS_MAX
    }

    /// Has the use of sessions written down that somebody is connected to.
    pub(crate) fn touch(&mut self, now_ms: u64) {
        let used = self.alive.iter().filter(|(_, alive)| !is_unused(&alive.shared));
        for (id, alive) in used {
            if let Some(known) = self.known.get_mut(id) {
                known.used_ms = now_ms;
            }
            if alive.addr.as_ref().is_some_and(|addr| addr.try_send(Touch).is_err()) {
                tracing::debug!(session_id = %id, "busy, and writes its use by itself");
            }
        }
    }

    /// Sessions that rest and that nobody used for too long, the longest first, and as many more as are over the limit.
    pub(crate) fn expired(&self, now_ms: u64) -> Vec<Box<str>> {
        let resting = self.known.iter().filter(|(id, _)| !self.alive.contains_key(*id));
        let mut oldest: Vec<(u64, &str)> = resting.map(|(id, known)| (known.used_ms, id.as_ref())).collect();
        oldest.sort_unstable();
        // An hourly look keeps some room: sessions that nobody owns are made by the thousand.
        let surplus = self.known.len().saturating_sub(limits::SESSIONS_KEPT_MAX - limits::SESSIONS_KEPT_MAX / 20);
        let is_expired =
            |(at, (used_ms, _)): &(usize, (u64, &str))| *at < surplus || kept_ms() <= now_ms.saturating_sub(*used_ms);
        oldest.into_iter().enumerate().take_while(is_expired).map(|(_, (_, id))| id.into()).collect()
    }
}

/// Ends the actor of a session that nobody uses.
fn close(alive: &Alive) -> bool {
    let Some(addr) = alive.addr.as_ref().filter(|addr| addr.connected()) else { return false };
    let is_told = addr.try_send(Close).is_ok();
    if is_told {
        // Should anything be left in its mailbox, it writes nothing of it.
        alive.shared.give_up();
    }
    is_told
}

impl Drop for KeptIndex {
    /// The next life of the directory starts sessions of its own from the catalog; those of this one write nothing more.
    fn drop(&mut self) {
        for alive in self.alive.values() {
            alive.shared.give_up();
            if alive.addr.as_ref().is_some_and(|addr| addr.try_send(Close).is_err()) {
                tracing::debug!(session_id = %alive.shared.id, "busy, and ends with its next write");
            }
        }
    }
}
