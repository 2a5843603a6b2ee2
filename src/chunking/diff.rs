//! What a changed model changes of its chunks.

use std::collections::BTreeSet;

use serde::Serialize;

use super::id::ChunkId;

/// Chunks of a model before and after a change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChunkDiff {
    /// In both.
    pub kept: usize,
    /// Only after it.
    pub written: usize,
    /// Only before it.
    pub removed: usize,
    /// Those written of all after it, 0 to 1.
    pub share_written: f64,
}

impl ChunkDiff {
    /// From the number of chunks after a change, those written of them, and those removed.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share of fewer chunks than a float counts exactly")]
    pub fn of(chunks: usize, written: usize, removed: usize) -> ChunkDiff {
        let share_written = if chunks == 0 { 0.0 } else { written as f64 / chunks as f64 };
        ChunkDiff { kept: chunks.saturating_sub(written), written, removed, share_written }
    }
}

/// Compares the ids before and after a change.
#[must_use]
pub fn diff(old: impl IntoIterator<Item = ChunkId>, new: impl IntoIterator<Item = ChunkId>) -> ChunkDiff {
    let old: BTreeSet<ChunkId> = old.into_iter().collect();
    let new: BTreeSet<ChunkId> = new.into_iter().collect();
    let kept = new.intersection(&old).count();
    ChunkDiff::of(new.len(), new.len() - kept, old.len() - kept)
}
