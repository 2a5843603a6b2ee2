//! The folder of one model: completed from its tables, verified, and opened.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cache::Cache;
use super::manifest::{self, HEAD, TABLES};
use super::read::{ArrowFile, TableFile};
use super::reader::{ColumnReader, Head, Tables};
use super::staging::Finished;
use super::table::{self, TEXTS, Table};
use super::write::{HashedFile, PartsChecksum, SOURCE, TableIndex};
use super::{FORMAT, FileEntry, Manifest, ModelDescription, StoreError, cut};
use crate::ifc::ProblemCode;
use crate::limits;

/// Writes what a finished model lacks: `head.json`, `tables.json` and the manifest.
pub(super) fn complete(
    finished: &mut Finished,
    name: &str,
    published_at: &str,
    summary: &ModelDescription,
    is_durable: bool,
) -> Result<Manifest, StoreError> {
    let folder = finished.staged.path();
    let head =
        Head { head: summary.head.clone(), storeys: summary.storeys.clone(), problems: summary.problems.clone() };
    finished.files.push(write(folder, HEAD, &head, is_durable)?);
    finished.files.push(write(folder, TABLES, &finished.tables, is_durable)?);
    let source = finished.files.iter().find(|entry| entry.name == SOURCE);
    let manifest = Manifest {
        format: FORMAT,
        model_id: summary.content_hash.clone(),
        name: name.to_owned(),
        content_bytes: summary.content_bytes,
        entities: summary.entities,
        elements: summary.elements,
        problems: summary.problems.total,
        shape: summary.head.shape.as_str().to_owned(),
        schema: summary.head.schema.as_deref().map(|schema| cut(schema, limits::MODEL_NAME_BYTES_MAX).to_owned()),
        published_at: published_at.to_owned(),
        source_bytes_compressed: source.map_or(0, |entry| entry.bytes),
        is_truncated: summary.problems.kept.iter().any(|problem| problem.code == ProblemCode::FileTruncated),
        files: finished.files.clone(),
    };
    manifest::write(folder, &manifest, is_durable)?;
    Ok(manifest)
}

/// Removes what [`complete`] wrote, so that it can be written again.
pub(super) fn take_back(finished: &mut Finished, files: usize) -> Result<(), StoreError> {
    finished.files.truncate(files);
    for name in [HEAD, TABLES, manifest::NAME] {
        let removed = std::fs::remove_file(finished.staged.path().join(name));
        removed.map_err(|error| StoreError::io(format!("removing {name}"), error))?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, content: &impl Serialize, is_durable: bool) -> Result<FileEntry, StoreError> {
    let failed = |error| StoreError::io(format!("writing {name}"), error);
    let mut file = HashedFile::create(folder, name).map_err(failed)?;
    let mut bytes = serde_json::to_vec(content).map_err(|error| failed(error.into()))?;
    bytes.push(b'\n');
    file.write_all(&bytes).map_err(failed)?;
    let (entry, file) = file.finish(name).map_err(failed)?;
    if is_durable {
        file.sync_all().map_err(failed)?;
    }
    Ok(entry)
}

/// Compares every file with its checksum.
pub(super) fn verify(folder: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    compare(checksum(folder, manifest, HEAD, [])?, manifest, HEAD)?;
    let mut opened = open(folder, &manifest.model_id)?;
    // Each is compared with its own checksum before it is believed.
    for index in opened.json::<Vec<TableIndex>>(TABLES)? {
        let ends = index.batches.iter().flat_map(|batch| [batch.offset, batch.offset.saturating_add(batch.bytes)]);
        compare(checksum(folder, manifest, &index.file, ends)?, manifest, &index.file)?;
    }
    let reader = open(folder, &manifest.model_id)?.into_reader(Arc::new(Cache::new(limits::CHECK_CACHE_BYTES)))?;
    let blocks = reader.blocks().map_err(|error| StoreError::damaged(&manifest.model_id, error))?;
    let ends = blocks.iter().map(|block| block.offset.saturating_add(u64::from(block.bytes)));
    compare(checksum(folder, manifest, SOURCE, ends)?, manifest, SOURCE)
}

/// The checksum of a file whose parts end at `ends`, rising; the rest is the last part.
fn checksum(
    folder: &Path,
    manifest: &Manifest,
    name: &str,
    ends: impl IntoIterator<Item = u64>,
) -> Result<blake3::Hash, StoreError> {
    let mut file = manifest::open(folder, name, &manifest.model_id)?;
    let failed = |error| StoreError::io(format!("reading {name}"), error);
    let mut part = |bytes: u64| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader((&mut file).take(bytes)).map_err(failed)?;
        Ok::<_, StoreError>((0 < hasher.count()).then(|| hasher.finalize()))
    };
    let (mut parts, mut begin) = (PartsChecksum::default(), 0);
    for end in ends {
        if let Some(hash) = part(end.saturating_sub(begin))? {
            parts.add(&hash);
        }
        begin = end;
    }
    Ok(parts.finish(part(u64::MAX)?))
}

/// Fails when the checksum of a file is another.
fn compare(checksum: blake3::Hash, manifest: &Manifest, name: &str) -> Result<(), StoreError> {
    if checksum.to_hex().as_str() == manifest::entry(manifest, name)?.blake3 {
        return Ok(());
    }
    Err(StoreError::damaged(&manifest.model_id, format!("the checksum of {name} is another")))
}

/// The files of a model, open: from then on it does not matter what becomes of the folder.
pub(super) struct OpenFiles {
    manifest: Manifest,
    files: Vec<(&'static str, File)>,
}

/// Opens every file; the caller sees to it that the folder is one model meanwhile.
pub(super) fn open(folder: &Path, model_id: &str) -> Result<OpenFiles, StoreError> {
    let manifest = manifest::check(folder, model_id)?;
    let open = |name: &&'static str| manifest::open(folder, name, model_id).map(|file| (*name, file));
    let files = manifest::FILES.iter().map(open).collect::<Result<_, _>>()?;
    Ok(OpenFiles { manifest, files })
}

impl OpenFiles {
    /// Reads and verifies the head and the index of the tables. The tables themselves are left alone.
    pub(super) fn into_reader(mut self, cache: Arc<Cache>) -> Result<ColumnReader, StoreError> {
        let head: Head = self.json(HEAD)?;
        let mut indexes: Vec<TableIndex> = self.json(TABLES)?;
        let texts = self.index(&mut indexes, TEXTS)?;
        let text_count = texts.rows;
        let texts = ArrowFile::new(TEXTS, self.file(TEXTS)?, self.bytes(TEXTS)?, table::text_schema(), texts);
        let tables = Tables {
            text_count: usize::try_from(text_count).unwrap_or(usize::MAX),
            texts: texts.map_err(|what| StoreError::damaged(&self.manifest.model_id, what))?,
            entities: self.table(&mut indexes)?,
            links: self.table(&mut indexes)?,
            sets: self.table(&mut indexes)?,
            items: self.table(&mut indexes)?,
            ranges: self.table(&mut indexes)?,
            set_links: self.table(&mut indexes)?,
            materials: self.table(&mut indexes)?,
            classifications: self.table(&mut indexes)?,
            boundaries: self.table(&mut indexes)?,
            relations: self.table(&mut indexes)?,
            records: self.table(&mut indexes)?,
            blocks: self.table(&mut indexes)?,
            source: self.file(SOURCE)?,
        };
        Ok(ColumnReader::new(self.manifest, head, tables, cache))
    }

    fn bytes(&self, name: &str) -> Result<u64, StoreError> {
        manifest::entry(&self.manifest, name).map(|entry| entry.bytes)
    }

    fn file(&mut self, name: &str) -> Result<File, StoreError> {
        let position = self.files.iter().position(|(known, _)| *known == name);
        let missing = || StoreError::damaged(&self.manifest.model_id, format!("{name} is missing"));
        Ok(self.files.swap_remove(position.ok_or_else(missing)?).1)
    }

    fn json<V: DeserializeOwned>(&mut self, name: &str) -> Result<V, StoreError> {
        let bytes = self.bytes(name)?;
        let model_id = self.manifest.model_id.clone();
        if limits::MODEL_INDEX_BYTES_MAX < bytes {
            return Err(StoreError::damaged(&model_id, format!("{name} has {bytes} bytes")));
        }
        let mut text = Vec::new();
        let read = self.file(name)?.take(bytes).read_to_end(&mut text);
        read.map_err(|error| StoreError::io(format!("reading {name}"), error))?;
        compare(blake3::hash(&text), &self.manifest, name)?;
        let broken = |error| StoreError::damaged(&model_id, format!("{name} cannot be read: {error}"));
        serde_json::from_slice(&text).map_err(broken)
    }

    fn index(&self, indexes: &mut Vec<TableIndex>, name: &str) -> Result<TableIndex, StoreError> {
        let position = indexes.iter().position(|index| index.file == name);
        let damaged = |what: String| StoreError::damaged(&self.manifest.model_id, what);
        let index = indexes.swap_remove(position.ok_or_else(|| damaged(format!("{TABLES} names no {name}")))?);
        if manifest::entry(&self.manifest, name)?.rows == Some(index.rows) {
            return Ok(index);
        }
        Err(damaged(format!("{name} has other rows than the manifest says")))
    }

    fn table<T: Table>(&mut self, indexes: &mut Vec<TableIndex>) -> Result<TableFile<T>, StoreError> {
        let index = self.index(indexes, T::FILE)?;
        let table = TableFile::new(self.file(T::FILE)?, self.bytes(T::FILE)?, index);
        table.map_err(|what| StoreError::damaged(&self.manifest.model_id, what))
    }
}
