//! Holds the quantities of a whole model against its dimensions, and counts what is wrong.
//!
//! Entities are taken in blocks: what a block asks of a table is sorted by position and fetched in one go, so that a model
//! whose sets stand in another order than its entities is read batch by batch all the same, and a set that many entities
//! share is read once for all of a block. What many entities have in common is checked once.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use super::fact_model::{FactModel, is_dimension};
use super::facts::{FactReader, Figure, ItemValue, Nowhere, SetId};
use super::finish::{Poll, ask};
use super::magnitude::{self, Role};
use super::model::{EntityIndex, Quantity, QuantitySource};
use super::problem::{ProblemCode, Problems};
use super::table::TextId;
use super::unit::Measure;
use crate::limits;

/// Entities of a block.
const ENTITIES: usize = 16 * 1024;

/// Rows fetched at once.
const ROWS: u64 = 8192;

/// Values between two questions whether to go on.
const POLL_VALUES: u64 = 1 << 18;

/// Values from which on it is worth remembering what came of a list of sets.
const COSTLY: usize = 32;

/// Lists of sets that are remembered.
const REMEMBERED: usize = 1024;

/// What a new name costs in values: a batch of texts is read for it.
const NAME_COST: u64 = 4096;

/// Places for the names that came last; a model has some dozens of names for quantities.
const NAMES: usize = 256;

/// What came of a check.
#[derive(Debug, Default)]
pub struct Checked {
    /// What was found wrong.
    pub problems: Problems,
    /// Entities that were looked at.
    pub entities: usize,
}

/// What was found wrong with some quantities: the first, and how many in all.
#[derive(Debug, Clone, Default)]
struct Found {
    kept: Vec<(TextId, Option<i8>)>,
    total: u64,
}

/// A number that says something about dimensions.
#[derive(Debug, Clone, Copy)]
struct Part {
    name: TextId,
    role: Role,
    measure: Measure,
    value: f64,
    source: QuantitySource,
}

/// What some entities have: everything their check needs.
struct Block {
    /// End of the sets of each entity.
    ends: Vec<usize>,
    /// The sets of the entities, as positions in the distinct ones.
    lists: Vec<u32>,
    /// End of the numbers of each distinct set.
    part_ends: Vec<usize>,
    parts: Vec<Part>,
    /// The distinct sets, rising.
    sets: Vec<u32>,
}

pub(super) struct Check<'c, 'p, F> {
    model: &'c FactModel<F>,
    poll: &'c mut Poll<'p>,
    /// Values that may still be looked at.
    left: u64,
    since: u64,
    /// Names that came last, each at its place, with what they mean.
    names: Vec<Option<(TextId, Role)>>,
    /// What came of lists of distinct sets, those without a number that matters left out.
    known: HashMap<Box<[u32]>, Found>,
    checked: Checked,
}

/// Used again for every entity.
#[derive(Default)]
struct Room {
    quantities: Vec<Quantity>,
    roles: Vec<Role>,
}

/// More than the limit was asked for.
struct Spent;

impl<'c, 'p, F: FactReader> Check<'c, 'p, F> {
    pub(super) fn new(model: &'c FactModel<F>, values_max: u64, poll: &'c mut Poll<'p>) -> Check<'c, 'p, F> {
        let (names, known) = (vec![None; NAMES], HashMap::new());
        Check { model, poll, left: values_max, since: 0, names, known, checked: Checked::default() }
    }

    /// Checks some entities, as far as the values go.
    pub(super) fn run(mut self, entities: Range<usize>) -> io::Result<Checked> {
        let (mut begin, mut size) = (entities.start, ENTITIES);
        while begin < entities.end {
            ask(self.poll)?;
            let end = entities.end.min(begin + size);
            match self.gather(begin..end)? {
                Ok(Some(block)) => {
                    if self.hand_out(&block)?.is_err() {
                        break;
                    }
                    begin = end;
                    // Slowly, since a block that has no room was fetched in vain.
                    size = ENTITIES.min(size + size / 8 + 1);
                }
                // A smaller block may have room; one entity that has none is left out.
                Ok(None) if size == 1 => begin = end,
                Ok(None) => size = size.min(end - begin).div_ceil(2),
                Err(Spent) => break,
            }
        }
        Ok(self.checked)
    }

    fn charge(&mut self, values: u64) -> io::Result<Result<(), Spent>> {
        self.since += values;
        if POLL_VALUES <= self.since {
            self.since = 0;
            ask(self.poll)?;
        }
        let left = self.left.checked_sub(values);
        self.left = left.unwrap_or_default();
        Ok(left.map(|_| ()).ok_or(Spent))
    }

    /// Fetches what some entities have; none where that is more than a block may be.
    fn gather(&mut self, entities: Range<usize>) -> io::Result<Result<Option<Block>, Spent>> {
        let Some((ends, mut lists)) = self.lists(entities) else { return Ok(Ok(None)) };
        let mut sets = lists.clone();
        sets.sort_unstable();
        sets.dedup();
        let facts = self.model.facts();
        let end = |set: u32| facts.set(SetId(set)).map_or(0, |row| row.items_end);
        let mut ranges = Vec::with_capacity(sets.len());
        let (mut last, mut total) = (None, 0);
        for set in &sets {
            let begin = match (set.checked_sub(1), last) {
                (None, _) => 0,
                (Some(before), Some((known, end))) if known == before => end,
                (Some(before), _) => end(before),
            };
            let mut range = begin..end(*set).max(begin);
            // What ends beyond the table reads as nothing, and takes no room.
            if limits::CHECK_BLOCK_VALUES_MAX < range.end - range.start
                && facts.items(range.end - 1..range.end).is_empty()
            {
                range.start = range.end;
            }
            last = Some((*set, range.end));
            total += range.end - range.start;
            ranges.push(range);
        }
        if limits::CHECK_BLOCK_VALUES_MAX < total {
            return Ok(Ok(None));
        }
        if self.charge(total + lists.len() as u64)?.is_err() {
            return Ok(Err(Spent));
        }
        let (mut parts, mut part_ends) = (Vec::new(), Vec::with_capacity(sets.len()));
        for range in ranges {
            let mut at = range.start;
            while at < range.end {
                let stop = range.end.min(at + ROWS);
                for item in facts.figures(at..stop).iter() {
                    match self.part(item.name, item.value)? {
                        Ok(part) => parts.extend(part),
                        Err(Spent) => return Ok(Err(Spent)),
                    }
                }
                at = stop;
            }
            part_ends.push(parts.len());
        }
        let mut next = 0;
        for set in &mut lists {
            // Mostly the sets of an entity stand behind those of the entity before.
            let found = if sets.get(next) == Some(set) { Ok(next) } else { sets.binary_search(set) };
            next = found.map_or(next, |at| at + 1);
            *set = found.ok().and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX);
        }
        Ok(Ok(Some(Block { ends, lists, part_ends, parts, sets })))
    }

    /// The sets of some entities, their own before those of their types, with the end of those of each; none where there are
    /// more than a block may have.
    fn lists(&self, entities: Range<usize>) -> Option<(Vec<usize>, Vec<u32>)> {
        let facts = self.model.facts();
        let link = |entity: usize| EntityIndex::new(entity).and_then(|entity| facts.link(entity));
        let end = |entity: usize| link(entity).map_or(0, |link| link.sets_end);
        let begin = entities.start.checked_sub(1).map_or(0, end);
        let links: Vec<_> = entities.clone().map(link).collect();
        let all = links.last().copied().flatten().map_or(begin, |link| link.sets_end);
        let range = self.existing(begin..all.max(begin));
        let mut room = limits::CHECK_BLOCK_SETS_MAX.checked_sub(range.len())?;
        let own = facts.set_links(range);
        let type_of = |(entity, link): (usize, &Option<super::LinkRow>)| {
            Some(link.as_ref()?.type_object?.index()).filter(|of| *of != entity)
        };
        let mut types: Vec<usize> = entities.clone().zip(&links).filter_map(type_of).collect();
        types.sort_unstable();
        types.dedup();
        let mut inherited = HashMap::with_capacity(types.len());
        for of in types {
            let range = self.existing(of.checked_sub(1).map_or(0, end)..end(of));
            room = room.checked_sub(range.len())?;
            let sets: Vec<u32> = facts.set_links(range).iter().map(|link| link.set.0).collect();
            inherited.insert(of, sets);
        }
        let (mut ends, mut lists) = (Vec::with_capacity(links.len()), Vec::with_capacity(own.len()));
        let mut before = begin;
        for (entity, link) in entities.zip(&links) {
            let stop = link.map_or(before, |link| link.sets_end).max(before);
            let part = own.get((before - begin) as usize..(stop - begin) as usize).unwrap_or_default();
            lists.extend(part.iter().map(|link| link.set.0));
            before = stop;
            if let Some(sets) = type_of((entity, link)).and_then(|of| inherited.get(&of)) {
                lists.extend(sets);
            }
            // Many entities may be of one type with many sets.
            if 4 * limits::CHECK_BLOCK_SETS_MAX < lists.len() {
                return None;
            }
            ends.push(lists.len());
        }
        Some((ends, lists))
    }

    /// Set links that end beyond the table read as none, and take no room.
    fn existing(&self, range: Range<u32>) -> Range<u32> {
        let is_long = limits::CHECK_BLOCK_SETS_MAX < range.len();
        if is_long && self.model.facts().set_links(range.end - 1..range.end).is_empty() { 0..0 } else { range }
    }

    /// What an item says about dimensions, where it does: areas and volumes, and lengths whose name has a meaning.
    fn part(&mut self, name: TextId, value: ItemValue) -> io::Result<Result<Option<Part>, Spent>> {
        let (figure, source) = match value {
            ItemValue::Quantity(figure, source) => (figure, source),
            ItemValue::Number(figure) if is_dimension(figure.measure) => (figure, QuantitySource::Property),
            ItemValue::Number(_) | ItemValue::Text(_) | ItemValue::Boolean(_) | ItemValue::Range(_) => {
                return Ok(Ok(None));
            }
        };
        let Figure { measure: Measure::Length | Measure::Area | Measure::Volume, .. } = figure else {
            return Ok(Ok(None));
        };
        let (value, measure) = self.model.stored(figure);
        if measure == Measure::Unknown {
            return Ok(Ok(None));
        }
        let Ok(role) = self.role(name)? else { return Ok(Err(Spent)) };
        let matters = measure != Measure::Length || role.is_of_length();
        Ok(Ok(matters.then_some(Part { name, role, measure, value, source })))
    }

    /// What a name means.
    fn role(&mut self, name: TextId) -> io::Result<Result<Role, Spent>> {
        let at = name.index() % NAMES;
        if let Some(Some((known, role))) = self.names.get(at)
            && *known == name
        {
            return Ok(Ok(*role));
        }
        let (role, is_new) = self.model.role(name);
        if is_new && self.charge(NAME_COST)?.is_err() {
            return Ok(Err(Spent));
        }
        if let Some(place) = self.names.get_mut(at) {
            *place = Some((name, role));
        }
        Ok(Ok(role))
    }

    fn hand_out(&mut self, block: &Block) -> io::Result<Result<(), Spent>> {
        let mut begin = 0;
        let (mut list, mut room) = (Vec::new(), Room::default());
        for end in &block.ends {
            let sets = block.lists.get(begin..*end).unwrap_or_default();
            begin = *end;
            list.clear();
            list.extend(sets.iter().filter(|set| !block.parts_of(**set).is_empty()));
            let values: usize = list.iter().map(|set| block.parts_of(*set).len()).sum();
            let key: Option<Box<[u32]>> = (COSTLY <= values).then(|| list.iter().map(|set| block.set(*set)).collect());
            if let Some(found) = key.as_ref().and_then(|key| self.known.get(key)).cloned() {
                self.tell(&found);
            } else {
                if self.charge(values as u64 + 1)?.is_err() {
                    return Ok(Err(Spent));
                }
                let found = check(block, &list, &mut room);
                self.tell(&found);
                if let Some(key) = key {
                    if REMEMBERED <= self.known.len() {
                        self.known.clear();
                    }
                    self.known.insert(key, found);
                }
            }
            self.checked.entities += 1;
        }
        Ok(Ok(()))
    }

    fn tell(&mut self, found: &Found) {
        let problems = &mut self.checked.problems;
        let (before, kept) = (problems.total, problems.kept.len());
        for (name, corrected_by) in &found.kept {
            if problems.is_full() {
                break;
            }
            let name = self.model.facts().read_text(*name);
            match corrected_by {
                Some(exponent) => {
                    problems.push(ProblemCode::QuantityMagnitude, &Nowhere, format!("{name}: / 10^{exponent}"));
                }
                None => problems.push(ProblemCode::QuantityImplausible, &Nowhere, name),
            }
        }
        debug_assert!(problems.kept.len() - kept <= found.kept.len(), "each is told once");
        problems.total = before + found.total;
    }
}

impl Block {
    fn parts_of(&self, set: u32) -> &[Part] {
        let at = set as usize;
        let begin = at.checked_sub(1).and_then(|before| self.part_ends.get(before)).copied().unwrap_or_default();
        self.part_ends.get(at).and_then(|end| self.parts.get(begin..*end)).unwrap_or_default()
    }

    fn set(&self, at: u32) -> u32 {
        self.sets.get(at as usize).copied().unwrap_or(u32::MAX)
    }
}

/// Checks what is in some sets as the quantities of one entity.
fn check(block: &Block, sets: &[u32], room: &mut Room) -> Found {
    let Room { quantities, roles } = room;
    quantities.clear();
    roles.clear();
    for Part { name, role, measure, value, source } in sets.iter().flat_map(|set| block.parts_of(*set)).copied() {
        let (set, from_type, corrected_by, implausible) = (None, false, None, false);
        quantities.push(Quantity { set, name, measure, value, source, from_type, corrected_by, implausible });
        roles.push(role);
    }
    magnitude::check(quantities, |at, _| roles.get(at).copied().unwrap_or_default());
    let mut found = Found::default();
    for quantity in quantities.iter().filter(|quantity| quantity.corrected_by.is_some() || quantity.implausible) {
        found.total += 1;
        if found.kept.len() < limits::PROBLEMS_MAX {
            found.kept.push((quantity.name, quantity.corrected_by));
        }
    }
    found
}
