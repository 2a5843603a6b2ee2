//! Sets of entities as bits: conditions on them are joined sixty-four entities at a time.

use crate::ifc::EntityIndex;

/// Bits of one word.
const WORD: usize = 64;

/// A set of entities, one bit for each of the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::query) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// The empty set of a model of so many entities.
    pub(in crate::query) fn none(count: usize) -> Bits {
        Bits { words: vec![0; count.div_ceil(WORD)] }
    }

    /// Some of so many entities.
    pub(in crate::query) fn of(count: usize, entities: &[EntityIndex]) -> Bits {
        let mut bits = Bits::none(count);
        for entity in entities {
            bits.insert(*entity);
        }
        bits
    }

    /// Adds an entity.
    pub(in crate::query) fn insert(&mut self, entity: EntityIndex) {
        if let Some(word) = self.words.get_mut(entity.index() / WORD) {
            *word |= 1 << (entity.index() % WORD);
        }
    }

    /// Whether an entity is in it.
    pub(in crate::query) fn contains(&self, entity: EntityIndex) -> bool {
        self.words.get(entity.index() / WORD).is_some_and(|word| word >> (entity.index() % WORD) & 1 == 1)
    }

    /// How many there are.
    pub(in crate::query) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Sixty-four entities at a time.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many of them are in another set too.
    pub(in crate::query) fn count_and(&self, other: &Bits) -> usize {
        self.words.iter().zip(&other.words).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// What is in any of some sets of a model of so many entities.
    pub(in crate::query) fn any<'b>(count: usize, mut sets: impl Iterator<Item = &'b Bits>) -> Bits {
        let Some(first) = sets.next() else { return Bits::none(count) };
        let mut all = first.clone();
        for set in sets {
            all.words.iter_mut().zip(&set.words).for_each(|(word, other)| *word |= other);
        }
        all
    }

    /// Each of them, in the order of the file.
    pub(in crate::query) fn iter(&self) -> impl Iterator<Item = EntityIndex> + '_ {
        let of_word = |(place, word): (usize, &u64)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                EntityIndex::new(place * WORD + bit)
            })
        };
        self.words.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(of_word)
    }

    /// All of them, in the order of the file.
    pub(in crate::query) fn list(&self, count: usize) -> Vec<EntityIndex> {
        let mut list = Vec::with_capacity(count);
        for (place, word) in self.words.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                list.extend(EntityIndex::new(place * WORD + rest.trailing_zeros() as usize));
                rest &= rest - 1;
            }
        }
        list
    }

    /// What is in both.
    pub(in crate::query) fn and(&self, other: &Bits) -> Bits {
        self.with(other, |a, b| a & b)
    }

    /// What is in either.
    pub(in crate::query) fn or(&self, other: &Bits) -> Bits {
        self.with(other, |a, b| a | b)
    }

    /// What is in this and not in the other.
    pub(in crate::query) fn without(&self, other: &Bits) -> Bits {
        self.with(other, |a, b| a & !b)
    }

    /// Every entity of the model that is not in it.
    pub(in crate::query) fn others(&self) -> Bits {
        Bits { words: self.words.iter().map(|word| !word).collect() }
    }

    fn with(&self, other: &Bits, join: impl Fn(u64, u64) -> u64) -> Bits {
        Bits { words: self.words.iter().zip(&other.words).map(|(a, b)| join(*a, *b)).collect() }
    }

    pub(super) fn bytes(&self) -> usize {
        self.words.len() * size_of::<u64>()
    }
}
