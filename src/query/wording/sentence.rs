//! The sentence a person reads.

use crate::ifc::Unit;
use crate::query::answer::{Item, Scalar};
use crate::query::execute::{Outcome, Reason, Result};
use crate::query::plan::{Goal, Plan, Statistic};
use crate::query::question::Language;

use super::number::{cardinal, number};
use super::subject::{key_name, measure_forms, measure_name, property_name, subject};
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
            let by = match &plan.goal {
                Goal::Distribution { by, .. } => key_name(language, by),
                _ => String::new(),
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
                format!("{of} nach {by}: {}{more}.", bars.join(", ")),
                format!("{} by {by}: {}{more}.", capital(&of), bars.join(", ")),
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
        Result::Text { text, .. } => one_text(language, plan, text, items),
    }
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

fn display(item: &Item) -> &str {
    item.name
        .as_deref()
        .filter(|n| !n.is_empty())
        .or(item.number.as_deref())
        .or(item.global_id.as_deref())
        .unwrap_or("–")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other goals never yield this result")]
fn list(language: Language, plan: &Plan, total: usize, items: &[Item]) -> String {
    let what = match &plan.goal {
        Goal::Layers if total == 1 => pick(language, "Schicht", "layer").to_owned(),
        Goal::Layers => pick(language, "Schichten", "layers").to_owned(),
        Goal::Host => pick(language, "Bauteile, in denen sie sitzen".to_owned(), "elements that host them".to_owned()),
        Goal::BoundedSpaces => subject(
            language,
            &crate::query::plan::Selection { any_of: vec!["space".to_owned()], filters: Vec::new() },
            total,
        ),
        Goal::MeasureOf { measure, .. } => {
            format!("{} ({})", subject(language, &plan.of, total), measure_name(language, *measure))
        }
        Goal::PropertyOf { property } => {
            format!("{} ({})", property_name(language, property), subject(language, &plan.of, total))
        }
        _ => subject(language, &plan.of, total),
    };
    if total == 0 {
        return pick(language, format!("Es gibt keine {what}."), format!("There are no {what}."));
    }
    let shown: Vec<String> = items
        .iter()
        .take(NAMED_MAX)
        .map(|item| {
            let name = display(item);
            match (&item.value, item.thickness_mm) {
                (_, Some(mm)) => format!("{name} ({} mm)", number(language, mm)),
                (Some(value), None) => format!(
                    "{name} ({}{})",
                    scalar(language, value),
                    item.unit.as_deref().map_or(String::new(), |u| format!(" {}", sign(u)))
                ),
                (None, None) => name.to_owned(),
            }
        })
        .collect();
    let more = if total > NAMED_MAX { " …" } else { "" };
    format!("{} {what}: {}{more}.", cardinal(language, total), shown.join(", "))
}

/// The sign of a unit's code.
fn sign(code: &str) -> &str {
    Unit::ALL.iter().find(|unit| unit.code() == code).map_or(code, |unit| unit.sign())
}

fn scalar(language: Language, value: &Scalar) -> String {
    match value {
        Scalar::Boolean(true) => pick(language, "ja", "yes").to_owned(),
        Scalar::Boolean(false) => pick(language, "nein", "no").to_owned(),
        Scalar::Integer(n) => n.to_string(),
        Scalar::Number(n) => number(language, *n),
        Scalar::Text(text) => text.clone(),
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
            let how = match statistic {
                Statistic::Sum => pick(language, "insgesamt", "in total"),
                Statistic::Average => pick(language, "im Durchschnitt", "on average"),
                Statistic::Minimum => pick(language, "mindestens", "at least"),
                Statistic::Maximum => pick(language, "höchstens", "at most"),
            };
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
    let sources: Vec<&str> = outcome.sources.iter().take(3).map(String::as_str).collect();
    let how = if outcome.sources.is_empty() { String::new() } else { format!("; {}", sources.join(", ")) };
    let computed = if outcome.from_dimensions > 0 {
        pick(language, "; aus den Abmessungen berechnet", "; computed from the dimensions")
    } else {
        ""
    };
    pick(
        language,
        format!(" ({with} von {all} Bauteilen{how}{computed})"),
        format!(" ({with} of {all} elements{how}{computed})"),
    )
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
        Goal::TopGroup { by, fewest, .. } => {
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

/// "Galerie (7)": a space with its number.
fn with_number(language: Language, item: &Item) -> String {
    let name = quote(language, display(item));
    match item.number.as_deref().filter(|n| *n != display(item)) {
        Some(number) => format!("{name} ({number})"),
        None => name,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other goals never yield this result")]
fn one_text(language: Language, plan: &Plan, text: &str, items: &[Item]) -> String {
    let of = subject(language, &plan.of, 1);
    match &plan.goal {
        Goal::Host => {
            let kind = items.first().and_then(|i| i.entity_type.clone()).unwrap_or_default();
            let name = quote(language, text);
            pick(
                language,
                format!("{of}: eingebaut in {name} ({kind})."),
                format!("{}: built into {name} ({kind}).", capital(&of)),
            )
        }
        Goal::Dimensions => {
            let order = match text.matches(" x ").count() {
                2 => pick(language, " (Länge x Breite x Höhe)", " (length x width x height)"),
                _ => "",
            };
            format!("{}: {text}{order}.", capital(&of))
        }
        Goal::PropertyOf { property } => format!("{} ({of}): {text}.", capital(&property_name(language, property))),
        _ => text.to_owned(),
    }
}

fn capital(text: &str) -> String {
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
        Reason::NoStorey => pick(language, "keinem Geschoss zugeordnet", "on no storey"),
    }
}
