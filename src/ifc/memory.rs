//! A model's tables in memory: for tests and for small models that are not kept.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::facts::{
    EntityRow, FactReader, FactSink, ItemRow, LinkRow, MaterialRow, MaterialSetId, RecordIndex, RecordRow, RelationRow,
    Scratch, SetId, SetLink, SetRow,
};
use super::model::EntityIndex;
use super::table::{TextId, Texts};

/// Every table of a model.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MemoryFacts {
    texts: Texts,
    entities: Vec<EntityRow>,
    links: Vec<LinkRow>,
    sets: Vec<SetRow>,
    items: Vec<ItemRow>,
    ranges: Vec<TextId>,
    set_links: Vec<SetLink>,
    materials: Vec<MaterialRow>,
    classifications: Vec<(Option<TextId>, TextId)>,
    boundaries: Vec<EntityIndex>,
    relations: Vec<RelationRow>,
    records: Vec<RecordRow>,
    blocks: Vec<(Vec<u8>, u32)>,
}

/// Fills [`MemoryFacts`]; the tables are taken when it is gone.
#[derive(Debug, Default)]
pub(super) struct MemorySink(Arc<Mutex<MemoryFacts>>);

/// Bytes in memory.
#[derive(Debug, Default)]
struct MemoryScratch(Vec<u8>);

impl MemorySink {
    pub(super) fn new(tables: &Arc<Mutex<MemoryFacts>>) -> MemorySink {
        MemorySink(Arc::clone(tables))
    }

    #[expect(clippy::unnecessary_wraps, reason = "the sinks of files fail")]
    fn change(&self, change: impl FnOnce(&mut MemoryFacts)) -> io::Result<()> {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}

impl FactSink for MemorySink {
    fn texts(&mut self, texts: &[&str]) -> io::Result<()> {
        self.change(|tables| texts.iter().for_each(|text| tables.texts.push(text)))
    }

    fn entities(&mut self, rows: &[EntityRow]) -> io::Result<()> {
        self.change(|tables| tables.entities.extend_from_slice(rows))
    }

    fn links(&mut self, rows: &[LinkRow]) -> io::Result<()> {
        self.change(|tables| tables.links.extend_from_slice(rows))
    }

    fn sets(&mut self, rows: &[SetRow]) -> io::Result<()> {
        self.change(|tables| tables.sets.extend_from_slice(rows))
    }

    fn items(&mut self, rows: &[ItemRow]) -> io::Result<()> {
        self.change(|tables| tables.items.extend_from_slice(rows))
    }

    fn ranges(&mut self, rows: &[TextId]) -> io::Result<()> {
        self.change(|tables| tables.ranges.extend_from_slice(rows))
    }

    fn set_links(&mut self, rows: &[SetLink]) -> io::Result<()> {
        self.change(|tables| tables.set_links.extend_from_slice(rows))
    }

    fn materials(&mut self, rows: &[MaterialRow]) -> io::Result<()> {
        self.change(|tables| tables.materials.extend_from_slice(rows))
    }

    fn classifications(&mut self, rows: &[(Option<TextId>, TextId)]) -> io::Result<()> {
        self.change(|tables| tables.classifications.extend_from_slice(rows))
    }

    fn boundaries(&mut self, rows: &[EntityIndex]) -> io::Result<()> {
        self.change(|tables| tables.boundaries.extend_from_slice(rows))
    }

    fn relations(&mut self, rows: &[RelationRow]) -> io::Result<()> {
        self.change(|tables| tables.relations.extend_from_slice(rows))
    }

    fn records(&mut self, rows: &[RecordRow]) -> io::Result<()> {
        self.change(|tables| tables.records.extend_from_slice(rows))
    }

    fn block(&mut self, compressed: &[u8], plain_bytes: u32) -> io::Result<()> {
        self.change(|tables| tables.blocks.push((compressed.to_vec(), plain_bytes)))
    }

    fn scratch(&mut self) -> io::Result<Box<dyn Scratch>> {
        Ok(Box::new(MemoryScratch::default()))
    }
}

impl Scratch for MemoryScratch {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn read_at(&mut self, from: u64, into: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let mut rest = self.0.get(from..).unwrap_or_default();
        io::Read::read(&mut rest, into)
    }
}

/// A part of a table; empty where the range is not inside.
fn part<T: Clone>(table: &[T], range: Range<usize>) -> Cow<'_, [T]> {
    Cow::Borrowed(table.get(range).unwrap_or_default())
}

fn narrow(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

impl FactReader for MemoryFacts {
    fn fault(&self) -> Option<String> {
        None
    }

    fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    fn text_count(&self) -> usize {
        self.texts.len()
    }

    fn entity_count(&self) -> usize {
        self.entities.len()
    }

    fn entity(&self, index: EntityIndex) -> Option<EntityRow> {
        self.entities.get(index.index()).copied()
    }

    fn link(&self, index: EntityIndex) -> Option<LinkRow> {
        self.links.get(index.index()).copied()
    }

    fn set_count(&self) -> usize {
        self.sets.len()
    }

    fn set(&self, set: SetId) -> Option<SetRow> {
        self.sets.get(set.index()).copied()
    }

    fn items(&self, range: Range<u64>) -> Cow<'_, [ItemRow]> {
        let at = |position: u64| usize::try_from(position).unwrap_or(usize::MAX);
        part(&self.items, at(range.start)..at(range.end))
    }

    fn range(&self, index: u32) -> Option<TextId> {
        self.ranges.get(index as usize).copied()
    }

    fn set_links(&self, range: Range<u32>) -> Cow<'_, [SetLink]> {
        part(&self.set_links, narrow(&range))
    }

    fn materials(&self, set: MaterialSetId) -> Cow<'_, [MaterialRow]> {
        let begin = self.materials.partition_point(|row| row.set < set);
        let end = self.materials.partition_point(|row| row.set <= set);
        part(&self.materials, begin..end)
    }

    fn classifications(&self, range: Range<u32>) -> Cow<'_, [(Option<TextId>, TextId)]> {
        part(&self.classifications, narrow(&range))
    }

    fn boundaries(&self, range: Range<u32>) -> Cow<'_, [EntityIndex]> {
        part(&self.boundaries, narrow(&range))
    }

    fn each_relation(&self, visit: &mut dyn FnMut(RelationRow)) -> io::Result<()> {
        self.relations.iter().copied().for_each(visit);
        Ok(())
    }

    fn record_count(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap_or(u32::MAX)
    }

    fn record(&self, index: RecordIndex) -> Option<RecordRow> {
        self.records.get(index.index()).copied()
    }

    fn record_bytes(&self, index: RecordIndex) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such record");
        let row = self.record(index).ok_or_else(missing)?;
        let (compressed, plain_bytes) = self.blocks.get(row.block as usize).ok_or_else(missing)?;
        let plain = zstd::bulk::decompress(compressed, *plain_bytes as usize)?;
        let begin = row.block_start as usize;
        plain.get(begin..begin + row.bytes as usize).map(<[u8]>::to_vec).ok_or_else(missing)
    }
}
