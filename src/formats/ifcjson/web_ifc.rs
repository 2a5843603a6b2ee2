//! Shape H: the instances of a STEP file under their express ids, as web-ifc and IFC.js write them.
//!
//! `{"105": {"expressID": 105, "type": "IfcWall", "GlobalId": {"type": 1, "value": "…"}, "OwnerHistory": {"type": 5, "value": 41}}}`:
//! every value says what it is (5 a reference, 3 an enumeration, 4 a number, 1 and 2 texts). Properties, materials and units
//! are instances of their own and may come in any order, so they are kept until the end.

mod instance;
mod resources;
#[cfg(test)]
mod tests;
mod type_names;

use self::instance::Instances;
use super::relations::{RELATIONS, is_reference as is_reference_relation};
use super::sets::is_set;
use super::{IfcJson, RESOURCE_MARKS};
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::formats::{ShapeReader, Skips};
use crate::ifc::{
    EntityDraft, EntityIndex, Figure, IdNumber, Meaning, Measure, ModelBuilder, ModelHead, Node, ProblemCode,
    QuantitySource, RelationKind, Shape, is_a,
};

/// Geometry.
const SKIPPED_KEYS: &[&str] = &["Representation", "ObjectPlacement", "ConnectionGeometry", "RepresentationContexts"];

/// Beginnings of the types that are kept until the end.
const KEPT: &[&str] = &[
    "IfcProperty",
    "IfcComplexProperty",
    "IfcQuantity",
    "IfcPhysical",
    "IfcMaterial",
    "IfcSIUnit",
    "IfcConversionBasedUnit",
    "IfcMeasureWithUnit",
    "IfcUnitAssignment",
    "IfcClassification",
    "IfcOwnerHistory",
    "IfcPerson",
    "IfcOrganization",
    "IfcApplication",
    "IfcPostalAddress",
];

/// The reader of shape H.
#[derive(Debug)]
pub(in crate::formats) struct WebIfc {
    core: IfcJson,
    instances: Instances,
    /// Classified entities, and the express ids of their classifications.
    classified: Vec<(IdNumber, u32)>,
    /// Express id of the project's units.
    units: Option<u32>,
    /// Sites and buildings, with the express ids of their addresses.
    addresses: Vec<(&'static str, u32)>,
}

impl ShapeReader for WebIfc {
    fn header(&mut self, _: &Place, _: Json<'_>) {}

    fn skips(&self) -> Skips {
        Skips { keys: SKIPPED_KEYS, types: &[] }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        let Some(express) = express_id(place, record) else { return };
        let Some(entity_type) = record.get("type").and_then(type_names::name_of) else {
            if record.get("GlobalId").is_some() {
                self.core.problem(ProblemCode::TypeMissing, place, &express.to_string());
            }
            return;
        };
        let entity_type = entity_type.as_ref();
        let is_root = ["IfcObject", "IfcContext", "IfcTypeObject"].iter().any(|root| is_a(entity_type, root));
        if is_root {
            self.entity(express, entity_type, record, place);
        } else if entity_type.starts_with("IfcRel") {
            self.relation(entity_type, record, place);
        } else if is_set(entity_type) || KEPT.iter().any(|begin| entity_type.starts_with(begin)) {
            self.instances.keep(express, entity_type, record, place);
        } else if record.get("GlobalId").is_some() && !RESOURCE_MARKS.iter().any(|mark| entity_type.contains(mark)) {
            self.entity(express, entity_type, record, place);
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.core.builder
    }

    fn resolve(&mut self) -> ModelHead {
        self.resources();
        self.core.head_of(Shape::WebIfc)
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.core.builder
    }
}

impl WebIfc {
    pub(in crate::formats) fn new(builder: ModelBuilder) -> WebIfc {
        WebIfc {
            core: IfcJson::new(builder),
            instances: Instances::default(),
            classified: Vec::new(),
            units: None,
            addresses: Vec::new(),
        }
    }

    fn entity(&mut self, express: u32, entity_type: &str, record: Json<'_>, place: &Place) {
        let own = express.to_string();
        let draft = EntityDraft {
            entity_type,
            id: record.text_at("GlobalId").or(Some(&own)),
            name: record.text_at("Name"),
            long_name: record.text_at("LongName"),
            description: record.text_at("Description"),
            tag: record.text_at("Tag"),
            object_type: record.text_at("ObjectType"),
            predefined_type: record.text_at("PredefinedType"),
            ..EntityDraft::default()
        };
        let Some(entity) = self.core.builder.entity(&draft, place) else { return };
        if draft.id != Some(&own) {
            self.core.builder.mark(&own, Meaning::Entity(entity));
        }
        self.sizes(entity, record);
        for set in record.get("HasPropertySets").into_iter().flat_map(references) {
            let set = self.node(set);
            self.core.builder.relate(RelationKind::HasSet, Node::Entity(entity), set, place);
        }
        self.stands(entity_type, record);
        if entity_type == "IfcProject" {
            if let Some(phase) = record.text_at("Phase") {
                self.core.phase(entity, phase);
            }
            self.units = self.units.or_else(|| record.get("UnitsInContext").and_then(|units| references(units).next()));
        }
    }

    /// Where a site or a building stands; its address is an instance of its own.
    fn stands(&mut self, entity_type: &str, record: Json<'_>) {
        let (entity_type, key) = match entity_type {
            "IfcSite" => ("IfcSite", "SiteAddress"),
            "IfcBuilding" => ("IfcBuilding", "BuildingAddress"),
            _ => return,
        };
        self.core.head.places.record(entity_type, record, ["RefLatitude", "RefLongitude", ""]);
        let address = record.get(key).into_iter().flat_map(references).next();
        self.addresses.extend(address.map(|address| (entity_type, address)));
    }

    /// What an express id will turn out to stand for.
    fn node(&mut self, express: u32) -> Node {
        Node::Id(self.core.builder.id(&express.to_string()))
    }

    fn sizes(&mut self, entity: EntityIndex, record: Json<'_>) {
        if let Some(elevation) = record.number_at("Elevation") {
            self.core.builder.set_declared_elevation(entity, elevation);
        }
        for name in ["OverallWidth", "OverallHeight"] {
            if let Some(value) = record.number_at(name) {
                let figure = Figure { value, measure: Measure::Length, is_declared: true };
                self.core.builder.loose_quantity(entity, name, figure, QuantitySource::Attribute);
            }
        }
    }

    fn relation(&mut self, entity_type: &str, record: Json<'_>, place: &Place) {
        let Some(&(_, kind, many, one)) = RELATIONS.iter().find(|(name, ..)| *name == entity_type) else { return };
        let at = |key: &str| {
            let (_, value) = record.fields().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
            Some(value)
        };
        for one in at(one).into_iter().flat_map(references) {
            for related in at(many).into_iter().flat_map(references) {
                let related = self.core.builder.id(&related.to_string());
                if is_reference_relation(entity_type) {
                    let relating = self.node(one);
                    self.core.builder.refer(Node::Id(related), relating, place);
                    continue;
                }
                if kind == RelationKind::IsClassifiedAs {
                    self.classified.push((related, one));
                    continue;
                }
                let relating = self.node(one);
                self.core.builder.relate(kind, Node::Id(related), relating, place);
            }
        }
    }
}

/// The number an instance goes by: what it says, else its key.
fn express_id(place: &Place, record: Json<'_>) -> Option<u32> {
    let said = record.get("expressID").and_then(Json::to_text);
    said.as_deref().or(place.group.as_deref())?.parse().ok()
}

/// Every reference in a value: one, or a list.
fn references(value: Json<'_>) -> impl Iterator<Item = u32> {
    let list = value.get("value").filter(|_| !is_reference(value)).unwrap_or(value);
    list.items().filter(|item| is_reference(*item)).filter_map(|item| item.get("value")?.to_text()?.parse().ok())
}

/// Values of the type 5 are references.
fn is_reference(value: Json<'_>) -> bool {
    value.get("type").is_some_and(|kind| kind.value() == Value::Number(5.0))
}
