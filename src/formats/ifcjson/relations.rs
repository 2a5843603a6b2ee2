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
    ("IfcRelReferencedInSpatialStructure", RelationKind::IsContainedIn, "relatedElements", "relatingStructure"),
    // The system is referenced in the buildings that it serves, as IFC4X3 writes it.
    ("IfcRelServicesBuildings", RelationKind::IsContainedIn, "relatingSystem", "relatedBuildings"),
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
    ("IfcRelAssignsToGroupByFactor", RelationKind::BelongsTo, "relatedObjects", "relatingGroup"),
];

/// Whether a relation says less than that the one side contains the many.
pub(super) fn is_reference(entity_type: &str) -> bool {
    matches!(entity_type, "IfcRelReferencedInSpatialStructure" | "IfcRelServicesBuildings")
}

/// Longest chain of classification references that is followed.
const NESTING_MAX: usize = 16;

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
            | RelationKind::BelongsTo => one.items().filter_map(|one| self.reference(one)).collect::<Vec<_>>(),
        };
        for related in record.get(many).into_iter().flat_map(Json::items) {
            let Some(related) = self.reference(related) else {
                self.problem(ProblemCode::ValueUnreadable, place, many);
                continue;
            };
            for target in &targets {
                if is_reference(entity_type) {
                    self.builder.refer(related, *target, place);
                } else {
                    self.builder.relate(kind, related, *target, place);
                }
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

    /// System, then code and name as one text. A reference may stand inside a wider one of the same system.
    pub(super) fn classification_target(&mut self, one: Json<'_>) -> Option<Node> {
        let said = |of: Json<'_>, keys: &[&str]| {
            let texts = keys.iter().filter_map(|key| of.text_at(key)).map(str::to_owned);
            texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>()
        };
        let code = said(one, &["itemReference", "identification", "name"]).join(" ");
        if code.is_empty() {
            return None;
        }
        let sources = std::iter::successors(one.get("referencedSource"), |source| source.get("referencedSource"));
        let system = sources.take(NESTING_MAX).last().filter(|source| {
            let source_type = source.text_at("type").unwrap_or_default();
            !source_type.ends_with("ClassificationReference")
        });
        let system = system.and_then(|system| said(system, &["name", "source"]).into_iter().next());
        Some(self.builder.classify(system.as_deref(), &code))
    }
}
