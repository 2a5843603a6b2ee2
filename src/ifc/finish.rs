//! The last step of building a model: what can only be said when everything is known.
//!
//! Relations are resolved in one go through their log and sorted by ranges of entities, outside of memory (`buckets`). What
//! an entity hangs on is the one thing kept for all of them (`above`); the rows are written range by range (`range`).

mod above;
mod buckets;
mod range;
mod shaped;
#[cfg(test)]
mod tests;

use std::io;
use std::ops::ControlFlow;

use self::above::{Above, Hold, Pages};
use self::buckets::{Buckets, Fact};
use self::range::{Ends, Writing};
use self::shaped::Search;
use super::builder::{Logged, Meaning, ModelBuilder, Node, Spill};
use super::entity_type::is_element;
use super::facts::{FactSink, MaterialRow, ModelSummary, Nowhere, RecordIndex, RelationKind, RelationRow, SetId};
use super::model::{EntityIndex, ModelHead};
use super::part_shape;
use super::problem::ProblemCode;
use super::unit::{Measure, UnitAssignment};
use crate::limits;

/// Rows gathered before they are handed to the sink, and between two questions whether to go on.
const WAITING_ROWS: usize = 4096;

/// No record.
const NO_RECORD: u32 = u32::MAX;

/// Marks a set link as the type's.
const FROM_TYPE: u32 = 1 << 31;

/// The caller did not want to go on.
#[derive(Debug, thiserror::Error)]
#[error("the reading was cancelled")]
pub struct Cancelled;

/// Asks whether to go on; `Break` cancels.
pub type Poll<'p> = dyn FnMut() -> ControlFlow<()> + 'p;

pub(super) fn ask(poll: &mut Poll<'_>) -> io::Result<()> {
    match poll() {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(io::Error::other(Cancelled)),
    }
}

/// How much is gathered at once; tests take less.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Entities of a range.
    span: usize,
    /// Links grouped at once.
    links: usize,
    /// Circles opened at once.
    cuts: usize,
}

impl Room {
    fn of(entities: usize) -> Room {
        let span = limits::LINK_RANGE_ENTITIES_MIN.max(entities.div_ceil(limits::LINK_RANGES_MAX));
        Room { span, links: limits::LINKS_GATHERED_MAX, cuts: limits::CUTS_GATHERED_MAX }
    }
}

/// What the relations say, sorted by entity; four bytes an entity in memory.
struct Links {
    room: Room,
    above: Above,
    buckets: Buckets,
    /// What is built into openings: the filling, then the opening.
    fills: Spill<8>,
    /// What is referenced in a spatial element: the entity, the spatial element, and the record that says it.
    references: Spill<12>,
}

pub(super) fn finish(
    builder: ModelBuilder,
    head: ModelHead,
    poll: &mut Poll<'_>,
) -> io::Result<(Box<dyn FactSink>, ModelSummary)> {
    let room = Room::of(builder.entity_count());
    finish_in(room, builder, head, poll)
}

fn finish_in(
    room: Room,
    mut builder: ModelBuilder,
    head: ModelHead,
    poll: &mut Poll<'_>,
) -> io::Result<(Box<dyn FactSink>, ModelSummary)> {
    builder.flush()?;
    let entities = builder.entity_count();
    let (above, buckets) = (Above::of(entities), Buckets::new(entities, room.span));
    let mut links = Links { room, above, buckets, fills: Spill::default(), references: Spill::default() };
    let hosts = links.sort(&mut builder, poll)?;
    links.give_hosts(&hosts, builder.sink.as_mut(), poll)?;
    drop(hosts);
    links.contain_referenced(builder.sink.as_mut(), poll)?;
    links.measure_shapes(&mut builder, &head.units, poll)?;
    links.give_elevations(&mut builder, &head.units)?;
    for index in links.cut_cycles(poll)? {
        tell_cycle(&mut builder, index);
    }
    let storeys = links.write(&mut builder, poll)?;
    write_rest(&mut builder, &head.units, poll)?;
    let counts = builder.kinds.counts();
    let elements = counts.iter().filter(|(name, _)| is_element(name)).map(|(_, count)| count).sum();
    let id_index_bytes = builder.id_index_bytes();
    builder.flush()?;
    let ModelBuilder { mut sink, problems, .. } = builder;
    sink.flush()?;
    Ok((sink, ModelSummary { head, storeys, problems, entities: entities as u64, elements, id_index_bytes }))
}

fn tell_cycle(builder: &mut ModelBuilder, index: EntityIndex) {
    if builder.problems.is_full() {
        builder.problems.total += 1;
        return;
    }
    let id = builder.ids.name_of(index);
    builder.problems.push(ProblemCode::CycleInStructure, &Nowhere, id);
}

/// Finds what both sides stand for; a side that the file does not hold is told.
fn resolve(builder: &mut ModelBuilder, logged: &Logged) -> Option<RelationRow> {
    let mut meaning = |node: Node| match node {
        Node::Id(id) => {
            let meaning = builder.ids.meaning(id);
            if meaning == Meaning::Unseen {
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

impl Links {
    /// Resolves every relation, writes it, and sorts what it says; what the file says that openings are in.
    fn sort(&mut self, builder: &mut ModelBuilder, poll: &mut Poll<'_>) -> io::Result<Pages> {
        let mut hosts = Pages::default();
        let mut out = Vec::with_capacity(WAITING_ROWS);
        let mut rows = 0_usize;
        let mut log = std::mem::take(&mut builder.log);
        log.each(&mut |logged| {
            if rows.is_multiple_of(WAITING_ROWS) {
                ask(poll)?;
            }
            rows = rows.wrapping_add(1);
            let Some(row) = resolve(builder, &logged) else { return Ok(()) };
            if row.kind == RelationKind::IsContainedIn && logged.is_indirect {
                let record = row.record.map_or(NO_RECORD, |record| record.0);
                return self.references.push(&joined([row.related.0, row.relating, record]), builder.sink.as_mut());
            }
            self.take(&row, &mut hosts, builder.sink.as_mut())?;
            out.push(row);
            if WAITING_ROWS <= out.len() {
                builder.sink.relations(&out)?;
                out.clear();
            }
            Ok(())
        })?;
        builder.sink.relations(&out)?;
        Ok(hosts)
    }

    fn take(&mut self, row: &RelationRow, hosts: &mut Pages, sink: &mut dyn FactSink) -> io::Result<()> {
        let on = EntityIndex(row.relating);
        match row.kind {
            RelationKind::IsContainedIn => self.above.add(row.related, Hold::Container, on),
            RelationKind::IsPartOf => self.above.add(row.related, Hold::Whole, on),
            RelationKind::Voids => {
                self.above.add(row.related, Hold::Host, on);
                hosts.set(row.related, row.relating);
            }
            RelationKind::Bounds => return self.buckets.push(on, Fact::BoundBy, row.related.0, sink),
            RelationKind::Fills => {
                let pair = u64::from(row.related.0) << 32 | u64::from(row.relating);
                return self.fills.push(&pair.to_le_bytes(), sink);
            }
            RelationKind::HasSet
            | RelationKind::IsOccurrenceOf
            | RelationKind::IsMadeOf
            | RelationKind::IsClassifiedAs
            | RelationKind::BelongsTo => {}
        }
        match Fact::of(row.kind) {
            Some(fact) => self.buckets.push(row.related, fact, row.relating, sink),
            None => Ok(()),
        }
    }

    /// A door is hosted by the wall behind its opening; by the opening only where no wall is known.
    fn give_hosts(&mut self, hosts: &Pages, sink: &mut dyn FactSink, poll: &mut Poll<'_>) -> io::Result<()> {
        let Links { above, buckets, fills, .. } = self;
        let mut rows = 0_usize;
        fills.each(&mut |pair| {
            if rows.is_multiple_of(WAITING_ROWS) {
                ask(poll)?;
            }
            rows = rows.wrapping_add(1);
            let pair = u64::from_le_bytes(*pair);
            let half = |shift: u32| EntityIndex(u32::try_from(pair >> shift & u64::from(u32::MAX)).unwrap_or_default());
            let (filling, opening) = (half(32), half(0));
            let host = hosts.get(opening).map_or(opening, EntityIndex);
            above.add(filling, Hold::Host, host);
            buckets.push(filling, Fact::Fills, host.0, sink)
        })
    }

    /// What hangs on nothing is contained in the first spatial element it is referenced in.
    fn contain_referenced(&mut self, sink: &mut dyn FactSink, poll: &mut Poll<'_>) -> io::Result<()> {
        let Links { above, buckets, references, .. } = self;
        let (mut out, mut rows) = (Vec::new(), 0_usize);
        references.each(&mut |row| {
            if rows.is_multiple_of(WAITING_ROWS) {
                ask(poll)?;
            }
            rows = rows.wrapping_add(1);
            let [related, relating, record] = parted(row);
            let related = EntityIndex(related);
            if above.hold(related).0 != Hold::Free {
                return Ok(());
            }
            above.add(related, Hold::Container, EntityIndex(relating));
            buckets.push(related, Fact::Container, relating, sink)?;
            let record = Some(RecordIndex(record)).filter(|record| record.0 != NO_RECORD);
            out.push(RelationRow { kind: RelationKind::IsContainedIn, related, relating, record });
            if WAITING_ROWS <= out.len() {
                sink.relations(&out)?;
                out.clear();
            }
            Ok(())
        })?;
        sink.relations(&out)
    }

    /// Measures the shapes of parts that do not store what these say; the new sets stand behind the other sets of a part.
    fn measure_shapes(
        &mut self,
        builder: &mut ModelBuilder,
        units: &UnitAssignment,
        poll: &mut Poll<'_>,
    ) -> io::Result<()> {
        let (Some(mut source), Some(length)) = (builder.shapes.source.take(), units.length) else { return Ok(()) };
        let kinds = &builder.kinds;
        let (measurable, features) = (kinds.each(part_shape::measurable), kinds.are("IfcFeatureElement"));
        let possible = |part: EntityIndex| measurable.get(kinds.number(part)).copied().flatten();
        let mut parts = source.parts();
        parts.retain(|part| possible(*part).is_some());
        parts.sort_unstable();
        parts.dedup();
        let mut stored = std::mem::take(&mut builder.shapes.stored);
        let mut search = Search {
            buckets: &mut self.buckets,
            stored: &mut stored,
            possible: &|part| possible(part).unwrap_or_default(),
            is_feature: &|entity| features.get(kinds.number(entity)).copied().unwrap_or_default(),
            poll: &mut || ask(poll),
        };
        let parts = search.lacking(parts)?;
        drop(stored);
        part_shape::compute(builder, source.as_mut(), &parts, length, poll, &mut |part, set, sink| {
            self.buckets.push(part, Fact::HasSet, set.0, sink)
        })
    }

    /// Elevations in metres; the last one said counts.
    fn give_elevations(&mut self, builder: &mut ModelBuilder, units: &UnitAssignment) -> io::Result<()> {
        let (elevations, sink) = (&mut builder.elevations, builder.sink.as_mut());
        elevations.each(&mut |entity, value, is_declared| {
            let stored = if is_declared { units.to_stored(Measure::Length, value) } else { Some(value) };
            let Some(bits) = stored.map(f64::to_bits) else { return Ok(()) };
            let half = |shift: u32| u32::try_from(bits >> shift & u64::from(u32::MAX)).unwrap_or_default();
            self.buckets.push(entity, Fact::ElevationHigh, half(32), sink)?;
            self.buckets.push(entity, Fact::ElevationLow, half(0), sink)
        })
    }

    /// Drops the best link of the first entity of every circle; those entities, one for every link.
    fn cut_cycles(&mut self, poll: &mut Poll<'_>) -> io::Result<Vec<EntityIndex>> {
        let entities = self.buckets.range(self.buckets.len()).end;
        let (mut told, mut cuts) = (Vec::new(), Vec::new());
        for start in 0..entities {
            if start.is_multiple_of(WAITING_ROWS) {
                ask(poll)?;
            }
            let Some(start) = EntityIndex::new(start).filter(|start| self.above.returns(*start)) else { continue };
            let (hold, _) = self.above.hold(start);
            self.above.set(start, Hold::Free, start);
            told.push(start);
            cuts.push(Cut { entity: start, hold, whole: None, host: None });
            if self.room.cuts <= cuts.len() {
                self.hang_otherwise(&mut cuts, &mut told, poll)?;
            }
        }
        self.hang_otherwise(&mut cuts, &mut told, poll)?;
        Ok(told)
    }

    /// Gives entities that were cut off what else they hang on, unless that is a circle too.
    fn hang_otherwise(
        &mut self,
        cuts: &mut Vec<Cut>,
        told: &mut Vec<EntityIndex>,
        poll: &mut Poll<'_>,
    ) -> io::Result<()> {
        let span = self.buckets.span();
        for cuts in cuts.chunk_by_mut(|a, b| a.entity.index() / span == b.entity.index() / span) {
            let Some(bucket) = cuts.first().map(|cut| cut.entity.index() / span) else { continue };
            let begin = self.buckets.range(bucket).start;
            self.buckets.each(bucket, &mut || ask(poll), &mut |place, fact, value| {
                if !matches!(fact, Fact::Whole | Fact::Voids | Fact::Fills) {
                    return;
                }
                let found = cuts.binary_search_by_key(&(begin + place), |cut| cut.entity.index());
                if let Some(cut) = found.ok().and_then(|at| cuts.get_mut(at)) {
                    let link = if fact == Fact::Whole { &mut cut.whole } else { &mut cut.host };
                    *link = Some(EntityIndex(value));
                }
            })?;
        }
        for Cut { entity, hold, whole, host } in cuts.drain(..) {
            for (other, on) in [(Hold::Whole, whole), (Hold::Host, host)] {
                let Some(on) = on.filter(|_| other < hold) else { continue };
                self.above.set(entity, other, on);
                if !self.above.returns(entity) {
                    break;
                }
                self.above.set(entity, Hold::Free, entity);
                told.push(entity);
            }
        }
        Ok(())
    }

    /// Writes what is known of every entity; the storeys from the lowest to the highest. Those without an elevation keep
    /// their place in the file, after the others.
    fn write(&mut self, builder: &mut ModelBuilder, poll: &mut Poll<'_>) -> io::Result<Vec<EntityIndex>> {
        let kinds = &builder.kinds;
        let storey_kinds = kinds.are("IfcBuildingStorey");
        let is_storey = |entity: EntityIndex| storey_kinds.get(kinds.number(entity)).copied().unwrap_or_default();
        let mut storeys: Vec<(EntityIndex, f64)> = Vec::new();
        let mut ends = Ends::default();
        let mut writing = Writing {
            links_max: self.room.links,
            above: &self.above,
            sink: builder.sink.as_mut(),
            classifications: &mut builder.classifications,
            is_storey: &is_storey,
            poll: &mut || ask(poll),
            buckets: &mut self.buckets,
        };
        for bucket in 0..writing.buckets.len() {
            writing.write(bucket, &mut ends, &mut |entity, elevation| {
                storeys.push((entity, elevation.unwrap_or(f64::INFINITY)));
            })?;
        }
        storeys.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        Ok(storeys.into_iter().map(|(entity, _)| entity).collect())
    }
}

fn joined(words: [u32; 3]) -> [u8; 12] {
    let mut row = [0; 12];
    row.as_chunks_mut().0.iter_mut().zip(words).for_each(|(to, word)| *to = word.to_le_bytes());
    row
}

fn parted(row: &[u8; 12]) -> [u32; 3] {
    let mut words = [0; 3];
    words.iter_mut().zip(row.as_chunks().0).for_each(|(word, bytes)| *word = u32::from_le_bytes(*bytes));
    words
}

/// An entity whose best link was dropped, and what else it hangs on.
struct Cut {
    entity: EntityIndex,
    hold: Hold,
    whole: Option<EntityIndex>,
    host: Option<EntityIndex>,
}

/// Materials and ranges, which waited for the units.
fn write_rest(builder: &mut ModelBuilder, units: &UnitAssignment, poll: &mut Poll<'_>) -> io::Result<()> {
    let mut rows = Vec::new();
    let mut parts = std::mem::take(&mut builder.compositions.parts);
    parts.each(&mut |part| {
        let declared = |thickness| units.to_stored(Measure::Length, thickness);
        let thickness_m = if part.is_declared { part.row.thickness_m.and_then(declared) } else { part.row.thickness_m };
        rows.push(MaterialRow { thickness_m, ..part.row });
        if rows.len() < WAITING_ROWS {
            return Ok(());
        }
        ask(poll)?;
        builder.sink.materials(&std::mem::take(&mut rows))
    })?;
    builder.sink.materials(&rows)?;
    let mut texts = Vec::new();
    let mut ranges = std::mem::take(&mut builder.ranges);
    ranges.each(&mut |(lower, upper, measure)| {
        let stored = |value: f64| units.to_stored(measure, value).unwrap_or(value);
        let show = |bound: Option<f64>| bound.map(|bound| stored(bound).to_string()).unwrap_or_default();
        texts.push(builder.intern(format!("{} – {}", show(lower), show(upper)).trim()));
        if texts.len() < WAITING_ROWS {
            return Ok(());
        }
        ask(poll)?;
        builder.sink.ranges(&std::mem::take(&mut texts))
    })?;
    builder.sink.ranges(&texts)
}
