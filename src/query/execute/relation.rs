//! Relations between parts: what is in a space, built into a wall, bounds a space.

use std::collections::HashSet;

use crate::ifc::{EntityIndex, GlobalId, is_a};

use crate::query::plan::Selection;

use super::outcome::{Missing, Outcome, Result, Row};
use super::{Scene, Selected, lookup, select};

/// The entities that a name or GlobalId means among those of a type.
fn referenced(scene: Scene<'_>, reference: &str, entity_type: &str) -> std::result::Result<Vec<EntityIndex>, Missing> {
    let of_type: Vec<EntityIndex> = (0..scene.reader.entity_count())
        .filter_map(EntityIndex::new)
        .filter(|e| scene.reader.entity(*e).is_some_and(|e| is_a(scene.reader.text(e.entity_type), entity_type)))
        .collect();
    let by_id = GlobalId::parse(reference).ok().map(|id| {
        let is = |e: &&EntityIndex| scene.reader.entity(**e).is_some_and(|e| e.global_id == Some(id));
        of_type.iter().filter(is).copied().collect::<Vec<_>>()
    });
    let found = by_id.filter(|found| !found.is_empty()).unwrap_or_else(|| select::named(scene, &of_type, reference));
    if found.is_empty() { Err(Missing::Named(reference.to_owned())) } else { Ok(found) }
}

/// The spaces that a name means, where the model says of any of the entities in which space it stands.
pub(super) fn spaces_holding(
    scene: Scene<'_>,
    space: &str,
    entities: &[EntityIndex],
) -> std::result::Result<HashSet<EntityIndex>, Missing> {
    let spaces = referenced(scene, space, "IfcSpace")?;
    if !entities.iter().any(|e| space_of(scene, *e).is_some()) {
        return Err(Missing::Relation("containment"));
    }
    Ok(spaces.into_iter().collect())
}

/// The space that an entity stands in.
pub(super) fn space_of(scene: Scene<'_>, entity: EntityIndex) -> Option<EntityIndex> {
    scene.reader.entity(entity)?.container.filter(|container| is_space(scene, *container))
}

fn is_space(scene: Scene<'_>, entity: EntityIndex) -> bool {
    scene.reader.entity(entity).is_some_and(|e| is_a(scene.reader.text(e.entity_type), "IfcSpace"))
}

/// The elements that a name means, where the model says of any of the entities what it is built into.
pub(super) fn hosts(
    scene: Scene<'_>,
    host: &str,
    entities: &[EntityIndex],
    any_of: &[String],
) -> std::result::Result<HashSet<EntityIndex>, Missing> {
    let hosts = referenced(scene, host, "IfcElement")?;
    if entities.is_empty() {
        return Err(Missing::Parts(any_of.to_vec()));
    }
    if !entities.iter().any(|e| scene.reader.entity(*e).is_some_and(|e| e.host.is_some())) {
        return Err(Missing::Relation("openings"));
    }
    Ok(hosts.into_iter().collect())
}

/// What bounds the space that a name means.
pub(super) fn bounding(scene: Scene<'_>, space: &str) -> std::result::Result<HashSet<EntityIndex>, Missing> {
    let spaces = referenced(scene, space, "IfcSpace")?;
    if !has_boundaries(scene) {
        return Err(Missing::Relation("boundaries"));
    }
    Ok(spaces.iter().flat_map(|s| scene.reader.boundaries(*s).into_owned()).collect())
}

/// Those of the entities that host, contain or are bounded by parts of some kinds.
pub(super) fn holding(
    scene: Scene<'_>,
    kinds: &[String],
    entities: &[EntityIndex],
) -> std::result::Result<HashSet<EntityIndex>, Missing> {
    let parts: HashSet<EntityIndex> = select::of_kind(scene, kinds)?.iter().copied().collect();
    let mut holders: HashSet<EntityIndex> = HashSet::new();
    let mut hosted = false;
    for row in parts.iter().filter_map(|part| scene.reader.entity(*part)) {
        hosted |= row.host.is_some();
        holders.extend([row.host, row.container, row.whole, row.storey].into_iter().flatten());
    }
    let bounded = |e: &EntityIndex| scene.reader.boundaries(*e).iter().any(|part| parts.contains(part));
    let found: HashSet<EntityIndex> = entities.iter().copied().filter(|e| holders.contains(e) || bounded(e)).collect();
    if found.is_empty() && !parts.is_empty() {
        let spaces = entities.iter().any(|e| is_space(scene, *e));
        let is_element = |e: &EntityIndex| {
            scene.reader.entity(*e).is_some_and(|e| crate::ifc::is_element(scene.reader.text(e.entity_type)))
        };
        if spaces && !has_boundaries(scene) {
            return Err(Missing::Relation("boundaries"));
        }
        if !hosted && entities.iter().any(is_element) {
            return Err(Missing::Relation("openings"));
        }
    }
    Ok(found)
}

/// Groups may be grouped again; deeper than this none is followed.
const GROUP_DEPTH_MAX: usize = 8;

/// Those of the entities that belong to the group, system or zone that a name means, or to a group in it.
pub(super) fn members(
    scene: Scene<'_>,
    name: &str,
    entities: &[EntityIndex],
) -> std::result::Result<HashSet<EntityIndex>, Missing> {
    let wanted: HashSet<EntityIndex> = referenced(scene, name, "IfcGroup")?.into_iter().collect();
    let belongs = |entity: &EntityIndex| {
        let mut reached: Vec<EntityIndex> = scene.reader.groups(*entity).into_owned();
        for _ in 0..GROUP_DEPTH_MAX {
            if reached.iter().any(|group| wanted.contains(group)) {
                return true;
            }
            reached = reached.iter().flat_map(|group| scene.reader.groups(*group).into_owned()).collect();
        }
        false
    };
    Ok(entities.iter().copied().filter(belongs).collect())
}

fn has_boundaries(scene: Scene<'_>) -> bool {
    (0..scene.reader.entity_count()).filter_map(EntityIndex::new).any(|e| !scene.reader.boundaries(e).is_empty())
}

/// What each is built into.
pub(super) fn host(scene: Scene<'_>, selected: &Selected) -> Outcome {
    let mut hosts: Vec<EntityIndex> = Vec::new();
    let mut hosted = 0;
    for host in selected.entities.iter().filter_map(|e| scene.reader.entity(*e)?.host) {
        hosted += 1;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    let elements = selected.entities.len();
    match hosts.as_slice() {
        [] if elements == 0 => Outcome::missing(Missing::Nothing),
        [] => Outcome::missing(Missing::Relation("openings")),
        [one] => {
            let name = scene.reader.entity(*one).and_then(|e| e.name).map(|n| scene.reader.text(n).to_owned());
            let rows = vec![Row::of(*one)].into();
            Outcome::of(Result::Text { text: name.unwrap_or_default(), rows }, elements).covering(elements, hosted)
        }
        several => Outcome::of(Result::List(lookup::rows(several)), elements).covering(elements, hosted),
    }
}

/// The spaces that each bounds or connects.
pub(super) fn bounded_spaces(scene: Scene<'_>, selected: &Selected) -> Outcome {
    if !has_boundaries(scene) {
        return Outcome::missing(Missing::Relation("boundaries"));
    }
    let spaces: Vec<EntityIndex> = (0..scene.reader.entity_count())
        .filter_map(EntityIndex::new)
        .filter(|space| scene.reader.boundaries(*space).iter().any(|e| selected.entities.contains(e)))
        .collect();
    Outcome::of(Result::List(lookup::rows(&spaces)), spaces.len())
}

/// Name of an entity, else its long name or GlobalId.
pub(super) fn name_of(scene: Scene<'_>, entity: EntityIndex) -> String {
    let Some(row) = scene.reader.entity(entity) else { return String::new() };
    let name = row.name.or(row.long_name).map(|id| scene.reader.text(id).to_owned());
    name.or_else(|| row.global_id.map(|id| id.to_string())).unwrap_or_default()
}

/// The spaces that share a bounding element with the selected ones, which are none of them; with the first such element.
pub(super) fn neighbours(scene: Scene<'_>, of: &Selection, selected: &Selected, through: &[String]) -> Outcome {
    if selected.entities.is_empty() {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let own: HashSet<EntityIndex> = selected.entities.iter().copied().collect();
    let bounding: HashSet<EntityIndex> =
        own.iter().flat_map(|space| scene.reader.boundaries(*space).into_owned()).collect();
    let leads = |element: &EntityIndex| through.is_empty() || select::is_any_kind(scene, *element, through);
    if bounding.is_empty() {
        return Outcome::missing(Missing::Relation("boundaries"));
    }
    let rows: Vec<Row> = (0..scene.reader.entity_count())
        .filter_map(EntityIndex::new)
        .filter(|space| !own.contains(space))
        .filter_map(|space| {
            let shared = scene
                .reader
                .boundaries(space)
                .iter()
                .copied()
                .find(|element| bounding.contains(element) && leads(element))?;
            Some(Row { source: Some(name_of(scene, shared)), ..Row::of(space) })
        })
        .collect();
    let elements = rows.len();
    Outcome::of(Result::List(rows.into()), elements)
}
