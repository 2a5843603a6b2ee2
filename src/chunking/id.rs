//! Names of chunks that last as long as their content does.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Identifier of a chunk: the first half of a BLAKE3 hash of everything the chunk says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(value_type = String, example = "0123456789abcdef0123456789abcdef")]
#[serde(into = "String", try_from = "String")]
pub struct ChunkId([u8; 16]);

/// A text is no identifier of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a chunk id has 32 digits 0-9 and a-f")]
pub struct ChunkIdError;

impl ChunkId {
    /// Parses 32 hexadecimal digits in lower case, as they are shown.
    ///
    /// # Errors
    /// [`ChunkIdError`] when the text is anything else.
    pub fn parse(text: &str) -> Result<ChunkId, ChunkIdError> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u128::from_str_radix(text, 16).ok().filter(|_| digits).ok_or(ChunkIdError)?;
        Ok(ChunkId(number.to_be_bytes()))
    }

    pub(super) fn of(hasher: &blake3::Hasher) -> ChunkId {
        ChunkId(half(&hasher.finalize()))
    }

    /// The id of what repeats a chunk word by word, for the `count`-th time.
    pub(super) fn again(self, count: u32) -> ChunkId {
        ChunkId::of(blake3::Hasher::new().update(&self.0).update(&count.to_be_bytes()))
    }
}

/// The first half of a hash.
pub(super) fn half(hash: &blake3::Hash) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    half
}

/// A number that stands for some bytes, the same on every machine.
pub(super) fn stable_key(bytes: &[u8]) -> u64 {
    let mut key = [0; 8];
    key.iter_mut().zip(blake3::hash(bytes).as_bytes()).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(key)
}

impl fmt::Display for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl From<ChunkId> for String {
    fn from(id: ChunkId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for ChunkId {
    type Error = ChunkIdError;

    fn try_from(text: String) -> Result<ChunkId, ChunkIdError> {
        ChunkId::parse(&text)
    }
}
