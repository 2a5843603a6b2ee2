//! `manifest.json`: written last, read first; without a sound one there is no model.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::Deserialize;

use super::table::{
    Blocks, Boundaries, Classifications, Entities, Items, Links, Materials, Ranges, Records, Relations, SetLinks, Sets,
    TEXTS, Table,
};
use super::write::SOURCE;
use super::{FORMAT, FileEntry, Manifest, StoreError, folder, staging};

pub(super) const NAME: &str = "manifest.json";
/// Head, storeys and problems.
pub(super) const HEAD: &str = "head.json";
/// Where the batches of the tables stand.
pub(super) const TABLES: &str = "tables.json";

/// Every file that a model must have beside its manifest.
pub(super) const FILES: &[&str] = &[
    HEAD,
    TABLES,
    TEXTS,
    Entities::FILE,
    Links::FILE,
    Sets::FILE,
    Items::FILE,
    Ranges::FILE,
    SetLinks::FILE,
    Materials::FILE,
    Classifications::FILE,
    Boundaries::FILE,
    Relations::FILE,
    Records::FILE,
    Blocks::FILE,
    SOURCE,
];

/// The one file of a model of format 1.
const FORMAT_1: &str = "model.bin";

/// Every file that is ever removed.
pub(super) fn ours() -> impl Iterator<Item = &'static str> {
    FILES.iter().copied().chain([NAME, staging::SCRATCH, FORMAT_1])
}

/// Names and the schema version are cut at 255 bytes, six times that when every character is escaped; a file takes 200
/// bytes, the rest a few hundred. Whatever is larger was not written by us.
const BYTES_MAX: u64 = 64 * 1024;

/// The part of a manifest that every format has.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// Writes the manifest of a folder, synced where that is wanted.
pub(super) fn write(folder: &Path, manifest: &Manifest, is_durable: bool) -> Result<(), StoreError> {
    let failed = |error| StoreError::io("writing a manifest", error);
    let mut bytes = serde_json::to_vec_pretty(manifest).map_err(|error| failed(error.into()))?;
    bytes.push(b'\n');
    let mut file = File::create_new(folder.join(NAME)).map_err(failed)?;
    file.write_all(&bytes).map_err(failed)?;
    if is_durable { file.sync_all().map_err(failed) } else { Ok(()) }
}

/// Replaces the manifest of a published model in one step by the synced one of another folder.
pub(super) fn replace(from: &Path, model: &Path) -> Result<(), StoreError> {
    fs::rename(from.join(NAME), model.join(NAME)).map_err(|error| StoreError::io("replacing a manifest", error))?;
    folder::sync(model)
}

/// Reads a manifest and looks at the kinds and sizes of the files it names; checksums are left to whoever reads them.
pub(super) fn check(folder: &Path, model_id: &str) -> Result<Manifest, StoreError> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(StoreError::damaged(model_id, "it is not a folder")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::Unknown(model_id.to_owned())),
        Err(error) => return Err(StoreError::io("looking for a model", error)),
    }
    let manifest = read(folder, model_id)?;
    for name in FILES {
        let (stated, bytes) = (entry(&manifest, name)?.bytes, size(folder, name, model_id)?);
        if bytes != stated {
            let what = format!("{name} has {bytes} bytes, the manifest says {stated}");
            return Err(StoreError::damaged(model_id, what));
        }
    }
    Ok(manifest)
}

/// What a manifest says of a file.
pub(super) fn entry<'a>(manifest: &'a Manifest, name: &str) -> Result<&'a FileEntry, StoreError> {
    let found = manifest.files.iter().find(|entry| entry.name == name);
    found.ok_or_else(|| StoreError::damaged(&manifest.model_id, format!("the manifest names no {name}")))
}

fn read(folder: &Path, model_id: &str) -> Result<Manifest, StoreError> {
    let bytes = size(folder, NAME, model_id)?;
    if BYTES_MAX < bytes {
        return Err(StoreError::damaged(model_id, format!("the manifest has {bytes} bytes")));
    }
    let mut text = Vec::new();
    let file = open(folder, NAME, model_id)?;
    file.take(BYTES_MAX).read_to_end(&mut text).map_err(|error| StoreError::io("reading a manifest", error))?;
    let no_manifest =
        |error: serde_json::Error| StoreError::damaged(model_id, format!("the manifest cannot be read: {error}"));
    let Version { format } = serde_json::from_slice(&text).map_err(no_manifest)?;
    if FORMAT < format {
        return Err(StoreError::FormatUnknown { model_id: model_id.to_owned(), format });
    }
    if format == 0 {
        return Err(StoreError::damaged(model_id, "there was never a format 0"));
    }
    if format != FORMAT {
        return Err(StoreError::FormatOld { model_id: model_id.to_owned(), format });
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(no_manifest)?;
    if manifest.model_id != model_id {
        return Err(StoreError::damaged(model_id, format!("the manifest is that of {}", manifest.model_id)));
    }
    Ok(manifest)
}

fn failed_to_open(name: &str, model_id: &str, error: io::Error) -> StoreError {
    if error.kind() == io::ErrorKind::NotFound {
        return StoreError::damaged(model_id, format!("{name} is missing"));
    }
    StoreError::io(format!("opening {name}"), error)
}

/// The size of a regular file of a model's folder.
fn size(folder: &Path, name: &str, model_id: &str) -> Result<u64, StoreError> {
    let found = fs::symlink_metadata(folder.join(name)).map_err(|error| failed_to_open(name, model_id, error))?;
    if found.is_file() {
        return Ok(found.len());
    }
    Err(StoreError::damaged(model_id, format!("{name} is not a file")))
}

/// Opens a file of a model's folder.
pub(super) fn open(folder: &Path, name: &str, model_id: &str) -> Result<File, StoreError> {
    File::open(folder.join(name)).map_err(|error| failed_to_open(name, model_id, error))
}
