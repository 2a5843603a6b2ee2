//! Last step of understanding: one goal over one selection.

use crate::query::lexicon::Meaning;
use crate::query::plan::{
    Amount, Filter, Goal, GroupKey, MeasureKind, PLAN_VERSION, Plan, PropertyTest, Selection, Statistic,
};
use crate::query::vocabulary::Vocabulary;

use super::Misunderstood;
use super::account::accounts_for;
use super::gather::{Gathered, Join, Mention, Said, Slot, default_measure};
use super::selection::{reference, selection};
use super::{one, whole};

/// Kinds of parts that openings are cut into.
const HOSTS: &[&str] = &["wall", "slab", "floor_slab", "roof", "curtain_wall", "base_slab"];
/// Kinds of parts that fill openings.
const FILLINGS: &[&str] = &["door", "window", "opening"];

/// Kinds of parts that stand around a space, not in it.
const BOUNDARIES: &[&str] = &["door", "window", "wall", "slab", "floor_slab", "base_slab", "roof", "curtain_wall"];

/// Reads what was gathered as one plan.
pub(super) fn plan(mut gathered: Gathered, vocabulary: &Vocabulary) -> Result<Plan, Misunderstood> {
    if gathered.says(Meaning::ProseHead) {
        return Err(Misunderstood::Prose);
    }
    drop_filler_slots(&mut gathered);
    settle_mentions(&mut gathered);
    if let Some(topic) = topic(&gathered) {
        gathered.measures.clear();
        let slots: Vec<&Slot> = gathered.slots.iter().collect();
        return Ok(finish(Goal::Topic { topic: topic.to_owned() }, selection(&gathered, &slots, Vec::new())));
    }
    if !gathered.unknown.is_empty() {
        let Gathered { unknown, understood, .. } = gathered;
        return Err(Misunderstood::Unknown { words: unknown, understood });
    }
    if let Some(plan) = whole::plan(&gathered) {
        return plan.ok_or(Misunderstood::NoGoal { understood: gathered.understood });
    }
    let textual = |mention: &Mention| vocabulary.is_textual(&mention.property);
    if gathered.measures.contains(&MeasureKind::Height) && gathered.mentions.iter().any(textual) {
        // "Wie hoch ist der Handlauf?", of which the model gives the material.
        return Err(Misunderstood::NoGoal { understood: gathered.understood });
    }
    let kinds = [Meaning::ComponentKinds, Meaning::TypeWord, Meaning::MaterialWord];
    let asks_storey = gathered.says(Meaning::ExistsHead)
        && !gathered.says(Meaning::WhatHead)
        && !kinds.into_iter().any(|kind| gathered.says(kind))
        || gathered.ranks_storey && (gathered.says(Meaning::WhichHead) || gathered.says(Meaning::WhatHead))
        || storey_measure(&gathered);
    if gathered.slots.is_empty() && gathered.has_storey() && asks_storey {
        gathered.slots.push(Slot { part: "storey".to_owned(), identity: None, at: 0, joined: false, modified: false });
    }
    stand_in(&mut gathered);
    let contents = gathered.says(Meaning::WhatHead) && gathered.says(Meaning::In) && gathered.has_storey();
    let said_anything = contents
        || !gathered.slots.is_empty()
        || gathered.has_material()
        || !gathered.mentions.is_empty()
        || !gathered.said.is_empty()
        || !gathered.loose_names.is_empty()
        || gathered.says(Meaning::MaterialWord)
        || gathered.says(Meaning::Classification)
        || gathered.says(Meaning::ComponentKinds)
        || gathered.says(Meaning::TypeWord);
    if !said_anything {
        return Err(Misunderstood::NoGoal { understood: gathered.understood });
    }
    let groups = [Meaning::Distributed, Meaning::Each, Meaning::HowOften, Meaning::Most(false), Meaning::Most(true)];
    let plan = if groups.iter().any(|m| gathered.says(*m)) {
        distribution(&gathered)
    } else {
        one::plan(&gathered)
            .or_else(|| relation(&gathered))
            .or_else(|| top_group(&gathered))
            .or_else(|| measured(&mut gathered))
            .or_else(|| described(&gathered, vocabulary))
            .or_else(|| enumerated(&gathered))
    };
    plan.filter(|plan| accounts_for(&gathered, plan)).ok_or(Misunderstood::NoGoal { understood: gathered.understood })
}

/// Beside what a question asks for, a property that parts have or lack is a condition: "Türen ohne Schallschutz mit dem
/// größten U-Wert", "Verteilung der Wände ohne Feuerwiderstand nach Material".
fn settle_mentions(gathered: &mut Gathered) {
    let groups = [Meaning::Distributed, Meaning::Each, Meaning::HowOften, Meaning::Most(false), Meaning::Most(true)];
    let grouped = groups.iter().any(|m| gathered.says(*m));
    let measured = !gathered.measures.is_empty() || matches!(gathered.superlative, Some((Some(_), _)));
    let asks_more = grouped || measured || gathered.superlative.is_some() || gathered.mentions.len() > 1;
    let settles = |mention: &Mention, others: bool| {
        mention.negated && asks_more || mention.had && (others || grouped || measured)
    };
    let several = gathered.mentions.len() > 1;
    let (conditions, asked): (Vec<Mention>, Vec<Mention>) =
        std::mem::take(&mut gathered.mentions).into_iter().partition(|mention| settles(mention, several));
    gathered.mentions = asked;
    gathered.said.extend(conditions.into_iter().map(|mention| {
        let test = if mention.negated { PropertyTest::Absent } else { PropertyTest::Present };
        Said { test: Filter::Property(mention.property, test), join: Join::Apart, at: mention.at }
    }));
}

/// Areas of floors are those of rooms, gross ones those of storeys, or of the building, where no part is named.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
pub(super) fn stand_in(gathered: &mut Gathered) {
    let of_sill = gathered.mentions.iter().any(|mention| mention.property == "sill_height");
    if of_sill && gathered.slots.is_empty() && gathered.loose_names.is_empty() {
        let part = "window".to_owned();
        gathered.slots.push(Slot { part, identity: None, at: usize::MAX, joined: false, modified: false });
    }
    let [measure] = gathered.measures.as_slice() else { return };
    if !gathered.slots.is_empty() || !gathered.loose_names.is_empty() {
        return;
    }
    let part = match measure {
        MeasureKind::GrossArea if gathered.has_storey() => "storey",
        MeasureKind::GrossArea => "building",
        MeasureKind::Area if gathered.says_floor => "space",
        _ => return,
    };
    gathered.slots.push(Slot { part: part.to_owned(), identity: None, at: 0, joined: false, modified: false });
}

/// Several kinds of parts are meant together only when the question joins them: "Türen und Fenster", not "Räume mit
/// Fenstern"; and only when what is said of one is said of all: not "Außenwände und Türen".
pub(super) fn joined(slots: Vec<&Slot>) -> Option<Vec<&Slot>> {
    let modified = slots.iter().filter(|slot| slot.modified).count();
    let alike = modified == 0 || modified == slots.len();
    (alike && slots.iter().skip(1).all(|slot| slot.joined)).then_some(slots)
}

pub(super) fn finish(goal: Goal, of: Selection) -> Plan {
    Plan { version: PLAN_VERSION, goal, of }
}

/// "im Gebäude", "im Geschoss Level 2": words that only frame what else is said.
pub(super) fn drop_filler_slots(gathered: &mut Gathered) {
    if gathered.says(Meaning::BelongsTo) {
        let is_assignment = |f: &Filter| matches!(f, Filter::Property(p, PropertyTest::Says(_)) if p == "assignment");
        if gathered.has(is_assignment) && gathered.slots.len() > 1 {
            gathered.slots.pop();
        }
    }
    let others = gathered.slots.iter().any(|s| !matches!(s.part.as_str(), "building" | "site"))
        || gathered.has_material()
        || !gathered.mentions.is_empty()
        || [Meaning::MaterialWord, Meaning::ComponentKinds, Meaning::TypeWord].into_iter().any(|m| gathered.says(m));
    if others {
        gathered.slots.retain(|s| s.part != "building" || s.identity.is_some() || s.modified);
    }
    if gathered.has_storey() {
        let asks_storey =
            gathered.says(Meaning::Most(false)) || gathered.says(Meaning::Most(true)) || gathered.says(Meaning::Each);
        let others = gathered.slots.iter().any(|s| s.part != "storey");
        if others && !asks_storey {
            gathered.slots.retain(|s| s.part != "storey");
        }
    }
}

fn topic(gathered: &Gathered) -> Option<&'static str> {
    if gathered.says(Meaning::Carbon) {
        return Some("carbon");
    }
    // A model that carries such a property under that name is asked for the property.
    if gathered.mentions.is_empty() {
        if gathered.says(Meaning::Schedule) {
            return Some("schedule");
        }
        if gathered.says(Meaning::Energy) {
            return Some("energy");
        }
    }
    let cost_group = gathered.mentions.iter().any(|m| m.property == "cost_group");
    (gathered.says(Meaning::Cost) && !cost_group).then_some("cost")
}

/// Goals that follow a relation between two parts.
fn relation(gathered: &Gathered) -> Option<Plan> {
    let all = &gathered.slots;
    let named = all.iter().find(|s| s.identity.is_some());
    let plain: Vec<&Slot> = all.iter().filter(|s| s.identity.is_none() && s.part != "storey").collect();
    if gathered.says(Meaning::Layers) && !gathered.says(Meaning::CountHead) && !gathered.has_material() {
        let slots: Vec<&Slot> = all.iter().collect();
        return Some(finish(Goal::Layers, selection(gathered, &slots, Vec::new())));
    }
    let named = named?;
    let identity = reference(named.identity.as_ref()?);
    let goal = counted_or_listed(gathered);
    let fillings = !plain.is_empty() && plain.iter().all(|s| BOUNDARIES.contains(&s.part.as_str()));
    if named.part == "space" && gathered.says(Meaning::Bounds) && plain.iter().any(|s| s.part == "space") {
        return None;
    }
    if named.part == "space" && (gathered.says(Meaning::Bounds) || fillings) {
        return Some(finish(goal, selection(gathered, &plain, vec![Filter::BoundsSpace(identity)])));
    }
    if gathered.says(Meaning::Connects) || gathered.says(Meaning::Bounds) {
        return Some(finish(Goal::BoundedSpaces, selection(gathered, &[named], Vec::new())));
    }
    let plain_parts: Vec<&str> = plain.iter().map(|s| s.part.as_str()).collect();
    if FILLINGS.contains(&named.part.as_str()) && plain_parts.iter().any(|p| HOSTS.contains(p)) {
        return Some(finish(Goal::Host, selection(gathered, &[named], Vec::new())));
    }
    let fills = plain_parts.iter().all(|p| FILLINGS.contains(p) || *p == "element");
    let placed = gathered.says(Meaning::Hosts) || !plain.is_empty();
    if HOSTS.contains(&named.part.as_str()) && fills && placed {
        return Some(finish(goal, selection(gathered, &plain, vec![Filter::HostedBy(identity)])));
    }
    let measures = !gathered.measures.is_empty() || !gathered.mentions.is_empty() || gathered.says(Meaning::SizeHead);
    let contents =
        plain.iter().any(|s| s.part != "space") || gathered.says(Meaning::WhatHead) && gathered.says(Meaning::In);
    if named.part == "space" && contents && !measures && gathered.superlative.is_none() {
        return Some(finish(goal, selection(gathered, &plain, vec![Filter::InSpace(identity)])));
    }
    None
}

/// Goals that group.
fn distribution(gathered: &Gathered) -> Option<Plan> {
    let top = if gathered.says(Meaning::Most(false)) {
        Some(false)
    } else if gathered.says(Meaning::Most(true)) {
        Some(true)
    } else {
        None
    };
    // "Türen nach Breite": how many of each size.
    if let ([measure], None, None, true) =
        (gathered.measures.as_slice(), top, group_key(gathered), gathered.units.is_empty())
    {
        let slots = joined(gathered.slots.iter().collect()).filter(|slots| !slots.is_empty())?;
        let goal = Goal::Distribution { by: GroupKey::Measure(*measure), amount: None };
        return Some(finish(goal, selection(gathered, &slots, Vec::new())));
    }
    let (by, slots) = group_key(gathered)?;
    let slots = joined(slots)?;
    if let Some(fewest) = top {
        // "Am wenigsten Stahl": how much of it, not how many parts are of it.
        let much = slots.is_empty() && gathered.has_material() && by != GroupKey::Material;
        let volume = MeasureKind::Volume;
        let of = selection(gathered, &slots, Vec::new());
        let amount = Amount { measure: volume, statistic: Statistic::Sum, unit: volume.stored_unit() };
        if much && gathered.measures.is_empty() {
            return Some(finish(Goal::TopGroup { by, fewest, amount: Some(amount) }, of));
        }
        return Some(finish(Goal::TopGroup { by, fewest, amount: None }, selection(gathered, &slots, Vec::new())));
    }
    let sum = gathered.measures.first().copied().or_else(|| gathered.units.first().copied().and_then(default_measure));
    let statistic = gathered.statistic.unwrap_or(Statistic::Sum);
    let amount = match sum {
        None => None,
        Some(measure) => Some(Amount { measure, statistic, unit: unit_of(gathered, measure)? }),
    };
    Some(finish(Goal::Distribution { by, amount }, selection(gathered, &slots, Vec::new())))
}

/// "Welches Geschoss hat die größte Raumfläche?": the group with the most or least of an amount.
fn top_group(gathered: &Gathered) -> Option<Plan> {
    let (implied, fewest) = gathered.superlative.filter(|_| gathered.says(Meaning::WhichHead))?;
    let measure = implied.or_else(|| gathered.measures.first().copied())?;
    let (by, slots) = group_key(gathered).filter(|(by, slots)| *by == GroupKey::Material || !slots.is_empty())?;
    let slots = joined(slots)?;
    let amount = Some(Amount { measure, statistic: Statistic::Sum, unit: unit_of(gathered, measure)? });
    let said = !gathered.measures.is_empty() && gathered.limit.is_none() && gathered.mentions.is_empty();
    said.then(|| finish(Goal::TopGroup { by, fewest, amount }, selection(gathered, &slots, Vec::new())))
}

/// Whether a height is asked for of a storey and not of what is on it.
fn storey_measure(gathered: &Gathered) -> bool {
    matches!(gathered.measures.as_slice(), [MeasureKind::Height | MeasureKind::Elevation | MeasureKind::GrossArea])
        && gathered.mentions.is_empty()
        && gathered.superlative.is_none()
        && gathered.loose_names.is_empty()
}

/// What is grouped by, and the parts that are grouped.
fn group_key(gathered: &Gathered) -> Option<(GroupKey, Vec<&Slot>)> {
    let all = &gathered.slots;
    let not_storey: Vec<&Slot> = all.iter().filter(|s| s.part != "storey").collect();
    if gathered.says(Meaning::ComponentKinds) {
        return Some((GroupKey::Component, not_storey));
    }
    if gathered.says(Meaning::Classification) {
        return Some((GroupKey::Classification, not_storey));
    }
    if let Some(mention) = gathered.mentions.first().cloned() {
        return Some((GroupKey::Property(mention.property), not_storey));
    }
    if not_storey.len() < all.len() {
        return Some((GroupKey::Storey, not_storey));
    }
    if gathered.says(Meaning::TypeWord) {
        return Some((GroupKey::TypeName, not_storey));
    }
    gathered.says(Meaning::MaterialWord).then_some((GroupKey::Material, not_storey))
}

/// Goals that measure.
fn measured(gathered: &mut Gathered) -> Option<Plan> {
    let of_storeys = storey_measure(gathered) && gathered.slots.iter().all(|s| s.part == "storey");
    let slots_owned: Vec<Slot> = gathered.slots.iter().filter(|s| of_storeys || s.part != "storey").cloned().collect();
    let slots = joined(slots_owned.iter().collect())?;
    if let Some((implied, smallest)) = gathered.superlative {
        if let [mention] = gathered.mentions.as_slice() {
            if let Some(goal) = property_extreme(gathered, mention, &slots, smallest) {
                return Some(finish(goal, selection(gathered, &slots, Vec::new())));
            }
            let statistic = if smallest { Statistic::Minimum } else { Statistic::Maximum };
            let goal = Goal::PropertyStatistic { property: mention.property.clone(), statistic };
            return Some(finish(goal, selection(gathered, &slots, Vec::new())));
        }
        let measure =
            implied.or_else(|| gathered.measures.first().copied()).or_else(|| Some(natural_measure(&slots)))?;
        let unit = unit_of(gathered, measure)?;
        let limit = gathered.limit.unwrap_or(1);
        return Some(finish(Goal::Extreme { measure, smallest, limit, unit }, selection(gathered, &slots, Vec::new())));
    }
    if let ([mention], Some(statistic)) = (gathered.mentions.as_slice(), gathered.statistic)
        && statistic != Statistic::Sum
    {
        let smallest = statistic == Statistic::Minimum;
        let extreme = property_extreme(gathered, mention, &slots, smallest).filter(|_| statistic != Statistic::Average);
        if let Some(goal) = extreme {
            return Some(finish(goal, selection(gathered, &slots, Vec::new())));
        }
        let goal = Goal::PropertyStatistic { property: mention.property.clone(), statistic };
        return Some(finish(goal, selection(gathered, &slots, Vec::new())));
    }
    let opening = gathered.measures.contains(&MeasureKind::OpeningArea).then_some(MeasureKind::OpeningArea);
    let said = opening.or_else(|| gathered.measures.first().copied());
    let by_unit = gathered.units.first().copied().and_then(default_measure);
    let by_head = gathered.says(Meaning::SizeHead).then(|| natural_measure(&slots));
    let by_amount = (gathered.says(Meaning::MuchHead) && gathered.has_material()).then_some(MeasureKind::Volume);
    let measure = said.or(by_unit).or(by_head).or(by_amount)?;
    if gathered.says(Meaning::CountHead) {
        return None;
    }
    if let Some(mention) = gathered.mentions.pop() {
        if slots.iter().any(|s| mention.at < s.at) || slots.is_empty() {
            gathered.mentions.push(mention);
            return None;
        }
        let test = if mention.negated { PropertyTest::Absent } else { PropertyTest::Present };
        gathered.said.push(Said { test: Filter::Property(mention.property, test), join: Join::Apart, at: mention.at });
    }
    let unit = unit_of(gathered, measure)?;
    let adds_up =
        !matches!(measure, MeasureKind::Width | MeasureKind::Height | MeasureKind::Thickness | MeasureKind::Elevation);
    let each = gathered.statistic.is_none() && (!adds_up || gathered.says(Meaning::ListHead));
    if each {
        return Some(finish(Goal::MeasureOf { measure, unit }, selection(gathered, &slots, Vec::new())));
    }
    let statistic = gathered.statistic.unwrap_or(Statistic::Sum);
    Some(finish(Goal::Measure { measure, statistic, unit }, selection(gathered, &slots, Vec::new())))
}

/// "Welche Tür hat den höchsten U-Wert?": asks which one, not for the value.
fn property_extreme(gathered: &Gathered, mention: &Mention, slots: &[&Slot], smallest: bool) -> Option<Goal> {
    let before = slots.first().is_some_and(|slot| slot.at < mention.at);
    let goal =
        || Goal::PropertyExtreme { property: mention.property.clone(), smallest, limit: gathered.limit.unwrap_or(1) };
    (before && gathered.says(Meaning::WhichHead)).then(goal)
}

/// What "how large" means for a kind of part.
pub(super) fn natural_measure(slots: &[&Slot]) -> MeasureKind {
    match slots.first().map_or("", |s| s.part.as_str()) {
        "beam" | "column" | "member" | "pile" | "railing" | "stud" | "rafter" | "purlin" | "post" | "sole_plate"
        | "top_plate" | "pipe" | "duct" => MeasureKind::Length,
        "footing" | "stair" | "truss" | "furniture" => MeasureKind::Volume,
        "door" | "window" | "opening" => MeasureKind::OpeningArea,
        _ => MeasureKind::Area,
    }
}

/// The unit asked for when it fits the measure, else the stored one; `None` when it contradicts.
pub(super) fn unit_of(gathered: &Gathered, measure: MeasureKind) -> Option<crate::ifc::Unit> {
    match gathered.units.first() {
        None => Some(measure.stored_unit()),
        Some(unit) => (unit.measure() == measure.stored_unit().measure()).then_some(*unit),
    }
}

/// Goals that tell something about parts: dimensions, materials, types, a property, where they are.
fn described(gathered: &Gathered, vocabulary: &Vocabulary) -> Option<Plan> {
    let all = &gathered.slots;
    let slots = joined(all.iter().filter(|s| s.part != "storey").collect())?;
    let count = gathered.says(Meaning::CountHead);
    if gathered.says(Meaning::Dimensions) {
        return Some(finish(Goal::Dimensions, selection(gathered, &slots, Vec::new())));
    }
    if gathered.says(Meaning::ComponentKinds) {
        return Some(finish(Goal::Distinct { by: GroupKey::Component }, selection(gathered, &slots, Vec::new())));
    }
    let typed = gathered.has(names_type);
    if gathered.says(Meaning::Classification) {
        return Some(finish(Goal::Distinct { by: GroupKey::Classification }, selection(gathered, &slots, Vec::new())));
    }
    if gathered.says(Meaning::TypeWord) && !typed {
        return Some(finish(Goal::Distinct { by: GroupKey::TypeName }, selection(gathered, &slots, Vec::new())));
    }
    if gathered.says(Meaning::MaterialWord) && !gathered.has_material() && (!count || slots.is_empty()) {
        return Some(finish(Goal::Distinct { by: GroupKey::Material }, selection(gathered, &slots, Vec::new())));
    }
    if let Some(mention) = gathered.mentions.first().cloned() {
        let whole = Slot { part: "building".to_owned(), identity: None, at: 0, joined: false, modified: false };
        let of_the_whole =
            slots.is_empty() && vocabulary.is_of_the_whole(&mention.property) && gathered.said.is_empty();
        if of_the_whole {
            let goal = Goal::PropertyOf { property: mention.property };
            return Some(finish(goal, selection(gathered, &[&whole], Vec::new())));
        }
        return Some(property_goal(gathered, &slots, &mention));
    }
    // "Wie viele verschiedene Wandstärken gibt es?": the sizes, not their sum.
    if let ([measure], true) = (gathered.measures.as_slice(), count && !slots.is_empty() && gathered.units.is_empty()) {
        return Some(finish(
            Goal::Distinct { by: GroupKey::Measure(*measure) },
            selection(gathered, &slots, Vec::new()),
        ));
    }
    // "Welches ist das oberste Geschoss?": the storey, not what is on it.
    if gathered.ranks_storey && slots.is_empty() && !count {
        return Some(finish(Goal::List, selection(gathered, &all.iter().collect::<Vec<_>>(), Vec::new())));
    }
    let asks_place =
        gathered.says(Meaning::WhichHead) || gathered.says(Meaning::WhatHead) || gathered.says(Meaning::WhereHead);
    // "Welches Geschoss hat keine Fenster?" asks for the storeys themselves.
    let lacking = slots.is_empty()
        && gathered.has(|test| matches!(test, Filter::Not(test) if matches!(**test, Filter::Holds(_))));
    let storey_slot = all.len() > slots.len() && !lacking;
    let something = !slots.is_empty() || !gathered.loose_names.is_empty() || !gathered.said.is_empty();
    if (storey_slot || gathered.says(Meaning::WhereHead))
        && something
        && asks_place
        && !count
        && !vocabulary.storeys.is_empty()
    {
        return Some(finish(Goal::Distinct { by: GroupKey::Storey }, selection(gathered, &slots, Vec::new())));
    }
    None
}

/// Whether a condition names a type, or denies one.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
pub(super) fn names_type(filter: &Filter) -> bool {
    match filter {
        Filter::TypeName(_) => true,
        Filter::Not(test) => names_type(test),
        _ => false,
    }
}

/// A property without a value: asked for when it stands before the parts, a condition when it stands after them.
fn property_goal(gathered: &Gathered, slots: &[&Slot], mention: &super::gather::Mention) -> Plan {
    let property = mention.property.clone();
    let before = slots.iter().all(|s| mention.at < s.at);
    let listing = gathered.says(Meaning::WhichHead)
        || gathered.says(Meaning::ListHead)
        || gathered.says(Meaning::CountHead)
        || gathered.says(Meaning::ExistsHead);
    let condition = mention.negated || gathered.says(Meaning::CountHead) || !before && listing;
    if condition && !slots.is_empty() {
        let test = if mention.negated { PropertyTest::Absent } else { PropertyTest::Present };
        let goal = counted_or_listed(gathered);
        return finish(goal, selection(gathered, slots, vec![Filter::Property(property, test)]));
    }
    let one = slots.iter().any(|s| s.identity.is_some()) || !gathered.loose_names.is_empty();
    let goal = if one { Goal::PropertyOf { property } } else { Goal::Distinct { by: GroupKey::Property(property) } };
    finish(goal, selection(gathered, slots, Vec::new()))
}

/// Goals that count or list.
fn enumerated(gathered: &Gathered) -> Option<Plan> {
    let slots = joined(gathered.slots.iter().collect())?;
    Some(finish(counted_or_listed(gathered), selection(gathered, &slots, Vec::new())))
}

fn counted_or_listed(gathered: &Gathered) -> Goal {
    let listing =
        gathered.says(Meaning::WhichHead) || gathered.says(Meaning::ListHead) || gathered.says(Meaning::WhatHead);
    if gathered.says(Meaning::CountHead) {
        Goal::Count
    } else if (gathered.says(Meaning::ExistsHead) || gathered.asks_whether) && !listing {
        Goal::Exists
    } else {
        Goal::List
    }
}
