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
    /// Nobody has asked anything in it, as far as is known since it rests.
    is_empty: bool,
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
    /// Nobody has asked anything in it.
    pub(crate) is_empty: bool,
}

/// All state and all decisions.
#[derive(Debug, Default)]
pub(crate) struct KeptIndex {
    known: HashMap<Box<str>, Known>,
    owners: HashMap<OwnerId, Vec<Box<str>>>,
    alive: HashMap<Box<str>, Alive>,
    /// Lives that were started, over all sessions: a notice of an earlier one is never taken for a later one's.
    generations: u64,
    /// When it was full and nothing could be let go.
    full_ms: Option<u64>,
}

/// Time between two looks for what can be let go, while nothing can.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl KeptIndex {
    pub(crate) fn on_stored(&mut self, stored: Stored) {
        let Stored { id, owner, used_ms, is_empty, .. } = stored;
        // Begun anew under its id meanwhile.
        if self.known.contains_key(&id) {
            return;
        }
        if let Some(owner) = &owner {
            self.owners.entry(owner.clone()).or_default().push(id.clone());
        }
        self.known.insert(id, Known { owner, used_ms, is_empty });
    }

    fn known(&self, id: &str, owner: Option<&OwnerId>) -> Result<&Known, SessionError> {
        let known = self.known.get(id).filter(|known| known.owner.is_none() || known.owner.as_ref() == owner);
        let is_over = self.alive.get(id).is_some_and(|alive| alive.shared.phase() == SessionPhase::Ended);
        known.filter(|_| !is_over).ok_or_else(|| SessionError::Unknown(id.to_owned()))
    }

    /// Whether a new session may be taken in, room apart.
    pub(crate) fn may_begin(&self, id: &str, owner: Option<&OwnerId>) -> Result<(), SessionError> {
        if self.known.contains_key(id) {
            return Err(SessionError::IdTaken(id.to_owned()));
        }
        let owned = owner.and_then(|owner| self.owners.get(owner)).map_or(0, Vec::len);
        if limits::SESSIONS_PER_OWNER_MAX <= owned {
            return Err(SessionError::OwnerFull(limits::SESSIONS_PER_OWNER_MAX));
        }
        Ok(())
    }

    /// What has to go before there is room for a new session: empty ones that rest, the oldest first, as many as are let
    /// go at once. Never one that somebody asked something in: else who opens enough of them pushes others' out.
    pub(crate) fn in_the_way(&mut self, now_ms: u64) -> Result<Vec<Box<str>>, SessionError> {
        if self.known.len() < limits::SESSIONS_KEPT_MAX {
            return Ok(Vec::new());
        }
        let full = SessionError::Full(limits::SESSIONS_KEPT_MAX);
        if self.full_ms.is_some_and(|full_ms| now_ms.saturating_sub(full_ms) < millis(LOOK_AGAIN)) {
            return Err(full);
        }
        let mut empty: Vec<(u64, &str)> =
            self.resting(now_ms).filter(|(is_asked, ..)| !is_asked).map(|(_, used_ms, id)| (used_ms, id)).collect();
        if limits::SESSIONS_LET_GO < empty.len() {
            empty.select_nth_unstable(limits::SESSIONS_LET_GO);
            empty.truncate(limits::SESSIONS_LET_GO);
        }
        let ids: Vec<Box<str>> = empty.into_iter().map(|(_, id)| id.into()).collect();
        self.full_ms = ids.is_empty().then_some(now_ms);
        if ids.is_empty() { Err(full) } else { Ok(ids) }
    }

    /// Sessions that rest: whether something was asked in them, when they were used last, which. One that was begun just
    /// now counts as asked, since whoever began it is about to.
    fn resting(&self, now_ms: u64) -> impl Iterator<Item = (bool, u64, &str)> {
        let resting = self.known.iter().filter(|(id, _)| !self.alive.contains_key(*id));
        resting.map(move |(id, known)| {
            let is_new = now_ms.saturating_sub(known.used_ms) < millis(limits::SESSION_EMPTY_MIN);
            (!known.is_empty || is_new, known.used_ms, id.as_ref())
        })
    }

    /// Takes a new session in.
    pub(crate) fn on_begin(&mut self, id: &str, owner: Option<&OwnerId>, now_ms: u64) {
        let (id, owner) = (id.into(), owner.cloned());
        self.on_stored(Stored { id, owner, used_ms: now_ms, is_running: false, is_empty: true });
    }

    /// Forgets a session that is over, or was not written; gives what was known of it.
    pub(crate) fn forget(&mut self, id: &str) -> Option<Stored> {
        let Known { owner, used_ms, is_empty } = self.known.remove(id)?;
        if let Some(owner) = &owner
            && let Some(ids) = self.owners.get_mut(owner)
        {
            ids.retain(|owned| owned.as_ref() != id);
            if ids.is_empty() {
                self.owners.remove(owner);
            }
        }
        Some(Stored { id: id.into(), owner, used_ms, is_running: false, is_empty })
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
        note_asked(&mut self.known, id, &alive.shared);
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
        let known = &mut self.known;
        self.alive.retain(|id, alive| {
            let last_seq = alive.shared.last_seq();
            if alive.seen_seq == last_seq {
                alive.shared.forget_latest();
            }
            alive.seen_seq = last_seq;
            alive.idle = if is_unused(&alive.shared) { alive.idle + elapsed } else { Duration::ZERO };
            let rests = limits::SESSION_IDLE_MAX <= alive.idle && close(alive);
            if rests {
                note_asked(known, id, &alive.shared);
            }
            !rests
        });
    }

    /// Lets all rest that nobody uses; tells whether there is room then.
    fn make_room(&mut self) -> bool {
        let known = &mut self.known;
        self.alive.retain(|id, alive| {
            let rests = is_unused(&alive.shared) && close(alive);
            if rests {
                note_asked(known, id, &alive.shared);
            }
            !rests
        });
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

    /// Sessions that rest and that nobody used for too long, and as many more as are over the limit: empty ones first, of
    /// those the oldest.
    pub(crate) fn expired(&self, now_ms: u64) -> Vec<Box<str>> {
        let mut oldest: Vec<(bool, u64, &str)> = self.resting(now_ms).collect();
        oldest.sort_unstable();
        // An hourly look keeps some room: sessions that nobody owns are made by the thousand.
        let surplus = self.known.len().saturating_sub(limits::SESSIONS_KEPT_MAX - limits::SESSIONS_KEPT_MAX / 20);
        let is_old = |used_ms: u64| millis(limits::SESSION_KEPT_MAX) <= now_ms.saturating_sub(used_ms);
        let expired = oldest.into_iter().enumerate().filter(|(at, (_, used_ms, _))| *at < surplus || is_old(*used_ms));
        expired.map(|(_, (_, _, id))| id.into()).collect()
    }
}

/// Of a session that goes to rest.
fn note_asked(known: &mut HashMap<Box<str>, Known>, id: &str, shared: &Shared) {
    if let Some(known) = known.get_mut(id) {
        known.is_empty &= !shared.is_asked();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::kept_session::Visible;

    const WEEK_MS: u64 = 7 * 24 * 3600 * 1000;

    fn resting(id: String, used_ms: u64, is_empty: bool) -> Stored {
        Stored { id: id.into(), owner: None, used_ms, is_running: false, is_empty }
    }

    /// As many as may be: some empty ones, which were used later than the others.
    fn full(empty: usize) -> KeptIndex {
        let mut index = KeptIndex::default();
        for number in 0..limits::SESSIONS_KEPT_MAX - empty {
            index.on_stored(resting(format!("asked-{number}"), 1_000, false));
        }
        for number in 0..empty {
            index.on_stored(resting(format!("empty-{number}"), 2_000 + number as u64, true));
        }
        index
    }

    fn texts(ids: Vec<Box<str>>) -> Vec<String> {
        ids.into_iter().map(Into::into).collect()
    }

    /// An actor's life without its actor.
    fn wake(index: &mut KeptIndex, id: &str, visible: Visible) {
        let shared = Shared::new(id);
        shared.publish(visible);
        let (addr, generation, restarts) = (None, 1, RestartCore::default());
        index.alive.insert(id.into(), Alive { shared, addr, generation, restarts, idle: Duration::ZERO, seen_seq: 0 });
    }

    #[test]
    fn empty_sessions_make_room_the_oldest_first_and_others_never_do() {
        let now_ms = 500_000;
        let mut index = full(3);
        index.on_stored(resting("new".to_owned(), now_ms - 1, true));
        let mut gone = texts(index.in_the_way(now_ms).unwrap());
        gone.sort();
        assert_eq!(gone, ["empty-0", "empty-1", "empty-2"], "one that was begun just now is about to be used");
        gone.iter().for_each(|id| drop(index.forget(id)));
        assert_eq!(texts(index.in_the_way(now_ms).unwrap()), Vec::<String>::new(), "there is room");
        let mut index = full(limits::SESSIONS_LET_GO + 1);
        let gone = texts(index.in_the_way(now_ms).unwrap());
        assert_eq!(gone.len(), limits::SESSIONS_LET_GO);
        assert!(!gone.contains(&format!("empty-{}", limits::SESSIONS_LET_GO)), "the newest stays");
        let refused = SessionError::Full(limits::SESSIONS_KEPT_MAX);
        assert_eq!(full(0).in_the_way(now_ms), Err(refused));
    }

    #[test]
    fn session_is_empty_until_something_was_asked_in_it() {
        let now_ms = 500_000;
        let mut index = full(2);
        for (id, is_asked) in [("empty-0", true), ("empty-1", false)] {
            wake(&mut index, id, Visible { is_asked, ..Visible::default() });
        }
        assert!(index.in_the_way(now_ms).is_err(), "both are in use");
        let later_ms = now_ms + 2 * millis(LOOK_AGAIN);
        for id in ["empty-0", "empty-1"] {
            for _ in 0..limits::RESTARTS_IN_WINDOW_MAX {
                let exited = ChildExited { child: String::new(), generation: 1, panicked: true };
                index.on_exited(id, &exited, Duration::ZERO);
            }
        }
        assert!(index.alive.is_empty());
        assert_eq!(texts(index.in_the_way(later_ms).unwrap()), ["empty-1"]);
    }

    #[test]
    fn too_many_sessions_expire_the_empty_ones_before_the_old_ones() {
        let now_ms = 500_000;
        let surplus = limits::SESSIONS_KEPT_MAX / 20;
        let expired = texts(full(surplus + 7).expired(now_ms));
        assert_eq!(expired.len(), surplus);
        assert!(expired.iter().all(|id| id.starts_with("empty-")));
        assert_eq!(expired[0], "empty-0");
        let expired = texts(full(5).expired(now_ms));
        assert_eq!((expired.len(), expired.iter().filter(|id| id.starts_with("empty-")).count()), (surplus, 5));
    }

    #[test]
    fn session_that_somebody_uses_does_not_expire_and_one_that_rests_does() {
        let mut index = KeptIndex::default();
        for id in ["old", "used", "empty"] {
            index.on_stored(resting(id.to_owned(), 1, id == "empty"));
        }
        index.on_stored(resting("young".to_owned(), WEEK_MS, true));
        wake(&mut index, "used", Visible::default());
        let mut expired = texts(index.expired(1 + WEEK_MS));
        expired.sort();
        assert_eq!(expired, ["empty", "old"]);
    }
}
