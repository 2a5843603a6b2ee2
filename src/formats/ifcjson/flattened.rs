//! Shape B, ifcJSON 5a: types without prefix, relations as attributes, properties repeated on the object.
//!
//! Sets stand whole inside `isDefinedBy`, so the repeated properties are read only where an object has none of those.
//! Relations to many keep the last member only, so they are read from the many, each of which names its one.

#[cfg(test)]
mod tests;

use super::inverse::{is_inverse, is_of_many};
use super::{IfcJson, SKIPPED_TYPES, prefixed};
use crate::formats::json::Json;
use crate::formats::loose::{Scalar, flatten};
use crate::formats::splitter::Place;
use crate::formats::{ShapeReader, Skips};
use crate::ifc::{EntityIndex, Measure, ModelBuilder, ModelHead, ProblemCode, PropertyDraft, Shape, ValueDraft};

/// Geometry, and inverse attributes that say nothing that is kept.
const SKIPPED_KEYS: &[&str] = &[
    "representation",
    "representations",
    "representationMaps",
    "objectPlacement",
    "connectionGeometry",
    "representationContexts",
    "ownerHistory",
    "connectedFrom",
    "connectedTo",
];

/// Attributes that stand beside the repeated properties.
const ATTRIBUTES: &[&str] = &[
    "type",
    "globalId",
    "name",
    "longName",
    "description",
    "tag",
    "objectType",
    "predefinedType",
    "elevation",
    "overallWidth",
    "overallHeight",
    "unitsInContext",
    "hasPropertySets",
    "phase",
    "refLatitude",
    "refLongitude",
    "siteAddress",
    "buildingAddress",
];

/// The reader of shape B.
#[derive(Debug)]
pub(in crate::formats) struct Flattened {
    core: IfcJson,
}

impl ShapeReader for Flattened {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        self.core.header(place, value);
    }

    fn skips(&self) -> Skips {
        Skips { keys: SKIPPED_KEYS, types: SKIPPED_TYPES }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        if place.in_data || place.group.as_deref().is_some_and(|group| group != "data") {
            return self.core.credit(place.group.as_deref().unwrap_or_default(), record);
        }
        if !record.is_object() {
            return self.core.problem(ProblemCode::RecordNotObject, place, record.kind());
        }
        if record.text_at("type").is_none() {
            let id = record.text_at("globalId").unwrap_or_default();
            return self.core.problem(ProblemCode::TypeMissing, place, id);
        }
        if record.text_at("type").is_some_and(|name| prefixed(name) == "IfcOwnerHistory") {
            return self.core.owner_history(record);
        }
        let Some(entity) = self.core.whole_entity(record, place, is_read) else { return };
        let has_sets = record.get("isDefinedBy").is_some_and(|sets| sets.items().next().is_some());
        if !has_sets {
            self.repeated(entity, record);
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.core.builder
    }

    fn resolve(&mut self) -> ModelHead {
        self.core.head_of(Shape::IfcJsonFlattened)
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.core.builder
    }
}

/// Of both sides of a relation the many are complete; of space boundaries neither is.
fn is_read(key: &str) -> bool {
    is_of_many(key) || key == "boundedBy"
}

impl Flattened {
    pub(in crate::formats) fn new(builder: ModelBuilder) -> Flattened {
        Flattened { core: IfcJson::new(builder) }
    }

    /// Properties on the object itself; their sets and types are not told.
    fn repeated(&mut self, entity: EntityIndex, record: Json<'_>) {
        let builder = &mut self.core.builder;
        for (key, value) in record.fields() {
            if ATTRIBUTES.contains(&key) || SKIPPED_KEYS.contains(&key) || is_inverse(key) || value.is_object() {
                continue;
            }
            flatten(key, value, &mut |name, scalar| {
                let value = match &scalar {
                    Scalar::Text(text) => ValueDraft::Text(text),
                    Scalar::Number(value) => ValueDraft::Number { value: *value, measure: Measure::Unknown },
                    Scalar::Boolean(value) => ValueDraft::Boolean(*value),
                };
                builder.property(entity, &PropertyDraft { set: None, name, value, from_type: false });
            });
        }
    }
}
