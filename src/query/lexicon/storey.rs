//! What a storey's name says, and what a question calls a storey.

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

const FOUNDATION: &[&str] = &[
    "fundament",
    "fundamente",
    "fundamentebene",
    "gruendung",
    "foundation",
    "foundations",
    "fdn",
    "fundering",
    "footing",
];
const BASEMENT: &[&str] = &[
    "untergeschoss",
    "untergeschosses",
    "ug",
    "kellergeschoss",
    "keller",
    "kg",
    "basement",
    "kelder",
    "tiefgeschoss",
    "tiefgarage",
    "cellar",
];
const GROUND: &[&str] = &[
    "erdgeschoss",
    "erdgeschosses",
    "eg",
    "parterre",
    "begane grond",
    "beganegrond",
    "ground floor",
    "ground storey",
    "ground level",
    "groundfloor",
    "rez de chaussee",
    "planta baja",
    "piano terra",
];
const UPPER: &[&str] =
    &["obergeschoss", "obergeschosses", "og", "upper floor", "upper storey", "upper level", "verdieping", "stock"];
const ATTIC: &[&str] = &[
    "dachgeschoss",
    "dachgeschosses",
    "dg",
    "attic",
    "attic floor",
    "attic storey",
    "zolder",
    "loft",
    "dachboden",
    "spitzboden",
];
const ROOF: &[&str] = &["dachebene", "dachflaeche", "roof level", "roof storey", "roof floor"];

/// Ordinal words: German, English, Dutch.
pub(in crate::query) const ORDINALS: &[(&str, u16)] = &[
    ("erste", 1),
    ("ersten", 1),
    ("erster", 1),
    ("erstes", 1),
    ("first", 1),
    ("eerste", 1),
    ("zweite", 2),
    ("zweiten", 2),
    ("zweiter", 2),
    ("zweites", 2),
    ("second", 2),
    ("tweede", 2),
    ("dritte", 3),
    ("dritten", 3),
    ("drittes", 3),
    ("third", 3),
    ("derde", 3),
    ("vierte", 4),
    ("vierten", 4),
    ("viertes", 4),
    ("fourth", 4),
    ("vierde", 4),
    ("fuenfte", 5),
    ("fuenften", 5),
    ("fuenftes", 5),
    ("fifth", 5),
    ("vijfde", 5),
    ("sechste", 6),
    ("sechsten", 6),
    ("sechstes", 6),
    ("sixth", 6),
    ("zesde", 6),
    ("siebte", 7),
    ("siebten", 7),
    ("siebtes", 7),
    ("seventh", 7),
    ("achte", 8),
    ("achten", 8),
    ("achtes", 8),
    ("eighth", 8),
    ("neunte", 9),
    ("neunten", 9),
    ("neuntes", 9),
    ("ninth", 9),
    ("zehnte", 10),
    ("zehnten", 10),
    ("zehntes", 10),
    ("tenth", 10),
];

/// A number from an ordinal: "2.", "3rd", "erste".
pub(in crate::query) fn ordinal(word: &str) -> Option<u16> {
    if let Some((_, n)) = ORDINALS.iter().find(|(w, _)| *w == word) {
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
    if let Some(class) = fused(first) {
        return Some((class, 1));
    }
    for (names, class) in [
        (FOUNDATION, StoreyClass::Foundation),
        (GROUND, StoreyClass::Ground),
        (ATTIC, StoreyClass::Attic),
        (ROOF, StoreyClass::Roof),
    ] {
        if let Some(taken) = starts_with_any(words, names) {
            return Some((class, taken));
        }
    }
    if let Some(n) = ordinal(first) {
        let rest = words.get(1..)?;
        if let Some(taken) = starts_with_any(rest, UPPER) {
            return Some((upper(n), 1 + taken));
        }
        if let Some(taken) =
            starts_with_any(rest, BASEMENT).filter(|_| rest.first() != Some(&"kg") || first.ends_with('.'))
        {
            return Some((StoreyClass::Basement(n), 1 + taken));
        }
        let next = *rest.first()?;
        if matches!(next, "floor" | "storey" | "story" | "etage") && !first.chars().all(|c| c.is_ascii_digit()) {
            return Some((upper(n), 2));
        }
        return None;
    }
    if let Some(taken) = starts_with_any(words, BASEMENT).filter(|_| first != "kg") {
        let n = words.get(taken).and_then(|w| w.parse().ok()).filter(|n| *n < 10);
        return Some((StoreyClass::Basement(n.unwrap_or(1)), taken + usize::from(n.is_some())));
    }
    if let Some(taken) = starts_with_any(words, UPPER).filter(|_| first != "stock") {
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
    if matches!(words.last(), Some(&("dak" | "roof" | "dach"))) {
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
    match letters.as_str() {
        "og" => Some(upper(n)),
        "ug" | "kg" => Some(StoreyClass::Basement(n)),
        _ => None,
    }
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
