//! A model that is being written: its sink, and what becomes of the files at the end.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use super::folder::Staged;
use super::table::{
    Boundaries, Classifications, Entities, Items, Links, Materials, Ranges, Records, Relations, SetLinks, Sets,
};
use super::write::{SourceWriter, TableIndex, TableWriter, TextWriter};
use super::{FileEntry, StoreError};
use crate::ifc::{
    EntityIndex, EntityRow, FactSink, ItemRow, LinkRow, MaterialRow, RecordRow, RelationRow, Scratch, SetLink, SetRow,
    TextId,
};
use crate::limits;

/// Files for the time of a reading; they lose their name as soon as they are open.
pub(super) const SCRATCH: &str = "scratch";

/// A model being written, in a folder that nobody sees. Everything is removed when it is dropped unpublished.
#[derive(Debug)]
pub struct Staging {
    pub(super) staged: Staged,
    shared: Arc<Shared>,
}

impl Staging {
    pub(super) fn new(staged: Staged) -> Result<Staging, StoreError> {
        let writers =
            Writers::create(staged.path()).map_err(|error| StoreError::io("making a model's files", error))?;
        let shared = Shared { folder: staged.path().to_owned(), writers: Mutex::new(Some(Box::new(writers))) };
        Ok(Staging { staged, shared: Arc::new(shared) })
    }

    /// Where the rows go. Every sink of a staging appends to the same files; after publication it refuses rows.
    ///
    /// # Errors
    /// [`StoreError`] when a sink of it failed before.
    pub fn sink(&self) -> Result<Box<dyn FactSink>, StoreError> {
        if self.shared.open().is_some() {
            return Ok(Box::new(ColumnSink(Arc::clone(&self.shared))));
        }
        Err(StoreError::io("writing a model's files", closed()))
    }

    /// Ends every file; none is synced yet.
    pub(super) fn finish(self) -> Result<Finished, StoreError> {
        let writers = self.shared.open().and_then(|mut held| held.take());
        let failed = |error| StoreError::io("writing a model's files", error);
        let writers = writers.ok_or_else(|| failed(closed()))?;
        let (files, tables, unsynced) = writers.finish().map_err(failed)?;
        Ok(Finished { staged: self.staged, files, tables, unsynced })
    }
}

/// A model whose tables are complete.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) staged: Staged,
    pub(super) files: Vec<FileEntry>,
    pub(super) tables: Vec<TableIndex>,
    /// Files that the system may not have written to the disk yet.
    pub(super) unsynced: Vec<File>,
}

/// Has the system write files to the disk.
pub(super) fn sync(files: &[File]) -> Result<(), StoreError> {
    let synced = files.iter().try_for_each(File::sync_all);
    synced.map_err(|error| StoreError::io("writing a model's files", error))
}

struct Shared {
    folder: PathBuf,
    /// None once the model is complete, or after a failure: a file with a hole must never be published.
    writers: Mutex<Option<Box<Writers>>>,
}

impl Shared {
    /// The writers, while rows may come. A panic in the middle of a write leaves a hole, so it closes them too.
    fn open(&self) -> Option<MutexGuard<'_, Option<Box<Writers>>>> {
        self.writers.lock().ok().filter(|held| held.is_some())
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "the model is complete or its writing failed before")
}

macro_rules! writers {
    ($($field:ident: $table:ident),+) => {
        struct Writers {
            texts: TextWriter,
            $($field: TableWriter<$table>,)+
            source: SourceWriter,
        }

        impl Writers {
            fn create(folder: &Path) -> io::Result<Writers> {
                Ok(Writers {
                    texts: TextWriter::create(folder)?,
                    $($field: TableWriter::create(folder)?,)+
                    source: SourceWriter::create(folder)?,
                })
            }

            fn finish(self) -> io::Result<(Vec<FileEntry>, Vec<TableIndex>, Vec<File>)> {
                let ((source, source_file), blocks) = self.source.finish()?;
                let (mut files, mut tables, mut unsynced) = (Vec::new(), Vec::new(), Vec::new());
                for ended in [self.texts.finish()?, $(self.$field.finish()?,)+ blocks] {
                    files.push(ended.entry);
                    tables.push(ended.index);
                    unsynced.push(ended.file);
                }
                files.push(source);
                unsynced.push(source_file);
                Ok((files, tables, unsynced))
            }
        }
    };
}

writers! {
    entities: Entities, links: Links, sets: Sets, items: Items, ranges: Ranges, set_links: SetLinks,
    materials: Materials, classifications: Classifications, boundaries: Boundaries, relations: Relations,
    records: Records
}

#[derive(Debug)]
struct ColumnSink(Arc<Shared>);

impl ColumnSink {
    /// Writes, and closes the model for good when that fails.
    fn with(&self, write: impl FnOnce(&mut Writers) -> io::Result<()>) -> io::Result<()> {
        let mut held = self.0.open().ok_or_else(closed)?;
        let result = held.as_deref_mut().map_or_else(|| Err(closed()), write);
        if result.is_err() {
            *held = None;
        }
        result
    }
}

impl FactSink for ColumnSink {
    fn texts(&mut self, texts: &[&str]) -> io::Result<()> {
        self.with(|writers| writers.texts.append(texts))
    }

    fn entities(&mut self, rows: &[EntityRow]) -> io::Result<()> {
        self.with(|writers| writers.entities.append(rows))
    }

    fn links(&mut self, rows: &[LinkRow]) -> io::Result<()> {
        self.with(|writers| writers.links.append(rows))
    }

    fn sets(&mut self, rows: &[SetRow]) -> io::Result<()> {
        self.with(|writers| writers.sets.append(rows))
    }

    fn items(&mut self, rows: &[ItemRow]) -> io::Result<()> {
        self.with(|writers| writers.items.append(rows))
    }

    fn ranges(&mut self, rows: &[TextId]) -> io::Result<()> {
        self.with(|writers| writers.ranges.append(rows))
    }

    fn set_links(&mut self, rows: &[SetLink]) -> io::Result<()> {
        self.with(|writers| writers.set_links.append(rows))
    }

    fn materials(&mut self, rows: &[MaterialRow]) -> io::Result<()> {
        self.with(|writers| writers.materials.append(rows))
    }

    fn classifications(&mut self, rows: &[(Option<TextId>, TextId)]) -> io::Result<()> {
        self.with(|writers| writers.classifications.append(rows))
    }

    fn boundaries(&mut self, rows: &[EntityIndex]) -> io::Result<()> {
        self.with(|writers| writers.boundaries.append(rows))
    }

    fn relations(&mut self, rows: &[RelationRow]) -> io::Result<()> {
        self.with(|writers| writers.relations.append(rows))
    }

    fn records(&mut self, rows: &[RecordRow]) -> io::Result<()> {
        self.with(|writers| writers.records.append(rows))
    }

    fn block(&mut self, compressed: &[u8], plain_bytes: u32) -> io::Result<()> {
        self.with(|writers| writers.source.append(compressed, plain_bytes))
    }

    fn scratch(&mut self) -> io::Result<Box<dyn Scratch>> {
        // One at a time between making it and taking its name away.
        let _held = self.0.open().ok_or_else(closed)?;
        Ok(Box::new(ScratchFile::create(&self.0.folder.join(SCRATCH))?))
    }
}

/// A file without a name: the system gives its room back when the process ends in whatever way.
#[derive(Debug)]
struct ScratchFile {
    file: File,
    buffer: Vec<u8>,
    written: u64,
}

impl ScratchFile {
    fn create(path: &Path) -> io::Result<ScratchFile> {
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        fs::remove_file(path)?;
        Ok(ScratchFile { file, buffer: Vec::new(), written: 0 })
    }

    fn write_out(&mut self) -> io::Result<()> {
        self.file.write_all_at(&self.buffer, self.written)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

impl Scratch for ScratchFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() < limits::WRITE_BUFFER_BYTES {
            return Ok(());
        }
        self.write_out()
    }

    fn read_at(&mut self, from: u64, into: &mut [u8]) -> io::Result<usize> {
        if !self.buffer.is_empty() {
            self.write_out()?;
        }
        loop {
            match self.file.read_at(into, from) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}
