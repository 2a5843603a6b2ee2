//! The `IfcRel*` objects: handed on as pairs, resolved by the builder when every identifier is known.

use super::IfcJson;
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{Node, ProblemCode, RelationKind};

/// Names of relation types that are read, with the keys of the many and of the one side.
pub(super) const RELATIONS: &[(&str, RelationKind, &str, &str)] = &[
    ("IfcRelDefinesByProperties", RelationKind::HasSet, "relatedObjects", "relatingPropertyDefinition"),
    ("IfcRelDefinesByType", RelationKind::IsOccurrenceOf, "relatedObjects", "relatingType"),
    ("IfcRelContainedInSpatialStructure", RelationKind::IsContainedIn, "relatedElements", "relatingStructure"),
    ("IfcRelAggregates", RelationKind::IsPartOf, "relatedObjects", "relatingObject"),
    ("IfcRelNests", RelationKind::IsPartOf, "relatedObjects", "relatingObject"),
    ("IfcRelVoidsElement", RelationKind::Voids, "relatedOpeningElement", "relatingBuildingElement"),
    ("IfcRelFillsElement", RelationKind::Fills, "relatedBuildingElement", "relatingOpeningElement"),
    ("IfcRelSpaceBoundary", RelationKind::Bounds, "relatedBuildingElement", "relatingSpace"),
    ("IfcRelSpaceBoundary1stLevel", RelationKind::Bounds, "relatedBuildingElement", "relatingSpace"),
    ("IfcRelSpaceBoundary2ndLevel", RelationKind::Bounds, "relatedBuildingElement", "relatingSpace"),
    ("IfcRelAssociatesMaterial", RelationKind::IsMadeOf, "relatedObjects", "relatingMaterial"),
    ("IfcRelAssociatesClassification", RelationKind::IsClassifiedAs, "relatedObjects", "relatingClassification"),
    ("IfcRelAssignsToGroup", RelationKind::BelongsTo, "relatedObjects", "relatingGroup"),
];

impl IfcJson {
    /// Keeps the pairs of a relation.
    pub(super) fn relation(&mut self, entity_type: &str, record: Json<'_>, place: &Place) {
        let Some(&(_, kind, many, one)) = RELATIONS.iter().find(|(name, ..)| *name == entity_type) else { return };
        let Some(one) = record.get(one) else { return };
        let targets = match kind {
            RelationKind::HasSet => self.set_targets(one, place),
            RelationKind::IsMadeOf => self.material_target(one).into_iter().collect(),
            RelationKind::IsClassifiedAs => self.classification_target(one).into_iter().collect(),
            RelationKind::IsOccurrenceOf
            | RelationKind::IsContainedIn
            | RelationKind::IsPartOf
            | RelationKind::Voids
            | RelationKind::Fills
            | RelationKind::Bounds
            | RelationKind::BelongsTo => self.reference(one).into_iter().collect::<Vec<_>>(),
        };
        for related in record.get(many).into_iter().flat_map(Json::items) {
            let Some(related) = self.reference(related) else {
                self.problem(ProblemCode::ValueUnreadable, place, many);
                continue;
            };
            for target in &targets {
                self.builder.relate(kind, related, *target, place);
            }
        }
    }

    /// One set, a list of sets, or an `IfcPropertySetDefinitionSet` around a list.
    fn set_targets(&mut self, one: Json<'_>, place: &Place) -> Vec<Node> {
        let list = one.get("value").unwrap_or(one);
        list.items().filter_map(|set| self.set_target(set, place)).collect()
    }

    pub(super) fn material_target(&mut self, one: Json<'_>) -> Option<Node> {
        let is_reference = one.get("ref").is_some() || matches!(one.value(), Value::Text(_));
        if is_reference { self.reference(one) } else { Some(Node::MaterialSet(self.material(one))) }
    }

    pub(super) fn classification_target(&mut self, one: Json<'_>) -> Option<Node> {
        let parts: Vec<&str> = ["itemReference", "identification", "name"]
            .iter()
            .filter_map(|key| one.text_at(key))
            .filter(|text| !text.trim().is_empty())
            .collect();
        let text = parts.join(" ");
        if text.is_empty() {
            return None;
        }
        let system = one.get("referencedSource").and_then(|source| source.text_at("name"));
        Some(self.builder.classify(system, &text))
    }
}
