//! Which language a question is in.

use crate::ifc::words;

use super::question::Language;
use super::token::{TokenKind, tokenise};

const GERMAN: &[&str] = &[
    "wie", "viele", "wieviele", "viel", "der", "die", "das", "den", "dem", "des", "ist", "sind", "gibt", "es", "im",
    "und", "welche", "welcher", "welches", "welchem", "welchen", "liegt", "aus", "mit", "ohne", "haben", "hat", "alle",
    "aller", "wo", "was", "befinden", "befindet", "eine", "ein", "auf", "zur", "von", "anzahl",
];
const ENGLISH: &[&str] = &[
    "how",
    "many",
    "much",
    "the",
    "is",
    "are",
    "there",
    "of",
    "and",
    "which",
    "what",
    "with",
    "without",
    "have",
    "has",
    "does",
    "do",
    "all",
    "where",
    "on",
    "made",
    "used",
    "total",
    "by",
    "it",
    "to",
    "list",
    "show",
    "number",
    "per",
    "over",
    "under",
    "floor",
    "storey",
    "level",
    "rooms",
    "room",
    "doors",
    "door",
    "windows",
    "walls",
    "wall",
    "area",
    "volume",
    "wider",
    "than",
    "each",
    "materials",
];

/// Counts the little words of both languages; German where they are even, since the product's users are. Names do not
/// count: an English question about "Innentür-EG-3" stays English.
pub(super) fn detect(text: &str) -> Language {
    let mut plain = text.to_owned();
    for name in tokenise(text).iter().filter(|token| token.kind == TokenKind::Quoted && !token.raw.is_empty()) {
        plain = plain.replace(&name.raw, " ");
    }
    let pieces = || plain.split_whitespace().filter(|piece| !piece.contains(|c: char| c.is_ascii_digit() || c == '_'));
    let words: Vec<String> = pieces().flat_map(words).collect();
    let count = |list: &[&str]| words.iter().filter(|word| list.contains(&word.as_str())).count();
    let umlaut = pieces().any(|piece| piece.contains(['ä', 'ö', 'ü', 'ß', 'Ä', 'Ö', 'Ü']));
    if count(GERMAN) + usize::from(umlaut) < count(ENGLISH) { Language::En } else { Language::De }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_words_tell_the_language() {
        assert_eq!(detect("Wie viele Türen gibt es?"), Language::De);
        assert_eq!(detect("Wieviele Tueren im EG?"), Language::De);
        assert_eq!(detect("How many doors are on the ground floor (Erdgeschoss)?"), Language::En);
        assert_eq!(detect("What is the floor area of room \"Küche\"?"), Language::En);
        assert_eq!(detect("Which wall hosts door \"Innentür-EG-3\"?"), Language::En);
        assert_eq!(detect("Which wall hosts door Innentür-EG-3?"), Language::En);
        assert_eq!(detect("Which wall hosts door „Haustür“?"), Language::En);
        assert_eq!(detect("show Türen"), Language::De);
    }
}
