//! Cuts a JSON text into its records: the objects at one depth.

use memchr::memchr2;

const WALL: &[u8] = b"IfcWall";

/// Finds the ends of records in a text that comes in pieces. The text is taken to be valid JSON.
#[derive(Debug)]
pub struct Splitter {
    record_depth: u32,
    depth: u32,
    in_string: bool,
    /// The byte before was a backslash within a string.
    is_escaped: bool,
    /// The last key above the records is that of the walls.
    in_walls: bool,
    /// Bytes of a string above the records, which may be cut by the end of a piece.
    key: Vec<u8>,
}

impl Splitter {
    /// `record_depth` braces are open within a record.
    pub fn new(record_depth: u32) -> Splitter {
        Splitter { record_depth, depth: 0, in_string: false, is_escaped: false, in_walls: false, key: Vec::new() }
    }

    /// Looks at the bytes from `from`; tells the begin (from which nothing before is needed) and end of each record.
    pub fn scan(&mut self, text: &[u8], from: usize, record: &mut impl FnMut(Mark)) {
        let mut at = from;
        while at < text.len() {
            if self.in_string {
                at = self.string(text, at);
                continue;
            }
            match text[at] {
                b'"' => {
                    self.in_string = true;
                    self.key.clear();
                }
                b'{' => {
                    self.depth += 1;
                    if self.depth == self.record_depth {
                        record(Mark::Begin(at));
                    }
                }
                b'}' => {
                    if self.depth == self.record_depth {
                        record(Mark::End { end: at + 1, in_walls: self.in_walls });
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Goes on within a string; gives the position behind what was looked at.
    fn string(&mut self, text: &[u8], at: usize) -> usize {
        if self.is_escaped {
            self.is_escaped = false;
            return at + 1;
        }
        let found = memchr2(b'"', b'\\', &text[at..]);
        let end = found.map_or(text.len(), |offset| at + offset);
        if self.depth < self.record_depth {
            self.key.extend_from_slice(&text[at..end]);
        }
        match found.map(|_| text[end]) {
            Some(b'"') => {
                self.in_string = false;
                if self.depth < self.record_depth {
                    self.in_walls = self.key == WALL;
                }
                end + 1
            }
            Some(_) => {
                self.is_escaped = true;
                end + 1
            }
            None => end,
        }
    }
}

/// Where a record begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Position of its first byte.
    Begin(usize),
    /// Position behind its last byte.
    End {
        /// That position.
        end: usize,
        /// Whether it stands in the list of walls.
        in_walls: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_in_text_that_is_cut_anywhere() {
        let text = br#"{"h":{"x":"}\"{"},"data":{"IfcDoor":[{"a":{"b":1}}],"IfcWall":[{"c":"\\"},{}]}}"#;
        for cut in 0..text.len() {
            let (mut splitter, mut found) = (Splitter::new(3), Vec::new());
            splitter.scan(&text[..cut], 0, &mut |mark| found.push(mark));
            splitter.scan(text, cut, &mut |mark| found.push(mark));
            let mut records = Vec::new();
            for pair in found.chunks(2) {
                let [Mark::Begin(begin), Mark::End { end, in_walls }] = *pair else { panic!("{pair:?}") };
                records.push((std::str::from_utf8(&text[begin..end]).unwrap(), in_walls));
            }
            assert_eq!(records, [(r#"{"a":{"b":1}}"#, false), (r#"{"c":"\\"}"#, true), ("{}", true)]);
        }
    }
}
