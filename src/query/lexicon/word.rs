//! Words of questions that are not things, and words that names have in two languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::data::{NAMES, WORDS, forms};
use super::meaning::Meaning;

static BY_PHRASE: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let meant = forms(WORDS).filter_map(|(id, phrase)| Some((phrase, Meaning::by_id(id)?)));
    meant.collect()
});

/// Longest phrase, in words.
pub(super) const PHRASE_WORDS_MAX: usize = 6;

/// The meaning of the longest known phrase at the start of a slice of folded words, and how many words it takes.
pub(in crate::query) fn phrase(words: &[&str]) -> Option<(Meaning, usize)> {
    (1..=words.len().min(PHRASE_WORDS_MAX)).rev().find_map(|taken| {
        let joined = words.get(..taken)?.join(" ");
        BY_PHRASE.get(joined.as_str()).map(|meaning| (*meaning, taken))
    })
}

/// What the ids of directions begin with.
const COMPASS: &str = "compass.";

static GERMAN: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let [german, english] = NAMES;
    let mut first = HashMap::new();
    for (id, form) in forms([german]) {
        first.entry(id).or_insert(form);
    }
    let english = forms([english]).filter(|(id, _)| !id.starts_with(COMPASS));
    english.filter_map(|(id, form)| first.get(id).map(|german| (form, *german))).collect()
});

/// A German word for an English one of the trade, where a model in German says it so.
pub(in crate::query) fn translate(word: &str) -> Option<&'static str> {
    GERMAN.get(word).copied()
}

/// The words that stand for one in names, in both languages, itself left out: "Schlafzimmer" for "bedroom" and back.
pub(in crate::query) fn other_names(word: &str) -> Vec<&'static str> {
    let mut ids = forms(NAMES).filter(|(id, form)| *form == word && !id.starts_with(COMPASS)).map(|(id, _)| id);
    let Some(id) = ids.next() else { return Vec::new() };
    forms(NAMES).filter(|(of, form)| *of == id && *form != word).map(|(_, form)| form).collect()
}

static DIRECTIONS: LazyLock<Vec<&'static [&'static str]>> = LazyLock::new(|| {
    let mut by_id: Vec<(&str, Vec<&'static str>)> = Vec::new();
    for (id, form) in forms(NAMES).filter(|(id, _)| id.starts_with(COMPASS)) {
        match by_id.iter_mut().find(|(known, _)| *known == id) {
            Some((_, forms)) if forms.contains(&form) => {}
            Some((_, forms)) => forms.push(form),
            None => by_id.push((id, vec![form])),
        }
    }
    by_id.into_iter().map(|(_, forms)| -> &'static [&'static str] { forms.leak() }).collect()
});

/// Every form of a direction in both languages, since names carry it: "north" and "nord". The first is the German one that
/// names are searched for.
pub(in crate::query) fn compass(word: &str) -> Option<&'static [&'static str]> {
    DIRECTIONS.iter().find(|words| words.contains(&word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::plan::MeasureKind;

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(phrase(&["wie", "viele", "tueren"]), Some((Meaning::CountHead, 2)));
        assert_eq!(phrase(&["wie", "viel"]), Some((Meaning::MuchHead, 2)));
        assert_eq!(phrase(&["breite", "mal", "hoehe"]), Some((Meaning::Measure(MeasureKind::OpeningArea), 3)));
        assert_eq!(phrase(&["tueren"]), None);
    }

    #[test]
    fn names_are_found_by_the_words_of_the_other_language() {
        assert_eq!(translate("hallway"), Some("flur"));
        assert_eq!(translate("flur"), None);
        assert_eq!(compass("northern").and_then(<[_]>::first), Some(&"nord"));
        assert_eq!(compass("suedlich"), compass("south"));
        assert_eq!(compass("kitchen"), None);
    }
}
