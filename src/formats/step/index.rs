//! What the number of an instance stands for.
//!
//! Exporters number their instances without large gaps, so the numbers are kept in pages: four bytes for an instance,
//! also for one whose content is not kept, so that a reference into nothing is told from one into geometry.

use std::collections::HashMap;

use crate::ifc::EntityIndex;
use crate::limits;

const PAGE: usize = 256;
const ROW_BITS: u32 = 28;
const ROW_MAX: u32 = (1 << ROW_BITS) - 1;

/// What is kept of an instance: a row of one of the tables of the reader.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Slot {
    /// Only referred to so far.
    Unseen,
    /// Something that is not kept.
    Other,
    Entity(EntityIndex),
    Set(u32),
    /// A property or a quantity.
    Item(u32),
    Material(u32),
    /// A classification or a reference into one.
    Class(u32),
    /// A unit, a number with its unit, or the list of units.
    Unit(u32),
    /// A person, an organisation or an application.
    Owner(u32),
    /// A postal address.
    Address(u32),
}

/// Slots by the numbers of instances.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: HashMap<u32, usize>,
    pages: Vec<[u32; PAGE]>,
    /// The page looked at last, since neighbours follow each other: its number, then its place.
    last: Option<(u32, usize)>,
}

impl Index {
    /// What a number stands for.
    pub(super) fn slot(&self, number: u32) -> Slot {
        let (page, at) = split(number);
        let place = match self.last {
            Some((last, place)) if last == page => Some(place),
            _ => self.places.get(&page).copied(),
        };
        let packed = place.and_then(|place| self.pages.get(place)?.get(at).copied());
        unpack(packed.unwrap_or_default())
    }

    /// Says what a number stands for. False when there are too many instances.
    pub(super) fn fill(&mut self, number: u32, slot: Slot) -> bool {
        let (page, at) = split(number);
        let place = match self.last {
            Some((last, place)) if last == page => place,
            _ => {
                let next = self.pages.len();
                let place = *self.places.entry(page).or_insert(next);
                if place == next {
                    if limits::STEP_PAGES_MAX <= next {
                        return false;
                    }
                    self.pages.push([0; PAGE]);
                }
                self.last = Some((page, place));
                place
            }
        };
        let (Some(packed), Some(known)) = (pack(slot), self.pages.get_mut(place).and_then(|page| page.get_mut(at)))
        else {
            return false;
        };
        *known = packed;
        true
    }
}

fn split(number: u32) -> (u32, usize) {
    let (page, at) = (number >> 8, number & 0xff);
    (page, at as usize)
}

fn pack(slot: Slot) -> Option<u32> {
    let (kind, row) = match slot {
        Slot::Unseen => (0, 0),
        Slot::Other => (1, 0),
        Slot::Entity(entity) => (2, u32::try_from(entity.index()).ok()?),
        Slot::Set(row) => (3, row),
        Slot::Item(row) => (4, row),
        Slot::Material(row) => (5, row),
        Slot::Class(row) => (6, row),
        Slot::Unit(row) => (7, row),
        Slot::Owner(row) => (8, row),
        Slot::Address(row) => (9, row),
    };
    (row <= ROW_MAX).then_some(kind << ROW_BITS | row)
}

fn unpack(packed: u32) -> Slot {
    let row = packed & ROW_MAX;
    match packed >> ROW_BITS {
        0 => Slot::Unseen,
        2 => EntityIndex::new(row as usize).map_or(Slot::Other, Slot::Entity),
        3 => Slot::Set(row),
        4 => Slot::Item(row),
        5 => Slot::Material(row),
        6 => Slot::Class(row),
        7 => Slot::Unit(row),
        8 => Slot::Owner(row),
        9 => Slot::Address(row),
        _ => Slot::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_they_stand_for() {
        let mut index = Index::default();
        let entity = EntityIndex::new(5).unwrap();
        let slots = [Slot::Entity(entity), Slot::Set(ROW_MAX), Slot::Item(3), Slot::Material(0), Slot::Class(1)];
        let numbers = [1, u32::MAX, 256, 255, 70_000];
        for (number, slot) in numbers.into_iter().zip(slots) {
            assert!(index.fill(number, slot));
        }
        for (number, slot) in numbers.into_iter().zip(slots) {
            assert_eq!(index.slot(number), slot);
        }
        assert_eq!((index.slot(2), index.slot(9_999_999)), (Slot::Unseen, Slot::Unseen));
        assert!(!index.fill(3, Slot::Set(ROW_MAX + 1)), "a row that has no place is refused");
    }
}
