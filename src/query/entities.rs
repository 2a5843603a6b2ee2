//! Sets of entities as selection vectors or as bits, shared without copying.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::columns::Bits;
use crate::ifc::EntityIndex;

/// Entities, each once; those of a selection in the order of the file. Read as a slice, bits are made a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Entities(Arc<Held>);

#[derive(Debug, Default)]
struct Held {
    list: OnceLock<Vec<EntityIndex>>,
    bits: Option<Bits>,
    count: usize,
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
        self.0.bits.as_ref()
    }

    /// The same with bits, in a model of so many entities.
    pub(super) fn with_bits(self, entities: usize) -> Entities {
        let bits = Some(Bits::of(entities, &self));
        let list = OnceLock::from(self.to_vec());
        Entities(Arc::new(Held { list, bits, count: self.len() }))
    }

    /// The first of them, at most so many.
    pub(super) fn head(&self, count: usize) -> Vec<EntityIndex> {
        match (self.0.list.get(), &self.0.bits) {
            (None, Some(bits)) => bits.iter().take(count).collect(),
            _ => self.iter().take(count).copied().collect(),
        }
    }
}

impl Deref for Entities {
    type Target = [EntityIndex];

    fn deref(&self) -> &[EntityIndex] {
        let list = || self.0.bits.as_ref().map_or_else(Vec::new, |bits| bits.list(self.0.count));
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
        Entities(Arc::new(Held { list: OnceLock::new(), bits: Some(bits), count }))
    }
}

impl From<Vec<EntityIndex>> for Entities {
    fn from(entities: Vec<EntityIndex>) -> Entities {
        let count = entities.len();
        Entities(Arc::new(Held { list: OnceLock::from(entities), bits: None, count }))
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
