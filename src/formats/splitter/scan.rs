//! The inner loop of the splitter: the next bracket or quote, and what is open.

use std::fmt;

use crate::formats::ReadError;
use crate::limits;

/// Nonzero for the five bytes that matter outside strings.
static MARKS: [u8; 256] = marks();

#[expect(clippy::indexing_slicing, reason = "run by the compiler, and a byte is always an index of 256 places")]
const fn marks() -> [u8; 256] {
    let mut table = [0; 256];
    table[b'"' as usize] = 1;
    table[b'{' as usize] = 1;
    table[b'}' as usize] = 1;
    table[b'[' as usize] = 1;
    table[b']' as usize] = 1;
    table
}

fn is_mark(byte: u8) -> bool {
    MARKS.get(usize::from(byte)).is_some_and(|mark| *mark != 0)
}

/// Position and value of the next quote or bracket. Eight bytes are looked up at once, since most are neither.
pub(super) fn next_mark(window: &[u8]) -> Option<(usize, u8)> {
    let mut skipped = 0;
    for chunk in window.chunks_exact(8) {
        if chunk.iter().fold(false, |any, byte| any | is_mark(*byte)) {
            break;
        }
        skipped += 8;
    }
    let rest = window.get(skipped..).unwrap_or_default();
    let at = rest.iter().position(|byte| is_mark(*byte))?;
    Some((skipped + at, rest.get(at).copied()?))
}

/// Which brackets are open: one bit each, set for an object.
pub(super) struct Brackets {
    kinds: [u64; limits::JSON_DEPTH_MAX / 64],
    depth: usize,
    outer: usize,
}

impl Brackets {
    /// `outer` levels are open around the value.
    pub(super) fn new(outer: usize) -> Brackets {
        Brackets { kinds: [0; limits::JSON_DEPTH_MAX / 64], depth: 0, outer }
    }

    /// Takes one bracket; true when it closed the value.
    pub(super) fn step(&mut self, byte: u8, offset: u64) -> Result<bool, ReadError> {
        match byte {
            b'{' | b'[' => {
                let depth_max = limits::JSON_DEPTH_MAX;
                if depth_max <= self.depth + self.outer {
                    return Err(ReadError::TooDeep { offset, depth_max });
                }
                if let Some(word) = self.kinds.get_mut(self.depth / 64) {
                    let bit = 1 << (self.depth % 64);
                    *word = if byte == b'{' { *word | bit } else { *word & !bit };
                }
                self.depth += 1;
                Ok(false)
            }
            _ => {
                self.depth = self.depth.saturating_sub(1);
                let word = self.kinds.get(self.depth / 64).copied().unwrap_or_default();
                let is_object = word >> (self.depth % 64) & 1 == 1;
                if is_object != (byte == b'}') {
                    let what = format!("{} closes nothing", Visible(Some(byte)));
                    return Err(ReadError::Syntax { offset, what });
                }
                Ok(self.depth == 0)
            }
        }
    }
}

/// A byte as a person may read it.
pub(super) struct Visible(pub(super) Option<u8>);

impl fmt::Display for Visible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(byte) if byte.is_ascii_graphic() => write!(f, "\"{}\"", char::from(byte)),
            Some(byte) => write!(f, "the byte 0x{byte:02x}"),
            None => write!(f, "the end"),
        }
    }
}
