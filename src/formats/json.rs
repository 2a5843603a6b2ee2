//! A cursor over one parsed value.
//!
//! [`Json`] is two references and a position: copy it freely. The values live in a [`Tape`].

use std::borrow::Cow;
use std::fmt;

use super::ReadError;
use super::tape::{Node, Tape};

/// One JSON value.
#[derive(Clone, Copy)]
pub(super) struct Json<'t> {
    tape: &'t Tape,
    source: &'t str,
    at: u32,
}

/// What a value is, for matches that miss no kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'t> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A text.
    Text(&'t str),
    /// A list; see [`Json::items`].
    Array,
    /// An object; see [`Json::fields`].
    Object,
}

impl<'t> Json<'t> {
    #[inline]
    pub(super) fn new(tape: &'t Tape, source: &'t str, at: u32) -> Json<'t> {
        Json { tape, source, at }
    }

    #[inline]
    fn node(self) -> Node {
        self.tape.node(self.at)
    }

    /// Tells the records whose keys have the same numbers.
    #[inline]
    pub(super) fn stamp(self) -> u64 {
        self.tape.stamp()
    }

    /// What it is.
    #[inline]
    pub(super) fn value(self) -> Value<'t> {
        match self.node() {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(value),
            Node::Number(value) => Value::Number(value),
            node @ (Node::Plain { .. } | Node::Unescaped { .. }) => {
                Value::Text(self.tape.text(self.source, node).unwrap_or_default())
            }
            Node::Array { .. } => Value::Array,
            Node::Object { .. } => Value::Object,
        }
    }

    /// Whether it is an object.
    #[inline]
    pub(super) fn is_object(self) -> bool {
        matches!(self.node(), Node::Object { .. })
    }

    /// Whether it is `null`.
    #[inline]
    pub(super) fn is_null(self) -> bool {
        self.node() == Node::Null
    }

    /// The fields of an object, in the order of the file; none for anything else.
    #[inline]
    pub(super) fn fields(self) -> Fields<'t> {
        match self.node() {
            Node::Object { end, .. } => Fields { next: Json { at: self.at + 1, ..self }, end },
            Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::Plain { .. }
            | Node::Unescaped { .. }
            | Node::Array { .. } => Fields { next: self, end: self.at },
        }
    }

    /// How many fields it has.
    pub(super) fn field_count(self) -> usize {
        if let Node::Object { count, .. } = self.node() { count as usize } else { 0 }
    }

    /// The value of a key; `null` counts as absent.
    #[inline]
    pub(super) fn get(self, key: &str) -> Option<Json<'t>> {
        let (_, value) = self.fields().find(|(name, _)| *name == key)?;
        (!value.is_null()).then_some(value)
    }

    /// The elements of a list; a single value counts as a list of one, `null` as an empty one.
    #[inline]
    pub(super) fn items(self) -> Items<'t> {
        match self.node() {
            Node::Array { end, .. } => Items { next: Json { at: self.at + 1, ..self }, end },
            Node::Null => Items { next: self, end: self.at },
            Node::Bool(_) | Node::Number(_) | Node::Plain { .. } | Node::Unescaped { .. } | Node::Object { .. } => {
                Items { next: self, end: self.tape.behind(self.at) }
            }
        }
    }

    /// Itself, or the value of an object `{"type", "value"}`, under whichever of its names.
    #[inline]
    fn unwrapped(self) -> Value<'t> {
        const NAMES: &[&str] = &["value", "stringValue", "realValue", "integerValue", "numberValue", "logicalValue"];
        match self.value() {
            Value::Object => {
                let named = self.fields().find(|(key, value)| NAMES.contains(key) && !value.is_null());
                named.map_or(Value::Null, |(_, value)| value.value())
            }
            scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Array) => scalar,
        }
    }

    /// A text, also when it is wrapped as `{"type", "value"}`.
    #[inline]
    pub(super) fn text(self) -> Option<&'t str> {
        if let Value::Text(text) = self.unwrapped() { Some(text) } else { None }
    }

    /// A number, also when it is wrapped as `{"type", "value"}`.
    pub(super) fn number(self) -> Option<f64> {
        if let Value::Number(number) = self.unwrapped() { Some(number) } else { None }
    }

    /// The text under a key.
    pub(super) fn text_at(self, key: &str) -> Option<&'t str> {
        self.get(key)?.text()
    }

    /// The number under a key.
    pub(super) fn number_at(self, key: &str) -> Option<f64> {
        self.get(key)?.number()
    }

    /// A scalar as text, however it is written; `None` for lists, objects and `null`.
    pub(super) fn to_text(self) -> Option<Cow<'t, str>> {
        match self.value() {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
            Value::Null | Value::Array | Value::Object => None,
        }
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self.value() {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::Array => "a list",
            Value::Object => "an object",
        }
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Value::Array => f.debug_list().entries(self.items()).finish(),
            Value::Object => f.debug_map().entries(self.fields()).finish(),
            scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_)) => scalar.fmt(f),
        }
    }
}

/// The elements of a list.
#[derive(Debug, Clone)]
pub(super) struct Items<'t> {
    next: Json<'t>,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Json<'t>;

    #[inline]
    fn next(&mut self) -> Option<Json<'t>> {
        let item = self.next;
        if self.end <= item.at {
            return None;
        }
        self.next.at = item.tape.behind(item.at);
        Some(item)
    }
}

/// The fields of an object.
#[derive(Debug, Clone)]
pub(super) struct Fields<'t> {
    next: Json<'t>,
    end: u32,
}

impl<'t> Iterator for Fields<'t> {
    type Item = (&'t str, Json<'t>);

    #[inline]
    fn next(&mut self) -> Option<(&'t str, Json<'t>)> {
        self.step().map(|(key, value)| (Key(key).text(), value))
    }
}

impl<'t> Fields<'t> {
    /// The same fields with keys that know their number.
    pub(super) fn keyed(self) -> KeyedFields<'t> {
        KeyedFields(self)
    }

    #[inline]
    fn step(&mut self) -> Option<(Json<'t>, Json<'t>)> {
        let key = self.next;
        if self.end <= key.at {
            return None;
        }
        let value = Json { at: key.at + 1, ..key };
        self.next.at = key.tape.behind(value.at);
        Some((key, value))
    }
}

/// A key of an object.
#[derive(Clone, Copy)]
pub(super) struct Key<'t>(Json<'t>);

impl<'t> Key<'t> {
    /// As it stands in the record.
    #[inline]
    pub(super) fn text(self) -> &'t str {
        self.0.tape.text(self.0.source, self.0.node()).unwrap_or_default()
    }

    /// The same for the same text, in records of one [`Json::stamp`]; zero where it has none.
    #[inline]
    pub(super) fn number(self) -> usize {
        if let Node::Plain { key, .. } = self.0.node() { key as usize } else { 0 }
    }
}

/// See [`Fields::keyed`].
#[derive(Clone)]
pub(super) struct KeyedFields<'t>(Fields<'t>);

impl<'t> Iterator for KeyedFields<'t> {
    type Item = (Key<'t>, Json<'t>);

    #[inline]
    fn next(&mut self) -> Option<(Key<'t>, Json<'t>)> {
        self.0.step().map(|(key, value)| (Key(key), value))
    }
}

/// The bytes as text.
pub(super) fn utf8(bytes: &[u8], offset: u64) -> Result<&str, ReadError> {
    std::str::from_utf8(bytes).map_err(|error| ReadError::Encoding {
        offset: offset + error.valid_up_to() as u64,
        hint: "; it looks like Latin-1 or Windows-1252",
    })
}

/// The value of a first key `type`, without parsing the rest.
pub(super) fn peek_type(bytes: &[u8]) -> Option<&str> {
    let rest = after(after(bytes, b"{")?, b"\"type\"")?;
    let rest = after(after(rest, b":")?, b"\"")?;
    let end = memchr::memchr2(b'"', b'\\', rest)?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

fn after<'a>(bytes: &'a [u8], token: &[u8]) -> Option<&'a [u8]> {
    bytes.trim_ascii_start().strip_prefix(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tape::Skip;

    #[test]
    fn wrapped_values_are_seen_through_and_null_is_absent() {
        let text =
            br#"{"a":{"type":"IfcLabel","value":"x"},"b":{"value":2},"c":null,"d":"y","e":{"value":[1]},"f":true}"#;
        let mut tape = Tape::default();
        let record = tape.read(text, 0, &Skip::NONE).unwrap();
        assert_eq!((record.text_at("a"), record.number_at("a")), (Some("x"), None));
        assert_eq!((record.number_at("b"), record.text_at("c"), record.text_at("d")), (Some(2.0), None, Some("y")));
        assert!(record.get("c").is_none() && record.text_at("e").is_none());
        assert_eq!(record.get("f").and_then(Json::to_text).as_deref(), Some("true"));
        assert_eq!(record.get("a").unwrap().to_text(), None);
    }

    #[test]
    fn a_single_value_is_a_list_of_one_and_null_of_none() {
        let mut tape = Tape::default();
        for (text, count) in
            [("null", 0), ("[]", 0), ("1", 1), ("\"a\"", 1), ("{\"a\":[1,2],\"b\":3}", 1), ("[[1,2],null,{}]", 3)]
        {
            let items = tape.read(text.as_bytes(), 0, &Skip::NONE).unwrap().items();
            assert_eq!(items.clone().count(), count, "{text}");
            assert_eq!(items.count(), count, "{text}");
        }
        assert_eq!(tape.read(b"[1,2]", 0, &Skip::NONE).unwrap().fields().count(), 0);
    }

    #[test]
    fn a_type_is_peeked_where_it_stands_first() {
        assert_eq!(peek_type(br#"{"type":"IfcWall","a":1}"#), Some("IfcWall"));
        assert_eq!(peek_type(b"{ \"type\" : \"IfcDoor\" }"), Some("IfcDoor"));
        assert_eq!(peek_type(b"{\"name\":1}"), None);
    }
}
