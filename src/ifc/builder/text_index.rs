//! Numbers for texts, in bounded memory.

use std::collections::HashMap;
use std::io;

use super::super::facts::FactSink;
use super::super::table::TextId;

/// Texts remembered at once. Beyond it the index begins anew, and a text that comes again gets a second number; so equal
/// numbers mean equal texts, and nothing else. Names and tags of a large model fill it; a larger index does not fit the
/// processor's cache, which makes each look-up dearer than a text kept twice.
const KNOWN_MAX: usize = 16_384;

/// Longer texts are hardly ever repeated; they are not remembered.
const KNOWN_BYTES_MAX: usize = 256;

/// Bytes that wait to be handed to the sink.
const WAITING_BYTES: usize = 256 * 1024;

/// Places for the texts that came last. Names of properties and repeated values come again and again, and comparing one
/// text is a third of hashing it; where two meet in a place, the later one has it.
const RECENT_MAX: usize = 1024;

/// The keys come from files, so the hasher is the keyed default.
#[derive(Debug, Default)]
pub(super) struct TextIndex {
    recent: Vec<Option<(Box<str>, TextId)>>,
    known: HashMap<Box<str>, TextId>,
    waiting: String,
    ends: Vec<usize>,
    next: u32,
}

impl TextIndex {
    /// The number of a text, new or known.
    pub(super) fn intern(&mut self, text: &str, sink: &mut dyn FactSink) -> io::Result<TextId> {
        let place = place(text);
        if let Some(Some((recent, id))) = self.recent.get(place)
            && **recent == *text
        {
            return Ok(*id);
        }
        // What comes for the first time may never come again, as most names of entities.
        if let Some(id) = self.known.get(text).copied() {
            self.remember(place, text, id);
            return Ok(id);
        }
        self.add(text, sink)
    }

    fn remember(&mut self, place: usize, text: &str, id: TextId) {
        if self.recent.is_empty() {
            self.recent.resize(RECENT_MAX, None);
        }
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Some((text.into(), id));
        }
    }

    fn add(&mut self, text: &str, sink: &mut dyn FactSink) -> io::Result<TextId> {
        let id = TextId(self.next);
        self.next = self.next.checked_add(1).ok_or_else(|| io::Error::other("more than 4 billion texts"))?;
        self.waiting.push_str(text);
        self.ends.push(self.waiting.len());
        if text.len() <= KNOWN_BYTES_MAX {
            if KNOWN_MAX <= self.known.len() {
                self.known.clear();
            }
            self.known.insert(text.into(), id);
        }
        if WAITING_BYTES <= self.waiting.len() {
            self.flush(sink)?;
        }
        Ok(id)
    }

    pub(super) fn flush(&mut self, sink: &mut dyn FactSink) -> io::Result<()> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let texts: Vec<&str> =
            starts.zip(&self.ends).map(|(start, end)| self.waiting.get(start..*end).unwrap_or_default()).collect();
        sink.texts(&texts)?;
        self.waiting.clear();
        self.ends.clear();
        Ok(())
    }
}

/// Where a text has its place among the recent ones: from its length and its ends, since a wrong guess costs little.
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let end = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let mixed = match (bytes.first_chunk(), bytes.last_chunk()) {
        (None, _) => bytes.iter().fold(0, |mixed: u64, byte| mixed << 8 | u64::from(*byte)),
        (first, last) => end(first) ^ end(last).rotate_left(23),
    };
    let mixed = (mixed ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 54).unwrap_or_default() % RECENT_MAX
}
