use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::*;

const ELEMENTS: u64 = 2_000;

fn order(shape: Shape, size: Size) -> Order {
    Order { shape, size, seed: 7, pretty: false, change: Change::default(), output: PathBuf::new() }
}

fn generated(order: &Order) -> (String, Value) {
    let (mut bytes, mut tally) = (Vec::new(), Tally::default());
    let plan = Plan::new(order.seed, elements(order).unwrap(), order.change);
    let written = write_shape(order, &plan, &mut bytes, &mut tally).unwrap();
    assert_eq!(written, bytes.len() as u64);
    (String::from_utf8(bytes).unwrap(), tally.json(&Map::new()))
}

fn parsed(order: &Order) -> (Value, Value) {
    let (text, expected) = generated(order);
    (serde_json::from_str(&text).unwrap(), expected)
}

/// Every value under a key, at any depth.
fn values_at<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(key));
            members.values().for_each(|member| values_at(member, key, found));
        }
        Value::Array(items) => items.iter().for_each(|item| values_at(item, key, found)),
        _ => {}
    }
}

#[test]
fn every_reference_of_shape_a_names_a_record_and_no_id_repeats() {
    let (root, expected) = parsed(&order(Shape::A, Size::Elements(ELEMENTS)));
    let data = root["data"].as_array().unwrap();
    let ids: BTreeSet<&str> = data.iter().map(|record| record["globalId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), data.len());
    assert_eq!(expected["records"], data.len());
    let mut references = Vec::new();
    values_at(&root, "ref", &mut references);
    assert!(references.len() > data.len());
    assert!(references.iter().all(|reference| ids.contains(reference.as_str().unwrap())));
}

/// The relations that name an element, found by going through the relations themselves.
#[test]
fn inverse_attributes_of_shape_a_name_the_relations_that_name_the_element() {
    let (root, _) = parsed(&order(Shape::A, Size::Elements(ELEMENTS)));
    let data = root["data"].as_array().unwrap();
    let mut named: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for relation in data.iter().filter(|record| record["type"].as_str().unwrap().starts_with("IfcRel")) {
        let (class, id) = (relation["type"].as_str().unwrap(), relation["globalId"].as_str().unwrap());
        let mut related = Vec::new();
        for key in ["relatedObjects", "relatedElements", "relatedBuildingElement"] {
            relation.get(key).into_iter().for_each(|value| values_at(value, "ref", &mut related));
        }
        for member in related {
            named.entry((class, member.as_str().unwrap())).or_default().insert(id);
        }
    }
    let inverses = [
        ("isDefinedBy", "IfcRelDefinesByProperties"),
        ("isTypedBy", "IfcRelDefinesByType"),
        ("containedInStructure", "IfcRelContainedInSpatialStructure"),
        ("fillsVoids", "IfcRelFillsElement"),
    ];
    let mut checked = 0;
    for record in data.iter().filter(|record| record.get("tag").is_some() && record["type"] != "IfcOpeningElement") {
        for (key, class) in inverses {
            let mut inverse = Vec::new();
            record.get(key).into_iter().for_each(|value| values_at(value, "ref", &mut inverse));
            let inverse: BTreeSet<&str> = inverse.iter().map(|value| value.as_str().unwrap()).collect();
            let wanted = named.get(&(class, record["globalId"].as_str().unwrap())).cloned().unwrap_or_default();
            assert_eq!(inverse, wanted, "{key} of {}", record["name"]);
            checked += inverse.len();
        }
    }
    assert!(checked > data.len() / 2);
}

#[test]
fn both_shapes_hold_what_their_expectation_says() {
    let (a, expected_a) = parsed(&order(Shape::A, Size::Elements(ELEMENTS)));
    let (d, expected_d) = parsed(&order(Shape::D, Size::Elements(ELEMENTS)));
    let wall_sets: BTreeSet<&str> = a["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["name"] == "Qto_WallBaseQuantities")
        .map(|record| record["globalId"].as_str().unwrap())
        .collect();
    assert_eq!(expected_a["entities_by_type"]["IfcWall"], wall_sets.len());
    let of_walls = |record: &&Value| record["name"] == "Qto_WallBaseQuantities";
    let net = |record: &Value| {
        let quantities = record["quantities"].as_array().unwrap();
        quantities.iter().find(|quantity| quantity["name"] == "NetVolume").unwrap()["volumeValue"].as_f64().unwrap()
    };
    let sum_a: f64 = a["data"].as_array().unwrap().iter().filter(of_walls).map(net).sum();
    let walls = d["data"]["IfcWall"].as_array().unwrap();
    let sum_d: f64 = walls.iter().map(|wall| wall["physical_properties"]["volume"].as_f64().unwrap()).sum();
    for (sum, expected) in [(sum_a, &expected_a), (sum_d, &expected_d)] {
        let wanted = expected["net_volume_m3"]["IfcWall"].as_f64().unwrap();
        assert!((sum - wanted).abs() < 1e-6 * wanted, "{sum} instead of {wanted}");
    }
    let external = walls.iter().filter(|wall| wall["properties"]["Pset_WallCommon"]["IsExternal"] == true).count();
    assert_eq!(expected_d["external"]["IfcWall"], external);
    assert_eq!(expected_a["external"], expected_d["external"]);
    assert_eq!(expected_a["fire_ratings"], expected_d["fire_ratings"]);
}

#[test]
fn a_size_in_bytes_is_met_within_two_percent() {
    for (shape, bytes) in [(Shape::A, 30_000_000_u64), (Shape::D, 20_000_000)] {
        let found = generated(&order(shape, Size::Bytes(bytes))).0.len() as u64;
        assert!(found.abs_diff(bytes) < bytes / 50, "{found} instead of {bytes}");
    }
}

#[test]
fn pretty_and_compact_files_hold_the_same_values() {
    for shape in [Shape::A, Shape::D] {
        let compact = order(shape, Size::Elements(100));
        let pretty = Order { pretty: true, ..compact.clone() };
        assert!(generated(&pretty).0.lines().count() > 1000);
        assert_eq!(parsed(&pretty).0, parsed(&compact).0);
    }
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_others() {
    let first = order(Shape::A, Size::Elements(100));
    assert_eq!(generated(&first).0, generated(&first).0);
    assert_ne!(generated(&first).0, generated(&Order { seed: 8, ..first.clone() }).0);
}

#[test]
fn sizes_and_shares_are_read_from_arguments() {
    let order = parse(&["--shape", "d", "--bytes", "5MB", "--revision-of", "9", "--changed", "1%", "--output", "x"]);
    let change = Change { per_million: 10_000, scattered: false };
    let wanted = Order {
        shape: Shape::D,
        size: Size::Bytes(5_000_000),
        seed: 9,
        pretty: false,
        change,
        output: PathBuf::from("x"),
    };
    assert_eq!(order.unwrap(), wanted);
    assert!(parse(&["--shape", "d", "--output", "x"]).is_err());
    assert!(bytes("5 apples").is_err());
    assert!(per_million("101%").is_err());
}
