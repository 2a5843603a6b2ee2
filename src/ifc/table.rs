//! Dense storage: interned texts, and rows grouped by the entity they belong to.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::model::EntityIndex;

/// Number of an interned text; dense from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TextId(pub(super) u32);

impl TextId {
    /// From a position; `None` beyond 32 bits.
    #[must_use]
    pub fn new(index: usize) -> Option<TextId> {
        u32::try_from(index).ok().map(TextId)
    }

    /// Position in the table of texts.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Every distinct text of a model once, as one run of bytes with end offsets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

impl Texts {
    /// The text of an id of this table; empty for an id of another one.
    #[must_use]
    pub fn get(&self, id: TextId) -> &str {
        let index = id.index();
        let start = index.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0) as usize;
        let end = self.ends.get(index).copied().unwrap_or(0) as usize;
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Number of distinct texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no text is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every id with its text, in the order of first use.
    pub fn iter(&self) -> impl Iterator<Item = (TextId, &str)> {
        (0..self.ends.len()).filter_map(|i| u32::try_from(i).ok()).map(|i| (TextId(i), self.get(TextId(i))))
    }
}

/// Builds [`Texts`]. The map's keys come from files, so its hasher is the keyed default.
#[derive(Debug, Default)]
pub(super) struct Interner {
    texts: Texts,
    ids: HashMap<Box<str>, TextId>,
}

impl Interner {
    /// The id of a text, new or known. `None` when 4 GiB of distinct text are passed.
    pub(super) fn intern(&mut self, text: &str) -> Option<TextId> {
        if let Some(&id) = self.ids.get(text) {
            return Some(id);
        }
        let id = TextId(u32::try_from(self.texts.ends.len()).ok()?);
        let end = u32::try_from(self.texts.bytes.len() + text.len()).ok()?;
        self.texts.bytes.push_str(text);
        self.texts.ends.push(end);
        self.ids.insert(text.into(), id);
        Some(id)
    }

    pub(super) fn get(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    pub(super) fn finish(self) -> Texts {
        self.texts
    }
}

/// Rows grouped by entity: one run of rows and an end offset per entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table<T> {
    ends: Vec<u32>,
    rows: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { ends: Vec::new(), rows: Vec::new() }
    }
}

impl<T> Table<T> {
    /// Groups rows by entity; rows of one entity keep their order.
    pub(super) fn group(mut rows: Vec<(EntityIndex, T)>, entities: usize) -> Table<T> {
        rows.sort_by_key(|(entity, _)| *entity);
        let mut ends = vec![0_u32; entities];
        for (entity, _) in &rows {
            if let Some(count) = ends.get_mut(entity.index()) {
                *count += 1;
            }
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        Table { ends, rows: rows.into_iter().map(|(_, row)| row).collect() }
    }

    /// The rows of one entity.
    #[must_use]
    pub fn of(&self, entity: EntityIndex) -> &[T] {
        let index = entity.index();
        let start = index.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0) as usize;
        let end = self.ends.get(index).copied().unwrap_or(0) as usize;
        self.rows.get(start..end).unwrap_or_default()
    }

    /// The rows of one entity, to correct them.
    pub(super) fn of_mut(&mut self, entity: EntityIndex) -> &mut [T] {
        let index = entity.index();
        let start = index.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0) as usize;
        let end = self.ends.get(index).copied().unwrap_or(0) as usize;
        self.rows.get_mut(start..end).unwrap_or_default()
    }

    /// Number of rows of all entities.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
