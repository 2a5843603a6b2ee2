//! What things are made of, how they are classified and how they belong together.

use super::super::facts::{MaterialRow, MaterialSetId, Nowhere, Origin, RecordIndex, RecordRow, RelationKind};
use super::super::model::EntityIndex;
use super::pending::{Known, Part, Parts, Saying};
use super::{MaterialDraft, ModelBuilder, Node};

/// Runs of records that are told apart to name a record in a problem; beyond it problems carry the offset only.
const RUNS_MAX: usize = 65_536;

/// Distinct compositions. Exports copy the layers of a wall type into every wall, so equal ones are kept once.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Compositions {
    known: Known,
    pub(in crate::ifc) parts: Parts,
    count: u32,
}

impl Compositions {
    pub(super) fn next(&self) -> MaterialSetId {
        MaterialSetId(self.count)
    }
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

    /// Keeps that an entity is referenced in a spatial element, or serves one. That contains it where nothing else does.
    pub fn refer(&mut self, related: Node, relating: Node, origin: &dyn Origin) {
        let pair = (RelationKind::IsContainedIn, related, relating);
        let pushed = self.log.push(pair, true, origin, self.sink.as_mut());
        self.note(pushed);
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
        self.keep_elevation(entity, elevation_m, false);
    }

    /// Elevation in the unit that the file declares.
    pub fn set_declared_elevation(&mut self, entity: EntityIndex, elevation: f64) {
        self.keep_elevation(entity, elevation, true);
    }

    pub(super) fn keep_elevation(&mut self, entity: EntityIndex, elevation: f64, is_declared: bool) {
        let pushed = self.elevations.push(entity, (elevation, is_declared), self.sink.as_mut());
        self.note(pushed);
    }

    /// Keeps a composition of materials in order; equal ones are one. Thicknesses are in metres, or where `is_declared` in
    /// the unit of the file. Shares come from fractions, else from thicknesses.
    pub fn compose(&mut self, drafts: &[MaterialDraft<'_>], is_declared: bool) -> MaterialSetId {
        let mut saying = Saying::default();
        saying.flag(is_declared);
        for draft in drafts {
            saying.text(draft.name);
            saying.number(draft.thickness_m);
            saying.number(draft.fraction);
            saying.flag(draft.is_layer);
        }
        if let Some(known) = self.compositions.known.find(&saying) {
            return MaterialSetId(known);
        }
        let set = self.next_composition();
        self.compositions.count += 1;
        let thickness: Option<f64> = drafts.iter().map(|d| d.thickness_m.filter(|t| *t >= 0.0)).sum();
        for draft in drafts {
            let material = self.intern(draft.name);
            let by_thickness = draft.thickness_m.zip(thickness).filter(|(_, sum)| *sum > 0.0).map(|(t, sum)| t / sum);
            let share = if drafts.len() == 1 { Some(1.0) } else { draft.fraction.or(by_thickness) };
            let (thickness_m, is_layer) = (draft.thickness_m, draft.is_layer);
            let part = Part { row: MaterialRow { set, material, thickness_m, share, is_layer }, is_declared };
            let pushed = self.compositions.parts.push(&part, self.sink.as_mut());
            self.note(pushed);
        }
        self.compositions.known.insert(&saying, set.0);
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
        let system = system.filter(|system| !system.trim().is_empty());
        let mut saying = Saying::default();
        saying.flag(system.is_some());
        saying.text(system.unwrap_or_default());
        saying.text(code);
        if let Some(known) = self.classifications.known.find(&saying) {
            return Node::Classification(known);
        }
        let row = (self.text(system), self.intern(code));
        let pushed = self.classifications.push(row, self.sink.as_mut());
        let number = self.noted(pushed);
        self.classifications.known.insert(&saying, number);
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
