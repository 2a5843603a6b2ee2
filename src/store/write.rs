//! The files of a model while they are written: one after another into a buffer each, hashed on the way.
//!
//! A table holds the rows of one batch and a small buffer, so that memory does not grow with the model.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};
use serde::{Deserialize, Serialize};

use super::FileEntry;
use super::table::{self, BlockRow, Blocks, Table};
use crate::limits;

/// The blocks of the source, one after another: together a stream that `zstd -d` reads.
pub(super) const SOURCE: &str = "source.zst";

/// Rows of a batch of texts at most; most end at [`limits::TEXT_BATCH_BYTES`] before.
const TEXT_BATCH_ROWS: usize = 32 * 1024;

/// Longest text that is taken. Readers cut at [`limits::TEXT_BYTES_MAX`]; beyond this the offsets of a batch overflow.
const TEXT_REFUSED_BYTES: usize = 1 << 30;

/// One table in `tables.json`: enough to read any batch without looking at the rest of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableIndex {
    /// Its file.
    pub(super) file: String,
    /// Rows of all batches.
    pub(super) rows: u64,
    /// Where each batch stands.
    pub(super) batches: Vec<Batch>,
}

/// Where a batch stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Batch {
    /// Its rows.
    pub(super) rows: u32,
    /// Its first byte.
    pub(super) offset: u64,
    /// Its length.
    pub(super) bytes: u64,
    /// Of its bytes, hexadecimal.
    pub(super) blake3: String,
}

/// Gives the error of the disk back that Arrow wraps, so that a full disk is told from the rest.
fn unwrapped(error: ArrowError) -> io::Error {
    if let ArrowError::IoError(_, source) = error { source } else { io::Error::other(error) }
}

/// A file that is hashed while it is written, in parts that the caller ends. Each byte is hashed once: the checksum of a file
/// in parts is made from theirs.
#[derive(Debug)]
pub(super) struct HashedFile {
    out: BufWriter<File>,
    part: blake3::Hasher,
    parts: PartsChecksum,
    part_bytes: u64,
    bytes: u64,
}

/// The checksum of a file: BLAKE3 of its bytes, or where it has parts, of their BLAKE3 one after another.
#[derive(Debug, Default)]
pub(super) struct PartsChecksum(Option<blake3::Hasher>);

impl PartsChecksum {
    pub(super) fn add(&mut self, part: &blake3::Hash) {
        self.0.get_or_insert_default().update(part.as_bytes());
    }

    /// `last` is what came after the last part that was added, none where nothing did.
    pub(super) fn finish(mut self, last: Option<blake3::Hash>) -> blake3::Hash {
        match (&mut self.0, last) {
            (None, last) => last.unwrap_or_else(|| blake3::hash(&[])),
            (Some(parts), None) => parts.finalize(),
            (Some(parts), Some(last)) => parts.update(last.as_bytes()).finalize(),
        }
    }
}

impl HashedFile {
    pub(super) fn create(folder: &Path, name: &str) -> io::Result<HashedFile> {
        let out = BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, File::create_new(folder.join(name))?);
        let (part, parts) = (blake3::Hasher::new(), PartsChecksum::default());
        Ok(HashedFile { out, part, parts, part_bytes: 0, bytes: 0 })
    }

    /// The hash of what was written since the last call; nothing is no part.
    fn end_part(&mut self) -> blake3::Hash {
        let hash = self.part.finalize();
        if 0 < self.part_bytes {
            self.parts.add(&hash);
        }
        self.part_bytes = 0;
        self.part.reset();
        hash
    }

    /// Writes the rest out and describes the file, which is still to be synced.
    pub(super) fn finish(self, name: &str) -> io::Result<(FileEntry, File)> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        let last = (0 < self.part_bytes).then(|| self.part.finalize());
        let blake3 = self.parts.finish(last).to_hex().to_string();
        Ok((FileEntry { name: name.to_owned(), bytes: self.bytes, rows: None, blake3 }, file))
    }
}

impl Write for HashedFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.out.write(buffer)?;
        let written = buffer.get(..count).unwrap_or(buffer);
        self.part.update(written);
        self.part_bytes += count as u64;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A table that is written to its end.
pub(super) struct EndedTable {
    pub(super) entry: FileEntry,
    pub(super) index: TableIndex,
    /// Still to be synced.
    pub(super) file: File,
}

/// An Arrow file to which batches are appended.
struct ArrowFile {
    name: &'static str,
    schema: SchemaRef,
    writer: FileWriter<HashedFile>,
    rows: u64,
    batches: Vec<Batch>,
}

impl ArrowFile {
    fn create(folder: &Path, name: &'static str, schema: SchemaRef) -> io::Result<ArrowFile> {
        let file = HashedFile::create(folder, name)?;
        let writer = FileWriter::try_new(file, &schema).map_err(unwrapped)?;
        Ok(ArrowFile { name, schema, writer, rows: 0, batches: Vec::new() })
    }

    fn write(&mut self, columns: Vec<ArrayRef>) -> io::Result<()> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(unwrapped)?;
        let file = self.writer.get_mut();
        let offset = file.bytes;
        file.end_part();
        self.writer.write(&batch).map_err(unwrapped)?;
        let file = self.writer.get_mut();
        let (bytes, blake3) = (file.bytes - offset, file.end_part().to_hex().to_string());
        let rows = u32::try_from(batch.num_rows()).map_err(io::Error::other)?;
        self.rows += u64::from(rows);
        self.batches.push(Batch { rows, offset, bytes, blake3 });
        Ok(())
    }

    fn finish(self) -> io::Result<EndedTable> {
        let file = self.writer.into_inner().map_err(unwrapped)?;
        let (entry, file) = file.finish(self.name)?;
        let entry = FileEntry { rows: Some(self.rows), ..entry };
        let index = TableIndex { file: self.name.to_owned(), rows: self.rows, batches: self.batches };
        Ok(EndedTable { entry, index, file })
    }
}

/// Appends rows to a table.
pub(super) struct TableWriter<T: Table> {
    file: ArrowFile,
    builder: T::Builder,
    gathered: usize,
}

impl<T: Table> TableWriter<T> {
    pub(super) fn create(folder: &Path) -> io::Result<TableWriter<T>> {
        Ok(TableWriter { file: ArrowFile::create(folder, T::FILE, T::schema())?, builder: T::builder(), gathered: 0 })
    }

    pub(super) fn append(&mut self, mut rows: &[T::Row]) -> io::Result<()> {
        while !rows.is_empty() {
            let (now, rest) = rows.split_at(rows.len().min(T::BATCH_ROWS - self.gathered));
            // Column by column, which the processor does several cells at a time.
            T::extend(&mut self.builder, now);
            self.gathered += now.len();
            if self.gathered == T::BATCH_ROWS {
                self.flush()?;
            }
            rows = rest;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.gathered = 0;
        self.file.write(T::finish(&mut self.builder))
    }

    pub(super) fn finish(mut self) -> io::Result<EndedTable> {
        if 0 < self.gathered {
            self.flush()?;
        }
        self.file.finish()
    }
}

/// Appends texts.
pub(super) struct TextWriter {
    file: ArrowFile,
    builder: StringBuilder,
    gathered: usize,
    gathered_bytes: usize,
}

impl TextWriter {
    pub(super) fn create(folder: &Path) -> io::Result<TextWriter> {
        let file = ArrowFile::create(folder, table::TEXTS, table::text_schema())?;
        Ok(TextWriter { file, builder: StringBuilder::new(), gathered: 0, gathered_bytes: 0 })
    }

    pub(super) fn append(&mut self, texts: &[&str]) -> io::Result<()> {
        for text in texts {
            if TEXT_REFUSED_BYTES < text.len() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "a text is longer than a table takes"));
            }
            if limits::TEXT_BATCH_BYTES < self.gathered_bytes + text.len() && 0 < self.gathered {
                self.flush()?;
            }
            self.builder.append_value(text);
            self.gathered += 1;
            self.gathered_bytes += text.len();
            if self.gathered == TEXT_BATCH_ROWS {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        (self.gathered, self.gathered_bytes) = (0, 0);
        self.file.write(vec![Arc::new(self.builder.finish())])
    }

    pub(super) fn finish(mut self) -> io::Result<EndedTable> {
        if 0 < self.gathered {
            self.flush()?;
        }
        self.file.finish()
    }
}

/// Appends blocks of the source.
pub(super) struct SourceWriter {
    file: HashedFile,
    blocks: TableWriter<Blocks>,
}

impl SourceWriter {
    pub(super) fn create(folder: &Path) -> io::Result<SourceWriter> {
        Ok(SourceWriter { file: HashedFile::create(folder, SOURCE)?, blocks: TableWriter::create(folder)? })
    }

    pub(super) fn append(&mut self, compressed: &[u8], plain_bytes: u32) -> io::Result<()> {
        let offset = self.file.bytes;
        self.file.write_all(compressed)?;
        let bytes = u32::try_from(compressed.len()).map_err(io::Error::other)?;
        self.blocks.append(&[BlockRow { offset, bytes, plain_bytes, blake3: self.file.end_part() }])
    }

    /// The source, then the table of its blocks.
    pub(super) fn finish(self) -> io::Result<((FileEntry, File), EndedTable)> {
        Ok((self.file.finish(SOURCE)?, self.blocks.finish()?))
    }
}
