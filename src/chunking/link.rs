//! What entities have to do with each other, in both directions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ChunkError;
use super::input::ChunkInput;
use crate::ifc::{EntityIndex, RelationKind, is_a};

/// What an entity of another chunk is to one of this chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// It contains it.
    Container,
    /// It is what it is built into.
    Host,
    /// It is the whole of which it is a part.
    Whole,
    /// It is its type object.
    Type,
    /// It is a part of it.
    Part,
    /// It is an opening cut out of it.
    Opening,
}

impl LinkKind {
    /// The word in headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LinkKind::Container => "container",
            LinkKind::Host => "host",
            LinkKind::Whole => "whole",
            LinkKind::Type => "type",
            LinkKind::Part => "part",
            LinkKind::Opening => "opening",
        }
    }
}

/// Links that the entities do not carry themselves, as sorted pairs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Links {
    types: Vec<(u32, u32)>,
    parts: Vec<(u32, u32)>,
    openings: Vec<(u32, u32)>,
    /// Occurrence or part, then the group or system it belongs to.
    systems: Vec<(u32, u32)>,
}

fn of(pairs: &[(u32, u32)], entity: u32) -> impl Iterator<Item = EntityIndex> {
    let from = pairs.partition_point(|(one, _)| *one < entity);
    let found = pairs.get(from..).unwrap_or_default().iter().take_while(move |(one, _)| *one == entity);
    found.filter_map(|(_, other)| EntityIndex::new(*other as usize))
}

fn number(entity: EntityIndex) -> u32 {
    u32::try_from(entity.index()).unwrap_or(u32::MAX)
}

/// Whether a class is cut out of another element.
pub(super) fn is_opening(entity_type: &str) -> bool {
    is_a(entity_type, "IfcFeatureElementSubtraction")
}

impl Links {
    pub(super) fn gather(input: &ChunkInput<'_>) -> Result<Links, ChunkError> {
        let mut links = Links::default();
        for entity in input.entities() {
            let Some(row) = input.reader.entity(entity) else { continue };
            if let Some(whole) = row.whole {
                links.parts.push((number(whole), number(entity)));
            }
            if let Some(host) = row.host.filter(|_| is_opening(input.reader.text(row.entity_type))) {
                links.openings.push((number(host), number(entity)));
            }
        }
        input.source.each_relation(&mut |row| match row.kind {
            RelationKind::IsOccurrenceOf => links.types.push((number(row.related), row.relating)),
            RelationKind::BelongsTo => links.systems.push((number(row.related), row.relating)),
            RelationKind::Voids => links.openings.push((row.relating, number(row.related))),
            RelationKind::HasSet
            | RelationKind::IsContainedIn
            | RelationKind::IsPartOf
            | RelationKind::Fills
            | RelationKind::Bounds
            | RelationKind::IsMadeOf
            | RelationKind::IsClassifiedAs => {}
        })?;
        for pairs in [&mut links.types, &mut links.parts, &mut links.openings, &mut links.systems] {
            pairs.sort_unstable();
            pairs.dedup();
            pairs.shrink_to_fit();
        }
        Ok(links)
    }

    pub(super) fn type_of(&self, entity: EntityIndex) -> Option<EntityIndex> {
        of(&self.types, number(entity)).next()
    }

    pub(super) fn systems_of(&self, entity: EntityIndex) -> impl Iterator<Item = EntityIndex> {
        of(&self.systems, number(entity))
    }

    /// Everything an entity is linked to.
    pub(super) fn of(&self, input: &ChunkInput<'_>, entity: EntityIndex) -> Vec<(LinkKind, EntityIndex)> {
        let mut found = Vec::new();
        if let Some(row) = input.reader.entity(entity) {
            found.extend(row.container.map(|other| (LinkKind::Container, other)));
            found.extend(row.host.map(|other| (LinkKind::Host, other)));
            found.extend(row.whole.map(|other| (LinkKind::Whole, other)));
        }
        found.extend(of(&self.types, number(entity)).map(|other| (LinkKind::Type, other)));
        found.extend(of(&self.parts, number(entity)).map(|other| (LinkKind::Part, other)));
        found.extend(of(&self.openings, number(entity)).map(|other| (LinkKind::Opening, other)));
        found
    }
}
