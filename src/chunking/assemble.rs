//! What surrounds the content of a chunk: header, relations, overlap. Planning and rendering both come here, so that what
//! was counted is what is shown.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::group::Group;
use super::header::{self, ContextHeader, RelatedEntity};
use super::id::ChunkId;
use super::input::ChunkInput;
use super::link::{LinkKind, Links};
use super::options::{ChunkOptions, Overlap};
use super::unit::Units;
use crate::ifc::{EntityIndex, RecordRow, Shape};
use crate::limits;

/// One chunk of a plan.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) id: ChunkId,
    pub(super) group: u32,
    /// Its units, as positions in the order of units.
    pub(super) first: u32,
    pub(super) count: u32,
    /// Which part of its one unit it is, from 1; 0 for whole units.
    pub(super) part: u32,
    pub(super) parts: u32,
    /// The pieces of a part.
    pub(super) pieces_start: u32,
    pub(super) pieces_end: u32,
    pub(super) header_tokens: u32,
    pub(super) content_tokens: u32,
    pub(super) overlap_tokens: u32,
    /// Units before it that are repeated.
    pub(super) overlap_units: u32,
    pub(super) is_oversize: bool,
}

/// An entity of this chunk and one of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChunkRelation {
    /// Identifier of the entity in this chunk.
    pub from: String,
    /// What the other is to it.
    pub relation: LinkKind,
    /// Identifier of the entity in another chunk.
    pub to: String,
}

/// What planning and rendering know of the whole model.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) input: &'a ChunkInput<'a>,
    pub(super) options: &'a ChunkOptions,
    pub(super) units: &'a Units,
    pub(super) links: &'a Links,
    pub(super) groups: &'a [Group],
    pub(super) order: &'a [u32],
}

/// What surrounds the content.
pub(super) struct Surroundings {
    pub(super) header: ContextHeader,
    pub(super) relations: Vec<ChunkRelation>,
    pub(super) relations_omitted: usize,
    /// Lines for related entities, when the overlap is of those.
    pub(super) references: Vec<String>,
    pub(super) header_tokens: u32,
    pub(super) references_tokens: u32,
}

/// Related entities looked at for the header; the rest is counted.
const RELATED_MAX: usize = 256;

impl<'a> Scene<'a> {
    pub(super) fn units_of(&self, row: &Row) -> &'a [u32] {
        let start = row.first as usize;
        self.order.get(start..start + row.count as usize).unwrap_or_default()
    }

    /// The units that a chunk repeats, in their order.
    pub(super) fn overlap_of(&self, row: &Row) -> &'a [u32] {
        let end = row.first as usize;
        self.order.get(end.saturating_sub(row.overlap_units as usize)..end).unwrap_or_default()
    }

    /// The entities at home in a chunk. Those that share the record of a divided one are at home in its first part.
    pub(super) fn entities_of(&self, row: &Row) -> Vec<EntityIndex> {
        let shown = if row.part <= 1 { usize::MAX } else { 1 };
        self.units_of(row).iter().flat_map(|unit| self.units.entities(*unit).take(shown)).collect()
    }

    /// The line before the records of a unit; none in a part, whose header names the entity.
    pub(super) fn heading(&self, unit: u32) -> Option<String> {
        self.units.leader(unit).map(|leader| header::heading(self.input, leader))
    }

    /// The key that stands before a value of the root, which does not say itself what it is.
    pub(super) fn prefix(&self, record: &RecordRow) -> Option<String> {
        let is_value = record.index.is_none() && self.input.reader.head().shape != Shape::Step;
        let key = record.group.filter(|_| is_value).map(|key| self.input.reader.text(key))?;
        Some(format!("{}: ", super::group::short(key)))
    }

    /// Tokens of a line by itself.
    pub(super) fn tokens(&self, text: &str) -> u32 {
        self.options.token_model.count(text.as_bytes())
    }

    pub(super) fn surroundings(&self, row: &Row) -> Surroundings {
        let shares = self.options.shares();
        let (relations, related, omitted) = self.relations(row);
        let mut entities = Vec::new();
        let mut header = ContextHeader {
            path: self.groups.get(row.group as usize).map(|group| group.path.clone()).unwrap_or_default(),
            units: header::units(self.input),
            schema: self.input.reader.head().schema.as_deref().map(super::group::short),
            part: self.part(row),
            related: Vec::new(),
            related_omitted: related.len().saturating_sub(RELATED_MAX),
        };
        for (relation, entity) in related.into_iter().take(RELATED_MAX) {
            header.related.push(header::related(self.input, relation, entity));
            entities.push(entity);
        }
        let lines = match self.options.overlap {
            Overlap::Related => self.references(&header.related, &entities),
            Overlap::None | Overlap::Percent(_) | Overlap::Tokens(_) => Vec::new(),
        };
        header.fit(self.options.token_model, shares.header);
        let header_tokens = self.tokens(&header.text());
        let room = self.options.tokens_max.saturating_sub(header_tokens.saturating_add(row.content_tokens));
        let mut references = Vec::new();
        let mut references_tokens = 0;
        for line in lines {
            let tokens = self.tokens(&line) + 1;
            if room.min(shares.overlap) < references_tokens + tokens {
                break;
            }
            references_tokens += tokens;
            references.push(line);
        }
        let relations_omitted = omitted;
        Surroundings { header, relations, relations_omitted, references, header_tokens, references_tokens }
    }

    fn references(&self, related: &[RelatedEntity], entities: &[EntityIndex]) -> Vec<String> {
        related.iter().zip(entities).map(|(one, entity)| header::reference(self.input, one, *entity)).collect()
    }

    fn part(&self, row: &Row) -> Option<String> {
        let unit = self.units_of(row).first().filter(|_| 0 < row.part)?;
        let entity = self.units.leader(*unit);
        let of = entity.map_or_else(|| "a record".to_owned(), |entity| header::heading(self.input, entity));
        let id = entity.map(|entity| self.input.id(entity)).unwrap_or_default();
        Some(format!("{} of {} of {of} {id}", row.part, row.parts).trim_end().to_owned())
    }

    /// Relations to entities of other chunks, those entities once each, and how many relations were left out.
    fn relations(&self, row: &Row) -> (Vec<ChunkRelation>, Vec<(LinkKind, EntityIndex)>, usize) {
        let here = self.entities_of(row);
        let home: BTreeSet<EntityIndex> = here.iter().copied().collect();
        let mut seen = BTreeSet::new();
        let (mut relations, mut related, mut omitted) = (Vec::new(), Vec::new(), 0);
        for entity in here {
            for (relation, other) in self.links.of(self.input, entity) {
                if home.contains(&other) {
                    continue;
                }
                if seen.insert((relation, other)) {
                    related.push((relation, other));
                }
                if relations.len() < limits::CHUNK_RELATIONS_MAX {
                    let (from, to) = (self.input.id(entity), self.input.id(other));
                    relations.push(ChunkRelation { from, relation, to });
                } else {
                    omitted += 1;
                }
            }
        }
        (relations, related, omitted)
    }
}
