//! Numbers for texts, in bounded memory.

use std::io;

use super::super::facts::FactSink;
use super::super::table::TextId;

/// Bytes of the texts remembered at once. Beyond it the index begins anew, and a text that comes again gets a second
/// number, as does one that finds its places taken; so equal numbers mean equal texts, and nothing else. Names and tags of
/// a large model fill any index; a larger one does not fit the processor's cache, which makes each look-up dearer than a
/// text kept twice.
const KNOWN_BYTES: usize = 512 * 1024;

/// Longer texts are hardly ever repeated; they are not remembered.
const KNOWN_BYTES_MAX: usize = 256;

/// Bytes that wait to be handed to the sink.
const WAITING_BYTES: usize = 256 * 1024;

/// Places that one text may have; together they are one line of the processor's cache.
const WAYS: usize = 4;

/// Groups of places.
const GROUPS: usize = 2048;

/// A text that is remembered.
#[derive(Debug, Clone, Copy)]
struct Place {
    hash: u32,
    /// Its number; [`Place::FREE`] has one that no text gets.
    id: u32,
    /// Where it stands among the texts that are remembered.
    start: u32,
    bytes: u32,
}

impl Place {
    const FREE: Place = Place { hash: 0, id: u32::MAX, start: 0, bytes: 0 };
}

/// Where a text was found, so that it is found there again without being hashed.
#[derive(Debug, Clone, Copy)]
pub struct TextPlace {
    group: u32,
    id: u32,
}

impl Default for TextPlace {
    fn default() -> TextPlace {
        TextPlace { group: 0, id: u32::MAX }
    }
}

/// The hash is no secret: who makes texts meet makes them be kept twice, and no look-up longer.
#[derive(Debug, Default)]
pub(super) struct TextIndex {
    places: Vec<[Place; WAYS]>,
    /// The texts that are remembered, one behind the other.
    known: Vec<u8>,
    waiting: String,
    ends: Vec<usize>,
    next: u32,
}

impl TextIndex {
    /// The number of a text that was found at a place before; the place is no other text's. What stands first in its group
    /// is as it would be after looking for it.
    #[inline]
    pub(super) fn again(&self, place: TextPlace) -> Option<TextId> {
        let first = self.places.get(place.group as usize)?.first()?;
        (first.id == place.id && place.id != u32::MAX).then_some(TextId(place.id))
    }

    /// Where a text is found that has a number now.
    pub(super) fn place(text: &str, id: TextId) -> TextPlace {
        let group = u32::try_from(hash(text.as_bytes()).0).unwrap_or_default();
        TextPlace { group, id: id.0 }
    }

    /// The number of a text, new or known.
    pub(super) fn intern(&mut self, text: &str, sink: &mut dyn FactSink) -> io::Result<TextId> {
        if KNOWN_BYTES_MAX < text.len() {
            return self.add(text, sink);
        }
        let (group, hash) = hash(text.as_bytes());
        if let Some(ways) = self.places.get_mut(group) {
            for way in 0..WAYS {
                let Some(Place { hash: known, id, start, bytes }) = ways.get(way).copied() else { break };
                let is_known = known == hash
                    && bytes as usize == text.len()
                    && id != u32::MAX
                    && self
                        .known
                        .get(start as usize..start as usize + text.len())
                        .is_some_and(|known| is_equal(known, text.as_bytes()));
                if is_known {
                    // What comes often is found at once, and what comes once leaves first.
                    ways.swap(way, way.saturating_sub(1));
                    return Ok(TextId(id));
                }
            }
        }
        let id = self.add(text, sink)?;
        self.remember(group, hash, text, id);
        Ok(id)
    }

    fn remember(&mut self, group: usize, hash: u32, text: &str, id: TextId) {
        if self.places.is_empty() || KNOWN_BYTES < self.known.len() + text.len() {
            self.places.clear();
            self.places.resize(GROUPS, [Place::FREE; WAYS]);
            self.known.clear();
        }
        let start = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
        if let Some(ways) = self.places.get_mut(group) {
            let free = ways.iter().position(|place| place.id == u32::MAX).unwrap_or(WAYS - 1);
            if let Some(place) = ways.get_mut(free) {
                *place = Place { hash, id: id.0, start, bytes };
                self.known.extend_from_slice(text.as_bytes());
            }
        }
    }

    fn add(&mut self, text: &str, sink: &mut dyn FactSink) -> io::Result<TextId> {
        let id = TextId(self.next);
        self.next = self.next.checked_add(1).ok_or_else(|| io::Error::other("more than 4 billion texts"))?;
        self.waiting.push_str(text);
        self.ends.push(self.waiting.len());
        if WAITING_BYTES <= self.waiting.len() {
            self.flush(sink)?;
        }
        Ok(id)
    }

    pub(super) fn flush(&mut self, sink: &mut dyn FactSink) -> io::Result<()> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let texts: Vec<&str> =
            starts.zip(&self.ends).map(|(start, end)| self.waiting.get(start..*end).unwrap_or_default()).collect();
        sink.texts(&texts)?;
        self.waiting.clear();
        self.ends.clear();
        Ok(())
    }
}

/// Whether two texts are the same. Most are so short that a call costs more than the comparison.
#[inline]
pub(super) fn is_same(a: &str, b: &str) -> bool {
    is_equal(a.as_bytes(), b.as_bytes())
}

#[inline]
pub(crate) fn is_equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let long = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    if let (Some(a_last), Some(b_last)) = (a.last_chunk(), b.last_chunk()) {
        let (chunks, _) = a.as_chunks();
        return long(a_last) == long(b_last) && chunks.iter().zip(b.as_chunks().0).all(|(a, b)| long(a) == long(b));
    }
    let short = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
    match (a.first_chunk(), b.first_chunk(), a.last_chunk(), b.last_chunk()) {
        (Some(a_first), Some(b_first), Some(a_last), Some(b_last)) => {
            short(a_first) == short(b_first) && short(a_last) == short(b_last)
        }
        _ => a.iter().eq(b),
    }
}

/// The group of places of a text, and what tells it from most others there.
pub(super) fn hash(bytes: &[u8]) -> (usize, u32) {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let half = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    let (chunks, _) = bytes.as_chunks::<8>();
    let mut mixed = bytes.len() as u64;
    for chunk in chunks {
        mixed = (mixed.rotate_left(23) ^ word(chunk)).wrapping_mul(ODD);
    }
    // The last bytes, some of them once more.
    let last = match (bytes.last_chunk::<8>(), bytes.first_chunk::<4>()) {
        (Some(last), _) => word(last),
        (None, Some(_)) => half(bytes.first_chunk()) << 32 | half(bytes.last_chunk()),
        (None, None) => bytes.iter().fold(0, |mixed, byte| mixed << 8 | u64::from(*byte)),
    };
    mixed = (mixed.rotate_left(23) ^ last).wrapping_mul(ODD);
    mixed = (mixed ^ mixed >> 32).wrapping_mul(ODD);
    let group = usize::try_from(mixed >> 48).unwrap_or_default() % GROUPS;
    (group, u32::try_from(mixed & u64::from(u32::MAX)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::super::super::memory::{MemoryFacts, MemorySink};
    use super::*;
    use crate::ifc::facts::FactReader as _;

    #[test]
    fn a_number_means_the_text_it_was_given_for_however_many_there_are() {
        let tables = Arc::new(Mutex::new(MemoryFacts::default()));
        let mut sink = MemorySink::new(&tables);
        let mut index = TextIndex::default();
        // More than are remembered, of every length, some again and again, and all of them twice.
        let text = |n: usize| match n % 3 {
            0 => format!("often {}", n % 50),
            1 => "x".repeat(n % 300),
            _ => format!("{n}{}", "y".repeat(n % 64)),
        };
        let mut given = Vec::new();
        for n in (0..60_000).chain(0..60_000) {
            given.push((index.intern(&text(n), &mut sink).unwrap(), n));
        }
        index.flush(&mut sink).unwrap();
        let tables = tables.lock().unwrap();
        assert!(given.iter().all(|(id, n)| tables.text(*id) == text(*n)));
        assert!(tables.text_count() < given.len() * 2 / 3);
    }

    #[test]
    fn a_few_texts_are_kept_once_each() {
        let tables = Arc::new(Mutex::new(MemoryFacts::default()));
        let mut sink = MemorySink::new(&tables);
        let mut index = TextIndex::default();
        for n in (0..500).chain(0..500).chain((0..500).rev()) {
            index.intern(&format!("Wand {n:03}"), &mut sink).unwrap();
        }
        index.flush(&mut sink).unwrap();
        assert_eq!(tables.lock().unwrap().text_count(), 500);
    }

    #[test]
    fn a_text_found_at_its_place_has_the_number_that_looking_for_it_gives() {
        let tables = Arc::new(Mutex::new(MemoryFacts::default()));
        let mut sink = MemorySink::new(&tables);
        let (mut looked, mut placed) = (TextIndex::default(), TextIndex::default());
        let mut places = vec![TextPlace::default(); 3000];
        let mut found = 0;
        // So many that they share groups, and others between them until the index begins anew, more than once.
        for n in 0..60_000 {
            for (text, known) in [(format!("name {}", n * n % 3000), Some(n * n % 3000)), (format!("Wand {n}"), None)] {
                let wanted = looked.intern(&text, &mut sink).unwrap();
                let again = known.and_then(|at| placed.again(places[at]));
                found += usize::from(again.is_some());
                let given = again.unwrap_or_else(|| placed.intern(&text, &mut sink).unwrap());
                assert_eq!(given, wanted, "{text}");
                if let Some(at) = known {
                    places[at] = TextIndex::place(&text, given);
                }
            }
        }
        assert!(1000 < found, "{found}");
    }

    #[test]
    fn texts_of_every_length_are_equal_when_each_byte_is() {
        for length in 0..40 {
            let text: Vec<u8> = (0..length).collect();
            assert!(is_equal(&text, &text.clone()), "{length}");
            assert!(!is_equal(&text, &[text.as_slice(), b"x"].concat()), "{length}");
            for at in 0..text.len() {
                let mut other = text.clone();
                other[at] ^= 0x80;
                assert!(!is_equal(&text, &other), "{at} of {length}");
            }
        }
    }
}
