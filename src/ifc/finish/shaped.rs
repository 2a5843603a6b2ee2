//! Parts whose shapes have to be measured: those that lack a measure, found in a few goes through the ranges.
//!
//! Only parts with a shape are looked at: 17 bytes each are kept for the time, then 8 of those that lack something.

#[cfg(test)]
mod tests;

use std::io;

use super::super::builder::{Gap, Stored};
use super::super::model::EntityIndex;
use super::super::part_shape::{Lacking, Parts};
use super::buckets::{Buckets, Fact};
use super::{FROM_TYPE, SetId};

/// No entity, or not one of those looked for.
const NONE: u32 = u32::MAX;

/// What is needed to find them.
pub(super) struct Search<'s> {
    pub(super) buckets: &'s mut Buckets,
    /// What the sets store.
    pub(super) stored: &'s mut Stored,
    /// What could be computed of an entity.
    pub(super) possible: &'s dyn Fn(EntityIndex) -> Gap,
    /// Whether an entity cuts others, or adds to them.
    pub(super) is_feature: &'s dyn Fn(EntityIndex) -> bool,
    pub(super) poll: &'s mut dyn FnMut() -> io::Result<()>,
}

/// What the relations say of a part.
#[derive(Debug, Clone, Copy)]
struct Said {
    type_object: u32,
    whole: u32,
    stored: Gap,
}

impl Search<'_> {
    /// Those of some parts, which rise, that lack a measure, with the openings in them.
    pub(super) fn lacking(&mut self, mut parts: Vec<EntityIndex>) -> io::Result<Parts> {
        let mut said = self.said(&parts)?;
        let possible = self.possible;
        let mut is_wanted: Vec<bool> =
            parts.iter().zip(&said).map(|(part, said)| !said.stored.holds(possible(*part))).collect();
        retain(&mut parts, &is_wanted);
        retain(&mut said, &is_wanted);
        let mut types: Vec<EntityIndex> =
            said.iter().map(|said| EntityIndex(said.type_object)).filter(|of| of.0 != NONE).collect();
        types.sort_unstable();
        types.dedup();
        let of_types = self.said(&types)?;
        is_wanted.clear();
        for (part, said) in parts.iter().zip(&mut said) {
            let of_type = types.binary_search(&EntityIndex(said.type_object)).ok().and_then(|at| of_types.get(at));
            said.stored = said.stored.and(of_type.map(|of| of.stored).unwrap_or_default());
            is_wanted.push(!said.stored.holds(possible(*part)));
        }
        retain(&mut parts, &is_wanted);
        retain(&mut said, &is_wanted);
        self.with_openings(&parts, &said)
    }

    /// What is said of some entities, which rise.
    fn said(&mut self, entities: &[EntityIndex]) -> io::Result<Vec<Said>> {
        let mut all = vec![Said { type_object: NONE, whole: NONE, stored: Gap::default() }; entities.len()];
        let mut begin = 0;
        for bucket in 0..self.buckets.len() {
            let range = self.buckets.range(bucket);
            let rest = entities.get(begin..).unwrap_or_default();
            let own = rest.get(..rest.partition_point(|entity| entity.index() < range.end)).unwrap_or_default();
            let own_said = all.get_mut(begin..begin + own.len()).unwrap_or_default();
            begin += own.len();
            if own.is_empty() {
                continue;
            }
            let mut positions = vec![NONE; range.len()];
            for (position, entity) in (0..).zip(own) {
                if let Some(at) = positions.get_mut(entity.index() - range.start) {
                    *at = position;
                }
            }
            let (stored, mut result) = (&mut *self.stored, Ok(()));
            self.buckets.each(bucket, self.poll, &mut |place, fact, value| {
                let position = positions.get(place).copied().unwrap_or(NONE);
                let Some(said) = own_said.get_mut(position as usize) else { return };
                match fact {
                    Fact::TypeObject => said.type_object = value,
                    Fact::Whole => said.whole = value,
                    Fact::HasSet if result.is_ok() => match stored.get(SetId(value & !FROM_TYPE)) {
                        Ok(gap) => said.stored = said.stored.and(gap),
                        Err(error) => result = Err(error),
                    },
                    Fact::HasSet
                    | Fact::Container
                    | Fact::Voids
                    | Fact::Fills
                    | Fact::BoundBy
                    | Fact::MadeOf
                    | Fact::ClassifiedAs
                    | Fact::ElevationHigh
                    | Fact::ElevationLow => {}
                }
            })?;
            result?;
        }
        Ok(all)
    }

    fn with_openings(&mut self, parts: &[EntityIndex], said: &[Said]) -> io::Result<Parts> {
        let mut openings = Vec::new();
        // One bit an entity: whether it has openings.
        let mut marks = vec![0_u64; self.buckets.range(self.buckets.len()).end.div_ceil(64)];
        for bucket in 0..if parts.is_empty() { 0 } else { self.buckets.len() } {
            let range = self.buckets.range(bucket);
            let mut hosts = vec![NONE; range.len()];
            self.buckets.each(bucket, self.poll, &mut |place, fact, value| {
                if matches!(fact, Fact::Voids | Fact::Fills)
                    && let Some(host) = hosts.get_mut(place)
                {
                    *host = value;
                }
            })?;
            for (entity, host) in range.filter_map(EntityIndex::new).zip(hosts) {
                if host == NONE || !(self.is_feature)(entity) {
                    continue;
                }
                if let Some(bits) = marks.get_mut(host as usize / 64) {
                    *bits |= 1 << (host % 64);
                }
                if parts.binary_search(&EntityIndex(host)).is_ok() {
                    openings.push((EntityIndex(host), entity));
                }
            }
        }
        openings.sort_unstable();
        let has_openings =
            |entity: u32| marks.get(entity as usize / 64).is_some_and(|bits| bits >> (entity % 64) & 1 != 0);
        let lacking = parts.iter().zip(said).map(|(part, said)| Lacking {
            part: *part,
            stored: said.stored,
            is_of_cut: has_openings(said.whole),
        });
        Ok(Parts { lacking: lacking.collect(), openings })
    }
}

fn retain<T>(values: &mut Vec<T>, is_wanted: &[bool]) {
    let mut wanted = is_wanted.iter();
    values.retain(|_| wanted.next().copied().unwrap_or_default());
}
