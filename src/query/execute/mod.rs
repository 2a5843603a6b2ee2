//! Executes a plan on stored values. No clock, no guess, no language model: what it returns can be computed again from the
//! plan and the model, and nothing else.

mod attribute;
mod classification;
mod condition;
mod distribution;
mod lookup;
mod material;
mod measure;
mod outcome;
mod property;
mod relation;
mod select;
#[cfg(test)]
mod tests;

pub(super) use outcome::{Missing, Outcome, Reason, Result, Row};
pub(super) use select::storey_name;

use crate::ifc::EntityIndex;

use super::plan::{Filter, Goal, Plan};
use super::vocabulary::Vocabulary;
use crate::ifc::ModelReader;

/// A model while a plan is executed on it.
#[derive(Clone, Copy)]
pub(super) struct Scene<'m> {
    pub(super) reader: &'m dyn ModelReader,
    pub(super) vocabulary: &'m Vocabulary,
}

/// Executes a plan.
pub(super) fn execute(plan: &Plan, reader: &dyn ModelReader, vocabulary: &Vocabulary) -> Outcome {
    let scene = Scene { reader, vocabulary };
    if let Goal::Topic { topic } = &plan.goal {
        return property::topic(scene, topic, &plan.of);
    }
    let selected = match select::select(scene, &plan.of) {
        Ok(selected) => selected,
        Err(missing) => return Outcome::missing(missing),
    };
    let outcome = match &plan.goal {
        Goal::Count => lookup::count(scene, &plan.of, &selected),
        Goal::Exists => lookup::exists(scene, &plan.of, &selected),
        Goal::List => lookup::list(scene, &plan.of, &selected),
        Goal::Dimensions => lookup::dimensions(scene, &selected),
        Goal::Measure { measure, statistic, unit } => {
            measure::statistic(scene, &plan.of, &selected, *measure, *statistic, *unit)
        }
        Goal::MeasureOf { measure, unit } => measure::each(scene, &plan.of, &selected, *measure, *unit),
        Goal::Extreme { measure, smallest, limit, unit } => {
            measure::extreme(scene, &plan.of, &selected, *measure, *smallest, *limit, *unit)
        }
        Goal::PropertyStatistic { property, statistic } => property::statistic(scene, &selected, property, *statistic),
        Goal::PropertyOf { property } => property::value_of(scene, &selected, property),
        Goal::Distribution { by, amount } => distribution::distribution(scene, &plan.of, &selected, by, *amount),
        Goal::TopGroup { by, fewest, .. } => distribution::top(scene, &plan.of, &selected, by, *fewest),
        Goal::Distinct { by } => distribution::distinct(scene, &plan.of, &selected, by),
        Goal::Layers => material::layers(scene, &selected),
        Goal::Host => relation::host(scene, &selected),
        Goal::BoundedSpaces => relation::bounded_spaces(scene, &selected),
        Goal::Topic { .. }
        | Goal::Every { .. }
        | Goal::PropertyExtreme { .. }
        | Goal::Share { .. }
        | Goal::Compare { .. }
        | Goal::Neighbours
        | Goal::Describe
        | Goal::About { .. } => Outcome::missing(Missing::Nothing),
    };
    outcome.with_notes(&selected)
}

/// Entities that passed a selection, and what must be said about how.
#[derive(Debug, Default)]
pub(super) struct Selected {
    pub(super) entities: Vec<EntityIndex>,
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
