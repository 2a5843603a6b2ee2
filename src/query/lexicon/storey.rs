//! What a storey's name says, and what a question calls a storey.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::data::{STOREY_WORDS, forms, forms_of};
use crate::ifc::words;

/// Where in a building a storey is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::query) enum StoreyClass {
    /// Foundations.
    Foundation,
    /// The n-th below the ground floor.
    Basement(u16),
    /// The ground floor.
    Ground,
    /// The n-th above the ground floor.
    Upper(u16),
    /// The storey under the roof.
    Attic,
    /// The roof.
    Roof,
}

impl std::fmt::Display for StoreyClass {
    /// Canonical text for plans: `upper:3`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreyClass::Foundation => write!(f, "foundation"),
            StoreyClass::Basement(n) => write!(f, "basement:{n}"),
            StoreyClass::Ground => write!(f, "ground"),
            StoreyClass::Upper(n) => write!(f, "upper:{n}"),
            StoreyClass::Attic => write!(f, "attic"),
            StoreyClass::Roof => write!(f, "roof"),
        }
    }
}

/// The words of storeys, folded.
struct StoreyWords {
    foundation: &'static [&'static str],
    basement: &'static [&'static str],
    basement_joined: &'static [&'static str],
    ground: &'static [&'static str],
    upper: &'static [&'static str],
    upper_joined: &'static [&'static str],
    upper_after_ordinal: &'static [&'static str],
    attic: &'static [&'static str],
    roof: &'static [&'static str],
    roof_last: &'static [&'static str],
    ordinals: HashMap<&'static str, u16>,
}

/// What the ids of ordinal words begin with.
const ORDINAL: &str = "ordinal.";

static STOREYS: LazyLock<StoreyWords> = LazyLock::new(|| {
    let words: Vec<_> = forms(STOREY_WORDS).collect();
    let ordinals = words.iter().filter_map(|(id, form)| Some((*form, id.strip_prefix(ORDINAL)?.parse().ok()?)));
    StoreyWords {
        foundation: forms_of(&words, "foundation"),
        basement: forms_of(&words, "basement"),
        basement_joined: forms_of(&words, "basement.joined"),
        ground: forms_of(&words, "ground"),
        upper: forms_of(&words, "upper"),
        upper_joined: forms_of(&words, "upper.joined"),
        upper_after_ordinal: forms_of(&words, "upper.after_ordinal"),
        attic: forms_of(&words, "attic"),
        roof: forms_of(&words, "roof"),
        roof_last: forms_of(&words, "roof.last"),
        ordinals: ordinals.collect(),
    }
});

/// Whether an id of the files is known here.
#[cfg(test)]
pub(super) fn is_id(id: &str) -> bool {
    const IDS: &[&str] = &[
        "foundation",
        "basement",
        "basement.joined",
        "ground",
        "upper",
        "upper.joined",
        "upper.after_ordinal",
        "attic",
        "roof",
        "roof.last",
    ];
    IDS.contains(&id) || id.strip_prefix(ORDINAL).is_some_and(|number| number.parse::<u16>().is_ok())
}

/// A number from an ordinal: "2.", "3rd", "erste".
pub(in crate::query) fn ordinal(word: &str) -> Option<u16> {
    if let Some(n) = STOREYS.ordinals.get(word) {
        return Some(*n);
    }
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let mark = word.get(digits.len()..)?;
    (!digits.is_empty() && matches!(mark, "" | "." | "st" | "nd" | "rd" | "th" | "te" | "ten"))
        .then(|| digits.parse().ok())?
}

/// What words at the start of a slice call a storey: its class and how many words it takes.
///
/// "1. OG", "1OG", "OG 1", "erstes Obergeschoss", "second floor", "2nd upper floor", "EG", "ground floor", "2. UG".
pub(in crate::query) fn class_at(words: &[&str]) -> Option<(StoreyClass, usize)> {
    let first = *words.first()?;
    let known = &*STOREYS;
    if let Some(class) = fused(first) {
        return Some((class, 1));
    }
    for (names, class) in [
        (known.foundation, StoreyClass::Foundation),
        (known.ground, StoreyClass::Ground),
        (known.attic, StoreyClass::Attic),
        (known.roof, StoreyClass::Roof),
    ] {
        if let Some(taken) = starts_with_any(words, names) {
            return Some((class, taken));
        }
    }
    if let Some(n) = ordinal(first) {
        let rest = words.get(1..)?;
        if let Some(taken) = starts_with_any(rest, known.upper) {
            return Some((upper(n), 1 + taken));
        }
        if let Some(taken) =
            starts_with_any(rest, known.basement).filter(|_| rest.first() != Some(&"kg") || first.ends_with('.'))
        {
            return Some((StoreyClass::Basement(n), 1 + taken));
        }
        let next = *rest.first()?;
        if known.upper_after_ordinal.contains(&next) && !first.chars().all(|c| c.is_ascii_digit()) {
            return Some((upper(n), 2));
        }
        return None;
    }
    if let Some(taken) = starts_with_any(words, known.basement).filter(|_| first != "kg") {
        let n = words.get(taken).and_then(|w| w.parse().ok()).filter(|n| *n < 10);
        return Some((StoreyClass::Basement(n.unwrap_or(1)), taken + usize::from(n.is_some())));
    }
    if let Some(taken) = starts_with_any(words, known.upper).filter(|_| first != "stock") {
        let n = words.get(taken).and_then(|w| w.parse().ok()).filter(|n| *n < 100);
        return Some((upper(n.unwrap_or(1)), taken + usize::from(n.is_some())));
    }
    None
}

/// What a storey's own name says about where it is.
pub(in crate::query) fn class_of_name(name: &str) -> Option<StoreyClass> {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let from = |start: usize| words.get(start..).unwrap_or_default();
    if words.last().is_some_and(|last| STOREYS.roof_last.contains(last)) {
        return Some(StoreyClass::Roof);
    }
    (0..words.len()).find_map(|start| class_at(from(start)).map(|(class, _)| class))
}

fn upper(n: u16) -> StoreyClass {
    if n == 0 { StoreyClass::Ground } else { StoreyClass::Upper(n) }
}

/// "2og", "og2", "1ug".
fn fused(word: &str) -> Option<StoreyClass> {
    let letters: String = word.chars().filter(|c| c.is_alphabetic()).collect();
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() || digits.len() > 2 || letters.len() + digits.len() != word.len() {
        return None;
    }
    let n = digits.parse().ok()?;
    if STOREYS.upper_joined.contains(&letters.as_str()) {
        return Some(upper(n));
    }
    STOREYS.basement_joined.contains(&letters.as_str()).then_some(StoreyClass::Basement(n))
}

fn starts_with_any(words: &[&str], names: &[&str]) -> Option<usize> {
    names
        .iter()
        .filter_map(|name| {
            let parts: Vec<&str> = name.split(' ').collect();
            words.starts_with(&parts).then_some(parts.len())
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_where_a_storey_is() {
        for (name, class) in [
            ("Erdgeschoss", Some(StoreyClass::Ground)),
            ("EG", Some(StoreyClass::Ground)),
            ("00 begane grond", Some(StoreyClass::Ground)),
            ("1. Obergeschoss", Some(StoreyClass::Upper(1))),
            ("2OG", Some(StoreyClass::Upper(2))),
            ("01 eerste verdieping", Some(StoreyClass::Upper(1))),
            ("Dachgeschoss", Some(StoreyClass::Attic)),
            ("04 dak", Some(StoreyClass::Roof)),
            ("Roof", Some(StoreyClass::Roof)),
            ("T/FDN", Some(StoreyClass::Foundation)),
            ("Untergeschoss", Some(StoreyClass::Basement(1))),
            ("Level 2", None),
            ("Second Floor", Some(StoreyClass::Upper(2))),
            ("Floor Plan_1st Floor", Some(StoreyClass::Upper(1))),
        ] {
            assert_eq!(class_of_name(name), class, "{name}");
        }
    }

    #[test]
    fn questions_name_storeys() {
        let at = |text: &str| class_at(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(at("1. og"), Some((StoreyClass::Upper(1), 2)));
        assert_eq!(at("3rd upper floor there"), Some((StoreyClass::Upper(3), 3)));
        assert_eq!(at("second floor"), Some((StoreyClass::Upper(2), 2)));
        assert_eq!(at("ground floor"), Some((StoreyClass::Ground, 2)));
        assert_eq!(at("2 tueren"), None);
    }
}
