//! Folding of text so that "Tür", "Tuer", "TÜR" and a decomposed "Tu\u{308}r" meet.

use unicode_normalization::UnicodeNormalization;

/// Folds case, compatibility forms and German umlauts (ä to ae, ß to ss); other accents are dropped.
///
/// "u" followed by a combining diaeresis folds as "ü" does, since normalisation composes it first.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        // Most texts, and ten times as fast.
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len() + 4);
    for c in text.nfkc().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            c if c.is_ascii() => folded.push(c),
            c => folded.extend(std::iter::once(c).nfd().filter(|c| !is_combining(*c))),
        }
    }
    folded
}

/// The folded letters and digits of a text, without what stands between its words.
#[must_use]
pub fn letters(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(char::is_alphanumeric);
    folded
}

/// The folded words of a text: maximal runs of letters and digits.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_meet() {
        for spelling in ["Tür", "Tuer", "TÜR", "Tu\u{308}r"] {
            assert_eq!(fold(spelling), "tuer");
        }
        assert_eq!(fold("Außenwände"), "aussenwaende");
        assert_eq!(fold("Café m²"), "cafe m2");
        assert_eq!(words("Wand-Ext_ERDG-1"), ["wand", "ext", "erdg", "1"]);
        for text in ["Wand-Ext_ERDG-1", "Außen – Wände", "", "--"] {
            assert_eq!(letters(text), words(text).concat());
        }
    }
}
