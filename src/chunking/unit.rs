//! Who owns which record.
//!
//! A unit is an entity with all records it owns, and is never divided between chunks unless it is larger than one.
//! Every record has exactly one owner, so every value of the file has exactly one home.

use serde::{Deserialize, Serialize};

use super::error::ChunkError;
use super::input::ChunkInput;
use crate::ifc::{EntityIndex, RecordIndex};

const NOBODY: u32 = u32::MAX;

/// Units with their records, in the order of the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Units {
    /// End of the records of each unit; they begin where those of the unit before end.
    ends: Vec<u32>,
    /// Records by unit.
    records: Vec<u32>,
    /// Entities that stand in the record of another one, after that one.
    joined: Vec<(u32, u32)>,
    /// Whether units are records, since the file holds no entities.
    pub(super) are_records: bool,
}

impl Units {
    /// The records of a unit, in the order of the file.
    pub(super) fn records(&self, unit: u32) -> &[u32] {
        let at = unit as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0) as usize;
        let end = self.ends.get(at).copied().unwrap_or(0) as usize;
        self.records.get(start..end).unwrap_or_default()
    }

    /// The entity that leads a unit.
    pub(super) fn leader(&self, unit: u32) -> Option<EntityIndex> {
        if self.are_records { None } else { EntityIndex::new(unit as usize) }
    }

    /// The entities of a unit, its leader first.
    pub(super) fn entities(&self, unit: u32) -> impl Iterator<Item = EntityIndex> {
        let from = self.joined.partition_point(|(leader, _)| *leader < unit);
        let joined = self.joined.get(from..).unwrap_or_default().iter().take_while(move |(leader, _)| *leader == unit);
        let others = joined.filter_map(|(_, entity)| EntityIndex::new(*entity as usize));
        self.leader(unit).into_iter().chain(others)
    }

    /// Number of positions; a unit that only joins another has neither records nor a place of its own.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(NOBODY)
    }
}

/// Units, and the unit of each entity.
pub(super) struct Ownership {
    pub(super) units: Units,
    pub(super) unit_of: Vec<u32>,
}

impl Ownership {
    pub(super) fn unit_of(&self, entity: EntityIndex) -> Option<u32> {
        self.unit_of.get(entity.index()).copied()
    }

    /// Units that have a place of their own.
    pub(super) fn own_places(&self) -> impl Iterator<Item = u32> {
        let is_own = |unit: &u32| self.units.are_records || self.unit_of.get(*unit as usize) == Some(unit);
        (0..self.units.count()).filter(is_own)
    }
}

/// Gives every record to a unit.
pub(super) fn assign(input: &ChunkInput<'_>) -> Result<Ownership, ChunkError> {
    let records = input.source.record_count();
    if input.reader.entity_count() == 0 {
        let units = Units {
            ends: (1..=records).collect(),
            records: (0..records).collect(),
            joined: Vec::new(),
            are_records: true,
        };
        return Ok(Ownership { units, unit_of: Vec::new() });
    }
    let mut owners = vec![NOBODY; records as usize];
    let mut joined = Vec::new();
    let unit_of = own_records(input, &mut owners, &mut joined);
    for from_type in [false, true] {
        own_sets(input, &unit_of, &mut owners, from_type);
    }
    input.source.each_relation(&mut |row| {
        if let Some((record, unit)) = row.record.zip(unit_of.get(row.related.index())) {
            take(&mut owners, record, *unit);
        }
    })?;
    give_the_rest(&mut owners);
    let units = group(&owners, unit_of.len(), joined);
    Ok(Ownership { units, unit_of })
}

/// Takes a record that nobody owns; the unit that owns it then.
fn take(owners: &mut [u32], record: RecordIndex, unit: u32) -> u32 {
    match owners.get_mut(record.index()) {
        Some(owner) => {
            if *owner == NOBODY {
                *owner = unit;
            }
            *owner
        }
        None => unit,
    }
}

/// Each entity its own record; entities that share one join the first of them.
fn own_records(input: &ChunkInput<'_>, owners: &mut [u32], joined: &mut Vec<(u32, u32)>) -> Vec<u32> {
    let mut unit_of = Vec::with_capacity(input.reader.entity_count());
    for entity in input.entities() {
        let index = u32::try_from(entity.index()).unwrap_or(NOBODY);
        let unit = input.source.entity_record(entity).map_or(index, |record| take(owners, record, index));
        if unit != index {
            joined.push((unit, index));
        }
        unit_of.push(unit);
    }
    joined.sort_unstable();
    unit_of
}

/// Sets go to the first entity that has them; to one that has them itself before one that has them by its type.
fn own_sets(input: &ChunkInput<'_>, unit_of: &[u32], owners: &mut [u32], from_type: bool) {
    for (entity, unit) in input.entities().zip(unit_of) {
        for link in input.source.sets_of(entity) {
            let record = input.source.set_record(link.set).filter(|_| link.from_type == from_type);
            if let Some(record) = record {
                take(owners, record, *unit);
            }
        }
    }
}

/// What nobody owns (geometry instances, the head of the file) goes with the next owned record, at the end with the last.
fn give_the_rest(owners: &mut [u32]) {
    let mut next = NOBODY;
    for owner in owners.iter_mut().rev() {
        if *owner == NOBODY {
            *owner = next;
        }
        next = *owner;
    }
    let mut last = 0;
    for owner in owners {
        if *owner == NOBODY {
            *owner = last;
        }
        last = *owner;
    }
}

fn group(owners: &[u32], units: usize, joined: Vec<(u32, u32)>) -> Units {
    let mut ends = vec![0_u32; units];
    for owner in owners {
        if let Some(count) = ends.get_mut(*owner as usize) {
            *count += 1;
        }
    }
    let mut total = 0;
    for end in &mut ends {
        // For now where the unit's next record goes; where its records end once all are placed.
        let count = *end;
        *end = total;
        total += count;
    }
    let mut records = vec![0_u32; total as usize];
    for (record, owner) in (0_u32..).zip(owners) {
        if let Some(place) = ends.get_mut(*owner as usize) {
            if let Some(slot) = records.get_mut(*place as usize) {
                *slot = record;
            }
            *place += 1;
        }
    }
    Units { ends, records, joined, are_records: false }
}
