//! Columns of few distinct values.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::Stops;
use super::bits::Bits;
use super::chunk::in_chunks;
use crate::ifc::EntityIndex;
use crate::limits;
use crate::query::entities::Entities;

/// A code of each entity, and of each code the first entity that carries it. What depends on nothing but the value is asked
/// of that entity, by the same rule as of any other.
#[derive(Debug)]
pub(in crate::query) struct Codes {
    codes: Vec<u16>,
    first: Vec<EntityIndex>,
    /// The entities of each code, where there are few codes.
    sets: Vec<Bits>,
}

impl Codes {
    /// Asks a rule of every entity; `None` when it was stopped, or when it gives more values than codes.
    pub(in crate::query) fn make<K: Hash + Eq + Clone + Send>(
        count: usize,
        stopped: Stops<'_>,
        rule: impl Fn(EntityIndex) -> K + Sync,
    ) -> Option<Codes> {
        let parts = in_chunks(count, stopped, |range| {
            let mut coder = Coder::default();
            let codes = range.filter_map(EntityIndex::new).map(|entity| coder.code(rule(entity), entity));
            let codes = codes.collect::<Option<Vec<u16>>>()?;
            Some((codes, coder))
        })?;
        Codes::joined(count, parts)
    }

    /// Joins chunks, each with codes of its own.
    pub(super) fn joined<K: Hash + Eq + Clone>(count: usize, parts: Vec<(Vec<u16>, Coder<K>)>) -> Option<Codes> {
        let mut all: Coder<K> = Coder::default();
        let mut codes = Vec::with_capacity(count);
        for (part, coder) in parts {
            let known = coder.values.into_iter().map(|(value, first)| all.code(value, first));
            let known = known.collect::<Option<Vec<u16>>>()?;
            codes.extend(part.iter().map(|code| known.get(usize::from(*code)).copied().unwrap_or_default()));
        }
        let first: Vec<EntityIndex> = all.values.into_iter().map(|(_, first)| first).collect();
        let sets = if first.len() <= limits::COLUMN_SETS_MAX { sets(&codes, first.len()) } else { Vec::new() };
        Some(Codes { codes, first, sets })
    }

    /// The code of an entity.
    #[inline]
    pub(in crate::query) fn code(&self, entity: EntityIndex) -> usize {
        usize::from(self.codes.get(entity.index()).copied().unwrap_or_default())
    }

    /// The code of every entity.
    pub(super) fn all(&self) -> &[u16] {
        &self.codes
    }

    /// How many of some entities carry each code.
    pub(in crate::query) fn counts(&self, entities: &Entities) -> Vec<usize> {
        if let Some((bits, sets)) = entities.bits().zip(self.sets()) {
            return sets.iter().map(|set| bits.count_and(set)).collect();
        }
        let mut counts = vec![0; self.first.len()];
        for entity in entities {
            if let Some(count) = counts.get_mut(self.code(*entity)) {
                *count += 1;
            }
        }
        counts
    }

    /// The first entity of each code.
    pub(in crate::query) fn first(&self) -> &[EntityIndex] {
        &self.first
    }

    /// The entities of each code; `None` where there are many codes.
    pub(in crate::query) fn sets(&self) -> Option<&[Bits]> {
        (self.sets.len() == self.first.len()).then_some(self.sets.as_slice())
    }

    pub(super) fn bytes(&self) -> usize {
        self.sets.iter().map(Bits::bytes).sum::<usize>()
            + self.codes.len() * size_of::<u16>()
            + self.first.len() * size_of::<EntityIndex>()
    }
}

fn sets(codes: &[u16], count: usize) -> Vec<Bits> {
    let mut sets = vec![Bits::none(codes.len()); count];
    for (index, code) in codes.iter().enumerate() {
        if let Some((set, entity)) = sets.get_mut(usize::from(*code)).zip(EntityIndex::new(index)) {
            set.insert(entity);
        }
    }
    sets
}

/// Numbers values as they come.
#[derive(Debug)]
pub(super) struct Coder<K> {
    known: HashMap<K, u16>,
    values: Vec<(K, EntityIndex)>,
}

impl<K> Default for Coder<K> {
    fn default() -> Coder<K> {
        Coder { known: HashMap::new(), values: Vec::new() }
    }
}

impl<K: Hash + Eq + Clone> Coder<K> {
    /// The code of a value; `None` when there are more values than codes.
    pub(super) fn code(&mut self, value: K, entity: EntityIndex) -> Option<u16> {
        match self.known.entry(value) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(new) => {
                let code = u16::try_from(self.values.len()).ok()?;
                self.values.push((new.key().clone(), entity));
                Some(*new.insert(code))
            }
        }
    }
}
