//! Columns of numbers.

use std::hash::Hash;
use std::ops::Range;

use super::Stops;
use super::bits::Bits;
use super::chunk::in_chunks;
use super::codes::{Coder, Codes};
use crate::ifc::EntityIndex;
use crate::query::entities::Entities;

/// Entities of one word of bits.
const BLOCK: usize = 64;

/// The places of the bits that are set, from the lowest.
#[inline]
fn each_bit(word: u64, mut take: impl FnMut(usize)) {
    let mut rest = word;
    while rest != 0 {
        // Below sixty-four, which the compiler is told so that it looks up without a comparison.
        take(rest.trailing_zeros() as usize % BLOCK);
        rest &= rest - 1;
    }
}

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

    /// Hands over the numbers of some entities, in their order.
    pub(in crate::query) fn each_of(&self, entities: &Entities, mut take: impl FnMut(f64)) {
        let Some(bits) = entities.bits() else {
            entities.iter().for_each(|entity| take(self.value(*entity)));
            return;
        };
        let (blocks, rest) = self.values.as_chunks::<BLOCK>();
        for (word, block) in bits.words().iter().zip(blocks) {
            each_bit(*word, |bit| take(block.get(bit).copied().unwrap_or(f64::NAN)));
        }
        let last = bits.words().get(blocks.len()).copied().unwrap_or_default();
        each_bit(last, |bit| take(rest.get(bit).copied().unwrap_or(f64::NAN)));
    }

    /// The same with a code of each from another column.
    pub(in crate::query) fn each_with(&self, bits: &Bits, codes: &Codes, mut take: impl FnMut(u16, f64)) {
        let (blocks, rest) = self.values.as_chunks::<BLOCK>();
        let (coded, rest_coded) = codes.all().as_chunks::<BLOCK>();
        for ((word, block), codes) in bits.words().iter().zip(blocks).zip(coded) {
            each_bit(*word, |bit| {
                if let (Some(value), Some(code)) = (block.get(bit), codes.get(bit)) {
                    take(*code, *value);
                }
            });
        }
        let last = bits.words().get(blocks.len()).copied().unwrap_or_default();
        each_bit(last, |bit| {
            if let (Some(value), Some(code)) = (rest.get(bit), rest_coded.get(bit)) {
                take(*code, *value);
            }
        });
    }

    /// Where the numbers come from.
    pub(in crate::query) fn codes(&self) -> &Codes {
        &self.codes
    }

    pub(super) fn bytes(&self) -> usize {
        self.values.len() * size_of::<f64>() + self.codes.bytes()
    }
}
