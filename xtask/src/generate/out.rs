//! A JSON text that is written as it is made, in the spacing of Python's `json` module.

use std::io::{self, Write};

use super::random::Id;

/// Written in pieces of about this size; larger ones leave the processor's cache.
const FLUSH_BYTES: usize = 256 * 1024;
const INDENT: usize = 2;

/// How a text is laid out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout {
    /// A line for each value, indented.
    pub pretty: bool,
    /// Characters beyond ASCII are escaped.
    pub ascii: bool,
}

/// Appends JSON to a buffer and the buffer to a sink. Wrong nesting is a defect of the caller and not looked for.
#[derive(Debug)]
pub struct JsonOut<W> {
    sink: W,
    buffer: Vec<u8>,
    layout: Layout,
    depth: usize,
    /// Nothing stands in the innermost list or object yet.
    is_fresh: bool,
    bytes: u64,
}

impl<W: Write> JsonOut<W> {
    /// Writes to a sink.
    pub fn new(sink: W, layout: Layout) -> JsonOut<W> {
        let buffer = Vec::with_capacity(FLUSH_BYTES * 2);
        JsonOut { sink, buffer, layout, depth: 0, is_fresh: true, bytes: 0 }
    }

    /// Hands on what has gathered, once that is enough to be worth a write.
    ///
    /// # Errors
    /// When the sink refuses.
    pub fn drain(&mut self) -> io::Result<()> {
        if self.buffer.len() < FLUSH_BYTES { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.write_all(&self.buffer)?;
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Ends the text with a line end; gives the number of bytes written.
    ///
    /// # Errors
    /// When the sink refuses.
    pub fn finish(mut self) -> io::Result<u64> {
        self.buffer.push(b'\n');
        self.flush()?;
        self.sink.flush()?;
        Ok(self.bytes)
    }

    /// Begins an object.
    pub fn open(&mut self) {
        self.begin(b'{');
    }

    /// Ends an object.
    pub fn close(&mut self) {
        self.end(b'}');
    }

    /// Begins a list.
    pub fn open_list(&mut self) {
        self.begin(b'[');
    }

    /// Ends a list.
    pub fn close_list(&mut self) {
        self.end(b']');
    }

    fn begin(&mut self, bracket: u8) {
        self.buffer.push(bracket);
        self.depth += 1;
        self.is_fresh = true;
    }

    fn end(&mut self, bracket: u8) {
        self.depth -= 1;
        if !self.is_fresh {
            self.line();
        }
        self.buffer.push(bracket);
        self.is_fresh = false;
    }

    fn line(&mut self) {
        if self.layout.pretty {
            self.buffer.push(b'\n');
            let end = self.buffer.len() + self.depth * INDENT;
            self.buffer.resize(end, b' ');
        }
    }

    /// What stands between two items; to be called before each item of a list.
    pub fn item(&mut self) {
        if !self.is_fresh {
            self.buffer.extend_from_slice(if self.layout.pretty { b"," } else { b", " });
        }
        self.line();
        self.is_fresh = false;
    }

    /// A key that needs no escapes; its value comes next.
    pub fn key(&mut self, key: &str) {
        self.item();
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(key.as_bytes());
        self.buffer.extend_from_slice(b"\": ");
    }

    /// A key of any characters.
    pub fn key_text(&mut self, key: &str) {
        self.item();
        self.text(key);
        self.buffer.extend_from_slice(b": ");
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.buffer.push(b'"');
        // Most texts need no escape, and looking at them byte by byte costs more than writing them.
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
            self.buffer.extend_from_slice(text.as_bytes());
        } else {
            text.chars().for_each(|character| self.character(character));
        }
        self.buffer.push(b'"');
    }

    fn character(&mut self, character: char) {
        match character {
            '"' => self.buffer.extend_from_slice(b"\\\""),
            '\\' => self.buffer.extend_from_slice(b"\\\\"),
            '\n' => self.buffer.extend_from_slice(b"\\n"),
            ' '..='~' => self.buffer.push(character as u8),
            _ if self.layout.ascii => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    self.buffer.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
            _ => self.buffer.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }

    /// A UUID.
    pub fn uuid(&mut self, id: Id) {
        self.buffer.push(b'"');
        id.write_uuid(&mut self.buffer);
        self.buffer.push(b'"');
    }

    /// A GlobalId in 22 characters.
    pub fn short(&mut self, id: Id) {
        self.buffer.push(b'"');
        id.write_short(&mut self.buffer);
        self.buffer.push(b'"');
    }

    /// A whole number.
    pub fn integer(&mut self, value: i64) {
        if value < 0 {
            self.buffer.push(b'-');
        }
        self.digits(value.unsigned_abs(), 1);
    }

    /// `value / 10^decimals` without trailing zeros, with a decimal point.
    pub fn fixed(&mut self, value: i64, decimals: u32) {
        if value < 0 {
            self.buffer.push(b'-');
        }
        let unit = 10_u64.pow(decimals);
        let magnitude = value.unsigned_abs();
        self.digits(magnitude / unit, 1);
        self.buffer.push(b'.');
        let (mut fraction, mut width) = (magnitude % unit, decimals as usize);
        while width > 1 && fraction % 10 == 0 {
            fraction /= 10;
            width -= 1;
        }
        self.digits(fraction, width);
    }

    fn digits(&mut self, mut value: u64, width_min: usize) {
        let mut digits = [b'0'; 20];
        let mut at = digits.len();
        while value > 0 || digits.len() - at < width_min.max(1) {
            at -= 1;
            digits[at] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.buffer.extend_from_slice(&digits[at..]);
    }

    /// Yes or no.
    pub fn boolean(&mut self, value: bool) {
        self.buffer.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Nothing.
    pub fn null(&mut self) {
        self.buffer.extend_from_slice(b"null");
    }

    /// A key with a text.
    pub fn text_member(&mut self, key: &str, text: &str) {
        self.key(key);
        self.text(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(layout: Layout, write: impl Fn(&mut JsonOut<&mut Vec<u8>>)) -> String {
        let mut bytes = Vec::new();
        let mut out = JsonOut::new(&mut bytes, layout);
        write(&mut out);
        out.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn sample(out: &mut JsonOut<&mut Vec<u8>>) {
        out.open();
        out.text_member("name", "Außen \"1\"");
        out.key("points");
        out.open_list();
        for value in [-12_500, 0, 4_000_000] {
            out.item();
            out.fixed(value, 3);
        }
        out.close_list();
        out.key("none");
        out.open_list();
        out.close_list();
        out.close();
    }

    #[test]
    fn compact_and_pretty_texts_are_spaced_as_python_spaces_them() {
        let ascii = Layout { pretty: false, ascii: true };
        let compact = "{\"name\": \"Au\\u00dfen \\\"1\\\"\", \"points\": [-12.5, 0.0, 4000.0], \"none\": []}\n";
        assert_eq!(written(ascii, sample), compact);
        let pretty = Layout { pretty: true, ascii: false };
        let lines = "{\n  \"name\": \"Außen \\\"1\\\"\",\n  \"points\": [\n    -12.5,\n    0.0,\n    4000.0\n  ],\n  \"none\": []\n}\n";
        assert_eq!(written(pretty, sample), lines);
    }

    #[test]
    fn fixed_numbers_keep_their_leading_zeros() {
        let text = written(Layout::default(), |out| {
            for (value, decimals) in [(5, 3), (1_050, 3), (7, 0), (-1, 6)] {
                out.item();
                out.fixed(value, decimals);
            }
        });
        assert_eq!(text, "0.005, 1.05, 7.0, -0.000001\n");
    }
}
