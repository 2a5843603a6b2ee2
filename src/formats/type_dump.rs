//! Shape G: `{"IfcWall": [{"GlobalId", "Name", "Storey": {}, "PropertySets": {}, "Quantities": {}, "Materials": []}]}`.
//!
//! Numbers are in the units of the file, declared under the project as names. Values carry no type, so what a number
//! measures is told by its name.

#[cfg(test)]
mod tests;

use super::ShapeReader;
use super::head::Whereabouts;
use super::json::Json;
use super::loose::{add_declared, flatten, open_set, reference, said, units_of};
use super::splitter::Place;
use crate::ifc::{
    EntityDraft, EntityIndex, MaterialDraft, Meaning, ModelBuilder, ModelHead, Node, Nowhere, ProblemCode,
    QuantitySource, RelationKind, Shape, UnitAssignment,
};

/// Fields that are attributes of the entity, links or containers and are read on their own.
const READ_ELSEWHERE: &[&str] = &[
    "id",
    "type",
    "GlobalId",
    "Name",
    "LongName",
    "Description",
    "Tag",
    "ObjectType",
    "PredefinedType",
    "Type",
    "Storey",
    "Space",
    "Parent",
    "HostElement",
    "Materials",
    "PropertySets",
    "Quantities",
    "Elevation",
    "Units",
    "Schema",
];

/// The reader of shape G.
#[derive(Debug)]
pub(super) struct TypeDump {
    builder: ModelBuilder,
    units: Option<UnitAssignment>,
    schema: Option<String>,
    places: Whereabouts,
}

impl ShapeReader for TypeDump {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        if key.starts_with("Ifc") {
            // A single object instead of a list of one.
            self.entity(key, value, place);
        }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        let group = place.group.as_deref().unwrap_or_default();
        if !record.is_object() {
            self.problem(ProblemCode::RecordNotObject, place, record.kind());
        } else if group.starts_with("Ifc") {
            self.entity(group, record, place);
        } else {
            self.problem(ProblemCode::TypeMissing, place, group);
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        if self.units.is_none() {
            self.builder.problems.push(ProblemCode::UnitsMissing, &Nowhere, "");
        }
        let mut head = ModelHead {
            schema: self.schema.take(),
            units: self.units.unwrap_or_default(),
            units_declared: self.units.is_some(),
            ..ModelHead::of_shape(Shape::TypeDump)
        };
        std::mem::take(&mut self.places).give(&mut head);
        head
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl TypeDump {
    pub(super) fn new(builder: ModelBuilder) -> TypeDump {
        TypeDump { builder, units: None, schema: None, places: Whereabouts::default() }
    }

    fn problem(&mut self, code: ProblemCode, place: &Place, detail: &str) {
        self.builder.problems.push(code, place, detail);
    }

    fn entity(&mut self, entity_type: &str, record: Json<'_>, place: &Place) {
        let own_id = record.get("id").and_then(Json::to_text);
        let draft = EntityDraft {
            entity_type: record.text_at("type").filter(|name| name.starts_with("Ifc")).unwrap_or(entity_type),
            id: record.text_at("GlobalId").or(own_id.as_deref()),
            name: record.text_at("Name"),
            long_name: record.text_at("LongName"),
            description: record.text_at("Description"),
            tag: record.text_at("Tag"),
            object_type: record.text_at("ObjectType"),
            predefined_type: record.text_at("PredefinedType"),
            type_name: record.get("Type").and_then(|of| said(of, "Name")),
            ..EntityDraft::default()
        };
        let Some(entity) = self.builder.entity(&draft, place) else { return };
        if let (Some(own_id), Some(_)) = (own_id, record.text_at("GlobalId")) {
            self.builder.mark(&own_id, Meaning::Entity(entity));
        }
        if entity_type == "IfcProject" {
            self.project(record, place);
        }
        let address = match entity_type {
            "IfcSite" => Some("SiteAddress"),
            "IfcBuilding" => Some("BuildingAddress"),
            _ => None,
        };
        if let Some(address) = address {
            self.places.record(entity_type, record, ["RefLatitude", "RefLongitude", address]);
        }
        if let Some(elevation) = record.number_at("Elevation") {
            self.builder.set_declared_elevation(entity, elevation);
        }
        self.links(entity, record, place);
        self.materials(entity, record, place);
        self.sets(entity, record.get("Quantities"), QuantitySource::QuantitySet, place);
        self.sets(entity, record.get("PropertySets"), QuantitySource::Property, place);
        // Dumps write the class of an address where they cannot write the address.
        let is_said = |value: &Json<'_>| !value.is_null() && value.text() != Some("IfcPostalAddress");
        let mut rest =
            record.fields().filter(|(key, value)| !READ_ELSEWHERE.contains(key) && is_said(value)).peekable();
        if rest.peek().is_some() {
            open_set(&mut self.builder, entity, None, place);
            rest.for_each(|(key, value)| self.value(key, value, QuantitySource::Attribute));
        }
    }

    fn project(&mut self, record: Json<'_>, place: &Place) {
        self.schema = self.schema.take().or_else(|| record.text_at("Schema").map(str::to_owned));
        let Some((units, unknown)) = record.get("Units").and_then(units_of).filter(|_| self.units.is_none()) else {
            return;
        };
        for name in unknown {
            self.problem(ProblemCode::UnitUnknown, place, &name);
        }
        self.units = Some(units);
    }

    /// A space goes before the storey it is on.
    fn links(&mut self, entity: EntityIndex, record: Json<'_>, place: &Place) {
        let container = record.get("Space").or_else(|| record.get("Storey")).and_then(reference);
        let links = [
            (RelationKind::IsContainedIn, container),
            (RelationKind::IsPartOf, record.get("Parent").and_then(reference)),
            (RelationKind::Voids, record.get("HostElement").and_then(reference)),
        ];
        for (kind, id) in links {
            if let Some(id) = id {
                let target = Node::Id(self.builder.id(&id));
                self.builder.relate(kind, Node::Entity(entity), target, place);
            }
        }
    }

    fn materials(&mut self, entity: EntityIndex, record: Json<'_>, place: &Place) {
        let draft = |part: Json<'_>| {
            let thickness_m = part.number_at("Thickness");
            let fraction = part.number_at("Fraction");
            (part.text().or_else(|| part.text_at("Name")).unwrap_or("?").to_owned(), thickness_m, fraction)
        };
        let parts: Vec<_> = record.get("Materials").into_iter().flat_map(Json::items).map(draft).collect();
        if parts.is_empty() {
            return;
        }
        let drafts: Vec<MaterialDraft<'_>> = parts
            .iter()
            .map(|(name, thickness_m, fraction)| MaterialDraft {
                name,
                thickness_m: *thickness_m,
                fraction: *fraction,
                is_layer: thickness_m.is_some(),
            })
            .collect();
        let set = self.builder.compose(&drafts, true);
        self.builder.relate(RelationKind::IsMadeOf, Node::Entity(entity), Node::MaterialSet(set), place);
    }

    fn sets(&mut self, entity: EntityIndex, sets: Option<Json<'_>>, source: QuantitySource, place: &Place) {
        for (set, values) in sets.into_iter().flat_map(Json::fields) {
            if !values.is_object() {
                open_set(&mut self.builder, entity, None, place);
                self.value(set, values, source);
                continue;
            }
            open_set(&mut self.builder, entity, Some(set), place);
            for (name, value) in values.fields() {
                self.value(name, value, source);
            }
        }
    }

    fn value(&mut self, name: &str, value: Json<'_>, source: QuantitySource) {
        let builder = &mut self.builder;
        flatten(name, value, &mut |name, scalar| add_declared(builder, name, &scalar, source));
    }
}
