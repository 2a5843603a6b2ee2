//! The files of the lexicon that questions are read with, and their entries.
//!
//! Two languages, German first: `[German, English]`. What is not of one language stands beside their folders.

use std::collections::HashMap;

use crate::ifc::{folded_form, lexicon_entries};

/// Words that are not things.
pub(super) const WORDS: [&str; 2] =
    [include_str!("../../../lexicon/de/words.tsv"), include_str!("../../../lexicon/en/words.tsv")];

/// Words without a meaning of their own.
pub(super) const STOP: [&str; 2] =
    [include_str!("../../../lexicon/de/stop.tsv"), include_str!("../../../lexicon/en/stop.tsv")];

/// Words in names that have another in the other language.
pub(super) const NAMES: [&str; 2] =
    [include_str!("../../../lexicon/de/names.tsv"), include_str!("../../../lexicon/en/names.tsv")];

/// Words for properties.
pub(super) const PROPERTY_WORDS: [&str; 2] =
    [include_str!("../../../lexicon/de/properties.tsv"), include_str!("../../../lexicon/en/properties.tsv")];

/// Kinds of properties and their names in models.
pub(super) const PROPERTY_NAMES: &str = include_str!("../../../lexicon/properties.tsv");

/// Words for materials.
pub(super) const MATERIAL_WORDS: [&str; 2] =
    [include_str!("../../../lexicon/de/materials.tsv"), include_str!("../../../lexicon/en/materials.tsv")];

/// Pieces of the names that materials have in models.
pub(super) const MATERIAL_NAMES: &str = include_str!("../../../lexicon/materials.tsv");

/// Words for storeys; those of further languages last.
pub(super) const STOREY_WORDS: [&str; 3] = [
    include_str!("../../../lexicon/de/storeys.tsv"),
    include_str!("../../../lexicon/en/storeys.tsv"),
    include_str!("../../../lexicon/storeys.tsv"),
];

/// Before an id: its name in sentences.
pub(super) const SAY: &str = "say.";

/// Before an id: the opposite of a property that is yes or no.
pub(super) const NO: &str = "not.";

/// The ids and folded forms of files, but not the names in sentences.
pub(super) fn forms<const N: usize>(files: [&'static str; N]) -> impl Iterator<Item = (&'static str, &'static str)> {
    let entries = files.into_iter().flat_map(|file| lexicon_entries::<3>(file).flatten());
    entries.filter(|[id, _, _]| !id.starts_with(SAY)).map(|[id, form, _]| (id, folded_form(form)))
}

/// The forms of one id.
pub(super) fn forms_of(forms: &[(&'static str, &'static str)], id: &str) -> &'static [&'static str] {
    forms.iter().filter(|(of, _)| *of == id).map(|(_, form)| *form).collect::<Vec<_>>().leak()
}

/// The names of ids in sentences, as written.
pub(super) fn spoken(file: &'static str) -> HashMap<&'static str, &'static str> {
    let entries = lexicon_entries::<3>(file).flatten();
    entries.filter_map(|[id, form, _]| Some((id.strip_prefix(SAY)?, form))).collect()
}

/// Something about an id that is of no language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trait {
    /// Of what.
    pub(super) id: &'static str,
    /// What it is: `kind`, `name`, `not`, `word`.
    pub(super) role: &'static str,
    /// As written.
    pub(super) text: &'static str,
}

/// The entries of a file beside the languages.
pub(super) fn traits(file: &'static str) -> Vec<Trait> {
    lexicon_entries::<4>(file).flatten().map(|[id, role, text, _]| Trait { id, role, text }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::super::material::MATERIALS;
    use super::super::meaning::{MEANINGS, Meaning};
    use super::super::property::PROPERTIES;
    use super::super::storey;
    use super::super::word::PHRASE_WORDS_MAX;
    use super::*;
    use crate::ifc::CONCEPTS;

    /// Where words come from. `docs/lexicon.md` says what each means.
    const SOURCES: &[&str] = &[
        "IFC",
        "DIN 276",
        "DIN 277",
        "DIN 4102",
        "EN 13501-2",
        "trade",
        "everyday",
        "abbreviation",
        "symbol",
        "Dutch",
        "French",
        "Italian",
        "Spanish",
    ];

    /// Meanings that a language has no word of its own for: the German for "tallest" is that for "highest".
    const WITHOUT_A_WORD: [&[&str]; 2] = [&["superlative.largest.height"], &[]];

    fn entries<const N: usize>(name: &str, file: &'static str) -> Vec<[&'static str; N]> {
        let line = |line| panic!("{name}:{line} is no entry");
        lexicon_entries::<N>(file).map(|entry| entry.unwrap_or_else(line)).collect()
    }

    /// The files in the folder, with their path in it.
    fn files() -> BTreeMap<String, &'static str> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicon");
        let mut files = BTreeMap::new();
        for part in ["", "de", "en"] {
            for entry in std::fs::read_dir(folder.join(part)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "tsv") {
                    let name = path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
                    files.insert(name, &*std::fs::read_to_string(&path).unwrap().leak());
                }
            }
        }
        files
    }

    #[test]
    fn every_line_of_every_file_is_an_entry_with_a_known_source() {
        let files = files();
        assert_eq!(files.len(), 18);
        for (name, file) in files {
            let sources: Vec<&str> = match name.as_str() {
                // The schema is the source of all of it.
                "parts.tsv" => entries::<4>(&name, file).iter().map(|_| "IFC").collect(),
                "properties.tsv" | "materials.tsv" => entries::<4>(&name, file).iter().map(|e| e[3]).collect(),
                _ => entries::<3>(&name, file).iter().map(|e| e[2]).collect(),
            };
            assert!(!sources.is_empty(), "{name}");
            for source in sources {
                assert!(SOURCES.contains(&source), "{name}: {source}");
            }
            assert!(file.starts_with("# ") && file.contains("<TAB>"), "{name} says what it is and how a line is added");
        }
    }

    #[test]
    fn no_file_says_the_same_twice() {
        for (name, file) in files() {
            let mut seen = BTreeSet::new();
            for line in file.lines().filter(|line| !line.starts_with('#') && !name.ends_with("/parts.tsv")) {
                assert!(seen.insert(folded_form(line.to_owned().leak())), "{name}: {line}");
            }
        }
    }

    #[test]
    fn every_id_of_the_words_is_a_meaning_and_every_meaning_has_a_word_in_each_language() {
        for ((file, name), without) in WORDS.into_iter().zip(["de", "en"]).zip(WITHOUT_A_WORD) {
            let words: Vec<_> = forms([file]).collect();
            for (id, form) in &words {
                assert!(Meaning::by_id(id).is_some(), "{name}: {id} of {form}");
                assert!(form.split(' ').count() <= PHRASE_WORDS_MAX, "{name}: {form} is never looked for");
            }
            for (id, _) in MEANINGS {
                assert_eq!(words.iter().any(|(of, _)| of == id), !without.contains(id), "{name}: {id}");
            }
        }
        for (at, (id, meaning)) in MEANINGS.iter().enumerate() {
            let same = |(other, meant): &(&str, Meaning)| other == id || meant == meaning;
            assert_eq!(MEANINGS.iter().position(same), Some(at), "{id} stands once");
        }
    }

    #[test]
    fn no_form_has_two_meanings() {
        for words in
            [forms(WORDS).collect::<Vec<_>>(), forms(MATERIAL_WORDS).collect(), forms(PROPERTY_WORDS).collect()]
        {
            let mut meant = BTreeMap::new();
            for (id, form) in words {
                assert_eq!(*meant.entry(form).or_insert(id), id, "{form}");
            }
        }
        let mut meant = BTreeMap::new();
        for (id, form) in forms(STOREY_WORDS).filter(|(id, _)| !id.contains(".joined") && !id.contains(".last")) {
            assert_eq!(*meant.entry(form).or_insert(id), id, "{form}");
        }
    }

    #[test]
    fn every_property_and_material_has_words_and_every_word_its_property_or_material() {
        for entry in traits(PROPERTY_NAMES) {
            let kind = entry.role == "kind" && matches!(entry.text, "yes-or-no" | "value");
            assert!(kind || entry.role == "name", "{} {} {}", entry.id, entry.role, entry.text);
        }
        for entry in traits(MATERIAL_NAMES) {
            assert!(matches!(entry.role, "name" | "not" | "word"), "{} {}", entry.id, entry.role);
        }
        let properties: BTreeSet<&str> = PROPERTIES.iter().map(|p| p.id).collect();
        let materials: BTreeSet<&str> = MATERIALS.iter().map(|m| m.id).collect();
        assert_eq!(properties.len(), PROPERTIES.len(), "a property has one kind");
        assert_eq!(materials.len(), MATERIALS.len(), "the lines of a material stand together");
        assert!(PROPERTIES.iter().all(|p| !p.names.is_empty()) && MATERIALS.iter().all(|m| !m.stems.is_empty()));
        for (files, ids) in [(PROPERTY_WORDS, &properties), (MATERIAL_WORDS, &materials)] {
            for file in files {
                let said = spoken(file);
                assert_eq!(&said.keys().copied().collect::<BTreeSet<_>>(), ids, "each has its name in sentences");
                for (id, form) in forms([file]) {
                    assert!(ids.contains(id.strip_prefix(NO).unwrap_or(id)), "{id} of {form}");
                }
            }
        }
        assert!(traits(PROPERTY_NAMES).iter().all(|entry| properties.contains(entry.id)));
    }

    #[test]
    fn the_other_files_have_known_ids() {
        for (id, form) in forms(STOREY_WORDS) {
            assert!(storey::is_id(id), "{id} of {form}");
        }
        for (id, form) in forms(STOP) {
            assert_eq!(id, "stop", "{form}");
        }
        let ids = NAMES.map(|file| forms([file]).map(|(id, _)| id).collect::<BTreeSet<_>>());
        assert_eq!(ids[0], ids[1], "a name has a word in both languages");
    }

    #[test]
    fn the_words_of_a_language_are_those_of_its_folder() {
        let files = files();
        for (at, language) in ["de", "en"].iter().enumerate() {
            for (kind, embedded) in [
                ("words", WORDS[at]),
                ("stop", STOP[at]),
                ("names", NAMES[at]),
                ("properties", PROPERTY_WORDS[at]),
                ("materials", MATERIAL_WORDS[at]),
                ("storeys", STOREY_WORDS[at]),
            ] {
                assert_eq!(files[&format!("{language}/{kind}.tsv")], embedded, "{language}/{kind}.tsv");
            }
            let parts = entries::<3>("parts.tsv", files[&format!("{language}/parts.tsv")]);
            let known = CONCEPTS.iter().map(|c| if *language == "de" { c.de.len() } else { c.en.len() });
            assert_eq!(parts.len(), known.sum::<usize>());
        }
    }
}
