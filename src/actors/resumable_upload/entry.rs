//! One upload that comes in pieces: its turn, and what of it is durable.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::PartialError;
use crate::limits;
use crate::store::PartialRecord;

/// The right to send to an upload; given back when dropped.
pub(super) type Turn = OwnedSemaphorePermit;

#[derive(Debug)]
pub(super) struct Entry {
    id: String,
    /// One at a time sends.
    turn: Arc<Semaphore>,
    /// Requests that wait for the turn. A sender that hears nothing from its client lets go for them.
    waiting: watch::Sender<usize>,
    record: watch::Sender<PartialRecord>,
    /// Whether it was deleted.
    ended: watch::Sender<bool>,
    being_read: AtomicBool,
}

impl Entry {
    pub(super) fn new(record: PartialRecord) -> Entry {
        Entry {
            id: record.upload_id.clone(),
            turn: Arc::new(Semaphore::new(1)),
            waiting: watch::channel(0).0,
            record: watch::channel(record).0,
            ended: watch::channel(false).0,
            being_read: AtomicBool::new(false),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// What is durable.
    pub(super) fn record(&self) -> PartialRecord {
        self.record.borrow().clone()
    }

    pub(super) fn publish(&self, record: PartialRecord) {
        self.record.send_replace(record);
    }

    /// Waits until so many bytes are durable.
    #[cfg(test)]
    pub(super) async fn came(&self, bytes: u64) {
        drop(self.record.subscribe().wait_for(|record| bytes <= record.offset).await);
    }

    /// Waits for the turn, at most [`limits::UPLOAD_TURN_MAX`].
    pub(super) async fn take_turn(&self) -> Result<Turn, PartialError> {
        if let Some(turn) = self.try_turn() {
            return Ok(turn);
        }
        self.waiting.send_modify(|waiting| *waiting += 1);
        let _counted = Counted(&self.waiting);
        let taken = timeout(limits::UPLOAD_TURN_MAX, Arc::clone(&self.turn).acquire_owned()).await;
        // The semaphore is never closed.
        taken.ok().and_then(Result::ok).ok_or(PartialError::Locked)
    }

    pub(super) fn try_turn(&self) -> Option<Turn> {
        Arc::clone(&self.turn).try_acquire_owned().ok()
    }

    /// Ready when somebody waits for the turn and its holder has been silent since `since` for too long.
    pub(super) async fn wanted(&self, since: Instant) {
        // The sender lives as long as the entry.
        drop(self.waiting.subscribe().wait_for(|waiting| 0 < *waiting).await);
        sleep_until(since + limits::UPLOAD_SILENCE_MAX).await;
    }

    pub(super) fn end(&self) {
        self.ended.send_replace(true);
    }

    pub(super) fn is_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Ready when it was deleted.
    pub(super) async fn ended(&self) {
        drop(self.ended.subscribe().wait_for(|ended| *ended).await);
    }

    /// Takes the one place for its reading; false when somebody has it.
    pub(super) fn begin_reading(&self) -> bool {
        !self.being_read.swap(true, Ordering::AcqRel)
    }

    pub(super) fn end_reading(&self) {
        self.being_read.store(false, Ordering::Release);
    }

    pub(super) fn is_being_read(&self) -> bool {
        self.being_read.load(Ordering::Acquire)
    }
}

/// Counts one waiting request less at its end, whatever that is.
struct Counted<'a>(&'a watch::Sender<usize>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}
