//! `model.bin`: eight bytes of magic, the format as four bytes little-endian, then the model in postcard.
//!
//! Writing streams: beside the model itself it needs one buffer. Reading holds the file's bytes until they are decoded,
//! because the checksum must be known before anything is believed.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use super::{FORMAT, FileEntry, Manifest, StoreError};
use crate::ifc::{BuildingModel, FactModel, MemoryFacts, ModelSummary};
use crate::limits;

pub(super) const NAME: &str = "model.bin";

const MAGIC: [u8; 8] = *b"IFCMODEL";
const HEADER_BYTES: usize = MAGIC.len() + size_of::<u32>();

/// Writes and syncs a model.
pub(super) fn write(path: &Path, model: &BuildingModel) -> Result<FileEntry, StoreError> {
    let failed = |error| StoreError::io("writing model.bin", error);
    let file = File::create_new(path).map_err(failed)?;
    let hashing = Hashing { file, hasher: blake3::Hasher::new(), bytes: 0 };
    let mut out = Remembering { inner: BufWriter::with_capacity(limits::READ_BUFFER_BYTES, hashing), failure: None };
    let encoded = header_and_body(&mut out, model);
    if let Some(error) = out.failure {
        return Err(failed(error));
    }
    encoded.map_err(failed)?;
    let Hashing { file, hasher, bytes } = out.inner.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(FileEntry { name: NAME.to_owned(), bytes, blake3: hasher.finalize().to_hex().to_string() })
}

/// Compares the checksum of an open `model.bin` with its manifest.
pub(super) fn verify(file: File, manifest: &Manifest) -> Result<(), StoreError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file).map_err(|error| StoreError::io("reading model.bin", error))?;
    compare(&hasher, manifest)
}

/// Reads an open `model.bin` and verifies its checksum before it is decoded.
pub(super) fn read(file: File, manifest: &Manifest) -> Result<BuildingModel, StoreError> {
    let failed = |error| StoreError::io("reading model.bin", error);
    let bytes_stated = entry(manifest)?.bytes;
    let mut bytes = Vec::new();
    let capacity = usize::try_from(bytes_stated).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(capacity).map_err(|error| failed(io::Error::new(io::ErrorKind::OutOfMemory, error)))?;
    file.take(bytes_stated).read_to_end(&mut bytes).map_err(failed)?;
    compare(blake3::Hasher::new().update(&bytes), manifest)?;
    decode(&bytes, &manifest.model_id)
}

fn header_and_body(out: &mut impl Write, model: &BuildingModel) -> io::Result<()> {
    out.write_all(&MAGIC)?;
    out.write_all(&FORMAT.to_le_bytes())?;
    postcard::to_io(&(model.facts(), model.summary()), out).map(|_| ()).map_err(io::Error::other)
}

fn decode(bytes: &[u8], model_id: &str) -> Result<BuildingModel, StoreError> {
    let Some((header, body)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Err(StoreError::damaged(model_id, "model.bin is shorter than its header"));
    };
    let [m0, m1, m2, m3, m4, m5, m6, m7, format @ ..] = *header;
    if [m0, m1, m2, m3, m4, m5, m6, m7] != MAGIC {
        return Err(StoreError::damaged(model_id, "model.bin does not begin as one"));
    }
    let format = u32::from_le_bytes(format);
    if FORMAT < format {
        return Err(StoreError::FormatUnknown { model_id: model_id.to_owned(), format });
    }
    match postcard::take_from_bytes::<(MemoryFacts, ModelSummary)>(body) {
        Ok(((facts, summary), [])) => Ok(FactModel::new(facts, summary)),
        Ok((_, rest)) => Err(StoreError::damaged(model_id, format!("{} bytes follow the model", rest.len()))),
        Err(error) => Err(StoreError::damaged(model_id, format!("model.bin cannot be decoded: {error}"))),
    }
}

fn entry(manifest: &Manifest) -> Result<&FileEntry, StoreError> {
    let found = manifest.files.iter().find(|entry| entry.name == NAME);
    found.ok_or_else(|| StoreError::damaged(&manifest.model_id, "the manifest names no model.bin"))
}

fn compare(hasher: &blake3::Hasher, manifest: &Manifest) -> Result<(), StoreError> {
    if hasher.finalize().to_hex().as_str() == entry(manifest)?.blake3 {
        Ok(())
    } else {
        Err(StoreError::damaged(&manifest.model_id, "the checksum of model.bin is another"))
    }
}

/// Hashes and counts what reaches the file. Below the buffer, because the encoder writes byte by byte.
struct Hashing {
    file: File,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.file.write(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or(buffer));
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Keeps the first failure: postcard reports only that there was one, and a full disk must be told from the rest.
struct Remembering<W> {
    inner: W,
    failure: Option<io::Error>,
}

impl<W> Remembering<W> {
    fn remember<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.failure.get_or_insert(error);
            }
            io::Error::from(kind)
        })
    }
}

impl<W: Write> Write for Remembering<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(buffer);
        self.remember(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.remember(result)
    }
}
