//! Texts of STEP files (ISO 10303-21, 6.3.3): apostrophes and backslashes are doubled, and what is beyond ASCII is
//! written by directives.
//!
//! | directive | stands for |
//! | --- | --- |
//! | `''`, `\\` | `'`, `\` |
//! | `\S\c` | the character 128 above `c` in the code page, at first ISO 8859-1 |
//! | `\PB\` | from here on the code page B, ISO 8859-2; A to I are parts 1 to 9 |
//! | `\X\E4` | a character of ISO 8859-1 |
//! | `\X2\00E4\X0\` | UTF-16 |
//! | `\X4\0001F600\X0\` | UTF-32 |
//!
//! A directive that is none of these is kept as it stands. Bytes beyond ASCII are not allowed, but written all the same:
//! they are read as UTF-8, else as Latin-1.

use std::borrow::Cow;

use super::pages;

/// What was met while decoding.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Notes {
    /// A directive that is none.
    pub(super) faulty_escape: bool,
    /// Bytes beyond ASCII.
    pub(super) raw_bytes: bool,
}

/// The text between two apostrophes.
pub(super) fn decode<'a>(raw: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    let plain = match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(raw.iter().map(|byte| char::from(*byte)).collect()),
    };
    if !raw.is_ascii() {
        notes.raw_bytes = true;
    }
    if memchr::memchr2(b'\\', b'\'', raw).is_none() {
        return plain;
    }
    Cow::Owned(unescape(&plain, notes))
}

fn unescape(text: &str, notes: &mut Notes) -> String {
    let mut decoded = String::with_capacity(text.len());
    let (mut rest, mut page) = (text, b'A');
    while let Some(at) = memchr::memchr2(b'\\', b'\'', rest.as_bytes()) {
        let (before, directive) = rest.split_at_checked(at).unwrap_or((rest, ""));
        decoded.push_str(before);
        if let Some(after) = directive.strip_prefix("''") {
            decoded.push('\'');
            rest = after;
        } else if let Some(after) = read(directive, &mut page, &mut decoded) {
            rest = after;
        } else {
            notes.faulty_escape |= directive.starts_with('\\');
            let mut left = directive.chars();
            decoded.extend(left.next());
            rest = left.as_str();
        }
    }
    decoded.push_str(rest);
    decoded
}

/// Reads the directive at the beginning of a text; what follows it. Changes nothing where there is none.
fn read<'t>(text: &'t str, page: &mut u8, decoded: &mut String) -> Option<&'t str> {
    let directive = text.strip_prefix('\\')?;
    if let Some(rest) = directive.strip_prefix('\\') {
        decoded.push('\\');
        return Some(rest);
    }
    if let Some(rest) = directive.strip_prefix("S\\") {
        return shifted(rest, *page, decoded);
    }
    if let Some(rest) = directive.strip_prefix("X\\") {
        let (digits, rest) = rest.split_at_checked(2)?;
        decoded.push(char::from(u8::try_from(hex(digits)?).ok()?));
        return Some(rest);
    }
    if let Some(rest) = directive.strip_prefix("X2\\") {
        return wide(rest, 4, decoded);
    }
    if let Some(rest) = directive.strip_prefix("X4\\") {
        return wide(rest, 8, decoded);
    }
    let rest = directive.strip_prefix('P')?;
    let letter = rest.bytes().next().filter(|letter| matches!(letter, b'A'..=b'I'))?;
    let rest = rest.get(1..)?.strip_prefix('\\')?;
    *page = letter;
    Some(rest)
}

/// The character behind `\S\`; an apostrophe is doubled there as everywhere.
fn shifted<'t>(text: &'t str, page: u8, decoded: &mut String) -> Option<&'t str> {
    let mut left = text.chars();
    let low = u8::try_from(left.next()?).ok().filter(|low| matches!(low, b' '..=b'~'))?;
    decoded.push(pages::character(page, low + 128)?);
    let rest = left.as_str();
    Some(if low == b'\'' { rest.strip_prefix('\'').unwrap_or(rest) } else { rest })
}

/// Groups of hexadecimal digits up to `\X0\`.
fn wide<'t>(text: &'t str, digits: usize, decoded: &mut String) -> Option<&'t str> {
    let end = text.bytes().position(|byte| !byte.is_ascii_hexdigit())?;
    let (groups, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix("\\X0\\")?;
    if groups.is_empty() || groups.len() % digits != 0 {
        return None;
    }
    let values: Option<Vec<u32>> =
        (0..groups.len()).step_by(digits).map(|at| hex(groups.get(at..at + digits)?)).collect();
    let values = values?;
    let found: Option<String> = if digits == 4 {
        let units = values.iter().map(|value| u16::try_from(*value).unwrap_or_default());
        char::decode_utf16(units).map(Result::ok).collect()
    } else {
        values.iter().map(|value| char::from_u32(*value)).collect()
    };
    decoded.push_str(&found?);
    Some(rest)
}

fn hex(digits: &str) -> Option<u32> {
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hex { u32::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &[u8]) -> (String, Notes) {
        let mut notes = Notes::default();
        (decode(raw, &mut notes).into_owned(), notes)
    }

    #[test]
    fn every_directive_is_decoded() {
        for (raw, wanted) in [
            ("Wand", "Wand"),
            ("it''s", "it's"),
            (r"C:\\Users\\x", r"C:\Users\x"),
            (r"T\X2\00FC\X0\r", "Tür"),
            (r"\X2\00C400D6\X0\\X2\00DC\X0\", "ÄÖÜ"),
            (r"\X2\D83DDE00\X0\", "😀"),
            (r"\X4\0001F600\X0\", "😀"),
            (r"T\X\FCr", "Tür"),
            (r"T\S\|r", "Tür"),
            (r"\S\\ber", "Über"),
            (r"\S\'' 5", "§ 5"),
            (r"\PE\\S\0\S\P\PA\\S\d", "Аа\u{e4}"),
            (r"\PB\\S\3", "ł"),
            (r"\PI\\S\}", "ı"),
            (r"\X\e4", "ä"),
        ] {
            assert_eq!(decoded(raw.as_bytes()), (wanted.to_owned(), Notes::default()), "{raw}");
        }
    }

    #[test]
    fn faulty_directives_are_kept_as_text_and_noted() {
        for (raw, wanted) in [
            (r"a\b", r"a\b"),
            (r"\X2\00F\X0\", r"\X2\00F\X0\"),
            (r"\X2\00FC", r"\X2\00FC"),
            (r"\X2\D83D\X0\", r"\X2\D83D\X0\"),
            (r"\X4\00110000\X0\", r"\X4\00110000\X0\"),
            (r"\X\G1", r"\X\G1"),
            (r"\X\+1", r"\X\+1"),
            (r"\PJ\x", r"\PJ\x"),
            (r"\PC\\S\%", r"\S\%"),
            (r"\S\", r"\S\"),
            ("\\X\\ä", "\\X\\ä"),
            (r"end\", r"end\"),
        ] {
            let (text, notes) = decoded(raw.as_bytes());
            assert_eq!(text, wanted);
            assert!(notes.faulty_escape, "{raw}");
        }
    }

    #[test]
    fn raw_bytes_are_utf8_or_latin1() {
        let raw = Notes { raw_bytes: true, ..Notes::default() };
        assert_eq!(decoded("Tür".as_bytes()), ("Tür".to_owned(), raw));
        assert_eq!(decoded(b"T\xfcr"), ("Tür".to_owned(), raw));
        assert_eq!(decoded(b"T\xfcr\\X\\FC''"), ("Türü'".to_owned(), raw));
    }
}
