//! What things are made of, how they are classified and how they belong together.

use std::collections::HashMap;

use super::super::facts::{MaterialRow, MaterialSetId, Nowhere, Origin, RecordIndex, RecordRow, RelationKind};
use super::super::model::EntityIndex;
use super::super::table::TextId;
use super::{MaterialDraft, ModelBuilder, Node};

/// Compositions and classifications remembered to find equal ones; beyond it they are kept again.
const KNOWN_MAX: usize = 65_536;

/// Runs of records that are told apart to name a record in a problem; beyond it problems carry the offset only.
const RUNS_MAX: usize = 65_536;

/// A row of a composition before the units of the file are known.
#[derive(Debug, Clone, Copy)]
pub(in crate::ifc) struct Part {
    pub(in crate::ifc) row: MaterialRow,
    /// Whether the thickness is in the unit of the file.
    pub(in crate::ifc) is_declared: bool,
}

/// Thickness, fraction and material of one row, to find an equal composition. A number that is not there is one that no
/// file has. Plain words are hashed in one go.
type PartKey = [u64; 3];

fn part_key(material: TextId, draft: &MaterialDraft<'_>, is_declared: bool) -> PartKey {
    let bits = |number: Option<f64>| number.map_or(u64::MAX, f64::to_bits);
    let flags = u64::from(draft.is_layer) << 32 | u64::from(is_declared) << 33;
    [material.index() as u64 | flags, bits(draft.thickness_m), bits(draft.fraction)]
}

/// Distinct compositions. Exports copy the layers of a wall type into every wall, so equal ones are kept once.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Compositions {
    known: HashMap<Vec<PartKey>, MaterialSetId>,
    pub(in crate::ifc) parts: Vec<Part>,
    count: u32,
}

impl Compositions {
    pub(super) fn next(&self) -> MaterialSetId {
        MaterialSetId(self.count)
    }
}

/// Distinct classification references.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Classifications {
    known: HashMap<(Option<TextId>, TextId), u32>,
    pub(in crate::ifc) rows: Vec<(Option<TextId>, TextId)>,
}

/// The pointers of records, as runs of neighbours in one list.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Pointers {
    runs: Vec<Run>,
    next: u32,
    /// The first record that no run tells of, once there are too many.
    end: Option<u32>,
}

#[derive(Debug)]
struct Run {
    first: u32,
    group: Option<Box<str>>,
    in_data: bool,
    index: Option<u32>,
}

impl Pointers {
    pub(super) fn add(&mut self, group: Option<&str>, row: &RecordRow) {
        let number = self.next;
        self.next += 1;
        let follows = self.runs.last().is_some_and(|run| {
            let expected = run.index.and_then(|first| first.checked_add(number - run.first));
            expected.is_some() && expected == row.index && run.group.as_deref() == group && run.in_data == row.in_data
        });
        if !follows && RUNS_MAX <= self.runs.len() {
            self.end.get_or_insert(number);
        } else if !follows {
            let group = group.map(Into::into);
            self.runs.push(Run { first: number, group, in_data: row.in_data, index: row.index });
        }
    }

    /// The JSON Pointer of a record, or `#17`; empty where it is not known.
    pub(in crate::ifc) fn pointer(&self, record: RecordIndex) -> String {
        if self.end.is_some_and(|end| end <= record.0) {
            return String::new();
        }
        let at = self.runs.partition_point(|run| run.first <= record.0);
        let Some(run) = at.checked_sub(1).and_then(|at| self.runs.get(at)) else { return String::new() };
        let (first, ahead) = (run.index, record.0 - run.first);
        if ahead != 0 && first.is_none() {
            return String::new();
        }
        super::super::facts::pointer(
            run.group.as_deref(),
            run.in_data,
            first.and_then(|first| first.checked_add(ahead)),
        )
    }
}

impl ModelBuilder {
    /// Keeps a pair of a relation; it is resolved when every identifier is known.
    pub fn relate(&mut self, kind: RelationKind, related: Node, relating: Node, origin: &dyn Origin) {
        let pushed = self.log.push((kind, related, relating), false, origin, self.sink.as_mut());
        self.note(pushed);
    }

    /// Says what contains an entity: a storey, a space, a building.
    pub fn set_container(&mut self, entity: EntityIndex, container: EntityIndex) {
        self.relate(RelationKind::IsContainedIn, Node::Entity(entity), Node::Entity(container), &Nowhere);
    }

    /// Says of which whole an entity is a part.
    pub fn set_whole(&mut self, entity: EntityIndex, whole: EntityIndex) {
        self.relate(RelationKind::IsPartOf, Node::Entity(entity), Node::Entity(whole), &Nowhere);
    }

    /// Says what an entity is built into: the wall of a door, the opening's wall.
    pub fn set_host(&mut self, entity: EntityIndex, host: EntityIndex) {
        self.relate(RelationKind::Voids, Node::Entity(entity), Node::Entity(host), &Nowhere);
    }

    /// Says which type object an entity is an occurrence of.
    pub fn set_type(&mut self, entity: EntityIndex, type_object: EntityIndex) {
        self.relate(RelationKind::IsOccurrenceOf, Node::Entity(entity), Node::Entity(type_object), &Nowhere);
    }

    /// Says that an element bounds a space.
    pub fn boundary(&mut self, space: EntityIndex, element: EntityIndex) {
        self.relate(RelationKind::Bounds, Node::Entity(element), Node::Entity(space), &Nowhere);
    }

    /// Elevation in metres, where it was not known with the entity.
    pub fn set_elevation(&mut self, entity: EntityIndex, elevation_m: f64) {
        self.elevations.push((entity, elevation_m, false));
    }

    /// Elevation in the unit that the file declares.
    pub fn set_declared_elevation(&mut self, entity: EntityIndex, elevation: f64) {
        self.elevations.push((entity, elevation, true));
    }

    /// Keeps a composition of materials in order; equal ones are one. Thicknesses are in metres, or where `is_declared` in
    /// the unit of the file. Shares come from fractions, else from thicknesses.
    pub fn compose(&mut self, drafts: &[MaterialDraft<'_>], is_declared: bool) -> MaterialSetId {
        let texts: Vec<TextId> = drafts.iter().map(|draft| self.intern(draft.name)).collect();
        let parts = texts.iter().zip(drafts);
        let key: Vec<PartKey> = parts.map(|(text, draft)| part_key(*text, draft, is_declared)).collect();
        if let Some(known) = self.compositions.known.get(&key) {
            return *known;
        }
        let set = self.next_composition();
        self.compositions.count += 1;
        let thickness: Option<f64> = drafts.iter().map(|d| d.thickness_m.filter(|t| *t >= 0.0)).sum();
        for (material, draft) in texts.into_iter().zip(drafts) {
            let by_thickness = draft.thickness_m.zip(thickness).filter(|(_, sum)| *sum > 0.0).map(|(t, sum)| t / sum);
            let share = if drafts.len() == 1 { Some(1.0) } else { draft.fraction.or(by_thickness) };
            let (thickness_m, is_layer) = (draft.thickness_m, draft.is_layer);
            self.compositions
                .parts
                .push(Part { row: MaterialRow { set, material, thickness_m, share, is_layer }, is_declared });
        }
        if KNOWN_MAX <= self.compositions.known.len() {
            self.compositions.known.clear();
        }
        self.compositions.known.insert(key, set);
        set
    }

    /// Says what an element is made of, in order, thicknesses in metres; the first time counts.
    pub fn materials(&mut self, entity: EntityIndex, drafts: &[MaterialDraft<'_>]) {
        if drafts.is_empty() {
            return;
        }
        let set = self.compose(drafts, false);
        self.relate(RelationKind::IsMadeOf, Node::Entity(entity), Node::MaterialSet(set), &Nowhere);
    }

    /// Keeps a classification reference; equal ones are one.
    pub fn classify(&mut self, system: Option<&str>, code: &str) -> Node {
        let row = (self.text(system), self.intern(code));
        if let Some(known) = self.classifications.known.get(&row) {
            return Node::Classification(*known);
        }
        let number = u32::try_from(self.classifications.rows.len()).unwrap_or(u32::MAX);
        self.classifications.rows.push(row);
        if KNOWN_MAX <= self.classifications.known.len() {
            self.classifications.known.clear();
        }
        self.classifications.known.insert(row, number);
        Node::Classification(number)
    }

    /// Adds a classification reference of an entity.
    pub fn classification(&mut self, entity: EntityIndex, system: Option<&str>, code: &str) {
        let node = self.classify(system, code);
        self.relate(RelationKind::IsClassifiedAs, Node::Entity(entity), node, &Nowhere);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(index: Option<u32>) -> RecordRow {
        RecordRow { group: None, index, in_data: true, offset: 0, bytes: 1, block: 0, block_start: 0 }
    }

    #[test]
    fn records_of_one_list_are_one_run_and_none_is_invented_beyond_the_last() {
        let mut pointers = Pointers::default();
        for index in 0..3 {
            pointers.add(Some("IfcWall"), &row(Some(index)));
        }
        assert_eq!((pointers.runs.len(), pointers.pointer(RecordIndex(2)).as_str()), (1, "/data/IfcWall/2"));
        for _ in 0..RUNS_MAX {
            pointers.add(Some("a"), &row(Some(u32::MAX)));
        }
        assert_eq!(pointers.pointer(RecordIndex(3)), format!("/data/a/{}", u32::MAX));
        assert_eq!(pointers.pointer(RecordIndex(u32::try_from(RUNS_MAX).unwrap() + 2)), "");
    }
}
