//! The `IfcRel*` instances: kept as numbers while reading, resolved when every instance is known.

use std::collections::HashMap;

use super::Step;
use super::index::Slot;
use super::sets::Sets;
use super::split::{Place, Record};
use super::value::{Arguments, Value};
use crate::formats::ReadError;
use crate::ifc::{Node, ProblemCode, RelationKind, SetId};
use crate::limits;

/// A relation type that is read: positions of the many and of the one side.
#[derive(Debug, PartialEq)]
pub(super) struct Relating {
    name: &'static str,
    kind: RelationKind,
    many: usize,
    one: usize,
    /// Whether it says less than that the one contains the many.
    is_reference: bool,
}

const fn relating(name: &'static str, kind: RelationKind, many: usize, one: usize) -> Relating {
    Relating { name, kind, many, one, is_reference: false }
}

const fn referring(name: &'static str, many: usize, one: usize) -> Relating {
    Relating { name, kind: RelationKind::IsContainedIn, many, one, is_reference: true }
}

static RELATIONS: &[Relating] = &[
    relating("IFCRELDEFINESBYPROPERTIES", RelationKind::HasSet, 4, 5),
    relating("IFCRELDEFINESBYTYPE", RelationKind::IsOccurrenceOf, 4, 5),
    relating("IFCRELCONTAINEDINSPATIALSTRUCTURE", RelationKind::IsContainedIn, 4, 5),
    referring("IFCRELREFERENCEDINSPATIALSTRUCTURE", 4, 5),
    // The system is referenced in the buildings that it serves, as IFC4X3 writes it.
    referring("IFCRELSERVICESBUILDINGS", 4, 5),
    relating("IFCRELAGGREGATES", RelationKind::IsPartOf, 5, 4),
    relating("IFCRELNESTS", RelationKind::IsPartOf, 5, 4),
    relating("IFCRELVOIDSELEMENT", RelationKind::Voids, 5, 4),
    relating("IFCRELFILLSELEMENT", RelationKind::Fills, 5, 4),
    relating("IFCRELSPACEBOUNDARY", RelationKind::Bounds, 5, 4),
    relating("IFCRELSPACEBOUNDARY1STLEVEL", RelationKind::Bounds, 5, 4),
    relating("IFCRELSPACEBOUNDARY2NDLEVEL", RelationKind::Bounds, 5, 4),
    relating("IFCRELASSOCIATESMATERIAL", RelationKind::IsMadeOf, 4, 5),
    relating("IFCRELASSOCIATESCLASSIFICATION", RelationKind::IsClassifiedAs, 4, 5),
    relating("IFCRELASSIGNSTOGROUP", RelationKind::BelongsTo, 4, 6),
    relating("IFCRELASSIGNSTOGROUPBYFACTOR", RelationKind::BelongsTo, 4, 6),
];

/// The relation type of a name in upper case.
pub(super) fn named(name: &str) -> Option<&'static Relating> {
    RELATIONS.iter().find(|relation| relation.name == name)
}

/// One relation: the many side are the members up to `end`, from where those of the row before end.
#[derive(Debug, Clone, Copy)]
struct Row {
    kind: RelationKind,
    is_reference: bool,
    one: u32,
    end: usize,
    place: Place,
}

/// Every relation of the file.
#[derive(Debug, Default)]
pub(super) struct Relations {
    rows: Vec<Row>,
    members: Vec<u32>,
}

impl Relations {
    fn push(&mut self, kind: RelationKind, is_reference: bool, one: u32, record: &Record<'_>) {
        self.rows.push(Row { kind, is_reference, one, end: self.members.len(), place: record.place() });
    }
}

impl Step {
    /// Keeps a relation.
    pub(super) fn relation(
        &mut self,
        relating: &Relating,
        arguments: &Arguments<'_>,
        record: &Record<'_>,
    ) -> Result<(), ReadError> {
        let many = arguments.at(relating.many).items();
        // One set may stand there, a list of sets, or an IfcPropertySetDefinitionSet around a list.
        let one = arguments.at(relating.one);
        if limits::RECORD_VALUES_MAX < many.len().saturating_mul(one.items().len()) {
            return self.broken(Some(record.number), record.offset, "it relates too many pairs");
        }
        for one in one.references() {
            self.relations.members.extend(many.iter().filter_map(Value::reference));
            self.relations.push(relating.kind, relating.is_reference, one, record);
        }
        if many.iter().any(|member| member.reference().is_none()) {
            self.problem(ProblemCode::ValueUnreadable, record, "a relation to something that is no reference");
        }
        Ok(())
    }

    /// Keeps the sets that a type object names itself.
    pub(super) fn type_sets(&mut self, sets: &Value<'_>, record: &Record<'_>) {
        for set in sets.references() {
            self.relations.members.push(record.number);
            self.relations.push(RelationKind::HasSet, false, set, record);
        }
    }

    /// Gives every set and every relation to the builder.
    pub(super) fn resolve(&mut self) {
        self.resolve_pointers();
        for (place, member) in self.sets.dangling(&self.index) {
            self.dangling(member, &place);
        }
        let mut targets = Targets::default();
        for set in 0..self.sets.count() {
            let given = self.sets.give(set, &mut self.words, (&self.units, &self.index), &mut self.builder);
            targets.sets.extend(given);
        }
        self.sets = Sets::default();
        let Relations { rows, members } = std::mem::take(&mut self.relations);
        let mut from = 0;
        for row in &rows {
            let related = members.get(from..row.end).unwrap_or_default();
            from = row.end;
            let one = self.slot_of(row.one, &row.place);
            let target = self.target(row.kind, one, &mut targets);
            for number in related {
                let (Slot::Entity(entity), Some(target)) = (self.slot_of(*number, &row.place), target) else {
                    continue;
                };
                if row.is_reference {
                    self.builder.refer(Node::Entity(entity), target, &row.place);
                } else {
                    self.builder.relate(row.kind, Node::Entity(entity), target, &row.place);
                }
            }
        }
    }

    /// A property that stands for a material comes to its name; the other things that the schema allows there have none.
    fn resolve_pointers(&mut self) {
        for pointer in self.sets.take_pointers() {
            let material = if let Slot::Material(row) = self.index.slot(pointer.target) { Some(row) } else { None };
            match material.and_then(|row| self.materials.name(row, &self.words)).map(str::to_owned) {
                Some(name) => self.sets.point(&pointer, self.words.number(&name)),
                None => {
                    let detail = format!("#{}", pointer.target);
                    self.builder.problems.push(ProblemCode::ValueUnreadable, &pointer.place, detail);
                }
            }
        }
    }

    fn slot_of(&mut self, number: u32, place: &Place) -> Slot {
        let slot = self.index.slot(number);
        if slot == Slot::Unseen {
            self.dangling(number, place);
        }
        slot
    }

    fn dangling(&mut self, missing: u32, place: &Place) {
        if self.builder.problems.is_full() {
            self.builder.problems.total += 1;
        } else {
            self.builder.problems.push(ProblemCode::ReferenceDangling, place, format!("#{missing}"));
        }
    }

    /// The one side of a relation, where it is what the relation takes.
    fn target(&mut self, kind: RelationKind, one: Slot, targets: &mut Targets) -> Option<Node> {
        match (kind, one) {
            (RelationKind::HasSet, Slot::Set(row)) => targets.sets.get(row as usize).copied().map(Node::Set),
            (RelationKind::IsMadeOf, Slot::Material(row)) => {
                if let Some(known) = targets.compositions.get(&row) {
                    return *known;
                }
                let parts = self.materials.composition(row, &self.index, &self.words);
                let composed = (!parts.is_empty()).then(|| Node::MaterialSet(self.builder.compose(&parts, true)));
                targets.compositions.insert(row, composed);
                composed
            }
            (RelationKind::IsClassifiedAs, Slot::Class(row)) => {
                let (system, code) = self.classes.resolve(row, &self.index, &self.words)?;
                Some(self.builder.classify(system, code))
            }
            (RelationKind::HasSet | RelationKind::IsMadeOf | RelationKind::IsClassifiedAs, _) => None,
            (_, Slot::Entity(entity)) => Some(Node::Entity(entity)),
            _ => None,
        }
    }
}

/// What stored rows have become in the builder.
#[derive(Default)]
struct Targets {
    sets: Vec<SetId>,
    compositions: HashMap<u32, Option<Node>>,
}
