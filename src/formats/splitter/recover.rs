//! Reading goes on where the structure is broken.
//!
//! From the first byte that may be wrong the next place is looked for where a record seems to begin; what lies between is
//! told as lost. A value that never ends may have swallowed the records behind it, so the search begins inside of it.

use std::sync::Arc;

use super::known::REACH;
use super::{Found, Input, Level, Lost, Place, Splitter};
use crate::formats::ReadError;
use crate::formats::tape::Tape;
use crate::ifc::ProblemCode;
use crate::limits;

/// Values before the fault that are looked at again: one of them may end where it should not.
const DOUBTED: usize = 2;

/// Times that values are doubted before a record is found behind all those found so far. Each doubt gives a record up and finds
/// the ones behind it anew, of which each may be doubted in turn: without a bound, some hundred bytes take minutes.
const DOUBTS_MAX: u32 = 8;

/// Where records stood before the fault, and what the search may still cost.
#[derive(Debug)]
pub(super) struct Recovery {
    /// The list that was left last, and how many levels were open around it.
    left: Option<(Level, usize)>,
    /// Whether the cursor stands on an element, so that no comma is expected.
    at_value: bool,
    /// Bytes that may still be looked at again.
    bytes_left: u64,
    /// Offset behind the begin of the record that was found last, so that none is found twice.
    found_to: u64,
    /// Offset behind the begin of the furthest record that was found, and the doubts since.
    furthest: u64,
    doubts: u32,
    tape: Tape,
}

impl Default for Recovery {
    fn default() -> Recovery {
        let (bytes_left, tape) = (limits::RESCAN_BYTES_MAX, Tape::default());
        Recovery { left: None, at_value: false, bytes_left, found_to: 0, furthest: 0, doubts: 0, tape }
    }
}

impl Recovery {
    pub(super) fn take_at_value(&mut self) -> bool {
        std::mem::take(&mut self.at_value)
    }

    /// Remembers a list that was closed.
    pub(super) fn leave(&mut self, level: Option<Level>, around: usize) {
        if let Some(level) = level.filter(|level| level.is_array) {
            self.left = Some((level, around));
        }
    }
}

impl<I: Input> Splitter<I> {
    /// Goes on behind a fault, or ends the reading with it.
    pub(super) fn fault(&mut self, error: ReadError) {
        let is_local = matches!(
            error,
            ReadError::Syntax { .. }
                | ReadError::Truncated { .. }
                | ReadError::RecordTooLarge { .. }
                | ReadError::Encoding { .. }
        );
        // A file that begins with neither an object nor a list is no JSON that could be read in part.
        let has_begun = !self.levels.is_empty() || self.recovery.left.is_some();
        let result = if is_local && has_begun && !self.strict { self.recover(error) } else { Err(error) };
        if let Err(error) = result {
            self.current = None;
            self.flush_before(self.pos.min(self.end));
            self.failed = Some(error);
        }
    }

    pub(super) fn lose(
        &mut self,
        code: ProblemCode,
        pointer: String,
        offset: u64,
        error: ReadError,
        detail: impl Into<String>,
    ) {
        self.lost.push(Lost { code, pointer, offset, error: Some(error), detail: detail.into() });
    }

    /// Errors of the source are passed on.
    fn recover(&mut self, error: ReadError) -> Result<(), ReadError> {
        let fault = self.offset();
        let (begin, place) = self.begin_of_fault();
        let offset = self.base + begin as u64;
        let is_large = matches!(error, ReadError::RecordTooLarge { .. });
        if is_large && begin + self.record_bytes_max < self.pos {
            // Its end is known.
            let pointer = place.map(|place| place.pointer()).unwrap_or_default();
            let detail = format!("{} bytes", self.pos - begin);
            self.lose(ProblemCode::RecordTooLarge, pointer, offset, error, detail);
            return Ok(());
        }
        let pointer = place.as_ref().map(Place::pointer).unwrap_or_default();
        let found = self.search(begin, place.is_some())?;
        let end = self.base + self.pos as u64;
        let offset = if place.is_none() { fault.min(end) } else { offset };
        let is_open = !self.levels.is_empty() && !self.ends_closed();
        let is_truncated = found.is_none() && (self.input.is_cut() || is_open);
        let code = match (&error, &place) {
            (ReadError::Truncated { .. }, _) if found.is_none() => ProblemCode::FileTruncated,
            (ReadError::RecordTooLarge { .. }, _) => ProblemCode::RecordTooLarge,
            (_, Some(_)) => ProblemCode::RecordMalformed,
            (_, None) => ProblemCode::StructureBroken,
        };
        let detail = format!("bytes {offset} to {end} lost: {error}");
        self.lose(code, pointer, offset, error, detail);
        match found {
            Some(found) => {
                self.recovery.found_to = end + 1;
                if self.recovery.furthest <= end {
                    (self.recovery.furthest, self.recovery.doubts) = (end + 1, 0);
                }
                self.go_on(found);
            }
            None => {
                if is_truncated && code != ProblemCode::FileTruncated {
                    let error = ReadError::Truncated { offset: end };
                    self.lose(ProblemCode::FileTruncated, String::new(), end, error, "");
                }
                self.is_done = true;
                self.flush_before(self.end);
            }
        }
        Ok(())
    }

    /// The first byte that may be wrong, and the record it belongs to.
    fn begin_of_fault(&mut self) -> (usize, Option<Place>) {
        if let Some((place, _)) = self.current.take() {
            return (self.keep, Some(place));
        }
        let doubted = if self.recovery.doubts < DOUBTS_MAX { DOUBTED } else { 0 };
        let first = self.cuts.len().saturating_sub(doubted);
        for (at, cut) in self.cuts.iter().enumerate().skip(first) {
            let bytes = self.buffer.get(cut.range.clone()).unwrap_or_default();
            let is_whole =
                std::str::from_utf8(bytes).is_ok_and(|text| self.recovery.tape.check(text, 0..text.len()).is_ok());
            // Between objects, the end of one text and the begin of the next may look like a text.
            let is_alike = self.known.is_unlearnt() || bytes.first() == Some(&b'{');
            if !(is_whole && is_alike || cut.is_header) {
                let (begin, place) = (cut.range.start, cut.place.clone());
                self.cuts.truncate(at);
                self.recovery.doubts += 1;
                return (begin, Some(place));
            }
        }
        // A missing quote may have made a key of what stands behind the last value, and the next record a part of it.
        let found_to = usize::try_from(self.recovery.found_to.saturating_sub(self.base)).unwrap_or(self.pos);
        let begin = self.cuts.last().map_or(self.pos, |last| last.range.end).max(found_to);
        (begin.min(self.pos).min(self.end), None)
    }

    /// Moves the cursor to the next place where a record seems to begin, else to the end of the file.
    fn search(&mut self, begin: usize, in_record: bool) -> Result<Option<Found>, ReadError> {
        let mut at = begin;
        self.keep = begin;
        // What a failed value walked over is looked at again; a fault between records costs nothing.
        let swallowed = self.pos.min(self.end).saturating_sub(begin) as u64;
        let may_search = swallowed <= self.recovery.bytes_left;
        self.recovery.bytes_left = self.recovery.bytes_left.saturating_sub(swallowed);
        if in_record {
            let record = self.buffer.get(begin..self.end).unwrap_or_default();
            if self.known.is_new(record, None) && self.known.is_unlearnt() {
                Arc::make_mut(&mut self.known).learn(record, None);
            }
            at += 1;
        } else if may_search && self.has_list() {
            let window = self.buffer.get(begin..self.end).unwrap_or_default();
            let blanks = window.len() - window.trim_ascii_start().len();
            if self.known.looks_like_record(window, blanks) {
                self.pos = begin + blanks;
                return Ok(Some(Found::Element));
            }
        }
        loop {
            // What stands too near to the end waits for more.
            let limit = if self.is_at_end { self.end } else { self.end.saturating_sub(REACH) };
            while let Some(next) = self.buffer.get(at..limit).and_then(|window| memchr::memchr(b'{', window)) {
                let window = self.buffer.get(..self.end).unwrap_or_default();
                let found = if may_search { self.known.find(window, at + next) } else { None };
                if let Some(found) = found.filter(|found| self.is_allowed(found)) {
                    self.pos = at + next;
                    return Ok(Some(found));
                }
                at += next + 1;
            }
            at = at.max(limit);
            if self.is_at_end {
                self.pos = self.end;
                self.keep = self.end;
                return Ok(None);
            }
            let start = at.saturating_sub(REACH);
            if limits::READ_BUFFER_BYTES <= start {
                self.flush_before(start);
                at -= start;
            }
            self.fill()?;
        }
    }

    fn has_list(&self) -> bool {
        self.levels.last().is_some_and(|level| level.is_array) || self.recovery.left.is_some()
    }

    /// A list inside of a record may begin like a record too. Lists by type are known by their key; beside other lists
    /// of the root, any may begin, but not where the records are those of `data`.
    fn is_allowed(&self, found: &Found) -> bool {
        match found {
            Found::Element => self.has_list(),
            Found::List { key, opens_data } => {
                let level = self.levels.last().filter(|level| level.is_array);
                let current = level.or(self.recovery.left.as_ref().map(|(level, _)| level));
                let is_free = current.is_none_or(|level| level.key.as_deref().is_some_and(|key| key != "data"));
                key.starts_with("Ifc") || *opens_data || is_free
            }
        }
    }

    /// Opens what is around the record that was found.
    fn go_on(&mut self, found: Found) {
        let in_data = self.levels.get(1).is_some_and(|level| !level.is_array);
        match found {
            Found::Element => {
                if !self.levels.last().is_some_and(|level| level.is_array)
                    && let Some((level, around)) = self.recovery.left.take()
                {
                    self.open_to(around);
                    self.levels.push(level);
                }
            }
            Found::List { key, opens_data } => {
                let was_in_data = self.recovery.left.as_ref().is_some_and(|(_, around)| *around == 2);
                self.open_to(if in_data || opens_data || was_in_data { 2 } else { 1 });
                let offset = self.base + self.pos as u64;
                self.levels.push(Level::new(true, Some(Arc::from(key)), offset));
            }
        }
        self.keep = self.pos;
        self.recovery.at_value = true;
    }

    /// Leaves so many objects open.
    fn open_to(&mut self, depth: usize) {
        self.levels.truncate(depth);
        while self.levels.len() < depth {
            self.levels.push(Level::new(false, None, self.base));
        }
    }

    /// Whether the last character of the file closes something.
    fn ends_closed(&self) -> bool {
        let bytes = self.buffer.get(..self.end).unwrap_or_default();
        matches!(bytes.trim_ascii_end().last(), Some(b'}' | b']'))
    }
}
