//! Sets of entities as selection vectors or as bits, shared without copying.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::columns::{Bits, Codes};
use crate::ifc::EntityIndex;

/// Entities, each once; those of a selection in the order of the file. Read as a slice, bits are made a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Entities(Arc<Held>);

#[derive(Debug, Default)]
struct Held {
    list: OnceLock<Vec<EntityIndex>>,
    bits: OnceLock<Bits>,
    /// What bits are made of when they are needed.
    narrowed: Option<Narrowed>,
    count: usize,
}

/// Those of some entities, kept as bits, that carry one of some codes.
#[derive(Debug)]
struct Narrowed {
    base: Entities,
    codes: Arc<Codes>,
    of: Vec<usize>,
}

impl Narrowed {
    fn bits(&self) -> Option<Bits> {
        let (base, sets) = self.base.bits().zip(self.codes.sets())?;
        Some(base.and(&Bits::any(0, self.of.iter().filter_map(|code| sets.get(*code)))))
    }
}

impl Entities {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.count
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.count == 0
    }

    /// The set as bits, where it was made of them.
    pub(super) fn bits(&self) -> Option<&Bits> {
        let Held { bits, narrowed, .. } = self.0.as_ref();
        if bits.get().is_none() {
            // Another may have made the same meanwhile.
            drop(bits.set(narrowed.as_ref()?.bits()?));
        }
        bits.get()
    }

    /// Those of them that carry one of some codes, of which there are so many; told from both only when they are read.
    /// `None` where either is not kept as bits.
    pub(super) fn narrowed(&self, codes: &Arc<Codes>, of: Vec<usize>, count: usize) -> Option<Entities> {
        self.bits().zip(codes.sets())?;
        let narrowed = Some(Narrowed { base: self.clone(), codes: Arc::clone(codes), of });
        Some(Entities(Arc::new(Held { narrowed, count, ..Held::default() })))
    }

    /// Without those of another set.
    pub(super) fn without(&self, others: &Bits) -> Entities {
        match self.bits() {
            Some(bits) => bits.without(others).into(),
            None => self.iter().copied().filter(|entity| !others.contains(*entity)).collect(),
        }
    }

    /// The same with bits, in a model of so many entities.
    pub(super) fn with_bits(self, entities: usize) -> Entities {
        let bits = OnceLock::from(Bits::of(entities, &self));
        let list = OnceLock::from(self.to_vec());
        Entities(Arc::new(Held { list, bits, narrowed: None, count: self.len() }))
    }

    /// The first of them, at most so many.
    pub(super) fn head(&self, count: usize) -> Vec<EntityIndex> {
        match (self.0.list.get(), self.bits()) {
            (None, Some(bits)) => bits.iter().take(count).collect(),
            _ => self.iter().take(count).copied().collect(),
        }
    }
}

impl Deref for Entities {
    type Target = [EntityIndex];

    fn deref(&self) -> &[EntityIndex] {
        let list = || self.bits().map_or_else(Vec::new, |bits| bits.list(self.0.count));
        self.0.list.get_or_init(list)
    }
}

impl PartialEq for Entities {
    fn eq(&self, other: &Entities) -> bool {
        **self == **other
    }
}

impl From<Bits> for Entities {
    fn from(bits: Bits) -> Entities {
        let count = bits.len();
        Entities(Arc::new(Held { bits: OnceLock::from(bits), count, ..Held::default() }))
    }
}

impl From<Vec<EntityIndex>> for Entities {
    fn from(entities: Vec<EntityIndex>) -> Entities {
        let count = entities.len();
        Entities(Arc::new(Held { list: OnceLock::from(entities), count, ..Held::default() }))
    }
}

impl FromIterator<EntityIndex> for Entities {
    fn from_iter<I: IntoIterator<Item = EntityIndex>>(entities: I) -> Entities {
        Entities::from(entities.into_iter().collect::<Vec<_>>())
    }
}

impl<'e> IntoIterator for &'e Entities {
    type Item = &'e EntityIndex;
    type IntoIter = std::slice::Iter<'e, EntityIndex>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
