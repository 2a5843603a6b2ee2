//! What of the question before still holds.

use crate::ifc::{Concept, is_a};
use crate::query::plan::{Amount, Filter, Goal, Plan, PropertyTest, Selection};

use super::super::account::is_one_condition;
use super::super::selection::sorted;

/// How new conditions stand to the old ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// A new condition takes the place of an old one about the same.
    Replace,
    /// Both must hold.
    Both,
}

/// What a condition is about; two about the same cannot both be meant.
#[derive(Debug, Clone, PartialEq)]
enum Topic {
    Place,
    Material,
    Property(String),
    Measure(crate::query::plan::MeasureKind),
    Name,
    Relation,
    Type,
    Other,
}

fn topic(filter: &Filter) -> Topic {
    match filter {
        Filter::Storey(_) | Filter::StoreyUnknown(_) => Topic::Place,
        Filter::Material(_) => Topic::Material,
        Filter::Property(name, _) => Topic::Property(name.clone()),
        Filter::Measure(kind, ..) => Topic::Measure(*kind),
        Filter::Name(_) | Filter::GlobalId(_) => Topic::Name,
        Filter::InSpace(_) | Filter::HostedBy(_) | Filter::BoundsSpace(_) => Topic::Relation,
        Filter::TypeName(_) => Topic::Type,
        Filter::Not(inner) => topic(inner),
        Filter::Any(filters) => {
            let mut topics = filters.iter().map(topic);
            let first = topics.next().unwrap_or(Topic::Other);
            if topics.all(|other| other == first) { first } else { Topic::Other }
        }
        Filter::Kind(_)
        | Filter::Holds(_)
        | Filter::Classified(_)
        | Filter::InGroup(_)
        | Filter::Has(_)
        | Filter::All(_) => Topic::Other,
    }
}

/// Old and new conditions together; none where they cannot hold together.
pub(super) fn merged(old: &[Filter], new: &[Filter], hold: Hold) -> Option<Vec<Filter>> {
    let mut filters = new.to_vec();
    for filter in old {
        let about = topic(filter);
        let rivals: Vec<&Filter> = new.iter().filter(|other| about != Topic::Other && topic(other) == about).collect();
        let spans = matches!(about, Topic::Measure(_)) || is_number(filter);
        let narrows = |new: &&Filter| match (filter, new) {
            (Filter::Storey(old), Filter::Storey(new)) => new.iter().all(|name| old.contains(name)),
            (old, new) => old == *new,
        };
        match hold {
            _ if rivals.is_empty() => filters.push(filter.clone()),
            Hold::Both if spans => filters.push(filter.clone()),
            Hold::Both if !rivals.iter().all(narrows) => return None,
            Hold::Replace | Hold::Both => {}
        }
    }
    let filters = sorted(filters);
    let of = Selection { any_of: Vec::new(), filters };
    is_one_condition(&of, false).then_some(of.filters)
}

fn is_number(filter: &Filter) -> bool {
    matches!(filter, Filter::Property(_, PropertyTest::Number(..)))
}

/// Whether every kind is among others, or one of them.
pub(super) fn is_within(kinds: &[String], of: &[String]) -> bool {
    let entity_type = |kind: &str| Concept::by_id(kind).map_or_else(|| kind.to_owned(), |c| c.entity_type.to_owned());
    let within = |kind: &String| {
        let inner = entity_type(kind);
        of.iter().any(|outer| {
            outer == kind
                || outer == "element"
                || Concept::by_id(outer).is_none_or(Concept::is_whole) && is_a(&inner, &entity_type(outer))
        })
    };
    of.is_empty() || kinds.iter().all(within)
}

/// The elements of a question as a list, each with what it was asked for; none where there are none.
pub(super) fn listed(before: &Plan) -> Option<Plan> {
    let goal = match &before.goal {
        Goal::Count | Goal::Exists | Goal::List | Goal::TopGroup { .. } | Goal::Share { .. } | Goal::Every { .. } => {
            Goal::List
        }
        Goal::Measure { measure, unit, .. } => Goal::MeasureOf { measure: *measure, unit: *unit },
        Goal::PropertyStatistic { property, .. } => Goal::PropertyOf { property: property.clone() },
        Goal::MeasureOf { .. }
        | Goal::Extreme { .. }
        | Goal::PropertyExtreme { .. }
        | Goal::Distribution { .. }
        | Goal::Distinct { .. }
        | Goal::PropertyOf { .. }
        | Goal::Dimensions
        | Goal::Layers
        | Goal::Host
        | Goal::BoundedSpaces
        | Goal::Neighbours { .. }
        | Goal::Describe => before.goal.clone(),
        Goal::Compare { .. } | Goal::About { .. } | Goal::Topic { .. } => return None,
    };
    Some(Plan { goal, ..before.clone() })
}

/// What a goal measures.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal measures")]
pub(super) fn amount(goal: &Goal) -> Option<Amount> {
    match goal {
        Goal::Measure { measure, statistic, unit } => {
            Some(Amount { measure: *measure, statistic: *statistic, unit: *unit })
        }
        Goal::MeasureOf { measure, unit } | Goal::Extreme { measure, unit, .. } => {
            Some(Amount { measure: *measure, statistic: crate::query::plan::Statistic::Sum, unit: *unit })
        }
        Goal::Distribution { amount, .. }
        | Goal::TopGroup { amount, .. }
        | Goal::Share { amount, .. }
        | Goal::Compare { amount, .. } => *amount,
        _ => None,
    }
}
