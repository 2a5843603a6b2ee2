//! Distributions: how many, or how much, in each group.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::ifc::EntityIndex;
use crate::query::columns::{Codes, Key};
use crate::query::entities::Entities;
use crate::query::plan::{Amount, Filter, GroupKey, Selection, Statistic};

use super::amount::{CodedGroups, Values};
use super::outcome::{Missing, Outcome, Reason, Result};
use super::rows::Rows;
use super::valued::ValuedRows;
use super::{
    Scene, Selected, amount, attribute, classification, column, lookup, material, property, relation, storey_name,
};

/// The groups an entity belongs to; none when it carries no value.
pub(super) fn keys(scene: Scene<'_>, entity: EntityIndex, by: &GroupKey) -> Vec<String> {
    let Some(row) = scene.reader.entity(entity) else { return Vec::new() };
    let text = |id| scene.reader.text(id).to_owned();
    match by {
        GroupKey::Storey => storey_name(scene.reader, entity).map(str::to_owned).into_iter().collect(),
        GroupKey::Component => vec![row.label.map_or_else(|| component(scene.reader.text(row.entity_type)), text)],
        GroupKey::TypeName => row.type_name.or(row.object_type).map(text).into_iter().collect(),
        GroupKey::Property(name) => {
            property::value(scene, entity, name).map(|(v, _)| property::shown(&v)).into_iter().collect()
        }
        GroupKey::Material => material::names(scene, entity),
        GroupKey::Space => {
            relation::space_of(scene, entity).map(|space| attribute::shown_space(scene, space)).into_iter().collect()
        }
        GroupKey::Classification => {
            classification::references(scene, entity).iter().map(classification::Reference::shown).collect()
        }
        GroupKey::Group => attribute::groups(scene, entity),
        GroupKey::Measure(kind) => super::measure::measured(scene, entity, *kind)
            .map(|measured| format!("{} {}", (measured.value * 1e3).round() / 1e3, kind.stored_unit().sign()))
            .into_iter()
            .collect(),
    }
}

/// The special cases of IFC2X3 and IFC4 are the same kind of part.
fn component(entity_type: &str) -> String {
    entity_type.trim_end_matches("StandardCase").trim_end_matches("ElementedCase").to_owned()
}

/// The entities of each group by its key, and how many are in none.
fn groups(scene: Scene<'_>, entities: &Entities, by: &GroupKey) -> (Vec<(String, Entities)>, usize) {
    let by = &attribute::group_key(by);
    if let Some(codes) = column::coded(scene, &Key::Groups(by.clone()), entities.len()) {
        return groups_of_codes(&codes, entities, |first| keys(scene, first, by));
    }
    let mut by_key: BTreeMap<String, Vec<EntityIndex>> = BTreeMap::new();
    let mut without = 0;
    for entity in entities {
        let keys = keys(scene, *entity, by);
        without += usize::from(keys.is_empty());
        for key in keys {
            by_key.entry(key).or_default().push(*entity);
        }
    }
    (by_key.into_iter().map(|(key, entities)| (key, entities.into())).collect(), without)
}

/// The same from a column: the keys are asked of one entity of each code.
fn groups_of_codes(
    codes: &Arc<Codes>,
    entities: &Entities,
    keys: impl Fn(EntityIndex) -> Vec<String>,
) -> (Vec<(String, Entities)>, usize) {
    let mut by_key: BTreeMap<String, Entities> = BTreeMap::new();
    let mut without = 0;
    for (first, of_code) in codes.first().iter().zip(divided(codes, entities)) {
        if of_code.is_empty() {
            continue;
        }
        let keys = keys(*first);
        without += if keys.is_empty() { of_code.len() } else { 0 };
        for key in keys {
            match by_key.entry(key) {
                Entry::Vacant(new) => drop(new.insert(of_code.clone())),
                Entry::Occupied(mut known) => {
                    // Two codes of one key: back into the order of the file, which sums are made in.
                    let mut both = [&known.get()[..], &of_code[..]].concat();
                    both.sort_unstable();
                    known.insert(both.into());
                }
            }
        }
    }
    (by_key.into_iter().collect(), without)
}

/// Some entities by their code.
fn divided(codes: &Arc<Codes>, entities: &Entities) -> Vec<Entities> {
    let counts = codes.counts(entities);
    let of_code = |(code, count): (usize, &usize)| entities.narrowed(codes, vec![code], *count);
    if let Some(narrowed) = counts.iter().enumerate().map(of_code).collect() {
        return narrowed;
    }
    let mut by_code: Vec<Vec<EntityIndex>> = counts.into_iter().map(Vec::with_capacity).collect();
    for entity in entities {
        if let Some(of_code) = by_code.get_mut(codes.code(*entity)) {
            of_code.push(*entity);
        }
    }
    by_code.into_iter().map(Entities::from).collect()
}

/// A group with its number and what that rests on.
struct Bar {
    key: String,
    value: f64,
    rows: Of,
}

/// The entities of a bar, with their values where an amount is asked for.
enum Of {
    Entities(Entities),
    Values(Arc<ValuedRows>),
}

impl Bar {
    fn len(&self) -> usize {
        match &self.rows {
            Of::Entities(entities) => entities.len(),
            Of::Values(values) => values.entities.len(),
        }
    }

    fn entities(&self) -> &[EntityIndex] {
        match &self.rows {
            Of::Entities(entities) => entities,
            Of::Values(values) => &values.entities,
        }
    }
}

/// The rows of some bars, one after the other.
fn rows(bars: Vec<Bar>) -> Rows {
    let (mut counted, mut valued) = (Vec::new(), Vec::new());
    for Bar { key, rows, .. } in bars {
        match rows {
            Of::Entities(entities) => counted.push((key, entities)),
            Of::Values(values) => valued.push((values, Some(key))),
        }
    }
    if valued.is_empty() { Rows::grouped(counted) } else { Rows::valued(valued) }
}

/// How many entities there are in some groups, each counted once.
fn distinct_count(bars: &[Bar], overlap: bool) -> usize {
    if !overlap {
        return bars.iter().map(Bar::len).sum();
    }
    let mut all: Vec<EntityIndex> = bars.iter().flat_map(Bar::entities).copied().collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// All bars in the order to show, and how much of the selection they cover.
struct Bars {
    bars: Vec<Bar>,
    outcome: Outcome,
}

/// The values of each group in one pass, where a column gives each entity one group at most. Of a material only its share
/// counts, which differs by group, so that each group of it is measured on its own.
fn at_once(
    scene: Scene<'_>,
    of: &Selection,
    entities: &Entities,
    by: &GroupKey,
    amount: Amount,
) -> Option<Vec<(String, Values)>> {
    let by = attribute::group_key(by);
    if by == GroupKey::Material {
        return None;
    }
    let codes = column::coded(scene, &Key::Groups(by.clone()), entities.len())?;
    let keys: Vec<Vec<String>> = codes.first().iter().map(|first| keys(scene, *first, &by)).collect();
    if keys.iter().any(|keys| keys.len() > 1) {
        return None;
    }
    let mut by_key: BTreeMap<&String, usize> = keys.iter().flatten().map(|key| (key, 0)).collect();
    by_key.values_mut().enumerate().for_each(|(place, group)| *group = place);
    let groups: Vec<Option<usize>> =
        keys.iter().map(|keys| keys.first().and_then(|key| by_key.get(key).copied())).collect();
    let group_of = |entity| groups.get(codes.code(entity)).copied().flatten();
    let Amount { measure, statistic, unit } = amount;
    let coded = CodedGroups { codes: &codes, groups: &groups, count: by_key.len() };
    let added = match statistic {
        Statistic::Sum | Statistic::Average => amount::totals_by(scene, of, entities, (measure, unit), &coded),
        Statistic::Minimum | Statistic::Maximum => None,
    };
    let listed = || amount::values_by(scene, of, entities, (measure, unit), (by_key.len(), group_of));
    let values = added.unwrap_or_else(listed);
    let with_keys = by_key.into_keys().cloned().zip(values);
    Some(with_keys.filter(|(_, values)| values.elements() > 0).collect())
}

/// Numbers the groups: storeys from below, others from the largest number down.
fn bars(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    by: &GroupKey,
    amount: Option<Amount>,
) -> std::result::Result<Bars, Missing> {
    let elements = selected.entities.len();
    if let Some(amount) = amount
        && let Some(measured) = at_once(scene, of, &selected.entities, by, amount)
    {
        if measured.is_empty() {
            return Err(missing(scene, of, selected, by));
        }
        let in_groups: usize = measured.iter().map(|(_, values)| values.elements()).sum();
        let mut outcome = Outcome::of(Result::Count(Rows::default()), elements);
        outcome.leave_out(reason(by), elements - in_groups);
        let mut bars = Vec::new();
        for (key, values) in measured {
            bars.extend(bar(key, values, amount.statistic, &mut outcome)?);
        }
        return in_order(scene, by, bars, outcome, false);
    }
    let (groups, without) = groups(scene, &selected.entities, by);
    if groups.is_empty() {
        return Err(missing(scene, of, selected, by));
    }
    let mut outcome = Outcome::of(Result::Count(Rows::default()), elements);
    outcome.leave_out(reason(by), without);
    let in_groups: usize = groups.iter().map(|(_, entities)| entities.len()).sum();
    let overlap = elements - without < in_groups;
    let mut bars = Vec::new();
    for (key, entities) in groups {
        let Some(Amount { measure, statistic, unit }) = amount else {
            bars.push(Bar { value: count(entities.len()), rows: Of::Entities(entities), key });
            continue;
        };
        let values = amount::values(scene, &in_group(of, by, &key), &entities, measure, unit);
        bars.extend(bar(key, values, statistic, &mut outcome)?);
    }
    in_order(scene, by, bars, outcome, overlap)
}

/// The bar of measured entities, if any has a value.
///
/// # Errors
/// Too many values of this one group contradict each other: no number is told of it, nor of the others as if it were none.
fn bar(
    key: String,
    values: Values,
    statistic: Statistic,
    outcome: &mut Outcome,
) -> std::result::Result<Option<Bar>, Missing> {
    let of_one = if amount::is_of_one(statistic) { values.doubt_of_one() } else { None };
    if let Some(doubt) = of_one.or_else(|| values.doubt()) {
        return Err(doubt);
    }
    values.note_sources(outcome);
    for (reason, count) in &values.left_out {
        outcome.leave_out(*reason, *count);
    }
    let value = values.reduce(statistic);
    Ok(value.map(|value| Bar { value, rows: Of::Values(Arc::new(values.known)), key }))
}

/// Bars in the order to show. `overlap`: whether an entity may stand in several.
fn in_order(
    scene: Scene<'_>,
    by: &GroupKey,
    mut bars: Vec<Bar>,
    outcome: Outcome,
    overlap: bool,
) -> std::result::Result<Bars, Missing> {
    let elements = outcome.elements;
    let contradictory = |(reason, count): &(Reason, usize)| (*reason == Reason::Contradictory).then_some(*count);
    if let Some(doubt) =
        outcome.left_out.iter().find_map(contradictory).and_then(|count| amount::doubt(count, elements))
    {
        return Err(doubt);
    }
    if bars.is_empty() {
        return Err(Missing::Measure { entities: elements });
    }
    let with_value = distinct_count(&bars, overlap);
    if attribute::group_key(by) == GroupKey::Storey {
        let names = scene.vocabulary.storey_names();
        bars.sort_by_key(|bar| names.iter().position(|n| *n == bar.key));
    } else {
        bars.sort_by(|a, b| b.value.total_cmp(&a.value));
    }
    Ok(Bars { bars, outcome: outcome.covering(elements, with_value) })
}

fn missing(scene: Scene<'_>, of: &Selection, selected: &Selected, by: &GroupKey) -> Missing {
    let entities = selected.entities.len();
    if entities == 0 {
        return lookup::nothing(scene, of);
    }
    match attribute::group_key(by) {
        GroupKey::Storey => Missing::StoreyOf(entities),
        GroupKey::Property(property) => property::missing(scene, &selected.entities, &property),
        GroupKey::Material => Missing::Relation("materials"),
        GroupKey::TypeName => Missing::Relation("types"),
        GroupKey::Space => Missing::Relation("containment"),
        GroupKey::Classification => Missing::Relation("classifications"),
        GroupKey::Group => Missing::Relation("groups"),
        GroupKey::Measure(_) => Missing::Measure { entities },
        GroupKey::Component => Missing::Nothing,
    }
}

/// The selection of one group: of a material only its share counts.
fn in_group(of: &Selection, by: &GroupKey, key: &str) -> Selection {
    let mut of = of.clone();
    if attribute::group_key(by) == GroupKey::Material {
        of.filters.retain(|f| super::wanted_materials(std::slice::from_ref(f)).is_empty());
        of.filters.push(Filter::Material(key.to_owned()));
    }
    of
}

fn reason(by: &GroupKey) -> Reason {
    if attribute::group_key(by) == GroupKey::Storey { Reason::NoStorey } else { Reason::NoValue }
}

/// How many, or how much, in each group.
pub(super) fn distribution(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    by: &GroupKey,
    amount: Option<Amount>,
) -> Outcome {
    let Bars { bars, outcome } = match bars(scene, of, selected, by, amount) {
        Ok(bars) => bars,
        Err(missing) => return Outcome::missing(missing),
    };
    if let Some(amount) = amount.filter(|amount| amount::is_of_one(amount.statistic))
        && let Some(doubt) = doubt_of_used(scene, &bars, &outcome, amount)
    {
        return Outcome::missing(doubt);
    }
    let groups = bars.iter().map(|bar| (bar.key.clone(), bar.value)).collect();
    let rows = rows(bars);
    Outcome { result: Ok(Result::Groups { groups, unit: amount.map(|a| a.unit), rows }), ..outcome }
}

/// Why a number is not told that the other values of those used may change.
fn doubt_of_used(scene: Scene<'_>, bars: &[Bar], outcome: &Outcome, amount: Amount) -> Option<Missing> {
    if outcome.contradicted == 0 {
        return None;
    }
    bars.iter().find_map(|bar| amount::doubt_of(scene, bar.entities(), amount.measure))
}

/// Why no group is told to have the most or fewest: a value that contradicts may make it another.
fn doubt_of_winner(scene: Scene<'_>, bars: &[Bar], outcome: &Outcome, amount: Amount) -> Option<Missing> {
    let left_out = outcome.left_out.iter().find(|(reason, _)| *reason == Reason::Contradictory);
    let doubt = left_out.map(|(_, count)| Missing::Contradictory(*count));
    doubt.or_else(|| doubt_of_used(scene, bars, outcome, amount))
}

/// The group with the most or fewest; all of them where several are even.
pub(super) fn top(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    by: &GroupKey,
    fewest: bool,
    amount: Option<Amount>,
) -> Outcome {
    let Bars { mut bars, outcome } = match bars(scene, of, selected, by, amount) {
        Ok(bars) => bars,
        Err(missing) => return Outcome::missing(missing),
    };
    if let Some(doubt) = amount.and_then(|amount| doubt_of_winner(scene, &bars, &outcome, amount)) {
        return Outcome::missing(doubt);
    }
    // A storey without any has the fewest.
    let placed = of.filters.iter().any(|f| matches!(f, Filter::Storey(_)));
    if fewest && amount.is_none() && *by == GroupKey::Storey && !placed {
        for name in scene.vocabulary.storey_names() {
            if !bars.iter().any(|bar| bar.key == name) {
                bars.push(Bar { key: name.to_owned(), value: 0.0, rows: Of::Entities(Entities::default()) });
            }
        }
    }
    let numbers = bars.iter().map(|bar| bar.value);
    let value = if fewest { numbers.fold(f64::INFINITY, f64::min) } else { numbers.fold(f64::NEG_INFINITY, f64::max) };
    let winners: Vec<Bar> = bars.into_iter().filter(|bar| amount::is_same(bar.value, value)).collect();
    let name = winners.iter().map(|bar| bar.key.as_str()).collect::<Vec<_>>().join(", ");
    let rows = rows(winners);
    Outcome { result: Ok(Result::Top { name, value, unit: amount.map(|a| a.unit), rows }), ..outcome }
}

/// The distinct keys with how many entities carry each: storeys from below, others from the most frequent down.
pub(super) fn distinct(scene: Scene<'_>, of: &Selection, selected: &Selected, by: &GroupKey) -> Outcome {
    let (mut groups, without) = groups(scene, &selected.entities, by);
    if groups.is_empty() {
        return Outcome::missing(missing(scene, of, selected, by));
    }
    let elements = selected.entities.len();
    if attribute::group_key(by) == GroupKey::Storey {
        let names = scene.vocabulary.storey_names();
        groups.sort_by_key(|(key, _)| names.iter().position(|n| n == key));
    } else {
        groups.sort_by_key(|(_, entities)| std::cmp::Reverse(entities.len()));
    }
    let names = groups.iter().map(|(key, entities)| (key.clone(), entities.len())).collect();
    let mut outcome = Outcome::of(Result::Distinct(names), elements).covering(elements, elements - without);
    if without > 0 {
        outcome.left_out.push((reason(by), without));
    }
    outcome
}

/// A number of things as a number.
pub(super) fn count(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap_or(u32::MAX))
}
