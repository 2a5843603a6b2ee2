//! Whether the name of a part holds the words of a question.

use crate::ifc::words;

use super::lexicon::compass;

/// Whether every wanted word is in a name: as a word, as another word for the same direction, or run together with digits
/// ("HEB300" holds "heb" and "300").
pub(super) fn holds(name: &str, wanted: &[String]) -> bool {
    let have = words(name);
    wanted.iter().all(|word| {
        let directions = compass(word).unwrap_or_default();
        have.iter().any(|h| h == word || directions.contains(&h.as_str()) || is_run_together(h, word))
    })
}

fn is_run_together(word: &str, part: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.get(letters.len()..).unwrap_or_default();
    !letters.is_empty() && !digits.is_empty() && (letters == part || digits == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_a_name_joins_them() {
        let holds = |name: &str, wanted: &str| holds(name, &words(wanted));
        assert!(holds("Stahlträger_HEB300", "heb 300"));
        assert!(holds("Außenwand_Nord_EG", "north"));
        assert!(holds("Büro_101", "Büro 101"));
        assert!(!holds("Wand-11", "1"));
    }
}
