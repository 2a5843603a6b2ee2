//! What people call building parts, in German and English, and which entities they mean.
//!
//! One table serves the reader of flat lists ("Ständer" as a group) and the parser of questions ("Wie viele Ständer?").
//! It is read from `lexicon/parts.tsv` and, in the folder of each language, `parts.tsv`; the parser adds compounds and cases.

use std::sync::LazyLock;

use super::lexicon::lexicon_entries;

/// A word's meaning: an entity type, where needed narrowed to a part of its occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concept {
    /// Stable name in plans.
    pub id: &'static str,
    /// The entity type; subtypes count with it.
    pub entity_type: &'static str,
    /// Predefined types that an occurrence must have, or must not have with a leading `!`; empty for all.
    pub predefined: &'static [&'static str],
    /// Whether an occurrence is also recognised by a word of the concept in its object type, label or name.
    pub narrowed: bool,
    /// German singular and plural, as a person writes them; the first two are used in sentences.
    pub de: &'static [&'static str],
    /// English singular and plural; the first two are used in sentences.
    pub en: &'static [&'static str],
}

/// What the ids mean in the schema.
const PARTS: &str = include_str!("../../lexicon/parts.tsv");
const GERMAN: &str = include_str!("../../lexicon/de/parts.tsv");
const ENGLISH: &str = include_str!("../../lexicon/en/parts.tsv");

/// Every concept. Where a word stands in two, the first wins.
pub static CONCEPTS: LazyLock<Vec<Concept>> = LazyLock::new(|| {
    let words = |file| lexicon_entries::<3>(file).flatten().collect::<Vec<_>>();
    let (german, english) = (words(GERMAN), words(ENGLISH));
    lexicon_entries::<4>(PARTS)
        .flatten()
        .map(|[id, entity_type, predefined, recognised]| Concept {
            id,
            entity_type,
            predefined: if predefined == "-" { &[] } else { predefined.split(',').collect::<Vec<_>>().leak() },
            narrowed: recognised == "name",
            de: forms(&german, id),
            en: forms(&english, id),
        })
        .collect()
});

fn forms(words: &[[&'static str; 3]], id: &str) -> &'static [&'static str] {
    words.iter().filter(|[of, _, _]| *of == id).map(|[_, form, _]| *form).collect::<Vec<_>>().leak()
}

impl Concept {
    /// The concept with an id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Concept> {
        CONCEPTS.iter().find(|concept| concept.id == id)
    }

    /// The first concept of exactly this entity type that is not narrowed, for sentences.
    #[must_use]
    pub fn of_type(entity_type: &str) -> Option<&'static Concept> {
        CONCEPTS.iter().find(|c| c.entity_type == entity_type && c.predefined.is_empty() && !c.narrowed)
    }

    /// Whether it means every occurrence of its type.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.predefined.is_empty() && !self.narrowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_parts_is_an_entry_and_every_word_has_its_part() {
        let parts: Vec<[&str; 4]> =
            lexicon_entries::<4>(PARTS).map(|entry| entry.unwrap_or_else(|line| panic!("parts.tsv:{line}"))).collect();
        for [id, entity_type, predefined, recognised] in &parts {
            assert!(crate::ifc::is_known(entity_type), "{id}: {entity_type}");
            assert!(matches!(*recognised, "type" | "name"), "{id}: {recognised}");
            let letters = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
            assert!(*predefined == "-" || predefined.split(',').all(|p| letters(p.trim_start_matches('!'))), "{id}");
            assert_eq!(parts.iter().filter(|other| other[0] == *id).count(), 1, "{id} stands once");
        }
        for file in [GERMAN, ENGLISH] {
            for entry in lexicon_entries::<3>(file) {
                let [id, form, _] = entry.unwrap_or_else(|line| panic!("line {line} of the words of parts"));
                assert!(Concept::by_id(id).is_some(), "no part {id} for {form}");
            }
        }
        assert_eq!(CONCEPTS.len(), parts.len());
        for concept in CONCEPTS.iter() {
            assert!(concept.de.len() >= 2 && concept.en.len() >= 2, "{} has no singular and plural", concept.id);
        }
    }
}
