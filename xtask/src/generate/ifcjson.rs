//! Shape A of a generated building: ifcJSON as IFC2JSON_python writes it, class by class, relations last.

mod geometry;
mod relation;

use std::io::{self, Write};

use super::kind::{KINDS, Property, Quantity, SCHEDULE_SET, SHARED_SET, SPACE, TYPE_SET, VENDOR_SET, WALL};
use super::out::{JsonOut, Layout};
use super::plan::{Element, For, Plan, SHARING, Value};
use super::random::{Id, Random};
use super::tally::Tally;

/// Own sets of an element, by their place in ids.
const QUANTITIES: usize = 0;
const COMMON: usize = 1;
const VENDOR: usize = 2;
const SCHEDULE: usize = 3;
const SHARED: usize = 4;

/// Writes the building; gives the number of bytes.
///
/// # Errors
/// When the sink refuses.
pub fn write<W: Write>(plan: &Plan, sink: W, pretty: bool, tally: &mut Tally) -> io::Result<u64> {
    let mut out = JsonOut::new(sink, Layout { pretty, ascii: true });
    out.open();
    for (key, text) in [
        ("type", "IFC.JSON"),
        ("version", "0.0.1"),
        ("schemaIdentifier", "IFC4"),
        ("originatingSystem", "ifc-chunking xtask generate-model"),
        ("preprocessorVersion", "ifc-chunking"),
        ("timeStamp", "2026-01-01T00:00:00"),
    ] {
        out.text_member(key, text);
    }
    out.key("data");
    out.open_list();
    let mut writer = Writer { plan, out, tally };
    writer.elements()?;
    writer.openings()?;
    writer.spatial()?;
    writer.types()?;
    writer.sets()?;
    writer.contexts();
    writer.relations()?;
    let Writer { mut out, .. } = writer;
    out.close_list();
    out.close();
    out.finish()
}

struct Writer<'a, W> {
    plan: &'a Plan,
    out: JsonOut<W>,
    tally: &'a mut Tally,
}

impl<W: Write> Writer<'_, W> {
    /// Begins a record; the caller adds members and ends it.
    fn record(&mut self, class: &str, id: Id) {
        self.tally.records += 1;
        self.out.item();
        self.out.open();
        self.out.text_member("type", class);
        self.out.key("globalId");
        self.out.uuid(id);
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.close();
        self.out.drain()
    }

    fn owner(&mut self) {
        self.reference_member("ownerHistory", self.plan.id(For::Owner, 0));
    }

    fn reference(&mut self, id: Id) {
        self.out.open();
        self.out.key("ref");
        self.out.uuid(id);
        self.out.close();
    }

    fn reference_member(&mut self, key: &str, id: Id) {
        self.out.key(key);
        self.reference(id);
    }

    fn references(&mut self, key: &str, ids: impl Iterator<Item = Id>) {
        let mut ids = ids.peekable();
        if ids.peek().is_none() {
            return;
        }
        self.out.key(key);
        self.out.open_list();
        for id in ids {
            self.out.item();
            self.reference(id);
        }
        self.out.close_list();
    }

    fn elements(&mut self) -> io::Result<()> {
        for kind_at in (0..KINDS.len()).filter(|at| *at != SPACE) {
            for element in self.plan.elements(kind_at) {
                self.element(&element)?;
            }
        }
        Ok(())
    }

    fn element(&mut self, element: &Element) -> io::Result<()> {
        let plan = self.plan;
        let Element { kind, kind_at, at, number, .. } = *element;
        self.tally.element(element);
        self.record(kind.class, plan.kind_id(For::Element, kind_at, at));
        self.owner();
        self.out.text_member("name", &element.name);
        let typed = plan.type_of(element);
        if let Some((type_at, _)) = typed {
            self.out.text_member("objectType", plan.type_name(kind_at, type_at));
        }
        self.placement(element);
        self.body(element);
        self.out.text_member("tag", &(1_000_000 + number).to_string());
        self.out.text_member("predefinedType", element.predefined);
        if let Some((type_at, group)) = typed {
            let group = Plan::type_group(type_at, group);
            let made = plan.material_of(kind_at, type_at).map(|_| plan.kind_id(For::MadeOf, kind_at, group));
            let classified = plan.kind_id(For::Classified, kind_at, at / super::plan::GROUP_MAX);
            self.references("hasAssociations", made.into_iter().chain([classified]));
            self.references("isTypedBy", [plan.kind_id(For::Typed, kind_at, group)].into_iter());
        }
        let defined = own_sets(element).map(|set| defined_id(plan, element, set));
        self.references("isDefinedBy", defined.chain([plan.id(For::Defined, shared_key(number / SHARING))]));
        let contained = plan.containment_id(kind_at, element.storey, plan.containment_group(element));
        self.references("containedInStructure", [contained].into_iter());
        if kind_at == WALL {
            let voids = plan.openings_of(at).map(|(kind_at, at)| plan.kind_id(For::Voids, kind_at, at));
            self.references("hasOpenings", voids);
        } else if super::kind::FILLINGS.contains(&kind_at) {
            self.references("fillsVoids", [plan.kind_id(For::Fills, kind_at, at)].into_iter());
        }
        self.end()
    }

    fn openings(&mut self) -> io::Result<()> {
        for kind_at in super::kind::FILLINGS {
            for element in self.plan.elements(kind_at) {
                let key = element.at;
                self.tally.entity("IfcOpeningElement");
                self.record("IfcOpeningElement", self.plan.kind_id(For::Opening, kind_at, key));
                self.owner();
                self.out.text_member("name", &format!("Öffnung {}", element.name));
                self.out.text_member("objectType", "Opening");
                self.placement(&element);
                self.out.text_member("tag", &(9_000_000 + element.number).to_string());
                self.out.text_member("predefinedType", "OPENING");
                self.references("hasFillings", [self.plan.kind_id(For::Fills, kind_at, key)].into_iter());
                self.references("voidsElements", [self.plan.kind_id(For::Voids, kind_at, key)].into_iter());
                self.end()?;
            }
        }
        Ok(())
    }

    fn spatial(&mut self) -> io::Result<()> {
        let plan = self.plan;
        for building in 0..plan.buildings {
            self.tally.entity("IfcBuilding");
            self.record("IfcBuilding", plan.id(For::Building, building));
            self.owner();
            self.out.text_member("name", &format!("Haus {:02}", building + 1));
            self.out.text_member("compositionType", "ELEMENT");
            self.references("isDecomposedBy", [plan.id(For::Aggregated, aggregate_key(2, building))].into_iter());
            self.references("decomposes", [plan.id(For::Aggregated, aggregate_key(1, 0))].into_iter());
            self.end()?;
        }
        for storey in 0..plan.storeys {
            let (name, elevation) = plan.storey(storey);
            self.tally.entity("IfcBuildingStorey");
            self.record("IfcBuildingStorey", plan.id(For::Storey, storey));
            self.owner();
            self.out.text_member("name", &name);
            self.out.text_member("compositionType", "ELEMENT");
            self.out.key("elevation");
            self.out.fixed(elevation, 0);
            let contains =
                relation::groups_on(plan, storey).map(|(kind_at, group)| plan.containment_id(kind_at, storey, group));
            self.references("containsElements", contains);
            self.end()?;
        }
        self.tally.entity("IfcSite");
        self.record("IfcSite", plan.id(For::Site, 0));
        self.owner();
        self.out.text_member("name", "Grundstück Lindenweg");
        self.out.text_member("compositionType", "ELEMENT");
        self.end()?;
        for space in plan.elements(SPACE) {
            self.space(&space)?;
        }
        self.project()
    }

    fn space(&mut self, space: &Element) -> io::Result<()> {
        let plan = self.plan;
        self.tally.element(space);
        self.record("IfcSpace", plan.kind_id(For::Element, SPACE, space.at));
        self.owner();
        self.out.text_member("name", &format!("R{:06}", space.at));
        self.placement(space);
        self.out.text_member("longName", &space.name);
        self.out.text_member("compositionType", "ELEMENT");
        self.out.text_member("predefinedType", space.predefined);
        let aggregated = plan.id(For::Aggregated, aggregate_key(3, space.storey));
        self.references("decomposes", [aggregated].into_iter());
        let defined = own_sets(space).map(|set| defined_id(plan, space, set));
        self.references("isDefinedBy", defined.chain([plan.id(For::Defined, shared_key(space.number / SHARING))]));
        self.end()
    }

    fn project(&mut self) -> io::Result<()> {
        self.tally.entity("IfcProject");
        self.record("IfcProject", self.plan.id(For::Project, 0));
        self.owner();
        self.out.text_member("name", "Quartier Lindenweg");
        self.out.text_member("longName", "Wohn- und Bürohäuser am Lindenweg");
        self.out.text_member("phase", "Ausführungsplanung");
        self.references("representationContexts", [self.plan.id(For::Context, 0)].into_iter());
        self.out.key("unitsInContext");
        self.out.open();
        self.out.text_member("type", "IfcUnitAssignment");
        self.out.key("units");
        self.out.open_list();
        for (kind, prefix, name) in [
            ("LENGTHUNIT", Some("MILLI"), "METRE"),
            ("AREAUNIT", None, "SQUARE_METRE"),
            ("VOLUMEUNIT", None, "CUBIC_METRE"),
            ("PLANEANGLEUNIT", None, "RADIAN"),
            ("MASSUNIT", Some("KILO"), "GRAM"),
            ("TIMEUNIT", None, "SECOND"),
        ] {
            self.out.item();
            self.out.open();
            self.out.text_member("type", "IfcSIUnit");
            self.out.text_member("unitType", kind);
            if let Some(prefix) = prefix {
                self.out.text_member("prefix", prefix);
            }
            self.out.text_member("name", name);
            self.out.close();
        }
        self.out.close_list();
        self.out.close();
        self.references("isDecomposedBy", [self.plan.id(For::Aggregated, aggregate_key(0, 0))].into_iter());
        self.end()
    }

    fn types(&mut self) -> io::Result<()> {
        for (kind_at, kind) in KINDS.iter().enumerate() {
            let Some(class) = kind.type_class else { continue };
            for type_at in 0..self.plan.types(kind_at) {
                self.tally.entity(class);
                self.record(class, self.plan.kind_id(For::Type, kind_at, type_at));
                self.owner();
                self.out.text_member("name", self.plan.type_name(kind_at, type_at));
                self.references("hasPropertySets", [type_set_id(self.plan, kind_at, type_at)].into_iter());
                self.out.text_member("predefinedType", kind.predefined[0]);
                self.end()?;
            }
        }
        Ok(())
    }

    fn sets(&mut self) -> io::Result<()> {
        let plan = self.plan;
        for kind_at in 0..KINDS.len() {
            for element in plan.elements(kind_at) {
                self.quantity_set(&element)?;
            }
        }
        for (kind_at, kind) in KINDS.iter().enumerate() {
            for element in plan.elements(kind_at) {
                let type_name = plan.type_of(&element).map(|(type_at, _)| plan.type_name(kind_at, type_at));
                let reference = type_name.unwrap_or(&element.name);
                let mut random = element.random(plan.seed);
                let number = element.number;
                for (set, named) in
                    [(COMMON, (kind.property_set, kind.properties)), (VENDOR, VENDOR_SET), (SCHEDULE, SCHEDULE_SET)]
                {
                    if has_set(&element, set) {
                        let id = set_id(plan, &element, set);
                        self.property_set(id, kind.class, named, (&mut random, number, reference))?;
                    }
                }
            }
            for type_at in 0..plan.types(kind_at) {
                let mut random = Random::of(plan.seed, For::Values as u64, !(type_at << 8 | kind_at as u64));
                let id = type_set_id(plan, kind_at, type_at);
                self.property_set(id, "", TYPE_SET, (&mut random, type_at << 8 | kind_at as u64, ""))?;
            }
        }
        for shared in 0..relation::shared_sets(plan) {
            let mut random = Random::of(plan.seed, For::Set as u64, shared_key(shared));
            self.property_set(plan.id(For::Set, shared_key(shared)), "", SHARED_SET, (&mut random, shared, ""))?;
        }
        Ok(())
    }

    /// A property set with values drawn from a stream, for a thing with a number and the name of its type.
    fn property_set(
        &mut self,
        id: Id,
        class: &'static str,
        (name, properties): (&str, &[Property]),
        (random, number, type_name): (&mut Random, u64, &str),
    ) -> io::Result<()> {
        self.tally.property_sets += 1;
        self.record("IfcPropertySet", id);
        self.owner();
        self.out.text_member("name", name);
        self.out.key("hasProperties");
        self.out.open_list();
        for property in properties {
            let value = self.plan.value(property, random, number, type_name);
            self.tally.property(class, property.name, &value);
            self.out.item();
            self.out.open();
            self.out.text_member("type", "IfcPropertySingleValue");
            self.out.text_member("name", property.name);
            self.out.key("nominalValue");
            self.out.open();
            self.out.text_member("type", property.measure);
            self.out.key("value");
            match value {
                Value::Boolean(value) => self.out.boolean(value),
                Value::Text(text) => self.out.text(&text),
                Value::Thousandths(value) => self.out.fixed(value, 3),
                Value::Integer(value) => self.out.integer(value),
            }
            self.out.close();
            self.out.close();
        }
        self.out.close_list();
        self.end()
    }

    fn quantity_set(&mut self, element: &Element) -> io::Result<()> {
        self.tally.quantity_sets += 1;
        self.tally.quantities += element.kind.quantities.len() as u64;
        self.record("IfcElementQuantity", set_id(self.plan, element, QUANTITIES));
        self.owner();
        self.out.text_member("name", element.kind.quantity_set);
        self.out.text_member("methodOfMeasurement", "BaseQuantities");
        self.out.key("quantities");
        self.out.open_list();
        for (name, quantity) in element.kind.quantities {
            let (class, key) = match quantity {
                quantity if quantity.is_length() => ("IfcQuantityLength", "lengthValue"),
                Quantity::GrossVolume | Quantity::NetVolume => ("IfcQuantityVolume", "volumeValue"),
                Quantity::Weight => ("IfcQuantityWeight", "weightValue"),
                _ => ("IfcQuantityArea", "areaValue"),
            };
            self.out.item();
            self.out.open();
            self.out.text_member("type", class);
            self.out.text_member("name", name);
            self.out.key(key);
            self.out.fixed(element.quantity(*quantity), if quantity.is_length() { 0 } else { 6 });
            self.out.close();
        }
        self.out.close_list();
        self.end()
    }

    fn contexts(&mut self) {
        self.record("IfcOwnerHistory", self.plan.id(For::Owner, 0));
        self.out.text_member("changeAction", "ADDED");
        self.out.key("creationDate");
        self.out.integer(1_767_225_600);
        self.out.close();
        self.record("IfcGeometricRepresentationContext", self.plan.id(For::Context, 0));
        self.out.text_member("contextType", "Model");
        self.out.key("coordinateSpaceDimension");
        self.out.integer(3);
        self.out.close();
    }
}

/// The own sets of an element.
fn own_sets(element: &Element) -> impl Iterator<Item = usize> + use<> {
    let other = if element.is_scheduled() { SCHEDULE } else { VENDOR };
    [QUANTITIES, COMMON, other].into_iter()
}

fn has_set(element: &Element, set: usize) -> bool {
    own_sets(element).any(|own| own == set)
}

fn set_key(element: &Element, set: usize) -> u64 {
    element.number << 3 | set as u64
}

/// Key of a set that several elements share.
fn shared_key(shared: u64) -> u64 {
    shared << 3 | SHARED as u64
}

fn set_id(plan: &Plan, element: &Element, set: usize) -> Id {
    plan.id(For::Set, set_key(element, set))
}

fn defined_id(plan: &Plan, element: &Element, set: usize) -> Id {
    plan.id(For::Defined, set_key(element, set))
}

fn type_set_id(plan: &Plan, kind_at: usize, type_at: u64) -> Id {
    plan.id(For::Set, (type_at << 8 | kind_at as u64) << 3 | 5)
}

/// Key of the relation that joins the parts of a whole; `level` is 0 for the project, 1 for the site and so on.
fn aggregate_key(level: u64, whole: u64) -> u64 {
    whole << 2 | level
}
