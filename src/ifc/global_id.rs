//! GlobalId: 128 bits in two spellings.
//!
//! STEP files compress the UUID into 22 characters of a base-64 alphabet (buildingSMART, "IFC GUID"):
//! the first character holds 2 bits, every other one 6. ifcJSON writes the UUID. People paste either.

use std::fmt;

use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$";

/// Stands for a byte outside of the alphabet.
const NO_DIGIT: u8 = 0xff;

/// The digit of every byte; files hold millions of identifiers.
static DIGITS: [u8; 256] = digits();

#[expect(clippy::indexing_slicing, reason = "run by the compiler, and a byte is always an index of 256 places")]
#[expect(clippy::cast_possible_truncation, reason = "there are 64 digits")]
const fn digits() -> [u8; 256] {
    let mut table = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        table[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
}

/// Identifier of a rooted entity. Shown in its 22-character form; accepts both spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GlobalId(u128);

/// A text is neither spelling of a GlobalId.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither 22 characters of the IFC alphabet nor a UUID")]
pub struct GlobalIdError;

impl GlobalId {
    /// Parses either spelling; a UUID may stand in braces, with or without hyphens.
    ///
    /// # Errors
    /// [`GlobalIdError`] when the text is neither.
    pub fn parse(text: &str) -> Result<GlobalId, GlobalIdError> {
        let text = text.trim();
        if let Ok(compressed) = text.as_bytes().try_into() {
            return GlobalId::parse_compressed(compressed);
        }
        let bare = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
        GlobalId::parse_uuid(bare)
    }

    /// The 128 bits, for a format that keeps them as they are.
    #[must_use]
    pub fn to_bits(self) -> u128 {
        self.0
    }

    /// From 128 bits; each pattern is a GlobalId.
    #[must_use]
    pub fn from_bits(bits: u128) -> GlobalId {
        GlobalId(bits)
    }

    fn parse_compressed(text: &[u8; 22]) -> Result<GlobalId, GlobalIdError> {
        let digit = |byte: u8| DIGITS.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT);
        let (first, rest) = text.split_at(2);
        let (middle, last) = rest.split_at(10);
        let mut seen = 0;
        // Ten digits fit a machine word.
        let mut word = |digits: &[u8]| {
            digits.iter().fold(0_u64, |word, byte| {
                let digit = digit(*byte);
                seen |= digit;
                word << 6 | u64::from(digit)
            })
        };
        let (first, middle, last) = (word(first), word(middle), word(last));
        // The first character holds two bits, so that the first two hold eight.
        if 63 < seen || 255 < first {
            return Err(GlobalIdError);
        }
        Ok(GlobalId(u128::from(first) << 120 | u128::from(middle) << 60 | u128::from(last)))
    }

    fn parse_uuid(text: &str) -> Result<GlobalId, GlobalIdError> {
        let hyphenated = text.len() == 36;
        if !hyphenated && text.len() != 32 {
            return Err(GlobalIdError);
        }
        let mut bits: u128 = 0;
        for (position, c) in text.chars().enumerate() {
            if hyphenated && matches!(position, 8 | 13 | 18 | 23) {
                if c != '-' {
                    return Err(GlobalIdError);
                }
                continue;
            }
            bits = bits << 4 | u128::from(c.to_digit(16).ok_or(GlobalIdError)?);
        }
        Ok(GlobalId(bits))
    }

    /// The UUID spelling, lower case with hyphens.
    #[must_use]
    pub fn to_uuid(self) -> String {
        let hex = format!("{:032x}", self.0);
        let parts: Vec<&str> =
            [0..8, 8..12, 12..16, 16..20, 20..32].into_iter().filter_map(|range| hex.get(range)).collect();
        parts.join("-")
    }
}

impl fmt::Display for GlobalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for position in (0..22).rev() {
            let digit = usize::try_from(self.0 >> (6 * position) & 63).unwrap_or_default();
            let byte = ALPHABET.get(digit).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(byte))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_id() {
        let compressed = GlobalId::parse("1Oms875aH3Wg$9l65H2ZGw").unwrap();
        for uuid in ["58c36207-1644-4382-afc9-bc61510a343a", "{58C36207-1644-4382-AFC9-BC61510A343A}"] {
            assert_eq!(GlobalId::parse(uuid), Ok(compressed));
        }
        assert_eq!(compressed.to_string(), "1Oms875aH3Wg$9l65H2ZGw");
        assert_eq!(compressed.to_uuid(), "58c36207-1644-4382-afc9-bc61510a343a");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "W1", "4Oms875aH3Wg$9l65H2ZGw", "1Oms875aH3Wg$9l65H2ZG!", "58c36207-1644-4382-afc9-bc61510a343"]
        {
            assert_eq!(GlobalId::parse(text), Err(GlobalIdError), "{text}");
        }
    }
}
