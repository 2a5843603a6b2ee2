//! Rows as Parquet, Arrow IPC or CSV.

use std::io::{self, BufWriter, Write};

use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::ExportFormat;
use super::row::{Cell, Column, Gatherer};
use super::target::ExportTarget;
use crate::limits;

/// The file that a target has begun.
struct Entry<'a>(&'a mut dyn ExportTarget);

impl Write for Entry<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Encoder<'a> {
    Parquet(Gatherer, Box<ArrowWriter<Entry<'a>>>),
    Arrow(Gatherer, Box<FileWriter<Entry<'a>>>),
    Csv(BufWriter<Entry<'a>>),
}

/// Takes the rows of one table.
pub(super) struct Rows<'a> {
    encoder: Encoder<'a>,
    count: u64,
}

/// The cause of a failure, where it is one of writing.
fn of_arrow(error: ArrowError) -> io::Error {
    if let ArrowError::IoError(_, source) = error { source } else { io::Error::other(error) }
}

fn of_parquet(error: ParquetError) -> io::Error {
    if let ParquetError::External(source) = error {
        return source.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error);
    }
    io::Error::other(error)
}

impl<'a> Rows<'a> {
    pub(super) fn begin(
        format: ExportFormat,
        columns: &[Column],
        target: &'a mut dyn ExportTarget,
    ) -> io::Result<Rows<'a>> {
        let entry = Entry(target);
        let encoder = match format {
            ExportFormat::Parquet => {
                let gatherer = Gatherer::new(columns);
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .set_max_row_group_row_count(Some(limits::EXPORT_ROW_GROUP_ROWS))
                    .build();
                let writer = ArrowWriter::try_new(entry, gatherer.schema().clone(), Some(properties));
                Encoder::Parquet(gatherer, Box::new(writer.map_err(of_parquet)?))
            }
            ExportFormat::Arrow => {
                let gatherer = Gatherer::new(columns);
                let writer = FileWriter::try_new(entry, gatherer.schema()).map_err(of_arrow)?;
                Encoder::Arrow(gatherer, Box::new(writer))
            }
            ExportFormat::Csv => {
                let mut out = BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, entry);
                let names: Vec<Cell<'_>> = columns.iter().map(|(name, _)| Cell::Text(name)).collect();
                write_line(&mut out, &names)?;
                Encoder::Csv(out)
            }
        };
        Ok(Rows { encoder, count: 0 })
    }

    /// Takes a row; its cells in the order of the columns.
    pub(super) fn push(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.count += 1;
        match &mut self.encoder {
            Encoder::Csv(out) => return write_line(out, cells),
            Encoder::Parquet(gatherer, _) | Encoder::Arrow(gatherer, _) => {
                gatherer.push(cells);
                if gatherer.rows < limits::EXPORT_BATCH_ROWS && gatherer.bytes < limits::EXPORT_BATCH_BYTES {
                    return Ok(());
                }
            }
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.encoder {
            Encoder::Csv(_) => Ok(()),
            Encoder::Parquet(gatherer, writer) => {
                writer.write(&gatherer.batch()?).map_err(of_parquet)?;
                if limits::EXPORT_ROW_GROUP_BYTES < writer.in_progress_size() {
                    writer.flush().map_err(of_parquet)?;
                }
                Ok(())
            }
            Encoder::Arrow(gatherer, writer) => writer.write(&gatherer.batch()?).map_err(of_arrow),
        }
    }

    /// Ends the file; the number of its rows.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        let waiting = match &self.encoder {
            Encoder::Csv(_) => 0,
            Encoder::Parquet(gatherer, _) | Encoder::Arrow(gatherer, _) => gatherer.rows,
        };
        if 0 < waiting {
            self.flush()?;
        }
        match self.encoder {
            Encoder::Parquet(_, writer) => writer.close().map(|_| ()).map_err(of_parquet)?,
            Encoder::Arrow(_, mut writer) => writer.finish().map_err(of_arrow)?,
            Encoder::Csv(mut out) => out.flush()?,
        }
        Ok(self.count)
    }
}

/// A line of CSV (RFC 4180). Texts stand in quotes, so that an empty one differs from none.
fn write_line(out: &mut impl Write, cells: &[Cell<'_>]) -> io::Result<()> {
    for (position, cell) in cells.iter().enumerate() {
        if 0 < position {
            out.write_all(b",")?;
        }
        match cell {
            Cell::Nothing => {}
            Cell::Text(text) => {
                out.write_all(b"\"")?;
                for (part, quoted) in text.split('"').enumerate() {
                    if 0 < part {
                        out.write_all(b"\"\"")?;
                    }
                    out.write_all(quoted.as_bytes())?;
                }
                out.write_all(b"\"")?;
            }
            Cell::Number(number) => write!(out, "{number}")?,
            Cell::Boolean(value) => write!(out, "{value}")?,
            Cell::Count(count) => write!(out, "{count}")?,
            Cell::Power(power) => write!(out, "{power}")?,
        }
    }
    out.write_all(b"\r\n")
}
