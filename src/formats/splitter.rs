//! Cuts a JSON stream into records without parsing them.
//!
//! Walks the root (an object or an array) and cuts out every element of the lists in it as a record, and the other values
//! of a root object as headers. Only brackets and strings are looked at; what stands inside a record is checked when it
//! is parsed. Records leave in batches of about [`limits::BATCH_BYTES`] with the bytes around them. Where the structure is
//! broken, the next record is looked for ([`known`]), unless the reading is strict.

mod cursor;
mod cut;
mod known;
mod recover;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

pub(super) use self::cut::{Batch, Cut, Lost, Place};
pub(super) use self::known::{Found, Known};
use self::scan::Visible;
use super::ReadError;
use crate::ifc::{ProblemCode, RecordIndex};
use crate::limits;

/// Records that are looked at to learn how records begin.
const LESSONS: usize = 4096;

/// The number of a record before it is counted.
const FIRST: RecordIndex = RecordIndex(0);

/// Where the splitter takes its bytes from.
pub(super) trait Input {
    /// Fills a part of `into`; zero at the end.
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, ReadError>;

    /// Whether the end that was given is too early.
    fn is_cut(&self) -> bool {
        false
    }
}

/// A container that is walked rather than cut out.
#[derive(Debug)]
struct Level {
    is_array: bool,
    /// Key under which an array stands.
    key: Option<Arc<str>>,
    count: u32,
    /// Offset of its bracket.
    offset: u64,
    /// Keys of an object so far, at most [`limits::ROOT_KEYS_MAX`]: by their hash, since a key may be as long as a record.
    keys: HashSet<[u8; 16]>,
}

impl Level {
    fn new(is_array: bool, key: Option<Arc<str>>, offset: u64) -> Level {
        Level { is_array, key, count: 0, offset, keys: HashSet::new() }
    }
}

/// What the value under the cursor is to its container.
enum Role {
    Cut { place: Place, is_header: bool },
    Walk(Level),
}

/// The cutter. `next_batch` until it gives `None`.
pub(super) struct Splitter<I> {
    input: I,
    strict: bool,
    buffer: Vec<u8>,
    /// Next byte to look at.
    pos: usize,
    /// End of the valid bytes.
    end: usize,
    /// Begin of the value or token at the cursor.
    keep: usize,
    /// Offset of `buffer[0]` in the stream.
    base: u64,
    is_at_end: bool,
    is_started: bool,
    is_done: bool,
    levels: Vec<Level>,
    record_bytes_max: usize,
    batch_bytes: usize,
    key: Arc<str>,
    cuts: Vec<Cut>,
    lost: Vec<Lost>,
    /// Batches that are full.
    ready: VecDeque<Batch>,
    /// What ends the reading, once the batches before it are taken.
    failed: Option<ReadError>,
    /// Buffers to be used again.
    spare: Vec<Vec<u8>>,
    known: Arc<Known>,
    /// Records still to be learnt from.
    lessons: usize,
    /// The value that is being cut out.
    current: Option<(Place, bool)>,
    recovery: recover::Recovery,
}

impl<I: Input> Splitter<I> {
    pub(super) fn new(input: I, strict: bool) -> Splitter<I> {
        Splitter::with_limits(input, strict, limits::RECORD_BYTES_MAX, limits::BATCH_BYTES)
    }

    fn with_limits(input: I, strict: bool, record_bytes_max: usize, batch_bytes: usize) -> Splitter<I> {
        Splitter {
            input,
            strict,
            buffer: Vec::new(),
            pos: 0,
            end: 0,
            keep: 0,
            base: 0,
            is_at_end: false,
            is_started: false,
            is_done: false,
            levels: Vec::with_capacity(3),
            record_bytes_max,
            batch_bytes,
            key: Arc::from(""),
            cuts: Vec::new(),
            lost: Vec::new(),
            ready: VecDeque::new(),
            failed: None,
            spare: Vec::new(),
            known: Arc::default(),
            lessons: LESSONS,
            current: None,
            recovery: recover::Recovery::default(),
        }
    }

    pub(super) fn input(&self) -> &I {
        &self.input
    }

    /// Takes a buffer back for later batches.
    pub(super) fn reuse(&mut self, buffer: Vec<u8>) {
        if self.spare.len() < limits::BATCHES_IN_FLIGHT_MAX && buffer.capacity() <= limits::BUFFER_REUSED_BYTES_MAX {
            self.spare.push(buffer);
        }
    }

    /// The next batch; `None` at the end of the file. An error comes behind the records that stand before it.
    pub(super) fn next_batch(&mut self) -> Result<Option<Batch>, ReadError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if let Some(error) = self.failed.take() {
                self.is_done = true;
                return Err(error);
            }
            if self.is_done {
                return Ok(None);
            }
            match self.step() {
                Ok(false) => {}
                Ok(true) => self.finish(),
                Err(error) => self.fault(error),
            }
        }
    }

    /// One step through the structure; true at the end of the root.
    fn step(&mut self) -> Result<bool, ReadError> {
        if !self.is_started {
            self.is_started = true;
            self.start()?;
        }
        let Some(level) = self.levels.last() else {
            return self.expect_end().map(|()| true);
        };
        let (is_array, is_first) = (level.is_array, level.count == 0);
        if !self.recovery.take_at_value() {
            let byte = self.token()?;
            if byte == if is_array { b']' } else { b'}' } {
                self.pos += 1;
                let level = self.levels.pop();
                self.recovery.leave(level, self.levels.len());
                return Ok(false);
            }
            if !is_first {
                self.expect(b',', "a comma or the end of the list")?;
                self.token()?;
            }
            if !is_array {
                self.read_key()?;
            }
        }
        match self.role()? {
            Role::Walk(level) => {
                self.pos += 1;
                self.levels.push(level);
            }
            Role::Cut { place, is_header } => {
                if self.batch_bytes <= self.pos || limits::BATCH_RECORDS_MAX <= self.cuts.len() {
                    self.flush_before(self.pos);
                }
                self.current = Some((place, is_header));
                self.value()?;
                self.cut()?;
            }
        }
        Ok(false)
    }

    /// Keeps the value between `keep` and the cursor.
    fn cut(&mut self) -> Result<(), ReadError> {
        let range = self.keep..self.pos;
        if self.record_bytes_max < range.len() {
            let (offset, bytes_max) = (self.base + range.start as u64, self.record_bytes_max);
            return Err(ReadError::RecordTooLarge { offset, bytes_max });
        }
        if let Some((place, is_header)) = self.current.take() {
            if 0 < self.lessons && !is_header {
                self.lessons -= 1;
                self.learn(&range);
            }
            self.cuts.push(Cut { place, is_header, range });
        }
        Ok(())
    }

    /// Remembers how the record begins and what stands before it.
    fn learn(&mut self, range: &Range<usize>) {
        let record = self.buffer.get(range.clone()).unwrap_or_default();
        let before = self.cuts.last().filter(|cut| !cut.is_header && is_next(&cut.place, self.current.as_ref()));
        let separator = before.and_then(|cut| self.buffer.get(cut.range.end..range.start));
        if self.known.is_new(record, separator) {
            Arc::make_mut(&mut self.known).learn(record, separator);
        }
    }

    /// Ends the batch at `at`; what stands behind goes on.
    fn flush_before(&mut self, at: usize) {
        let rest = self.buffer.get(at..self.end).unwrap_or_default();
        let mut next = self.spare.pop().unwrap_or_default();
        // What it held before is overwritten, which spares zeroing it.
        if let Some(front) = next.get_mut(..rest.len()) {
            front.copy_from_slice(rest);
        } else {
            next.clear();
            next.extend_from_slice(rest);
        }
        // Behind the last value only what a damaged one may hide is kept.
        let hidden = if self.lost.is_empty() { 0 } else { limits::LOST_BYTES_KEPT_MAX };
        let kept = self.cuts.last().map_or(0, |cut| at.min(cut.range.end + hidden));
        self.buffer.truncate(kept);
        if kept + limits::BUFFER_REUSED_BYTES_MAX < self.buffer.capacity() {
            // It held a record that was too large, or was doubled for one that ended soon.
            self.buffer.shrink_to_fit();
        }
        let bytes = std::mem::replace(&mut self.buffer, next);
        let (cuts, lost) = (std::mem::take(&mut self.cuts), std::mem::take(&mut self.lost));
        if cuts.is_empty() && lost.is_empty() {
            self.reuse(bytes);
        } else {
            self.ready.push_back(Batch { bytes, base: self.base, cuts, lost, known: Arc::clone(&self.known) });
        }
        self.base += at as u64;
        self.pos = self.pos.saturating_sub(at);
        self.keep = self.keep.saturating_sub(at);
        self.end -= at.min(self.end);
    }

    fn finish(&mut self) {
        if self.input.is_cut() {
            let offset = self.base + self.end as u64;
            self.lose(
                ProblemCode::FileTruncated,
                String::new(),
                offset,
                ReadError::Truncated { offset },
                String::new(),
            );
        }
        self.is_done = true;
        self.flush_before(self.end);
    }

    /// What the value at the cursor is; counts it in its container.
    fn role(&mut self) -> Result<Role, ReadError> {
        let byte = self.token()?;
        let offset = self.offset();
        let depth = self.levels.len();
        let in_data = self.levels.get(1).is_some_and(|level| !level.is_array);
        let key = Arc::clone(&self.key);
        let Some(level) = self.levels.last_mut() else { return Err(ReadError::Truncated { offset }) };
        let count = level.count;
        level.count = level.count.saturating_add(1);
        Ok(if level.is_array {
            let group = level.key.clone();
            Role::Cut { place: Place { in_data, group, index: Some(count), offset, number: FIRST }, is_header: false }
        } else if byte == b'[' {
            Role::Walk(Level::new(true, Some(key), offset))
        } else if byte == b'{' && depth == 1 && &*key == "data" {
            Role::Walk(Level::new(false, None, offset))
        } else {
            // An object beside the lists under `data` is a record, and one under a number is an instance of a map (web-ifc);
            // every other value of an object says something of the file.
            let is_instance = depth == 1 && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
            let is_header = byte != b'{' || depth != 2 && !is_instance;
            Role::Cut { place: Place { in_data, group: Some(key), index: None, offset, number: FIRST }, is_header }
        })
    }

    /// Opens the root.
    fn start(&mut self) -> Result<(), ReadError> {
        let Some(byte) = self.skip_blanks()? else {
            return Err(ReadError::Empty);
        };
        match byte {
            b'[' | b'{' => {
                let offset = self.offset();
                self.pos += 1;
                self.levels.push(Level::new(byte == b'[', None, offset));
                Ok(())
            }
            _ => Err(self.not_a_root()),
        }
    }

    /// Says what a file without a root object or list is.
    fn not_a_root(&mut self) -> ReadError {
        while self.end - self.pos < 64 {
            match self.more() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return error,
            }
        }
        let head = self.buffer.get(self.pos..self.end).unwrap_or_default();
        let shape = |what: &str| ReadError::Shape { what: what.to_owned() };
        if head.starts_with(b"PK\x03\x04") {
            return shape("a ZIP archive inside a compressed file");
        }
        let (offset, what) = (self.offset(), Visible(head.first().copied()).to_string());
        if let Err(error) = self.value() {
            return error;
        }
        let bytes = self.buffer.get(self.keep..self.pos).unwrap_or_default();
        match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
            Ok(_) => self.expect_end().map_or_else(|error| error, |()| shape("a single value")),
            Err(_) => ReadError::Syntax { offset, what: format!("expected an object or a list, found {what}") },
        }
    }

    fn expect_end(&mut self) -> Result<(), ReadError> {
        match self.skip_blanks()? {
            None => Ok(()),
            found => Err(ReadError::Syntax {
                offset: self.offset(),
                what: format!("{} after the end of the root", Visible(found)),
            }),
        }
    }

    /// Reads a key and its colon.
    fn read_key(&mut self) -> Result<(), ReadError> {
        self.expect(b'"', "a key")?;
        self.string_rest()?;
        let offset = self.base + self.keep as u64;
        let bytes = self.buffer.get(self.keep..self.pos).unwrap_or_default();
        let text = super::json::utf8(bytes, offset)?;
        let key: String = serde_json::from_str(text)
            .map_err(|error| ReadError::Syntax { offset, what: format!("a key that is no text: {error}") })?;
        self.key = Arc::from(key);
        self.check_key(offset)?;
        self.expect(b':', "a colon")
    }

    /// Looks whether the key stood in its object before.
    fn check_key(&mut self, offset: u64) -> Result<(), ReadError> {
        let Some(level) = self.levels.last_mut().filter(|level| level.keys.len() < limits::ROOT_KEYS_MAX) else {
            return Ok(());
        };
        let hash = blake3::hash(self.key.as_bytes());
        let is_new = hash.as_bytes().first_chunk().is_some_and(|hash| level.keys.insert(*hash));
        let (is_last, object) = (level.keys.len() == limits::ROOT_KEYS_MAX, level.offset);
        if is_new && is_last {
            let (code, pointer) = (ProblemCode::KeysUnchecked, String::new());
            let detail = format!("after {} keys", limits::ROOT_KEYS_MAX);
            self.lost.push(Lost { code, pointer, offset, error: None, detail });
        }
        if is_new {
            return Ok(());
        }
        let error = ReadError::DuplicateKey { offset: object, key: self.key.to_string() };
        if self.strict {
            return Err(error);
        }
        let detail = error.to_string();
        self.lose(ProblemCode::StructureBroken, String::new(), offset, error, detail);
        Ok(())
    }
}

/// Whether the value at the cursor follows `before` in its list.
fn is_next(before: &Place, current: Option<&(Place, bool)>) -> bool {
    current.is_some_and(|(place, _)| {
        place.group == before.group && before.index.is_some_and(|index| place.index == index.checked_add(1))
    })
}
