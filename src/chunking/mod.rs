//! Entities to chunks: five strategies, token counts, overlap, stable ids.
//!
//! Start with [`plan`], which decides where each chunk begins and ends, and [`render`], which makes one of them.
//! Every record of the source is in exactly one chunk, its home; what a chunk repeats of others is marked as overlap.
//! Pure: reads through the traits of `ifc`, knows no file and no clock. docs/chunking.md tells how it works and what it costs.

mod assemble;
mod cut;
mod diff;
mod discipline;
mod error;
mod group;
mod header;
mod id;
mod input;
mod link;
mod options;
mod plan;
mod render;
mod split;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tokens;
mod unit;

pub use assemble::ChunkRelation;
pub use diff::{ChunkDiff, diff};
pub use discipline::Discipline;
pub use error::ChunkError;
pub use header::{ContextHeader, RelatedEntity};
pub use id::{ChunkId, ChunkIdError};
pub use input::{ChunkInput, Placement};
pub use link::LinkKind;
pub use options::{ChunkOptions, Overlap, Pressure, Strategy};
pub use plan::{ChunkPlan, ChunkSummary, plan};
pub use render::{
    ChunkDocument, ChunkEntity, ChunkOverlap, ChunkPart, ChunkTokens, ContentPiece, EntityPlace, OverlapEntity,
    PiecePlace, render,
};
pub use tokens::{TextMeasure, TokenModel};
