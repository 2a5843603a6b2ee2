//! Columns of numbers.

use std::hash::Hash;
use std::ops::Range;

use super::Stops;
use super::chunk::in_chunks;
use super::codes::{Coder, Codes};
use crate::ifc::EntityIndex;

/// A number of each entity, and a code of where it comes from, or of why there is none.
#[derive(Debug)]
pub(in crate::query) struct Figures {
    values: Vec<f64>,
    codes: Codes,
}

impl Figures {
    /// Asks a rule of every entity; `None` when it was stopped, or when there are more sources than codes.
    pub(in crate::query) fn make<K: Hash + Eq + Clone + Send>(
        count: usize,
        stopped: Stops<'_>,
        rule: impl Fn(EntityIndex) -> (f64, K) + Sync,
    ) -> Option<Figures> {
        let read = |range: Range<usize>| {
            let mut coder = Coder::default();
            let (mut values, mut codes) = (Vec::with_capacity(range.len()), Vec::with_capacity(range.len()));
            for entity in range.filter_map(EntityIndex::new) {
                let (value, source) = rule(entity);
                values.push(value);
                codes.push(coder.code(source, entity)?);
            }
            Some((values, (codes, coder)))
        };
        let parts = in_chunks(count, stopped, read)?;
        let mut values = Vec::with_capacity(count);
        let mut coded = Vec::with_capacity(parts.len());
        for (part, codes) in parts {
            values.extend(part);
            coded.push(codes);
        }
        Some(Figures { values, codes: Codes::joined(count, coded)? })
    }

    /// The number of an entity; of no meaning where its code says that there is none.
    #[inline]
    pub(in crate::query) fn value(&self, entity: EntityIndex) -> f64 {
        self.values.get(entity.index()).copied().unwrap_or(f64::NAN)
    }

    /// Where the numbers come from.
    pub(in crate::query) fn codes(&self) -> &Codes {
        &self.codes
    }

    pub(super) fn bytes(&self) -> usize {
        self.values.len() * size_of::<f64>() + self.codes.bytes()
    }
}
