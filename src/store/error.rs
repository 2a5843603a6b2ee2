//! Why a store operation failed.

use std::io;
use std::path::PathBuf;

use super::{CatalogFault, FORMAT};
use crate::error::{Coded, ErrorCode};

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("no space left in the data folder")]
    DiskFull(#[source] io::Error),
    /// Reading or writing failed.
    #[error("the data folder could not be used: {what}")]
    Io {
        /// What was tried.
        what: String,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// Content and checksum differ.
    #[error("the stored model {model_id} is damaged: {what}")]
    Damaged {
        /// Which model.
        model_id: String,
        /// What is wrong.
        what: String,
    },
    /// Written by an earlier build, in a format that is not read any more.
    #[error("the stored model {model_id} has format {format} of an earlier version; upload its file again")]
    FormatOld {
        /// Which model.
        model_id: String,
        /// The version it was written in.
        format: u32,
    },
    /// Written by a later version of this program.
    #[error("the stored model {model_id} has format {format}; this program reads formats up to {FORMAT}")]
    FormatUnknown {
        /// Which model.
        model_id: String,
        /// The version it was written in.
        format: u32,
    },
    /// Another process has the folder open.
    #[error("another process uses the data folder {}", .0.display())]
    InUse(PathBuf),
    /// The path of the folder, or a part of it, is a file.
    #[error("the path of the data folder leads to a file: {}", .0.display())]
    IsFile(PathBuf),
    /// No such model.
    #[error("there is no building model {0}")]
    Unknown(String),
    /// The folder is full by count.
    #[error("the data folder already holds {0} models")]
    Full(usize),
    /// The catalog's file cannot be used.
    #[error("the catalog could not be used: {0}")]
    Catalog(String),
    /// As many changes wait for the catalog as may.
    #[error("{0} changes wait for the catalog")]
    CatalogBusy(usize),
    /// The catalog takes no changes until what it failed at is over.
    #[error(transparent)]
    CatalogDown(CatalogFault),
}

impl StoreError {
    /// Tells a full disk from every other failure of a file operation.
    pub(super) fn io(what: impl Into<String>, source: io::Error) -> StoreError {
        if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            return StoreError::DiskFull(source);
        }
        StoreError::Io { what: what.into(), source }
    }

    /// The error of a sink or its scratch files.
    #[must_use]
    pub fn of_sink(source: io::Error) -> StoreError {
        StoreError::io("writing a model's files", source)
    }

    /// The same failure, for another who waited for the same commit.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all others are told by their sentence")]
    pub(super) fn again(&self) -> StoreError {
        match self {
            StoreError::DiskFull(source) => StoreError::DiskFull(io::Error::from(source.kind())),
            StoreError::CatalogDown(fault) => StoreError::CatalogDown(fault.clone()),
            other => StoreError::Catalog(other.to_string()),
        }
    }

    pub(super) fn damaged(model_id: &str, what: impl Into<String>) -> StoreError {
        StoreError::Damaged { model_id: model_id.to_owned(), what: what.into() }
    }
}

impl Coded for StoreError {
    fn code(&self) -> ErrorCode {
        match self {
            StoreError::DiskFull(_) => ErrorCode::DiskFull,
            StoreError::Io { .. } | StoreError::Catalog(_) => ErrorCode::StoreFailed,
            StoreError::CatalogBusy(_) => ErrorCode::CatalogBusy,
            StoreError::CatalogDown(fault) => fault.code(),
            // Who reads either has the same to do: upload the model again.
            StoreError::Damaged { .. } | StoreError::FormatOld { .. } => ErrorCode::StoreDamaged,
            StoreError::FormatUnknown { .. } => ErrorCode::StoreFormatUnknown,
            StoreError::InUse(_) => ErrorCode::DataFolderInUse,
            StoreError::IsFile(_) => ErrorCode::DataFolderIsFile,
            StoreError::Unknown(_) => ErrorCode::ModelUnknown,
            StoreError::Full(_) => ErrorCode::ModelsFull,
        }
    }
}
