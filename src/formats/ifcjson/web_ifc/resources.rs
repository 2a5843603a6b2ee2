//! Sets, materials, classifications and units out of the kept instances.

use super::WebIfc;
use super::instance::{Instances, Kept, View};
use crate::formats::head::{Address, Credits};
use crate::formats::ifcjson::materials::{UNNAMED, plain};
use crate::formats::ifcjson::sets::{QUANTITY_KEYS, is_set};
use crate::formats::ifcjson::units::Units;
use crate::formats::loose::measure_of_name;
use crate::ifc::{
    Figure, MaterialDraft, Meaning, Measure, ModelBuilder, Node, Nowhere, ProblemCode, QuantitySource, RelationKind,
    SetId, UnitAssignment, ValueDraft,
};

/// Deepest nesting of complex properties and of units that is followed.
const NESTING_MAX: usize = 8;

impl WebIfc {
    /// Hands on what was kept.
    pub(super) fn resources(&mut self) {
        let instances = std::mem::take(&mut self.instances);
        self.read_units(&instances);
        credits(&instances, &mut self.core.head.credits);
        for (entity_type, express) in std::mem::take(&mut self.addresses) {
            let line = instances.get(express).and_then(address);
            self.core.head.places.address(entity_type, line);
        }
        let builder = &mut self.core.builder;
        for view in instances.iter() {
            let meaning = if is_set(view.entity_type()) {
                Meaning::Set(set(view, builder))
            } else if view.entity_type().starts_with("IfcMaterial") {
                Meaning::MaterialSet(builder.compose(&materials(view, 0), true))
            } else {
                Meaning::Other
            };
            builder.mark(&view.express().to_string(), meaning);
        }
        for (related, express) in std::mem::take(&mut self.classified) {
            let Some((system, code)) = instances.get(express).and_then(classification) else { continue };
            let node = builder.classify(system, &code);
            builder.relate(RelationKind::IsClassifiedAs, Node::Id(related), node, &Nowhere);
        }
    }

    fn read_units(&mut self, instances: &Instances) {
        let Some(assignment) = self.units.and_then(|express| instances.get(express)) else { return };
        let mut units = UnitAssignment::default();
        let mut is_declared = false;
        for unit in assignment.others("Units") {
            let (measure, slot) = match unit.text("UnitType").map(|kind| kind.trim_matches('.')) {
                Some("LENGTHUNIT") => (Measure::Length, &mut units.length),
                Some("AREAUNIT") => (Measure::Area, &mut units.area),
                Some("VOLUMEUNIT") => (Measure::Volume, &mut units.volume),
                Some("MASSUNIT") => (Measure::Weight, &mut units.weight),
                Some("TIMEUNIT") => (Measure::Time, &mut units.time),
                _ => continue,
            };
            *slot = factor_of(unit, 0);
            is_declared = true;
            if slot.is_none() && measure != Measure::Time {
                let name = unit.text("Name").unwrap_or("?");
                self.core.builder.problems.push(ProblemCode::UnitUnknown, &unit, name);
            }
        }
        if is_declared {
            self.core.units = Some(Units { assignment: units });
        }
    }
}

/// How many of the stored unit one of these is.
fn factor_of(unit: View<'_>, depth: usize) -> Option<f64> {
    if unit.entity_type() == "IfcSIUnit" {
        let prefix = unit.text("Prefix").map(|prefix| prefix.trim_matches('.'));
        return UnitAssignment::si_factor(unit.text("Name")?.trim_matches('.'), prefix);
    }
    let factor = unit.other("ConversionFactor").filter(|_| depth < NESTING_MAX)?;
    let of = factor_of(factor.other("UnitComponent")?, depth + 1)?;
    Some(factor.number("ValueComponent")? * of).filter(|factor| 0.0 < *factor)
}

fn set(view: View<'_>, builder: &mut ModelBuilder) -> SetId {
    let fallback = Some(view.entity_type()).filter(|name| name.ends_with("Properties"));
    let set = builder.open_set(view.text("Name").or(fallback), &view);
    match view.entity_type() {
        "IfcPropertySet" => properties(view, "", 0, builder),
        "IfcElementQuantity" => quantities(view, "", 0, builder),
        _ => {
            for (key, value) in view.values().filter(|(key, _)| *key != "Name") {
                builder.add_property(key, draft(key, value));
            }
        }
    }
    set
}

fn properties(view: View<'_>, outer: &str, depth: usize, builder: &mut ModelBuilder) {
    for property in view.others("HasProperties") {
        let Some(name) = property.text("Name").filter(|name| !name.is_empty()) else { continue };
        let name = format!("{outer}{name}");
        if property.entity_type() == "IfcComplexProperty" {
            if depth < NESTING_MAX {
                properties(property, &format!("{name}."), depth + 1, builder);
            }
            continue;
        }
        let single = ["NominalValue", "EnumerationValues", "ListValues"].iter().find_map(|key| property.value(key));
        let value = match (single, property.number("LowerBoundValue"), property.number("UpperBoundValue")) {
            (Some(value), ..) => draft(&name, value),
            (None, None, None) => continue,
            (None, lower, upper) => {
                let measure = measure_of_name(&name).unwrap_or(Measure::Plain);
                ValueDraft::Range { lower, upper, measure }
            }
        };
        builder.add_property(&name, value);
    }
}

fn quantities(view: View<'_>, outer: &str, depth: usize, builder: &mut ModelBuilder) {
    for quantity in view.others("Quantities").chain(view.others("HasQuantities")) {
        let name = format!("{outer}{}", quantity.text("Name").unwrap_or_default());
        if quantity.entity_type() == "IfcPhysicalComplexQuantity" {
            if depth < NESTING_MAX {
                quantities(quantity, &format!("{name}."), depth + 1, builder);
            }
            continue;
        }
        let found = quantity.values().find_map(|(key, value)| {
            let (_, measure) = QUANTITY_KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key))?;
            let Kept::Number(number, _) = value else { return None };
            Some((number, *measure))
        });
        let Some((number, measure)) = found.filter(|(number, _)| number.is_finite()) else { continue };
        let own = quantity.other("Unit").map(|unit| factor_of(unit, 0));
        let figure = match own {
            None => Figure { value: number, measure, is_declared: true },
            Some(Some(factor)) => Figure { value: number * factor, measure, is_declared: false },
            Some(None) => Figure { value: number, measure: Measure::Unknown, is_declared: false },
        };
        builder.add_quantity(&name, figure, QuantitySource::QuantitySet);
    }
}

/// A value; what a number measures is told by its type where the file has it, else by its name.
fn draft<'i>(name: &str, value: Kept<'i>) -> ValueDraft<'i> {
    match value {
        Kept::Text(text) => ValueDraft::Text(text),
        Kept::Boolean(value) => ValueDraft::Boolean(value),
        Kept::Number(value, measure) => {
            let measure = measure.or_else(|| measure_of_name(name)).unwrap_or(Measure::Plain);
            ValueDraft::Declared { value, measure }
        }
    }
}

fn named(part: View<'_>) -> &str {
    let material = part.other("Material").and_then(|material| material.text("Name"));
    material.or_else(|| part.text("Name")).filter(|name| !name.trim().is_empty()).unwrap_or(UNNAMED)
}

fn layer(layer: View<'_>) -> MaterialDraft<'_> {
    MaterialDraft { thickness_m: layer.number("LayerThickness"), is_layer: true, ..plain(named(layer)) }
}

fn materials(view: View<'_>, depth: usize) -> Vec<MaterialDraft<'_>> {
    let inner = view.other("ForLayerSet").or_else(|| view.other("ForProfileSet"));
    match (inner, view.entity_type()) {
        (Some(inner), _) if depth < NESTING_MAX => materials(inner, depth + 1),
        (_, "IfcMaterialLayerSet") => view.others("MaterialLayers").map(layer).collect(),
        (_, "IfcMaterialLayer") => vec![layer(view)],
        (_, "IfcMaterialConstituentSet") => view
            .others("MaterialConstituents")
            .map(|part| MaterialDraft { fraction: part.number("Fraction"), ..plain(named(part)) })
            .collect(),
        (_, "IfcMaterialList") => view.others("Materials").map(|part| plain(named(part))).collect(),
        (_, "IfcMaterialProfileSet") => view.others("MaterialProfiles").map(|part| plain(named(part))).collect(),
        _ => Some(named(view)).filter(|name| *name != UNNAMED).map(plain).into_iter().collect(),
    }
}

/// Who wrote the file: whom its histories name, or where it has none, every person and application.
fn credits(instances: &Instances, credits: &mut Credits) {
    let mut has_history = false;
    for history in instances.iter().filter(|view| view.entity_type() == "IfcOwnerHistory") {
        has_history = true;
        let user = history.other("OwningUser");
        let person = user.and_then(|user| user.other("ThePerson").or(Some(user)));
        let organization = user.and_then(|user| user.other("TheOrganization"));
        history.other("OwningApplication").into_iter().for_each(|view| application(view, credits));
        person.into_iter().for_each(|view| self::person(view, credits));
        organization.and_then(|view| view.text("Name")).into_iter().for_each(|name| credits.organisation(name));
    }
    for view in instances.iter().filter(|_| !has_history) {
        match view.entity_type() {
            "IfcApplication" => application(view, credits),
            "IfcPerson" => person(view, credits),
            _ => {}
        }
    }
}

fn application(view: View<'_>, credits: &mut Credits) {
    credits.software(
        view.text("ApplicationFullName").or_else(|| view.text("ApplicationIdentifier")),
        view.text("Version"),
    );
}

fn person(view: View<'_>, credits: &mut Credits) {
    let id = view.text("Identification").or_else(|| view.text("Id"));
    credits.person(["GivenName", "FamilyName"].map(|key| view.text(key)), id);
}

fn address(view: View<'_>) -> Option<String> {
    Address {
        street: view.text("AddressLines").into_iter().collect(),
        postal_code: view.text("PostalCode"),
        town: view.text("Town"),
        region: view.text("Region"),
        country: view.text("Country"),
    }
    .line()
}

/// System, then code and name. A reference may lead into a wider one, which leads into the classification.
fn classification<'i>(view: View<'i>) -> Option<(Option<&'i str>, String)> {
    let texts = ["ItemReference", "Identification", "Name"].iter().filter_map(|key| view.text(key));
    let code = texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ");
    let above = std::iter::successors(view.other("ReferencedSource"), |source| source.other("ReferencedSource"));
    let system = above.take(NESTING_MAX).find(|source| source.entity_type() == "IfcClassification");
    let said = |of: View<'i>, key: &str| of.text(key).filter(|text| !text.trim().is_empty());
    let system = system.and_then(|system| said(system, "Name").or_else(|| said(system, "Source")));
    (!code.is_empty()).then_some((system, code))
}
