//! How an answer came about, in a few plain lines.

use crate::query::execute::{Missing, Outcome, Reason};
use crate::query::plan::{Goal, Plan};
use crate::query::question::Language;

use super::number::cardinal;
use super::pick;
use super::rule::rule_in;
use super::sentence::left_out;
use super::subject::subject;

/// Two to six lines: what was counted, by which rule, how many were left out and why.
pub(in crate::query) fn explain(language: Language, plan: &Plan, outcome: &Outcome) -> Vec<String> {
    let say = |de: String, en: String| pick(language, de, en);
    let count = |n: usize| cardinal(language, n);
    let mut lines = vec![looked_at(language, plan, outcome)];
    let rule = rule_in(language, plan);
    lines.push(say(format!("Regel: {rule}."), format!("Rule: {rule}.")));
    lines.extend(kinds(language, plan).map(str::to_owned));
    if !outcome.sources.is_empty() {
        let sources = outcome.sources.iter().take(4).map(|s| super::sentence::source_name(language, s));
        let sources = sources.collect::<Vec<_>>().join(", ");
        lines.push(say(
            format!("Verwendet: {sources}; netto vor brutto, Mengen vor Eigenschaften, das Bauteil vor seinem Typ."),
            format!("Used: {sources}; net before gross, quantities before properties, the element before its type."),
        ));
    }
    if let (undecided @ 1.., of) = outcome.undecided {
        let (undecided, of) = (count(undecided), count(of));
        lines.push(say(
            format!("Nicht entscheidbar: {undecided} von {of}; das Modell sagt nicht, ob die Bedingung gilt. Sie zählen nicht mit."),
            format!("Undecided: {undecided} of {of}; the model does not say whether the condition holds. They are not counted."),
        ));
    }
    let reasons = |(reason, n): &(Reason, usize)| format!("{} ({})", count(*n), left_out(language, *reason));
    if !outcome.left_out.is_empty() {
        let left_out = outcome.left_out.iter().map(reasons).collect::<Vec<_>>().join(", ");
        lines.push(say(format!("Nicht enthalten: {left_out}."), format!("Not included: {left_out}.")));
    }
    if outcome.corrected > 0 || outcome.from_dimensions > 0 {
        let (corrected, computed) = (count(outcome.corrected), count(outcome.from_dimensions));
        lines.push(say(
            format!(
                "Um eine Zehnerpotenz berichtigt: {corrected}; aus Abmessungen oder Geometrie berechnet: {computed}."
            ),
            format!("Corrected by a power of ten: {corrected}; computed from dimensions or geometry: {computed}."),
        ));
    }
    if outcome.contradicted > 0 {
        let many = count(outcome.contradicted);
        lines.push(say(
            format!("Andere Werte im Modell widersprechen: bei {many}; verwendet ist der, den die Abmessungen zulassen oder ergeben."),
            format!("Other values in the model contradict: of {many}; used is the one that the dimensions allow or give."),
        ));
    }
    lines
}

/// What a kind means whose parts go by several names in the schema.
fn kinds(language: Language, plan: &Plan) -> Option<&'static str> {
    let has = |kind: &str| plan.of.any_of.iter().any(|part| part == kind);
    if has("roof") {
        let (de, en) = (
            "Dächer sind IfcRoof und Dachplatten (IfcSlab, ROOF), die zu keinem IfcRoof gehören.",
            "Roofs are IfcRoof and slabs that are roofs (IfcSlab, ROOF) and no part of an IfcRoof.",
        );
        return Some(pick(language, de, en));
    }
    let (de, en) = (
        "Decken sind IfcSlab ohne Bodenplatten, Podeste und Dächer.",
        "Floor slabs are IfcSlab without base slabs, landings and roofs.",
    );
    has("floor_slab").then(|| pick(language, de, en))
}

fn looked_at(language: Language, plan: &Plan, outcome: &Outcome) -> String {
    if matches!(plan.goal, Goal::About { .. }) {
        return pick(language, "Gelesen: die Angaben der Datei über sich.", "Read: what the file says of itself.")
            .to_owned();
    }
    let of = subject(language, &plan.of, 2);
    let (elements, with) = (cardinal(language, outcome.elements), cardinal(language, outcome.with_value));
    let missing = matches!(outcome.result, Err(Missing::Nothing));
    let with = if missing { cardinal(language, 0) } else { with };
    pick(
        language,
        format!("Betrachtet: {of}; {elements}, davon mit Angabe {with}."),
        format!("Looked at: {of}; {elements}, of which {with} with a value."),
    )
}
