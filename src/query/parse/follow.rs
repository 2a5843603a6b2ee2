//! Follow-ups: "und im 2. OG?", "nur die tragenden", "how many of those are external?", "als Tabelle".
//!
//! A question that is tied to the one before by its words, or that says neither what it is about nor what it asks for, is
//! read together with the plan of the one before. A question that stands on its own is never changed.

mod lead;
mod merge;

use crate::ifc::{GlobalId, fold};
use crate::query::lexicon::Meaning;
use crate::query::lexicon::property::KnownProperty;
use crate::query::plan::{Filter, Goal, GroupKey, Plan, PropertyTest, Selection};
use crate::query::token::Token;
use crate::query::vocabulary::Vocabulary;

use self::lead::{BEFORE, Lead, Reading};
use self::merge::{Hold, amount, is_within, listed, merged};
use super::gather::{Gathered, Identity, Slot, gather, is_article};
use super::goal::{drop_filler_slots, joined, names_type};
use super::mark::{Mark, MarkKind, mark};
use super::selection::{any_of, selection, sorted};
use super::{Misunderstood, read};

/// How a question is tied to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// It is not: it says all that it means.
    Alone,
    /// It could be, since it names no kind of part; with nothing before it stands alone.
    Loose,
    /// It is, by its words.
    Tight,
}

/// Reads a follow-up; none when the question stands on its own.
pub(super) fn plan(
    tokens: &[Token],
    before: Option<&Plan>,
    vocabulary: &Vocabulary,
) -> Option<Result<Plan, Misunderstood>> {
    let kinds = before.map(|plan| plan.of.any_of.as_slice()).unwrap_or_default();
    let reading = lead::read(tokens, kinds);
    let refers = reading.tokens.iter().any(lead::is_before);
    let marked = reading.lead != Lead::None || reading.tabled || refers;
    if !marked && before.is_none() {
        return None;
    }
    let marks = mark(&reading.tokens, vocabulary);
    match tie(&reading, &marks) {
        Tie::Alone if reading.lead == Lead::None => None,
        // "Und wie viele Türen gibt es?"
        Tie::Alone => Some(read(mark(tokens.get(reading.skipped..)?, vocabulary), vocabulary)),
        Tie::Loose => before.map(|before| combined(&reading, &marks, before, vocabulary)),
        Tie::Tight => Some(match before {
            Some(before) => combined(&reading, &marks, before, vocabulary),
            None => Err(Misunderstood::NothingBefore),
        }),
    }
}

fn says(marks: &[Mark], is: impl Fn(Meaning) -> bool) -> bool {
    marks.iter().any(|mark| if let MarkKind::Meaning(meaning) = mark.kind { is(meaning) } else { false })
}

fn is_before(mark: &Mark) -> bool {
    mark.kind == MarkKind::Name(BEFORE.to_owned())
}

fn tie(reading: &Reading, marks: &[Mark]) -> Tie {
    let standing = |m| matches!(m, Meaning::About(_) | Meaning::Cost | Meaning::Carbon | Meaning::ProseHead);
    if says(marks, standing) {
        return Tie::Alone;
    }
    let kinds = names_kind(marks);
    if let Some(at) = marks.iter().position(is_before) {
        let (ahead, _) = marks.split_at_checked(at).unwrap_or_default();
        return if has_antecedent(ahead) { Tie::Alone } else { Tie::Tight };
    }
    match reading.lead {
        Lead::And | Lead::Only if kinds && asks(marks) => Tie::Alone,
        // "Und welche Materialien gibt es?"
        Lead::And if says(marks, |m| m == Meaning::ExistsHead) && asks_of_model(marks) => Tie::Alone,
        Lead::And | Lead::Only => Tie::Tight,
        Lead::None if kinds => Tie::Alone,
        Lead::None if reading.tabled => Tie::Tight,
        Lead::None if is_loose(marks) => Tie::Loose,
        Lead::None => Tie::Alone,
    }
}

/// Whether something stands before a "davon" that it refers to: "Wie viele Türen gibt es und wie viele davon sind außen?".
/// What is asked for is no such thing: "In welcher Wand sitzt sie?".
fn has_antecedent(ahead: &[Mark]) -> bool {
    let named = |mark: &Mark| {
        matches!(
            mark.kind,
            MarkKind::Part(_) | MarkKind::Space(_) | MarkKind::Name(_) | MarkKind::Id(_) | MarkKind::Material(_)
        )
    };
    let asked = |at: usize| {
        let head = at.checked_sub(1).and_then(|at| ahead.get(at));
        head.is_some_and(|mark| mark.kind == MarkKind::Meaning(Meaning::WhichHead))
    };
    let said = ahead.iter().enumerate().any(|(at, mark)| named(mark) && !asked(at));
    let clause = ahead.iter().any(|mark| matches!(fold(&mark.raw).as_str(), "und" | "and"));
    let nominal = |mark: &Mark| named(mark) || matches!(mark.kind, MarkKind::Property(..));
    said || clause && (asks_of_model(ahead) || ahead.iter().any(nominal))
}

/// Whether a question names a kind of part, or one of them. A storey is a place more often than that.
fn names_kind(marks: &[Mark]) -> bool {
    let storeys = says(marks, |m| matches!(m, Meaning::CountHead | Meaning::ExistsHead | Meaning::ListHead));
    marks.iter().filter(|mark| !is_before(mark)).any(|mark| match &mark.kind {
        MarkKind::Part(part) => part != "storey" || storeys,
        MarkKind::Space(_) | MarkKind::Name(_) | MarkKind::Id(_) => true,
        MarkKind::Meaning(_)
        | MarkKind::Storeys(..)
        | MarkKind::RankedStorey(_)
        | MarkKind::Material(_)
        | MarkKind::Property(..)
        | MarkKind::Value(..)
        | MarkKind::Class(_)
        | MarkKind::Rating(_)
        | MarkKind::Number(_)
        | MarkKind::Compass(_)
        | MarkKind::Stop
        | MarkKind::Unknown(_) => false,
    })
}

fn asks_of_model(marks: &[Mark]) -> bool {
    says(marks, |m| {
        matches!(m, Meaning::MaterialWord | Meaning::TypeWord | Meaning::ComponentKinds | Meaning::Classification)
    })
}

/// Whether a question says what it asks for.
fn asks(marks: &[Mark]) -> bool {
    let frames = |m| {
        matches!(
            m,
            Meaning::Of
                | Meaning::In
                | Meaning::With
                | Meaning::Without
                | Meaning::Not
                | Meaning::Frame
                | Meaning::Between
                | Meaning::Until
                | Meaning::Compare(_)
                | Meaning::CompareMeasure(..)
                | Meaning::OrMore(_)
                | Meaning::Unit(_)
                | Meaning::Minutes
                | Meaning::MaterialWord
                | Meaning::TypeWord
        )
    };
    let verb = marks.first().is_some_and(|mark| lead::is_verb(&mark.raw));
    verb || says(marks, |m| !frames(m))
}

/// Whether a question without a word that ties it, and without a kind of part, leaves open what it is about.
fn is_loose(marks: &[Mark]) -> bool {
    let has = |is: fn(&MarkKind) -> bool| marks.iter().any(|mark| is(&mark.kind));
    if !has(|kind| !matches!(kind, MarkKind::Stop | MarkKind::Unknown(_) | MarkKind::Meaning(Meaning::Frame))) {
        return false;
    }
    if !asks(marks) {
        return true;
    }
    if says(marks, |m| m == Meaning::ExistsHead) {
        return false;
    }
    let verb = |at: usize| marks.get(at).is_some_and(|mark| lead::is_verb(&mark.raw));
    let property = has(|kind| matches!(kind, MarkKind::Property(..) | MarkKind::Rating(_) | MarkKind::Value(..)));
    if verb(0) {
        return property;
    }
    let head = |mark: &Mark| {
        matches!(mark.kind, MarkKind::Meaning(Meaning::CountHead | Meaning::WhichHead | Meaning::ListHead))
    };
    let rest = |from: usize| marks.iter().skip(from).filter(|mark| mark.kind != MarkKind::Stop);
    if let Some(at) = marks.iter().position(head) {
        return verb(at + 1) && !asks_of_model(marks) || rest(at + 1).next().is_none();
    }
    let grouped = says(marks, |m| m == Meaning::Each);
    let measured = says(marks, |m| matches!(m, Meaning::Measure(_) | Meaning::Superlative(..) | Meaning::Stat(_)));
    let placed = has(|kind| matches!(kind, MarkKind::Material(_) | MarkKind::Storeys(..)));
    (grouped || measured) && !placed
}

/// Reads a follow-up together with the plan before.
fn combined(reading: &Reading, marks: &[Mark], before: &Plan, vocabulary: &Vocabulary) -> Result<Plan, Misunderstood> {
    let own: Vec<Mark> = marks.iter().filter(|mark| !is_before(mark)).cloned().collect();
    let mut gathered = gather(own.clone(), vocabulary);
    drop_filler_slots(&mut gathered);
    let no_goal = || Misunderstood::NoGoal { understood: gathered.understood.clone() };
    if wants_list(reading, &own) {
        return listed(before).ok_or_else(no_goal);
    }
    if !gathered.unknown.is_empty() {
        let Gathered { unknown, understood, .. } = gathered;
        return Err(Misunderstood::Unknown { words: unknown, understood });
    }
    let refers = marks.len() > own.len();
    let hold = if refers { Hold::Both } else { Hold::Replace };
    let plan = if is_plain(&gathered) {
        same_goal(&gathered, before, hold, refers || reading.lead == Lead::Only)
    } else if let Some(plan) = retuned(&gathered, before) {
        Some(plan)
    } else {
        other_goal(marks, before, hold, vocabulary)?
    };
    let plan = plan.ok_or_else(no_goal)?;
    if reading.tabled { listed(&plan).ok_or_else(no_goal) } else { Ok(plan) }
}

/// "als Tabelle", "zeig sie mir", "welche sind das?".
fn wants_list(reading: &Reading, own: &[Mark]) -> bool {
    let frames = |mark: &Mark| {
        matches!(
            mark.kind,
            MarkKind::Stop
                | MarkKind::Meaning(
                    Meaning::Frame | Meaning::Of | Meaning::ListHead | Meaning::WhichHead | Meaning::WhatHead
                )
        )
    };
    let heads = says(own, |m| matches!(m, Meaning::ListHead | Meaning::WhichHead | Meaning::WhatHead));
    own.iter().all(frames) && (heads || reading.tabled)
}

/// Whether a question says conditions and kinds of parts only, and so asks what was asked before.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other word asks for something")]
fn is_plain(gathered: &Gathered) -> bool {
    let frames = |meaning: &Meaning| match meaning {
        Meaning::Of | Meaning::In | Meaning::With | Meaning::Without | Meaning::Not | Meaning::Frame => true,
        Meaning::MaterialWord => gathered.has_material(),
        Meaning::TypeWord => gathered.has(names_type),
        _ => false,
    };
    let conditions = gathered.says(Meaning::With) || gathered.mentions.iter().all(|mention| mention.negated);
    gathered.meanings.iter().all(frames)
        && gathered.measures.is_empty()
        && gathered.units.is_empty()
        && gathered.superlative.is_none()
        && gathered.statistic.is_none()
        && gathered.limit.is_none()
        && !gathered.asks_whether
        && conditions
}

/// The goal before with another place, kind or condition, or over fewer.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal has a set of its own")]
fn same_goal(gathered: &Gathered, before: &Plan, hold: Hold, narrows: bool) -> Option<Plan> {
    let slots: Vec<&Slot> = joined(gathered.slots.iter().collect()).filter(|_| gathered.either == 0)?;
    let mention = |property: &str, negated: bool| {
        let test = if negated { PropertyTest::Absent } else { PropertyTest::Present };
        Filter::Property(property.to_owned(), test)
    };
    let extra = gathered.mentions.iter().map(|m| mention(&m.property, m.negated)).collect();
    let new = selection(gathered, &slots, extra).filters;
    let kinds = any_of(&slots);
    if kinds.is_empty() && new.is_empty() || narrows && !is_within(&kinds, &before.of.any_of) {
        return None;
    }
    let mut plan = before.clone();
    if let Some(of) = another_relation(gathered, &before.of) {
        plan.of = of;
        return Some(plan);
    }
    let places = new.iter().all(|filter| matches!(filter, Filter::Storey(_) | Filter::StoreyUnknown(_)));
    match &mut plan.goal {
        Goal::Compare { .. } | Goal::About { .. } | Goal::Topic { .. } => return None,
        // Whether it is the part or the whole that is meant, only a place and a kind leave no doubt.
        Goal::Share { .. } | Goal::Every { .. } if !places => return None,
        Goal::Share { whole, .. } => *whole = changed(whole, &kinds, &new, hold)?,
        _ => {}
    }
    plan.of = changed(&before.of, &kinds, &new, hold)?;
    let one = plan.of.filters.iter().any(|filter| matches!(filter, Filter::Name(_) | Filter::GlobalId(_)));
    if let Goal::PropertyOf { property } = &plan.goal
        && !one
        && KnownProperty::by_id(property).is_some()
    {
        plan.goal = Goal::Distinct { by: GroupKey::Property(property.clone()) };
    }
    Some(plan)
}

/// A selection of other kinds and under further conditions. What has another kind has another name.
fn changed(of: &Selection, kinds: &[String], new: &[Filter], hold: Hold) -> Option<Selection> {
    let named = |filter: &Filter| matches!(filter, Filter::Name(_) | Filter::GlobalId(_) | Filter::TypeName(_));
    let renamed = !kinds.is_empty() && kinds != of.any_of || new.iter().any(named);
    let old: Vec<Filter> = of.filters.iter().filter(|filter| !(renamed && named(filter))).cloned().collect();
    let any_of = if kinds.is_empty() { of.any_of.clone() } else { kinds.to_vec() };
    Some(Selection { any_of, filters: merged(&old, new, hold)? })
}

/// "Welche Türen hat die Küche?", "und der Flur?": the other end of a relation.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other condition has another end")]
fn another_relation(gathered: &Gathered, of: &Selection) -> Option<Selection> {
    let [Slot { part, identity: Some(identity), .. }] = gathered.slots.as_slice() else { return None };
    let name = match identity {
        Identity::Id(id) => id.to_string(),
        Identity::Name(name) => name.clone(),
    };
    if of.any_of.contains(part) || !gathered.said.is_empty() {
        return None;
    }
    let mut found = false;
    let filters = of.filters.iter().map(|filter| {
        let other = match filter {
            Filter::InSpace(_) if part == "space" => Filter::InSpace(name.clone()),
            Filter::BoundsSpace(_) if part == "space" => Filter::BoundsSpace(name.clone()),
            Filter::HostedBy(_) if part != "space" => Filter::HostedBy(name.clone()),
            _ => return filter.clone(),
        };
        found = true;
        other
    });
    let filters = sorted(filters.collect());
    found.then(|| Selection { any_of: of.any_of.clone(), filters })
}

/// "im Durchschnitt?", "in Litern?": the measure before, told otherwise.
fn retuned(gathered: &Gathered, before: &Plan) -> Option<Plan> {
    let frames = |meaning: &Meaning| matches!(meaning, Meaning::Of | Meaning::In | Meaning::Frame);
    let only = gathered.meanings.iter().all(frames)
        && gathered.slots.is_empty()
        && gathered.said.is_empty()
        && gathered.mentions.is_empty()
        && gathered.measures.is_empty()
        && gathered.superlative.is_none()
        && gathered.loose_names.is_empty()
        && !gathered.asks_whether;
    let statistic = gathered.statistic;
    let unit = match gathered.units.as_slice() {
        [] => None,
        [unit] => Some(*unit),
        _ => return None,
    };
    let old = amount(&before.goal).filter(|old| unit.is_none_or(|unit| unit.measure() == old.unit.measure()))?;
    let goal = match (&before.goal, statistic) {
        _ if !only => return None,
        (Goal::Measure { measure, statistic: was, .. }, statistic) => {
            Goal::Measure { measure: *measure, statistic: statistic.unwrap_or(*was), unit: unit.unwrap_or(old.unit) }
        }
        (Goal::MeasureOf { measure, .. }, Some(statistic)) => {
            Goal::Measure { measure: *measure, statistic, unit: unit.unwrap_or(old.unit) }
        }
        (Goal::MeasureOf { measure, .. }, None) => {
            Goal::MeasureOf { measure: *measure, unit: unit.unwrap_or(old.unit) }
        }
        _ => return None,
    };
    Some(Plan { goal, ..before.clone() })
}

/// The selection before with another goal: the question is read with what was asked about in it.
fn other_goal(
    marks: &[Mark],
    before: &Plan,
    hold: Hold,
    vocabulary: &Vocabulary,
) -> Result<Option<Plan>, Misunderstood> {
    let injected = injected(&before.of);
    let asked = with_injected(marks, &injected);
    let own: Vec<Mark> = marks.iter().filter(|mark| !is_before(mark)).cloned().collect();
    let plan = match read(asked, vocabulary) {
        Ok(plan) => attached(plan, before, hold, true),
        Err(why) if !names_kind(&own) => return Err(without_injected(why)),
        Err(_) => None,
    };
    // "Wie viele davon sind Fenster?": of elements, those that are.
    let plan = match plan {
        None if names_kind(&own) => attached(read(own.clone(), vocabulary)?, before, hold, false),
        plan => plan,
    };
    Ok(plan.map(|plan| measured_as_before(plan, &own, &before.goal)))
}

/// The conditions before, added to a plan over the same elements or some of them.
fn attached(mut plan: Plan, before: &Plan, hold: Hold, named: bool) -> Option<Plan> {
    let told = |filter: &Filter| named && matches!(filter, Filter::Name(_) | Filter::GlobalId(_));
    let old: Vec<Filter> = before.of.filters.iter().filter(|filter| !told(filter)).cloned().collect();
    if before.of.any_of.is_empty() && plan.of.any_of == ["element"] {
        plan.of.any_of.clear();
    }
    let same = plan.of.any_of == before.of.any_of
        || !plan.of.any_of.is_empty() && is_within(&plan.of.any_of, &before.of.any_of);
    if !same {
        // "Welche Türen sind in ihr?" asks for what is tied to the one before.
        return old.is_empty().then_some(plan).filter(|_| named && !before.of.filters.is_empty());
    }
    if let Goal::Share { whole, .. } = &mut plan.goal {
        whole.filters = merged(&old, &whole.filters, hold)?;
    }
    plan.of.filters = merged(&old, &plan.of.filters, hold)?;
    Some(plan)
}

/// "nach Geschoss" after a volume asks for the volume on each; "der größte?" after a width for the widest.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other goal measures groups or extremes")]
fn measured_as_before(mut plan: Plan, own: &[Mark], before: &Goal) -> Plan {
    let counts = says(own, |m| matches!(m, Meaning::CountHead | Meaning::Measure(_) | Meaning::Unit(_)));
    let implied = says(own, |m| matches!(m, Meaning::Superlative(Some(_), _)));
    let Some(was) = amount(before).filter(|_| !counts) else { return plan };
    match &mut plan.goal {
        Goal::Distribution { amount: amount @ None, .. } | Goal::TopGroup { amount: amount @ None, .. } => {
            *amount = Some(was);
        }
        Goal::Extreme { measure, unit, .. } if !implied => {
            *measure = was.measure;
            *unit = was.unit;
        }
        _ => {}
    }
    plan
}

/// What was asked about before, as it would stand in a question.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other condition names one element")]
fn injected(of: &Selection) -> Vec<Mark> {
    let mark = |kind: MarkKind, name: &str| Mark { kind, raw: format!("{BEFORE}{name}"), aside: false };
    let kinds: &[String] = if of.any_of.is_empty() { &["element".to_owned()] } else { &of.any_of };
    let mut marks = Vec::new();
    for kind in kinds {
        if !marks.is_empty() {
            marks.push(Mark { kind: MarkKind::Stop, raw: "und".to_owned(), aside: false });
        }
        marks.push(mark(MarkKind::Part(kind.clone()), kind));
    }
    for filter in &of.filters {
        match filter {
            Filter::Name(name) => marks.push(mark(MarkKind::Name(name.clone()), "")),
            Filter::GlobalId(id) => marks.extend(GlobalId::parse(id).ok().map(|id| mark(MarkKind::Id(id), ""))),
            _ => {}
        }
    }
    marks
}

/// A question with what it is about at the place where it refers to it, or else where it would stand.
fn with_injected(marks: &[Mark], injected: &[Mark]) -> Vec<Mark> {
    let verb = |at: usize| marks.get(at).is_some_and(|mark| lead::is_verb(&mark.raw));
    let article = |at: usize| marks.get(at).is_some_and(|mark| is_article(&mark.raw));
    let head = |kind: fn(&Meaning) -> bool| {
        marks.iter().position(|mark| if let MarkKind::Meaning(meaning) = &mark.kind { kind(meaning) } else { false })
    };
    let counts = head(|m| *m == Meaning::CountHead).map(|at| at + 1);
    let picks = head(|m| *m == Meaning::WhichHead).map(|at| at + 1).filter(|at| verb(*at));
    let refers = marks.iter().position(is_before);
    let at = match refers {
        Some(at) => at,
        None if verb(0) => 1 + usize::from(article(1)),
        None => counts.or(picks).unwrap_or(marks.len()),
    };
    let (ahead, rest) = marks.split_at_checked(at).unwrap_or_default();
    let mut asked = ahead.to_vec();
    // "Sind sie tragend?" asks it of all.
    if at == 1 && verb(0) {
        asked.push(Mark { kind: MarkKind::Stop, raw: "die".to_owned(), aside: false });
    }
    asked.extend_from_slice(injected);
    asked.extend(rest.iter().filter(|mark| !is_before(mark)).cloned());
    asked
}

/// What was not understood, without what nobody said.
fn without_injected(why: Misunderstood) -> Misunderstood {
    let said = |words: Vec<String>| words.into_iter().filter(|word| !word.starts_with(BEFORE)).collect();
    match why {
        Misunderstood::Unknown { words, understood } => {
            Misunderstood::Unknown { words: said(words), understood: said(understood) }
        }
        Misunderstood::NoGoal { understood } => Misunderstood::NoGoal { understood: said(understood) },
        Misunderstood::Prose | Misunderstood::NothingBefore => why,
    }
}
