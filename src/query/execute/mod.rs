//! Executes a plan on stored values. No clock, no guess, no language model: what it returns can be computed again from the
//! plan and the model, and nothing else.

mod about;
mod amount;
mod attribute;
mod choice;
mod classification;
mod column;
mod compare;
mod condition;
mod describe;
mod distribution;
mod lookup;
mod material;
mod measure;
mod meter;
mod outcome;
mod property;
mod relation;
mod rows;
mod select;
#[cfg(test)]
mod tests;
mod topic;
mod total;
mod truth;
mod valued;

pub(super) use measure::{ELEVATION_DIFFERENCE, MATERIAL_LAYERS};
pub(super) use outcome::{Missing, Outcome, Reason, Result, Row};
pub(super) use rows::Rows;
pub(super) use select::storey_name;

use super::columns::Columns;
use super::entities::Entities;
use super::plan::{Amount, Filter, Goal, GroupKey, MeasureKind, Plan};
use super::stop::Stop;
use super::vocabulary::Vocabulary;
use crate::ifc::{EntityIndex, ModelReader};
use amount::Rank;

/// A model while a plan is executed on it.
#[derive(Clone, Copy)]
pub(super) struct Scene<'m> {
    pub(super) reader: &'m dyn ModelReader,
    pub(super) vocabulary: &'m Vocabulary,
    /// What was read before of all entities, and what stops reading more; without, every row is read.
    pub(super) columns: Option<(&'m Columns, &'m Stop)>,
}

/// Executes a plan row by row.
pub(super) fn execute(plan: &Plan, reader: &dyn ModelReader, vocabulary: &Vocabulary) -> Outcome {
    execute_on(Scene { reader, vocabulary, columns: None }, plan)
}

/// Executes a plan, on columns where there are any.
pub(super) fn execute_on(scene: Scene<'_>, plan: &Plan) -> Outcome {
    if let Goal::Topic { topic } = &plan.goal {
        return topic::topic(scene, topic, &plan.of);
    }
    if let Goal::About { fact } = &plan.goal {
        return about::about(scene, *fact);
    }
    match select::select(scene, &plan.of) {
        Ok(selected) => of_selected(scene, plan, &selected).with_notes(&selected),
        Err(missing) => Outcome::missing(missing),
    }
}

fn of_selected(scene: Scene<'_>, plan: &Plan, selected: &Selected) -> Outcome {
    let of = &plan.of;
    let enumerates = matches!(plan.goal, Goal::Count | Goal::Exists | Goal::List);
    if enumerates && selected.entities.is_empty() && selected.undecided > 0 {
        // "There are none" would be said of those, too, of which nobody knows.
        return Outcome::missing(Missing::Unsaid(selected.undecided));
    }
    if let Some(measure) = told_measure(&plan.goal)
        && let by_parts @ 1.. = select::told_by_parts(scene, of, &selected.entities, measure)
    {
        return Outcome::missing(Missing::Measure { entities: by_parts });
    }
    match &plan.goal {
        Goal::Count => lookup::count(selected),
        Goal::Exists => lookup::exists(selected),
        Goal::List => lookup::list(scene, of, selected),
        Goal::Every { test } => compare::every(scene, of, selected, test),
        Goal::Dimensions => lookup::dimensions(scene, selected),
        Goal::Measure { measure, statistic, unit } => {
            let amount = Amount { measure: *measure, statistic: *statistic, unit: *unit };
            amount::statistic(scene, of, selected, amount)
        }
        Goal::MeasureOf { measure, unit } => amount::each(scene, of, selected, *measure, *unit),
        Goal::Extreme { measure, smallest, limit, unit } => {
            let rank = Rank { smallest: *smallest, limit: *limit };
            amount::extreme(scene, of, selected, *measure, *unit, rank)
        }
        Goal::PropertyStatistic { property, statistic } => property::statistic(scene, selected, property, *statistic),
        Goal::PropertyExtreme { property, smallest, limit } => {
            let rank = Rank { smallest: *smallest, limit: *limit };
            property::extreme(scene, of, selected, property, rank)
        }
        Goal::PropertyOf { property } => property::value_of(scene, selected, property),
        Goal::Distribution { by, amount } => distribution::distribution(scene, of, selected, by, *amount),
        Goal::TopGroup { by, fewest, amount } => distribution::top(scene, of, selected, by, *fewest, *amount),
        Goal::Distinct { by } => distribution::distinct(scene, of, selected, by),
        Goal::Share { whole, amount } => compare::share(scene, of, selected, whole, *amount),
        Goal::Compare { with, contrast, amount } => compare::compare(scene, of, selected, with, *contrast, *amount),
        Goal::Layers => material::layers(scene, selected),
        Goal::Host => relation::host(scene, selected),
        Goal::BoundedSpaces => relation::bounded_spaces(scene, selected),
        Goal::Neighbours { through } => relation::neighbours(scene, of, selected, through),
        Goal::Describe => describe::describe(scene, of, selected),
        Goal::Topic { .. } | Goal::About { .. } => Outcome::missing(Missing::Nothing),
    }
}

/// What a goal tells of the measures of the selection alone.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others measure nothing, or two sets")]
fn told_measure(goal: &Goal) -> Option<MeasureKind> {
    match goal {
        Goal::Measure { measure, .. } | Goal::MeasureOf { measure, .. } | Goal::Extreme { measure, .. } => {
            Some(*measure)
        }
        Goal::Distribution { amount, .. } | Goal::TopGroup { amount, .. } => amount.map(|amount| amount.measure),
        _ => None,
    }
}

/// The groups that an entity belongs to under a key; none when it carries no value.
pub(super) fn group_keys(scene: Scene<'_>, entity: EntityIndex, by: &GroupKey) -> Vec<String> {
    distribution::keys(scene, entity, &attribute::group_key(by))
}

/// Entities that passed a selection, and what must be said about how.
#[derive(Debug, Default)]
pub(super) struct Selected {
    pub(super) entities: Entities,
    /// Entities of the right kind that carry no value for a property filter: they are neither in nor out.
    pub(super) undecided: usize,
    /// All of the right kind, before property filters.
    pub(super) candidates: usize,
}

/// The materials of a selection, by whose share volumes count: of one condition, or of alternatives that name nothing else.
fn wanted_materials(filters: &[Filter]) -> Vec<&str> {
    for filter in filters {
        let alternatives =
            if let Filter::Any(alternatives) = filter { alternatives } else { std::slice::from_ref(filter) };
        if let Some(names) = alternatives.iter().map(material_name).collect::<Option<Vec<&str>>>() {
            return names;
        }
    }
    Vec::new()
}

fn material_name(filter: &Filter) -> Option<&str> {
    if let Filter::Material(name) = filter { Some(name) } else { None }
}
