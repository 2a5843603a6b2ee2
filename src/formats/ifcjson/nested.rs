//! Shape C: the root object is the project, and everything stands inside it.
//!
//! The values of the root come one by one; each is held whole while it is read, so one of them may be as large as a
//! record. Scalars are wrapped (`{"type", "value"}`), references are plain identifiers.

#[cfg(test)]
mod tests;

use super::IfcJson;
use super::inverse::is_inverse;
use crate::formats::json::Json;
use crate::formats::loose::Spot;
use crate::formats::splitter::Place;
use crate::formats::{ShapeReader, Skips};
use crate::ifc::{EntityDraft, Meaning, ModelBuilder, ModelHead, Node, Nowhere, Origin, Shape};

/// Geometry.
const SKIPPED_KEYS: &[&str] = &[
    "representation",
    "representations",
    "representationMaps",
    "objectPlacement",
    "connectionGeometry",
    "representationContexts",
];

/// Stands for the project until its identifier is known.
const ROOT: &str = "#root";

/// The reader of shape C.
#[derive(Debug)]
pub(in crate::formats) struct Nested {
    core: IfcJson,
    root: Option<Root>,
}

/// Attributes of the root object.
#[derive(Debug, Default)]
struct Root {
    entity_type: Option<String>,
    id: Option<String>,
    name: Option<String>,
    long_name: Option<String>,
    description: Option<String>,
    object_type: Option<String>,
    phase: Option<String>,
    /// Where its type stands.
    spot: Option<Spot>,
}

impl ShapeReader for Nested {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        let text = || value.text().map(str::to_owned);
        let root = self.root.get_or_insert_default();
        match key {
            "type" => {
                root.entity_type = text();
                root.spot = Some(Spot::of(place));
            }
            "globalId" => root.id = text(),
            "name" => root.name = text(),
            "longName" => root.long_name = text(),
            "description" => root.description = text(),
            "objectType" => root.object_type = text(),
            "phase" => root.phase = text(),
            "ownerHistory" => self.core.owner_history(value),
            "unitsInContext" => self.core.units = self.core.read_units(value, place),
            key if is_inverse(key) => self.relation_of_root(key, value, place),
            _ => {}
        }
    }

    fn skips(&self) -> Skips {
        Skips { keys: SKIPPED_KEYS, types: &[] }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        match place.group.as_deref() {
            None | Some("data") => drop(self.core.whole_entity(record, place, is_inverse)),
            Some(key) => self.relation_of_root(key, record, place),
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.core.builder
    }

    fn resolve(&mut self) -> ModelHead {
        if let Some(root) = self.root.take().filter(|root| root.id.is_some() || root.entity_type.is_some()) {
            self.project(&root);
        }
        self.core.head_of(Shape::IfcJsonNested)
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.core.builder
    }
}

impl Nested {
    pub(in crate::formats) fn new(builder: ModelBuilder) -> Nested {
        Nested { core: IfcJson::new(builder), root: None }
    }

    fn relation_of_root(&mut self, key: &str, value: Json<'_>, place: &Place) {
        let root = Node::Id(self.core.builder.id(ROOT));
        self.core.inverse(root, key, value, place);
    }

    fn project(&mut self, root: &Root) {
        let draft = EntityDraft {
            entity_type: root.entity_type.as_deref().unwrap_or("IfcProject"),
            id: root.id.as_deref(),
            name: root.name.as_deref(),
            long_name: root.long_name.as_deref(),
            description: root.description.as_deref(),
            object_type: root.object_type.as_deref(),
            ..EntityDraft::default()
        };
        let origin: &dyn Origin = root.spot.as_ref().map_or(&Nowhere, |spot| spot);
        if let Some(entity) = self.core.builder.entity(&draft, origin) {
            self.core.builder.mark(ROOT, Meaning::Entity(entity));
            if let Some(phase) = &root.phase {
                self.core.phase(entity, phase);
            }
        }
    }
}
