//! One client that follows a session.

use super::SessionInfo;
use crate::actors::session_event::SessionEvent;

/// What a client is told next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The event after the one before.
    Event(SessionEvent),
    /// What the client wants is not kept any more; events go on from `first_seq`.
    Truncated {
        /// The oldest event that is kept.
        first_seq: u64,
        /// The one that was wanted.
        wanted: u64,
    },
    /// The log that the client knows was lost; events go on from the first of the new one.
    EpochChanged {
        /// The new log.
        epoch: String,
        /// The event that was wanted of the old one.
        wanted: u64,
    },
    /// The server is about to end, or to start the session elsewhere: connect again. Nothing follows.
    Draining,
    /// The session is over. Nothing follows.
    Ended,
}

/// A client's place in the events of a session. It pulls: nothing is queued for it. Dropping it gives the connection back.
#[derive(Debug)]
pub struct Attachment {
    /// The session at the moment of attaching.
    pub info: SessionInfo,
}

impl Attachment {
    /// Waits for what comes next. Cancel safe: what was not returned comes again.
    #[expect(clippy::unused_async, reason = "not written yet")]
    pub async fn next(&mut self) -> Next {
        Next::Draining
    }
}
