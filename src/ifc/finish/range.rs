//! The links of one range of entities: their rows are put together here, and nothing of them is kept.

use std::io;

use super::super::builder::Classifications;
use super::super::facts::{FactSink, LinkRow, MaterialSetId, SetId, SetLink};
use super::super::model::EntityIndex;
use super::above::{Above, Hold};
use super::buckets::{Buckets, Fact};
use super::{FROM_TYPE, WAITING_ROWS};

/// No entity or composition.
const NONE: u32 = u32::MAX;

/// One number per entity of the range.
type Column = Vec<u32>;

/// Where the rows of all entities before end.
#[derive(Debug, Default)]
pub(super) struct Ends {
    sets: u32,
    classifications: u32,
    boundaries: u32,
}

/// What is needed to write the rows of a range.
pub(super) struct Writing<'w> {
    /// Links grouped at once.
    pub(super) links_max: usize,
    pub(super) buckets: &'w mut Buckets,
    pub(super) above: &'w Above,
    pub(super) sink: &'w mut dyn FactSink,
    pub(super) classifications: &'w mut Classifications,
    pub(super) is_storey: &'w dyn Fn(EntityIndex) -> bool,
    pub(super) poll: &'w mut dyn FnMut() -> io::Result<()>,
}

/// The columns of a range.
struct Range {
    container: Column,
    whole: Column,
    host: Column,
    type_object: Column,
    composition: Column,
    /// Not a number where there is none; empty where no entity has one.
    elevation: Vec<f64>,
    sets: Column,
    classifications: Column,
    boundaries: Column,
}

/// Grouped values come in pieces, each with the place of its first entity.
type Give<'g> = dyn FnMut(&mut dyn FactSink, &[u32]) -> io::Result<()> + 'g;

impl Writing<'_> {
    /// Writes the rows of a range; tells every storey with its elevation.
    pub(super) fn write(
        &mut self,
        bucket: usize,
        ends: &mut Ends,
        storey: &mut dyn FnMut(EntityIndex, Option<f64>),
    ) -> io::Result<()> {
        let entities = self.buckets.range(bucket);
        let mut range = Range::of(entities.len());
        let mut high = 0;
        self.buckets.each(bucket, self.poll, &mut |place, fact, value| range.take(place, fact, value, &mut high))?;
        self.sets(bucket, &range.sets)?;
        self.classifications(bucket, &range.classifications)?;
        self.boundaries(bucket, &mut range.boundaries)?;
        let mut rows = Vec::with_capacity(WAITING_ROWS.min(entities.len()));
        for (place, entity) in entities.filter_map(EntityIndex::new).enumerate() {
            let row = range.row(place, ends, self.above.hold(entity).0)?;
            if (self.is_storey)(entity) {
                storey(entity, row.elevation_m);
            }
            rows.push(LinkRow { storey: self.above.storey(entity, self.is_storey), ..row });
            if WAITING_ROWS <= rows.len() {
                (self.poll)()?;
                self.sink.links(&rows)?;
                rows.clear();
            }
        }
        self.sink.links(&rows)
    }

    fn sets(&mut self, bucket: usize, counts: &[u32]) -> io::Result<()> {
        let mut rows = Vec::new();
        self.grouped(bucket, Fact::HasSet, counts, &mut |sink, sets| {
            for sets in sets.chunks(WAITING_ROWS) {
                rows.clear();
                let link = |set: &u32| SetLink { set: SetId(set & !FROM_TYPE), from_type: set & FROM_TYPE != 0 };
                rows.extend(sets.iter().map(link));
                sink.set_links(&rows)?;
            }
            Ok(())
        })
    }

    fn classifications(&mut self, bucket: usize, counts: &[u32]) -> io::Result<()> {
        let mut known = std::mem::take(self.classifications);
        let mut rows = Vec::new();
        let given = self.grouped(bucket, Fact::ClassifiedAs, counts, &mut |sink, numbers| {
            for numbers in numbers.chunks(WAITING_ROWS) {
                rows.clear();
                for number in numbers {
                    let row = known.get(*number)?;
                    rows.push(row.ok_or_else(|| io::Error::other("a classification is missing"))?);
                }
                sink.classifications(&rows)?;
            }
            Ok(())
        });
        *self.classifications = known;
        given
    }

    /// Bounding elements in their order, each once; what is counted twice is taken off the counts.
    fn boundaries(&mut self, bucket: usize, counts: &mut [u32]) -> io::Result<()> {
        let mut rows = Vec::new();
        let mut give = |sink: &mut dyn FactSink, elements: &[u32]| {
            for elements in elements.chunks(WAITING_ROWS) {
                rows.clear();
                rows.extend(elements.iter().map(|element| EntityIndex(*element)));
                sink.boundaries(&rows)?;
            }
            Ok(())
        };
        let mut begin = 0;
        while begin < counts.len() {
            let (end, total) = piece(counts, begin, self.links_max);
            let Some(piece) = counts.get_mut(begin..end).filter(|_| 0 < total) else {
                begin = end;
                continue;
            };
            if self.links_max < total {
                let elements = self.marked(bucket, begin)?;
                let count = elements.iter().map(|bits| bits.count_ones()).sum();
                piece.iter_mut().for_each(|place| *place = count);
                each_mark(&elements, &mut |elements| give(self.sink, elements))?;
            } else {
                let mut elements = self.gather(bucket, Fact::BoundBy, begin, piece, total)?;
                let mut kept = Vec::with_capacity(elements.len());
                let mut rest = elements.as_mut_slice();
                for count in piece {
                    let (own, others) = rest.split_at_mut((*count as usize).min(rest.len()));
                    own.sort_unstable();
                    let before = kept.len();
                    kept.extend(own.chunk_by(|a, b| a == b).filter_map(|same| same.first().copied()));
                    *count = u32::try_from(kept.len() - before).unwrap_or(u32::MAX);
                    rest = others;
                }
                give(self.sink, &kept)?;
            }
            begin = end;
        }
        Ok(())
    }

    /// What bounds one entity, as one bit an entity: there is more than is gathered.
    fn marked(&mut self, bucket: usize, wanted: usize) -> io::Result<Vec<u64>> {
        let entities = self.buckets.range(self.buckets.len()).end;
        let mut marks = vec![0_u64; entities.div_ceil(64)];
        self.buckets.each(bucket, self.poll, &mut |place, fact, value| {
            if place == wanted
                && fact == Fact::BoundBy
                && let Some(bits) = marks.get_mut(value as usize / 64)
            {
                *bits |= 1 << (value % 64);
            }
        })?;
        Ok(marks)
    }

    /// Gives the values of a fact by entity, those of one in the order of the file, in pieces that memory has room for.
    fn grouped(&mut self, bucket: usize, wanted: Fact, counts: &[u32], give: &mut Give<'_>) -> io::Result<()> {
        let mut begin = 0;
        while begin < counts.len() {
            let (end, total) = piece(counts, begin, self.links_max);
            if self.links_max < total {
                self.stream(bucket, wanted, begin, give)?;
            } else if 0 < total {
                let values = self.gather(bucket, wanted, begin, counts.get(begin..end).unwrap_or_default(), total)?;
                give(self.sink, &values)?;
            }
            begin = end;
        }
        Ok(())
    }

    fn gather(
        &mut self,
        bucket: usize,
        wanted: Fact,
        begin: usize,
        counts: &[u32],
        total: usize,
    ) -> io::Result<Vec<u32>> {
        let mut next = Vec::with_capacity(counts.len());
        let mut before = 0;
        for count in counts {
            next.push(before);
            before += *count as usize;
        }
        let mut values = vec![NONE; total];
        self.buckets.each(bucket, self.poll, &mut |place, fact, value| {
            if fact == wanted
                && let Some(next) = place.checked_sub(begin).and_then(|at| next.get_mut(at))
                && let Some(to) = values.get_mut(*next)
            {
                *to = value;
                *next += 1;
            }
        })?;
        Ok(values)
    }

    /// The values of one entity that has more than are gathered; they are in order as they are.
    fn stream(&mut self, bucket: usize, wanted: Fact, entity: usize, give: &mut Give<'_>) -> io::Result<()> {
        let (sink, mut result) = (&mut *self.sink, Ok(()));
        let mut values = Vec::with_capacity(WAITING_ROWS);
        self.buckets.each(bucket, self.poll, &mut |place, fact, value| {
            if place == entity && fact == wanted && result.is_ok() {
                values.push(value);
                if WAITING_ROWS <= values.len() {
                    result = give(sink, &values);
                    values.clear();
                }
            }
        })?;
        result?;
        give(sink, &values)
    }
}

/// Entities from a place on that are grouped at once: their end, and how many values they have. At least one.
fn piece(counts: &[u32], begin: usize, most: usize) -> (usize, usize) {
    let mut total = 0;
    for (place, count) in counts.iter().enumerate().skip(begin) {
        let with = total + *count as usize;
        if begin < place && most < with {
            return (place, total);
        }
        total = with;
    }
    (counts.len(), total)
}

/// Gives the positions of the marks, in pieces.
fn each_mark(marks: &[u64], give: &mut dyn FnMut(&[u32]) -> io::Result<()>) -> io::Result<()> {
    let mut found = Vec::with_capacity(WAITING_ROWS + 64);
    for (first, bits) in (0_u32..).step_by(64).zip(marks) {
        let mut bits = *bits;
        while bits != 0 {
            found.push(first + bits.trailing_zeros());
            bits &= bits - 1;
        }
        if WAITING_ROWS <= found.len() {
            give(&found)?;
            found.clear();
        }
    }
    give(&found)
}

impl Range {
    fn of(entities: usize) -> Range {
        let column = || vec![NONE; entities];
        let counts = || vec![0; entities];
        Range {
            container: column(),
            whole: column(),
            host: column(),
            type_object: column(),
            composition: column(),
            elevation: Vec::new(),
            sets: counts(),
            classifications: counts(),
            boundaries: counts(),
        }
    }

    fn take(&mut self, place: usize, fact: Fact, value: u32, high: &mut u32) {
        let is_filled = |column: &Column| column.get(place).is_some_and(|known| *known != NONE);
        let column = match fact {
            Fact::HasSet => return count(&mut self.sets, place),
            Fact::ClassifiedAs => return count(&mut self.classifications, place),
            Fact::BoundBy => return count(&mut self.boundaries, place),
            // The first association of an element counts.
            Fact::MadeOf if is_filled(&self.composition) => return,
            Fact::MadeOf => &mut self.composition,
            Fact::TypeObject => &mut self.type_object,
            Fact::Container => &mut self.container,
            Fact::Whole => &mut self.whole,
            // What fills an opening comes last, and counts.
            Fact::Voids | Fact::Fills => &mut self.host,
            Fact::ElevationHigh => {
                *high = value;
                return;
            }
            Fact::ElevationLow => {
                self.elevation.resize(self.sets.len(), f64::NAN);
                if let Some(elevation) = self.elevation.get_mut(place) {
                    *elevation = f64::from_bits(u64::from(*high) << 32 | u64::from(value));
                }
                return;
            }
        };
        if let Some(known) = column.get_mut(place) {
            *known = value;
        }
    }

    /// The row of an entity but for its storey. What is above its hold was cut, since it ran in a circle.
    fn row(&self, place: usize, ends: &mut Ends, hold: Hold) -> io::Result<LinkRow> {
        let at = |column: &Column| column.get(place).copied().filter(|value| *value != NONE);
        let held = |column: &Column, least: Hold| at(column).filter(|_| least <= hold).map(EntityIndex);
        let add = |end: &mut u32, counts: &Column| {
            let count = counts.get(place).copied().unwrap_or_default();
            *end = end.checked_add(count).ok_or_else(|| io::Error::other("more than 4 billion links of one kind"))?;
            Ok::<u32, io::Error>(*end)
        };
        Ok(LinkRow {
            container: held(&self.container, Hold::Container),
            storey: None,
            host: held(&self.host, Hold::Host),
            whole: held(&self.whole, Hold::Whole),
            type_object: at(&self.type_object).map(EntityIndex),
            material_set: at(&self.composition).map(MaterialSetId),
            elevation_m: self.elevation.get(place).copied().filter(|elevation| !elevation.is_nan()),
            sets_end: add(&mut ends.sets, &self.sets)?,
            classifications_end: add(&mut ends.classifications, &self.classifications)?,
            boundaries_end: add(&mut ends.boundaries, &self.boundaries)?,
        })
    }
}

fn count(counts: &mut Column, place: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count = count.saturating_add(1);
    }
}
