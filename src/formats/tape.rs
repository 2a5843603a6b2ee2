//! Records in parsed form: flat, owned, and used again for the next ones.
//!
//! A [`Tape`] holds the values of any number of records one behind the other. A container knows where it ends, so it is
//! passed over in one step. A text without escapes is a range of the bytes that were parsed; unescaped texts are kept
//! here. Duplicate keys are refused, since a parser that kept one of them would guess.
//! The values of keys named in `skip` (geometry, inverse attributes) are checked for syntax but not kept.

pub(super) mod keys;
mod parse;

use std::ops::Range;

use self::keys::Keys;
use self::parse::{Parser, short_hash, take_bit};
use super::ReadError;
use super::json::Json;
use crate::limits;

/// Keys of an object that are compared pairwise; more are sorted.
const PAIRWISE_MAX: usize = 16;

/// One value, or one key before its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(f64),
    /// A text without escapes: a range of the bytes that were parsed.
    Plain {
        start: u32,
        bytes: u32,
        /// The number of the key it is; zero where it has none.
        key: u32,
    },
    /// A range of the tape's own text.
    Unescaped {
        start: u32,
        bytes: u32,
    },
    /// Its elements follow up to `end`.
    Array {
        end: u32,
        count: u32,
    },
    /// Keys, each before its value, follow up to `end`.
    Object {
        end: u32,
        count: u32,
    },
}

const _: () = assert!(size_of::<Node>() <= 16);

/// Where a record begins in its tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Root(pub(super) u32);

/// Keys whose values are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skip {
    keys: &'static [&'static str],
    /// One bit for each short hash of a key, so that most keys are compared with none.
    hashes: [u64; 4],
}

impl Skip {
    /// Everything is kept.
    pub(super) const NONE: Skip = Skip { keys: &[], hashes: [0; 4] };

    pub(super) fn new(keys: &'static [&'static str]) -> Skip {
        let mut hashes = [0; 4];
        for key in keys {
            take_bit(&mut hashes, short_hash(key));
        }
        Skip { keys, hashes }
    }

    fn may_hold(&self, hash: u8) -> bool {
        self.hashes.get(usize::from(hash >> 6)).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }
}

/// Parsed records.
#[derive(Debug, Default)]
pub(super) struct Tape {
    nodes: Vec<Node>,
    text: String,
    keys: Keys,
}

impl Tape {
    /// Forgets the records and keeps the room.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.text.clear();
        self.keys.clear();
    }

    /// Tells the keys of one filling of a tape from those of another.
    pub(super) fn stamp(&self) -> u64 {
        self.keys.stamp()
    }

    /// Bytes of room held.
    pub(super) fn capacity_bytes(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>() + self.text.capacity()
    }

    /// Parses one value alone. It stands at `offset` of the stream.
    pub(super) fn read<'t>(&'t mut self, bytes: &'t [u8], offset: u64, skip: &Skip) -> Result<Json<'t>, ReadError> {
        self.clear();
        let source = super::json::utf8(bytes, offset)?;
        let root = self.push(source, 0..source.len(), skip).map_err(|fault| fault.at(offset))?;
        Ok(self.json(source, root))
    }

    /// Parses one value, which is `range` of `source`, behind the others. On a fault the tape is as before.
    pub(super) fn push(&mut self, source: &str, range: Range<usize>, skip: &Skip) -> Result<Root, Fault> {
        let (nodes, text) = (self.nodes.len(), self.text.len());
        let result = Parser::new(source, range.start, range.end, skip).document::<true>(self);
        if result.is_err() {
            self.nodes.truncate(nodes);
            self.text.truncate(text);
        }
        result.map(|()| Root(short(nodes)))
    }

    /// Checks one value without keeping it. Keys that stand twice are not looked for.
    pub(super) fn check(&mut self, source: &str, range: Range<usize>) -> Result<(), Fault> {
        let text = self.text.len();
        let result = Parser::new(source, range.start, range.end, &Skip::NONE).document::<false>(self);
        self.text.truncate(text);
        result
    }

    /// Checks the value that begins at `begin`, whatever stands behind it: its end, or how many bytes were looked at.
    pub(super) fn check_first(&mut self, source: &str, begin: usize) -> Result<usize, usize> {
        let text = self.text.len();
        let result = Parser::new(source, begin, source.len(), &Skip::NONE).first(self);
        self.text.truncate(text);
        result.map_err(|fault| usize::try_from(fault.at).unwrap_or(usize::MAX))
    }

    /// A record that was parsed from `source`.
    pub(super) fn json<'t>(&'t self, source: &'t str, root: Root) -> Json<'t> {
        Json::new(self, source, root.0)
    }

    #[inline]
    pub(super) fn node(&self, at: u32) -> Node {
        self.nodes.get(at as usize).copied().unwrap_or(Node::Null)
    }

    /// The text of a node; none for anything else.
    #[inline]
    pub(super) fn text<'t>(&'t self, source: &'t str, node: Node) -> Option<&'t str> {
        let range = |start: u32, bytes: u32| start as usize..start as usize + bytes as usize;
        match node {
            Node::Plain { start, bytes, .. } => source.get(range(start, bytes)),
            Node::Unescaped { start, bytes } => self.text.get(range(start, bytes)),
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Array { .. } | Node::Object { .. } => None,
        }
    }

    /// Position behind a value.
    #[inline]
    pub(super) fn behind(&self, at: u32) -> u32 {
        match self.node(at) {
            Node::Array { end, .. } | Node::Object { end, .. } => end,
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Plain { .. } | Node::Unescaped { .. } => at + 1,
        }
    }

    /// Ends the container that was opened at `opened`.
    fn close(&mut self, opened: usize, node: impl FnOnce(u32) -> Node) {
        let end = short(self.nodes.len());
        if let Some(open) = self.nodes.get_mut(opened) {
            *open = node(end);
        }
    }

    /// The keys of the object at `at`, which reaches to the end of the tape.
    fn keys<'t>(&'t self, source: &'t str, at: usize) -> impl Iterator<Item = &'t str> {
        let mut next = short(at + 1);
        let end = short(self.nodes.len());
        std::iter::from_fn(move || {
            if end <= next {
                return None;
            }
            let key = self.text(source, self.node(next)).unwrap_or_default();
            next = self.behind(next + 1);
            Some(key)
        })
    }

    /// A key that stands twice in the object at `at`.
    fn repeated_key(&self, source: &str, at: usize, count: u32) -> Option<String> {
        if count as usize <= PAIRWISE_MAX {
            let mut seen = [""; PAIRWISE_MAX];
            for (i, key) in self.keys(source, at).enumerate() {
                if seen.iter().take(i).any(|earlier| *earlier == key) {
                    return Some(key.to_owned());
                }
                if let Some(free) = seen.get_mut(i) {
                    *free = key;
                }
            }
            return None;
        }
        let mut keys: Vec<&str> = self.keys(source, at).collect();
        keys.sort_unstable();
        keys.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some((*a).to_owned()),
            _ => None,
        })
    }
}

/// Records and tapes are bounded far below 4 GiB.
fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What is wrong in a record.
#[derive(Debug)]
pub(super) struct Fault {
    /// First byte of the fault, counted from that of the record; zero where the record as a whole is meant.
    pub(super) at: u64,
    pub(super) what: FaultKind,
}

/// Kinds of faults: the grammar's, and what the grammar allows and we do not.
#[derive(Debug)]
pub(super) enum FaultKind {
    Syntax(&'static str),
    TooDeep,
    DuplicateKey(String),
    TooManyValues,
}

impl Fault {
    /// As the error of a record that begins at `offset`.
    pub(super) fn at(self, offset: u64) -> ReadError {
        match self.what {
            FaultKind::Syntax(what) => ReadError::Syntax { offset: offset + self.at, what: what.to_owned() },
            FaultKind::TooDeep => ReadError::TooDeep { offset: offset + self.at, depth_max: limits::JSON_DEPTH_MAX },
            FaultKind::DuplicateKey(key) => ReadError::DuplicateKey { offset, key },
            FaultKind::TooManyValues => ReadError::TooManyValues { offset, values_max: limits::RECORD_VALUES_MAX },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::json::Value;

    #[test]
    fn a_record_is_built_and_geometry_left_out() {
        let text = br#"{"type":"IfcWall","n\u00e4me":"T\u00fcr","representation":{"a":[1,2]},"x":[null,true,-1.5e3]}"#;
        let mut tape = Tape::default();
        let record = tape.read(text, 0, &Skip::new(&["representation"])).unwrap();
        assert_eq!(record.text_at("n\u{e4}me"), Some("Tür"));
        assert_eq!(record.field_count(), 4);
        assert!(record.get("representation").is_none());
        let values: Vec<Value<'_>> = record.get("x").unwrap().items().map(Json::value).collect();
        assert_eq!(values, [Value::Null, Value::Bool(true), Value::Number(-1500.0)]);
        let keys: Vec<&str> = record.fields().map(|(key, _)| key).collect();
        assert_eq!(keys, ["type", "näme", "representation", "x"]);
    }

    #[test]
    fn records_of_one_text_stand_side_by_side_and_a_fault_leaves_no_trace() {
        let text = r#"[{"a":"x"},{"b":["\n",{"c":1}],"d":2},{"e":}]"#;
        let mut tape = Tape::default();
        let first = tape.push(text, 1..10, &Skip::NONE).unwrap();
        let second = tape.push(text, 11..37, &Skip::NONE).unwrap();
        let nodes = tape.nodes.len();
        assert!(tape.push(text, 38..44, &Skip::NONE).is_err());
        assert_eq!(tape.nodes.len(), nodes);
        assert_eq!(tape.json(text, first).text_at("a"), Some("x"));
        let second = tape.json(text, second);
        assert_eq!(second.number_at("d"), Some(2.0));
        assert_eq!(second.get("b").unwrap().items().nth(1).unwrap().number_at("c"), Some(1.0));
    }

    #[test]
    fn equal_keys_are_refused_in_small_and_large_objects() {
        let many: Vec<String> = (0..40).map(|i| format!("\"k{}\":1", i % 39)).collect();
        let inner = r#"{"a":{"k0":1,"b":2,"k\u0030":3}}"#.to_owned();
        let full = format!("{{{},\"k0\":1}}", (0..15).map(|i| format!("\"k{i}\":{{}}")).collect::<Vec<_>>().join(","));
        for text in [inner, full, format!("{{{}}}", many.join(","))] {
            let mut tape = Tape::default();
            let error = tape.read(text.as_bytes(), 7, &Skip::NONE);
            let Err(ReadError::DuplicateKey { offset: 7, key }) = error else { panic!("{error:?}") };
            assert_eq!(key, "k0");
        }
    }

    #[test]
    fn a_record_of_more_values_than_the_limit_is_refused_and_geometry_does_not_count() {
        let zeros = "0,".repeat(limits::RECORD_VALUES_MAX);
        let built = format!("{{\"x\":[{zeros}0]}}");
        let mut tape = Tape::default();
        let error = tape.read(built.as_bytes(), 7, &Skip::NONE);
        assert!(matches!(error, Err(ReadError::TooManyValues { offset: 7, .. })));
        let geometry = format!("{{\"representation\":[{zeros}0]}}");
        assert!(tape.read(geometry.as_bytes(), 7, &Skip::new(&["representation"])).is_ok());
    }

    #[test]
    fn errors_tell_the_byte() {
        let mut tape = Tape::default();
        let error = tape.read(b"{\n \"a\": 1,\n \"b\": x}", 100, &Skip::NONE);
        let Err(ReadError::Syntax { offset, .. }) = error else { panic!("{error:?}") };
        assert_eq!(offset, 117);
        let error = tape.read(b"{\"a\": \"T\xfcr\"}", 100, &Skip::NONE);
        let Err(ReadError::Encoding { offset, .. }) = error else { panic!("{error:?}") };
        assert_eq!(offset, 108);
    }

    fn agrees(text: &str) -> bool {
        let mut tape = Tape::default();
        let ours = tape.read(text.as_bytes(), 0, &Skip::NONE);
        let theirs = serde_json::from_str::<serde_json::Value>(text);
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => same(*ours, theirs),
            (Err(ReadError::DuplicateKey { .. }), Ok(_)) => true,
            (ours, theirs) => ours.is_err() == theirs.is_err(),
        }
    }

    fn same(ours: Json<'_>, theirs: &serde_json::Value) -> bool {
        use serde_json::Value as Theirs;
        match (ours.value(), theirs) {
            (Value::Null, Theirs::Null) => true,
            (Value::Bool(a), Theirs::Bool(b)) => a == *b,
            (Value::Number(a), Theirs::Number(b)) => b.as_f64() == Some(a),
            (Value::Text(a), Theirs::String(b)) => a == b,
            (Value::Array, Theirs::Array(b)) => {
                ours.items().count() == b.len() && ours.items().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Object, Theirs::Object(b)) => {
                ours.field_count() == b.len()
                    && ours
                        .fields()
                        .all(|(key, a)| b.get(key).is_some_and(|b| a.is_null() == b.is_null() && same(a, b)))
            }
            _ => false,
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4000))]
        #[test]
        fn any_text_is_what_another_parser_takes_it_for(
            text in r#"[ ]?(\{|\[)?("a"|"b"|:|,|\[|\]|\{|\}|-|0|12|\.5|e3|E-2|true|null|"\\u00e9"|"\\ud83d\\ude39"|"\\ud83d"|"ü\\n"| |"){0,14}(\]|\})?"#,
            number in r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        ) {
            proptest::prop_assert!(agrees(&text), "{}", text);
            proptest::prop_assert!(agrees(&number), "{}", number);
        }
    }
}
