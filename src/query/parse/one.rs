//! Questions about one thing: its attributes, everything about it, its neighbours, the group it belongs to.

use crate::query::lexicon::Meaning;
use crate::query::plan::{Filter, Goal, Plan};

use super::gather::{Gathered, Slot};
use super::goal::{finish, joined};
use super::selection::{reference, selection};
use super::whole;

/// Kinds that other parts belong to.
const GROUPS: &[&str] = &["zone", "system", "group"];

/// Reads a question about one thing; none when it asks for something else.
pub(super) fn plan(gathered: &Gathered) -> Option<Plan> {
    neighbours(gathered).or_else(|| grouped(gathered)).or_else(|| described(gathered)).or_else(|| attribute(gathered))
}

fn neighbours(gathered: &Gathered) -> Option<Plan> {
    let named = gathered.slots.iter().find(|s| s.identity.is_some() && s.part == "space")?;
    let others: Vec<&Slot> = gathered.slots.iter().filter(|s| s.identity.is_none()).collect();
    let spaces = others.iter().all(|s| s.part == "space");
    let bounds = gathered.says(Meaning::Bounds) && !others.is_empty();
    let asks = gathered.says(Meaning::Neighbour) || bounds;
    // Which rooms lie side by side, shared slabs and facades do not tell; which are linked by a door, doors do.
    if asks && spaces {
        return None;
    }
    // "Welche Räume sind durch eine Tür mit dem Flur verbunden?"
    let doors = others.iter().filter(|s| matches!(s.part.as_str(), "door" | "opening")).map(|s| s.part.clone());
    let through: Vec<String> = doors.collect();
    let leads = gathered.says(Meaning::Connects) || asks;
    let only = others.iter().all(|s| s.part == "space" || through.contains(&s.part));
    let walks = leads && only && !through.is_empty() && others.len() > through.len();
    walks.then(|| finish(Goal::Neighbours { through }, selection(gathered, &[named], Vec::new())))
}

/// "Was gehört zum System „Heizung“?", "Zu welcher Zone gehört Raum 5?".
fn grouped(gathered: &Gathered) -> Option<Plan> {
    let group = gathered.slots.iter().find(|s| GROUPS.contains(&s.part.as_str()))?;
    let others: Vec<&Slot> = gathered.slots.iter().filter(|s| !GROUPS.contains(&s.part.as_str())).collect();
    let quiet = gathered.measures.is_empty() && gathered.mentions.is_empty() && gathered.superlative.is_none();
    match &group.identity {
        Some(identity) if quiet && (!others.is_empty() || gathered.says(Meaning::BelongsTo)) => {
            let goal = if gathered.says(Meaning::CountHead) { Goal::Count } else { Goal::List };
            let mut of = selection(gathered, &others, Vec::new());
            if others.is_empty() {
                of.any_of.clear();
            }
            of.filters.push(Filter::InGroup(reference(identity)));
            of.filters = super::selection::sorted(of.filters);
            Some(finish(goal, of))
        }
        None if quiet && others.len() == 1 && !gathered.says(Meaning::CountHead) => {
            let goal = Goal::PropertyOf { property: "group".to_owned() };
            Some(finish(goal, selection(gathered, &others, Vec::new())))
        }
        _ => None,
    }
}

fn described(gathered: &Gathered) -> Option<Plan> {
    let asks = gathered.says(Meaning::Describe) && is_one(gathered) && !gathered.says(Meaning::CountHead);
    let slots = joined(gathered.slots.iter().collect()).filter(|_| asks && gathered.mentions.is_empty())?;
    Some(finish(Goal::Describe, selection(gathered, &slots, Vec::new())))
}

fn attribute(gathered: &Gathered) -> Option<Plan> {
    let asked: Vec<&'static str> = gathered
        .meanings
        .iter()
        .filter_map(|meaning| if let Meaning::Attribute(id) = meaning { Some(*id) } else { None })
        .collect();
    let [id] = asked.as_slice() else { return None };
    let quiet = gathered.measures.is_empty() && gathered.mentions.is_empty() && gathered.superlative.is_none();
    if !quiet || gathered.says(Meaning::CountHead) || gathered.says(Meaning::ExistsHead) || gathered.asks_whether {
        return None;
    }
    let slots = joined(gathered.slots.iter().collect())?;
    if let [slot] = slots.as_slice()
        && slot.identity.is_none()
        && let Some(fact) = whole::attribute(&slot.part, id)
    {
        return Some(finish(Goal::About { fact }, crate::query::plan::Selection::default()));
    }
    if slots.is_empty() && !is_one(gathered) {
        return None;
    }
    // Names and numbers are told with every list.
    let goal = match *id {
        "name" | "number" if !is_one(gathered) => Goal::List,
        _ => Goal::PropertyOf { property: (*id).to_owned() },
    };
    Some(finish(goal, selection(gathered, &slots, Vec::new())))
}

fn is_one(gathered: &Gathered) -> bool {
    gathered.loose_names.len() + gathered.slots.iter().filter(|slot| slot.identity.is_some()).count() == 1
}
