//! Texts by number.

use serde::{Deserialize, Serialize};

/// Number of an interned text; dense from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TextId(pub u32);

impl TextId {
    /// From a position; `None` beyond 32 bits.
    #[must_use]
    pub fn new(index: usize) -> Option<TextId> {
        u32::try_from(index).ok().map(TextId)
    }

    /// Position in the table of texts.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The texts of a model as one run of bytes with end offsets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

impl Texts {
    /// The text of an id of this table; empty for an id of another one.
    #[must_use]
    pub fn get(&self, id: TextId) -> &str {
        let index = id.index();
        let start = index.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0) as usize;
        let end = self.ends.get(index).copied().unwrap_or(0) as usize;
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Appends a text. Beyond 4 GiB of text nothing more is taken, and what comes then reads as empty.
    pub fn push(&mut self, text: &str) {
        if let Ok(end) = u32::try_from(self.bytes.len() + text.len()) {
            self.bytes.push_str(text);
            self.ends.push(end);
        }
    }

    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no text is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every id with its text, in the order of first use.
    pub fn iter(&self) -> impl Iterator<Item = (TextId, &str)> {
        (0..self.ends.len()).filter_map(|i| u32::try_from(i).ok()).map(|i| (TextId(i), self.get(TextId(i))))
    }
}
