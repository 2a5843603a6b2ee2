//! Opening and reading a file, with a bar on standard error while somebody watches.

use std::env;
use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ifc_json_chunking::error::{Coded, ErrorCode};
use ifc_json_chunking::formats::{ContentEncoding, Progress, ReadFacts, ReadOptions};
use ifc_json_chunking::store::{StoredModel, TemporaryModel};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;

/// Why a file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("there is no file {}", .0.display())]
    NotFound(PathBuf),
    #[error("{} is a folder, not a file", .0.display())]
    IsFolder(PathBuf),
    #[error("{} may not be read", .0.display())]
    NotPermitted(PathBuf),
    #[error("{} is empty", .0.display())]
    Empty(PathBuf),
    #[error("{} cannot be read", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
}

impl Coded for FileError {
    fn code(&self) -> ErrorCode {
        match self {
            FileError::NotFound(_) => ErrorCode::FileNotFound,
            FileError::IsFolder(_) => ErrorCode::FileIsFolder,
            FileError::NotPermitted(_) => ErrorCode::FileNotPermitted,
            FileError::Empty(_) => ErrorCode::FileEmpty,
            FileError::Unreadable(..) => ErrorCode::FileUnreadable,
        }
    }
}

impl FileError {
    fn new(path: &Path, error: io::Error) -> FileError {
        use io::ErrorKind as Kind;
        let path = path.to_owned();
        if error.kind() == Kind::PermissionDenied {
            FileError::NotPermitted(path)
        } else if matches!(error.kind(), Kind::NotFound | Kind::NotADirectory) {
            FileError::NotFound(path)
        } else {
            FileError::Unreadable(path, error)
        }
    }
}

/// Opens a file for reading, with its size. A pipe has none and is waited for.
pub(crate) fn open(path: &Path) -> Result<(File, Option<u64>), FileError> {
    let failed = |error| FileError::new(path, error);
    // Asked before opening: a folder that may not be read is a folder first.
    let found = fs::metadata(path).map_err(failed)?;
    if found.is_dir() {
        return Err(FileError::IsFolder(path.to_owned()));
    }
    let file = File::open(path).map_err(failed)?;
    match found.is_file().then_some(found.len()) {
        Some(0) => Err(FileError::Empty(path.to_owned())),
        bytes => Ok((file, bytes)),
    }
}

/// Reads a building model into a temporary folder, which is gone with the model. The bar appears only when standard error
/// is a terminal.
pub(crate) fn read_model(path: &Path, options: ReadOptions) -> Result<(StoredModel, ReadFacts), Failure> {
    let (file, bytes) = open(path).map_err(|error| Failure::file(&error))?;
    with_bar(bytes, |on_progress| {
        TemporaryModel::read(&env::temp_dir(), file, ContentEncoding::Identity, options, on_progress)
    })
    .map_err(|error| Failure::import(path, &error))
}

/// Runs a reading with a bar.
pub(crate) fn with_bar<T>(
    bytes: Option<u64>,
    read: impl FnOnce(&mut dyn FnMut(Progress) -> ControlFlow<()>) -> T,
) -> T {
    let bar = bar(bytes);
    let mut on_progress = |progress: Progress| {
        bar.set_position(progress.bytes_read);
        bar.set_message(progress.entities.to_string());
        ControlFlow::Continue(())
    };
    let result = read(&mut on_progress);
    bar.finish_and_clear();
    result
}

fn bar(bytes: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = match bytes {
        Some(_) => "{bar:30} {binary_bytes}/{binary_total_bytes}  {msg} entities  {binary_bytes_per_sec}  {eta}",
        None => "{spinner} {binary_bytes}  {msg} entities  {binary_bytes_per_sec}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr()).with_style(style).with_message("0")
}
