//! Shape D: `{"header": …, "data": {"IfcWall": [{"id", "name", "physical_properties", …}]}}`.
//!
//! Fields are snake_case and in SI units; a storey is named, not referenced. Ids and names may point forwards, so they
//! are resolved at the end.

mod fields;

use std::collections::{HashMap, HashSet};

use super::json::Json;
use super::splitter::Place;
use super::{ReadError, ShapeReader};
use crate::ifc::{
    BuildingModel, EntityDraft, EntityIndex, MaterialDraft, ModelBuilder, ModelHead, ProblemCode, Shape, is_a,
    is_placeholder,
};
use crate::limits;

/// What a reference says about the entity it stands on.
#[derive(Debug, Clone, Copy)]
enum Link {
    Whole,
    Container,
    Host,
    Bounds,
}

/// A reference to be resolved at the end.
#[derive(Debug)]
struct Pending {
    link: Link,
    entity: EntityIndex,
    id: String,
    place: Place,
}

/// The reader of shape D.
#[derive(Debug, Default)]
pub(super) struct HeaderData {
    builder: ModelBuilder,
    pending: Vec<Pending>,
    /// Entities by the name of the storey they are on, in the order of the file.
    on_storey: Vec<(EntityIndex, String)>,
    storeys: HashMap<String, EntityIndex>,
    /// Entities by their `id`, where that differs from their `global_id`.
    aliases: HashMap<String, EntityIndex>,
    schema: Option<String>,
    application: Option<String>,
    written_at: Option<String>,
    authors: Vec<String>,
}

impl ShapeReader for HeaderData {
    fn header(&mut self, key: &str, value: Json<'_>) {
        if key != "header" {
            return;
        }
        let text = |key: &str| value.text_at(key).filter(|text| !text.is_empty()).map(str::to_owned);
        let mut schemas = value.get("schema_identifiers").into_iter().flat_map(Json::items);
        self.schema = schemas.find_map(Json::text).map(str::to_owned).or_else(|| text("schema"));
        self.application = text("originating_system").or_else(|| text("preprocessor_version"));
        self.written_at = text("time_stamp");
        let authors = value.get("author").into_iter().flat_map(Json::items);
        self.authors = authors.filter_map(Json::text).filter(|a| !a.trim().is_empty()).map(str::to_owned).collect();
    }

    fn record(&mut self, place: &Place, record: Json<'_>) -> Result<(), ReadError> {
        if !place.in_data {
            return Ok(());
        }
        if !record.is_object() {
            self.problem(ProblemCode::RecordNotObject, place, record.kind());
            return Ok(());
        }
        match place.group.as_deref() {
            Some(entity_type) if entity_type.starts_with("Ifc") => self.entity(entity_type, record, place),
            group => {
                self.problem(ProblemCode::TypeMissing, place, group.unwrap_or_default());
                Ok(())
            }
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn finish(mut self: Box<Self>) -> BuildingModel {
        self.resolve_storeys();
        self.resolve_links();
        let HeaderData { builder, schema, application, written_at, authors, .. } = *self;
        builder.finish(ModelHead { schema, application, written_at, authors, ..ModelHead::of_shape(Shape::HeaderData) })
    }
}

impl HeaderData {
    fn problem(&mut self, code: ProblemCode, place: &Place, detail: &str) {
        self.builder.problems.push(code, &place.pointer(), place.offset, detail);
    }

    fn entity(&mut self, entity_type: &str, record: Json<'_>, place: &Place) -> Result<(), ReadError> {
        let own_id = record.get("id").and_then(Json::to_text);
        let global_id = record.text_at("global_id");
        let draft = EntityDraft {
            entity_type,
            id: global_id.or(own_id.as_deref()),
            name: record.text_at("name"),
            long_name: record.text_at("long_name"),
            description: record.text_at("description"),
            tag: record.text_at("tag"),
            object_type: record.text_at("object_type"),
            predefined_type: record.text_at("predefined_type"),
            type_name: record.text_at("type_name"),
            label: None,
            elevation_m: record.number_at("elevation"),
        };
        let added = self.builder.entity(&draft, &place.pointer(), place.offset);
        let entity = added.ok_or(ReadError::TooMany { entities_max: limits::ENTITIES_MAX })?;
        if let Some(own_id) = own_id.as_deref().filter(|id| global_id.is_some_and(|global| global != *id)) {
            self.aliases.entry(own_id.to_owned()).or_insert(entity);
        }
        if let (true, Some(name)) = (is_a(entity_type, "IfcBuildingStorey"), draft.name) {
            self.storeys.entry(name.to_owned()).or_insert(entity);
        }
        self.links(entity, entity_type, record, place);
        if let Some(material) = record.get("material") {
            self.material(entity, material);
        }
        self.fields(entity, record, place);
        Ok(())
    }

    /// Where an entity belongs, as ids and names.
    fn links(&mut self, entity: EntityIndex, entity_type: &str, record: Json<'_>, place: &Place) {
        let mut is_placed = false;
        for (key, link) in [
            ("space_id", Link::Container),
            ("container_id", Link::Container),
            ("storey_id", Link::Container),
            ("parent_id", Link::Whole),
            ("host_id", Link::Host),
        ] {
            let is_container = matches!(link, Link::Container);
            if let Some(id) = record.get(key).and_then(Json::to_text)
                && !(is_container && is_placed)
            {
                is_placed |= is_container;
                self.pending.push(Pending { link, entity, id: id.into_owned(), place: place.clone() });
            }
        }
        for element in record.get("boundaries").into_iter().flat_map(Json::items) {
            let id = ["element_id", "global_id", "id"].iter().find_map(|key| element.text_at(key)).or(element.text());
            if let Some(id) = id {
                self.pending.push(Pending { link: Link::Bounds, entity, id: id.to_owned(), place: place.clone() });
            }
        }
        let storey = record.text_at("storey").filter(|storey| !is_placeholder("storey", storey));
        if let Some(storey) = storey
            && !is_placed
            && !is_a(entity_type, "IfcBuildingStorey")
        {
            self.on_storey.push((entity, storey.to_owned()));
        }
    }

    /// A name, or layers, or constituents; the name that joins them with "+" is left out then.
    fn material(&mut self, entity: EntityIndex, material: Json<'_>) {
        let name_of = |part: Json<'_>| part.text().or_else(|| part.text_at("name")).unwrap_or("?").to_owned();
        let parts = |key: &str| material.get(key).into_iter().flat_map(Json::items);
        let (layers, constituents) = (parts("layers"), parts("constituents"));
        let is_layer = layers.clone().next().is_some();
        let named: Vec<(String, Option<f64>, Option<f64>)> = if is_layer {
            layers.map(|layer| (name_of(layer), layer.number_at("thickness"), None)).collect()
        } else if constituents.clone().next().is_some() {
            constituents.map(|part| (name_of(part), None, part.number_at("fraction"))).collect()
        } else {
            let name = material.text().or_else(|| material.text_at("name"));
            let name = name.filter(|name| !is_placeholder("material", name));
            name.map(|name| (name.to_owned(), None, None)).into_iter().collect()
        };
        let drafts: Vec<MaterialDraft<'_>> = named
            .iter()
            .map(|(name, thickness_m, fraction)| MaterialDraft {
                name,
                thickness_m: *thickness_m,
                fraction: *fraction,
                is_layer,
            })
            .collect();
        self.builder.materials(entity, &drafts);
    }

    /// Finds storeys by name; one that the data only names gets an entity.
    fn resolve_storeys(&mut self) {
        for (entity, name) in std::mem::take(&mut self.on_storey) {
            let known = self.storeys.get(&name).copied();
            let Some(storey) = known.or_else(|| label_storey(&mut self.builder, &name)) else { continue };
            self.storeys.insert(name, storey);
            self.builder.set_container(entity, storey);
        }
    }

    fn resolve_links(&mut self) {
        let mut bounds = HashSet::new();
        for Pending { link, entity, id, place } in std::mem::take(&mut self.pending) {
            let known = self.builder.find(&id).or_else(|| self.aliases.get(&id).copied());
            let Some(target) = known else {
                self.problem(ProblemCode::ReferenceDangling, &place, &id);
                continue;
            };
            match link {
                Link::Whole => self.builder.set_whole(entity, target),
                Link::Container => self.builder.set_container(entity, target),
                Link::Host => self.builder.set_host(entity, target),
                Link::Bounds => {
                    if bounds.insert((entity, target)) {
                        self.builder.boundary(entity, target);
                    }
                }
            }
        }
    }
}

/// A storey of which the file has only the name. It has no identifier by nature, so none is reported missing.
pub(super) fn label_storey(builder: &mut ModelBuilder, name: &str) -> Option<EntityIndex> {
    let id = format!("storey:{name}");
    let draft =
        EntityDraft { entity_type: "IfcBuildingStorey", id: Some(&id), name: Some(name), ..EntityDraft::default() };
    builder.entity(&draft, "", 0)
}

#[cfg(test)]
mod tests;
