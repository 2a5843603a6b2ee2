//! Cuts a JSON stream into records without parsing them.
//!
//! Walks the root (an object or an array), yields every element of the lists in it as a record, and the other values of
//! a root object as headers. Only brackets and strings are looked at; what stands inside a record is checked when it is
//! parsed. Holds one record and one buffer, and no recursion: depth is a counter.

mod scan;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::rc::Rc;

use self::scan::{Brackets, Visible, next_mark};
use super::ReadError;
use crate::limits;

/// Where the splitter takes its bytes from.
pub(super) trait Input {
    /// Fills a part of `into`; zero at the end.
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, ReadError>;
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Whether the list stands in the object under the root key `data`.
    pub(super) in_data: bool,
    /// The key of the list; none in a root list.
    pub(super) group: Option<Rc<str>>,
    /// Position in its list; none for a value that stands under its key without a list.
    pub(super) index: Option<u32>,
    /// Offset of its first byte.
    pub(super) offset: u64,
}

impl Place {
    /// The JSON Pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        let mut pointer = self.list_pointer();
        if let Some(index) = self.index {
            pointer.push_str(&format!("/{index}"));
        }
        pointer
    }

    /// The JSON Pointer of the list it stands in.
    pub(super) fn list_pointer(&self) -> String {
        let mut pointer = String::from(if self.in_data { "/data" } else { "" });
        if let Some(group) = &self.group {
            pointer.push('/');
            pointer.push_str(&group.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }
}

/// What the splitter yields.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'s> {
    /// A value of the root object that is no list.
    Header {
        /// Its key.
        key: &'s str,
        /// Its bytes.
        bytes: &'s [u8],
        /// Offset of its first byte.
        offset: u64,
    },
    /// An element of a list.
    Record {
        /// Where it stands.
        place: Place,
        /// Its bytes.
        bytes: &'s [u8],
    },
}

/// A container that is walked rather than cut out.
#[derive(Debug)]
struct Level {
    is_array: bool,
    /// Key under which an array stands.
    key: Option<Rc<str>>,
    count: u32,
    /// Offset of its bracket.
    offset: u64,
    /// Keys of an object so far, at most [`limits::ROOT_KEYS_MAX`].
    keys: HashSet<Rc<str>>,
}

impl Level {
    fn new(is_array: bool, key: Option<Rc<str>>, offset: u64) -> Level {
        Level { is_array, key, count: 0, offset, keys: HashSet::new() }
    }
}

/// What the value under the cursor is to its container.
enum Role {
    Header,
    Record(Place),
    Walk(Level),
}

/// The cutter. `next` until it gives `None`.
pub(super) struct Splitter<I> {
    input: I,
    buffer: Vec<u8>,
    /// Next byte to look at.
    pos: usize,
    /// End of the valid bytes.
    end: usize,
    /// Bytes before this one are not needed any more.
    keep: usize,
    /// Offset of `buffer[0]` in the stream.
    base: u64,
    is_at_end: bool,
    is_started: bool,
    levels: Vec<Level>,
    record_bytes_max: usize,
    key: Rc<str>,
}

impl<I: Input> Splitter<I> {
    pub(super) fn new(input: I) -> Splitter<I> {
        Splitter::with_limit(input, limits::RECORD_BYTES_MAX)
    }

    fn with_limit(input: I, record_bytes_max: usize) -> Splitter<I> {
        Splitter {
            input,
            buffer: Vec::new(),
            pos: 0,
            end: 0,
            keep: 0,
            base: 0,
            is_at_end: false,
            is_started: false,
            levels: Vec::with_capacity(3),
            record_bytes_max,
            key: Rc::from(""),
        }
    }

    pub(super) fn input_mut(&mut self) -> &mut I {
        &mut self.input
    }

    /// The next header or record; `None` at the proper end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Item<'_>>, ReadError> {
        if !self.is_started {
            self.is_started = true;
            self.start()?;
        }
        loop {
            let Some(level) = self.levels.last() else {
                return self.expect_end().map(|()| None);
            };
            let (is_array, is_first) = (level.is_array, level.count == 0);
            let byte = self.token()?;
            if byte == if is_array { b']' } else { b'}' } {
                self.pos += 1;
                self.levels.pop();
                continue;
            }
            if !is_first {
                self.expect(b',', "a comma or the end of the list")?;
                self.token()?;
            }
            if !is_array {
                self.read_key()?;
            }
            let role = self.role()?;
            if let Role::Walk(level) = role {
                self.pos += 1;
                self.levels.push(level);
                continue;
            }
            self.value()?;
            let offset = self.base + self.keep as u64;
            let bytes = self.buffer.get(self.keep..self.pos).unwrap_or_default();
            if self.record_bytes_max < bytes.len() {
                return Err(ReadError::RecordTooLarge { offset, bytes_max: self.record_bytes_max });
            }
            return Ok(Some(match role {
                Role::Record(place) => Item::Record { place, bytes },
                Role::Header | Role::Walk(_) => Item::Header { key: &self.key, bytes, offset },
            }));
        }
    }

    /// What the value at the cursor is; counts it in its container.
    fn role(&mut self) -> Result<Role, ReadError> {
        let byte = self.token()?;
        let offset = self.offset();
        let depth = self.levels.len();
        let in_data = self.levels.get(1).is_some_and(|level| !level.is_array);
        let key = Rc::clone(&self.key);
        let Some(level) = self.levels.last_mut() else { return Err(ReadError::Truncated { offset }) };
        let count = level.count;
        level.count = level.count.saturating_add(1);
        Ok(if level.is_array {
            Role::Record(Place { in_data, group: level.key.clone(), index: Some(count), offset })
        } else if byte == b'[' {
            Role::Walk(Level::new(true, Some(key), offset))
        } else if byte == b'{' && depth == 1 && &*key == "data" {
            Role::Walk(Level::new(false, None, offset))
        } else if byte == b'{' && depth == 2 {
            Role::Record(Place { in_data, group: Some(key), index: None, offset })
        } else {
            Role::Header
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

    fn offset(&self) -> u64 {
        self.base + self.pos as u64
    }

    /// Skips blanks; the byte at the cursor, or `None` at the end.
    fn skip_blanks(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            if let Some(at) = window.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
                self.pos += at;
                self.keep = self.pos;
                return Ok(window.get(at).copied());
            }
            self.pos = self.end;
            self.keep = self.pos;
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// The next byte that is no blank; there must be one.
    fn token(&mut self) -> Result<u8, ReadError> {
        self.skip_blanks()?.ok_or(ReadError::Truncated { offset: self.base + self.end as u64 })
    }

    fn expect(&mut self, wanted: u8, name: &str) -> Result<(), ReadError> {
        let found = self.token()?;
        if found == wanted {
            self.pos += 1;
            return Ok(());
        }
        let what = format!("expected {name}, found {}", Visible(Some(found)));
        Err(ReadError::Syntax { offset: self.offset(), what })
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
        self.key = Rc::from(key);
        if let Some(level) = self.levels.last_mut()
            && level.keys.len() < limits::ROOT_KEYS_MAX
            && !level.keys.insert(Rc::clone(&self.key))
        {
            return Err(ReadError::DuplicateKey { offset: level.offset, key: self.key.to_string() });
        }
        self.expect(b':', "a colon")
    }

    /// Moves the cursor over one value; `keep` marks its begin.
    fn value(&mut self) -> Result<(), ReadError> {
        match self.token()? {
            b'{' | b'[' => self.container(),
            b'"' => {
                self.pos += 1;
                self.string_rest()
            }
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => self.scalar(),
            other => {
                let what = format!("expected a value, found {}", Visible(Some(other)));
                Err(ReadError::Syntax { offset: self.offset(), what })
            }
        }
    }

    fn container(&mut self) -> Result<(), ReadError> {
        let mut brackets = Brackets::new(self.levels.len());
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            let Some((at, byte)) = next_mark(window) else {
                self.pos = self.end;
                self.need_more()?;
                continue;
            };
            self.pos += at;
            let offset = self.offset();
            self.pos += 1;
            if byte == b'"' {
                self.string_rest()?;
            } else if brackets.step(byte, offset)? {
                return Ok(());
            }
        }
    }

    /// Moves the cursor behind the closing quote; it stands behind the opening one.
    fn string_rest(&mut self) -> Result<(), ReadError> {
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            let Some(at) = memchr::memchr2(b'"', b'\\', window) else {
                self.pos = self.end;
                self.need_more()?;
                continue;
            };
            let is_quote = window.get(at) == Some(&b'"');
            self.pos += at + 1;
            if is_quote {
                return Ok(());
            }
            if self.pos == self.end {
                self.need_more()?;
            }
            self.pos += 1;
        }
    }

    fn scalar(&mut self) -> Result<(), ReadError> {
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
            if let Some(at) = window.iter().position(is_end) {
                self.pos += at;
                return Ok(());
            }
            self.pos = self.end;
            if !self.more()? {
                return Ok(());
            }
        }
    }

    fn need_more(&mut self) -> Result<(), ReadError> {
        if self.more()? { Ok(()) } else { Err(ReadError::Truncated { offset: self.base + self.end as u64 }) }
    }

    /// Reads on; what stands before `keep` is dropped, the rest moves to the front once.
    fn more(&mut self) -> Result<bool, ReadError> {
        if self.is_at_end {
            return Ok(false);
        }
        if 0 < self.keep {
            self.buffer.copy_within(self.keep..self.end, 0);
            self.base += self.keep as u64;
            self.pos -= self.keep;
            self.end -= self.keep;
            self.keep = 0;
        }
        if self.record_bytes_max < self.end {
            return Err(ReadError::RecordTooLarge { offset: self.base, bytes_max: self.record_bytes_max });
        }
        let wanted = self.end + limits::READ_BUFFER_BYTES;
        if self.buffer.len() < wanted {
            let doubled = (self.buffer.len() * 2).min(self.record_bytes_max + limits::READ_BUFFER_BYTES);
            let length = wanted.max(doubled);
            self.buffer.reserve_exact(length - self.buffer.len());
            self.buffer.resize(length, 0);
        }
        let count = self.input.fill(self.buffer.get_mut(self.end..wanted).unwrap_or_default())?;
        self.end += count;
        self.is_at_end = count == 0;
        Ok(count != 0)
    }
}
