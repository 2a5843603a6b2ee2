//! STEP files beside the ifcJSON of the same building: both say the same.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stand outside test functions")]
#![expect(clippy::print_stdout, reason = "says in plain words that the real models are absent")]
#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ifc_json_chunking::formats::{ContentEncoding, read};
use ifc_json_chunking::ifc::{BuildingModel, EntityIndex, ModelReader as _, PropertyValue, Shape};

/// The folder of real models; a plain line where it is absent.
fn models() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models");
    let folder = std::env::var_os("IFC_SHARED_MODELS").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("no real models at {}: nothing checked", folder.display());
    None
}

fn model(folder: &Path, file: &str) -> BuildingModel {
    let path = folder.join(file);
    let read = read(File::open(&path).unwrap(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()));
    read.unwrap_or_else(|error| panic!("{}: {error}", path.display())).model
}

/// What a model says of each entity: a sentence per fact, by GlobalId.
fn facts(model: &BuildingModel) -> BTreeMap<String, BTreeSet<String>> {
    let text = |id| model.text(id).to_owned();
    let id = |index: EntityIndex| {
        model.entity(index).and_then(|entity| entity.global_id).map(|id| id.to_string()).unwrap_or_default()
    };
    let mut all = BTreeMap::new();
    for (index, entity) in model.iter() {
        let mut facts = BTreeSet::from([format!("is {}", text(entity.entity_type))]);
        for (what, value) in [
            ("name", entity.name),
            ("long name", entity.long_name),
            ("description", entity.description),
            ("tag", entity.tag),
            ("object type", entity.object_type),
            ("predefined type", entity.predefined_type),
            ("type", entity.type_name),
        ] {
            facts.extend(value.map(|value| format!("{what} {}", text(value))));
        }
        for (what, link) in
            [("in", entity.container), ("on", entity.storey), ("built into", entity.host), ("part of", entity.whole)]
        {
            facts.extend(link.map(|link| format!("{what} {}", id(link))));
        }
        facts.extend(entity.elevation_m.filter(|height| *height != 0.0).map(|height| format!("at {height:.6} m")));
        for material in model.materials(index).iter() {
            facts.insert(format!(
                "made of {} {:?} {:?}",
                text(material.material),
                material.thickness_m,
                material.share
            ));
        }
        for (system, code) in model.classifications(index).iter() {
            facts.insert(format!("classified {:?} {}", system.map(text), text(*code)));
        }
        facts.extend(model.groups(index).iter().map(|group| format!("belongs to {}", id(*group))));
        facts.extend(model.boundaries(index).iter().map(|element| format!("bounded by {}", id(*element))));
        facts.extend(values(model, index));
        all.insert(id(index), facts);
    }
    all
}

/// Properties and quantities. ifcJSON drops what is empty or zero, so that is left out here as well.
fn values(model: &BuildingModel, index: EntityIndex) -> BTreeSet<String> {
    let text = |id| model.text(id);
    let mut facts = BTreeSet::new();
    for property in model.properties(index).iter() {
        let value = match property.value {
            PropertyValue::Text(value) if text(value).is_empty() => continue,
            PropertyValue::Number { value: 0.0, .. } => continue,
            // The exporter of the ifcJSON made `.U.` of a logical value a no.
            PropertyValue::Text(value) if text(value) == "UNKNOWN" => "false".to_owned(),
            PropertyValue::Text(value) => text(value).to_owned(),
            PropertyValue::Number { value, measure } => format!("{value:.6e} {measure:?}"),
            PropertyValue::Boolean(value) => value.to_string(),
        };
        let set = property.set.map(text);
        facts.insert(format!("{set:?} {} = {value}, from type {}", text(property.name), property.from_type));
    }
    for quantity in model.quantities(index).iter().filter(|quantity| quantity.value != 0.0) {
        let (set, name, value) = (quantity.set.map(text), text(quantity.name), quantity.value);
        let (measure, source, slip) = (quantity.measure, quantity.source, quantity.implausible);
        facts.insert(format!("{set:?} {name} : {value:.6e} {measure:?} {source:?} {slip} {:?}", quantity.corrected_by));
    }
    facts
}

/// Compares two files of one building, fact by fact.
fn assert_same(step: &str, json: &str) {
    let Some(folder) = models() else { return };
    let (step, other) = (model(&folder, step), model(&folder, json));
    assert_eq!(step.head().shape, Shape::Step);
    assert_eq!((step.head().units, step.head().schema.is_some()), (other.head().units, true));
    let whole = |model: &BuildingModel| {
        let head = model.head();
        (head.application.clone(), head.address.clone(), head.coordinates)
    };
    assert_eq!(whole(&step), whole(&other));
    // The header of a STEP file names people as well, which ifcJSON does not keep.
    let (own, others) = (step.head(), other.head());
    assert!(others.authors.iter().all(|author| own.authors.contains(author)), "{:?}", others.authors);
    assert!(others.organisations.iter().all(|name| own.organisations.contains(name)), "{:?}", others.organisations);
    let names = |model: &BuildingModel| {
        let name = |storey: &EntityIndex| model.entity(*storey)?.name.map(|name| model.text(name).to_owned());
        model.storeys().iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names(&step), names(&other));
    let (mut step, other) = (facts(&step), facts(&other));
    if json.contains("nogeom") {
        // Without shapes nothing is computed.
        step.values_mut().for_each(|facts| facts.retain(|fact| !fact.contains(" Computed ")));
    } else {
        let computed = |facts: &BTreeSet<String>| facts.iter().filter(|fact| fact.contains(" Computed ")).count();
        println!("{json}: {} computed quantities", other.values().map(computed).sum::<usize>());
    }
    let mut differences = Vec::new();
    for (id, wanted) in &other {
        let found = step.get(id).cloned().unwrap_or_default();
        differences.extend(wanted.difference(&found).map(|fact| format!("{id}: only ifcJSON says {fact}")));
        differences.extend(found.difference(wanted).map(|fact| format!("{id}: only STEP says {fact}")));
    }
    differences.extend(step.keys().filter(|id| !other.contains_key(*id)).map(|id| format!("{id}: only in STEP")));
    let shown: Vec<_> = differences.iter().take(30).cloned().collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), shown.join("\n"));
}

#[test]
fn a_step_file_says_what_the_ifcjson_of_the_building_says() {
    assert_same("duplex/duplex.ifc", "duplex/duplex.ifcjson.json.gz");
    assert_same("fzk_haus/fzk_haus.ifc", "fzk_haus/fzk_haus.ifcjson.json.gz");
    assert_same("large_building/large_building.ifc", "large_building/large_building.ifcjson.json");
    assert_same("tall_building/tall_building.ifc", "tall_building/tall_building.ifcjson.json");
}

#[test]
fn a_large_step_file_in_millimetres_says_what_its_ifcjson_says() {
    assert_same(
        "schependomlaan_root/schependomlaan_root.ifc.gz",
        "schependomlaan_root/schependomlaan_root.ifcjson-nogeom.json.gz",
    );
}
