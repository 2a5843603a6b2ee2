//! The parser that fills a tape: JSON as RFC 8259 has it, nothing more.
//!
//! Written for texts that are known to be UTF-8. Strings are searched eight bytes at a time; a value that is skipped runs
//! through the same code without leaving anything. Depth is bounded, so the recursion is.

use super::{Fault, FaultKind, Node, Skip, Tape, short};
use crate::limits;

/// Mantissas of so many digits are exact as `u64` and as `f64`.
const EXACT_DIGITS_MAX: usize = 15;

/// Powers of ten that an `f64` holds exactly, as far as short numbers need them.
const TENS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

pub(super) struct Parser<'s> {
    source: &'s str,
    /// `source` up to the end of the value.
    bytes: &'s [u8],
    at: usize,
    begin: usize,
    values: usize,
    depth: usize,
    skip: &'s Skip,
}

type Parsed<T> = Result<T, Fault>;

impl<'s> Parser<'s> {
    pub(super) fn new(source: &'s str, begin: usize, end: usize, skip: &'s Skip) -> Parser<'s> {
        let bytes = source.as_bytes().get(..end).unwrap_or_default();
        Parser { source, bytes, at: begin, begin, values: 0, depth: 0, skip }
    }

    /// One value with blanks around it, and nothing behind.
    pub(super) fn document<const KEEP: bool>(&mut self, tape: &mut Tape) -> Parsed<()> {
        self.blanks();
        self.value::<KEEP>(tape)?;
        self.blanks();
        if self.at < self.bytes.len() { self.fault("characters behind the value") } else { Ok(()) }
    }

    /// One value, whatever stands behind it: where it ends. Nothing is kept.
    pub(super) fn first(&mut self, tape: &mut Tape) -> Parsed<usize> {
        self.value::<false>(tape)?;
        Ok(self.at)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    #[cold]
    fn fault<T>(&self, what: &'static str) -> Parsed<T> {
        let what = if self.at < self.bytes.len() { what } else { "the end comes too early" };
        self.refuse(FaultKind::Syntax(what))
    }

    #[cold]
    fn refuse<T>(&self, what: FaultKind) -> Parsed<T> {
        Err(Fault { at: (self.at.min(self.bytes.len()) - self.begin) as u64, what })
    }

    fn value<const KEEP: bool>(&mut self, tape: &mut Tape) -> Parsed<()> {
        if KEEP {
            self.values += 1;
            if limits::RECORD_VALUES_MAX < self.values {
                return self.refuse(FaultKind::TooManyValues);
            }
        }
        let node = match self.peek() {
            Some(b'"') => self.string(tape)?,
            Some(b'{') => return self.nested(|parser| parser.object::<KEEP>(tape)),
            Some(b'[') => return self.nested(|parser| parser.array::<KEEP>(tape)),
            Some(b'-' | b'0'..=b'9') => Node::Number(self.number()?),
            Some(b't') => self.word(b"true", Node::Bool(true))?,
            Some(b'f') => self.word(b"false", Node::Bool(false))?,
            Some(b'n') => self.word(b"null", Node::Null)?,
            _ => return self.fault("expected a value"),
        };
        if KEEP {
            tape.nodes.push(node);
        }
        Ok(())
    }

    fn nested(&mut self, container: impl FnOnce(&mut Self) -> Parsed<()>) -> Parsed<()> {
        if limits::JSON_DEPTH_MAX <= self.depth {
            return self.refuse(FaultKind::TooDeep);
        }
        self.depth += 1;
        self.at += 1;
        self.blanks();
        let result = container(self);
        self.depth -= 1;
        result
    }

    fn array<const KEEP: bool>(&mut self, tape: &mut Tape) -> Parsed<()> {
        let (opened, mut count) = (tape.nodes.len(), 0);
        if KEEP {
            tape.nodes.push(Node::Null);
        }
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            loop {
                count += 1;
                self.value::<KEEP>(tape)?;
                if self.closed(b']', "expected a comma or the end of the list")? {
                    break;
                }
            }
        }
        if KEEP {
            tape.close(opened, |end| Node::Array { end, count });
        }
        Ok(())
    }

    fn object<const KEEP: bool>(&mut self, tape: &mut Tape) -> Parsed<()> {
        let (opened, mut count) = (tape.nodes.len(), 0);
        let has_skips = !self.skip.keys.is_empty();
        // One bit for each short hash of a key seen: only where two meet are the keys compared.
        let (mut hashes, mut is_meeting) = ([0_u64; 4], false);
        if KEEP {
            tape.nodes.push(Node::Null);
        }
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                count += 1;
                if self.peek() != Some(b'"') {
                    return self.fault("expected a key");
                }
                let key = self.string(tape)?;
                let text = tape.text(self.source, key).unwrap_or_default();
                let hash = short_hash(text);
                let is_skipped = has_skips && self.skip.may_hold(hash) && self.skip.keys.contains(&text);
                if KEEP {
                    let key = tape.keys.numbered(self.bytes, key, hash);
                    tape.nodes.push(key);
                    is_meeting |= take_bit(&mut hashes, hash);
                }
                self.blanks();
                if self.peek() != Some(b':') {
                    return self.fault("expected a colon");
                }
                self.at += 1;
                self.blanks();
                if !KEEP {
                    self.value::<false>(tape)?;
                } else if is_skipped {
                    let room = tape.text.len();
                    self.value::<false>(tape)?;
                    tape.text.truncate(room);
                    tape.nodes.push(Node::Null);
                } else {
                    self.value::<KEEP>(tape)?;
                }
                if self.closed(b'}', "expected a comma or the end of the object")? {
                    break;
                }
            }
        }
        if KEEP {
            tape.close(opened, |end| Node::Object { end, count });
            if is_meeting && let Some(key) = tape.repeated_key(self.source, opened, count) {
                return self.refuse(FaultKind::DuplicateKey(key));
            }
        }
        Ok(())
    }

    /// Behind an element: whether the container closes; else the cursor stands on the next element.
    #[inline(always)]
    fn closed(&mut self, closer: u8, expected: &'static str) -> Parsed<bool> {
        self.blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.blanks();
                Ok(false)
            }
            Some(byte) if byte == closer => {
                self.at += 1;
                Ok(true)
            }
            _ => self.fault(expected),
        }
    }

    fn word(&mut self, word: &'static [u8], node: Node) -> Parsed<Node> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return self.fault("expected a value");
        }
        self.at += word.len();
        Ok(node)
    }

    /// A text; the cursor stands on its opening quote.
    #[inline(always)]
    fn string(&mut self, tape: &mut Tape) -> Parsed<Node> {
        self.at += 1;
        let start = self.at;
        if self.stop()? == b'"' {
            let bytes = self.at - start;
            self.at += 1;
            return Ok(Node::Plain { start: short(start), bytes: short(bytes), key: 0 });
        }
        self.unescape(tape, start)
    }

    /// Moves to the next quote, backslash or control character; a control character is a fault.
    #[inline(always)]
    fn stop(&mut self) -> Parsed<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (chunks, _) = rest.as_chunks::<8>();
        for chunk in chunks {
            let word = u64::from_le_bytes(*chunk);
            let (quote, slash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
            // The lowest bit that is set is right; higher ones may be borrowed.
            let stops = ((quote.wrapping_sub(ONES) & !quote)
                | (slash.wrapping_sub(ONES) & !slash)
                | (word.wrapping_sub(ONES * 0x20) & !word))
                & HIGHS;
            if stops != 0 {
                self.at += (stops.trailing_zeros() / 8) as usize;
                break;
            }
            self.at += 8;
        }
        loop {
            match self.peek() {
                Some(byte @ (b'"' | b'\\')) => return Ok(byte),
                Some(0..=0x1f) => return self.fault("a control character in a text"),
                Some(_) => self.at += 1,
                None => return self.fault("the end of a text is missing"),
            }
        }
    }

    /// The rest of a text with escapes; the cursor stands on the first backslash.
    #[cold]
    fn unescape(&mut self, tape: &mut Tape, start: usize) -> Parsed<Node> {
        let room = tape.text.len();
        tape.text.push_str(self.source.get(start..self.at).unwrap_or_default());
        loop {
            let from = self.at;
            let byte = self.stop()?;
            tape.text.push_str(self.source.get(from..self.at).unwrap_or_default());
            self.at += 1;
            if byte == b'"' {
                return Ok(Node::Unescaped { start: short(room), bytes: short(tape.text.len() - room) });
            }
            let escaped = self.escaped()?;
            tape.text.push(escaped);
        }
    }

    /// The character behind a backslash.
    fn escaped(&mut self) -> Parsed<char> {
        let plain = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => {
                self.at += 1;
                return self.code_point();
            }
            _ => return self.fault("an escape that does not exist"),
        };
        self.at += 1;
        Ok(plain)
    }

    /// Four hexadecimal digits, or twice that for a pair of surrogates.
    fn code_point(&mut self) -> Parsed<char> {
        let mut code = self.hex()?;
        if (0xd800..0xdc00).contains(&code) {
            if self.bytes.get(self.at..self.at + 2) != Some(br"\u") {
                return self.fault("half a pair of surrogates");
            }
            self.at += 2;
            let low = self.hex()?;
            if !(0xdc00..0xe000).contains(&low) {
                return self.fault("half a pair of surrogates");
            }
            code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        char::from_u32(code).map_or_else(|| self.fault("half a pair of surrogates"), Ok)
    }

    fn hex(&mut self) -> Parsed<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return self.fault("an escape of fewer than four digits") };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    /// Skips digits and gathers them; how many there were.
    #[inline]
    fn digits(&mut self, mantissa: &mut u64) -> usize {
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Parsed<f64> {
        let start = self.at;
        let is_negative = self.peek() == Some(b'-');
        self.at += usize::from(is_negative);
        let (mut mantissa, is_zero) = (0, self.peek() == Some(b'0'));
        let whole = self.digits(&mut mantissa);
        if whole == 0 {
            return self.fault("a number without digits");
        }
        if is_zero && 1 < whole {
            return self.fault("a number that begins with zero");
        }
        let mut decimals = 0;
        if self.peek() == Some(b'.') {
            self.at += 1;
            decimals = self.digits(&mut mantissa);
            if decimals == 0 {
                return self.fault("a number without digits");
            }
        }
        let has_exponent = matches!(self.peek(), Some(b'e' | b'E'));
        if has_exponent {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits(&mut 0) == 0 {
                return self.fault("a number without digits");
            }
        }
        if !has_exponent
            && whole + decimals <= EXACT_DIGITS_MAX
            && let Some(ten) = TENS.get(decimals)
        {
            // Both are exact, so the division rounds once, as it should.
            let value = mantissa as f64 / ten;
            return Ok(if is_negative { -value } else { value });
        }
        let text = self.source.get(start..self.at).unwrap_or_default();
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => {
                self.at = start;
                self.refuse(FaultKind::Syntax("a number out of range"))
            }
        }
    }
}

/// Eight bits of a key, by its length and three of its bytes.
#[inline]
pub(super) fn short_hash(key: &str) -> u8 {
    let bytes = key.as_bytes();
    let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or_default());
    let length = bytes.len();
    let sum = length * 37 + byte(0) * 101 + byte(length / 2) * 17 + byte(length.wrapping_sub(1)) * 59;
    sum.to_le_bytes().first().copied().unwrap_or_default()
}

/// Sets a bit; whether it was set already.
#[inline]
pub(super) fn take_bit(bits: &mut [u64; 4], at: u8) -> bool {
    let Some(word) = bits.get_mut(usize::from(at >> 6)) else { return true };
    let bit = 1 << (at & 63);
    let was_set = *word & bit != 0;
    *word |= bit;
    was_set
}
