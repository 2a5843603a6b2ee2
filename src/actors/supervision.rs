//! Our own supervision: exit notices, the restart decision, and the slot through which handles find a restarted actor.
//!
//! actix restarts nothing after a panic, and it calls `stopped` on a panic too. So every supervised actor carries an
//! [`ExitNotice`]: dropped with the actor, it tells the parent which end it was. The decision is [`RestartCore`]: no
//! clock, no actix.

use std::collections::VecDeque;
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::prelude::*;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::limits;

/// Sent to the parent when a child ends, whatever the cause.
#[derive(Debug, Clone, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub(crate) struct ChildExited {
    /// Which child.
    pub(crate) child: String,
    /// Which of its lives; a notice of an earlier one is stale.
    pub(crate) generation: u64,
    /// True when a handler panicked.
    pub(crate) panicked: bool,
}

/// Tells the parent on drop.
#[derive(Debug)]
pub(crate) struct ExitNotice {
    child: String,
    generation: u64,
    parent: Recipient<ChildExited>,
}

impl ExitNotice {
    pub(crate) fn new(child: impl Into<String>, generation: u64, parent: Recipient<ChildExited>) -> ExitNotice {
        ExitNotice { child: child.into(), generation, parent }
    }
}

impl Drop for ExitNotice {
    fn drop(&mut self) {
        let panicked = std::thread::panicking();
        let child = std::mem::take(&mut self.child);
        let notice = ChildExited { child, generation: self.generation, panicked };
        // A lost notice is made good by the parent's sweep.
        if let Err(error) = self.parent.try_send(notice) {
            tracing::debug!(%error, panicked, "parent missed the end of a child");
        }
    }
}

/// What to do about a child that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Start it again after this time.
    RestartAfter(Duration),
    /// Leave it down and say so.
    Degraded,
}

/// Counts the ends of one child and decides.
#[derive(Debug, Default)]
pub(crate) struct RestartCore {
    ends: VecDeque<Duration>,
}

impl RestartCore {
    /// `now` is any monotonic time; `jitter` from 0 to 1 spreads restarts of several children over a quarter of the delay.
    pub(crate) fn on_end(&mut self, now: Duration, jitter: f64) -> Decision {
        while self.ends.front().is_some_and(|end| *end + limits::RESTART_WINDOW <= now) {
            self.ends.pop_front();
        }
        self.ends.push_back(now);
        if limits::RESTARTS_IN_WINDOW_MAX <= self.ends.len() {
            return Decision::Degraded;
        }
        let doublings = u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX);
        let delay = limits::RESTART_DELAY_MIN.saturating_mul(2_u32.saturating_pow(doublings));
        let delay = delay.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0);
        Decision::RestartAfter(delay.min(limits::RESTART_DELAY_MAX))
    }
}

/// Spread between 0 and 1 for a child's restart; from the keyed hash of its name and life, so that it needs no generator.
pub(crate) fn jitter(child: &str, generation: u64) -> f64 {
    let hash = blake3::hash(format!("{child}/{generation}/{}", std::process::id()).as_bytes());
    f64::from(hash.as_bytes().first().copied().unwrap_or(0)) / 255.0
}

/// Write side of a [`Slot`]; the factory of a child puts each new address here.
pub(crate) struct SlotWriter<A: Actor>(watch::Sender<Option<Addr<A>>>);

/// Where handles find the address of an actor that may be restarted.
pub(crate) struct Slot<A: Actor>(watch::Receiver<Option<Addr<A>>>);

impl<A: Actor> std::fmt::Debug for Slot<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slot")
    }
}

impl<A: Actor> Clone for Slot<A> {
    fn clone(&self) -> Slot<A> {
        Slot(self.0.clone())
    }
}

/// Why a call to an actor gave no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallError {
    /// Down, or it panicked on this message.
    Unavailable,
    /// No reply in time.
    Deadline,
}

pub(crate) fn slot<A: Actor>() -> (SlotWriter<A>, Slot<A>) {
    let (writer, reader) = watch::channel(None);
    (SlotWriter(writer), Slot(reader))
}

impl<A: Actor<Context = Context<A>>> SlotWriter<A> {
    /// Publishes a new life; gives back how to tell whether it still runs.
    pub(crate) fn fill(&self, addr: Addr<A>) -> AliveProbe {
        self.0.send_replace(Some(addr.clone()));
        Box::new(move || addr.connected())
    }
}

impl<A: Actor<Context = Context<A>>> Slot<A> {
    /// The current life.
    pub(crate) fn addr(&self) -> Option<Addr<A>> {
        self.0.borrow().clone()
    }

    /// Sends and waits for the reply, at most `deadline`; before the first life also for that.
    pub(crate) async fn call<M>(&self, message: M, deadline: Duration) -> Result<M::Result, CallError>
    where
        A: Handler<M>,
        A::Context: ToEnvelope<A, M>,
        M: Message + Send + 'static,
        M::Result: Send,
    {
        let mut first = self.0.clone();
        let addr = match timeout(deadline, first.wait_for(Option::is_some)).await {
            Ok(Ok(addr)) => addr.clone().ok_or(CallError::Unavailable)?,
            Ok(Err(_)) | Err(_) => return Err(CallError::Unavailable),
        };
        addr.send(message).timeout(deadline).await.map_err(|error| match error {
            MailboxError::Timeout => CallError::Deadline,
            MailboxError::Closed => CallError::Unavailable,
        })
    }
}

/// Tells whether a child still runs.
pub(crate) type AliveProbe = Box<dyn Fn() -> bool>;

/// Starts one life of a child.
pub(crate) type Factory = Box<dyn FnMut(ExitNotice) -> AliveProbe>;

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn delay_doubles_and_the_fifth_end_in_a_minute_degrades() {
        let mut core = RestartCore::default();
        let delays: Vec<Decision> = (0..5).map(|_| core.on_end(SECOND, 0.0)).collect();
        let after = |ms| Decision::RestartAfter(Duration::from_millis(ms));
        assert_eq!(delays, [after(100), after(200), after(400), after(800), Decision::Degraded]);
    }

    #[test]
    fn ends_outside_the_window_are_forgotten() {
        let mut core = RestartCore::default();
        for _ in 0..4 {
            core.on_end(Duration::ZERO, 0.0);
        }
        assert_eq!(core.on_end(limits::RESTART_WINDOW, 0.0), Decision::RestartAfter(limits::RESTART_DELAY_MIN));
    }

    #[test]
    fn jitter_adds_at_most_a_quarter() {
        let delay = RestartCore::default().on_end(SECOND, 1.0);
        assert_eq!(delay, Decision::RestartAfter(Duration::from_millis(125)));
        assert!((0.0..=1.0).contains(&jitter("model_registry", 3)));
    }
}
