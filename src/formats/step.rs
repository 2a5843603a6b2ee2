//! STEP physical files (ISO 10303-21) of IFC2X3, IFC4 and IFC4X3.
//!
//! References point forwards and backwards, so objects and the text of every instance go to the builder as they come;
//! sets, materials, units and relations are kept as compact rows under the numbers of their instances and resolved at
//! the end. Geometry is passed over before its arguments are parsed.

mod class;
mod header;
mod index;
mod intake;
mod material;
mod owner;
mod pages;
mod place;
mod relation;
mod schema;
mod sets;
mod shape;
mod split;
#[cfg(test)]
mod tests;
mod text;
mod unit;
mod value;
mod words;

use std::rc::Rc;

use self::class::Classes;
use self::header::Header;
use self::index::{Index, Slot};
pub(super) use self::intake::collect;
use self::material::Materials;
use self::owner::Owners;
use self::place::Places;
use self::relation::Relations;
use self::schema::{Layout, Role, Schema, Types};
use self::sets::{Sets, Unreadable};
use self::shape::Products;
use self::split::Record;
use self::text::Notes;
use self::unit::Units;
use self::value::Arguments;
use self::words::Words;
use super::ReadError;
use crate::ifc::{
    EntityDraft, Figure, GlobalId, Measure, ModelBuilder, ModelHead, Nowhere, ProblemCode, PropertyDraft,
    QuantitySource, Shape, UnitAssignment, ValueDraft,
};
use crate::limits;

/// How a STEP file begins.
const MAGIC: &[u8] = b"ISO-10303-21";

/// Whether a file that begins like this is a STEP file; comments may stand before the first word.
pub(super) fn is_step(head: &[u8]) -> bool {
    let head = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    let head = head.trim_ascii_start();
    head.starts_with(MAGIC) || head.starts_with(b"/*")
}

/// Why an instance was not kept.
enum Fault {
    Broken(&'static str),
    Fatal(ReadError),
}

impl From<&'static str> for Fault {
    fn from(what: &'static str) -> Fault {
        Fault::Broken(what)
    }
}

/// The reader: what is known so far.
#[derive(Debug)]
struct Step {
    builder: ModelBuilder,
    /// Whether the first broken instance ends the reading.
    strict: bool,
    schema_name: String,
    types: Types,
    index: Index,
    words: Words,
    sets: Sets,
    materials: Materials,
    classes: Classes,
    units: Units,
    owners: Owners,
    places: Places,
    relations: Relations,
    products: Products,
    /// Unit assignments of projects, in the order of the file.
    project_units: Vec<u32>,
    /// What has been told of texts, since one telling of each is enough.
    told: Notes,
    kept: usize,
}

impl Step {
    fn new(header: &Header, builder: ModelBuilder, strict: bool) -> Result<Step, ReadError> {
        let (schema, name) = header.schema()?;
        let mut reader = Step::empty(schema, name, builder, strict);
        for (offset, what) in &header.broken {
            reader.broken(None, *offset, what)?;
        }
        Ok(reader)
    }

    fn empty(schema: Schema, name: &str, builder: ModelBuilder, strict: bool) -> Step {
        Step {
            builder,
            strict,
            schema_name: name.to_owned(),
            types: Types::new(schema),
            index: Index::default(),
            words: Words::default(),
            sets: Sets::default(),
            materials: Materials::default(),
            classes: Classes::default(),
            units: Units::default(),
            owners: Owners::default(),
            places: Places::default(),
            relations: Relations::default(),
            products: Products::default(),
            project_units: Vec::new(),
            told: Notes::default(),
            kept: 0,
        }
    }

    fn problem(&mut self, code: ProblemCode, record: &Record<'_>, detail: &str) {
        self.builder.problems.push(code, record, detail);
    }

    fn broken(&mut self, number: Option<u32>, offset: u64, what: &'static str) -> Result<(), ReadError> {
        if self.strict {
            return Err(ReadError::Instance { offset, what });
        }
        let pointer = number.map(|number| format!("#{number}")).unwrap_or_default();
        self.builder.problems.push_at(ProblemCode::InstanceBroken, pointer, offset, what);
        Ok(())
    }

    /// Takes one instance. The first of a number counts.
    fn instance(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        if self.index.slot(record.number) != Slot::Unseen {
            let name = String::from_utf8_lossy(record.name);
            self.problem(ProblemCode::InstanceRepeated, record, &name);
            return Ok(());
        }
        let (spelling, role) = self.types.of(record.name);
        let slot = match self.keep(record, &spelling, role) {
            Ok(slot) => slot,
            Err(Fault::Fatal(error)) => return Err(error),
            Err(Fault::Broken(what)) => {
                return self.broken(Some(record.number), record.offset, what);
            }
        };
        self.kept += usize::from(!matches!(role, Role::Skip | Role::Shape(_)));
        if limits::STEP_INSTANCES_MAX < self.kept || !self.index.fill(record.number, slot) {
            return Err(ReadError::TooManyInstances { instances_max: limits::STEP_INSTANCES_MAX });
        }
        Ok(())
    }

    /// Parses the arguments and keeps what is needed of them.
    fn keep(&mut self, record: &Record<'_>, spelling: &Rc<str>, role: Role) -> Result<Slot, Fault> {
        let is_passed = role == Role::Skip || role == Role::Probe && !begins_with_global_id(record.arguments);
        if is_passed {
            return Ok(Slot::Other);
        }
        if let Role::Shape(code) = role {
            shape::keep(&mut self.builder, code, record);
            return Ok(Slot::Other);
        }
        let mut notes = Notes::default();
        let arguments = Arguments::parse(record.arguments, &mut notes)?;
        self.tell(notes, record);
        let place = record.place();
        Ok(match role {
            Role::Skip | Role::Shape(_) => Slot::Other,
            Role::Probe => {
                if arguments.len() < 4 || !(arguments.at(1).is_absent() || arguments.at(1).reference().is_some()) {
                    return Ok(Slot::Other);
                }
                let object_type = (!spelling.ends_with("Type")).then_some(4);
                self.entity(spelling, Layout { object_type, ..Layout::default() }, &arguments, record)?
            }
            Role::Object(layout) => self.entity(spelling, layout, &arguments, record)?,
            Role::Item(kind) => {
                let (row, fault) = self.sets.item(kind, &arguments, place, &mut self.words);
                if let Some(Unreadable(name)) = fault {
                    self.problem(ProblemCode::ValueUnreadable, record, &name);
                }
                Slot::Item(row)
            }
            Role::PropertySet => Slot::Set(self.sets.set(&arguments, 4, place, &mut self.words)),
            Role::QuantitySet => Slot::Set(self.sets.set(&arguments, 5, place, &mut self.words)),
            Role::Predefined(set) => Slot::Set(self.sets.predefined(set, &arguments, place, &mut self.words)),
            Role::Material(kind) => Slot::Material(self.materials.keep(kind, &arguments, &mut self.words)),
            Role::Class => Slot::Class(self.classes.reference(&arguments, &mut self.words)),
            Role::ClassSystem => Slot::Class(self.classes.system(&arguments, &mut self.words)),
            Role::Address => Slot::Address(self.places.keep(&arguments)),
            Role::Unit(kind) => Slot::Unit(self.units.keep(kind, &arguments, &mut self.words)),
            Role::Owner(kind) => self.owners.keep(kind, &arguments),
            Role::Relation(relating) => {
                self.relation(relating, &arguments, record).map_err(Fault::Fatal)?;
                Slot::Other
            }
        })
    }

    /// Says once what is wrong with the texts of the file.
    fn tell(&mut self, notes: Notes, record: &Record<'_>) {
        if notes.faulty_escape && !self.told.faulty_escape {
            self.told.faulty_escape = true;
            self.problem(ProblemCode::TextEscapeFaulty, record, "kept as text here and wherever it occurs");
        }
        if notes.raw_bytes && !self.told.raw_bytes {
            self.told.raw_bytes = true;
            self.problem(ProblemCode::TextNotEncoded, record, "read as UTF-8, else as Latin-1, wherever it occurs");
        }
    }

    fn entity(
        &mut self,
        entity_type: &str,
        layout: Layout,
        arguments: &Arguments<'_>,
        record: &Record<'_>,
    ) -> Result<Slot, Fault> {
        let at = |position: Option<u8>| position.map(|position| arguments.at(usize::from(position)));
        let named = [
            ("Name", Some(2)),
            ("Description", Some(3)),
            ("LongName", layout.long_name),
            ("Tag", layout.tag),
            ("ObjectType", layout.object_type),
        ];
        for (name, position) in named {
            if let Some(value) = at(position).filter(|value| !value.is_absent() && value.text().is_none()) {
                self.problem(ProblemCode::ValueUnreadable, record, &format!("{name}: {}", value.kind()));
            }
        }
        let text = |position| at(position).and_then(|value| value.text());
        let draft = EntityDraft {
            entity_type,
            id: text(Some(0)),
            name: text(Some(2)),
            long_name: text(layout.long_name),
            description: text(Some(3)),
            tag: text(layout.tag),
            object_type: text(layout.object_type),
            // A logical stands where an older schema has another attribute at the place.
            predefined_type: at(layout.predefined)
                .and_then(|value| value.word())
                .filter(|word| !matches!(*word, "T" | "F" | "U")),
            ..EntityDraft::default()
        };
        let Some(index) = self.builder.entity(&draft, record) else {
            return Err(Fault::Fatal(ReadError::TooMany { entities_max: limits::ENTITIES_MAX }));
        };
        if let Some(elevation) = at(layout.elevation).and_then(|value| value.number()) {
            self.builder.set_declared_elevation(index, elevation);
        }
        let sizes = [("OverallHeight", layout.height), ("OverallWidth", layout.height.map(|height| height + 1))];
        for (name, position) in sizes {
            if let Some(value) = at(position).and_then(|value| value.number()) {
                let figure = Figure { value, measure: Measure::Length, is_declared: true };
                self.builder.loose_quantity(index, name, figure, QuantitySource::Attribute);
            }
        }
        if let Some(phase) = text(layout.phase) {
            let draft = PropertyDraft { set: None, name: "Phase", value: ValueDraft::Text(phase), from_type: false };
            self.builder.property(index, &draft);
        }
        self.places.stand(entity_type, layout, arguments);
        if layout.is_part {
            self.products.add(index, record.index, arguments);
        }
        if let Some(sets) = at(layout.property_sets) {
            self.type_sets(sets, record);
        }
        if let (Some(units), "IfcProject") = (at(layout.units).and_then(|units| units.reference()), entity_type) {
            self.project_units.push(units);
        }
        Ok(Slot::Entity(index))
    }

    /// Resolves what needed the whole file.
    fn finish(mut self, header: Header) -> (ModelBuilder, ModelHead) {
        let found = self.project_units.iter().find_map(|number| {
            let (assignment, unknown) = self.units.assignment(*number, &self.index)?;
            Some((assignment, unknown, *number))
        });
        let units_declared = found.is_some();
        let (units, unknown, number) = found.unwrap_or((UnitAssignment::default(), Vec::new(), 0));
        if !units_declared {
            self.builder.problems.push(ProblemCode::UnitsMissing, &Nowhere, "");
        }
        for name in unknown {
            self.builder.problems.push_at(ProblemCode::UnitUnknown, format!("#{number}"), 0, self.words.get(name));
        }
        self.resolve();
        self.builder.set_shapes(Box::new(std::mem::take(&mut self.products)));
        let mut credits = self.owners.resolve(&self.index);
        header.authors.iter().for_each(|author| credits.author(author));
        header.organisations.iter().for_each(|organisation| credits.organisation(organisation));
        credits.software(header.system.as_deref(), None);
        let mut head = ModelHead {
            schema: Some(self.schema_name),
            written_at: header.written_at,
            units,
            units_declared,
            ..ModelHead::of_shape(Shape::Step)
        };
        credits.give(&mut head);
        self.places.resolve(&self.index).give(&mut head);
        (self.builder, head)
    }
}

/// Whether arguments begin with a text that is a GlobalId, which only rooted entities do.
fn begins_with_global_id(arguments: &[u8]) -> bool {
    let Some(rest) = split::skip(arguments).strip_prefix(b"'") else { return false };
    let Some((id, rest)) = rest.split_at_checked(22) else { return false };
    rest.first() == Some(&b'\'') && std::str::from_utf8(id).is_ok_and(|id| GlobalId::parse(id).is_ok())
}
