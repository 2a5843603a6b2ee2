//! Questions that a model can answer, for a person who does not know what to ask.

use super::execute::execute;
use super::parse::parse;
use super::question::Language;
use super::vocabulary::Vocabulary;
use crate::ifc::ModelReader;

/// How many are offered.
const OFFERED: usize = 3;

/// Questions in the order of how often people ask them; `{storey}` and `{material}` come from the model.
const TEMPLATES: &[(&str, &str)] = &[
    ("Wie viele Fenster gibt es im Geschoss „{storey}“?", "How many windows are on storey “{storey}”?"),
    ("Wie groß ist die Grundfläche aller Räume?", "What is the total floor area of all rooms?"),
    ("Wie verteilen sich die Wände auf die Geschosse?", "How are the walls distributed over the storeys?"),
    ("Wie viel Kubikmeter „{material}“ sind verbaut?", "How many cubic metres of “{material}” are used?"),
    ("Aus welchen Materialien bestehen die Wände?", "Which materials are the walls made of?"),
    ("Wie viele Türen gibt es?", "How many doors are there?"),
    ("Welche Bauteilarten gibt es und wie oft?", "Which component types exist and how many of each?"),
    ("Welche Materialien wurden verwendet?", "Which materials were used?"),
    ("Welche Geschosse hat das Gebäude?", "Which storeys does the building have?"),
    ("Wie viele Bauteile enthält das Modell?", "How many elements does the model contain?"),
];

/// Three questions that have an answer in this model.
pub(super) fn suggestions(language: Language, reader: &dyn ModelReader, vocabulary: &Vocabulary) -> Vec<String> {
    let storey = vocabulary
        .storeys
        .get(vocabulary.storeys.len() / 2)
        .or(vocabulary.storeys.first())
        .map_or("", |s| s.name.as_str());
    let material = vocabulary.materials.values().next().map_or("", String::as_str);
    let mut offered = Vec::new();
    for (de, en) in TEMPLATES {
        let template = super::wording::pick(language, *de, *en);
        if template.contains("{storey}") && storey.is_empty() || template.contains("{material}") && material.is_empty()
        {
            continue;
        }
        let text = template.replace("{storey}", storey).replace("{material}", material);
        let Ok(plan) = parse(&text, vocabulary) else { continue };
        let outcome = execute(&plan, reader, vocabulary);
        if outcome.result.is_ok() && outcome.with_value > 0 {
            offered.push(text);
        }
        if offered.len() == OFFERED {
            break;
        }
    }
    offered
}
