//! What chunks are cut from.

use std::fmt;

use super::error::ChunkError;
use crate::ifc::{EntityIndex, ModelReader, SourceReader};

/// Finds where an entity stands, in metres.
pub type Placement<'a> = &'a (dyn Fn(EntityIndex) -> Option<[f64; 3]> + Sync);

/// A model with its source, and where its entities stand as far as that is known.
#[derive(Clone, Copy)]
pub struct ChunkInput<'a> {
    /// The entities.
    pub reader: &'a dyn ModelReader,
    /// The records.
    pub source: &'a dyn SourceReader,
    /// The placements; none of them is known unless [`ChunkInput::with_placement`] says so.
    pub placement: Placement<'a>,
}

impl fmt::Debug for ChunkInput<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkInput").field("entities", &self.reader.entity_count()).finish_non_exhaustive()
    }
}

impl<'a> ChunkInput<'a> {
    /// A model whose placements are not known.
    #[must_use]
    pub fn new(reader: &'a dyn ModelReader, source: &'a dyn SourceReader) -> ChunkInput<'a> {
        ChunkInput { reader, source, placement: &|_| None }
    }

    /// The same with placements.
    #[must_use]
    pub fn with_placement(self, placement: Placement<'a>) -> ChunkInput<'a> {
        ChunkInput { placement, ..self }
    }

    /// Refuses what was made of a model whose rows could not all be fetched.
    pub(super) fn check(&self) -> Result<(), ChunkError> {
        self.reader.fault().map_or(Ok(()), |what| Err(ChunkError::Damaged(what)))
    }

    pub(super) fn entities(&self) -> impl Iterator<Item = EntityIndex> + use<> {
        (0..self.reader.entity_count()).filter_map(EntityIndex::new)
    }

    /// The class of an entity; empty when there is no such entity.
    pub(super) fn entity_type(&self, entity: EntityIndex) -> &'a str {
        self.reader.entity(entity).map_or("", |entity| self.reader.text(entity.entity_type))
    }

    /// The name of an entity as people see it: name, else long name, else class.
    pub(super) fn name(&self, entity: EntityIndex) -> &'a str {
        let Some(row) = self.reader.entity(entity) else { return "" };
        self.reader.text(row.name.or(row.long_name).unwrap_or(row.entity_type))
    }

    /// The identifier of an entity: its GlobalId, else the file's own; empty where it has none.
    pub(super) fn id(&self, entity: EntityIndex) -> String {
        let Some(row) = self.reader.entity(entity) else { return String::new() };
        match (row.global_id, row.source_id) {
            (Some(id), _) => id.to_string(),
            (None, Some(id)) => self.reader.text(id).to_owned(),
            (None, None) => String::new(),
        }
    }

    /// What an entity stands in or belongs to: its container, else its whole, else its host.
    pub(super) fn above(&self, entity: EntityIndex) -> Option<EntityIndex> {
        let row = self.reader.entity(entity)?;
        row.container.or(row.whole).or(row.host).filter(|above| *above != entity)
    }
}
