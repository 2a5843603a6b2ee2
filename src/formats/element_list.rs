//! Shape E: lists of elements, `{"building_elements": [{"type", "name", "material", "dimensions": {}, "location": {}}]}`.
//!
//! No unit is declared. Lengths are in millimetres in `building_elements` and objects, and in centimetres in lists of
//! components, as those who wrote such files meant it; a unit beside the dimensions goes before that. Storeys are labels
//! and get an entity each.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::ShapeReader;
use super::german_flat::meaning_of;
use super::head::{Credits, system};
use super::header_data::label_storey;
use super::json::{Json, Value};
use super::loose::{Named, Scalar, add_stored, flatten, measure_of_name, said, unit_factor};
use super::splitter::Place;
use crate::ifc::{
    EntityDraft, EntityIndex, MaterialDraft, Measure, ModelBuilder, ModelHead, ProblemCode, QuantityDraft,
    QuantitySource, Shape, is_placeholder,
};

const ID_KEYS: &[&str] = &["global_id", "globalId", "GlobalId", "guid", "id"];
const STOREY_KEYS: &[&str] = &["floor", "storey", "story", "level", "geschoss"];

/// Fields that are read on their own.
const READ_ELSEWHERE: &[&str] = &[
    "global_id",
    "globalId",
    "GlobalId",
    "guid",
    "id",
    "type",
    "name",
    "description",
    "tag",
    "material",
    "materials",
    "dimensions",
    "location",
    "properties",
    "predefined_type",
    "object_type",
];

/// The reader of shape E.
#[derive(Debug)]
pub(super) struct ElementList {
    builder: ModelBuilder,
    storeys: HashMap<String, EntityIndex>,
    /// Elements by the name of their material.
    made_of: Vec<(String, EntityIndex)>,
    /// What the file says of its materials.
    materials: HashMap<String, Vec<(String, Scalar<'static>)>>,
    has_told_units: bool,
    credits: Credits,
    written_at: Option<String>,
}

impl ShapeReader for ElementList {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        match key {
            "metadata" | "header" => {
                let text = |keys: &[&str]| keys.iter().find_map(|key| value.text_at(key)).map(str::to_owned);
                let wrote = text(&["originating_system", "source"]);
                let wrote = system(wrote.as_deref(), value.text_at("preprocessor_version"));
                self.credits.software(wrote.as_deref(), None);
                self.credits.header(value);
                self.written_at = self.written_at.take().or_else(|| text(&["time_stamp", "created"]));
            }
            "ifc_project" | "project" if value.is_object() => self.project(value, place),
            "geometry" => {}
            _ => self.elements_inside(key, value, place),
        }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        let group = place.group.as_deref().unwrap_or_default();
        if !record.is_object() {
            self.builder.problems.push(ProblemCode::RecordNotObject, place, record.kind());
        } else if group == "materials" {
            self.material_notes(record);
        } else {
            self.element(group, record, place);
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        for (material, entity) in std::mem::take(&mut self.made_of) {
            for (name, value) in self.materials.get(&material).into_iter().flatten() {
                let at = Named { entity, set: Some("material"), name, from_type: false };
                add_stored(&mut self.builder, at, value, 1.0, QuantitySource::Property);
            }
        }
        let mut head = ModelHead { written_at: self.written_at.take(), ..ModelHead::of_shape(Shape::ElementList) };
        std::mem::take(&mut self.credits).give(&mut head);
        head
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl ElementList {
    pub(super) fn new(builder: ModelBuilder) -> ElementList {
        ElementList {
            builder,
            storeys: HashMap::new(),
            made_of: Vec::new(),
            materials: HashMap::new(),
            has_told_units: false,
            credits: Credits::default(),
            written_at: None,
        }
    }

    /// Lists, or objects by name, inside a value of the root.
    fn elements_inside(&mut self, key: &str, value: Json<'_>, place: &Place) {
        for (inner, list) in value.fields() {
            match list.value() {
                Value::Array => {
                    for record in list.items().filter(|record| record.is_object()) {
                        self.element(inner, record, place);
                    }
                }
                Value::Object if key == "objects" => self.element(key, list, place),
                Value::Text(name) if inner == "project" => {
                    let draft = EntityDraft {
                        entity_type: "IfcProject",
                        id: Some("project"),
                        name: Some(name),
                        ..EntityDraft::default()
                    };
                    self.builder.entity(&draft, place);
                }
                Value::Object | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
            }
        }
    }

    fn project(&mut self, record: Json<'_>, place: &Place) {
        let id = ID_KEYS.iter().find_map(|key| record.get(key)).and_then(Json::to_text);
        let draft = EntityDraft {
            entity_type: "IfcProject",
            id: id.as_deref(),
            name: record.text_at("name"),
            description: record.text_at("description"),
            ..EntityDraft::default()
        };
        self.builder.entity(&draft, place);
    }

    fn element(&mut self, group: &str, record: Json<'_>, place: &Place) {
        let id = ID_KEYS.iter().find_map(|key| record.get(key)).and_then(Json::to_text);
        let word = record.text_at("type").unwrap_or(group);
        let is_ifc = word.starts_with("Ifc");
        let meaning = meaning_of(word);
        let draft = EntityDraft {
            entity_type: if is_ifc { word } else { meaning.entity_type },
            id: id.as_deref(),
            name: record.text_at("name"),
            description: record.text_at("description"),
            tag: record.text_at("tag"),
            object_type: record.text_at("object_type"),
            predefined_type: record.text_at("predefined_type").or_else(|| meaning.predefined_type.filter(|_| !is_ifc)),
            label: (!is_ifc).then_some(word),
            ..EntityDraft::default()
        };
        let Some(entity) = self.builder.entity(&draft, place) else { return };
        let factor = self.length_factor(group, record, place);
        self.dimensions(entity, record, factor);
        self.storey(entity, record);
        if let Some(material) = record.get("material").or_else(|| record.get("materials")) {
            self.material(entity, material);
        }
        let loose = record.fields().filter(|(key, _)| !READ_ELSEWHERE.contains(key) && !STOREY_KEYS.contains(key));
        for (key, value) in record.get("properties").into_iter().flat_map(Json::fields).chain(loose) {
            self.field(entity, key, value, factor);
        }
    }

    /// Metres per length unit of a record; where the file does not say it, the choice is told once.
    fn length_factor(&mut self, group: &str, record: Json<'_>, place: &Place) -> f64 {
        let said = record.get("dimensions").and_then(|sizes| sizes.text_at("unit")).or_else(|| record.text_at("unit"));
        if let Some(factor) = said.and_then(|unit| unit_factor(Measure::Length, unit)) {
            return factor;
        }
        let (factor, name) = if group.contains("component") { (1e-2, "cm") } else { (1e-3, "mm") };
        if !self.has_told_units && record.get("dimensions").is_some() {
            self.has_told_units = true;
            self.builder.problems.push(ProblemCode::UnitsMissing, place, name);
        }
        factor
    }

    fn dimensions(&mut self, entity: EntityIndex, record: Json<'_>, factor: f64) {
        let mut sizes = Vec::new();
        for (key, value) in record.get("dimensions").into_iter().flat_map(Json::fields) {
            let (Some(measure), Some(number)) = (measure_of_name(key), value.number()) else {
                if key != "unit" {
                    self.field(entity, key, value, factor);
                }
                continue;
            };
            let number = if measure == Measure::Length { number * factor } else { number };
            let mut letters = key.chars();
            let name: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            self.quantity(entity, &name, measure, number, QuantitySource::QuantitySet);
            sizes.push((name, number));
        }
        let size = |wanted: &str| sizes.iter().find(|(name, _)| name == wanted).map(|(_, number)| *number);
        if let (Some(length), Some(width), Some(height), None) =
            (size("Length"), size("Width"), size("Height"), size("Volume"))
            && 0.0 < length.min(width).min(height)
        {
            self.quantity(entity, "Volume", Measure::Volume, length * width * height, QuantitySource::Dimensions);
        }
    }

    fn quantity(&mut self, entity: EntityIndex, name: &str, measure: Measure, value: f64, source: QuantitySource) {
        self.builder.quantity(entity, &QuantityDraft { set: None, name, measure, value, source, from_type: false });
    }

    fn storey(&mut self, entity: EntityIndex, record: Json<'_>) {
        let location = record.get("location");
        let inside = location.and_then(|place| STOREY_KEYS.iter().find_map(|key| said(place, key)));
        let beside = || STOREY_KEYS.iter().find_map(|key| said(record, key));
        let label = location.and_then(Json::text).filter(|label| !is_placeholder("location", label));
        for (key, value) in location.into_iter().flat_map(Json::fields).filter(|(key, _)| !STOREY_KEYS.contains(key)) {
            self.field(entity, &format!("location.{key}"), value, 1.0);
        }
        let Some(label) = inside.or(label).or_else(beside) else { return };
        let known = self.storeys.get(label).copied();
        let Some(storey) = known.or_else(|| label_storey(&mut self.builder, label)) else { return };
        self.storeys.insert(label.to_owned(), storey);
        self.builder.set_container(entity, storey);
    }

    fn material(&mut self, entity: EntityIndex, material: Json<'_>) {
        let name_of = |part: Json<'_>| part.text().or_else(|| part.text_at("name")).map(str::to_owned);
        let names: Vec<String> =
            material.items().filter_map(name_of).filter(|name| !is_placeholder("material", name)).collect();
        let draft = |name| MaterialDraft { name, thickness_m: None, fraction: None, is_layer: false };
        let drafts: Vec<MaterialDraft<'_>> = names.iter().map(|name| draft(name.as_str())).collect();
        if !drafts.is_empty() {
            self.builder.materials(entity, &drafts);
        }
        self.made_of.extend(names.into_iter().map(|name| (name, entity)));
    }

    fn material_notes(&mut self, record: Json<'_>) {
        let Some(name) = record.text_at("name") else { return };
        let notes = self.materials.entry(name.to_owned()).or_default();
        for (key, value) in record.fields().filter(|(key, _)| *key != "name") {
            flatten(key, value, &mut |name, scalar| notes.push((name.to_owned(), scalar.into_owned())));
        }
    }

    fn field(&mut self, entity: EntityIndex, key: &str, value: Json<'_>, factor: f64) {
        let builder = &mut self.builder;
        flatten(key, value, &mut |name, scalar| {
            let at = Named { entity, set: None, name, from_type: false };
            add_stored(builder, at, &scalar, factor, QuantitySource::Property);
        });
    }
}
