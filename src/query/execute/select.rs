//! Which entities a selection means.

use std::collections::{BTreeSet, HashMap};

use crate::ifc::ModelReader;
use crate::ifc::{Concept, Entity, EntityIndex, GlobalId, TextId, fold, is_a, is_element, words};
use crate::query::name::holds;
use crate::query::plan::{Filter, Selection};

use super::outcome::Missing;
use super::{Scene, Selected, material, measure, property, relation};

/// Entities that pass every condition.
pub(super) fn select(scene: Scene<'_>, selection: &Selection) -> Result<Selected, Missing> {
    for filter in &selection.filters {
        if let Filter::StoreyUnknown(said) = filter {
            return Err(Missing::Storey(said.clone()));
        }
    }
    let mut selected = Selected { entities: of_kind(scene, &selection.any_of)?, ..Selected::default() };
    let kind_count = selected.entities.len();
    for filter in selection.filters.iter().filter(|f| !is_property(f)) {
        apply(scene, filter, &mut selected, selection, kind_count)?;
    }
    selected.candidates = selected.entities.len();
    for filter in selection.filters.iter().filter(|f| is_property(f)) {
        apply(scene, filter, &mut selected, selection, kind_count)?;
    }
    Ok(selected)
}

fn is_property(filter: &Filter) -> bool {
    matches!(filter, Filter::Property(..) | Filter::Measure(..))
}

fn apply(
    scene: Scene<'_>,
    filter: &Filter,
    selected: &mut Selected,
    selection: &Selection,
    kind_count: usize,
) -> Result<(), Missing> {
    let entities = &mut selected.entities;
    match filter {
        Filter::Storey(names) => {
            entities.retain(|e| place_name(scene.reader, *e).is_some_and(|n| names.iter().any(|w| *w == n)));
        }
        Filter::StoreyUnknown(_) => {}
        Filter::Material(wanted) => {
            entities.retain(|e| material::is_made_of(scene, *e, wanted));
            if entities.is_empty() && !material::is_in_model(scene, wanted) {
                return Err(Missing::Material(wanted.clone()));
            }
        }
        Filter::Property(name, test) => property::retain(scene, name, test, selected)?,
        Filter::Measure(measured, comparison, value) => {
            measure::retain(scene, *measured, *comparison, *value, selected)?;
        }
        Filter::Name(name) => {
            let named = named(scene, entities, name);
            if named.is_empty() && kind_count > 0 {
                return Err(Missing::Named(name.clone()));
            }
            *entities = named;
        }
        Filter::GlobalId(text) => {
            let id = GlobalId::parse(text).ok();
            entities.retain(|e| id.is_some() && scene.reader.entity(*e).is_some_and(|e| e.global_id == id));
            if entities.is_empty() {
                return Err(Missing::Named(text.clone()));
            }
        }
        Filter::TypeName(name) => {
            let folded = fold(name);
            entities.retain(|e| type_name_is(scene.reader, *e, &folded));
            if entities.is_empty() && kind_count > 0 {
                return Err(Missing::Named(name.clone()));
            }
        }
        Filter::InSpace(name) => relation::retain_in_space(scene, name, entities)?,
        Filter::HostedBy(name) => relation::retain_hosted_by(scene, name, entities, &selection.any_of)?,
        Filter::BoundsSpace(name) => relation::retain_bounding(scene, name, entities)?,
        Filter::Kind(_)
        | Filter::Holds(_)
        | Filter::Classified(_)
        | Filter::InGroup(_)
        | Filter::Has(_)
        | Filter::Any(_)
        | Filter::All(_)
        | Filter::Not(_) => return Err(Missing::Nothing),
    }
    Ok(())
}

/// Entities of any of these kinds; every building part and space when no kind is named.
pub(super) fn of_kind(scene: Scene<'_>, any_of: &[String]) -> Result<Vec<EntityIndex>, Missing> {
    let mut kinds: HashMap<TextId, bool> = HashMap::new();
    let mut found = Vec::new();
    let mut narrowed_out = 0;
    for index in (0..scene.reader.entity_count()).filter_map(EntityIndex::new) {
        let Some(entity) = scene.reader.entity(index) else { continue };
        let candidate = *kinds.entry(entity.entity_type).or_insert_with(|| {
            let entity_type = scene.reader.text(entity.entity_type);
            is_candidate(entity_type, any_of)
        });
        if !candidate {
            continue;
        }
        if any_of.is_empty() || any_of.iter().any(|kind| is_kind(scene.reader, &entity, kind)) {
            found.push(index);
        } else {
            narrowed_out += 1;
        }
    }
    if found.is_empty() && narrowed_out > 0 && any_of.iter().any(|k| Concept::by_id(k).is_some_and(|c| c.narrowed)) {
        return Err(Missing::Narrowing(any_of.first().cloned().unwrap_or_default(), narrowed_out));
    }
    Ok(found)
}

/// Whether entities of a type may be of a kind at all.
fn is_candidate(entity_type: &str, any_of: &[String]) -> bool {
    if any_of.is_empty() {
        return is_element(entity_type) || is_a(entity_type, "IfcSpace");
    }
    any_of.iter().any(|kind| match Concept::by_id(kind) {
        Some(concept) if concept.id == "element" => is_element(entity_type),
        Some(concept) => is_a(entity_type, concept.entity_type),
        None if kind.starts_with("label:") => is_element(entity_type),
        None => is_a(entity_type, kind),
    })
}

fn is_kind(reader: &dyn ModelReader, entity: &Entity, kind: &str) -> bool {
    let entity_type = reader.text(entity.entity_type);
    if let Some(label) = kind.strip_prefix("label:") {
        return entity.label.is_some_and(|l| reader.text(l) == label);
    }
    let Some(concept) = Concept::by_id(kind) else { return is_a(entity_type, kind) };
    if concept.id == "element" {
        return is_element(entity_type);
    }
    if !is_a(entity_type, concept.entity_type) {
        return false;
    }
    if concept.is_whole() {
        return true;
    }
    let predefined = entity.predefined_type.map_or("", |p| reader.text(p));
    if concept.predefined.iter().any(|p| p.strip_prefix('!').is_some_and(|not| not == predefined)) {
        return false;
    }
    !concept.narrowed || concept.predefined.contains(&predefined) || is_called(reader, entity, concept)
}

/// Whether the label, object type, type name or name of an entity holds a word of the concept.
fn is_called(reader: &dyn ModelReader, entity: &Entity, concept: &Concept) -> bool {
    let forms: BTreeSet<String> = concept.de.iter().chain(concept.en).map(|form| fold(form)).collect();
    [entity.label, entity.object_type, entity.type_name, entity.name]
        .into_iter()
        .flatten()
        .any(|id| words(reader.text(id)).iter().any(|word| forms.contains(word)))
}

/// Name of the storey that an entity is on, or is.
fn place_name(reader: &dyn ModelReader, entity: EntityIndex) -> Option<&str> {
    let row = reader.entity(entity)?;
    if is_a(reader.text(row.entity_type), "IfcBuildingStorey") {
        return row.name.or(row.long_name).map(|name| reader.text(name));
    }
    storey_name(reader, entity)
}

/// Name of the storey that an entity is on.
pub(in crate::query) fn storey_name(reader: &dyn ModelReader, entity: EntityIndex) -> Option<&str> {
    let storey = reader.entity(reader.entity(entity)?.storey?)?;
    storey.name.or(storey.long_name).map(|name| reader.text(name))
}

fn type_name_is(reader: &dyn ModelReader, entity: EntityIndex, folded: &str) -> bool {
    let Some(entity) = reader.entity(entity) else { return false };
    [entity.type_name, entity.object_type].into_iter().flatten().any(|name| {
        let name = fold(reader.text(name));
        name == folded || name.rsplit(':').next() == Some(folded)
    })
}

/// Those of the entities that a name means: equal to the name, long name, tag or part number of some; only where none is
/// equal, those whose name holds every word.
pub(super) fn named(scene: Scene<'_>, entities: &[EntityIndex], name: &str) -> Vec<EntityIndex> {
    let folded = fold(name.trim());
    let candidates = |index: &EntityIndex| {
        let entity = scene.reader.entity(*index);
        let ids = entity.map(|e| [e.name, e.long_name, e.tag, e.source_id, e.type_name]).unwrap_or_default();
        ids.into_iter().flatten().map(|id| fold(scene.reader.text(id).trim())).collect::<Vec<_>>()
    };
    let equal: Vec<EntityIndex> =
        entities.iter().copied().filter(|e| candidates(e).iter().take(4).any(|text| *text == folded)).collect();
    if !equal.is_empty() {
        return equal;
    }
    let wanted = words(name);
    let same_words: Vec<EntityIndex> =
        entities.iter().copied().filter(|e| candidates(e).iter().take(4).any(|text| words(text) == wanted)).collect();
    if !same_words.is_empty() {
        return same_words;
    }
    entities.iter().copied().filter(|e| candidates(e).iter().any(|text| holds(text, &wanted))).collect()
}
