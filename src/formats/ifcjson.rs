//! Shape A: a flat list of ifcJSON objects.
//!
//! References point forwards and backwards, the units may come after the values, and inverse attributes may be missing
//! altogether. So everything goes to the builder as it comes, in the units of the file, and relations name identifiers;
//! the builder resolves them at the end. Relations are read from the `IfcRel*` objects alone.

mod flattened;
mod inverse;
mod materials;
mod nested;
mod owner;
mod relations;
mod sets;
mod shape;
#[cfg(test)]
mod tests;
mod units;
mod values;
mod web_ifc;

use std::borrow::Cow;

pub(super) use self::flattened::Flattened;
pub(super) use self::nested::Nested;
pub(super) use self::web_ifc::WebIfc;

use self::units::Units;
use super::head::{self, Credits, Whereabouts};
use super::json::{Json, Value};
use super::splitter::Place;
use super::{ShapeReader, Skips};
use crate::ifc::{
    EntityDraft, Figure, Meaning, Measure, ModelBuilder, ModelHead, Node, Nowhere, ProblemCode, QuantitySource,
    RelationKind, Shape, is_a,
};

/// Keys whose values are not built: geometry that is not measured, and inverse attributes, which repeat relations.
const SKIPPED_KEYS: &[&str] = &[
    "outer",
    "cfsFaces",
    "fbsmFaces",
    "sbsmBoundary",
    "faces",
    "coordIndex",
    "contextOfItems",
    "layerAssignments",
    "ofProductRepresentation",
    "representationMap",
    "styledByItem",
    "representationMaps",
    "connectionGeometry",
    "representationContexts",
    "ownerHistory",
    "containedInStructure",
    "containsElements",
    "connectedFrom",
    "connectedTo",
    "decomposes",
    "definesOccurrence",
    "definesType",
    "fillsVoids",
    "hasAssignments",
    "hasAssociations",
    "hasOpenings",
    "isDecomposedBy",
    "isDefinedBy",
    "isGroupedBy",
    "isNestedBy",
    "isTypedBy",
    "boundedBy",
    "objectTypeOf",
    "propertyDefinitionOf",
    "providesBoundaries",
    "referencedBy",
    "referencedInStructures",
    "referencesElements",
    "servicedBySystems",
    "servicesBuildings",
];

/// Records of these types are passed over before anything of them is parsed.
const UNREAD_TYPES: &[&str] = &[
    "IfcTopologyRepresentation",
    "IfcStyledRepresentation",
    "IfcShapeModel",
    "IfcRepresentationMap",
    "IfcGeometricRepresentationContext",
    "IfcGeometricRepresentationSubContext",
    "IfcRelConnectsPathElements",
    "IfcRelConnectsElements",
];

/// The same in the shapes of which no part is measured.
const SKIPPED_TYPES: &[&str] = &[
    "IfcShapeRepresentation",
    "IfcTopologyRepresentation",
    "IfcStyledRepresentation",
    "IfcShapeModel",
    "IfcRepresentationMap",
    "IfcGeometricRepresentationContext",
    "IfcGeometricRepresentationSubContext",
    "IfcRelConnectsPathElements",
    "IfcRelConnectsElements",
];

/// Types that are neither objects nor relations and carry nothing that is kept.
const RESOURCE_MARKS: &[&str] = &[
    "Representation",
    "Template",
    "IfcProperty",
    "IfcQuantity",
    "IfcPhysical",
    "IfcPresentation",
    "IfcStyle",
    "IfcSurfaceStyle",
    "IfcClassification",
    "IfcDocument",
    "IfcLibrary",
    "IfcProfile",
    "ProfileDef",
    "IfcPerson",
    "IfcOrganization",
    "IfcApplication",
    "IfcUnit",
    "IfcSIUnit",
    "IfcApproval",
    "IfcConstraint",
    "IfcExternal",
    "IfcTable",
    "IfcTimeSeries",
];

/// The reader of shape A.
#[derive(Debug)]
pub(super) struct IfcJson {
    builder: ModelBuilder,
    units: Option<Units>,
    head: Head,
    parts: shape::Parts,
}

/// What the file says about itself.
#[derive(Debug, Default)]
struct Head {
    schema: Option<String>,
    credits: Credits,
    system: Option<String>,
    preprocessor: Option<String>,
    written_at: Option<String>,
    places: Whereabouts,
}

impl ShapeReader for IfcJson {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        let text = || value.text().map(str::to_owned);
        match key {
            "schemaIdentifier" | "schema_identifier" => self.head.schema = text(),
            "originatingSystem" => self.head.system = text(),
            "preprocessorVersion" => self.head.preprocessor = text(),
            "timeStamp" => self.head.written_at = text(),
            "author" | "authors" | "organization" => self.credit(key, value),
            _ => {}
        }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        if place.in_data || place.group.as_deref().is_some_and(|group| group != "data") {
            // Names may come as lists at the root.
            return self.credit(place.group.as_deref().unwrap_or_default(), record);
        }
        if !record.is_object() {
            self.problem(ProblemCode::RecordNotObject, place, record.kind());
            return;
        }
        match record.text_at("type") {
            Some(entity_type) => self.dispatch(entity_type, record, place),
            None => self.problem(ProblemCode::TypeMissing, place, record.text_at("globalId").unwrap_or_default()),
        }
    }

    fn skips(&self) -> Skips {
        Skips { keys: SKIPPED_KEYS, types: UNREAD_TYPES }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        self.head_of(Shape::IfcJson)
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl IfcJson {
    pub(super) fn new(builder: ModelBuilder) -> IfcJson {
        IfcJson { builder, units: None, head: Head::default(), parts: shape::Parts::default() }
    }

    /// What the file says about itself.
    fn head_of(&mut self, shape: Shape) -> ModelHead {
        let units = self.units.take();
        if units.is_none() {
            self.builder.problems.push(ProblemCode::UnitsMissing, &Nowhere, "");
        }
        self.builder.set_shapes(Box::new(std::mem::take(&mut self.parts)));
        let Head { schema, mut credits, system, preprocessor, written_at, places } = std::mem::take(&mut self.head);
        let wrote = head::system(system.as_deref(), preprocessor.as_deref());
        credits.software(wrote.as_deref(), None);
        let mut head = ModelHead {
            schema,
            written_at,
            units_declared: units.is_some(),
            units: units.map(|units| units.assignment).unwrap_or_default(),
            ..ModelHead::of_shape(shape)
        };
        credits.give(&mut head);
        places.give(&mut head);
        head
    }

    fn problem(&mut self, code: ProblemCode, place: &Place, detail: &str) {
        self.builder.problems.push(code, place, detail);
    }

    fn dispatch(&mut self, entity_type: &str, record: Json<'_>, place: &Place) {
        let id = record.text_at("globalId");
        if ["IfcObject", "IfcContext", "IfcTypeObject"].iter().any(|root| is_a(entity_type, root)) {
            return self.entity(entity_type, record, place);
        }
        if entity_type == "IfcShapeRepresentation" {
            return self.shape_representation(record);
        }
        let meaning = if entity_type.starts_with("IfcRel") {
            // Nothing refers to a relation, so its identifier is not kept.
            return self.relation(entity_type, record, place);
        } else if sets::is_set(entity_type) {
            Meaning::Set(self.set(entity_type, record, place))
        } else if entity_type.starts_with("IfcMaterial") {
            Meaning::MaterialSet(self.material(record))
        } else if entity_type == "IfcOwnerHistory" {
            self.owner_history(record);
            Meaning::Other
        } else if id.is_some() && !RESOURCE_MARKS.iter().any(|mark| entity_type.contains(mark)) {
            return self.entity(entity_type, record, place);
        } else {
            Meaning::Other
        };
        if let Some(id) = id {
            self.builder.mark(id, meaning);
        }
    }

    fn entity(&mut self, entity_type: &str, record: Json<'_>, place: &Place) {
        for key in ["name", "longName", "description", "tag", "objectType", "predefinedType"] {
            if let Some(value) = record.get(key)
                && value.text().is_none()
            {
                self.problem(ProblemCode::ValueUnreadable, place, &format!("{key}: {}", value.kind()));
            }
        }
        let draft = EntityDraft {
            entity_type,
            id: record.text_at("globalId"),
            name: record.text_at("name"),
            long_name: record.text_at("longName"),
            description: record.text_at("description"),
            tag: record.text_at("tag"),
            object_type: record.text_at("objectType"),
            predefined_type: record.text_at("predefinedType"),
            ..EntityDraft::default()
        };
        let Some(index) = self.builder.entity(&draft, place) else { return };
        self.part(index, entity_type, record, place);
        if let Some(elevation) = record.number_at("elevation") {
            self.builder.set_declared_elevation(index, elevation);
        }
        for (key, name) in [("overallWidth", "OverallWidth"), ("overallHeight", "OverallHeight")] {
            if let Some(value) = record.number_at(key) {
                let figure = Figure { value, measure: Measure::Length, is_declared: true };
                self.builder.loose_quantity(index, name, figure, QuantitySource::Attribute);
            }
        }
        if let Some(phase) = record.text_at("phase").filter(|_| entity_type == "IfcProject") {
            self.phase(index, phase);
        }
        self.stands(entity_type, record);
        if let Some(history) = record.get("ownerHistory").filter(|_| entity_type == "IfcProject") {
            self.owner_history(history);
        }
        for set in record.get("hasPropertySets").into_iter().flat_map(Json::items) {
            if let Some(set) = self.set_target(set, place) {
                self.builder.relate(RelationKind::HasSet, Node::Entity(index), set, place);
            }
        }
        if entity_type == "IfcProject" && self.units.is_none() {
            self.units = record.get("unitsInContext").and_then(|context| self.read_units(context, place));
        }
    }

    /// The identifier a reference means: `{"ref"}`, `{"type", "ref"}`, a whole object with its GlobalId, or a plain text.
    fn reference(&mut self, value: Json<'_>) -> Option<Node> {
        let id = match value.value() {
            Value::Text(id) => id,
            Value::Object => value.text_at("ref").or_else(|| value.text_at("globalId"))?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array => return None,
        };
        Some(Node::Id(self.builder.id(id)))
    }

    /// A property set as a relation names it: by reference, or inlined.
    fn set_target(&mut self, value: Json<'_>, place: &Place) -> Option<Node> {
        let entity_type = prefixed(value.text_at("type").unwrap_or("IfcPropertySet"));
        let is_inline = 2 < value.field_count() && sets::is_set(&entity_type) && value.get("ref").is_none();
        if !is_inline {
            return self.reference(value);
        }
        let set = self.set(&entity_type, value, place);
        if let Some(id) = value.text_at("globalId") {
            self.builder.mark(id, Meaning::Set(set));
        }
        Some(Node::Set(set))
    }
}

/// A type with the prefix that shape B leaves out.
fn prefixed(entity_type: &str) -> Cow<'_, str> {
    if entity_type.is_empty() || entity_type.starts_with("Ifc") {
        Cow::Borrowed(entity_type)
    } else {
        Cow::Owned(format!("Ifc{entity_type}"))
    }
}
