//! Which language a question is in.

use crate::ifc::words;

use super::question::Language;

const GERMAN: &[&str] = &[
    "wie", "viele", "wieviele", "viel", "der", "die", "das", "den", "dem", "des", "ist", "sind", "gibt", "es", "im",
    "und", "welche", "welcher", "welches", "welchen", "aus", "mit", "ohne", "haben", "hat", "alle", "aller", "wo",
    "was", "befinden", "befindet", "eine", "ein", "auf", "zur", "von", "anzahl",
];
const ENGLISH: &[&str] = &[
    "how", "many", "much", "the", "is", "are", "there", "of", "and", "which", "what", "with", "without", "have", "has",
    "does", "do", "all", "where", "on", "made", "used", "total", "by", "it", "to", "list", "show", "number",
];

/// Counts the little words of both languages; German where they are even, since the product's users are.
pub(super) fn detect(text: &str) -> Language {
    let words = words(text);
    let count = |list: &[&str]| words.iter().filter(|w| list.contains(&w.as_str())).count();
    let umlauts = text.chars().filter(|c| "äöüßÄÖÜ".contains(*c)).count();
    if count(GERMAN) + umlauts.min(1) < count(ENGLISH) { Language::En } else { Language::De }
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
    }
}
