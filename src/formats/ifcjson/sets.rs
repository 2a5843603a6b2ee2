//! Property sets, quantity sets and predefined property sets, handed on as they come.

use super::values::{Stored, figure, joined, read_value};
use super::{IfcJson, prefixed};
use std::borrow::Cow;

use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{Measure, ProblemCode, QuantitySource, SetId};

/// Deepest nesting of complex properties that is followed.
const NESTING_MAX: usize = 8;

/// Whether records of a type are sets of values.
pub(super) fn is_set(entity_type: &str) -> bool {
    matches!(entity_type, "IfcPropertySet" | "IfcElementQuantity") || entity_type.ends_with("Properties")
}

impl IfcJson {
    /// Hands a set to the builder; its number.
    pub(super) fn set(&mut self, entity_type: &str, record: Json<'_>, place: &Place) -> SetId {
        let is_predefined = entity_type.ends_with("Properties");
        let name = record.text_at("name").or(is_predefined.then_some(entity_type));
        let set = self.builder.open_set(name, place);
        match entity_type {
            "IfcPropertySet" => self.properties(record.get("hasProperties"), "", 0, place),
            "IfcElementQuantity" => self.quantities(record.get("quantities"), "", 0, place),
            _ => self.predefined(record),
        }
        set
    }

    fn properties(&mut self, list: Option<Json<'_>>, outer: &str, depth: usize, place: &Place) {
        for property in list.into_iter().flat_map(Json::items) {
            let Some(name) = property.text_at("name").filter(|name| !name.is_empty()) else { continue };
            let name = under(outer, name);
            if let Some(inner) = property.get("hasProperties") {
                if depth < NESTING_MAX {
                    self.properties(Some(inner), &format!("{name}."), depth + 1, place);
                }
                continue;
            }
            match property_value(property) {
                Ok(Some(value)) => self.builder.add_property(&name, value.draft()),
                Ok(None) => {}
                Err(()) => self.problem(ProblemCode::ValueUnreadable, place, &name),
            }
        }
    }

    fn quantities(&mut self, list: Option<Json<'_>>, outer: &str, depth: usize, place: &Place) {
        for quantity in list.into_iter().flat_map(Json::items) {
            let name = under(outer, quantity.text_at("name").unwrap_or_default());
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
            let figure = figure(number, measure, quantity.get("unit"));
            self.builder.add_quantity(&name, figure, QuantitySource::QuantitySet);
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
                Value::Text(text) => Stored::Text(Cow::Borrowed(text)),
                Value::Number(number) => Stored::Number(figure(number, attribute_measure(key), None)),
                Value::Object => match read_value(value, None) {
                    Ok(Some(stored)) => stored,
                    _ => continue,
                },
                Value::Null | Value::Array => continue,
            };
            let mut letters = key.chars();
            let name: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            self.builder.add_property(&name, stored.draft());
        }
    }
}

/// A name below that of a complex property.
fn under<'t>(outer: &str, name: &'t str) -> Cow<'t, str> {
    if outer.is_empty() { Cow::Borrowed(name) } else { Cow::Owned(format!("{outer}{name}")) }
}

/// The value of a property of any kind; `None` where it has none, an error where it cannot be read.
fn property_value(property: Json<'_>) -> Result<Option<Stored<'_>>, ()> {
    let unit = property.get("unit");
    if let Some(value) = property.get("nominalValue") {
        return read_value(value, unit);
    }
    if let Some(values) = property.get("enumerationValues").or_else(|| property.get("listValues")) {
        let text = joined(values);
        return Ok((!text.is_empty()).then_some(Stored::Text(Cow::Owned(text))));
    }
    let (lower, upper) = (property.get("lowerBoundValue"), property.get("upperBoundValue"));
    if let Some(bound) = lower.or(upper) {
        let measure =
            bound.text_at("type").and_then(|kind| Measure::of_type(&prefixed(kind))).unwrap_or(Measure::Plain);
        return Ok(Some(Stored::Range(lower.and_then(Json::number), upper.and_then(Json::number), measure)));
    }
    if let Some(named) = property.get("propertyReference").and_then(|object| object.text_at("name")) {
        return Ok(Some(Stored::Text(Cow::Borrowed(named))));
    }
    // A single value without a nominal value is what the exporter leaves of an empty text or a zero.
    let is_single = property.text_at("type").is_none_or(|kind| prefixed(kind) == "IfcPropertySingleValue");
    if is_single { Ok(None) } else { Err(()) }
}

pub(super) const QUANTITY_KEYS: &[(&str, Measure)] = &[
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
