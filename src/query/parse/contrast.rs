//! Two sets against each other: "mehr Türen im EG oder im OG?", "Gibt es mehr Fenster als Türen?", differences, ratios.

use crate::ifc::fold;
use crate::query::lexicon::Meaning;
use crate::query::plan::{Comparison, Contrast, Filter, Goal, MeasureKind, PLAN_VERSION, Plan, Selection};
use crate::query::vocabulary::Vocabulary;

use super::Misunderstood;
use super::account::{adds_unlike, is_one_condition};
use super::mark::{Mark, MarkKind};
use super::selection::sorted;
use super::side::{Side, means, position};

/// What a question contrasts, and the words that lead from one side to the other.
struct Asked {
    contrast: Contrast,
    /// Whether fewer is asked for.
    fewer: bool,
    /// Where the second side begins.
    at: usize,
    /// Whether the things themselves are compared, not their number.
    by_size: bool,
    /// The measure that the comparing word names: "breiter".
    measure: Option<MeasureKind>,
}

/// Reads a question that compares two sets; none when it compares none.
pub(super) fn plan(marks: &[Mark], vocabulary: &Vocabulary) -> Option<Result<Plan, Misunderstood>> {
    let asked = asked(marks)?;
    let frame = |mark: &&Mark| {
        !means(&mark.kind, |m| {
            matches!(m, Meaning::More(_) | Meaning::Difference | Meaning::Ratio | Meaning::Between)
                || matches!(m, Meaning::Compare(Comparison::Above | Comparison::Below))
                || matches!(m, Meaning::CompareMeasure(..))
        })
    };
    let side = |marks: Option<&[Mark]>| {
        let marks: Vec<Mark> = marks.unwrap_or_default().iter().filter(frame).cloned().collect();
        Side::of(&marks, vocabulary)
    };
    let (left, right) = match (side(marks.get(..asked.at)), side(marks.get(asked.at + 1..))) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(why), _) | (_, Err(why)) => return Some(Err(why)),
    };
    let plan = contrasted(&asked, &left, &right).unwrap_or(None);
    Some(plan.ok_or_else(|| left.no_goal()))
}

const fn by_number(contrast: Contrast, fewer: bool, at: usize) -> Asked {
    Asked { contrast, fewer, at, by_size: false, measure: None }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
fn asked(marks: &[Mark]) -> Option<Asked> {
    let says = |is: fn(Meaning) -> bool| position(marks, |kind| means(kind, is));
    let word = |from: usize, words: &[&str]| {
        marks.iter().enumerate().skip(from).find(|(_, m)| words.contains(&fold(&m.raw).as_str())).map(|(at, _)| at)
    };
    if let Some(at) = says(|m| m == Meaning::Ratio) {
        return word(at, &["zu", "zur", "zum", "to"]).map(|at| by_number(Contrast::Ratio, false, at));
    }
    if let Some(at) = says(|m| m == Meaning::Difference) {
        let at = word(at, &["und", "and"])?;
        return Some(by_number(Contrast::Difference, false, at));
    }
    let counts = says(|m| matches!(m, Meaning::CountHead | Meaning::MuchHead)).is_some();
    if let Some(more) = says(|m| matches!(m, Meaning::More(_))) {
        let fewer = marks.get(more).is_some_and(|m| means(&m.kind, |m| m == Meaning::More(true)));
        let (contrast, at) = match word(more, &["als", "than"]) {
            Some(at) if counts => (Contrast::Difference, at),
            Some(at) => (Contrast::IsMore, at),
            None => (Contrast::Which, word(more, &["oder", "or"])?),
        };
        return Some(by_number(contrast, fewer, at));
    }
    // "Ist die Fläche im EG größer als im OG?": a comparison with no number after it.
    let at = position(marks, |kind| {
        means(kind, |m| {
            matches!(
                m,
                Meaning::Compare(Comparison::Above | Comparison::Below)
                    | Meaning::CompareMeasure(Comparison::Above | Comparison::Below, _)
            )
        })
    })?;
    let number = marks.iter().skip(at + 1).find(|m| m.kind != MarkKind::Stop);
    let names = |from: &[Mark]| from.iter().any(|m| matches!(m.kind, MarkKind::Name(_) | MarkKind::Space(_)));
    let both_named = names(marks.get(..at).unwrap_or_default()) && names(marks.get(at..).unwrap_or_default());
    let measured =
        both_named || says(|m| matches!(m, Meaning::Measure(_) | Meaning::Unit(_))).is_some_and(|measure| measure < at);
    let below =
        |m: Meaning| matches!(m, Meaning::Compare(Comparison::Below) | Meaning::CompareMeasure(Comparison::Below, _));
    let fewer = marks.get(at).is_some_and(|m| means(&m.kind, below));
    let kinds = marks.iter().skip(at).any(|m| matches!(m.kind, MarkKind::Part(_)));
    let contrast = if counts { Contrast::Difference } else { Contrast::IsMore };
    let raw = marks.get(at).map(|mark| fold(&mark.raw)).unwrap_or_default();
    let compares = raw.ends_with(" als") || raw.ends_with(" than") || both_named;
    let contrasts = compares
        && (measured || counts && kinds)
        && number.is_some_and(|m| !matches!(m.kind, MarkKind::Number(_) | MarkKind::Rating(_)));
    let measure = marks.get(at).and_then(|mark| match mark.kind {
        MarkKind::Meaning(Meaning::CompareMeasure(_, measure)) => Some(measure),
        _ => None,
    });
    contrasts.then_some(Asked { contrast, fewer, at, by_size: both_named || measure.is_some(), measure })
}

/// The plan of two sides. What the second side does not say is as the first says it; what only the second says would hold
/// for nobody knows which, and is refused.
fn contrasted(asked: &Asked, left: &Side, right: &Side) -> Result<Option<Plan>, Misunderstood> {
    let (Some(mut of), Some(mut with)) = (left.selection(), right.selection()) else { return Ok(None) };
    if left.is_empty() || right.is_empty() {
        return Ok(None);
    }
    if right.gathered.slots.is_empty() {
        with.any_of.clone_from(&of.any_of);
    } else if left.gathered.slots.is_empty() {
        of.any_of.clone_from(&with.any_of);
    }
    if !is_one_condition(&of, false) || !is_one_condition(&with, false) {
        return Ok(None);
    }
    let kinds_differ = of.any_of != with.any_of;
    if !share_conditions(&of, &mut with, kinds_differ) || of == with {
        return Ok(None);
    }
    let said = (left.amount()?, right.amount()?);
    // "Ist Raum A größer als Raum B?": how large a thing is, is told by its kind.
    let natural = asked.by_size.then(|| left.natural_amount(asked.measure));
    let amount = match said {
        (Some(a), Some(b)) if a == b => Some(a),
        (Some(amount), None) | (None, Some(amount)) => Some(amount),
        (None, None) => natural,
        (Some(_), Some(_)) => return Ok(None),
    };
    // Numbers of things are compared kind by kind; of two named things, or of two places, nothing says what to count.
    let named = |of: &Selection| of.filters.iter().any(|f| matches!(f, Filter::Name(_) | Filter::GlobalId(_)));
    let nothing = left.gathered.slots.is_empty() && right.gathered.slots.is_empty();
    if amount.is_none() && (nothing || named(&of) || named(&with)) {
        return Ok(None);
    }
    match (asked.contrast, asked.fewer) {
        (Contrast::IsMore, true) => std::mem::swap(&mut of, &mut with),
        (_, true) => return Ok(None),
        (_, false) => {}
    }
    let plan = Plan { version: PLAN_VERSION, goal: Goal::Compare { with, contrast: asked.contrast, amount }, of };
    Ok((!adds_unlike(&left.gathered, &plan)).then_some(plan))
}

/// Hands the conditions of the first side on to the second, kind of condition by kind of condition.
fn share_conditions(of: &Selection, with: &mut Selection, kinds_differ: bool) -> bool {
    let same = |a: &Filter, b: &Filter| match (a, b) {
        (Filter::Property(a, _), Filter::Property(b, _)) => a == b,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    let only_right = with.filters.iter().any(|filter| !of.filters.iter().any(|other| same(filter, other)));
    if only_right {
        return false;
    }
    // "mehr Holztüren als Fenster": whether the windows are of wood too, nobody knows; a place holds for both.
    let handed_on: Vec<Filter> =
        of.filters.iter().filter(|filter| !with.filters.iter().any(|other| same(filter, other))).cloned().collect();
    if kinds_differ && handed_on.iter().any(|filter| !Side::is_place(filter)) {
        return false;
    }
    with.filters.extend(handed_on);
    with.filters = sorted(std::mem::take(&mut with.filters));
    true
}
