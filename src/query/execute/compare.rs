//! Sets against a test, against a whole, against each other.

use std::collections::HashSet;

use crate::ifc::EntityIndex;
use crate::query::entities::Entities;
use crate::query::plan::{Amount, Contrast, Filter, Selection, Statistic};

use super::amount;
use super::condition::{Asked, prepare};
use super::distribution::count;
use super::outcome::{Missing, Outcome, Result};
use super::{Rows, Scene, Selected, lookup, select};

/// Whether all pass a test. Yes is said only when it is known of each of them.
pub(super) fn every(scene: Scene<'_>, of: &Selection, selected: &Selected, test: &Filter) -> Outcome {
    let entities = &selected.entities;
    if entities.is_empty() {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let asked = Asked { entities, any_of: &of.any_of, has_kind: true, negated: false };
    let prepared = match prepare(scene, test, asked) {
        Ok(prepared) => prepared,
        Err(missing) => return Outcome::missing(missing),
    };
    let split = match select::split(scene, test, &prepared, entities) {
        Ok(split) => split,
        Err(missing) => return Outcome::missing(missing),
    };
    let (passed, open) = (split.held.len(), split.open.len());
    let decided: HashSet<EntityIndex> = split.held.iter().copied().chain(split.open).collect();
    let failing: Entities = entities.iter().copied().filter(|e| !decided.contains(e)).collect();
    let failing = Rows::from(failing);
    let elements = entities.len();
    let result = if failing.is_empty() && open > 0 {
        Err(Missing::Undecided { passed, open })
    } else {
        Ok(Result::Every { passed, open, failing })
    };
    Outcome { result, ..Outcome::of(Result::Count(Rows::default()), elements) }.covering(elements, elements - open)
}

/// The part that some entities are of a larger set, by number or by amount. Only what both sets hold is the part.
pub(super) fn share(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    whole: &Selection,
    amount: Option<Amount>,
) -> Outcome {
    let larger = match select::select(scene, whole) {
        Ok(larger) => larger.entities,
        Err(missing) => return Outcome::missing(missing),
    };
    if larger.is_empty() {
        return Outcome::missing(lookup::nothing(scene, whole));
    }
    let within: HashSet<EntityIndex> = larger.iter().copied().collect();
    let part: Entities = selected.entities.iter().copied().filter(|e| within.contains(e)).collect();
    match amount {
        Some(amount) => share_of_amount(scene, (of, &part), (whole, &larger), amount),
        None => {
            let rows = part.clone().into();
            let result = Result::Share { part: count(part.len()), whole: count(larger.len()), unit: None, rows };
            Outcome::of(result, larger.len())
        }
    }
}

/// Shares are of sums: a mean is no part of another. What of the part has no value is left out of the whole too.
fn share_of_amount(
    scene: Scene<'_>,
    (of, part): (&Selection, &Entities),
    (whole, larger): (&Selection, &Entities),
    Amount { measure, unit, .. }: Amount,
) -> Outcome {
    let elements = larger.len();
    let of_part = amount::values(scene, of, part, measure, unit);
    if of_part.is_empty() && !part.is_empty() {
        return of_part.cover(Outcome::missing(of_part.missing(part.len())), part.len());
    }
    let by_parts =
        select::told_by_parts(scene, of, part, measure) + select::told_by_parts(scene, whole, larger, measure);
    if by_parts > 0 {
        return of_part.cover(Outcome::missing(Missing::Measure { entities: by_parts }), part.len());
    }
    if let Some(doubt) = of_part.doubt().or_else(|| of_part.doubt_of_used(scene, measure)) {
        return of_part.cover(Outcome::missing(doubt), part.len());
    }
    let known: HashSet<EntityIndex> = of_part.known.entities.iter().copied().collect();
    let without: HashSet<EntityIndex> = part.iter().copied().filter(|e| !known.contains(e)).collect();
    let rest: Entities = larger.iter().copied().filter(|e| !without.contains(e)).collect();
    let mut of_whole = amount::values(scene, whole, &rest, measure, unit);
    let total = of_whole.known.total().value();
    if let Some(doubt) = of_whole.doubt().or_else(|| of_whole.doubt_of_used(scene, measure)) {
        return of_whole.cover(Outcome::missing(doubt), elements);
    }
    if of_whole.is_empty() {
        return of_whole.cover(Outcome::missing(of_whole.missing(elements)), elements);
    }
    if total <= 0.0 {
        return Outcome::missing(Missing::EmptyWhole);
    }
    for (reason, count) in &of_part.left_out {
        *of_whole.left_out.entry(*reason).or_default() += count;
    }
    let part = of_part.known.total().value();
    let result = Result::Share { part, whole: total, unit: Some(unit), rows: of_part.into_rows() };
    of_whole.cover(Outcome::of(result, elements), elements)
}

/// Two sets side by side, by number or by amount.
pub(super) fn compare(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    with: &Selection,
    contrast: Contrast,
    amount: Option<Amount>,
) -> Outcome {
    let other = match select::select(scene, with) {
        Ok(other) => other,
        Err(missing) => return Outcome::missing(missing),
    };
    if selected.entities.is_empty() && other.entities.is_empty() {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let mut outcome = Outcome::of(Result::Count(Rows::default()), selected.entities.len() + other.entities.len());
    let mut sides = [0.0; 2];
    let mut rows = Rows::default();
    let mut first_rows = 0;
    for (place, (selection, found)) in [(of, selected), (with, &other)].into_iter().enumerate() {
        let (value, of_side) = match side(scene, selection, &found.entities, amount, &mut outcome) {
            Ok(side) => side,
            Err(missing) => return Outcome::missing(missing),
        };
        if let Some(slot) = sides.get_mut(place) {
            *slot = value;
        }
        if place == 0 {
            first_rows = of_side.len();
        }
        rows = if place == 0 { of_side } else { rows.and(&of_side) };
    }
    if contrast == Contrast::Ratio && sides.last() == Some(&0.0) {
        return Outcome::missing(Missing::EmptyWhole);
    }
    outcome.with_value = rows.len();
    let unit = amount.map(|amount| amount.unit);
    outcome.result = Ok(Result::Compare { contrast, sides, unit, rows, first_rows });
    outcome.with_notes(&other)
}

/// The number of one side, and what it rests on.
fn side(
    scene: Scene<'_>,
    of: &Selection,
    entities: &Entities,
    amount: Option<Amount>,
    outcome: &mut Outcome,
) -> std::result::Result<(f64, Rows), Missing> {
    let Some(Amount { measure, statistic, unit }) = amount else {
        return Ok((count(entities.len()), entities.clone().into()));
    };
    let values = amount::values(scene, of, entities, measure, unit);
    let of_one = if amount::is_of_one(statistic) { values.doubt_of_one() } else { None };
    if let Some(doubt) = of_one.or_else(|| values.doubt()).or_else(|| values.doubt_of_used(scene, measure)) {
        return Err(doubt);
    }
    if let by_parts @ 1.. = select::told_by_parts(scene, of, entities, measure) {
        return Err(Missing::Measure { entities: by_parts });
    }
    values.note_sources(outcome);
    for (reason, count) in &values.left_out {
        outcome.leave_out(*reason, *count);
    }
    match values.reduce(statistic) {
        Some(value) => Ok((value, values.into_rows())),
        // Of nothing there is none of a sum; a mean of nothing is no number.
        None if entities.is_empty() && statistic == Statistic::Sum => Ok((0.0, Rows::default())),
        None if entities.is_empty() => Err(lookup::nothing(scene, of)),
        None => Err(values.missing(entities.len())),
    }
}
