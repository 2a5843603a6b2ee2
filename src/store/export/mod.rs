//! A building model as files for other programs: Parquet, Arrow IPC or CSV, joined and with names instead of numbers.
//!
//! Everything streams: one row after another into a batch, one batch after another into a file, one file after another
//! into a folder or an archive. Files by responsibility: `row` (cells and their columns), `encode` (the three formats),
//! `tables` (what stands in which file), `target` (folder and archive).

mod encode;
mod row;
mod tables;
mod target;
#[cfg(test)]
mod tests;

use std::io;

pub use self::target::{ExportTarget, FolderTarget, ZipTarget};
use crate::error::{Coded, ErrorCode};
use crate::ifc::{ModelReader, SourceReader};

/// What files are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Apache Parquet, compressed with zstd.
    Parquet,
    /// Arrow IPC files.
    Arrow,
    /// Comma-separated values (RFC 4180), UTF-8.
    Csv,
}

impl ExportFormat {
    /// Every format.
    pub const ALL: &'static [ExportFormat] = &[ExportFormat::Parquet, ExportFormat::Arrow, ExportFormat::Csv];

    /// Its name, and the ending of its files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ExportFormat::Parquet => "parquet",
            ExportFormat::Arrow => "arrow",
            ExportFormat::Csv => "csv",
        }
    }

    /// The format of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<ExportFormat> {
        ExportFormat::ALL.iter().copied().find(|format| format.as_str() == name)
    }
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The files cannot be written.
    #[error("the export cannot be written")]
    Write(#[from] io::Error),
    /// The stored model cannot be read.
    #[error("the stored model cannot be read: {0}")]
    Fault(String),
}

impl Coded for ExportError {
    fn code(&self) -> ErrorCode {
        match self {
            ExportError::Write(error) => {
                let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                if is_full { ErrorCode::DiskFull } else { ErrorCode::OutputFailed }
            }
            ExportError::Fault(_) => ErrorCode::StoreDamaged,
        }
    }
}

/// Writes every table of a model.
///
/// # Errors
/// [`ExportError`]; what was written until then is not a whole export.
pub fn export(
    model: &dyn ModelReader,
    source: &dyn SourceReader,
    format: ExportFormat,
    target: &mut dyn ExportTarget,
) -> Result<Vec<ExportedFile>, ExportError> {
    let mut files = Vec::new();
    for table in tables::TABLES {
        let name = format!("{}.{}", table.name, format.as_str());
        target.begin(&name)?;
        let mut rows = encode::Rows::begin(format, table.columns, target)?;
        (table.fill)(model, source, &mut rows)?;
        let rows = rows.finish()?;
        if let Some(fault) = model.fault() {
            return Err(ExportError::Fault(fault));
        }
        target.end()?;
        files.push(ExportedFile { name, rows });
    }
    target.finish()?;
    Ok(files)
}
