//! Whether all of a kind are so: "Sind alle Türen im EG aus Holz?".

use crate::query::lexicon::Meaning;
use crate::query::plan::{Filter, Goal, PLAN_VERSION, Plan, PropertyTest, Selection};

use super::Misunderstood;
use super::account::is_one_condition;
use super::gather::{Gathered, Said, Slot};
use super::goal::joined;
use super::selection::{conditions, selection};

/// Reads a question whether all are so: the last condition after the kind of part is the test, the others say of which.
pub(super) fn plan(mut gathered: Gathered) -> Result<Plan, Misunderstood> {
    let no_goal = Misunderstood::NoGoal { understood: gathered.understood.clone() };
    if !gathered.unknown.is_empty() {
        let Gathered { unknown, understood, .. } = gathered;
        return Err(Misunderstood::Unknown { words: unknown, understood });
    }
    let Some(test) = test(&mut gathered) else { return Err(no_goal) };
    let of = of(&gathered).filter(|of| !of.filters.contains(&test));
    let of = of.filter(|of| is_one_condition(of, false)).ok_or(no_goal)?;
    Ok(Plan { version: PLAN_VERSION, goal: Goal::Every { test }, of })
}

/// Takes the test out of what was said.
fn test(gathered: &mut Gathered) -> Option<Filter> {
    let part = gathered.slots.last()?.at;
    if let [mention] = gathered.mentions.as_slice() {
        let test = if mention.negated { PropertyTest::Absent } else { PropertyTest::Present };
        let test = Filter::Property(mention.property.clone(), test);
        let alone = part < mention.at && gathered.said.iter().all(|said| said.at < mention.at);
        gathered.mentions.clear();
        return alone.then_some(test);
    }
    let last = gathered.said.iter().rposition(|said| part < said.at && said.join == super::gather::Join::Apart)?;
    let mut tail: Vec<Said> = gathered.said.split_off(last);
    let joins_and = tail.iter().any(|said| said.join == super::gather::Join::And);
    let mut tests = conditions(&std::mem::take(&mut tail));
    (!joins_and && tests.len() == 1).then(|| tests.pop()).flatten()
}

fn of(gathered: &Gathered) -> Option<Selection> {
    let frames = |meaning: &Meaning| {
        matches!(
            meaning,
            Meaning::With
                | Meaning::Without
                | Meaning::Not
                | Meaning::Of
                | Meaning::In
                | Meaning::MaterialWord
                | Meaning::Frame
        )
    };
    let plain = gathered.meanings.iter().all(frames)
        && gathered.measures.is_empty()
        && gathered.units.is_empty()
        && gathered.superlative.is_none()
        && gathered.statistic.is_none()
        && gathered.loose_names.is_empty()
        && gathered.either == 0
        && gathered.slots.iter().all(|slot| slot.identity.is_none());
    let slots: Vec<&Slot> = joined(gathered.slots.iter().collect()).filter(|_| plain)?;
    Some(selection(gathered, &slots, Vec::new()))
}
