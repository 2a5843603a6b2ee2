//! Numbers for texts, in bounded memory.

use std::collections::HashMap;
use std::io;

use super::super::facts::FactSink;
use super::super::table::TextId;

/// Texts remembered at once. Beyond it the index begins anew, and a text that comes again gets a second number; so equal
/// numbers mean equal texts, and nothing else. Most models have fewer texts; names and tags of a large one fill it.
const KNOWN_MAX: usize = 65_536;

/// Longer texts are hardly ever repeated; they are not remembered.
const KNOWN_BYTES_MAX: usize = 256;

/// Bytes that wait to be handed to the sink.
const WAITING_BYTES: usize = 256 * 1024;

/// The keys come from files, so the hasher is the keyed default.
#[derive(Debug, Default)]
pub(super) struct TextIndex {
    known: HashMap<Box<str>, TextId>,
    waiting: String,
    ends: Vec<usize>,
    next: u32,
}

impl TextIndex {
    /// The number of a text, new or known.
    pub(super) fn intern(&mut self, text: &str, sink: &mut dyn FactSink) -> io::Result<TextId> {
        if let Some(id) = self.known.get(text) {
            return Ok(*id);
        }
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
