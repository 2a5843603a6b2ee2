//! Relations between parts: what is in a space, built into a wall, bounds a space.

use crate::ifc::{EntityIndex, GlobalId, is_a};

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

/// Keeps what stands in a space.
pub(super) fn retain_in_space(
    scene: Scene<'_>,
    space: &str,
    entities: &mut Vec<EntityIndex>,
) -> std::result::Result<(), Missing> {
    let spaces = referenced(scene, space, "IfcSpace")?;
    let container = |e: &EntityIndex| scene.reader.entity(*e).and_then(|e| e.container);
    let known = entities
        .iter()
        .filter_map(container)
        .any(|c| scene.reader.entity(c).is_some_and(|e| is_a(scene.reader.text(e.entity_type), "IfcSpace")));
    if !known {
        return Err(Missing::Relation("containment"));
    }
    entities.retain(|e| container(e).is_some_and(|c| spaces.contains(&c)));
    Ok(())
}

/// Keeps what is built into an element.
pub(super) fn retain_hosted_by(
    scene: Scene<'_>,
    host: &str,
    entities: &mut Vec<EntityIndex>,
    any_of: &[String],
) -> std::result::Result<(), Missing> {
    let hosts = referenced(scene, host, "IfcElement")?;
    if entities.is_empty() {
        return Err(Missing::Parts(any_of.to_vec()));
    }
    let host_of = |e: &EntityIndex| scene.reader.entity(*e).and_then(|e| e.host);
    if !entities.iter().any(|e| host_of(e).is_some()) {
        return Err(Missing::Relation("openings"));
    }
    entities.retain(|e| host_of(e).is_some_and(|h| hosts.contains(&h)));
    Ok(())
}

/// Keeps what bounds a space.
pub(super) fn retain_bounding(
    scene: Scene<'_>,
    space: &str,
    entities: &mut Vec<EntityIndex>,
) -> std::result::Result<(), Missing> {
    let spaces = referenced(scene, space, "IfcSpace")?;
    if !has_boundaries(scene) {
        return Err(Missing::Relation("boundaries"));
    }
    let bounding: Vec<EntityIndex> = spaces.iter().flat_map(|s| scene.reader.boundaries(*s).into_owned()).collect();
    entities.retain(|e| bounding.contains(e));
    Ok(())
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
            let rows = vec![Row::of(*one)];
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
