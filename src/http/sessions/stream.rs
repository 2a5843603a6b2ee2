//! What WebSockets and event streams have in common: where they begin, what they are counted by, what they say first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::affinity::Replica;
use super::frames::ConnectionMessage;
use super::owner::StreamClient;
use crate::actors::health::HealthReader;
use crate::actors::session_directory::{Attachment, Cursor, Next, SessionError, SessionInfo, SessionsHandle};
use crate::limits;

/// Connections of this process, of all sessions.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Streams(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    open: AtomicU64,
    slow: AtomicU64,
}

impl Streams {
    /// Counts a connection until the guard goes.
    pub(super) fn enter(&self) -> Open {
        self.0.open.fetch_add(1, Ordering::Relaxed);
        Open(self.clone())
    }

    /// Counts a client that did not take what it was sent.
    pub(super) fn count_slow(&self) {
        let slow = self.0.slow.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::info!(slow, "a client took nothing for too long, its connection is closed");
    }

    /// Open connections, and how many were closed for being slow so far.
    #[cfg_attr(not(test), expect(dead_code, reason = "the metrics that tell it come with the telemetry"))]
    pub(in crate::http) fn counts(&self) -> (u64, u64) {
        (self.0.open.load(Ordering::Relaxed), self.0.slow.load(Ordering::Relaxed))
    }
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Open(Streams);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where to begin.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamQuery {
    /// Number of the last event that the client has; 0 for all that is kept; absent for new ones only.
    #[serde(default)]
    after: Option<u64>,
    /// The log that this number is of; any where absent.
    #[serde(default)]
    epoch: Option<String>,
    /// The client's token, for browsers, which can send no header here.
    #[serde(default)]
    #[expect(dead_code, reason = "the extractor of the client reads it; named here, since other names are refused")]
    token: Option<String>,
}

impl StreamQuery {
    /// The place in the log; `None` for new events only.
    pub(super) fn cursor(self) -> Option<Cursor> {
        let StreamQuery { after, epoch, token: _ } = self;
        after.map(|after| cursor(epoch, after))
    }
}

/// A place in a log. The largest number there is has none behind it, and no log comes near.
pub(super) fn cursor(epoch: Option<String>, after: u64) -> Cursor {
    Cursor { epoch, after: after.min(u64::MAX - 1) }
}

/// What every connection needs beside its session.
#[derive(Debug, Clone)]
pub(in crate::http) struct Surroundings {
    replica: Replica,
    streams: Streams,
    health: HealthReader,
}

impl Surroundings {
    pub(in crate::http) fn new(replica: Replica, health: HealthReader) -> Surroundings {
        Surroundings { replica, streams: Streams::default(), health }
    }
}

/// A place in a session.
pub(super) struct Connection {
    pub(super) attachment: Attachment,
    pub(super) streams: Streams,
    replica: Replica,
}

impl Connection {
    pub(super) async fn open(
        sessions: &SessionsHandle,
        client: &StreamClient,
        id: &str,
        from: Option<Cursor>,
        around: &Surroundings,
    ) -> Result<Connection, SessionError> {
        // Who comes now would be sent away at once.
        if around.health.is_draining() {
            return Err(SessionError::Draining);
        }
        let attachment = sessions.attach(client.0.owner(), id, from).await?;
        Ok(Connection { attachment, streams: around.streams.clone(), replica: around.replica.clone() })
    }

    /// The first message.
    pub(super) fn welcome(&self) -> ConnectionMessage {
        let SessionInfo { session_id, model_id, epoch, first_seq, last_seq, running, .. } =
            self.attachment.info.clone();
        ConnectionMessage::Welcome {
            session_id,
            epoch,
            first_seq,
            last_seq,
            model_id,
            running,
            heartbeat_s: limits::HEARTBEAT.as_secs(),
            replica: self.replica.name().to_owned(),
        }
    }
}

/// What is said for a step that is no event; `None` for an event, and for the end of a session, which has an event itself.
pub(super) fn message_of(next: &Next, epoch: &str) -> Option<ConnectionMessage> {
    match next {
        Next::Event(_) | Next::Ended => None,
        Next::Truncated { first_seq, wanted } => {
            let epoch = epoch.to_owned();
            Some(ConnectionMessage::LogTruncated { epoch, first_seq: *first_seq, wanted: *wanted })
        }
        Next::EpochChanged { epoch, wanted } => {
            Some(ConnectionMessage::EpochChanged { epoch: epoch.clone(), wanted: *wanted })
        }
        Next::Draining => Some(ConnectionMessage::Draining { reconnect_after_ms: reconnect_after_ms() }),
    }
}

/// A moment of its own for every client, so that they do not all come back at once.
fn reconnect_after_ms() -> u64 {
    let min = u64::try_from(limits::RECONNECT_AFTER_MIN.as_millis()).unwrap_or_default();
    let max = u64::try_from(limits::RECONNECT_AFTER_MAX.as_millis()).unwrap_or_default();
    let (_, random) = Uuid::new_v4().as_u64_pair();
    min + random % (max - min + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_come_back_at_different_moments_within_the_bounds() {
        let moments: Vec<u64> = (0..1000).map(|_| reconnect_after_ms()).collect();
        assert!(moments.iter().all(|ms| (500..=5500).contains(ms)));
        let early = moments.iter().filter(|ms| **ms < 3000).count();
        assert!((350..650).contains(&early), "{early} of 1000 in the first half");
    }

    #[test]
    fn open_connections_are_counted_until_they_go() {
        let streams = Streams::default();
        let (a, b) = (streams.enter(), streams.enter());
        streams.count_slow();
        assert_eq!(streams.counts(), (2, 1));
        drop((a, b));
        assert_eq!(streams.counts(), (0, 1));
    }
}
