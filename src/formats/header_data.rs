//! Shape D: `{"header": …, "data": {"IfcWall": [{"id", "name", "physical_properties", …}]}}`.
//!
//! Fields are snake_case and in SI units; a storey is named, not referenced. Ids and names may point forwards, so they
//! are resolved at the end.

mod fields;
mod keys;

use std::collections::HashMap;

use self::fields::Known;
use self::keys::Keys;
use super::ShapeReader;
use super::head::{Credits, Whereabouts, system};
use super::json::Json;
use super::splitter::Place;
use crate::ifc::{
    EntityDraft, EntityIndex, IdNumber, MaterialDraft, Meaning, ModelBuilder, ModelHead, Node, Nowhere, ProblemCode,
    RelationKind, Shape, is_a, is_placeholder,
};

/// The reader of shape D.
#[derive(Debug)]
pub(super) struct HeaderData {
    builder: ModelBuilder,
    /// Names of storeys that entities are said to be on, with the identifier that stands for each.
    named_storeys: HashMap<String, IdNumber>,
    /// The one named last; neighbours mostly are on one storey.
    last_storey: Option<(String, IdNumber)>,
    /// The class of the last record, and whether it is a storey.
    last_type: (String, bool),
    /// The last name of a material, and whether it stands for none.
    last_material: (String, bool),
    schema: Option<String>,
    written_at: Option<String>,
    credits: Credits,
    places: Whereabouts,
    keys: Keys,
}

impl ShapeReader for HeaderData {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        if key != "header" {
            return;
        }
        let text = |key: &str| value.text_at(key).filter(|text| !text.is_empty()).map(str::to_owned);
        let mut schemas = value.get("schema_identifiers").into_iter().flat_map(Json::items);
        self.schema = schemas.find_map(Json::text).map(str::to_owned).or_else(|| text("schema"));
        self.written_at = text("time_stamp");
        self.credits.header(value);
        let wrote = system(value.text_at("originating_system"), value.text_at("preprocessor_version"));
        self.credits.software(wrote.as_deref(), None);
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        if !place.in_data {
            return;
        }
        if !record.is_object() {
            self.problem(ProblemCode::RecordNotObject, place, record.kind());
            return;
        }
        match place.group.as_deref() {
            Some(entity_type) if entity_type.starts_with("Ifc") => self.entity(entity_type, record, place),
            group => self.problem(ProblemCode::TypeMissing, place, group.unwrap_or_default()),
        }
    }

    fn id<'t>(&self, record: Json<'t>) -> Option<&'t str> {
        // Looking further costs more than it saves.
        let mut first = record.fields().take(2).filter(|(key, _)| matches!(*key, "id" | "global_id"));
        first.next().and_then(|(_, value)| value.text())
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        let mut names: Vec<String> = std::mem::take(&mut self.named_storeys).into_keys().collect();
        names.sort_unstable();
        for name in names {
            if self.builder.find(&storey_id(&name)).is_none() {
                label_storey(&mut self.builder, &name);
            }
        }
        let (schema, written_at) = (self.schema.take(), self.written_at.take());
        let mut head = ModelHead { schema, written_at, ..ModelHead::of_shape(Shape::HeaderData) };
        std::mem::take(&mut self.credits).give(&mut head);
        std::mem::take(&mut self.places).give(&mut head);
        head
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl HeaderData {
    pub(super) fn new(builder: ModelBuilder) -> HeaderData {
        HeaderData {
            builder,
            named_storeys: HashMap::new(),
            last_storey: None,
            last_type: (String::new(), false),
            last_material: (String::new(), true),
            schema: None,
            written_at: None,
            credits: Credits::default(),
            places: Whereabouts::default(),
            keys: Keys::default(),
        }
    }

    fn problem(&mut self, code: ProblemCode, place: &Place, detail: &str) {
        self.builder.problems.push(code, place, detail);
    }

    fn entity(&mut self, entity_type: &str, record: Json<'_>, place: &Place) {
        self.keys.begin(record.stamp());
        let known = Known::of(record, &mut self.keys);
        let own_id = known.id.and_then(Json::to_text);
        let global_id = known.global_id.and_then(Json::text);
        let name = known.name.and_then(Json::text);
        let draft = EntityDraft {
            entity_type,
            id: global_id.or(own_id.as_deref()),
            name,
            long_name: known.long_name.and_then(Json::text),
            description: known.description.and_then(Json::text),
            tag: known.tag.and_then(Json::text),
            object_type: known.object_type.and_then(Json::text),
            predefined_type: known.predefined_type.and_then(Json::text),
            type_name: known.type_name.and_then(Json::text),
            label: None,
            elevation_m: known.elevation.and_then(Json::number),
        };
        let Some(entity) = self.builder.entity(&draft, place) else { return };
        if let Some(own_id) = own_id.as_deref().filter(|id| global_id.is_some_and(|global| global != *id)) {
            self.builder.mark(own_id, Meaning::Entity(entity));
        }
        self.stands(entity_type, record);
        let is_storey = self.is_storey(entity_type);
        if let (true, Some(name)) = (is_storey, name) {
            self.builder.mark(&storey_id(name), Meaning::Entity(entity));
        }
        let is_placed = self.links(entity, &known, place);
        if let Some(storey) = known.storey.and_then(Json::text)
            && !is_placed
            && !is_storey
        {
            self.on_storey(entity, storey, place);
        }
        if let Some(material) = known.material {
            self.material(entity, material);
        }
        self.fields(entity, record, &known, place);
    }

    /// Takes where a project, a site or a building stands: in fields of its own, or in a location.
    fn stands(&mut self, entity_type: &str, record: Json<'_>) {
        let address = match entity_type {
            "IfcProject" => "address",
            "IfcSite" => "site_address",
            "IfcBuilding" => "building_address",
            _ => return,
        };
        self.places.record(entity_type, record, ["ref_latitude", "ref_longitude", address]);
        if let Some(location) = record.get("location").filter(|location| location.is_object()) {
            self.places.record(entity_type, location, ["latitude", "longitude", "address"]);
        }
    }

    /// Whether a class is a storey; records of one class follow each other.
    fn is_storey(&mut self, entity_type: &str) -> bool {
        if self.last_type.0 != entity_type {
            self.last_type = (entity_type.to_owned(), is_a(entity_type, "IfcBuildingStorey"));
        }
        self.last_type.1
    }

    /// Where an entity belongs, as ids; whether one of them says what contains it.
    fn links(&mut self, entity: EntityIndex, known: &Known<'_>, place: &Place) -> bool {
        let mut is_placed = false;
        for (value, link) in [
            (known.space_id, RelationKind::IsContainedIn),
            (known.container_id, RelationKind::IsContainedIn),
            (known.storey_id, RelationKind::IsContainedIn),
            (known.parent_id, RelationKind::IsPartOf),
            (known.host_id, RelationKind::Voids),
        ] {
            let is_container = link == RelationKind::IsContainedIn;
            if let Some(id) = value.and_then(Json::to_text)
                && !(is_container && is_placed)
            {
                is_placed |= is_container;
                let target = Node::Id(self.builder.id(&id));
                self.builder.relate(link, Node::Entity(entity), target, place);
            }
        }
        for element in known.boundaries.into_iter().flat_map(Json::items) {
            let id = ["element_id", "global_id", "id"].iter().find_map(|key| element.text_at(key)).or(element.text());
            if let Some(id) = id {
                let element = Node::Id(self.builder.id(id));
                self.builder.relate(RelationKind::Bounds, element, Node::Entity(entity), place);
            }
        }
        is_placed
    }

    /// Puts an entity on the storey of a name.
    fn on_storey(&mut self, entity: EntityIndex, storey: &str, place: &Place) {
        let last = self.last_storey.as_ref().filter(|(name, _)| name == storey).map(|(_, number)| *number);
        let number = match last.or_else(|| self.named_storeys.get(storey).copied()) {
            Some(number) => number,
            None if is_placeholder("storey", storey) => return,
            None => {
                let number = self.builder.id(&storey_id(storey));
                self.named_storeys.insert(storey.to_owned(), number);
                number
            }
        };
        if last.is_none() {
            self.last_storey = Some((storey.to_owned(), number));
        }
        self.builder.relate(RelationKind::IsContainedIn, Node::Entity(entity), Node::Id(number), place);
    }

    /// A name, or layers, or constituents; the name that joins them with "+" is left out then.
    fn material(&mut self, entity: EntityIndex, material: Json<'_>) {
        let draft = |name, thickness_m, fraction| MaterialDraft { name, thickness_m, fraction, is_layer: false };
        let parts = |key: &str| material.get(key).into_iter().flat_map(Json::items);
        let (layers, constituents) = (parts("layers"), parts("constituents"));
        let drafts: Vec<MaterialDraft<'_>> = if layers.clone().next().is_some() {
            let layer = |layer: Json<'_>| layer.number_at("thickness");
            layers.map(|part| MaterialDraft { is_layer: true, ..draft(name_of(part), layer(part), None) }).collect()
        } else if constituents.clone().next().is_some() {
            constituents.map(|part| draft(name_of(part), None, part.number_at("fraction"))).collect()
        } else {
            let name = material.text().or_else(|| material.text_at("name"));
            let name = name.filter(|name| !self.is_no_material(name));
            name.map(|name| draft(name, None, None)).into_iter().collect()
        };
        self.builder.materials(entity, &drafts);
    }

    /// Whether the name of a material stands for none; neighbours mostly are of one material.
    fn is_no_material(&mut self, name: &str) -> bool {
        if self.last_material.0 != name {
            self.last_material = (name.to_owned(), is_placeholder("material", name));
        }
        self.last_material.1
    }
}

/// The name of a layer or constituent.
fn name_of(part: Json<'_>) -> &str {
    part.text().or_else(|| part.text_at("name")).unwrap_or("?")
}

/// The identifier that stands for a storey's name.
fn storey_id(name: &str) -> String {
    format!("storey:{name}")
}

/// A storey of which the file has only the name. It has no identifier by nature, so none is reported missing.
pub(super) fn label_storey(builder: &mut ModelBuilder, name: &str) -> Option<EntityIndex> {
    let id = storey_id(name);
    let draft =
        EntityDraft { entity_type: "IfcBuildingStorey", id: Some(&id), name: Some(name), ..EntityDraft::default() };
    builder.entity(&draft, &Nowhere)
}

#[cfg(test)]
mod tests;
