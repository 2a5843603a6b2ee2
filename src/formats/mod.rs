//! Bytes to entities, streaming.
//!
//! [`read`] takes any byte stream, finds out whether it is compressed and which shape it has, and yields a
//! [`crate::ifc::BuildingModel`] with the problems it met. Only an unreadable stream is an error.

mod archive;
mod detect;
mod error;
mod german_flat;
mod header_data;
mod ifcjson;
mod json;
mod source;
mod splitter;
mod step;

pub use error::ReadError;

use std::io::Read;
use std::ops::ControlFlow;

use self::detect::Gate;
use self::json::Json;
use self::source::Source;
use self::splitter::{Item, Place, Splitter};
use crate::ifc::BuildingModel;

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

/// Reads a building model to its end. `on_progress` is called about once per buffer; `Break` cancels.
///
/// # Errors
/// [`ReadError`] when the stream cannot be read as a building model; each knows its public code.
pub fn read(
    source: impl Read,
    encoding: ContentEncoding,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<ReadModel, ReadError> {
    let mut source = Source::open(source, encoding, on_progress)?;
    if step::is_step(&source.peek()?) {
        return step::read(source);
    }
    let mut splitter = Splitter::new(source);
    let mut gate = Gate::default();
    while let Some(item) = splitter.next()? {
        match item {
            Item::Header { key, bytes, offset } => gate.header(key, bytes, offset)?,
            Item::Record { place, bytes } => gate.record(place, bytes)?,
        }
        splitter.input_mut().entities = gate.entity_count() as u64;
    }
    let (content_hash, content_bytes) = splitter.input_mut().content();
    Ok(ReadModel { model: gate.finish()?, content_hash, content_bytes })
}

/// What reads the records of one shape.
trait ShapeReader {
    /// Takes a value of the root object that is no list.
    fn header(&mut self, key: &str, value: &Json<'_>);

    /// Takes one record. Faults of the record are problems; only what makes the file unreadable is an error.
    fn record(&mut self, place: &Place, bytes: &[u8]) -> Result<(), ReadError>;

    /// Entities found so far.
    fn entity_count(&self) -> usize;

    /// Resolves what needed the whole file.
    fn finish(self: Box<Self>) -> BuildingModel;
}
