//! A borrowed tree of one record.
//!
//! Built over serde_json, whose own map would keep the last of two equal keys in silence: here they are an error.
//! The values of keys named in `skip` (geometry, inverse attributes) are checked for syntax but not built.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::ReadError;
use crate::limits;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    Array(Vec<Json<'a>>),
    /// An object, in the order of the file.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl Json<'_> {
    /// The fields of an object; empty for anything else.
    pub(super) fn fields(&self) -> &[(Cow<'_, str>, Json<'_>)] {
        if let Json::Object(fields) = self { fields } else { &[] }
    }

    /// The value of a key; `null` counts as absent.
    pub(super) fn get(&self, key: &str) -> Option<&Json<'_>> {
        let value = self.fields().iter().find(|(name, _)| name == key).map(|(_, value)| value)?;
        (*value != Json::Null).then_some(value)
    }

    /// The elements of a list; a single value counts as a list of one.
    pub(super) fn items(&self) -> &[Json<'_>] {
        match self {
            Json::Array(items) => items,
            Json::Null => &[],
            Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Object(_) => std::slice::from_ref(self),
        }
    }

    /// A text, also when it is wrapped as `{"type", "value"}`.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            Json::Object(_) => {
                let inner = self.get("value")?;
                if let Json::Text(text) = inner { Some(text) } else { None }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => None,
        }
    }

    /// A number, also when it is wrapped as `{"type", "value"}`.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Json::Number(number) => Some(*number),
            Json::Object(_) => {
                let inner = self.get("value")?;
                if let Json::Number(number) = inner { Some(*number) } else { None }
            }
            Json::Null | Json::Bool(_) | Json::Text(_) | Json::Array(_) => None,
        }
    }

    /// The text under a key.
    pub(super) fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The number under a key.
    pub(super) fn number_at(&self, key: &str) -> Option<f64> {
        self.get(key)?.number()
    }

    /// A scalar as text, however it is written; `None` for lists, objects and `null`.
    pub(super) fn to_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Json::Text(text) => Some(Cow::Borrowed(text)),
            Json::Number(number) => Some(Cow::Owned(number.to_string())),
            Json::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        }
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

/// Parses one value that stands at `offset` of the stream.
pub(super) fn parse<'a>(bytes: &'a [u8], offset: u64, skip: &[&str]) -> Result<Json<'a>, ReadError> {
    let text = utf8(bytes, offset)?;
    let (refused, values) = (Cell::new(None), Cell::new(0));
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tree = Tree { skip, refused: &refused, values: &values };
    let result = tree.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| match refused.take() {
        Some(Refused::DuplicateKey(key)) => ReadError::DuplicateKey { offset, key },
        Some(Refused::TooManyValues) => ReadError::TooManyValues { offset, values_max: limits::RECORD_VALUES_MAX },
        None => ReadError::Syntax { offset: offset + position(bytes, &error), what: what(&error) },
    })
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

/// serde_json tells line and column; the stream is measured in bytes.
fn position(bytes: &[u8], error: &serde_json::Error) -> u64 {
    let line_start = match error.line().checked_sub(2) {
        None => 0,
        Some(breaks) => memchr::memchr_iter(b'\n', bytes).nth(breaks).map_or(0, |at| at + 1),
    };
    (line_start + error.column().saturating_sub(1)).min(bytes.len()) as u64
}

fn what(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// What the grammar allows and we do not.
enum Refused {
    DuplicateKey(String),
    TooManyValues,
}

/// Builds a tree.
#[derive(Clone, Copy)]
struct Tree<'s> {
    skip: &'s [&'s str],
    refused: &'s Cell<Option<Refused>>,
    /// Values built so far.
    values: &'s Cell<usize>,
}

impl Tree<'_> {
    /// Finds a key that stands twice: pairwise in small objects, sorted in large ones.
    fn check_keys(self, fields: &[(Cow<'_, str>, Json<'_>)]) -> Result<(), ()> {
        let repeated = if fields.len() <= 16 {
            fields.iter().enumerate().find_map(|(i, (key, _))| {
                fields.iter().take(i).any(|(earlier, _)| earlier == key).then(|| key.to_string())
            })
        } else {
            let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_ref()).collect();
            keys.sort_unstable();
            keys.windows(2).find_map(|pair| match pair {
                [a, b] if a == b => Some((*a).to_owned()),
                _ => None,
            })
        };
        match repeated {
            None => Ok(()),
            Some(key) => {
                self.refused.set(Some(Refused::DuplicateKey(key)));
                Err(())
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        self.values.set(self.values.get() + 1);
        if limits::RECORD_VALUES_MAX < self.values.get() {
            self.refused.set(Some(Refused::TooManyValues));
            return Err(D::Error::custom("too many values"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = object.next_key_seed(Key)? {
            let value = if self.skip.contains(&key.as_ref()) {
                object.next_value::<IgnoredAny>()?;
                Json::Null
            } else {
                object.next_value_seed(self)?
            };
            fields.push((key, value));
        }
        self.check_keys(&fields).map_err(|()| A::Error::custom("a key stands twice"))?;
        Ok(Json::Object(fields))
    }
}

/// A key, borrowed where it holds no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_built_and_geometry_left_out() {
        let text = br#"{"type":"IfcWall","n\u00e4me":"T\u00fcr","representation":{"a":[1,2]},"x":[null,true,-1.5e3]}"#;
        let tree = parse(text, 0, &["representation"]).unwrap();
        assert_eq!(tree.text_at("n\u{e4}me"), Some("Tür"));
        assert_eq!(tree.get("representation"), None);
        assert_eq!(tree.get("x").unwrap().items(), [Json::Null, Json::Bool(true), Json::Number(-1500.0)]);
        assert_eq!(peek_type(text), Some("IfcWall"));
        assert_eq!(peek_type(b"{ \"type\" : \"IfcDoor\" }"), Some("IfcDoor"));
        assert_eq!(peek_type(b"{\"name\":1}"), None);
    }

    #[test]
    fn equal_keys_are_refused_in_small_and_large_objects() {
        let many: Vec<String> = (0..40).map(|i| format!("\"k{}\":1", i % 39)).collect();
        for text in [r#"{"a":{"k0":1,"b":2,"k\u0030":3}}"#.to_owned(), format!("{{{}}}", many.join(","))] {
            let error = parse(text.as_bytes(), 7, &[]);
            let Err(ReadError::DuplicateKey { offset: 7, key }) = error else { panic!("{error:?}") };
            assert_eq!(key, "k0");
        }
    }

    #[test]
    fn a_record_of_more_values_than_the_limit_is_refused_and_geometry_does_not_count() {
        let zeros = "0,".repeat(limits::RECORD_VALUES_MAX);
        let built = format!("{{\"x\":[{zeros}0]}}");
        let error = parse(built.as_bytes(), 7, &[]);
        assert!(matches!(error, Err(ReadError::TooManyValues { offset: 7, .. })));
        assert!(parse(format!("{{\"representation\":[{zeros}0]}}").as_bytes(), 7, &["representation"]).is_ok());
    }

    #[test]
    fn errors_tell_the_byte() {
        let error = parse(b"{\n \"a\": 1,\n \"b\": x}", 100, &[]);
        let Err(ReadError::Syntax { offset, .. }) = error else { panic!("{error:?}") };
        assert_eq!(offset, 117);
        let error = parse(b"{\"a\": \"T\xfcr\"}", 100, &[]);
        let Err(ReadError::Encoding { offset, .. }) = error else { panic!("{error:?}") };
        assert_eq!(offset, 108);
    }
}
