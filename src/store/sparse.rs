//! The rows of a model for one walk through it in the order of the file: a few batches of each table, nothing whole.
//!
//! What a freshly written model is checked with, when the memory of a reading must not grow with the file. Who asks in the
//! order of the rows reads every batch once; who does not reads batches over and over (see `ifc::check`).

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::read::{self, TableFile};
use super::reader::ColumnReader;
use super::table::{self, Items, Links, SetLinks, Sets, Table};
use crate::ifc::{
    EntityIndex, EntityRow, FactReader, ItemRow, LinkRow, MaterialRow, MaterialSetId, RecordIndex, RecordRow,
    RelationRow, SetId, SetLink, SetRow, TextId,
};

/// Batches of each table that are held. Neighbours in the file stand in one; the sets of a type object in another.
const BATCHES: usize = 4;

/// The batches of a table that were asked for last, the latest first.
struct Recent<T: Table> {
    held: Mutex<Vec<(usize, Arc<T::Columns>)>>,
    /// Batches read from the file.
    fetched: AtomicUsize,
}

impl<T: Table> Recent<T> {
    fn new() -> Recent<T> {
        Recent { held: Mutex::new(Vec::with_capacity(BATCHES)), fetched: AtomicUsize::new(0) }
    }

    fn columns(&self, file: &TableFile<T>, batch: usize) -> io::Result<Arc<T::Columns>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.iter().position(|(position, _)| *position == batch) {
            Some(0) => {}
            Some(at) => {
                let found = held.remove(at);
                held.insert(0, found);
            }
            None => {
                self.fetched.fetch_add(1, Ordering::Relaxed);
                held.truncate(BATCHES - 1);
                held.insert(0, (batch, Arc::new(file.columns(batch)?.0)));
            }
        }
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such batch");
        held.first().map(|(_, columns)| Arc::clone(columns)).ok_or_else(missing)
    }

    fn row(&self, file: &TableFile<T>, index: usize) -> io::Result<Option<T::Row>> {
        if file.rows() <= index as u64 {
            return Ok(None);
        }
        let columns = self.columns(file, index / T::BATCH_ROWS)?;
        read::row::<T>(&columns, index % T::BATCH_ROWS).map(Some)
    }

    /// The rows of a range, as far as there are any.
    fn rows(&self, file: &TableFile<T>, range: Range<u64>) -> io::Result<Vec<T::Row>> {
        self.some_rows(file, range, |_, _| true)
    }

    /// The rows of a range that are wanted.
    fn some_rows(
        &self,
        file: &TableFile<T>,
        range: Range<u64>,
        is_wanted: impl Fn(&T::Columns, usize) -> bool,
    ) -> io::Result<Vec<T::Row>> {
        let end = usize::try_from(range.end.min(file.rows())).map_err(io::Error::other)?;
        let mut at = usize::try_from(range.start).map_err(io::Error::other)?.min(end);
        let mut rows = Vec::with_capacity(end - at);
        while at < end {
            let (batch, first) = (at / T::BATCH_ROWS, at / T::BATCH_ROWS * T::BATCH_ROWS);
            let columns = self.columns(file, batch)?;
            let stop = end.min(first + T::BATCH_ROWS);
            for index in (at - first..stop - first).filter(|index| is_wanted(&columns, *index)) {
                rows.push(read::row::<T>(&columns, index)?);
            }
            at = stop;
        }
        Ok(rows)
    }
}

/// One walk through a model; each thread has its own.
pub(super) struct SparseReader<'r> {
    reader: &'r ColumnReader,
    links: Recent<Links>,
    sets: Recent<Sets>,
    set_links: Recent<SetLinks>,
    items: Recent<Items>,
    fault: OnceLock<String>,
}

impl fmt::Debug for SparseReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparseReader").field("reader", &self.reader).finish_non_exhaustive()
    }
}

impl<'r> SparseReader<'r> {
    pub(super) fn new(reader: &'r ColumnReader) -> SparseReader<'r> {
        let (links, sets) = (Recent::new(), Recent::new());
        let (set_links, items) = (Recent::new(), Recent::new());
        SparseReader { reader, links, sets, set_links, items, fault: OnceLock::new() }
    }

    /// Batches read from the files of links, set links, sets and items.
    #[cfg(test)]
    pub(super) fn fetched(&self) -> [usize; 4] {
        [&self.links.fetched, &self.set_links.fetched, &self.sets.fetched, &self.items.fetched]
            .map(|fetched| fetched.load(Ordering::Relaxed))
    }

    fn or_fault<V: Default>(&self, result: io::Result<V>) -> V {
        result.unwrap_or_else(|error| {
            self.fault.get_or_init(|| error.to_string());
            V::default()
        })
    }

    fn one<T: Table>(&self, recent: &Recent<T>, file: &TableFile<T>, index: usize) -> Option<T::Row> {
        self.or_fault(recent.row(file, index))
    }
}

impl FactReader for SparseReader<'_> {
    fn fault(&self) -> Option<String> {
        self.fault.get().cloned().or_else(|| self.reader.fault())
    }

    fn text(&self, id: TextId) -> &str {
        self.reader.text(id)
    }

    fn read_text(&self, id: TextId) -> String {
        self.or_fault(self.reader.one_text(id))
    }

    fn text_count(&self) -> usize {
        self.reader.text_count()
    }

    fn entity_count(&self) -> usize {
        self.reader.entity_count()
    }

    fn entity(&self, index: EntityIndex) -> Option<EntityRow> {
        self.reader.entity(index)
    }

    fn link(&self, index: EntityIndex) -> Option<LinkRow> {
        self.one(&self.links, self.reader.link_file(), index.index())
    }

    fn set_count(&self) -> usize {
        self.reader.set_count()
    }

    fn set(&self, set: SetId) -> Option<SetRow> {
        self.one(&self.sets, self.reader.set_file(), set.index())
    }

    fn items(&self, range: Range<u64>) -> Cow<'_, [ItemRow]> {
        Cow::Owned(self.or_fault(self.items.rows(self.reader.item_file(), range)))
    }

    fn figures(&self, range: Range<u64>) -> Cow<'_, [ItemRow]> {
        Cow::Owned(self.or_fault(self.items.some_rows(self.reader.item_file(), range, table::is_figure)))
    }

    fn range(&self, index: u32) -> Option<TextId> {
        self.reader.range(index)
    }

    fn set_links(&self, range: Range<u32>) -> Cow<'_, [SetLink]> {
        let range = u64::from(range.start)..u64::from(range.end);
        Cow::Owned(self.or_fault(self.set_links.rows(self.reader.set_link_file(), range)))
    }

    fn materials(&self, set: MaterialSetId) -> Cow<'_, [MaterialRow]> {
        self.reader.materials(set)
    }

    fn classifications(&self, range: Range<u32>) -> Cow<'_, [(Option<TextId>, TextId)]> {
        self.reader.classifications(range)
    }

    fn boundaries(&self, range: Range<u32>) -> Cow<'_, [EntityIndex]> {
        self.reader.boundaries(range)
    }

    fn each_relation(&self, visit: &mut dyn FnMut(RelationRow)) -> io::Result<()> {
        self.reader.each_relation(visit)
    }

    fn record_count(&self) -> u32 {
        self.reader.record_count()
    }

    fn record(&self, index: RecordIndex) -> Option<RecordRow> {
        self.reader.record(index)
    }

    fn record_bytes(&self, index: RecordIndex) -> io::Result<Vec<u8>> {
        self.reader.record_bytes(index)
    }
}
