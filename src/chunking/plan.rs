//! Where every chunk begins and ends, without its text.
//!
//! One pass over the source measures its records: 20 bytes each while planning, besides the 8 bytes a record and about
//! 30 an entity that the plan keeps. No record's text is held longer than it takes to measure it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::assemble::{Row, Scene};
use super::cut::{self, Item};
use super::error::ChunkError;
use super::group::{self, Group};
use super::id::{ChunkId, half, stable_key};
use super::input::ChunkInput;
use super::link::Links;
use super::options::{ChunkOptions, Overlap};
use super::split;
use super::unit::{self, Units};
use crate::ifc::RecordIndex;

/// A slice of a record that is divided among chunks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) record: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    /// JSON Pointer of its first value within the record.
    pub(super) path: String,
}

/// The chunks of a model: enough to list them and to render any of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChunkPlan {
    pub(super) options: ChunkOptions,
    pub(super) units: Units,
    pub(super) links: Links,
    pub(super) groups: Vec<Group>,
    pub(super) order: Vec<u32>,
    pub(super) rows: Vec<Row>,
    pub(super) pieces: Vec<Piece>,
}

/// One chunk in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChunkSummary {
    /// Its identifier.
    pub id: ChunkId,
    /// Names from the project to the group.
    pub path: Vec<String>,
    /// Tokens of header, content and overlap.
    pub tokens: u32,
    /// Entities at home in it, a divided one in each of its parts.
    pub entities: usize,
    /// Whether one value alone is larger than the budget.
    pub is_oversize: bool,
}

impl ChunkPlan {
    /// What was chosen.
    #[must_use]
    pub fn options(&self) -> &ChunkOptions {
        &self.options
    }

    /// Number of chunks.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no chunk at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The ids, in the order of the chunks.
    pub fn ids(&self) -> impl Iterator<Item = ChunkId> {
        self.rows.iter().map(|row| row.id)
    }

    /// The position of a chunk.
    #[must_use]
    pub fn find(&self, id: ChunkId) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id)
    }

    /// One chunk in short.
    #[must_use]
    pub fn summary(&self, index: usize) -> Option<ChunkSummary> {
        let row = self.rows.get(index)?;
        let units = self.order.get(row.first as usize..(row.first + row.count) as usize).unwrap_or_default();
        let shown = if row.part <= 1 { usize::MAX } else { 1 };
        Some(ChunkSummary {
            id: row.id,
            path: self.groups.get(row.group as usize).map(|group| group.path.clone()).unwrap_or_default(),
            tokens: row.header_tokens + row.content_tokens + row.overlap_tokens,
            entities: units.iter().map(|unit| self.units.entities(*unit).take(shown).count()).sum(),
            is_oversize: row.is_oversize,
        })
    }
}

/// What is known of a record's text.
#[derive(Clone, Copy)]
struct RecordMeasure {
    /// Its tokens with what stands before and behind it.
    tokens: u32,
    hash: [u8; 16],
}

/// A stretch of a divided unit.
struct Stretch {
    piece: Piece,
    item: Item,
    hash: [u8; 16],
}

/// Plans the chunks of a model.
///
/// # Errors
/// Options out of range, or a source that cannot be read.
pub fn plan(input: &ChunkInput<'_>, options: &ChunkOptions) -> Result<ChunkPlan, ChunkError> {
    options.check()?;
    let ownership = unit::assign(input)?;
    let links = Links::gather(input)?;
    let grouping = group::assign(input, &ownership, &links, options);
    let unit::Ownership { units, unit_of } = ownership;
    drop(unit_of);
    let (groups, order) = (grouping.groups, grouping.order);
    let scene = Scene { input, options, units: &units, links: &links, groups: &groups, order: &order };
    let measures = measure(&scene)?;
    let mut planner =
        Planner { scene, measures: &measures, follows: &grouping.follows, rows: Vec::new(), pieces: Vec::new() };
    for index in (0_u32..).take(groups.len()) {
        planner.group(index)?;
    }
    let Planner { mut rows, pieces, .. } = planner;
    input.check()?;
    tell_apart(&mut rows);
    Ok(ChunkPlan { options: *options, units, links, groups, order, rows, pieces })
}

fn measure(scene: &Scene<'_>) -> Result<Vec<RecordMeasure>, ChunkError> {
    let source = scene.input.source;
    let mut measures = Vec::with_capacity(source.record_count() as usize);
    for record in (0..source.record_count()).map(RecordIndex) {
        let bytes = source.record_bytes(record)?;
        let prefix = source.record(record).and_then(|row| scene.prefix(&row)).unwrap_or_default();
        let tokens = scene.options.token_model.count(&bytes).saturating_add(scene.tokens(&prefix)).saturating_add(1);
        measures.push(RecordMeasure { tokens, hash: half(&blake3::hash(&bytes)) });
    }
    Ok(measures)
}

/// Two chunks that say the same get two ids.
fn tell_apart(rows: &mut [Row]) {
    let mut seen: HashMap<ChunkId, u32> = HashMap::with_capacity(rows.len());
    for row in rows {
        let count = seen.entry(row.id).or_insert(0);
        *count += 1;
        if 1 < *count {
            row.id = row.id.again(*count);
        }
    }
}

struct Planner<'a> {
    scene: Scene<'a>,
    measures: &'a [RecordMeasure],
    follows: &'a [bool],
    rows: Vec<Row>,
    pieces: Vec<Piece>,
}

impl Planner<'_> {
    /// Cuts one group.
    fn group(&mut self, index: u32) -> Result<(), ChunkError> {
        let Some(group) = self.scene.groups.get(index as usize) else { return Ok(()) };
        let content_max = self.scene.options.shares().content;
        let mut run: Vec<Item> = Vec::new();
        let mut run_start = group.start;
        for at in group.start..group.end {
            let Some(&unit) = self.scene.order.get(at as usize) else { continue };
            let tokens = self.unit_tokens(unit);
            if tokens <= content_max {
                let follows = self.follows.get(at as usize).copied().unwrap_or(false);
                run.push(Item { tokens, key: self.unit_key(unit), begins: !follows });
                continue;
            }
            self.run(index, run_start, &run);
            run.clear();
            run_start = at + 1;
            self.divide(index, at, unit)?;
        }
        self.run(index, run_start, &run);
        Ok(())
    }

    /// Cuts a run of units none of which is larger than a chunk.
    fn run(&mut self, group: u32, start: u32, items: &[Item]) {
        let mut from = 0;
        for end in cut::ends(items, self.scene.options.shares().content) {
            let tokens = items.get(from..end).unwrap_or_default().iter().map(|item| item.tokens).sum();
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let row = row(group, start + place(from), place(end - from), tokens);
            self.push(row, &[]);
            from = end;
        }
    }

    /// Divides a unit that is larger than a chunk: between its records, then between the values of those too large.
    fn divide(&mut self, group: u32, at: u32, unit: u32) -> Result<(), ChunkError> {
        let content_max = self.scene.options.shares().content;
        let mut stretches: Vec<Stretch> = Vec::new();
        for record in self.scene.units.records(unit) {
            self.stretches(*record, content_max, &mut stretches)?;
        }
        let mut parts: Vec<(usize, usize, bool)> = Vec::new();
        let mut start = 0;
        while start < stretches.len() {
            let rest = stretches.get(start..).unwrap_or_default();
            let fitting = rest.iter().take_while(|stretch| stretch.item.tokens <= content_max).count();
            if fitting == 0 {
                parts.push((start, start + 1, true));
                start += 1;
                continue;
            }
            let items: Vec<Item> = rest.iter().take(fitting).map(|stretch| stretch.item).collect();
            let mut from = start;
            for end in cut::ends(&items, content_max) {
                parts.push((from, start + end, false));
                from = start + end;
            }
            start += fitting;
        }
        let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        for ((from, to, is_oversize), part) in parts.into_iter().zip(1_u32..) {
            let part_stretches = stretches.get(from..to).unwrap_or_default();
            let tokens = part_stretches.iter().fold(0_u32, |sum, stretch| sum.saturating_add(stretch.item.tokens));
            let row = Row { part, parts: count, is_oversize, ..row(group, at, 1, tokens) };
            self.push(row, part_stretches);
        }
        Ok(())
    }

    /// The stretches of one record: all of it, or what it is cut into.
    fn stretches(&self, record: u32, content_max: u32, into: &mut Vec<Stretch>) -> Result<(), ChunkError> {
        let bytes = self.scene.input.source.record_bytes(RecordIndex(record))?;
        let prefix = self.scene.input.source.record(RecordIndex(record)).and_then(|row| self.scene.prefix(&row));
        let around = self.scene.tokens(&prefix.unwrap_or_default()) + 1;
        let room = content_max.saturating_sub(around);
        for segment in split::segments(&bytes, self.scene.options.token_model, room) {
            let text = bytes.get(segment.start..segment.end).unwrap_or_default();
            let hash = half(&blake3::hash(text));
            let [a, b, c, d, e, f, g, h, ..] = hash;
            let tokens = segment.tokens.saturating_add(around);
            let begins = segment.path.matches('/').count() <= 1;
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let piece = Piece { record, start: place(segment.start), end: place(segment.end), path: segment.path };
            into.push(Stretch {
                piece,
                item: Item { tokens, key: u64::from_be_bytes([a, b, c, d, e, f, g, h]), begins },
                hash,
            });
        }
        Ok(())
    }

    fn unit_tokens(&self, unit: u32) -> u32 {
        let heading = self.scene.heading(unit).map_or(0, |heading| self.scene.tokens(&heading) + 1);
        let records = self.scene.units.records(unit).iter().filter_map(|record| self.measures.get(*record as usize));
        records.fold(heading, |sum, measure| sum.saturating_add(measure.tokens))
    }

    /// A number that stays with a unit whatever else changes: by its identifier, or by its text where it has none.
    fn unit_key(&self, unit: u32) -> u64 {
        let id = self.scene.units.leader(unit).map(|leader| self.scene.input.id(leader)).filter(|id| !id.is_empty());
        if let Some(id) = id {
            return stable_key(id.as_bytes());
        }
        let first = self.scene.units.records(unit).first().and_then(|record| self.measures.get(*record as usize));
        stable_key(&first.map(|measure| measure.hash).unwrap_or_default())
    }

    /// Finishes a chunk: its surroundings, its overlap, its id.
    fn push(&mut self, mut row: Row, stretches: &[Stretch]) {
        let surroundings = self.scene.surroundings(&row);
        row.header_tokens = surroundings.header_tokens;
        row.overlap_tokens = surroundings.references_tokens;
        self.repeat_units(&mut row);
        let mut hasher = blake3::Hasher::new();
        let ChunkOptions { strategy, overlap, tokens_max, token_model, cell_mm } = self.scene.options;
        let options = format!("{}\n{overlap}\n{tokens_max}\n{}\n{cell_mm}\n", strategy.as_str(), token_model.as_str());
        hasher.update(options.as_bytes()).update(surroundings.header.text().as_bytes());
        for relation in &surroundings.relations {
            let line = format!("{}\n{}\n{}\n", relation.from, relation.relation.as_str(), relation.to);
            hasher.update(line.as_bytes());
        }
        if stretches.is_empty() {
            self.scene.units_of(&row).iter().for_each(|unit| self.hash_unit(*unit, &mut hasher));
        }
        for stretch in stretches {
            hasher.update(stretch.piece.path.as_bytes()).update(&stretch.hash);
        }
        hasher.update(b"overlap");
        self.scene.overlap_of(&row).iter().for_each(|unit| self.hash_unit(*unit, &mut hasher));
        surroundings.references.iter().for_each(|line| {
            hasher.update(line.as_bytes());
        });
        row.id = ChunkId::of(&hasher);
        row.pieces_start = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        stretches.iter().for_each(|stretch| self.join_piece(&stretch.piece, row.pieces_start));
        row.pieces_end = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        self.rows.push(row);
    }

    /// Adds a piece; one that goes on where the last of the same chunk ends becomes one with it.
    fn join_piece(&mut self, piece: &Piece, chunk_start: u32) {
        let is_first = self.pieces.len() <= chunk_start as usize;
        match self.pieces.last_mut().filter(|last| !is_first && last.record == piece.record && last.end == piece.start)
        {
            Some(last) => last.end = piece.end,
            None => self.pieces.push(piece.clone()),
        }
    }

    fn hash_unit(&self, unit: u32, hasher: &mut blake3::Hasher) {
        hasher.update(self.scene.heading(unit).unwrap_or_default().as_bytes()).update(b"\n");
        for entity in self.scene.units.entities(unit) {
            hasher.update(self.scene.input.id(entity).as_bytes()).update(b"\n");
        }
        for measure in self.scene.units.records(unit).iter().filter_map(|record| self.measures.get(*record as usize)) {
            hasher.update(&measure.hash);
        }
    }

    /// Chooses which units before a chunk it repeats: the nearest, as far as they fit.
    fn repeat_units(&self, row: &mut Row) {
        let room = self.scene.options.tokens_max.saturating_sub(row.header_tokens.saturating_add(row.content_tokens));
        let wanted = match self.scene.options.overlap {
            Overlap::None | Overlap::Related => return,
            Overlap::Percent(share) => row.content_tokens / 100 * u32::from(share),
            Overlap::Tokens(count) => count,
        };
        let start = self.scene.groups.get(row.group as usize).map_or(row.first, |group| group.start);
        if 1 < row.part {
            return;
        }
        for at in (start..row.first).rev() {
            let tokens = self.scene.order.get(at as usize).map_or(u32::MAX, |unit| self.unit_tokens(*unit));
            let sum = row.overlap_tokens.saturating_add(tokens);
            if room.min(wanted) < sum {
                return;
            }
            row.overlap_tokens = sum;
            row.overlap_units += 1;
        }
    }
}

fn row(group: u32, first: u32, count: u32, content_tokens: u32) -> Row {
    Row {
        id: ChunkId::of(&blake3::Hasher::new()),
        group,
        first,
        count,
        part: 0,
        parts: 0,
        pieces_start: 0,
        pieces_end: 0,
        header_tokens: 0,
        content_tokens,
        overlap_tokens: 0,
        overlap_units: 0,
        is_oversize: false,
    }
}
