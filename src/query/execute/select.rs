//! Which entities a selection means.

use std::collections::{BTreeSet, HashMap};

use crate::ifc::ModelReader;
use crate::ifc::{Concept, Entity, EntityIndex, TextId, fold, is_a, is_element, words};
use crate::query::columns::Key;
use crate::query::entities::Entities;
use crate::query::name::holds;
use crate::query::plan::{Filter, MeasureKind, PropertyTest, Selection};

use super::condition::{Asked, Test, prepare, why_unknown};
use super::measure::measured;
use super::meter::WHOLES_MAX;
use super::outcome::Missing;
use super::truth::Truth;
use super::{Scene, Selected, column, property};

/// Entities that pass every condition.
pub(super) fn select(scene: Scene<'_>, selection: &Selection) -> Result<Selected, Missing> {
    for filter in &selection.filters {
        if let Filter::StoreyUnknown(said) = filter {
            return Err(Missing::Storey(said.clone()));
        }
    }
    let mut passed = of_kind(scene, &selection.any_of)?;
    let has_kind = !passed.is_empty();
    let mut unknown: Vec<EntityIndex> = Vec::new();
    let mut candidates = None;
    let of_values = |filter: &&Filter| is_of_values(filter);
    let others = selection.filters.iter().filter(|f| !is_of_values(f));
    for filter in others.chain(selection.filters.iter().filter(of_values)) {
        let asked = Asked { entities: &passed, any_of: &selection.any_of, has_kind, negated: false };
        let test = prepare(scene, filter, asked)?;
        let Split { held, open } = split(scene, filter, &test, &passed)?;
        // What fails a later condition is out, whatever an earlier one may be.
        if !unknown.is_empty() {
            let mut truths = test.truths(scene, &unknown).into_iter();
            unknown.retain(|_| truths.next() != Some(Truth::No));
        }
        if !open.is_empty() {
            candidates.get_or_insert(passed.len());
        }
        unknown.extend(open);
        passed = held;
    }
    let candidates = candidates.unwrap_or(passed.len());
    Ok(Selected { entities: passed, undecided: unknown.len(), candidates })
}

/// Whether a condition is on a value that an entity may lack.
fn is_of_values(filter: &Filter) -> bool {
    matches!(filter, Filter::Property(..) | Filter::Measure(..) | Filter::Any(_) | Filter::All(_) | Filter::Not(_))
}

/// Entities that pass a condition, and those of which the model does not say.
pub(super) struct Split {
    pub(super) held: Entities,
    pub(super) open: Vec<EntityIndex>,
}

/// Tests entities.
///
/// # Errors
/// What is missing when the model says it of none of them.
pub(super) fn split(scene: Scene<'_>, filter: &Filter, test: &Test<'_>, entities: &Entities) -> Result<Split, Missing> {
    let split = divide(scene, test, entities);
    if entities.is_empty() {
        return Ok(split);
    }
    if split.open.len() == entities.len() {
        return Err(why_unknown(scene, filter, entities).unwrap_or(Missing::Nothing));
    }
    if let Filter::Property(name, PropertyTest::Present) = filter
        && split.held.is_empty()
        && !property::is_given(scene, entities, name)
    {
        return Err(property::missing(scene, entities, name));
    }
    Ok(split)
}

fn divide(scene: Scene<'_>, test: &Test<'_>, entities: &Entities) -> Split {
    if let Test::Among(some) = test {
        // Both are in the order of the file, and few things have names.
        let held = some.iter().copied().filter(|entity| entities.binary_search(entity).is_ok()).collect();
        return Split { held, open: Vec::new() };
    }
    if let Some(bits) = entities.bits()
        && let Some(said) = test.bits(scene, entities.len())
    {
        return Split { held: bits.and(&said.yes).into(), open: Entities::from(bits.and(&said.open)).to_vec() };
    }
    match test.coded(scene, entities.len()) {
        Some(coded) => picked(entities, |_, entity| coded.truth(entity)),
        None => {
            let truths = test.truths(scene, entities);
            picked(entities, |place, _| truths.get(place).copied().unwrap_or(Truth::Open))
        }
    }
}

/// Writes every entity and moves on where it counts: a branch that nobody can foresee costs more than a write.
fn picked(entities: &[EntityIndex], truth: impl Fn(usize, EntityIndex) -> Truth) -> Split {
    let mut held = vec![EntityIndex(0); entities.len()];
    let (mut end, mut open) = (0, 0);
    for (place, entity) in entities.iter().enumerate() {
        let truth = truth(place, *entity);
        if let Some(slot) = held.get_mut(end) {
            *slot = *entity;
        }
        end += usize::from(truth == Truth::Yes);
        open += usize::from(truth == Truth::Open);
    }
    held.truncate(end);
    let is_open = |(place, entity): (usize, &EntityIndex)| (truth(place, *entity) == Truth::Open).then_some(*entity);
    let open = if open == 0 { Vec::new() } else { entities.iter().enumerate().filter_map(is_open).collect() };
    Split { held: held.into(), open }
}

/// Entities of any of these kinds; every building part and space when no kind is named.
pub(super) fn of_kind(scene: Scene<'_>, any_of: &[String]) -> Result<Entities, Missing> {
    column::kinds(scene, any_of).map_or_else(|| scan(scene, any_of), Ok)
}

/// The same, found by looking at every entity of a type that may be of the kinds.
pub(super) fn scan(scene: Scene<'_>, any_of: &[String]) -> Result<Entities, Missing> {
    let mut kinds: HashMap<TextId, bool> = HashMap::new();
    let mut may_be = |entity_type: TextId| {
        *kinds.entry(entity_type).or_insert_with(|| is_candidate(scene.reader.text(entity_type), any_of))
    };
    let mut found = Vec::new();
    let mut narrowed_out = 0;
    let types = column::coded(scene, &Key::Types, scene.reader.entity_count());
    let candidates = types.as_ref().map(|types| {
        let may_be = |first: &EntityIndex| scene.reader.entity(*first).is_some_and(|row| may_be(row.entity_type));
        types.first().iter().map(may_be).collect::<Vec<bool>>()
    });
    for index in (0..scene.reader.entity_count()).filter_map(EntityIndex::new) {
        if let Some((types, candidates)) = types.as_ref().zip(candidates.as_ref())
            && candidates.get(types.code(index)) != Some(&true)
        {
            continue;
        }
        let Some(entity) = scene.reader.entity(index) else { continue };
        if types.is_none() && !may_be(entity.entity_type) {
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
    Ok(found.into())
}

/// Whether entities of a type may be of a kind at all.
fn is_candidate(entity_type: &str, any_of: &[String]) -> bool {
    if any_of.is_empty() {
        return is_element(entity_type) || is_a(entity_type, "IfcSpace");
    }
    any_of.iter().any(|kind| match Concept::by_id(kind) {
        Some(concept) if concept.id == "element" => is_element(entity_type),
        Some(concept) if concept.id == ROOF => is_a(entity_type, concept.entity_type) || is_a(entity_type, "IfcSlab"),
        Some(concept) => is_a(entity_type, concept.entity_type),
        None if kind.starts_with("label:") => is_element(entity_type),
        None => is_a(entity_type, kind),
    })
}

/// A roof is an IfcRoof, or a slab that says so of itself and is no part of an IfcRoof, which would count twice.
const ROOF: &str = "roof";

/// Whether an entity is a part of a roof, or of a part of one.
fn is_of_roof(reader: &dyn ModelReader, entity: &Entity) -> bool {
    wholes(reader, entity).any(|(_, whole)| {
        let entity_type = reader.text(whole.entity_type);
        is_a(entity_type, "IfcRoof") || is_a(entity_type, "IfcSlab") && says_roof(reader, &whole)
    })
}

fn says_roof(reader: &dyn ModelReader, slab: &Entity) -> bool {
    slab.predefined_type.is_some_and(|p| reader.text(p) == "ROOF")
}

/// What an entity is a part of, and what that is a part of.
fn wholes<'r>(reader: &'r dyn ModelReader, entity: &Entity) -> impl Iterator<Item = (EntityIndex, Entity)> + 'r {
    let read = |index: Option<EntityIndex>| index.and_then(|index| Some((index, reader.entity(index)?)));
    std::iter::successors(read(entity.whole), move |(_, whole)| read(whole.whole)).take(WHOLES_MAX)
}

/// How many of some roofs have no value of their own while slabs are their parts: what the others come to is not all.
pub(super) fn told_by_parts(scene: Scene<'_>, of: &Selection, entities: &[EntityIndex], kind: MeasureKind) -> usize {
    if !of.any_of.iter().any(|kind| kind == ROOF) {
        return 0;
    }
    let is_bare = |index: &&EntityIndex| {
        let row = scene.reader.entity(**index);
        row.is_some_and(|row| is_a(scene.reader.text(row.entity_type), "IfcRoof"))
            && measured(scene, **index, kind).is_err()
    };
    let bare: BTreeSet<EntityIndex> = entities.iter().filter(is_bare).copied().collect();
    if bare.is_empty() {
        return 0;
    }
    let slabs = of_kind(scene, &["IfcSlab".to_owned()]).unwrap_or_default();
    let of_bare = |slab: &EntityIndex| {
        let row = scene.reader.entity(*slab)?;
        wholes(scene.reader, &row).map(|(whole, _)| whole).find(|whole| bare.contains(whole))
    };
    slabs.iter().filter_map(of_bare).collect::<BTreeSet<EntityIndex>>().len()
}

/// Whether an entity is of any of these kinds.
pub(super) fn is_any_kind(scene: Scene<'_>, entity: EntityIndex, kinds: &[String]) -> bool {
    scene.reader.entity(entity).is_some_and(|row| kinds.iter().any(|kind| is_kind(scene.reader, &row, kind)))
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
    if concept.id == ROOF && is_a(entity_type, "IfcSlab") {
        return says_roof(reader, entity) && !is_of_roof(reader, entity);
    }
    if !is_a(entity_type, concept.entity_type) || concept.id == "floor_slab" && is_of_roof(reader, entity) {
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
pub(super) fn place_name(reader: &dyn ModelReader, entity: EntityIndex) -> Option<&str> {
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

pub(super) fn type_name_is(reader: &dyn ModelReader, entity: EntityIndex, folded: &str) -> bool {
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
