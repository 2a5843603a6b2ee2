//! Uploads that come in pieces, on disk until their last byte is there and read.
//!
//! ```text
//! DATA/uploads/<upload id>.json   what it is, how many of its bytes are durable, and how its reading ended
//! DATA/uploads/<upload id>.part   its bytes; gone once they are read
//! DATA/uploads/<upload id>.new    the record while it is written; renamed over the `.json`
//! ```
//!
//! Bytes are synced before the record says that they are there, and the record is renamed into place and its folder
//! synced before anybody is told. What stands in a `.part` beyond its record was never promised and is cut off.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::folder::{self, Folder};
use super::{Store, StoreError};

/// Version of the record. A record of a higher version is left alone.
const FORMAT: u32 = 1;

const RECORD: &str = "json";
const PART: &str = "part";
const NEW: &str = "new";

/// Building models are nobody else's business.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// What is known of an upload that comes in pieces; the content of its `.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialRecord {
    /// Version of the record.
    pub format: u32,
    /// Its id.
    pub upload_id: String,
    /// Bytes in all.
    pub length: u64,
    /// Bytes that are durable.
    pub offset: u64,
    /// Name of the model.
    pub name: String,
    /// Whether the first fault refuses the file.
    pub strict: bool,
    /// What the client said about it, as it said it.
    pub metadata: String,
    /// The client's mark of the file, by which another file is told from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// When it is forgotten, in seconds since 1970.
    pub expires_at: u64,
    /// How its reading ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<PartialOutcome>,
}

/// How the reading of a complete upload ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartialOutcome {
    /// It is a model.
    Ready {
        /// Which one.
        model_id: String,
    },
    /// It is none.
    Failed {
        /// The public code.
        code: String,
        /// What was wrong.
        detail: String,
    },
}

impl PartialRecord {
    /// A record of an upload that has no bytes yet.
    #[must_use]
    pub fn new(upload_id: String, length: u64, name: String, expires_at: u64) -> PartialRecord {
        PartialRecord {
            format: FORMAT,
            upload_id,
            length,
            offset: 0,
            name,
            strict: false,
            metadata: String::new(),
            fingerprint: None,
            expires_at,
            outcome: None,
        }
    }

    /// Whether every byte is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.length <= self.offset
    }
}

/// The folder of uploads that come in pieces. All calls block.
#[derive(Debug)]
pub struct Partials {
    folder: PathBuf,
    /// What was there when the folder was opened.
    found: Vec<PartialRecord>,
    /// Nobody else may write here meanwhile.
    _lock: Arc<Folder>,
}

impl Store {
    /// Opens the folder of uploads that come in pieces: cuts what was not promised, removes what belongs to nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be made or read.
    pub fn partials(&self) -> Result<Partials, StoreError> {
        Partials::open(self.folder.uploads(), Arc::clone(&self.folder))
    }
}

impl Partials {
    fn open(path: PathBuf, lock: Arc<Folder>) -> Result<Partials, StoreError> {
        match fs::DirBuilder::new().mode(FOLDER_MODE).create(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(StoreError::io("making the folder of uploads", error));
            }
            _ => {}
        }
        if let Some(data) = path.parent() {
            folder::sync(data)?;
        }
        let mut partials = Partials { folder: path, found: Vec::new(), _lock: lock };
        partials.found = partials.recover()?;
        Ok(partials)
    }

    /// What was there when the folder was opened, oldest first.
    #[must_use]
    pub fn found(&self) -> &[PartialRecord] {
        &self.found
    }

    /// Makes an upload without bytes; durable when this returns.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn create(&self, record: &PartialRecord) -> Result<(), StoreError> {
        let failed = |error| StoreError::io("making an upload's files", error);
        let part = self.path(&record.upload_id, PART);
        let made = File::options().write(true).create_new(true).mode(FILE_MODE).open(part).map_err(failed);
        // The folder is synced with the record, which covers this name too.
        made.and_then(|_file| self.write_record(record)).inspect_err(|_| self.remove(&record.upload_id))
    }

    /// Opens an upload for more bytes behind those that are durable. Only one at a time may have it open.
    ///
    /// # Errors
    /// [`StoreError`] when its file cannot be opened.
    pub fn append(self: &Arc<Self>, record: PartialRecord) -> Result<PartialFile, StoreError> {
        let failed = |error| StoreError::io("opening an upload's file", error);
        let file = File::options().append(true).open(self.path(&record.upload_id, PART)).map_err(failed)?;
        // What somebody wrote and did not finish was never promised.
        file.set_len(record.offset).map_err(failed)?;
        let written = record.offset;
        Ok(PartialFile { partials: Arc::clone(self), file, record, written })
    }

    /// Opens the bytes of an upload.
    ///
    /// # Errors
    /// [`StoreError`] when its file cannot be opened.
    pub fn read(&self, upload_id: &str) -> Result<File, StoreError> {
        let opened = File::open(self.path(upload_id, PART));
        opened.map_err(|error| StoreError::io("opening an upload's file", error))
    }

    /// Keeps how the reading of an upload ended, and gives its bytes back to the disk.
    ///
    /// # Errors
    /// [`StoreError`] when the record cannot be written; the bytes are kept then.
    pub fn end(&self, record: &PartialRecord) -> Result<(), StoreError> {
        self.write_record(record)?;
        remove_file(&self.path(&record.upload_id, PART));
        Ok(())
    }

    /// Removes an upload. Failure is logged only: the next start finds what is left.
    pub fn remove(&self, upload_id: &str) {
        // The record first: without it the rest belongs to nothing.
        for kind in [RECORD, PART, NEW] {
            remove_file(&self.path(upload_id, kind));
        }
    }

    fn path(&self, upload_id: &str, kind: &str) -> PathBuf {
        assert!(folder::is_id(upload_id), "only our own ids become paths");
        self.folder.join(format!("{upload_id}.{kind}"))
    }

    /// Writes a record beside the old one and renames it into its place.
    fn write_record(&self, record: &PartialRecord) -> Result<(), StoreError> {
        let failed = |error| StoreError::io("writing an upload's record", error);
        let new = self.path(&record.upload_id, NEW);
        let text = serde_json::to_vec(record).map_err(|error| failed(error.into()))?;
        let mut file =
            File::options().write(true).create(true).truncate(true).mode(FILE_MODE).open(&new).map_err(failed)?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&new, self.path(&record.upload_id, RECORD)).map_err(failed)?;
        folder::sync(&self.folder)
    }

    /// The uploads whose files agree; the rest is removed.
    fn recover(&self) -> Result<Vec<PartialRecord>, StoreError> {
        let failed = |error| StoreError::io("listing the uploads", error);
        let (mut records, mut others) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let Some((id, kind)) =
                name.to_str().and_then(|name| name.split_once('.')).filter(|(id, _)| folder::is_id(id))
            else {
                tracing::warn!(name = %name.display(), "left alone, it is no upload of ours");
                continue;
            };
            match kind {
                RECORD => records.extend(self.recover_one(id)),
                PART | NEW => others.push((id.to_owned(), kind.to_owned())),
                _ => tracing::warn!(name = %name.display(), "left alone, it is no upload of ours"),
            }
        }
        for (id, kind) in others {
            if kind == NEW || !matches!(self.path(&id, RECORD).try_exists(), Ok(true)) {
                remove_file(&self.path(&id, &kind));
            }
        }
        // Ids are ordered by time.
        records.sort_by(|a: &PartialRecord, b| a.upload_id.cmp(&b.upload_id));
        Ok(records)
    }

    /// One upload whose record is there. A damaged one is removed: its client begins again.
    fn recover_one(&self, upload_id: &str) -> Option<PartialRecord> {
        let record = fs::read(self.path(upload_id, RECORD))
            .and_then(|text| serde_json::from_slice::<PartialRecord>(&text).map_err(io::Error::from));
        let record = match record {
            Ok(record) if FORMAT < record.format => {
                tracing::warn!(upload_id, format = record.format, "left alone, a later version wrote this upload");
                return None;
            }
            Ok(record) if record.outcome.is_some() => {
                remove_file(&self.path(upload_id, PART));
                return Some(record);
            }
            Ok(record) => record,
            Err(error) => {
                tracing::warn!(upload_id, %error, "an upload's record cannot be read; it is removed");
                self.remove(upload_id);
                return None;
            }
        };
        match self.cut(&record) {
            Ok(()) => Some(record),
            Err(error) => {
                tracing::warn!(upload_id, %error, "an upload's bytes are not those that its record tells; it is removed");
                self.remove(upload_id);
                None
            }
        }
    }

    /// Cuts what stands beyond the record.
    fn cut(&self, record: &PartialRecord) -> io::Result<()> {
        let file = File::options().write(true).open(self.path(&record.upload_id, PART))?;
        let length = file.metadata()?.len();
        if length < record.offset || record.upload_id.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is shorter than its record says"));
        }
        if record.offset < length {
            file.set_len(record.offset)?;
            file.sync_all()?;
        }
        Ok(())
    }
}

fn remove_file(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "a file of an upload was not removed");
        }
        _ => {}
    }
}

/// An upload that takes bytes.
#[derive(Debug)]
pub struct PartialFile {
    partials: Arc<Partials>,
    file: File,
    record: PartialRecord,
    /// Bytes in the file, durable or not.
    written: u64,
}

impl PartialFile {
    /// What is durable.
    #[must_use]
    pub fn record(&self) -> &PartialRecord {
        &self.record
    }

    /// Bytes written that are not durable yet.
    #[must_use]
    pub fn unsynced(&self) -> u64 {
        self.written.saturating_sub(self.record.offset)
    }

    /// Bytes that are still to come.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.record.length.saturating_sub(self.written)
    }

    /// Writes bytes behind the last; none of them is durable yet.
    ///
    /// # Errors
    /// [`StoreError`]; the file goes back to what it had before then, which can still be made durable.
    ///
    /// # Panics
    /// When there are more bytes than are missing.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.write_by(bytes, |mut file| file.write_all(bytes))
    }

    fn write_by(&mut self, bytes: &[u8], write: impl FnOnce(&File) -> io::Result<()>) -> Result<(), StoreError> {
        assert!(bytes.len() as u64 <= self.missing(), "the caller counts");
        if let Err(error) = write(&self.file) {
            self.roll_back(self.written);
            return Err(StoreError::io("writing an upload", error));
        }
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Makes every byte durable, and then the record of it.
    ///
    /// # Errors
    /// [`StoreError`]; what was durable before still is.
    pub fn sync(&mut self, expires_at: u64) -> Result<(), StoreError> {
        self.file.sync_data().map_err(|error| StoreError::io("writing an upload", error))?;
        let record = PartialRecord { offset: self.written, expires_at, ..self.record.clone() };
        self.partials.write_record(&record)?;
        self.record = record;
        Ok(())
    }

    /// Takes bytes back, down to an offset; bytes that were durable are given up by the record first.
    ///
    /// # Errors
    /// [`StoreError`] when the record cannot be written.
    pub fn take_back(&mut self, offset: u64) -> Result<(), StoreError> {
        if offset < self.record.offset {
            let record = PartialRecord { offset, ..self.record.clone() };
            self.partials.write_record(&record)?;
            self.record = record;
        }
        self.roll_back(offset);
        Ok(())
    }

    /// A file that cannot be cut now is cut before the next bytes.
    fn roll_back(&mut self, offset: u64) {
        match self.file.set_len(offset) {
            Ok(()) => self.written = offset,
            Err(error) => tracing::warn!(upload_id = self.record.upload_id, %error, "an upload was not cut"),
        }
    }
}

#[cfg(test)]
mod tests;
