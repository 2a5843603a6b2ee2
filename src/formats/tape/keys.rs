//! Numbers for the keys of a tape: records of one list have the same keys, and who reads them knows one by its number
//! sooner than by its text.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Node;
use crate::ifc::is_equal;

/// Keys that get a number; their numbers are below or equal to it, and none is zero.
pub(in crate::formats) const KEYS_MAX: usize = 256;

/// Places looked at for a key. One that finds them taken has no number.
const WAYS: u8 = 4;

/// The keys of a tape that came first, each near the place of its short hash.
#[derive(Debug, Default)]
pub(super) struct Keys {
    stamp: u64,
    places: Vec<Place>,
}

/// Where a key stands first in the bytes that were parsed.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    bytes: u32,
}

impl Place {
    const FREE: Place = Place { start: u32::MAX, bytes: u32::MAX };
}

impl Keys {
    /// Forgets the keys. Before the first call none gets a number.
    pub(super) fn clear(&mut self) {
        static STAMPS: AtomicU64 = AtomicU64::new(1);
        self.stamp = STAMPS.fetch_add(1, Ordering::Relaxed);
        self.places.clear();
        self.places.resize(KEYS_MAX, Place::FREE);
    }

    pub(super) fn stamp(&self) -> u64 {
        self.stamp
    }

    /// A key with its number, by its short hash; one with escapes has none.
    #[inline]
    pub(super) fn numbered(&mut self, source: &[u8], key: Node, hash: u8) -> Node {
        let Node::Plain { start, bytes, .. } = key else { return key };
        let text = |start: u32, bytes: u32| source.get(start as usize..start as usize + bytes as usize);
        let Some(own) = text(start, bytes) else { return key };
        for at in (0..WAYS).map(|step| usize::from(hash.wrapping_add(step))) {
            let Some(place) = self.places.get_mut(at) else { return key };
            if place.start == u32::MAX {
                *place = Place { start, bytes };
            } else if place.bytes != bytes || !text(place.start, bytes).is_some_and(|known| is_equal(known, own)) {
                continue;
            }
            return Node::Plain { start, bytes, key: u32::try_from(at + 1).unwrap_or_default() };
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use crate::formats::tape::{Skip, Tape};

    #[test]
    fn a_number_stands_for_one_key_and_a_key_that_comes_often_keeps_it() {
        let many: Vec<String> = (0..400).map(|n| format!("\"key {n} {}\":0", "x".repeat(n % 23))).collect();
        let text = format!("{{\"name\":1,\"e\\u006ed\":2,{},\"n\":{{\"name\":3}}}}", many.join(","));
        let mut tape = Tape::default();
        let mut stamps = Vec::new();
        for _ in 0..2 {
            let mut known = HashMap::new();
            let record = tape.read(text.as_bytes(), 0, &Skip::NONE).unwrap();
            stamps.push(record.stamp());
            let inner = record.get("n").unwrap();
            let keys = || record.fields().keyed().chain(inner.fields().keyed()).map(|(key, _)| key);
            for key in keys().filter(|key| key.number() != 0) {
                assert_eq!(*known.entry(key.number()).or_insert(key.text()), key.text());
            }
            let numbers: Vec<usize> = keys().filter(|key| key.text() == "name").map(|key| key.number()).collect();
            assert!(numbers.len() == 2 && numbers[0] != 0 && numbers[0] == numbers[1], "{numbers:?}");
            assert!(keys().filter(|key| key.text() == "end").all(|key| key.number() == 0), "it is not as it stands");
            assert!(100 < known.len() && known.keys().all(|number| *number <= super::KEYS_MAX), "{}", known.len());
        }
        assert_ne!(stamps[0], stamps[1], "numbers of one filling mean nothing in another");
    }
}
