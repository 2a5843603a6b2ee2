//! Shape D of a generated building: lists by class, snake_case, SI units, storeys by name.

use std::io::{self, Write};

use super::kind::{FILLINGS, KINDS, MATERIALS, Property, Quantity, SCHEDULE_SET, SHARED_SET, SPACE, VENDOR_SET, WALL};
use super::out::{JsonOut, Layout};
use super::plan::{Element, For, Plan, SHARING, Value};
use super::random::{Id, Random};
use super::tally::Tally;

/// Writes the building; gives the number of bytes.
///
/// # Errors
/// When the sink refuses.
pub fn write<W: Write>(plan: &Plan, sink: W, pretty: bool, tally: &mut Tally) -> io::Result<u64> {
    let mut writer = Writer { plan, out: JsonOut::new(sink, Layout { pretty, ascii: false }), tally };
    writer.out.open();
    writer.header();
    writer.out.key("data");
    writer.out.open();
    writer.places()?;
    for (kind_at, kind) in KINDS.iter().enumerate() {
        writer.out.key(kind.class);
        writer.out.open_list();
        for element in plan.elements(kind_at) {
            writer.element(&element)?;
        }
        writer.out.close_list();
    }
    let Writer { mut out, .. } = writer;
    out.close();
    out.close();
    out.finish()
}

struct Writer<'a, W> {
    plan: &'a Plan,
    out: JsonOut<W>,
    tally: &'a mut Tally,
}

impl<W: Write> Writer<'_, W> {
    fn header(&mut self) {
        self.out.key("header");
        self.out.open();
        for (key, text) in [("file_name", "quartier-lindenweg"), ("time_stamp", "2026-01-01T00:00:00")] {
            self.out.text_member(key, text);
        }
        for (key, text) in [("author", "Beispiel"), ("organization", "Beispielbüro")] {
            self.texts(key, text);
        }
        self.out.text_member("originating_system", "ifc-chunking xtask generate-model");
        self.texts("schema_identifiers", "IFC4");
        self.out.close();
    }

    fn texts(&mut self, key: &str, text: &str) {
        self.out.key(key);
        self.out.open_list();
        self.out.item();
        self.out.text(text);
        self.out.close_list();
    }

    fn id_member(&mut self, key: &str, id: Id) {
        self.out.key(key);
        self.out.short(id);
    }

    fn record(&mut self, id: Id, name: &str) {
        self.tally.records += 1;
        self.out.item();
        self.out.open();
        self.id_member("id", id);
        self.id_member("global_id", id);
        self.out.text_member("name", name);
        self.out.key("description");
        self.out.null();
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.close();
        self.out.drain()
    }

    fn places(&mut self) -> io::Result<()> {
        let plan = self.plan;
        let (project, site) = (plan.id(For::Project, 0), plan.id(For::Site, 0));
        self.list("IfcProject", [(project, "Quartier Lindenweg".to_owned(), None, None)].into_iter())?;
        self.list("IfcSite", [(site, "Grundstück Lindenweg".to_owned(), Some(project), None)].into_iter())?;
        let buildings = (0..plan.buildings)
            .map(|building| (plan.id(For::Building, building), format!("Haus {:02}", building + 1), Some(site), None));
        self.list("IfcBuilding", buildings)?;
        let storeys = (0..plan.buildings).flat_map(|building| {
            plan.storeys_of(building).map(move |storey| {
                let (name, elevation) = plan.storey(storey);
                (plan.id(For::Storey, storey), name, Some(plan.id(For::Building, building)), Some(elevation))
            })
        });
        self.list("IfcBuildingStorey", storeys)
    }

    fn list(
        &mut self,
        class: &'static str,
        places: impl Iterator<Item = (Id, String, Option<Id>, Option<i64>)>,
    ) -> io::Result<()> {
        self.out.key(class);
        self.out.open_list();
        for (id, name, parent, elevation_mm) in places {
            self.tally.entity(class);
            self.record(id, &name);
            if let Some(parent) = parent {
                self.id_member("parent_id", parent);
            }
            if let Some(elevation) = elevation_mm {
                self.out.key("elevation");
                self.out.fixed(elevation, 3);
            }
            self.end()?;
        }
        self.out.close_list();
        Ok(())
    }

    fn element(&mut self, element: &Element) -> io::Result<()> {
        let plan = self.plan;
        let Element { kind_at, at, number, .. } = *element;
        self.tally.element(element);
        let id = plan.kind_id(For::Element, kind_at, at);
        let typed = plan.type_of(element).map(|(type_at, _)| (type_at, plan.type_name(kind_at, type_at)));
        if kind_at == SPACE {
            self.record(id, &format!("R{at:06}"));
            self.out.text_member("long_name", &element.name);
            self.id_member("parent_id", plan.id(For::Storey, element.storey));
        } else {
            self.record(id, &element.name);
        }
        if let Some((_, name)) = &typed {
            self.out.text_member("object_type", name);
        }
        self.out.text_member("predefined_type", element.predefined);
        self.out.text_member("tag", &(1_000_000 + number).to_string());
        if let Some((type_at, name)) = &typed {
            self.out.text_member("type_name", name);
            if let Some(material) = plan.material_of(kind_at, *type_at) {
                self.material(MATERIALS[material]);
            }
        }
        self.physical(element);
        self.out.text_member("storey", &plan.storey(element.storey).0);
        if FILLINGS.contains(&kind_at) {
            self.id_member("host_id", plan.kind_id(For::Element, WALL, plan.host_of(element)));
        }
        self.properties(element, typed.map_or(&element.name, |(_, name)| name));
        self.end()
    }

    fn material(&mut self, layers: &[(&str, i64)]) {
        self.out.key("material");
        self.out.open();
        let names: Vec<&str> = layers.iter().map(|(name, _)| *name).collect();
        self.out.text_member("name", &names.join(" + "));
        if !matches!(layers, [(_, 0)]) {
            self.out.key("layers");
            self.out.open_list();
            for (name, thickness_mm) in layers {
                self.out.item();
                self.out.open();
                self.out.text_member("name", name);
                self.out.key("thickness");
                self.out.fixed(*thickness_mm, 3);
                self.out.close();
            }
            self.out.close_list();
        }
        self.out.close();
    }

    fn physical(&mut self, element: &Element) {
        self.tally.quantity_sets += 1;
        self.tally.quantities += element.kind.quantities.len() as u64;
        self.out.key("physical_properties");
        self.out.open();
        for (name, quantity) in element.kind.quantities {
            self.out.key(match quantity {
                Quantity::Height if *name == "Depth" => "thickness",
                Quantity::Length => "length",
                Quantity::Width => "width",
                Quantity::Height => "height",
                Quantity::Perimeter | Quantity::SidePerimeter => "perimeter",
                Quantity::GrossSide | Quantity::GrossFloor => "gross_area",
                Quantity::NetSide | Quantity::NetFloor => "area",
                Quantity::GrossVolume => "gross_volume",
                Quantity::NetVolume => "volume",
                Quantity::Weight => "weight",
            });
            self.out.fixed(element.quantity(*quantity), if quantity.is_length() { 3 } else { 6 });
        }
        self.out.close();
    }

    /// The values of all sets of an element; the shared one is written out for each that has it.
    fn properties(&mut self, element: &Element, type_name: &str) {
        let plan = self.plan;
        let (mut random, number, class) = (element.random(plan.seed), element.number, element.kind.class);
        self.out.key("properties");
        self.out.open();
        self.set(class, (element.kind.property_set, element.kind.properties), (&mut random, number, type_name));
        let other = if element.is_scheduled() { SCHEDULE_SET } else { VENDOR_SET };
        self.set(class, other, (&mut random, number, ""));
        let shared = number / SHARING;
        let mut random = Random::of(plan.seed, For::Set as u64, shared << 3 | 4);
        self.set("", SHARED_SET, (&mut random, shared, ""));
        self.out.close();
    }

    fn set(
        &mut self,
        class: &'static str,
        (name, properties): (&str, &[Property]),
        (random, number, type_name): (&mut Random, u64, &str),
    ) {
        self.tally.property_sets += 1;
        self.out.key_text(name);
        self.out.open();
        for property in properties {
            let value = self.plan.value(property, random, number, type_name);
            self.tally.property(class, property.name, &value);
            self.out.key_text(property.name);
            match value {
                Value::Boolean(value) => self.out.boolean(value),
                Value::Text(text) => self.out.text(&text),
                Value::Thousandths(value) => self.out.fixed(value, 3),
                Value::Integer(value) => self.out.integer(value),
            }
        }
        self.out.close();
    }
}
