//! Cuts one record into pieces, between values and never inside one.
//!
//! The pieces are consecutive slices of the record: put together they are the record again, byte for byte. A cut lies
//! after a comma, or after the bracket that opens an object or list; it is made as near to the root as the size allows, so
//! that the fields of a property set stay together.

use super::tokens::TokenModel;
use crate::limits;

/// A piece of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// First byte in the record.
    pub(super) start: usize,
    /// Behind its last byte.
    pub(super) end: usize,
    /// JSON Pointer of its first value within the record; numbers of attributes in STEP. Where it would be longer than
    /// [`limits::CHUNK_PATH_BYTES_MAX`], its begin and a hash.
    pub(super) path: String,
    pub(super) tokens: u32,
}

/// Deepest value that is looked into; what is below stays in one piece.
const DEPTH_MAX: usize = limits::JSON_DEPTH_MAX;
/// Segments are made this many times smaller than the room, so that they fill chunks well.
const FINENESS: u32 = 4;

struct Splitter<'a> {
    bytes: &'a [u8],
    model: TokenModel,
    tokens_max: u32,
    found: Vec<Segment>,
}

/// A field or item: where its bytes begin, where its value begins, where the next one begins.
struct Member {
    start: usize,
    value: usize,
    end: usize,
}

/// Cuts a record so that no piece has more than `tokens_max`, unless a single value does.
pub(super) fn segments(bytes: &[u8], model: TokenModel, tokens_max: u32) -> Vec<Segment> {
    let mut splitter = Splitter { bytes, model, tokens_max, found: Vec::new() };
    let whole = Member { start: 0, value: value_start(bytes), end: bytes.len() };
    splitter.split(&whole, "", 0);
    splitter.found
}

/// Where the outermost value begins: at the list of attributes for a STEP instance.
fn value_start(bytes: &[u8]) -> usize {
    let is_step = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'#');
    let opens = |byte: &u8| if is_step { *byte == b'(' } else { !byte.is_ascii_whitespace() };
    bytes.iter().position(opens).unwrap_or(bytes.len())
}

impl Splitter<'_> {
    fn tokens(&self, start: usize, end: usize) -> u32 {
        self.model.count(self.bytes.get(start..end).unwrap_or_default())
    }

    fn split(&mut self, member: &Member, path: &str, depth: usize) {
        let tokens = self.tokens(member.start, member.end);
        let members = if tokens <= self.tokens_max || DEPTH_MAX <= depth { Vec::new() } else { self.members(member) };
        if members.is_empty() {
            self.found.push(Segment { start: member.start, end: member.end, path: path.to_owned(), tokens });
            return;
        }
        // Small neighbours become one piece; a large one is looked into.
        let mut open: Option<Segment> = None;
        for (index, inner) in members.iter().enumerate() {
            let tokens = self.tokens(inner.start, inner.end);
            let joined = open.as_ref().map_or(tokens, |open| open.tokens.saturating_add(tokens));
            if let Some(open) = open.as_mut().filter(|_| joined <= self.tokens_max / FINENESS) {
                (open.end, open.tokens) = (inner.end, joined);
                continue;
            }
            self.found.extend(open.take());
            let inner_path = shortened(format!("{path}/{}", self.step(inner, index)));
            if tokens <= self.tokens_max {
                open = Some(Segment { start: inner.start, end: inner.end, path: inner_path, tokens });
            } else {
                self.split(inner, &inner_path, depth + 1);
            }
        }
        self.found.extend(open);
    }

    /// The key of a field, or the position of an item, as a part of a JSON Pointer.
    fn step(&self, member: &Member, index: usize) -> String {
        let head = self.bytes.get(member.start..member.value).unwrap_or_default();
        let key = head.iter().position(|byte| *byte == b'"').and_then(|from| {
            let to = head.iter().rposition(|byte| *byte == b'"')?;
            // The first field brings the bracket, and the keys of what opens around it, with it.
            let from = last_string(head, from, to);
            serde_json::from_slice::<String>(head.get(from..=to)?).ok()
        });
        match key {
            Some(key) if head.trim_ascii_end().ends_with(b":") => key.replace('~', "~0").replace('/', "~1"),
            Some(_) | None => index.to_string(),
        }
    }

    /// Fields or items of the value of a member; they cover all its bytes. None where it holds no two values.
    fn members(&self, outer: &Member) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        if !matches!(self.bytes.get(outer.value), Some(b'{' | b'[' | b'(')) {
            return members;
        }
        let mut at = skip_space(self.bytes, outer.value + 1);
        let mut start = outer.start;
        while at < outer.end && !matches!(self.bytes.get(at), Some(b'}' | b']' | b')')) {
            let first = skip_value(self.bytes, at, outer.end);
            let colon = skip_space(self.bytes, first);
            let is_field = self.bytes.get(outer.value) == Some(&b'{') && self.bytes.get(colon) == Some(&b':');
            let value = if is_field { skip_space(self.bytes, colon + 1) } else { at };
            let behind = if is_field { skip_value(self.bytes, value, outer.end) } else { first };
            let comma = skip_space(self.bytes, behind);
            let has_more = self.bytes.get(comma) == Some(&b',') && comma < outer.end;
            let end = if has_more { comma + 1 } else { behind };
            members.push(Member { start, value, end });
            if !has_more || end <= at {
                break;
            }
            (start, at) = (end, skip_space(self.bytes, end));
        }
        if let Some(last) = members.last_mut() {
            last.end = outer.end;
        }
        members
    }
}

/// Cuts a path that is too long, and tells it from others that begin alike.
fn shortened(mut path: String) -> String {
    if path.len() <= limits::CHUNK_PATH_BYTES_MAX {
        return path;
    }
    let hash = blake3::hash(path.as_bytes()).to_hex();
    path.truncate(path.floor_char_boundary(limits::CHUNK_PATH_BYTES_MAX / 2));
    path.push('\u{2026}');
    path.push_str(hash.get(..16).unwrap_or_default());
    path
}

/// Start of the last string of a head such as `{"a":[{"b":`.
fn last_string(head: &[u8], from: usize, to: usize) -> usize {
    let mut at = from;
    loop {
        let end = skip_value(head, at, head.len());
        let next = head.get(end..).and_then(|rest| rest.iter().position(|byte| *byte == b'"')).map(|skip| end + skip);
        match next {
            Some(next) if next < to => at = next,
            Some(_) | None => return at,
        }
    }
}

fn skip_space(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

/// Behind a value: a string, anything in brackets, or what ends at a comma, colon or closing bracket.
fn skip_value(bytes: &[u8], from: usize, end: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = from;
    while at < end {
        match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                at = skip_string(bytes, at, *quote, end);
                if depth == 0 && *quote == b'"' {
                    return at;
                }
                continue;
            }
            Some(b'{' | b'[' | b'(') => depth += 1,
            Some(b'}' | b']' | b')') if depth <= 1 => return if depth == 0 { at } else { at + 1 },
            Some(b'}' | b']' | b')') => depth -= 1,
            Some(b',' | b':') if depth == 0 => return at,
            Some(_) | None => {}
        }
        at += 1;
    }
    end
}

/// Behind a string. JSON escapes by a backslash; STEP doubles the quote, which reads as two strings side by side.
fn skip_string(bytes: &[u8], from: usize, quote: u8, end: usize) -> usize {
    let mut at = from + 1;
    while at < end {
        match bytes.get(at) {
            Some(b'\\') if quote == b'"' => at += 1,
            Some(byte) if *byte == quote => return at + 1,
            Some(_) | None => {}
        }
        at += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, tokens_max: u32) -> Vec<(String, String)> {
        let found = segments(text.as_bytes(), TokenModel::Generic, tokens_max);
        let cut: Vec<(String, String)> = found
            .into_iter()
            .map(|segment| (segment.path, text.get(segment.start..segment.end).unwrap().to_owned()))
            .collect();
        assert_eq!(cut.iter().map(|(_, text)| text.as_str()).collect::<String>(), text);
        cut
    }

    #[test]
    fn a_json_record_is_cut_after_commas_as_near_to_the_root_as_possible() {
        let text = r#"{"id": "a", "sets": {"x/y": {"one": "eins, zwei", "two": 2}, "z": [1, 2]}, "last": "]}"}"#;
        let found = cut(text, 14);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/id", "/sets/x~1y/one", "/sets/x~1y/two", "/sets/z", "/last"]);
        assert!(found.iter().take(4).all(|(_, text)| text.ends_with(',')), "{found:?}");
    }

    #[test]
    fn a_step_instance_is_cut_between_its_attributes_and_not_in_texts() {
        let text = "#12=IFCPROPERTYSET('0Ab','it''s, (so)',$,(#1,#2,#3,#4,#5,#6,#7,#8,#9,#10,#11,#12,#13));";
        let paths: Vec<String> = cut(text, 20).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths.first().map(String::as_str), Some("/0"));
        assert!(paths.iter().any(|path| path.starts_with("/3/")), "{paths:?}");
    }

    #[test]
    fn a_long_key_is_cut_in_the_paths_behind_it_and_whole_in_the_text() {
        let key = |last: char| format!("{}{last}", "ä".repeat(100_000));
        let values = (0..200).map(|i| format!("\"value {i}\": \"a text of some words\"")).collect::<Vec<_>>().join(",");
        let found = cut(&format!("{{\"{}\":{{{values}}},\"{}\":{{{values}}}}}", key('a'), key('b')), 100);
        let paths: std::collections::BTreeSet<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert!(100 < found.len() && paths.len() == found.len(), "{} of {}", paths.len(), found.len());
        assert!(paths.iter().all(|path| path.len() <= limits::CHUNK_PATH_BYTES_MAX), "{paths:?}");
    }

    #[test]
    fn what_is_no_structure_stays_whole() {
        for text in ["", "  ", "42", "{", "[1,", "{\"a\":", "#1=", "\"abc", "[[[[", "}}}}", "{\"a\" 1, \"b\"}"] {
            cut(text, 0);
        }
    }
}
