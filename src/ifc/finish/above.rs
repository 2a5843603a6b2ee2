//! What every entity hangs on: the one column of all entities that is needed at once, since chains go anywhere.

use super::super::model::EntityIndex;

/// Longest chain of containment and aggregation that is followed.
const CHAIN_MAX: usize = 64;

/// No entity.
const NONE: u32 = u32::MAX;

/// Bits for an entity, below those for the kind of the link.
const ENTITY_BITS: u32 = 30;

const _: () = assert!(crate::limits::ENTITIES_MAX < 1 << ENTITY_BITS);

/// How an entity hangs on another; what goes before stands later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    /// Not at all.
    Free,
    /// It is built into it.
    Host,
    /// It is a part of it.
    Whole,
    /// It is contained in it.
    Container,
}

/// Four bytes an entity: the best of its holds, and on what.
#[derive(Debug)]
pub(super) struct Above(Vec<u32>);

impl Above {
    pub(super) fn of(entities: usize) -> Above {
        Above(vec![0; entities])
    }

    /// How an entity hangs, and on what.
    pub(super) fn hold(&self, entity: EntityIndex) -> (Hold, EntityIndex) {
        let packed = self.0.get(entity.index()).copied().unwrap_or_default();
        let hold = match packed >> ENTITY_BITS {
            0 => Hold::Free,
            1 => Hold::Host,
            2 => Hold::Whole,
            _ => Hold::Container,
        };
        (hold, EntityIndex(packed & ((1 << ENTITY_BITS) - 1)))
    }

    fn next(&self, entity: EntityIndex) -> Option<EntityIndex> {
        let (hold, on) = self.hold(entity);
        (hold != Hold::Free).then_some(on)
    }

    /// Keeps a link unless a better one is known; of two alike the last one counts.
    pub(super) fn add(&mut self, entity: EntityIndex, hold: Hold, on: EntityIndex) {
        if self.hold(entity).0 <= hold {
            self.set(entity, hold, on);
        }
    }

    pub(super) fn set(&mut self, entity: EntityIndex, hold: Hold, on: EntityIndex) {
        if let Some(place) = self.0.get_mut(entity.index()) {
            *place = (hold as u32) << ENTITY_BITS | on.0;
        }
    }

    /// Whether an entity hangs on itself in the end.
    pub(super) fn returns(&self, start: EntityIndex) -> bool {
        let mut current = self.next(start);
        for _ in 0..CHAIN_MAX {
            match current {
                Some(index) if index == start => return true,
                Some(index) => current = self.next(index),
                None => return false,
            }
        }
        false
    }

    /// The nearest storey above an entity: its own container first, then what it is part of, then what it is built into.
    pub(super) fn storey(&self, start: EntityIndex, is_storey: &dyn Fn(EntityIndex) -> bool) -> Option<EntityIndex> {
        let mut current = self.next(start)?;
        for _ in 0..CHAIN_MAX {
            if is_storey(current) {
                return Some(current);
            }
            current = self.next(current)?;
        }
        None
    }
}

/// Entities of a page.
const PAGE: usize = 1024;

/// One entity for some of the entities, in pages made when they are needed: openings stand together in most files.
#[derive(Debug, Default)]
pub(super) struct Pages(Vec<Option<Box<[u32; PAGE]>>>);

impl Pages {
    pub(super) fn set(&mut self, entity: EntityIndex, value: u32) {
        let (page, place) = (entity.index() / PAGE, entity.index() % PAGE);
        if self.0.len() <= page {
            self.0.resize(page + 1, None);
        }
        if let Some(place) =
            self.0.get_mut(page).and_then(|page| page.get_or_insert_with(|| Box::new([NONE; PAGE])).get_mut(place))
        {
            *place = value;
        }
    }

    pub(super) fn get(&self, entity: EntityIndex) -> Option<u32> {
        let page = self.0.get(entity.index() / PAGE)?.as_ref()?;
        page.get(entity.index() % PAGE).copied().filter(|value| *value != NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_hold_counts_and_of_two_alike_the_last() {
        let mut above = Above::of(4);
        let [a, b, c, d] = [0, 1, 2, 3].map(EntityIndex);
        assert_eq!(above.hold(a).0, Hold::Free);
        for (hold, on, best) in [
            (Hold::Host, b, (Hold::Host, b)),
            (Hold::Container, c, (Hold::Container, c)),
            (Hold::Whole, d, (Hold::Container, c)),
            (Hold::Container, d, (Hold::Container, d)),
        ] {
            above.add(a, hold, on);
            assert_eq!(above.hold(a), best);
        }
    }

    #[test]
    fn a_page_is_made_where_something_is_said_only() {
        let mut pages = Pages::default();
        let far = EntityIndex::new(5 * PAGE + 3).unwrap();
        pages.set(far, 0);
        assert_eq!(
            (pages.get(far), pages.get(EntityIndex(3)), pages.get(EntityIndex(u32::MAX))),
            (Some(0), None, None)
        );
        assert_eq!(pages.0.iter().flatten().count(), 1);
    }
}
