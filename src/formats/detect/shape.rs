//! Which shape a record or a value of the root belongs to.

use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{Shape, fold, is_known};

/// Folded beginnings of fields that only German component lists have.
const GERMAN_FIELDS: &[&str] = &[
    "aussenbauteil",
    "bauabschnitt",
    "bauteil",
    "breite",
    "dicke",
    "eindeutige bauteilbezeichnung",
    "feuerwiderstandsklasse",
    "flaeche",
    "geschoss",
    "gewicht",
    "hoehe",
    "holzart",
    "konstruktionsart",
    "kostengruppe",
    "laenge",
    "tragend",
    "volumen",
];

/// Lists of the root that hold elements with dimensions and a location.
const ELEMENT_LISTS: &[&str] = &["building_elements", "building_components", "components"];

/// The shape a record belongs to; `None` where it says nothing.
pub(super) fn shape_of(place: &Place, record: Json<'_>) -> Option<Shape> {
    if record.field_count() == 0 {
        return None;
    }
    match place.group.as_deref() {
        Some(group) if place.in_data => {
            if is_ifc(group) {
                return Some(Shape::HeaderData);
            }
            is_listed_element(group, record).then_some(Shape::ElementList)
        }
        None | Some("data") => flat(record),
        Some(_) if place.index.is_none() && record.get("expressID").is_some() => Some(Shape::WebIfc),
        Some(group) if is_ifc(group) => Some(Shape::TypeDump),
        Some("metaObjects") => Some(Shape::XeokitMetamodel),
        Some("propertySets") if record.get("properties").is_some() => Some(Shape::XeokitMetamodel),
        Some(_) if is_german(record) => Some(Shape::GermanFlat),
        Some(group) => is_listed_element(group, record).then_some(Shape::ElementList),
    }
}

/// The shape that a value of the root other than a list decides.
pub(super) fn shape_of_header(key: &str, value: Json<'_>) -> Option<Shape> {
    if key == "type" && value.text().is_some_and(is_known) {
        return Some(Shape::IfcJsonNested);
    }
    let is_element = |(inner, list): (&str, Json<'_>)| match list.value() {
        Value::Array => list.items().any(|item| is_listed_element(inner, item)),
        Value::Object => key == "objects" && list.text_at("type").is_some_and(is_ifc),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    };
    value.fields().any(is_element).then_some(Shape::ElementList)
}

/// A record of the root list or of the list under `data`.
fn flat(record: Json<'_>) -> Option<Shape> {
    let is_node = ["attributes", "children", "inherits"].iter().any(|key| record.get(key).is_some());
    match record.text_at("type") {
        Some(name) if is_ifc(name) && is_nested(record) => Some(Shape::IfcJsonNested),
        Some(name) if is_ifc(name) => Some(Shape::IfcJson),
        Some(name) if record.text_at("globalId").is_some() && is_known(&format!("Ifc{name}")) => {
            Some(Shape::IfcJsonFlattened)
        }
        None if record.text_at("path").is_some() && is_node => Some(Shape::Ifcx),
        _ => None,
    }
}

fn is_ifc(name: &str) -> bool {
    name.starts_with("Ifc")
}

/// Whether relations stand whole in the inverse attributes of an entity.
fn is_nested(record: Json<'_>) -> bool {
    let relations = ["isDecomposedBy", "containsElements"].iter().filter_map(|key| record.get(key));
    relations.flat_map(Json::items).any(|item| item.get("relatedObjects").or(item.get("relatedElements")).is_some())
}

/// Whether a record is an element of a list of elements with dimensions, a material or a location.
fn is_listed_element(group: &str, record: Json<'_>) -> bool {
    let is_named = record.text_at("type").is_some() || record.text_at("name").is_some();
    let has_size = record.get("dimensions").is_some_and(Json::is_object);
    let is_described = record.get("material").is_some() || record.get("location").is_some();
    if ELEMENT_LISTS.contains(&group) {
        return is_named || has_size || is_described;
    }
    record.text_at("type").is_some() && (has_size || is_described && record.get("location").is_some())
}

/// Two German fields, or one beside a GlobalId.
fn is_german(record: Json<'_>) -> bool {
    let is_id = |key: &str| matches!(key, "GUID" | "Guid" | "GlobalId");
    let mut signs = 0;
    for (key, _) in record.fields() {
        let folded = fold(key);
        signs += usize::from(is_id(key)) + usize::from(GERMAN_FIELDS.iter().any(|field| folded.starts_with(field)));
    }
    let only_id = record.fields().all(|(key, _)| is_id(key));
    2 <= signs && !only_id
}
