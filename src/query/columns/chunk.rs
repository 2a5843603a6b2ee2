//! Asking a rule of all entities, in chunks, on a few threads.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::Stops;
use crate::limits;

/// What `work` gives of each chunk, in order; `None` when it was stopped or a chunk gave none.
pub(super) fn in_chunks<T: Send>(
    count: usize,
    stopped: Stops<'_>,
    work: impl Fn(Range<usize>) -> Option<T> + Sync,
) -> Option<Vec<T>> {
    let chunks = count.div_ceil(limits::COLUMN_CHUNK_ENTITIES);
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(limits::COLUMN_THREADS_MAX).min(chunks);
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(chunks));
    let run = || {
        while !stopped.is_set() && !failed.load(Ordering::Relaxed) {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunks <= chunk {
                return;
            }
            let begin = chunk * limits::COLUMN_CHUNK_ENTITIES;
            match work(begin..count.min(begin + limits::COLUMN_CHUNK_ENTITIES)) {
                Some(part) => done.lock().unwrap_or_else(PoisonError::into_inner).push((chunk, part)),
                None => failed.store(true, Ordering::Relaxed),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    let mut parts = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    if parts.len() < chunks {
        return None;
    }
    parts.sort_unstable_by_key(|(chunk, _)| *chunk);
    Some(parts.into_iter().map(|(_, part)| part).collect())
}
