//! The last step of building a model: what can only be said when everything is known.

use std::io;

use super::builder::{Logged, Meaning, ModelBuilder, Node};
use super::entity_type::{is_a, is_element};
use super::facts::{
    FactSink, LinkRow, MaterialSetId, ModelSummary, Nowhere, RelationKind, RelationRow, SetId, SetLink,
};
use super::model::{EntityIndex, ModelHead};
use super::part_shape::{self, Parts};
use super::problem::ProblemCode;
use super::unit::{Measure, UnitAssignment};

/// Longest chain of containment and aggregation that is followed.
const CHAIN_MAX: usize = 64;

/// Rows gathered before they are handed to the sink.
const WAITING_ROWS: usize = 4096;

/// No entity, set or composition.
const NONE: u32 = u32::MAX;

/// Marks a set link as the type's.
const FROM_TYPE: u32 = 1 << 31;

/// One number per entity.
type Column = Vec<u32>;

/// What every entity hangs on, as columns.
struct Links {
    container: Column,
    whole: Column,
    host: Column,
    type_object: Column,
    composition: Column,
    /// How many sets each entity has.
    set_counts: Column,
    classifications: Vec<(u32, u32)>,
    boundaries: Vec<(u32, u32)>,
    fills: Vec<(u32, u32)>,
    /// Spatial elements that an entity is referenced in.
    references: Vec<RelationRow>,
}

pub(super) fn finish(mut builder: ModelBuilder, head: ModelHead) -> io::Result<(Box<dyn FactSink>, ModelSummary)> {
    builder.flush()?;
    let mut links = Links::of(builder.entity_count());
    let mut out = Vec::with_capacity(WAITING_ROWS);
    let mut log = std::mem::take(&mut builder.log);
    log.each(&mut |logged| {
        match resolve(&mut builder, &logged, true) {
            Some(row) if row.kind == RelationKind::IsContainedIn && logged.is_indirect => links.references.push(row),
            Some(row) => {
                links.take(&row);
                out.push(row);
            }
            None => {}
        }
        hand_over(&mut out, WAITING_ROWS, |rows| builder.sink.relations(rows))
    })?;
    links.give_hosts();
    out.extend(links.contain_referenced());
    builder.sink.relations(&out)?;
    let set_links = set_links(&mut builder, &mut log, &links)?;
    let set_links = add_computed(&mut builder, &mut links, set_links, &head.units)?;
    hand_over_sets(&mut builder, &set_links)?;
    for index in cut_cycles(&mut links) {
        if builder.problems.is_full() {
            builder.problems.total += 1;
            continue;
        }
        let id = builder.ids.name_of(index);
        builder.problems.push(ProblemCode::CycleInStructure, &Nowhere, id);
    }
    let elevations = elevations(&builder, &head.units);
    write_links(&mut builder, &mut links, &elevations)?;
    write_rest(&mut builder, &head.units)?;
    let storeys = ordered_storeys(&builder, &elevations);
    let counts = builder.kinds.counts();
    let elements = counts.iter().filter(|(name, _)| is_element(name)).map(|(_, count)| count).sum();
    let entities = builder.entity_count() as u64;
    let id_index_bytes = builder.id_index_bytes();
    builder.flush()?;
    let ModelBuilder { mut sink, problems, .. } = builder;
    sink.flush()?;
    Ok((sink, ModelSummary { head, storeys, problems, entities, elements, id_index_bytes }))
}

/// Finds what both sides stand for; a side that the file does not hold is told when `tells`.
fn resolve(builder: &mut ModelBuilder, logged: &Logged, tells: bool) -> Option<RelationRow> {
    let mut meaning = |node: Node| match node {
        Node::Id(id) => {
            let meaning = builder.ids.meaning(id);
            if meaning == Meaning::Unseen && tells {
                if builder.problems.is_full() {
                    builder.problems.total += 1;
                } else {
                    let pointer = logged.record.map(|record| builder.pointers.pointer(record)).unwrap_or_default();
                    let name = builder.ids.name(id);
                    builder.problems.push_at(ProblemCode::ReferenceDangling, pointer, logged.offset, name);
                }
            }
            meaning
        }
        Node::Entity(index) => Meaning::Entity(index),
        Node::Set(set) => Meaning::Set(set),
        Node::MaterialSet(set) => Meaning::MaterialSet(set),
        Node::Classification(_) => Meaning::Other,
    };
    let (related, relating) = (meaning(logged.related), meaning(logged.relating));
    let Meaning::Entity(related) = related else { return None };
    let relating = match (logged.kind, relating, logged.relating) {
        (RelationKind::IsClassifiedAs, _, Node::Classification(number)) => number,
        (RelationKind::HasSet, Meaning::Set(set), _) if logged.is_indirect => set.0 | FROM_TYPE,
        (RelationKind::HasSet, Meaning::Set(set), _) => set.0,
        (RelationKind::IsMadeOf, Meaning::MaterialSet(set), _) => set.0,
        (RelationKind::HasSet | RelationKind::IsMadeOf | RelationKind::IsClassifiedAs, ..) => return None,
        (_, Meaning::Entity(entity), _) => entity.0,
        _ => return None,
    };
    Some(RelationRow { kind: logged.kind, related, relating, record: logged.record })
}

fn hand_over<T>(rows: &mut Vec<T>, least: usize, give: impl FnOnce(&[T]) -> io::Result<()>) -> io::Result<()> {
    if rows.len() < least {
        return Ok(());
    }
    give(rows)?;
    rows.clear();
    Ok(())
}

impl Links {
    fn of(entities: usize) -> Links {
        let column = || vec![NONE; entities];
        Links {
            container: column(),
            whole: column(),
            host: column(),
            type_object: column(),
            composition: column(),
            set_counts: vec![0; entities],
            classifications: Vec::new(),
            boundaries: Vec::new(),
            fills: Vec::new(),
            references: Vec::new(),
        }
    }

    fn take(&mut self, row: &RelationRow) {
        let related = row.related.index();
        let set = |column: &mut Column| {
            if let Some(place) = column.get_mut(related) {
                *place = row.relating;
            }
        };
        match row.kind {
            RelationKind::HasSet => {
                if let Some(count) = self.set_counts.get_mut(related) {
                    *count += 1;
                }
            }
            RelationKind::IsOccurrenceOf => set(&mut self.type_object),
            RelationKind::IsContainedIn => set(&mut self.container),
            RelationKind::IsPartOf => set(&mut self.whole),
            RelationKind::Voids => set(&mut self.host),
            RelationKind::Fills => self.fills.push((row.related.0, row.relating)),
            RelationKind::Bounds => self.boundaries.push((row.relating, row.related.0)),
            RelationKind::IsMadeOf => {
                // The first association of an element counts.
                if self.composition.get(related) == Some(&NONE) {
                    set(&mut self.composition);
                }
            }
            RelationKind::IsClassifiedAs => self.classifications.push((row.related.0, row.relating)),
            RelationKind::BelongsTo => {}
        }
    }

    /// A door is hosted by the wall behind its opening; by the opening only where no wall is known.
    fn give_hosts(&mut self) {
        for (filling, opening) in std::mem::take(&mut self.fills) {
            let wall = at(&self.host, opening as usize);
            if let Some(host) = self.host.get_mut(filling as usize) {
                *host = wall.map_or(opening, |wall| wall.0);
            }
        }
    }

    /// What hangs on nothing is contained in the first spatial element it is referenced in.
    fn contain_referenced(&mut self) -> Vec<RelationRow> {
        let mut references = std::mem::take(&mut self.references);
        references.retain(|row| {
            let is_loose = self.above(row.related.index()).is_none();
            if is_loose {
                self.take(row);
            }
            is_loose
        });
        references
    }

    /// What an entity hangs on: what contains it, what it is part of, or what it is built into.
    fn above(&self, entity: usize) -> Option<EntityIndex> {
        at(&self.container, entity).or_else(|| at(&self.whole, entity)).or_else(|| at(&self.host, entity))
    }
}

fn at(column: &Column, entity: usize) -> Option<EntityIndex> {
    column.get(entity).copied().filter(|index| *index != NONE).map(EntityIndex)
}

/// The sets of all entities, grouped by entity, in the order of the file.
fn set_links(builder: &mut ModelBuilder, log: &mut super::builder::RelationLog, links: &Links) -> io::Result<Vec<u32>> {
    let mut next: Vec<u32> = Vec::with_capacity(links.set_counts.len());
    let mut total: u32 = 0;
    for count in &links.set_counts {
        next.push(total);
        total = total.checked_add(*count).ok_or_else(|| io::Error::other("more than 4 billion set links"))?;
    }
    let mut sets = vec![NONE; total as usize];
    log.each(&mut |logged| {
        if logged.kind == RelationKind::HasSet
            && let Some(row) = resolve(builder, &logged, false)
            && let Some(place) = next.get_mut(row.related.index())
            && let Some(set) = sets.get_mut(*place as usize)
        {
            *set = row.relating;
            *place += 1;
        }
        Ok(())
    })?;
    Ok(sets)
}

/// Adds the sets of what was computed from shapes, each behind the other sets of its part.
fn add_computed(
    builder: &mut ModelBuilder,
    links: &mut Links,
    sets: Vec<u32>,
    units: &UnitAssignment,
) -> io::Result<Vec<u32>> {
    let mut ends = Vec::new();
    if builder.shapes.source.is_some() {
        ends = links
            .set_counts
            .iter()
            .scan(0, |end, count| {
                *end += *count as usize;
                Some(*end)
            })
            .collect();
    }
    let own = |entity: EntityIndex| {
        let begin = entity.index().checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
        let end = ends.get(entity.index()).copied().unwrap_or_default();
        sets.get(begin..end).unwrap_or_default().iter().map(|set| SetId(set & !FROM_TYPE))
    };
    let parts = Parts {
        host: &|part| at(&links.host, part.index()),
        whole: &|part| at(&links.whole, part.index()),
        sets: &|part| own(part).chain(at(&links.type_object, part.index()).into_iter().flat_map(own)).collect(),
    };
    let added = part_shape::compute(builder, &parts, units)?;
    if added.is_empty() {
        return Ok(sets);
    }
    let (mut all, mut taken) = (Vec::with_capacity(sets.len() + added.len()), 0);
    for (part, set) in added {
        let end = ends.get(part.index()).copied().unwrap_or_default();
        all.extend_from_slice(sets.get(taken..end).unwrap_or_default());
        all.push(set.0);
        taken = end;
        if let Some(count) = links.set_counts.get_mut(part.index()) {
            *count += 1;
        }
    }
    all.extend_from_slice(sets.get(taken..).unwrap_or_default());
    Ok(all)
}

fn hand_over_sets(builder: &mut ModelBuilder, sets: &[u32]) -> io::Result<()> {
    for rows in sets.chunks(WAITING_ROWS) {
        let rows: Vec<SetLink> =
            rows.iter().map(|set| SetLink { set: SetId(set & !FROM_TYPE), from_type: set & FROM_TYPE != 0 }).collect();
        builder.sink.set_links(&rows)?;
    }
    Ok(())
}

/// Elevations in metres, by entity; the last one said counts.
fn elevations(builder: &ModelBuilder, units: &UnitAssignment) -> Vec<(EntityIndex, f64)> {
    let stored = |(entity, value, is_declared): &(EntityIndex, f64, bool)| {
        let value = if *is_declared { units.to_stored(Measure::Length, *value)? } else { *value };
        Some((*entity, value))
    };
    let mut elevations: Vec<(EntityIndex, f64)> = builder.elevations.iter().rev().filter_map(stored).collect();
    elevations.sort_by_key(|(entity, _)| *entity);
    elevations.dedup_by_key(|(entity, _)| *entity);
    elevations
}

/// The nearest storey above an entity: its own container first, then what it is part of, then what it is built into.
fn storey_of(links: &Links, is_storey: &dyn Fn(EntityIndex) -> bool, start: usize) -> Option<EntityIndex> {
    let mut current = links.above(start)?;
    for _ in 0..CHAIN_MAX {
        if is_storey(current) {
            return Some(current);
        }
        current = links.above(current.index())?;
    }
    None
}

fn write_links(builder: &mut ModelBuilder, links: &mut Links, elevations: &[(EntityIndex, f64)]) -> io::Result<()> {
    links.classifications.sort_by_key(|(entity, _)| *entity);
    links.boundaries.sort_unstable();
    links.boundaries.dedup();
    let kinds = &builder.kinds;
    let is_storey = |entity: EntityIndex| is_a(kinds.name(entity), "IfcBuildingStorey");
    let mut rows = Vec::with_capacity(WAITING_ROWS);
    let (mut sets_end, mut classifications_end, mut boundaries_end) = (0, 0, 0);
    for entity in 0..kinds.len() {
        let Some(index) = EntityIndex::new(entity) else { break };
        sets_end += links.set_counts.get(entity).copied().unwrap_or_default();
        classifications_end = run_end(&links.classifications, classifications_end, index.0);
        boundaries_end = run_end(&links.boundaries, boundaries_end, index.0);
        let elevation = elevations.binary_search_by_key(&index, |(entity, _)| *entity).ok();
        rows.push(LinkRow {
            container: at(&links.container, entity),
            storey: storey_of(links, &is_storey, entity),
            host: at(&links.host, entity),
            whole: at(&links.whole, entity),
            type_object: at(&links.type_object, entity),
            material_set: at(&links.composition, entity).map(|set| MaterialSetId(set.0)),
            elevation_m: elevation.and_then(|at| elevations.get(at)).map(|(_, elevation)| *elevation),
            sets_end,
            classifications_end: u32::try_from(classifications_end).unwrap_or(u32::MAX),
            boundaries_end: u32::try_from(boundaries_end).unwrap_or(u32::MAX),
        });
        hand_over(&mut rows, WAITING_ROWS, |rows| builder.sink.links(rows))?;
    }
    builder.sink.links(&rows)?;
    for rows in links.classifications.chunks(WAITING_ROWS) {
        let known = &builder.classifications.rows;
        let rows: Vec<_> = rows.iter().filter_map(|(_, number)| known.get(*number as usize).copied()).collect();
        builder.sink.classifications(&rows)?;
    }
    for rows in links.boundaries.chunks(WAITING_ROWS) {
        let rows: Vec<EntityIndex> = rows.iter().map(|(_, element)| EntityIndex(*element)).collect();
        builder.sink.boundaries(&rows)?;
    }
    Ok(())
}

fn run_end(pairs: &[(u32, u32)], from: usize, entity: u32) -> usize {
    from + pairs.get(from..).unwrap_or_default().iter().take_while(|(of, _)| *of == entity).count()
}

/// Materials and ranges, which waited for the units.
fn write_rest(builder: &mut ModelBuilder, units: &UnitAssignment) -> io::Result<()> {
    for parts in builder.compositions.parts.chunks(WAITING_ROWS) {
        let rows: Vec<_> = parts
            .iter()
            .map(|part| {
                let declared = |thickness| units.to_stored(Measure::Length, thickness);
                let thickness_m =
                    if part.is_declared { part.row.thickness_m.and_then(declared) } else { part.row.thickness_m };
                super::facts::MaterialRow { thickness_m, ..part.row }
            })
            .collect();
        builder.sink.materials(&rows)?;
    }
    let ranges = std::mem::take(&mut builder.ranges);
    let texts: Vec<_> = ranges
        .iter()
        .map(|(lower, upper, measure)| {
            let stored = |value: f64| units.to_stored(*measure, value).unwrap_or(value);
            let show = |bound: &Option<f64>| bound.map(|bound| stored(bound).to_string()).unwrap_or_default();
            builder.intern(format!("{} – {}", show(lower), show(upper)).trim())
        })
        .collect();
    builder.sink.ranges(&texts)
}

/// Drops the link of the first entity of every cycle; those entities.
fn cut_cycles(links: &mut Links) -> Vec<EntityIndex> {
    let returns = |links: &Links, start: usize| {
        let mut current = links.above(start);
        for _ in 0..CHAIN_MAX {
            match current {
                Some(index) if index.index() == start => return true,
                Some(index) => current = links.above(index.index()),
                None => return false,
            }
        }
        false
    };
    let mut cut = Vec::new();
    for start in 0..links.container.len() {
        while returns(links, start) {
            let columns = [&mut links.container, &mut links.whole, &mut links.host];
            let set = columns.into_iter().filter_map(|column| column.get_mut(start)).find(|place| **place != NONE);
            if let Some(place) = set {
                *place = NONE;
            }
            cut.extend(EntityIndex::new(start));
        }
    }
    cut
}

/// Storeys by elevation; those without one keep their place in the file, after the others.
fn ordered_storeys(builder: &ModelBuilder, elevations: &[(EntityIndex, f64)]) -> Vec<EntityIndex> {
    let elevation = |entity: &EntityIndex| {
        let found = elevations.binary_search_by_key(entity, |(entity, _)| *entity).ok();
        found.and_then(|at| elevations.get(at)).map_or(f64::INFINITY, |(_, elevation)| *elevation)
    };
    let mut storeys: Vec<EntityIndex> = (0..builder.entity_count())
        .filter_map(EntityIndex::new)
        .filter(|entity| is_a(builder.kinds.name(*entity), "IfcBuildingStorey"))
        .collect();
    storeys.sort_by(|a, b| elevation(a).total_cmp(&elevation(b)));
    storeys
}
