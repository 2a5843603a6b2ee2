//! Relations between things that may not be known yet: kept outside of memory until the end of the file.

use std::io;

use super::super::facts::{FactSink, MaterialSetId, Origin, RecordIndex, RelationKind, SetId};
use super::super::model::EntityIndex;
use super::id_index::IdNumber;
use super::spill::Spill;

/// One side of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// Whatever an identifier will turn out to stand for.
    Id(IdNumber),
    /// An entity.
    Entity(EntityIndex),
    /// A set.
    Set(SetId),
    /// A composition of materials.
    MaterialSet(MaterialSetId),
    /// A classification, by its position.
    Classification(u32),
}

/// One logged pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ifc) struct Logged {
    pub(in crate::ifc) kind: RelationKind,
    pub(in crate::ifc) related: Node,
    pub(in crate::ifc) relating: Node,
    /// Of a set whether it is the type's, without a type object to hold it; of a container whether it is only referenced.
    pub(in crate::ifc) is_indirect: bool,
    pub(in crate::ifc) record: Option<RecordIndex>,
    pub(in crate::ifc) offset: u64,
}

const ROW_BYTES: usize = 24;
const NO_RECORD: u32 = u32::MAX;

const KINDS: [RelationKind; 10] = [
    RelationKind::HasSet,
    RelationKind::IsOccurrenceOf,
    RelationKind::IsContainedIn,
    RelationKind::IsPartOf,
    RelationKind::Voids,
    RelationKind::Fills,
    RelationKind::Bounds,
    RelationKind::IsMadeOf,
    RelationKind::IsClassifiedAs,
    RelationKind::BelongsTo,
];

impl Node {
    fn pack(self) -> (u8, u32) {
        match self {
            Node::Id(id) => (0, id.0),
            Node::Entity(index) => (1, index.0),
            Node::Set(set) => (2, set.0),
            Node::MaterialSet(set) => (3, set.0),
            Node::Classification(number) => (4, number),
        }
    }

    fn unpack(tag: u8, value: u32) -> Node {
        match tag {
            0 => Node::Id(IdNumber(value)),
            1 => Node::Entity(EntityIndex(value)),
            2 => Node::Set(SetId(value)),
            3 => Node::MaterialSet(MaterialSetId(value)),
            _ => Node::Classification(value),
        }
    }
}

impl Logged {
    fn pack(&self) -> [u8; ROW_BYTES] {
        let kind = KINDS.iter().position(|kind| *kind == self.kind).and_then(|at| u8::try_from(at).ok()).unwrap_or(0);
        let ((related_tag, related), (relating_tag, relating)) = (self.related.pack(), self.relating.pack());
        let head = u32::from_le_bytes([kind, related_tag, relating_tag, u8::from(self.is_indirect)]);
        let record = self.record.map_or(NO_RECORD, |record| record.0);
        let low = u128::from(head) | u128::from(related) << 32 | u128::from(relating) << 64 | u128::from(record) << 96;
        let mut row = [0; ROW_BYTES];
        let (first, second) = row.split_at_mut(16);
        first.copy_from_slice(&low.to_le_bytes());
        second.copy_from_slice(&self.offset.to_le_bytes());
        row
    }

    fn unpack(row: &[u8]) -> Option<Logged> {
        let (first, second) = row.split_first_chunk::<16>()?;
        let low = u128::from_le_bytes(*first);
        let word = |shift: u32| u32::try_from(low >> shift & u128::from(u32::MAX)).unwrap_or_default();
        let [kind, related_tag, relating_tag, is_indirect] = word(0).to_le_bytes();
        let record = word(96);
        Some(Logged {
            kind: *KINDS.get(usize::from(kind))?,
            related: Node::unpack(related_tag, word(32)),
            relating: Node::unpack(relating_tag, word(64)),
            is_indirect: is_indirect != 0,
            record: (record != NO_RECORD).then_some(RecordIndex(record)),
            offset: u64::from_le_bytes(*second.first_chunk::<8>()?),
        })
    }
}

/// The log; its memory is one buffer.
#[derive(Debug, Default)]
pub(in crate::ifc) struct RelationLog(Spill<ROW_BYTES>);

impl RelationLog {
    pub(super) fn push(
        &mut self,
        (kind, related, relating): (RelationKind, Node, Node),
        is_indirect: bool,
        origin: &dyn Origin,
        sink: &mut dyn FactSink,
    ) -> io::Result<()> {
        let (record, offset) = (origin.record(), origin.offset());
        self.0.push(&Logged { kind, related, relating, is_indirect, record, offset }.pack(), sink)
    }

    /// Visits every pair in the order they came.
    pub(in crate::ifc) fn each(&mut self, visit: &mut dyn FnMut(Logged) -> io::Result<()>) -> io::Result<()> {
        self.0.each(&mut |row| Logged::unpack(row).map_or(Ok(()), &mut *visit))
    }
}
