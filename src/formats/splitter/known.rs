//! What the records of a file look like, to find the next one where the structure is broken.
//!
//! Inside a text a quote is always escaped, so `{"key":` never stands there: it is looked for in the plain bytes, whatever
//! a missing quote did to the state. That a nested object is not taken for a record is seen from its first two keys and
//! from what stands before it.

/// Distinct beginnings that are remembered.
const BEGINNINGS_MAX: usize = 32;
/// Distinct separators that are remembered.
const SEPARATORS_MAX: usize = 8;
/// Bytes looked at for the first two keys, and before a record for the key of its list.
pub(super) const REACH: usize = 1024;

/// The first two keys of an object as the file writes them; the second only where the first value is a scalar.
type Beginning<'b> = (&'b [u8], Option<&'b [u8]>);

/// A [`Beginning`] that is kept.
type Kept = (Box<[u8]>, Option<Box<[u8]>>);

/// How records begin and what stands between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::formats) struct Known {
    beginnings: Vec<Kept>,
    separators: Vec<Box<[u8]>>,
}

/// A place where a record seems to begin.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::formats) enum Found {
    /// An element of the list that was read before.
    Element,
    /// The first element of another list.
    List {
        /// Its key.
        key: String,
        /// Whether the list is the first in the object under `data`.
        opens_data: bool,
    },
}

impl Known {
    /// Remembers how a record begins. `separator` is what stood between it and the record before.
    /// False where nothing new was seen.
    pub(super) fn learn(&mut self, record: &[u8], separator: Option<&[u8]>) -> bool {
        let Some((first, second)) = beginning(record) else { return false };
        let is_new = !self.knows((first, second)) && self.beginnings.len() < BEGINNINGS_MAX;
        if is_new {
            self.beginnings.push((first.into(), second.map(Into::into)));
        }
        let separator = separator.filter(|separator| {
            separator.len() < REACH
                && self.separators.len() < SEPARATORS_MAX
                && !self.separators.iter().any(|known| **known == **separator)
        });
        if let Some(separator) = separator {
            self.separators.push(separator.into());
        }
        is_new || separator.is_some()
    }

    /// Whether nothing is known so far.
    pub(super) fn is_unlearnt(&self) -> bool {
        self.beginnings.is_empty()
    }

    /// Whether there is something to learn.
    pub(super) fn is_new(&self, record: &[u8], separator: Option<&[u8]>) -> bool {
        beginning(record).is_some_and(|beginning| !self.knows(beginning))
            || separator.is_some_and(|separator| !self.separators.iter().any(|known| **known == *separator))
    }

    fn knows(&self, (first, second): Beginning<'_>) -> bool {
        self.beginnings.iter().any(|known| *known.0 == *first && known.1.as_deref() == second)
    }

    /// Whether an object that begins like a record stands here.
    pub(super) fn looks_like_record(&self, bytes: &[u8], at: usize) -> bool {
        let rest = bytes.get(at..).unwrap_or_default();
        beginning(rest).is_some_and(|found| self.beginnings.is_empty() || self.knows(found))
    }

    /// What begins at an opening brace, if that looks like a record.
    pub(in crate::formats) fn find(&self, bytes: &[u8], at: usize) -> Option<Found> {
        if !self.looks_like_record(bytes, at) {
            return None;
        }
        let before = bytes.get(at.saturating_sub(REACH)..at)?;
        let trimmed = before.trim_ascii_end();
        if trimmed.last() == Some(&b'[') {
            return list_before(trimmed);
        }
        let is_apart = if self.separators.is_empty() {
            let blanks = before.get(trimmed.len()..).unwrap_or_default();
            matches!(trimmed.last(), Some(b',' | b'}' | b']')) || blanks.contains(&b'\n')
        } else {
            self.separators.iter().any(|separator| before.ends_with(separator))
        };
        is_apart.then_some(Found::Element)
    }
}

/// The list whose bracket ends `before`, if a key stands before it.
fn list_before(before: &[u8]) -> Option<Found> {
    let rest = before.strip_suffix(b"[")?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
    let begin = memchr::memrchr(b'"', rest)?;
    let (outer, key) = (rest.get(..begin)?, rest.get(begin + 1..)?);
    let key = std::str::from_utf8(key).ok().filter(|key| !key.contains('\\'))?.to_owned();
    let outer = outer.trim_ascii_end();
    let inner = outer.strip_suffix(b"{").map(<[u8]>::trim_ascii_end);
    let opens_data = inner
        .and_then(|inner| inner.strip_suffix(b":"))
        .is_some_and(|inner| inner.trim_ascii_end().ends_with(b"\"data\""));
    (inner.is_some() || outer.ends_with(b",")).then_some(Found::List { key, opens_data })
}

/// The first two keys of the object that `bytes` begin with.
fn beginning(bytes: &[u8]) -> Option<Beginning<'_>> {
    let bytes = bytes.get(..bytes.len().min(REACH))?;
    let (first, rest) = key(bytes.strip_prefix(b"{")?)?;
    let rest = match rest.first()? {
        b'"' => text_rest(rest.get(1..)?),
        b'{' | b'[' => None,
        _ => memchr::memchr2(b',', b'}', rest).and_then(|end| rest.get(end..)),
    };
    let second = rest.and_then(|rest| key(rest.trim_ascii_start().strip_prefix(b",")?)).map(|(second, _)| second);
    Some((first, second))
}

/// A key, and what stands behind its colon.
fn key(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = bytes.trim_ascii_start().strip_prefix(b"\"")?;
    let end = memchr::memchr2(b'"', b'\n', inside)?;
    let rest = inside.get(end..)?.strip_prefix(b"\"")?.trim_ascii_start().strip_prefix(b":")?;
    Some((inside.get(..end)?, rest.trim_ascii_start()))
}

/// What stands behind the closing quote.
fn text_rest(mut inside: &[u8]) -> Option<&[u8]> {
    loop {
        let at = memchr::memchr2(b'"', b'\\', inside)?;
        if inside.get(at) == Some(&b'"') {
            return inside.get(at + 1..);
        }
        inside = inside.get(at + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_from_nested_objects_by_their_keys_and_separator() {
        let mut known = Known::default();
        assert!(known.learn(br#"{"type":"IfcWall","globalId":"a"}"#, Some(b",\n")));
        assert!(!known.learn(br#"{ "type" : "IfcDoor", "globalId" : 1}"#, Some(b",\n")));
        let find = |text: &str| known.find(text.as_bytes(), text.find('{').unwrap());
        assert_eq!(find(",\n{\"type\":\"x\",\"globalId\":2}"), Some(Found::Element));
        assert_eq!(find(",{\"type\":\"x\",\"globalId\":2}"), None);
        assert_eq!(find(",\n{\"type\":\"x\",\"ref\":2}"), None);
        assert_eq!(find(",\n{\"type\":{},\"globalId\":2}"), None);
        let list = Found::List { key: "b".to_owned(), opens_data: false };
        assert_eq!(find(r#"],"b":[{"type":"x\"","globalId":2}"#), Some(list));
        assert_eq!(find(r#"x:[{"type":"x","globalId":2}"#), None);
    }
}
