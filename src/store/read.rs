//! The files of a published model: read by position, each batch and block checked against its hash before it is believed.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use arrow_array::{Array, RecordBatch, StringArray};
use arrow_buffer::MutableBuffer;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, MetadataVersion};
use arrow_schema::SchemaRef;

use super::table::{self, BlockRow, Table};
use super::write::{Batch, SOURCE, TableIndex};
use crate::ifc::TextId;
use crate::limits;

/// What stands before the metadata of a batch: a marker and the length of the metadata.
const PREFIX_BYTES: usize = 8;

fn broken(name: &str, what: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{name}: {what}"))
}

/// An Arrow file of which any batch can be read.
#[derive(Debug)]
pub(super) struct ArrowFile {
    name: &'static str,
    file: File,
    batches: Vec<Batch>,
    hashes: Vec<blake3::Hash>,
    decoder: FileDecoder,
}

impl ArrowFile {
    /// `Err` says what is wrong with the index.
    pub(super) fn new(
        name: &'static str,
        file: File,
        file_bytes: u64,
        schema: SchemaRef,
        index: TableIndex,
    ) -> Result<ArrowFile, String> {
        let mut hashes = Vec::with_capacity(index.batches.len());
        let (mut rows, mut end) = (0_u64, 0_u64);
        for batch in &index.batches {
            let hash = blake3::Hash::from_hex(&batch.blake3);
            hashes.push(hash.map_err(|_| format!("a checksum of {name} is none"))?);
            rows += u64::from(batch.rows);
            if batch.offset < end || batch.bytes < PREFIX_BYTES as u64 || limits::BATCH_BYTES_MAX < batch.bytes {
                return Err(format!("the batches of {name} overlap or have no size"));
            }
            end = batch.offset.saturating_add(batch.bytes);
        }
        if rows != index.rows || file_bytes < end {
            return Err(format!("{name} has other batches than stated"));
        }
        let decoder = FileDecoder::new(schema, MetadataVersion::V5);
        Ok(ArrowFile { name, file, batches: index.batches, hashes, decoder })
    }

    fn batch(&self, position: usize) -> io::Result<RecordBatch> {
        let missing = || broken(self.name, format!("there is no batch {position}"));
        let batch = self.batches.get(position).ok_or_else(missing)?;
        let hash = self.hashes.get(position).ok_or_else(missing)?;
        let bytes = usize::try_from(batch.bytes).map_err(io::Error::other)?;
        let mut buffer = MutableBuffer::from_len_zeroed(bytes);
        self.file.read_exact_at(buffer.as_slice_mut(), batch.offset).map_err(|error| broken(self.name, error))?;
        if blake3::hash(&buffer) != *hash {
            return Err(broken(self.name, format!("the checksum of batch {position} is another")));
        }
        let strange = || broken(self.name, format!("batch {position} is none"));
        let [_, _, _, _, m0, m1, m2, m3] = *buffer.as_slice().first_chunk::<PREFIX_BYTES>().ok_or_else(strange)?;
        let head = i32::from_le_bytes([m0, m1, m2, m3]);
        let head = head.checked_add(8).filter(|head| 8 < *head && i64::from(*head) <= batch.bytes.cast_signed());
        let head = head.ok_or_else(strange)?;
        let block = Block::new(0, head, batch.bytes.cast_signed() - i64::from(head));
        let decoded = self.decoder.read_record_batch(&block, &buffer.into());
        let decoded = decoded.map_err(|error| broken(self.name, error))?.ok_or_else(strange)?;
        if decoded.num_rows() == batch.rows as usize { Ok(decoded) } else { Err(strange()) }
    }

    /// The index of every batch.
    fn all(&self) -> impl Iterator<Item = io::Result<RecordBatch>> {
        (0..self.batches.len()).map(|position| self.batch(position))
    }
}

/// A table of which any batch can be read.
#[derive(Debug)]
pub(super) struct TableFile<T> {
    file: ArrowFile,
    rows: u64,
    table: std::marker::PhantomData<fn() -> T>,
}

impl<T: Table> TableFile<T> {
    /// `Err` says what is wrong with the index.
    pub(super) fn new(file: File, file_bytes: u64, index: TableIndex) -> Result<TableFile<T>, String> {
        let rows = index.rows;
        let is_full = |batch: &Batch| batch.rows as usize == T::BATCH_ROWS;
        let (last, others) =
            index.batches.split_last().map_or((None, [].as_slice()), |(last, rest)| (Some(last), rest));
        let fits = |last: &Batch| (1..=T::BATCH_ROWS).contains(&(last.rows as usize));
        if !others.iter().all(is_full) || !last.is_none_or(fits) {
            return Err(format!("{} has batches of another length", T::FILE));
        }
        let file = ArrowFile::new(T::FILE, file, file_bytes, T::schema(), index)?;
        Ok(TableFile { file, rows, table: std::marker::PhantomData })
    }

    /// Rows of all batches.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// The rows of one batch, with the bytes they take.
    pub(super) fn columns(&self, position: usize) -> io::Result<(T::Columns, usize)> {
        let batch = self.file.batch(position)?;
        // The columns are slices of the bytes that were read.
        let bytes = self.file.batches.get(position).map_or(0, |batch| batch.bytes);
        let bytes = usize::try_from(bytes).map_err(io::Error::other)?;
        Ok((T::open(&batch).ok_or_else(|| broken(T::FILE, "the columns are others"))?, bytes))
    }

    /// The batches one after another, with the rows of each.
    pub(super) fn all(&self) -> impl Iterator<Item = io::Result<(T::Columns, usize)>> {
        self.file.all().map(|batch| {
            let batch = batch?;
            Ok((T::open(&batch).ok_or_else(|| broken(T::FILE, "the columns are others"))?, batch.num_rows()))
        })
    }
}

/// A row of a batch that must be there.
pub(super) fn row<T: Table>(columns: &T::Columns, index: usize) -> io::Result<T::Row> {
    T::row(columns, index).ok_or_else(|| broken(T::FILE, format!("row {index} of a batch means nothing")))
}

/// Every text of a model, in memory.
#[derive(Debug, Default)]
pub(super) struct Texts {
    batches: Vec<StringArray>,
    /// First position after each batch.
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn load(file: &ArrowFile) -> io::Result<Texts> {
        let mut texts = Texts::default();
        let mut end = 0;
        for batch in file.all() {
            let batch = batch?;
            let column = batch.columns().first().and_then(|column| column.as_any().downcast_ref::<StringArray>());
            let column = column.ok_or_else(|| broken(table::TEXTS, "the columns are others"))?;
            end += column.len();
            texts.batches.push(column.clone());
            texts.ends.push(end);
        }
        Ok(texts)
    }

    /// One text, reading its batch only.
    pub(super) fn one(file: &ArrowFile, id: TextId) -> io::Result<String> {
        let mut start = 0;
        for (position, batch) in file.batches.iter().enumerate() {
            let end = start + batch.rows as usize;
            if id.index() < end {
                let batch = file.batch(position)?;
                let column = batch.columns().first().and_then(|column| column.as_any().downcast_ref::<StringArray>());
                let column = column.ok_or_else(|| broken(table::TEXTS, "the columns are others"))?;
                return Ok(column.value(id.index() - start).to_owned());
            }
            start = end;
        }
        Err(broken(table::TEXTS, "a text is missing"))
    }

    pub(super) fn get(&self, id: TextId) -> Option<&str> {
        let position = self.ends.partition_point(|end| *end <= id.index());
        let start = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let (batch, index) = (self.batches.get(position)?, id.index() - start);
        (index < batch.len()).then(|| batch.value(index))
    }
}

/// Reads a block of the source and decompresses it.
pub(super) fn block(source: &File, position: usize, block: &BlockRow) -> io::Result<Vec<u8>> {
    let mut compressed = vec![0; block.bytes as usize];
    source.read_exact_at(&mut compressed, block.offset).map_err(|error| broken(SOURCE, error))?;
    if blake3::hash(&compressed) != block.blake3 {
        return Err(broken(SOURCE, format!("the checksum of block {position} is another")));
    }
    let plain = zstd::bulk::decompress(&compressed, block.plain_bytes as usize);
    let plain = plain.map_err(|error| broken(SOURCE, format!("block {position}: {error}")))?;
    if plain.len() == block.plain_bytes as usize {
        return Ok(plain);
    }
    Err(broken(SOURCE, format!("block {position} has another length")))
}
