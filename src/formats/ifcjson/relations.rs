//! The `IfcRel*` objects: kept as pairs of numbers while reading, resolved when every identifier is known.

use std::collections::{HashMap, HashSet};

use super::{IfcJson, Slot};
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{EntityIndex, Measure, ProblemCode, QuantityDraft, QuantitySource, UnitAssignment};
use crate::limits;

/// What a relation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Properties,
    TypeSet,
    Type,
    Contained,
    Part,
    Voids,
    Fills,
    Bounds,
    Material,
    Classified,
}

/// The other side of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Id(u32),
    Set(u32),
    Material(u32),
    Classification(u32),
}

/// One pair of a relation and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Relation {
    kind: Kind,
    related: u32,
    target: Target,
    index: u32,
    offset: u64,
}

impl Relation {
    pub(super) fn new(kind: Kind, related: u32, target: Target, place: &Place) -> Relation {
        Relation { kind, related, target, index: place.index.unwrap_or_default(), offset: place.offset }
    }
}

/// Names of relation types that are read, with the keys of the many and of the one side.
const RELATIONS: &[(&str, Kind, &str, &str)] = &[
    ("IfcRelDefinesByProperties", Kind::Properties, "relatedObjects", "relatingPropertyDefinition"),
    ("IfcRelDefinesByType", Kind::Type, "relatedObjects", "relatingType"),
    ("IfcRelContainedInSpatialStructure", Kind::Contained, "relatedElements", "relatingStructure"),
    ("IfcRelAggregates", Kind::Part, "relatedObjects", "relatingObject"),
    ("IfcRelNests", Kind::Part, "relatedObjects", "relatingObject"),
    ("IfcRelVoidsElement", Kind::Voids, "relatedOpeningElement", "relatingBuildingElement"),
    ("IfcRelFillsElement", Kind::Fills, "relatedBuildingElement", "relatingOpeningElement"),
    ("IfcRelSpaceBoundary", Kind::Bounds, "relatedBuildingElement", "relatingSpace"),
    ("IfcRelSpaceBoundary1stLevel", Kind::Bounds, "relatedBuildingElement", "relatingSpace"),
    ("IfcRelSpaceBoundary2ndLevel", Kind::Bounds, "relatedBuildingElement", "relatingSpace"),
    ("IfcRelAssociatesMaterial", Kind::Material, "relatedObjects", "relatingMaterial"),
    ("IfcRelAssociatesClassification", Kind::Classified, "relatedObjects", "relatingClassification"),
];

impl IfcJson {
    /// Keeps the pairs of a relation.
    pub(super) fn relation(&mut self, entity_type: &str, record: Json<'_>, place: &Place) {
        let Some(&(_, kind, many, one)) = RELATIONS.iter().find(|(name, ..)| *name == entity_type) else { return };
        let Some(one) = record.get(one) else { return };
        let targets = match kind {
            Kind::Properties => self.set_targets(one, place),
            Kind::Material => self.material_target(one).into_iter().collect(),
            Kind::Classified => self.classification_target(one).into_iter().collect(),
            Kind::TypeSet | Kind::Type | Kind::Contained | Kind::Part | Kind::Voids | Kind::Fills | Kind::Bounds => {
                self.reference(one).map(Target::Id).into_iter().collect::<Vec<_>>()
            }
        };
        for related in record.get(many).into_iter().flat_map(Json::items) {
            let Some(related) = self.reference(related) else {
                self.problem(ProblemCode::ValueUnreadable, place, many);
                continue;
            };
            for target in &targets {
                self.relations.push(Relation::new(kind, related, *target, place));
            }
        }
    }

    /// One set, a list of sets, or an `IfcPropertySetDefinitionSet` around a list.
    fn set_targets(&mut self, one: Json<'_>, place: &Place) -> Vec<Target> {
        let list = one.get("value").unwrap_or(one);
        list.items().filter_map(|set| self.set_target(set, place)).collect()
    }

    fn material_target(&mut self, one: Json<'_>) -> Option<Target> {
        let is_reference = one.get("ref").is_some() || matches!(one.value(), Value::Text(_));
        if is_reference { self.reference(one).map(Target::Id) } else { Some(Target::Material(self.material(one))) }
    }

    fn classification_target(&mut self, one: Json<'_>) -> Option<Target> {
        let parts: Vec<&str> = ["itemReference", "identification", "name"]
            .iter()
            .filter_map(|key| one.text_at(key))
            .filter(|text| !text.trim().is_empty())
            .collect();
        let text = parts.join(" ");
        if text.is_empty() {
            return None;
        }
        let system = one.get("referencedSource").and_then(|source| source.text_at("name")).map(str::to_owned);
        let number = u32::try_from(self.classifications.len()).ok()?;
        self.classifications.push((system, text));
        Some(Target::Classification(number))
    }

    /// Converts what waited for the units and gives every relation to the builder.
    pub(super) fn resolve(&mut self, units: &UnitAssignment) {
        self.resolve_sizes(units);
        let relations = std::mem::take(&mut self.relations);
        let mut links = Links::default();
        for relation in &relations {
            let Some(related) = self.entity_of(relation.related, relation) else { continue };
            match relation.target {
                Target::Id(number) => match self.slot_of(number, relation) {
                    Slot::Entity(target) => self.link(relation.kind, related, target, &mut links),
                    Slot::Set(set) => links.add_set(relation.kind, related, set),
                    Slot::Material(material) => links.add_material(related, material),
                    Slot::Unseen | Slot::Other => {}
                },
                Target::Set(set) => links.add_set(relation.kind, related, set),
                Target::Material(material) => links.add_material(related, material),
                Target::Classification(number) => {
                    if let Some((system, code)) = self.classifications.get(number as usize) {
                        self.builder.classification(related, system.as_deref(), code);
                    }
                }
            }
        }
        self.give_sets(&links, units);
        self.give_materials(&links, units);
        self.give_hosts(&links);
    }

    fn resolve_sizes(&mut self, units: &UnitAssignment) {
        for (storey, elevation) in std::mem::take(&mut self.elevations) {
            if let Some(elevation) = units.to_stored(Measure::Length, elevation) {
                self.builder.set_elevation(storey, elevation);
            }
        }
        for (entity, name, size) in std::mem::take(&mut self.sizes) {
            let (value, measure) = match units.to_stored(Measure::Length, size) {
                Some(value) => (value, Measure::Length),
                None => (size, Measure::Unknown),
            };
            let source = QuantitySource::Attribute;
            self.builder.quantity(entity, &QuantityDraft { set: None, name, measure, value, source, from_type: false });
        }
    }

    fn slot_of(&mut self, number: u32, relation: &Relation) -> Slot {
        let slot = self.ids.slot(number);
        if slot == Slot::Unseen {
            if limits::PROBLEMS_MAX <= self.builder.problems.kept.len() {
                self.builder.problems.total += 1;
                return slot;
            }
            let pointer = format!("{}/{}", self.list_pointer, relation.index);
            let detail = self.ids.name(number);
            self.builder.problems.push(ProblemCode::ReferenceDangling, &pointer, relation.offset, detail);
        }
        slot
    }

    fn entity_of(&mut self, number: u32, relation: &Relation) -> Option<EntityIndex> {
        match self.slot_of(number, relation) {
            Slot::Entity(index) => Some(index),
            Slot::Unseen | Slot::Other | Slot::Set(_) | Slot::Material(_) => None,
        }
    }

    fn link(&mut self, kind: Kind, related: EntityIndex, target: EntityIndex, links: &mut Links) {
        match kind {
            Kind::Contained => self.builder.set_container(related, target),
            Kind::Part => self.builder.set_whole(related, target),
            Kind::Voids => {
                self.builder.set_host(related, target);
                links.wall_of.insert(related, target);
            }
            Kind::Fills => links.fills.push((related, target)),
            Kind::Bounds => {
                if links.bounds.insert((target, related)) {
                    self.builder.boundary(target, related);
                }
            }
            Kind::Type => links.types.push((related, target)),
            Kind::Properties | Kind::TypeSet | Kind::Material | Kind::Classified => {}
        }
    }

    fn give_sets(&mut self, links: &Links, units: &UnitAssignment) {
        for (entity, set) in &links.sets {
            self.sets.give(*set, *entity, false, units, &mut self.builder);
        }
        for (entity, type_object) in &links.types {
            if let Some(name) = self.builder.name_of(*type_object).map(str::to_owned) {
                self.builder.set_type_name(*entity, &name);
            }
            for set in links.sets_of_type.get(type_object).into_iter().flatten() {
                self.sets.give(*set, *entity, true, units, &mut self.builder);
            }
        }
    }

    /// An element's own material goes before that of its type.
    fn give_materials(&mut self, links: &Links, units: &UnitAssignment) {
        let mut entities: Vec<_> = links.materials.iter().map(|(entity, material)| (*entity, *material)).collect();
        for (entity, type_object) in &links.types {
            if let (None, Some(material)) = (links.materials.get(entity), links.materials.get(type_object)) {
                entities.push((*entity, *material));
            }
        }
        entities.sort_unstable();
        entities.dedup_by_key(|(entity, _)| *entity);
        for (entity, material) in entities {
            self.give_material(material, entity, units);
        }
    }

    /// A door is hosted by the wall behind its opening; by the opening only where no wall is known.
    fn give_hosts(&mut self, links: &Links) {
        for (filling, opening) in &links.fills {
            let host = links.wall_of.get(opening).unwrap_or(opening);
            self.builder.set_host(*filling, *host);
        }
    }
}

/// Relations between entities that need others first.
#[derive(Default)]
struct Links {
    sets: Vec<(EntityIndex, u32)>,
    sets_of_type: HashMap<EntityIndex, Vec<u32>>,
    types: Vec<(EntityIndex, EntityIndex)>,
    materials: HashMap<EntityIndex, u32>,
    wall_of: HashMap<EntityIndex, EntityIndex>,
    fills: Vec<(EntityIndex, EntityIndex)>,
    bounds: HashSet<(EntityIndex, EntityIndex)>,
}

impl Links {
    /// A set of a type object counts as its own and goes on to its occurrences.
    fn add_set(&mut self, kind: Kind, entity: EntityIndex, set: u32) {
        self.sets.push((entity, set));
        if kind == Kind::TypeSet {
            self.sets_of_type.entry(entity).or_default().push(set);
        }
    }

    /// The first association of an element counts.
    fn add_material(&mut self, entity: EntityIndex, material: u32) {
        self.materials.entry(entity).or_insert(material);
    }
}
