//! One value of a property set, before units are known.

use super::units::factor_of;
use super::words::Words;
use crate::formats::json::{Json, Value};
use crate::ifc::{Measure, UnitAssignment};

/// A value as the file has it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stored {
    Text(u32),
    Boolean(bool),
    Number(Figure),
    Quantity(Figure),
    Range(Option<f64>, Option<f64>, Measure),
}

/// A number with what it measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    pub(super) value: f64,
    pub(super) measure: Measure,
    /// Whether a unit of its own has been applied already.
    pub(super) is_converted: bool,
}

impl Figure {
    pub(super) fn new(value: f64, measure: Measure, unit: Option<Json<'_>>) -> Figure {
        let is_dimensional =
            matches!(measure, Measure::Length | Measure::Area | Measure::Volume | Measure::Weight | Measure::Time);
        match unit.filter(|unit| is_dimensional && unit.get("ref").is_none()) {
            None => Figure { value, measure, is_converted: false },
            Some(unit) => match factor_of(unit) {
                Some(factor) => Figure { value: value * factor, measure, is_converted: true },
                None => Figure { value, measure: Measure::Unknown, is_converted: true },
            },
        }
    }

    /// In the stored unit; left as it is and marked where the unit is not known.
    pub(super) fn stored(self, units: &UnitAssignment) -> (f64, Measure) {
        if self.is_converted {
            return (self.value, self.measure);
        }
        match units.to_stored(self.measure, self.value) {
            Some(value) => (value, self.measure),
            None => (self.value, Measure::Unknown),
        }
    }
}

/// A typed value (`{"type", "value"}`) or a bare one. `None` where there is none, an error where it cannot be read.
pub(super) fn read_value(value: Json<'_>, unit: Option<Json<'_>>, words: &mut Words) -> Result<Option<Stored>, ()> {
    let value_type = value.text_at("type").unwrap_or_default();
    let inner = match value.value() {
        Value::Object => {
            let named = || value.fields().find(|(key, _)| key.ends_with("Value")).map(|(_, value)| value);
            match value.get("value").or_else(named) {
                Some(inner) => inner,
                None => return Ok(None),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Array => value,
    };
    let is_logical = matches!(value_type, "IfcBoolean" | "IfcLogical");
    let measure = Measure::of_type(value_type);
    Ok(Some(match inner.value() {
        Value::Null => return Ok(None),
        Value::Bool(value) => Stored::Boolean(value),
        Value::Number(number) => Stored::Number(Figure::new(number, measure.unwrap_or(Measure::Plain), unit)),
        Value::Text(text) if is_logical => {
            logical(text).map_or_else(|| Stored::Text(words.number(text)), Stored::Boolean)
        }
        Value::Text(text) => match measure.and_then(|measure| Some((text.trim().parse::<f64>().ok()?, measure))) {
            Some((number, measure)) if number.is_finite() => Stored::Number(Figure::new(number, measure, unit)),
            _ => Stored::Text(words.number(text)),
        },
        Value::Array => {
            let texts: Vec<_> = inner.items().filter_map(Json::to_text).collect();
            Stored::Text(words.number(&texts.join(", ")))
        }
        Value::Object => return Err(()),
    }))
}

fn logical(text: &str) -> Option<bool> {
    match text.trim_matches('.') {
        "T" | "TRUE" | "true" | "True" => Some(true),
        "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Several values as one text.
pub(super) fn joined(values: Json<'_>) -> String {
    let text = |value: Json<'_>| {
        let bare = value.get("value").unwrap_or(value);
        bare.to_text().map(std::borrow::Cow::into_owned)
    };
    values.items().filter_map(text).collect::<Vec<_>>().join(", ")
}
