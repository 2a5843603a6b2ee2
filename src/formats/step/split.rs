//! Cuts a STEP file into statements without parsing what stands in their brackets.
//!
//! Only semicolons, apostrophes and comments are looked at. Holds one statement and one buffer. A statement that runs
//! into the next one (a semicolon or an apostrophe is missing) is told as broken, and the next one is found again by
//! the beginning of its line, `#12=`.

#[cfg(test)]
mod tests;

use crate::formats::ReadError;
use crate::formats::splitter::Input;
use crate::ifc::{Origin, RecordIndex};
use crate::limits;

/// What the splitter yields.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'s> {
    /// An entity of the header: `FILE_SCHEMA(('IFC4'))`.
    Header(Record<'s>),
    /// The header section as a whole, at its end: offset and bytes.
    Section(u64, &'s [u8]),
    /// An instance of the data section.
    Instance(Record<'s>),
    /// A statement that is neither.
    Broken {
        /// The number of the instance, where it has one.
        number: Option<u32>,
        /// Offset of its first byte.
        offset: u64,
        /// Why.
        what: &'static str,
    },
}

/// One statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Record<'s> {
    /// The number of the instance; zero in the header.
    pub(super) number: u32,
    /// Its type as the file spells it; empty for a complex instance, `(A()B())`.
    pub(super) name: &'s [u8],
    /// What follows the opening bracket, with the closing one.
    pub(super) arguments: &'s [u8],
    /// Offset of its first byte.
    pub(super) offset: u64,
    /// All of it, with the semicolon.
    pub(super) statement: &'s [u8],
    /// Which record of the file it is, given by whoever counts them.
    pub(super) index: RecordIndex,
}

impl Record<'_> {
    /// Where it stands.
    pub(super) fn place(&self) -> Place {
        Place { number: self.number, offset: self.offset, record: self.index }
    }
}

impl Origin for Record<'_> {
    fn pointer(&self) -> String {
        self.place().pointer()
    }

    fn offset(&self) -> u64 {
        self.offset
    }

    fn record(&self) -> Option<RecordIndex> {
        Some(self.index)
    }
}

/// Where an instance stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) number: u32,
    pub(super) offset: u64,
    pub(super) record: RecordIndex,
}

impl Origin for Place {
    fn pointer(&self) -> String {
        format!("#{}", self.number)
    }

    fn offset(&self) -> u64 {
        self.offset
    }

    fn record(&self) -> Option<RecordIndex> {
        Some(self.record)
    }
}

/// Where in the file the cursor is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Section {
    Outside,
    Header,
    Data,
    /// A section of edition 3 that is not read: ANCHOR, REFERENCE, SIGNATURE.
    Other,
    /// Behind `END-ISO-10303-21;`.
    End,
}

/// How a statement ended.
enum Scan {
    /// With its semicolon, before the cursor.
    Semicolon,
    /// In another instance, which begins at this position of the buffer.
    Next(usize),
    /// With the file.
    EndOfFile,
}

/// The splitter. Call [`Splitter::next`] until `None`.
pub(super) struct Splitter<I> {
    input: I,
    buffer: Vec<u8>,
    /// Next byte to look at.
    pos: usize,
    /// End of the valid bytes.
    end: usize,
    /// Where the statement begins; bytes before it are not needed any more.
    keep: usize,
    /// Where the header section begins, while it is open; it is kept until its end.
    header: Option<usize>,
    /// Offset of `buffer[0]` in the stream.
    base: u64,
    is_at_end: bool,
    section: Section,
    has_begun: bool,
    is_cut: bool,
}

impl<I: Input> Splitter<I> {
    pub(super) fn new(input: I) -> Splitter<I> {
        let (buffer, section) = (Vec::new(), Section::Outside);
        let (is_at_end, has_begun, is_cut) = (false, false, false);
        let header = None;
        Splitter { input, buffer, pos: 0, end: 0, keep: 0, header, base: 0, is_at_end, section, has_begun, is_cut }
    }

    pub(super) fn input_mut(&mut self) -> &mut I {
        &mut self.input
    }

    /// Whether the file says that it is one of STEP.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Whether the file ended inside a section or a statement.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut || self.input.is_cut() || !matches!(self.section, Section::Outside | Section::End)
    }

    /// Bytes taken so far.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.end as u64
    }

    /// The next statement that says something; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Item<'_>>, ReadError> {
        loop {
            if self.section == Section::End {
                return self.pass_the_rest().map(|()| None);
            }
            if !self.skip_blanks()? {
                return Ok(None);
            }
            match self.scan()? {
                Scan::Semicolon => {}
                Scan::Next(start) => {
                    let offset = self.base + self.keep as u64;
                    let head = self.buffer.get(self.keep..start).unwrap_or_default();
                    self.pos = start;
                    let number = number_of(head).map(|(number, _)| number);
                    return Ok(Some(Item::Broken { number, offset, what: "it runs into the next instance" }));
                }
                Scan::EndOfFile => {
                    let rest = self.buffer.get(self.keep..self.end).unwrap_or_default();
                    if let Some(at) = memchr::memmem::find(rest, b"\nENDSEC;") {
                        // A text without its end took the end of the section with it.
                        let (number, offset) = (number_of(rest).map(|found| found.0), self.base + self.keep as u64);
                        self.pos = self.keep + at;
                        return Ok(Some(Item::Broken { number, offset, what: "a text in it has no end" }));
                    }
                    let is_last = rest.trim_ascii() == b"END-ISO-10303-21";
                    self.section = if is_last { Section::End } else { self.section };
                    self.is_cut = !is_last;
                    return Ok(None);
                }
            }
            let found = (self.keep, self.pos);
            let header = self.header;
            if self.enter(found) {
                let Some(from) = header.filter(|_| self.header.is_none()) else { continue };
                let section = self.buffer.get(from..found.1).unwrap_or_default();
                return Ok(Some(Item::Section(self.base + from as u64, section)));
            }
            let offset = self.base + self.keep as u64;
            let statement = self.buffer.get(found.0..found.1).unwrap_or_default();
            return Ok(Some(read(statement, offset, self.section == Section::Header)));
        }
    }

    /// Follows `HEADER;`, `DATA;` and their ends; true when there is nothing else in the statement.
    fn enter(&mut self, (from, to): (usize, usize)) -> bool {
        let statement = self.buffer.get(from..to).unwrap_or_default();
        if statement.first() == Some(&b'#') {
            // An instance is one wherever it stands, unless the section is one that is not read.
            self.header = None;
            return self.section == Section::Other;
        }
        self.has_begun |= statement.starts_with(b"ISO-10303-21");
        let word_end = statement.iter().position(|byte| !is_name(*byte) && *byte != b'-').unwrap_or_default();
        self.section = match statement.get(..word_end).unwrap_or_default() {
            b"ISO-10303-21" => Section::Outside,
            b"HEADER" => {
                self.header = Some(from);
                Section::Header
            }
            b"DATA" => Section::Data,
            b"ANCHOR" | b"REFERENCE" | b"SIGNATURE" => Section::Other,
            b"ENDSEC" => {
                self.header = None;
                Section::Outside
            }
            b"END-ISO-10303-21" => Section::End,
            _ => return self.section == Section::Other,
        };
        true
    }

    /// Moves the cursor to the next byte that is no blank and in no comment; false at the end.
    fn skip_blanks(&mut self) -> Result<bool, ReadError> {
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            let Some(at) = window.iter().position(|byte| !is_blank(*byte)) else {
                self.pos = self.end;
                self.keep = self.pos;
                if !self.more()? {
                    return Ok(false);
                }
                continue;
            };
            self.pos += at;
            self.keep = self.pos;
            if window.get(at) != Some(&b'/') {
                return Ok(true);
            }
            self.pos += 1;
            if !self.comment()? {
                // Not a comment, or one without an end: what follows is a statement.
                self.pos = self.keep;
                return Ok(true);
            }
        }
    }

    /// Moves the cursor behind the semicolon of the statement.
    fn scan(&mut self) -> Result<Scan, ReadError> {
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            let Some(at) = memchr::memchr3(b';', b'\'', b'/', window) else {
                self.pos = self.end;
                if !self.more()? {
                    return Ok(Scan::EndOfFile);
                }
                continue;
            };
            let byte = window.get(at).copied();
            self.pos += at + 1;
            match byte {
                Some(b';') => {
                    let statement = self.buffer.get(self.keep..self.pos).unwrap_or_default();
                    return Ok(next_instance(statement).map_or(Scan::Semicolon, |at| Scan::Next(self.keep + at)));
                }
                Some(b'\'') => {
                    if let Some(end) = self.string()? {
                        return Ok(end);
                    }
                }
                _ => {
                    self.comment()?;
                }
            }
        }
    }

    /// Moves the cursor behind the closing apostrophe; it stands behind the opening one. Two of them in a row are two
    /// strings here, which changes nothing.
    fn string(&mut self) -> Result<Option<Scan>, ReadError> {
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            let Some(at) = memchr::memchr2(b'\'', b'=', window) else {
                self.pos = self.end;
                if !self.more()? {
                    return Ok(Some(Scan::EndOfFile));
                }
                continue;
            };
            let is_end = window.get(at) == Some(&b'\'');
            let before = self.buffer.get(self.keep..self.pos + at).unwrap_or_default();
            if !is_end && let Some(start) = instance_before(before) {
                return Ok(Some(Scan::Next(self.keep + start)));
            }
            self.pos += at + 1;
            if is_end {
                return Ok(None);
            }
        }
    }

    /// Moves the cursor behind a comment; it stands behind the slash. False where there is none, or no end of it.
    fn comment(&mut self) -> Result<bool, ReadError> {
        if self.pos == self.end && !self.more()? {
            return Ok(false);
        }
        if self.buffer.get(self.pos) != Some(&b'*') {
            return Ok(false);
        }
        self.pos += 1;
        loop {
            let window = self.buffer.get(self.pos..self.end).unwrap_or_default();
            if let Some(at) = memchr::memmem::find(window, b"*/") {
                self.pos += at + 2;
                return Ok(true);
            }
            // The last byte may be the star of the end.
            let is_star = window.last() == Some(&b'*');
            self.pos = if is_star { self.end - 1 } else { self.end };
            if !self.more()? {
                self.pos = self.end;
                return Ok(false);
            }
        }
    }

    fn pass_the_rest(&mut self) -> Result<(), ReadError> {
        loop {
            self.pos = self.end;
            self.keep = self.end;
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// Reads on; what stands before `keep` is dropped, the rest moves to the front once, and so does an open header section.
    fn more(&mut self) -> Result<bool, ReadError> {
        if self.is_at_end {
            return Ok(false);
        }
        self.header = self.header.filter(|from| self.keep - from <= limits::BATCH_BYTES);
        let passed = self.header.unwrap_or(self.keep);
        if 0 < passed {
            self.buffer.copy_within(passed..self.end, 0);
            self.base += passed as u64;
            self.pos -= passed;
            self.end -= passed;
            self.keep -= passed;
            self.header = self.header.map(|_| 0);
        }
        if limits::RECORD_BYTES_MAX < self.end - self.keep {
            let offset = self.base + self.keep as u64;
            return Err(ReadError::RecordTooLarge { offset, bytes_max: limits::RECORD_BYTES_MAX });
        }
        let wanted = self.end + limits::READ_BUFFER_BYTES;
        if self.buffer.is_empty() {
            // Memory that the system gives zeroed is not written to before it is used.
            self.buffer = vec![0; wanted];
        }
        if self.buffer.len() < wanted {
            let most = limits::RECORD_BYTES_MAX + limits::BATCH_BYTES + limits::READ_BUFFER_BYTES;
            let doubled = (self.buffer.len() * 2).min(most);
            self.buffer.resize(wanted.max(doubled), 0);
        }
        let count = self.input.fill(self.buffer.get_mut(self.end..wanted).unwrap_or_default())?;
        self.end += count;
        self.is_at_end = count == 0;
        Ok(count != 0)
    }
}

/// Reads the beginning of a statement that ends with its semicolon.
fn read(statement: &[u8], offset: u64, is_header: bool) -> Item<'_> {
    let numbered = number_of(statement);
    let number = numbered.map(|(number, _)| number);
    let broken = |what| Item::Broken { number, offset, what };
    let rest = match numbered {
        Some((_, rest)) => skip(rest).strip_prefix(b"="),
        None if statement.first() == Some(&b'#') => return broken("its number is missing or beyond 32 bits"),
        None if is_header => Some(statement),
        None => return broken("it is no instance"),
    };
    let Some(rest) = rest.map(skip) else { return broken("no sign of equality follows its number") };
    let name_end = rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(name_end);
    let Some(arguments) = skip(rest).strip_prefix(b"(") else { return broken("no bracket follows its type") };
    let arguments = arguments.strip_suffix(b";").unwrap_or(arguments);
    let index = RecordIndex(0);
    let record = Record { number: number.unwrap_or_default(), name, arguments, offset, statement, index };
    if number.is_some() { Item::Instance(record) } else { Item::Header(record) }
}

/// The number of an instance, and what follows it.
fn number_of(statement: &[u8]) -> Option<(u32, &[u8])> {
    let digits = skip(statement.strip_prefix(b"#")?);
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// Where in a statement another instance begins.
fn next_instance(statement: &[u8]) -> Option<usize> {
    let mut signs = memchr::memchr_iter(b'=', statement);
    signs.next()?;
    signs.find_map(|at| instance_before(statement.get(..at)?))
}

/// Where the number begins that stands at the end of `before` and at the beginning of a line other than the first.
fn instance_before(before: &[u8]) -> Option<usize> {
    let line = before.trim_ascii_end();
    let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let hash = line.len().checked_sub(digits + 1).filter(|_| 0 < digits)?;
    let line_before = line.get(..hash)?;
    let blanks = line_before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let breaks = line_before.get(..hash - blanks)?;
    (line.get(hash) == Some(&b'#') && matches!(breaks.last(), Some(b'\n' | b'\r'))).then_some(hash)
}

/// What follows blanks and comments.
pub(super) fn skip(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    loop {
        let blanks = rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len());
        rest = rest.get(blanks..).unwrap_or_default();
        let Some(comment) = rest.strip_prefix(b"/*") else { return rest };
        let Some(end) = memchr::memmem::find(comment, b"*/") else { return rest };
        rest = comment.get(end + 2..).unwrap_or_default();
    }
}

fn is_blank(byte: u8) -> bool {
    byte <= b' '
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'!'
}
