//! How many bytes are between the thread that splits and the one that takes.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes of batches on their way.
#[derive(Debug, Default)]
struct Aloft {
    bytes: usize,
    /// The most there were.
    peak: usize,
}

/// Gives a permit for the bytes of each batch. A batch above the limit goes alone.
#[derive(Debug)]
pub(super) struct Flight {
    bytes_max: usize,
    aloft: Mutex<Aloft>,
    landed: Condvar,
}

/// Stands for the bytes of one batch, until it is dropped: also where a thread panics or nobody takes the batch.
#[derive(Debug)]
pub(super) struct Permit<'f> {
    flight: &'f Flight,
    bytes: usize,
}

impl Flight {
    pub(super) fn new(bytes_max: usize) -> Flight {
        Flight { bytes_max, aloft: Mutex::default(), landed: Condvar::new() }
    }

    /// Waits until there is room.
    pub(super) fn permit(&self, bytes: usize) -> Permit<'_> {
        let is_full = |aloft: &mut Aloft| 0 < aloft.bytes && self.bytes_max < aloft.bytes.saturating_add(bytes);
        let mut aloft = self.landed.wait_while(self.lock(), is_full).unwrap_or_else(PoisonError::into_inner);
        aloft.bytes += bytes;
        aloft.peak = aloft.peak.max(aloft.bytes);
        drop(aloft);
        Permit { flight: self, bytes }
    }

    #[cfg(test)]
    pub(super) fn peak(&self) -> usize {
        self.lock().peak
    }

    /// Nothing between lock and unlock can leave the numbers wrong, so a panic elsewhere changes nothing.
    fn lock(&self) -> MutexGuard<'_, Aloft> {
        self.aloft.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.flight.lock().bytes -= self.bytes;
        self.flight.landed.notify_one();
    }
}
