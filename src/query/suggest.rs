//! Questions that a model can answer, for a person who does not know what to ask.
//!
//! Templates are filled with the model's own words, understood and executed like any other question; only those with an
//! answer that rests on at least half of what it is about are offered. The order is that of the templates, each with its
//! first filling before any with its second, so that few questions already show what can be asked.

use std::collections::{BTreeMap, BTreeSet};

use super::execute::execute;
use super::parse::parse;
use super::plan::{Filter, Goal, Plan, PropertyTest};
use super::question::Language;
use super::vocabulary::Vocabulary;
use super::wording::pick;
use crate::ifc::{CONCEPTS, Concept, ModelReader, is_a, is_placeholder, words};

/// How often a template is filled.
const FILLINGS: usize = 6;

/// Questions with the same kind of goal; more would hide what else can be asked.
const SAME_KIND_MAX: usize = 4;

/// Longest name of the model that is put into a question.
const NAME_CHARS_MAX: usize = 40;

/// Kinds of parts that people ask for first; others follow by how many there are.
const FIRST_PARTS: &[&str] = &["window", "door", "wall", "space", "slab", "column", "beam", "stair", "roof"];

/// Kinds that questions name by words of their own.
const NO_PARTS: &[&str] = &["element", "storey", "building", "site", "project", "floor_slab", "base_slab"];

/// Questions in the order of how often people ask them. `{parts}` is a kind of part in the plural; `{storey}`,
/// `{material}`, `{space}` and `{type}` are names of the model.
const TEMPLATES: &[(&str, &str)] = &[
    ("Wie viele {parts} gibt es im Geschoss „{storey}“?", "How many {parts} are on storey “{storey}”?"),
    ("Wie groß ist die Grundfläche aller Räume?", "What is the total floor area of all rooms?"),
    ("Wie verteilen sich die {parts} auf die Geschosse?", "How are the {parts} distributed over the storeys?"),
    ("Wie viel Kubikmeter „{material}“ sind verbaut?", "How many cubic metres of “{material}” are used?"),
    ("Aus welchen Materialien bestehen die {parts}?", "Which materials are the {parts} made of?"),
    ("Wie viele {parts} gibt es?", "How many {parts} are there?"),
    ("Welcher Raum ist der größte?", "Which room is the largest?"),
    ("Welche Wände sind tragend?", "Which walls are load-bearing?"),
    ("Welche Geschosse hat das Gebäude?", "Which storeys does the building have?"),
    ("Welche Materialien wurden verwendet?", "Which materials were used?"),
    ("Welche Bauteilarten gibt es und wie oft?", "Which component types exist and how many of each?"),
    ("Welche {parts} gibt es im Geschoss „{storey}“?", "Which {parts} are on storey “{storey}”?"),
    ("Wie groß ist das Volumen aller {parts}?", "What is the total volume of all {parts}?"),
    ("Welche Türen haben keinen Feuerwiderstand?", "Which doors have no fire rating?"),
    ("Welchen Feuerwiderstand haben die {parts}?", "What is the fire rating of the {parts}?"),
    ("Wie dick sind die Wände?", "How thick are the walls?"),
    ("Welche Wände sind dicker als 20 cm?", "Which walls are thicker than 20 cm?"),
    ("Auf welchem Geschoss gibt es die meisten {parts}?", "Which storey has the most {parts}?"),
    ("Wie groß ist die durchschnittliche Fläche der Räume?", "What is the average area of the rooms?"),
    ("Wie groß ist die Fläche aller {parts}?", "What is the total area of all {parts}?"),
    ("Aus welchen Schichten bestehen die {parts}?", "Which layers do the {parts} consist of?"),
    ("Wie verteilen sich die {parts} auf die Typen?", "How are the {parts} distributed over the types?"),
    ("Wie groß ist der Raum „{space}“?", "How large is room “{space}”?"),
    ("Welche {parts} sind Außenbauteile?", "Which {parts} are external?"),
    ("Wie hoch liegt das Geschoss „{storey}“?", "What is the elevation of storey “{storey}”?"),
    ("Welche {parts} bestehen aus „{material}“?", "Which {parts} are made of “{material}”?"),
    ("Wie breit sind die Türen?", "How wide are the doors?"),
    ("Wie lang sind alle {parts} zusammen?", "What is the total length of all {parts}?"),
    ("Welche der {parts} ist die längste?", "Which of the {parts} is the longest?"),
    ("Wie schwer sind alle {parts} zusammen?", "What is the total weight of all {parts}?"),
    ("Welchen U-Wert haben die {parts}?", "What is the thermal transmittance of the {parts}?"),
    ("Gibt es {parts} aus „{material}“?", "Are there {parts} made of “{material}”?"),
    ("Wie viele „{type}“ gibt es?", "How many “{type}” are there?"),
    ("Welche Abmessungen haben die {parts}?", "What are the dimensions of the {parts}?"),
    ("Wie viele Bauteile enthält das Modell?", "How many elements does the model contain?"),
];

/// The model's words that templates are filled with.
struct Words {
    parts: Vec<&'static str>,
    storeys: Vec<String>,
    materials: Vec<String>,
    spaces: Vec<String>,
    types: Vec<String>,
}

impl Words {
    fn of(language: Language, vocabulary: &Vocabulary) -> Words {
        // The middle of a building says more than its foundation.
        let named: Vec<String> = vocabulary.storeys.iter().map(|s| s.name.clone()).filter(|n| is_sayable(n)).collect();
        let (below, above) = named.split_at(named.len() / 2);
        let spaces: BTreeSet<&String> = vocabulary
            .names
            .values()
            .filter(|word| word.kind == Some("space"))
            .map(|word| &word.spelling)
            .filter(|name| is_sayable(name) && name.chars().any(char::is_alphabetic))
            .collect();
        let materials =
            vocabulary.materials.values().filter(|name| is_sayable(name) && !is_placeholder("material", name));
        let types = vocabulary.type_names.values().filter(|name| is_sayable(name));
        Words {
            parts: parts(language, vocabulary),
            storeys: above.iter().chain(below.iter().rev()).cloned().collect(),
            materials: materials.take(FILLINGS).cloned().collect(),
            spaces: spaces.into_iter().take(FILLINGS).cloned().collect(),
            types: types.take(FILLINGS).cloned().collect(),
        }
    }

    /// The filling of the template at this place with this number; `None` when there are no more.
    fn fill(&self, template: &str, place: usize, number: usize) -> Option<String> {
        let parts = template.contains("{parts}");
        if number > 0 && !template.contains('{') {
            return None;
        }
        let mut text = template.to_owned();
        if parts {
            // Templates side by side speak of different parts.
            let turned = (number + place).checked_rem(self.parts.len()).filter(|_| number < self.parts.len())?;
            text = text.replace("{parts}", self.parts.get(turned)?);
        }
        for (mark, names) in [
            ("{storey}", &self.storeys),
            ("{material}", &self.materials),
            ("{space}", &self.spaces),
            ("{type}", &self.types),
        ] {
            if !text.contains(mark) {
                continue;
            }
            // Beside a kind of part the names may come round again: the kind makes the question another.
            let name = if parts { number.checked_rem(names.len())? } else { number };
            text = text.replace(mark, names.get(name)?);
        }
        Some(text)
    }
}

/// Whether a name can stand between quotes in a question that a person reads.
fn is_sayable(name: &str) -> bool {
    let quotes = ['„', '“', '”', '"', '\n', '\r'];
    !name.trim().is_empty() && name.chars().count() <= NAME_CHARS_MAX && !name.contains(quotes)
}

/// The kinds of parts that the model has, in the plural.
fn parts(language: Language, vocabulary: &Vocabulary) -> Vec<&'static str> {
    let count = |concept: &Concept| -> usize {
        vocabulary.types.iter().filter(|(t, _)| is_a(t, concept.entity_type)).map(|(_, count)| *count).sum()
    };
    let mut found: Vec<(usize, std::cmp::Reverse<usize>, &'static str)> = CONCEPTS
        .iter()
        .filter(|concept| concept.is_whole() && !NO_PARTS.contains(&concept.id))
        .filter_map(|concept| {
            let first = FIRST_PARTS.iter().position(|id| *id == concept.id).unwrap_or(FIRST_PARTS.len());
            let plural = pick(language, concept.de, concept.en).get(1).copied()?;
            Some((first, std::cmp::Reverse(count(concept)), plural))
        })
        .filter(|(_, count, _)| count.0 > 0)
        .collect();
    found.sort();
    found.into_iter().map(|(_, _, plural)| plural).take(FILLINGS).collect()
}

/// What two questions have in common that are too near to each other: the goal, of the same kinds of parts.
fn likeness(plan: &Plan) -> String {
    serde_json::to_string(&(&plan.goal, &plan.of.any_of)).unwrap_or_default()
}

/// The kind of a goal: its name on the wire.
fn kind(goal: &Goal) -> String {
    let written = serde_json::to_string(goal).unwrap_or_default();
    words(&written).into_iter().next().unwrap_or_default()
}

/// Of a question about parts that lack a property, the one about those that have it: where none has, there is nothing to
/// lack.
fn present(plan: &Plan) -> Option<Plan> {
    let mut plan = plan.clone();
    let mut is_about_lack = false;
    for filter in &mut plan.of.filters {
        if let Filter::Property(_, test @ PropertyTest::Absent) = filter {
            *test = PropertyTest::Present;
            is_about_lack = true;
        }
    }
    is_about_lack.then_some(plan)
}

/// At most `most` questions that have an answer in this model.
pub(super) fn suggestions(
    language: Language,
    reader: &dyn ModelReader,
    vocabulary: &Vocabulary,
    most: usize,
    go_on: &mut dyn FnMut() -> bool,
) -> Vec<String> {
    let words = Words::of(language, vocabulary);
    let mut offered = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut of_kind: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..FILLINGS {
        for (place, (de, en)) in TEMPLATES.iter().enumerate() {
            let Some(text) = words.fill(pick(language, *de, *en), place, number) else { continue };
            let Ok(plan) = parse(&text, vocabulary) else { continue };
            let alike = of_kind.entry(kind(&plan.goal)).or_default();
            if SAME_KIND_MAX <= *alike || seen.contains(&likeness(&plan)) {
                continue;
            }
            if offered.len() == most || !go_on() {
                return offered;
            }
            let is_answered = |plan: &Plan| {
                let outcome = execute(plan, reader, vocabulary);
                outcome.result.is_ok() && outcome.with_value > 0 && outcome.elements <= 2 * outcome.with_value
            };
            if is_answered(&plan) && present(&plan).is_none_or(|plan| is_answered(&plan)) {
                *alike += 1;
                seen.insert(likeness(&plan));
                offered.push(text);
            }
        }
    }
    offered
}

#[cfg(test)]
mod tests;
