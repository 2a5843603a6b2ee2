//! Identifiers of a file as dense numbers, with what they stand for.
//!
//! The one part of reading whose memory grows with the file: about 40 bytes an identifier.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use super::super::facts::{MaterialSetId, SetId};
use super::super::global_id::GlobalId;
use super::super::model::EntityIndex;
use super::id_text;
use crate::limits;

/// An identifier of the file, seen as something or only referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdNumber(pub(super) u32);

impl IdNumber {
    /// As a number, dense from zero.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

/// What an identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Only referred to so far.
    Unseen,
    /// Something that is not kept.
    Other,
    /// An entity.
    Entity(EntityIndex),
    /// A set.
    Set(SetId),
    /// A composition of materials.
    MaterialSet(MaterialSetId),
}

const TAG_BITS: u32 = 30;
const VALUE: u32 = (1 << TAG_BITS) - 1;

/// A meaning in four bytes: two bits of kind, thirty of position.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Slot(u32);

impl Slot {
    const UNSEEN: Slot = Slot(0);

    fn pack(meaning: Meaning) -> Slot {
        Slot(match meaning {
            Meaning::Unseen => 0,
            Meaning::Other => 1,
            Meaning::Entity(index) => 1 << TAG_BITS | index.0 & VALUE,
            Meaning::Set(set) => 2 << TAG_BITS | set.0 & VALUE,
            Meaning::MaterialSet(set) => 3 << TAG_BITS | set.0 & VALUE,
        })
    }

    fn unpack(self) -> Meaning {
        let value = self.0 & VALUE;
        match self.0 >> TAG_BITS {
            0 if value == 0 => Meaning::Unseen,
            0 => Meaning::Other,
            1 => Meaning::Entity(EntityIndex(value)),
            2 => Meaning::Set(SetId(value)),
            _ => Meaning::MaterialSet(MaterialSetId(value)),
        }
    }
}

/// Places for the identifiers that came last. A relation mostly names what stands near it, and the large table is far from
/// the processor.
const RECENT_MAX: usize = 8192;

#[expect(clippy::disallowed_types, reason = "the keys come from files, and this table is no map that would bring it")]
type KeyedHasher = std::hash::RandomState;

/// GlobalIds in the order they came, and a table of hashes that finds them. The table is a third of what a map of the keys
/// themselves would be, and a new identifier touches one place of it.
///
/// The keys come from files, so the hasher is the keyed default.
#[derive(Debug, Default)]
struct GlobalIds {
    keys: Vec<([u8; 16], u32)>,
    /// Half a hash, and one more than the position of its key; zero where a place is free. As many as a power of two.
    table: Vec<u64>,
    hasher: KeyedHasher,
}

impl GlobalIds {
    /// Places of the first table.
    const PLACES_MIN: usize = 64;

    /// What a key has in the upper half of its place.
    fn tag(&self, key: &[u8; 16]) -> u64 {
        self.hasher.hash_one(key) >> 32
    }

    /// The places that a key may have, in the order they are looked at.
    fn places(tag: u64, places: usize) -> impl Iterator<Item = usize> {
        let first = usize::try_from(tag).unwrap_or_default();
        (0..places).map(move |step| (first + step) & (places - 1))
    }

    /// The number of a key, or the free place where it belongs.
    fn look(&self, key: &[u8; 16], tag: u64) -> Result<u32, usize> {
        for at in GlobalIds::places(tag, self.table.len()) {
            let place = self.table.get(at).copied().unwrap_or_default();
            if place == 0 {
                return Err(at);
            }
            let position = usize::try_from(place & u64::from(u32::MAX)).unwrap_or_default();
            if place >> 32 == tag
                && let Some((known, number)) = self.keys.get(position.wrapping_sub(1))
                && known == key
            {
                return Ok(*number);
            }
        }
        Err(usize::MAX)
    }

    fn get(&self, key: &[u8; 16]) -> Option<u32> {
        self.look(key, self.tag(key)).ok()
    }

    /// The number of a key; `next` when it is new.
    fn number(&mut self, key: [u8; 16], next: u32) -> u32 {
        // A quarter of the places is free, so that a search ends soon.
        if self.table.len() * 3 <= self.keys.len() * 4 {
            self.grow();
        }
        let tag = self.tag(&key);
        match self.look(&key, tag) {
            Ok(number) => number,
            Err(free) => {
                self.keys.push((key, next));
                if let Some(place) = self.table.get_mut(free) {
                    *place = tag << 32 | self.keys.len() as u64;
                }
                next
            }
        }
    }

    fn grow(&mut self) {
        let places = (self.table.len() * 2).max(GlobalIds::PLACES_MIN);
        let old = std::mem::replace(&mut self.table, vec![0; places]);
        for known in old.into_iter().filter(|place| *place != 0) {
            for at in GlobalIds::places(known >> 32, places) {
                if let Some(place) = self.table.get_mut(at)
                    && *place == 0
                {
                    *place = known;
                    break;
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<([u8; 16], u32)>() + self.table.capacity() * size_of::<u64>()
    }
}

/// Both spellings of a GlobalId are one identifier. The keys come from files, so the hasher is the keyed default.
#[derive(Debug, Default)]
pub(in crate::ifc) struct IdIndex {
    recent: Vec<([u8; 16], u32)>,
    global: GlobalIds,
    other: HashMap<Box<str>, u32>,
    slots: Vec<Slot>,
}

impl IdIndex {
    pub(super) fn number(&mut self, id: &str) -> IdNumber {
        self.number_of(id, GlobalId::parse(id).ok())
    }

    /// The number of an identifier that was parsed before.
    pub(super) fn number_of(&mut self, id: &str, global_id: Option<GlobalId>) -> IdNumber {
        let next = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        let number = match global_id {
            Some(id) => self.global(id, next),
            None => {
                let id = id_text::short(id);
                match self.other.get(&*id) {
                    Some(known) => *known,
                    None => *self.other.entry(id.into()).or_insert(next),
                }
            }
        };
        if number == next {
            self.slots.push(Slot::UNSEEN);
        }
        IdNumber(number)
    }

    /// The number of a GlobalId; `next` when it is new.
    fn global(&mut self, id: GlobalId, next: u32) -> u32 {
        let key = id.to_bits().to_be_bytes();
        if self.recent.is_empty() {
            // No identifier has this number, so that an empty place finds nothing.
            self.recent.resize(RECENT_MAX, ([0; 16], u32::MAX));
        }
        let mixed = id.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 115;
        let place = self.recent.get_mut(usize::try_from(mixed).unwrap_or_default() % RECENT_MAX);
        match place {
            Some((recent, number)) if *recent == key && *number != u32::MAX => *number,
            Some(place) => {
                let number = self.global.number(key, next);
                *place = (key, number);
                number
            }
            None => self.global.number(key, next),
        }
    }

    pub(super) fn find(&self, id: &str) -> Meaning {
        let number = match GlobalId::parse(id) {
            Ok(id) => self.global.get(&id.to_bits().to_be_bytes()),
            Err(_) => self.other.get(&*id_text::short(id)).copied(),
        };
        number.map_or(Meaning::Unseen, |number| self.meaning(IdNumber(number)))
    }

    /// Says what an identifier stands for; the first who says it is right. False when it was said before.
    pub(super) fn fill(&mut self, number: IdNumber, meaning: Meaning) -> bool {
        match self.slots.get_mut(number.0 as usize) {
            Some(slot) if *slot == Slot::UNSEEN => {
                *slot = Slot::pack(meaning);
                true
            }
            _ => false,
        }
    }

    pub(in crate::ifc) fn meaning(&self, number: IdNumber) -> Meaning {
        self.slots.get(number.0 as usize).map_or(Meaning::Unseen, |slot| slot.unpack())
    }

    /// The identifier as people write it; only for problems, so the maps are searched.
    pub(in crate::ifc) fn name(&self, number: IdNumber) -> String {
        let global = self.global.keys.iter().find(|(_, known)| *known == number.0);
        let other = || self.other.iter().find(|(_, known)| **known == number.0);
        match global {
            Some((bytes, _)) => GlobalId::from_bits(u128::from_be_bytes(*bytes)).to_string(),
            None => other().map_or_else(String::new, |(id, _)| id.to_string()),
        }
    }

    /// The identifier of an entity; only for problems.
    pub(in crate::ifc) fn name_of(&self, entity: EntityIndex) -> String {
        let wanted = Slot::pack(Meaning::Entity(entity));
        let number = self.slots.iter().position(|slot| *slot == wanted).and_then(|at| u32::try_from(at).ok());
        number.map_or_else(String::new, |number| self.name(IdNumber(number)))
    }

    /// Whether there are more identifiers than may be.
    pub(super) fn is_full(&self) -> bool {
        limits::IDS_MAX < self.slots.len() || limits::OTHER_IDS_MAX < self.other.len()
    }

    /// Bytes held: places of the tables with one byte of control each, and the slots.
    pub(super) fn bytes(&self) -> u64 {
        let place = |entry: usize| entry + 1;
        let texts: usize = self.other.keys().map(|id| id.len()).sum();
        let other = self.other.capacity() * 8 / 7 * place(size_of::<(Box<str>, u32)>()) + texts;
        (self.global.bytes() + other + self.slots.capacity() * size_of::<Slot>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_global_ids_as_come_keep_their_numbers() {
        let mut ids = IdIndex::default();
        let id = |n: u32| GlobalId::from_bits(u128::from(n) << 90 | u128::from(n % 7)).to_string();
        let count = 20_000;
        for n in (0..count).chain(0..count) {
            assert_eq!(ids.number(&id(n)), IdNumber(n));
        }
        for n in (0..count).step_by(77) {
            assert!(ids.fill(IdNumber(n), Meaning::Set(SetId(n))));
            assert_eq!((ids.find(&id(n)), ids.name(IdNumber(n))), (Meaning::Set(SetId(n)), id(n)));
        }
        assert_eq!(ids.find(&id(count)), Meaning::Unseen);
        assert!(ids.bytes() < u64::from(count) * 60);
    }

    #[test]
    fn a_meaning_survives_its_packing_and_the_first_one_holds() {
        let meanings = [
            Meaning::Other,
            Meaning::Entity(EntityIndex(0)),
            Meaning::Entity(EntityIndex(VALUE)),
            Meaning::Set(SetId(7)),
            Meaning::MaterialSet(MaterialSetId(0)),
        ];
        let mut ids = IdIndex::default();
        for (number, meaning) in meanings.into_iter().enumerate() {
            let id = ids.number(&number.to_string());
            assert_eq!(ids.meaning(id), Meaning::Unseen);
            assert!(ids.fill(id, meaning) && !ids.fill(id, Meaning::Other));
            assert_eq!((ids.meaning(id), ids.find(&format!(" {number} "))), (meaning, meaning));
            assert_eq!(ids.name(id), number.to_string());
        }
    }
}
