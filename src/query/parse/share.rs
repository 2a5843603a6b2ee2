//! Shares: "Wie viel Prozent der Wände sind tragend?", "What share of the volume is concrete?".

use crate::ifc::fold;
use crate::query::lexicon::Meaning;
use crate::query::plan::{Contrast, Filter, Goal, PLAN_VERSION, Plan, Selection};
use crate::query::vocabulary::Vocabulary;

use super::Misunderstood;
use super::account::{adds_unlike, is_one_condition};
use super::mark::{Mark, MarkKind};
use super::side::{Side, means, position};

/// Reads a question for a share; none when it asks for none.
pub(super) fn plan(marks: &[Mark], vocabulary: &Vocabulary) -> Option<Result<Plan, Misunderstood>> {
    let percent = position(marks, |kind| means(kind, |m| m == Meaning::Percent))?;
    let mut rest = marks.to_vec();
    rest.remove(percent);
    rest.retain(|mark| !means(&mark.kind, |m| m == Meaning::Percent));
    Some(share(&rest, percent, vocabulary))
}

fn share(marks: &[Mark], percent: usize, vocabulary: &Vocabulary) -> Result<Plan, Misunderstood> {
    let all = Side::of(marks, vocabulary)?;
    let (part, whole) = match at_whole(marks, percent) {
        Some(at) => of_whole(marks, at, vocabulary)?,
        None => of_itself(marks, vocabulary, &all)?,
    };
    let amount = all.amount()?;
    let (part, whole) = (part.ok_or_else(|| all.no_goal())?, whole.ok_or_else(|| all.no_goal())?);
    // A part that is not narrower than its whole is all of it, and nobody asks for that.
    let differ = part.any_of != whole.any_of && !whole.any_of.iter().all(|kind| kind == "element");
    if differ {
        // Windows are no part of walls: of their areas there is a ratio, of their numbers none that anybody means.
        if amount.is_none() {
            return Err(all.no_goal());
        }
        let goal = Goal::Compare { with: whole, contrast: Contrast::Ratio, amount };
        return Ok(Plan { version: PLAN_VERSION, goal, of: part });
    }
    if !is_one_condition(&part, false) || !is_one_condition(&whole, false) {
        return Err(all.no_goal());
    }
    if part == whole || part.filters.is_empty() && part.any_of.is_empty() {
        return Err(all.no_goal());
    }
    let plan = Plan { version: PLAN_VERSION, goal: Goal::Share { whole, amount }, of: part };
    if adds_unlike(&all.gathered, &plan) { Err(all.no_goal()) } else { Ok(plan) }
}

/// Where "an allen Wänden", "among all walls" begins.
fn at_whole(marks: &[Mark], percent: usize) -> Option<usize> {
    let leads = |at: usize, mark: &Mark| {
        let word = fold(&mark.raw);
        let next = marks.get(at + 1).map(|m| fold(&m.raw)).unwrap_or_default();
        matches!(word.as_str(), "an" | "am" | "among") && matches!(mark.kind, MarkKind::Stop)
            || word == "of" && next == "all" && percent + 1 < at
    };
    marks.iter().enumerate().skip(percent).find(|(at, mark)| leads(*at, mark)).map(|(at, _)| at)
}

type Sides = (Option<Selection>, Option<Selection>);

/// "Anteil der Holztüren an allen Türen im EG": what the whole says of places holds for the part.
fn of_whole(marks: &[Mark], at: usize, vocabulary: &Vocabulary) -> Result<Sides, Misunderstood> {
    let (first, second) = (marks.get(..at).unwrap_or_default(), marks.get(at..).unwrap_or_default());
    // "Welchen Anteil am Volumen hat Beton?": the part stands after the whole.
    let verb = second.iter().position(|mark| is_verb(&mark.raw));
    let parts = |from: &[Mark]| Side::of(from, vocabulary).is_ok_and(|side| !side.is_empty());
    let (first, second) = match verb {
        Some(verb) if !parts(first) => {
            (second.get(verb + 1..).unwrap_or_default(), second.get(..verb).unwrap_or_default())
        }
        _ => (first, second),
    };
    let (part, whole) = (Side::of(first, vocabulary)?, Side::of(second, vocabulary)?);
    let (Some(mut of), Some(mut all)) = (part.selection(), whole.selection()) else { return Ok((None, None)) };
    let only_storeys = part.gathered.slots.iter().all(|slot| slot.part == "storey") && part.gathered.has_storey();
    if only_storeys {
        of.any_of.clone_from(&all.any_of);
    }
    if whole.gathered.slots.is_empty() && !part.gathered.slots.is_empty() {
        all.any_of.clone_from(&of.any_of);
    }
    if part.gathered.slots.is_empty() {
        of.any_of.clone_from(&all.any_of);
    }
    let places: Vec<Filter> = all.filters.iter().filter(|f| Side::is_place(f)).cloned().collect();
    if !of.filters.iter().any(Side::is_place) {
        of.filters.extend(places);
        of.filters = super::selection::sorted(of.filters);
    }
    Ok((Some(of), Some(all)))
}

/// "Wie viel Prozent der Wände im EG sind tragend?": before the verb stands the whole, after it what makes the part.
/// Without a verb the whole is the kind of part and its place.
fn of_itself(marks: &[Mark], vocabulary: &Vocabulary, all: &Side) -> Result<Sides, Misunderstood> {
    let part = all.selection();
    let content = |kind: &MarkKind| {
        matches!(kind, MarkKind::Part(_) | MarkKind::Material(_))
            || means(kind, |meaning| matches!(meaning, Meaning::Measure(_)))
    };
    let kind = position(marks, content);
    let after = kind.and_then(|at| marks.iter().enumerate().skip(at).find(|(_, mark)| is_verb(&mark.raw)));
    Ok(match after {
        Some((verb, _)) => {
            let (whole, rest) = marks.split_at_checked(verb).unwrap_or_default();
            let (whole, rest) = (Side::of(whole, vocabulary)?, Side::of(rest, vocabulary)?);
            // "What share of the room area does the gallery have?": what stands after the verb is the part.
            if !rest.gathered.slots.is_empty() {
                let (part, mut all) = (rest.selection(), whole.selection());
                if let (Some(part), Some(all)) = (&part, &mut all)
                    && whole.gathered.slots.is_empty()
                {
                    all.any_of.clone_from(&part.any_of);
                }
                return Ok((part, all));
            }
            let mut part = part;
            // "Wie viel Prozent des Betons sind Leichtbeton?": the part is of the second material.
            let material = |filter: &Filter| matches!(filter, Filter::Material(_));
            if let Some(part) = &mut part
                && part.filters.iter().filter(|f| material(f)).count() > 1
            {
                let all = whole.selection().map(|whole| whole.filters).unwrap_or_default();
                part.filters.retain(|filter| !material(filter) || !all.contains(filter));
            }
            return Ok((part, whole.selection()));
        }
        // "Anteil der Holztüren im EG" is a share of the doors there; "Anteil der Türen im EG" one of all doors.
        None => (
            part.clone(),
            part.map(|mut whole| {
                let only_places = whole.filters.iter().all(Side::is_place);
                whole.filters.retain(|filter| !only_places && Side::is_place(filter));
                whole
            }),
        ),
    })
}

fn is_verb(word: &str) -> bool {
    matches!(
        fold(word).as_str(),
        "ist"
            | "sind"
            | "hat"
            | "haben"
            | "besteht"
            | "bestehen"
            | "liegt"
            | "liegen"
            | "is"
            | "are"
            | "has"
            | "does"
            | "do"
            | "have"
            | "befinden"
            | "befindet"
            | "macht"
            | "machen"
            | "consist"
            | "consists"
            | "entfaellt"
            | "entfallen"
            | "made of"
    )
}
