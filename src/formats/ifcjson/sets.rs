//! Property sets, quantity sets and predefined property sets, kept until the units and the relations are known.

use super::IfcJson;
use super::values::{Figure, Stored, joined, read_value};
use super::words::Words;
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{
    EntityIndex, Measure, ModelBuilder, ProblemCode, PropertyDraft, QuantityDraft, QuantitySource, UnitAssignment,
    ValueDraft,
};

/// Deepest nesting of complex properties that is followed.
const NESTING_MAX: usize = 8;

/// Every set of the file.
#[derive(Debug, Default)]
pub(super) struct Sets {
    words: Words,
    items: Vec<(u32, Stored)>,
    sets: Vec<StoredSet>,
}

#[derive(Debug)]
struct StoredSet {
    name: Option<u32>,
    first: usize,
    end: usize,
}

/// Whether records of a type are sets of values.
pub(super) fn is_set(entity_type: &str) -> bool {
    matches!(entity_type, "IfcPropertySet" | "IfcElementQuantity") || entity_type.ends_with("Properties")
}

impl Sets {
    /// Gives the values of a set to an entity.
    pub(super) fn give(
        &self,
        set: u32,
        entity: EntityIndex,
        from_type: bool,
        units: &UnitAssignment,
        builder: &mut ModelBuilder,
    ) {
        let Some(stored) = self.sets.get(set as usize) else { return };
        let set = stored.name.map(|name| self.words.get(name));
        for (name, value) in self.items.get(stored.first..stored.end).unwrap_or_default() {
            let name = self.words.get(*name);
            let mut range = String::new();
            let value = match *value {
                Stored::Quantity(figure) => {
                    let (value, measure) = figure.stored(units);
                    let source = QuantitySource::QuantitySet;
                    builder.quantity(entity, &QuantityDraft { set, name, measure, value, source, from_type });
                    continue;
                }
                Stored::Number(figure) => {
                    let (value, measure) = figure.stored(units);
                    if matches!(measure, Measure::Length | Measure::Area | Measure::Volume | Measure::Weight) {
                        let source = QuantitySource::Property;
                        builder.quantity(entity, &QuantityDraft { set, name, measure, value, source, from_type });
                    }
                    ValueDraft::Number { value, measure }
                }
                Stored::Text(text) => ValueDraft::Text(self.words.get(text)),
                Stored::Boolean(value) => ValueDraft::Boolean(value),
                Stored::Range(lower, upper, measure) => bounded(lower, upper, measure, units, &mut range),
            };
            builder.property(entity, &PropertyDraft { set, name, value, from_type });
        }
    }
}

/// A range as text, or as a number where both ends are one.
fn bounded<'t>(
    lower: Option<f64>,
    upper: Option<f64>,
    measure: Measure,
    units: &UnitAssignment,
    text: &'t mut String,
) -> ValueDraft<'t> {
    let stored = |value| Figure { value, measure, is_converted: false }.stored(units);
    if let (Some(a), Some(b)) = (lower, upper)
        && a == b
    {
        let (value, measure) = stored(a);
        return ValueDraft::Number { value, measure };
    }
    let show = |bound: Option<f64>| bound.map(|bound| stored(bound).0.to_string()).unwrap_or_default();
    *text = format!("{} – {}", show(lower), show(upper)).trim().to_owned();
    ValueDraft::Text(text)
}

impl IfcJson {
    /// Keeps a set; its number.
    pub(super) fn set(&mut self, entity_type: &str, record: Json<'_>, place: &Place) -> u32 {
        let first = self.sets.items.len();
        match entity_type {
            "IfcPropertySet" => self.properties(record.get("hasProperties"), "", 0, place),
            "IfcElementQuantity" => self.quantities(record.get("quantities"), "", 0, place),
            _ => self.predefined(record),
        }
        let fallback =
            if is_set(entity_type) && entity_type.ends_with("Properties") { Some(entity_type) } else { None };
        let name = record.text_at("name").or(fallback).map(|name| self.sets.words.number(name));
        let number = u32::try_from(self.sets.sets.len()).unwrap_or(u32::MAX);
        self.sets.sets.push(StoredSet { name, first, end: self.sets.items.len() });
        number
    }

    fn properties(&mut self, list: Option<Json<'_>>, outer: &str, depth: usize, place: &Place) {
        for property in list.into_iter().flat_map(Json::items) {
            let Some(name) = property.text_at("name").filter(|name| !name.is_empty()) else { continue };
            let name = format!("{outer}{name}");
            if let Some(inner) = property.get("hasProperties") {
                if depth < NESTING_MAX {
                    self.properties(Some(inner), &format!("{name}."), depth + 1, place);
                }
                continue;
            }
            match self.property_value(property) {
                Ok(Some(value)) => {
                    let name = self.sets.words.number(&name);
                    self.sets.items.push((name, value));
                }
                Ok(None) => {}
                Err(()) => self.problem(ProblemCode::ValueUnreadable, place, &name),
            }
        }
    }

    fn property_value(&mut self, property: Json<'_>) -> Result<Option<Stored>, ()> {
        let unit = property.get("unit");
        if let Some(value) = property.get("nominalValue") {
            return read_value(value, unit, &mut self.sets.words);
        }
        if let Some(values) = property.get("enumerationValues").or_else(|| property.get("listValues")) {
            let text = joined(values);
            return Ok((!text.is_empty()).then(|| Stored::Text(self.sets.words.number(&text))));
        }
        let (lower, upper) = (property.get("lowerBoundValue"), property.get("upperBoundValue"));
        if let Some(bound) = lower.or(upper) {
            let measure = bound.text_at("type").and_then(Measure::of_type).unwrap_or(Measure::Plain);
            return Ok(Some(Stored::Range(lower.and_then(Json::number), upper.and_then(Json::number), measure)));
        }
        if let Some(named) = property.get("propertyReference").and_then(|object| object.text_at("name")) {
            return Ok(Some(Stored::Text(self.sets.words.number(named))));
        }
        // A single value without a nominal value is what the exporter leaves of an empty text or a zero.
        let is_single = property.text_at("type").is_none_or(|kind| kind == "IfcPropertySingleValue");
        if is_single { Ok(None) } else { Err(()) }
    }

    fn quantities(&mut self, list: Option<Json<'_>>, outer: &str, depth: usize, place: &Place) {
        for quantity in list.into_iter().flat_map(Json::items) {
            let name = format!("{outer}{}", quantity.text_at("name").unwrap_or_default());
            if let Some(inner) = quantity.get("hasQuantities") {
                if depth < NESTING_MAX {
                    self.quantities(Some(inner), &format!("{name}."), depth + 1, place);
                }
                continue;
            }
            let found = QUANTITY_KEYS.iter().find_map(|(key, measure)| Some((quantity.get(key)?, *measure)));
            // Zeros are dropped by the exporter, so a quantity without a value is no fault.
            let Some((value, measure)) = found else { continue };
            let Some(number) = value.number().filter(|number| number.is_finite()) else {
                self.problem(ProblemCode::ValueUnreadable, place, &name);
                continue;
            };
            let figure = Figure::new(number, measure, quantity.get("unit"));
            let name = self.sets.words.number(&name);
            self.sets.items.push((name, Stored::Quantity(figure)));
        }
    }

    /// `IfcDoorLiningProperties` and the like: attributes stand for properties, named as in the schema.
    fn predefined(&mut self, record: Json<'_>) {
        for (key, value) in record.fields() {
            if matches!(key, "type" | "globalId" | "name" | "description") {
                continue;
            }
            let stored = match value.value() {
                Value::Bool(value) => Stored::Boolean(value),
                Value::Text(text) => Stored::Text(self.sets.words.number(text)),
                Value::Number(number) => Stored::Number(Figure::new(number, attribute_measure(key), None)),
                Value::Object => match read_value(value, None, &mut self.sets.words) {
                    Ok(Some(stored)) => stored,
                    _ => continue,
                },
                Value::Null | Value::Array => continue,
            };
            let mut letters = key.chars();
            let name: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            let name = self.sets.words.number(&name);
            self.sets.items.push((name, stored));
        }
    }
}

const QUANTITY_KEYS: &[(&str, Measure)] = &[
    ("lengthValue", Measure::Length),
    ("areaValue", Measure::Area),
    ("volumeValue", Measure::Volume),
    ("weightValue", Measure::Weight),
    ("countValue", Measure::Count),
    ("timeValue", Measure::Time),
];

/// Attributes of predefined sets carry no type. Depths and thicknesses are lengths; a panel's width is a ratio (IFC4,
/// IfcDoorPanelProperties), as are most offsets.
fn attribute_measure(key: &str) -> Measure {
    let is_length =
        key.ends_with("Depth") || key.ends_with("Thickness") || matches!(key, "liningOffset" | "thresholdOffset");
    if is_length { Measure::Length } else { Measure::Plain }
}
