//! Shape A: a flat list of ifcJSON objects.
//!
//! References point forwards and backwards, the units may come after the values, and inverse attributes may be missing
//! altogether. So entities go to the builder as they come; sets, materials and relations are kept in compact form and
//! resolved at the end. Relations are read from the `IfcRel*` objects alone.

mod materials;
mod owner;
mod relations;
mod sets;
#[cfg(test)]
mod tests;
mod units;
mod values;
mod words;

use std::collections::HashMap;

use self::materials::StoredMaterial;
use self::relations::{Kind, Relation, Target};
use self::sets::Sets;
use self::units::Units;
use super::json::{Json, Value};
use super::splitter::Place;
use super::{ReadError, ShapeReader, Skips};
use crate::ifc::{
    BuildingModel, EntityDraft, EntityIndex, GlobalId, ModelBuilder, ModelHead, ProblemCode, Shape, is_a,
};
use crate::limits;

/// Keys whose values are not built: geometry, which nothing here reads, and inverse attributes, which repeat relations.
const SKIPPED_KEYS: &[&str] = &[
    "representation",
    "representations",
    "representationMaps",
    "objectPlacement",
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
    "hasAssociations",
    "hasOpenings",
    "isDecomposedBy",
    "isDefinedBy",
    "isNestedBy",
    "isTypedBy",
    "boundedBy",
    "objectTypeOf",
    "propertyDefinitionOf",
    "providesBoundaries",
    "referencedBy",
];

/// Records of these types are passed over before anything of them is parsed.
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

/// What an identifier of the file stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Slot {
    /// Only referred to so far.
    Unseen,
    /// Something that is not kept.
    Other,
    Entity(EntityIndex),
    Set(u32),
    Material(u32),
}

/// An identifier in canonical form: both spellings of a GlobalId are one.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Global(GlobalId),
    Other(Box<str>),
}

/// Identifiers as dense numbers, with what they stand for.
#[derive(Debug, Default)]
struct Ids {
    numbers: HashMap<Key, u32>,
    slots: Vec<Slot>,
}

impl Ids {
    fn number(&mut self, id: &str) -> u32 {
        let key = GlobalId::parse(id).map_or_else(|_| Key::Other(id.trim().into()), Key::Global);
        let next = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.slots.push(Slot::Unseen);
        }
        number
    }

    /// Says what an identifier stands for; the first who says it is right.
    fn fill(&mut self, id: &str, slot: Slot) {
        let number = self.number(id);
        if let Some(known) = self.slots.get_mut(number as usize)
            && *known == Slot::Unseen
        {
            *known = slot;
        }
    }

    /// The identifier as people write it; only for problems, so the map is searched.
    fn name(&self, number: u32) -> String {
        let found = self.numbers.iter().find(|(_, known)| **known == number);
        found.map_or_else(String::new, |(key, _)| match key {
            Key::Global(id) => id.to_string(),
            Key::Other(id) => id.to_string(),
        })
    }

    fn slot(&self, number: u32) -> Slot {
        self.slots.get(number as usize).copied().unwrap_or(Slot::Unseen)
    }
}

/// The reader of shape A.
#[derive(Debug, Default)]
pub(super) struct IfcJson {
    builder: ModelBuilder,
    ids: Ids,
    sets: Sets,
    materials: Vec<Vec<StoredMaterial>>,
    classifications: Vec<(Option<String>, String)>,
    relations: Vec<Relation>,
    /// Elevations of storeys and overall sizes, in the units of the file.
    elevations: Vec<(EntityIndex, f64)>,
    sizes: Vec<(EntityIndex, &'static str, f64)>,
    units: Option<Units>,
    head: Head,
    list_pointer: String,
}

/// What the file says about itself.
#[derive(Debug, Default)]
struct Head {
    schema: Option<String>,
    application: Option<String>,
    system: Option<String>,
    written_at: Option<String>,
    authors: Vec<String>,
}

impl ShapeReader for IfcJson {
    fn header(&mut self, key: &str, value: Json<'_>) {
        let text = || value.text().map(str::to_owned);
        match key {
            "schemaIdentifier" | "schema_identifier" => self.head.schema = text(),
            "originatingSystem" => self.head.system = text(),
            "timeStamp" => self.head.written_at = text(),
            _ => {}
        }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) -> Result<(), ReadError> {
        if place.in_data || place.group.as_deref().is_some_and(|group| group != "data") {
            return Ok(());
        }
        self.list_pointer = place.list_pointer();
        if !record.is_object() {
            self.problem(ProblemCode::RecordNotObject, place, record.kind());
            return Ok(());
        }
        let Some(entity_type) = record.text_at("type") else {
            self.problem(ProblemCode::TypeMissing, place, record.text_at("globalId").unwrap_or_default());
            return Ok(());
        };
        self.dispatch(entity_type, record, place)
    }

    fn skips(&self) -> Skips {
        Skips { keys: SKIPPED_KEYS, types: SKIPPED_TYPES }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn finish(mut self: Box<Self>) -> BuildingModel {
        let units = self.units.take();
        if units.is_none() {
            self.builder.problems.push(ProblemCode::UnitsMissing, "", 0, "");
        }
        let units_declared = units.is_some();
        let units = units.map(|units| units.assignment).unwrap_or_default();
        self.resolve(&units);
        let IfcJson { builder, head, .. } = *self;
        builder.finish(ModelHead {
            shape: Shape::IfcJson,
            schema: head.schema,
            application: head.application.or(head.system),
            written_at: head.written_at,
            authors: head.authors,
            units,
            units_declared,
        })
    }
}

impl IfcJson {
    fn problem(&mut self, code: ProblemCode, place: &Place, detail: &str) {
        self.builder.problems.push(code, &place.pointer(), place.offset, detail);
    }

    fn dispatch(&mut self, entity_type: &str, record: Json<'_>, place: &Place) -> Result<(), ReadError> {
        let id = record.text_at("globalId");
        if ["IfcObject", "IfcContext", "IfcTypeObject"].iter().any(|root| is_a(entity_type, root)) {
            return self.entity(entity_type, record, place);
        }
        let slot = if entity_type.starts_with("IfcRel") {
            self.relation(entity_type, record, place);
            Slot::Other
        } else if sets::is_set(entity_type) {
            Slot::Set(self.set(entity_type, record, place))
        } else if entity_type.starts_with("IfcMaterial") {
            Slot::Material(self.material(record))
        } else if entity_type == "IfcOwnerHistory" {
            self.owner_history(record);
            Slot::Other
        } else if id.is_some() && !RESOURCE_MARKS.iter().any(|mark| entity_type.contains(mark)) {
            return self.entity(entity_type, record, place);
        } else {
            Slot::Other
        };
        if let Some(id) = id {
            self.ids.fill(id, slot);
        }
        Ok(())
    }

    fn entity(&mut self, entity_type: &str, record: Json<'_>, place: &Place) -> Result<(), ReadError> {
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
        let added = self.builder.entity(&draft, &place.pointer(), place.offset);
        let index = added.ok_or(ReadError::TooMany { entities_max: limits::ENTITIES_MAX })?;
        if let Some(elevation) = record.number_at("elevation") {
            self.elevations.push((index, elevation));
        }
        for (key, name) in [("overallWidth", "OverallWidth"), ("overallHeight", "OverallHeight")] {
            if let Some(size) = record.number_at(key) {
                self.sizes.push((index, name, size));
            }
        }
        if let Some(id) = record.text_at("globalId") {
            self.ids.fill(id, Slot::Entity(index));
            let number = self.ids.number(id);
            for set in record.get("hasPropertySets").into_iter().flat_map(Json::items) {
                if let Some(target) = self.set_target(set, place) {
                    self.relations.push(Relation::new(Kind::TypeSet, number, target, place));
                }
            }
        }
        if entity_type == "IfcProject" && self.units.is_none() {
            self.units = self.read_units(record, place);
        }
        Ok(())
    }

    /// The identifier a reference means: `{"ref"}`, `{"type", "ref"}`, a whole object with its GlobalId, or a plain text.
    fn reference(&mut self, value: Json<'_>) -> Option<u32> {
        let id = match value.value() {
            Value::Text(id) => id,
            Value::Object => value.text_at("ref").or_else(|| value.text_at("globalId"))?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array => return None,
        };
        Some(self.ids.number(id))
    }

    /// A property set as a relation names it: by reference, or inlined.
    fn set_target(&mut self, value: Json<'_>, place: &Place) -> Option<Target> {
        let entity_type = value.text_at("type").unwrap_or("IfcPropertySet");
        let is_inline = 2 < value.field_count() && sets::is_set(entity_type) && value.get("ref").is_none();
        if !is_inline {
            return self.reference(value).map(Target::Id);
        }
        let set = self.set(entity_type, value, place);
        if let Some(id) = value.text_at("globalId") {
            self.ids.fill(id, Slot::Set(set));
        }
        Some(Target::Set(set))
    }
}
