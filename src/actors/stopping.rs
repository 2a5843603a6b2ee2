//! What is computed for somebody stops when nobody waits for it any more.
//!
//! Not an actor: a guard of one flag.

use crate::query::Stop;

/// Stops what it is for when it is dropped: with the answer, at the deadline, and when the request ends early.
#[derive(Debug, Default)]
pub(super) struct StopOnDrop(Stop);

impl StopOnDrop {
    /// What the work looks at.
    pub(super) fn stop(&self) -> Stop {
        self.0.clone()
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.set();
    }
}
