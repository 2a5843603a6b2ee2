//! Bytes to entities, streaming.
//!
//! [`read`] takes any byte stream, finds out whether it is compressed and which shape it has, and yields a
//! [`crate::ifc::BuildingModel`] with the problems it met. Only an unreadable stream is an error.

mod detect;
mod error;
mod german_flat;
mod header_data;
mod ifcjson;
mod json;
mod pipeline;
mod source;
mod splitter;
mod tape;

pub use error::ReadError;

use std::io::Read;
use std::ops::ControlFlow;

use self::detect::Gate;
use self::json::Json;
use self::pipeline::{Entry, Outcome, Parsed, Rules, Taker};
use self::splitter::{Lost, Place};
use crate::ifc::{BuildingModel, ModelBuilder, ProblemCode, RecordIndex};

/// How far a reading is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Progress {
    /// Bytes taken from the source, compressed where it is compressed.
    pub bytes_read: u64,
    /// Entities found so far.
    pub entities: u64,
}

/// A model that was read, with what identifies its content.
#[derive(Debug)]
pub struct ReadModel {
    /// The model.
    pub model: BuildingModel,
    /// BLAKE3 of the decompressed bytes, as 32 hexadecimal digits: the model's id.
    pub content_hash: String,
    /// Decompressed bytes.
    pub content_bytes: u64,
}

/// Compression that the sender declared around the file; the file may be gzip itself all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContentEncoding {
    /// None.
    #[default]
    Identity,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

/// How strict a reading is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Whether the first broken record, or the early end of the file, is an error. Else it is a problem of the model, and
    /// reading goes on at the next record.
    pub strict: bool,
}

/// A block of source bytes with the records in it, in the order of the file.
#[expect(dead_code, reason = "taken by the writer of the source once it stands below the readers")]
#[derive(Debug)]
struct SourceBlock<'b> {
    /// Compressed by zstd.
    compressed: &'b [u8],
    /// Bytes when decompressed.
    plain_bytes: usize,
    /// Each knows its place, its number and its range in the block.
    records: &'b [Entry],
}

/// Takes the blocks of the source.
type KeepBlock<'k> = dyn FnMut(&SourceBlock<'_>) -> Result<(), ReadError> + 'k;

/// Reads a building model to its end. `on_progress` is called at least every [`crate::limits::PROGRESS_INTERVAL_MAX`]
/// once the first batch is there, before that once per buffer; `Break` cancels.
///
/// # Errors
/// [`ReadError`] when the stream cannot be read as a building model; each knows its public code.
pub fn read(
    source: impl Read + Send,
    encoding: ContentEncoding,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<ReadModel, ReadError> {
    read_with(source, encoding, ReadOptions::default(), on_progress)
}

/// As [`read`], with options.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    source: impl Read + Send,
    encoding: ContentEncoding,
    options: ReadOptions,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<ReadModel, ReadError> {
    read_keeping(source, encoding, options, on_progress, None)
}

/// As [`read_with`]; every block of the source goes to `keep` before its records are read.
fn read_keeping(
    source: impl Read + Send,
    encoding: ContentEncoding,
    options: ReadOptions,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    keep: Option<&mut KeepBlock<'_>>,
) -> Result<ReadModel, ReadError> {
    let compress = keep.is_some();
    let mut driver =
        Driver { gate: Gate::default(), strict: options.strict, numbers: 0, first_fault: None, on_progress, keep };
    let content = pipeline::run(source, encoding, options, compress, &mut driver)?;
    let model = driver.finish()?;
    Ok(ReadModel { model, content_hash: content.hash, content_bytes: content.bytes })
}

/// Takes batches and hands their values on.
struct Driver<'d, 'k> {
    gate: Gate,
    strict: bool,
    /// Records and headers so far.
    numbers: u32,
    /// What the first fault would be as an error: the answer where nothing can be read.
    first_fault: Option<ReadError>,
    on_progress: &'d mut dyn FnMut(Progress) -> ControlFlow<()>,
    keep: Option<&'d mut KeepBlock<'k>>,
}

impl Driver<'_, '_> {
    fn finish(self) -> Result<BuildingModel, ReadError> {
        match self.first_fault {
            Some(fault) if !self.gate.is_decided() => Err(fault),
            _ => self.gate.finish(),
        }
    }

    fn lost(&mut self, lost: Lost) -> Result<(), ReadError> {
        if self.strict {
            return Err(lost.error);
        }
        self.gate.problem(lost.code, &lost.pointer, lost.offset, lost.detail);
        self.first_fault.get_or_insert(lost.error);
        Ok(())
    }
}

impl Taker for Driver<'_, '_> {
    fn take(&mut self, parsed: &mut Parsed) -> Result<(), ReadError> {
        for entry in &mut parsed.entries {
            entry.cut.place.number = RecordIndex(self.numbers);
            self.numbers = self.numbers.saturating_add(1);
        }
        if let Some(keep) = &mut self.keep {
            let (compressed, plain_bytes) = (parsed.block.as_slice(), parsed.plain_bytes);
            keep(&SourceBlock { compressed, plain_bytes, records: &parsed.entries })?;
        }
        let mut lost = std::mem::take(&mut parsed.lost).into_iter().peekable();
        for Entry { cut, outcome } in &mut parsed.entries {
            while let Some(lost) = lost.next_if(|lost| lost.offset < cut.place.offset) {
                self.lost(lost)?;
            }
            let text = parsed.text.get(cut.range.clone()).unwrap_or_default();
            match std::mem::replace(outcome, Outcome::Checked) {
                Outcome::Checked => {}
                Outcome::Value(root) => {
                    let value = parsed.tape.json(&parsed.text, root);
                    if cut.is_header {
                        self.gate.header(&cut.place, value, text)?;
                    } else {
                        self.gate.record(&cut.place, value, text, parsed.is_pruned)?;
                    }
                }
                Outcome::Fault(error) => {
                    let (code, pointer) = (ProblemCode::RecordMalformed, cut.place.pointer());
                    let (offset, detail) = (error.offset().unwrap_or(cut.place.offset), error.to_string());
                    self.lost(Lost { code, pointer, offset, error, detail })?;
                }
            }
        }
        lost.try_for_each(|lost| self.lost(lost))
    }

    fn rules(&self) -> Option<Rules> {
        self.gate.rules()
    }

    fn progress(&mut self, bytes_read: u64) -> ControlFlow<()> {
        let entities = self.gate.entity_count() as u64;
        (self.on_progress)(Progress { bytes_read, entities })
    }
}

/// What a shape does not read, so that it is checked for syntax but not built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Skips {
    /// Keys at any depth whose values become `null`.
    keys: &'static [&'static str],
    /// Records whose first key is `type` with one of these as its value are not handed over.
    types: &'static [&'static str],
}

/// What reads the records of one shape.
trait ShapeReader: Send {
    /// Takes a value of the root object that is no list.
    fn header(&mut self, key: &str, value: Json<'_>);

    /// What of a record need not be built.
    fn skips(&self) -> Skips {
        Skips::default()
    }

    /// Takes one record. Faults of the record are problems; only what makes the file unreadable is an error.
    fn record(&mut self, place: &Place, record: Json<'_>) -> Result<(), ReadError>;

    /// Where it puts what it reads.
    fn builder(&mut self) -> &mut ModelBuilder;

    /// Resolves what needed the whole file.
    fn finish(self: Box<Self>) -> BuildingModel;
}
