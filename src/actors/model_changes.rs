//! Lets one change of a model end before the next of the same model begins.
//!
//! Not an actor: its state is a fixed row of locks, shared by the registry and its ingests.
//!
//! Publishing and deleting happen on blocking threads, and the registry learns of them by messages, whose order need not
//! be the order on disk. Each change therefore holds the lock of its model from before its first step on disk until the
//! registry has taken in its result. Two changes of one model never overlap, so their order is the same in both places.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// Locks in the row. Models that share one only wait for each other, so the number is no bound on anything.
const LOCKS: usize = 64;

/// A running change; ends when dropped.
pub(crate) type ChangeGuard = OwnedMutexGuard<()>;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct ModelChanges {
    locks: Arc<[Arc<Mutex<()>>]>,
}

impl ModelChanges {
    pub(crate) fn new() -> ModelChanges {
        ModelChanges { locks: (0..LOCKS).map(|_| Arc::default()).collect() }
    }

    fn lock(&self, model_id: &str) -> Arc<Mutex<()>> {
        let sum = model_id.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        self.locks.get(sum % LOCKS).map(Arc::clone).unwrap_or_default()
    }

    /// Waits for the changes of this model that began before.
    pub(crate) async fn begin(&self, model_id: &str) -> ChangeGuard {
        self.lock(model_id).lock_owned().await
    }

    /// The same on a blocking thread.
    pub(crate) fn begin_blocking(&self, model_id: &str) -> ChangeGuard {
        self.lock(model_id).blocking_lock_owned()
    }
}
