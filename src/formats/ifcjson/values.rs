//! One value of a property set, in the units of the file.

use std::borrow::Cow;

use super::prefixed;
use super::units::factor_of;
use crate::formats::json::{Json, Value};
use crate::ifc::{Figure, Measure, ValueDraft};

/// A value as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stored<'t> {
    Text(Cow<'t, str>),
    Boolean(bool),
    Number(Figure),
    Range(Option<f64>, Option<f64>, Measure),
}

impl Stored<'_> {
    pub(super) fn draft(&self) -> ValueDraft<'_> {
        match self {
            Stored::Text(text) => ValueDraft::Text(text),
            Stored::Boolean(value) => ValueDraft::Boolean(*value),
            Stored::Number(Figure { value, measure, is_declared: true }) => {
                ValueDraft::Declared { value: *value, measure: *measure }
            }
            Stored::Number(Figure { value, measure, is_declared: false }) => {
                ValueDraft::Number { value: *value, measure: *measure }
            }
            Stored::Range(lower, upper, measure) => {
                ValueDraft::Range { lower: *lower, upper: *upper, measure: *measure }
            }
        }
    }
}

/// A number, converted when it carries a unit of its own.
pub(super) fn figure(value: f64, measure: Measure, unit: Option<Json<'_>>) -> Figure {
    let is_dimensional =
        matches!(measure, Measure::Length | Measure::Area | Measure::Volume | Measure::Weight | Measure::Time);
    match unit.filter(|unit| is_dimensional && unit.get("ref").is_none()) {
        None => Figure { value, measure, is_declared: true },
        Some(unit) => match factor_of(unit) {
            Some(factor) => Figure { value: value * factor, measure, is_declared: false },
            None => Figure { value, measure: Measure::Unknown, is_declared: false },
        },
    }
}

/// A typed value (`{"type", "value"}`) or a bare one. `None` where there is none, an error where it cannot be read.
pub(super) fn read_value<'t>(value: Json<'t>, unit: Option<Json<'_>>) -> Result<Option<Stored<'t>>, ()> {
    let value_type = prefixed(value.text_at("type").unwrap_or_default());
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
    let is_logical = matches!(value_type.as_ref(), "IfcBoolean" | "IfcLogical");
    let measure = Measure::of_type(&value_type);
    Ok(Some(match inner.value() {
        Value::Null => return Ok(None),
        Value::Bool(value) => Stored::Boolean(value),
        Value::Number(number) => Stored::Number(figure(number, measure.unwrap_or(Measure::Plain), unit)),
        Value::Text(text) if is_logical => logical(text).map_or(Stored::Text(Cow::Borrowed(text)), Stored::Boolean),
        Value::Text(text) => match measure.and_then(|measure| Some((text.trim().parse::<f64>().ok()?, measure))) {
            Some((number, measure)) if number.is_finite() => Stored::Number(figure(number, measure, unit)),
            _ => Stored::Text(Cow::Borrowed(text)),
        },
        Value::Array => {
            let texts: Vec<_> = inner.items().filter_map(Json::to_text).collect();
            Stored::Text(Cow::Owned(texts.join(", ")))
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
