//! The data folder: its lock, the sweep at start, staging, and the renames that make a model appear and disappear.
//!
//! Only files with our names inside folders with our names are ever removed. Symbolic links are not followed.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{StoreError, manifest};
use crate::limits;

const MODELS: &str = "models";
const INCOMING: &str = "incoming";
const UPLOADS: &str = "uploads";
const LOCK: &str = "lock";

/// Hexadecimal digits of a model's id, and of the random name of a folder in `incoming`.
const ID_DIGITS: usize = 32;

/// Building models are nobody else's business.
const FOLDER_MODE: u32 = 0o700;

#[derive(Debug)]
pub(super) struct Folder {
    models: PathBuf,
    incoming: PathBuf,
    /// Guards what a path in `models` means. Held for a verification at most, never while a model is written.
    change: Mutex<()>,
    /// Open as long as the lock is to be held; the kernel gives it back when the process ends in whatever way.
    _lock: File,
}

/// Whether a text is a model's id. Nothing else may become part of a path.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == ID_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Makes the entries of a folder durable.
pub(super) fn sync(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(|error| StoreError::io("syncing a folder", error))
}

/// Makes a folder where there is none, with the folders above it, and makes each durable in the one that holds it.
fn make(data: &Path) -> Result<(), StoreError> {
    let is_new = |path: &&Path| !path.as_os_str().is_empty() && matches!(path.try_exists(), Ok(false));
    let made: Vec<&Path> = data.ancestors().take_while(is_new).collect();
    fs::create_dir_all(data).map_err(|error| {
        if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory) {
            return StoreError::IsFile(data.to_owned());
        }
        StoreError::io(format!("making the folder in {}", data.display()), error)
    })?;
    made.iter().try_for_each(|path| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        sync(parent.unwrap_or_else(|| Path::new(".")))
    })
}

impl Folder {
    pub(super) fn open(data: &Path) -> Result<Folder, StoreError> {
        let failed = |what: &str| {
            let what = format!("{what} in {}", data.display());
            move |error| StoreError::io(what, error)
        };
        let (models, incoming) = (data.join(MODELS), data.join(INCOMING));
        make(data)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(data.join(LOCK))
            .map_err(failed("opening the lock file"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(data.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed("locking")(error)),
        }
        fs::create_dir_all(&models).map_err(failed("making the folder of models"))?;
        fs::create_dir_all(&incoming).map_err(failed("making the folder of incoming models"))?;
        sync(data)?;
        let folder = Folder { models, incoming, change: Mutex::new(()), _lock: lock };
        folder.sweep()?;
        Ok(folder)
    }

    /// Serialises everything that reads or changes what a path in `models` means.
    pub(super) fn change(&self) -> MutexGuard<'_, ()> {
        // The mutex guards no memory, so a panic elsewhere leaves nothing half-changed behind it.
        self.change.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a model with a validated id is.
    pub(super) fn model(&self, model_id: &str) -> PathBuf {
        assert!(is_id(model_id), "only validated ids become paths");
        self.models.join(model_id)
    }

    /// Where a model is, for an id from outside.
    pub(super) fn known(&self, model_id: &str) -> Result<PathBuf, StoreError> {
        if is_id(model_id) { Ok(self.model(model_id)) } else { Err(StoreError::Unknown(model_id.to_owned())) }
    }

    /// The ids of all folders in `models`, in no order. What has another name is not ours.
    pub(super) fn model_ids(&self) -> Result<Vec<String>, StoreError> {
        let failed = |error| StoreError::io("listing the models", error);
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.models).map_err(failed)? {
            if let Some(id) = entry.map_err(failed)?.file_name().to_str().filter(|name| is_id(name)) {
                ids.push(id.to_owned());
            }
        }
        Ok(ids)
    }

    pub(super) fn ensure_room(&self) -> Result<(), StoreError> {
        if self.model_ids()?.len() < limits::MODELS_MAX { Ok(()) } else { Err(StoreError::Full(limits::MODELS_MAX)) }
    }

    /// Where uploads that come in pieces are.
    pub(super) fn uploads(&self) -> PathBuf {
        self.models.with_file_name(UPLOADS)
    }

    /// Makes an empty folder in `incoming`.
    pub(super) fn stage(&self) -> Result<Staged, StoreError> {
        Staged::make(self.fresh())
    }

    /// Renames a complete, synced folder to its place. The caller holds [`Folder::change`] and has seen the place empty.
    pub(super) fn put(&self, mut staged: Staged, model_id: &str) -> Result<(), StoreError> {
        let place = self.model(model_id);
        fs::rename(staged.path(), &place).map_err(|error| StoreError::io("renaming the model into place", error))?;
        if let Err(error) = sync(&self.models).and_then(|()| sync(&self.incoming)) {
            // The caller is told that nothing was published, so nothing may be.
            if fs::rename(&place, staged.path()).is_err() {
                tracing::error!(model_id, "a model whose publication failed could not be taken back");
            }
            return Err(error);
        }
        staged.path = None;
        Ok(())
    }

    /// Takes a model out of the catalog in one step and removes its files after that; does nothing when it is absent.
    /// The caller holds [`Folder::change`].
    pub(super) fn set_aside(&self, model_id: &str) -> Result<(), StoreError> {
        let aside = self.fresh();
        match fs::rename(self.model(model_id), &aside) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(StoreError::io("taking a model out of the catalog", error)),
        }
        sync(&self.models)?;
        remove(&aside);
        Ok(())
    }

    fn fresh(&self) -> PathBuf {
        self.incoming.join(uuid::Uuid::now_v7().simple().to_string())
    }

    fn sweep(&self) -> Result<(), StoreError> {
        let failed = |error| StoreError::io("listing the incoming models", error);
        for entry in fs::read_dir(&self.incoming).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_str().is_some_and(is_id) {
                remove(&entry.path());
            } else {
                tracing::warn!(path = %entry.path().display(), "left alone, it is not ours");
            }
        }
        Ok(())
    }
}

/// A folder in `incoming`, or a temporary one; removed when dropped, unless it was put in its place.
#[derive(Debug)]
pub(super) struct Staged {
    path: Option<PathBuf>,
}

impl Staged {
    /// Makes an empty folder that only its owner may look into.
    pub(super) fn make(path: PathBuf) -> Result<Staged, StoreError> {
        let made = fs::DirBuilder::new().mode(FOLDER_MODE).create(&path);
        made.map_err(|error| StoreError::io("making an incoming folder", error))?;
        Ok(Staged { path: Some(path) })
    }

    pub(super) fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or_else(|| Path::new(""))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            remove(path);
        }
    }
}

/// Removes a folder of `incoming`. Failure is logged only: the next start sweeps again, and nobody reads it meanwhile.
pub(super) fn remove(folder: &Path) {
    if let Err(error) = remove_ours(folder) {
        tracing::warn!(path = %folder.display(), %error, "an incoming folder was not removed");
    }
}

/// Removes our files and then the folder, which fails when anything else is in it.
fn remove_ours(folder: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(folder)?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a folder of ours"));
    }
    for name in manifest::ours() {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::remove_dir(folder)
}
