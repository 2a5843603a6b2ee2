//! The cursor of the splitter: tokens, values, and the buffer below them.

use super::scan::{Scan, Visible};
use super::{Input, Splitter};
use crate::formats::ReadError;
use crate::limits;

impl<I: Input> Splitter<I> {
    pub(super) fn offset(&self) -> u64 {
        self.base + self.pos as u64
    }

    /// Skips blanks; the byte at the cursor, or `None` at the end.
    pub(super) fn skip_blanks(&mut self) -> Result<Option<u8>, ReadError> {
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
    pub(super) fn token(&mut self) -> Result<u8, ReadError> {
        self.skip_blanks()?.ok_or(ReadError::Truncated { offset: self.base + self.end as u64 })
    }

    pub(super) fn expect(&mut self, wanted: u8, name: &str) -> Result<(), ReadError> {
        let found = self.token()?;
        if found == wanted {
            self.pos += 1;
            return Ok(());
        }
        let what = format!("expected {name}, found {}", Visible(Some(found)));
        Err(ReadError::Syntax { offset: self.offset(), what })
    }

    /// Moves the cursor over one value; `keep` marks its begin.
    pub(super) fn value(&mut self) -> Result<(), ReadError> {
        match self.token()? {
            b'{' | b'[' => self.container(),
            b'"' => {
                self.pos += 1;
                self.string_rest()
            }
            b',' | b':' | b']' | b'}' => {
                let found = Visible(self.buffer.get(self.pos).copied());
                Err(ReadError::Syntax { offset: self.offset(), what: format!("expected a value, found {found}") })
            }
            // Whether it is a number or a word is seen when it is parsed.
            _ => self.scalar(),
        }
    }

    pub(super) fn container(&mut self) -> Result<(), ReadError> {
        let mut scan = Scan::default();
        loop {
            let value = self.buffer.get(self.keep..self.end).unwrap_or_default();
            if let Some(length) = scan.run(value, self.is_at_end) {
                self.pos = self.keep + length;
                return Ok(());
            }
            if self.is_at_end {
                return Err(ReadError::Truncated { offset: self.base + self.end as u64 });
            }
            self.more()?;
        }
    }

    /// Moves the cursor behind the closing quote; it stands behind the opening one.
    pub(super) fn string_rest(&mut self) -> Result<(), ReadError> {
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

    pub(super) fn scalar(&mut self) -> Result<(), ReadError> {
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

    pub(super) fn need_more(&mut self) -> Result<(), ReadError> {
        if self.more()? { Ok(()) } else { Err(ReadError::Truncated { offset: self.base + self.end as u64 }) }
    }

    /// Reads on; what stands before `keep` is dropped, the rest moves to the front once.
    pub(super) fn more(&mut self) -> Result<bool, ReadError> {
        if self.is_at_end {
            return Ok(false);
        }
        if self.cuts.is_empty() && self.lost.is_empty() {
            self.buffer.copy_within(self.keep..self.end, 0);
            self.base += self.keep as u64;
            self.pos -= self.keep;
            self.end -= self.keep;
            self.keep = 0;
        } else if self.batch_bytes <= self.end {
            self.flush_before(self.keep);
        }
        if self.record_bytes_max < self.end - self.keep {
            let offset = self.base + self.keep as u64;
            return Err(ReadError::RecordTooLarge { offset, bytes_max: self.record_bytes_max });
        }
        self.fill()
    }

    /// Reads on behind what is there.
    pub(super) fn fill(&mut self) -> Result<bool, ReadError> {
        let wanted = self.end + limits::READ_BUFFER_BYTES;
        if self.buffer.len() < wanted {
            let doubled = (self.buffer.len() * 2).min(self.record_bytes_max + limits::READ_BUFFER_BYTES);
            // Room that is there needs no copying, so that it is not zeroed before it is wanted.
            let length = if wanted <= self.buffer.capacity() { wanted } else { wanted.max(doubled) };
            if self.buffer.capacity() == 0 {
                // Zeroed by the system, page by page as it is written to.
                self.buffer = vec![0; length];
            } else {
                self.buffer.resize(length, 0);
            }
        }
        let count = self.input.fill(self.buffer.get_mut(self.end..wanted).unwrap_or_default())?;
        self.end += count;
        self.is_at_end = count == 0;
        Ok(count != 0)
    }
}
