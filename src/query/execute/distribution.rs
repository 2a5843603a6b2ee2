//! Distributions: how many, or how much, in each group.

use std::collections::BTreeMap;

use crate::ifc::EntityIndex;
use crate::query::plan::{Amount, Filter, GroupKey, Selection};

use super::outcome::{Missing, Outcome, Reason, Result};
use super::{Scene, Selected, attribute, classification, lookup, material, measure, property, relation, storey_name};

/// The groups an entity belongs to; none when it carries no value.
fn keys(scene: Scene<'_>, entity: EntityIndex, by: &GroupKey) -> Vec<String> {
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
    }
}

/// The special cases of IFC2X3 and IFC4 are the same kind of part.
fn component(entity_type: &str) -> String {
    entity_type.trim_end_matches("StandardCase").trim_end_matches("ElementedCase").to_owned()
}

/// Groups in the order to show: storeys from below, others by number of entities.
fn groups(scene: Scene<'_>, entities: &[EntityIndex], by: &GroupKey) -> (Vec<(String, Vec<EntityIndex>)>, usize) {
    let by = &attribute::group_key(by);
    let mut by_key: BTreeMap<String, Vec<EntityIndex>> = BTreeMap::new();
    let mut without = 0;
    for entity in entities {
        let keys = keys(scene, *entity, by);
        without += usize::from(keys.is_empty());
        for key in keys {
            by_key.entry(key).or_default().push(*entity);
        }
    }
    let mut groups: Vec<(String, Vec<EntityIndex>)> = by_key.into_iter().collect();
    if *by == GroupKey::Storey {
        let names = scene.vocabulary.storey_names();
        groups.sort_by_key(|(key, _)| names.iter().position(|n| n == key));
    } else {
        groups.sort_by_key(|(_, entities)| std::cmp::Reverse(entities.len()));
    }
    (groups, without)
}

fn missing(scene: Scene<'_>, of: &Selection, selected: &Selected, by: &GroupKey) -> Missing {
    let entities = selected.entities.len();
    if entities == 0 {
        return lookup::nothing(scene, of);
    }
    match by {
        GroupKey::Storey => Missing::StoreyOf(entities),
        GroupKey::Property(property) => {
            Missing::Property { property: property.clone(), entities, placeholders: Vec::new() }
        }
        GroupKey::Material => Missing::Relation("materials"),
        GroupKey::TypeName => Missing::Relation("types"),
        GroupKey::Component | GroupKey::Space | GroupKey::Classification | GroupKey::Group => Missing::Nothing,
    }
}

/// The selection of one group: of a material only its share counts.
fn in_group(of: &Selection, by: &GroupKey, key: &str) -> Selection {
    let mut of = of.clone();
    if *by == GroupKey::Material {
        of.filters.retain(|f| !matches!(f, Filter::Material(_)));
        of.filters.push(Filter::Material(key.to_owned()));
    }
    of
}

fn reason(by: &GroupKey) -> Reason {
    if *by == GroupKey::Storey { Reason::NoStorey } else { Reason::NoValue }
}

pub(super) fn distribution(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    by: &GroupKey,
    amount: Option<Amount>,
) -> Outcome {
    let (groups, without) = groups(scene, &selected.entities, by);
    if groups.is_empty() {
        return Outcome::missing(missing(scene, of, selected, by));
    }
    let elements = selected.entities.len();
    let mut with_value = 0;
    let bars: Vec<(String, f64)> = groups
        .iter()
        .filter_map(|(key, entities)| match amount {
            Some(Amount { measure, unit, .. }) => {
                let (value, count) = measure::sum_of(scene, &in_group(of, by, key), entities, measure, unit);
                with_value += count;
                (count > 0).then(|| (key.clone(), value))
            }
            None => {
                with_value += entities.len();
                Some((key.clone(), count(entities)))
            }
        })
        .collect();
    if amount.is_some() && with_value == 0 {
        return Outcome::missing(Missing::Measure { entities: elements });
    }
    let rows = lookup::rows(&selected.entities);
    let mut outcome = Outcome::of(Result::Groups { groups: bars, unit: amount.map(|a| a.unit), rows }, elements);
    if without > 0 {
        outcome.left_out.push((reason(by), without));
    }
    let grouped = elements - without;
    if amount.is_some() && with_value < grouped {
        outcome.left_out.push((Reason::NoValue, grouped - with_value));
    }
    outcome.covering(elements, with_value.min(elements))
}

pub(super) fn top(scene: Scene<'_>, of: &Selection, selected: &Selected, by: &GroupKey, fewest: bool) -> Outcome {
    let (groups, without) = groups(scene, &selected.entities, by);
    let extreme = groups.iter().map(|(_, e)| e.len());
    let Some(best) = (if fewest { extreme.min() } else { extreme.max() }) else {
        return Outcome::missing(missing(scene, of, selected, by));
    };
    let winners: Vec<&(String, Vec<EntityIndex>)> = groups.iter().filter(|(_, e)| e.len() == best).collect();
    let name = winners.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(", ");
    let rows = winners.iter().flat_map(|(_, entities)| lookup::rows(entities)).collect();
    let elements = selected.entities.len();
    let value = f64::from(u32::try_from(best).unwrap_or(u32::MAX));
    let mut outcome =
        Outcome::of(Result::Top { name, value, unit: None, rows }, elements).covering(elements, elements - without);
    if without > 0 {
        outcome.left_out.push((reason(by), without));
    }
    outcome
}

pub(super) fn distinct(scene: Scene<'_>, of: &Selection, selected: &Selected, by: &GroupKey) -> Outcome {
    let (groups, without) = groups(scene, &selected.entities, by);
    if groups.is_empty() {
        return Outcome::missing(missing(scene, of, selected, by));
    }
    let elements = selected.entities.len();
    let names = groups.iter().map(|(key, entities)| (key.clone(), entities.len())).collect();
    let mut outcome = Outcome::of(Result::Distinct(names), elements).covering(elements, elements - without);
    if without > 0 {
        outcome.left_out.push((reason(by), without));
    }
    outcome
}

fn count(entities: &[EntityIndex]) -> f64 {
    f64::from(u32::try_from(entities.len()).unwrap_or(u32::MAX))
}
