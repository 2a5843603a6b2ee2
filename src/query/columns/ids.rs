//! Entities by their GlobalId.

use super::Stops;
use crate::ifc::{EntityIndex, GlobalId};

/// Stands for a place that nothing was put in; no entity has this position, since models hold fewer.
const EMPTY: u32 = u32::MAX;

/// Entities between two looks at whether to go on.
const LOOK_EVERY: usize = 1 << 16;

/// An open table of positions: the ids themselves stand in the rows. An id that several entities carry is found at each.
#[derive(Debug)]
pub(in crate::query) struct Ids {
    places: Vec<u32>,
}

impl Ids {
    /// Reads the id of every entity; `None` when it was stopped.
    pub(in crate::query) fn make(
        count: usize,
        stopped: Stops<'_>,
        id_of: impl Fn(EntityIndex) -> Option<GlobalId>,
    ) -> Option<Ids> {
        let mut ids = Ids { places: vec![EMPTY; (count + count / 2 + 1).next_power_of_two()] };
        for index in 0..count {
            if index % LOOK_EVERY == 0 && stopped.is_set() {
                return None;
            }
            let Some(entity) = EntityIndex::new(index) else { continue };
            let Some(id) = id_of(entity) else { continue };
            let free = ids.probe(id).find(|place| ids.places.get(*place) == Some(&EMPTY))?;
            if let Some(place) = ids.places.get_mut(free) {
                *place = entity.0;
            }
        }
        Some(ids)
    }

    /// The entities of an id, in the order of the file.
    pub(in crate::query) fn find(
        &self,
        id: GlobalId,
        id_of: impl Fn(EntityIndex) -> Option<GlobalId>,
    ) -> Vec<EntityIndex> {
        let at = |place: usize| self.places.get(place).copied().filter(|entity| *entity != EMPTY);
        let carried = self.probe(id).map_while(at).map(EntityIndex);
        // They were put in in the order of the file, and nothing is ever taken out.
        let mut found: Vec<EntityIndex> = carried.filter(|entity| id_of(*entity) == Some(id)).collect();
        found.sort_unstable();
        found
    }

    /// The places of an id, from its own onwards, each once.
    fn probe(&self, id: GlobalId) -> impl Iterator<Item = usize> + use<> {
        let mask = self.places.len() - 1;
        let bits = id.to_bits();
        #[expect(clippy::cast_possible_truncation, reason = "both halves are mixed into 64 bits")]
        let mixed = ((bits ^ (bits >> 64)) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        #[expect(clippy::cast_possible_truncation, reason = "masked to the table")]
        let home = (mixed ^ (mixed >> 32)) as usize & mask;
        (0..=mask).map(move |step| (home + step) & mask)
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.len() * size_of::<u32>()
    }
}
