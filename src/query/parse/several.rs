//! Two counts in one question: "Wie viele Türen gibt es und wie viele Fenster?".

use crate::query::lexicon::Meaning;
use crate::query::plan::{Goal, GroupKey, PLAN_VERSION, Plan, Selection};
use crate::query::vocabulary::Vocabulary;

use super::Misunderstood;
use super::mark::Mark;
use super::side::{Side, means};

/// Reads several counts as one distribution by kind of part; none when there are not several. Each must be of one kind,
/// and what is said of place must be said once, for all or for the first.
pub(super) fn plan(marks: &[Mark], vocabulary: &Vocabulary) -> Option<Result<Plan, Misunderstood>> {
    let is_head =
        |mark: &Mark| means(&mark.kind, |m| m == Meaning::CountHead) || means(&mark.kind, |m| m == Meaning::HowOften);
    let heads: Vec<usize> = marks.iter().enumerate().filter(|(_, mark)| is_head(mark)).map(|(at, _)| at).collect();
    if heads.len() < 2 || !means(&marks.first()?.kind, |m| m == Meaning::CountHead) {
        return None;
    }
    let mut sides = Vec::new();
    let ends = heads.iter().skip(1).copied().chain([marks.len()]);
    for (from, to) in heads.iter().zip(ends) {
        match Side::of(marks.get(from + 1..to).unwrap_or_default(), vocabulary) {
            Ok(side) => sides.push(side),
            Err(why) => return Some(Err(why)),
        }
    }
    let no_goal = sides.first()?.no_goal();
    Some(counts(&sides).ok_or(no_goal))
}

fn counts(sides: &[Side]) -> Option<Plan> {
    let selections: Option<Vec<Selection>> = sides.iter().map(Side::selection).collect();
    let selections = selections?;
    let (first, others) = selections.split_first()?;
    let one_kind = sides.iter().all(|side| side.gathered.slots.len() == 1 && side.gathered.measures.is_empty());
    let placed = first.filters.iter().all(Side::is_place)
        && others.iter().all(|of| of.filters.is_empty() || of.filters == first.filters);
    // "Wie viele Fenster und wie viele Türen gibt es im EG?": the one verb and its place are of all.
    let (last, before) = selections.split_last()?;
    let ends = last.filters.iter().all(Side::is_place)
        && before.iter().all(|of| of.filters.is_empty())
        && !sides.iter().rev().skip(1).any(|side| side.gathered.says(Meaning::ExistsHead));
    if !one_kind || !placed && !ends {
        return None;
    }
    let first = if placed { first } else { last };
    let mut any_of: Vec<String> = selections.iter().flat_map(|of| of.any_of.clone()).collect();
    any_of.sort();
    any_of.dedup();
    let of = Selection { any_of, filters: first.filters.clone() };
    (of.any_of.len() == sides.len()).then_some(Plan {
        version: PLAN_VERSION,
        goal: Goal::Distribution { by: GroupKey::Component, amount: None },
        of,
    })
}
