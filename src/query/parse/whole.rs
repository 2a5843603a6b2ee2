//! What a model says of itself: its name, its author, its units.

use crate::query::lexicon::Meaning;
use crate::query::plan::{Fact, Goal, Plan, Selection};

use super::gather::Gathered;
use super::goal::finish;

/// Reads a question about the whole; none when it asks about none of it, nothing inside when it says more than that.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
pub(super) fn plan(gathered: &Gathered) -> Option<Option<Plan>> {
    let mut facts = gathered.meanings.iter().filter_map(|meaning| match meaning {
        Meaning::About(fact) => Some(*fact),
        _ => None,
    });
    let fact = facts.next()?;
    let one = facts.all(|other| other == fact);
    Some((one && asks_only(gathered)).then(|| finish(Goal::About { fact }, Selection::default())))
}

/// The fact that an attribute of the project, the building or the site is.
pub(super) fn attribute(part: &str, attribute: &str) -> Option<Fact> {
    match (part, attribute) {
        ("building", "name") => Some(Fact::BuildingName),
        ("site", "name") => Some(Fact::SiteName),
        ("building", "description") => Some(Fact::Description),
        _ => None,
    }
}

fn asks_only(gathered: &Gathered) -> bool {
    let frames = |meaning: &Meaning| {
        matches!(
            meaning,
            Meaning::About(_)
                | Meaning::WhichHead
                | Meaning::WhatHead
                | Meaning::ListHead
                | Meaning::WhereHead
                | Meaning::With
                | Meaning::Of
                | Meaning::In
                | Meaning::Attribute("name")
                | Meaning::ExistsHead
                | Meaning::Frame
        )
    };
    gathered.meanings.iter().all(frames)
        && gathered.slots.iter().all(|s| matches!(s.part.as_str(), "building" | "site") && s.identity.is_none())
        && gathered.said.is_empty()
        && gathered.mentions.is_empty()
        && gathered.measures.iter().all(|m| *m == crate::query::plan::MeasureKind::Length)
        && gathered.units.is_empty()
        && gathered.statistic.is_none()
        && gathered.superlative.is_none()
        && gathered.loose_names.is_empty()
}
