//! What a question that is being typed may go on with: words of the lexicon, names of the model, suggested questions.
//!
//! One sorted list of folded beginnings for each kind of word; a request is a binary search in each, so that it takes
//! microseconds however many names there are.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::lexicon::material::MATERIALS;
use super::lexicon::property::PROPERTIES;
use super::question::Language;
use super::vocabulary::Vocabulary;
use super::wording::pick;
use crate::ifc::{CONCEPTS, fold, is_placeholder};
use crate::limits;

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompletionKind {
    /// A whole question that this model can answer.
    Question,
    /// A kind of building part.
    Part,
    /// A storey of the model.
    Storey,
    /// A room of the model.
    Space,
    /// A material.
    Material,
    /// A type of parts in the model.
    Type,
    /// A property.
    Property,
    /// A value of a property in the model.
    Value,
    /// Any other name in the model.
    Name,
}

/// One way to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Completion {
    /// The whole text with the last words completed.
    pub text: String,
    /// What the last words become.
    pub label: String,
    /// What that is.
    pub kind: CompletionKind,
}

/// Words of one kind: folded, with the spelling; sorted.
#[derive(Debug)]
struct Shelf {
    kind: CompletionKind,
    words: Vec<(Box<str>, Box<str>)>,
}

impl Shelf {
    fn new<'w>(kind: CompletionKind, words: impl Iterator<Item = &'w str>) -> Shelf {
        let sayable = words.map(str::trim).filter(|word| !word.is_empty() && word.len() <= limits::QUESTION_BYTES_MAX);
        let mut words: Vec<(Box<str>, Box<str>)> = sayable.map(|word| (fold(word).into(), word.into())).collect();
        words.sort_unstable();
        words.dedup_by(|a, b| a.0 == b.0);
        Shelf { kind, words }
    }

    /// The first words that begin so, and are more than that.
    fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let from = self.words.partition_point(|(folded, _)| &**folded < prefix);
        let rest = self.words.get(from..).unwrap_or_default().iter();
        rest.take_while(move |(folded, _)| folded.starts_with(prefix))
            .filter(move |(folded, _)| folded.len() > prefix.len())
            .map(|(_, word)| &**word)
    }
}

/// Everything that can be completed in one language.
#[derive(Debug)]
pub(super) struct Completer {
    /// In the order of the suggestions.
    questions: Vec<(String, String)>,
    shelves: Vec<Shelf>,
}

impl Completer {
    /// Takes time and memory in proportion to the names of the model.
    pub(super) fn new(language: Language, vocabulary: &Vocabulary, suggestions: Vec<String>) -> Completer {
        use CompletionKind as K;
        let parts = CONCEPTS.iter().flat_map(|concept| pick(language, concept.de, concept.en).iter().copied());
        let labels = vocabulary.labels.values().map(String::as_str);
        let materials = vocabulary.materials.values().filter(|name| !is_placeholder("material", name));
        let known_materials = MATERIALS.iter().map(|material| pick(language, material.de, material.en));
        let properties = vocabulary.properties.values().flatten().map(String::as_str);
        let known_properties = PROPERTIES.iter().map(|property| pick(language, property.de, property.en));
        let of_space = |space: bool| {
            let names = vocabulary.names.values().filter(move |word| (word.kind == Some("space")) == space);
            names.map(|word| word.spelling.as_str())
        };
        let mut names: Vec<&str> = of_space(false).collect();
        // The shortest stay where there are too many: they are what people type.
        names.sort_unstable_by_key(|name| (name.len(), *name));
        names.truncate(limits::COMPLETION_NAMES_MAX);
        let shelves = vec![
            Shelf::new(K::Part, parts.chain(labels)),
            Shelf::new(K::Storey, vocabulary.storeys.iter().map(|storey| storey.name.as_str())),
            Shelf::new(K::Space, of_space(true)),
            Shelf::new(K::Material, materials.map(String::as_str).chain(known_materials)),
            Shelf::new(K::Type, vocabulary.type_names.values().map(String::as_str)),
            Shelf::new(K::Property, known_properties.chain(properties)),
            Shelf::new(K::Value, vocabulary.values.values().map(|(value, _)| value.as_str())),
            Shelf::new(K::Name, names.into_iter()),
        ];
        let questions = suggestions.into_iter().map(|text| (fold(&text), text)).collect();
        Completer { questions, shelves }
    }

    /// At most `most` ways to go on: questions first, then the longest phrase at the end of the text that anything begins
    /// with, then shorter ones.
    pub(super) fn complete(&self, text: &str, most: usize) -> Vec<Completion> {
        if limits::QUESTION_BYTES_MAX < text.len() {
            return Vec::new();
        }
        let text = text.trim_start();
        let typed = fold(text);
        let begins =
            self.questions.iter().filter(|(folded, _)| folded.starts_with(&typed) && folded.len() > typed.len());
        let mut found: Vec<Completion> = begins
            .map(|(_, question)| Completion {
                text: question.clone(),
                label: question.clone(),
                kind: CompletionKind::Question,
            })
            .take(if text.is_empty() { most } else { most / 2 })
            .collect();
        let mut seen: BTreeSet<String> = found.iter().map(|completion| fold(&completion.text)).collect();
        for start in phrase_starts(text) {
            let (Some(head), Some(phrase)) = (text.get(..start), text.get(start..)) else { continue };
            let prefix = fold(phrase);
            for shelf in &self.shelves {
                for word in shelf.beginning_with(&prefix).take(most) {
                    let completed = format!("{head}{word}");
                    if found.len() < most && seen.insert(fold(&completed)) {
                        found.push(Completion { text: completed, label: word.to_owned(), kind: shelf.kind });
                    }
                }
            }
        }
        found
    }
}

/// Where the phrases at the end of a text begin: the longest first. A text that ends between words has no last word to
/// complete, so only phrases of several words count then.
fn phrase_starts(text: &str) -> Vec<usize> {
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '„' | '“' | '”' | '"' | '(' | ',' | ';');
    let mut starts = Vec::new();
    let mut after_gap = true;
    for (at, c) in text.char_indices() {
        if after_gap && !is_gap(c) {
            starts.push(at);
        }
        after_gap = is_gap(c);
    }
    let skipped = starts.len().saturating_sub(limits::COMPLETION_WORDS_MAX);
    starts.drain(..skipped);
    starts
}

#[cfg(test)]
mod tests;
