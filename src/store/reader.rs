//! A published model, open: rows by position, each table read when it is first asked for.
//!
//! Opening reads the manifest, `head.json` and `tables.json`. Texts, entities, links, sets and what entities have are
//! kept once they were asked for; items, records and the source pass through [`super::cache`].

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::Manifest;
use super::cache::{Cache, Kind};
use super::read::{self, ArrowFile, TableFile, Texts};
use super::table::{
    BlockRow, Blocks, Boundaries, Classifications, Entities, Items, Links, Materials, Ranges, Records, Relations,
    SetLinks, Sets, Table,
};
use crate::ifc::{
    EntityIndex, EntityRow, FactReader, ItemRow, LinkRow, MaterialRow, MaterialSetId, ModelHead, Problems, RecordIndex,
    RecordRow, RelationRow, SetId, SetLink, SetRow, TextId,
};

/// What a model says of itself and what reading found: the content of `head.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) head: ModelHead,
    pub(super) storeys: Vec<EntityIndex>,
    pub(super) problems: Problems,
}

/// A table that is kept whole once it was asked for.
struct Kept<T, V> {
    file: TableFile<T>,
    held: OnceLock<V>,
}

impl<T: Table, V: Default> Kept<T, V> {
    fn new(file: TableFile<T>) -> Kept<T, V> {
        Kept { file, held: OnceLock::new() }
    }
}

/// Kept as columns, since rows with many optional cells are three times as large.
type ByColumn<T> = Kept<T, Vec<<T as Table>::Columns>>;
/// Kept as rows, to be lent.
type ByRow<T> = Kept<T, Vec<<T as Table>::Row>>;

/// The files of a model, as `open` found them.
pub(super) struct Tables {
    pub(super) text_count: usize,
    pub(super) texts: ArrowFile,
    pub(super) entities: TableFile<Entities>,
    pub(super) links: TableFile<Links>,
    pub(super) sets: TableFile<Sets>,
    pub(super) items: TableFile<Items>,
    pub(super) ranges: TableFile<Ranges>,
    pub(super) set_links: TableFile<SetLinks>,
    pub(super) materials: TableFile<Materials>,
    pub(super) classifications: TableFile<Classifications>,
    pub(super) boundaries: TableFile<Boundaries>,
    pub(super) relations: TableFile<Relations>,
    pub(super) records: TableFile<Records>,
    pub(super) blocks: TableFile<Blocks>,
    pub(super) source: File,
}

/// An open model. Its files stay readable when the model is deleted meanwhile.
pub struct ColumnReader {
    manifest: Manifest,
    head: Head,
    text_count: usize,
    text_file: ArrowFile,
    texts: OnceLock<Texts>,
    entities: ByColumn<Entities>,
    links: ByColumn<Links>,
    sets: ByColumn<Sets>,
    items: TableFile<Items>,
    ranges: ByRow<Ranges>,
    set_links: ByRow<SetLinks>,
    materials: ByRow<Materials>,
    classifications: ByRow<Classifications>,
    boundaries: ByRow<Boundaries>,
    relations: TableFile<Relations>,
    records: TableFile<Records>,
    blocks: ByRow<Blocks>,
    source: File,
    cache: Arc<Cache>,
    number: u64,
    fault: OnceLock<String>,
}

impl fmt::Debug for ColumnReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ColumnReader");
        shown.field("model_id", &self.manifest.model_id).field("fault", &self.fault).finish_non_exhaustive()
    }
}

impl Drop for ColumnReader {
    fn drop(&mut self) {
        self.cache.leave(self.number);
    }
}

impl ColumnReader {
    pub(super) fn new(manifest: Manifest, head: Head, tables: Tables, cache: Arc<Cache>) -> ColumnReader {
        let number = cache.enter();
        ColumnReader {
            manifest,
            head,
            text_count: tables.text_count,
            text_file: tables.texts,
            texts: OnceLock::new(),
            entities: Kept::new(tables.entities),
            links: Kept::new(tables.links),
            sets: Kept::new(tables.sets),
            items: tables.items,
            ranges: Kept::new(tables.ranges),
            set_links: Kept::new(tables.set_links),
            materials: Kept::new(tables.materials),
            classifications: Kept::new(tables.classifications),
            boundaries: Kept::new(tables.boundaries),
            relations: tables.relations,
            records: tables.records,
            blocks: Kept::new(tables.blocks),
            source: tables.source,
            cache,
            number,
            fault: OnceLock::new(),
        }
    }

    /// What the file says about itself.
    #[must_use]
    pub fn head(&self) -> &ModelHead {
        &self.head.head
    }

    /// Storeys from the lowest to the highest.
    #[must_use]
    pub fn storeys(&self) -> &[EntityIndex] {
        &self.head.storeys
    }

    /// The problems kept from reading, and how many there were.
    #[must_use]
    pub fn problems(&self) -> &Problems {
        &self.head.problems
    }

    /// What the catalog knows of the model.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where the blocks of the source stand.
    pub(super) fn blocks(&self) -> Result<&[BlockRow], String> {
        let rows = self.rows(&self.blocks);
        self.fault.get().map_or(Ok(rows), |fault| Err(fault.clone()))
    }

    pub(super) fn link_file(&self) -> &TableFile<Links> {
        &self.links.file
    }

    pub(super) fn set_file(&self) -> &TableFile<Sets> {
        &self.sets.file
    }

    pub(super) fn set_link_file(&self) -> &TableFile<SetLinks> {
        &self.set_links.file
    }

    pub(super) fn item_file(&self) -> &TableFile<Items> {
        &self.items
    }

    /// A text without the others.
    pub(super) fn one_text(&self, id: TextId) -> io::Result<String> {
        Texts::one(&self.text_file, id)
    }

    /// The value, or a default and a fault; a default too after an earlier fault.
    fn or_fault<V: Default>(&self, result: io::Result<V>) -> V {
        match result {
            Ok(value) if self.fault.get().is_none() => value,
            Ok(_) => V::default(),
            Err(error) => {
                let model_id = self.manifest.model_id.as_str();
                self.fault.get_or_init(|| {
                    tracing::error!(model_id, %error, "a stored model cannot be read");
                    error.to_string()
                });
                V::default()
            }
        }
    }

    fn load<T: Table, V: Default>(&self, table: &Kept<T, V>, all: impl FnOnce() -> io::Result<V>) {
        if table.held.get().is_none() {
            // Two threads may both read the table; the first one's is kept.
            drop(table.held.set(self.or_fault(all())));
        }
    }

    fn one<T: Table>(&self, table: &ByColumn<T>, index: usize) -> Option<T::Row> {
        self.load(table, || table.file.all().map(|batch| Ok(batch?.0)).collect());
        let columns = table.held.get()?.get(index / T::BATCH_ROWS)?;
        let found = T::row(columns, index % T::BATCH_ROWS);
        if found.is_none() && (index as u64) < table.file.rows() {
            self.or_fault(read::row::<T>(columns, index % T::BATCH_ROWS).map(|_| ()));
        }
        found.filter(|_| self.fault.get().is_none())
    }

    fn rows<'a, T: Table>(&self, table: &'a ByRow<T>) -> &'a [T::Row] {
        self.load(table, || {
            let mut rows = Vec::with_capacity(usize::try_from(table.file.rows()).map_err(io::Error::other)?);
            for batch in table.file.all() {
                let (columns, count) = batch?;
                for index in 0..count {
                    rows.push(read::row::<T>(&columns, index)?);
                }
            }
            Ok(rows)
        });
        if self.fault.get().is_some() {
            return &[];
        }
        table.held.get().map(Vec::as_slice).unwrap_or_default()
    }

    fn some<'a, T: Table>(&self, table: &'a ByRow<T>, range: &Range<u32>) -> &'a [T::Row] {
        let rows = self.rows(table);
        let end = (range.end as usize).min(rows.len());
        rows.get(range.start as usize..end).unwrap_or_default()
    }

    fn cached<T: Table>(&self, file: &TableFile<T>, kind: Kind, batch: usize) -> io::Result<Arc<T::Columns>> {
        self.cache.get((self.number, kind, batch), || file.columns(batch))
    }

    fn item_rows(&self, range: &Range<u64>) -> io::Result<Vec<ItemRow>> {
        let end = usize::try_from(range.end.min(self.items.rows())).map_err(io::Error::other)?;
        let mut at = usize::try_from(range.start).map_or(end, |start| start.min(end));
        let start = at;
        let mut rows = Vec::with_capacity(end - start);
        while at < end {
            let batch = at / Items::BATCH_ROWS;
            let columns = self.cached(&self.items, Kind::Items, batch)?;
            let first = batch * Items::BATCH_ROWS;
            let stop = end.min(first + Items::BATCH_ROWS);
            rows.extend((at - first..stop - first).map_while(|index| Items::row(&columns, index)));
            if rows.len() < stop - start {
                // Finds the row that means nothing.
                read::row::<Items>(&columns, start + rows.len() - first)?;
            }
            at = stop;
        }
        Ok(rows)
    }

    fn record_row(&self, index: RecordIndex) -> io::Result<Option<RecordRow>> {
        if self.records.rows() <= u64::from(index.0) {
            return Ok(None);
        }
        let (batch, index) = (index.index() / Records::BATCH_ROWS, index.index() % Records::BATCH_ROWS);
        let columns = self.cached(&self.records, Kind::Records, batch)?;
        read::row::<Records>(&columns, index).map(Some)
    }

    fn source_bytes(&self, record: &RecordRow) -> io::Result<Vec<u8>> {
        let lost = || io::Error::new(io::ErrorKind::InvalidData, "a record stands in no block of the source");
        let position = record.block as usize;
        let block = self.rows(&self.blocks).get(position).ok_or_else(lost)?;
        let plain = self.cache.get((self.number, Kind::Source, position), || {
            read::block(&self.source, position, block).map(|plain| (plain, block.plain_bytes as usize))
        })?;
        let start = record.block_start as usize;
        let bytes = plain.get(start..start.saturating_add(record.bytes as usize)).ok_or_else(lost)?;
        Ok(bytes.to_vec())
    }

    fn whole(&self) -> io::Result<()> {
        self.fault.get().map_or(Ok(()), |fault| Err(io::Error::new(io::ErrorKind::InvalidData, fault.clone())))
    }

    /// The error of a call that can tell it; kept as the fault as well.
    fn told<V>(&self, result: io::Result<V>) -> io::Result<V> {
        result.inspect_err(|error| self.or_fault(Err(io::Error::new(error.kind(), error.to_string()))))
    }
}

impl FactReader for ColumnReader {
    fn fault(&self) -> Option<String> {
        self.fault.get().cloned()
    }

    fn text(&self, id: TextId) -> &str {
        if self.texts.get().is_none() {
            drop(self.texts.set(self.or_fault(Texts::load(&self.text_file))));
        }
        let text = self.texts.get().and_then(|texts| texts.get(id));
        text.filter(|_| self.fault.get().is_none()).unwrap_or_default()
    }

    fn text_count(&self) -> usize {
        self.text_count
    }

    fn entity_count(&self) -> usize {
        usize::try_from(self.entities.file.rows()).unwrap_or(usize::MAX)
    }

    fn entity(&self, index: EntityIndex) -> Option<EntityRow> {
        self.one(&self.entities, index.index())
    }

    fn link(&self, index: EntityIndex) -> Option<LinkRow> {
        self.one(&self.links, index.index())
    }

    fn set_count(&self) -> usize {
        usize::try_from(self.sets.file.rows()).unwrap_or(usize::MAX)
    }

    fn set(&self, set: SetId) -> Option<SetRow> {
        self.one(&self.sets, set.index())
    }

    fn items(&self, range: Range<u64>) -> Cow<'_, [ItemRow]> {
        Cow::Owned(self.or_fault(self.item_rows(&range)))
    }

    fn range(&self, index: u32) -> Option<TextId> {
        self.rows(&self.ranges).get(index as usize).copied()
    }

    fn set_links(&self, range: Range<u32>) -> Cow<'_, [SetLink]> {
        Cow::Borrowed(self.some(&self.set_links, &range))
    }

    fn materials(&self, set: MaterialSetId) -> Cow<'_, [MaterialRow]> {
        let rows = self.rows(&self.materials);
        let start = rows.partition_point(|row| row.set < set);
        let end = rows.partition_point(|row| row.set <= set);
        Cow::Borrowed(rows.get(start..end).unwrap_or_default())
    }

    fn classifications(&self, range: Range<u32>) -> Cow<'_, [(Option<TextId>, TextId)]> {
        Cow::Borrowed(self.some(&self.classifications, &range))
    }

    fn boundaries(&self, range: Range<u32>) -> Cow<'_, [EntityIndex]> {
        Cow::Borrowed(self.some(&self.boundaries, &range))
    }

    fn each_relation(&self, visit: &mut dyn FnMut(RelationRow)) -> io::Result<()> {
        self.whole()?;
        for batch in self.relations.all() {
            let (columns, count) = self.told(batch)?;
            for index in 0..count {
                visit(self.told(read::row::<Relations>(&columns, index))?);
            }
        }
        Ok(())
    }

    fn record_count(&self) -> u32 {
        u32::try_from(self.records.rows()).unwrap_or(u32::MAX)
    }

    fn record(&self, index: RecordIndex) -> Option<RecordRow> {
        self.or_fault(self.record_row(index))
    }

    fn record_bytes(&self, index: RecordIndex) -> io::Result<Vec<u8>> {
        self.whole()?;
        let missing = || io::Error::new(io::ErrorKind::NotFound, "there is no such record");
        let record = self.told(self.record_row(index))?.ok_or_else(missing)?;
        self.told(self.source_bytes(&record))
    }
}
