//! Whether a plan answers all that was asked. What a question says and its plan does not use makes the plan wrong: no
//! average is answered with a count, no "T30 oder EI30" with what is both.

use std::collections::BTreeSet;

use crate::query::lexicon::Meaning;
use crate::query::plan::{Comparison, Filter, Goal, GroupKey, MeasureKind, Plan, PropertyTest, Selection, Statistic};

use super::gather::Gathered;
use super::goal::names_type;

/// Whether everything that shapes a goal was used by it, and its conditions can hold together.
pub(super) fn accounts_for(gathered: &Gathered, plan: &Plan) -> bool {
    uses_measures(gathered, &plan.goal)
        && gathered.meanings.iter().all(|meaning| is_used(*meaning, gathered, plan))
        && uses_mentions(gathered, plan)
        && answers_whether(gathered, &plan.goal)
        && uses_storeys(gathered, plan)
        && gathered.slots.iter().filter(|slot| slot.identity.is_some()).count() <= 1
        && !splits_materials(plan)
        && !gathered.several_measures
        && !gathered.asks_person
        // "Wie viele Türen hat die Tür?"
        && !(gathered.says_have && gathered.repeats_part)
        && !adds_unlike(gathered, plan)
        && is_one_condition(&plan.of, gathered.either > 0)
}

/// Whether every property that was named is asked for or is a condition.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal or condition names a property")]
fn uses_mentions(gathered: &Gathered, plan: &Plan) -> bool {
    let asked = match &plan.goal {
        Goal::PropertyOf { property }
        | Goal::PropertyStatistic { property, .. }
        | Goal::PropertyExtreme { property, .. }
        | Goal::Distinct { by: GroupKey::Property(property) }
        | Goal::Distribution { by: GroupKey::Property(property), .. }
        | Goal::TopGroup { by: GroupKey::Property(property), .. } => Some(property),
        _ => None,
    };
    let is_condition = |name: &String| {
        plan.of.filters.iter().any(|filter| match filter {
            Filter::Property(property, _) => property == name,
            Filter::Not(test) => matches!(&**test, Filter::Property(property, _) if property == name),
            _ => false,
        })
    };
    gathered.mentions.iter().all(|mention| asked == Some(&mention.property) || is_condition(&mention.property))
}

/// A question for yes or no is answered so, and of one part, or of any; that all of a kind are so, no plan says.
fn answers_whether(gathered: &Gathered, goal: &Goal) -> bool {
    let one = !gathered.loose_names.is_empty() || gathered.slots.iter().any(|slot| slot.identity.is_some());
    !gathered.asks_whether || matches!(goal, Goal::Exists) && !gathered.says_all && (one || !gathered.asks_of_all)
}

/// What a plan groups or lists by.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal has a key")]
fn key(goal: &Goal) -> Option<&GroupKey> {
    match goal {
        Goal::Distinct { by } | Goal::Distribution { by, .. } | Goal::TopGroup { by, .. } => Some(by),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal uses a measure")]
fn uses_measures(gathered: &Gathered, goal: &Goal) -> bool {
    // "Wandstärken und ihre Längen": no plan tells two measures; "wie hoch" asks for any of them.
    let kinds: BTreeSet<MeasureKind> =
        gathered.measures.iter().copied().filter(|measure| *measure != MeasureKind::Height).collect();
    let by_two = kinds.len() > 1 && !kinds.contains(&MeasureKind::OpeningArea);
    let heights_only = gathered.measures.iter().all(|m| *m == MeasureKind::Height);
    let measures = match goal {
        Goal::Measure { .. } | Goal::MeasureOf { .. } | Goal::Extreme { .. } | Goal::Dimensions | Goal::Layers => true,
        Goal::Distribution { by: GroupKey::Measure(_), .. } => true,
        Goal::Distribution { amount, .. } | Goal::TopGroup { amount, .. } => amount.is_some(),
        // "Wie hoch ist der U-Wert?" asks for no height.
        Goal::Distinct { by: GroupKey::Measure(_) } => true,
        Goal::PropertyOf { .. }
        | Goal::PropertyStatistic { .. }
        | Goal::PropertyExtreme { .. }
        | Goal::Distinct { by: GroupKey::Property(_) } => heights_only,
        _ => false,
    };
    let statistics = matches!(
        goal,
        Goal::Measure { .. } | Goal::PropertyStatistic { .. } | Goal::Distribution { amount: Some(_), .. }
    );
    let extremes = statistics
        || matches!(goal, Goal::Extreme { .. } | Goal::PropertyExtreme { .. } | Goal::TopGroup { amount: Some(_), .. });
    (measures || gathered.measures.is_empty() && gathered.units.is_empty())
        && (!by_two || matches!(goal, Goal::Dimensions | Goal::Layers))
        && (statistics
            || matches!(goal, Goal::PropertyExtreme { .. })
            || gathered.statistic.is_none_or(|s| s == Statistic::Sum))
        && (extremes || gathered.superlative.is_none())
}

/// Whether a plan uses what a word asks for. Words that only frame a question are always used.
fn is_used(meaning: Meaning, gathered: &Gathered, plan: &Plan) -> bool {
    let goal = &plan.goal;
    let has = |is: fn(&Filter) -> bool| plan.of.filters.iter().any(is);
    let key = key(goal);
    match meaning {
        Meaning::Layers => matches!(goal, Goal::Layers),
        Meaning::Dimensions => matches!(goal, Goal::Dimensions),
        Meaning::ComponentKinds => matches!(key, Some(GroupKey::Component)),
        Meaning::TypeWord => matches!(key, Some(GroupKey::TypeName)) || has(names_type),
        Meaning::MaterialWord => {
            gathered.has_material()
                || matches!(goal, Goal::Layers)
                || matches!(key, Some(GroupKey::Material | GroupKey::Property(_)))
                || has(|f| matches!(f, Filter::Property(_, PropertyTest::Says(_))))
        }
        Meaning::Connects => matches!(goal, Goal::BoundedSpaces | Goal::Neighbours { .. }),
        Meaning::Bounds => {
            matches!(goal, Goal::BoundedSpaces | Goal::Neighbours { .. })
                || has(|f| matches!(f, Filter::BoundsSpace(_)))
        }
        // "im EG eingebaut" frames; "eingebaut in der Wand X" relates.
        Meaning::Hosts => {
            gathered.slots.len() < 2 || matches!(goal, Goal::Host) || has(|f| matches!(f, Filter::HostedBy(_)))
        }
        Meaning::BelongsTo => has(|f| matches!(f, Filter::Property(p, PropertyTest::Says(_)) if p == "assignment")),
        Meaning::WhereHead => matches!(key, Some(GroupKey::Storey)),
        Meaning::MuchHead => !matches!(goal, Goal::Count | Goal::Exists | Goal::List),
        Meaning::SizeHead => !matches!(goal, Goal::Count | Goal::Exists | Goal::List | Goal::Distinct { .. }),
        Meaning::Minutes => false,
        Meaning::Distributed | Meaning::Each | Meaning::HowOften | Meaning::Most(_) => key.is_some(),
        Meaning::Cost | Meaning::Carbon | Meaning::ProseHead => key.is_some(),
        Meaning::Schedule | Meaning::Energy => matches!(goal, Goal::Topic { .. }),
        // "Wie viele Wände gibt es je Geschoss und wie groß ist ihre Fläche?"
        Meaning::CountHead => !matches!(goal, Goal::Distribution { amount: Some(_), .. }),
        Meaning::WhichHead
        | Meaning::WhatHead
        | Meaning::ListHead
        | Meaning::ExistsHead
        | Meaning::Measure(_)
        | Meaning::Unit(_)
        | Meaning::Stat(_)
        | Meaning::Superlative(..)
        | Meaning::Compare(_)
        | Meaning::CompareMeasure(..)
        | Meaning::Not
        | Meaning::Without
        | Meaning::With
        | Meaning::Between
        | Meaning::Until
        | Meaning::Of
        | Meaning::In => true,
        Meaning::OrMore(_) => false,
        Meaning::Frame => true,
        Meaning::Clear => plan.of.any_of == ["space"],
        Meaning::Percent => matches!(goal, Goal::Share { .. }),
        Meaning::More(_) | Meaning::Difference | Meaning::Ratio => matches!(goal, Goal::Compare { .. }),
        Meaning::Neighbour => matches!(goal, Goal::Neighbours { .. }),
        Meaning::Describe => matches!(goal, Goal::Describe),
        Meaning::Attribute("number") if gathered.says(Meaning::CountHead) => true,
        Meaning::Attribute("name" | "number") if matches!(goal, Goal::List) => !gathered.says(Meaning::Not),
        Meaning::Attribute(id) => matches!(goal, Goal::PropertyOf { property } if property == id),
        Meaning::About(_) => matches!(goal, Goal::About { .. }),
        Meaning::Classification => {
            matches!(key, Some(GroupKey::Classification)) || has(|f| matches!(f, Filter::Classified(_)))
        }
    }
}

/// A storey that is asked about, not on, must be what the goal is about.
fn uses_storeys(gathered: &Gathered, plan: &Plan) -> bool {
    let goal = &plan.goal;
    let mut slots = gathered.slots.iter();
    let asked = gathered.slots.iter().any(|s| s.part == "storey" && s.identity.is_none());
    let told = matches!(goal, Goal::Count | Goal::List | Goal::Exists) || plan.of.any_of == ["storey"];
    !asked || matches!(key(goal), Some(GroupKey::Storey)) || slots.all(|s| s.part == "storey") && told
}

/// Whether sizes of parts of every kind would be added up, which are not of one meaning: the side of a wall, the plan of a
/// slab. A material makes them one; so does a unit that people add up whatever it is of.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal adds up")]
pub(super) fn adds_unlike(gathered: &Gathered, plan: &Plan) -> bool {
    let of_surfaces =
        |measure: MeasureKind| !matches!(measure, MeasureKind::Volume | MeasureKind::GrossVolume | MeasureKind::Weight);
    let measure = match &plan.goal {
        Goal::Measure { measure, .. } => *measure,
        Goal::Distribution { amount: Some(amount), .. } | Goal::TopGroup { amount: Some(amount), .. } => amount.measure,
        Goal::Share { amount: Some(amount), .. } | Goal::Compare { amount: Some(amount), .. } => amount.measure,
        _ => return false,
    };
    let narrowed = plan.of.filters.iter().any(|filter| {
        matches!(filter, Filter::Name(_) | Filter::GlobalId(_) | Filter::TypeName(_) | Filter::Material(_))
    });
    let any_part = plan.of.any_of.iter().all(|part| part == "element") && !narrowed;
    let said = gathered.slots.iter().any(|slot| slot.part == "element");
    of_surfaces(measure) && any_part && !said
}

/// Whether parts of several materials are measured, of each of which only a share is meant.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal measures what materials divide")]
fn splits_materials(plan: &Plan) -> bool {
    let divided =
        |measure: MeasureKind| matches!(measure, MeasureKind::Volume | MeasureKind::Weight | MeasureKind::Thickness);
    let measured = match &plan.goal {
        Goal::Measure { measure, .. } | Goal::MeasureOf { measure, .. } | Goal::Extreme { measure, .. } => {
            divided(*measure)
        }
        Goal::Distribution { amount: Some(amount), .. } | Goal::TopGroup { amount: Some(amount), .. } => {
            divided(amount.measure)
        }
        _ => false,
    };
    let several = |filter: &Filter| match filter {
        Filter::Any(tests) => tests.iter().any(|test| matches!(test, Filter::Material(_))),
        _ => false,
    };
    measured && plan.of.filters.iter().any(several)
}

/// Whether the conditions can be meant to hold together, as a plan takes them: "T30 oder T90", "Beton und Holz" and
/// "Außenwände und Innenwände" mean either, and nothing is both.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
pub(super) fn is_one_condition(of: &Selection, either: bool) -> bool {
    let tests = of.filters.iter().filter(|f| !matches!(f, Filter::Storey(_) | Filter::StoreyUnknown(_))).count();
    let once = |is: fn(&Filter) -> bool| of.filters.iter().filter(|f| is(f)).count() <= 1;
    let decided = |f: &Filter| {
        if let Filter::Property(name, PropertyTest::Is(_) | PropertyTest::Says(_) | PropertyTest::Absent) = f {
            Some(name.clone())
        } else {
            None
        }
    };
    let properties: Vec<String> = of.filters.iter().filter_map(decided).collect();
    let distinct: BTreeSet<&String> = properties.iter().collect();
    // "im EG über 10 m² oder im OG über 20 m²": which condition goes with which, nobody knows.
    let is_mixed = |filter: &Filter| match filter {
        Filter::Any(tests) => tests
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if std::mem::discriminant(a) != std::mem::discriminant(b))),
        _ => false,
    };
    let mixed = of.filters.iter().any(is_mixed) && of.filters.len() > 1;
    let unclear = mixed || contradicts(of) || either && tests > 1;
    !unclear
        && distinct.len() == properties.len()
        && once(|f| matches!(f, Filter::Material(_)))
        && once(|f| matches!(f, Filter::Name(_) | Filter::GlobalId(_)))
}

/// Whether two bounds of one measure leave nothing between them: "höher als 3 m und niedriger als 2 m".
fn contradicts(of: &Selection) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other condition has bounds")]
    let bounds = |lower: bool| {
        of.filters.iter().filter_map(move |filter| match filter {
            Filter::Measure(kind, comparison, value) => {
                let is_lower = matches!(comparison, Comparison::Above | Comparison::AtLeast);
                let is_upper = matches!(comparison, Comparison::Below | Comparison::AtMost);
                (if lower { is_lower } else { is_upper }).then_some((*kind, *value))
            }
            _ => None,
        })
    };
    bounds(true).any(|(kind, least)| bounds(false).any(|(other, most)| kind == other && most < least))
}
