//! The `IfcRel*` instances: kept as numbers while reading, resolved when every instance is known.

use std::collections::{HashMap, HashSet};

use super::Step;
use super::index::Slot;
use super::sets::Scale;
use super::split::Record;
use super::value::{Arguments, Value};
use crate::ifc::{EntityIndex, Measure, ProblemCode, QuantityDraft, QuantitySource, UnitAssignment};
use crate::limits;

/// What a relation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Properties,
    TypeSet,
    Type,
    Contained,
    Part,
    Voids,
    Fills,
    Bounds,
    Material,
    Classified,
    Group,
}

/// A relation type that is read: positions of the many and of the one side.
#[derive(Debug, PartialEq)]
pub(super) struct Relating {
    name: &'static str,
    kind: Kind,
    many: usize,
    one: usize,
}

const fn relating(name: &'static str, kind: Kind, many: usize, one: usize) -> Relating {
    Relating { name, kind, many, one }
}

static RELATIONS: &[Relating] = &[
    relating("IFCRELDEFINESBYPROPERTIES", Kind::Properties, 4, 5),
    relating("IFCRELDEFINESBYTYPE", Kind::Type, 4, 5),
    relating("IFCRELCONTAINEDINSPATIALSTRUCTURE", Kind::Contained, 4, 5),
    relating("IFCRELAGGREGATES", Kind::Part, 5, 4),
    relating("IFCRELNESTS", Kind::Part, 5, 4),
    relating("IFCRELVOIDSELEMENT", Kind::Voids, 5, 4),
    relating("IFCRELFILLSELEMENT", Kind::Fills, 5, 4),
    relating("IFCRELSPACEBOUNDARY", Kind::Bounds, 5, 4),
    relating("IFCRELSPACEBOUNDARY1STLEVEL", Kind::Bounds, 5, 4),
    relating("IFCRELSPACEBOUNDARY2NDLEVEL", Kind::Bounds, 5, 4),
    relating("IFCRELASSOCIATESMATERIAL", Kind::Material, 4, 5),
    relating("IFCRELASSOCIATESCLASSIFICATION", Kind::Classified, 4, 5),
    relating("IFCRELASSIGNSTOGROUP", Kind::Group, 4, 6),
    relating("IFCRELASSIGNSTOGROUPBYFACTOR", Kind::Group, 4, 6),
];

/// The relation type of a name in upper case.
pub(super) fn named(name: &str) -> Option<&'static Relating> {
    RELATIONS.iter().find(|relation| relation.name == name)
}

/// One relation: the many side are the members up to `end`, from where those of the row before end.
#[derive(Debug, Clone, Copy)]
struct Row {
    kind: Kind,
    one: u32,
    end: usize,
    number: u32,
    offset: u64,
}

/// Every relation of the file.
#[derive(Debug, Default)]
pub(super) struct Relations {
    rows: Vec<Row>,
    members: Vec<u32>,
}

impl Relations {
    fn push(&mut self, kind: Kind, one: u32, record: &Record<'_>) {
        let (number, offset) = (record.number, record.offset);
        self.rows.push(Row { kind, one, end: self.members.len(), number, offset });
    }
}

impl Step {
    /// Keeps a relation.
    pub(super) fn relation(&mut self, relating: &Relating, arguments: &Arguments<'_>, record: &Record<'_>) {
        let many = arguments.at(relating.many).items();
        // One set may stand there, a list of sets, or an IfcPropertySetDefinitionSet around a list.
        let one = arguments.at(relating.one);
        if limits::RECORD_VALUES_MAX < many.len().saturating_mul(one.items().len()) {
            return self.broken(Some(record.number), record.offset, "it relates too many pairs");
        }
        for one in one.references() {
            self.relations.members.extend(many.iter().filter_map(Value::reference));
            self.relations.push(relating.kind, one, record);
        }
        if many.iter().any(|member| member.reference().is_none()) {
            self.problem(ProblemCode::ValueUnreadable, record, "a relation to something that is no reference");
        }
    }

    /// Keeps the sets that a type object names itself.
    pub(super) fn type_sets(&mut self, sets: &Value<'_>, record: &Record<'_>) {
        for set in sets.references() {
            self.relations.members.push(record.number);
            self.relations.push(Kind::TypeSet, set, record);
        }
    }

    /// Converts what waited for the units and gives every relation to the builder.
    pub(super) fn resolve(&mut self, units: UnitAssignment) {
        self.resolve_sizes(&units);
        self.resolve_pointers();
        for (number, offset, member) in self.sets.dangling(&self.index) {
            self.dangling(member, number, offset);
        }
        let Relations { rows, members } = std::mem::take(&mut self.relations);
        let (mut links, mut from) = (Links::default(), 0);
        for row in &rows {
            let related = members.get(from..row.end).unwrap_or_default();
            from = row.end;
            let one = self.slot_of(row.one, row);
            for number in related {
                if let Slot::Entity(entity) = self.slot_of(*number, row) {
                    self.relate(row.kind, entity, one, &mut links);
                }
            }
        }
        drop((rows, members));
        self.give_sets(&links, units);
        self.give_materials(&links, &units);
        self.give_hosts(&links);
    }

    fn resolve_sizes(&mut self, units: &UnitAssignment) {
        for (storey, elevation) in std::mem::take(&mut self.elevations) {
            if let Some(elevation) = units.to_stored(Measure::Length, elevation) {
                self.builder.set_elevation(storey, elevation);
            }
        }
        for (entity, name, size) in std::mem::take(&mut self.sizes) {
            let (value, measure) = match units.to_stored(Measure::Length, size) {
                Some(value) => (value, Measure::Length),
                None => (size, Measure::Unknown),
            };
            let source = QuantitySource::Attribute;
            self.builder.quantity(entity, &QuantityDraft { set: None, name, measure, value, source, from_type: false });
        }
    }

    /// A property that stands for another instance comes to the name of that.
    fn resolve_pointers(&mut self) {
        for pointer in self.sets.take_pointers() {
            let name = match self.index.slot(pointer.target) {
                Slot::Material(row) => self.materials.name(row, &self.words).map(str::to_owned),
                Slot::Entity(entity) => self.builder.name_of(entity).map(str::to_owned),
                Slot::Unseen
                | Slot::Other
                | Slot::Set(_)
                | Slot::Item(_)
                | Slot::Class(_)
                | Slot::Unit(_)
                | Slot::Owner(_) => None,
            };
            match name {
                Some(name) => self.sets.point(&pointer, self.words.number(&name)),
                None => {
                    let (number, detail) = (format!("#{}", pointer.number), format!("#{}", pointer.target));
                    self.builder.problems.push(ProblemCode::ValueUnreadable, &number, pointer.offset, detail);
                }
            }
        }
    }

    fn slot_of(&mut self, number: u32, row: &Row) -> Slot {
        let slot = self.index.slot(number);
        if slot == Slot::Unseen {
            self.dangling(number, row.number, row.offset);
        }
        slot
    }

    fn dangling(&mut self, missing: u32, number: u32, offset: u64) {
        if limits::PROBLEMS_MAX <= self.builder.problems.kept.len() {
            self.builder.problems.total += 1;
            return;
        }
        let (pointer, detail) = (format!("#{number}"), format!("#{missing}"));
        self.builder.problems.push(ProblemCode::ReferenceDangling, &pointer, offset, detail);
    }

    fn relate(&mut self, kind: Kind, related: EntityIndex, one: Slot, links: &mut Links) {
        match one {
            Slot::Entity(target) => self.link(kind, related, target, links),
            Slot::Set(set) => links.add_set(kind, related, set),
            // The first association of an element counts.
            Slot::Material(material) => {
                links.materials.entry(related).or_insert(material);
            }
            Slot::Class(class) => {
                if let Some((system, code)) = self.classes.resolve(class, &self.index, &self.words) {
                    self.builder.classification(related, system, code);
                }
            }
            Slot::Unseen | Slot::Other | Slot::Item(_) | Slot::Unit(_) | Slot::Owner(_) => {}
        }
    }

    fn link(&mut self, kind: Kind, related: EntityIndex, target: EntityIndex, links: &mut Links) {
        match kind {
            Kind::Contained => self.builder.set_container(related, target),
            Kind::Part => self.builder.set_whole(related, target),
            Kind::Voids => {
                self.builder.set_host(related, target);
                links.wall_of.insert(related, target);
            }
            Kind::Fills => links.fills.push((related, target)),
            Kind::Bounds => {
                if links.bounds.insert((target, related)) {
                    self.builder.boundary(target, related);
                }
            }
            Kind::Type => links.types.push((related, target)),
            // The builder takes no membership in groups, systems and zones.
            Kind::Group | Kind::Properties | Kind::TypeSet | Kind::Material | Kind::Classified => {}
        }
    }

    /// The one place where sets are given to entities: their own, then those of their type objects.
    fn give_sets(&mut self, links: &Links, assignment: UnitAssignment) {
        let of_types = links.types.iter().flat_map(|(entity, type_object)| {
            let sets = links.sets_of_type.get(type_object).into_iter().flatten();
            sets.map(|set| (*entity, *set, true))
        });
        let own = links.sets.iter().map(|(entity, set)| (*entity, *set, false));
        let scale = Scale { assignment, units: &self.units, index: &self.index };
        let (mut current, mut flat) = (None, super::sets::Flat::default());
        for (entity, set, from_type) in own.chain(of_types) {
            if current != Some(set) {
                flat = self.sets.flatten(set, &self.index, &mut self.words);
                current = Some(set);
            }
            self.sets.give(&flat, (entity, from_type), &self.words, &scale, &mut self.builder);
        }
        for (entity, type_object) in &links.types {
            if let Some(name) = self.builder.name_of(*type_object).map(str::to_owned) {
                self.builder.set_type_name(*entity, &name);
            }
        }
    }

    /// An element's own material goes before that of its type.
    fn give_materials(&mut self, links: &Links, units: &UnitAssignment) {
        let mut entities: Vec<_> = links.materials.iter().map(|(entity, material)| (*entity, *material)).collect();
        for (entity, type_object) in &links.types {
            if let (None, Some(material)) = (links.materials.get(entity), links.materials.get(type_object)) {
                entities.push((*entity, *material));
            }
        }
        entities.sort_unstable();
        entities.dedup_by_key(|(entity, _)| *entity);
        for (entity, material) in entities {
            let parts = self.materials.composition(material, &self.index, &self.words, units);
            self.builder.materials(entity, &parts);
        }
    }

    /// A door is hosted by the wall behind its opening; by the opening only where no wall is known.
    fn give_hosts(&mut self, links: &Links) {
        for (filling, opening) in &links.fills {
            let host = links.wall_of.get(opening).unwrap_or(opening);
            self.builder.set_host(*filling, *host);
        }
    }
}

/// Relations between entities that need others first.
#[derive(Default)]
struct Links {
    sets: Vec<(EntityIndex, u32)>,
    sets_of_type: HashMap<EntityIndex, Vec<u32>>,
    types: Vec<(EntityIndex, EntityIndex)>,
    materials: HashMap<EntityIndex, u32>,
    wall_of: HashMap<EntityIndex, EntityIndex>,
    fills: Vec<(EntityIndex, EntityIndex)>,
    bounds: HashSet<(EntityIndex, EntityIndex)>,
}

impl Links {
    /// A set of a type object counts as its own and goes on to its occurrences.
    fn add_set(&mut self, kind: Kind, entity: EntityIndex, set: u32) {
        self.sets.push((entity, set));
        if kind == Kind::TypeSet {
            self.sets_of_type.entry(entity).or_default().push(set);
        }
    }
}
