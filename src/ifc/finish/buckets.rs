//! Links sorted by ranges of entities, outside of memory.

use std::io;

use super::super::builder::read_exact;
use super::super::facts::{FactSink, RelationKind, Scratch};
use super::super::model::EntityIndex;
use crate::limits;

/// Rows of a block, all of one range. As many bytes wait for every range.
const BLOCK_ROWS: usize = 1024;

const ROW_BYTES: usize = 8;

const BLOCK_BYTES: usize = BLOCK_ROWS * ROW_BYTES;

/// Bits for the place of an entity in its range.
const PLACE_BITS: u32 = 28;

const _: () = assert!(limits::ENTITIES_MAX / limits::LINK_RANGES_MAX < 1 << PLACE_BITS);
const _: () = assert!(limits::LINK_RANGE_ENTITIES_MIN < 1 << PLACE_BITS);

/// What a row says of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    HasSet,
    TypeObject,
    Container,
    Whole,
    /// What it is built into, as the file says.
    Voids,
    /// What it is built into, as its opening says.
    Fills,
    /// What bounds it.
    BoundBy,
    MadeOf,
    ClassifiedAs,
    /// The upper half of its elevation.
    ElevationHigh,
    /// The lower half of its elevation, after the upper.
    ElevationLow,
}

const FACTS: [Fact; 11] = [
    Fact::HasSet,
    Fact::TypeObject,
    Fact::Container,
    Fact::Whole,
    Fact::Voids,
    Fact::Fills,
    Fact::BoundBy,
    Fact::MadeOf,
    Fact::ClassifiedAs,
    Fact::ElevationHigh,
    Fact::ElevationLow,
];

impl Fact {
    /// What a relation says of its many side; none where it is of the other side, or of nothing that is kept by entity.
    pub(super) fn of(kind: RelationKind) -> Option<Fact> {
        match kind {
            RelationKind::HasSet => Some(Fact::HasSet),
            RelationKind::IsOccurrenceOf => Some(Fact::TypeObject),
            RelationKind::IsContainedIn => Some(Fact::Container),
            RelationKind::IsPartOf => Some(Fact::Whole),
            RelationKind::Voids => Some(Fact::Voids),
            RelationKind::IsMadeOf => Some(Fact::MadeOf),
            RelationKind::IsClassifiedAs => Some(Fact::ClassifiedAs),
            RelationKind::Fills | RelationKind::Bounds | RelationKind::BelongsTo => None,
        }
    }
}

/// The rows of all ranges. In memory are one block of each range, and four bytes for every block written.
#[derive(Debug)]
pub(super) struct Buckets {
    span: usize,
    entities: usize,
    scratch: Option<Box<dyn Scratch>>,
    written: u32,
    buckets: Vec<Bucket>,
}

#[derive(Debug, Default)]
struct Bucket {
    waiting: Vec<u8>,
    blocks: Vec<u32>,
}

impl Buckets {
    pub(super) fn new(entities: usize, span: usize) -> Buckets {
        let buckets = (0..entities.div_ceil(span)).map(|_| Bucket::default()).collect();
        Buckets { span, entities, scratch: None, written: 0, buckets }
    }

    /// Ranges.
    pub(super) fn len(&self) -> usize {
        self.buckets.len()
    }

    /// The entities of a range.
    pub(super) fn range(&self, bucket: usize) -> std::ops::Range<usize> {
        let end = |bucket: usize| (bucket * self.span).min(self.entities);
        end(bucket)..end(bucket + 1)
    }

    /// Entities of a range; the range of an entity is its position by this.
    pub(super) fn span(&self) -> usize {
        self.span
    }

    pub(super) fn push(
        &mut self,
        entity: EntityIndex,
        fact: Fact,
        value: u32,
        sink: &mut dyn FactSink,
    ) -> io::Result<()> {
        let place = u32::try_from(entity.index() % self.span).map_err(io::Error::other)?;
        let Some(bucket) = self.buckets.get_mut(entity.index() / self.span) else { return Ok(()) };
        bucket.waiting.extend_from_slice(&((fact as u32) << PLACE_BITS | place).to_le_bytes());
        bucket.waiting.extend_from_slice(&value.to_le_bytes());
        if bucket.waiting.len() < BLOCK_BYTES {
            return Ok(());
        }
        let scratch = match &mut self.scratch {
            Some(scratch) => scratch,
            none => none.insert(sink.scratch()?),
        };
        scratch.append(&bucket.waiting)?;
        bucket.waiting.clear();
        bucket.blocks.push(self.written);
        self.written = self.written.checked_add(1).ok_or_else(|| io::Error::other("more links than can be kept"))?;
        Ok(())
    }

    /// Visits the rows of a range in the order they came: place in the range, what is said, and of what. `poll` is asked
    /// after every block whether to go on.
    pub(super) fn each(
        &mut self,
        bucket: usize,
        poll: &mut dyn FnMut() -> io::Result<()>,
        visit: &mut dyn FnMut(usize, Fact, u32),
    ) -> io::Result<()> {
        let Some(bucket) = self.buckets.get(bucket) else { return Ok(()) };
        let mut block = vec![0; if bucket.blocks.is_empty() { 0 } else { BLOCK_BYTES }];
        for number in &bucket.blocks {
            poll()?;
            let scratch = self.scratch.as_mut().ok_or(io::ErrorKind::UnexpectedEof)?;
            read_exact(scratch.as_mut(), u64::from(*number) * BLOCK_BYTES as u64, &mut block)?;
            visit_rows(&block, visit);
        }
        visit_rows(&bucket.waiting, visit);
        Ok(())
    }
}

fn visit_rows(bytes: &[u8], visit: &mut dyn FnMut(usize, Fact, u32)) {
    for [h0, h1, h2, h3, v0, v1, v2, v3] in bytes.as_chunks::<ROW_BYTES>().0 {
        let (head, value) = (u32::from_le_bytes([*h0, *h1, *h2, *h3]), u32::from_le_bytes([*v0, *v1, *v2, *v3]));
        if let Some(fact) = FACTS.get((head >> PLACE_BITS) as usize) {
            visit((head & ((1 << PLACE_BITS) - 1)) as usize, *fact, value);
        }
    }
}
