//! What the readers share whose shape gives values without types: numbers, texts and truths under names alone.

mod naming;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::json::{Json, Value};
use crate::ifc::{
    EntityIndex, Figure, Measure, ModelBuilder, Node, Origin, PropertyDraft, QuantityDraft, QuantitySource,
    RecordIndex, RelationKind, SetId, ValueDraft, is_a, is_placeholder, words,
};

pub(super) use naming::{measure_of_name, measure_of_quantity, unit_factor, units_of};

/// A value without parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'v> {
    Text(Cow<'v, str>),
    Number(f64),
    Boolean(bool),
}

impl Scalar<'_> {
    /// With a text of its own.
    pub(super) fn into_owned(self) -> Scalar<'static> {
        match self {
            Scalar::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Scalar::Number(number) => Scalar::Number(number),
            Scalar::Boolean(value) => Scalar::Boolean(value),
        }
    }

    /// The text it is.
    pub(super) fn text(&self) -> Option<&str> {
        if let Scalar::Text(text) = self { Some(text) } else { None }
    }

    /// The number it is.
    pub(super) fn number(&self) -> Option<f64> {
        if let Scalar::Number(number) = self { Some(*number) } else { None }
    }
}

/// Gives every scalar of a value under its name: fields of objects behind a dot, lists of scalars joined by ", ", other
/// lists by position. The depth is that of the parsed record, which is bounded.
pub(super) fn flatten(name: &str, value: Json<'_>, give: &mut dyn FnMut(&str, Scalar<'_>)) {
    match value.value() {
        Value::Null => {}
        Value::Bool(value) => give(name, Scalar::Boolean(value)),
        Value::Number(value) => give(name, Scalar::Number(value)),
        Value::Text(text) => give(name, Scalar::Text(Cow::Borrowed(text))),
        Value::Object => {
            for (inner, value) in value.fields() {
                flatten(&joined(name, inner), value, give);
            }
        }
        Value::Array => {
            let is_plain = value.items().all(|item| !matches!(item.value(), Value::Object | Value::Array));
            if is_plain {
                let texts: Vec<_> = value.items().filter_map(Json::to_text).collect();
                if !texts.is_empty() {
                    give(name, Scalar::Text(Cow::Owned(texts.join(", "))));
                }
                return;
            }
            for (position, item) in value.items().enumerate() {
                flatten(&joined(name, &position.to_string()), item, give);
            }
        }
    }
}

fn joined(outer: &str, inner: &str) -> String {
    if outer.is_empty() { inner.to_owned() } else { format!("{outer}.{inner}") }
}

/// Where a record stands, kept until the end of the file.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pointer: Box<str>,
    offset: u64,
    record: Option<RecordIndex>,
}

impl Spot {
    pub(super) fn of(origin: &dyn Origin) -> Spot {
        Spot { pointer: origin.pointer().into(), offset: origin.offset(), record: origin.record() }
    }
}

impl Origin for Spot {
    fn pointer(&self) -> String {
        self.pointer.to_string()
    }

    fn offset(&self) -> u64 {
        self.offset
    }

    fn record(&self) -> Option<RecordIndex> {
        self.record
    }
}

/// Begins a set of an entity.
pub(super) fn open_set(
    builder: &mut ModelBuilder,
    entity: EntityIndex,
    name: Option<&str>,
    origin: &dyn Origin,
) -> SetId {
    let set = builder.open_set(name, origin);
    builder.relate(RelationKind::HasSet, Node::Entity(entity), Node::Set(set), origin);
    set
}

/// Adds a value to the open set, in the units that the file declares. A number is a quantity of `source` where its name
/// says a dimension.
pub(super) fn add_declared(builder: &mut ModelBuilder, name: &str, value: &Scalar<'_>, source: QuantitySource) {
    match value {
        Scalar::Text(text) => builder.add_property(name, ValueDraft::Text(text)),
        Scalar::Boolean(value) => builder.add_property(name, ValueDraft::Boolean(*value)),
        Scalar::Number(number) => declared_number(builder, name, *number, measure_of(name, source), source),
    }
}

/// Adds a number whose measure is known to the open set. One of a property set is a quantity by its measure.
pub(super) fn declared_number(
    builder: &mut ModelBuilder,
    name: &str,
    value: f64,
    measure: Measure,
    source: QuantitySource,
) {
    if is_dimension(measure) && source != QuantitySource::Property {
        builder.add_quantity(name, Figure { value, measure, is_declared: true }, source);
    } else {
        builder.add_property(name, ValueDraft::Declared { value, measure });
    }
}

/// Where a value stands, for shapes whose units are fixed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) entity: EntityIndex,
    pub(super) set: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) from_type: bool,
}

/// Adds a value in stored units but for lengths, of which one is `metres`.
pub(super) fn add_stored(
    builder: &mut ModelBuilder,
    at: Named<'_>,
    value: &Scalar<'_>,
    metres: f64,
    source: QuantitySource,
) {
    let Named { entity, set, name, from_type } = at;
    let value = match value {
        Scalar::Text(text) => ValueDraft::Text(text),
        Scalar::Boolean(value) => ValueDraft::Boolean(*value),
        Scalar::Number(number) => {
            let measure = measure_of(name, source);
            let value = if measure == Measure::Length { number * metres } else { *number };
            if is_dimension(measure) && source != QuantitySource::Property {
                let draft = QuantityDraft { set, name, measure, value, source, from_type };
                return builder.quantity(entity, &draft);
            }
            ValueDraft::Number { value, measure }
        }
    };
    builder.property(entity, &PropertyDraft { set, name, value, from_type });
}

fn is_dimension(measure: Measure) -> bool {
    matches!(measure, Measure::Length | Measure::Area | Measure::Volume | Measure::Weight)
}

fn measure_of(name: &str, source: QuantitySource) -> Measure {
    let is_quantity = source == QuantitySource::QuantitySet;
    let measure = if is_quantity { measure_of_quantity(name) } else { measure_of_name(name) };
    measure.unwrap_or_else(|| {
        let is_transmittance = matches!(words(name).concat().as_str(), "thermaltransmittance" | "uvalue" | "uwert");
        if is_transmittance { Measure::ThermalTransmittance } else { Measure::Plain }
    })
}

/// What an entity below another one in a tree is to it.
pub(super) fn link_to_parent(entity_type: &str, parent_type: &str) -> RelationKind {
    if is_a(parent_type, "IfcGroup") {
        return RelationKind::BelongsTo;
    }
    let is_spatial = |name: &str| is_a(name, "IfcSpatialElement") || is_a(name, "IfcContext");
    if is_spatial(parent_type) && !is_spatial(entity_type) {
        return RelationKind::IsContainedIn;
    }
    let is_built_in = ["IfcDoor", "IfcWindow", "IfcFeatureElement"].iter().any(|kind| is_a(entity_type, kind));
    if is_built_in { RelationKind::Voids } else { RelationKind::IsPartOf }
}

/// A text that says something.
pub(super) fn said<'t>(record: Json<'t>, key: &str) -> Option<&'t str> {
    record.text_at(key).filter(|text| !is_placeholder(key, text))
}

/// The identifier a reference means: a text, a number, or an object with one of the usual keys.
pub(super) fn reference(value: Json<'_>) -> Option<Cow<'_, str>> {
    let inner = ["GlobalId", "globalId", "global_id", "ref", "id"].iter().find_map(|key| value.get(key));
    inner.unwrap_or(value).to_text()
}
