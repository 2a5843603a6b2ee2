//! The arguments of one instance as a small tree.

use std::borrow::Cow;

use super::split::skip;
use super::text::{self, Notes};
use crate::limits;

/// One argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// `$`, or an argument that is not there.
    Null,
    /// `*`: derived from others.
    Derived,
    /// `#12`.
    Ref(u32),
    /// An integer or a real number.
    Number(f64),
    /// `'text'`, decoded.
    Text(Cow<'a, str>),
    /// `.ELEMENT.`, without the dots.
    Enum(&'a str),
    /// `"0A"`.
    Binary,
    /// `(a, b)`.
    List(Vec<Value<'a>>),
    /// `IFCLABEL('text')`.
    Typed(&'a str, Box<Value<'a>>),
}

impl<'a> Value<'a> {
    /// The text, also of a typed value.
    pub(super) fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self.bare() { Some(text) } else { None }
    }

    /// The number, also of a typed value; only finite ones are numbers.
    pub(super) fn number(&self) -> Option<f64> {
        let Value::Number(number) = self.bare() else { return None };
        Some(*number).filter(|number| number.is_finite())
    }

    /// The number of the instance it refers to.
    pub(super) fn reference(&self) -> Option<u32> {
        if let Value::Ref(number) = self { Some(*number) } else { None }
    }

    /// The word of an enumeration.
    pub(super) fn word(&self) -> Option<&str> {
        if let Value::Enum(word) = self { Some(word) } else { None }
    }

    /// The elements of a list, also of a typed one; any other value counts as a list of one, `$` as none.
    pub(super) fn items(&self) -> &[Value<'a>] {
        let value = self.bare();
        match value {
            Value::List(items) => items,
            Value::Null | Value::Derived => &[],
            Value::Ref(_) | Value::Number(_) | Value::Text(_) | Value::Enum(_) | Value::Binary | Value::Typed(..) => {
                std::slice::from_ref(value)
            }
        }
    }

    /// The instances that a list refers to.
    pub(super) fn references(&self) -> impl Iterator<Item = u32> {
        self.items().iter().filter_map(Value::reference)
    }

    /// Whether there is none.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Value::Null | Value::Derived)
    }

    /// The value without its type.
    pub(super) fn bare(&self) -> &Value<'a> {
        let mut value = self;
        while let Value::Typed(_, inner) = value {
            value = inner;
        }
        value
    }

    /// The name of its type, where it has one.
    pub(super) fn type_name(&self) -> Option<&'a str> {
        if let Value::Typed(name, _) = self { Some(name) } else { None }
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.bare() {
            Value::Null | Value::Derived => "no value",
            Value::Ref(_) => "a reference",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::Enum(_) => "an enumeration word",
            Value::Binary => "a binary",
            Value::List(_) => "a list",
            Value::Typed(..) => "a typed value",
        }
    }
}

/// The arguments of an instance by their position; what is not there is `$`.
#[derive(Debug)]
pub(super) struct Arguments<'a>(Vec<Value<'a>>);

impl<'a> Arguments<'a> {
    /// Parses what follows the opening bracket.
    pub(super) fn parse(bytes: &'a [u8], notes: &mut Notes) -> Result<Arguments<'a>, &'static str> {
        let mut parser = Parser { rest: bytes, notes, values: 0 };
        let list = parser.list(0)?;
        if skip(parser.rest).is_empty() { Ok(Arguments(list)) } else { Err("something follows its closing bracket") }
    }

    /// The argument at a position.
    pub(super) fn at(&self, position: usize) -> &Value<'a> {
        self.0.get(position).unwrap_or(&Value::Null)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

struct Parser<'a, 'n> {
    rest: &'a [u8],
    notes: &'n mut Notes,
    values: usize,
}

impl<'a> Parser<'a, '_> {
    /// The values up to the closing bracket.
    fn list(&mut self, depth: usize) -> Result<Vec<Value<'a>>, &'static str> {
        if limits::JSON_DEPTH_MAX <= depth {
            return Err("its brackets are nested too deep");
        }
        let mut values = Vec::new();
        if self.take(b')') {
            return Ok(values);
        }
        loop {
            values.push(self.value(depth)?);
            self.values += 1;
            if limits::RECORD_VALUES_MAX < self.values {
                return Err("it holds too many values");
            }
            if self.take(b')') {
                return Ok(values);
            }
            if !self.take(b',') {
                return Err("a comma or a closing bracket is missing");
            }
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        self.rest = skip(self.rest);
        let found = self.rest.first() == Some(&wanted);
        if found {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, &'static str> {
        self.rest = skip(self.rest);
        let Some((first, rest)) = self.rest.split_first() else { return Err("its closing bracket is missing") };
        match first {
            b'$' => Ok(self.step(rest, Value::Null)),
            b'*' => Ok(self.step(rest, Value::Derived)),
            b'(' => {
                self.rest = rest;
                self.list(depth + 1).map(Value::List)
            }
            b'\'' => self.text(rest),
            b'#' => {
                let digits = self.run(skip(rest), |byte| byte.is_ascii_digit());
                digits.parse().map(Value::Ref).map_err(|_| "a reference without a number")
            }
            b'.' if !matches!(rest.first(), Some(b'0'..=b'9')) => {
                let word = self.run(rest, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if self.take(b'.') { Ok(Value::Enum(word)) } else { Err("an enumeration word without its end") }
            }
            b'"' => {
                let end = memchr::memchr(b'"', rest).ok_or("a binary without its end")?;
                Ok(self.step(rest.get(end + 1..).unwrap_or_default(), Value::Binary))
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => {
                let digits = self
                    .run(self.rest, |byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'E' | b'e'));
                digits.parse().map(Value::Number).map_err(|_| "a number that is none")
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'!' => {
                let name = self.run(self.rest, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'!'));
                if !self.take(b'(') {
                    return Err("a word without quotes");
                }
                let mut inner = self.list(depth + 1)?;
                let only = if inner.len() == 1 { inner.pop() } else { None };
                Ok(Value::Typed(name, Box::new(only.unwrap_or(Value::List(inner)))))
            }
            _ => Err("a character that begins no value"),
        }
    }

    fn step(&mut self, rest: &'a [u8], value: Value<'a>) -> Value<'a> {
        self.rest = rest;
        value
    }

    /// The ASCII text at the beginning of `bytes`, as far as the test holds.
    fn run(&mut self, bytes: &'a [u8], holds: impl Fn(u8) -> bool) -> &'a str {
        let end = bytes.iter().position(|byte| !holds(*byte)).unwrap_or(bytes.len());
        let (found, rest) = bytes.split_at(end);
        self.rest = rest;
        std::str::from_utf8(found).unwrap_or_default()
    }

    fn text(&mut self, bytes: &'a [u8]) -> Result<Value<'a>, &'static str> {
        let mut end = 0;
        loop {
            let tail = bytes.get(end..).unwrap_or_default();
            end += memchr::memchr(b'\'', tail).ok_or("a text without its closing apostrophe")?;
            if bytes.get(end + 1) != Some(&b'\'') {
                break;
            }
            end += 2;
        }
        self.rest = bytes.get(end + 1..).unwrap_or_default();
        Ok(Value::Text(text::decode(bytes.get(..end).unwrap_or_default(), self.notes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Value<'_>>, &'static str> {
        Arguments::parse(text.as_bytes(), &mut Notes::default()).map(|arguments| arguments.0)
    }

    #[test]
    fn every_kind_of_argument_is_read() {
        let text =
            "$,*,#12,-3,1.E-05,.ELEMENT.,.T.,'it''s','',\"0A\",(#1,#2),(),IFCLABEL('x'), IFCX((1.,2.)) /* c */ )";
        let list = |items: &[f64]| Value::List(items.iter().map(|item| Value::Number(*item)).collect());
        let wanted = [
            Value::Null,
            Value::Derived,
            Value::Ref(12),
            Value::Number(-3.0),
            Value::Number(1e-5),
            Value::Enum("ELEMENT"),
            Value::Enum("T"),
            Value::Text("it's".into()),
            Value::Text("".into()),
            Value::Binary,
            Value::List(vec![Value::Ref(1), Value::Ref(2)]),
            Value::List(Vec::new()),
            Value::Typed("IFCLABEL", Box::new(Value::Text("x".into()))),
            Value::Typed("IFCX", Box::new(list(&[1.0, 2.0]))),
        ];
        assert_eq!(parse(text).unwrap(), wanted);
        assert_eq!(parse(")").unwrap(), []);
    }

    #[test]
    fn each_fault_is_named() {
        for (text, wanted) in [
            ("'a", "apostrophe"),
            ("#,1)", "reference"),
            ("1 2)", "comma"),
            ("1", "closing bracket"),
            ("1))", "follows"),
            (".A,1)", "enumeration"),
            ("word)", "without quotes"),
            ("1-2)", "number"),
            ("?)", "character"),
            (&format!("{}1)", "(".repeat(200)), "deep"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
}
