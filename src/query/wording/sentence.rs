//! The sentence a person reads.

use crate::query::answer::Item;
use crate::query::execute::{ELEVATION_DIFFERENCE, MATERIAL_LAYERS, Outcome, Reason, Result};
use crate::query::plan::{Amount, Goal, Plan, Statistic};
use crate::query::question::Language;

use super::contrast::{compare, every, share};
use super::list::{display, list, one_text, with_number};
use super::number::{cardinal, number};
use super::subject::{extreme_name, key_name, measure_forms, measure_name, property_name, statistic_name, subject};
use super::{pick, quote};

/// Names listed in a sentence.
const NAMED_MAX: usize = 12;

/// Renders an answer; `items` are the first of those it names or rests on.
pub(in crate::query) fn sentence(
    language: Language,
    plan: &Plan,
    outcome: &Outcome,
    result: &Result,
    items: &[Item],
) -> String {
    let mut text = head(language, plan, outcome, result, items);
    for (reason, count) in &outcome.left_out {
        let total = cardinal(language, outcome.elements);
        let count = cardinal(language, *count);
        let why = left_out(language, *reason);
        text.push_str(&pick(
            language,
            format!(" {count} von {total} nicht enthalten: {why}."),
            format!(" {count} of {total} not included: {why}."),
        ));
    }
    if let (undecided @ 1.., of) = outcome.undecided {
        let (undecided, of) = (cardinal(language, undecided), cardinal(language, of));
        text.push_str(&pick(
            language,
            format!(" Bei {undecided} von {of} fehlt die Angabe, nach der gefragt ist."),
            format!(" {undecided} of {of} do not give what is asked about."),
        ));
    }
    if outcome.corrected > 0 {
        text.push_str(&corrected(language, outcome.corrected));
    }
    if outcome.contradicted > 0 {
        text.push_str(&contradicted(language, outcome, result));
    }
    text
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other goals never yield this result")]
fn head(language: Language, plan: &Plan, outcome: &Outcome, result: &Result, items: &[Item]) -> String {
    match result {
        Result::Count(rows) => count(language, plan, rows.len()),
        Result::Exists(rows) if rows.is_empty() => {
            let of = subject(language, &plan.of, 2);
            pick(language, format!("Nein, es gibt keine {of}."), format!("No, there are no {of}."))
        }
        Result::Exists(rows) => format!("{} {}", pick(language, "Ja.", "Yes."), count(language, plan, rows.len())),
        Result::List(rows) => list(language, plan, rows.len(), items),
        Result::Number { value, unit, .. } => {
            measured(language, plan, outcome, *value, unit.map_or("", |u| u.sign()), items)
        }
        Result::Groups { groups, unit, .. } => {
            let (by, what) = match &plan.goal {
                Goal::Distribution { by, amount } => (key_name(language, by), amount_name(language, amount.as_ref())),
                _ => (String::new(), String::new()),
            };
            let sign = unit.map_or(String::new(), |u| format!(" {}", u.sign()));
            let bars: Vec<String> = groups
                .iter()
                .take(NAMED_MAX)
                .map(|(key, value)| format!("{key} ({}{sign})", number(language, *value)))
                .collect();
            let more = if groups.len() > NAMED_MAX { " …" } else { "" };
            let of = subject(language, &plan.of, 2);
            pick(
                language,
                format!("{what}{of} nach {by}: {}{more}.", bars.join(", ")),
                format!("{}: {}{more}.", capital(&format!("{what}{of} by {by}")), bars.join(", ")),
            )
        }
        Result::Top { name, value, unit, .. } => {
            top(language, plan, name, *value, unit.map_or("", |u| u.sign()), items)
        }
        Result::Distinct(names) => {
            let by = match &plan.goal {
                Goal::Distinct { by } => key_name(language, by),
                _ => String::new(),
            };
            let of = subject(language, &plan.of, 2);
            let shown: Vec<String> = names
                .iter()
                .take(NAMED_MAX)
                .map(|(name, count)| format!("{name} ({})", cardinal(language, *count)))
                .collect();
            let more = if names.len() > NAMED_MAX { " …" } else { "" };
            pick(
                language,
                format!("{by} der {of}: {}{more}.", shown.join(", ")),
                format!("{} of the {of}: {}{more}.", capital(&by), shown.join(", ")),
            )
        }
        Result::Text { text, rows } => one_text(language, plan, text, rows, items),
        Result::Every { passed, open, failing } => every(language, plan, (*passed, *open, failing.len()), items),
        Result::Share { part, whole, unit, .. } => {
            let basis = if unit.is_some() { basis(language, outcome) } else { String::new() };
            share(language, plan, *part, *whole, *unit, &basis)
        }
        Result::Compare { contrast, sides, unit, .. } => compare(language, plan, *contrast, *sides, *unit),
    }
}

/// "Volumen insgesamt, ": what the bars of a distribution measure; nothing for counts.
fn amount_name(language: Language, amount: Option<&Amount>) -> String {
    amount.map_or(String::new(), |amount| {
        format!("{} {}, ", measure_name(language, amount.measure), statistic_name(language, amount.statistic))
    })
}

fn corrected(language: Language, count: usize) -> String {
    let many = cardinal(language, count);
    match (language, count) {
        (Language::De, 1) => {
            " Ein gespeicherter Wert widersprach den Abmessungen um eine Zehnerpotenz; er wurde berichtigt.".to_owned()
        }
        (Language::En, 1) => {
            " One stored value contradicted the dimensions by a power of ten and was corrected.".to_owned()
        }
        (Language::De, _) => format!(
            " {many} gespeicherte Werte widersprachen den Abmessungen um eine Zehnerpotenz; sie wurden berichtigt."
        ),
        (Language::En, _) => {
            format!(" {many} stored values contradicted the dimensions by a power of ten and were corrected.")
        }
    }
}

/// That other values stand beside those used, and what they come to.
fn contradicted(language: Language, outcome: &Outcome, result: &Result) -> String {
    let many = cardinal(language, outcome.contradicted);
    let mut text = pick(
        language,
        format!(" Bei {many} stehen im Modell auch andere Werte, die dem widersprechen."),
        format!(" Of {many} the model holds other values too, which contradict these."),
    );
    if let (Some(other), Result::Number { unit, .. }) = (outcome.otherwise, result) {
        let other = format!("{} {}", number(language, other), unit.map_or("", |unit| unit.sign()));
        let other = other.trim_end();
        text.push_str(&pick(
            language,
            format!(" Mit diesen wären es {other}."),
            format!(" With those it would be {other}."),
        ));
    }
    text
}

fn count(language: Language, plan: &Plan, count: usize) -> String {
    let of = subject(language, &plan.of, count);
    match (language, count) {
        (Language::De, 0) => format!("Es gibt keine {of}."),
        (Language::En, 0) => format!("There are no {of}."),
        (Language::En, 1) => format!("There is 1 {of}."),
        (Language::De, _) => format!("Es gibt {} {of}.", cardinal(language, count)),
        (Language::En, _) => format!("There are {} {of}.", cardinal(language, count)),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other goals never yield this result")]
fn measured(language: Language, plan: &Plan, outcome: &Outcome, value: f64, sign: &str, items: &[Item]) -> String {
    let value = format!("{} {sign}", number(language, value)).trim_end().to_owned();
    let basis = basis(language, outcome);
    let of = subject(language, &plan.of, 2);
    match &plan.goal {
        Goal::Measure { measure, .. } | Goal::MeasureOf { measure, .. } if outcome.elements == 1 => {
            let (the, _) = measure_forms(language, *measure, false);
            let who = items.first().map_or(String::new(), |one| quote(language, display(one)));
            pick(
                language,
                format!("{the} von {who} beträgt {value}{basis}."),
                format!("{the} of {who} is {value}{basis}."),
            )
        }
        Goal::Measure { measure, statistic, .. } => {
            let (the, _) = measure_forms(language, *measure, false);
            let how = statistic_name(language, *statistic);
            pick(
                language,
                format!("{the} der {of} beträgt {how} {value}{basis}."),
                format!("{the} of the {of} is {value} {how}{basis}."),
            )
        }
        Goal::MeasureOf { measure, .. } => {
            let (the, _) = measure_forms(language, *measure, false);
            pick(
                language,
                format!("{the} der {of} beträgt jeweils {value}{basis}."),
                format!("{the} of the {of} is {value} each{basis}."),
            )
        }
        Goal::PropertyStatistic { property, statistic } => {
            let name = property_name(language, property);
            let how = match statistic {
                Statistic::Sum => pick(language, "Summe", "total"),
                Statistic::Average => pick(language, "Durchschnitt", "average"),
                Statistic::Minimum => pick(language, "kleinster Wert", "smallest value"),
                Statistic::Maximum => pick(language, "größter Wert", "largest value"),
            };
            pick(
                language,
                format!("{name} der {of}, {how}: {value}{basis}."),
                format!("{name} of the {of}, {how}: {value}{basis}."),
            )
        }
        Goal::PropertyOf { property } => {
            let who = items.first().map_or(String::new(), |i| quote(language, display(i)));
            format!("{} {} {who}: {value}.", property_name(language, property), pick(language, "von", "of"))
        }
        _ => format!("{value}{basis}."),
    }
}

/// Which quantity was used, and over how many elements.
fn basis(language: Language, outcome: &Outcome) -> String {
    let with = cardinal(language, outcome.with_value);
    let all = cardinal(language, outcome.elements);
    let sources: Vec<&str> = outcome.sources.iter().take(3).map(|source| source_name(language, source)).collect();
    let how = if outcome.sources.is_empty() { String::new() } else { format!("; {}", sources.join(", ")) };
    let computed = if outcome.from_dimensions > 0 {
        let many = cardinal(language, outcome.from_dimensions);
        pick(
            language,
            format!("; davon {many} aus Abmessungen oder Geometrie berechnet"),
            format!("; {many} of them computed from dimensions or geometry"),
        )
    } else {
        String::new()
    };
    pick(
        language,
        format!(" ({with} von {all} Bauteilen{how}{computed})"),
        format!(" ({with} of {all} elements{how}{computed})"),
    )
}

/// The name of a quantity as the model has it; what was computed in the language.
pub(super) fn source_name(language: Language, source: &str) -> &str {
    match source {
        ELEVATION_DIFFERENCE => {
            pick(language, "berechnet aus den Höhenlagen der Geschosse", "computed from the elevations of the storeys")
        }
        MATERIAL_LAYERS => pick(language, "Materialschichten", "material layers"),
        other => other,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other goals never yield this result")]
fn top(language: Language, plan: &Plan, name: &str, value: f64, sign: &str, items: &[Item]) -> String {
    match &plan.goal {
        Goal::Extreme { measure, smallest, .. } => {
            let mut names: Vec<String> = items.iter().take(NAMED_MAX).map(|i| with_number(language, i)).collect();
            if NAMED_MAX < items.len() {
                names.push("…".to_owned());
            }
            let (_, largest) = measure_forms(language, *measure, *smallest);
            let value = number(language, value);
            let verb = pick(
                language,
                if names.len() == 1 { "hat" } else { "haben" },
                if names.len() == 1 { "has" } else { "have" },
            );
            format!("{} {verb} {largest}: {value} {sign}.", names.join(", "))
        }
        Goal::PropertyExtreme { property, smallest, .. } => {
            let names: Vec<String> = items.iter().take(NAMED_MAX).map(|i| with_number(language, i)).collect();
            let more = if NAMED_MAX < items.len() { ", …" } else { "" };
            let which = pick(
                language,
                if *smallest { "kleinster Wert" } else { "größter Wert" },
                if *smallest { "smallest value" } else { "largest value" },
            );
            let name = capital(&property_name(language, property));
            let value = format!("{} {sign}", number(language, value)).trim_end().to_owned();
            format!("{name}, {which}: {value} ({}{more}).", names.join(", "))
        }
        Goal::TopGroup { by, fewest, amount: Some(amount) } => {
            let of = capital(&subject(language, &plan.of, 2));
            let extreme = extreme_name(language, amount.measure, *fewest);
            let (how, key) = (statistic_name(language, amount.statistic), key_name(language, by));
            let value = number(language, value);
            format!("{of}, {extreme} {how}: {key} {} ({value} {sign}).", quote(language, name))
        }
        Goal::TopGroup { by, fewest, amount: None } => {
            let of = subject(language, &plan.of, 2);
            let which = pick(
                language,
                if *fewest { "Die wenigsten" } else { "Die meisten" },
                if *fewest { "The fewest" } else { "The most" },
            );
            let key = key_name(language, by);
            let value = number(language, value);
            format!("{which} {of}: {key} {} ({value}).", quote(language, name))
        }
        _ => name.to_owned(),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Why an element is left out.
pub(in crate::query) fn left_out(language: Language, reason: Reason) -> &'static str {
    match reason {
        Reason::NoValue => pick(language, "ohne Angabe", "no value given"),
        Reason::NoDimensions => pick(language, "ohne Abmessungen („unbekannt“)", "no dimensions given (“unbekannt”)"),
        Reason::NoShare => pick(language, "Anteil des Materials nicht angegeben", "share of the material not given"),
        Reason::Implausible => pick(language, "Wert widerspricht den Abmessungen", "value contradicts the dimensions"),
        Reason::Contradictory => {
            pick(language, "gespeicherte Werte widersprechen sich", "stored values contradict each other")
        }
        Reason::Parameter => pick(
            language,
            "nur Einstellung des Bibliotheksobjekts oder des Typs",
            "only a setting of the library object or the type",
        ),
        Reason::Topmost => pick(language, "oberstes Geschoss, darüber keines", "topmost storey, none above it"),
        Reason::NoStorey => pick(language, "keinem Geschoss zugeordnet", "on no storey"),
    }
}
