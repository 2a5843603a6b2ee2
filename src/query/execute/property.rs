//! Properties: finding the value that holds, testing it, summing it up.

use std::collections::BTreeSet;

use crate::ifc::{EntityIndex, Measure, Property, PropertyValue, Unit, fold, is_placeholder, words};
use crate::query::answer::Scalar;
use crate::query::columns::Key;
use crate::query::entities::Entities;
use crate::query::lexicon::property::{KnownProperty, PROPERTIES, joined};
use crate::query::plan::{PropertyTest, Selection, Statistic};

use super::amount::{Rank, reduce, standing_out};
use super::column::{each, representatives};
use super::measure::compares;
use super::outcome::{Missing, Outcome, Result, Row};
use super::{Scene, Selected, attribute, lookup};

/// A value that holds for an entity.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(f64, Measure),
    Boolean(bool),
}

/// The value of a property of an entity that is no placeholder: its own before its type's, a standard set before others.
/// Attributes of the entity have ids of their own.
pub(super) fn value(scene: Scene<'_>, entity: EntityIndex, property: &str) -> Option<(Value, String)> {
    attribute::value(scene, entity, property).or_else(|| in_sets(scene, entity, property))
}

/// The column of its values.
fn key(property: &str) -> Key {
    Key::Property(property.to_owned())
}

fn in_sets(scene: Scene<'_>, entity: EntityIndex, property: &str) -> Option<(Value, String)> {
    let known = KnownProperty::by_id(property);
    let wanted = joined(property);
    let properties = scene.reader.properties(entity);
    properties
        .iter()
        .filter(|p| is_named(scene, p, known, &wanted))
        .filter_map(|p| Some((usable(scene, p)?, p)))
        .min_by_key(|(_, p)| (p.from_type, p.set.is_some_and(|set| !scene.reader.text(set).starts_with("Pset_"))))
        .map(|(value, p)| (value, source(scene, p)))
        .or_else(|| cost_group(scene, entity).filter(|_| property == COST_GROUP))
}

/// The property that DIN 276 classifications answer too.
pub(super) const COST_GROUP: &str = "cost_group";

/// The cost group of a classification by DIN 276.
fn cost_group(scene: Scene<'_>, entity: EntityIndex) -> Option<(Value, String)> {
    scene.reader.classifications(entity).iter().find_map(|(system, code)| {
        let system = scene.reader.text((*system)?);
        words(system)
            .concat()
            .contains("din276")
            .then(|| (Value::Text(scene.reader.text(*code).to_owned()), system.to_owned()))
    })
}

fn is_named(scene: Scene<'_>, property: &Property, known: Option<&KnownProperty>, wanted: &str) -> bool {
    let name = scene.reader.text(property.name);
    known.map_or_else(|| joined(name) == wanted, |known| known.is_named(name))
}

pub(super) fn usable(scene: Scene<'_>, property: &Property) -> Option<Value> {
    match property.value {
        PropertyValue::Boolean(value) => Some(Value::Boolean(value)),
        PropertyValue::Number { value, measure } => Some(Value::Number(value, measure)),
        PropertyValue::Text(text) => {
            let text = scene.reader.text(text);
            (!is_prompt(scene.reader.text(property.name), text)).then(|| Value::Text(text.trim().to_owned()))
        }
    }
}

/// Whether a text is a placeholder of the property, under whichever of its names: "Fire Rating" stands for nothing in a
/// field "Feuerwiderstandsklasse" too.
fn is_prompt(name: &str, text: &str) -> bool {
    is_placeholder(name, text)
        || PROPERTIES.iter().filter(|p| p.is_named(name)).any(|p| p.names.iter().any(|n| is_placeholder(n, text)))
}

pub(super) fn source(scene: Scene<'_>, property: &Property) -> String {
    let name = scene.reader.text(property.name);
    property.set.map_or_else(|| name.to_owned(), |set| format!("{}.{name}", scene.reader.text(set)))
}

/// Whether a property of an entity passes a test; `None` where there is no value. Below a `Not` a text that is neither yes
/// nor no, or holds no number, decides nothing.
pub(super) fn holds(
    scene: Scene<'_>,
    entity: EntityIndex,
    property: &str,
    test: &PropertyTest,
    exact: bool,
    negated: bool,
) -> Option<bool> {
    let value = value(scene, entity, property).map(|(value, _)| value);
    match test {
        PropertyTest::Absent => return Some(value.is_none()),
        PropertyTest::Present => return Some(value.is_some_and(|v| v != Value::Boolean(false))),
        PropertyTest::Is(_) | PropertyTest::Says(_) | PropertyTest::Number(..) => {}
    }
    let value = value?;
    let says_nothing = match test {
        PropertyTest::Is(_) => truth(&value).is_none(),
        PropertyTest::Number(..) => number(&value).is_none(),
        PropertyTest::Says(_) | PropertyTest::Present | PropertyTest::Absent => false,
    };
    (!(negated && says_nothing)).then(|| passes(&value, test, exact))
}

/// Whether some value equals the text wanted, so that "W_044" does not also mean "W_044_05".
pub(super) fn is_exact(scene: Scene<'_>, entities: &Entities, property: &str, test: &PropertyTest) -> bool {
    let PropertyTest::Says(text) = test else { return false };
    representatives(scene, &key(property), entities)
        .iter()
        .any(|e| value(scene, *e, property).is_some_and(|(value, _)| equals(&value, text)))
}

/// Whether any of the entities has a value.
pub(super) fn is_given(scene: Scene<'_>, entities: &Entities, property: &str) -> bool {
    representatives(scene, &key(property), entities).iter().any(|e| value(scene, *e, property).is_some())
}

/// A property that none of the entities carries, with the placeholders that stand in its place.
pub(super) fn missing(scene: Scene<'_>, entities: &[EntityIndex], property: &str) -> Missing {
    let placeholders = placeholders(scene, entities, property);
    Missing::Property { property: property.to_owned(), entities: entities.len(), placeholders }
}

fn placeholders(scene: Scene<'_>, entities: &[EntityIndex], property: &str) -> Vec<String> {
    let known = KnownProperty::by_id(property);
    let wanted = joined(property);
    let mut found = BTreeSet::new();
    for entity in entities {
        for row in scene.reader.properties(*entity).iter().filter(|p| is_named(scene, p, known, &wanted)) {
            if let PropertyValue::Text(text) = row.value {
                found.insert(scene.reader.text(text).to_owned());
            }
        }
    }
    found.into_iter().filter(|text| !text.trim().is_empty()).take(3).collect()
}

/// `exact`: see [`is_exact`].
fn passes(value: &Value, test: &PropertyTest, exact: bool) -> bool {
    match test {
        PropertyTest::Present => *value != Value::Boolean(false),
        PropertyTest::Absent => false,
        PropertyTest::Is(wanted) => truth(value) == Some(*wanted),
        PropertyTest::Says(text) if exact => equals(value, text),
        PropertyTest::Says(text) => says(&shown(value), text),
        PropertyTest::Number(comparison, wanted) => number(value).is_some_and(|n| compares(n, *comparison, *wanted)),
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(value) => Some(*value),
        Value::Text(text) => match fold(text).as_str() {
            "true" | "ja" | "yes" | ".t." | "t" | "wahr" | "1" => Some(true),
            "false" | "nein" | "no" | ".f." | "f" | "falsch" | "0" => Some(false),
            _ => None,
        },
        Value::Number(..) => None,
    }
}

/// The number of a value; of a text its first one, so that "EI30" and "30 minuten brandwerend" are 30.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(value, _) => Some(*value),
        Value::Boolean(_) => None,
        Value::Text(text) => {
            let start = text.find(|c: char| c.is_ascii_digit())?;
            let rest = text.get(start..)?;
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(rest.len());
            rest.get(..end)?.trim_end_matches(['.', ',']).replace(',', ".").parse().ok()
        }
    }
}

fn equals(value: &Value, text: &str) -> bool {
    words(&shown(value)).concat() == words(text).concat()
}

/// Whether a text holds the wanted words; classes of fire resistance at a boundary, so that "EI30" is not "REI30".
fn says(value: &str, wanted: &str) -> bool {
    let have = words(value);
    let want = words(wanted);
    if have.windows(want.len().max(1)).any(|run| run == want) {
        return true;
    }
    let wanted = want.concat();
    let is_class = wanted.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && wanted.chars().last().is_some_and(|c| c.is_ascii_digit());
    if !is_class || wanted.len() > 8 {
        return false;
    }
    let joined = have.concat();
    joined.match_indices(wanted.as_str()).any(|(at, found)| {
        let before = joined.get(..at).and_then(|t| t.chars().last());
        let after = joined.get(at + found.len()..).and_then(|t| t.chars().next());
        before.is_none_or(|c| !c.is_alphabetic()) && after.is_none_or(|c| !c.is_ascii_digit())
    })
}

/// A value as a person reads it and as a key of a distribution.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Boolean(value) => value.to_string(),
        Value::Number(number, _) => format!("{}", (number * 1e6).round() / 1e6),
    }
}

pub(super) fn statistic(scene: Scene<'_>, selected: &Selected, property: &str, statistic: Statistic) -> Outcome {
    let elements = selected.entities.len();
    let mut rows = Vec::new();
    let mut numbers = Vec::new();
    let mut unit = None;
    for (entity, found) in each(scene, &key(property), &selected.entities, |e| value(scene, e, property)) {
        if let Some((Value::Number(number, measure), source)) = found {
            unit = measure.stored_unit();
            numbers.push(number);
            rows.push(Row { value: Some(Scalar::Number(number)), unit, source: Some(source), ..Row::of(entity) });
        }
    }
    match reduce(numbers.iter().copied(), statistic) {
        Some(value) => {
            let with_value = rows.len();
            Outcome::of(Result::Number { value, unit, rows: rows.into() }, elements)
                .covering(elements, with_value)
                .left_out_rest()
        }
        None => Outcome::missing(missing(scene, &selected.entities, property)),
    }
}

/// The entities with the largest or smallest number of a property; of texts ("EI30") the number in them, where none of the
/// entities carries a plain one.
pub(super) fn extreme(scene: Scene<'_>, of: &Selection, selected: &Selected, property: &str, rank: Rank) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let found: Vec<(EntityIndex, Value, String)> =
        each(scene, &key(property), &selected.entities, |e| value(scene, e, property))
            .filter_map(|(entity, found)| found.map(|(value, source)| (entity, value, source)))
            .collect();
    let plain = found.iter().any(|(_, value, _)| matches!(value, Value::Number(..)));
    let mut unit = None;
    let mut ranked = Vec::new();
    for (entity, value, source) in found {
        let number = match &value {
            Value::Number(number, _) => Some(*number),
            Value::Text(text) if !plain && holds_one_number(text) => number(&value),
            Value::Text(_) | Value::Boolean(_) => None,
        };
        let Some(number) = number else { continue };
        let (scalar, row_unit) = scalar(property, value);
        unit = unit.or(row_unit);
        ranked.push((Row { value: Some(scalar), unit: row_unit, source: Some(source), ..Row::of(entity) }, number));
    }
    if ranked.is_empty() {
        return Outcome::missing(missing(scene, &selected.entities, property));
    }
    let with_value = ranked.len();
    Outcome::of(standing_out(ranked, |row| row, unit, rank), elements).covering(elements, with_value).left_out_rest()
}

/// Whether a text holds exactly one run of digits, so that it is clear which number it names.
fn holds_one_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .filter(|run| run.contains(|c: char| c.is_ascii_digit()))
        .count()
        == 1
}

/// A value as an answer carries it.
pub(super) fn scalar(property: &str, value: Value) -> (Scalar, Option<Unit>) {
    match value {
        Value::Number(number, measure) => (Scalar::Number(number), unit_of(property, measure)),
        Value::Boolean(value) => (Scalar::Boolean(value), None),
        Value::Text(text) => (Scalar::Text(text), None),
    }
}

pub(super) fn value_of(scene: Scene<'_>, selected: &Selected, property: &str) -> Outcome {
    let elements = selected.entities.len();
    let mut rows = Vec::new();
    for (entity, found) in each(scene, &key(property), &selected.entities, |e| value(scene, e, property)) {
        let Some((value, source)) = found else { continue };
        let (scalar, unit) = scalar(property, value);
        rows.push(Row { value: Some(scalar), unit, source: Some(source), ..Row::of(entity) });
    }
    let with_value = rows.len();
    let same = rows.windows(2).all(|pair| matches!(pair, [a, b] if a.value == b.value));
    let result = match rows.first().cloned() {
        None => return Outcome::missing(missing(scene, &selected.entities, property)),
        Some(Row { value: Some(Scalar::Number(value)), unit, .. }) if same => {
            Result::Number { value, unit, rows: rows.into() }
        }
        Some(Row { value: Some(Scalar::Text(text)), .. }) if same => Result::Text { text, rows: rows.into() },
        Some(_) => Result::List(rows.into()),
    };
    Outcome::of(result, elements).covering(elements, with_value).left_out_rest()
}

pub(super) fn unit_of(property: &str, measure: Measure) -> Option<Unit> {
    if property == "thermal_transmittance" { Some(Unit::ThermalTransmittance) } else { measure.stored_unit() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_not_found_inside_another() {
        assert!(says("EI 30", "EI30") && says("EI30-C", "EI30") && says("T30 RS", "T30"));
        assert!(!says("REI30", "EI30") && !says("EI300", "EI30") && !says("F90", "EI30"));
        assert!(says("Pollmeier Baubuche", "pollmeier"));
    }

    #[test]
    fn minutes_are_read_from_a_class() {
        assert_eq!(number(&Value::Text("30 minuten brandwerend".to_owned())), Some(30.0));
        assert_eq!(number(&Value::Text("REI 90".to_owned())), Some(90.0));
        assert_eq!(number(&Value::Text("Geen".to_owned())), None);
    }
}
