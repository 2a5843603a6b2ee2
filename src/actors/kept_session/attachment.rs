//! One client that follows a session.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::log;
use super::shared::{Connection, SessionPhase, Visible};
use super::wire::{Cursor, SessionInfo};
use crate::actors::compute::Compute;
use crate::actors::failure::Failure;
use crate::actors::health::HealthReader;
use crate::actors::session_event::SessionEvent;
use crate::limits;
use crate::store::Catalog;

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
    /// The server is about to end, or goes on with the session elsewhere: connect again. Nothing follows.
    Draining,
    /// The session is over. Nothing follows.
    Ended,
}

type Page = VecDeque<SessionEvent>;
type Reading = Pin<Box<dyn Future<Output = Result<Page, Failure>> + Send>>;

/// Time after which a page that could not be read is tried again.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// A client's place in the events of a session. It pulls: nothing is queued for it, so a client that is slow or sleeps
/// costs nothing but its place. Dropping it gives the connection back.
pub struct Attachment {
    /// The session at the moment of attaching.
    pub info: SessionInfo,
    connection: Connection,
    watch: watch::Receiver<Visible>,
    health: HealthReader,
    catalog: Catalog,
    reads: Compute,
    epoch: Arc<str>,
    /// The last event that was handed out.
    cursor: u64,
    /// Read from the log, behind the cursor without a gap.
    page: Page,
    /// Kept here, so that whoever stops waiting does not read it again from the beginning.
    reading: Option<Reading>,
    /// When the client is sent away although a question runs.
    drain_by: Option<Instant>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.connection.shared().id.as_ref();
        f.debug_struct("Attachment").field("session_id", &id).field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

/// What to do with the state that is shown.
enum Look {
    Give(Next),
    Read { last: u64 },
    Wait,
}

impl Attachment {
    /// From a place in the log; from its end where none is given. The session was restored.
    pub(crate) fn new(
        connection: Connection,
        (catalog, reads, health): (Catalog, Compute, HealthReader),
        from: Option<Cursor>,
        used_ms: u64,
    ) -> Attachment {
        let watch = connection.shared().watch();
        let (info, epoch, cursor) = {
            let visible = watch.borrow();
            let info = visible.info(&connection.shared().id, used_ms);
            match from {
                None => (info, Arc::clone(&visible.epoch), visible.last_seq),
                // All that is kept is wanted, not what is not.
                Some(Cursor { epoch: None, after: 0 }) => {
                    (info, Arc::clone(&visible.epoch), visible.first_seq.saturating_sub(1))
                }
                Some(Cursor { epoch, after }) => {
                    let known = epoch.map_or_else(|| Arc::clone(&visible.epoch), Arc::from);
                    // Who has more than there is has it of another log.
                    let is_ahead = visible.last_seq < after;
                    let known = if is_ahead && known == visible.epoch { Arc::from("") } else { known };
                    let all = after == 0 && known == visible.epoch;
                    (info, known, if all { visible.first_seq.saturating_sub(1) } else { after })
                }
            }
        };
        let (page, reading, drain_by) = (VecDeque::new(), None, None);
        Attachment { info, connection, watch, health, catalog, reads, epoch, cursor, page, reading, drain_by }
    }

    /// Waits for what comes next. Cancel safe: what was not returned comes again.
    pub async fn next(&mut self) -> Next {
        loop {
            if let Some(event) = self.page.pop_front() {
                self.cursor = event.seq;
                return Next::Event(event);
            }
            match self.look() {
                Look::Give(next) => return next,
                Look::Read { last } => {
                    if let Some(next) = self.read(last).await {
                        return next;
                    }
                }
                Look::Wait => self.wait().await,
            }
        }
    }

    fn look(&mut self) -> Look {
        if self.health.is_draining() && self.drain_by.is_none() {
            self.drain_by = Some(Instant::now() + limits::SESSION_DRAIN_NOTICE_MAX);
        }
        if self.drain_by.is_some_and(|by| by <= Instant::now()) {
            return Look::Give(Next::Draining);
        }
        let visible = self.watch.borrow_and_update();
        let wanted = self.cursor + 1;
        if visible.epoch != self.epoch {
            self.epoch = Arc::clone(&visible.epoch);
            self.cursor = visible.first_seq.saturating_sub(1);
            // What is being read stands behind the cursor of before.
            self.reading = None;
            return Look::Give(Next::EpochChanged { epoch: self.epoch.as_ref().to_owned(), wanted });
        }
        let is_quiet = visible.running.is_empty();
        if visible.last_seq <= self.cursor {
            return match visible.phase {
                SessionPhase::Ended => Look::Give(Next::Ended),
                SessionPhase::Moved => Look::Give(Next::Draining),
                SessionPhase::Live | SessionPhase::Restoring if self.drain_by.is_some() && is_quiet => {
                    Look::Give(Next::Draining)
                }
                SessionPhase::Live | SessionPhase::Restoring => Look::Wait,
            };
        }
        if let Some(event) = visible.latest.iter().find(|event| event.seq == wanted) {
            self.cursor = wanted;
            return Look::Give(Next::Event(event.clone()));
        }
        // The log of a session that is over is gone, but for its last events.
        let first_seq = match visible.phase {
            SessionPhase::Ended => visible.latest.first().map_or(visible.last_seq + 1, |event| event.seq),
            SessionPhase::Live | SessionPhase::Restoring | SessionPhase::Moved => visible.first_seq,
        };
        if wanted < first_seq {
            self.cursor = first_seq - 1;
            self.reading = None;
            return Look::Give(Next::Truncated { first_seq, wanted });
        }
        Look::Read { last: visible.last_seq }
    }

    /// Reads a page behind the cursor; gives what must be told before it.
    async fn read(&mut self, last: u64) -> Option<Next> {
        let reading = self.reading.get_or_insert_with(|| {
            let (catalog, reads) = (self.catalog.clone(), self.reads.clone());
            let (id, after) = (Box::<str>::from(self.connection.shared().id.as_ref()), self.cursor);
            Box::pin(async move {
                let read = move || log::page(&catalog, &id, after, last).map_err(|error| Failure::of(&error));
                reads.run_in_turn(read).await.map_err(|error| Failure::of(&error))?
            })
        });
        let page = reading.as_mut().await;
        self.reading = None;
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%error, "events of a session could not be read");
                sleep(READ_AGAIN).await;
                return None;
            }
        };
        let (epoch_now, first_now) = {
            let visible = self.watch.borrow();
            (Arc::clone(&visible.epoch), visible.first_seq)
        };
        // What was trimmed, or lost, while it was read is told by the next look.
        if epoch_now != self.epoch || self.cursor + 1 < first_now {
            return None;
        }
        let is_whole = page.iter().zip(self.cursor + 1..).all(|(event, seq)| event.seq == seq);
        if is_whole && !page.is_empty() {
            self.page = page;
            return None;
        }
        tracing::error!(session_id = %self.connection.shared().id, seq = self.cursor + 1, "events are missing in the log");
        let (wanted, first_seq) = (self.cursor + 1, last + 1);
        self.cursor = last;
        Some(Next::Truncated { first_seq, wanted })
    }

    async fn wait(&mut self) {
        let draining = async {
            match self.drain_by {
                Some(by) => sleep_until(by).await,
                None => self.health.draining().await,
            }
        };
        tokio::select! {
            // The sender lives in what the connection holds.
            changed = self.watch.changed() => drop(changed),
            () = draining => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::actors::health::Health;
    use crate::actors::kept_session::shared::Shared;
    use crate::error::ErrorCode;

    fn event(seq: u64) -> SessionEvent {
        SessionEvent { seq, kind: "model_selected", json: format!("{{\"seq\":{seq}}}").into() }
    }

    fn visible(epoch: &str, first_seq: u64, last_seq: u64) -> Visible {
        Visible { phase: SessionPhase::Live, epoch: epoch.into(), first_seq, last_seq, ..Visible::default() }
    }

    fn attach(shared: &Arc<Shared>, catalog: &Catalog, reads: &Compute, from: Option<Cursor>) -> Attachment {
        let (_told, health) = watch::channel(Health::default());
        let sources = (catalog.clone(), reads.clone(), HealthReader::new(health));
        Attachment::new(Connection::open(Arc::clone(shared)).unwrap(), sources, from, 0)
    }

    /// A client whose read of events 1 to 3 is done and was not looked at yet.
    async fn behind() -> (Arc<Shared>, Catalog, Attachment) {
        let (catalog, reads) = (Catalog::in_memory().unwrap(), Compute::new(1, ErrorCode::CatalogBusy));
        catalog.write_and_wait((1..=3).map(|seq| log::put_event("s", &event(seq))).collect()).unwrap();
        let shared = Shared::new("s");
        shared.publish(visible("old", 1, 3));
        let mut attachment = attach(&shared, &catalog, &reads, Some(Cursor { epoch: None, after: 0 }));
        tokio::select! {
            biased;
            next = attachment.next() => panic!("{next:?} came at once"),
            () = std::future::ready(()) => {}
        }
        assert!(attachment.reading.is_some());
        // There is one place for reads: that one has ended.
        reads.run_in_turn(|| ()).await.unwrap();
        (shared, catalog, attachment)
    }

    #[tokio::test]
    async fn what_was_read_before_the_log_was_cut_is_not_taken_for_what_comes_after() {
        let (shared, catalog, mut attachment) = behind().await;
        catalog.write_and_wait(log::trim("s", 3).to_vec()).unwrap();
        shared.publish(visible("old", 3, 3));
        assert_eq!(attachment.next().await, Next::Truncated { first_seq: 3, wanted: 1 });
        assert_eq!(attachment.next().await, Next::Event(event(3)));
    }

    #[tokio::test]
    async fn what_was_read_of_a_log_that_was_lost_is_not_told_as_the_new_one() {
        let (shared, catalog, mut attachment) = behind().await;
        let anew = SessionEvent { json: "{\"seq\":1,\"epoch\":\"new\"}".into(), ..event(1) };
        let mut changes = log::remove_log("s").to_vec();
        changes.push(log::put_event("s", &anew));
        catalog.write_and_wait(changes).unwrap();
        shared.publish(visible("new", 1, 1));
        assert_eq!(attachment.next().await, Next::EpochChanged { epoch: "new".to_owned(), wanted: 1 });
        assert_eq!(attachment.next().await, Next::Event(anew));
    }

    /// A lock that is taken for reading within itself waits for ever, once somebody who writes waits between the two.
    #[test]
    fn attaching_looks_at_a_session_once_while_it_is_written() {
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let (catalog, reads) = (Catalog::in_memory().unwrap(), Compute::new(1, ErrorCode::CatalogBusy));
            let shared = Shared::new("s");
            std::thread::scope(|scope| {
                let (writing, (stop, stopped)) = (Arc::clone(&shared), mpsc::channel::<()>());
                scope.spawn(move || {
                    while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
                        writing.publish(visible("e", 1, 0));
                    }
                });
                for _ in 0..20_000 {
                    drop(attach(&shared, &catalog, &reads, None));
                    drop(shared.info(0));
                }
                drop(stop);
            });
            tell.send(()).unwrap();
        });
        told.recv_timeout(Duration::from_secs(60)).expect("attaching hangs");
    }
}
