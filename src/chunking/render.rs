//! One chunk with its text.

use serde::Serialize;
use utoipa::ToSchema;

use super::assemble::{ChunkRelation, Row, Scene};
use super::error::ChunkError;
use super::header::ContextHeader;
use super::id::ChunkId;
use super::input::ChunkInput;
use super::options::Strategy;
use super::plan::{ChunkPlan, Piece};
use crate::ifc::{RecordIndex, RecordRow, Shape};

/// A chunk: what it says, and where its records stand in the file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChunkDocument {
    /// Its identifier; the same as long as nothing that follows changes, the places apart.
    pub id: ChunkId,
    /// By what it was grouped.
    pub strategy: Strategy,
    /// Names from the project to the group.
    pub path: Vec<String>,
    /// Its tokens.
    pub tokens: ChunkTokens,
    /// What a reader must know of the rest of the model.
    pub header: ContextHeader,
    /// The entities at home in it.
    pub entities: Vec<ChunkEntity>,
    /// Their records, or pieces of them.
    pub content: Vec<ContentPiece>,
    /// What it repeats of its neighbours; the home of nothing.
    pub overlap: ChunkOverlap,
    /// Relations to entities of other chunks.
    pub relations: Vec<ChunkRelation>,
    /// How many more there are.
    pub relations_omitted: usize,
    /// Which part of an entity it is, when that is larger than the budget.
    pub is_part: Option<ChunkPart>,
    /// Whether one value alone is larger than the budget: the only reason to pass it.
    pub is_oversize: bool,
    /// Where each piece of the content stands in the file; changes when anything before it in the file does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PiecePlace>,
}

/// Tokens by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChunkTokens {
    /// Of all parts.
    pub total: u32,
    /// Of the header.
    pub header: u32,
    /// Of the records with the lines before them.
    pub content: u32,
    /// Of what is repeated.
    pub overlap: u32,
}

/// A part of a divided entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChunkPart {
    /// From 1.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
}

/// An entity at home in a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChunkEntity {
    /// GlobalId, else the file's own identifier.
    pub global_id: String,
    /// Its class.
    pub entity_type: String,
    /// Its name.
    pub name: String,
    /// Where its own record stands.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub place: Option<EntityPlace>,
}

/// Where an entity's own record stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntityPlace {
    /// JSON Pointer, or `#17` for a STEP instance.
    pub pointer: String,
    /// First byte in the decompressed file.
    pub byte_offset: u64,
    /// Length in bytes.
    pub bytes: u32,
    /// Numbers of all records it owns.
    pub records: Vec<u32>,
}

/// A record of the file or a piece of one, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContentPiece {
    /// Position of its entity among those of the chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<usize>,
    /// Key of a value of the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// JSON Pointer within the record of the first value of a piece; absent for a whole record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The text.
    pub text: String,
}

/// Where a piece of the content stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PiecePlace {
    /// Number of the record.
    pub record: u32,
    /// JSON Pointer of the record, or `#17` for a STEP instance.
    pub pointer: String,
    /// First byte in the decompressed file.
    pub byte_offset: u64,
    /// Length in bytes.
    pub bytes: u32,
}

/// What a chunk repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChunkOverlap {
    /// The policy.
    pub policy: String,
    /// A line for each related entity.
    pub references: Vec<String>,
    /// Entities before it in the group, each a line and its records.
    pub entities: Vec<OverlapEntity>,
}

/// A repeated entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OverlapEntity {
    /// GlobalId, else the file's own identifier.
    pub global_id: String,
    /// The line before its records.
    pub heading: String,
    /// Its records.
    pub records: Vec<String>,
}

impl ChunkDocument {
    /// The chunk as text for a language model: what its tokens count.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.header.text();
        let mut shown = None;
        for piece in &self.content {
            let entity = piece.entity.and_then(|at| self.entities.get(at)).filter(|_| self.is_part.is_none());
            if let Some(entity) = entity.filter(|_| shown != piece.entity) {
                text.push_str(&format!("{} \"{}\"\n", entity.entity_type, super::group::short(&entity.name)));
            }
            shown = piece.entity;
            if let Some(key) = &piece.key {
                text.push_str(&format!("{}: ", super::group::short(key)));
            }
            text.push_str(&piece.text);
            text.push('\n');
        }
        self.overlap.references.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        for entity in &self.overlap.entities {
            text.push_str(&format!("{}\n", entity.heading));
            entity.records.iter().for_each(|record| text.push_str(&format!("{record}\n")));
        }
        text
    }

    /// The chunk without what an unrelated change moves: places in the file.
    #[must_use]
    pub fn without_places(mut self) -> ChunkDocument {
        self.places.clear();
        self.entities.iter_mut().for_each(|entity| entity.place = None);
        self
    }
}

/// JSON Pointer (RFC 6901) of a record, or `#17` for a STEP instance.
pub(super) fn pointer(input: &ChunkInput<'_>, record: &RecordRow) -> String {
    if let Some(number) = record.index.filter(|_| input.reader.head().shape == Shape::Step) {
        return format!("#{number}");
    }
    let mut pointer = if record.in_data { "/data".to_owned() } else { String::new() };
    if let Some(group) = record.group {
        pointer.push('/');
        pointer.push_str(&input.reader.text(group).replace('~', "~0").replace('/', "~1"));
    }
    if let Some(index) = record.index {
        pointer.push_str(&format!("/{index}"));
    }
    pointer
}

/// Renders one chunk of a plan.
///
/// # Errors
/// A chunk that the plan does not hold, or a source that cannot be read.
pub fn render(input: &ChunkInput<'_>, plan: &ChunkPlan, index: usize) -> Result<ChunkDocument, ChunkError> {
    let row = plan.rows.get(index).ok_or(ChunkError::Unknown(index.to_string()))?;
    let ChunkPlan { options, units, links, groups, order, .. } = plan;
    let renderer = Renderer { scene: Scene { input, options, units, links, groups, order }, plan };
    let surroundings = renderer.scene.surroundings(row);
    let mut content = Vec::new();
    let mut places = Vec::new();
    let entities = renderer.content(row, &mut content, &mut places)?;
    let overlap_entities = renderer.overlap(row)?;
    input.check()?;
    let is_part = (0 < row.part).then_some(ChunkPart { part: row.part, parts: row.parts });
    Ok(ChunkDocument {
        id: row.id,
        strategy: options.strategy,
        path: groups.get(row.group as usize).map(|group| group.path.clone()).unwrap_or_default(),
        tokens: ChunkTokens {
            total: row.header_tokens + row.content_tokens + row.overlap_tokens,
            header: row.header_tokens,
            content: row.content_tokens,
            overlap: row.overlap_tokens,
        },
        header: surroundings.header,
        entities,
        content,
        overlap: ChunkOverlap {
            policy: options.overlap.to_string(),
            references: surroundings.references,
            entities: overlap_entities,
        },
        relations: surroundings.relations,
        relations_omitted: surroundings.relations_omitted,
        is_part,
        is_oversize: row.is_oversize,
        places,
    })
}

struct Renderer<'a> {
    scene: Scene<'a>,
    plan: &'a ChunkPlan,
}

impl Renderer<'_> {
    /// The entities of a chunk, and their records or pieces of them.
    fn content(
        &self,
        row: &Row,
        content: &mut Vec<ContentPiece>,
        places: &mut Vec<PiecePlace>,
    ) -> Result<Vec<ChunkEntity>, ChunkError> {
        let mut entities = Vec::new();
        for unit in self.scene.units_of(row) {
            let entity = self.scene.units.leader(*unit).map(|_| entities.len());
            let shown = if row.part <= 1 { usize::MAX } else { 1 };
            entities.extend(self.scene.units.entities(*unit).take(shown).map(|entity| self.entity(entity, *unit)));
            if 0 < row.part {
                let pieces = row.pieces_start as usize..row.pieces_end as usize;
                for piece in self.plan.pieces.get(pieces).unwrap_or_default() {
                    self.piece(entity, piece.record, Some(piece), content, places)?;
                }
            } else {
                for record in self.scene.units.records(*unit) {
                    self.piece(entity, *record, None, content, places)?;
                }
            }
        }
        Ok(entities)
    }

    fn entity(&self, entity: crate::ifc::EntityIndex, unit: u32) -> ChunkEntity {
        let input = self.scene.input;
        let record = input.source.entity_record(entity).and_then(|record| input.source.record(record));
        let is_leader = self.scene.units.leader(unit) == Some(entity);
        let place = record.map(|record| EntityPlace {
            pointer: pointer(input, &record),
            byte_offset: record.offset,
            bytes: record.bytes,
            records: if is_leader { self.scene.units.records(unit).to_vec() } else { Vec::new() },
        });
        let entity_type = input.entity_type(entity).to_owned();
        ChunkEntity { global_id: input.id(entity), entity_type, name: input.name(entity).to_owned(), place }
    }

    fn piece(
        &self,
        entity: Option<usize>,
        record: u32,
        piece: Option<&Piece>,
        content: &mut Vec<ContentPiece>,
        places: &mut Vec<PiecePlace>,
    ) -> Result<(), ChunkError> {
        let input = self.scene.input;
        let bytes = input.source.record_bytes(RecordIndex(record))?;
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let (start, end) = piece.map_or((0, length), |piece| (piece.start, piece.end));
        let text = bytes.get(start as usize..end as usize).unwrap_or_default();
        let row = input.source.record(RecordIndex(record));
        let is_value = row.as_ref().is_some_and(|row| self.scene.prefix(row).is_some());
        let key = row.and_then(|row| row.group).filter(|_| is_value).map(|key| input.reader.text(key).to_owned());
        let is_whole = start == 0 && end == length;
        content.push(ContentPiece {
            entity,
            key,
            path: piece.filter(|_| !is_whole).map(|piece| piece.path.clone()),
            text: String::from_utf8_lossy(text).into_owned(),
        });
        places.push(PiecePlace {
            record,
            pointer: row.map(|row| pointer(input, &row)).unwrap_or_default(),
            byte_offset: row.map_or(0, |row| row.offset) + u64::from(start),
            bytes: end - start,
        });
        Ok(())
    }

    fn overlap(&self, row: &Row) -> Result<Vec<OverlapEntity>, ChunkError> {
        let repeated = self.scene.overlap_of(row).iter();
        repeated.map(|unit| self.repeated(*unit)).collect()
    }

    fn repeated(&self, unit: u32) -> Result<OverlapEntity, ChunkError> {
        let input = self.scene.input;
        let mut records = Vec::new();
        for record in self.scene.units.records(unit).iter().map(|record| RecordIndex(*record)) {
            let prefix = input.source.record(record).and_then(|row| self.scene.prefix(&row)).unwrap_or_default();
            let bytes = input.source.record_bytes(record)?;
            records.push(format!("{prefix}{}", String::from_utf8_lossy(&bytes)));
        }
        let leader = self.scene.units.leader(unit);
        Ok(OverlapEntity {
            global_id: leader.map(|leader| input.id(leader)).unwrap_or_default(),
            heading: self.scene.heading(unit).unwrap_or_default(),
            records,
        })
    }
}
