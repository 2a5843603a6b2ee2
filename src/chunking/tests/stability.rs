//! How much of the chunks a change of one percent of the entities changes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::testing::Fake;
use super::super::{ChunkDiff, ChunkInput, ChunkOptions, Strategy, diff, plan};
use super::{entity, one_to_many};

const STOREYS: usize = 10;
const CLASSES: [&str; 6] = ["IfcWall", "IfcDoor", "IfcWindow", "IfcSlab", "IfcColumn", "IfcCovering"];
const MATERIALS: [&str; 4] = ["Beton", "Ziegel", "Holz", "Stahl"];

/// A building whose storeys hold the same mixture of parts. What `changed` names has one more property.
fn building(entities: usize, changed: &BTreeSet<usize>) -> Value {
    let mut data = vec![entity("IfcProject", "project"), entity("IfcBuilding", "building")];
    let storeys: Vec<String> = (0..STOREYS).map(|storey| format!("storey{storey}")).collect();
    for (level, storey) in storeys.iter().enumerate() {
        data.push(
            json!({"type": "IfcBuildingStorey", "globalId": storey, "name": storey, "elevation": 3.0 * level as f64}),
        );
    }
    let names: Vec<&str> = storeys.iter().map(String::as_str).collect();
    data.push(one_to_many("IfcRelAggregates", "agg", ("relatingObject", "building"), ("relatedObjects", &names)));
    let mut relations = Vec::new();
    let per_storey = entities.div_ceil(STOREYS);
    for number in 0..entities {
        // The same for the same number, unlike its neighbours'.
        let mixed = number.wrapping_mul(0x9E37_79B9) >> 7;
        let id = format!("{number:022}");
        let class = CLASSES[mixed % CLASSES.len()];
        let mut one = entity(class, &id);
        one["tag"] = json!(format!("{mixed:x}"));
        data.push(one);
        let count = 4 + mixed % 9 + usize::from(changed.contains(&number));
        let properties: Vec<Value> = (0..count)
            .map(|at| json!({"type": "IfcPropertySingleValue", "name": format!("Property{at}"), "value": format!("{class} {}", mixed % (at + 7))}))
            .collect();
        let set = format!("set{number}");
        data.push(
            json!({"type": "IfcPropertySet", "globalId": set, "name": "Pset_Common", "hasProperties": properties}),
        );
        let has = ("relatedObjects", &[id.as_str()][..]);
        data.push(one_to_many(
            "IfcRelDefinesByProperties",
            &format!("rel{number}"),
            ("relatingPropertyDefinition", &set),
            has,
        ));
        relations.push((number / per_storey, MATERIALS[mixed / 8 % MATERIALS.len()], id));
    }
    for (storey, name) in storeys.iter().enumerate() {
        let on_it: Vec<&str> = relations.iter().filter(|(on, ..)| *on == storey).map(|(.., id)| id.as_str()).collect();
        data.push(one_to_many(
            "IfcRelContainedInSpatialStructure",
            name,
            ("relatingStructure", name),
            ("relatedElements", &on_it),
        ));
    }
    for material in MATERIALS {
        let of_it: Vec<Value> =
            relations.iter().filter(|(_, of, _)| *of == material).map(|(.., id)| json!({"ref": id})).collect();
        data.push(json!({"type": "IfcRelAssociatesMaterial", "globalId": material, "relatedObjects": of_it, "relatingMaterial": {"name": material}}));
    }
    json!({"data": data})
}

/// One percent of the entities: side by side on one storey, or anywhere.
fn one_percent(entities: usize, clustered: bool) -> BTreeSet<usize> {
    let count = entities / 100;
    let start = entities / STOREYS * 4 + entities / 50;
    (0..count).map(|at| if clustered { start + at } else { (at * 100 + at * 7919 % 100) % entities }).collect()
}

fn change(before: &Fake, after: &Fake, options: &ChunkOptions) -> (usize, ChunkDiff) {
    let ids = |fake: &Fake| plan(&ChunkInput::new(fake, fake), options).unwrap().ids().collect::<Vec<_>>();
    let old = ids(before);
    (old.len(), diff(old, ids(after)))
}

#[test]
fn a_change_of_one_percent_on_one_storey_changes_at_most_two_percent_of_the_chunks() {
    const ENTITIES: usize = 4000;
    let before = Fake::new(&building(ENTITIES, &BTreeSet::new()));
    let after = Fake::new(&building(ENTITIES, &one_percent(ENTITIES, true)));
    for strategy in [Strategy::Hierarchical, Strategy::Discipline] {
        let (chunks, found) = change(&before, &after, &ChunkOptions::new(strategy));
        assert!(100 < chunks);
        assert!(0 < found.written && found.share_written <= 0.02, "{strategy:?}: {found:?} of {chunks}");
    }
}
