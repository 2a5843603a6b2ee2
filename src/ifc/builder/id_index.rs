//! Identifiers of a file as dense numbers, with what they stand for.
//!
//! The one part of reading whose memory grows with the file: about 40 bytes an identifier.

use std::collections::HashMap;
use std::io;

use super::super::facts::{MaterialSetId, SetId};
use super::super::global_id::GlobalId;
use super::super::model::EntityIndex;
use super::global_ids::GlobalIds;
use super::{ModelBuilder, TooManyIds, id_text};
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

/// Both spellings of a GlobalId are one identifier. The keys come from files, so the hasher is the keyed default.
#[derive(Debug, Default)]
pub(in crate::ifc) struct IdIndex {
    recent: Vec<([u8; 16], u32)>,
    global: GlobalIds,
    other: HashMap<Box<str>, u32>,
    slots: Vec<Slot>,
}

impl IdIndex {
    /// The number of an identifier that something is said to hang on.
    pub(super) fn number(&mut self, id: &str) -> IdNumber {
        let global_id = GlobalId::parse(id).ok();
        let recent = global_id.and_then(|global_id| self.recent(global_id));
        recent.unwrap_or_else(|| self.number_of(id, global_id))
    }

    /// The number of an identifier that was parsed before, and most likely did not come before.
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

    /// The number of a GlobalId that came a short while ago.
    fn recent(&self, id: GlobalId) -> Option<IdNumber> {
        let (recent, number) = self.recent.get(place_of(id))?;
        (*number != u32::MAX && *recent == id.to_bits().to_be_bytes()).then_some(IdNumber(*number))
    }

    /// The number of a GlobalId; `next` when it is new.
    fn global(&mut self, id: GlobalId, next: u32) -> u32 {
        let key = id.to_bits().to_be_bytes();
        if self.recent.is_empty() {
            // No identifier has this number, so that an empty place finds nothing.
            self.recent.resize(RECENT_MAX, ([0; 16], u32::MAX));
        }
        let number = self.global.number(key, next);
        if let Some(place) = self.recent.get_mut(place_of(id)) {
            *place = (key, number);
        }
        number
    }

    /// Brings what is known of some identifiers near the processor, since they are wanted next.
    pub(super) fn warm<'t>(&self, ids: impl Iterator<Item = &'t str>) {
        self.global.warm(ids.filter_map(|id| GlobalId::parse(id).ok()).map(|id| id.to_bits().to_be_bytes()));
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
        let global = self.global.keys().find(|(_, known)| *known == number.0);
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

/// The place of a GlobalId among those that came last.
fn place_of(id: GlobalId) -> usize {
    let mixed = id.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 115;
    usize::try_from(mixed).unwrap_or_default() % RECENT_MAX
}

impl ModelBuilder {
    /// The number of an identifier in either spelling.
    pub fn id(&mut self, id: &str) -> IdNumber {
        self.bound_ids();
        self.ids.number(id)
    }

    /// Says which identifiers are wanted next, so that what is known of them comes near the processor meanwhile.
    pub fn warm_ids<'t>(&self, ids: impl Iterator<Item = &'t str>) {
        self.ids.warm(ids);
    }

    /// Fails when there are more identifiers than may be.
    pub(super) fn bound_ids(&mut self) {
        if self.ids.is_full() {
            self.fail(io::Error::new(io::ErrorKind::QuotaExceeded, TooManyIds));
        }
    }

    /// Says what an identifier stands for; the first who says it is right.
    pub fn mark(&mut self, id: &str, meaning: Meaning) {
        let number = self.id(id);
        self.ids.fill(number, meaning);
    }

    /// Finds an entity by its identifier in either spelling.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<EntityIndex> {
        match self.ids.find(id) {
            Meaning::Entity(index) => Some(index),
            Meaning::Unseen | Meaning::Other | Meaning::Set(_) | Meaning::MaterialSet(_) => None,
        }
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
