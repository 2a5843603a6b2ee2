//! Why no chunks are made.

use std::io;

use super::options::Overlap;
use crate::error::{Coded, ErrorCode};
use crate::limits;

/// Chunks could not be planned or rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkError {
    /// The size asked for is too small or too large.
    #[error("{tokens} tokens a chunk; {} to {} are possible", limits::CHUNK_TOKENS_MIN, limits::CHUNK_TOKENS_MAX)]
    TokensOutOfRange {
        /// What was asked for.
        tokens: u32,
    },
    /// The overlap asked for is too small or too large.
    #[error(
        "an overlap of {overlap}; percent:1 to percent:{} or tokens from 1 are possible",
        limits::CHUNK_OVERLAP_PERCENT_MAX
    )]
    OverlapOutOfRange {
        /// What was asked for.
        overlap: Overlap,
    },
    /// The plan holds no such chunk.
    #[error("there is no chunk {0}; ask with the options it was listed with")]
    Unknown(String),
    /// Rows of the model could not be fetched; nothing that was made of the rest counts.
    #[error("the model cannot be read ({0})")]
    Damaged(String),
    /// The source of the model could not be read.
    #[error("the source of the model cannot be read")]
    Source(#[from] io::Error),
}

impl Coded for ChunkError {
    fn code(&self) -> ErrorCode {
        match self {
            ChunkError::TokensOutOfRange { .. } | ChunkError::OverlapOutOfRange { .. } => {
                ErrorCode::ChunkOptionsInvalid
            }
            ChunkError::Unknown(_) => ErrorCode::ChunkUnknown,
            ChunkError::Damaged(_) => ErrorCode::StoreDamaged,
            ChunkError::Source(_) => ErrorCode::StoreFailed,
        }
    }
}
