//! One upload that comes in pieces: its turn, and what of it is durable.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::PartialError;
use crate::actors::failure::Failure;
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
    /// Readings that ended without an outcome.
    tries: AtomicU32,
    /// Why the last one did, while the next one is waited for.
    waits_for: watch::Sender<Option<Failure>>,
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
            tries: AtomicU32::new(0),
            waits_for: watch::channel(None).0,
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

    /// Waits until its reading has ended; gives how.
    #[cfg(test)]
    pub(super) async fn outcome(&self) -> Option<crate::store::PartialOutcome> {
        let mut record = self.record.subscribe();
        record.wait_for(|record| record.outcome.is_some()).await.ok()?.outcome.clone()
    }

    /// Waits until its reading waits for its next try.
    #[cfg(test)]
    pub(super) async fn waits(&self) {
        drop(self.waits_for.subscribe().wait_for(Option::is_some).await);
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

    /// Takes the one place for its reading; `None` when somebody has it. It is free again when what this gives is dropped.
    pub(super) fn begin_reading(self: &Arc<Self>) -> Option<BeingRead> {
        let is_free = !self.being_read.swap(true, Ordering::AcqRel);
        is_free.then(|| BeingRead(Arc::clone(self)))
    }

    pub(super) fn is_being_read(&self) -> bool {
        self.being_read.load(Ordering::Acquire)
    }

    /// Whether every byte is there and nobody knows yet what becomes of it.
    pub(super) fn is_unread(&self) -> bool {
        let record = self.record.borrow();
        record.is_complete() && record.outcome.is_none()
    }

    /// Counts a reading that ended without an outcome; gives the wait before the next, unless it was the last. `first` is
    /// the wait after the first one.
    pub(super) fn next_try(&self, first: Duration) -> Option<Duration> {
        let tried = self.tries.fetch_add(1, Ordering::AcqRel);
        let wait = first.saturating_mul(1_u32.checked_shl(tried).unwrap_or(u32::MAX));
        (tried + 1 < limits::UPLOAD_READ_TRIES_MAX).then(|| wait.min(limits::UPLOAD_READ_WAIT_MAX))
    }

    /// Why its reading waits for another try.
    pub(super) fn waits_for(&self) -> Option<Failure> {
        self.waits_for.borrow().clone()
    }

    pub(super) fn set_waits_for(&self, failure: Option<Failure>) {
        self.waits_for.send_replace(failure);
    }
}

/// The place of the one who reads an upload; given back at its end, whatever that is.
pub(super) struct BeingRead(Arc<Entry>);

impl Drop for BeingRead {
    fn drop(&mut self) {
        self.0.set_waits_for(None);
        self.0.being_read.store(false, Ordering::Release);
    }
}

/// Counts one waiting request less at its end, whatever that is.
struct Counted<'a>(&'a watch::Sender<usize>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}
