//! GlobalIds as numbers: found by a hash, in tables that grow without leaving memory behind.

use std::hash::BuildHasher as _;

/// The keys come from files, so the hasher is keyed anew in every process.
type KeyedHasher = foldhash::fast::RandomState;

/// A GlobalId with its number.
type Key = ([u8; 16], u32);

/// Keys of a piece. What grows by pieces is never copied, and leaves no room behind that is too small to be used again.
const PIECE: usize = 4096;

/// Bits of a hash that choose a table. The tables grow one by one: each may use the room that those before it left.
const TABLE_BITS: u32 = 6;

/// Places of a table at first.
const PLACES_MIN: usize = 16;

/// GlobalIds in the order they came, and tables of hashes that find them. The tables are a third of what a map of the keys
/// themselves would be, and a new identifier touches one place of them.
#[derive(Debug, Default)]
pub(super) struct GlobalIds {
    pieces: Vec<Vec<Key>>,
    count: usize,
    tables: Vec<HashTable>,
    hasher: KeyedHasher,
}

/// Places for some of the keys.
#[derive(Debug, Clone, Default)]
struct HashTable {
    /// Half a hash, and one more than the position of its key; zero where a place is free. As many as a power of two.
    places: Vec<u64>,
    taken: usize,
}

impl HashTable {
    /// The places that a key may have, in the order they are looked at.
    fn order(tag: u64, places: usize) -> impl Iterator<Item = usize> {
        let first = usize::try_from(tag).unwrap_or_default();
        (0..places).map(move |step| (first + step) & (places - 1))
    }

    fn grow(&mut self) {
        let places = (self.places.len() * 2).max(PLACES_MIN);
        let old = std::mem::replace(&mut self.places, vec![0; places]);
        for known in old.into_iter().filter(|place| *place != 0) {
            for at in HashTable::order(known >> 32, places) {
                if let Some(place) = self.places.get_mut(at)
                    && *place == 0
                {
                    *place = known;
                    break;
                }
            }
        }
    }
}

impl GlobalIds {
    /// The table of a key, and what it has in the upper half of its place.
    fn tag(&self, key: &[u8; 16]) -> (usize, u64) {
        let hash = self.hasher.hash_one(u128::from_ne_bytes(*key));
        let table = hash & ((1 << TABLE_BITS) - 1);
        (usize::try_from(table).unwrap_or_default(), hash >> 32)
    }

    fn key(&self, position: usize) -> Option<&Key> {
        self.pieces.get(position / PIECE)?.get(position % PIECE)
    }

    /// The number of a key, or the free place where it belongs.
    fn look(&self, key: &[u8; 16], (table, tag): (usize, u64)) -> Result<u32, usize> {
        let places = self.tables.get(table).map_or(&[][..], |table| &table.places);
        for at in HashTable::order(tag, places.len()) {
            let place = places.get(at).copied().unwrap_or_default();
            if place == 0 {
                return Err(at);
            }
            let position = usize::try_from(place & u64::from(u32::MAX)).unwrap_or_default();
            if place >> 32 == tag
                && let Some((known, number)) = self.key(position.wrapping_sub(1))
                && known == key
            {
                return Ok(*number);
            }
        }
        Err(usize::MAX)
    }

    pub(super) fn get(&self, key: &[u8; 16]) -> Option<u32> {
        self.look(key, self.tag(key)).ok()
    }

    /// The number of a key; `next` when it is new.
    pub(super) fn number(&mut self, key: [u8; 16], next: u32) -> u32 {
        if self.tables.is_empty() {
            self.tables.resize(1 << TABLE_BITS, HashTable::default());
        }
        let (table, tag) = self.tag(&key);
        // A quarter of the places is free, so that a search ends soon.
        if let Some(table) = self.tables.get_mut(table)
            && table.places.len() * 3 <= table.taken * 4
        {
            table.grow();
        }
        match self.look(&key, (table, tag)) {
            Ok(number) => number,
            Err(free) => {
                self.push((key, next));
                let position = self.count as u64;
                if let Some(table) = self.tables.get_mut(table)
                    && let Some(place) = table.places.get_mut(free)
                {
                    *place = tag << 32 | position;
                    table.taken += 1;
                }
                next
            }
        }
    }

    fn push(&mut self, key: Key) {
        if self.count.is_multiple_of(PIECE) {
            // The first piece grows with what a small model has.
            self.pieces.push(Vec::with_capacity(if self.count == 0 { 0 } else { PIECE }));
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.push(key);
            self.count += 1;
        }
    }

    /// Touches the places of keys that are wanted next. Each is far from the processor, but many can be on their way at once,
    /// which they are not when something else is done between one and the next.
    pub(super) fn warm(&self, keys: impl Iterator<Item = [u8; 16]>) {
        let wanted: Vec<(usize, u64)> = keys.map(|key| self.tag(&key)).collect();
        let touch = |(table, tag): &(usize, u64)| {
            let places = &self.tables.get(*table)?.places;
            let at = HashTable::order(*tag, places.len()).next()?;
            places.get(at).copied()
        };
        std::hint::black_box(wanted.iter().filter_map(touch).fold(0, |seen, place| seen ^ place));
    }

    /// Every key in the order they came.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.pieces.iter().flatten()
    }

    pub(super) fn bytes(&self) -> usize {
        let keys: usize = self.pieces.iter().map(|piece| piece.capacity() * size_of::<Key>()).sum();
        let places: usize = self.tables.iter().map(|table| table.places.capacity() * size_of::<u64>()).sum();
        keys + places
    }
}
