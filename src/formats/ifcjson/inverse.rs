//! Relations that stand as inverse attributes on the entities themselves, as shapes B and C have them.
//!
//! The value of such an attribute is a reference, the related object itself, or a relation with the object inside.

use super::relations::RELATIONS;
use super::{IfcJson, prefixed};
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{EntityIndex, Meaning, Node, RelationKind, is_a};

/// Inverse attributes with what they say, and whether their owner is the one side of the relation.
const INVERSE: &[(&str, RelationKind, bool)] = &[
    ("isDefinedBy", RelationKind::HasSet, false),
    ("isTypedBy", RelationKind::IsOccurrenceOf, false),
    ("types", RelationKind::IsOccurrenceOf, true),
    ("objectTypeOf", RelationKind::IsOccurrenceOf, true),
    ("hasAssociations", RelationKind::IsMadeOf, false),
    ("containsElements", RelationKind::IsContainedIn, true),
    ("containedInStructure", RelationKind::IsContainedIn, false),
    ("isDecomposedBy", RelationKind::IsPartOf, true),
    ("decomposes", RelationKind::IsPartOf, false),
    ("isNestedBy", RelationKind::IsPartOf, true),
    ("nests", RelationKind::IsPartOf, false),
    ("hasOpenings", RelationKind::Voids, true),
    ("voidsElements", RelationKind::Voids, false),
    ("hasFillings", RelationKind::Fills, true),
    ("fillsVoids", RelationKind::Fills, false),
    ("hasAssignments", RelationKind::BelongsTo, false),
    ("isGroupedBy", RelationKind::BelongsTo, true),
    ("referencedInStructures", RelationKind::IsContainedIn, false),
    ("referencesElements", RelationKind::IsContainedIn, true),
    ("servicesBuildings", RelationKind::IsContainedIn, false),
    ("servicedBySystems", RelationKind::IsContainedIn, true),
    ("boundedBy", RelationKind::Bounds, true),
    ("providesBoundaries", RelationKind::Bounds, false),
];

/// Inverse attributes that name where something is referenced, which is less than where it is contained.
const REFERRING: &[&str] = &["referencedInStructures", "referencesElements", "servicesBuildings", "servicedBySystems"];

/// Whether a field holds relations.
pub(super) fn is_inverse(key: &str) -> bool {
    INVERSE.iter().any(|(name, ..)| *name == key)
}

/// Whether the owner of an inverse attribute is the many side, of which each names its one.
pub(super) fn is_of_many(key: &str) -> bool {
    INVERSE.iter().any(|(name, _, is_one)| *name == key && !is_one)
}

impl IfcJson {
    /// Adds an entity and the relations that `reads` chooses; `None` when no more entities are taken.
    pub(super) fn whole_entity(
        &mut self,
        record: Json<'_>,
        place: &Place,
        reads: fn(&str) -> bool,
    ) -> Option<EntityIndex> {
        let known = record.text_at("globalId").and_then(|id| self.builder.find(id));
        let entity = known.or_else(|| {
            let entity_type = prefixed(record.text_at("type").unwrap_or_default());
            let before = self.builder.entity_count();
            self.entity(&entity_type, record, place);
            EntityIndex::new(before).filter(|_| before < self.builder.entity_count())
        })?;
        for (key, value) in record.fields().filter(|(key, _)| reads(key)) {
            self.inverse(Node::Entity(entity), key, value, place);
        }
        Some(entity)
    }

    /// Reads one inverse attribute of an entity.
    pub(super) fn inverse(&mut self, me: Node, key: &str, value: Json<'_>, place: &Place) {
        let Some(&(_, kind, is_one)) = INVERSE.iter().find(|(name, ..)| *name == key) else { return };
        for item in value.items() {
            let entity_type = prefixed(item.text_at("type").unwrap_or_default());
            if !entity_type.starts_with("IfcRel") || item.get("ref").is_some() {
                if key == "hasAssignments" && !is_a(&entity_type, "IfcGroup") {
                    // Things are assigned to processes, resources and controls as well.
                    continue;
                }
                self.relate((me, key), (kind, is_one), item, place);
                continue;
            }
            let found = RELATIONS.iter().find(|(name, ..)| *name == entity_type);
            let Some(&(_, kind, many, one)) = found else { continue };
            for other in item.get(if is_one { many } else { one }).into_iter().flat_map(Json::items) {
                self.relate((me, key), (kind, is_one), other, place);
            }
        }
    }

    fn relate(
        &mut self,
        (me, key): (Node, &str),
        (kind, is_one): (RelationKind, bool),
        other: Json<'_>,
        place: &Place,
    ) {
        let entity_type = prefixed(other.text_at("type").unwrap_or_default());
        let (kind, other) = match kind {
            RelationKind::HasSet => (kind, self.set_target(other, place)),
            RelationKind::IsMadeOf | RelationKind::IsClassifiedAs if entity_type.contains("Classification") => {
                (RelationKind::IsClassifiedAs, self.classification_target(other))
            }
            RelationKind::IsMadeOf | RelationKind::IsClassifiedAs => {
                (RelationKind::IsMadeOf, self.material_of(other, &entity_type))
            }
            RelationKind::IsOccurrenceOf
            | RelationKind::IsContainedIn
            | RelationKind::IsPartOf
            | RelationKind::Voids
            | RelationKind::Fills
            | RelationKind::Bounds
            | RelationKind::BelongsTo => (kind, self.other_entity(other, &entity_type, place)),
        };
        let Some(other) = other else { return };
        let (related, relating) = if is_one { (other, me) } else { (me, other) };
        if REFERRING.contains(&key) {
            self.builder.refer(related, relating, place);
        } else {
            self.builder.relate(kind, related, relating, place);
        }
    }

    /// The entity on the other side: inside, or referred to.
    fn other_entity(&mut self, other: Json<'_>, entity_type: &str, place: &Place) -> Option<Node> {
        let is_inside = other.is_object() && other.get("ref").is_none() && 2 < other.field_count();
        let is_kept = ["IfcObject", "IfcContext", "IfcTypeObject"].iter().any(|root| is_a(entity_type, root));
        if is_inside && is_kept {
            return self.whole_entity(other, place, is_inverse).map(Node::Entity);
        }
        self.reference(other)
    }

    /// A material inside, known by its identifier from then on, or a reference to one.
    fn material_of(&mut self, other: Json<'_>, entity_type: &str) -> Option<Node> {
        if other.value() == Value::Object && !entity_type.starts_with("IfcMaterial") {
            return None;
        }
        let target = self.material_target(other)?;
        if let (Node::MaterialSet(set), Some(id)) = (target, other.text_at("globalId")) {
            self.builder.mark(id, Meaning::MaterialSet(set));
        }
        Some(target)
    }
}
