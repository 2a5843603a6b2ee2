//! `manifest.json`: written last, read first; without a sound one there is no model.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::Deserialize;

use super::{FORMAT, Manifest, StoreError, folder, model_file};

pub(super) const NAME: &str = "manifest.json";

/// Names and the schema version are cut at 255 bytes, six times that when every character is escaped; the rest is a
/// few hundred bytes. Whatever is larger was not written by us.
const BYTES_MAX: u64 = 64 * 1024;

/// The part of a manifest that every format has.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// Writes and syncs the manifest of a folder.
pub(super) fn write(folder: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    let failed = |error| StoreError::io("writing a manifest", error);
    let mut bytes = serde_json::to_vec_pretty(manifest).map_err(|error| failed(error.into()))?;
    bytes.push(b'\n');
    let mut file = File::create_new(folder.join(NAME)).map_err(failed)?;
    file.write_all(&bytes).map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// Replaces the manifest of a published model in one step by the synced one of another folder.
pub(super) fn replace(from: &Path, model: &Path) -> Result<(), StoreError> {
    fs::rename(from.join(NAME), model.join(NAME)).map_err(|error| StoreError::io("replacing a manifest", error))?;
    folder::sync(model)
}

/// Reads a manifest and opens `model.bin`, both from the same state of the folder when the caller holds
/// [`folder::Folder::change`]. Looks at sizes; checksums are left to [`model_file`].
pub(super) fn open(folder: &Path, model_id: &str) -> Result<(Manifest, File), StoreError> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(StoreError::damaged(model_id, "it is not a folder")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::Unknown(model_id.to_owned())),
        Err(error) => return Err(StoreError::io("looking for a model", error)),
    }
    let manifest = read(folder, model_id)?;
    let Some(entry) = manifest.files.iter().find(|entry| entry.name == model_file::NAME) else {
        return Err(StoreError::damaged(model_id, "the manifest names no model.bin"));
    };
    let (file, bytes) = open_file(folder, model_file::NAME, model_id)?;
    if bytes != entry.bytes {
        let what = format!("model.bin has {bytes} bytes, the manifest says {}", entry.bytes);
        return Err(StoreError::damaged(model_id, what));
    }
    Ok((manifest, file))
}

fn read(folder: &Path, model_id: &str) -> Result<Manifest, StoreError> {
    let (file, bytes) = open_file(folder, NAME, model_id)?;
    if BYTES_MAX < bytes {
        return Err(StoreError::damaged(model_id, format!("the manifest has {bytes} bytes")));
    }
    let mut text = Vec::new();
    file.take(BYTES_MAX).read_to_end(&mut text).map_err(|error| StoreError::io("reading a manifest", error))?;
    let no_manifest =
        |error: serde_json::Error| StoreError::damaged(model_id, format!("the manifest cannot be read: {error}"));
    let Version { format } = serde_json::from_slice(&text).map_err(no_manifest)?;
    if FORMAT < format {
        return Err(StoreError::FormatUnknown { model_id: model_id.to_owned(), format });
    }
    if format != FORMAT {
        return Err(StoreError::damaged(model_id, format!("there was never a format {format}")));
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(no_manifest)?;
    if manifest.model_id != model_id {
        return Err(StoreError::damaged(model_id, format!("the manifest is that of {}", manifest.model_id)));
    }
    Ok(manifest)
}

/// Opens a regular file of a model's folder, with its size.
fn open_file(folder: &Path, name: &str, model_id: &str) -> Result<(File, u64), StoreError> {
    let failed = |error: io::Error| {
        if error.kind() == io::ErrorKind::NotFound {
            return StoreError::damaged(model_id, format!("{name} is missing"));
        }
        StoreError::io(format!("opening {name}"), error)
    };
    let path = folder.join(name);
    let found = fs::symlink_metadata(&path).map_err(failed)?;
    if !found.is_file() {
        return Err(StoreError::damaged(model_id, format!("{name} is not a file")));
    }
    Ok((File::open(&path).map_err(failed)?, found.len()))
}
