//! Batches and blocks that were read, kept for the next reader within a bound; shared by all open models.
//!
//! What was used since the hand of the clock came by last stays for another round (second chance), so that a scan
//! through a large model does not drive out what questions come back to.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// What an entry is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A batch of items.
    Items,
    /// A batch of records.
    Records,
    /// A block of the source.
    Source,
}

/// Number of an open model, the kind, and the position of the batch or block.
type Key = (u64, Kind, usize);

#[derive(Debug)]
pub(super) struct Cache {
    bytes_max: usize,
    models: AtomicU64,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<Key, Entry>,
    ring: VecDeque<Key>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    bytes: usize,
    is_used: AtomicBool,
}

impl Cache {
    pub(super) fn new(bytes_max: usize) -> Cache {
        Cache { bytes_max, models: AtomicU64::new(0), kept: RwLock::default() }
    }

    /// A number for a model that was opened.
    pub(super) fn enter(&self) -> u64 {
        self.models.fetch_add(1, Ordering::Relaxed)
    }

    /// Forgets a model that was closed.
    pub(super) fn leave(&self, model: u64) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.ring.retain(|key| key.0 != model);
        kept.entries.retain(|key, _| key.0 != model);
        kept.bytes = kept.entries.values().map(|entry| entry.bytes).sum();
    }

    /// What is kept under the key, or else what `load` brings, with its size. Two readers may load the same at once.
    pub(super) fn get<V: Any + Send + Sync>(
        &self,
        key: Key,
        load: impl FnOnce() -> io::Result<(V, usize)>,
    ) -> io::Result<Arc<V>> {
        if let Some(found) = self.find(key) {
            return Ok(found);
        }
        let (value, bytes) = load()?;
        let value = Arc::new(value);
        // A single block may be as large as the largest record; it would drive out all the rest.
        if bytes <= self.bytes_max / 4 {
            let kept = Arc::<V>::clone(&value);
            self.keep(key, Entry { value: kept, bytes, is_used: AtomicBool::new(false) });
        }
        Ok(value)
    }

    fn find<V: Any + Send + Sync>(&self, key: Key) -> Option<Arc<V>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let entry = kept.entries.get(&key)?;
        entry.is_used.store(true, Ordering::Relaxed);
        Arc::clone(&entry.value).downcast().ok()
    }

    fn keep(&self, key: Key, entry: Entry) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.entries.contains_key(&key) {
            return;
        }
        while self.bytes_max < kept.bytes + entry.bytes {
            let Some(oldest) = kept.ring.pop_front() else { break };
            let stays = kept.entries.get(&oldest).is_some_and(|entry| entry.is_used.swap(false, Ordering::Relaxed));
            if stays {
                kept.ring.push_back(oldest);
            } else if let Some(gone) = kept.entries.remove(&oldest) {
                kept.bytes -= gone.bytes;
            }
        }
        kept.bytes += entry.bytes;
        kept.ring.push_back(key);
        kept.entries.insert(key, entry);
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(cache: &Cache, at: usize) -> usize {
        *cache.get((0, Kind::Items, at), || Ok((at, 100))).unwrap()
    }

    fn is_kept(cache: &Cache, at: usize) -> bool {
        cache.find::<usize>((0, Kind::Items, at)).is_some()
    }

    #[test]
    fn no_more_is_kept_than_allowed_and_what_is_used_stays() {
        let cache = Cache::new(1000);
        for at in 0..100 {
            assert_eq!(number(&cache, at), at);
            assert!(is_kept(&cache, 0), "used after every step");
            assert!(cache.bytes() <= 1000);
        }
        assert!(!is_kept(&cache, 1));
        assert!(is_kept(&cache, 99));
        cache.leave(0);
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn what_would_drive_out_all_else_is_not_kept() {
        let cache = Cache::new(1000);
        number(&cache, 1);
        assert_eq!(*cache.get((0, Kind::Source, 0), || Ok((7_usize, 600))).unwrap(), 7);
        assert!(is_kept(&cache, 1));
        assert_eq!(cache.bytes(), 100);
    }

    #[test]
    fn a_failure_is_told_and_not_kept() {
        let cache = Cache::new(1000);
        let key = (0, Kind::Items, 0);
        assert!(cache.get::<usize>(key, || Err(io::ErrorKind::NotFound.into())).is_err());
        assert_eq!(number(&cache, 0), 0);
    }
}
