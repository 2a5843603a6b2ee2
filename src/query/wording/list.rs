//! Sentences that list: elements, facts of one element, a single text.

use crate::ifc::Unit;
use crate::query::answer::{Item, Scalar};
use crate::query::execute::Row;
use crate::query::plan::{Fact, Goal, Plan};
use crate::query::question::Language;

use super::number::{cardinal, number};
use super::sentence::capital;
use super::subject::{attribute_name, fact_name, kind_name, measure_name, property_name, subject};
use super::{pick, quote};

/// Names listed in a sentence.
const NAMED_MAX: usize = 12;

pub(super) fn display(item: &Item) -> &str {
    item.name
        .as_deref()
        .filter(|n| !n.is_empty())
        .or(item.number.as_deref())
        .or(item.global_id.as_deref())
        .unwrap_or("–")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other goals never yield this result")]
pub(super) fn list(language: Language, plan: &Plan, total: usize, items: &[Item]) -> String {
    if plan.goal == Goal::Describe {
        return described(language, plan, total, items);
    }
    let what = match &plan.goal {
        Goal::Layers if total == 1 => pick(language, "Schicht", "layer").to_owned(),
        Goal::Layers => pick(language, "Schichten", "layers").to_owned(),
        Goal::Host => pick(language, "Bauteile, in denen sie sitzen".to_owned(), "elements that host them".to_owned()),
        Goal::BoundedSpaces => kind_name(language, "space", total),
        Goal::Neighbours { .. } => match total {
            0 => pick(language, "angrenzenden Räume", "adjoining rooms"),
            1 => pick(language, "angrenzender Raum", "adjoining room"),
            _ => pick(language, "angrenzende Räume", "adjoining rooms"),
        }
        .to_owned(),
        Goal::PropertyExtreme { property, .. } => {
            format!("{} ({})", subject(language, &plan.of, total), property_name(language, property))
        }
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

/// What the model says of one element, or of the first few that match.
fn described(language: Language, plan: &Plan, total: usize, items: &[Item]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for item in items {
        let (Some(name), Some(value)) = (&item.name, &item.value) else { continue };
        if name == "global_id" || parts.len() > NAMED_MAX {
            continue;
        }
        let label = attribute_name(language, name).unwrap_or_else(|| name.rsplit('.').next().unwrap_or(name));
        let unit = item.unit.as_deref().map_or(String::new(), |code| format!(" {}", sign(code)));
        let thickness = item.thickness_mm.map_or(String::new(), |mm| format!(" ({} mm)", number(language, mm)));
        parts.push(format!("{label}: {}{unit}{thickness}", scalar(language, value)));
    }
    let mut elements: Vec<Option<&str>> = items.iter().map(|item| item.global_id.as_deref()).collect();
    elements.dedup();
    let more = if parts.len() < total { " …" } else { "" };
    let of = capital(&subject(language, &plan.of, if elements.len() == 1 { 1 } else { 2 }));
    let facts = pick(language, "Angaben", "facts");
    format!("{of}, {} {facts}: {}{more}.", cardinal(language, total), parts.join("; "))
}

/// "Länge in mm, Fläche in m²".
fn units(language: Language, rows: &[Row]) -> String {
    let name = |of: &str| match of {
        "length" => pick(language, "Länge", "length"),
        "area" => pick(language, "Fläche", "area"),
        "volume" => pick(language, "Volumen", "volume"),
        _ => pick(language, "Gewicht", "weight"),
    };
    let one = |row: &Row| match (&row.name, &row.value) {
        (Some(of), Some(Scalar::Text(code))) => Some(format!("{} in {}", name(of), sign(code))),
        _ => None,
    };
    rows.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

/// A name without its article.
fn bare(name: &str) -> &str {
    ["der ", "die ", "das ", "the "].iter().find_map(|article| name.strip_prefix(article)).unwrap_or(name)
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
pub(super) fn one_text(language: Language, plan: &Plan, text: &str, rows: &[Row], items: &[Item]) -> String {
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
        Goal::About { fact } => {
            let text = if *fact == Fact::Units { units(language, rows) } else { text.to_owned() };
            format!("{}: {text}.", capital(bare(fact_name(language, *fact))))
        }
        Goal::PropertyOf { property } => format!("{} ({of}): {text}.", capital(&property_name(language, property))),
        _ => text.to_owned(),
    }
}

/// "Galerie (7)": a space with its number.
pub(super) fn with_number(language: Language, item: &Item) -> String {
    let name = quote(language, display(item));
    match item.number.as_deref().filter(|n| *n != display(item)) {
        Some(number) => format!("{name} ({number})"),
        None => name,
    }
}
