//! The rule of a plan in one line.

use crate::query::plan::{Amount, Contrast, Goal, MeasureKind, Plan, Selection, Statistic};
use crate::query::question::Language;

use super::condition::phrase;
use super::pick;
use super::subject::{fact_name, key_name, measure_name, property_name, subject};

/// The rule of a plan in one line, in English, for the evidence.
pub(in crate::query) fn rule(plan: &Plan) -> String {
    rule_in(Language::En, plan)
}

/// The rule of a plan in one line.
pub(super) fn rule_in(language: Language, plan: &Plan) -> String {
    let of = subject(language, &plan.of, 2);
    let say = |de: String, en: String| pick(language, de, en);
    let name = |measure: &MeasureKind| measure_name(language, *measure);
    match &plan.goal {
        Goal::Count => say(format!("Anzahl: {of}"), format!("count of {of}")),
        Goal::Exists => say(format!("Vorhandensein: {of}"), format!("existence of {of}")),
        Goal::List => say(format!("Liste: {of}"), format!("list of {of}")),
        Goal::Measure { measure, statistic, unit } => {
            amount_rule(language, Amount { measure: *measure, statistic: *statistic, unit: *unit }, &of)
        }
        Goal::Every { test } => {
            let test = phrase(language, test);
            say(format!("Prüfung je Bauteil ({test}): {of}"), format!("test of each of {of}: {test}"))
        }
        Goal::MeasureOf { measure, unit } => {
            let (name, unit) = (name(measure), unit.code());
            say(format!("{name} in {unit} je Bauteil: {of}"), format!("{name} in {unit} of each of {of}"))
        }
        Goal::PropertyStatistic { property, statistic } => {
            let (how, name) = (statistic_noun(language, *statistic), property_name(language, property));
            say(format!("{how} der Angabe {name}: {of}"), format!("{how} of property {name} over {of}"))
        }
        Goal::Extreme { measure, smallest, limit, unit } => {
            let (which, name, unit) = (extreme(language, *smallest), name(measure), unit.code());
            say(
                format!("{limit} × {which} {name} in {unit}: {of}"),
                format!("{limit} {which} {name} in {unit} among {of}"),
            )
        }
        Goal::PropertyExtreme { property, smallest, limit } => {
            let (which, name) = (extreme(language, *smallest), property_name(language, property));
            say(format!("{limit} × {which} Angabe {name}: {of}"), format!("{limit} {which} {name} among {of}"))
        }
        Goal::PropertyOf { property } => {
            let name = property_name(language, property);
            say(format!("Angabe {name}: {of}"), format!("property {name} of {of}"))
        }
        Goal::Dimensions => say(format!("Länge x Breite x Höhe: {of}"), format!("length x width x height of {of}")),
        Goal::Layers => {
            say(format!("Materialschichten in ihrer Reihenfolge: {of}"), format!("material layers of {of}, in order"))
        }
        Goal::Host => say(format!("worin eingebaut: {of}"), format!("element that hosts {of}")),
        Goal::BoundedSpaces => say(format!("Räume, die begrenzt werden: {of}"), format!("spaces bounded by {of}")),
        Goal::Neighbours { .. } => say(
            format!("Räume mit gemeinsamem begrenzendem Bauteil: {of}"),
            format!("spaces that share a bounding element with {of}"),
        ),
        Goal::Describe => say(format!("alle Angaben: {of}"), format!("everything given of {of}")),
        Goal::About { fact } => {
            let fact = fact_name(language, *fact);
            say(format!("Angabe über das Modell: {fact}"), format!("statement on the model: {fact}"))
        }
        Goal::Topic { topic } => say(format!("Angaben zu {topic}: {of}"), format!("{topic} data on {of}")),
        Goal::Distribution { .. }
        | Goal::TopGroup { .. }
        | Goal::Distinct { .. }
        | Goal::Share { .. }
        | Goal::Compare { .. } => of_sets(language, plan, &of),
    }
}

/// The rule of a goal about groups or two sets.
#[expect(clippy::wildcard_enum_match_arm, reason = "the caller hands over these goals only")]
fn of_sets(language: Language, plan: &Plan, of: &str) -> String {
    let say = |de: String, en: String| pick(language, de, en);
    let amount_of = |amount: &Option<Amount>, of: &str| match amount {
        Some(amount) => amount_rule(language, *amount, of),
        None => say(format!("Anzahl: {of}"), format!("count of {of}")),
    };
    match &plan.goal {
        Goal::Distribution { by, amount } => {
            let (what, key) = (amount_of(amount, of), key_name(language, by));
            say(format!("{what}, nach {key}"), format!("{what} by {key}"))
        }
        Goal::TopGroup { by, fewest, amount } => {
            let (what, key) = (amount_of(amount, of), key_name(language, by));
            let which = extreme(language, *fewest);
            say(format!("{which} Gruppe nach {key}; {what}"), format!("{key} with the {which} {what}"))
        }
        Goal::Distinct { by } => {
            let key = key_name(language, by);
            say(format!("verschiedene Werte, {key}: {of}"), format!("distinct {key} of {of}"))
        }
        Goal::Share { whole, amount } => {
            let (part, whole) = (amount_of(amount, of), selection_rule(language, amount.as_ref(), whole));
            say(format!("Anteil: ({part}) geteilt durch ({whole}) × 100"), format!("({part}) / ({whole}) x 100"))
        }
        Goal::Compare { with, contrast, amount } => {
            let (first, second) = (amount_of(amount, of), selection_rule(language, amount.as_ref(), with));
            let between = match contrast {
                Contrast::Which | Contrast::IsMore => pick(language, "verglichen mit", "compared with"),
                Contrast::Difference => pick(language, "minus", "minus"),
                Contrast::Ratio => pick(language, "geteilt durch", "divided by"),
            };
            format!("({first}) {between} ({second})")
        }
        _ => of.to_owned(),
    }
}

fn selection_rule(language: Language, amount: Option<&Amount>, of: &Selection) -> String {
    let of = subject(language, of, 2);
    match amount {
        Some(amount) => amount_rule(language, *amount, &of),
        None => pick(language, format!("Anzahl: {of}"), format!("count of {of}")),
    }
}

fn amount_rule(language: Language, amount: Amount, of: &str) -> String {
    let how = statistic_noun(language, amount.statistic);
    let (name, unit) = (measure_name(language, amount.measure), amount.unit.code());
    pick(language, format!("{how} {name} in {unit}: {of}"), format!("{how} of {name} in {unit} over {of}"))
}

fn statistic_noun(language: Language, statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Sum => pick(language, "Summe", "sum"),
        Statistic::Average => pick(language, "Mittelwert", "mean"),
        Statistic::Minimum => pick(language, "Minimum", "minimum"),
        Statistic::Maximum => pick(language, "Maximum", "maximum"),
    }
}

fn extreme(language: Language, smallest: bool) -> &'static str {
    pick(language, if smallest { "kleinste" } else { "größte" }, if smallest { "smallest" } else { "largest" })
}
