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
mod source;
mod splitter;
mod tape;

pub use error::ReadError;

use std::io::Read;
use std::ops::ControlFlow;

use self::detect::Gate;
use self::json::Json;
use self::source::Source;
use self::splitter::{Item, Place, Splitter};
use crate::ifc::{BuildingModel, FactSink, ModelBuilder, ModelHead, ModelSummary};

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

/// Reads a building model to its end, into memory. `on_progress` is called about once per buffer; `Break` cancels.
///
/// # Errors
/// [`ReadError`] when the stream cannot be read as a building model; each knows its public code.
pub fn read(
    source: impl Read,
    encoding: ContentEncoding,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<ReadModel, ReadError> {
    let (builder, head, content_hash, content_bytes) = collect(ModelBuilder::new(), source, encoding, on_progress)?;
    Ok(ReadModel { model: builder.finish(head).map_err(ReadError::keep)?, content_hash, content_bytes })
}

/// Reads a building model to its end, into a sink, which gets every row and every source block.
///
/// # Errors
/// As [`read`], and [`ReadError::Keep`] when the sink fails.
pub fn read_into(
    sink: Box<dyn FactSink>,
    source: impl Read,
    encoding: ContentEncoding,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<(Box<dyn FactSink>, ReadFacts), ReadError> {
    let builder = ModelBuilder::into_sink(sink);
    let (builder, head, content_hash, content_bytes) = collect(builder, source, encoding, on_progress)?;
    let (sink, summary) = builder.finish_into(head).map_err(ReadError::keep)?;
    Ok((sink, ReadFacts { summary, content_hash, content_bytes }))
}

fn collect(
    builder: ModelBuilder,
    source: impl Read,
    encoding: ContentEncoding,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<(ModelBuilder, ModelHead, String, u64), ReadError> {
    let mut splitter = Splitter::new(Source::open(source, encoding, on_progress)?);
    let mut gate = Gate::new(builder);
    while let Some(item) = splitter.next()? {
        match item {
            Item::Header { key, bytes, offset } => gate.header(key, bytes, offset)?,
            Item::Record { place, bytes } => gate.record(place, bytes)?,
        }
        if gate.has_failed() {
            break;
        }
        splitter.input_mut().entities = gate.entity_count() as u64;
    }
    let (content_hash, content_bytes) = splitter.input_mut().content();
    let (builder, head) = gate.finish()?;
    Ok((builder, head, content_hash, content_bytes))
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

    /// Takes one record. Faults of the record are problems.
    fn record(&mut self, place: &Place, record: Json<'_>);

    /// What takes the rows.
    fn builder(&mut self) -> &mut ModelBuilder;

    /// Hands on what needed the whole file; what the file says about itself.
    fn resolve(&mut self) -> ModelHead;

    /// The builder, at the end.
    fn into_builder(self: Box<Self>) -> ModelBuilder;
}
