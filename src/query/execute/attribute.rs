//! What an entity says of itself outside its sets: name, number, tag, type, storey, material, group.
//!
//! Plans name these as properties by fixed ids, so that they can be looked up, compared and grouped by like any other.

use crate::ifc::{Entity, EntityIndex, is_a, is_placeholder};
use crate::query::plan::{Aspect, GroupKey};

use super::property::Value;
use super::{Scene, classification, material, relation, select};

/// The id of what an entity is made of.
pub(super) const MATERIAL: &str = "material";

/// Ids of attributes, in the order in which an entity is described.
pub(in crate::query) const ATTRIBUTES: &[&str] = &[
    "name",
    "long_name",
    "number",
    "tag",
    "global_id",
    "entity_type",
    "predefined_type",
    "object_type",
    "type_name",
    "description",
    "storey",
    "space",
    MATERIAL,
    "classification",
    "group",
];

/// The value of an attribute, by its id; `None` for other ids and where there is none.
pub(super) fn value(scene: Scene<'_>, entity: EntityIndex, id: &str) -> Option<(Value, String)> {
    if !ATTRIBUTES.contains(&id) {
        return None;
    }
    let row = scene.reader.entity(entity)?;
    let text = |id| Some(scene.reader.text(id).trim().to_owned());
    let (found, source) = match id {
        "name" if is_space(scene, &row) => (row.long_name.or(row.name).and_then(text), "LongName"),
        "name" => (row.name.and_then(text), "Name"),
        "long_name" => (row.long_name.and_then(text), "LongName"),
        "number" => number(scene, &row),
        "tag" => (row.tag.and_then(text), "Tag"),
        "description" => (row.description.and_then(text), "Description"),
        "global_id" => (row.global_id.map(|id| id.to_string()).or_else(|| row.source_id.and_then(text)), "GlobalId"),
        "entity_type" => (text(row.entity_type), "entity type"),
        "predefined_type" => (row.predefined_type.and_then(text), "PredefinedType"),
        "object_type" => (row.object_type.and_then(text), "ObjectType"),
        "type_name" => (row.type_name.or(row.object_type).and_then(text), "type object"),
        "storey" => (select::place_name(scene.reader, entity).map(str::to_owned), "spatial structure"),
        "space" => (relation::space_of(scene, entity).map(|space| shown_space(scene, space)), "spatial structure"),
        MATERIAL => (joined(&material::names(scene, entity)), "materials"),
        "classification" => {
            let references = classification::references(scene, entity);
            (joined(&references.iter().map(classification::Reference::shown).collect::<Vec<_>>()), "classification")
        }
        "group" => (joined(&groups(scene, entity)), "groups"),
        _ => return None,
    };
    let found = found.filter(|text| !is_placeholder(id, text))?;
    Some((Value::Text(found), source.to_owned()))
}

/// The number of a space is its name, that of a list part its part number.
fn number(scene: Scene<'_>, row: &Entity) -> (Option<String>, &'static str) {
    let text = |id| scene.reader.text(id).trim().to_owned();
    if is_space(scene, row) {
        return (row.name.map(text), "Name");
    }
    (row.tag.filter(|_| row.label.is_some()).map(text), "Tag")
}

fn is_space(scene: Scene<'_>, row: &Entity) -> bool {
    is_a(scene.reader.text(row.entity_type), "IfcSpace")
}

fn joined(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// "Galerie (7)": a space by its word and its number, which two of one name tell apart.
pub(super) fn shown_space(scene: Scene<'_>, space: EntityIndex) -> String {
    let Some(row) = scene.reader.entity(space) else { return String::new() };
    let name = row.name.map(|id| scene.reader.text(id)).unwrap_or_default();
    match row.long_name.map(|id| scene.reader.text(id)).filter(|long| !long.is_empty() && *long != name) {
        Some(long) if name.is_empty() => long.to_owned(),
        Some(long) => format!("{long} ({name})"),
        None => name.to_owned(),
    }
}

/// Names of the groups, systems and zones of an entity.
pub(super) fn groups(scene: Scene<'_>, entity: EntityIndex) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for group in scene.reader.groups(entity).iter() {
        let Some(row) = scene.reader.entity(*group) else { continue };
        let Some(name) = row.name.or(row.long_name).map(|id| scene.reader.text(id).to_owned()) else { continue };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether an entity has something.
pub(super) fn has(scene: Scene<'_>, entity: EntityIndex, aspect: Aspect) -> bool {
    match aspect {
        Aspect::Name => ["name", "long_name"].iter().any(|id| value(scene, entity, id).is_some()),
        Aspect::Material => material::is_given(scene, entity),
        Aspect::Storey => select::place_name(scene.reader, entity).is_some(),
        Aspect::Type => scene.reader.entity(entity).is_some_and(|row| row.type_name.is_some()),
        Aspect::Classification => !classification::references(scene, entity).is_empty(),
        Aspect::Group => !scene.reader.groups(entity).is_empty(),
    }
}

/// The key that an attribute groups by, where an entity may have several values of it.
pub(super) fn group_key(by: &GroupKey) -> GroupKey {
    let GroupKey::Property(id) = by else { return by.clone() };
    match id.as_str() {
        "storey" => GroupKey::Storey,
        MATERIAL => GroupKey::Material,
        "type_name" => GroupKey::TypeName,
        "classification" => GroupKey::Classification,
        "group" => GroupKey::Group,
        "space" => GroupKey::Space,
        _ => by.clone(),
    }
}
