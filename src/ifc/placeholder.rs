//! Texts that stand where a value should be.
//!
//! Authoring tools export the prompt of an empty field as if it were its value: `FireRating = "Fire Rating"`,
//! `"_FIRE-RATING_"`, `"--FIRE_CODE--"`, `ReplacementCost = "ReplacementCost"`, `"unbekannt"`.

use super::fold::{fold, letters};

const UNKNOWN: &[&str] = &[
    "unbekannt",
    "unknown",
    "notdefined",
    "undefined",
    "nichtdefiniert",
    "unset",
    "null",
    "none given",
    "n/a",
    "na",
    "k.a.",
    "k. a.",
    "keine angabe",
    "-",
    "--",
    "---",
    "?",
    "tbd",
    "not defined",
    "nicht definiert",
    "onbekend",
];

/// Whether a text is no value of the property `name`.
#[must_use]
pub fn is_placeholder(name: &str, value: &str) -> bool {
    let trimmed = value.trim();
    if trimmed.is_empty() {
        return true;
    }
    let folded = fold(trimmed);
    if UNKNOWN.contains(&folded.as_str()) {
        return true;
    }
    if is_wrapped(trimmed) {
        return true;
    }
    let prompt = trimmed.rsplit(':').next().unwrap_or(trimmed);
    let name = letters(name);
    let said = letters(prompt);
    !said.is_empty() && !said.chars().all(|c| c.is_ascii_digit()) && said == name
}

/// `_FIRE-RATING_`, `--FIRE_CODE--`, `--TYPE_COMMENTS_`, `// PROJECT/NAME //`, `<FIRE RATING>`: marks on both sides of words
/// without lower-case letters.
fn is_wrapped(text: &str) -> bool {
    const MARKS: [char; 3] = ['_', '-', '/'];
    let inner = match text.strip_prefix('<') {
        Some(_) => text.trim_start_matches('<').trim_end_matches('>'),
        None => text.trim_matches(MARKS),
    };
    let closed =
        if text.starts_with('<') { text.ends_with('>') } else { text.starts_with(MARKS) && text.ends_with(MARKS) };
    closed && inner.chars().any(char::is_alphabetic) && !inner.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_no_values() {
        for value in [
            "Fire Rating",
            "FireRating",
            "_FIRE-RATING_",
            "--FIRE_CODE--",
            "--TYPE_COMMENTS_",
            "// FIRE/CODE //",
            "",
            "unbekannt",
            "Special wall: Fire Rating",
        ] {
            assert!(is_placeholder("FireRating", value), "{value}");
        }
        assert!(is_placeholder("ReplacementCost", "ReplacementCost"));
    }

    #[test]
    fn values_are_values() {
        for value in ["EI30", "REI 60", "30 minuten brandwerend", "Geen", "0", "F 90-A", "-A", "A-"] {
            assert!(!is_placeholder("FireRating", value), "{value}");
        }
        assert!(!is_placeholder("Number", "12"));
    }
}
