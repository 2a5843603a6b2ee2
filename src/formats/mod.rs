//! Bytes to entities, streaming.
//!
//! [`read`] takes any byte stream, finds out whether it is compressed and which shape it has, and yields a
//! [`crate::ifc::BuildingModel`] with the problems it met. Only an unreadable stream is an error.

mod archive;
mod detect;
mod element_list;
mod error;
mod german_flat;
mod head;
mod header_data;
mod ifcjson;
mod ifcx;
mod json;
mod loose;
mod pipeline;
mod records;
mod source;
mod splitter;
mod step;
mod tape;
#[cfg(test)]
mod testing;
mod type_dump;
#[cfg(test)]
mod whole_tests;
mod xeokit;

pub use error::ReadError;

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use self::detect::Gate;
use self::json::Json;
use self::pipeline::{Entry, Outcome, Parsed, Rules, Taker};
use self::source::{Flow, Source};
use self::splitter::{Lost, Place};
use crate::ifc::{BuildingModel, FactSink, ModelBuilder, ModelHead, ModelSummary, ProblemCode, RecordIndex, RecordRow};
use crate::limits;

/// Records whose identifiers are looked for before the first of them is taken.
const RECORDS_AHEAD: usize = 64;

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

/// What was read into a sink, with what identifies its content.
#[derive(Debug, Clone)]
pub struct ReadFacts {
    /// What is known of the whole.
    pub summary: ModelSummary,
    /// BLAKE3 of the decompressed bytes, as 32 hexadecimal digits: the model's id.
    pub content_hash: String,
    /// Decompressed bytes.
    pub content_bytes: u64,
}

/// How strict a reading is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Whether the first broken record, or the early end of the file, is an error. Else it is a problem of the model, and
    /// reading goes on at the next record.
    pub strict: bool,
}

/// Reads a building model to its end, into memory. `on_progress` is called at least every
/// [`crate::limits::PROGRESS_INTERVAL_MAX`] once the first batch is there, before that once per buffer; `Break` cancels.
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
    let collected = collect(ModelBuilder::new(), source, encoding, options, &mut *on_progress)?;
    let Collected { builder, head, content_hash, content_bytes } = collected;
    let last = Progress { bytes_read: content_bytes, entities: builder.entity_count() as u64 };
    let model = builder.finish_watched(head, &mut || on_progress(last)).map_err(ReadError::keep)?;
    Ok(ReadModel { model, content_hash, content_bytes })
}

/// Reads a building model to its end, into a sink, which gets every row and every source block.
///
/// # Errors
/// As [`read`], and [`ReadError::Keep`] when the sink fails.
pub fn read_into(
    sink: Box<dyn FactSink>,
    source: impl Read + Send,
    encoding: ContentEncoding,
    options: ReadOptions,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<(Box<dyn FactSink>, ReadFacts), ReadError> {
    let collected = collect(ModelBuilder::into_sink(sink), source, encoding, options, &mut *on_progress)?;
    let Collected { builder, head, content_hash, content_bytes } = collected;
    let last = Progress { bytes_read: content_bytes, entities: builder.entity_count() as u64 };
    let (sink, summary) = builder.finish_into(head, &mut || on_progress(last)).map_err(ReadError::keep)?;
    Ok((sink, ReadFacts { summary, content_hash, content_bytes }))
}

/// Everything of a file, before its relations are resolved.
struct Collected {
    builder: ModelBuilder,
    head: ModelHead,
    content_hash: String,
    content_bytes: u64,
}

fn collect(
    builder: ModelBuilder,
    source: impl Read + Send,
    encoding: ContentEncoding,
    options: ReadOptions,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Collected, ReadError> {
    let flow = Arc::new(Flow::default());
    let mut source = Source::open(source, encoding, options.strict, Arc::clone(&flow))?;
    if step::is_step(&source.peek()) {
        return step::collect(builder, source, &flow, options, on_progress);
    }
    let gate = Gate::new(builder);
    let mut driver = Driver {
        gate,
        strict: options.strict,
        numbers: Numbers::default(),
        blocks: 0,
        rows: Vec::new(),
        first_fault: None,
        on_progress,
    };
    let content = pipeline::run(source, &flow, options, &mut driver)?;
    let (builder, head) = driver.finish()?;
    Ok(Collected { builder, head, content_hash: content.hash, content_bytes: content.bytes })
}

/// Numbers of records and headers, in the order of the file.
#[derive(Debug, Default)]
struct Numbers {
    given: u32,
}

impl Numbers {
    fn next(&mut self) -> Result<RecordIndex, ReadError> {
        if self.given == limits::RECORDS_MAX {
            return Err(ReadError::TooManyRecords { records_max: limits::RECORDS_MAX });
        }
        let number = RecordIndex(self.given);
        self.given += 1;
        Ok(number)
    }
}

/// Takes batches and hands their values on.
struct Driver<'d> {
    gate: Gate,
    strict: bool,
    numbers: Numbers,
    /// Source blocks so far.
    blocks: u32,
    /// Used again for every block.
    rows: Vec<RecordRow>,
    /// What the first fault would be as an error: the answer where nothing can be read.
    first_fault: Option<ReadError>,
    on_progress: &'d mut dyn FnMut(Progress) -> ControlFlow<()>,
}

impl Driver<'_> {
    fn finish(self) -> Result<(ModelBuilder, ModelHead), ReadError> {
        // Where nothing can be read, the first fault says why.
        let fault = self.first_fault;
        self.gate.finish().map_err(|error| fault.unwrap_or(error))
    }

    /// Hands the bytes of a batch and the places of its records to the builder.
    fn keep(&mut self, parsed: &Parsed) {
        let short = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.rows.clear();
        self.rows.extend(parsed.entries.iter().map(|Entry { cut, .. }| RecordRow {
            group: None,
            index: cut.place.index,
            in_data: cut.place.in_data,
            offset: cut.place.offset,
            bytes: short(cut.range.len()),
            block: self.blocks,
            block_start: short(cut.range.start),
        }));
        self.blocks = self.blocks.saturating_add(1);
        let groups = parsed.entries.iter().map(|Entry { cut, .. }| cut.place.group.as_deref());
        self.gate.builder().source_block(&parsed.block, short(parsed.plain_bytes), &mut self.rows, groups);
    }

    fn lost(&mut self, lost: Lost) -> Result<(), ReadError> {
        let Some(error) = lost.error else {
            self.gate.builder().problems.push_at(lost.code, lost.pointer, lost.offset, lost.detail);
            return Ok(());
        };
        if self.strict {
            return Err(error);
        }
        self.gate.problem(lost.code, &lost.pointer, lost.offset, lost.detail);
        self.first_fault.get_or_insert(error);
        Ok(())
    }
}

impl Taker for Driver<'_> {
    fn take(&mut self, parsed: &mut Parsed) -> Result<(), ReadError> {
        for entry in &mut parsed.entries {
            entry.cut.place.number = self.numbers.next()?;
        }
        if !parsed.is_kept {
            return Err(ReadError::Worker);
        }
        self.keep(parsed);
        let mut lost = std::mem::take(&mut parsed.lost).into_iter().peekable();
        let Parsed { entries, tape, text: source, is_pruned, .. } = parsed;
        for group in entries.chunks_mut(RECORDS_AHEAD) {
            self.gate.warm(group.iter().filter_map(|entry| entry.value(tape, source)));
            for Entry { cut, outcome } in group {
                while let Some(lost) = lost.next_if(|lost| lost.offset < cut.place.offset) {
                    self.lost(lost)?;
                }
                let text = source.get(cut.range.clone()).unwrap_or_default();
                match std::mem::replace(outcome, Outcome::Checked) {
                    Outcome::Checked => {}
                    Outcome::Value(root) if cut.is_header => {
                        self.gate.header(&cut.place, tape.json(source, root), text)?;
                    }
                    Outcome::Value(root) => {
                        self.gate.record(&cut.place, tape.json(source, root), text, *is_pruned)?;
                    }
                    Outcome::Fault(error) => {
                        let (code, pointer) = (ProblemCode::RecordMalformed, cut.place.pointer());
                        let (offset, detail) = (error.offset().unwrap_or(cut.place.offset), error.to_string());
                        self.lost(Lost { code, pointer, offset, error: Some(error), detail })?;
                    }
                }
            }
        }
        lost.try_for_each(|lost| self.lost(lost))?;
        self.gate.builder().take_failure().map_or(Ok(()), |error| Err(ReadError::keep(error)))
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
    fn header(&mut self, place: &Place, value: Json<'_>);

    /// What of a record need not be built.
    fn skips(&self) -> Skips {
        Skips::default()
    }

    /// The identifier of a record, where it is worth being looked for before the record is taken.
    fn id<'t>(&self, _record: Json<'t>) -> Option<&'t str> {
        None
    }

    /// Takes one record. Faults of the record are problems.
    fn record(&mut self, place: &Place, record: Json<'_>);

    /// What takes the rows.
    fn builder(&mut self) -> &mut ModelBuilder;

    /// Hands on what needed the whole file; what the file says about itself.
    fn resolve(&mut self) -> ModelHead;

    /// The builder, at the end.
    fn into_builder(self: Box<Self>) -> ModelBuilder;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_beyond_the_last_number_is_an_error_and_shares_no_number() {
        let mut numbers = Numbers { given: limits::RECORDS_MAX - 1 };
        assert_eq!(numbers.next().unwrap(), RecordIndex(limits::RECORDS_MAX - 1));
        for _ in 0..2 {
            let error = numbers.next();
            assert!(matches!(error, Err(ReadError::TooManyRecords { records_max: limits::RECORDS_MAX })), "{error:?}");
        }
    }
}
